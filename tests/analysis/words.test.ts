/** Which files have a word in their text as a name that is used. */
import { expect, test } from 'vitest';
import { Words } from '../../src/analysis/project/words.js';

const files: Readonly<Record<string, string>> = {
  'member.ts': 'server.load;',
  'private.ts': 'this.#load;',
  'next-line.ts': 'server.\n  load;',
  'optional.ts': 'server?.load;',
  'call.ts': 'load ();',
  'typed.ts': 'load<string>();',
  'listed.ts': 'import { load, save } from "./server.js";',
  'part.ts': 'server.reload(); server.loads; $load();',
  'compared.ts': 'load < save; (load > 1)',
  'kept.ts': 'const load = 1;',
  'last.ts': 'server.load',
  'other-letters.ts': 'server.überload;',
};

const words = new Words((file) => {
  const text = files[file];
  if (text === undefined) throw new Error('no such file');
  return text;
});

test('a word is used after a dot, and before arguments or a comma', () => {
  expect(words.naming([...Object.keys(files), 'missing.ts'], ['load'])).toEqual(['member.ts', 'private.ts', 'next-line.ts', 'optional.ts', 'call.ts', 'typed.ts', 'listed.ts', 'last.ts']);
});

test('one of several words is enough', () => {
  expect(words.naming(Object.keys(files), ['reload', 'überload', 'nobody'])).toEqual(['part.ts', 'other-letters.ts']);
});
