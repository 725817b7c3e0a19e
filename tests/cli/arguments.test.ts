// What the arguments mean, and that the help describes them all.

import { expect, it } from 'vitest';
import { HELP, readArguments } from '../../src/cli/arguments.js';

it.each<[string[], object]>([
  [['check'], { paths: [], format: 'pretty', strict: false, stats: false }],
  [['check', 'a', 'b.ts'], { paths: ['a', 'b.ts'] }],
  [['--strict', 'check', 'a', '--format=sarif', '--stats'], { paths: ['a'], format: 'sarif', strict: true, stats: true }],
  [['check', '--rule', 'lockwright/a', '--rule', 'b'], { rules: ['a', 'b'] }],
  [['check', '--', '--odd.ts'], { paths: ['--odd.ts'] }],
])('%j', (argv, check) => {
  expect(readArguments(argv)).toMatchObject({ do: 'check', check });
});

it.each([
  [['check', '--help'], 'help'],
  [['-h'], 'help'],
  [['--version', 'check'], 'version'],
])('%j is for %s', (argv, what) => {
  expect(readArguments(argv)).toEqual({ do: what });
});

it.each([
  ['src/a.ts:40', { file: 'src/a.ts', line: 40 }],
  ['C:/a b.ts:7:12', { file: 'C:/a b.ts', line: 7 }],
])('explains %s', (place, found) => {
  expect(readArguments(['check', '--explain', place])).toEqual({ do: 'explain', ...found, format: 'pretty' });
  expect(readArguments(['check', `--explain=${place}`, '--format=json'])).toEqual({ do: 'explain', ...found, format: 'json' });
});

it('refuses an empty path, which a script with an unset variable passes', () => {
  expect(readArguments(['check', ''])).toEqual({ do: 'refuse', because: 'a path is empty' });
});

it('describes each option in lines of at most 120 columns', () => {
  for (const option of ['--format', '--strict', '--rule', '--stats', '--explain', '--help', '--version']) expect(HELP).toContain(option);
  for (const line of HELP.split('\n')) expect(line.length).toBeLessThanOrEqual(120);
});
