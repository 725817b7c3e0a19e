import { runRule } from './hosts.js';

const calls = (lock: string, taken: string, chain: string): string =>
  `Calls code of others while ${lock} (taken at ${taken}) is held: ${chain}.`
  + ' What it does may need the same lock; notify after the release.';

const yields = (lock: string, taken: string): string =>
  `Hands control to the consumer while ${lock} (taken at ${taken}) is held, for as long as the consumer likes.`
  + ' Collect the values under the lock, yield them after the release.';

/** A class that tells of a change under its lock, and somebody who listens. */
const watched = (section: string, listener: string): string => `
        import { EventEmitter } from 'node:events';
        import { Mutex } from 'async-mutex';

        export class Store extends EventEmitter {
          readonly #mutex = new Mutex();
          #value = 0;

          async put(value: number): Promise<void> {
            ${section}
          }

          get(): Promise<number> {
            return this.#mutex.runExclusive(() => this.#value);
          }
        }

        export const watch = (store: Store): unknown => store.on('put', ${listener});
      `;
const LOGS = '(value: number) => { console.log(value); }';
const IN_FINALLY = (body: string): string => `const release = await this.#mutex.acquire(); try { ${body} } finally { release(); }`;

runRule('no-callback-in-lock', {
  silent: [
    {
      name: 'listeners of a transaction that is over when its section returns work in it, too',
      code: `
        import Database from 'better-sqlite3';
        const db = new Database('notes.db');
        const listeners: ((note: string) => void)[] = [];
        export const subscribe = (listener: (note: string) => void) => listeners.push(listener);
        function emit(note: string) { for (const listener of listeners) listener(note); }
        const inTransaction = (work: () => void) => db.transaction(work)();
        subscribe((note) => { db.prepare('INSERT INTO log VALUES (?)').run(note); });
        export const save = (note: string) => inTransaction(() => {
          db.prepare('INSERT INTO notes VALUES (?)').run(note);
          emit(note);
        });
      `,
    },
    {
      name: 'a hook that is given the transaction works in it',
      code: `
        import type { Knex } from 'knex';
        const hooks = new Set<(row: string, trx: Knex.Transaction) => Promise<void>>();
        export const onSave = (hook: (row: string, trx: Knex.Transaction) => Promise<void>) => hooks.add(hook);
        export const save = (db: Knex, row: string) => db.transaction(async (trx) => {
          await trx('rows').insert({ row });
          for (const hook of hooks) await hook(row, trx);
        });
      `,
    },
    {
      name: 'one function that somebody has set, of a name that says nothing, and whose work is waited for',
      code: `
        import { Mutex } from 'async-mutex';
        export class Signer {
          readonly #mutex = new Mutex();
          #approve!: (id: string) => Promise<void>;
          attach(approve: (id: string) => Promise<void>) { this.#approve = approve; }
          sign(id: string) { return this.#mutex.runExclusive(async () => { await this.#approve(id); }); }
        }
      `,
    },
    {
      name: 'a question that somebody has set is asked, not told',
      code: `
        import { Mutex } from 'async-mutex';
        export class Outbox {
          readonly #mutex = new Mutex();
          #wanted: ((row: string) => boolean) | undefined;
          only(wanted: (row: string) => boolean) { this.#wanted = wanted; }
          send(rows: string[]) {
            return this.#mutex.runExclusive(async () => {
              for (const row of rows) if (this.#wanted && !this.#wanted(row)) throw new Error(row);
            });
          }
        }
      `,
    },
    {
      name: 'a closure gives the lock back before it tells',
      code: `
        import { EventEmitter } from 'node:events';
        import { Mutex } from 'async-mutex';

        export class Room extends EventEmitter {
          #mutex = new Mutex();

          async connect() {
            const unlock = await this.#mutex.acquire();
            const attempt = async (resolve, reject) => {
              unlock?.();
              try {
                await fetch('https://example.com');
                resolve();
              } catch (error) {
                this.lost();
                reject(error);
              }
            };
            this.connected = new Promise((resolve, reject) => {
              attempt(resolve, reject);
            });
          }

          lost() {
            this.emit('lost');
          }
        }
      `,
      file: 'case.mjs',
    },
    {
      name: 'a handler that is the key of a map, and whose failure is caught where it is told',
      code: `
        import { Mutex } from 'async-mutex';

        type Handler = (...payload: unknown[]) => void;

        export class Messenger {
          readonly #events = new Map<string, Map<Handler, { selector?: Handler }>>();

          publish(event: string, ...payload: unknown[]): void {
            const subscribers = this.#events.get(event);
            if (!subscribers) return;
            for (const [handler, { selector }] of subscribers.entries()) {
              try {
                if (!selector) (handler as Handler)(...payload);
              } catch (error) {
                console.error(error);
              }
            }
          }

          subscribe(event: string, handler: unknown, selector?: Handler): void {
            const subscribers = this.#events.get(event) ?? new Map<Handler, { selector?: Handler }>();
            const widened = handler as Handler;
            subscribers.set(widened, { selector });
            this.#events.set(event, subscribers);
          }
        }

        export class Controller {
          readonly #mutex = new Mutex();
          #state = 0;

          constructor(private readonly messenger: Messenger) {}

          async put(value: number): Promise<void> {
            await this.#mutex.runExclusive(() => {
              this.messenger.publish('before', value);
              this.#state = value;
            });
          }
        }

        export const watch = (messenger: Messenger): void => messenger.subscribe('before', () => console.log('before'));
      `,
    },
    {
      name: 'a method, named like a hook, of an object of which nothing is known',
      code: `
        import { Mutex } from 'async-mutex';
        import { connect } from './remote.mjs';

        export class Tasks {
          #mutex = new Mutex();
          server = connect();

          async run(id) {
            await this.#mutex.runExclusive(async () => {
              await this.server.onAttachAttempted(id);
            });
          }
        }
      `,
      file: 'case.mjs',
    },
    {
      name: 'the rows of a cursor are handed on as they come',
      code: `
        import { Mutex } from 'async-mutex';

        const mutex = new Mutex();

        export async function* rows(cursor) {
          const release = await mutex.acquire();
          try {
            for await (const row of cursor) yield row;
          } finally {
            release();
          }
        }
        export async function* all(cursor) {
          const release = await mutex.acquire();
          try {
            yield* cursor;
          } finally {
            release();
          }
        }
      `,
      file: 'case.mjs',
    },
    {
      name: 'listeners are told after the release',
      code: `
        import { EventEmitter } from 'node:events';
        import { Mutex } from 'async-mutex';

        const mutex = new Mutex();
        const events = new EventEmitter();

        export async function put(value: string): Promise<void> {
          await mutex.runExclusive(() => value);
          events.emit('put', value);
        }
      `,
    },
    {
      name: 'a lock wrapper runs its own parameter',
      code: `
        import { Mutex } from 'async-mutex';

        export class Guarded {
          readonly #mutex = new Mutex();

          async exclusive<T>(section: () => Promise<T>): Promise<T> {
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
    {
      name: 'a callback that runs later, without the lock',
      code: `
        import { EventEmitter } from 'node:events';
        import { Mutex } from 'async-mutex';

        const mutex = new Mutex();
        const events = new EventEmitter();

        export const put = (value: string): Promise<void> =>
          mutex.runExclusive(async () => {
            setTimeout(() => events.emit('put', value), 0);
          });
      `,
    },
    {
      name: 'a listener is only added',
      code: `
        import { EventEmitter } from 'node:events';
        import { Mutex } from 'async-mutex';

        const mutex = new Mutex();
        const events = new EventEmitter();

        export const watch = (listener: () => void): Promise<unknown> =>
          mutex.runExclusive(() => events.on('put', listener));
      `,
    },
    {
      name: 'methods of arrays with functions of the section itself',
      code: `
        import { Mutex } from 'async-mutex';

        const mutex = new Mutex();

        export const sum = (numbers: number[]): Promise<number> =>
          mutex.runExclusive(() => numbers.map((n) => n * 2).reduce((a, b) => a + b, 0));
      `,
    },
    {
      name: 'values are collected under the lock and yielded after it',
      code: `
        import { Mutex } from 'async-mutex';

        const mutex = new Mutex();
        const rows = [];

        export async function* all() {
          const snapshot = await mutex.runExclusive(() => [...rows]);
          for (const row of snapshot) yield row;
        }
      `,
      file: 'case.mjs',
    },
    ...[
      ['the last act of a section', "await this.#mutex.runExclusive(() => { this.#value = value; this.emit('put', value); });"],
      ['the last act before finally', IN_FINALLY("this.#value = value; this.emit('put', value);")],
      ['what comes after it is written after the release', `${IN_FINALLY("this.emit('put', value);")} this.#value = value;`],
      ['what finally writes is written whether or not a listener throws', "const release = await this.#mutex.acquire(); try { this.emit('put', value); } finally { this.#value = value; release(); }"],
      ['what is written on some ways only', IN_FINALLY("this.emit('put', value); if (value > 3) this.#value = value;")],
      ['what the next round writes', IN_FINALLY("for (const one of [value, 1]) { this.#value = one; this.emit('put', one); }")],
      ['one of two events', IN_FINALLY("this.emit(value > 3 ? 'put' : 'low', value);")],
    ].map(([name, section]) => ({ name: `a listener that is known and wants no lock is told: ${name}`, code: watched(section!, LOGS) })),
    {
      name: 'a listener that wants the lock only after it has waited for something else',
      code: watched("await this.#mutex.runExclusive(() => { this.emit('put', value); });", 'async () => { await Promise.resolve(); await store.get(); }'),
    },
    {
      name: 'a listener that wants the lock listens to an event of the same name of another class',
      code: watched(
        "await this.#mutex.runExclusive(() => { this.emit('put', value); });",
        `${LOGS}); export class Other extends EventEmitter {} export const other = new Other(); export const both = (store: Store): unknown => other.on('put', () => void store.get()`,
      ),
    },
    {
      name: 'a listener that came by a method of the class',
      code: `
        import { Mutex } from 'async-mutex';

        const mutex = new Mutex();
        const topics = new Map<string, { listeners: Set<(value: number) => void> }>();

        export class Bus {
          watch(topic: string, listener: (value: number) => void): void {
            const state = this.of(topic);
            state.listeners.add(listener);
          }

          of(topic: string): { listeners: Set<(value: number) => void> } {
            return topics.get(topic)!;
          }

          async tell(topic: string, value: number): Promise<void> {
            await mutex.runExclusive(() => {
              const state = this.of(topic);
              for (const listener of state.listeners) listener(value);
            });
          }
        }

        export const watch = (bus: Bus): void => bus.watch('a', (value) => { console.log(value); });
      `,
    },
    {
      name: 'a hook that came in an options object',
      code: `
        import { Mutex } from 'async-mutex';

        export class Channel {
          readonly #mutex = new Mutex();
          private onStatus?: (low: boolean) => void;

          constructor(options: { onStatus?: (low: boolean) => void }) {
            this.onStatus = options.onStatus;
          }

          async send(low: boolean): Promise<void> {
            await this.#mutex.runExclusive(() => {
              this.onStatus?.(low);
            });
          }
        }

        export const channel = new Channel({ onStatus: (low) => { console.log(low); } });
      `,
    },
    {
      name: 'a lock that is taken to be kept stays taken whether or not a listener throws',
      code: `
        import { EventEmitter } from 'node:events';
        import Redlock from 'redlock';

        export class Leader {
          events = new EventEmitter();
          #lock;

          constructor(redlock) {
            this.redlock = new Redlock([redlock]);
          }

          async lead() {
            this.#lock = await this.redlock.acquire(['leader'], 1000);
            this.events.emit('leader');
          }

          async stop() {
            await this.#lock.release();
          }
        }

        export const watch = (leader) => leader.events.on('leader', () => console.log('leader'));
      `,
      file: 'case.mjs',
    },
    {
      name: 'a listener is added by a function that is named for it',
      code: `
        import { Mutex } from 'async-mutex';

        const mutex = new Mutex();

        export class Runner {
          constructor(terminal) {
            this.terminal = terminal;
          }

          async start() {
            await mutex.runExclusive(() => {
              new Promise((resolve) => {
                this.terminal.onStart(resolve);
                this.terminal.onError(() => console.log('failed'));
              });
            });
          }
        }
      `,
      file: 'case.mjs',
    },
    {
      name: 'who hears of what is logged',
      code: `
        import { Mutex } from 'async-mutex';

        class Logger {
          static onError;

          error(message) {
            if (Logger.onError) Logger.onError(message);
          }
        }

        const mutex = new Mutex();
        const logger = new Logger();

        export const put = () => mutex.runExclusive(() => { logger.error('put'); });
      `,
      file: 'case.mjs',
    },
  ],
  reported: [
    {
      name: 'a hook that is told of a task',
      code: `
        import { Mutex } from 'async-mutex';

        const mutex = new Mutex();

        export class Daemon {
          constructor({ onScheduling }) {
            this.onScheduling = onScheduling;
          }

          async tick(tasks) {
            await mutex.runExclusive(() => {
              tasks.forEach((task) => «this.onScheduling(task)»);
            });
          }
        }
      `,
      file: 'case.mjs',
      reports: [calls('`mutex`', 'line 11', 'onScheduling')],
    },
    ...[
      ['a listener wants the lock', "await this.#mutex.runExclusive(() => { «this.emit('put', value)»; });", '() => { void store.get(); }'],
      ['something is still to be written', "await this.#mutex.runExclusive(() => { «this.emit('put', value)»; this.#value = value; });", LOGS],
      ['a listener that throws leaves the lock taken', "const release = await this.#mutex.acquire(); «this.emit('put', value)»; release();", LOGS],
    ].map(([name, section, listener]) => ({
      name: `a known listener is told: ${name}`,
      code: watched(section!, listener!),
      reports: [calls('`this.#mutex`', 'line 9', 'emit')],
    })),
    {
      name: 'likely: the last act of a section, and who listens wants no lock',
      code: watched("await this.#mutex.runExclusive(() => { this.#value = value; «this.emit('put', value)»; });", LOGS),
      options: { confidence: 'likely' },
      reports: [calls('`this.#mutex`', 'line 9', 'emit')],
    },
    {
      name: 'a listener that is waited for, in a transaction and in a lock',
      code: `
        import { Mutex } from 'async-mutex';

        export class Cache {
          #mutex = new Mutex();
          onPut;

          whenPut(listener) {
            this.onPut = listener;
          }

          async put(value) {
            await this.#mutex.runExclusive(async () => {
              await «this.onPut(value)»;
            });
          }
        }

        export const watch = (cache) => { cache.onPut = () => undefined; };
      `,
      file: 'case.mjs',
      reports: [calls('`this.#mutex`', 'line 12', 'onPut')],
    },
    {
      name: 'emit of an EventEmitter',
      code: `
        import { EventEmitter } from 'node:events';
        import { Mutex } from 'async-mutex';

        export class Cache {
          readonly #mutex = new Mutex();
          readonly #events = new EventEmitter();

          put(value: string): Promise<void> {
            return this.#mutex.runExclusive(async () => {
              «this.#events.emit('put', value)»;
            });
          }
        }
      `,
      reports: [calls('`this.#mutex`', 'line 9', 'emit')],
    },
    {
      name: 'emit of a class that is an emitter itself',
      code: `
        import { EventEmitter } from 'node:events';
        import { Mutex } from 'async-mutex';

        export class Cache extends EventEmitter {
          readonly #mutex = new Mutex();

          async put(value: string): Promise<void> {
            const release = await this.#mutex.acquire();
            try {
              «this.emit('put', value)»;
            } finally {
              release();
            }
          }
        }
      `,
      reports: [calls('`this.#mutex`', 'line 8', 'emit')],
    },
    {
      name: 'listeners that are kept in a set',
      code: `
        import { Mutex } from 'async-mutex';

        export class Cache {
          #mutex = new Mutex();
          #listeners = new Set();

          onPut(listener) {
            this.#listeners.add(listener);
          }

          async put(value) {
            await this.#mutex.runExclusive(() => {
              for (const listener of this.#listeners) «listener(value)»;
            });
          }
        }
      `,
      file: 'case.mjs',
      reports: [calls('`this.#mutex`', 'line 12', 'listener')],
    },
    {
      name: 'a hook that was handed to the constructor',
      code: `
        import { Mutex } from 'async-mutex';

        export interface Hooks {
          onPut(value: string): Promise<void>;
        }

        export class Cache {
          readonly #mutex = new Mutex();

          constructor(private readonly hooks: Hooks) {}

          put(value: string): Promise<void> {
            return this.#mutex.runExclusive(async () => {
              await «this.hooks.onPut(value)»;
            });
          }
        }
      `,
      reports: [calls('`this.#mutex`', 'line 13', 'onPut')],
    },
    {
      name: 'a helper in another file that notifies',
      code: `
        import { Mutex } from 'async-mutex';
        import { Registry } from './registry.js';

        const mutex = new Mutex();
        const registry = new Registry();

        export const put = (value: string): Promise<void> =>
          mutex.runExclusive(async () => {
            «registry.notify(value)»;
          });
      `,
      others: {
        'registry.ts': `
          export class Registry {
            readonly #listeners: ((value: string) => void)[] = [];

            add(listener: (value: string) => void): void {
              this.#listeners.push(listener);
            }

            notify(value: string): void {
              this.#listeners.forEach((listener) => listener(value));
            }
          }
        `,
      },
      reports: [calls('`mutex`', 'line 8', 'notify → forEach (registry.ts:9) → listener (registry.ts:9)')],
    },
    {
      name: 'a DOM event',
      code: `
        export class Store extends EventTarget {
          save() {
            return navigator.locks.request('store', async () => {
              «this.dispatchEvent(new Event('save'))»;
            });
          }
        }
      `,
      file: 'case.mjs',
      reports: [calls('`navigator.locks`', 'line 3', 'dispatchEvent')],
    },
    {
      name: 'yield in a generator',
      code: `
        import { Mutex } from 'async-mutex';

        const mutex = new Mutex();
        const rows = [];

        export async function* all() {
          const release = await mutex.acquire();
          try {
            for (const row of rows) «yield row»;
          } finally {
            release();
          }
        }
      `,
      file: 'case.mjs',
      reports: [yields('`mutex`', 'line 7')],
    },
    {
      name: 'likely: something with a method emit of which nothing is known',
      code: `
        import { Mutex } from 'async-mutex';
        import { bus } from 'some-bus';

        const mutex = new Mutex();

        export const put = (value) => mutex.runExclusive(() => «bus.emit('put', value)»);
      `,
      file: 'case.mjs',
      options: { confidence: 'likely' },
      reports: [calls('`mutex`', 'line 6', 'emit')],
    },
  ],
});
