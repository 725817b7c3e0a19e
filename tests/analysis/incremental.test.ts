/**
 * Whatever is edited, deleted and made anew, an engine that lives on finds what one that has just been opened finds: in
 * every file, by every rule. Each file of a small project has variants that differ in what others see of them: who takes
 * which lock and in which order, what a callee does, what is exported under which name, who imports what.
 */
import { rmSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Engine } from '../../src/engine.js';
import { outdatedReadings } from '../../src/analysis/freshness/live-facts.js';
import { rules } from '../../src/rules/index.js';
import { projectOf } from '../projects.js';

const VARIANTS: Readonly<Record<string, readonly string[]>> = {
  'locks.ts': [
    `import { Mutex } from 'async-mutex';
export const stock = new Mutex();
export const ledger = new Mutex();`,
    `import { Mutex } from 'async-mutex';
export const ledger = new Mutex();
export const stock = ledger;`,
    `import { Semaphore } from 'async-mutex';
export const stock = new Semaphore(3);
export const ledger = new Semaphore(1);`,
    `import { Mutex } from 'async-mutex';
export const stock = new Mutex();
const own = new Mutex();
export { own as ledger };`,
    `export const stock = { runExclusive: async <T>(work: () => Promise<T>) => work(), acquire: async () => () => {} };
export const ledger = stock;`,
    `export { ledger } from './spare';
import { Mutex } from 'async-mutex';
export const stock = new Mutex();`,
  ],
  'config.ts': [
    `import { existsSync } from 'node:fs';
export const config = { database: { url: 'postgres://master', replica: 'postgres://replica' } };
export const mainDsn = (): string => (existsSync('read-only') ? 'replica' : 'master');`,
    `export const config = Object.freeze({ database: { url: 'postgres://master', replica: '' } });
export const mainDsn = (): string => 'master';`,
  ],
  'switches.ts': [
    `import { config } from './config';
export async function switches(drain: () => Promise<void>) { await drain(); config.database.url = config.database.replica; }`,
    `import { config } from './config';
export const switches = () => config.database.url;`,
  ],
  'spare.ts': [
    `import { Mutex } from 'async-mutex';
export const ledger = new Mutex();
export const settings = { retries: 3 };`,
    `export { stock as ledger } from './locks';
export const settings = Object.freeze({ retries: 3 });`,
  ],
  'net.ts': [
    `export const load = () => fetch('https://example.org/');
export async function other() { return 1; }`,
    `let count = 0;
export const load = async () => (count += 1);
export const other = load;`,
    `export const load = () => new Promise<void>((resolve) => setTimeout(resolve, 10));
export const other = () => load();`,
    `export async function load(): Promise<void> {
  for (let at = 0; at < 3; at++) {
    try { await fetch('/'); return; } catch { await new Promise((go) => setTimeout(go, 100 * at)); }
  }
}
export const other = () => load();`,
    `import { stock } from './locks';
export const load = () => stock.runExclusive(async () => {});
export const other = () => fetch('/');`,
    `import { refresh } from './caller';
export async function load(): Promise<void> { if (Math.random() > 2) await refresh(); }
export const other = () => load();`,
    `export const another = () => fetch('/');`,
  ],
  'way.ts': [
    `export { load } from './net';`,
    `export { other as load } from './net';`,
    `import { load as inner } from './net';
export const load = () => inner();`,
    `import { load as inner } from './net';
const helper = async () => { await inner(); };
export async function load() { void helper(); }`,
    `export * from './net';`,
    `import * as net from './net';
export const load = async () => { await net.load(); await net.other(); };`,
    `export class Loader { async load() { await fetch('/'); } }
export const load = () => new Loader().load();`,
  ],
  'caller.ts': [
    `import { stock } from './locks';
import { load } from './way';
export const refresh = () => stock.runExclusive(() => load());`,
    `import { stock, ledger } from './locks';
import { load } from './way';
export const refresh = () => stock.runExclusive(async () => { await ledger.runExclusive(async () => { await load(); }); });`,
    `import { guarded } from './guard';
import { load } from './net';
export const refresh = () => guarded(async () => { await load(); });`,
    `import { stock } from './locks';
import { load } from './way';
export async function refresh() {
  const release = await stock.acquire();
  await load();
  release();
}`,
    `import { stock } from './locks';
import { load } from './way';
export async function refresh() { stock.runExclusive(() => load()); }`,
  ],
  'back.ts': [
    `import { ledger, stock } from './locks';
export const back = () => ledger.runExclusive(async () => { await stock.runExclusive(async () => {}); });`,
    `import { ledger } from './locks';
import { refresh } from './caller';
export const back = () => ledger.runExclusive(async () => { await refresh(); });`,
    `import { ledger } from './locks';
import { guarded } from './guard';
export const back = () => guarded(() => ledger.runExclusive(async () => {}));`,
    `export const back = async () => {};`,
  ],
  'guard.ts': [
    `import { stock } from './locks';
export const guarded = <T>(section: () => Promise<T>): Promise<T> => stock.runExclusive(section);`,
    `import { stock } from './locks';
export const guarded = <T>(section: () => Promise<T>): Promise<T> => section();
void stock;`,
    `import { ledger } from './locks';
export async function guarded<T>(section: () => Promise<T>): Promise<T> {
  const release = await ledger.acquire();
  try { return await section(); } finally { release(); }
}`,
    `import { Mutex } from 'async-mutex';
class Gate { #lock = new Mutex(); run<T>(section: () => Promise<T>) { return this.#lock.runExclusive(section); } }
const gate = new Gate();
export const guarded = <T>(section: () => Promise<T>): Promise<T> => gate.run(section);`,
  ],
  'store.ts': [
    `import { guarded } from './guard';
import { load } from './way';
export class Store {
  #left = 10;
  cache: object | null = null;
  async take() { await guarded(async () => { this.#left -= 1; await load(); this.#left += 0; }); }
  async fill() { await guarded(async () => { this.#left += 9; await load(); this.#left += 0; }); }
  drop() { this.#left = 0; }
  async get() { if (!this.cache) { await load(); this.cache = {}; } return this.cache; }
  reset() { this.cache = null; }
}
export const store = new Store();`,
    `import { load } from './way';
export class Store {
  cache: { size: number } | null = null;
  total = 0;
  async add() { const before = this.total; await load(); this.total = before + 1; }
  async get() { if (!this.cache) return 0; await load(); return this.cache.size; }
  async make() { this.cache ??= { size: 1 }; }
  reset() { this.cache = null; this.total = 0; }
}
export const store = new Store();`,
    `import { stock } from './locks';
export class Store {
  left = 1;
  async take() { await stock.runExclusive(async () => { this.left -= 1; }); }
  async peek() { return stock.runExclusive(async () => this.left); }
  async again() { await stock.runExclusive(async () => { await this.take(); }); }
}
export const store = new Store();`,
  ],
  'user.ts': [
    `import { store } from './store';
export const use = async () => { await store.take?.(); store.cache = null; };`,
    `import { Store } from './store';
export const use = async () => { const own = new Store(); await own.get?.(); own.reset?.(); };`,
    `import { store } from './store';
import { stock } from './locks';
export const use = () => stock.runExclusive(async () => { await store.take?.(); });`,
    `import { settings } from './spare';
export async function use(drain: () => Promise<void>): Promise<void> { await drain(); settings.retries = 9; }`,
    `import AwaitLock from 'await-lock';
import { load } from './way';
const own = new AwaitLock();
export async function use() { try { await own.acquireAsync({ timeout: 100 }); await load(); } finally { own.release(); } }`,
  ],
  'provider.ts': [
    `import { connect, type Client } from './client';
export class Provider {
  #client: Client | undefined;
  async client(): Promise<Client> { if (!this.#client) this.#client = await connect(); return this.#client; }
}`,
    `import { connect, type Client } from './client';
import { stock } from './locks';
export class Provider {
  #client: Client | undefined;
  async client(): Promise<Client> { return stock.runExclusive(async () => { if (!this.#client) this.#client = await connect(); return this.#client; }); }
}`,
  ],
  'client.ts': [
    `export interface Client { send(text: string): void }
export declare function connect(): Promise<Client>;`,
    `export class Client { send(_text: string): void {} }
export const connect = () => new Client();`,
  ],
  'served.ts': [
    `import { Provider } from './provider';
const provider = new Provider();
export const served = () => provider.client();`,
    `import { Provider } from './provider';
export async function served() { const provider = new Provider(); return provider.client(); }`,
  ],
  'floats.ts': [
    `import { guarded } from './guard';
const seen = new Set<string>();
export async function remember(id: string): Promise<void> { guarded(async () => { seen.add(id); }); }`,
    `import { stock } from './locks';
const seen = new Set<string>();
export async function remember(id: string): Promise<void> { stock.runExclusive(() => { seen.add(id); }); }`,
  ],
  'base.ts': [
    `export abstract class Base { abstract run(): Promise<void>; }`,
    `export class Base { async run(): Promise<void> { await fetch('/'); } }`,
    `export interface Base { run(): Promise<void> }`,
  ],
  'heir.ts': [
    `import { Base } from './base';
import { load } from './way';
export class Heir extends Base { async run(): Promise<void> { await load(); } }`,
    `import { Base } from './base';
export class Heir extends Base { async run(): Promise<void> {} }`,
    `import type { Base } from './base';
import { stock } from './locks';
export class Heir implements Base { async run(): Promise<void> { await stock.runExclusive(async () => {}); } }`,
    `export class Heir { async run(): Promise<void> {} }`,
  ],
  'runner.ts': [
    `import type { Base } from './base';
import { stock } from './locks';
export const runner = (base: Base) => stock.runExclusive(() => base.run());`,
    `import { Heir } from './heir';
import { ledger } from './locks';
const heir = new Heir();
export const runner = () => ledger.runExclusive(async () => { await heir.run(); });`,
  ],
  'rows.ts': [
    `import { db } from './db';
export const save = (row: object, tx = db) => tx('rows').insert(row);
export const all = () => db('rows').select();`,
    `import type { Knex } from 'knex';
export const save = (row: object, tx: Knex) => tx('rows').insert(row);
export const all = async () => [];`,
    `import { load } from './way';
export const save = async (_row: object, _tx?: unknown) => { await load(); };
export const all = () => load();`,
  ],
  'db.ts': [
    `import { knex } from 'knex';
export const db = knex({ client: 'pg' });`,
    `export const db = (_table: string) => ({ insert: async (_row: object) => {}, select: async () => [], transaction: async (_work: unknown) => {} });`,
  ],
  'told.ts': [
    `import { EventEmitter } from 'node:events';
import { stock } from './locks';
export const told = new EventEmitter();
export const tell = () => stock.runExclusive(async () => { told.emit('sold', 1); });`,
    `import { stock } from './locks';
const listeners = new Set<() => void>();
export const told = { on(_name: string, listener: () => void) { listeners.add(listener); } };
export const tell = () => stock.runExclusive(async () => { for (const listener of listeners) listener(); });`,
    `import { EventEmitter } from 'node:events';
export const told = new EventEmitter();
export const tell = async () => { told.emit('sold', 1); };`,
  ],
  'listens.ts': [
    `import { told } from './told';
import { stock } from './locks';
told.on('sold', () => { void stock.runExclusive(async () => {}); });`,
    `import { told } from './told';
told.on('sold', () => {});`,
    `export const nothing = 0;`,
  ],
  'database.ts': [
    `import { mainDsn } from './config';
export class Database {
  dsn = '';
  connect(open: (dsn: string) => void): void { this.dsn = \`\${mainDsn()} user=web\`; open(this.dsn); }
}`,
    `import { mainDsn } from './config';
export class Database { readonly dsn = mainDsn(); connect(_open: (dsn: string) => void): void {} }`,
  ],
  'outdated.ts': [
    `import { mainDsn } from './config';
import type { Database } from './database';
export function isOutdated(database: Database): boolean { return database.dsn !== mainDsn(); }`,
    `import { load } from './way';
import { stock } from './locks';
export async function isOutdated() {
  const release = await stock.acquire();
  try { return load(); } finally { release(); }
}
export async function twice() { const release = await stock.acquire(); release(); await load(); release(); }
export async function never(fails: boolean) { const release = await stock.acquire(); if (fails) throw new Error('no'); release(); }`,
  ],
  'transfer.ts': [
    `import { db } from './db';
import { all, save } from './rows';
export const transfer = () => db.transaction(async (tx) => { await save({}, tx); await all(); });`,
    `import { db } from './db';
import { save } from './rows';
export const transfer = () => db.transaction(async (tx) => { await tx('rows').del(); await save({}); });`,
  ],
};
const FILES = Object.keys(VARIANTS);

