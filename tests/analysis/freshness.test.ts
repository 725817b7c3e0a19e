// An engine that an editor keeps: what is found in a file follows changes of others.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Engine } from '../../src/engine.js';
import { rules } from '../../src/rules/index.js';
import { projectOf } from '../projects.js';

const inversion = rules.find(({ name }) => name === 'no-lock-order-inversion')!;

const FILES = {
  'locks.ts': `
    import { Mutex } from 'async-mutex';
    export const stock = new Mutex();
    export const ledger = new Mutex();
  `,
  'book.ts': `
    import { ledger } from './locks';
    export const book = (write: () => void) => ledger.runExclusive(write);
  `,
  'take.ts': `
    import { stock } from './locks';
    import { book } from './book';
    export const take = () => stock.runExclusive(async () => { await book(() => {}); });
  `,
  'count.ts': `
    import { ledger, stock } from './locks';
    export const count = () => ledger.runExclusive(async () => { await stock.runExclusive(() => {}); });
  `,
};
/** As before, without the lock. */
const UNLOCKED = `
    import { ledger } from './locks';
    export const book = async (write: () => void) => { write(); return ledger.isLocked(); };
  `;

function countsIn(root: string, engine: Engine): number {
  return engine.findings(inversion, `${root}/count.ts`, { ...inversion.defaults, confidence: 'certain' }).length;
}

it('a cycle that a change in a third file has broken is no longer reported, and is again when the change is undone', () => {
  const root = projectOf(FILES);
  const engine = new Engine(root);
  expect(countsIn(root, engine)).toBe(1);
  engine.update(`${root}/book.ts`, UNLOCKED);
  expect(countsIn(root, engine)).toBe(0);
  engine.update(`${root}/book.ts`, FILES['book.ts']);
  expect(countsIn(root, engine)).toBe(1);
});

const GUARD = `
  import { Mutex } from 'async-mutex';
  const gate = new Mutex();
  export const guarded = <T>(section: () => Promise<T>): Promise<T> => gate.runExclusive(section);
`;

it('a field is no longer guarded when the wrapper in another file takes no lock any more', () => {
  const root = projectOf({
    'guard.ts': GUARD,
    'stock.ts': `
      import { guarded } from './guard';
      export class Stock {
        #left = 10;
        async take(save: () => Promise<void>) { await guarded(async () => { this.#left -= 1; await save(); this.#left += 0; }); }
        async fill(save: () => Promise<void>) { await guarded(async () => { this.#left += 9; await save(); this.#left += 0; }); }
        drop() { this.#left = 0; }
      }
    `,
  });
  const engine = new Engine(root);
  const unguarded = rules.find(({ name }) => name === 'no-unguarded-access')!;
  const count = (): number => engine.findings(unguarded, `${root}/stock.ts`, { ...unguarded.defaults, confidence: 'likely' }).length;
  expect(count()).toBe(1);
  engine.update(`${root}/guard.ts`, GUARD.replace('gate.runExclusive(section)', 'section()'));
  expect(count()).toBe(0);
});

