import { runRule } from './hosts.js';

const head = `
        import { PrismaClient, type Prisma } from '@prisma/client';

        const prisma = new PrismaClient();
`;

const lost = 'What it writes is not rolled back, and it does not see what the transaction wrote.';

const likely = { options: { confidence: 'likely' } } as const;

runRule('use-transaction-handle', {
  silent: [
    {
      name: 'handles in what a function returns: of another database each, made anew, and of the request that the context knows',
      code: `
        import { AsyncLocalStorage } from 'node:async_hooks';
        import { knex, type Knex } from 'knex';
        const pools: Record<string, Knex> = {};
        async function poolOf(name: string) { pools[name] ??= knex({ client: 'pg' }); return { db: pools[name]!, name }; }
        async function count(name: string) { const { db } = await poolOf(name); return db('tasks').count(); }
        export async function copy() {
          const { db } = await poolOf('a');
          await db.transaction(async (trx) => { await trx('tasks').insert({}); await count('b'); });
        }
        const store = new AsyncLocalStorage<Knex.Transaction>();
        const main = knex({ client: 'pg' });
        async function current() { return { db: store.getStore() ?? main }; }
        async function total() { const { db } = await current(); return db('tasks').count(); }
        export async function move() {
          const { db } = await current();
          await db.transaction((trx) => store.run(trx, async () => { await trx('tasks').insert({}); await total(); }));
        }
      `,
    },
    {
      name: 'what an option of the call leaves out',
      code: `
        import { knex, type Knex } from 'knex';
        const db = knex({ client: 'pg' });
        async function record(trx: Knex.Transaction, options?: { skipLog?: boolean }) {
          await trx('events').insert({});
          if (!options?.skipLog) await db('log').insert({});
        }
        const again = (trx: Knex.Transaction, quiet: boolean) => record(trx, { skipLog: quiet });
        export const run = () => db.transaction(async (trx) => { await record(trx, { skipLog: true }); await again(trx, true); });
      `,
    },
    {
      name: 'the session goes to the call that the chain begins with',
      code: `
        import mongoose from 'mongoose';
        const Plan = mongoose.model('Plan', new mongoose.Schema({}));
        export async function change(id: string): Promise<void> {
          const session = await mongoose.startSession();
          await session.withTransaction(async () => {
            await Plan.updateOne({ _id: id }, { $set: { open: true } }, { session }).exec();
            await Plan.findOne({ _id: id }, null, { session }).lean().exec();
          });
        }
      `,
    },
    {
      name: 'a transaction that is begun to hold an advisory lock, for work that does not want the handle',
      code: `
        import { knex, type Knex } from 'knex';
        const db = knex({ client: 'pg' });
        async function withLock<T>(key: number, work: (trx: Knex) => Promise<T>): Promise<T | undefined> {
          const trx = await db.transaction();
          try {
            const { rows } = await trx.raw('SELECT pg_try_advisory_xact_lock(?) AS got', [key]);
            if (!rows[0].got) return undefined;
            return await work(trx);
          } finally {
            await trx.commit();
          }
        }
        async function tick() { await db('jobs').update({ seen: true }); }
        export const run = () => withLock(7, async () => tick());
      `,
    },
    {
      name: 'the handle is passed on in every way: argument, options, repository of the manager, closure',
      ...likely,
      code: `
        import { knex, type Knex } from 'knex';
        import { DataSource } from 'typeorm';
        const db = knex({ client: 'pg' });
        class Order { id = 0; }
        async function insert(row: object, options: { trx?: Knex.Transaction } = {}) { await (options.trx ?? db)('rows').insert(row); }
        async function log(text: string, handle: Knex = db) { await handle('log').insert({ text }); }
        export const both = () =>
          db.transaction(async (trx) => {
            await insert({}, { trx });
            await log('x', trx);
            await db('rows').insert({}).transacting(trx);
            const later = async () => { await trx('rows').del(); };
            await later();
          });
        export const orm = (source: DataSource) =>
          source.transaction(async (manager) => { await manager.getRepository(Order).update(1, {}); });
      `,
    },
    {
      name: 'the handle or a function that builds queries, whichever was given: called by the name of the choice, and by a parameter of its type',
      ...likely,
      code: `
        import { knex, type Knex } from 'knex';
        const db = knex({ client: 'pg' });
        export function models(name: string): Knex.QueryBuilder { return db(name); }
        async function read(key: string, $db: typeof models) { return (await $db('config').select('value').where({ key }))[0]; }
        async function write(row: object, trx?: Knex.Transaction) {
          const $db = trx ?? models;
          await $db('config').update(row);
          return read('name', $db);
        }
        export const set = (row: object) => db.transaction(async (trx) => { await write(row, trx); });
      `,
    },
    {
      name: 'another database, a client that is no part of the transaction, and after it',
      ...likely,
      code: `
        import { knex } from 'knex';
        const db = knex({ client: 'pg' });
        const audit = knex({ client: 'mysql' });
        export async function move() {
          await db('rows').select();
          await db.transaction(async (trx) => {
            await trx('rows').del();
            await audit('log').insert({});
          });
          await db('rows').insert({});
        }
      `,
    },
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
      name: 'under a condition on plain data that was passed, and after a check of what a query gave',
      code: `
        import { knex } from 'knex';
        const db = { knex: knex({ client: 'pg' }) };
        const list = async (of: number) => await db.knex('configs').where({ of }).select('*');
        export async function open(of: number, body: { only?: string[] }) {
          return db.knex.transaction(async (trx) => {
            if (body.only) await «list(of)»;
            const row = await trx('tokens').where({ of }).first();
            if (!row) throw new Error('no such token');
            await «list(row.of)»;
          });
        }
      `,
      reports: [
        `Goes past the transaction of \`db.knex\` (begun at line 5), through \`db.knex\`: list → db.knex.where.select (case.ts:3). ${lost} Use \`trx\`.`,
        `Goes past the transaction of \`db.knex\` (begun at line 5), through \`db.knex\`: list → db.knex.where.select (case.ts:3). ${lost} Use \`trx\`.`,
      ],
    },
    {
      name: "sequelize's client as its models know it, and a record that a model gave",
      code: `
        import { Model, type Transaction } from 'sequelize';
        class Summary extends Model { declare fees: string; }
        const find = async (models: { summaries: typeof Summary }, id: string, transaction: Transaction): Promise<[Summary, boolean]> =>
          await models.summaries.findOrBuild({ where: { id }, transaction });
        export class Fees {
          constructor(private readonly models: { summaries: typeof Summary }) {}
          async add(id: string) {
            await this.models.summaries.sequelize!.transaction(async (transaction) => {
              const [summary] = await find(this.models, id, transaction);
              await «summary.save()»;
              await summary.save({ transaction });
            });
          }
        }
      `,
      reports: [{
        message: '`save` is not given the transaction of `this.models.summaries.sequelize` (begun at line 8) and goes past it, through `summary`: summary.save. Pass it `transaction`.',
        suggests: 1,
      }],
    },
    {
      name: 'a model of sequelize without { transaction }',
      code: `
        import { Sequelize, Model } from 'sequelize';
        const sequelize = new Sequelize('sqlite::memory:');
        class Order extends Model {}
        export const move = () =>
          sequelize.transaction(async (transaction) => {
            await Order.create({}, { transaction });
            await «Order.update({ paid: true }, { where: { id: 1 } })»;
          });
      `,
      reports: [
        {
          message: "`update` is not given the transaction of `sequelize` (begun at line 5) and goes past it, through `Order`: Order.update. Pass it `transaction`.",
          suggests: {
            'Pass it `transaction`.': `
              import { Sequelize, Model } from 'sequelize';
              const sequelize = new Sequelize('sqlite::memory:');
              class Order extends Model {}
              export const move = () =>
                sequelize.transaction(async (transaction) => {
                  await Order.create({}, { transaction });
                  await Order.update({ paid: true }, { where: { id: 1 }, transaction });
                });
            `,
          },
        },
      ],
    },
    {
      name: 'a repository that was bound to the outer manager',
      code: `
        import { DataSource, Repository } from 'typeorm';
        class Order { id = 0; }
        export class Orders {
          constructor(private readonly source: DataSource, private readonly orders: Repository<Order>) {}
          async pay(id: number) {
            await this.source.transaction(async (manager) => {
              await manager.save(new Order());
              await «this.orders.update(id, {})»;
            });
          }
        }
      `,
      reports: ["Goes past the transaction of `this.source` (begun at line 6), through `this.orders`: this.orders.update. What it writes is not rolled back, and it does not see what the transaction wrote. Use `manager`."],
    },
    {
      name: 'drizzle and kysely: the outer handle, and in a helper of the class',
      code: `
        import { drizzle } from 'drizzle-orm/node-postgres';
        import { Kysely } from 'kysely';
        import { orders } from './schema.js';
        const db = drizzle('postgres://x');
        export const clear = () =>
          db.transaction(async (tx) => {
            await tx.delete(orders);
            await «db.insert(orders).values({})»;
          });
        export class Orders {
          constructor(private readonly kysely: Kysely<{ orders: { id: number } }>) {}
          async #log() { await this.kysely.insertInto('orders').values({ id: 1 }).execute(); }
          async pay() {
            await this.kysely.transaction().execute(async (trx) => {
              await trx.deleteFrom('orders').execute();
              await «this.#log()»;
            });
          }
        }
      `,
      others: { 'schema.ts': `export const orders = {} as never;` },
      reports: [
        {
          message: "Goes past the transaction of `db` (begun at line 6), through `db`: db.insert.values. What it writes is not rolled back, and it does not see what the transaction wrote. Use `tx`.",
          suggests: {
            'Use `tx`.': `
              import { drizzle } from 'drizzle-orm/node-postgres';
              import { Kysely } from 'kysely';
              import { orders } from './schema.js';
              const db = drizzle('postgres://x');
              export const clear = () =>
                db.transaction(async (tx) => {
                  await tx.delete(orders);
                  await tx.insert(orders).values({});
                });
              export class Orders {
                constructor(private readonly kysely: Kysely<{ orders: { id: number } }>) {}
                async #log() { await this.kysely.insertInto('orders').values({ id: 1 }).execute(); }
                async pay() {
                  await this.kysely.transaction().execute(async (trx) => {
                    await trx.deleteFrom('orders').execute();
                    await this.#log();
                  });
                }
              }
            `,
          },
        },
        "Goes past the transaction of `this.kysely.transaction()` (begun at line 14), through `this.kysely`: #log → this.kysely.insertInto.values.execute (case.ts:12). What it writes is not rolled back, and it does not see what the transaction wrote. Use `trx`.",
      ],
    },
    {
      name: 'an optional handle in an object of options, through two calls',
      code: `
        import { knex, type Knex } from 'knex';
        const db = knex({ client: 'pg' });
        async function insert(row: object, options: { trx?: Knex.Transaction } = {}) { await (options.trx ?? db)('rows').insert(row); }
        async function add(row: object, options?: { trx?: Knex.Transaction }) { await insert(row, options); }
        export const both = () =>
          db.transaction(async (trx) => {
            await add({ a: 1 }, { trx });
            await «add({ b: 2 })»;
          });
      `,
      reports: [
        {
          message: "`add` is not given the transaction of `db` (begun at line 6) and goes past it, through `…`: add → insert (case.ts:4) → ….insert (case.ts:3). Pass it `trx`.",
          suggests: {
            'Pass it `trx`.': `
              import { knex, type Knex } from 'knex';
              const db = knex({ client: 'pg' });
              async function insert(row: object, options: { trx?: Knex.Transaction } = {}) { await (options.trx ?? db)('rows').insert(row); }
              async function add(row: object, options?: { trx?: Knex.Transaction }) { await insert(row, options); }
              export const both = () =>
                db.transaction(async (trx) => {
                  await add({ a: 1 }, { trx });
                  await add({ b: 2 }, { trx });
                });
            `,
          },
        },
      ],
    },
    {
      name: 'the outer client',
      code: `${head}
        export const move = () =>
          prisma.$transaction(async (tx) => {
            await tx.account.update({});
            await «prisma.entry.create({})»;
          });
      `,
      reports: [
        {
          message: `Goes past the transaction of \`prisma\` (begun at line 6), through \`prisma\`: prisma.entry.create. ${lost} Use \`tx\`.`,
          suggests: {
            'Use `tx`.': `
              import { PrismaClient, type Prisma } from '@prisma/client';

              const prisma = new PrismaClient();

              export const move = () =>
                prisma.$transaction(async (tx) => {
                  await tx.account.update({});
                  await tx.entry.create({});
                });
            `,
          },
        },
      ],
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
      reports: [
        {
          message: '`log` is not given the transaction of `prisma` (begun at line 10) and goes past it, through `client`: log → client.log.create (case.ts:6). Pass it `tx`.',
          suggests: {
            'Pass it `tx`.': `
              import { PrismaClient, type Prisma } from '@prisma/client';

              const prisma = new PrismaClient();

              async function log(text: string, client: Prisma.TransactionClient = prisma): Promise<void> {
                await client.log.create({ data: { text } });
              }

              export const move = () =>
                prisma.$transaction(async (tx) => {
                  await log('begins', tx);
                  await log('ends', tx);
                });
            `,
          },
        },
      ],
    },
    {
      name: 'statements that an option of the function around decides on, and what is left to who has no transaction',
      code: `${head}
        export const open = (name: string, body: { tags?: string[]; owner?: string }) =>
          prisma.$transaction(async (tx) => {
            if (body.tags) await «prisma.tag.findMany({ where: { name: { in: body.tags } } })»;
            await tx.account.update({});
          });
        const count = async (tx?: Prisma.TransactionClient) => { if (!tx) return prisma.account.count(); return tx.account.count(); };
        export const counted = () => prisma.$transaction(async (tx) => { await tx.account.update({}); return count(tx); });
      `,
      reports: [
        {
          message: `Goes past the transaction of \`prisma\` (begun at line 6), through \`prisma\`: prisma.tag.findMany. ${lost} Use \`tx\`.`,
          suggests: {
            'Use `tx`.': `
              import { PrismaClient, type Prisma } from '@prisma/client';

              const prisma = new PrismaClient();

              export const open = (name: string, body: { tags?: string[]; owner?: string }) =>
                prisma.$transaction(async (tx) => {
                  if (body.tags) await tx.tag.findMany({ where: { name: { in: body.tags } } });
                  await tx.account.update({});
                });
              const count = async (tx?: Prisma.TransactionClient) => { if (!tx) return prisma.account.count(); return tx.account.count(); };
              export const counted = () => prisma.$transaction(async (tx) => { await tx.account.update({}); return count(tx); });
            `,
          },
        },
      ],
    },
    {
      name: 'a handle in what a function returns: taken out at once or later, of a class, in another file',
      code: `
        import { open, withTransaction } from './db.js';
        import { Store } from './store.js';

        async function names(): Promise<string[]> {
          const { db } = await open();
          return withTransaction(db, (trx) => trx('names').select('name'));
        }
        export async function rename(): Promise<void> {
          const opened = await open();
          await withTransaction(opened.db, async (trx) => {
            await trx('names').update({});
            await «names()»;
          });
        }
        export class Names {
          readonly #store = new Store();
          async count() { const { client } = this.#store.handles(); return client.name.count(); }
          async clear() {
            const { client } = this.#store.handles();
            await client.$transaction(async (tx) => {
              await tx.name.deleteMany();
              await «this.count()»;
            });
          }
        }
      `,
      others: {
        'db.ts': `
          import { knex, type Knex } from 'knex';
          let shared: Knex | null = null;
          export const open = async () => { shared ??= knex({ client: 'pg' }); return { db: shared, tenant: 'a' }; };
          export async function withTransaction<T>(given: Knex | Knex.Transaction, work: (trx: Knex.Transaction) => Promise<T>): Promise<T> {
            if ('commit' in given) return work(given as Knex.Transaction);
            return (given as Knex).transaction((trx) => work(trx));
          }
        `,
        'store.ts': `
          import { PrismaClient } from '@prisma/client';
          const prisma = new PrismaClient();
          export class Store { handles() { return { client: prisma }; } }
        `,
      },
      reports: [
        `Goes past the transaction of \`opened.db\` (begun at line 10), through \`given\`: names → withTransaction (case.ts:6) → given.transaction (db.ts:6). ${lost} Use \`trx\`.`,
        `Goes past the transaction of \`client\` (begun at line 20), through \`client\`: count → client.name.count (case.ts:17). ${lost} Use \`tx\`.`,
      ],
    },
    {
      name: 'a handle in what a function returns, in CommonJS',
      file: 'case.cjs',
      code: `
        const { open } = require('./db.cjs');
        async function names() {
          const { db } = await open();
          return db('names').select('name');
        }
        exports.rename = async function () {
          const { db } = await open();
          await db.transaction(async (trx) => {
            await trx('names').update({});
            await «names()»;
          });
        };
      `,
      others: {
        'db.cjs': `
          const { knex } = require('knex');
          const shared = knex({ client: 'pg' });
          exports.open = async function () { return { db: shared }; };
        `,
      },
      reports: [`Goes past the transaction of \`db\` (begun at line 8), through \`db\`: names → db.select (case.cjs:4). ${lost} Use \`trx\`.`],
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
      name: 'a query that a function has built, and the caller goes on with',
      code: `
        import { knex, type Knex } from 'knex';
        const db = knex({ client: 'pg' });
        function late(client: Knex = db) {
          const query = client('loans').where('late', true);
          return query.whereNull('returned');
        }
        export const archive = () => db.transaction(async (trx) => {
          const rows = await «late().orderBy('due')»;
          await late(trx).orderBy('due');
          await trx('loans').whereIn('id', late().select('id')).del();
          await late().transacting(trx).del();
          await trx('archive').insert(rows);
        });
      `,
      reports: [`Goes past the transaction of \`db\` (begun at line 7), through \`client\`: late.orderBy. ${lost} Use \`trx\`.`],
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
      name: 'the pool of the connection that the transaction is on, and the manager of its source; a handle of the same name further in',
      code: `
        import { Pool } from 'pg';
        import { DataSource } from 'typeorm';
        const pool = new Pool();
        export async function rename(): Promise<void> {
          const client = await pool.connect();
          await client.query('BEGIN');
          await «pool.query('INSERT INTO renames VALUES (1)')»;
          await client.query('COMMIT');
          client.release();
        }
        const source = new DataSource({});
        export const add = () => source.transaction(async (manager) => {
          await «source.manager.save({})»;
          await Promise.all([1].map(async (manager) => { await «source.query('SELECT $1', [manager])»; }));
        });
      `,
      reports: [
        {
          message: 'Goes past the transaction of `client` (begun at line 6), through `pool`: pool.query. What it writes is not rolled back, and it does not see what the transaction wrote. Use `client`.',
          suggests: {
            'Use `client`.': `
              import { Pool } from 'pg';
              import { DataSource } from 'typeorm';
              const pool = new Pool();
              export async function rename(): Promise<void> {
                const client = await pool.connect();
                await client.query('BEGIN');
                await client.query('INSERT INTO renames VALUES (1)');
                await client.query('COMMIT');
                client.release();
              }
              const source = new DataSource({});
              export const add = () => source.transaction(async (manager) => {
                await source.manager.save({});
                await Promise.all([1].map(async (manager) => { await source.query('SELECT $1', [manager]); }));
              });
            `,
          },
        },
        {
          message: 'Goes past the transaction of `source` (begun at line 12), through `source.manager`: source.manager.save. What it writes is not rolled back, and it does not see what the transaction wrote. Use `manager`.',
          suggests: {
            'Use `manager`.': `
              import { Pool } from 'pg';
              import { DataSource } from 'typeorm';
              const pool = new Pool();
              export async function rename(): Promise<void> {
                const client = await pool.connect();
                await client.query('BEGIN');
                await pool.query('INSERT INTO renames VALUES (1)');
                await client.query('COMMIT');
                client.release();
              }
              const source = new DataSource({});
              export const add = () => source.transaction(async (manager) => {
                await manager.save({});
                await Promise.all([1].map(async (manager) => { await source.query('SELECT $1', [manager]); }));
              });
            `,
          },
        },
        'Goes past the transaction of `source` (begun at line 12), through `source`: source.query. What it writes is not rolled back, and it does not see what the transaction wrote. Use `manager`.',
      ],
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
      reports: [
        {
          message: `Goes past the transaction of \`store\` (begun at line 6), through \`store\`: store.put. ${lost} Use \`tx\`.`,
          suggests: {
            'Use `tx`.': `
              import { Store } from '@acme/store';

              const store = new Store();

              export const move = () =>
                store.atomically(async (tx) => {
                  await tx.put('a', 1);
                  await tx.put('b', 2);
                });
            `,
          },
        },
      ],
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
      reports: [
        {
          message: `Goes past the transaction of \`prisma\` (begun at line 6), through \`prisma\`: prisma.$executeRaw. ${lost} Use \`tx\`.`,
          suggests: {
            'Use `tx`.': `
              import { PrismaClient, type Prisma } from '@prisma/client';

              const prisma = new PrismaClient();

              export const move = () =>
                prisma.$transaction(async (tx) => {
                  await tx.account.update({});
                  void tx.$executeRaw('insert into log values (1)');
                });
            `,
          },
        },
      ],
    },
  ],
});
