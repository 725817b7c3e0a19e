/** Rules about shared references whose tables are short: each says what is reported, and what is not. */
import { describe } from 'vitest';
import { runRule } from './hosts.js';

describe('no-null-reset', () => {
  const cache = (reader: string, reset: string): string => `
    export interface Backend { get(key: string): string }
    export class Cache {
      #backend: Backend | null = null;
      use(backend: Backend): void {
        this.#backend = backend;
      }
      async get(key: Promise<string>): Promise<string | undefined> {
        ${reader}
      }
      reset(): void {
        ${reset}
      }
    }
  `;
  runRule('no-null-reset', {
    silent: [
      { name: 'checked and used in one stretch', code: cache('const k = await key; if (!this.#backend) return; return this.#backend.get(k);', 'this.#backend = null;') },
      { name: 'checked again', code: cache('if (!this.#backend) return; const k = await key; if (!this.#backend) return; return this.#backend.get(k);', 'this.#backend = null;') },
      { name: 'used with ?.', code: cache('if (!this.#backend) return; return this.#backend?.get(await key);', 'this.#backend = null;') },
      { name: 'taken out', code: cache('if (!this.#backend) return; const k = await key; return this.#backend.get(k);', 'const old = this.#backend; this.#backend = null; void old;') },
      { name: 'replaced', code: cache('if (!this.#backend) return; const k = await key; return this.#backend.get(k);', 'this.#backend = { get: String };') },
      {
        name: 'what is there is asked of a function',
        code: `
          export class Model {
            values: Record<string, string[] | undefined> = {};
            reset(): void {
              this.values = {};
            }
            async save(ready: Promise<void>): Promise<void> {
              if (!this.values['at']) return;
              await ready;
              this.#get('at');
            }
            #get(name: string): string | undefined {
              if (Array.isArray(this.values[name])) return this.values[name].join();
              return undefined;
            }
          }
        `,
      },
      {
        name: 'it was to be replaced, and that failed',
        code: cache('if (!this.#backend) return; const k = await key; return this.#backend.get(k);', 'try { this.#backend = make(); } catch { this.#backend = null; }').replace('export class', 'declare function make(): Backend; export class'),
      },
      {
        name: 'the failure is caught where it happens',
        code: cache('if (!this.#backend) return; const k = await key; try { return this.#backend.get(k); } catch { return undefined; }', 'this.#backend = null;'),
      },
      {
        name: 'a function that is passed on may run at once',
        code: `
          import { span } from 'somewhere';
          export class Client {
            #socket: { send(text: string): void } | null = null;
            async say(text: string): Promise<void> {
              if (!this.#socket) return;
              await span('say', async () => {
                this.#socket!.send(text);
              });
            }
            close(): void {
              this.#socket = null;
            }
          }
        `,
      },
      {
        name: 'promises that are waited for are no batch',
        code: `
          export class Loops {
            #loops: Promise<void>[] = [];
            start(loop: () => Promise<void>): void {
              this.#loops.push(loop());
            }
            async stop(): Promise<void> {
              await Promise.all(this.#loops);
              this.#loops = [];
            }
          }
        `,
      },
      {
        name: 'a timer handle',
        code: `
          export class Later {
            #timer: ReturnType<typeof setTimeout> | undefined;
            async start(ready: Promise<void>): Promise<void> {
              if (this.#timer) return;
              await ready;
              clearTimeout(this.#timer);
            }
            stop(): void {
              clearTimeout(this.#timer);
              this.#timer = undefined;
            }
          }
        `,
      },
    ],
    reported: [
      {
        name: 'reset to null between check and use',
        code: cache('if (!this.#backend) return; const k = await key; return this.#backend.get(k);', '«this.#backend = null»;'),
        reports: [
          'Takes `this.#backend` away while `get` can be between its check (line 8) and its use (line 8), with an await between them.'
          + ' Replace the old value by a new one, or take it out and let its users finish.',
        ],
      },
      {
        name: 'the use stands in a helper that is longer than its caller',
        code: `
          export class Client {
            #socket: { send(text: string): void } | null = { send() {} };
            async greet(ready: Promise<void>): Promise<void> {
              if (!this.#socket) return;
              await ready;
              this.#hello('a', 'b', 'c');
            }
            #hello(a: string, b: string, c: string): void {
              const text = [a, b, c].map((one) => one.trim()).filter((one) => one !== '').join(' ');
              const more = text.length > 3 ? text.slice(0, 3) : text.padEnd(3).concat(a, b, c);
              this.#socket!.send(more);
            }
            close(): void {
              «this.#socket = null»;
            }
          }
        `,
        reports: [
          'Takes `this.#socket` away while `greet` can be between its check (line 4) and its use (line 11), with an await between them.'
          + ' Replace the old value by a new one, or take it out and let its users finish.',
        ],
      },
      {
        name: 'an entry is deleted',
        code: `
          export interface Room { say(text: string): void }
          const rooms = new Map<string, Room>();
          export async function say(name: string, text: Promise<string>): Promise<void> {
            if (!rooms.has(name)) return;
            const said = await text;
            rooms.get(name)!.say(said);
          }
          export function close(name: string): void {
            «rooms.delete(name)»;
          }
        `,
        reports: [
          'Takes `rooms` away while `say` can be between its check (line 4) and its use (line 6), with an await between them.'
          + ' Replace the old value by a new one, or take it out and let its users finish.',
        ],
      },
    ],
  });
});

