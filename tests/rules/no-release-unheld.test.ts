import { runRule } from './hosts.js';

runRule('no-release-unheld', {
  silent: [
    {
      name: "taken before the try",
      code: `
        import AwaitLock from 'await-lock';

        const lock = new AwaitLock();

        export async function f(work: () => Promise<void>): Promise<void> {
          await lock.acquireAsync();
          try {
            await work();
          } finally {
            lock.release();
          }
        }
      `,
    },
    {
      name: "released only if it was taken",
      code: `
        import { Mutex } from 'async-mutex';

        const mutex = new Mutex();

        export async function f(work: () => Promise<void>): Promise<void> {
          let release: (() => void) | undefined;
          try {
            release = await mutex.acquire();
            await work();
          } finally {
            release?.();
          }
        }
      `,
    },
    {
      name: "an entry lock, taken before the try",
      code: `
        class Claims {
          #held = new Set<string>();
          async claim(id: string): Promise<void> {
            if (this.#held.has(id)) throw new Error('taken');
            this.#held.add(id);
          }
          async drop(id: string): Promise<void> {
            this.#held.delete(id);
          }
        }

        const claims = new Claims();

        export async function f(id: string, work: () => Promise<void>): Promise<void> {
          await claims.claim(id);
          try {
            await work();
          } finally {
            await claims.drop(id);
          }
        }
      `,
    },
    {
      name: "a lease declared without a value, released only if it was taken",
      code: `
        class Claims {
          #held = new Set<string>();
          async claim(id: string): Promise<{ id: string }> {
            if (this.#held.has(id)) throw new Error('taken');
            this.#held.add(id);
            return { id };
          }
          async drop(lease: { id: string }): Promise<void> {
            this.#held.delete(lease.id);
          }
        }

        const claims = new Claims();

        export async function f(ids: string[], work: () => Promise<void>): Promise<void> {
          for (const id of ids) {
            let lease: { id: string } | undefined;
            try {
              lease = await claims.claim(id);
              await work();
            } finally {
              if (lease) await claims.drop(lease);
            }
          }
        }
      `,
    },
    {
      name: "the locks of two keys, each given back once",
      code: `
        class Claims {
          #held = new Set<string>();
          async claim(id: string): Promise<void> {
            if (this.#held.has(id)) throw new Error('taken');
            this.#held.add(id);
          }
          async drop(id: string): Promise<void> {
            this.#held.delete(id);
          }
        }

        const claims = new Claims();

        export async function f(from: string, to: string, work: () => Promise<void>): Promise<void> {
          await claims.claim(from);
          try {
            await claims.claim(to);
            try {
              await work();
            } finally {
              await claims.drop(to);
            }
          } finally {
            await claims.drop(from);
          }
        }
      `,
    },
    {
      name: "entries that hold what was registered are no lock",
      code: `
        class Handlers {
          #known = new Map<string, () => void>();
          async register(name: string, handler: () => void): Promise<void> {
            if (this.#known.has(name)) throw new Error('known');
            this.#known.set(name, handler);
          }
          async remove(name: string): Promise<void> {
            this.#known.delete(name);
          }
        }

        const claims = new Handlers();

        export async function f(id: string, work: () => void): Promise<void> {
          try {
            await claims.register(id, work);
            work();
          } finally {
            await claims.remove(id);
          }
        }
      `,
    },
  ],
  reported: [
    {
      name: "taken inside the try",
      code: `
        import AwaitLock from 'await-lock';

        const lock = new AwaitLock();

        export async function f(work: () => Promise<void>): Promise<void> {
          try {
            await lock.acquireAsync();
            await work();
          } finally {
            «lock.release()»;
          }
        }
      `,
      reports: [
        "Releases `lock` although taking it (line 7) may have failed: then it frees whoever holds it. Take it before the `try`, or release only what was taken.",
      ],
    },
    {
      name: "twice",
      code: `
        import AwaitLock from 'await-lock';

        const lock = new AwaitLock();

        export async function f(): Promise<void> {
          await lock.acquireAsync();
          lock.release();
          «lock.release()»;
        }
      `,
      reports: [
        "Releases `lock` (taken in line 6), which line 7 releases on the same way, too: the second one frees whoever holds it then. Keep one of them.",
      ],
    },
    {
      name: "an entry lock that refuses, taken inside the try",
      code: `
        class Claims {
          #held = new Set<string>();
          async claim(id: string): Promise<void> {
            if (this.#held.has(id)) throw new Error('taken');
            this.#held.add(id);
          }
          async drop(id: string): Promise<void> {
            this.#held.delete(id);
          }
        }

        const claims = new Claims();

        export async function f(id: string, work: () => Promise<void>): Promise<void> {
          try {
            await claims.claim(id);
            await work();
          } finally {
            await «claims.drop(id)»;
          }
        }
      `,
      reports: [
        "Releases `claims` although taking it (line 16) may have failed: then it frees whoever holds it. Take it before the `try`, or release only what was taken.",
      ],
    },
    {
      name: "an entry lock that waits until a time-out, taken inside the try",
      code: `
        class Claims {
          #held = new Set<string>();
          #until = Infinity;
          async claim(id: string): Promise<void> {
            while (this.#held.has(id)) {
              if (Date.now() > this.#until) throw new Error('timed out');
              await new Promise((resolve) => setTimeout(resolve, 50));
            }
            this.#held.add(id);
          }
          async drop(id: string): Promise<void> {
            this.#held.delete(id);
          }
        }

        const claims = new Claims();

        export async function f(id: string, work: () => Promise<void>): Promise<void> {
          try {
            await claims.claim(id);
            await work();
          } finally {
            await «claims.drop(id)»;
          }
        }
      `,
      reports: [
        "Releases `claims` although taking it (line 20) may have failed: then it frees whoever holds it. Take it before the `try`, or release only what was taken.",
      ],
    },
  ],
});
