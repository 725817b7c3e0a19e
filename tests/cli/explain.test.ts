// `check --explain FILE:LINE`: what is known of the locks held in one line, as users meet it.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { rules } from '../../src/rules/index.js';
import { explain, type Explanation } from '../../src/cli/explain.js';
import { project, runHere, SEQUENCE } from './projects.js';

/** What is said of a line, without the line itself. */
async function said(files: Readonly<Record<string, string>>, place: string): Promise<string> {
  const { status, stdout, stderr } = await runHere(project(files), ['check', '--explain', place]);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return stdout;
}

function explained(code: string, line: number): Explanation {
  return explain({ cwd: project({ 'a.ts': code }), file: 'a.ts', line, rules });
}

const eventsAt = (code: string, line: number) => explained(code, line).regions.flatMap(({ events }) => events);

const LOCK = `import { Mutex } from 'async-mutex';
const lock = new Mutex();
`;

it('tells of a section: the lock, where it is held, and the chain of what happens', async () => {
  expect(await said(SEQUENCE, 'src/sequence.ts:9')).toBe(`src/sequence.ts:9, in a function without a name

\`this.#lock\` (mutex)
  identity  Sequence#lock (src/sequence.ts, one for each instance)
  taken     line 8, \`runExclusive\`: a section, by the model of async-mutex
  held      line 9, in a function without a name, which is entered with it
  let go    when the promise of the section has settled

  What happens while it is held
    line 9  a sleep, certain: reported by lockwright/no-sleep-in-lock
      1. src/sequence.ts:9  advance
      2. src/store.ts:4     sleep
      3. src/sleep.ts:1     setTimeout
`);
});

it('tells of an acquisition: its ways, locks taken inside, calls of which nothing is known, other rules', async () => {
  const text = await said({
    'a.ts': `${LOCK}const gate = new Mutex();

export async function pay(store: any, paid: boolean) {
  const release = await lock.acquire();
  if (paid) {
    release();
    return;
  }
  store.begin();
  await gate.runExclusive(async () => store.add(1));
  release();
  await fetch('/');
}
`,
  }, 'a.ts:11');
  expect(text).toBe(`a.ts:11, in pay

\`lock\` (mutex)
  identity  a.ts#lock
  taken     line 6, \`acquire\`: an acquisition, by the model of async-mutex
  held      lines 6–8, 11–13, in pay
            line 12, in a function without a name, which is entered with it
  let go    line 8: release()
            line 13: release()

  What happens while it is held
    line 12  takes \`gate\`, certain: not reported: it is another lock, and nowhere known to be taken the other way round
      1. a.ts:12  runExclusive

  Calls of which nothing is known
    line 11  store.begin
    line 12  store.add

  Reported by other rules
    line 6: lockwright/require-lock-release: \`lock\`, taken here, stays held when \`gate.runExclusive(async () => store.add(1))\` (line 12) fails. Give it back in a \`finally\`, or hold it through a section.
`);
});

it('says by which function of the project a lock is taken, and by which shape', () => {
  const code = `${LOCK}const locked = <T>(work: () => Promise<T>) => lock.runExclusive(work);
export const load = () => locked(() => fetch('/'));
let tail: Promise<unknown> = Promise.resolve();
export function queued(work: () => Promise<void>) {
  const mine = tail.then(work);
  tail = mine.catch(() => {});
  return mine;
}
`;
  expect(explained(code, 4).regions.map(({ how }) => how)).toEqual(['a section through locked (a.ts:3) of this project, found by what that does']);
  expect(explained(code, 7).regions.map(({ how, parts }) => [how, parts.map((part) => part.how)])).toEqual([
    ['work hung on a chain of promises, known by its shape', ['handed']],
  ]);
});

