// ESLint's own cache (`--cache`), and ours under it: what changes elsewhere is seen.
import { rmSync, utimesSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { digest } from '../../src/hosts/cache.js';
import { projectOf } from '../projects.js';
import { eslint, ESLINTS, TYPESCRIPT } from './command.js';

const WITH_DIGEST = `${TYPESCRIPT}
export default [typescript, ...lockwright.configs.recommended, { settings: { 'lockwright/digest': digest() } }];
`;
const BY_CONTENT = WITH_DIGEST.replace('digest()', 'digest(process.cwd(), { content: true })');
const WITHOUT = `${TYPESCRIPT}export default [typescript, ...lockwright.configs.recommended];\n`;

const CALLER = `import { Mutex } from 'async-mutex';
import { load } from './load.js';
const lock = new Mutex();
export const refresh = () => lock.runExclusive(() => load());
`;
const FETCHES = "export const load = () => fetch('https://example.org');\n";
const COUNTS = 'let count = 0;\nexport const load = async () => (count += 1);\n';

const REPORTED = ['src/caller.ts:4 no-await-in-lock'];

const projectWith = (config: string): string =>
  projectOf({ 'eslint.config.mjs': config, 'src/caller.ts': CALLER, 'src/load.ts': FETCHES, '.git/HEAD': '' });

describe.each(Object.entries(ESLINTS))('%s --cache', (_, command) => {
  it('reports follow a callee in another file, where the config has the digest', () => {
    const folder = projectWith(WITH_DIGEST);
    const lint = () => eslint(command, folder, ['--cache', 'src']).reports;
    expect(lint()).toEqual(REPORTED);
    writeFileSync(`${folder}/src/load.ts`, COUNTS);
    expect(lint()).toEqual([]);
    writeFileSync(`${folder}/src/load.ts`, FETCHES);
    expect(lint()).toEqual(REPORTED);
  });

  it('and stay as they were where it has not: what the digest is for', () => {
    const folder = projectWith(WITHOUT);
    const lint = () => eslint(command, folder, ['--cache', 'src']).reports;
    expect(lint()).toEqual(REPORTED);
    writeFileSync(`${folder}/src/load.ts`, COUNTS);
    expect(lint()).toEqual(REPORTED);
  });

  it('by content, a fresh checkout has the same digest, and a change another', () => {
    const folder = projectWith(BY_CONTENT);
    const args = ['--cache', '--cache-strategy', 'content', 'src'];
    expect(eslint(command, folder, args).reports).toEqual(REPORTED);
    writeFileSync(`${folder}/src/load.ts`, COUNTS);
    expect(eslint(command, folder, args).reports).toEqual([]);
  });
});

describe('the digest', () => {
  const make = () => projectOf({ 'src/a.ts': 'export const a = 1;\n', 'tsconfig.json': '{}', 'README.md': '', '.git/HEAD': '' });

  it('is the same as long as nothing changes, from whatever folder of the project', () => {
    const folder = make();
    expect(digest(folder)).toBe(digest(`${folder}/src`));
    expect(digest(folder)).not.toBe(digest(make()));
  });

  it.each([
    ['a source', 'src/a.ts', 'export const b = 22;\n'],
    ['a new source', 'src/b.ts', ''],
    ['a manifest', 'package.json', '{ "type": "commonjs" }'],
    ['a tsconfig', 'tsconfig.json', '{ "compilerOptions": {} }'],
  ])('changes with %s', (_what, name, text) => {
    const folder = make();
    const before = [digest(folder), digest(folder, { content: true })];
    writeFileSync(`${folder}/${name}`, text);
    expect(digest(folder)).not.toBe(before[0]);
    expect(digest(folder, { content: true })).not.toBe(before[1]);
  });

  it('changes when a source goes, and not with a text that is no source', () => {
    const folder = make();
    const before = digest(folder);
    writeFileSync(`${folder}/README.md`, 'more');
    expect(digest(folder)).toBe(before);
    rmSync(`${folder}/src/a.ts`);
    expect(digest(folder)).not.toBe(before);
  });

  it('rests on times, or on content alone', () => {
    const folder = make();
    const before = [digest(folder), digest(folder, { content: true })];
    utimesSync(`${folder}/src/a.ts`, 1, 1);
    expect(digest(folder)).not.toBe(before[0]);
    expect(digest(folder, { content: true })).toBe(before[1]);
  });
});