/** What goes before the text of a file moves all that is in it, by lines, functions and variables. */
const HEADS = ['', '// moved\n\n', 'export function first() { return 1; }\n', 'export const zeroth = 0, nil = null;\n', 'class Unused { a() {} }\n'];
const TAILS = ['', '\nexport const changed = 1;\n', '\nvoid (async () => { await fetch("/"); })();\n', '\nexport {', '\nexport const more = () => 1;\n'];

interface Edit {
  readonly file: string;
  /** Absent: the file is deleted, if it is there. */
  readonly variant?: number;
  readonly head: number;
  readonly tail: number;
  /** Typed in an editor and not saved. */
  readonly unsaved?: boolean;
}

const textOf = ({ file, variant, head, tail }: Edit): string => {
  const variants = VARIANTS[file]!;
  return `${HEADS[head % HEADS.length]}${variants[variant! % variants.length]}${TAILS[tail % TAILS.length]}`;
};

const edit = fc.record(
  {
    file: fc.constantFrom(...FILES),
    variant: fc.nat({ max: 6 }),
    head: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat({ max: HEADS.length - 1 }) }),
    tail: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat({ max: TAILS.length - 1 }) }),
    unsaved: fc.boolean(),
  },
  { requiredKeys: ['file', 'variant', 'head', 'tail'] },
);
const removal = fc.record({ file: fc.constantFrom(...FILES), head: fc.constant(0), tail: fc.constant(0) });
const edits = fc.array(fc.oneof({ weight: 12, arbitrary: edit }, { weight: 1, arbitrary: removal }), { minLength: 1, maxLength: 7 });
/** The variant that each file begins with. */
const beginnings = fc.array(fc.nat({ max: 6 }), { minLength: FILES.length, maxLength: FILES.length });

