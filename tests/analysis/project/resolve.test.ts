// Which source an import of another package of the workspace means, where nothing is installed or built.
import { expect, it } from 'vitest';
import { Engine } from '../../../src/engine.js';
import { project } from '../../cli/projects.js';

const root = project({
  'package.json': '{ "workspaces": ["packages/*"] }',
  'packages/app/package.json': '{ "name": "@x/app" }',
  'packages/app/src/main.ts': '',
  // As of theia: no map of exports, and imports by the path of what is built.
  'packages/core/package.json': '{ "name": "@x/core", "main": "lib/common/index.js", "typings": "lib/common/index.d.ts" }',
  'packages/core/src/common/index.ts': '',
  'packages/core/src/common/event.ts': '',
  'packages/core/src/node/index.ts': '',
  'packages/core/src/node/locking.ts': '',
  'packages/core/shared/inversify/index.js': '',
  'packages/mapped/package.json': '{ "name": "@x/mapped", "exports": { ".": "./lib/node/index.js", "./event": "./lib/esm/event.js" } }',
  'packages/mapped/src/index.ts': '',
  'packages/mapped/src/event.ts': '',
  'packages/mapped/src/hidden.ts': '',
});
const { project: sources } = new Engine(root, {});

it.each([
  ['@x/core', 'core/src/common/index.ts'],
  ['@x/core/lib/common', 'core/src/common/index.ts'],
  ['@x/core/lib/common/event', 'core/src/common/event.ts'],
  ['@x/core/lib/node', 'core/src/node/index.ts'],
  ['@x/core/lib/node/locking.js', 'core/src/node/locking.ts'],
  ['@x/core/shared/inversify', 'core/shared/inversify/index.js'],
  ['@x/core/src/node/locking', 'core/src/node/locking.ts'],
  // A build for Node, not a folder `node`.
  ['@x/mapped', 'mapped/src/index.ts'],
  ['@x/mapped/event', 'mapped/src/event.ts'],
])('%s is %s', (specifier, file) => {
  expect(sources.resolve(`${root}/packages/app/src/main.ts`, specifier)).toEqual({ file: `${root}/packages/${file}` });
});

it.each(['@x/core/lib/node/event', '@x/core/lib/gone', '@x/mapped/lib/hidden', '@x/none'])('%s is of a package outside', (specifier) => {
  expect(sources.resolve(`${root}/packages/app/src/main.ts`, specifier)).toEqual({ package: specifier });
});

const odd = project({
  'package.json': '{ "name": "root", "imports": { "#own/*": "./src/*.ts", "#gone": "./src/gone.ts" } }',
  'tsconfig.json': '{ "compilerOptions": { "baseUrl": ".", "paths": { "~/*": ["./src/*"], "@built/*": ["./packages/*/dist/index.js"], "@style": ["./src/style.css"] } } }',
  'src/main.ts': '',
  'src/own.ts': '',
  'src/style.css': '',
  'src/page.tsx': '',
  'src/old.cts': '',
  'src/folder/index.mts': '',
  'packages/a/package.json': '{ "name": "a", "exports": { ".": { "import": { "default": "./dist/index.js" } }, "./sub/*": "./src/parts/*.ts", "./*.css": "./css/*.css", "./not-*": null } }',
  'packages/a/dist/index.js': '',
  'packages/a/src/index.ts': '',
  'packages/a/src/parts/x.ts': '',
  'packages/b/package.json': '{ "name": "b", "exports": "./build/src/main.js" }',
  'packages/b/src/main.ts': '',
  'packages/b/src/sub.ts': '',
  'packages/c/package.json': '{ "name": "c", "exports": { "import": "./esm/c.js" } }',
  'packages/c/source/c.ts': '',
  'packages/d/package.json': '{ "name": "d", "exports": { ".": "./dist/index.js" } }',
  'packages/d/dist/index.js': '',
  'packages/again/package.json': '{ "name": "a" }',
  'packages/list/package.json': '[]',
  'packages/null/package.json': 'null',
  'packages/broken/package.json': '{',
  'packages/deep/package.json': `{ "name": "deep", "exports": ${'{ "import": '.repeat(30)}"./src/deep.ts"${' }'.repeat(30)} }`,
  'packages/deep/src/deep.ts': '',
  'packages/deep/src/index.ts': '',
});
const { project: oddly } = new Engine(odd, {});

it.each<[string, string | undefined]>([
  ['./own', 'src/own.ts'],
  ['./own.js', 'src/own.ts'],
  ['./own?raw', 'src/own.ts'],
  ['./page.jsx', 'src/page.tsx'],
  ['./old.cjs', 'src/old.cts'],
  ['./folder', 'src/folder/index.mts'],
  ['../src/./own', 'src/own.ts'],
  ['./style.css', undefined],
  ['./none', undefined],
  ['../../../../../../../../none', undefined],
  ['#own/own', 'src/own.ts'],
  ['#gone', undefined],
  ['#none', undefined],
  ['~/own', 'src/own.ts'],
  // What a path of the tsconfig leads to is built: the source is looked for behind it, and is the file itself at the worst.
  ['@built/a', 'packages/a/src/index.ts'],
  ['@built/d', 'packages/d/dist/index.js'],
  ['a', 'packages/a/src/index.ts'],
  ['a/sub/x', 'packages/a/src/parts/x.ts'],
  ['b', 'packages/b/src/main.ts'],
  ['c', 'packages/c/source/c.ts'],
  // Conditions in conditions are followed so far; the source is found where sources are.
  ['deep', 'packages/deep/src/index.ts'],
])('%s, of an odd project', (specifier, file) => {
  expect(oddly.resolve(`${odd}/src/main.ts`, specifier)).toEqual(file === undefined ? undefined : { file: `${odd}/${file}` });
});

it('an absolute path is a path', () => {
  expect(oddly.resolve(`${odd}/src/main.ts`, `${odd}/src/own.ts`)).toEqual({ file: `${odd}/src/own.ts` });
});

it.each(['b/sub/none', 'a/x.css', 'fs/promises', '@style', 'none'])('%s is no source of an odd project', (specifier) => {
  expect(oddly.resolve(`${odd}/src/main.ts`, specifier)).toEqual({ package: specifier });
});

it('a tsconfig that is broken is told once, and the imports beside it are resolved without one', () => {
  const broken = project({ 'package.json': '{ "imports": { "#own": "./own.ts" } }', 'tsconfig.json': '{ "extends": "./none.json" }', 'a.ts': '', 'own.ts': '' });
  const { project: sources } = new Engine(broken, {});
  expect(sources.resolve(`${broken}/a.ts`, '#own')).toEqual({ file: `${broken}/own.ts` });
  expect(sources.resolve(`${broken}/a.ts`, 'none')).toEqual({ package: 'none' });
  expect(sources.problems).toEqual([{ file: `${broken}/a.ts`, message: expect.stringMatching(/^its imports are resolved without a tsconfig: /) }]);
});
