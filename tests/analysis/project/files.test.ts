// Which folder is the project of a file.
import { expect, it } from 'vitest';
import { projectRootOf } from '../../../src/analysis/project/files.js';
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
