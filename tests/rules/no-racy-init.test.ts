import { runRule } from './hosts.js';

const twice = (name: string, reference: string, check: number): string =>
  `Two calls of \`${name}\` can both find \`${reference}\` unset (line ${check}) before either assigns it here: both do the work, and the later replaces the earlier.`
  + ' Keep the promise instead of its result, check again after the await, or use `SharedRef`.';

const early = (name: string, reference: string, check: number): string =>
  `\`${reference}\` is set before it is ready: another call of \`${name}\` finds it set (line ${check}) and goes on with it while this one still waits.`
  + ' Keep the promise of the finished work instead, or use `SharedRef`.';

const store = `
  export interface Store { put(key: string): void }
  export declare function open(): Promise<Store>;
`;

runRule('no-racy-init', {
  silent: [
    {
      name: 'the promise is kept',
      others: { 'store.ts': store },
      code: `
        import { open, type Store } from './store.js';
        let opening: Promise<Store> | undefined;
        export const store = (): Promise<Store> => (opening ??= open());
      `,
    },
    {
      name: 'it is checked again after the await',
      others: { 'store.ts': store },
      code: `
        import { open, type Store } from './store.js';
        const stores = new Map<string, Store>();
        export async function storeFor(name: string): Promise<Store> {
          if (stores.has(name)) return stores.get(name)!;
          const made = await open();
          if (stores.has(name)) return stores.get(name)!;
          stores.set(name, made);
          return made;
        }
      `,
    },
    {
      name: 'double-checked locking',
      others: { 'store.ts': store },
      code: `
        import { Mutex } from 'async-mutex';
        import { open, type Store } from './store.js';
        const mutex = new Mutex();
        let store: Store | undefined;
        export async function get(): Promise<Store> {
          if (!store) {
            await mutex.runExclusive(async () => {
              if (!store) store = await open();
            });
          }
          return store!;
        }
      `,
    },
    {
      name: 'the await comes before the check',
      others: { 'store.ts': store },
      code: `
        import { open, type Store } from './store.js';
        export class Holder {
          #store: Store | undefined;
          async get(): Promise<Store> {
            const made = await open();
            if (!this.#store) this.#store = made;
            return this.#store;
          }
        }
      `,
    },
    {
      name: 'a busy flag lets only one task in',
      others: { 'store.ts': store },
      code: `
        import { open, type Store } from './store.js';
        export class Holder {
          #store: Store | undefined;
          #busy = false;
          async prepare(): Promise<void> {
            if (this.#busy) return;
            this.#busy = true;
            if (!this.#store) this.#store = await open();
            this.#busy = false;
          }
        }
      `,
    },
    {
      name: 'a variable of one call',
      others: { 'store.ts': store },
      code: `
        import { open, type Store } from './store.js';
        export async function once(keys: string[]): Promise<void> {
          let store: Store | undefined;
          for (const key of keys) {
            if (!store) store = await open();
            store.put(key);
          }
        }
      `,
    },
    {
      name: 'a function that the module runs once',
      others: { 'store.ts': store },
      code: `
        import { open, type Store } from './store.js';
        let store: Store | undefined;
        async function main(): Promise<void> {
          if (!store) store = await open();
          store.put('x');
        }
        await main();
      `,
    },
    {
      name: 'a module is loaded once, however often it is imported',
      code: `
        let path: typeof import('node:path') | undefined;
        export async function join(a: string, b: string): Promise<string> {
          path ??= await import('node:path');
          return path.join(a, b);
        }
      `,
    },
    {
      name: 'an array of numbers that is loaded twice is the same array',
      code: `
        let primes: number[] | undefined;
        export async function get(load: () => Promise<number[]>): Promise<number[]> {
          if (!primes) primes = await load();
          return primes;
        }
      `,
    },
  ],
  reported: [
    {
      name: 'a field',
      others: { 'store.ts': store },
      code: `
        import { open, type Store } from './store.js';
        export class Holder {
          #store: Store | undefined;
          async get(): Promise<Store> {
            if (this.#store === undefined) «this.#store = await open()»;
            return this.#store;
          }
        }
      `,
      reports: [twice('get', 'this.#store', 5)],
    },
    {
      name: 'an assignment that asks with ??=',
      others: { 'store.ts': store },
      code: `
        import { open, type Store } from './store.js';
        let store: Store | undefined;
        export async function get(): Promise<Store> {
          «store ??= await open()»;
          return store;
        }
      `,
      reports: [twice('get', 'store', 4)],
    },
    {
      name: 'a closure variable of a factory',
      others: { 'store.ts': store },
      code: `
        import { open, type Store } from './store.js';
        export function provider() {
          let store: Store | undefined;
          return {
            async get(): Promise<Store> {
              if (!store) «store = await open()»;
              return store;
            },
          };
        }
      `,
      reports: [twice('get', 'store', 6)],
    },
    {
      name: 'the work is done in then',
      others: { 'store.ts': store },
      code: `
        import { open, type Store } from './store.js';
        let store: Store | undefined;
        export function get(): Promise<Store> {
          if (store) return Promise.resolve(store);
          return open().then((made) => {
            «store = made»;
            return made;
          });
        }
      `,
      reports: [twice('get', 'store', 4)],
    },
    {
      name: 'a helper makes it',
      others: { 'store.ts': store },
      code: `
        import { open, type Store } from './store.js';
        export class Holder {
          #store: Store | undefined;
          async get(): Promise<Store> {
            if (!this.#store) await this.#fill();
            return this.#store!;
          }
          async #fill(): Promise<void> {
            «this.#store = await open()»;
          }
        }
      `,
      reports: [twice('get', 'this.#store', 5)],
    },
    {
      name: 'under a lock without a second check',
      others: { 'store.ts': store },
      code: `
        import { Mutex } from 'async-mutex';
        import { open, type Store } from './store.js';
        const mutex = new Mutex();
        let store: Store | undefined;
        export async function get(): Promise<Store> {
          if (!store) {
            await mutex.runExclusive(async () => {
              «store = await open()»;
            });
          }
          return store!;
        }
      `,
      reports: [twice('get', 'store', 6)],
    },
    {
      name: 'a flag that is set after the work',
      code: `
        export class Server {
          #started = false;
          async start(listen: () => Promise<void>): Promise<void> {
            if (this.#started) return;
            await listen();
            «this.#started = true»;
          }
        }
      `,
      reports: [twice('start', 'this.#started', 4)],
    },
    {
      name: 'a flag that is set before what it stands for is there',
      code: `
        export class Names {
          #loaded = false;
          #names: string[] = [];
          async get(load: () => Promise<string[]>): Promise<string[]> {
            if (!this.#loaded) {
              «this.#loaded = true»;
              this.#names = await load();
            }
            return this.#names;
          }
        }
      `,
      reports: [early('get', 'this.#loaded', 5)],
    },
  ],
});
