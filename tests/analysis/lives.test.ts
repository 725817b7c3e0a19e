/**
 * The seven rules on deadlocks, the life of a lock and transactions, by what was once wrong with them: reports in right
 * code, and bugs that were not seen. What stands between « and » is reported as certain, and nothing else is.
 */
import { describe, it } from 'vitest';
import { noFloatingLock } from '../../src/rules/no-floating-lock.js';
import { noReleaseUnheld } from '../../src/rules/no-release-unheld.js';
import { noSelfDeadlock } from '../../src/rules/no-self-deadlock.js';
import { noWorkPastRelease } from '../../src/rules/no-work-past-release.js';
import { requireLockRelease } from '../../src/rules/require-lock-release.js';
import { useTransactionHandle } from '../../src/rules/use-transaction-handle.js';
import type { Rule } from '../../src/rules/rule.js';
import { expectCertain, type Files } from '../certain-reports.js';

function table(rule: Rule, cases: Readonly<Record<string, string | Files>>): void {
  describe(rule.name, () => {
    it.each(Object.entries(cases))('%s', (_, files) => expectCertain(rule, typeof files === 'string' ? { 'case.ts': files } : files));
  });
}

table(requireLockRelease, {
  'the promise of one computation, which others wait for and then leave, is no gate': `
    export class Shared<T> {
      readonly #running = new Map<string, Promise<T>>();
      async get(key: string, make: () => Promise<T>): Promise<T> {
        const known = this.#running.get(key);
        if (known !== undefined) return await known;
        const { promise, resolve } = Promise.withResolvers<T>();
        this.#running.set(key, promise);
        const value = await make();
        resolve(value);
        return value;
      }
    }
  `,
  'promises of computations, by key, in a loop': `
    const loading = new Map<string, Promise<string>>();
    export async function load(keys: string[], fetchOne: (key: string) => Promise<string>): Promise<string[]> {
      const all: string[] = [];
      for (const key of keys) {
        const known = loading.get(key);
        if (known) {
          all.push(await known);
          continue;
        }
        let finish!: (value: string) => void;
        loading.set(key, new Promise<string>((resolve) => { finish = resolve; }));
        const value = await fetchOne(key);
        finish(value);
        all.push(value);
      }
      return all;
    }
  `,
  'who waits for a gate and shuts it holds it from then on': `
    export class Estimates {
      #gate: Promise<void> | undefined;
      async next(wanted: () => boolean, work: () => Promise<void>): Promise<void> {
        if (this.#gate) await this.#gate;
        if (!wanted()) return;
        let open: (() => void) | undefined;
        this.#gate = new Promise<void>((resolve) => {
          open = resolve;
        });
        try {
          await work();
        } finally {
          open?.();
          this.#gate = undefined;
        }
      }
    }
  `,
  'a flag of one call, in a function that is called once': `
    export const check = async (url: string): Promise<unknown> => {
      let isWaiting = false;
      const ask = async (): Promise<unknown> => {
        if (isWaiting) return undefined;
        isWaiting = true;
        const answer = await fetch(url);
        isWaiting = false;
        return answer;
      };
      return ask();
    };
  `,
  'a flag of one call, in a function that is handed out': `
    export const checker = (url: string): (() => Promise<unknown>) => {
      let isWaiting = false;
      const ask = async (): Promise<unknown> => {
        if (isWaiting) return undefined;
        «isWaiting = true»;
        const answer = await fetch(url);
        isWaiting = false;
        return answer;
      };
      return ask;
    };
  `,
  'what a callee asserts of its parameters': `
    import { strict as assert } from 'assert';
    function again(work: () => Promise<void>): () => Promise<void> {
      assert(typeof work === 'function', 'no function');
      return async () => { await work(); };
    }
    async function send(work: () => Promise<void>): Promise<void> {
      const sending = again(work);
      try { await sending(); } catch (error) { console.error(error); }
    }
    export class Reports {
      #isSending = false;
      async send(work: () => Promise<void>): Promise<void> {
        if (this.#isSending) return;
        this.#isSending = true;
        await send(work);
        this.#isSending = false;
      }
    }
  `,
  'a connection that is returned through a function that gives it back': `
    import { Pool, type PoolClient } from 'pg';
    const pool = new Pool();
    function quiet(client: PoolClient): PoolClient {
      client.on('error', () => undefined);
      return client;
    }
    export async function open(): Promise<PoolClient> {
      return quiet(await pool.connect());
    }
  `,
});

