// `eslint --concurrency`: the reports of one thread, and the project is indexed once, by whichever thread comes first.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { emptyFolder, projectOf } from '../projects.js';
import { eslint, ESLINTS, IMPORTS } from './command.js';

const CONFIG = `${IMPORTS}export default [...lockwright.configs.strict];\n`;
const FILES = 12;

/** Sections that each do something else through files of their own, and a library that nobody lints. */
function project(): string {
  const files: Record<string, string> = {
    'eslint.config.mjs': CONFIG,
    'src/guard.mjs': `import { Mutex } from 'async-mutex';
      const gate = new Mutex();
      export const guarded = (work) => gate.runExclusive(work);
    `,
  };
  const bodies = [
    "fetch('https://example.org')",
    'new Promise((resolve) => setTimeout(resolve, 10))',
    'guarded(async () => 1)',
    'Promise.resolve(1)',
  ];
  for (let n = 0; n < FILES; n++) {
    files[`src/work-${n}.mjs`] = `import { guarded } from './guard.mjs';\nexport const work = () => ${bodies[n % bodies.length]};\nvoid guarded;\n`;
    files[`src/use-${n}.mjs`] = `import { guarded } from './guard.mjs';
      import { work } from './work-${(n * 5) % FILES}.mjs';
      export const use = () => guarded(() => work());
    `;
    files[`lib/part-${n}.mjs`] = `export const part = ${n};\n`;
  }
  return projectOf(files);
}

const EXPECTED = Array.from({ length: FILES }, (_, n) => ({ n, does: ((n * 5) % FILES) % 4 })).flatMap(({ n, does }) => {
  const rule = ['no-await-in-lock', 'no-sleep-in-lock', 'no-self-deadlock'][does];
  return rule === undefined ? [] : [`src/use-${n}.mjs:3 ${rule}`];
});

const readsOf = (file: string): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const name of readFileSync(file, 'utf8').trim().split('\n')) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
};
const ONCE_EACH = Object.fromEntries(Array.from({ length: FILES }, (_, n) => [`part-${n}.mjs`, 1]));

describe.each(Object.entries(ESLINTS))('%s', (_, command) => {
  it.each([['off'], ['2'], ['3']])('--concurrency %s: the same reports, and the library is read once', (concurrency) => {
    const folder = project();
    const cache = emptyFolder();
    const notes = `${emptyFolder()}/reads.txt`;
    const env = {
      LOCKWRIGHT_CACHE: cache,
      NOTE_READS: notes,
      NODE_OPTIONS: `--import ${fileURLToPath(new URL('reads.mjs', import.meta.url))}`,
    };
    const lint = () => eslint(command, folder, ['--concurrency', concurrency, 'src'], env).reports;
    expect(lint()).toEqual([...EXPECTED].sort());
    expect(readsOf(notes)).toEqual(ONCE_EACH);
    expect(lint()).toEqual([...EXPECTED].sort());
    expect(readsOf(notes)).toEqual(ONCE_EACH);
  });

  it('--concurrency 2 where nothing can be kept: the same reports', () => {
    const env = { LOCKWRIGHT_CACHE: '/dev/null/nowhere' };
    expect(eslint(command, project(), ['--concurrency', '2', 'src'], env).reports).toEqual([...EXPECTED].sort());
  });
});
