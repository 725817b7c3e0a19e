/** What `no-unguarded-access` reports, and what it leaves alone. */
import { runRule } from './hosts.js';

const unguarded = (reference: string, lock: string, guarded: number, total: number, other: string): string =>
  `Uses \`${reference}\` without \`${lock}\`, which guards ${guarded} of its ${total} uses: ${other} holds it over an await and does not expect that. Take the lock here, too.`;

const likely = { options: { confidence: 'likely' } } as const;

runRule('no-unguarded-access', {
  reported: [
    {
      name: "another object's field, read under one's own lock",
      code: `
        import { Mutex } from 'async-mutex';
        export class Shelf {
          readonly gate = new Mutex();
          count = 0;
          async fill(bring: () => Promise<number>) {
            await this.gate.runExclusive(async () => {
              this.count += 1;
              await bring();
              this.count += 1;
            });
          }
          async clear(carry: () => Promise<void>) {
            await this.gate.runExclusive(async () => { await carry(); this.count = 0; });
          }
          async copyFrom(other: Shelf) {
            await this.gate.runExclusive(async () => { this.count = «other.count»; });
          }
        }
      `,
      reports: [unguarded('other.count', 'this.gate', 6, 7, '`fill` (line 7)')],
    },
    {
      name: 'a #private field that one method writes without the lock',
      code: `
        import { Mutex } from 'async-mutex';
        export class Stock {
          readonly #gate = new Mutex();
          #left = 10;
          async take(pay: () => Promise<void>) {
            await this.#gate.runExclusive(async () => {
              if (this.#left === 0) throw new Error('sold out');
              await pay();
              this.#left -= 1;
            });
          }
          async refill(load: () => Promise<number>) {
            const release = await this.#gate.acquire();
            try { this.#left += await load(); } finally { release(); }
          }
          recount(n: number) { «this.#left = n»; }
        }
      `,
      reports: [unguarded('this.#left', 'this.#gate', 5, 6, '`take` (line 7)')],
    },
    {
      name: 'a field that one method reads without the lock, to act on it',
      code: `
        import { Mutex } from 'async-mutex';
        export class Stock {
          private readonly gate = new Mutex();
          left = 10;
          async take(pay: () => Promise<void>) {
            await this.gate.runExclusive(async () => {
              this.left -= 1;
              await pay();
              this.left = Math.max(this.left, 0);
            });
          }
          async give(pay: () => Promise<void>) {
            await this.gate.runExclusive(async () => { this.left += 1; await pay(); });
          }
          async order(send: (n: number) => Promise<void>) {
            if («this.left» > 5) return;
            await send(10);
          }
        }
      `,
      reports: [unguarded('this.left', 'this.gate', 6, 7, '`take` (line 7)')],
    },
    {
      name: 'a module variable',
      code: `
        import { Mutex } from 'async-mutex';
        const gate = new Mutex();
        let cursor = 0;
        export const advance = (read: () => Promise<number>) => gate.runExclusive(async () => { cursor += await read(); });
        export const rewind = (seek: (to: number) => Promise<void>) => gate.runExclusive(async () => { cursor = 0; await seek(cursor); });
        export function skip(n: number) {
          «cursor = n»;
        }
      `,
      reports: [unguarded('cursor', 'gate', 4, 5, '`advance` (line 4)')],
    },
    {
      name: 'a static field',
      code: `
        import { Mutex } from 'async-mutex';
        export class Registry {
          static readonly gate = new Mutex();
          static names: string[] = [];
          static async add(name: string, check: () => Promise<void>) {
            await Registry.gate.runExclusive(async () => { const names = Registry.names; await check(); Registry.names = [...names, name]; });
          }
          static async drop(name: string, check: () => Promise<void>) {
            await Registry.gate.runExclusive(async () => { const names = Registry.names; await check(); Registry.names = names.filter((one) => one !== name); });
          }
          static clear() { «Registry.names = []»; }
        }
      `,
      reports: [unguarded('Registry.names', 'Registry.gate', 4, 5, '`add` (line 6)')],
    },
    {
      name: 'entries of a Map',
      code: `
        import { Mutex } from 'async-mutex';
        export class Ledger {
          readonly #gate = new Mutex();
          readonly #rows = new Map<string, number>();
          async add(id: string, n: () => Promise<number>) {
            await this.#gate.runExclusive(async () => { this.#rows.set(id, (this.#rows.get(id) ?? 0) + (await n())); });
          }
          async move(from: string, to: string, check: () => Promise<void>) {
            await this.#gate.runExclusive(async () => {
              const n = this.#rows.get(from) ?? 0;
              await check();
              this.#rows.set(to, n);
              this.#rows.delete(from);
            });
          }
          forget(id: string) { «this.#rows.delete(id)»; }
        }
      `,
      reports: [unguarded('this.#rows', 'this.#gate', 5, 6, '`add` (line 6)')],
    },
    {
      name: 'under another lock',
      code: `
        import { Mutex } from 'async-mutex';
        export class Book {
          readonly #pages = new Mutex();
          readonly #index = new Mutex();
          #last = 0;
          async write(save: () => Promise<void>) { await this.#pages.runExclusive(async () => { const last = this.#last; await save(); this.#last = last + 1; }); }
          async erase(save: () => Promise<void>) { await this.#pages.runExclusive(async () => { const last = this.#last; await save(); this.#last = last - 1; }); }
          async reindex() { await this.#index.runExclusive(() => { «this.#last = 0»; }); }
        }
      `,
      reports: [unguarded('this.#last', 'this.#pages', 4, 5, '`write` (line 6)')],
    },
    {
      name: 'a private helper that most of its callers call under the lock, and one does not',
      code: `
        import { Mutex } from 'async-mutex';
        export class Tree {
          readonly #gate = new Mutex();
          #size = 0;
          async add(save: () => Promise<void>) { await this.#gate.runExclusive(async () => { const size = this.#size; await save(); this.#size = size + 1; }); }
          async drop(save: () => Promise<void>) { await this.#gate.runExclusive(async () => { const size = this.#size; await save(); this.#size = size - 1; }); }
          async clear(save: () => Promise<void>) {
            this.#reset();
            await save();
          }
          #reset() { «this.#size = 0»; }
        }
      `,
      reports: [unguarded('this.#size', 'this.#gate', 4, 5, '`add` (line 5)')],
    },
    {
      name: 'a closure variable of a factory',
      code: `
        import { Mutex } from 'async-mutex';
        export function meter() {
          const gate = new Mutex();
          let level = 0;
          return {
            raise: (by: () => Promise<number>) => gate.runExclusive(async () => { level += await by(); }),
            lower: (by: () => Promise<number>) => gate.runExclusive(async () => { level -= await by(); }),
            set(to: number) {
              «level = to»;
            },
          };
        }
      `,
      reports: [unguarded('level', 'gate', 4, 5, '`raise` (line 6)')],
    },
    {
      name: 'under the lock of another instance',
      code: `
        import { Mutex } from 'async-mutex';
        export class Account {
          readonly gate = new Mutex();
          balance = 0;
          async put(n: number, save: () => Promise<void>) { await this.gate.runExclusive(async () => { const now = this.balance; await save(); this.balance = now + n; }); }
          async take(n: number, save: () => Promise<void>) { await this.gate.runExclusive(async () => { const now = this.balance; await save(); this.balance = now - n; }); }
          async pull(other: Account) { await other.gate.runExclusive(() => { «this.balance» += other.balance; }); }
        }
      `,
      reports: [unguarded('this.balance', 'this.gate', 5, 7, '`put` (line 5)')],
    },
  ],
  silent: [
    {
      name: 'promises by hand, which are settled while a section waits for them',
      code: `
        import { Mutex } from 'async-mutex';
        class Future { readonly await: Promise<void>; resolve!: () => void; constructor() { this.await = new Promise((resolve) => { this.resolve = resolve; }); } }
        export class Model {
          private readonly gate = new Mutex();
          private readonly futures: Record<string, Future> = {};
          async create(id: string, send: (id: string) => void) {
            await this.gate.runExclusive(async () => {
              const future = new Future();
              this.futures[id] = future;
              send(id);
              await future.await;
              delete this.futures[id];
            });
          }
          async remove(id: string, send: (id: string) => void) {
            await this.gate.runExclusive(async () => {
              const future = new Future();
              this.futures[id] = future;
              send(id);
              await future.await;
              delete this.futures[id];
            });
          }
          answered(id: string) {
            this.futures[id]?.resolve();
            delete this.futures[id];
          }
        }
      `,
    },
    {
      name: 'a flag that tells who is not at work whether somebody is',
      code: `
        import { Mutex } from 'async-mutex';
        export class Execution {
          private readonly gate = new Mutex();
          private running = false;
          async run(block: () => Promise<void>) {
            await this.gate.runExclusive(async () => {
              this.running = true;
              try { await block(); } finally { this.running = false; }
            });
          }
          async runAll(blocks: (() => Promise<void>)[]) {
            await this.gate.runExclusive(async () => {
              this.running = true;
              for (const block of blocks) await block();
              this.running = false;
            });
          }
          start(block: () => Promise<void>): boolean {
            if (this.running) return false;
            void this.run(block);
            return true;
          }
        }
      `,
    },
    {
      name: 'a method that others could call, and that is only called under the lock',
      code: `
        import { Mutex } from 'async-mutex';
        export class Execution {
          private readonly gate = new Mutex();
          private root = '';
          async run(load: () => Promise<string>) {
            await this.gate.runExclusive(async () => {
              await this.reset(load);
              this.root = await load();
              await load();
              this.root = this.root + '/';
            });
          }
          async open(load: () => Promise<string>) {
            await this.gate.runExclusive(async () => {
              this.root = await load();
              await this.reset(load);
              this.root = this.root + '/';
            });
          }
          async reset(load: () => Promise<string>) {
            this.root = '';
            await load();
          }
        }
      `,
    },
    {
      name: "another object's field under its own lock, and that of one that was made just now",
      ...likely,
      code: `
        import { Mutex } from 'async-mutex';
        export class Shelf {
          readonly gate = new Mutex();
          count = 0;
          async fill(bring: () => Promise<number>) {
            await this.gate.runExclusive(async () => {
              this.count += 1;
              await bring();
              this.count += 1;
            });
          }
          async clear(carry: () => Promise<void>) {
            await this.gate.runExclusive(async () => { await carry(); this.count = 0; });
          }
          async copyTo(other: Shelf, count: number) {
            await other.gate.runExclusive(async () => { other.count = count; });
          }
          static withCount(count: number) {
            const shelf = new Shelf();
            shelf.count = count;
            return shelf;
          }
        }
      `,
    },
    {
      name: 'a field that is used more often without the lock than with it',
      code: `
        import { Mutex } from 'async-mutex';
        export class Counter {
          readonly #receipts = new Mutex();
          #counts = new Map<string, number>();
          again(id: string, ask: () => Promise<void>) {
            return this.#receipts.runExclusive(async () => {
              const count = this.#counts.get(id) ?? 0;
              await ask();
              this.#counts.set(id, count + 1);
            });
          }
          drop(id: string) { return this.#receipts.runExclusive(() => { this.#counts.delete(id); }); }
          retry(id: string) {
            const count = this.#counts.get(id) ?? 0;
            if (count > 3) { this.#counts.delete(id); return false; }
            if (count === 0) this.#counts.set(id, 1);
            else this.#counts.set(id, count + 1);
            return this.#counts.has(id);
          }
        }
      `,
    },
    {
      name: 'every use is under the lock: sections, releasers, private helpers, names for it',
      ...likely,
      code: `
        import { Mutex } from 'async-mutex';
        export class Stock {
          readonly #gate = new Mutex();
          #left = 10;
          async take(pay: () => Promise<void>) {
            await this.#gate.runExclusive(async () => { await pay(); this.#takeUnlocked(); });
          }
          async refill(load: () => Promise<number>) {
            const release = await this.#gate.acquire();
            try { this.#left += await load(); this.#check(); } finally { release(); }
          }
          async reset(ask: () => Promise<number>) {
            const n = await ask();
            await this.#gate.runExclusive(() => this.#resetUnlocked(n));
          }
          #takeUnlocked() { this.#left -= 1; this.#check(); }
          #resetUnlocked(n: number) { this.#left = n; }
          #check() { if (this.#left < 0) throw new Error('sold out'); }
        }
      `,
    },
    {
      name: 'in a section of a lock that may be the guard: nothing is known of what its constructor was given',
      file: 'manager.js',
      code: `
        const { statusOf } = require('./repo');
        class Manager {
          constructor(nursery) { this.nursery = nursery; }
          setInvoice(id) {
            return this.nursery.lock.acquire('swap', async () => { statusOf.set(id, 'invoice set'); });
          }
        }
        module.exports = { Manager };
      `,
      others: {
        'repo.js': `
          const statusOf = new Map();
          module.exports = { statusOf };
        `,
        'nursery.js': `
          const AsyncLock = require('async-lock');
          const { statusOf } = require('./repo');
          class Nursery {
            lock = new AsyncLock();
            onConfirmed = (id) => this.lock.acquire('swap', async () => { await this.settle(id); statusOf.set(id, 'confirmed'); });
            onExpired = (id) => this.lock.acquire('swap', async () => { statusOf.set(id, 'expired'); });
            async settle(id) { if (statusOf.get(id) === 'confirmed') await Promise.resolve(); }
          }
          module.exports = { Nursery };
        `,
      },
    },
    {
      name: 'looked at before the lock, and again under it',
      ...likely,
      code: `
        import { Mutex } from 'async-mutex';
        export class Lazy {
          readonly #gate = new Mutex();
          #generation = 0;
          #value = 0;
          async get(load: () => Promise<number>) {
            const seen = this.#generation;
            await this.#gate.runExclusive(async () => {
              if (this.#generation !== seen) return;
              this.#value = await load();
              this.#generation += 1;
            });
            return this.#value;
          }
          async renew(load: () => Promise<number>) {
            await this.#gate.runExclusive(async () => { this.#value = await load(); this.#generation += 1; });
          }
        }
      `,
    },
    {
      name: 'statistics: a getter that only looks',
      code: `
        import { Mutex } from 'async-mutex';
        export class Pool {
          readonly #gate = new Mutex();
          #open = 0;
          async add(dial: () => Promise<void>) { await this.#gate.runExclusive(async () => { this.#open += 1; await dial(); }); }
          async drop(hang: () => Promise<void>) { await this.#gate.runExclusive(async () => { this.#open -= 1; await hang(); }); }
          get size() { return this.#open; }
        }
      `,
    },
    {
      name: 'constructors, field initialisers, and what only they call',
      ...likely,
      code: `
        import { Mutex } from 'async-mutex';
        export class Pool {
          readonly #gate = new Mutex();
          #open = 0;
          #names: string[] = [];
          constructor(names: string[]) {
            this.#open = names.length;
            this.#fill(names);
          }
          #fill(names: string[]) { this.#names = names; }
          async add(name: string, dial: () => Promise<void>) { await this.#gate.runExclusive(async () => { await dial(); this.#open += 1; this.#names = [...this.#names, name]; }); }
          async drop(hang: () => Promise<void>) { await this.#gate.runExclusive(async () => { await hang(); this.#open -= 1; this.#names = this.#names.slice(1); }); }
        }
      `,
    },
    {
      name: 'before it is published: a factory that builds it',
      ...likely,
      code: `
        import { Mutex } from 'async-mutex';
        export class Pool {
          readonly gate = new Mutex();
          open = 0;
          async add(dial: () => Promise<void>) { await this.gate.runExclusive(async () => { this.open += 1; await dial(); }); }
          async drop(hang: () => Promise<void>) { await this.gate.runExclusive(async () => { this.open -= 1; await hang(); }); }
          static of(n: number) {
            const pool = new Pool();
            pool.open = n;
            return pool;
          }
        }
      `,
    },
    {
      name: 'no guard to speak of: half of the uses are without it',
      ...likely,
      code: `
        import { Mutex } from 'async-mutex';
        export class Feed {
          readonly #gate = new Mutex();
          #last = '';
          async poll(get: () => Promise<string>) { await this.#gate.runExclusive(async () => { this.#last = await get(); }); }
          async push(send: (text: string) => Promise<void>) { await this.#gate.runExclusive(async () => { await send(this.#last); this.#last = ''; }); }
          seen(text: string) { return text === this.#last; }
          note(text: string) { this.#last = text; }
          forget() { this.#last = ''; }
        }
      `,
    },
    {
      name: 'one function uses it under the lock: it guards something else',
      ...likely,
      code: `
        import { Mutex } from 'async-mutex';
        export class Feed {
          readonly #gate = new Mutex();
          #last = '';
          async poll(get: () => Promise<string>) { await this.#gate.runExclusive(async () => { this.#last = await get(); this.#last += '!'; }); }
          note(text: string) { this.#last = text; }
        }
      `,
    },
    {
      name: 'sections that do not wait: nobody can come in between',
      ...likely,
      code: `
        import { Mutex } from 'async-mutex';
        export class Tally {
          readonly #gate = new Mutex();
          #n = 0;
          async up() { await this.#gate.runExclusive(() => { this.#n += 1; }); }
          async down() { await this.#gate.runExclusive(() => { this.#n -= 1; }); }
          zero() { this.#n = 0; }
        }
      `,
    },
    {
      name: 'what is never written after construction',
      ...likely,
      code: `
        import { Mutex } from 'async-mutex';
        export class Client {
          readonly #gate = new Mutex();
          readonly #url: string;
          constructor(url: string) { this.#url = url; }
          async get(load: (url: string) => Promise<string>) { return this.#gate.runExclusive(async () => load(this.#url)); }
          async put(save: (url: string) => Promise<void>) { return this.#gate.runExclusive(async () => save(this.#url)); }
          where() { return this.#url; }
        }
      `,
    },
    {
      name: 'in tests',
      file: 'stock.test.ts',
      code: `
        import { Mutex } from 'async-mutex';
        const gate = new Mutex();
        let cursor = 0;
        export const advance = (read: () => Promise<number>) => gate.runExclusive(async () => { cursor += await read(); });
        export const rewind = (seek: (to: number) => Promise<void>) => gate.runExclusive(async () => { cursor = 0; await seek(cursor); });
        export function skip(n: number) { cursor = n; }
      `,
    },
  ],
});