const lockFiles = `
  import { open, rm } from 'node:fs/promises';
  export async function lock(path: string): Promise<void> {
    const file = await open(path, 'wx');
    await file.close();
  }
  export async function unlock(path: string): Promise<void> {
    await rm(path, { force: true });
  }
`;

const lockAll = {
  'case.ts': `
    import { lock, unlock } from './files.js';
    export async function lockAll(names: string[]): Promise<string[]> {
      const taken: string[] = [];
      try {
        for (const name of names) {
          await lock('/tmp/' + name);
          taken.push(name);
        }
        return taken;
      } catch (error) {
        for (const name of taken) await unlock('/tmp/' + name);
        throw error;
      }
    }
  `,
  'files.ts': lockFiles,
};

table(requireLockRelease, {
  'some of many are taken, and what was taken before the failure is kept': {
    'case.ts': `
      import { lock } from './files.js';
      export async function lockAll(names: string[]): Promise<void> {
        for (const name of names) {
          «await lock('/tmp/' + name)»;
        }
      }
    `,
    'files.ts': lockFiles,
  },
  'some of many are taken, and those are given back': lockAll,
  'some of many are taken, and noted where others see it': {
    'case.ts': `
      import { lock } from './files.js';
      export const taken = new Set<string>();
      export async function lockAll(names: string[]): Promise<void> {
        for (const name of names) {
          await lock('/tmp/' + name);
          taken.add(name);
        }
      }
    `,
    'files.ts': lockFiles,
  },
});

table(noReleaseUnheld, {
  'those that were taken are given back': lockAll,
  'a lock file that was never made': {
    'case.ts': `
      import { lock, unlock } from './files.js';
      export async function locked(work: () => Promise<void>): Promise<void> {
        try {
          await lock('/tmp/one');
          await work();
        } finally {
          await «unlock('/tmp/one')»;
        }
      }
    `,
    'files.ts': lockFiles,
  },
});

table(requireLockRelease, {
  'a query runner that is made for its data source alone': `
    import { DataSource } from 'typeorm';
    export class Variants {
      constructor(readonly source: DataSource) {}
      async main(): Promise<DataSource> {
        const main = this.source.createQueryRunner('master').connection;
        const runner = this.source.createQueryRunner('master');
        await runner.connection.getRepository('x').find();
        return main;
      }
      async rows(): Promise<unknown> {
        const runner = «this.source.createQueryRunner('master')»;
        return await runner.query('SELECT 1');
      }
    }
  `,
});

