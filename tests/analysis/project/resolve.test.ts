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
