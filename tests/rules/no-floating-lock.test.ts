import { runRule } from './hosts.js';

const likely = { options: { confidence: 'likely' } } as const;

runRule('no-floating-lock', {
  silent: [
    {
      name: 'a database of callbacks: the callback is told of the outcome and is no section',
      ...likely,
      code: `
        interface Driver { transaction(done: (err: Error | null, transaction: { commit(): void }) => void): void }
        export class Connection {
          constructor(private database: Driver) {}
          begin() {
            return new Promise((resolve, reject) => {
              this.database.transaction((err, transaction) => (err ? reject(err) : resolve(transaction)));
            });
          }
        }
      `,
    },
    {
      name: 'a combinator waits, a rejection handler hears of it, or it is kept for later',
      code: `
        import { Mutex } from 'async-mutex';
        export class Jobs {
          readonly #gate = new Mutex();
          #last: Promise<void> = Promise.resolve();
          readonly #all = new Set<Promise<void>>();
          async both(a: () => Promise<void>, b: () => Promise<void>) {
            await Promise.all([this.#gate.runExclusive(a), this.#gate.runExclusive(b)]);
            await Promise.allSettled(['x', 'y'].map((name) => this.#gate.runExclusive(async () => console.log(name))));
          }
          heard(a: () => Promise<void>) { this.#gate.runExclusive(a).catch(console.error); }
          heardToo(a: () => Promise<void>) { this.#gate.runExclusive(a).then(() => undefined, console.error); }
          kept(a: () => Promise<void>) { this.#last = this.#gate.runExclusive(a); }
          listed(a: () => Promise<void>) { const job = this.#gate.runExclusive(a); this.#all.add(job); }
          last() { return Promise.all([this.#last, ...this.#all]); }
          async conditional(a?: () => Promise<void>) { await (a ? this.#gate.runExclusive(a) : undefined); }
          async lazily(a: () => Promise<void>) { const job = this.#gate.runExclusive(a); console.log('begun'); await job; }
        }
      `,
    },
    {
      name: 'the election of a leader: the callback of a Web Lock never settles',
      ...likely,
      code: `
        export function lead(begin: () => void) {
          navigator.locks.request('leader', () => new Promise<never>(() => { begin(); }));
        }
        export function leadToo(begin: () => void) {
          navigator.locks.request('leader', async () => { begin(); await new Promise(() => undefined); });
        }
      `,
    },
    {
      name: 'what takes no lock at once: tryAcquire, isLocked, a lock that is not asynchronous',
      ...likely,
      code: `
        import AwaitLock from 'await-lock';
        const lock = new AwaitLock();
        export async function attempt() {
          if (!lock.tryAcquire()) return false;
          try { return lock.acquired; } finally { lock.release(); }
        }
      `,
    },
    {
      name: 'using with await',
      ...likely,
      code: `
        import { Mutex } from 'lockwright';
        const mutex = new Mutex();
        export async function f(work: () => Promise<void>) {
          using lease = await mutex.acquire();
          await work();
          return lease;
        }
        export async function g(work: () => Promise<void>) {
          await using lease = await mutex.acquire();
          await work();
          return lease;
        }
      `,
    },
    {
      name: "awaited and returned",
      code: `
        import { Mutex } from 'async-mutex';

        const mutex = new Mutex();

        export async function f(): Promise<void> {
          await mutex.runExclusive(() => 1);
        }

        export const g = (): Promise<number> => mutex.runExclusive(() => 1);
      `,
    },
    {
      name: "kept and awaited together",
      code: `
        import { Mutex } from 'async-mutex';

        const mutex = new Mutex();

        export async function f(): Promise<void> {
          const all = [mutex.runExclusive(() => 1)];
          await Promise.all(all);
        }
      `,
    },
    {
      name: "on purpose",
      code: `
        import { Mutex } from 'async-mutex';

        const mutex = new Mutex();

        export async function f(): Promise<void> {
          void mutex.runExclusive(() => 1);
        }
      `,
    },
  ],
  reported: [
    {
      name: 'a keyed lock, and a wrapper',
      code: `
        import AsyncLock from 'async-lock';
        import { Mutex } from 'async-mutex';
        const locks = new AsyncLock();
        const mutex = new Mutex();
        const locked = <T>(work: () => Promise<T>): Promise<T> => mutex.runExclusive(work);
        export function all(work: () => Promise<void>) {
          «locks.acquire('k', () => work())»;
          «locked(() => work())»;
        }
      `,
      reports: ["Starts a section of `locks` and drops its promise: what follows does not wait for it, and nobody hears of its failure. Await it, return it or catch its rejection.", "Starts a section of `mutex` and drops its promise: what follows does not wait for it, and nobody hears of its failure. Await it, return it or catch its rejection."],
    },
    {
      name: 'an async callback of forEach drops it, and so does a callback of a timer',
      code: `
        import { Mutex } from 'async-mutex';
        const mutex = new Mutex();
        export function each(names: string[], work: (name: string) => Promise<void>) {
          names.forEach((name) => { «mutex.runExclusive(() => work(name))»; });
          setTimeout(() => { «mutex.runExclusive(() => work('later'))»; }, 10);
        }
      `,
      reports: ["Starts a section of `mutex` and drops its promise: what follows does not wait for it, and nobody hears of its failure. Await it, return it or catch its rejection.", "Starts a section of `mutex` and drops its promise: what follows does not wait for it, and nobody hears of its failure. Await it, return it or catch its rejection."],
    },
    {
      name: 'using without await on the promise of a lease',
      code: `
        import { Mutex } from 'lockwright';
        const mutex = new Mutex();
        export async function f(work: () => Promise<void>) {
          using lease = «mutex.acquire()»;
          await work();
          return lease;
        }
      `,
      reports: [
        {
          message: "Declares the promise of `mutex` with `using`: the lock is not held yet, and a promise cannot be disposed of. Write `using … = await …`.",
          suggests: {
            'Await it.': `
              import { Mutex } from 'lockwright';
              const mutex = new Mutex();
              export async function f(work: () => Promise<void>) {
                using lease = await mutex.acquire();
                await work();
                return lease;
              }
            `,
          },
        },
      ],
    },
    {
      name: 'an acquisition of a class, in a branch, whose method gives the lock back itself',
      code: `
        import AwaitLock from 'await-lock';
        export class Spool {
          readonly #lock = new AwaitLock();
          async print(page: () => Promise<void>, polite: boolean) {
            if (polite) «this.#lock.acquireAsync()»;
            try { await page(); } finally { if (polite) this.#lock.release(); }
          }
        }
      `,
      reports: [
        {
          message: "Takes `this.#lock` and does not wait for it: what follows runs without the lock, and nobody gives it back. Await it and keep what it gives.",
          suggests: {
            'Await it.': `
              import AwaitLock from 'await-lock';
              export class Spool {
                readonly #lock = new AwaitLock();
                async print(page: () => Promise<void>, polite: boolean) {
                  if (polite) await this.#lock.acquireAsync();
                  try { await page(); } finally { if (polite) this.#lock.release(); }
                }
              }
            `,
          },
        },
      ],
    },
    {
      name: 'a promise that is tested',
      code: `
        import { Mutex } from 'async-mutex';
        const mutex = new Mutex();
        export async function f() {
          if («mutex.acquire()») return true;
          return false;
        }
      `,
      reports: [
        {
          message: "Tests the promise of `mutex`, which is always true: await it first.",
          suggests: {
            'Await it.': `
              import { Mutex } from 'async-mutex';
              const mutex = new Mutex();
              export async function f() {
                if (await mutex.acquire()) return true;
                return false;
              }
            `,
          },
        },
      ],
    },
    {
      name: "a section",
      code: `
        import { Mutex } from 'async-mutex';

        const mutex = new Mutex();

        export async function f(): Promise<void> {
          «mutex.runExclusive(() => 1)»;
        }
      `,
      reports: [
        {
          message: "Starts a section of `mutex` and drops its promise: what follows does not wait for it, and nobody hears of its failure. Await it, return it or catch its rejection.",
          suggests: {
            'Await it.': `
              import { Mutex } from 'async-mutex';

              const mutex = new Mutex();

              export async function f(): Promise<void> {
                await mutex.runExclusive(() => 1);
              }
            `,
          },
        },
      ],
    },
    {
      name: "an acquisition",
      code: `
        import { Mutex } from 'async-mutex';

        const mutex = new Mutex();

        export async function f(): Promise<void> {
          «mutex.acquire()»;
        }
      `,
      reports: [
        {
          message: "Takes `mutex` and does not wait for it: what follows runs without the lock, and nobody gives it back. Await it and keep what it gives.",
          suggests: {
            'Await it.': `
              import { Mutex } from 'async-mutex';

              const mutex = new Mutex();

              export async function f(): Promise<void> {
                await mutex.acquire();
              }
            `,
          },
        },
      ],
    },
    {
      name: "used as if it were awaited",
      code: `
        import { Mutex } from 'async-mutex';

        const mutex = new Mutex();

        export async function f(): Promise<void> {
          const release: any = «mutex.acquire()»;
          release();
        }
      `,
      reports: [
        {
          message: "Takes `mutex` without `await`: the variable holds a promise, what follows runs without the lock. Await the acquisition.",
          suggests: {
            'Await it.': `
              import { Mutex } from 'async-mutex';

              const mutex = new Mutex();

              export async function f(): Promise<void> {
                const release: any = await mutex.acquire();
                release();
              }
            `,
          },
        },
      ],
    },
  ],
});