table(noWorkPastRelease, {
  'statements that are all sent at once end before the transaction does': `
    import type { Knex } from 'knex';
    async function read(trx: Knex.Transaction, table: string): Promise<unknown[]> {
      const rows = await trx(table).select();
      return rows.map((row) => row.id);
    }
    export const f = (db: Knex, names: string[]): Promise<unknown> =>
      db.transaction(async (trx) => {
        await Promise.all([trx('a').insert({}), trx('b').insert({})]);
        await Promise.all(names.map((name) => trx('c').insert({ name })));
        await Promise.all(names.map(async (name) => { await trx('c').insert({ name }); }));
        await Promise.all([read(trx, 'a'), read(trx, 'b')]);
      });
  `,
  'a mapper that looks first and then writes': `
    import { DataSource } from 'typeorm';
    export const f = (source: DataSource, users: object[]): Promise<unknown> =>
      source.transaction(async (manager) => {
        await Promise.all(users.map((user) => manager.insert('user', user)));
        await «Promise.all(users.map((user) => manager.save(user)))»;
      });
  `,
  'a failure that comes before anything is sent': `
    import type { Knex } from 'knex';
    export const f = (db: Knex, names: string[]): Promise<unknown> =>
      db.transaction(async (trx) => {
        await Promise.all(names.map(async (name) => {
          if (name === '') throw new Error('no name');
          await trx('c').insert({ name });
        }));
        await «Promise.all(names.map(async (name) => {
          if (await trx('c').where({ name }).first()) throw new Error('known');
        }))»;
      });
  `,
  'a lock that is kept where the time was up': `
    import { Client } from 'pg';
    const run = async (client: Client, fn: () => Promise<void>, keeps: boolean): Promise<void> => {
      let timedOut = false;
      try {
        await client.connect();
        await client.query('SELECT pg_advisory_lock(1)');
        const limit = new Promise<never>((_, reject) => {
          setTimeout(() => { timedOut = true; reject(new Error('late')); }, 1000);
        });
        return await Promise.race([fn(), limit]);
      } finally {
        if (!timedOut) await client.query('SELECT pg_advisory_unlock(1)');
      }
    };
    export const careless = async (client: Client, fn: () => Promise<void>): Promise<void> => {
      await client.connect();
      await client.query('SELECT pg_advisory_lock(1)');
      try {
        const limit = new Promise<never>((_, reject) => {
          setTimeout(() => { reject(new Error('late')); }, 1000);
        });
        await «Promise.race([fn(), limit])»;
      } finally {
        await client.query('SELECT pg_advisory_unlock(1)');
      }
    };
    export default run;
  `,
  'a time limit that a helper sets': `
    import type { Knex } from 'knex';
    function within<T>(ms: number, work: Promise<T>): Promise<T> {
      const limit = new Promise<never>((_, reject) => {
        const id = setTimeout(() => { clearTimeout(id); reject(new Error('too late')); }, ms);
      });
      return Promise.race([work, limit]);
    }
    async function fill(trx: Knex.Transaction, signal?: AbortSignal): Promise<void> {
      await trx('a').insert({});
      signal?.throwIfAborted();
      await trx('b').insert({});
    }
    export const f = (db: Knex, signal: AbortSignal): Promise<unknown> =>
      db.transaction(async (trx) => {
        await within(1000, fill(trx, signal));
        await «within(1000, fill(trx))»;
      });
  `,
  'steps that come after the failure of another': `
    import type { Knex } from 'knex';
    async function swap(trx: Knex.Transaction, name: string): Promise<void> {
      await trx('a').where({ name }).delete();
      await trx('b').insert({ name });
    }
    export const f = (db: Knex, names: string[]): Promise<unknown> =>
      db.transaction(async (trx) => {
        await «Promise.all(names.map((name) => swap(trx, name)))»;
        await «Promise.all([swap(trx, 'x'), swap(trx, 'y')])»;
      });
  `,
});

table(noFloatingLock, {
  'a function that has a section somewhere in its work': `
    import { Mutex } from 'async-mutex';
    const mutex = new Mutex();
    async function reconnect(): Promise<void> {
      const work = async (): Promise<void> => { await fetch('x'); };
      await mutex.runExclusive(work);
      throw new Error('lost');
    }
    export async function online(): Promise<void> {
      reconnect();
    }
  `,
});

table(noFloatingLock, {
  'work hung on a chain, which keeps its order': `
    export class Writer {
      #chain: Promise<unknown> = Promise.resolve();
      async run<T>(work: () => Promise<T>): Promise<T> {
        const result = this.#chain.then(() => work());
        this.#chain = result.catch(() => undefined);
        return result;
      }
      async write(save: () => Promise<void>): Promise<void> {
        this.run(async () => { await save(); });
      }
    }
  `,
  'a lock of one\'s own that is taken where it is made': `
    import { Mutex } from 'async-mutex';
    export class Port {
      readonly #ready = new Mutex();
      constructor(listen: (ready: () => void) => void) {
        listen(() => this.#ready.release());
        this.#ready.acquire();
      }
      async again(): Promise<void> {
        «this.#ready.acquire()»;
      }
    }
  `,
});

