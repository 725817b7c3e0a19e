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
  ],
});