describe('why something is not reported', () => {
  it('a comment silences it', async () => {
    const code = `${LOCK}export const load = () => lock.runExclusive(async () => {
  // eslint-disable-next-line lockwright/no-await-in-lock -- the server is ours
  await fetch('/');
});
`;
    expect(eventsAt(code, 5)).toMatchObject([{ what: 'the network', isReported: false, verdict: 'silenced by a comment: lockwright/no-await-in-lock' }]);
  });

  it('it is what locks are for, and an option reports it', () => {
    const code = `${LOCK}import { readFile } from 'node:fs/promises';
export const load = () => lock.runExclusive(() => readFile('a'));
`;
    expect(eventsAt(code, 4)).toMatchObject([
      { what: 'storage', isReported: false, verdict: expect.stringMatching(/^not reported: waiting for what it protects.*'storage'.*no-await-in-lock reports it$/) },
    ]);
  });

  it('nothing is known of what is awaited', async () => {
    const code = `${LOCK}export const load = (store: any) => lock.runExclusive(async () => {
  await store.load();
});
`;
    expect(eventsAt(code, 4)).toMatchObject([{ what: 'await of `store.load()`', isReported: false, verdict: expect.stringContaining("{ effects: ['any'] }") }]);
  });

  it('it is in a test', () => {
    const root = project({ 'a.test.ts': `${LOCK}export const load = () => lock.runExclusive(() => fetch('/'));\n` });
    const [event] = explain({ cwd: root, file: 'a.test.ts', line: 3, rules }).regions[0]!.events;
    expect(event).toMatchObject({ isReported: false, verdict: expect.stringMatching(/--strict only.*in tests locks are held on purpose$/) });
  });

  it('whoever finds the lock taken is refused, and nobody waits for it', async () => {
    const code = `import { lock } from 'proper-lockfile';
export async function publish(file: string) {
  const release = await lock(file, { stale: 10_000 });
  await fetch('/');
  await release();
}
`;
    expect(eventsAt(code, 4)).toMatchObject([{ what: 'the network', isReported: false, verdict: expect.stringMatching(/--strict only.*is refused, so nobody waits for it$/) }]);
  });
});

it('every report of the four rules on held regions is explained at its line as reported', async () => {
  const code = `${LOCK}import { EventEmitter } from 'node:events';
const events = new EventEmitter();
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
export const all = () => lock.runExclusive(async () => {
  await fetch('/');
  await sleep(10);
  for (let n = 0; n < 3; n++) {
    try { await fetch('/again'); break; } catch {}
  }
  events.emit('done');
  await lock.runExclusive(async () => {});
});
`;
  const root = project({ 'a.ts': code });
  const { findings } = JSON.parse((await runHere(root, ['check', '--format', 'json'])).stdout) as { findings: { rule: string; line: number }[] };
  const told = findings.map(({ rule, line }) => `${line} ${rule}`);
  expect(new Set(findings.map(({ rule }) => rule))).toEqual(
    new Set(['no-await-in-lock', 'no-sleep-in-lock', 'no-retry-in-lock', 'no-callback-in-lock', 'no-self-deadlock']),
  );
  const reported = eventsAt(code, 7).filter(({ isReported }) => isReported);
  expect(reported.map(({ line, verdict }) => `${line} ${verdict.replace('reported by lockwright/', '')}`).sort()).toEqual([...told].sort());
});

describe('a line in which no lock is held', () => {
  const after = `${LOCK}
export async function load() {
  const release = await lock.acquire();
  release();
  await fetch('/');
}
`;

  it('names the nearest acquisitions, and what a caller would bring under its lock', async () => {
    expect(await said({ 'a.ts': after }, 'a.ts:7')).toBe(`a.ts:7, in load

No lock is known to be held in this line.

Nearest acquisitions in the file
  line 5  \`lock\`, held in lines 5–6

What calling the function around the line comes to
  the network, certain
    1. a.ts:7  fetch
`);
  });

  it('says that there is none in the file', async () => {
    expect(await said({ 'a.ts': 'export const one = 1;\n' }, 'a.ts:1')).toBe(`a.ts:1, in the module

No lock is known in this file: nothing in it, or in what it imports by name, is known to take one.
`);
  });

  it('holds nothing in code that runs later, though the lines around it are held', async () => {
    const code = `${LOCK}export const load = () => lock.runExclusive(async () => {
  setTimeout(() => {
    void fetch('/');
  }, 10);
  await fetch('/now');
});
`;
    expect(explained(code, 5).regions).toEqual([]);
    expect(explained(code, 7).regions).toHaveLength(1);
  });
});