describe('no-stale-capture', () => {
  runRule('no-stale-capture', {
    silent: [
      { name: 'read and written in one stretch', code: `let total = 0; export async function add(n: Promise<number>) { const more = await n; total += more; }` },
      { name: 'a variable of the call', code: `export async function add(n: Promise<number>) { let total = 0; total += await n; return total; }` },
      {
        name: 'read and written under one lock',
        code: `
          import { Mutex } from 'async-mutex';
          const mutex = new Mutex();
          let total = 0;
          export const add = (n: Promise<number>) => mutex.runExclusive(async () => { total += await n; });
        `,
      },
      {
        name: 'compared before it is written back',
        code: `
          let version = 0;
          export async function bump(ready: Promise<void>) {
            const seen = version;
            await ready;
            if (seen !== version) return;
            version = seen + 1;
          }
        `,
      },
    ],
    reported: [
      {
        name: 'a sum',
        code: `
          let total = 0;
          export async function add(n: Promise<number>) {
            «total += await n»;
          }
        `,
        reports: ['Writes back what was read from `total` (line 3) before an await: what `add` (line 3) writes meanwhile is lost. Read and write in one stretch, or compare before writing.'],
      },
      {
        name: 'a snapshot',
        code: `
          export class Settings {
            state = { a: 0, b: 0 };
            async setA(a: Promise<number>) {
              const old = this.state;
              const value = await a;
              «this.state = { ...old, a: value }»;
            }
            setB(b: number) {
              this.state = { ...this.state, b };
            }
          }
        `,
        reports: ['Writes back what was read from `this.state` (line 4) before an await: what `setB` (line 9) writes meanwhile is lost. Read and write in one stretch, or compare before writing.'],
      },
    ],
  });
});

describe('no-unguarded-access', () => {
  const track = (outside: string): string => `
    import { Mutex } from 'async-mutex';
    export interface Processor { restart(): Promise<void>; destroy(): Promise<void> }
    export class Track {
      #lock = new Mutex();
      #processor: Processor | undefined;
      count = 0;
      async set(next: Processor): Promise<void> {
        await this.#lock.runExclusive(async () => {
          await this.#processor?.destroy();
          this.#processor = next;
        });
      }
      async remove(): Promise<void> {
        await this.#lock.runExclusive(async () => {
          await this.#processor?.destroy();
          this.#processor = undefined;
        });
      }
      async add(load: () => Promise<void>): Promise<void> {
        await this.#lock.runExclusive(async () => {
          this.count += 1;
          await load();
        });
      }
      async addTwo(load: () => Promise<void>): Promise<void> {
        await this.#lock.runExclusive(async () => {
          this.count += 2;
          await load();
        });
      }
      ${outside}
    }
  `;
  const orders = {
    'state.ts': `export const stateOf = new Map<string, string>();`,
    'orders.ts': `
      import { Mutex } from 'async-mutex';
      import { stateOf } from './state.js';
      export class Orders {
        readonly lock = new Mutex();
        pay = (id: string) => this.lock.runExclusive(async () => {
          if (stateOf.get(id) === 'open') await this.settle(id);
          stateOf.set(id, 'paid');
        });
        cancel = (id: string) => this.lock.runExclusive(async () => {
          stateOf.set(id, 'cancelled');
        });
        async settle(id: string): Promise<void> { await Promise.resolve(id); }
      }
    `,
  };
  runRule('no-unguarded-access', {
    silent: [
      {
        name: 'a variable of another file, under the lock that a third one holds for it',
        others: orders,
        code: `
          import type { Orders } from './orders.js';
          import { stateOf } from './state.js';
          export class Desk {
            constructor(private readonly orders: Orders) {}
            async open(id: string): Promise<void> {
              await this.orders.lock.runExclusive(async () => {
                stateOf.set(id, 'open');
                await this.orders.settle(id);
              });
            }
          }
        `,
      },
      { name: 'who only hands it on', code: track('get(): Processor | undefined { return this.#processor; }') },
      { name: 'a number that each section changes once: it is the old or the new', code: track('isCurrent(count: number): boolean { return this.count === count; }') },
      { name: 'the end of the object waits for nobody', code: track('destroy(): void { this.#processor = undefined; }') },
      {
        name: 'a lock between processes says little of a field of one',
        code: `
          import Redlock from 'redlock';
          export class Client {
            #client: { end(): Promise<void>; query(): Promise<void> } | undefined;
            constructor(private readonly redlock: Redlock) {}
            async up(): Promise<void> {
              await this.redlock.using(['leader'], 1000, async () => {
                await this.#client?.query();
                this.#client = undefined;
              });
            }
            async down(): Promise<void> {
              await this.redlock.using(['leader'], 1000, async () => {
                await this.#client?.end();
                this.#client = undefined;
              });
            }
            reset(): void {
              this.#client = undefined;
            }
          }
        `,
      },
      {
        name: 'what the constructor begins and goes on with by itself',
        code: `
          import { Mutex } from 'async-mutex';
          export class Model {
            #lock = new Mutex();
            protected version = 0;
            constructor(text: Promise<string>) {
              text.then(() => this.initialize());
            }
            async save(write: () => Promise<number>): Promise<void> {
              await this.#lock.runExclusive(async () => {
                const before = this.version;
                this.version = before + (await write());
              });
            }
            async load(read: () => Promise<number>): Promise<void> {
              await this.#lock.runExclusive(async () => {
                const before = this.version;
                this.version = before + (await read());
              });
            }
            protected initialize(): void {
              this.version = 1;
            }
          }
        `,
      },
    ],
    reported: [
      {
        name: 'a variable of another file, without the lock that a third one holds for it',
        others: orders,
        code: `
          import type { Orders } from './orders.js';
          import { stateOf } from './state.js';
          export class Desk {
            constructor(private readonly orders: Orders) {}
            async open(id: string): Promise<void> {
              «stateOf.set(id, 'open')»;
              await this.orders.settle(id);
            }
          }
        `,
        reports: [
          'Uses `stateOf` without `this.lock`, which guards 3 of its 4 uses: `pay` (orders.ts:6) holds it over an await and does not expect that. Take the lock here, too.',
        ],
      },
      {
        name: 'used while a section has ended it and not replaced it yet',
        code: track('async restart(): Promise<void> { await «this.#processor»?.restart(); }'),
        reports: [
          'Uses `this.#processor` without `this.#lock`, which guards 4 of its 5 uses: `set` (line 9) holds it over an await and does not expect that. Take the lock here, too.',
        ],
      },
      {
        name: 'replaced in the middle of a section that uses it on both sides of an await',
        code: track('swap(next: Processor): void { «this.#processor = next»; }'),
        reports: [
          'Uses `this.#processor` without `this.#lock`, which guards 4 of its 5 uses: `set` (line 9) holds it over an await and does not expect that. Take the lock here, too.',
        ],
      },
    ],
  });
});

