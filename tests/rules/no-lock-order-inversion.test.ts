/** What `no-lock-order-inversion` reports, and what it leaves alone. */
import { runRule } from './hosts.js';

const inverted = (inner: string, lock: string, taken: string, chain: string, other: string): string =>
  `Takes \`${inner}\` while \`${lock}\` (taken at ${taken}) is held: ${chain}. Elsewhere it is the other way round: ${other}. Take them in one order, or one after the other.`;
const callerOrder = (lock: string): string =>
  `Takes several locks of \`${lock}\` in the order that the caller gives: who gives another order and this one can wait for each other for ever. Sort before taking them.`;

const likely = { options: { confidence: 'likely' } } as const;

runRule('no-lock-order-inversion', {
  reported: [
    {
      name: 'a cycle of four, over helpers and statics, and an edge that leads out of it',
      code: `
        import { Mutex } from 'async-mutex';
        class North { static readonly gate = new Mutex(); }
        const east = new Mutex();
        const south = new Mutex();
        const west = new Mutex();
        const outside = new Mutex();
        const inSouth = (work: () => Promise<void>) => south.runExclusive(work);
        const takeWest = async () => { const release = await west.acquire(); release(); };
        export const a = () => North.gate.runExclusive(() => «east.runExclusive(async () => undefined)»);
        export const b = () => east.runExclusive(() => «inSouth(async () => undefined)»);
        export const c = () => inSouth(async () => { await «takeWest()»; });
        export const d = () => west.runExclusive(async () => {
          await outside.runExclusive(async () => undefined);
          await «North.gate.runExclusive(async () => undefined)»;
        });
      `,
      reports: [
        inverted('east', 'North.gate', 'line 9', 'runExclusive', '`east`, then inSouth (case.ts:10) → runExclusive (case.ts:7); `south`, then takeWest (case.ts:11) → acquire (case.ts:8); `west`, then runExclusive (case.ts:14)'),
        inverted('south', 'east', 'line 10', 'inSouth → runExclusive (case.ts:7)', '`south`, then takeWest (case.ts:11) → acquire (case.ts:8); `west`, then runExclusive (case.ts:14); `North.gate`, then runExclusive (case.ts:9)'),
        inverted('west', 'south', 'line 11', 'takeWest → acquire (case.ts:8)', '`west`, then runExclusive (case.ts:14); `North.gate`, then runExclusive (case.ts:9); `east`, then inSouth (case.ts:10) → runExclusive (case.ts:7)'),
        inverted('North.gate', 'west', 'line 12', 'runExclusive', '`North.gate`, then runExclusive (case.ts:9); `east`, then inSouth (case.ts:10) → runExclusive (case.ts:7); `south`, then takeWest (case.ts:11) → acquire (case.ts:8)'),
      ],
    },
    {
      name: 'two module locks, nested both ways in one file',
      code: `
        import { Mutex } from 'async-mutex';
        const stock = new Mutex();
        const cash = new Mutex();
        export const buy = () => stock.runExclusive(() => «cash.runExclusive(async () => undefined)»);
        export async function sell() {
          const release = await cash.acquire();
          try { await «stock.runExclusive(async () => undefined)»; } finally { release(); }
        }
      `,
      reports: [
        inverted('cash', 'stock', 'line 4', 'runExclusive', '`cash`, then runExclusive (case.ts:7)'),
        inverted('stock', 'cash', 'line 6', 'runExclusive', '`stock`, then runExclusive (case.ts:4)'),
      ],
    },
    {
      name: 'the locks of two classes, through calls and another file',
      code: `
        import { Mutex } from 'async-mutex';
        import type { Index } from './index-of.js';
        export class Documents {
          readonly #gate = new Mutex();
          async count() { return this.#gate.runExclusive(async () => 1); }
          async add(index: Index) { await this.#gate.runExclusive(async () => { await «index.put('a')»; }); }
        }
      `,
      others: {
        'index-of.ts': `
          import { Mutex } from 'async-mutex';
          import type { Documents } from './case.js';
          export class Index {
            readonly #gate = new Mutex();
            constructor(private readonly documents: Documents) {}
            async put(word: string) { await this.#gate.runExclusive(async () => console.log(word)); }
            async rebuild() { await this.#gate.runExclusive(async () => { await this.documents.count(); }); }
          }
        `,
      },
      reports: [
        inverted('index.#gate', 'this.#gate', 'line 6', 'put → runExclusive (index-of.ts:6)', '`this.#gate`, then count (index-of.ts:7) → runExclusive (case.ts:5)'),
      ],
    },
    {
      name: 'a cycle of three',
      code: `
        import { Mutex } from 'async-mutex';
        const a = new Mutex();
        const b = new Mutex();
        const c = new Mutex();
        const takeA = () => a.runExclusive(async () => undefined);
        export const ab = () => a.runExclusive(async () => { await «b.runExclusive(async () => undefined)»; });
        export const bc = () => b.runExclusive(async () => { await «c.runExclusive(async () => undefined)»; });
        export const ca = () => c.runExclusive(async () => { await «takeA()»; });
      `,
      reports: [
        inverted('b', 'a', 'line 6', 'runExclusive', '`b`, then runExclusive (case.ts:7); `c`, then takeA (case.ts:8) → runExclusive (case.ts:5)'),
        inverted('c', 'b', 'line 7', 'runExclusive', '`c`, then takeA (case.ts:8) → runExclusive (case.ts:5); `a`, then runExclusive (case.ts:6)'),
        inverted('a', 'c', 'line 8', 'takeA → runExclusive (case.ts:5)', '`a`, then runExclusive (case.ts:6); `b`, then runExclusive (case.ts:7)'),
      ],
    },
    {
      name: 'locks that are passed to a helper, in two orders',
      code: `
        import { Mutex } from 'async-mutex';
        const left = new Mutex();
        const right = new Mutex();
        const both = (outer: Mutex, inner: Mutex, work: () => Promise<void>) => outer.runExclusive(() => inner.runExclusive(work));
        export const there = () => «both(left, right, async () => undefined)»;
        export const back = () => «both(right, left, async () => undefined)»;
      `,
      reports: [
        inverted('right', 'left', 'line 5', 'both → runExclusive (case.ts:4)', '`right`, then both (case.ts:6) → runExclusive (case.ts:4)'),
        inverted('left', 'right', 'line 6', 'both → runExclusive (case.ts:4)', '`left`, then both (case.ts:5) → runExclusive (case.ts:4)'),
      ],
    },
    {
      name: 'two classes that keep locks of a home-grown class',
      code: `
        class Serial {
          #tail: Promise<unknown> = Promise.resolve();
          run<T>(work: () => Promise<T>): Promise<T> {
            const mine = this.#tail.then(work);
            this.#tail = mine.catch(() => undefined);
            return mine;
          }
        }
        export class Front {
          readonly #serial = new Serial();
          constructor(private readonly back: Back) {}
          ask() { return this.#serial.run(() => «this.back.answer()»); }
          note() { return this.#serial.run(async () => undefined); }
        }
        export class Back {
          readonly #serial = new Serial();
          constructor(private readonly front: Front) {}
          answer() { return this.#serial.run(async () => undefined); }
          tell() { return this.#serial.run(() => «this.front.note()»); }
        }
      `,
      reports: [
        inverted('this.back', 'this.#serial', 'line 12', 'answer → run (case.ts:18) → then (case.ts:4)', '`this.#serial`, then note (case.ts:19) → run (case.ts:13) → then (case.ts:4)'),
        inverted('this.front', 'this.#serial', 'line 19', 'note → run (case.ts:13) → then (case.ts:4)', '`this.#serial`, then answer (case.ts:12) → run (case.ts:18) → then (case.ts:4)'),
      ],
    },
    {
      name: 'constant keys of one keyed lock, and names of Web Locks',
      code: `
        import AsyncLock from 'async-lock';
        const locks = new AsyncLock();
        export const one = () => locks.acquire('users', () => «locks.acquire('orders', async () => undefined)»);
        export const two = () => locks.acquire('orders', () => «locks.acquire('users', async () => undefined)»);
        export const three = () => navigator.locks.request('x', () => «navigator.locks.request('y', async () => undefined)»);
        export const four = () => navigator.locks.request('y', () => «navigator.locks.request('x', async () => undefined)»);
      `,
      reports: [
        inverted('locks', 'locks', 'line 3', 'acquire', '`locks`, then acquire (case.ts:4)'),
        inverted('locks', 'locks', 'line 4', 'acquire', '`locks`, then acquire (case.ts:3)'),
        inverted('navigator.locks', 'navigator.locks', 'line 5', 'request', '`navigator.locks`, then request (case.ts:6)'),
        inverted('navigator.locks', 'navigator.locks', 'line 6', 'request', '`navigator.locks`, then request (case.ts:5)'),
      ],
    },
    {
      name: 'a loop over keys as the caller gives them',
      code: `
        import { Mutex } from 'async-mutex';
        class Rows {
          readonly #locks = new Map<string, Mutex>();
          #of(key: string) {
            let lock = this.#locks.get(key);
            if (!lock) this.#locks.set(key, (lock = new Mutex()));
            return lock;
          }
          async withAll(keys: string[], work: () => Promise<void>) {
            const releases: (() => void)[] = [];
            try {
              for (const key of new Set(keys)) releases.push(await «this.#of(key).acquire()»);
              await work();
            } finally {
              for (const release of releases) release();
            }
          }
        }
        export const rows = new Rows();
      `,
      reports: [callerOrder('this.#of(…)')],
    },
    {
      name: 'two keys in the order of the parameters',
      code: `
        import AsyncLock from 'async-lock';
        const accounts = new AsyncLock();
        export const transfer = (from: string, to: string) =>
          accounts.acquire(from, () => «accounts.acquire(to, async () => undefined)»);
      `,
      reports: [callerOrder('accounts')],
    },
    {
      name: 'likely: requests of one turn for locks of one process',
      ...likely,
      code: `
        import { Mutex } from 'async-mutex';
        const locks = new Map<string, Mutex>();
        export async function all(keys: string[]) {
          const releases = await Promise.all(«keys.map((key) => locks.get(key)!.acquire())»);
          releases.forEach((release) => release());
        }
      `,
      reports: [callerOrder('locks.get(…)')],
    },
  ],
  silent: [
    {
      name: 'withLocks takes them in one order, whatever order it is given',
      ...likely,
      code: `
        import { Mutex, withLocks } from 'lockwright';
        const from = new Mutex();
        const to = new Mutex();
        export const there = (work: () => Promise<void>) => withLocks([from, to], work);
        export const back = (work: () => Promise<void>) => withLocks([to, from], work);
      `,
    },
    {
      name: 'the same order everywhere, and one after the other',
      ...likely,
      code: `
        import { Mutex } from 'async-mutex';
        const a = new Mutex();
        const b = new Mutex();
        export const one = () => a.runExclusive(() => b.runExclusive(async () => undefined));
        export const two = () => a.runExclusive(async () => { await b.runExclusive(async () => undefined); });
        export async function three() { await b.runExclusive(async () => undefined); await a.runExclusive(async () => undefined); }
      `,
    },
    {
      name: 'a gate around both orders',
      ...likely,
      code: `
        import { Mutex } from 'async-mutex';
        const gate = new Mutex();
        const a = new Mutex();
        const b = new Mutex();
        export const one = () => gate.runExclusive(() => a.runExclusive(() => b.runExclusive(async () => undefined)));
        export const two = () => gate.runExclusive(() => b.runExclusive(() => a.runExclusive(async () => undefined)));
      `,
    },
    {
      name: 'sorted keys, in every way of sorting',
      ...likely,
      code: `
        import AwaitLock from 'await-lock';
        const locks = new Map<string, AwaitLock>();
        export async function a(keys: string[]) { for (const key of [...keys].sort()) await locks.get(key)!.acquireAsync(); }
        export async function b(keys: string[]) { const sorted = keys.toSorted(); for (const key of sorted) await locks.get(key)!.acquireAsync(); }
        export async function c(keys: string[]) { keys.sort(); for (const key of keys) await locks.get(key)!.acquireAsync(); }
        export async function d(keys: string[]) { for (const key of orderOf(keys)) await locks.get(key)!.acquireAsync(); }
        export async function e() { for (const key of ['a', 'b']) await locks.get(key)!.acquireAsync(); }
        declare function orderOf(keys: string[]): string[];
      `,
    },
    {
      name: 'a loop that gives each lock back before it takes the next',
      ...likely,
      code: `
        import AsyncLock from 'async-lock';
        import { Mutex } from 'async-mutex';
        const locks = new AsyncLock();
        const mutexes = new Map<string, Mutex>();
        export async function a(keys: string[]) { for (const key of keys) await locks.acquire(key, async () => undefined); }
        export async function b(keys: string[]) {
          for (const key of keys) {
            const release = await mutexes.get(key)!.acquire();
            try { console.log(key); } finally { release(); }
          }
        }
        export async function c(keys: string[]) { await Promise.all(keys.map((key) => locks.acquire(key, async () => undefined))); }
      `,
    },
    {
      name: 'two keys that are compared first',
      ...likely,
      code: `
        import AsyncLock from 'async-lock';
        const accounts = new AsyncLock();
        export function transfer(from: string, to: string) {
          const [first, second] = from < to ? [from, to] : [to, from];
          return accounts.acquire(first!, () => accounts.acquire(second!, async () => undefined));
        }
      `,
    },
    {
      name: 'the other lock is tried and not waited for, or shared',
      ...likely,
      code: `
        import AwaitLock from 'await-lock';
        const a = new AwaitLock();
        const b = new AwaitLock();
        export async function one() { await a.acquireAsync(); try { await b.acquireAsync(); b.release(); } finally { a.release(); } }
        export async function two() { await b.acquireAsync(); try { if (a.tryAcquire()) a.release(); } finally { b.release(); } }
        export const three = () => navigator.locks.request('x', () => navigator.locks.request('y', { ifAvailable: true }, async () => 1));
        export const four = () => navigator.locks.request('y', () => navigator.locks.request('x', async () => 1));
      `,
    },
    {
      name: 'two classes that keep locks of one home-grown class, in one order',
      ...likely,
      code: `
        class Serial {
          #tail: Promise<unknown> = Promise.resolve();
          run<T>(work: () => Promise<T>): Promise<T> {
            const mine = this.#tail.then(work);
            this.#tail = mine.catch(() => undefined);
            return mine;
          }
        }
        const a = new Serial();
        const b = new Serial();
        const c = new Serial();
        export const ab = () => a.run(() => b.run(async () => undefined));
        export const bc = () => b.run(() => c.run(async () => undefined));
        export const ac = () => a.run(() => c.run(async () => undefined));
      `,
    },
    {
      name: 'a tree of locks of one class, and work that nobody waits for',
      ...likely,
      code: `
        import { Mutex } from 'async-mutex';
        class Node {
          readonly #gate = new Mutex();
          readonly children: Node[] = [];
          async visit(): Promise<void> { await this.#gate.runExclusive(async () => { for (const child of this.children) await child.visit(); }); }
        }
        export const root = new Node();
        const a = new Mutex();
        const b = new Mutex();
        export const one = () => a.runExclusive(() => b.runExclusive(async () => undefined));
        export const two = () => b.runExclusive(async () => { void a.runExclusive(async () => undefined); });
      `,
    },
    {
      name: 'one of several implementations of an interface',
      ...likely,
      code: `
        import { Mutex } from 'async-mutex';
        interface Driver { run(): Promise<void>; inside(work: (driver: Driver) => Promise<void>): Promise<void> }
        class One implements Driver {
          #gate = new Mutex();
          run() { return this.#gate.runExclusive(async () => undefined); }
          inside(work: (driver: Driver) => Promise<void>) { return this.#gate.runExclusive(() => work(this)); }
        }
        class Two implements Driver {
          #gate = new Mutex();
          run() { return this.#gate.runExclusive(async () => undefined); }
          inside(work: (driver: Driver) => Promise<void>) { return this.#gate.runExclusive(() => work(this)); }
        }
        export const use = (driver: Driver, other: Driver) => driver.inside(async () => { await other.run(); });
        export const made = [new One(), new Two()];
      `,
    },
  ],
});