table(noSelfDeadlock, {
  'an option, spread on, that says in a closure that the lock is held': `
    import { Mutex } from 'async-mutex';
    type Options = { skipLock?: boolean; skipCache?: boolean };
    export class Vault {
      readonly #mutex = new Mutex();
      async #locked<T>(work: () => Promise<T>): Promise<T> {
        const release = await this.#mutex.acquire();
        try { return await work(); } finally { release(); }
      }
      async #again<T>(work: () => Promise<T>): Promise<T> {
        try { return await work(); } catch { return await work(); }
      }
      async isOld(options?: Options & { key: string }): Promise<boolean> {
        const look = async (): Promise<boolean> => (await fetch('x')).ok;
        return await this.#again(async () => options?.skipLock ? await look() : await this.#locked(look));
      }
      async #check(options?: Options): Promise<void> {
        if (await this.isOld({ ...options, key: 'k' })) throw new Error('old');
      }
      async save(): Promise<void> {
        await this.#locked(async () => { await this.#check({ skipCache: true, skipLock: true }); });
      }
      async hang(): Promise<void> {
        await this.#locked(async () => { await «this.#check({ skipCache: true })»; });
      }
    }
  `,
  'a way that needs a parameter, kept in a variable with what else it needs': `
    import { Mutex } from 'async-mutex';
    const mutex = new Mutex();
    const isDue = (): boolean => Date.now() > 0;
    async function token(renew = true, force = false): Promise<number> {
      const isExpired = renew && isDue();
      if (force || isExpired) {
        await refresh();
        return token(false, false);
      }
      return 1;
    }
    async function refresh(): Promise<void> {
      await mutex.runExclusive(async () => {
        await token(false, false);
      });
    }
    export async function all(): Promise<void> {
      await mutex.runExclusive(async () => {
        await «token()»;
      });
    }
  `,
});

table(useTransactionHandle, {
  'what the transaction was begun on, in a context that nobody made here': {
    'case.ts': `
      import { owner, type Context } from './context.js';
      export const create = (call: (work: (given: { ctx: Context }) => Promise<void>) => void): void =>
        call(async ({ ctx }) => {
          await ctx.db.transaction(async (tx) => {
            await tx.insert('x').values({});
            await «owner({ ctx, id: '1' })»;
          });
        });
    `,
    'context.ts': `
      import { db } from './db.js';
      export type Context = { db: typeof db; user: string };
      export const owner = async (opts: { ctx: Context; id: string }) => {
        const found = await opts.ctx.db.query.assets.findFirst({ where: opts.id });
        if (!found) throw new Error('not found');
      };
    `,
    'db.ts': `
      import { drizzle } from 'drizzle-orm/node-postgres';
      export const db = drizzle('file');
    `,
  },
  'a database in this process has one connection, and all is in the transaction': {
    'case.ts': `
      import { owner, type Context } from './context.js';
      export const create = (call: (work: (given: { ctx: Context }) => Promise<void>) => void): void =>
        call(async ({ ctx }) => {
          await ctx.db.transaction(async (tx) => {
            await tx.insert('x').values({});
            await owner({ ctx, id: '1' });
          });
        });
    `,
    'context.ts': `
      import { db } from './db.js';
      export type Context = { db: typeof db; user: string };
      export const owner = async (opts: { ctx: Context; id: string }) => {
        const found = await opts.ctx.db.query.assets.findFirst({ where: opts.id });
        if (!found) throw new Error('not found');
      };
    `,
    'db.ts': `
      import { drizzle } from 'drizzle-orm/better-sqlite3';
      export const db = drizzle('file');
    `,
  },
  'a client that a generator writes, imported by a path that could be a package': {
    'case.ts': `
      import { PrismaService } from './prisma.service.js';
      export class Teams {
        constructor(private readonly prisma: PrismaService) {}
        async add(): Promise<void> {
          await this.prisma.$transaction(async (tx) => {
            await tx.team.create({});
            «await this.prisma.member.create({})»;
          });
        }
      }
    `,
    'prisma.service.ts': `
      import { PrismaClient } from 'src/generated/prisma/client';
      export class PrismaService extends PrismaClient {}
    `,
  },
  'what everybody who needs it waits for is in nobody\'s transaction': `
    import type { Knex } from 'knex';
    export class Store {
      readonly #made = new Map<string, Promise<void>>();
      constructor(readonly db: Knex) {}
      async ensure(day: string): Promise<void> {
        let promise = this.#made.get(day);
        if (!promise) {
          promise = this.db.transaction(async (trx) => { await trx.raw('create table'); }).then(() => undefined);
          this.#made.set(day, promise);
        }
        await promise;
      }
      async note(day: string): Promise<void> {
        await this.db('notes').insert({ day });
      }
      async save(day: string): Promise<void> {
        await this.db.transaction(async (trx) => {
          await this.ensure(day);
          await trx('rows').insert({ day });
          «await this.note(day)»;
        });
      }
    }
  `,
});