describe('no-config-mutation', () => {
  const others = { 'config.ts': `export const config = { hosts: ['a', 'b'], port: 1 };` };
  runRule('no-config-mutation', {
    silent: [
      { name: 'a copy is sorted', others, code: `import { config } from './config.js'; export const hosts = () => [...config.hosts].sort();` },
      { name: 'a draft', others, code: `import { config } from './config.js'; export function draft() { const d = { ...config }; d.port = 2; return Object.freeze(d); }` },
      { name: 'options of a request', code: `export function get(options: { headers: Record<string, string> }) { options.headers['a'] = 'b'; }` },
      {
        name: 'the function of a module that sets something, with the module as a whole imported',
        others: { 'settings.ts': `const all: Record<string, number> = {}; export function set(name: string, value: number): void { all[name] = value; }` },
        code: `import * as settings from './settings.js'; export function renumber() { settings.set('pan', 7); }`,
      },
      {
        name: 'an object with a life of its own that configuration holds many of',
        others: {
          'collection.ts': `
            export class Collection { defer: (() => void) | null = null; close(): void {} }
            export interface Typed<T> extends Collection { readonly of?: T }
          `,
        },
        code: `
          import type { Typed } from './collection.js';
          export class Executor {
            constructor(private readonly config: { collections: Record<string, Typed<string>> }) {}
            stop(): void {
              for (const collection of Object.values(this.config.collections)) collection.defer = null;
            }
          }
        `,
      },
      { name: 'a whole client is swapped', others, code: `import { config } from './config.js'; export class A { client = {}; connect(open: (c: object) => object) { this.client = open(config); } }` },
    ],
    reported: [
      {
        name: 'sorted in place',
        others,
        code: `
          import { config } from './config.js';
          export const hosts = () => «config.hosts.sort()»;
        `,
        reports: [{ message: 'Writes into shared configuration (`config.hosts`): who read it before and who reads it later disagree, and so do all who were given the same object. Copy it first, and pass the copy on.', suggests: 1 }],
      },
      {
        name: 'assigned into',
        others,
        code: `
          import { config } from './config.js';
          export function listen(port: number) {
            «Object.assign(config, { port })»;
          }
        `,
        reports: ['Writes into shared configuration (`config`): who read it before and who reads it later disagree, and so do all who were given the same object. Copy it first, and pass the copy on.'],
      },
    ],
  });
});
