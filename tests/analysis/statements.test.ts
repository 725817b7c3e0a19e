/** Which statements go past the transaction they stand in. What stands between « and » is reported as certain. */
import { describe, it } from 'vitest';
import { useTransactionHandle } from '../../src/rules/use-transaction-handle.js';
import { expectCertain, type Files } from '../certain-reports.js';

const KNEX = "import type { Knex } from 'knex';\n";
const within = (work = '', outside = ''): string => `${KNEX}${outside}
export const go = (db: Knex, x: any) => db.transaction(async (trx) => { ${work} });
`;

describe('a function with an optional handle', () => {
  const forms: Readonly<Record<string, string>> = {
    'with a default': 'const add = (db: Knex, trx?: Knex) => (trx ?? db)("a").insert({});',
    'that asks whether it is there': 'async function add(db: Knex, trx?: Knex) { if (trx) await trx("a").insert({}); else await db("a").insert({}); }',
    'that asks whether it is not': 'async function add(db: Knex, trx?: Knex) { if (!trx) await db("a").insert({}); else await trx("a").insert({}); }',
    'that compares it with undefined': 'async function add(db: Knex, trx?: Knex) { if (trx === undefined) await db("a").insert({}); else await trx("a").insert({}); }',
    'that compares it with null': 'async function add(db: Knex, trx?: Knex | null) { if (trx != null) await trx("a").insert({}); else await db("a").insert({}); }',
    'that asks for both': 'async function add(db: Knex, trx?: Knex) { if (trx && x()) { await trx("a").insert({}); return; } if (!trx) await db("a").insert({}); }\ndeclare function x(): boolean;',
    'that has one or the other': 'const add = (db: Knex, trx?: Knex) => (trx ? trx : db)("a").insert({});',
    'that keeps it in a variable': 'async function add(db: Knex, trx?: Knex) { const via = trx || db; await via("a").insert({}); }',
    'that gives up without': 'async function add(db: Knex, trx?: Knex) { if (trx) { await trx("a").insert({}); return; } await db("a").insert({}); }',
  };
  it.each(Object.entries(forms))('%s: given or not', (_, form) => expectCertain(useTransactionHandle, { 'case.ts': within('await «add(db)»; await add(db, trx); await «add(db, undefined)»;', form) }));

  const options: Readonly<Record<string, string>> = {
    'of an object': 'async function add(db: Knex, o: { trx?: Knex } = {}) { await (o.trx ?? db)("a").insert({}); }',
    'of an object that is taken apart': 'async function add(db: Knex, { trx }: { trx?: Knex } = {}) { await (trx ?? db)("a").insert({}); }',
  };
  it.each(Object.entries(options))('as an option %s', (_, form) => expectCertain(useTransactionHandle, { 'case.ts': within('await «add(db)»; await «add(db, {})»; await add(db, { trx }); await add(db, { ...x });', form) }));
});

const cases: Readonly<Record<string, string | Files>> = {
  'the outer handle itself': within('await «db("a").insert({})»; await trx("a").insert({});'),
  'the outer handle bound to the transaction': within('await db("a").transacting(trx).insert({}); await db("a").insert({}).transacting(trx);'),
  'a query that is built elsewhere': within('await «all(db)»; await all(trx); await all(db).transacting(trx);', 'const all = (k: Knex) => k("a").select();'),
  'a query that is built in several steps': within('const query = «db("a")»; query.where({ a: 1 }); await query; const mine = trx("a"); await mine;'),
  'a query that is built outside': `${KNEX}export async function go(db: Knex) { const query = db("a").select(); await db.transaction(async (trx) => { await «query»; await trx("b").select(); }); }`,
  'what is aside of all transactions': within('await db.destroy();'),
  'a callback that is run': within('await run(() => «db("a").insert({})»);', 'const run = (work: () => Promise<unknown>) => work();'),
  'a callback of a module\'s handle that another function is given': { 'case.ts': `${KNEX}import { db } from './db.js';\nasync function each(work: () => Promise<unknown>) { await work(); }\nconst add = async () => { await db("a").insert({}); };\nexport const go = () => db.transaction(async (trx) => { await trx("b").del(); await «each(add)»; });`, 'db.ts': "import knex from 'knex';\nexport const db = knex({ client: 'pg' });" },
  'another database': { 'case.ts': "import { one, two } from './db.js';\nexport const go = () => one.transaction(async (trx) => { await trx('a').del(); await two('a').del(); await «one('a').del()»; });", 'db.ts': "import knex from 'knex';\nexport const one = knex({ client: 'pg' });\nexport const two = knex({ client: 'pg' });" },
  'a function that has nothing to do with it': within('await other(); await x.y(db);', 'async function other() {}'),
  'a class that has its own': `${KNEX}
    export class Store {
      constructor(private readonly db: Knex) {}
      async add(trx?: Knex) { await (trx ?? this.db)('a').insert({}); }
      async go() { await this.db.transaction(async (trx) => { await «this.add()»; await this.add(trx); await «this.db('b').del()»; }); }
    }
  `,
  'a model that says so in an option': `
    import { Model, Sequelize } from 'sequelize';
    class User extends Model {}
    const sequelize = new Sequelize('x');
    export const go = () => sequelize.transaction(async (transaction) => {
      await User.create({ a: 1 }, { transaction });
      await «User.create({ a: 1 })»;
      await «User.findAll()»;
      const options = { transaction };
      await User.findAll(options);
      await User.findAll({ where: {}, ...options });
    });
  `,
  'a query that takes it as an argument': `
    import { Model, transaction } from 'objection';
    class User extends Model {}
    export const go = (knex: any) => User.transaction(async (trx) => {
      await User.query(trx);
      await User.query(trx).where('a', 1).select();
      await new User().$query(trx).patch({});
      await «User.query()»;
      await «User.query().where('a', 1).select()»;
    });
  `,
  'a query that a function begins with it': `
    import { Model } from 'objection';
    class User extends Model {}
    const all = (trx?: any) => User.query(trx).select();
    export const go = () => User.transaction(async (trx) => {
      await all(trx).where('a', 1);
      await «User.query()»;
    });
  `,
  'a session that is bound': `
    import mongoose from 'mongoose';
    const User = mongoose.model('User');
    export async function go() {
      const session = await mongoose.startSession();
      await session.withTransaction(async () => {
        await User.findOne({}).session(session);
        await User.create([{}], { session });
        await «User.findOne({})»;
      });
    }
  `,
  'a pool beside the client that began': `
    import { Pool } from 'pg';
    const pool = new Pool();
    export async function go() {
      const client = await pool.connect();
      try {
        await client.query('BEGIN');
        await client.query('INSERT');
        await «pool.query('INSERT')»;
        await client.query('COMMIT');
      } finally {
        client.release();
      }
    }
  `,
};

it.each(Object.entries(cases))('%s', (_, files) => expectCertain(useTransactionHandle, typeof files === 'string' ? { 'case.ts': files } : files));
