// Which folder is the project of a file, and which files are sources of a project.
import { symlinkSync } from 'node:fs';
import { expect, it } from 'vitest';
import { belongs, projectRootOf, staysIn, whyGenerated } from '../../../src/analysis/project/files.js';
import { project } from '../../cli/projects.js';

const PACKAGE = { 'packages/a/package.json': '{}', 'packages/a/src/a.ts': '' };

it.each<[string, Record<string, string>, string]>([
  ['the nearest package', PACKAGE, '/packages/a'],
  ['the workspaces around it, in a copy without .git', { ...PACKAGE, 'package.json': '{ "workspaces": ["packages/*"] }' }, ''],
  ['the outermost of workspaces in workspaces', { ...PACKAGE, 'package.json': '{ "workspaces": ["packages/*"] }', 'packages/package.json': '{ "workspaces": ["a"] }' }, ''],
  ['what has .git, and not the workspaces around it', { ...PACKAGE, 'package.json': '{ "workspaces": ["packages/*"] }', 'packages/.git/HEAD': '' }, '/packages'],
  ['a pnpm workspace', { ...PACKAGE, 'packages/pnpm-workspace.yaml': '' }, '/packages'],
  ['the nearest package, where the one around it is no JSON', { ...PACKAGE, 'package.json': '{' }, '/packages/a'],
  ['the nearest package, where the one around it is null', { ...PACKAGE, 'package.json': 'null' }, '/packages/a'],
])('is %s', (_, files, at) => {
  const root = project(files);
  expect(projectRootOf(`${root}/packages/a/src/a.ts`)).toBe(`${root}${at}`);
});

it('a source belongs to a folder where it would be found below it', () => {
  const root = project({ 'a.ts': '', 'src/b.ts': '', 'dist/c.ts': '', '.hidden/d.ts': '', 'node_modules/x/e.ts': '' });
  symlinkSync(`${root}/a.ts`, `${root}/link.ts`);
  const found = ['a.ts', 'src/b.ts', 'dist/c.ts', '.hidden/d.ts', 'node_modules/x/e.ts', 'link.ts', 'none.ts', '../a.ts'].filter((file) => belongs(root, `${root}/${file}`));
  expect(found).toEqual(['a.ts', 'src/b.ts']);
  expect(belongs(`${root}/src`, `${root}/a.ts`)).toBe(false);
});

it('a path stays in a folder, whether or not it is there, unless a link leads out of it', () => {
  const outside = project({ 'a.ts': '' });
  const root = project({ 'a.ts': '' });
  symlinkSync(outside, `${root}/out`);
  expect(['a.ts', 'none/none.ts', 'out/a.ts', 'out/none.ts'].map((file) => staysIn(root, `${root}/${file}`))).toEqual([true, true, false, false]);
  expect(staysIn('/', `${root}/a.ts`)).toBe(true);
  expect(staysIn(root, 'nowhere')).toBe(false);
});

it.each([
  ['short lines', `${'const a = 1;\n'.repeat(3000)}`, undefined],
  ['long lines of statements', `${'a(b,c);'.repeat(4000)}\n`, 'in lines that nobody writes, taken as generated'],
  ['long lines of data', `const data = [${'"x",'.repeat(8000)}];\n`, undefined],
  ['a short text', 'a(b,c);'.repeat(100), undefined],
  ['what a bundler begins with', 'var __defProp = Object.defineProperty;\n', 'put together by a bundler, taken as generated'],
])('whether somebody wrote %s', (_, text, why) => {
  expect(whyGenerated(text)).toBe(why);
});