describe('what cannot be explained', () => {
  const root = project({ 'a.ts': 'export const one = 1;\n', 'broken.ts': 'const = ;\n', 'src/b.ts': '', 'types.d.ts': 'export {};' });

  it.each([
    ['b.ts:1', 'b.ts: no such file or folder'],
    ['a.ts:9', 'a.ts: it has 2 lines'],
    ['broken.ts:1', 'broken.ts: syntax error at 1:7: Unexpected token'],
    ['src:1', 'src: a folder; name one file'],
    ['types.d.ts:1', 'types.d.ts: nothing runs in it'],
    ['a.ts', '`a.ts` is no place; write `--explain FILE:LINE`.'],
    ['a.ts:0', '`a.ts:0` is no place; write `--explain FILE:LINE`.'],
  ])('%s', async (place, problem) => {
    const { status, stdout, stderr } = await runHere(root, ['check', '--explain', place]);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr.replace(/ `lockwright --help` tells more\./, '')).toBe(`lockwright: ${problem}\n`);
  });

  it.each([
    [['--strict'], '`--explain FILE:LINE` takes no paths and no other options than `--format`'],
    [['--stats'], '`--explain FILE:LINE` takes no paths and no other options than `--format`'],
    [['b.ts'], '`--explain FILE:LINE` takes no paths and no other options than `--format`'],
    [['--format', 'sarif'], 'SARIF has no place for an explanation; there are pretty, json'],
    [['--format', 'xml'], 'unknown format `xml`'],
  ])('refuses %j with it', async (more, why) => {
    const { status, stderr } = await runHere(root, ['check', '--explain', 'a.ts:1', ...more]);
    expect(status).toBe(2);
    expect(stderr).toContain(why);
  });
});

// A test that has to change here is a new version.
describe('as JSON', () => {
  async function json(root: string, place: string) {
    const { status, stdout } = await runHere(root, ['check', '--explain', place, '--format', 'json']);
    return { status, output: JSON.parse(stdout.replaceAll(root, '/project')) as unknown };
  }

  it('is what the page shows', async () => {
    const page = readFileSync(new URL('../../docs/explain.md', import.meta.url), 'utf8');
    const shown = JSON.parse(/```json\n(.*?)```/s.exec(page)![1]!) as unknown;
    expect(await json(project(SEQUENCE), 'src/sequence.ts:9')).toEqual({ status: 0, output: shown });
  });

  it('says why there is no lock in the line, which are near, and what the function does', async () => {
    const root = project({ 'a.ts': `${LOCK}export const one = () => lock.runExclusive(() => 1);
export async function load() {
  await fetch('/');
}
` });
    expect((await json(root, 'a.ts:5')).output).toEqual({
      version: 1,
      file: '/project/a.ts',
      line: 5,
      function: 'load',
      regions: [],
      none: {
        why: 'No lock is known to be held in this line.',
        nearest: [{ lock: '`lock`', taken: { label: 'runExclusive', file: '/project/a.ts', line: 3 }, lines: [[3, 3]] }],
        does: [{ kind: 'network', what: 'the network', confidence: 'certain', chain: [{ label: 'fetch', file: '/project/a.ts', line: 5 }] }],
      },
      problems: [],
    });
  });

  it('says what stands in the way, and that it is not complete', async () => {
    const root = project({ 'a.ts': '' });
    expect(await json(root, 'b.ts:1')).toEqual({
      status: 2,
      output: { version: 1, file: '/project/b.ts', line: 1, function: '', regions: [], problems: [{ file: '/project/b.ts', message: 'no such file or folder' }] },
    });
  });
});
