/**
 * The fixtures of test262's parser tests, each under a lock that is held around it: no rule throws, and no report points
 * outside of the file. What is more than this package has (babel's, prettier's, typescript-eslint's fixtures, all of
 * node_modules), and the other parser's trees, are for `bench/fixtures.mjs`.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { expect, it } from 'vitest';
import { rules } from '../src/rules/index.js';
import { engineOf, everything, expectPlacesInside } from './robustness.js';

const folder = path.dirname(createRequire(import.meta.url).resolve('test262-parser-tests/package.json'));
const FILE = '/nowhere/fixture.js';

/** What may stand in a function stands in a section; any other module, behind an acquisition. */
const underLock = [
  (text: string) => `const lock = new (require('async-mutex').Mutex)();
    async function underLock() { await lock.runExclusive(async () => { ${text}
    }); }`,
  (text: string) => `import { Mutex } from 'async-mutex'; const lock = new Mutex(); await lock.acquire(); ${text}`,
];

/** @returns whether the text has facts. */
function analyse(text: string): boolean {
  const engine = engineOf({ 'fixture.js': text });
  for (const rule of rules) expectPlacesInside(engine.findings(rule, FILE, everything(rule)), text.length);
  return engine.project.facts(FILE) !== undefined;
}

/** Those of `pass-explicit` are the same programs with more parentheses. */
it.each([
  { kind: 'pass', files: 1981, analysed: 1950 },
  // Errors that only a later step finds: our parser lets most of them pass.
  { kind: 'early', files: 668, analysed: 400 },
  { kind: 'fail', files: 731, analysed: 0 },
])('test262: $kind', ({ kind, files, analysed }) => {
  const names = readdirSync(`${folder}/${kind}`);
  expect(names).toHaveLength(files);
  let known = 0;
  for (const name of names) {
    const text = readFileSync(`${folder}/${kind}/${name}`, 'utf8');
    try {
      if (underLock.some((around) => analyse(around(text)))) known += 1;
    } catch (error) {
      throw new Error(`${kind}/${name}`, { cause: error });
    }
  }
  expect(known).toBeGreaterThanOrEqual(analysed);
});
