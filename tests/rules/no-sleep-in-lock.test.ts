import { runRule } from './hosts.js';

const says = (lock: string, taken: string, chain: string): string =>
  `Sleeps while ${lock} (taken at ${taken}) is held: ${chain}.`
  + ' Release the lock first, and take it again after the wait.';

const delay = `
  export function delay(ms: number): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, ms));
  }
`;

runRule('no-sleep-in-lock', {
  silent: [
    {
      name: 'a lock that a method takes on some ways only, before its one end',
      code: `
        import { setTimeout as sleep } from 'node:timers/promises';
        import { Mutex } from 'async-mutex';

        class Places {
          readonly #mutex = new Mutex();
          #taken = 0;
          constructor(readonly most: number) {}

          async acquirePlace(): Promise<void> {
            this.#taken++;
            if (this.#taken >= this.most) await this.#mutex.acquire();
          }

          releasePlace(): void {
            this.#taken--;
            if (this.#mutex.isLocked()) this.#mutex.release();
          }
        }

        const places = new Places(3);

        export async function visit(): Promise<void> {
          await places.acquirePlace();
          try {
            await sleep(10);
          } finally {
            places.releasePlace();
          }
        }
      `,
    },
    {
      name: 'between two tries to get an advisory lock, of which the answer tells',
      code: `
        import { Client } from 'pg';
        export async function locked(client: Client, work: () => Promise<void>): Promise<void> {
          for (;;) {
            const { rows } = await client.query('SELECT pg_try_advisory_lock(42) AS granted');
            if (rows[0].granted) break;
            await new Promise((resolve) => setTimeout(resolve, 20));
          }
          try { await work(); } finally { await client.query('SELECT pg_advisory_unlock(42)'); }
        }
      `,
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
      name: 'an acquisition that fails is tried again after a sleep, and a log is written after one that succeeds',
      code: `
        import Redlock from 'redlock';

        export class Leader {
          constructor(client, logger) {
            this.redlock = new Redlock([client]);
            this.logger = logger;
          }

          async lead() {
            for (let attempt = 0; attempt < 5; attempt++) {
              try {
                this.lock = await this.redlock.acquire(['leader'], 1000);
                this.logger.debug('leader');
                return true;
              } catch (error) {
                await new Promise((resolve) => setTimeout(resolve, 200));
              }
            }
            return false;
          }

          async stop() {
            await this.lock.release();
          }
        }
      `,
      file: 'case.mjs',
    },
    {
      name: 'the sleep comes after the section',
      code: `
        import { setTimeout as sleep } from 'node:timers/promises';
        import { Mutex } from 'async-mutex';

        const mutex = new Mutex();

        export async function tick(): Promise<void> {
          await mutex.runExclusive(() => 1);
          await sleep(10);
        }
      `,
    },
    {
      name: 'the sleep comes after the release, on each way',
      code: `
        import { setTimeout as sleep } from 'node:timers/promises';
        import { Mutex } from 'async-mutex';

        const mutex = new Mutex();

        export async function tick(hurry: boolean): Promise<void> {
          const release = await mutex.acquire();
          if (hurry) {
            release();
            return;
          }
          release();
          await sleep(10);
        }
      `,
    },
    {
      name: 'a timer is set and nobody waits for it',
      code: `
        import { Mutex } from 'async-mutex';

        const mutex = new Mutex();

        export function touch(expire: () => void): Promise<void> {
          return mutex.runExclusive(async () => {
            setTimeout(expire, 1000);
          });
        }
      `,
    },
    {
      name: 'a call that sleeps is not awaited',
      code: `
        import { setTimeout as sleep } from 'node:timers/promises';
        import { Mutex } from 'async-mutex';

        const mutex = new Mutex();

        async function later(): Promise<void> {
          await sleep(1000);
        }

        export function touch(): Promise<void> {
          return mutex.runExclusive(async () => {
            void later();
          });
        }
      `,
    },
    {
      name: 'a function that sleeps is only made',
      code: `
        import { setTimeout as sleep } from 'node:timers/promises';
        import { Mutex } from 'async-mutex';

        const mutex = new Mutex();
        const tasks: (() => Promise<void>)[] = [];

        export function add(): Promise<void> {
          return mutex.runExclusive(async () => {
            tasks.push(() => sleep(1000));
          });
        }
      `,
    },
    {
      name: 'the other side of a race: a limit on the wait',
      code: `
        import { setTimeout as sleep } from 'node:timers/promises';
        import { Mutex } from 'async-mutex';
        import { readFile } from 'node:fs/promises';

        const mutex = new Mutex();

        export function load(): Promise<unknown> {
          return mutex.runExclusive(() => Promise.race([readFile('state.json'), sleep(500)]));
        }
      `,
    },
    {
      name: 'a queue that runs several at a time is no lock',
      code: `
        import pLimit from 'p-limit';
        import { setTimeout as sleep } from 'node:timers/promises';

        const limit = pLimit(5);

        export const slow = (): Promise<void> => limit(() => sleep(10));
      `,
    },
    {
      name: 'a delay of 0 lets the others have their turn, and no more',
      code: `
        import { setTimeout as sleep } from 'node:timers/promises';
        import { Mutex } from 'async-mutex';

        const mutex = new Mutex();

        export const turn = (): Promise<void> => mutex.runExclusive(() => sleep(0));
      `,
    },
    {
      name: 'a function of that name which does something else',
      code: `
        import { Mutex } from 'async-mutex';

        const mutex = new Mutex();

        async function sleep(ms: number): Promise<number> {
          return ms * 2;
        }

        export const twice = (): Promise<number> => mutex.runExclusive(() => sleep(10));
      `,
    },
    {
      name: 'a receiver that is only likely to be a lock, by default',
      code: `
        import { setTimeout as sleep } from 'node:timers/promises';

        export async function tick(lock) {
          await lock.acquire();
          await sleep(10);
          lock.release();
        }
      `,
      file: 'case.mjs',
    },
  ],
  reported: [
    {
      name: 'a signal of the caller ends the wait when it likes, which the others cannot',
      code: `
        import { setTimeout } from 'node:timers/promises';
        import { Mutex } from 'async-mutex';

        const mutex = new Mutex();

        export const save = (signal) => mutex.runExclusive(async () => {
          await «setTimeout(1000, undefined, { signal })»;
        });
      `,
      file: 'case.mjs',
      reports: [says('`mutex`', 'line 6', 'setTimeout')],
    },
    {
      name: 'node:timers/promises in a section',
      code: `
        import { setTimeout as sleep } from 'node:timers/promises';
        import { Mutex } from 'async-mutex';

        const mutex = new Mutex();

        export async function tick(): Promise<void> {
          await mutex.runExclusive(async () => {
            await «sleep(10)»;
          });
        }
      `,
      reports: [says('`mutex`', 'line 7', 'sleep')],
    },
    {
      name: 'a promise around setTimeout, in place',
      code: `
        import { Mutex } from 'async-mutex';

        class Ticker {
          #mutex = new Mutex();

          async tick() {
            const release = await this.#mutex.acquire();
            try {
              «await new Promise((resolve) => setTimeout(resolve, 100))»;
            } finally {
              release();
            }
          }
        }
      `,
      file: 'case.mjs',
      reports: [says('`this.#mutex`', 'line 7', 'setTimeout')],
    },
    {
      name: 'through two files; the report stands at the call in the region',
      code: `
        import { Mutex } from 'async-mutex';
        import { Poller } from './poller.js';

        export class Ticker {
          readonly #mutex = new Mutex();

          constructor(private readonly poller: Poller) {}

          tick(): Promise<void> {
            return this.#mutex.runExclusive(() => «this.poller.poll()»);
          }
        }
      `,
      others: {
        'poller.ts': `
          import { delay } from './time/delay.js';

          export class Poller {
            async poll(): Promise<void> {
              await delay(250);
            }
          }
        `,
        'time/delay.ts': delay,
      },
      reports: [says('`this.#mutex`', 'line 10', 'poll → delay (poller.ts:5) → setTimeout (time/delay.ts:2)')],
    },
    {
      name: 'through a barrel',
      code: `
        import { Mutex } from 'async-mutex';
        import { delay } from './time/index.js';

        const mutex = new Mutex();

        export const tick = (): Promise<void> => mutex.runExclusive(() => «delay(5)»);
      `,
      others: { 'time/index.ts': `export * from './delay.js';`, 'time/delay.ts': delay },
      reports: [says('`mutex`', 'line 6', 'delay → setTimeout (time/delay.ts:2)')],
    },
    {
      name: 'a lock wrapper of the project, in a base class',
      code: `
        import { setTimeout as sleep } from 'node:timers/promises';
        import { Guarded } from './guarded.js';

        export class Ticker extends Guarded {
          tick(): Promise<void> {
            return this.exclusive(async () => {
              await «sleep(10)»;
            });
          }
        }
      `,
      others: {
        'guarded.ts': `
          import { Mutex } from 'async-mutex';

          export class Guarded {
            readonly #mutex = new Mutex();

            protected async exclusive<T>(section: () => Promise<T>): Promise<T> {
              const release = await this.#mutex.acquire();
              try {
                return await section();
              } finally {
                release();
              }
            }
          }
        `,
      },
      reports: [says('`this.#mutex`', 'line 6', 'sleep')],
    },
    {
      name: 'a chain of promises that is a mutex of the project',
      code: `
        import { setTimeout as sleep } from 'node:timers/promises';

        class Serial {
          #tail: Promise<unknown> = Promise.resolve();

          run<T>(section: () => Promise<T>): Promise<T> {
            const result = this.#tail.then(section);
            this.#tail = result.catch(() => undefined);
            return result;
          }
        }

        const serial = new Serial();

        export const tick = (): Promise<void> =>
          serial.run(async () => {
            await «sleep(10)»;
          });

        export const read = (): Promise<number> => serial.run(async () => Date.now());
      `,
      reports: [says('`serial`', 'line 16', 'sleep')],
    },
    {
      name: 'a lease of the runtime, to the end of its block',
      code: `
        import { setTimeout as sleep } from 'node:timers/promises';
        import { Mutex } from 'lockwright';

        const mutex = new Mutex();

        export async function tick(): Promise<void> {
          {
            using lease = await mutex.acquire();
            await «sleep(1)»;
          }
          await sleep(2);
        }
      `,
      reports: [says('`mutex`', 'line 8', 'sleep')],
    },
    {
      name: 'a Web Lock',
      code: `
        const pause = (ms) => new Promise((done) => { setTimeout(done, ms); });

        export const tick = () =>
          navigator.locks.request('ticker', { mode: 'exclusive' }, async () => {
            await «pause(20)»;
          });
      `,
      file: 'case.js',
      reports: [says('`navigator.locks`', 'line 4', 'pause → setTimeout (case.js:1)')],
    },
    {
      name: 'a queue that runs one at a time, with require',
      code: `
        const { promisify } = require('node:util');
        const PQueue = require('p-queue').default;

        const sleep = promisify(setTimeout);
        const queue = new PQueue({ concurrency: 1 });

        exports.tick = () => queue.add(() => «sleep(10)»);
        exports.read = () => queue.add(() => Date.now());
      `,
      file: 'case.cjs',
      reports: [says('`queue`', 'line 7', 'sleep')],
    },
    {
      name: 'a transaction',
      code: `
        import { PrismaClient } from '@prisma/client';
        import { delay } from './delay.js';

        const prisma = new PrismaClient();

        export async function settle(id: string): Promise<void> {
          await prisma.$transaction(async (tx) => {
            await tx.account.update({ where: { id }, data: { settled: true } });
            await «delay(100)»;
          });
        }
      `,
      others: { 'delay.ts': delay },
      reports: [says('the transaction of `prisma`', 'line 7', 'delay → setTimeout (delay.ts:2)')],
    },
    {
      name: 'a sleep that stops the thread',
      code: `
        import { Mutex } from 'async-mutex';

        const mutex = new Mutex();
        const cell = new Int32Array(new SharedArrayBuffer(4));

        export const block = () => mutex.runExclusive(() => {
          «Atomics.wait(cell, 0, 0, 100)»;
        });
      `,
      file: 'case.mjs',
      reports: [says('`mutex`', 'line 6', 'wait')],
    },
    {
      name: 'several at once',
      code: `
        import { setTimeout as sleep } from 'node:timers/promises';
        import { Mutex } from 'async-mutex';

        const mutex = new Mutex();

        export const tick = (): Promise<unknown> =>
          mutex.runExclusive(async () => {
            await Promise.all([«sleep(10)», «sleep(20)»]);
          });
      `,
      reports: [says('`mutex`', 'line 7', 'sleep'), says('`mutex`', 'line 7', 'sleep')],
    },
    {
      name: 'on one way only',
      code: `
        import { setTimeout as sleep } from 'node:timers/promises';
        import { Mutex } from 'async-mutex';

        const mutex = new Mutex();

        export async function tick(hurry: boolean): Promise<void> {
          const release = await mutex.acquire();
          if (hurry) release();
          else {
            await «sleep(10)»;
            release();
          }
        }
      `,
      reports: [says('`mutex`', 'line 7', 'sleep')],
    },
    {
      name: 'likely: the receiver has the name of a lock',
      code: `
        import { setTimeout as sleep } from 'node:timers/promises';

        export async function tick(lock) {
          await lock.acquire();
          await «sleep(10)»;
          lock.release();
        }
      `,
      file: 'case.mjs',
      options: { confidence: 'likely' },
      reports: [says('`lock`', 'line 4', 'sleep')],
    },
    {
      name: 'a lock and a sleep that the settings name',
      code: `
        import { nap } from '@acme/time';
        import { Gate } from './gate.js';

        const gate = new Gate();

        export const tick = (): Promise<void> => gate.pass(() => «nap('a while')»);
      `,
      others: {
        'gate.ts': `export declare class Gate { pass<T>(section: () => Promise<T>): Promise<T>; }`,
      },
      settings: {
        models: [
          { package: '@acme/time', members: { nap: { does: 'sleep' } } },
          { file: 'gate.ts', members: { 'Gate': { does: 'make lock' }, 'Gate#pass': { does: 'section', callback: 0 } } },
        ],
      },
      reports: [says('`gate`', 'line 6', 'nap')],
    },
    {
      name: 'columns count UTF-16 units, also after a byte order mark and with CRLF',
      code: '\uFEFFimport { setTimeout as sleep } from "node:timers/promises";\r\n'
        + 'import { Mutex } from "async-mutex";\r\nconst mutex = new Mutex();\r\n'
        + 'export const tick = () => mutex.runExclusive(async () => { "𝒳é"; await «sleep(\r\n10)»; });\r\n',
      file: 'case.mjs',
      reports: [says('`mutex`', 'line 4', 'sleep')],
    },
  ],
});
