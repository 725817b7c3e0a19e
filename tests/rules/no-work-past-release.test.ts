import { runRule } from './hosts.js';

const likely = { options: { confidence: 'likely' } } as const;

runRule('no-work-past-release', {
  silent: [
    {
      name: 'what is in a transaction that does not wait is over when the callback returns',
      code: `
        import Database from 'better-sqlite3';
        const db = new Database('state.db');
        const put = (row: string) => db.prepare('INSERT INTO rows VALUES (?)').run(row);
        const later = async (row: string) => { put(row); };
        export async function fill(rows: string[]) {
          await Promise.resolve();
          const all = db.transaction((list: string[]) => { for (const row of list) put(row); });
          all(rows);
          all.immediate(rows);
          db.transaction(later)('one');
          db.transaction(() => rows.map(put))();
        }
      `,
    },
    {
      name: 'what comes after the time limit asks whether the time was up',
      code: `
        import { Mutex } from 'async-mutex';
        const mutex = new Mutex();
        const state = { rows: 0 };
        async function timeIsUp(ms: number, work: Promise<void>): Promise<boolean> {
          const up = {};
          return (await Promise.race([work, new Promise((resolve) => setTimeout(() => resolve(up), ms))])) === up;
        }
        async function fill() { await null; state.rows += 1; }
        export const run = () => mutex.runExclusive(async () => {
          if (await timeIsUp(1000, fill())) console.error('still at it, without the lock');
        });
      `,
    },
    {
      name: 'one statement each, whose failure a catch clause renames, and which is sent again while storage is busy',
      code: `
        import type { Knex } from 'knex';
        const isBusy = (error: { code?: string }) => error.code === 'SQLITE_BUSY';
        async function retry<T>(work: () => Promise<T>, retryable: (error: any) => boolean): Promise<T> {
          for (let n = 0; ; n += 1) {
            try { return await work(); } catch (error) { if (n === 5 || !retryable(error)) throw error; }
          }
        }
        async function insert(trx: Knex.Transaction, row: string) {
          try { await trx('rows').insert({ row }); } catch (error) {
            if (String(error).includes('unique')) throw new Error('twice');
            throw error;
          }
        }
        async function remove(trx: Knex.Transaction, row: string) { await retry(() => trx('pending').where({ row }).delete(), isBusy); }
        export const move = (db: Knex, row: string) => db.transaction(async (trx) => {
          await Promise.all([remove(trx, row), insert(trx, row)]);
        });
      `,
    },
    {
      name: 'a lock of the project itself: awaited, before it is taken, released after the work, and another thing released',
      ...likely,
      code: `
        declare const acquire: (name: string) => Promise<string>;
        declare const release: (lock: string) => Promise<void>;
        export async function awaited<T>(name: string, work: () => Promise<T>) {
          const lock = await acquire(name);
          try { return await work(); } finally { await release(lock); }
        }
        export async function first<T>(name: string, isFree: boolean, work: () => Promise<T>) {
          let lock = '';
          try {
            if (isFree) return work();
            lock = await acquire(name);
            return await work();
          } finally { if (lock) await release(lock); }
        }
        export async function handedOn<T>(name: string, work: () => Promise<T>) {
          const lock = await acquire(name);
          try { return work().finally(() => release(lock)); } catch (error) { await release(lock); throw error; }
        }
        export async function another<T>(name: string, work: () => Promise<T>) {
          const lock = await acquire(name);
          try { return work(); } finally { await release(name); console.log(lock); }
        }
      `,
    },
    {
      name: 'settled, one by one, or work that the lock does not protect',
      code: `
        import { writeFile } from 'node:fs/promises';
        import { Mutex } from 'async-mutex';
        const mutex = new Mutex();
        async function save(name: string): Promise<void> { await writeFile(name, ''); }
        export const f = (names: string[]) => mutex.runExclusive(async () => {
          for (const name of names) await save(name);
          await Promise.allSettled(names.map((name) => save(name)));
          names.forEach((name) => console.log(name));
          setTimeout(() => console.log('later'), 10);
        });
      `,
    },
    {
      name: 'returned from a section, which waits for it; returned after the release',
      ...likely,
      code: `
        import { writeFile } from 'node:fs/promises';
        import { Mutex } from 'async-mutex';
        const mutex = new Mutex();
        async function save(): Promise<void> { await writeFile('x', ''); }
        export const f = () => mutex.runExclusive(() => save());
        export async function g() {
          const release = await mutex.acquire();
          release();
          return save();
        }
        export async function h() {
          const release = await mutex.acquire();
          return save().finally(release);
        }
        export async function value() {
          const release = await mutex.acquire();
          try { return 1; } finally { release(); }
        }
      `,
    },
    {
      name: 'a race whose work stops with the signal, and one for the lock itself',
      code: `
        import { Mutex } from 'async-mutex';
        import { setTimeout as sleep } from 'node:timers/promises';
        const mutex = new Mutex();
        export async function wait(work: () => Promise<void>) {
          const release = await Promise.race([mutex.acquire(), sleep(10).then(() => undefined)]);
          if (!release) return;
          try { await work(); } finally { release(); }
        }
      `,
    },
    {
      name: "awaited before the release",
      code: `
        import { writeFile } from 'node:fs/promises';
        import { Mutex } from 'async-mutex';

        const mutex = new Mutex();

        async function save(): Promise<void> {
          await writeFile('x', '');
        }

        export async function f(): Promise<void> {
          const release = await mutex.acquire();
          try {
            return await save();
          } finally {
            release();
          }
        }
      `,
    },
    {
      name: "settled in a transaction",
      code: `
        import type { Knex } from 'knex';

        export const f = (db: Knex): Promise<unknown> =>
          db.transaction(async (trx) => {
            await Promise.allSettled([trx('a').insert({}), trx('b').insert({})]);
          });
      `,
    },
  ],
  reported: [
    {
      name: 'an async callback in a transaction that does not wait: itself, kept, by name, as a promise, in Bun, and through helpers',
      code: `
        import { Database as Bun } from 'bun:sqlite';
        import Database, { type Transaction } from 'better-sqlite3';
        import { readFile } from 'node:fs/promises';
        const db = new Database('state.db');
        const other = new Bun('other.db');
        const put = (row: string) => db.prepare('INSERT INTO rows VALUES (?)').run(row);
        async function load(file: string) { put(await readFile(file, 'utf8')); }
        export const itself = (file: string) => «db.transaction(async () => { put(await readFile(file, 'utf8')); })»();
        export const kept = «db.transaction(async function (files: string[]) { for (const file of files) await load(file); })»;
        export const named = «db.transaction(load)»;
        export const promised = «db.transaction((file: string) => load(file).then(() => put('end')))».deferred;
        export const inBun = «other.transaction(async () => { await load('a'); })».immediate;
        function transactional<T>(work: () => T): T {
          try { return (db.transaction(work) as Transaction<() => T>).immediate(); } catch (error) { console.error(error); throw error; }
        }
        class Store {
          constructor(private readonly own: Database.Database) {}
          within<T>(work: () => T): T { const run = this.own.transaction(work); return run(); }
        }
        export async function helped(store: Store) {
          await «transactional(async () => { await load('a'); })»;
          «transactional(() => load('b'))»;
          transactional(() => put('c'));
          return «store.within(async () => { await load('d'); })»;
        }
      `,
      reports: [
        '`db.transaction` does not wait for its async callback: the transaction of `db` (taken in line 8) ends when the callback first awaits, and the rest runs without it. Do what is async before, or begin and end the transaction yourself.',
        '`db.transaction` does not wait for its async callback: the transaction of `db` (taken in line 9) ends when the callback first awaits, and the rest runs without it. Do what is async before, or begin and end the transaction yourself.',
        '`db.transaction` does not wait for its async callback: the transaction of `db` (taken in line 10) ends when the callback first awaits, and the rest runs without it. Do what is async before, or begin and end the transaction yourself.',
        '`db.transaction` does not wait for its async callback: the transaction of `db` (taken in line 11) ends when the callback first awaits, and the rest runs without it. Do what is async before, or begin and end the transaction yourself.',
        '`other.transaction` does not wait for its async callback: the transaction of `other` (taken in line 12) ends when the callback first awaits, and the rest runs without it. Do what is async before, or begin and end the transaction yourself.',
        '`transactional` does not wait for its async callback: the transaction of `db` (taken in line 21) ends when the callback first awaits, and the rest runs without it. Do what is async before, or begin and end the transaction yourself.',
        '`transactional` does not wait for its async callback: the transaction of `db` (taken in line 22) ends when the callback first awaits, and the rest runs without it. Do what is async before, or begin and end the transaction yourself.',
        '`store.within` does not wait for its async callback: the transaction of `store.own` (taken in line 24) ends when the callback first awaits, and the rest runs without it. Do what is async before, or begin and end the transaction yourself.',
      ],
    },
    {
      name: 'a race against a time-out as the body of a section',
      code: `
        import { writeFile } from 'node:fs/promises';
        import { setTimeout as sleep } from 'node:timers/promises';
        import { Mutex } from 'async-mutex';
        const mutex = new Mutex();
        let saved = 0;
        async function save(): Promise<void> {
          await writeFile('x', '');
          saved += 1;
        }
        export const f = () => mutex.runExclusive(async () => {
          await «Promise.race([save(), sleep(100)])»;
        });
        export const g = () => mutex.runExclusive(() => «Promise.race([save(), new Promise((_, reject) => setTimeout(reject, 100))])»);
      `,
      reports: ["Gives up waiting for `save` after a while, and `mutex` (taken in line 10) ends while it works on. Limit the wait for the lock, or let a signal stop the work.", "Gives up waiting for `save` after a while, and `mutex` (taken in line 13) ends while it works on. Limit the wait for the lock, or let a signal stop the work."],
    },
    {
      name: 'forEach with an async callback, in a section and in a transaction',
      code: `
        import { writeFile } from 'node:fs/promises';
        import { Mutex } from 'async-mutex';
        import type { Knex } from 'knex';
        const mutex = new Mutex();
        async function save(name: string): Promise<void> { await writeFile(name, ''); }
        export const f = (names: string[]) => mutex.runExclusive(async () => {
          «names.forEach(async (name) => { await save(name); })»;
        });
        export const g = (db: Knex, names: string[]) => db.transaction(async (trx) => {
          «names.forEach(async (name) => { await trx('a').insert({ name }); })»;
        });
      `,
      reports: [
        {
          message: "`names.forEach` does not wait for its async callback: the work goes on after `mutex` (taken in line 6) has ended. Use `for … of` with await.",
          suggests: {
            'Await one after the other.': `
              import { writeFile } from 'node:fs/promises';
              import { Mutex } from 'async-mutex';
              import type { Knex } from 'knex';
              const mutex = new Mutex();
              async function save(name: string): Promise<void> { await writeFile(name, ''); }
              export const f = (names: string[]) => mutex.runExclusive(async () => {
                for (const name of names) { await save(name); }
              });
              export const g = (db: Knex, names: string[]) => db.transaction(async (trx) => {
                names.forEach(async (name) => { await trx('a').insert({ name }); });
              });
            `,
          },
        },
        {
          message: "`names.forEach` does not wait for its async callback: the work goes on after the transaction of `db` (taken in line 9) has ended. Use `for … of` with await.",
          suggests: {
            'Await one after the other.': `
              import { writeFile } from 'node:fs/promises';
              import { Mutex } from 'async-mutex';
              import type { Knex } from 'knex';
              const mutex = new Mutex();
              async function save(name: string): Promise<void> { await writeFile(name, ''); }
              export const f = (names: string[]) => mutex.runExclusive(async () => {
                names.forEach(async (name) => { await save(name); });
              });
              export const g = (db: Knex, names: string[]) => db.transaction(async (trx) => {
                for (const name of names) { await trx('a').insert({ name }); }
              });
            `,
          },
        },
      ],
    },
    {
      name: 'a statement on the handle that nobody waits for',
      code: `
        import type { Knex } from 'knex';
        async function log(trx: Knex.Transaction, text: string): Promise<void> { await trx('log').insert({ text }); }
        export const f = (db: Knex) => db.transaction(async (trx) => {
          «log(trx, 'begun')»;
          await trx('a').insert({});
        });
      `,
      reports: [
        {
          message: "Does not wait for `log`, which may run after the transaction of `db` (taken in line 3) has ended. Await it.",
          suggests: {
            'Await it.': `
              import type { Knex } from 'knex';
              async function log(trx: Knex.Transaction, text: string): Promise<void> { await trx('log').insert({ text }); }
              export const f = (db: Knex) => db.transaction(async (trx) => {
                await log(trx, 'begun');
                await trx('a').insert({});
              });
            `,
          },
        },
      ],
    },
    {
      name: 'returned without await between acquire and release of a field',
      code: `
        import { readFile } from 'node:fs/promises';
        import AwaitLock from 'await-lock';
        export class Store {
          readonly #lock = new AwaitLock();
          async #load(name: string) { return readFile(name, 'utf8'); }
          async get(name: string) {
            await this.#lock.acquireAsync();
            try {
              return «this.#load(name)»;
            } finally {
              this.#lock.release();
            }
          }
        }
      `,
      reports: [
        {
          message: "Returns the promise of `this.#load` and releases `this.#lock` (taken in line 7) at once: the work runs without it. Write `return await`.",
          suggests: {
            'Await it.': `
              import { readFile } from 'node:fs/promises';
              import AwaitLock from 'await-lock';
              export class Store {
                readonly #lock = new AwaitLock();
                async #load(name: string) { return readFile(name, 'utf8'); }
                async get(name: string) {
                  await this.#lock.acquireAsync();
                  try {
                    return await this.#load(name);
                  } finally {
                    this.#lock.release();
                  }
                }
              }
            `,
          },
        },
      ],
    },
    {
      name: 'returned without await before the finally that gives back a lock of the project itself',
      code: `
        interface Rows { insert(row: { name: string }): Promise<string | undefined>; remove(id: string): Promise<void>; next(): Promise<void> }
        export class Locks {
          constructor(private readonly rows: Rows) {}
          async _tryAcquire(name: string) { return this.rows.insert({ name }); }
          async _release(lock: string) { await this.rows.remove(lock); }
          async withLock<T>(name: string, work: (id: string) => Promise<T>) {
            while (true) {
              let lock: string | undefined;
              try {
                lock = await this._tryAcquire(name);
                if (lock) return «work(lock)»;
                await this.rows.next();
              } finally {
                if (lock) await this._release(lock);
              }
            }
          }
        }
      `,
      reports: [
        {
          message: 'Returns the promise of `work` and releases `lock` (taken in line 10) at once: the work runs without it. Write `return await`.',
          suggests: {
            'Await it.': `
              interface Rows { insert(row: { name: string }): Promise<string | undefined>; remove(id: string): Promise<void>; next(): Promise<void> }
              export class Locks {
                constructor(private readonly rows: Rows) {}
                async _tryAcquire(name: string) { return this.rows.insert({ name }); }
                async _release(lock: string) { await this.rows.remove(lock); }
                async withLock<T>(name: string, work: (id: string) => Promise<T>) {
                  while (true) {
                    let lock: string | undefined;
                    try {
                      lock = await this._tryAcquire(name);
                      if (lock) return await work(lock);
                      await this.rows.next();
                    } finally {
                      if (lock) await this._release(lock);
                    }
                  }
                }
              }
            `,
          },
        },
      ],
    },
    {
      name: 'fail-fast over steps on the handle itself, and over a map',
      code: `
        import { PrismaClient } from '@prisma/client';
        const prisma = new PrismaClient();
        export const f = (ids: number[]) => prisma.$transaction(async (tx) => {
          await «Promise.all(ids.map(async (id) => {
            await tx.account.update({ where: { id }, data: {} });
            await tx.entry.create({ data: { id } });
          }))»;
        });
      `,
      reports: [
        {
          message: "One failure ends the transaction of `prisma` (taken in line 3) while the rest of the `Promise.all` over `function` works on. Await them one by one, or with `Promise.allSettled`.",
          suggests: {
            'Await one after the other.': `
              import { PrismaClient } from '@prisma/client';
              const prisma = new PrismaClient();
              export const f = (ids: number[]) => prisma.$transaction(async (tx) => {
                for (const id of ids) {
                  await tx.account.update({ where: { id }, data: {} });
                  await tx.entry.create({ data: { id } });
                }
              });
            `,
          },
        },
      ],
    },
    {
      name: 'one after the other: only where it means the same',
      code: `
        import { writeFile } from 'node:fs/promises';
        import { Mutex } from 'async-mutex';
        import type { Knex } from 'knex';
        const mutex = new Mutex();
        async function save(name: string): Promise<void> { await writeFile(name, ''); }
        async function check(trx: Knex.Transaction, table: string): Promise<number> {
          if (!(await trx(table).first())) throw new Error(table);
          return 1;
        }
        export const f = (names: string[], map: Map<string, string>) => mutex.runExclusive(async () => {
          «names.forEach(async (name: string) => {
            if (name === '') return;
            await save(name);
          })»;
          «names.forEach(async (name) => {
            for (const letter of name) if (letter === 'x') return;
            await save(name);
          })»;
          «names.forEach(async (name, n) => { await save(name + n); })»;
          «map.forEach(async (name) => { await save(name); })»;
        });
        export const g = (db: Knex) => db.transaction(async (trx) => {
          const [a, b] = await «Promise.all([check(trx, 'a'), check(trx, 'b')])»;
          return a + b;
        });
        export const h = (db: Knex) => db.transaction(async (trx) => «Promise.all([check(trx, 'a'), check(trx, 'b')])»);
      `,
      reports: [
        {
          message: '`names.forEach` does not wait for its async callback: the work goes on after `mutex` (taken in line 10) has ended. Use `for … of` with await.',
          suggests: {
            'Await one after the other.': `
              import { writeFile } from 'node:fs/promises';
              import { Mutex } from 'async-mutex';
              import type { Knex } from 'knex';
              const mutex = new Mutex();
              async function save(name: string): Promise<void> { await writeFile(name, ''); }
              async function check(trx: Knex.Transaction, table: string): Promise<number> {
                if (!(await trx(table).first())) throw new Error(table);
                return 1;
              }
              export const f = (names: string[], map: Map<string, string>) => mutex.runExclusive(async () => {
                for (const name of names) {
                  if (name === '') continue;
                  await save(name);
                }
                names.forEach(async (name) => {
                  for (const letter of name) if (letter === 'x') return;
                  await save(name);
                });
                names.forEach(async (name, n) => { await save(name + n); });
                map.forEach(async (name) => { await save(name); });
              });
              export const g = (db: Knex) => db.transaction(async (trx) => {
                const [a, b] = await Promise.all([check(trx, 'a'), check(trx, 'b')]);
                return a + b;
              });
              export const h = (db: Knex) => db.transaction(async (trx) => Promise.all([check(trx, 'a'), check(trx, 'b')]));
            `,
          },
        },
        '`names.forEach` does not wait for its async callback: the work goes on after `mutex` (taken in line 10) has ended. Use `for … of` with await.', '`names.forEach` does not wait for its async callback: the work goes on after `mutex` (taken in line 10) has ended. Use `for … of` with await.', '`map.forEach` does not wait for its async callback: the work goes on after `mutex` (taken in line 10) has ended. Use `for … of` with await.',
        {
          message: 'One failure ends the transaction of `db` (taken in line 22) while the rest of the `Promise.all` over `check` works on. Await them one by one, or with `Promise.allSettled`.',
          suggests: {
            'Await one after the other.': `
              import { writeFile } from 'node:fs/promises';
              import { Mutex } from 'async-mutex';
              import type { Knex } from 'knex';
              const mutex = new Mutex();
              async function save(name: string): Promise<void> { await writeFile(name, ''); }
              async function check(trx: Knex.Transaction, table: string): Promise<number> {
                if (!(await trx(table).first())) throw new Error(table);
                return 1;
              }
              export const f = (names: string[], map: Map<string, string>) => mutex.runExclusive(async () => {
                names.forEach(async (name: string) => {
                  if (name === '') return;
                  await save(name);
                });
                names.forEach(async (name) => {
                  for (const letter of name) if (letter === 'x') return;
                  await save(name);
                });
                names.forEach(async (name, n) => { await save(name + n); });
                map.forEach(async (name) => { await save(name); });
              });
              export const g = (db: Knex) => db.transaction(async (trx) => {
                const a = await check(trx, 'a');
                const b = await check(trx, 'b');
                return a + b;
              });
              export const h = (db: Knex) => db.transaction(async (trx) => Promise.all([check(trx, 'a'), check(trx, 'b')]));
            `,
          },
        },
        'One failure ends the transaction of `db` (taken in line 26) while the rest of the `Promise.all` over `check` works on. Await them one by one, or with `Promise.allSettled`.',
      ],
    },
    {
      name: "returned before the release",
      code: `
        import { writeFile } from 'node:fs/promises';
        import { Mutex } from 'async-mutex';

        const mutex = new Mutex();

        async function save(): Promise<void> {
          await writeFile('x', '');
        }

        export async function f(): Promise<void> {
          const release = await mutex.acquire();
          try {
            return «save()»;
          } finally {
            release();
          }
        }
      `,
      reports: [
        {
          message: "Returns the promise of `save` and releases `mutex` (taken in line 11) at once: the work runs without it. Write `return await`.",
          suggests: {
            'Await it.': `
              import { writeFile } from 'node:fs/promises';
              import { Mutex } from 'async-mutex';

              const mutex = new Mutex();

              async function save(): Promise<void> {
                await writeFile('x', '');
              }

              export async function f(): Promise<void> {
                const release = await mutex.acquire();
                try {
                  return await save();
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
      name: "fail-fast over the handle",
      code: `
        import type { Knex } from 'knex';

        async function check(trx: Knex.Transaction, table: string): Promise<void> {
          if (!(await trx(table).first())) throw new Error(table);
        }

        export const f = (db: Knex): Promise<unknown> =>
          db.transaction(async (trx) => {
            await «Promise.all([check(trx, 'a'), check(trx, 'b')])»;
          });
      `,
      reports: [
        {
          message: "One failure ends the transaction of `db` (taken in line 8) while the rest of the `Promise.all` over `check` works on. Await them one by one, or with `Promise.allSettled`.",
          suggests: {
            'Await one after the other.': `
              import type { Knex } from 'knex';

              async function check(trx: Knex.Transaction, table: string): Promise<void> {
                if (!(await trx(table).first())) throw new Error(table);
              }

              export const f = (db: Knex): Promise<unknown> =>
                db.transaction(async (trx) => {
                  await check(trx, 'a');
                  await check(trx, 'b');
                });
            `,
          },
        },
      ],
    },
  ],
});
