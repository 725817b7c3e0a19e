import { runRule } from './hosts.js';

runRule('require-lock-release', {
  silent: [
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
        "`mutex`, taken here, stays held when `work()` (line 7) fails. Give it back in a `finally`, or hold it through a section.",
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
        "`mutex`, taken here, is still held at the `return` in line 7. Give it back in a `finally`, or hold it through a section.",
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
        "`mutex`, taken here, stays held when `JSON.parse(text)` (line 7) fails. Give it back in a `finally`, or hold it through a section.",
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
        "The connection of `pool.connect()`, taken here, stays held when `client.query('SELECT 1')` (line 7) fails. Give it back in a `finally`, or hold it through a section.",
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
        "`this.#busy` stays set when `work()` (line 7) fails, and nobody gets past it again. Clear it in a `finally`.",
      ],
    },
  ],
});