describe('files that change on disk, while an editor has another open', () => {
  const CALLER = `import { Mutex } from 'async-mutex';
import { load } from './load';
const lock = new Mutex();
export const refresh = () => lock.runExclusive(() => load());
`;
  const LOAD = "export { load } from './deep/net';\n";
  const FETCHES = "export const load = () => fetch('https://example.org');\n";
  const COUNTS = 'let count = 0;\nexport const load = async () => (count += 1);\n';
  const awaits = rules.find(({ name }) => name === 'no-await-in-lock')!;

  function opened(files: Readonly<Record<string, string>> = {}) {
    const root = projectOf({ 'caller.ts': CALLER, 'load.ts': LOAD, 'deep/net.ts': FETCHES, ...files });
    let engine = new Engine(root);
    return {
      root,
      get engine() {
        return engine;
      },
      again: () => (engine = new Engine(root)),
      /** As an editor asks each time that something is typed. */
      count(file = 'caller.ts', text = CALLER): number {
        engine.update(`${root}/${file}`, text);
        return engine.findings(awaits, `${root}/${file}`, { ...awaits.defaults, confidence: 'certain' }).length;
      },
    };
  }

  it('the callee, two files away', () => {
    const { root, count } = opened();
    expect(count()).toBe(1);
    writeFileSync(`${root}/deep/net.ts`, COUNTS);
    expect(count()).toBe(0);
    writeFileSync(`${root}/deep/net.ts`, FETCHES);
    expect(count()).toBe(1);
  });

  it('the file on the way leads elsewhere', () => {
    const { root, count } = opened({ 'other.ts': COUNTS });
    expect(count()).toBe(1);
    writeFileSync(`${root}/load.ts`, "export { load } from './other';\n");
    expect(count()).toBe(0);
  });

  it('the callee goes, and comes back', () => {
    const { root, count } = opened();
    expect(count()).toBe(1);
    rmSync(`${root}/deep/net.ts`);
    expect(count()).toBe(0);
    writeFileSync(`${root}/deep/net.ts`, FETCHES);
    expect(count()).toBe(1);
  });

  it('a file that is imported is made', () => {
    const text = CALLER.replace('./load', './new/load');
    const { root, count } = opened({ 'caller.ts': text });
    expect(count('caller.ts', text)).toBe(0);
    mkdirSync(`${root}/new`);
    writeFileSync(`${root}/new/load.ts`, FETCHES);
    expect(count('caller.ts', text)).toBe(1);
  });

  it('a new file, linted for the first time, is one of the project', () => {
    const { root, engine, count } = opened();
    expect(count()).toBe(1);
    writeFileSync(`${root}/second.ts`, CALLER);
    expect(count('second.ts')).toBe(1);
    expect(engine.project.files).toContain(`${root}/second.ts`);
  });

  it('what was typed and never saved gives way to what is written to disk', () => {
    const { root, count } = opened();
    expect(count('deep/net.ts', COUNTS)).toBe(0);
    expect(count()).toBe(0);
    writeFileSync(`${root}/deep/net.ts`, `${FETCHES}// saved by somebody else\n`);
    expect(count()).toBe(1);
  });

  it('findings that were kept are served until something changes', () => {
    const project = opened({ 'node_modules/.keep': '' });
    expect(project.count()).toBe(1);
    project.engine.save();
    project.again();
    expect(project.count()).toBe(1);
    writeFileSync(`${project.root}/deep/net.ts`, COUNTS);
    expect(project.count()).toBe(0);
  });

  it('a file that nothing leads to is seen when it is its turn', () => {
    const base = { 'base.ts': 'export abstract class Base { abstract load(): Promise<void>; }\n', 'heir.ts': '' };
    const text = `import { Mutex } from 'async-mutex';
import type { Base } from './base';
const lock = new Mutex();
export const refresh = (base: Base) => lock.runExclusive(() => base.load());
`;
    const { root, count } = opened({ ...base, 'caller.ts': text });
    expect(count('caller.ts', text)).toBe(0);
    writeFileSync(`${root}/heir.ts`, "import { Base } from './base';\nexport class Heir extends Base { async load(): Promise<void> { await fetch('/'); } }\n");
    expect(count('caller.ts', text)).toBe(1);
  });

  it('a method of an heir changes, of which callers know the base only', () => {
    const text = `import { Mutex } from 'async-mutex';
import type { Base } from './bases';
const lock = new Mutex();
export const refresh = (base: Base) => lock.runExclusive(() => base.load());
`;
    const heir = (body: string): string => `import { Base } from './bases';\nimport { load } from './load';\nexport class Heir extends Base { async load(): Promise<void> { ${body} } }\n`;
    const { root, count } = opened({
      'base.ts': 'export abstract class Base { abstract load(): Promise<void>; }\n',
      'bases.ts': "export { Base } from './base';\n",
      'heir.ts': heir('await load();'),
      'caller.ts': text,
    });
    expect(count('caller.ts', text)).toBe(1);
    writeFileSync(`${root}/heir.ts`, heir('void load;'));
    expect(count('caller.ts', text)).toBe(0);
    writeFileSync(`${root}/heir.ts`, heir('await load();'));
    expect(count('caller.ts', text)).toBe(1);
    // What the heir calls, typed and not saved.
    expect(count('deep/net.ts', COUNTS)).toBe(0);
    expect(count('caller.ts', text)).toBe(0);
  });

  it('a file that was opened after something was typed elsewhere follows what is typed next', () => {
    const { count } = opened({ 'second.ts': CALLER });
    expect(count()).toBe(1);
    expect(count('deep/net.ts', COUNTS)).toBe(0);
    expect(count('second.ts')).toBe(0);
    expect(count('deep/net.ts', FETCHES)).toBe(0);
    expect(count('second.ts')).toBe(1);
    expect(count()).toBe(1);
  });
});

it('an object of one call is anybody\'s as soon as its caller keeps it in a variable of the module', () => {
  const caller = (own: string, shared: string): string => `
    import { Job } from './job';
    ${shared}
    export async function handle() { ${own} return job.open(); }
  `;
  const root = projectOf({
    'job.ts': `
      export interface Socket { close(): void }
      declare function dial(): Promise<Socket>;
      export class Job {
        socket?: Socket;
        async open() {
          if (!this.socket) this.socket = await dial();
          return this.socket;
        }
      }
    `,
    'server.ts': caller('const job = new Job();', ''),
  });
  const engine = new Engine(root);
  const racy = rules.find(({ name }) => name === 'no-racy-init')!;
  const count = (): number => engine.findings(racy, `${root}/job.ts`, { ...racy.defaults, confidence: 'certain' }).length;
  expect(count()).toBe(0);
  engine.update(`${root}/server.ts`, caller('', 'const job = new Job();'));
  expect(count()).toBe(1);
});
