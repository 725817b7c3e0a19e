// In an editor: the real ESLint language server with our plugin, over a project of several files.
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { projectOf } from '../projects.js';
import { TYPESCRIPT } from './command.js';
import { Editor, type Diagnostic } from './language-server.js';

const require = createRequire(import.meta.url);
const CALLER = `import { Mutex } from 'async-mutex';
import { load } from './load.js';
const lock = new Mutex();
export const refresh = () => lock.runExclusive(() => load());
`;
const FETCHES = "export const load = () => fetch('https://example.org');\n";
const COUNTS = 'let count = 0;\nexport const load = async () => (count += 1);\n';
const RETRIES = `import pRetry from 'p-retry';
import { Mutex } from 'async-mutex';
const lock = new Mutex();
export const save = (write: () => Promise<void>) => lock.runExclusive(() => pRetry(() => write()));
`;

let editor: Editor | undefined;
afterEach(async () => {
  await editor?.stop();
  editor = undefined;
});

async function editing(eslint: 'eslint' | 'eslint9'): Promise<Editor> {
  const folder = projectOf({
    'eslint.config.mjs': `${TYPESCRIPT}export default [typescript, ...lockwright.configs.recommended];\n`,
    'src/caller.ts': CALLER,
    'src/load.ts': FETCHES,
    'src/save.ts': RETRIES,
  });
  mkdirSync(`${folder}/node_modules`);
  symlinkSync(path.dirname(require.resolve(`${eslint}/package.json`)), `${folder}/node_modules/eslint`, 'dir');
  editor = new Editor(folder);
  await editor.start();
  return editor;
}

const placeOf = ({ range: { start, end }, code }: Diagnostic): string => `${start.line}:${start.character}-${end.line}:${end.character} ${code}`;

describe.each(['eslint', 'eslint9'] as const)('%s', (eslint) => {
  it('diagnostics have ranges, the chain and the page of the rule, and follow what is typed in another file', async () => {
    const at = await editing(eslint);
    at.open('src/caller.ts', CALLER);
    const [first, ...others] = await at.diagnostics('src/caller.ts');
    expect(others).toEqual([]);
    expect(placeOf(first!)).toBe('3:53-3:59 lockwright/no-await-in-lock');
    expect(first!.message).toContain('load → fetch (load.ts:1)');
    expect(first!.codeDescription?.href).toMatch(/docs\/rules\/no-await-in-lock\.md$/);

    at.open('src/load.ts', FETCHES);
    expect(await at.diagnostics('src/load.ts')).toEqual([]);
    at.edit('src/load.ts', COUNTS);
    await at.diagnostics('src/load.ts');
    expect(await at.diagnostics('src/caller.ts')).toEqual([]);

    at.edit('src/load.ts', FETCHES);
    await at.diagnostics('src/load.ts');
    expect((await at.diagnostics('src/caller.ts')).map(placeOf)).toEqual(['3:53-3:59 lockwright/no-await-in-lock']);
  });

  it('diagnostics follow what changes on disk', async () => {
    const at = await editing(eslint);
    at.open('src/caller.ts', CALLER);
    expect((await at.diagnostics('src/caller.ts')).map(placeOf)).toEqual(['3:53-3:59 lockwright/no-await-in-lock']);
    writeFileSync(`${at.folder}/src/load.ts`, COUNTS);
    expect(await at.diagnostics('src/caller.ts')).toEqual([]);
  });

  it('a suggestion is a quick fix', async () => {
    const at = await editing(eslint);
    at.open('src/save.ts', RETRIES);
    const [retry] = await at.diagnostics('src/save.ts');
    expect(retry!.code).toBe('lockwright/no-retry-in-lock');
    const action = (await at.actions('src/save.ts', retry!)).find(({ title }) => title.startsWith('Turn it inside out'));
    expect(action?.kind).toBe('quickfix');
    expect(await at.fix(action!)).toEqual([
      { range: { start: { line: 3, character: 52 }, end: { line: 3, character: 98 } }, newText: 'pRetry(() => lock.runExclusive(() => write()))' },
    ]);
  });
});
