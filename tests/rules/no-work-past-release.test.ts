import { runRule } from './hosts.js';

runRule('no-work-past-release', {
  silent: [
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
        "Returns the promise of `save` and releases `mutex` (taken in line 11) at once: the work runs without it. Write `return await`.",
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
        "One failure ends the transaction of `db` (taken in line 8) while the rest of the `Promise.all` over `check` works on. Await them one by one, or with `Promise.allSettled`.",
      ],
    },
  ],
});
