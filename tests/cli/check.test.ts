// What the command does when the analysis itself fails, and what it tells while it works.

import { expect, it } from 'vitest';
import { check, type CheckOptions } from '../../src/cli/check.js';
import { fileProblem } from '../../src/cli/problems.js';
import { Progress } from '../../src/cli/progress.js';
import { rules } from '../../src/rules/index.js';
import type { Rule } from '../../src/rules/rule.js';
import { CLEAN, FETCH, project } from './projects.js';

const optionsFor = (cwd: string, more: Partial<CheckOptions> = {}): CheckOptions => ({
  cwd,
  paths: [],
  rules,
  strict: false,
  stats: false,
  ...more,
});

it('goes on after a defect of a rule, and tells of it', () => {
  const broken: Rule = {
    name: 'no-such-thing',
    description: 'disallow it',
    messages: {},
    defaults: {},
    find() {
      throw new TypeError('cannot read\nof undefined');
    },
  };
  const root = project({ 'fetch.ts': FETCH });
  const { reports, problems, incomplete } = check(optionsFor(root, { rules: [broken, ...rules] }));
  expect(reports.map(({ rule }) => rule)).toEqual(['no-await-in-lock']);
  expect(incomplete).toBe(true);
  expect(problems).toEqual([
    {
      file: `${root}/fetch.ts`,
      message: expect.stringContaining('no-such-thing failed, which is a defect of lockwright: cannot read'),
      stack: expect.stringContaining('TypeError: cannot read'),
    },
  ]);
});

it('tells of files that cost more than a second', () => {
  const root = project({ 'a.ts': FETCH, 'b.ts': FETCH, 'c.ts': FETCH });
  // The second file takes 1.5 s, all others nothing.
  let now = 0;
  const times = [0, 0, 0, 1500, 1500, 1500, 1500];
  const { statistics } = check(optionsFor(root, { stats: true, cpuTime: () => times[now++]! }));
  expect(statistics?.slowFiles).toEqual([{ file: `${root}/b.ts`, cpuTime: 1500 }]);
});

it('works out suggestions on a tree of its own', () => {
  const root = project({
    'gate.ts': `import { Mutex } from 'async-mutex';
const gate = new Mutex();
export async function pass(): Promise<void> {
  gate.acquire();
}
export async function text(name: string): Promise<string> {
  const release = await gate.acquire();
  if (name === '') throw new Error('name');
  release();
  return name;
}
`,
  });
  const { reports } = check(optionsFor(root));
  expect(reports.map(({ rule, suggestions }) => [rule, suggestions?.map(({ message }) => message)])).toEqual([
    ['no-floating-lock', ['Await it.']],
    ['require-lock-release', ['Give it back in a `finally`.', 'Hold it through `runExclusive`.']],
  ]);
  expect(reports[0]!.suggestions![0]!.edits).toEqual([{ start: reports[0]!.start, end: reports[0]!.start, text: 'await ' }]);
});

it('reports what is likely when it is strict', () => {
  const likely: Rule = {
    name: 'maybe',
    description: 'disallow it',
    messages: { maybe: 'Perhaps {{what}}.' },
    defaults: {},
    find: (_, file, { confidence }) =>
      confidence === 'likely'
        ? [{ rule: 'maybe', file, start: 0, end: 6, messageId: 'maybe', data: { what: 'so' }, confidence, trace: [] }]
        : [],
  };
  const root = project({ 'fetch.ts': FETCH });
  expect(check(optionsFor(root, { rules: [likely] })).reports).toEqual([]);
  expect(check(optionsFor(root, { rules: [likely], strict: true })).reports).toMatchObject([
    { message: 'Perhaps so.', confidence: 'likely', line: 1, column: 1, endColumn: 7 },
  ]);
});

it('sorts by file and place', () => {
  const twice = `${FETCH}export const again = (u: string) => lock.runExclusive(() => fetch(u));\n`;
  const root = project({ 'b.ts': FETCH, 'a.ts': twice });
  const places = check(optionsFor(root)).reports.map(({ file, line }) => `${file.slice(root.length + 1)}:${line}`);
  expect(places).toEqual(['a.ts:5', 'a.ts:7', 'b.ts:5']);
});

it('tells of each file before it is looked at', () => {
  const root = project({ 'a.ts': CLEAN, 'b.ts': CLEAN });
  const told: string[] = [];
  const onFile: CheckOptions['onFile'] = (file, done, total) => told.push(`${file.slice(root.length + 1)} ${done}/${total}`);
  check(optionsFor(root, { onFile }));
  expect(told).toEqual(['a.ts 0/2', 'b.ts 1/2']);
});

it.each([
  ["EACCES: permission denied, open '/p/a.ts'", 'no permission to read it'],
  ["ENOENT: no such file or directory, open '/p/a.ts'", 'has gone, or is a link that leads nowhere'],
  ['syntax error at 1:1: no', 'syntax error at 1:1: no'],
])('words %j for users', (message, expected) => {
  expect(fileProblem('/p/a.ts', message)).toEqual({ file: '/p/a.ts', message: expected });
});

it.each<[boolean, Record<string, string>, boolean]>([
  [true, {}, true],
  [false, {}, false],
  [true, { CI: 'true' }, false],
  [true, { TERM: 'dumb' }, false],
])('shows progress on a terminal (%s) with %j: %s', (isTTY, env, isShown) => {
  let written = '';
  const stream = { isTTY, columns: 20, write: (text: string) => (written += text) };
  const progress = new Progress(stream as unknown as NodeJS.WriteStream, env);
  progress.show('lockwright: 1 of 200 files, a-long-name.ts');
  progress.clear();
  expect(written).toBe(isShown ? '\r\u001b[Klockwright: 1 of 20\r\u001b[K' : '');
});
