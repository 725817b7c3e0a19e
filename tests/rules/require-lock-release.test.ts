import { runRule } from './hosts.js';

const reading = `
  import { readFile } from 'node:fs/promises';
  export async function load(name: string): Promise<string> { return await readFile(name, 'utf8'); }
`;
const likely = { options: { confidence: 'likely' } } as const;

runRule('require-lock-release', {
  silent: [
    {
      name: 'a promise that tells when something is ready again is no gate, and a gate is opened in a finally',
      code: `
        export class Socket {
          #ready!: Promise<void>;
          #tell!: () => void;
          constructor() { this.#shut(); }
          #shut() { this.#ready = new Promise((resolve) => { this.#tell = resolve; }); }
          opened() { this.#tell(); }
          async again() {
            await this.#ready;
            this.#ready = new Promise((resolve) => { this.#tell = resolve; });
            await fetch('/open');
            this.#tell();
          }
        }
        let gate: Promise<void> = Promise.resolve();
        let open = () => {};
        async function enter() { await gate; gate = new Promise<void>((resolve) => { open = resolve; }); }
        const leave = () => open();
        export const run = async () => { await enter(); try { await fetch('/'); } finally { leave(); } };
      `,
    },
    {
      name: 'what fails only for a parameter that is missing, and what calls the releaser that it keeps or is passed',
      code: `
        import { Mutex } from 'async-mutex';
        const mutex = new Mutex();
        function named(prefix: string, error?: Error) {
          if (!error) throw new Error('Unknown error');
          return new Error(prefix + error.message);
        }
        export class Queue {
          #busy = false;
          #unlock: (() => void) | undefined;
          async run(work: () => Promise<void>, told: Error[]) {
            if (this.#busy) return;
            this.#busy = true;
            try { await work(); } catch (error) { told.push(named('in a queue: ', error as Error)); }
            this.#busy = false;
          }
          async open() { this.#unlock = await mutex.acquire(); }
          close() { this.#unlock?.(); }
        }
        export async function turn(queue: Queue, free: () => void) {
          const release = await mutex.acquire();
          queue.close();
          finish(free);
          release();
        }
        const finish = (free: () => void) => { free(); };
      `,
    },
    {
      name: 'a flag that is true wherever one of its parts is tells of both, of the taking and of the giving back',
      ...likely,
      code: `
        import { Pool, type PoolClient } from 'pg';
        const pool = new Pool();
        export async function run(sql: string, given?: PoolClient, readOnly?: boolean) {
          let client = given;
          const isOurs = client === undefined || readOnly === true;
          if (client === undefined || isOurs) client = await pool.connect();
          try {
            return await client.query(sql);
          } finally {
            if (isOurs) client.release();
          }
        }
        export async function ask(sql: string, given?: PoolClient, fresh?: boolean) {
          const isTheirs = given && !fresh;
          let client = given;
          if (!given || !isTheirs) client = await pool.connect();
          try {
            return await client!.query(sql);
          } finally {
            if (!isTheirs) client!.release();
          }
        }
      `,
    },
    {
      name: 'ownership is handed on: a stored lease, a callee that releases, an object with the releaser',
      ...likely,
      code: `
        import { Mutex } from 'async-mutex';
        export class Device {
          readonly #gate = new Mutex();
          #release: (() => void) | undefined;
          async open() { this.#release = await this.#gate.acquire(); }
          close() { this.#release?.(); this.#release = undefined; }
          async lend() { const release = await this.#gate.acquire(); return { release }; }
          async lendLater() { const release = await this.#gate.acquire(); return { close: () => release() }; }
          async use(work: () => Promise<void>) { const release = await this.#gate.acquire(); await this.#finish(work, release); }
          async #finish(work: () => Promise<void>, release: () => void) { try { await work(); } finally { release(); } }
        }
      `,
    },
    {
      name: 'released in the finally of a callback, on an event, or after a timer',
      ...likely,
      code: `
        import { Mutex } from 'async-mutex';
        import type { Readable } from 'node:stream';
        const mutex = new Mutex();
        export async function save(write: (done: (error?: Error) => void) => void) {
          const release = await mutex.acquire();
          write((error) => { try { if (error) console.error(error); } finally { release(); } });
        }
        export async function read(stream: Readable) {
          const release = await mutex.acquire();
          stream.once('close', release);
          return stream;
        }
        export async function debounce() {
          const release = await mutex.acquire();
          setTimeout(release, 10);
        }
      `,
    },
    {
      name: 'a nested callback that is told of a failure gives the releaser its due on all of its ways',
      ...likely,
      code: `
        import { Mutex } from 'async-mutex';
        const mutex = new Mutex();
        export async function refresh(ask: (answer: (error: Error | null, name: string) => void) => void, set: (name: string) => void) {
          const release = await mutex.acquire();
          ask((error, name) => {
            if (error) {
              release();
              return;
            }
            set(name);
            release();
          });
        }
        export async function watch(each: (listener: (error: Error | null, last: boolean) => void) => void) {
          const release = await mutex.acquire();
          each((error, last) => {
            if (!last) return;
            release();
          });
        }
      `,
    },
    {
      name: 'using, and sections',
      ...likely,
      code: `
        import { Mutex } from 'lockwright';
        const mutex = new Mutex();
        export async function one(work: () => Promise<void>) {
          using lease = await mutex.acquire();
          await work();
          return lease;
        }
        export const two = (work: () => Promise<void>) => mutex.runExclusive(async () => { await work(); });
      `,
    },
    {
      name: 'a callback that is called for each of many calls done once',
      ...likely,
      code: `
        import AsyncLock from 'async-lock';
        import { watch } from 'node:fs';
        interface Reader { on(event: string, call: (error: Error | null, last: boolean) => void): void }
        const locks = new AsyncLock();
        export function read(name: string, reader: Reader, wanted: string) {
          locks.acquire(name, (done) => {
            reader.on('row', (error, last) => {
              if (error || !last) return;
              done();
            });
          }, () => undefined);
          locks.acquire(name, (done) => {
            watch(name, (event) => {
              if (event !== wanted) return;
              done();
            });
          }, () => undefined);
        }
      `,
    },
    {
      name: 'done is called on every way, at once or when the work has settled',
      ...likely,
      code: `
        import AsyncLock from 'async-lock';
        const locks = new AsyncLock();
        export function read(key: string, get: (key: string, then: (error: unknown, text?: string) => void) => void) {
          locks.acquire(key, (done) => {
            get(key, (error, text) => {
              if (error) { done(error as Error); return; }
              done(null, text);
            });
          }, () => undefined);
          locks.acquire(key, (done) => { get(key, done as never); }, () => undefined);
        }
        export const write = (key: string, put: () => Promise<void>) => locks.acquire(key, async () => { await put(); });
      `,
    },
    {
      name: 'a busy flag that is cleared in finally, in both handlers of then, or by whoever was asked to',
      ...likely,
      code: `
        export class Sync {
          #busy = false;
          #drawing = false;
          #open = false;
          async run(work: () => Promise<void>) {
            if (this.#busy) return;
            this.#busy = true;
            try { await work(); } finally { this.#busy = false; }
          }
          draw(work: () => Promise<void>) {
            if (this.#drawing) return;
            this.#drawing = true;
            work().then(() => { this.#drawing = false; }, () => { this.#drawing = false; });
          }
          async show(load: () => Promise<void>) { if (this.#open) return; this.#open = true; await load(); }
          hide() { this.#open = false; }
        }
      `,
    },
    {
      name: 'a flag that nobody is kept out by: a caller that does not look, one that goes on all the same, a function that tells of something else, one that nobody waits for',
      ...likely,
      code: `
        export class View {
          #loading = false;
          #drawing = false;
          #saving = false;
          #posting = false;
          constructor(private readonly disk: { read(): Promise<string> }) {}
          async open() { if (!this.#loading) await this.#load(); }
          async reload() { await this.#load(); }
          async #load() { this.#loading = true; await this.disk.read(); this.#loading = false; }
          async show() { if (this.#drawing) console.log('again'); await this.#draw(); }
          async #draw() { this.#drawing = true; await this.disk.read(); this.#drawing = false; }
          async save(text: string) { if (this.#isNew(text)) await this.#save(); }
          #isNew(text: string) { if (this.#saving) console.log('busy'); return text !== ''; }
          async #save() { this.#saving = true; await this.disk.read(); this.#saving = false; }
          post() { if (!this.#posting) void this.#post(); }
          async #post() { this.#posting = true; await this.disk.read(); this.#posting = false; }
        }
      `,
    },
    {
      name: 'connections that are given back: released, ended, handed to the caller, by the pool itself',
      ...likely,
      code: `
        import { Pool, type PoolClient } from 'pg';
        const pool = new Pool();
        export async function rows(text: string) {
          const client = await pool.connect();
          try { return (await client.query(text)).rows; } finally { client.release(); }
        }
        export const lend = (): Promise<PoolClient> => pool.connect();
        export async function begin() {
          const client = await pool.connect();
          try {
            await client.query('BEGIN');
            return client;
          } catch (error) {
            client.release();
            throw error;
          }
        }
        export const direct = (text: string) => pool.query(text);
      `,
    },
    {
      name: 'sessions that one method begins and another ends, counted under a mutex, and given back early where beginning fails',
      code: `
        import { Mutex } from 'async-mutex';

        class Places {
          readonly #mutex = new Mutex();
          #taken = 0;
          constructor(readonly most: number) {}

          async acquirePlace(): Promise<void> {
            if (this.#mutex.isLocked()) {
              await this.#mutex.acquire();
              if (this.#taken < this.most) this.#mutex.release();
            }
            this.#taken++;
            if (this.#taken >= this.most) await this.#mutex.acquire();
          }

          releasePlace(): void {
            this.#taken--;
            if (this.#mutex.isLocked() && this.#taken < this.most) this.#mutex.release();
          }
        }

        export class Sessions {
          readonly #places = new Places(3);

          async begin(open: () => Promise<string>): Promise<string> {
            await this.#places.acquirePlace();
            try {
              return await open();
            } catch (error) {
              this.#places.releasePlace();
              throw error;
            }
          }

          end(): void {
            this.#places.releasePlace();
          }
        }
      `,
    },
    {
      name: 'a connection that a method keeps for later, and one that listens for as long as the process runs',
      code: `
        import { Pool, type PoolClient } from 'pg';

        export class Tabs {
          readonly #pool = new Pool();
          readonly #reserved = new Map<number, PoolClient>();

          async reserve(tab: number): Promise<void> {
            const connection = await this.#pool.connect();
            this.#keep(tab, connection);
          }

          free(tab: number): void {
            this.#reserved.get(tab)?.release();
          }

          async listen(): Promise<void> {
            const client = await this.#pool.connect();
            this.#keepAlive(client);
            client.on('notification', () => this.#reserved.clear());
          }

          #keep(tab: number, connection: PoolClient): void {
            this.#reserved.set(tab, connection);
          }

          #keepAlive(client: PoolClient): void {
            setInterval(() => { void client.query('SELECT 1'); }, 1000);
          }
        }
      `,
    },
    {
      name: 'what is called as if it were checked out: never given back, kept in a field, with data that is handed out, a test of the type, and a commit inside try',
      ...likely,
      code: `
        import type { Pool } from 'pg';
        export class Clients {
          #client: any;
          constructor(private readonly clients: any, private readonly pool: Pool) {}
          async name() { const client = await this.clients.getClient(); return client.name(); }
          async open() { this.#client = await this.clients.acquireConnection(); }
          async close() { await this.#client.release(); }
          async nonce(address: string) {
            const lock = await this.clients.getNonceLock(address);
            try { return await this.clients.sign(lock.nextNonce); } finally { lock.releaseLock(); }
          }
          async lend(address: string) {
            const { nextNonce, releaseLock } = await this.clients.getNonceLock(address);
            return { nextNonce, releaseLock };
          }
          async row(text: string) {
            const client = await this.pool.connect();
            try {
              const { rows } = await client.query(text);
              await client.query('COMMIT');
              return rows;
            } catch (error) {
              await client.query('ROLLBACK').catch(() => undefined);
              throw error;
            } finally {
              client.release();
            }
          }
        }
      `,
    },
    {
      name: 'named like a check-out, of which a table says that it does nothing',
      ...likely,
      settings: { models: [{ package: '@acme/pool', members: { 'Pool#acquire': { does: 'nothing' } } }] },
      code: `
        import { Pool } from '@acme/pool';
        const pool = new Pool();
        export async function rows(text: string) {
          const connection = await pool.acquire();
          const found = await connection.query(text);
          connection.release();
          return found;
        }
      `,
    },
    {
      name: 'each is pushed inside the try whose finally gives back all',
      ...likely,
      code: `
        import { Mutex } from 'async-mutex';
        const locks = [new Mutex(), new Mutex()];
        export async function all(work: () => Promise<void>) {
          const releases: (() => void)[] = [];
          try {
            for (const lock of locks) releases.push(await lock.acquire());
            await work();
          } finally {
            for (const release of releases.reverse()) release();
          }
        }
      `,
    },
    {
      name: 'the process ends, or the lock was not got',
      ...likely,
      code: `
        import { Mutex, tryAcquire, E_ALREADY_LOCKED } from 'async-mutex';
        const mutex = new Mutex();
        export async function attempt(work: () => Promise<void>) {
          try {
            const release = await tryAcquire(mutex).acquire();
            try { await work(); } finally { release(); }
          } catch (error) {
            if (error !== E_ALREADY_LOCKED) throw error;
          }
        }
        export async function last() {
          await mutex.acquire();
          process.exit(0);
        }
      `,
    },
    {
      name: "released on each way",
      code: `
        import { Mutex } from 'async-mutex';

        const mutex = new Mutex();

        export async function f(work: () => Promise<void>): Promise<void> {
          const release = await mutex.acquire();
          try {
            await work();
          } finally {
            release();
          }
        }
      `,
    },
    {
      name: "released in try and in catch",
      code: `
        import { Mutex } from 'async-mutex';

        const mutex = new Mutex();

        export async function f(work: () => Promise<void>): Promise<void> {
          const release = await mutex.acquire();
          try {
            await work();
            release();
          } catch (error) {
            release();
            throw error;
          }
        }
      `,
    },
    {
      name: "the releaser is returned",
      code: `
        import { Mutex } from 'async-mutex';

        const mutex = new Mutex();

        export async function f(): Promise<() => void> {
          const release = await mutex.acquire();
          return release;
        }
      `,
    },
    {
      name: "released when the work has settled",
      code: `
        import { Mutex } from 'async-mutex';

        const mutex = new Mutex();

        export async function f(work: () => Promise<void>): Promise<void> {
          const release = await mutex.acquire();
          return work().finally(release);
        }
      `,
    },
    {
      name: "releasers in an array",
      code: `
        import { Mutex } from 'async-mutex';

        const mutex = new Mutex();

        export async function f(work: () => Promise<void>): Promise<void> {
          const releases: (() => void)[] = [];
          try {
            releases.push(await mutex.acquire());
            await work();
          } finally {
            for (const release of releases) release();
          }
        }
      `,
    },
    {
      name: "taken only where it is wanted, and given back so",
      code: `
        import { Mutex } from 'async-mutex';

        const mutex = new Mutex();

        export async function f(wait: boolean, work: () => Promise<void>): Promise<void> {
          let release: (() => void) | undefined;
          if (wait) release = await mutex.acquire();
          try {
            await work();
          } finally {
            if (wait) release!();
          }
        }
      `,
    },
    {
      name: "a log between acquisition and try",
      code: `
        import { Mutex } from 'async-mutex';

        const mutex = new Mutex();

        export async function f(work: () => Promise<void>): Promise<void> {
          const release = await mutex.acquire();
          console.log('taken', Date.now());
          try {
            await work();
          } finally {
            release();
          }
        }
      `,
    },
  ],
  reported: [
    {
      name: 'a gate whose key a field or a variable keeps: within one function, by two methods, by two functions',
      code: `
        export class Guarded<T> {
          private last: Promise<void> = Promise.resolve();
          private open: () => void = () => {};
          constructor(private readonly value: T) {}
          async with<R>(work: (value: T) => Promise<R>): Promise<R> {
            await this.last;
            «this.last = new Promise((resolve) => { this.open = resolve; })»;
            const result = await work(this.value);
            this.open();
            return result;
          }
        }
        export class Turns {
          #ready: Promise<void> = Promise.resolve();
          #done = () => {};
          async lock() { await this.#ready; this.#ready = new Promise<void>((go) => { this.#done = go; }); }
          unlock = () => { this.#done(); };
          async load() {
            «await this.lock()»;
            await fetch('/a');
            this.unlock();
          }
        }
        let gate: Promise<void> = Promise.resolve();
        let open = () => {};
        const enter = async () => { await gate; gate = new Promise<void>((resolve) => { open = resolve; }); };
        const leave = () => open();
        export async function run() {
          «await enter()»;
          await fetch('/b');
          leave();
        }
      `,
      reports: [
        { message: '`this.last`, taken here, stays held when `work(this.value)` (line 8) fails. Give it back in a `finally`, or hold it through a section.', suggests: 1 },
        { message: '`this.#ready`, taken here, stays held when `fetch(\'/a\')` (line 20) fails. Give it back in a `finally`, or hold it through a section.', suggests: 1 },
        { message: '`gate`, taken here, stays held when `fetch(\'/b\')` (line 30) fails. Give it back in a `finally`, or hold it through a section.', suggests: 1 },
      ],
    },
    {
      name: 'a queue of waiters whose executor is the initial value of a field',
      code: `
        class Mutex {
          locked = false;
          #queue: [() => void, (error: Error) => void][] = [];
          #enqueue = (resolve: () => void, reject: (error: Error) => void) => { this.#queue.push([resolve, reject]); };
          lock(): Promise<void> {
            if (this.locked) return new Promise(this.#enqueue);
            this.locked = true;
            return Promise.resolve();
          }
          unlock() {
            if (this.#queue.length === 0) { this.locked = false; return; }
            this.#queue.shift()![0]();
          }
        }
        const mutex = new Mutex();
        export async function load() {
          «await mutex.lock()»;
          await fetch('/');
          mutex.unlock();
        }
      `,
      reports: [{ message: '`mutex`, taken here, stays held when `fetch(\'/\')` (line 18) fails. Give it back in a `finally`, or hold it through a section.', suggests: 1 }],
    },
    {
      name: 'what is left in one turn of a loop that counts, when the loop comes to its end',
      code: `
        import { Mutex } from 'async-mutex';
        import { knex, type Knex } from 'knex';
        const db = knex({ client: 'pg' });
        const mutex = new Mutex();
        export class Store {
          async write(scope: (trx: Knex.Transaction) => Promise<void>, retry = 3) {
            let error: unknown;
            while (retry > 0) {
              try {
                const trx = «await db.transaction()»;
                await scope(trx);
                await trx.commit();
                return;
              } catch (e) {
                error = e;
              } finally {
                retry--;
              }
            }
            if (error) throw error;
          }
        }
        export const load = async (name: string) => {
          for (let turn = 0; turn < 3; turn++) {
            const release = «await mutex.acquire()»;
            try {
              const found = await fetch(name);
              release();
              return found;
            } catch {
              continue;
            }
          }
          return undefined;
        };
        export async function poll(isOver: () => boolean) {
          do {
            try {
              const release = await mutex.acquire();
              try { await fetch('/next'); } finally { release(); }
            } catch (error) { console.error(error); }
          } while (!isOver());
        }
      `,
      reports: [
        'The transaction of `db`, taken here, is still held where the function ends. Give it back in a `finally`, or hold it through a section.',
        { message: '`mutex`, taken here, is still held at the `return` in line 34. Give it back in a `finally`, or hold it through a section.', suggests: 1 },
      ],
    },
    {
      name: 'what calls a function that it was given or keeps is no release for that: of a flag, of a lock, by a method, an arrow and a closure',
      code: `
        import { Mutex } from 'async-mutex';
        export class Plugin {
          syncing = false;
          auto = false;
          readonly #gate = new Mutex();
          constructor(private load: () => Promise<void>, private readonly send: (what: string) => Promise<boolean>) {}
          sync = async (what: string) => { await this.load(); return this.send(what); };
          byHand = async () => {
            if (this.syncing || this.auto) return;
            «this.syncing = true»;
            const done = await this.sync('all');
            console.log(done);
            this.syncing = false;
          };
          async guarded() {
            const release = «await this.#gate.acquire()»;
            await this.sync('some');
            release();
          }
        }
        const mutex = new Mutex();
        export function over(read: () => Promise<void>) {
          const both = async () => { await read(); };
          return async () => {
            const release = «await mutex.acquire()»;
            await both();
            release();
          };
        }
      `,
      reports: [
        '`this.syncing` stays set when `this.sync(\'all\')` (line 11) fails, and nobody gets past it again. Clear it in a `finally`.',
        '`this.#gate`, taken here, stays held when `this.sync(\'some\')` (line 17) fails. Give it back in a `finally`, or hold it through a section.',
        '`mutex`, taken here, stays held when `both()` (line 26) fails. Give it back in a `finally`, or hold it through a section.',
      ].map((message) => ({ message, suggests: message.startsWith('`this.syncing`') ? 1 : 2 })),
    },
    {
      name: 'the finally: what is handed out afterwards, early ways, what may be refused, a file lock, tabs',
      code: `
        import { Mutex } from 'async-mutex';
        import AwaitLock from 'await-lock';
        import lockfile from 'proper-lockfile';
        import { load } from './load.js';
        const mutex = new Mutex();
        const other = new AwaitLock();
        export async function handedOut(key: string) {
          const release = «await mutex.acquire()»;
          const value = await load(key);
          release();
          return { value, key: \`\${key}!\` };
        }
        export async function early(n: number, known: Map<number, string>) {
          const release = «await mutex.acquire()»;
          if (n < 0) { release(); throw new RangeError(\`n \${n}\`); }
          const found = known.get(n);
          if (found) {
            release();
            return found;
          }
          known.set(n, await load('n'));
          release();
          return known.get(n);
        }
        export async function refused() {
          const got = «other.tryAcquire()»;
          if (!got) {
            return false;
          }
          await load('x');
          other.release();
          return true;
        }
        export async function refusedAtOnce() {
          if (!«other.tryAcquire()») return false;
          await load('x');
          other.release();
          return true;
        }
        export async function file() {
          const release = «await lockfile.lock('x')»;
          await load('x');
          await release();
        }
        export async function tabs(names: string[]) {
        \tfor (const name of names) {
        \t\tconst release = «await mutex.acquire()»;
        \t\tif (name === 'x') continue;
        \t\tawait load(name);
        \t\trelease();
        \t}
        }
      `,
      others: { 'load.ts': reading },
      reports: [
        {
          message: '`mutex`, taken here, stays held when `load(key)` (line 9) fails. Give it back in a `finally`, or hold it through a section.',
          suggests: {
            'Give it back in a `finally`.': `
              import { Mutex } from 'async-mutex';
              import AwaitLock from 'await-lock';
              import lockfile from 'proper-lockfile';
              import { load } from './load.js';
              const mutex = new Mutex();
              const other = new AwaitLock();
              export async function handedOut(key: string) {
                const release = await mutex.acquire();
                try {
                  const value = await load(key);
                  return { value, key: \`\${key}!\` };
                } finally {
                  release();
                }
              }
              export async function early(n: number, known: Map<number, string>) {
                const release = await mutex.acquire();
                if (n < 0) { release(); throw new RangeError(\`n \${n}\`); }
                const found = known.get(n);
                if (found) {
                  release();
                  return found;
                }
                known.set(n, await load('n'));
                release();
                return known.get(n);
              }
              export async function refused() {
                const got = other.tryAcquire();
                if (!got) {
                  return false;
                }
                await load('x');
                other.release();
                return true;
              }
              export async function refusedAtOnce() {
                if (!other.tryAcquire()) return false;
                await load('x');
                other.release();
                return true;
              }
              export async function file() {
                const release = await lockfile.lock('x');
                await load('x');
                await release();
              }
              export async function tabs(names: string[]) {
              \tfor (const name of names) {
              \t\tconst release = await mutex.acquire();
              \t\tif (name === 'x') continue;
              \t\tawait load(name);
              \t\trelease();
              \t}
              }
            `,
            'Hold it through `runExclusive`.': `
              import { Mutex } from 'async-mutex';
              import AwaitLock from 'await-lock';
              import lockfile from 'proper-lockfile';
              import { load } from './load.js';
              const mutex = new Mutex();
              const other = new AwaitLock();
              export async function handedOut(key: string) {
                return mutex.runExclusive(async () => {
                  const value = await load(key);
                  return { value, key: \`\${key}!\` };
                });
              }
              export async function early(n: number, known: Map<number, string>) {
                const release = await mutex.acquire();
                if (n < 0) { release(); throw new RangeError(\`n \${n}\`); }
                const found = known.get(n);
                if (found) {
                  release();
                  return found;
                }
                known.set(n, await load('n'));
                release();
                return known.get(n);
              }
              export async function refused() {
                const got = other.tryAcquire();
                if (!got) {
                  return false;
                }
                await load('x');
                other.release();
                return true;
              }
              export async function refusedAtOnce() {
                if (!other.tryAcquire()) return false;
                await load('x');
                other.release();
                return true;
              }
              export async function file() {
                const release = await lockfile.lock('x');
                await load('x');
                await release();
              }
              export async function tabs(names: string[]) {
              \tfor (const name of names) {
              \t\tconst release = await mutex.acquire();
              \t\tif (name === 'x') continue;
              \t\tawait load(name);
              \t\trelease();
              \t}
              }
            `,
          },
        },
        {
          message: "`mutex`, taken here, stays held when `load('n')` (line 21) fails. Give it back in a `finally`, or hold it through a section.",
          suggests: {
            'Give it back in a `finally`.': `
              import { Mutex } from 'async-mutex';
              import AwaitLock from 'await-lock';
              import lockfile from 'proper-lockfile';
              import { load } from './load.js';
              const mutex = new Mutex();
              const other = new AwaitLock();
              export async function handedOut(key: string) {
                const release = await mutex.acquire();
                const value = await load(key);
                release();
                return { value, key: \`\${key}!\` };
              }
              export async function early(n: number, known: Map<number, string>) {
                const release = await mutex.acquire();
                try {
                  if (n < 0) { throw new RangeError(\`n \${n}\`); }
                  const found = known.get(n);
                  if (found) {
                    return found;
                  }
                  known.set(n, await load('n'));
                } finally {
                  release();
                }
                return known.get(n);
              }
              export async function refused() {
                const got = other.tryAcquire();
                if (!got) {
                  return false;
                }
                await load('x');
                other.release();
                return true;
              }
              export async function refusedAtOnce() {
                if (!other.tryAcquire()) return false;
                await load('x');
                other.release();
                return true;
              }
              export async function file() {
                const release = await lockfile.lock('x');
                await load('x');
                await release();
              }
              export async function tabs(names: string[]) {
              \tfor (const name of names) {
              \t\tconst release = await mutex.acquire();
              \t\tif (name === 'x') continue;
              \t\tawait load(name);
              \t\trelease();
              \t}
              }
            `,
          },
        },
        {
          message: "`other`, taken here, stays held when `load('x')` (line 30) fails. Give it back in a `finally`, or hold it through a section.",
          suggests: {
            'Give it back in a `finally`.': `
              import { Mutex } from 'async-mutex';
              import AwaitLock from 'await-lock';
              import lockfile from 'proper-lockfile';
              import { load } from './load.js';
              const mutex = new Mutex();
              const other = new AwaitLock();
              export async function handedOut(key: string) {
                const release = await mutex.acquire();
                const value = await load(key);
                release();
                return { value, key: \`\${key}!\` };
              }
              export async function early(n: number, known: Map<number, string>) {
                const release = await mutex.acquire();
                if (n < 0) { release(); throw new RangeError(\`n \${n}\`); }
                const found = known.get(n);
                if (found) {
                  release();
                  return found;
                }
                known.set(n, await load('n'));
                release();
                return known.get(n);
              }
              export async function refused() {
                const got = other.tryAcquire();
                if (!got) {
                  return false;
                }
                try {
                  await load('x');
                } finally {
                  other.release();
                }
                return true;
              }
              export async function refusedAtOnce() {
                if (!other.tryAcquire()) return false;
                await load('x');
                other.release();
                return true;
              }
              export async function file() {
                const release = await lockfile.lock('x');
                await load('x');
                await release();
              }
              export async function tabs(names: string[]) {
              \tfor (const name of names) {
              \t\tconst release = await mutex.acquire();
              \t\tif (name === 'x') continue;
              \t\tawait load(name);
              \t\trelease();
              \t}
              }
            `,
          },
        },
        {
          message: "`other`, taken here, stays held when `load('x')` (line 36) fails. Give it back in a `finally`, or hold it through a section.",
          suggests: {
            'Give it back in a `finally`.': `
              import { Mutex } from 'async-mutex';
              import AwaitLock from 'await-lock';
              import lockfile from 'proper-lockfile';
              import { load } from './load.js';
              const mutex = new Mutex();
              const other = new AwaitLock();
              export async function handedOut(key: string) {
                const release = await mutex.acquire();
                const value = await load(key);
                release();
                return { value, key: \`\${key}!\` };
              }
              export async function early(n: number, known: Map<number, string>) {
                const release = await mutex.acquire();
                if (n < 0) { release(); throw new RangeError(\`n \${n}\`); }
                const found = known.get(n);
                if (found) {
                  release();
                  return found;
                }
                known.set(n, await load('n'));
                release();
                return known.get(n);
              }
              export async function refused() {
                const got = other.tryAcquire();
                if (!got) {
                  return false;
                }
                await load('x');
                other.release();
                return true;
              }
              export async function refusedAtOnce() {
                if (!other.tryAcquire()) return false;
                try {
                  await load('x');
                } finally {
                  other.release();
                }
                return true;
              }
              export async function file() {
                const release = await lockfile.lock('x');
                await load('x');
                await release();
              }
              export async function tabs(names: string[]) {
              \tfor (const name of names) {
              \t\tconst release = await mutex.acquire();
              \t\tif (name === 'x') continue;
              \t\tawait load(name);
              \t\trelease();
              \t}
              }
            `,
          },
        },
        {
          message: "`lockfile`, taken here, stays held when `load('x')` (line 42) fails. Give it back in a `finally`, or hold it through a section.",
          suggests: {
            'Give it back in a `finally`.': `
              import { Mutex } from 'async-mutex';
              import AwaitLock from 'await-lock';
              import lockfile from 'proper-lockfile';
              import { load } from './load.js';
              const mutex = new Mutex();
              const other = new AwaitLock();
              export async function handedOut(key: string) {
                const release = await mutex.acquire();
                const value = await load(key);
                release();
                return { value, key: \`\${key}!\` };
              }
              export async function early(n: number, known: Map<number, string>) {
                const release = await mutex.acquire();
                if (n < 0) { release(); throw new RangeError(\`n \${n}\`); }
                const found = known.get(n);
                if (found) {
                  release();
                  return found;
                }
                known.set(n, await load('n'));
                release();
                return known.get(n);
              }
              export async function refused() {
                const got = other.tryAcquire();
                if (!got) {
                  return false;
                }
                await load('x');
                other.release();
                return true;
              }
              export async function refusedAtOnce() {
                if (!other.tryAcquire()) return false;
                await load('x');
                other.release();
                return true;
              }
              export async function file() {
                const release = await lockfile.lock('x');
                try {
                  await load('x');
                } finally {
                  await release();
                }
              }
              export async function tabs(names: string[]) {
              \tfor (const name of names) {
              \t\tconst release = await mutex.acquire();
              \t\tif (name === 'x') continue;
              \t\tawait load(name);
              \t\trelease();
              \t}
              }
            `,
          },
        },
        {
          message: '`mutex`, taken here, is still held where the function ends. Give it back in a `finally`, or hold it through a section.',
          suggests: {
            'Give it back in a `finally`.': `
              import { Mutex } from 'async-mutex';
              import AwaitLock from 'await-lock';
              import lockfile from 'proper-lockfile';
              import { load } from './load.js';
              const mutex = new Mutex();
              const other = new AwaitLock();
              export async function handedOut(key: string) {
                const release = await mutex.acquire();
                const value = await load(key);
                release();
                return { value, key: \`\${key}!\` };
              }
              export async function early(n: number, known: Map<number, string>) {
                const release = await mutex.acquire();
                if (n < 0) { release(); throw new RangeError(\`n \${n}\`); }
                const found = known.get(n);
                if (found) {
                  release();
                  return found;
                }
                known.set(n, await load('n'));
                release();
                return known.get(n);
              }
              export async function refused() {
                const got = other.tryAcquire();
                if (!got) {
                  return false;
                }
                await load('x');
                other.release();
                return true;
              }
              export async function refusedAtOnce() {
                if (!other.tryAcquire()) return false;
                await load('x');
                other.release();
                return true;
              }
              export async function file() {
                const release = await lockfile.lock('x');
                await load('x');
                await release();
              }
              export async function tabs(names: string[]) {
              \tfor (const name of names) {
              \t\tconst release = await mutex.acquire();
              \t\ttry {
              \t\t\tif (name === 'x') continue;
              \t\t\tawait load(name);
              \t\t} finally {
              \t\t\trelease();
              \t\t}
              \t}
              }
            `,
          },
        },
      ],
    },
    {
      name: 'no finally where names would be lost or mean something else, or more is done on an early way',
      code: `
        import { Mutex } from 'async-mutex';
        import { load } from './load.js';
        const mutex = new Mutex();
        export async function usedAfterwards(key: string) {
          const release = «await mutex.acquire()»;
          const value = await load(key);
          release();
          return load(value);
        }
        export async function usedBefore() {
          const helper = () => inner();
          const release = «await mutex.acquire()»;
          await load(String(helper));
          function inner() { return 1; }
          release();
        }
        export async function worksOn(n: number) {
          const release = «await mutex.acquire()»;
          if (n > 3) {
            release();
            return await load('n');
          }
          await load('m');
          release();
        }
        export async function shadowed() {
          const value = 'x';
          const release = «await mutex.acquire()»;
          await load(value);
          try {
            const value = await load('y');
            await load(value);
          } finally {
            release();
          }
        }
        export async function branch(n: number) {
          const release = «await mutex.acquire()»;
          await load('m');
          if (n > 3) release();
          else release();
        }
      `,
      others: { 'load.ts': reading },
      reports: ['`mutex`, taken here, stays held when `load(key)` (line 6) fails. Give it back in a `finally`, or hold it through a section.', '`mutex`, taken here, stays held when `load(String(helper))` (line 13) fails. Give it back in a `finally`, or hold it through a section.', "`mutex`, taken here, stays held when `load('m')` (line 23) fails. Give it back in a `finally`, or hold it through a section.", '`mutex`, taken here, stays held when `load(value)` (line 29) fails. Give it back in a `finally`, or hold it through a section.', "`mutex`, taken here, stays held when `load('m')` (line 39) fails. Give it back in a `finally`, or hold it through a section."],
    },
    {
      name: 'the section: what is returned from it, loops in it; none where a type that was narrowed is needed, or a variable of the function is assigned',
      code: `
        import { Mutex } from 'async-mutex';
        import { load } from './load.js';
        const mutex = new Mutex();
        export async function first(names: string[]): Promise<string | undefined> {
          const release = «await mutex.acquire()»;
          for (const name of names) {
            if (name === '') continue;
            if (await load(name)) return name;
          }
          release();
        }
        export class Store {
          list?: string[];
          async add(): Promise<void> {
            if (!this.list) return;
            const release = «await mutex.acquire()»;
            this.list.push(await load('x'));
            release();
          }
        }
        export async function assigns(): Promise<string> {
          let text: string;
          const release = «await mutex.acquire()»;
          text = await load('x');
          release();
          return text;
        }
        export async function inLoop(names: string[]): Promise<void> {
          for (const name of names) {
            const release = «await mutex.acquire()»;
            if (await load(name)) break;
            release();
          }
        }
      `,
      others: { 'load.ts': reading },
      reports: [
        {
          message: '`mutex`, taken here, is still held at the `return` in line 8. Give it back in a `finally`, or hold it through a section.',
          suggests: {
            'Give it back in a `finally`.': `
              import { Mutex } from 'async-mutex';
              import { load } from './load.js';
              const mutex = new Mutex();
              export async function first(names: string[]): Promise<string | undefined> {
                const release = await mutex.acquire();
                try {
                  for (const name of names) {
                    if (name === '') continue;
                    if (await load(name)) return name;
                  }
                } finally {
                  release();
                }
              }
              export class Store {
                list?: string[];
                async add(): Promise<void> {
                  if (!this.list) return;
                  const release = await mutex.acquire();
                  this.list.push(await load('x'));
                  release();
                }
              }
              export async function assigns(): Promise<string> {
                let text: string;
                const release = await mutex.acquire();
                text = await load('x');
                release();
                return text;
              }
              export async function inLoop(names: string[]): Promise<void> {
                for (const name of names) {
                  const release = await mutex.acquire();
                  if (await load(name)) break;
                  release();
                }
              }
            `,
            'Hold it through `runExclusive`.': `
              import { Mutex } from 'async-mutex';
              import { load } from './load.js';
              const mutex = new Mutex();
              export async function first(names: string[]): Promise<string | undefined> {
                return mutex.runExclusive(async () => {
                  for (const name of names) {
                    if (name === '') continue;
                    if (await load(name)) return name;
                  }
                });
              }
              export class Store {
                list?: string[];
                async add(): Promise<void> {
                  if (!this.list) return;
                  const release = await mutex.acquire();
                  this.list.push(await load('x'));
                  release();
                }
              }
              export async function assigns(): Promise<string> {
                let text: string;
                const release = await mutex.acquire();
                text = await load('x');
                release();
                return text;
              }
              export async function inLoop(names: string[]): Promise<void> {
                for (const name of names) {
                  const release = await mutex.acquire();
                  if (await load(name)) break;
                  release();
                }
              }
            `,
          },
        },
        {
          message: "`mutex`, taken here, stays held when `load('x')` (line 17) fails. Give it back in a `finally`, or hold it through a section.",
          suggests: {
            'Give it back in a `finally`.': `
              import { Mutex } from 'async-mutex';
              import { load } from './load.js';
              const mutex = new Mutex();
              export async function first(names: string[]): Promise<string | undefined> {
                const release = await mutex.acquire();
                for (const name of names) {
                  if (name === '') continue;
                  if (await load(name)) return name;
                }
                release();
              }
              export class Store {
                list?: string[];
                async add(): Promise<void> {
                  if (!this.list) return;
                  const release = await mutex.acquire();
                  try {
                    this.list.push(await load('x'));
                  } finally {
                    release();
                  }
                }
              }
              export async function assigns(): Promise<string> {
                let text: string;
                const release = await mutex.acquire();
                text = await load('x');
                release();
                return text;
              }
              export async function inLoop(names: string[]): Promise<void> {
                for (const name of names) {
                  const release = await mutex.acquire();
                  if (await load(name)) break;
                  release();
                }
              }
            `,
          },
        },
        {
          message: "`mutex`, taken here, stays held when `load('x')` (line 24) fails. Give it back in a `finally`, or hold it through a section.",
          suggests: {
            'Give it back in a `finally`.': `
              import { Mutex } from 'async-mutex';
              import { load } from './load.js';
              const mutex = new Mutex();
              export async function first(names: string[]): Promise<string | undefined> {
                const release = await mutex.acquire();
                for (const name of names) {
                  if (name === '') continue;
                  if (await load(name)) return name;
                }
                release();
              }
              export class Store {
                list?: string[];
                async add(): Promise<void> {
                  if (!this.list) return;
                  const release = await mutex.acquire();
                  this.list.push(await load('x'));
                  release();
                }
              }
              export async function assigns(): Promise<string> {
                let text: string;
                const release = await mutex.acquire();
                try {
                  text = await load('x');
                } finally {
                  release();
                }
                return text;
              }
              export async function inLoop(names: string[]): Promise<void> {
                for (const name of names) {
                  const release = await mutex.acquire();
                  if (await load(name)) break;
                  release();
                }
              }
            `,
          },
        },
        {
          message: '`mutex`, taken here, is still held where the function ends. Give it back in a `finally`, or hold it through a section.',
          suggests: {
            'Give it back in a `finally`.': `
              import { Mutex } from 'async-mutex';
              import { load } from './load.js';
              const mutex = new Mutex();
              export async function first(names: string[]): Promise<string | undefined> {
                const release = await mutex.acquire();
                for (const name of names) {
                  if (name === '') continue;
                  if (await load(name)) return name;
                }
                release();
              }
              export class Store {
                list?: string[];
                async add(): Promise<void> {
                  if (!this.list) return;
                  const release = await mutex.acquire();
                  this.list.push(await load('x'));
                  release();
                }
              }
              export async function assigns(): Promise<string> {
                let text: string;
                const release = await mutex.acquire();
                text = await load('x');
                release();
                return text;
              }
              export async function inLoop(names: string[]): Promise<void> {
                for (const name of names) {
                  const release = await mutex.acquire();
                  try {
                    if (await load(name)) break;
                  } finally {
                    release();
                  }
                }
              }
            `,
          },
        },
      ],
    },
    {
      name: 'release only in catch',
      code: `
        import AwaitLock from 'await-lock';
        export class Spool {
          readonly #lock = new AwaitLock();
          async print(page: () => Promise<void>) {
            «await this.#lock.acquireAsync()»;
            try {
              await page();
            } catch (error) {
              this.#lock.release();
              throw error;
            }
          }
        }
      `,
      reports: [
        {
          message: "`this.#lock`, taken here, is still held where the function ends. Give it back in a `finally`, or hold it through a section.",
          suggests: {
            'Give it back in a `finally`.': `
              import AwaitLock from 'await-lock';
              export class Spool {
                readonly #lock = new AwaitLock();
                async print(page: () => Promise<void>) {
                  await this.#lock.acquireAsync();
                  try {
                    try {
                      await page();
                    } catch (error) {
                      throw error;
                    }
                  } finally {
                    this.#lock.release();
                  }
                }
              }
            `,
          },
        },
      ],
    },
    {
      name: 'a throw of the function itself, and a way on which the lock is never given back',
      code: `
        import { Semaphore } from 'async-mutex';
        const slots = new Semaphore(1);
        export async function strict(n: number) {
          const [, release] = «await slots.acquire()»;
          if (n < 0) throw new RangeError('n');
          release();
        }
        export async function forgetful() {
          «await slots.acquire()»;
          return 1;
        }
      `,
      reports: [
        {
          message: "`slots`, taken here, is still held at the `throw` in line 5. Give it back in a `finally`, or hold it through a section.",
          suggests: {
            'Give it back in a `finally`.': `
              import { Semaphore } from 'async-mutex';
              const slots = new Semaphore(1);
              export async function strict(n: number) {
                const [, release] = await slots.acquire();
                try {
                  if (n < 0) throw new RangeError('n');
                } finally {
                  release();
                }
              }
              export async function forgetful() {
                await slots.acquire();
                return 1;
              }
            `,
            'Hold it through `runExclusive`.': `
              import { Semaphore } from 'async-mutex';
              const slots = new Semaphore(1);
              export async function strict(n: number) {
                await slots.runExclusive(async () => {
                  if (n < 0) throw new RangeError('n');
                });
              }
              export async function forgetful() {
                await slots.acquire();
                return 1;
              }
            `,
          },
        },
        "`slots` is taken here and never given back: whoever wants it next waits for ever.",
      ],
    },
    {
      name: 'likely: a loop that takes some and fails before it has all',
      ...likely,
      code: `
        import { Mutex } from 'async-mutex';
        const locks = [new Mutex(), new Mutex()];
        export async function all(work: () => Promise<void>) {
          const releases: (() => void)[] = [];
          for (const lock of locks) releases.push(«await lock.acquire()»);
          try {
            await work();
          } finally {
            for (const release of releases) release();
          }
        }
      `,
      reports: ["`lock`, taken here, stays held when `lock.acquire()` (line 5) fails. Give it back in a `finally`, or hold it through a section."],
    },
    {
      name: 'a way on which done is not called, and an async callback with one parameter',
      code: `
        import AsyncLock from 'async-lock';
        const locks = new AsyncLock();
        export function read(key: string, get: (key: string, then: (error: unknown, text?: string) => void) => void) {
          «locks.acquire(key, »(done) => {
            if (key === '') return;
            get(key, done);
          }, () => undefined);
        }
        export async function write(key: string, put: (key: string) => Promise<void>) {
          await «locks.acquire(key, »async (_done) => {
            await put(key);
          });
        }
      `,
      reports: ["`locks` is held until `done` is called, which does not happen on the way that ends there (line 5). Call it in a `finally`, or leave the parameter out and return a promise.", "`locks` is held until `_done` is called, which does not happen on the way that ends there (line 12). Call it in a `finally`, or leave the parameter out and return a promise."],
    },
    {
      name: 'a busy flag that the caller looks at, itself or by a function that it asks',
      code: `
        export class Store {
          #compacting = false;
          #loading = false;
          constructor(private readonly disk: { write(text: string): Promise<void>; read(): Promise<string> }) {}
          async save(text: string) {
            if (this.#isDue(text)) await this.#compact(text);
            else await this.disk.write(text);
          }
          async load() { if (!this.#loading) await this.#read(); }
          async #compact(text: string) {
            «this.#compacting = true»;
            await this.disk.write(text.trim());
            this.#compacting = false;
          }
          #isDue(text: string) {
            if (this.#compacting) return false;
            return text.length > 1000;
          }
          async #read() {
            «this.#loading = true»;
            console.log(await this.disk.read());
            this.#loading = false;
          }
        }
        let sending = false;
        const isSending = () => sending;
        export async function send(work: () => Promise<void>) {
          if (isSending()) return;
          «sending = true»;
          await work();
          sending = false;
        }
      `,
      reports: [
        { message: "`this.#compacting` stays set when `this.disk.write(text.trim())` (line 12) fails, and nobody gets past it again. Clear it in a `finally`.", suggests: 1 },
        { message: "`this.#loading` stays set when `this.disk.read()` (line 21) fails, and nobody gets past it again. Clear it in a `finally`.", suggests: 1 },
        { message: "`sending` stays set when `work()` (line 30) fails, and nobody gets past it again. Clear it in a `finally`.", suggests: 1 },
      ],
    },
    {
      name: 'a busy flag of a module, and one that is cleared on one way only',
      code: `
        let syncing = false;
        export async function sync(work: () => Promise<void>) {
          if (syncing) return;
          «syncing = true»;
          await work();
          syncing = false;
        }
        export class Upload {
          private sending = false;
          async send(work: () => Promise<boolean>) {
            if (this.sending) throw new Error('busy');
            «this.sending = true»;
            if (!(await work())) return;
            this.sending = false;
          }
        }
      `,
      reports: [
        {
          message: "`syncing` stays set when `work()` (line 5) fails, and nobody gets past it again. Clear it in a `finally`.",
          suggests: {
            'Clear it in a `finally`.': `
              let syncing = false;
              export async function sync(work: () => Promise<void>) {
                if (syncing) return;
                syncing = true;
                try {
                  await work();
                } finally {
                  syncing = false;
                }
              }
              export class Upload {
                private sending = false;
                async send(work: () => Promise<boolean>) {
                  if (this.sending) throw new Error('busy');
                  this.sending = true;
                  if (!(await work())) return;
                  this.sending = false;
                }
              }
            `,
          },
        },
        {
          message: "`this.sending` stays set when `work()` (line 13) fails, and nobody gets past it again. Clear it in a `finally`.",
          suggests: {
            'Clear it in a `finally`.': `
              let syncing = false;
              export async function sync(work: () => Promise<void>) {
                if (syncing) return;
                syncing = true;
                await work();
                syncing = false;
              }
              export class Upload {
                private sending = false;
                async send(work: () => Promise<boolean>) {
                  if (this.sending) throw new Error('busy');
                  this.sending = true;
                  try {
                    if (!(await work())) return;
                  } finally {
                    this.sending = false;
                  }
                }
              }
            `,
          },
        },
      ],
    },
    {
      name: 'what is checked out by its name and has a method that gives it back; a commit that fails',
      code: `
        import type { Pool } from 'pg';
        interface NonceLock { nextNonce: number; releaseLock(): void }
        export class Transactions {
          constructor(private readonly getNonceLock: (address: string) => Promise<NonceLock>, private readonly connections: any) {}
          add(nonce: number) { if (nonce < 0) throw new Error('negative'); }
          async submit(address: string) {
            const nonceLock = «await this.getNonceLock(address)»;
            this.add(nonceLock.nextNonce);
            nonceLock.releaseLock();
          }
          async rows(text: string) {
            const connection = «await this.connections.acquire()»;
            const rows = await connection.query(text);
            connection.release();
            return rows;
          }
        }
        export async function within<T>(pool: Pool, work: (text: string) => Promise<T>) {
          const client = «await pool.connect()»;
          try {
            return await work('now');
          } finally {
            await client.query('commit');
            client.release();
          }
        }
      `,
      reports: [
        { message: "`this.getNonceLock(…)`, taken here, stays held when `this.add(nonceLock.nextNonce)` (line 8) fails. Give it back in a `finally`, or hold it through a section.", suggests: 1 },
        { message: "`this.connections.acquire()`, taken here, stays held when `connection.query(text)` (line 13) fails. Give it back in a `finally`, or hold it through a section.", suggests: 1 },
        "The connection of `pool.connect()`, taken here, stays held when `client.query('commit')` (line 23) fails. Give it back in a `finally`, or hold it through a section.",
      ],
    },
    {
      name: 'a query runner, a session, a pooled client that an early return keeps',
      code: `
        import { Pool } from 'pg';
        import { DataSource } from 'typeorm';
        import mongoose from 'mongoose';
        const pool = new Pool();
        export async function rows(text: string) {
          const client = «await pool.connect()»;
          if (text === '') return [];
          try {
            return (await client.query(text)).rows;
          } finally {
            client.release();
          }
        }
        export async function migrate(source: DataSource) {
          const runner = «source.createQueryRunner()»;
          await runner.connect();
          await runner.query('vacuum');
          await runner.release();
        }
        export async function count(name: string) {
          const session = «await mongoose.startSession()»;
          const n = await mongoose.model(name).countDocuments().session(session);
          await session.endSession();
          return n;
        }
      `,
      reports: [
        {
          message: "The connection of `pool.connect()`, taken here, is still held at the `return` in line 7. Give it back in a `finally`, or hold it through a section.",
          suggests: {
            'Give it back in a `finally`.': `
              import { Pool } from 'pg';
              import { DataSource } from 'typeorm';
              import mongoose from 'mongoose';
              const pool = new Pool();
              export async function rows(text: string) {
                const client = await pool.connect();
                try {
                  if (text === '') return [];
                  return (await client.query(text)).rows;
                } finally {
                  client.release();
                }
              }
              export async function migrate(source: DataSource) {
                const runner = source.createQueryRunner();
                await runner.connect();
                await runner.query('vacuum');
                await runner.release();
              }
              export async function count(name: string) {
                const session = await mongoose.startSession();
                const n = await mongoose.model(name).countDocuments().session(session);
                await session.endSession();
                return n;
              }
            `,
          },
        },
        {
          message: "The connection of `source.createQueryRunner()`, taken here, stays held when `runner.query('vacuum')` (line 17) fails. Give it back in a `finally`, or hold it through a section.",
          suggests: {
            'Give it back in a `finally`.': `
              import { Pool } from 'pg';
              import { DataSource } from 'typeorm';
              import mongoose from 'mongoose';
              const pool = new Pool();
              export async function rows(text: string) {
                const client = await pool.connect();
                if (text === '') return [];
                try {
                  return (await client.query(text)).rows;
                } finally {
                  client.release();
                }
              }
              export async function migrate(source: DataSource) {
                const runner = source.createQueryRunner();
                try {
                  await runner.connect();
                  await runner.query('vacuum');
                } finally {
                  await runner.release();
                }
              }
              export async function count(name: string) {
                const session = await mongoose.startSession();
                const n = await mongoose.model(name).countDocuments().session(session);
                await session.endSession();
                return n;
              }
            `,
          },
        },
        {
          message: "The session of `mongoose.startSession()`, taken here, stays held when `mongoose.model(name).countDocuments().session(s…` (line 22) fails. Give it back in a `finally`, or hold it through a section.",
          suggests: {
            'Give it back in a `finally`.': `
              import { Pool } from 'pg';
              import { DataSource } from 'typeorm';
              import mongoose from 'mongoose';
              const pool = new Pool();
              export async function rows(text: string) {
                const client = await pool.connect();
                if (text === '') return [];
                try {
                  return (await client.query(text)).rows;
                } finally {
                  client.release();
                }
              }
              export async function migrate(source: DataSource) {
                const runner = source.createQueryRunner();
                await runner.connect();
                await runner.query('vacuum');
                await runner.release();
              }
              export async function count(name: string) {
                const session = await mongoose.startSession();
                try {
                  const n = await mongoose.model(name).countDocuments().session(session);
                  return n;
                } finally {
                  await session.endSession();
                }
              }
            `,
          },
        },
      ],
    },
    {
      name: 'an advisory lock that a failing statement leaves',
      code: `
        import { Client } from 'pg';
        export async function migrate(client: Client, steps: string[]) {
          «await client.query('SELECT pg_advisory_lock(7)')»;
          for (const step of steps) await client.query(step);
          await client.query('SELECT pg_advisory_unlock(7)');
        }
      `,
      reports: [
        {
          message: "`client`, taken here, stays held when `client.query(step)` (line 4) fails. Give it back in a `finally`, or hold it through a section.",
          suggests: {
            'Give it back in a `finally`.': `
              import { Client } from 'pg';
              export async function migrate(client: Client, steps: string[]) {
                await client.query('SELECT pg_advisory_lock(7)');
                try {
                  for (const step of steps) await client.query(step);
                } finally {
                  await client.query('SELECT pg_advisory_unlock(7)');
                }
              }
            `,
          },
        },
      ],
    },
    {
      name: 'a switch and a loop that leave early',
      code: `
        import { Mutex } from 'async-mutex';
        const mutex = new Mutex();
        export async function pick(kind: 'a' | 'b', names: string[]) {
          const release = «await mutex.acquire()»;
          switch (kind) {
            case 'a':
              return 1;
            default:
          }
          release();
          return names.length;
        }
        export async function find(names: string[], wanted: string) {
          const release = «await mutex.acquire()»;
          for (const name of names) if (name === wanted) return name;
          release();
          return undefined;
        }
      `,
      reports: [
        {
          message: "`mutex`, taken here, is still held at the `return` in line 7. Give it back in a `finally`, or hold it through a section.",
          suggests: {
            'Give it back in a `finally`.': `
              import { Mutex } from 'async-mutex';
              const mutex = new Mutex();
              export async function pick(kind: 'a' | 'b', names: string[]) {
                const release = await mutex.acquire();
                try {
                  switch (kind) {
                    case 'a':
                      return 1;
                    default:
                  }
                } finally {
                  release();
                }
                return names.length;
              }
              export async function find(names: string[], wanted: string) {
                const release = await mutex.acquire();
                for (const name of names) if (name === wanted) return name;
                release();
                return undefined;
              }
            `,
          },
        },
        {
          message: "`mutex`, taken here, is still held at the `return` in line 15. Give it back in a `finally`, or hold it through a section.",
          suggests: {
            'Give it back in a `finally`.': `
              import { Mutex } from 'async-mutex';
              const mutex = new Mutex();
              export async function pick(kind: 'a' | 'b', names: string[]) {
                const release = await mutex.acquire();
                switch (kind) {
                  case 'a':
                    return 1;
                  default:
                }
                release();
                return names.length;
              }
              export async function find(names: string[], wanted: string) {
                const release = await mutex.acquire();
                try {
                  for (const name of names) if (name === wanted) return name;
                } finally {
                  release();
                }
                return undefined;
              }
            `,
          },
        },
      ],
    },
    {
      name: 'a nested callback that is told of a failure and does not call done',
      code: `
        import AsyncLock from 'async-lock';
        import { readFile } from 'node:fs';
        const locks = new AsyncLock();
        export function read(name: string, then: (text: string) => void) {
          «locks.acquire(name, »(done) => {
            readFile(name, 'utf8', (error, text) => {
              if (error) return;
              then(text);
              done(null, text);
            });
          }, () => undefined);
        }
      `,
      reports: ['`locks` is held until `done` is called, which does not happen on the way that ends there (line 7). Call it in a `finally`, or leave the parameter out and return a promise.'],
    },
    {
      name: 'a nested callback that is told of a failure and returns without the releaser',
      code: `
        import { Mutex } from 'async-mutex';
        type Answer = (error: Error | null, name: string) => void;
        export class Lookup {
          readonly #gate = new Mutex();
          name = '';
          constructor(readonly ask: (question: string, answer: Answer) => void) {}
          async refresh() {
            const release = «await this.#gate.acquire()»;
            this.ask('name', (error, name) => {
              if (this.name === name) return;
              this.name = error ? '' : name;
              release();
            });
          }
        }
      `,
      reports: ['`this.#gate`, taken here, is still held at the `return` in line 10. Give it back in a `finally`, or hold it through a section.'],
    },
    {
      name: 'a lock whose waiters are pairs that an executor kept in a field puts on the list',
      file: 'case.js',
      code: `
        class Mutex {
          constructor() {
            this.locked = false;
            this.queue = [];
            this.enqueue = (resolve, reject) => this.queue.push([resolve, reject]);
          }
          lock() {
            if (this.locked) return new Promise(this.enqueue);
            this.locked = true;
            return Promise.resolve();
          }
          unlock() {
            if (this.queue.length === 0) {
              this.locked = false;
              return;
            }
            this.queue.shift()[0]();
          }
        }
        export class Store {
          constructor(entries) { this.entries = entries; this.gate = new Mutex(); }
          async append(entry) {
            «await this.gate.lock()»;
            await this.entries.append(entry);
            this.gate.unlock();
          }
        }
      `,
      reports: [{ message: '`this.gate`, taken here, stays held when `this.entries.append(entry)` (line 24) fails. Give it back in a `finally`, or hold it through a section.', suggests: 1 }],
    },
    {
      name: "something fails on the way",
      code: `
        import { Mutex } from 'async-mutex';

        const mutex = new Mutex();

        export async function f(work: () => Promise<void>): Promise<void> {
          const release = «await mutex.acquire()»;
          await work();
          release();
        }
      `,
      reports: [
        {
          message: "`mutex`, taken here, stays held when `work()` (line 7) fails. Give it back in a `finally`, or hold it through a section.",
          suggests: {
            'Give it back in a `finally`.': `
              import { Mutex } from 'async-mutex';

              const mutex = new Mutex();

              export async function f(work: () => Promise<void>): Promise<void> {
                const release = await mutex.acquire();
                try {
                  await work();
                } finally {
                  release();
                }
              }
            `,
            'Hold it through `runExclusive`.': `
              import { Mutex } from 'async-mutex';

              const mutex = new Mutex();

              export async function f(work: () => Promise<void>): Promise<void> {
                await mutex.runExclusive(async () => {
                  await work();
                });
              }
            `,
          },
        },
      ],
    },
    {
      name: "an early return",
      code: `
        import { Mutex } from 'async-mutex';

        const mutex = new Mutex();

        export async function f(ready: boolean): Promise<void> {
          const release = «await mutex.acquire()»;
          if (!ready) return;
          release();
        }
      `,
      reports: [
        {
          message: "`mutex`, taken here, is still held at the `return` in line 7. Give it back in a `finally`, or hold it through a section.",
          suggests: {
            'Give it back in a `finally`.': `
              import { Mutex } from 'async-mutex';

              const mutex = new Mutex();

              export async function f(ready: boolean): Promise<void> {
                const release = await mutex.acquire();
                try {
                  if (!ready) return;
                } finally {
                  release();
                }
              }
            `,
            'Hold it through `runExclusive`.': `
              import { Mutex } from 'async-mutex';

              const mutex = new Mutex();

              export async function f(ready: boolean): Promise<void> {
                return mutex.runExclusive(async () => {
                  if (!ready) return;
                });
              }
            `,
          },
        },
      ],
    },
    {
      name: "a call between acquisition and try",
      code: `
        import { Mutex } from 'async-mutex';

        const mutex = new Mutex();

        export async function f(text: string, work: (x: unknown) => Promise<void>): Promise<void> {
          const release = «await mutex.acquire()»;
          const parsed: unknown = JSON.parse(text);
          try {
            await work(parsed);
          } finally {
            release();
          }
        }
      `,
      reports: [
        {
          message: "`mutex`, taken here, stays held when `JSON.parse(text)` (line 7) fails. Give it back in a `finally`, or hold it through a section.",
          suggests: {
            'Give it back in a `finally`.': `
              import { Mutex } from 'async-mutex';

              const mutex = new Mutex();

              export async function f(text: string, work: (x: unknown) => Promise<void>): Promise<void> {
                const release = await mutex.acquire();
                try {
                  const parsed: unknown = JSON.parse(text);
                  await work(parsed);
                } finally {
                  release();
                }
              }
            `,
          },
        },
      ],
    },
    {
      name: "a pooled connection",
      code: `
        import { Pool } from 'pg';

        const pool = new Pool();

        export async function f(): Promise<number> {
          const client = «await pool.connect()»;
          const { rows } = await client.query('SELECT 1');
          client.release();
          return rows.length;
        }
      `,
      reports: [
        {
          message: "The connection of `pool.connect()`, taken here, stays held when `client.query('SELECT 1')` (line 7) fails. Give it back in a `finally`, or hold it through a section.",
          suggests: {
            'Give it back in a `finally`.': `
              import { Pool } from 'pg';

              const pool = new Pool();

              export async function f(): Promise<number> {
                const client = await pool.connect();
                try {
                  const { rows } = await client.query('SELECT 1');
                  return rows.length;
                } finally {
                  client.release();
                }
              }
            `,
          },
        },
      ],
    },
    {
      name: "a busy flag that a failure leaves set",
      code: `
        export class Sync {
          #busy = false;

          async run(work: () => Promise<void>): Promise<void> {
            if (this.#busy) return;
            «this.#busy = true»;
            await work();
            this.#busy = false;
          }
        }
      `,
      reports: [
        {
          message: "`this.#busy` stays set when `work()` (line 7) fails, and nobody gets past it again. Clear it in a `finally`.",
          suggests: {
            'Clear it in a `finally`.': `
              export class Sync {
                #busy = false;

                async run(work: () => Promise<void>): Promise<void> {
                  if (this.#busy) return;
                  this.#busy = true;
                  try {
                    await work();
                  } finally {
                    this.#busy = false;
                  }
                }
              }
            `,
          },
        },
      ],
    },
  ],
});