/** As an editor asks: each file as it has it, then every rule. */
function findingsIn(engine: Engine, root: string, texts: ReadonlyMap<string, string>): Map<string, unknown> {
  for (const [file, text] of texts) engine.update(`${root}/${file}`, text);
  const found = new Map<string, unknown>();
  for (const file of texts.keys()) {
    for (const rule of rules) {
      const findings = engine.findings(rule, `${root}/${file}`, { ...rule.defaults, confidence: 'likely' });
      if (findings.length > 0) found.set(`${file} ${rule.name}`, findings);
    }
  }
  return found;
}

const fired = new Set<string>();

function follows(first: readonly number[], changes: readonly Edit[]): void {
  const texts = new Map(FILES.map((file, at) => [file, textOf({ file, variant: first[at]!, head: 0, tail: 0 })]));
  const root = projectOf(Object.fromEntries(texts));
  try {
    const engine = new Engine(root);
    findingsIn(engine, root, texts);
    for (const change of changes) {
      if (change.variant === undefined) {
        if (!texts.delete(change.file)) continue;
        rmSync(`${root}/${change.file}`);
      } else {
        const text = textOf(change);
        texts.set(change.file, text);
        if (!change.unsaved) writeFileSync(`${root}/${change.file}`, text);
      }
      const before = outdatedReadings();
      const kept = findingsIn(engine, root, texts);
      expect(outdatedReadings()).toBe(before);
      const fresh = findingsIn(new Engine(root), root, texts);
      expect(kept, JSON.stringify(change)).toEqual(fresh);
      for (const key of fresh.keys()) fired.add(key.split(' ')[1]!);
    }
  } finally {
    rmSync(root, { recursive: true });
  }
}

/** Two engines look at the whole project after each edit. */
const PATIENCE = 240_000;

describe('an engine that lives on', () => {
  it('finds what one that has just been opened finds, after any edits', { timeout: PATIENCE }, () => {
    fc.assert(fc.property(beginnings, edits, follows), { numRuns: 12 });
  });

  it('is tried with files in which every rule finds something', { timeout: PATIENCE }, () => {
    for (let variant = 0; variant < 7; variant++) follows(FILES.map((_, at) => variant + (at % 2)), [{ file: 'locks.ts', variant: variant % 2, head: 1, tail: 1 }]);
    expect([...fired].sort()).toEqual(rules.map(({ name }) => name).sort());
  });
});
