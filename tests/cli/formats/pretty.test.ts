// The report for people: names of files, colours, confidence, the summary, and the lines on standard error.

import { describe, expect, it } from 'vitest';
import { coloured, wantsColour } from '../../../src/cli/formats/colours.js';
import { nameOf, pretty, problemLines } from '../../../src/cli/formats/pretty.js';
import { example, outcomeOf, sourcesOf } from '../outcomes.js';

const shown = (more: Parameters<typeof example>[0] = {}, options: object = {}): string => {
  const { sources, report } = example(more);
  return pretty(outcomeOf(sources, [report]), { cwd: '/p', ...options });
};

it('tells a long chain by its ends, as the trace below tells it all', () => {
  expect(shown()).toBe(`src/a b.ts:3:9  lockwright/no-sleep-in-lock
  Sleeps: go → … → sleep.

    1 │ const one = 1;
    2 │ lock(async () => {
  > 3 │   await go(one);
      │         ^^^^^^^
    4 │ });

  1. src/a b.ts:2  takes lock
     │ lock(async () => {
  2. src/far.ts:1  sleep
     │ export const go = (n: number) => sleep(n);

1 finding in 1 of 1 file.
`);
});

it('says what is only likely', () => {
  const text = shown({ confidence: 'likely' });
  expect(text).toMatch(/^src\/a b\.ts:3:9 {2}lockwright\/no-sleep-in-lock {2}likely\n/);
  expect(text).toMatch(/\n1 finding \(0 certain, 1 likely\) in 1 of 1 file\.\n$/);
});

it('does without a trace, and without a file that has gone', () => {
  expect(shown({ trace: [] })).not.toContain('1. ');
  const { report } = example();
  expect(pretty(outcomeOf(sourcesOf({}), [report]), { cwd: '/p' })).toBe(`src/a b.ts:3:9  lockwright/no-sleep-in-lock
  Sleeps: go → … → sleep.

  1. src/a b.ts:2  takes lock
  2. src/far.ts:1  sleep

1 finding in 1 of 1 file.
`);
});

it('wraps messages on a terminal', () => {
  const brief = 'word '.repeat(30).trim();
  expect(shown({ brief }, { columns: 60 }).split('\n').slice(1, 4).map((line) => line.length)).toEqual([56, 56, 41]);
});

it('lets no source steer the terminal', () => {
  expect(shown({ brief: 'a \u001b[2J b' })).toContain('a ␛[2J b');
});

it('has the same text with colours', () => {
  // eslint-disable-next-line no-control-regex -- escape sequences are what is looked for
  const bare = shown({}, { paint: coloured }).replaceAll(/\u001b\[\d+m/g, '');
  expect(bare).toBe(shown());
});

describe('colours', () => {
  it.each<[boolean, Record<string, string>, boolean]>([
    [true, {}, true],
    [false, {}, false],
    [true, { NO_COLOR: '1' }, false],
    [true, { NO_COLOR: '' }, true],
    [true, { TERM: 'dumb' }, false],
    [true, { NODE_DISABLE_COLORS: '1' }, false],
    [false, { FORCE_COLOR: '1' }, true],
    [false, { FORCE_COLOR: '' }, true],
    [false, { FORCE_COLOR: '3', NO_COLOR: '1' }, true],
    [true, { FORCE_COLOR: '0' }, false],
  ])('terminal %s, %j: %s', (isTerminal, env, wanted) => {
    expect(wantsColour(isTerminal, env)).toBe(wanted);
  });
});

it.each([
  ['/p/src/a.ts', '/p', 'src/a.ts'],
  ['/p/src/a.ts', '/p/test', '../src/a.ts'],
  ['/p/a.ts', '/very/far/away', '/p/a.ts'],
  ['/p', '/p', '.'],
  ['/p/a\u001b.ts', '/p', 'a␛.ts'],
])('%j from %j is %j', (file, cwd, name) => {
  expect(nameOf(file, cwd)).toBe(name);
});

it('tells each problem in a line', () => {
  const missing = 'extends `x`, which cannot be found';
  expect(
    problemLines(
      [
        { message: 'nothing' },
        { file: '/p/a.ts', message: 'one\n  two' },
        { file: '/p/a/tsconfig.json', message: missing },
        { file: '/p/b/tsconfig.build.json', message: missing },
        { file: '/p/b.ts', message: 'one two' },
      ],
      '/p',
    ),
  ).toEqual(['nothing', 'a.ts: one two', `a/tsconfig.json (and 1 other): ${missing}`, 'b.ts: one two']);
});

it('prints the statistics', () => {
  const { sources, report } = example();
  const statistics = {
    files: 1234,
    interestingFiles: 34,
    wallTime: 1500,
    cpuTime: 2345,
    slowFiles: [{ file: '/p/a.ts', cpuTime: 1230 }],
    peakMemory: 210 * 1024 * 1024,
    findings: { 'no-sleep-in-lock': 1, 'no-await-in-lock': 0 },
    suppressed: 2,
    callees: { resolved: 9000, unknown: 1000 },
  };
  const outcome = outcomeOf(sources, [report], { files: 1234, suppressed: 2, statistics });
  expect(pretty(outcome, { cwd: '/p' }).split('\n').slice(-11)).toEqual([
    '1 finding in 1 of 1,234 files; 2 silenced by comments.',
    '',
    '  files             1,234, of which 34 can come to hold a lock',
    '  time              1.50 s, 2.35 s of CPU time',
    '  slow              1.23 s of it at a.ts',
    '  memory            210 MB at most',
    '  callees           9,000 of 10,000 resolved (90.0 %), 1,000 unknown',
    '  no-sleep-in-lock  1',
    '  no-await-in-lock  0',
    '  silenced          2',
    '',
  ]);
});
