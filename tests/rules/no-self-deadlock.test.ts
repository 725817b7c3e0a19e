/** What `no-self-deadlock` reports, and what it leaves alone. */
import { runRule } from './hosts.js';

const again = (lock: string, taken: string, chain: string): string =>
  `Takes \`${lock}\` again while it is held (since ${taken}): ${chain}. It waits for its own release for ever; release first, or call what expects the lock to be held.`;
const promise = (lock: string, begun: string, chain: string): string =>
  `Waits for \`${lock}\` inside the work that it is the promise of (begun at ${begun}): ${chain}. Neither ever ends; the work must not need its own result.`;

const slot = (lock: string, taken: string, chain: string): string =>
  `Waits for a slot of \`${lock}\` while it holds one (since ${taken}): ${chain}. Where enough of it does, all of them wait for each other for ever; put the innermost work alone into a slot.`;

const likely = { options: { confidence: 'likely' } } as const;

runRule('no-self-deadlock', {
  reported: [
    {
      name: 'a limiter of a package that CommonJS requires',
      file: 'case.js',
      code: `
        const pLimit = require('p-limit');
        const limit = pLimit(1);
        async function sizeOf(folder) {
          return limit(async () => {
            const own = await folder.load();
            const sizes = await Promise.all(folder.children.map((one) => «sizeOf(one)»));
            return sizes.reduce((sum, one) => sum + one, own);
          });
        }
        module.exports = { sizeOf };
      `,
      reports: [again('limit', 'line 4', 'sizeOf → limit (case.js:4)')],
    },
    {
      name: 'one object is given to another that its owner makes: both know the lock, each by a field of its own',
      code: `
        import { Mutex } from 'async-mutex';
        class Ledger {
          readonly #mutex = new Mutex();
          async alone<T>(work: () => Promise<T>): Promise<T> { return this.#mutex.runExclusive(async () => work()); }
        }
        class Cleaner {
          private ledger: Ledger;
          constructor(ledger: Ledger) { this.ledger = ledger; }
          async clean(id: string): Promise<void> { await this.ledger.alone(async () => console.log(id)); }
        }
        class Mirror {
          constructor(readonly size: number, private readonly store: Ledger) {}
          async copy(): Promise<void> { await this.store.alone(async () => undefined); }
        }
        export class Books {
          private readonly cleaner: Cleaner;
          private readonly mirror: Mirror;
          constructor(private readonly books: Ledger, other: Ledger, readonly kept = other) {
            this.cleaner = new Cleaner(this.books);
            this.mirror = new Mirror(3, books);
          }
          async close(): Promise<void> { await this.books.alone(async () => { await «this.cleaner.clean('a')»; await «this.mirror.copy()»; }); }
          async next(): Promise<void> { await this.kept.alone(async () => { await this.cleaner.clean('a'); }); }
        }
      `,
      reports: [
        again('this.books.#mutex', 'line 22', 'clean → alone (case.ts:9) → runExclusive (case.ts:4)'),
        again('this.books.#mutex', 'line 22', 'copy → alone (case.ts:13) → runExclusive (case.ts:4)'),
      ],
    },
    {
      name: 'a lock that a factory made, taken again by its own method, as a function, and taken out of what it returned',
      code: `
        import { Mutex } from 'async-mutex';
        const makeMutex = () => {
          const mutex = new Mutex();
          return { run<T>(code: () => Promise<T>): Promise<T> { return mutex.runExclusive(code); } };
        };
        function createLock() {
          const mutex = new Mutex();
          return <T>(code: () => Promise<T>): Promise<T> => mutex.runExclusive(code);
        }
        export function socket() {
          const messages = makeMutex();
          return { receive: () => messages.run(async () => { await «messages.run(async () => undefined)»; }) };
        }
        const outer = createLock();
        const { run } = makeMutex();
        export const nested = () => outer(async () => { await «outer(async () => undefined)»; });
        export const taken = () => run(async () => { await «run(async () => undefined)»; });
      `,
      reports: [
        again('messages', 'line 12', 'run → runExclusive (case.ts:4)'),
        again('outer', 'line 16', 'outer → runExclusive (case.ts:8)'),
        again('run', 'line 17', 'run → runExclusive (case.ts:4)'),
      ],
    },
    {
      name: 'work in a slot of a limiter that waits for work of its own kind: as many as there are slots wait for each other',
      code: `
        import pLimit from 'p-limit';
        import { readdir } from 'node:fs/promises';
        const limit = pLimit(5);
        export async function list(dir: string): Promise<string[]> {
          const found: string[] = [];
          const entries = await readdir(dir, { withFileTypes: true });
          await Promise.all(entries.map((entry) => limit(async () => {
            if (entry.isDirectory()) found.push(...(await «list(dir + '/' + entry.name)»));
            else found.push(entry.name);
          })));
          return found;
        }
        export class Reader {
          readonly #limit;
          constructor(wide: number) { this.#limit = pLimit(wide); }
          read(path: string): Promise<void> { return this.#limit(async () => { await «this.#children(path)»; }); }
          async #children(path: string) { for (const name of await readdir(path)) await this.read(name); }
        }
      `,
      reports: [slot('limit', 'line 7', 'list → map (case.ts:7) → limit (case.ts:7)'), slot('this.#limit', 'line 16', '#children → read (case.ts:17) → #limit (case.ts:16)')],
    },
    {
      name: 'an object that passes itself on: the way back over a parameter, to a lock and to a shared promise',
      code: `
        import { Mutex } from 'async-mutex';
        async function install(service: Service) { await service.register('clock'); }
        export class Service {
          readonly #gate = new Mutex();
          #started: Promise<void> | undefined;
          async register(name: string) { await this.#gate.runExclusive(async () => console.log(name)); }
          async begin() { await this.#gate.runExclusive(async () => { await «install(this)»; }); }
          start() { return (this.#started ??= this.#run()); }
          async add(name: string) { await this.start(); console.log(name); }
          async #run() { await null; await «addClock(this)»; }
        }
        async function addClock(service: Service) { await service.add('clock'); }
      `,
      reports: [
        again('this.#gate', 'line 7', 'install → register (case.ts:2) → runExclusive (case.ts:6)'),
        promise('this.#started', 'line 8', 'addClock → add (case.ts:12) → start (case.ts:9) → this.#started (case.ts:8)'),
      ],
    },
    {
      name: 'a limiter of one, a static lock, a wrapper of a wrapper',
      code: `
        import pLimit from 'p-limit';
        import { Mutex } from 'async-mutex';
        const limit = pLimit(1);
        const page = (url: string) => limit(async () => url);
        export const pages = (urls: string[]) => limit(async () => { for (const url of urls) await «page(url)»; });
        export class Registry {
          static readonly gate = new Mutex();
          static async add() { await Registry.gate.runExclusive(async () => undefined); }
          static async addAll() {
            const release = await Registry.gate.acquire();
            try { await «Registry.add()»; } finally { release(); }
          }
        }
        export class Book {
          readonly #gate = new Mutex();
          #locked<T>(work: () => Promise<T>): Promise<T> { return this.#gate.runExclusive(work); }
          #timed<T>(work: () => Promise<T>): Promise<T> { return this.#locked(async () => work()); }
          read() { return this.#timed(async () => 1); }
          write() { return this.#timed(async () => { await «this.read()»; }); }
        }
      `,
      reports: [again('limit', 'line 5', 'page → limit (case.ts:4)'), again('Registry.gate', 'line 10', 'add → runExclusive (case.ts:8)'), again('this.#gate', 'line 19', 'read → #timed (case.ts:18) → #locked (case.ts:17) → runExclusive (case.ts:16)')],
    },
    {
      name: 'a method that locks, called from a section of the same lock',
      code: `
        import { Mutex } from 'async-mutex';
        class Ledger {
          readonly #gate = new Mutex();
          #balance = 0;
          async add(n: number) { const release = await this.#gate.acquire(); try { this.#balance += n; } finally { release(); } }
          async addTwice(n: number) {
            await this.#gate.runExclusive(async () => {
              await «this.add(n)»;
              this.#balance += n;
            });
          }
        }
      `,
      reports: [again('this.#gate', 'line 7', 'add → acquire (case.ts:5)')],
    },
    {
      name: 'between acquisition and release, two acquisitions in one function',
      code: `
        import { Mutex } from 'async-mutex';
        const gate = new Mutex();
        export async function twice() {
          const first = await gate.acquire();
          const second = await «gate.acquire()»;
          second();
          first();
        }
      `,
      reports: [again('gate', 'line 4', 'acquire')],
    },
    {
      name: 'returned from the section, three files away',
      code: `
        import { Mutex } from 'async-mutex';
        import { audit } from './audit.js';
        const gate = new Mutex();
        export const locked = <T>(work: () => Promise<T>): Promise<T> => gate.runExclusive(work);
        export const close = () => locked(() => «audit()»);
      `,
      others: {
        'audit.ts': `import { write } from './journal.js';\nexport async function audit() { await write('closed'); }`,
        'journal.ts': `import { locked } from './case.js';\nexport const write = (line: string) => locked(async () => console.log(line));`,
      },
      reports: [again('gate', 'line 5', 'audit → write (audit.ts:2) → locked (journal.ts:2) → runExclusive (case.ts:4)')],
    },
    {
      name: 'an inherited method and an inherited lock',
      code: `
        import { Mutex } from 'async-mutex';
        abstract class Base {
          protected readonly gate = new Mutex();
          async flush() { await this.gate.runExclusive(async () => undefined); }
        }
        export class Journal extends Base {
          async close() {
            await this.gate.runExclusive(async () => { await «this.flush()»; });
          }
          async end() {
            await this.gate.runExclusive(async () => { await «super.flush()»; });
          }
        }
      `,
      reports: [again('this.gate', 'line 8', 'flush → runExclusive (case.ts:4)'), again('this.gate', 'line 11', 'flush → runExclusive (case.ts:4)')],
    },
    {
      name: 'an abstract step that a subclass implements with the lock of its base',
      code: `
        import { Mutex } from 'async-mutex';
        abstract class Task {
          readonly gate = new Mutex();
          run() { return this.gate.runExclusive(() => «this.step()»); }
          protected abstract step(): Promise<void>;
        }
        export class Copy extends Task {
          protected override step() { return this.gate.runExclusive(async () => undefined); }
        }
      `,
      reports: [again('this.gate', 'line 4', 'step → runExclusive (case.ts:8)')],
    },
    {
      name: 'a queue of concurrency 1 that is fed from its own task and awaited',
      code: `
        import PQueue from 'p-queue';
        const queue = new PQueue({ concurrency: 1 });
        export const crawl = (url: string): Promise<void> =>
          queue.add(async () => {
            for (const next of await links(url)) await «crawl(next)»;
          });
        declare function links(url: string): Promise<string[]>;
      `,
      reports: [again('queue', 'line 4', 'crawl → add (case.ts:4)')],
    },
    {
      name: 'Web Locks of one literal name, told by a constant in another file',
      code: `
        import { STATE } from './names.js';
        async function save() { await navigator.locks.request(STATE, async () => undefined); }
        export const sync = () => navigator.locks.request('app:state', async () => { await «save()»; });
      `,
      others: { 'names.ts': `export const STATE = 'app:state';` },
      reports: [again('navigator.locks', 'line 3', 'save → request (case.ts:2)')],
    },
    {
      name: 'a keyed lock with one constant key, and with one parameter',
      code: `
        import AsyncLock from 'async-lock';
        const locks = new AsyncLock();
        const KEY = 'index';
        const rebuild = () => locks.acquire('index', async () => undefined);
        export const repair = () => locks.acquire(KEY, async () => { await «rebuild()»; });
        const store = (id: string) => locks.acquire(id, async () => undefined);
        export const rename = (id: string) => locks.acquire(id, async () => { await «store(id)»; });
      `,
      reports: [again('locks', 'line 5', 'rebuild → acquire (case.ts:4)'), again('locks', 'line 7', 'store → acquire (case.ts:6)')],
    },
    {
      name: 'the way back over an object that keeps its owner',
      code: `
        import { Worker } from './worker.js';
        import { Mutex } from 'async-mutex';
        export class Fleet {
          readonly #gate = new Mutex();
          readonly #workers: Worker[] = [];
          grow() { this.#workers.push(new Worker(this)); }
          async forget(worker: Worker) { await this.#gate.runExclusive(async () => { this.#workers.splice(this.#workers.indexOf(worker), 1); }); }
          async stop() {
            await this.#gate.runExclusive(async () => { for (const worker of this.#workers) await «worker.stop()»; });
          }
        }
      `,
      others: {
        'worker.ts': `
          import type { Fleet } from './case.js';
          export class Worker {
            constructor(private readonly fleet: Fleet) {}
            async stop() { await this.fleet.forget(this); }
          }
        `,
      },
      reports: [again('this.#gate', 'line 9', 'stop → forget (worker.ts:4) → runExclusive (case.ts:7)')],
    },
    {
      name: 'a home-grown promise chain, waiter queue and gate',
      code: `
        class Chain {
          #tail: Promise<unknown> = Promise.resolve();
          run<T>(work: () => Promise<T>): Promise<T> {
            const mine = this.#tail.then(work);
            this.#tail = mine.catch(() => undefined);
            return mine;
          }
        }
        class Queue {
          #busy = false;
          readonly #waiting: (() => void)[] = [];
          async enter() {
            while (this.#busy) await new Promise<void>((resolve) => this.#waiting.push(resolve));
            this.#busy = true;
          }
          leave() { this.#busy = false; this.#waiting.shift()?.(); }
        }
        export class Store {
          readonly #chain = new Chain();
          readonly #queue = new Queue();
          read() { return this.#chain.run(async () => 1); }
          write() { return this.#chain.run(async () => (await «this.read()») + 1); }
          async get() { await this.#queue.enter(); try { return 1; } finally { this.#queue.leave(); } }
          async put() { await this.#queue.enter(); try { await «this.get()»; } finally { this.#queue.leave(); } }
        }
      `,
      reports: [
        again('this.#chain', 'line 22', 'read → run (case.ts:21) → then (case.ts:4)'),
        again('this.#queue', 'line 24', 'get → enter (case.ts:23) → this.#busy (case.ts:14)'),
      ],
    },
    {
      name: 'a memoised promise that its own producer waits for',
      code: `
        export class Client {
          #ready: Promise<void> | undefined;
          ready(): Promise<void> { return (this.#ready ??= this.#connect()); }
          async send(line: string) { await this.ready(); console.log(line); }
          async #connect() {
            await new Promise((resolve) => setImmediate(resolve));
            await «this.send('hello')»;
          }
        }
      `,
      reports: [promise('this.#ready', 'line 3', 'send → ready (case.ts:4) → this.#ready (case.ts:3)')],
    },
    {
      name: 'work that leaves its slot empty on one way only, and then begins again',
      code: `
        declare function store(): Promise<boolean>;
        export class Draft {
          #saving: Promise<void> | null = null;
          save(): Promise<void> {
            if (this.#saving == null) {
              this.#saving = Promise.resolve().then(async () => {
                if (await store()) this.#saving = null;
                await «this.save()»;
              });
            }
            return this.#saving;
          }
        }
      `,
      reports: [promise('this.#saving', 'line 6', 'save → this.#saving (case.ts:11)')],
    },
    {
      name: 'a module that waits for its own initialisation, from a file that the initialisation calls',
      code: `
        import { seed } from './seed.js';
        const load = async () => { await null; await «seed()»; };
        let loading: Promise<void> | undefined;
        export async function loaded() { if (!loading) loading = load(); await loading; }
      `,
      others: { 'seed.ts': `import { loaded } from './case.js';\nexport async function seed() { await loaded(); }` },
      reports: [promise('loading', 'line 4', 'seed → loaded (seed.ts:2) → loading (case.ts:4)')],
    },
    {
      name: 'an option that says not to lock is not given',
      code: `
        import { Mutex } from 'async-mutex';
        class Cache {
          #gate = new Mutex();
          async set(key: string, { locked = false }: { locked?: boolean } = {}) {
            if (locked) { console.log(key); return; }
            await this.#gate.runExclusive(async () => { console.log(key); });
          }
          all() { return this.#gate.runExclusive(async () => { await this.set('a', { locked: true }); await «this.set('b')»; }); }
        }
      `,
      reports: [again('this.#gate', 'line 8', 'set → runExclusive (case.ts:6)')],
    },
    {
      name: 'a semaphore of one permit, and a lock that is passed to a helper',
      code: `
        import { Semaphore, type MutexInterface } from 'async-mutex';
        const one = new Semaphore(1);
        const counted = () => one.runExclusive(async () => 1);
        export const sum = () => one.runExclusive(async () => (await «counted()») + 1);
        const under = <T>(lock: MutexInterface, work: () => Promise<T>) => lock.runExclusive(work);
        export class Book {
          constructor(private readonly lock: MutexInterface) {}
          page() { return under(this.lock, async () => 1); }
          pages() { return under(this.lock, async () => [await «this.page()»]); }
        }
      `,
      reports: [again('one', 'line 4', 'counted → runExclusive (case.ts:3)'), again('this.lock', 'line 9', 'page → under (case.ts:8) → runExclusive (case.ts:5)')],
    },
    {
      name: 'in a callback of map whose results are awaited, and through Promise.all',
      code: `
        import { Mutex } from 'async-mutex';
        const gate = new Mutex();
        const one = (n: number) => gate.runExclusive(async () => n);
        export const each = (list: number[]) => gate.runExclusive(async () => {
          await Promise.all(list.map(async (n) => { await «one(n)»; }));
          await Promise.all([«one(1)», 2]);
        });
      `,
      reports: [again('gate', 'line 4', 'one → runExclusive (case.ts:3)'), again('gate', 'line 4', 'one → runExclusive (case.ts:3)')],
    },
    {
      name: 'likely: held on some ways only',
      ...likely,
      code: `
        import { Mutex } from 'async-mutex';
        const gate = new Mutex();
        export async function maybe(lock: boolean) {
          let release: (() => void) | undefined;
          if (lock) release = await gate.acquire();
          await «gate.runExclusive(async () => undefined)»;
          release?.();
        }
      `,
      reports: [again('gate', 'line 5', 'runExclusive')],
    },
    {
      name: 'a lease of `using`, in JavaScript',
      file: 'case.js',
      code: `
        import { Mutex } from 'lockwright';
        const gate = new Mutex();
        async function inner() { const lease = await gate.acquire(); lease.release(); }
        export async function outer() {
          const lease = await gate.acquire();
          try { return await «inner()»; } finally { lease.release(); }
        }
      `,
      reports: [again('gate', 'line 5', 'inner → acquire (case.js:3)')],
    },
  ],
  silent: [
    {
      name: 'work that leaves its slot empty before it begins again',
      code: `
        declare function store(): Promise<void>;
        export class Draft {
          #saving: Promise<void> | null = null;
          #again = false;
          save(): Promise<void> {
            if (this.#saving == null) {
              this.#saving = Promise.resolve().then(async () => {
                try { await store(); } finally { this.#saving = null; }
                if (this.#again) { this.#again = false; await this.save(); }
              });
            } else this.#again = true;
            return this.#saving;
          }
        }
      `,
    },
    {
      name: 'shared work that is waited for only where the work itself has failed',
      code: `
        export class Connection {
          #fork: Promise<void> | undefined;
          fork() { return (this.#fork ??= this.#copy()); }
          async call(name: string): Promise<void> {
            try { await this.#send(name); } catch { await this.fork(); await this.#send(name); }
          }
          async #copy() { await null; await this.call('fork'); }
          async #send(name: string) { console.log(name); }
        }
      `,
    },
    {
      name: 'two locks that one factory made, by a method, as functions, and taken out of what it returned',
      ...likely,
      code: `
        import { Mutex } from 'async-mutex';
        const makeMutex = () => {
          const mutex = new Mutex();
          return { run<T>(code: () => Promise<T>): Promise<T> { return mutex.runExclusive(code); } };
        };
        function createLock() {
          const mutex = new Mutex();
          return <T>(code: () => Promise<T>): Promise<T> => mutex.runExclusive(code);
        }
        export function socket() {
          const messages = makeMutex();
          const retries = makeMutex();
          return { receive: () => messages.run(async () => { await retries.run(async () => undefined); }) };
        }
        const outer = createLock();
        const inner = createLock();
        const { run: first } = makeMutex();
        const { run: second } = makeMutex();
        export const nested = () => outer(async () => { await inner(async () => undefined); });
        export const taken = () => first(async () => { await second(async () => undefined); });
      `,
    },
    {
      name: 'an object that passes another one of its kind on',
      ...likely,
      code: `
        import { Mutex } from 'async-mutex';
        async function touch(node: Node) { await node.touch(); }
        export class Node {
          readonly #gate = new Mutex();
          constructor(private readonly parent?: Node) {}
          async touch() { await this.#gate.runExclusive(async () => undefined); }
          async grow(other: Node) { await this.#gate.runExclusive(async () => { await touch(other); if (this.parent) await touch(this.parent); }); }
        }
      `,
    },
    {
      name: 'pairs: public methods lock, private ones and a parameter of the lease do not',
      ...likely,
      code: `
        import { Mutex } from 'async-mutex';
        export class Store {
          readonly #gate = new Mutex();
          #rows: string[] = [];
          add(row: string) { return this.#gate.runExclusive(async () => { await this._addInternal(row); }); }
          addAll(rows: string[]) { return this.#gate.runExclusive(async () => { for (const row of rows) await this._addInternal(row); }); }
          async clear() { await this.addAll([]); await this.add('end'); }
          private async _addInternal(row: string) { this.#rows.push(row); }
        }
      `,
    },
    {
      name: 'a helper that expects the lock to be held, and a locking method after the release',
      ...likely,
      code: `
        import { Mutex } from 'async-mutex';
        class Ledger {
          #gate = new Mutex();
          #n = 0;
          async next() { return this.#gate.runExclusive(() => this.#nextUnlocked()); }
          async both() {
            const a = await this.#gate.runExclusive(async () => this.#nextUnlocked());
            const b = await this.next();
            const release = await this.#gate.acquire();
            const c = this.#nextUnlocked();
            release();
            return [a, b, c, await this.next()];
          }
          #nextUnlocked() { return this.#n++; }
        }
      `,
    },
    {
      name: 'other instances of the class',
      ...likely,
      code: `
        import { Mutex } from 'async-mutex';
        class Node {
          #gate = new Mutex();
          parent?: Node;
          readonly children: Node[] = [];
          async close(): Promise<void> {
            await this.#gate.runExclusive(async () => { for (const child of this.children) await child.close(); });
          }
          async touch(): Promise<void> { await this.#gate.runExclusive(async () => { await this.parent?.touch(); }); }
          async merge(other: Node) { await this.#gate.runExclusive(async () => { await other.close(); await new Node().close(); }); }
        }
        const a = new Node();
        const b = new Node();
        export const both = async () => { await a.merge(b); };
      `,
    },
    {
      name: 'nodes that edges join: the edge leads to another node',
      ...likely,
      code: `
        import { Mutex } from 'async-mutex';
        class Edge {
          constructor(readonly to: Vertex) {}
          async follow() { await this.to.update(); }
        }
        export class Vertex {
          #gate = new Mutex();
          #edges: Edge[] = [];
          join(other: Vertex) { this.#edges.push(new Edge(other)); }
          async update() { await this.#gate.runExclusive(async () => { for (const edge of this.#edges) await edge.follow(); }); }
        }
      `,
    },
    {
      name: 'keys that differ or may differ',
      ...likely,
      code: `
        import AsyncLock from 'async-lock';
        const locks = new AsyncLock();
        const one = (id: string) => locks.acquire(id, async () => undefined);
        export const constants = () => locks.acquire('a', async () => { await one('b'); });
        export const templates = (a: string, b: string) => locks.acquire(\`user:\${a}\`, async () => { await one(\`user:\${b}\`); });
        export const params = (a: string, b: string) => locks.acquire(a, async () => { await one(b); });
        export const all = async (ids: string[]) => { for (const id of ids) await locks.acquire('all', async () => { await one(id); }); };
        export const webLocks = (a: string) => navigator.locks.request('x', () => navigator.locks.request(a, async () => undefined));
      `,
    },
    {
      name: 'mutexes of a map, by keys that differ or may differ',
      ...likely,
      code: `
        import { Mutex } from 'async-mutex';
        class Keyed {
          #locks = new Map<string, Mutex>();
          #of(key: string) {
            let lock = this.#locks.get(key);
            if (!lock) this.#locks.set(key, (lock = new Mutex()));
            return lock;
          }
          run<T>(key: string, work: () => Promise<T>) { return this.#of(key).runExclusive(work); }
          move(from: string, to: string) { return this.run(from, () => this.run(to, async () => undefined)); }
        }
        export const keyed = new Keyed();
      `,
    },
    {
      name: 'what does not wait: tryAcquire, ifAvailable, steal, shared mode',
      ...likely,
      code: `
        import AwaitLock from 'await-lock';
        const lock = new AwaitLock();
        const attempt = async () => { if (lock.tryAcquire()) lock.release(); };
        export async function locked() { await lock.acquireAsync(); try { await attempt(); } finally { lock.release(); } }
        const peek = () => navigator.locks.request('n', { ifAvailable: true }, async (held) => Boolean(held));
        const take = () => navigator.locks.request('n', { steal: true }, async () => true);
        export const both = () => navigator.locks.request('n', async () => { await peek(); await take(); });
        const read = () => navigator.locks.request('m', { mode: 'shared' }, async () => 1);
        export const reads = () => navigator.locks.request('m', { mode: 'shared' }, async () => { await read(); });
      `,
    },
    {
      name: 'a lock that the user says is re-entrant: a class, a section, an export',
      ...likely,
      settings: {
        models: [
          { package: '@acme/lock', members: { Monitor: { does: 'make lock', reentrant: true }, 'Monitor#enter': { does: 'section', callback: 0 } } },
          { file: 'guard.ts', members: { 'Guard#run': { does: 'section', callback: 0, reentrant: true } } },
          { file: 'gate.ts', members: { Gate: { does: 'make lock', reentrant: true } } },
        ],
      },
      others: {
        'guard.ts': `export class Guard { run<T>(work: () => Promise<T>): Promise<T> { return work(); } }`,
        'gate.ts': `
          import { Mutex } from 'async-mutex';
          export class Gate { #inner = new Mutex(); run<T>(work: () => Promise<T>): Promise<T> { return this.#inner.runExclusive(work); } }
        `,
      },
      code: `
        import { Monitor } from '@acme/lock';
        import { Guard } from './guard.js';
        import { Gate } from './gate.js';
        export class Book {
          readonly #monitor = new Monitor();
          readonly #guard = new Guard();
          readonly #gate = new Gate();
          a() { return this.#monitor.enter(async () => 1); }
          b() { return this.#monitor.enter(() => this.a()); }
          c() { return this.#guard.run(async () => 1); }
          d() { return this.#guard.run(() => this.c()); }
          e() { return this.#gate.run(async () => 1); }
          f() { return this.#gate.run(() => this.e()); }
        }
      `,
    },
    {
      name: 'a lock of async-lock that is made re-entrant',
      ...likely,
      code: `
        import AsyncLock from 'async-lock';
        const locks = new AsyncLock({ domainReentrant: true });
        const inner = () => locks.acquire('k', async () => undefined);
        export const outer = () => locks.acquire('k', async () => { await inner(); });
      `,
    },
    {
      name: 'a wrapper that lets its own holder through, by an async context, an owner or a counter',
      ...likely,
      code: `
        import { AsyncLocalStorage } from 'node:async_hooks';
        import { Mutex } from 'async-mutex';
        const inside = new AsyncLocalStorage<boolean>();
        const mutex = new Mutex();
        export async function exclusively<T>(work: () => Promise<T>): Promise<T> {
          if (inside.getStore()) return work();
          return mutex.runExclusive(() => inside.run(true, work));
        }
        const leaf = () => exclusively(async () => 1);
        export const root = () => exclusively(() => leaf());
        class Owned {
          #mutex = new Mutex();
          #depth = 0;
          async #inner() { return 1; }
          async get() {
            if (this.#depth > 0) return this.#inner();
            return this.#mutex.runExclusive(() => this.#inner());
          }
          async all() {
            return this.#mutex.runExclusive(async () => {
              this.#depth++;
              try { return [await this.get()]; } finally { this.#depth--; }
            });
          }
        }
        export const owned = new Owned();
      `,
    },
    {
      name: 'a flag that its holder sets tells others that the lock is held',
      ...likely,
      code: `
        import { Mutex } from 'async-mutex';
        export class Batch {
          #gate = new Mutex();
          #batching = false;
          async put(key: string) {
            const release = this.#batching ? undefined : await this.#gate.acquire();
            try { console.log(key); } finally { release?.(); }
          }
          async putAll(keys: string[]) {
            const release = await this.#gate.acquire();
            this.#batching = true;
            try { for (const key of keys) await this.put(key); } finally { this.#batching = false; release(); }
          }
        }
      `,
    },
    {
      name: 'an option that says that the lock is held, through several functions',
      ...likely,
      code: `
        import { Mutex } from 'async-mutex';
        class Cache {
          #gate = new Mutex();
          async set(key: string, hasLock = false) {
            if (hasLock) return console.log(key);
            await this.#gate.runExclusive(async () => console.log(key));
          }
          async put(key: string, options: { hasLock?: boolean } = {}) { await this.set(key, options.hasLock); }
          async all() { await this.#gate.runExclusive(async () => { await this.set('a', true); await this.put('b', { hasLock: true }); }); }
        }
        export const cache = new Cache();
      `,
    },
    {
      name: 'work that nobody waits for inside the region',
      ...likely,
      code: `
        import { Mutex } from 'async-mutex';
        const gate = new Mutex();
        const log = () => gate.runExclusive(async () => undefined);
        export async function act() {
          const release = await gate.acquire();
          void log();
          setTimeout(() => { void log(); }, 10);
          process.once('exit', () => log());
          const later = log();
          release();
          await later;
        }
      `,
    },
    {
      name: 'a condition variable gives the lock back before it takes it again',
      ...likely,
      code: `
        import AwaitLock from 'await-lock';
        export class Box {
          #lock = new AwaitLock();
          #full = false;
          async #waitForChange() {
            this.#lock.release();
            await new Promise((resolve) => setImmediate(resolve));
            await this.#lock.acquireAsync();
          }
          async take() {
            await this.#lock.acquireAsync();
            try { while (!this.#full) await this.#waitForChange(); } finally { this.#lock.release(); }
          }
        }
      `,
    },
    {
      name: 'slots: of a limiter for the innermost work alone, of two limiters, taken once more by other work, and without end',
      ...likely,
      code: `
        import pLimit from 'p-limit';
        import PQueue from 'p-queue';
        import { readdir, stat } from 'node:fs/promises';
        const limit = pLimit(5);
        const reads = pLimit(8);
        export async function walk(dir: string): Promise<void> {
          const names = await limit(() => readdir(dir));
          await Promise.all(names.map((name) => walk(name)));
        }
        const size = (name: string) => reads(async () => (await stat(name)).size);
        export const sizes = (names: string[]) => Promise.all(names.map((name) => limit(async () => { console.log(await size(name)); })));
        const age = (name: string) => limit(async () => (await stat(name)).mtimeMs);
        export const ages = (names: string[]) => Promise.all(names.map((name) => limit(async () => { console.log(await age(name)); })));
        export class Feed {
          private readonly one = pLimit(1);
          private readonly two = pLimit(1);
          private name(name: string) { return this.two(async () => name); }
          names(names: string[]) { return this.one(async () => { for (const name of names) await this.name(name); }); }
        }
        const endless = new PQueue();
        export const visit = (name: string): Promise<void> => endless.add(async () => { for (const one of await readdir(name)) await visit(one); }) as Promise<void>;
        export const later = (name: string): Promise<void> => limit(async () => { for (const one of await readdir(name)) void later(one); });
      `,
    },
    {
      name: 'transactions, and a race with a time limit',
      ...likely,
      code: `
        import { Mutex } from 'async-mutex';
        import { setTimeout as sleep } from 'node:timers/promises';
        import knex from 'knex';
        const db = knex({});
        const insert = () => db.transaction(async (trx) => { await trx('a').insert({}); });
        export const nested = () => db.transaction(async () => { await insert(); });
        const gate = new Mutex();
        export const raced = () => gate.runExclusive(async () => { await Promise.race([gate.acquire(), sleep(5)]); });
      `,
    },
    {
      name: 'a promise that is shared once the work has begun, and a chain of promises',
      ...likely,
      code: `
        export class Saver {
          #saving: Promise<void> | undefined;
          #last: Promise<void> = Promise.resolve();
          save() { this.#saving = this.#write(); return this.#saving; }
          async #write() { await this.#saving; console.log('saved'); }
          add(work: () => Promise<void>) { this.#last = this.#last.then(work); return this.#last; }
          async flush() { await this.#last; }
        }
      `,
    },
    {
      name: 'work that asks whether the shared promise is its own',
      code: `
        export class Session {
          #starting: Promise<void> | undefined;
          #isStarting = false;
          start() { return (this.#starting ??= this.#begin()); }
          async query(text: string) { if (!this.#isStarting) await this.start(); console.log(text); }
          async #begin() {
            this.#isStarting = true;
            await null;
            await this.query('version');
            this.#isStarting = false;
          }
        }
      `,
    },
    {
      name: 'two locks of one class of locks',
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
        const reads = new Serial();
        const writes = new Serial();
        export const copy = () => reads.run(() => writes.run(async () => undefined));
      `,
    },
    {
      name: 'taken again in a loop after it was given back',
      ...likely,
      code: `
        import { Mutex } from 'async-mutex';
        const gate = new Mutex();
        export async function drain(list: string[]) {
          let release = await gate.acquire();
          while (list.length > 0) {
            list.pop();
            release();
            await null;
            release = await gate.acquire();
          }
          release();
        }
      `,
    },
    {
      name: 'in tests locks are held on purpose',
      file: 'gate.test.ts',
      code: `
        import { Mutex } from 'async-mutex';
        const gate = new Mutex();
        export const waits = () => gate.runExclusive(async () => { await gate.acquire(); });
      `,
    },
  ],
});
