import { runRule } from './hosts.js';

const head = `
        import { PrismaClient, type Prisma } from '@prisma/client';

        const prisma = new PrismaClient();
`;

const lost = 'What it writes is not rolled back, and it does not see what the transaction wrote.';

runRule('use-transaction-handle', {
  silent: [
    {
      name: 'every statement goes through the handle of the transaction',
      code: `${head}
        export const move = () =>
          prisma.$transaction(async (tx) => {
            await tx.account.update({});
            await tx.account.update({});
          });
      `,
    },
    {
      name: 'what is allowed to go past it',
      code: `${head}
        export const move = () =>
          prisma.$transaction(async (tx) => {
            await tx.account.update({});
            await prisma.audit.create({});
          });
      `,
      options: { allow: ['prisma.audit.*'] },
    },
    {
      name: 'a statement that nobody waits for, by default',
      code: `${head}
        export const move = () =>
          prisma.$transaction(async (tx) => {
            await tx.account.update({});
            void prisma.$executeRaw('insert into log values (1)');
          });
      `,
    },
    {
      name: 'a package that a setting says carries its transactions with the context',
      code: `
        import { Store } from '@acme/store';

        const store = new Store();

        export const move = () =>
          store.atomically(async () => {
            await store.put('a', 1);
          });
      `,
      settings: {
        models: [
          {
            package: '@acme/store',
            members: { 'Store#atomically': { does: 'section', callback: 0, kind: 'transaction' }, 'Store#put': { does: 'storage' } },
            handles: { of: ['Store#'], carried: true },
          },
        ],
      },
    },
  ],
  reported: [
    {
      name: 'the outer client',
      code: `${head}
        export const move = () =>
          prisma.$transaction(async (tx) => {
            await tx.account.update({});
            await «prisma.entry.create({})»;
          });
      `,
      reports: [`Goes past the transaction of \`prisma\` (begun at line 6), through \`prisma\`: prisma.entry.create. ${lost} Use \`tx\`.`],
    },
    {
      name: 'a callee that takes the handle and is not given it',
      code: `${head}
        async function log(text: string, client: Prisma.TransactionClient = prisma): Promise<void> {
          await client.log.create({ data: { text } });
        }

        export const move = () =>
          prisma.$transaction(async (tx) => {
            await log('begins', tx);
            await «log('ends')»;
          });
      `,
      reports: ['`log` is not given the transaction of `prisma` (begun at line 10) and goes past it, through `client`: log → client.log.create (case.ts:6). Pass it `tx`.'],
    },
    {
      name: 'a callee in another file that uses the client itself',
      code: `
        import { db } from './db.js';
        import { stock } from './stock.js';

        export const order = () =>
          db.transaction(async (trx) => {
            await trx('orders').insert({});
            await «stock()»;
          });
      `,
      others: {
        'db.ts': `
          import { knex } from 'knex';
          export const db = knex({ client: 'pg' });
        `,
        'stock.ts': `
          import { db } from './db.js';
          export async function stock(): Promise<void> {
            await db('stock').update({ left: 0 });
          }
        `,
      },
      reports: [`Goes past the transaction of \`db\` (begun at line 5), through \`db\`: stock → db.update (stock.ts:3). ${lost} Use \`trx\`.`],
    },
    {
      name: 'a query that was built before',
      code: `
        import { knex } from 'knex';

        const db = knex({ client: 'pg' });

        export async function clear(): Promise<void> {
          const query = db('a').del();
          await db.transaction(async (trx) => {
            await trx('b').del();
            «await query»;
          });
        }
      `,
      reports: ['This query was built on `db`, and goes past the transaction of `db` (begun at line 7): query. Build it on `trx`.'],
    },
    {
      name: 'a client of one’s own, described in the settings',
      code: `
        import { Store } from '@acme/store';

        const store = new Store();

        export const move = () =>
          store.atomically(async (tx) => {
            await tx.put('a', 1);
            await «store.put('b', 2)»;
          });
      `,
      settings: {
        models: [
          {
            package: '@acme/store',
            members: {
              'Store#atomically': { does: 'section', callback: 0, kind: 'transaction', handle: 0, handleIs: 'Store#' },
              'Store#put': { does: 'storage' },
            },
            handles: { of: ['Store#'] },
          },
        ],
      },
      reports: [`Goes past the transaction of \`store\` (begun at line 6), through \`store\`: store.put. ${lost} Use \`tx\`.`],
    },
    {
      name: 'a statement that nobody waits for, where what is likely is asked for',
      code: `${head}
        export const move = () =>
          prisma.$transaction(async (tx) => {
            await tx.account.update({});
            void «prisma.$executeRaw('insert into log values (1)')»;
          });
      `,
      options: { confidence: 'likely' },
      reports: [`Goes past the transaction of \`prisma\` (begun at line 6), through \`prisma\`: prisma.$executeRaw. ${lost} Use \`tx\`.`],
    },
  ],
});
