/** Small projects in a temporary folder, and the command run in them: as it is built, and in this process. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';
import { command } from '../../src/cli/command.js';
import type { Terminal } from '../../src/cli/progress.js';

const COMMAND = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

const made: string[] = [];
afterAll(() => {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** Writes the files (texts by path) below a new folder, with a package.json unless there is one, and gives the folder. */
export function project(files: Readonly<Record<string, string>>): string {
  const root = realpathSync(mkdtempSync(path.join(tmpdir(), 'lockwright-')));
  made.push(root);
  for (const [name, text] of Object.entries({ 'package.json': '{ "type": "module" }\n', ...files })) {
    mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
    writeFileSync(path.join(root, name), text);
  }
  return root.split(path.sep).join('/');
}

export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export function run(cwd: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Ended {
  const inherited = { ...process.env };
  for (const name of ['FORCE_COLOR', 'NO_COLOR', 'NODE_OPTIONS']) delete inherited[name];
  const { status, stdout, stderr } = spawnSync(process.execPath, [COMMAND, ...args], {
    cwd,
    encoding: 'utf8',
    env: { ...inherited, ...env },
  });
  return { status, stdout, stderr };
}

/** The command without a process around it. */
export async function runHere(cwd: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  const said = { stdout: '', stderr: '' };
  const pipe = (name: keyof typeof said): Terminal => ({ isTTY: false, columns: 0, write: (text) => (said[name] += text) });
  const status = await command(args, { cwd, stdout: pipe('stdout'), stderr: pipe('stderr'), env });
  return { status, ...said };
}

/** A counter that retries under its lock, over three files. */
export const SEQUENCE = {
  'src/sequence.ts': `import { Mutex } from 'async-mutex';
import { advance } from './store.js';

export class Sequence {
  readonly #lock = new Mutex();

  next(): Promise<number> {
    return this.#lock.runExclusive(async () => {
      return await advance();
    });
  }
}
`,
  'src/store.ts': `import { sleep } from './sleep.js';

export async function advance(): Promise<number> {
  await sleep(1000);
  return 1;
}
`,
  'src/sleep.ts': `export const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
`,
} as const;

/** One finding on line 5, of what is fetched. */
export const FETCH = `import { Mutex } from 'async-mutex';
const lock = new Mutex();

export const load = (url: string) => lock.runExclusive(async () => {
  await fetch(url);
});
`;

export const CLEAN = `import { Mutex } from 'async-mutex';
const lock = new Mutex();
let count = 0;

export const next = () => lock.runExclusive(async () => ++count);
`;
