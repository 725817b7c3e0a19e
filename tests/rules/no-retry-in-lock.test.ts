import { runRule } from './hosts.js';

const says = (lock: string, taken: string, chain: string): string =>
  `Retries while ${lock} (taken at ${taken}) is held: ${chain}.`
  + ' Retry on the outside and take the lock inside each attempt.';

const INSIDE_OUT = 'Turn it inside out: retry around the lock.';

const withRetry = `
  import { setTimeout as sleep } from 'node:timers/promises';

  export async function withRetry<T>(attempt: () => Promise<T>, most = 5): Promise<T> {
    for (let n = 1; ; n += 1) {
      try {
        return await attempt();
      } catch (error) {
        if (n === most) throw error;
        await sleep(2 ** n * 50);
      }
    }
  }
`;

runRule('no-retry-in-lock', {
  silent: [
    {
      name: 'what is tried next is another, chosen after the failure',
      code: `
        import { Mutex } from 'async-mutex';
        import { connections, type Connection } from './connections';
        const mutex = new Mutex();
        export const transform = () => mutex.runExclusive(async () => {
          let connection: Connection | undefined = connections.next();
          while (connection) {
            try {
              return await connection.send('transform');
            } catch (error) {
              console.error(error);
            }
            connection = connections.next();
          }
        });
      `,
      others: {
        'connections.ts': `
          export interface Connection { send(what: string): Promise<void> }
          export declare const connections: { next(): Connection | undefined };
        `,
      },
    },
    {
      name: 'what is tried next is prepared in the round, of a list that a counter goes through (faucet keys)',
      code: `
        import { Mutex } from 'async-mutex';
        import { send, sign } from './chain';
        const mutex = new Mutex();
        const KEYS = ['a', 'b', 'c'];
        export const give = (to: string) => mutex.runExclusive(async () => {
          let at = 0;
          let sent: string | undefined;
          do {
            const key = KEYS[at]!;
            const signed = sign(to, key);
            try {
              sent = await send(signed);
            } catch (error) {
              if (at === KEYS.length - 1) throw error;
              at++;
            }
          } while (!sent);
        });
      `,
      others: {
        'chain.ts': `
          export declare const sign: (to: string, key: string) => string;
          export declare const send: (signed: string) => Promise<string>;
        `,
      },
    },
    {
      name: 'a failure that the catch clause notes, and that leaves the loop',
      code: `
        import { Mutex } from 'async-mutex';
        const mutex = new Mutex();
        let wanted = false;
        let is = false;
        export const settle = (apply: (to: boolean) => Promise<boolean>) => mutex.runExclusive(async () => {
          while (is !== wanted) {
            const to = wanted;
            let done = false;
            try {
              done = await apply(to);
            } catch {
              done = false;
            }
            if (!done) return false;
            is = to;
          }
          return true;
        });
      `,
    },
    {
      name: 'storage that is busy, by a question that a helper is passed, and by one that the catch clause asks',
      code: `
        import { Mutex } from 'async-mutex';
        import { retry } from './retry';
        import { db } from './db';
        const BUSY = new Set(['SQLITE_BUSY', 'SQLITE_BUSY_SNAPSHOT']);
        const isBusy = (error: { code?: string }): boolean => error.code !== undefined && BUSY.has(error.code);
        const mutex = new Mutex();
        export const save = (sql: string) => mutex.runExclusive(() => retry(() => db.run(sql), { retryable: isBusy }));
        async function exec(sql: string): Promise<void> {
          for (let n = 0; ; n += 1) {
            try {
              return await db.run(sql);
            } catch (error) {
              if (!isBusy(error as { code?: string }) || n === 5) throw error;
              await new Promise((resolve) => setTimeout(resolve, 2 ** n));
            }
          }
        }
        export const load = (sql: string) => mutex.runExclusive(() => exec(sql));
      `,
      others: {
        'db.ts': "export declare const db: { run(sql: string): Promise<void> };",
        'retry.ts': `
          export async function retry<T>(work: () => Promise<T>, { retryable = (_: any) => true, most = 5 }: { retryable?: (error: any) => boolean; most?: number } = {}): Promise<T> {
            for (let n = 0; ; n += 1) {
              try {
                return await work();
              } catch (error) {
                if (!retryable(error) || n === most) throw error;
                await new Promise((resolve) => setTimeout(resolve, 2 ** n));
              }
            }
          }
        `,
      },
    },
    {
      name: 'a retry under a lock of its own is told there, and not again at the lock around it',
      code: `
        import { Mutex } from 'async-mutex';
        import { store } from './store';
        const receipts = new Mutex();
        export const receive = (key: string) => receipts.runExclusive(async () => { await store.commit(key); });
      `,
      others: {
        'store.ts': `
          import { Mutex } from 'async-mutex';
          import { disk } from 'some-disk';
          const commits = new Mutex();
          export const store = {
            commit: (key: string) => commits.runExclusive(async () => {
              for (let n = 0; ; n += 1) {
                try {
                  return await disk.write(key);
                } catch (error) {
                  if (n === 5) throw error;
                }
              }
            }),
          };
        `,
      },
    },
    {
      name: 'a wait that the section\'s own signal cuts short',
      code: `
        import { setTimeout } from 'node:timers/promises';
        import { Mutex } from 'async-mutex';

        const mutex = new Mutex();
        let current: AbortController | undefined;

        export function exclusively(section: (signal: AbortSignal) => Promise<void>): Promise<void> {
          current?.abort();
          const controller = new AbortController();
          current = controller;
          return mutex.runExclusive(() => section(controller.signal));
        }

        interface Options {
          force?: boolean;
          signal: AbortSignal;
        }

        const apply = async ({ force = false, signal }: Options): Promise<void> => {
          try {
            console.log(force);
          } catch {
            await setTimeout(1000, undefined, { signal });
            await apply({ force, signal });
          }
        };

        export const restart = (): Promise<void> => exclusively(async (signal) => apply({ force: true, signal }));
      `,
    },
    {
      name: 'each attempt takes the lock',
      code: `
        import { Mutex } from 'async-mutex';
        import { withRetry } from './retry.js';

        const mutex = new Mutex();

        export const next = (reserve: () => Promise<number>): Promise<number> =>
          withRetry(() => mutex.runExclusive(reserve));
      `,
      others: { 'retry.ts': withRetry },
    },
    {
      name: 'retryWithLock',
      code: `
        import { Mutex, retryWithLock } from 'lockwright';
        import { readFile } from 'node:fs/promises';

        const mutex = new Mutex();

        export const load = (): Promise<string> =>
          retryWithLock(mutex, () => readFile('state.json', 'utf8'), { maxAttempts: 5 });
      `,
    },
    {
      name: 'a loop around acquire and release',
      code: `
        import { setTimeout as sleep } from 'node:timers/promises';
        import { Mutex } from 'async-mutex';
        import { save } from './store.js';

        const mutex = new Mutex();

        export async function persist(): Promise<void> {
          for (let wait = 10; ; wait *= 2) {
            const release = await mutex.acquire();
            try {
              return await save();
            } catch (error) {
              if (wait > 1000) throw error;
            } finally {
              release();
            }
            await sleep(wait);
          }
        }
      `,
      others: { 'store.ts': 'export async function save(): Promise<void> {}' },
    },
    {
      name: 'a loop over different things that goes on after an error',
      code: `
        import { unlink } from 'node:fs/promises';
        import { Mutex } from 'async-mutex';

        const mutex = new Mutex();

        export const clean = (files: string[]): Promise<void> =>
          mutex.runExclusive(async () => {
            for (const file of files) {
              try {
                await unlink(file);
              } catch {
                continue;
              }
            }
          });
      `,
    },
    {
      name: 'a loop that reads page after page',
      code: `
        import { Mutex } from 'async-mutex';
        import { pages } from './pages.js';

        const mutex = new Mutex();

        export const all = (): Promise<string[]> =>
          mutex.runExclusive(async () => {
            const found: string[] = [];
            for (let page = await pages.first(); page !== undefined; page = await pages.after(page)) found.push(page);
            return found;
          });
      `,
      others: {
        'pages.ts': `
          export const pages = {
            async first(): Promise<string | undefined> { return 'a'; },
            async after(_page: string): Promise<string | undefined> { return undefined; },
          };
        `,
      },
    },
    {
      name: 'a second way after a failure is no second try',
      code: `
        import { readFile, writeFile } from 'node:fs/promises';
        import { Mutex } from 'async-mutex';

        const mutex = new Mutex();

        export const load = () => mutex.runExclusive(async () => {
          try {
            return await readFile('state.json', 'utf8');
          } catch {
            await writeFile('state.json', '{}');
            return '{}';
          }
        });
      `,
      file: 'case.mjs',
    },
    {
      name: 'a statement that is tried again while the database file is busy, and only then: the storage waits for itself',
      code: `
        import { Mutex } from 'async-mutex';
        import { driver, pause } from './driver.js';

        const mutex = new Mutex();

        async function exec(sql) {
          for (;;) {
            try {
              return await driver.run(sql);
            } catch (error) {
              if (error.code !== 'SQLITE_BUSY') throw error;
              await pause(100);
            }
          }
        }

        export const save = (sql) => mutex.runExclusive(() => exec(sql));
      `,
      others: { 'driver.js': "export { driver } from 'some-driver'; export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));" },
      file: 'case.mjs',
    },
    {
      name: 'a lock file that refuses at once: nobody waits for who holds it',
      code: `
        import { lock } from 'proper-lockfile';
        import pRetry from 'p-retry';

        export async function publish(file, send) {
          const release = await lock(file, { stale: 10_000 });
          try {
            await pRetry(() => send());
          } finally {
            await release();
          }
        }
      `,
      file: 'case.mjs',
    },
  ],
  reported: [
    {
      name: 'a client that was made to retry: in another file, in a field',
      code: `
        import { Mutex } from 'async-mutex';
        import axios, { type AxiosInstance } from 'axios';
        import axiosRetry from 'axios-retry';
        import { rates } from './rates.js';

        const mutex = new Mutex();

        export class Quotes {
          private readonly client: AxiosInstance;
          private readonly plain = axios.create();
          constructor() {
            this.client = axios.create();
            axiosRetry(this.client, { retries: 3 });
          }
          async quote(): Promise<void> {
            await mutex.runExclusive(async () => {
              await «rates.get('/eur')»;
              await «this.client.post('/quote')»;
              await this.plain.get('/health');
            });
          }
        }
      `,
      others: {
        'rates.ts': `
          import axios from 'axios';
          import retry from 'axios-retry';
          const made = axios.create();
          retry(made);
          export { made as rates };
        `,
      },
      reports: [says('`mutex`', 'line 16', 'get'), says('`mutex`', 'line 16', 'post')],
    },
    {
      name: 'a statement that is tried again after a failure that may be any',
      code: `
        import { Mutex } from 'async-mutex';
        import { driver, pause } from './driver.js';

        const mutex = new Mutex();

        async function exec(sql) {
          for (;;) {
            try {
              return await driver.run(sql);
            } catch (error) {
              if (error.fatal) throw error;
              await pause(100);
            }
          }
        }

        export const save = (sql) => mutex.runExclusive(() => «exec(sql)»);
      `,
      others: { 'driver.js': "export { driver } from 'some-driver'; export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));" },
      file: 'case.mjs',
      reports: [says('`mutex`', 'line 17', 'exec → a retry loop (case.mjs:7)')],
    },
    {
      name: 'a lock file that is waited for',
      code: `
        import { lock } from 'proper-lockfile';
        import pRetry from 'p-retry';

        export async function publish(send) {
          const release = await lock('outbox', { retries: 5 });
          try {
            await «pRetry(() => send())»;
          } finally {
            await release();
          }
        }
      `,
      file: 'case.mjs',
      reports: [says('`lock`', 'line 5', 'pRetry')],
    },
    {
      name: 'a helper of the project that retries; the suggestion turns it inside out',
      code: `
        import { Mutex } from 'async-mutex';
        import { reserve } from './reserve.js';
        import { withRetry } from './retry.js';

        const mutex = new Mutex();

        export const next = (): Promise<number> => mutex.runExclusive(() => «withRetry(() => reserve(), 10)»);
      `,
      others: { 'retry.ts': withRetry, 'reserve.ts': 'export async function reserve(): Promise<number> { return 1; }' },
      reports: [
        {
          message: says('`mutex`', 'line 7', 'withRetry → a retry loop (retry.ts:4)'),
          suggests: {
            [INSIDE_OUT]: `
              import { Mutex } from 'async-mutex';
              import { reserve } from './reserve.js';
              import { withRetry } from './retry.js';

              const mutex = new Mutex();

              export const next = (): Promise<number> => withRetry(() => mutex.runExclusive(() => reserve()), 10);
            `,
          },
        },
      ],
    },
    {
      name: 'p-retry; the suggestion keeps the key, the options and the awaits',
      code: `
        import AsyncLock from 'async-lock';
        import pRetry from 'p-retry';
        import { load } from './load.js';

        const lock = new AsyncLock();

        export async function refresh(key: string): Promise<string> {
          return await lock.acquire('all', async () => {
            return await «pRetry(async () => { return load(key); }, { retries: 3 })»;
          }, { maxPending: 5 });
        }
      `,
      others: { 'load.ts': 'export async function load(key: string): Promise<string> { return key; }' },
      reports: [
        {
          message: says('`lock`', 'line 8', 'pRetry'),
          suggests: {
            [INSIDE_OUT]: `
              import AsyncLock from 'async-lock';
              import pRetry from 'p-retry';
              import { load } from './load.js';

              const lock = new AsyncLock();

              export async function refresh(key: string): Promise<string> {
                return await pRetry(() => lock.acquire('all', async () => { return load(key); }, { maxPending: 5 }), { retries: 3 });
              }
            `,
          },
        },
      ],
    },
    {
      name: 'no suggestion where the section does more',
      code: `
        import { Mutex } from 'async-mutex';
        import pRetry from 'p-retry';
        import { load } from './load.js';

        export class Cache {
          readonly #mutex = new Mutex();
          #value = '';

          refresh(): Promise<void> {
            return this.#mutex.runExclusive(async () => {
              this.#value = await «pRetry(() => load())»;
            });
          }
        }
      `,
      others: { 'load.ts': `export async function load(): Promise<string> { return ''; }` },
      reports: [says('`this.#mutex`', 'line 10', 'pRetry')],
    },
    {
      name: 'no suggestion where the attempt is told its number',
      code: `
        import { Mutex } from 'async-mutex';
        import pRetry from 'p-retry';
        import { load } from './load.js';

        const mutex = new Mutex();

        export const refresh = (): Promise<string> => mutex.runExclusive(() => «pRetry((attempt) => load(attempt))»);
      `,
      others: { 'load.ts': 'export async function load(n: number): Promise<string> { return String(n); }' },
      reports: [says('`mutex`', 'line 7', 'pRetry')],
    },
    {
      name: 'no suggestion where `this` would change',
      code: `
        import { Mutex } from 'async-mutex';
        import pRetry from 'p-retry';

        const mutex = new Mutex();

        export const refresh = (load) => mutex.runExclusive(function () { return «pRetry(() => load.call(this))»; });
      `,
      file: 'case.mjs',
      reports: [says('`mutex`', 'line 6', 'pRetry')],
    },
    {
      name: 'a loop that catches and tries again, between acquire and release',
      code: `
        import { setTimeout as sleep } from 'node:timers/promises';
        import { Mutex } from 'async-mutex';
        import { save } from './store.js';

        const mutex = new Mutex();

        export async function persist(): Promise<void> {
          const release = await mutex.acquire();
          try {
            «for (let wait = 10; ; wait *= 2)» {
              try {
                return await save();
              } catch (error) {
                if (wait > 1000) throw error;
                await sleep(wait);
              }
            }
          } finally {
            release();
          }
        }
      `,
      others: { 'store.ts': 'export async function save(): Promise<void> {}' },
      reports: [says('`mutex`', 'line 8', 'a loop that tries again')],
    },
    {
      name: 'a loop with a flag',
      code: `
        const AwaitLock = require('await-lock').default;
        const { save } = require('./store.cjs');

        const lock = new AwaitLock();

        exports.persist = async function persist() {
          await lock.acquireAsync();
          try {
            let saved = false;
            «while (!saved)» {
              try {
                await save();
                saved = true;
              } catch (error) {
                console.warn(error);
              }
            }
          } finally {
            lock.release();
          }
        };
      `,
      file: 'case.cjs',
      others: { 'store.cjs': 'exports.save = async function save() {};' },
      reports: [says('`lock`', 'line 7', 'a loop that tries again')],
    },
    {
      name: 'compare and swap with a delay',
      code: `
        import { setTimeout as sleep } from 'node:timers/promises';
        import { Mutex } from 'async-mutex';
        import type { Refs } from './refs.js';

        export class Sequence {
          readonly #mutex = new Mutex();

          constructor(private readonly refs: Refs) {}

          reserve(): Promise<number> {
            return this.#mutex.runExclusive(async () => {
              «while (true)» {
                const start = await this.refs.read();
                if (await this.refs.compareAndSwap(start, start + 10)) return start;
                await sleep(20);
              }
            });
          }
        }
      `,
      others: {
        'refs.ts': `
          export interface Refs {
            read(): Promise<number>;
            compareAndSwap(from: number, to: number): Promise<boolean>;
          }
        `,
      },
      reports: [says('`this.#mutex`', 'line 11', 'a loop that tries again')],
    },
    {
      name: 'through a method that retries, in another file',
      code: `
        import { Mutex } from 'async-mutex';
        import { Store } from './store.js';

        export class Counter {
          readonly #mutex = new Mutex();
          readonly #store = new Store();

          async next(): Promise<void> {
            const release = await this.#mutex.acquire();
            try {
              await «this.#store.save(1)»;
            } finally {
              release();
            }
          }
        }
      `,
      others: {
        'store.ts': `
          import { withRetry } from './retry.js';

          export class Store {
            async save(n: number): Promise<void> {
              await withRetry(() => this.#write(n));
            }

            async #write(_n: number): Promise<void> {}
          }
        `,
        'retry.ts': withRetry,
      },
      reports: [says('`this.#mutex`', 'line 9', 'save → withRetry (store.ts:5) → a retry loop (retry.ts:4)')],
    },
    {
      name: 'a function that waits after a failure and calls itself again',
      code: `
        import { setTimeout as sleep } from 'node:timers/promises';
        import { Mutex } from 'async-mutex';
        import { save } from './store.js';

        const mutex = new Mutex();

        async function stubborn(left: number): Promise<void> {
          try {
            await save();
          } catch (error) {
            if (left === 0) throw error;
            await sleep(100);
            await stubborn(left - 1);
          }
        }

        export const persist = (): Promise<void> => mutex.runExclusive(() => «stubborn(3)»);
      `,
      others: { 'store.ts': 'export async function save(): Promise<void> {}' },
      reports: [says('`mutex`', 'line 17', 'stubborn → stubborn (case.ts:13)')],
    },
    {
      name: 'a policy of cockatiel',
      code: `
        import { ExponentialBackoff, handleAll, retry } from 'cockatiel';
        import { Mutex } from 'async-mutex';
        import { save } from './store.js';

        const mutex = new Mutex();
        const policy = retry(handleAll, { backoff: new ExponentialBackoff() });

        export const persist = (): Promise<void> =>
          mutex.runExclusive(async () => {
            await «policy.execute(save)»;
          });
      `,
      others: { 'store.ts': 'export async function save(): Promise<void> {}' },
      reports: [says('`mutex`', 'line 9', 'execute')],
    },
    {
      name: 'likely: a method that is likely a transaction',
      code: `
        import pRetry from 'p-retry';

        export const move = (unit, work) => unit.inTransaction(() => «pRetry(work)»);
      `,
      file: 'case.mjs',
      options: { confidence: 'likely' },
      reports: [says('the transaction of `unit`', 'line 3', 'pRetry')],
    },
  ],
});
