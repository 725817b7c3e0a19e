import { runRule } from './hosts.js';

const likely = { options: { confidence: 'likely' } } as const;

runRule('no-release-unheld', {
  silent: [
    {
      name: 'an advisory lock on a connection of its own, of a transaction, of a handle that was passed in, and of a pool of one',
      code: `
        import { knex, type Knex } from 'knex';
        import { Pool, type PoolClient } from 'pg';
        const pool = new Pool();
        const db = knex({ client: 'pg' });
        export async function alone(work: () => Promise<void>) {
          const client = await pool.connect();
          try {
            await client.query('SELECT pg_advisory_lock(1)');
            try { await work(); } finally { await client.query('SELECT pg_advisory_unlock(1)'); }
          } finally {
            client.release();
          }
        }
        export const within = (work: (trx: Knex.Transaction) => Promise<void>) =>
          db.transaction(async (trx) => {
            await trx.raw('SELECT pg_advisory_lock(2)');
            try { await work(trx); } finally { await trx.raw('SELECT pg_advisory_unlock(2)'); }
          });
        export async function given(client: PoolClient | Pool, work: () => Promise<void>) {
          await client.query('SELECT pg_advisory_lock(3)');
          try { await work(); } finally { await client.query('SELECT pg_advisory_unlock(3)'); }
        }
        export const counted = () => pool.query('SELECT pg_advisory_xact_lock(4)');
      `,
    },
    {
      name: 'an advisory lock of a pool of one connection',
      code: `
        import { Pool } from 'pg';
        const pool = new Pool({ max: 1 });
        export async function alone(work: () => Promise<void>) {
          await pool.query('SELECT pg_advisory_lock(1)');
          try { await work(); } finally { await pool.query('SELECT pg_advisory_unlock(1)'); }
        }
      `,
    },
    {
      name: 'the same question by instanceof decides on taking and on giving back',
      code: `
        import { Pool, type PoolClient } from 'pg';
        export class Connection {
          readonly #pool: Pool | PoolClient;
          constructor(pool: Pool | PoolClient) { this.#pool = pool; }
          async transaction(work: (client: PoolClient) => Promise<void>): Promise<void> {
            const client = this.#pool instanceof Pool ? await this.#pool.connect() : this.#pool;
            try {
              await client.query('SELECT 1');
              await work(client);
            } finally {
              if (this.#pool instanceof Pool && 'release' in client) client.release();
            }
          }
        }
      `,
    },
    {
      name: 'taken inside the try, by a wait without a limit: it does not fail',
      code: `
        import AwaitLock from 'await-lock';
        export class Preferences {
          readonly #lock = new AwaitLock();
          async update(write: () => Promise<void>) {
            try {
              await this.#lock.acquireAsync();
              await write();
            } finally {
              this.#lock.release();
            }
          }
        }
      `,
    },
    {
      name: 'taken, given back, taken and given back, after something that may fail',
      ...likely,
      code: `
        import AwaitLock from 'await-lock';
        const lock = new AwaitLock();
        export async function twoSteps(prepare: () => Promise<void>, work: () => Promise<void>) {
          try { await prepare(); } catch { console.error('goes on'); }
          await lock.acquireAsync();
          try { await work(); } finally { lock.release(); }
          await lock.acquireAsync();
          try { await work(); } finally { lock.release(); }
        }
      `,
    },
    {
      name: 'a flag or a variable tells whether it was taken',
      ...likely,
      code: `
        import AwaitLock from 'await-lock';
        const lock = new AwaitLock();
        export async function flagged(work: () => Promise<void>) {
          let taken = false;
          try {
            await lock.acquireAsync();
            taken = true;
            await work();
          } finally {
            if (taken) lock.release();
          }
        }
        export async function tried(work: () => Promise<void>) {
          if (!lock.tryAcquire()) return;
          try { await work(); } finally { lock.release(); }
        }
      `,
    },
    {
      name: 'released on one way and on the other, or for a while',
      ...likely,
      code: `
        import AwaitLock from 'await-lock';
        const lock = new AwaitLock();
        export async function either(ready: () => boolean, work: () => Promise<void>) {
          await lock.acquireAsync();
          if (!ready()) {
            lock.release();
            return;
          }
          try { await work(); } finally { lock.release(); }
        }
        export async function pause(work: () => Promise<void>) {
          await lock.acquireAsync();
          lock.release();
          await null;
          await lock.acquireAsync();
          try { await work(); } finally { lock.release(); }
        }
      `,
    },
    {
      name: 'the caller holds it: a method that gives back what another took',
      ...likely,
      code: `
        import AwaitLock from 'await-lock';
        export class Device {
          readonly #lock = new AwaitLock();
          async open() { await this.#lock.acquireAsync(); }
          close() { this.#lock.release(); }
          async use(work: () => Promise<void>) {
            await this.open();
            try { await work(); } finally { this.close(); }
          }
        }
      `,
    },
    {
      name: 'permits of a semaphore: taken twice, given back twice',
      ...likely,
      code: `
        import { Sema } from 'async-sema';
        const slots = new Sema(4);
        export async function two(work: () => Promise<void>) {
          await slots.acquire();
          await slots.acquire();
          try { await work(); } finally { slots.release(); slots.release(); }
        }
      `,
    },
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
      name: 'an advisory lock through a pool: in one function, by two methods, tagged, sent by kysely and drizzle, of MySQL',
      code: `
        import { PrismaClient } from '@prisma/client';
        import { sql as statement } from 'drizzle-orm';
        import { drizzle } from 'drizzle-orm/node-postgres';
        import { knex, type Knex } from 'knex';
        import { Kysely, sql } from 'kysely';
        import mysql from 'mysql2/promise';
        import { Pool } from 'pg';
        const pool = new Pool();
        const prisma = new PrismaClient();
        const db = drizzle(pool);
        const orders = mysql.createPool({ uri: 'mysql://localhost' });
        export async function one(work: () => Promise<void>) {
          await pool.query('SELECT pg_advisory_lock($1)', [1]);
          try { await work(); } finally { await «pool.query('SELECT pg_advisory_unlock($1)', [1])»; }
        }
        export class Locks {
          constructor(private readonly db: Knex) {}
          async lock(key: number) { await this.db.raw('SELECT pg_advisory_lock(?)', [key]); }
          unlock = async (key: number) => { await «this.db.raw('SELECT pg_advisory_unlock(?)', [key])»; };
        }
        export const tagged = async (key: number, work: () => Promise<void>) => {
          const [{ got }] = await prisma.$queryRaw\`SELECT pg_try_advisory_lock(\${key}) AS got\`;
          if (!got) return;
          await work().finally(() => «prisma.$executeRaw\`SELECT pg_advisory_unlock(\${key})\`»);
        };
        export class Stats {
          readonly #db = new Kysely<object>({});
          async run(work: () => Promise<void>) {
            await sql\`SELECT pg_advisory_lock(3)\`.execute(this.#db);
            try { await work(); } finally { await «sql\`SELECT pg_advisory_unlock(3)\`.execute(this.#db)»; }
          }
        }
        export async function four(work: () => Promise<void>) {
          await db.execute(statement\`SELECT pg_advisory_lock(4)\`);
          try { await work(); } finally { await «db.execute(statement\`SELECT pg_advisory_unlock(4)\`)»; }
        }
        export async function five(work: () => Promise<void>) {
          await orders.query('SELECT GET_LOCK(?, 10)', ['five']);
          try { await work(); } finally { await «orders.query('SELECT RELEASE_LOCK(?)', ['five'])»; }
        }
      `,
      reports: [
        'Gives back an advisory lock (taken in line 13) through `pool`, which sends each statement on whichever connection is free: the lock may stay with the other one. Send both on one connection that is checked out for them.',
        'Gives back an advisory lock (taken in line 18) through `this.db`, which sends each statement on whichever connection is free: the lock may stay with the other one. Send both on one connection that is checked out for them.',
        'Gives back an advisory lock (taken in line 22) through `prisma`, which sends each statement on whichever connection is free: the lock may stay with the other one. Send both on one connection that is checked out for them.',
        'Gives back an advisory lock (taken in line 29) through `this.#db`, which sends each statement on whichever connection is free: the lock may stay with the other one. Send both on one connection that is checked out for them.',
        'Gives back an advisory lock (taken in line 34) through `db`, which sends each statement on whichever connection is free: the lock may stay with the other one. Send both on one connection that is checked out for them.',
        'Gives back an advisory lock (taken in line 38) through `orders`, which sends each statement on whichever connection is free: the lock may stay with the other one. Send both on one connection that is checked out for them.',
      ],
    },
    {
      name: 'released in a finally that a way without the lock reaches, too',
      code: `
        import AwaitLock from 'await-lock';
        export class Spool {
          readonly #lock = new AwaitLock();
          async print(page: () => Promise<void>, quick: boolean) {
            try {
              if (!quick) await this.#lock.acquireAsync();
              await page();
            } finally {
              «this.#lock.release()»;
            }
          }
        }
      `,
      reports: ["Releases `this.#lock` although taking it (line 6) may have failed: then it frees whoever holds it. Take it before the `try`, or release only what was taken."],
    },
    {
      name: 'given back in the branch and again in the finally',
      code: `
        import { Mutex } from 'async-mutex';
        const mutex = new Mutex();
        export async function f(ready: () => boolean, work: () => Promise<void>) {
          await mutex.acquire();
          try {
            if (!ready()) {
              «mutex.release()»;
              return;
            }
            await work();
          } finally {
            mutex.release();
          }
        }
      `,
      reports: [
        {
          message: "Releases `mutex` (taken in line 4), which line 12 releases on the same way, too: the second one frees whoever holds it then. Keep one of them.",
          suggests: {
            'Leave this release out.': `
              import { Mutex } from 'async-mutex';
              const mutex = new Mutex();
              export async function f(ready: () => boolean, work: () => Promise<void>) {
                await mutex.acquire();
                try {
                  if (!ready()) {
                    return;
                  }
                  await work();
                } finally {
                  mutex.release();
                }
              }
            `,
          },
        },
      ],
    },
    {
      name: 'a releaser and the release of the lock itself',
      code: `
        import { Mutex } from 'async-mutex';
        const mutex = new Mutex();
        export async function f(work: () => Promise<void>) {
          const release = await mutex.acquire();
          try {
            await work();
            «mutex.release()»;
          } finally {
            release();
          }
        }
      `,
      reports: [
        {
          message: "Releases `mutex` (taken in line 4), which line 9 releases on the same way, too: the second one frees whoever holds it then. Keep one of them.",
          suggests: {
            'Leave this release out.': `
              import { Mutex } from 'async-mutex';
              const mutex = new Mutex();
              export async function f(work: () => Promise<void>) {
                const release = await mutex.acquire();
                try {
                  await work();
                } finally {
                  release();
                }
              }
            `,
          },
        },
      ],
    },
    {
      name: 'inside of the section that holds it',
      code: `
        import { Mutex } from 'async-mutex';
        const mutex = new Mutex();
        export async function f(work: () => Promise<void>) {
          await mutex.runExclusive(async () => {
            await work();
            «mutex.release()»;
          });
        }
      `,
      reports: [
        {
          message: "Releases `mutex` inside of the section that holds it (line 4) and releases it at its end: from here on somebody else may hold it. Leave the release to the section.",
          suggests: {
            'Leave this release out.': `
              import { Mutex } from 'async-mutex';
              const mutex = new Mutex();
              export async function f(work: () => Promise<void>) {
                await mutex.runExclusive(async () => {
                  await work();
                });
              }
            `,
          },
        },
      ],
    },
    {
      name: 'likely: taken by a limited wait that may fail, in the try',
      ...likely,
      code: `
        import { Mutex, withTimeout } from 'async-mutex';
        const mutex = withTimeout(new Mutex(), 100);
        export async function f(work: () => Promise<void>) {
          try {
            await mutex.acquire();
            await work();
          } catch (error) {
            console.error(error);
          } finally {
            «mutex.release()»;
          }
        }
      `,
      reports: ["Releases `mutex` although taking it (line 5) may have failed: then it frees whoever holds it. Take it before the `try`, or release only what was taken."],
    },
    {
      name: "taken inside the try",
      code: `
        import AwaitLock from 'await-lock';

        const lock = new AwaitLock();

        export async function f(work: () => Promise<void>): Promise<void> {
          try {
            await lock.acquireAsync({ timeout: 100 });
            await work();
          } finally {
            «lock.release()»;
          }
        }
      `,
      reports: [
        {
          message: "Releases `lock` although taking it (line 7) may have failed: then it frees whoever holds it. Take it before the `try`, or release only what was taken.",
          suggests: {
            'Take it before the `try`.': `
              import AwaitLock from 'await-lock';

              const lock = new AwaitLock();

              export async function f(work: () => Promise<void>): Promise<void> {
                await lock.acquireAsync({ timeout: 100 });
                try {
                  await work();
                } finally {
                  lock.release();
                }
              }
            `,
          },
        },
      ],
    },
    {
      name: 'a release in a branch that another one follows on every way, or only on some',
      code: `
        import AwaitLock from 'await-lock';
        const lock = new AwaitLock();
        export async function f(ready: boolean, work: () => Promise<void>): Promise<void> {
          await lock.acquireAsync();
          try {
            if (!ready) { «lock.release()»; return; }
            await work();
          } finally {
            // Always.
            lock.release();
          }
        }
        export async function g(ready: boolean): Promise<void> {
          await lock.acquireAsync();
          if (!ready) {
            «lock.release()»;
          }
          lock.release();
        }
      `,
      reports: [
        {
          message: 'Releases `lock` (taken in line 4), which line 10 releases on the same way, too: the second one frees whoever holds it then. Keep one of them.',
          suggests: {
            'Leave this release out.': `
              import AwaitLock from 'await-lock';
              const lock = new AwaitLock();
              export async function f(ready: boolean, work: () => Promise<void>): Promise<void> {
                await lock.acquireAsync();
                try {
                  if (!ready) { return; }
                  await work();
                } finally {
                  // Always.
                  lock.release();
                }
              }
              export async function g(ready: boolean): Promise<void> {
                await lock.acquireAsync();
                if (!ready) {
                  lock.release();
                }
                lock.release();
              }
            `,
          },
        },
        'Releases `lock` (taken in line 14), which line 18 releases on the same way, too: the second one frees whoever holds it then. Keep one of them.',
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
        {
          message: "Releases `lock` (taken in line 6), which line 7 releases on the same way, too: the second one frees whoever holds it then. Keep one of them.",
          suggests: {
            'Leave this release out.': `
              import AwaitLock from 'await-lock';

              const lock = new AwaitLock();

              export async function f(): Promise<void> {
                await lock.acquireAsync();
                lock.release();
              }
            `,
          },
        },
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
        {
          message: "Releases `claims` although taking it (line 16) may have failed: then it frees whoever holds it. Take it before the `try`, or release only what was taken.",
          suggests: {
            'Take it before the `try`.': `
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
        },
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
        {
          message: "Releases `claims` although taking it (line 20) may have failed: then it frees whoever holds it. Take it before the `try`, or release only what was taken.",
          suggests: {
            'Take it before the `try`.': `
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
                await claims.claim(id);
                try {
                  await work();
                } finally {
                  await claims.drop(id);
                }
              }
            `,
          },
        },
      ],
    },
  ],
});
