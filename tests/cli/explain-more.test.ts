// How an explanation names each kind of lock, and how it is taken, held and let go.
import { describe, expect, it } from 'vitest';
import { explain, type ExplainedRegion, type Explanation } from '../../src/cli/explain.js';
import { explanationText } from '../../src/cli/formats/explanation.js';
import { rules } from '../../src/rules/index.js';
import { project, runHere } from './projects.js';

const MUTEX = `import { Mutex } from 'async-mutex';
const lock = new Mutex();
`;

function explained(code: string, line: number, more: Readonly<Record<string, string>> = {}): Explanation {
  return explain({ cwd: project({ 'a.ts': code, ...more }), file: 'a.ts', line, rules });
}

const first = (code: string, line: number, more?: Readonly<Record<string, string>>): ExplainedRegion => explained(code, line, more).regions[0]!;

describe('how it is taken', () => {
  it('by the shape of a lock of the project\'s own', () => {
    const code = `export class Queue {
  #tail: Promise<void> = Promise.resolve();
  async run(work: () => Promise<void>): Promise<void> {
    const before = this.#tail;
    let free!: () => void;
    this.#tail = new Promise((resolve) => { free = resolve; });
    await before;
    try {
      await work();
    } finally {
      free();
    }
  }
}
`;
    expect(first(code, 9).how).toMatch(/shape$|own making/);
  });

  it('by the model of the platform', () => {
    const code = "export const load = () => navigator.locks.request('a', async () => {\n  await fetch('/');\n});\n";
    expect(first(code, 2).how).toBe('a section, by the model of the platform');
  });

  it('by a function that the settings describe', () => {
    const settings = { models: [{ file: 'gate.ts', members: { pass: { does: 'section', callback: 0 } } }] };
    const code = "import { pass } from './gate.js';\nexport const load = () => pass(async () => {\n  await fetch('/');\n});\n";
    const region = first(code, 3, {
      'package.json': JSON.stringify({ type: 'module', lockwright: settings }),
      'gate.ts': 'export async function pass(work: () => Promise<void>) { await work(); }\n',
    });
    expect(region.how).toBe('a section through pass (gate.ts:1) of this project, which your settings describe');
  });
});

describe('how it is let go', () => {
  it('nowhere', () => {
    const code = `${MUTEX}export async function load() {
  await lock.acquire();
  await fetch('/');
}
`;
    expect(first(code, 5).letGo).toEqual(['not at the return in line 6: it is still held there']);
  });

  it('with the function, for a disposal', () => {
    const code = `import { Mutex } from 'lockwright';
const lock = new Mutex();
export async function load() {
  await using held = await lock.acquire();
  await fetch('/');
}
`;
    expect(first(code, 5).letGo.join()).toMatch(/line 4/);
  });
});

describe('what other rules say', () => {
  it('a comment silences what another rule says', () => {
    const code = `${MUTEX}export async function load(x: boolean) {
  // eslint-disable-next-line lockwright/require-lock-release -- the caller sees to it
  const release = await lock.acquire();
  if (x) return;
  release();
}
`;
    expect(first(code, 6).others).toEqual([expect.stringMatching(/require-lock-release \(silenced by a comment\)/)]);
  });
});

it('a broken manifest is told of, and the line is explained all the same', () => {
  const { problems, incomplete, regions } = explained(`${MUTEX}export const go = () => lock.runExclusive(() => fetch('/'));\n`, 3, { 'package.json': '{' });
  expect(problems).toEqual([{ file: expect.stringMatching(/package\.json$/), message: expect.stringMatching(/^no valid JSON/) }]);
  expect(incomplete).toBe(true);
  expect(regions).toHaveLength(1);
});

it('a long identity is cut, and nothing that happens is said to be nothing', () => {
  const name = 'a'.repeat(80);
  const code = `${MUTEX}export const ${name} = () => lock.runExclusive(async () => {\n  void 1;\n});\n`;
  const text = explanationText(explained(code, 4), { cwd: '/' });
  expect(text).toContain('Nothing is known to happen while it is held.');
});

it('the command with a terminal, and what is wrong with what it is asked', async () => {
  const root = project({ 'a.ts': `${MUTEX}export const go = () => lock.runExclusive(() => fetch('/'));\n`, 'b.vue': '', 'c.d.ts': '' });
  expect(await runHere(root, ['--help'])).toMatchObject({ status: 0, stdout: expect.stringContaining('Usage: lockwright check') });
  expect((await runHere(root, ['-v'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  expect(await runHere(root, [])).toMatchObject({ status: 2, stderr: expect.stringContaining('say what to do') });
  expect(await runHere(root, ['chek'])).toMatchObject({ status: 2, stderr: expect.stringContaining('unknown command `chek`') });
  expect(await runHere(root, ['check', ''])).toMatchObject({ status: 2, stderr: expect.stringContaining('a path is empty') });
  expect(await runHere(root, ['check', '--rule', 'none'])).toMatchObject({ status: 2, stderr: expect.stringContaining('unknown rule `none`') });
  expect(await runHere(root, ['check', 'b.vue'])).toMatchObject({ status: 2, stderr: expect.stringContaining('b.vue: a component') });
  expect(await runHere(root, ['check', 'a.ts/x'])).toMatchObject({ status: 2, stderr: 'lockwright: a.ts/x: no such file or folder\n' });
  expect(await runHere(root, ['check', '--explain', 'c.d.ts:1'])).toMatchObject({ status: 2, stderr: 'lockwright: c.d.ts: nothing runs in it\n' });
});
