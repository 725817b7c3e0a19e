import { runRule } from './hosts.js';

runRule('no-floating-lock', {
  silent: [
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
      name: "a section",
      code: `
        import { Mutex } from 'async-mutex';

        const mutex = new Mutex();

        export async function f(): Promise<void> {
          «mutex.runExclusive(() => 1)»;
        }
      `,
      reports: [
        "Starts a section of `mutex` and drops its promise: what follows does not wait for it, and nobody hears of its failure. Await it, return it or catch its rejection.",
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
        "Takes `mutex` and does not wait for it: what follows runs without the lock, and nobody gives it back. Await it and keep what it gives.",
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
        "Takes `mutex` without `await`: the variable holds a promise, what follows runs without the lock. Await the acquisition.",
      ],
    },
  ],
});
