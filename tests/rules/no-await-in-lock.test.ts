import { runRule } from './hosts.js';

const network = (lock: string, taken: string, chain: string): string =>
  `Waits for the network while ${lock} (taken at ${taken}) is held: ${chain}.`
  + ' Do it before taking the lock or after the release.';

const aProcess = (lock: string, taken: string, chain: string): string =>
  `Waits for another process while ${lock} (taken at ${taken}) is held: ${chain}.`
  + ' Do it before taking the lock or after the release.';

const event = (lock: string, taken: string, chain: string): string =>
  `Waits for something that another party must do while ${lock} (taken at ${taken}) is held: ${chain}.`
  + ' If that party needs the lock, both wait for ever.';

const storage = (lock: string, taken: string, chain: string): string =>
  `Waits for storage while ${lock} (taken at ${taken}) is held: ${chain}.`;

const any = (lock: string, taken: string, chain: string): string =>
  `Awaits while ${lock} (taken at ${taken}) is held: ${chain}.`;

runRule('no-await-in-lock', {
  silent: [
    {
      name: 'one lock of many, chosen by what the request is about: who waits wants the same',
      code: `
        import AsyncLock from 'async-lock';
        import { Mutex } from 'async-mutex';

        const lock = new AsyncLock();
        const mutexes = new Map<string, Mutex>();

        export const load = (id: string) => lock.acquire(id, () => fetch('/rows/' + id));
        export const named = (id: string) => navigator.locks.request('row:' + id, () => fetch('/rows/' + id));
        export async function again(id: string) {
          const release = await mutexes.get(id)!.acquire();
          try {
            await fetch('/rows/' + id);
          } finally {
            release();
          }
        }
      `,
    },
    {
      name: 'a queue that exists to do one request at a time',
      code: `
        import PQueue from 'p-queue';

        export class Faucet {
          readonly #queue = new PQueue({ concurrency: 1 });

          give(to: string): Promise<unknown> {
            return this.#queue.add(() => fetch('/give/' + to));
          }

          takeBack(from: string): Promise<unknown> {
            return this.#queue.add(async () => {
              if (from === '') return;
              await fetch('/take/' + from);
            });
          }
        }
      `,
    },
    {
      name: 'a request that waits for its answer in the order of a chain of promises',
      code: `
        export class Port {
          #last: Promise<unknown> = Promise.resolve();
          #waiting: { resolve: (answer: string) => void } | undefined;

          constructor(readonly socket: { write(text: string): void }) {}

          ask(text: string): Promise<string> {
            const answer = this.#last.then(() => new Promise<string>((resolve) => {
              this.#waiting = { resolve };
              this.socket.write(text);
            }));
            this.#last = answer.catch(() => undefined);
            return answer;
          }

          async info(): Promise<number> {
            const answer = await this.ask('info');
            return answer.length;
          }

          receive(text: string): void {
            this.#waiting?.resolve(text);
          }
        }
      `,
    },
    {
      name: 'a time limit on what is passed waits for that, and for nobody else',
      code: `
        import { Mutex } from 'async-mutex';
        import { store } from 'some-store';
        const mutex = new Mutex();
        function timeLimit<T>(work: Promise<T>, ms: number): Promise<T> {
          return new Promise((resolve, reject) => {
            work.then((value) => resolve(value)).catch((error) => reject(error));
            setTimeout(() => reject(new Error('too late')), ms);
          });
        }
        export const save = (row: string) => mutex.runExclusive(async () => { await timeLimit(store.put(row), 1000); });
      `,
    },
    {
      name: 'a closure that nobody waits for, and a method that is called `call`',
      code: `
        import { Mutex } from 'async-mutex';
        const mutex = new Mutex();
        interface Bus { call(name: string): Promise<void> }
        const told = (bus: Bus) => mutex.runExclusive(async () => bus.call('a'));
        export const tell = () => told({ call: async (name: string) => { console.log(name); } });
        export async function connect(url: string): Promise<Promise<void>> {
          const unlock = await mutex.acquire();
          try {
            void (async () => { await Promise.resolve(); await fetch(url); })();
          } finally {
            unlock();
          }
        }
      `,
    },
    {
      name: 'what the section itself settles',
      code: `
        import { Mutex } from 'async-mutex';
        const mutex = new Mutex();
        export function bundle(prepare: () => Promise<void>) {
          let prepared!: (value: Promise<void>) => void;
          const ready = new Promise<void>((resolve) => { prepared = resolve; });
          return mutex.runExclusive(async () => { prepared(prepare()); await ready; });
        }
      `,
    },
    {
      name: 'far away, and only where three conditions are met on the way',
      code: `
        import { Mutex } from 'async-mutex';
        import { refresh } from './session';
        const mutex = new Mutex();
        export const rename = (id: string) => mutex.runExclusive(async () => { await refresh(id); });
      `,
      others: {
        'session.ts': `
          import { start } from './host';
          export async function refresh(id: string) { if (id !== '') await start(id); }
        `,
        'host.ts': `
          import { probe } from './probe';
          const known = new Set<string>();
          export async function start(id: string) { if (known.has(id)) return; known.add(id); await probe(id); }
        `,
        'probe.ts': `
          let quiet = false;
          export const hush = () => { quiet = true; };
          export async function probe(id: string) { if (!quiet) await fetch(id); }
        `,
      },
    },
    {
      name: 'a gate that is open most of the time, in a field and in a variable',
      code: `
        import { Mutex } from 'async-mutex';
        let resume: (() => void) | undefined;
        let halted: Promise<void> | undefined;
        export const halt = () => { halted = new Promise((resolve) => { resume = resolve; }); };
        export const go = () => { resume?.(); halted = undefined; };
        export class Book {
          readonly #mutex = new Mutex();
          #paused?: Promise<void>;
          #resume?: () => void;
          pause() { this.#paused = new Promise((resolve) => { this.#resume = resolve; }); }
          unpause() { this.#resume?.(); this.#paused = undefined; }
          write(row: string) { return this.#mutex.runExclusive(async () => { await this.#paused; await halted; console.log(row); }); }
        }
      `,
    },
    {
      name: 'a section that its caller ends: what settles the wait is what it is given',
      code: `
        import { Mutex } from 'async-mutex';
        const mutex = new Mutex();
        export function open() {
          let close!: () => void;
          const closed = new Promise<void>((resolve) => { close = resolve; });
          const done = mutex.runExclusive(async () => { await closed; });
          return { close, done };
        }
      `,
    },
    {
      name: 'a limiter whose width an option gives is no lock',
      code: `
        import pLimit from 'p-limit';
        let width = 1;
        export const configure = (options: { width?: number }) => { width = options.width || 1; };
        export function pages(urls: string[]) {
          const limit = pLimit(width);
          return Promise.all(urls.map((url) => limit(async () => { await fetch(url); })));
        }
      `,
    },
    {
      name: 'work that an event may end early',
      code: `
        import { Mutex } from 'async-mutex';

        const mutex = new Mutex();

        export const run = (command, emitter) => mutex.runExclusive(async () => {
          return await Promise.race([
            command.call(),
            new Promise((_resolve, reject) => {
              emitter.once('shutdown', reject);
            }),
          ]);
        });
      `,
      file: 'case.mjs',
    },
    {
      name: 'a value that is fetched once for all who wait, with the test made again under the lock',
      code: `
        import { Mutex } from 'async-mutex';

        export class Clock {
          #mutex = new Mutex();
          #next = 0;

          async offset() {
            const isStale = () => Date.now() > this.#next;
            if (isStale()) {
              const release = await this.#mutex.acquire();
              try {
                if (isStale()) {
                  this.value = await fetch('https://time.example.com');
                  this.#next = Date.now() + 60_000;
                }
              } finally {
                release();
              }
            }
            return this.value;
          }

          async again() {
            if (!this.value) {
              await this.#mutex.runExclusive(async () => {
                if (!this.value) this.value = await fetch('https://time.example.com');
              });
            }
          }
        }
      `,
      file: 'case.mjs',
    },
    {
      name: 'a section that is nothing but the wait for what its caller waits for',
      code: `
        import { Mutex } from 'async-mutex';

        export class Transaction {
          readonly #queue = new Mutex();

          async waitFor(delay?: Promise<unknown>): Promise<void> {
            await this.#queue.runExclusive(() => delay);
          }
        }
      `,
    },
    {
      name: 'the answer is fetched first',
      code: `
        import { Mutex } from 'async-mutex';

        const mutex = new Mutex();
        const prices = new Map<string, number>();

        export async function refresh(id: string): Promise<void> {
          const response = await fetch('https://prices.example/' + id);
          const price = await response.json() as number;
          await mutex.runExclusive(() => prices.set(id, price));
        }
      `,
    },
    {
      name: 'files, which are what the lock protects',
      code: `
        import { readFile, writeFile } from 'node:fs/promises';
        import { Mutex } from 'async-mutex';

        const mutex = new Mutex();

        export const count = (): Promise<void> =>
          mutex.runExclusive(async () => {
            const n = Number(await readFile('count', 'utf8'));
            await writeFile('count', String(n + 1));
          });
      `,
    },
    {
      name: 'queries of the transaction itself',
      code: `
        import { PrismaClient } from '@prisma/client';

        const prisma = new PrismaClient();

        export const move = (from: string, to: string): Promise<void> =>
          prisma.$transaction(async (tx) => {
            await tx.account.update({ where: { id: from }, data: { balance: { decrement: 1 } } });
            await tx.account.update({ where: { id: to }, data: { balance: { increment: 1 } } });
          });
      `,
    },
    {
      name: 'a store that was handed in',
      code: `
        import { Mutex } from 'async-mutex';

        export interface Store {
          load(id: string): Promise<string>;
          save(id: string, value: string): Promise<void>;
        }

        export class Documents {
          readonly #mutex = new Mutex();

          constructor(private readonly store: Store) {}

          append(id: string, text: string): Promise<void> {
            return this.#mutex.runExclusive(async () => {
              await this.store.save(id, (await this.store.load(id)) + text);
            });
          }
        }
      `,
    },
    {
      name: 'a request that nobody waits for',
      code: `
        import { Mutex } from 'async-mutex';

        const mutex = new Mutex();

        export const ping = () => mutex.runExclusive(async () => {
          void fetch('https://example.org/ping').catch(() => {});
        });
      `,
      file: 'case.mjs',
    },
    {
      name: 'the network, where only processes are asked for',
      code: `
        import { Mutex } from 'async-mutex';

        const mutex = new Mutex();

        export const load = () => mutex.runExclusive(() => fetch('https://example.org/'));
      `,
      file: 'case.mjs',
      options: { effects: ['process'] },
    },
    {
      name: 'a limit of several requests at a time is no lock',
      code: `
        import { Semaphore } from 'async-mutex';

        const slots = new Semaphore(8);

        export const load = (url: string): Promise<Response> => slots.runExclusive(() => fetch(url));
      `,
    },
    {
      name: 'waiting for the lock is not waiting under it',
      code: `
        import { Mutex } from 'async-mutex';

        const mutex = new Mutex();
        let n = 0;

        export async function next() {
          const release = await mutex.acquire();
          try {
            return n++;
          } finally {
            release();
          }
        }
      `,
      file: 'case.mjs' as const,
      options: { effects: ['network', 'process', 'event', 'storage', 'any'] },
    },
    ...[
      ['null is passed to what is tested', 'load(null)', 'if (url) await fetch(url);'],
      ['what is tested is left out', 'load()', 'if (url !== undefined) await fetch(url);'],
      ['what is tested has a default that is false', 'load()', 'if (!url) return; await fetch(url);', 'url = null'],
      ['an option that is not among those passed', 'load({ other: 1 })', 'if (url?.href) await fetch(url.href);'],
      ['a way out before it is always taken', 'load(true)', 'if (url) return; await fetch("/");'],
    ].map(([name, call, body, param = 'url']) => ({
      name: `ways that the caller rules out: ${name}`,
      code: `
        import { Mutex } from 'async-mutex';

        const mutex = new Mutex();

        async function load(${param}) {
          ${body}
        }

        export const get = () => mutex.runExclusive(() => ${call});
      `,
      file: 'case.mjs' as const,
    })),
    {
      name: 'one of several functions of a table, by a key that nobody knows here',
      code: `
        import { Mutex } from 'async-mutex';

        const mutex = new Mutex();
        const actions = { load: () => fetch('/'), count: async () => 1 };

        export const run = (name) => mutex.runExclusive(() => actions[name]());
      `,
      file: 'case.mjs',
    },
  ],
  reported: [
    {
      name: 'keys that are the same for every request: of the object, and of the module',
      code: `
        import AsyncLock from 'async-lock';

        const PREFIX = 'account';
        const lock = new AsyncLock();

        export class Session {
          constructor(readonly name: string) {}

          refresh() {
            return lock.acquire(PREFIX + ':' + this.name, () => «fetch('/session')»);
          }

          end() {
            const key = \`\${PREFIX}:end\`;
            return lock.acquire([key, this.name], () => «fetch('/session/end')»);
          }
        }
      `,
      reports: [network('`lock`', 'line 10', 'fetch'), network('`lock`', 'line 15', 'fetch')],
    },
    {
      name: 'one lock of many within a wide one, and in a transaction',
      code: `
        import AsyncLock from 'async-lock';
        import { Mutex } from 'async-mutex';
        import { PrismaClient } from '@prisma/client';

        const lock = new AsyncLock();
        const mutex = new Mutex();
        const prisma = new PrismaClient();
        const load = (id: string) => lock.acquire(id, () => fetch('/rows/' + id));

        export const all = (id: string) => mutex.runExclusive(async () => { await «load(id)»; });
        export const kept = (id: string) => prisma.$transaction(async (tx) => {
          await tx.row.delete({ where: { id } });
          await lock.acquire(id, () => «fetch('/rows/' + id)»);
        });
      `,
      reports: [network('`mutex`', 'line 10', 'load → acquire (case.ts:8) → fetch (case.ts:8)'), network('the transaction of `prisma`', 'line 11', 'fetch')],
    },
    {
      name: 'a queue in which something quick waits for the request, or what came of it is kept',
      code: `
        import PQueue from 'p-queue';

        export class Rates {
          readonly #queue = new PQueue({ concurrency: 1 });
          readonly #orders = new PQueue({ concurrency: 1 });
          #rates = new Map<string, number>();

          reload(): Promise<unknown> {
            return this.#queue.add(() => «fetch('/rates')»);
          }

          rate(of: string): Promise<number | void> {
            return this.#queue.add(async () => this.#rates.get(of) ?? 0);
          }

          order(of: string): Promise<unknown> {
            return this.#orders.add(async () => {
              const answer = await «fetch('/order/' + of)»;
              this.#rates.set(of, answer.status);
            });
          }
        }
      `,
      reports: [network('`this.#queue`', 'line 9', 'fetch'), network('`this.#orders`', 'line 17', 'fetch')],
    },
    {
      name: 'a test of what nobody can have changed, before the lock and under it',
      code: `
        import { Mutex } from 'async-mutex';

        const mutex = new Mutex();

        export async function load(app) {
          const isUrl = app.startsWith('http');
          if (!isUrl) console.log('local');
          await mutex.runExclusive(async () => {
            if (isUrl) await «fetch(app)»;
          });
        }
      `,
      file: 'case.mjs',
      reports: [network('`mutex`', 'line 8', 'fetch')],
    },
    {
      name: 'a lock with two implementations, and a question on a terminal',
      code: `
        import readline from 'node:readline';
        import { Mutex } from 'async-mutex';

        interface Locks {
          withLock<T>(work: () => Promise<T>): Promise<T>;
        }

        export class OneLock implements Locks {
          readonly #mutex = new Mutex();

          withLock<T>(work: () => Promise<T>): Promise<T> {
            return this.#mutex.runExclusive(work);
          }
        }

        export class OtherLock implements Locks {
          readonly #mutex = new Mutex();

          async withLock<T>(work: () => Promise<T>): Promise<T> {
            const release = await this.#mutex.acquire();
            try {
              return await work();
            } finally {
              release();
            }
          }
        }

        export const askUnder = (locks: Locks): Promise<string> => locks.withLock(async () => {
          const terminal = readline.createInterface({ input: process.stdin });
          «return new Promise((resolve) => { terminal.question('name', resolve); });»
        });
      `,
      reports: [event('`locks.#mutex`', 'line 29', 'question')],
    },
    {
      name: 'a lock whose releaser is kept in a field and called by an alias',
      code: `
        import { Mutex } from 'async-mutex';

        export class Shared {
          readonly #mutex = new Mutex();
          private release: (() => void) | undefined;

          async lock(): Promise<void> {
            this.release = await this.#mutex.acquire();
          }

          unlock(): void {
            const release = this.release;
            this.release = undefined;
            release?.();
          }
        }

        export async function load(shared: Shared): Promise<void> {
          await shared.lock();
          try {
            await «fetch('https://example.com')»;
          } finally {
            shared.unlock();
          }
        }
      `,
      reports: [network('`shared.release`', 'line 19', 'fetch')],
    },
    {
      name: 'a race of an event with a timer waits for the event',
      code: `
        import { Mutex } from 'async-mutex';
        import { setTimeout as delay } from 'node:timers/promises';

        const mutex = new Mutex();

        export const answer = (socket) => mutex.runExclusive(async () => {
          «await Promise.race([delay(1000), new Promise((resolve) => { socket.once('message', resolve); })])»;
        });
      `,
      file: 'case.mjs',
      reports: [event('`mutex`', 'line 6', 'new Promise')],
    },
    {
      name: 'a value that is looked for under the lock alone',
      code: `
        import { Mutex } from 'async-mutex';

        const mutex = new Mutex();
        const known = new Map();

        export const find = (name) => mutex.runExclusive(async () => {
          if (!known.has(name)) known.set(name, await «fetch(name)»);
          return known.get(name);
        });
      `,
      file: 'case.mjs',
      reports: [network('`mutex`', 'line 6', 'fetch')],
    },
    ...[
      ['a string is passed', "load('/')", 'if (url) await fetch(url);'],
      ['the test is passed on from a caller that passes something', "outer('/')", 'if (url) await fetch(url);'],
      ['the default is true', 'load()', 'if (url) await fetch(url);', "url = '/'"],
      ['another way does it unconditionally', 'load(null)', 'if (url) { await fetch(url); } await fetch("/");'],
      ['nobody knows what is passed', 'load(JSON.parse("1"))', 'if (url) await fetch(url);'],
      ['the tested parameter is written to before', 'load(null)', "url ??= '/'; if (url) await fetch(url);"],
    ].map(([name, call, body, param = 'url']) => ({
      name: `ways that the caller does not rule out: ${name}`,
      code: `
        import { Mutex } from 'async-mutex';

        const mutex = new Mutex();

        async function load(${param}) {
          ${body}
        }

        async function outer(url) {
          await load(url);
        }

        export const get = () => mutex.runExclusive(() => «${call}»);
      `,
      file: 'case.mjs' as const,
      reports: [network('`mutex`', 'line 13', call!.startsWith('outer') ? 'outer → load (case.mjs:10) → fetch (case.mjs:6)' : 'load → fetch (case.mjs:6)')],
    })),
    {
      name: 'fetch in a section',
      code: `
        import { Mutex } from 'async-mutex';

        const mutex = new Mutex();
        let price = 0;

        export const refresh = (): Promise<void> =>
          mutex.runExclusive(async () => {
            const response = await «fetch('https://prices.example/')»;
            price = Number(await response.text());
          });
      `,
      reports: [network('`mutex`', 'line 7', 'fetch')],
    },
    {
      name: 'a client made from axios, through a class of another file',
      code: `
        import { Mutex } from 'async-mutex';
        import { Prices } from './prices.js';

        export class Shop {
          readonly #mutex = new Mutex();
          readonly #prices = new Prices();

          async refresh(id: string): Promise<number> {
            const release = await this.#mutex.acquire();
            try {
              return await «this.#prices.of(id)»;
            } finally {
              release();
            }
          }
        }
      `,
      others: {
        'prices.ts': `
          import { client } from './client.js';

          export class Prices {
            async of(id: string): Promise<number> {
              const { data } = await client.get('/' + id);
              return data;
            }
          }
        `,
        'client.ts': `
          import axios from 'axios';

          export const client = axios.create({ baseURL: 'https://prices.example' });
        `,
      },
      reports: [network('`this.#mutex`', 'line 9', 'of → get (prices.ts:5)')],
    },
    {
      name: 'a promise that the section returns',
      code: `
        import AsyncLock from 'async-lock';

        const lock = new AsyncLock();

        export const load = (key) => lock.acquire('all', () => «fetch('https://example.org/' + key)»);
      `,
      file: 'case.mjs',
      reports: [network('`lock`', 'line 5', 'fetch')],
    },
    {
      name: 'Redis in a transaction of another database',
      code: `
        import { PrismaClient } from '@prisma/client';
        import { createClient } from 'redis';

        const prisma = new PrismaClient();
        const redis = createClient();

        export const rename = (id: string, name: string): Promise<void> =>
          prisma.$transaction(async (tx) => {
            await tx.user.update({ where: { id }, data: { name } });
            await «redis.del('user:' + id)»;
          });
      `,
      reports: [network('the transaction of `prisma`', 'line 8', 'del')],
    },
    {
      name: 'a child process',
      code: `
        import { execFile } from 'node:child_process';
        import { promisify } from 'node:util';
        import { Mutex } from 'async-mutex';

        const run = promisify(execFile);
        const mutex = new Mutex();

        export const pull = (): Promise<unknown> =>
          mutex.runExclusive(async () => {
            await «run('git', ['pull'])»;
          });
      `,
      reports: [aProcess('`mutex`', 'line 9', 'run')],
    },
    {
      name: 'an event that another party must produce',
      code: `
        import { once } from 'node:events';
        import { Mutex } from 'async-mutex';

        const mutex = new Mutex();

        export const connected = (socket) => mutex.runExclusive(async () => {
          await «once(socket, 'connect')»;
        });
      `,
      file: 'case.mjs',
      reports: [event('`mutex`', 'line 6', 'once')],
    },
    {
      name: 'a promise that another method settles',
      code: `
        import { Mutex } from 'async-mutex';

        export class Mailbox {
          readonly #mutex = new Mutex();
          #arrived: (() => void) | undefined;

          take(): Promise<void> {
            return this.#mutex.runExclusive(async () => {
              «await new Promise<void>((resolve) => {
                this.#arrived = resolve;
              })»;
            });
          }

          put(): void {
            this.#arrived?.();
          }
        }
      `,
      reports: [event('`this.#mutex`', 'line 8', 'new Promise')],
    },
    {
      name: 'storage, for those who ask for it',
      code: `
        import { readFile } from 'node:fs/promises';
        import { Mutex } from 'async-mutex';

        const mutex = new Mutex();

        export const load = (): Promise<string> => mutex.runExclusive(() => «readFile('state.json', 'utf8')»);
      `,
      options: { effects: ['storage'] },
      reports: [storage('`mutex`', 'line 6', 'readFile')],
    },
    {
      name: 'every await, for those who ask for it',
      code: `
        import { Mutex } from 'async-mutex';
        import { think } from './think.js';

        const mutex = new Mutex();

        export const answer = (): Promise<number> =>
          mutex.runExclusive(async () => {
            const n = «await think()»;
            return n + 1;
          });
      `,
      others: { 'think.ts': 'export async function think(): Promise<number> { return 41; }' },
      options: { effects: ['any'] },
      reports: [any('`mutex`', 'line 7', 'think()')],
    },
    {
      name: 'a queue of one at a time, and a function of the same file that is passed by name',
      code: `
        import pLimit from 'p-limit';

        const limit = pLimit(1);

        async function load() {
          return «fetch('https://example.org/')»;
        }

        export const inOrder = () => limit(load);
        export const now = () => limit(() => Date.now());
      `,
      file: 'case.mjs',
      reports: [network('`limit`', 'line 9', 'fetch')],
    },
    {
      name: 'a function of another file that is passed by name',
      code: `
        import pLimit from 'p-limit';
        import { load } from './load.mjs';

        const limit = pLimit(1);

        export const inOrder = () => limit(«load»);
      `,
      file: 'case.mjs',
      others: { 'load.mjs': `export const load = () => fetch('https://example.org/');` },
      reports: [network('`limit`', 'line 6', 'load → fetch (load.mjs:1)')],
    },
    {
      name: 'a transaction that is written by hand',
      code: `
        import pg from 'pg';

        const pool = new pg.Pool();

        export async function charge(id: string): Promise<void> {
          const client = await pool.connect();
          try {
            await client.query('BEGIN');
            await client.query('UPDATE account SET charged = true WHERE id = $1', [id]);
            await «fetch('https://payments.example/charge/' + id, { method: 'POST' })»;
            await client.query('COMMIT');
          } catch (error) {
            await client.query('ROLLBACK');
            throw error;
          } finally {
            client.release();
          }
        }
      `,
      reports: [network('the transaction of `client`', 'line 8', 'fetch')],
    },
    {
      name: 'a closure that nobody waits for and that gives the lock back itself holds it until then',
      code: `
        import { Mutex } from 'async-mutex';
        const mutex = new Mutex();
        export async function connect(url: string): Promise<void> {
          const unlock = await mutex.acquire();
          return new Promise<void>(async (resolve, reject) => {
            try {
              await «fetch(url)»;
              resolve();
            } catch (error) {
              reject(error);
            } finally {
              unlock();
            }
          });
        }
      `,
      reports: [network('`mutex`', 'line 4', 'fetch')],
    },
    {
      name: 'what was passed in is run by its own call and apply',
      code: `
        import { Mutex } from 'async-mutex';
        const mutex = new Mutex();
        const locked = <T>(work: (path: string) => Promise<T>, self?: unknown) => mutex.runExclusive(async () => work.call(self, 'a'));
        const each = <T>(work: (path: string) => Promise<T>, self?: unknown) => mutex.runExclusive(() => work.apply(self, ['a']));
        export async function save(): Promise<void> {
          await locked(async (path) => { await «fetch(path)»; });
          await each(async (path) => { await «fetch(path)»; });
        }
      `,
      reports: [network('`mutex`', 'line 6', 'fetch'), network('`mutex`', 'line 7', 'fetch')],
    },
    {
      name: 'what was passed in is run by its own call, where only what is given as this tells a function',
      file: 'case.js',
      code: `
        import { Mutex } from 'async-mutex';
        const mutex = new Mutex();
        const locked = (work) => mutex.runExclusive(async () => work.call(undefined, 'a'));
        export const save = () => locked(async (path) => { await «fetch(path)»; });
      `,
      reports: [network('`mutex`', 'line 4', 'fetch')],
    },
    {
      name: 'a parameter that is a name or the work, and the work under another type',
      code: `
        import { Mutex } from 'async-mutex';
        const mutex = new Mutex();
        type Work = (attempt: number) => Promise<void>;
        async function locked(nameOrWork: string | Work, workOrOptions?: Work | { tries: number }): Promise<void> {
          if (typeof nameOrWork === 'string') {
            const work = workOrOptions as Work;
            return mutex.runExclusive(() => work(1));
          }
          return mutex.runExclusive(() => nameOrWork(1));
        }
        export async function save(): Promise<void> {
          await locked('save', async () => { await «fetch('/a')»; });
          await locked(async () => { await «fetch('/b')»; }, { tries: 3 });
        }
      `,
      reports: [network('`mutex`', 'line 12', 'fetch'), network('`mutex`', 'line 13', 'fetch')],
    },
    {
      name: 'a query with a join is a query',
      options: { effects: ['storage'] },
      code: `
        import { knex } from 'knex';
        const db = knex({ client: 'pg' });
        export const names = () => db.transaction(async (trx) => «trx('a').join('b', 'b.a', 'a.id').where('b.name', 'x').first()»);
      `,
      reports: [storage('the transaction of `db`', 'line 3', 'first')],
    },
    {
      name: 'wrong settings are told, with the path of the key',
      code: `
        «import { Mutex } from 'async-mutex';

        const mutex = new Mutex();

        export const load = () => mutex.runExclusive(() => «fetch('https://example.org/')»);»`,
      file: 'case.mjs',
      settings: { models: [{ package: '@acme/lock', members: { 'Lock#with': { does: 'section', callback: 'first' } } }] },
      reports: [
        `settings.lockwright.models[0].members["Lock#with"].callback: expected a number or 'last'`,
        network('`mutex`', 'line 5', 'fetch'),
      ],
    },
  ],
});
