/**
 * Which statements go past a transaction, by library and by the way in which they come to it: what stands between « and »
 * is reported as certain, and nothing else is.
 */
import { it } from 'vitest';
import { useTransactionHandle } from '../../src/rules/use-transaction-handle.js';
import { expectCertain, type Files } from '../certain-reports.js';

/** Name -> files; the first is the one that is looked at. */
const cases: Readonly<Record<string, Files>> = {
  'prisma outer': {
    'case.ts': `
      import { PrismaClient } from '@prisma/client';
      const prisma = new PrismaClient();
      export async function f(id: string) { await prisma.$transaction(async (tx) => { await tx.a.update({});
      «await prisma.b.create({})»; }); }
    `,
  },
  'prisma ok': {
    'case.ts': `
      import { PrismaClient } from '@prisma/client';
      const prisma = new PrismaClient();
      export async function f(id: string) { await prisma.$transaction(async (tx) => { await tx.a.update({});
      await tx.b.create({}); });
      await prisma.c.create({}); }
    `,
  },
  'prisma callee default': {
    'case.ts': `
      import { PrismaClient } from '@prisma/client';
      const prisma = new PrismaClient();
      async function log(m: string, client = prisma) { await client.log.create({ data: m }); }
      export async function f() { await prisma.$transaction(async (tx) => { await tx.a.update({});
      «await log('x')»;
      await log('y', tx); }); }
    `,
  },
  'prisma callee optional ??': {
    'case.ts': `
      import { PrismaClient } from '@prisma/client';
      const prisma = new PrismaClient();
      import type { Prisma } from '@prisma/client';
      async function log(m: string, tx?: Prisma.TransactionClient) { const c = tx ?? prisma;
      await c.log.create({ data: m }); }
      export async function f() { await prisma.$transaction(async (tx) => { «await log('x')»;
      await log('y', tx); }); }
    `,
  },
  'prisma across files deep': {
    'case.ts': `
      import { prisma } from './db.js';
      import { a } from './a.js';
      export async function f() { await prisma.$transaction(async (tx) => { await tx.x.update({});
      «await a(1)»; }); }
    `,
    'db.ts': `
      import { PrismaClient } from '@prisma/client';
      export const prisma = (globalThis as any).prisma ?? new PrismaClient();
    `,
    'a.ts': `
      import { b } from './b.js';
      export async function a(n: number) { return b(n); }
    `,
    'b.ts': `
      import { prisma } from './db.js';
      export const b = async (n: number) => { await prisma.y.create({ data: { n } }); };
    `,
  },
  'prisma ALS getter': {
    'case.ts': `
      import { prisma, current } from './db.js';
      async function save() { await current().x.create({}); }
      export async function f() { await prisma.$transaction(async (tx) => { await tx.x.update({});
      await save(); }); }
    `,
    'db.ts': `
      import { AsyncLocalStorage } from 'node:async_hooks';
      import { PrismaClient } from '@prisma/client';
      const als = new AsyncLocalStorage<any>();
      export const prisma = new PrismaClient();
      export const current = () => als.getStore() ?? prisma;
    `,
  },
  'prisma proxy ALS': {
    'case.ts': `
      import { db } from './db.js';
      async function save() { await db.x.create({}); }
      export async function f() { await db.$transaction(async (tx) => { await tx.x.update({});
      await save();
      await db.y.create({}); }); }
    `,
    'db.ts': `
      import { AsyncLocalStorage } from 'node:async_hooks';
      import { PrismaClient } from '@prisma/client';
      const als = new AsyncLocalStorage<any>();
      const base = new PrismaClient();
      export const db: PrismaClient = new Proxy(base, { get: (t, p) => (als.getStore() ?? t)[p] });
    `,
  },
  'nest service': {
    'case.ts': `
      import { PrismaService } from './prisma.service.js';
      import { Audit } from './audit.js';
      export class Orders { constructor(private readonly prisma: PrismaService, private readonly audit: Audit) {}
      async place() { await this.prisma.$transaction(async (tx) => { await tx.order.create({});
      «await this.audit.record('x')»;
      «await this.prisma.stock.update({})»; }); } }
    `,
    'prisma.service.ts': `
      import { PrismaClient } from '@prisma/client';
      export class PrismaService extends PrismaClient {}
    `,
    'audit.ts': `
      import { PrismaService } from './prisma.service.js';
      export class Audit { constructor(private readonly db: PrismaService) {}
      async record(m: string) { await this.db.audit.create({ data: { m } }); } }
    `,
  },
  'nest service given': {
    'case.ts': `
      import { PrismaService } from './prisma.service.js';
      import { Audit } from './audit.js';
      export class Orders { constructor(private readonly prisma: PrismaService, private readonly audit: Audit) {}
      async place() { await this.prisma.$transaction(async (tx) => { await tx.order.create({});
      await this.audit.record('x', tx); }); } }
    `,
    'prisma.service.ts': `
      import { PrismaClient } from '@prisma/client';
      export class PrismaService extends PrismaClient {}
    `,
    'audit.ts': `
      import { PrismaService } from './prisma.service.js';
      import type { Prisma } from '@prisma/client';
      export class Audit { constructor(private readonly db: PrismaService) {}
      async record(m: string, tx: Prisma.TransactionClient = this.db) { await tx.audit.create({ data: { m } }); } }
    `,
  },
  'nest service omitted': {
    'case.ts': `
      import { PrismaService } from './prisma.service.js';
      import { Audit } from './audit.js';
      export class Orders { constructor(private readonly prisma: PrismaService, private readonly audit: Audit) {}
      async place() { await this.prisma.$transaction(async (tx) => { await tx.order.create({});
      «await this.audit.record('x')»; }); } }
    `,
    'prisma.service.ts': `
      import { PrismaClient } from '@prisma/client';
      export class PrismaService extends PrismaClient {}
    `,
    'audit.ts': `
      import { PrismaService } from './prisma.service.js';
      import type { Prisma } from '@prisma/client';
      export class Audit { constructor(private readonly db: PrismaService) {}
      async record(m: string, opts: { tx?: Prisma.TransactionClient } = {}) { const { tx = this.db } = opts;
      await tx.audit.create({ data: { m } }); } }
    `,
  },
  'repo new with tx': {
    'case.ts': `
      import { Kysely } from 'kysely';
      class Repo { constructor(private readonly db: Kysely<any>) {}
      async add() { await this.db.insertInto('a').values({}).execute(); } }
      export async function f(db: Kysely<any>) { await db.transaction().execute(async (trx) => { const repo = new Repo(trx);
      await repo.add();
      «await new Repo(db).add()»; }); }
    `,
  },
  'repo withTx clone': {
    'case.ts': `
      import { Kysely } from 'kysely';
      class Repo { constructor(private readonly db: Kysely<any>) {}
      withTx(t: Kysely<any>) { return new Repo(t); }
      async add() { await this.db.insertInto('a').values({}).execute(); } }
      export class S { constructor(private db: Kysely<any>, private repo: Repo) {}
      async f() { await this.db.transaction().execute(async (trx) => { await this.repo.withTx(trx).add();
      «await this.repo.add()»; }); } }
    `,
  },
  'knex subquery & raw': {
    'case.ts': `
      import { knex } from 'knex';
      const db = knex({ client: 'pg' });
      export const f = () => db.transaction(async (trx) => { await trx('a').whereIn('id', db('b').select('id')).update({ n: db.raw('n + 1') }); });
    `,
  },
  'knex transacting': {
    'case.ts': `
      import { knex } from 'knex';
      const db = knex({ client: 'pg' });
      export const f = () => db.transaction(async (trx) => { await db('a').insert({}).transacting(trx);
      «await db('b').insert({})»; });
    `,
  },
  'knex built outside': {
    'case.ts': `
      import { knex } from 'knex';
      const db = knex({ client: 'pg' });
      export async function f() { const q = db('a').where({ x: 1 }).del();
      await db.transaction(async (trx) => { await trx('b').del();
      «await q»; }); }
    `,
  },
  'knex built outside transacting': {
    'case.ts': `
      import { knex } from 'knex';
      const db = knex({ client: 'pg' });
      export async function f() { const q = db('a').where({ x: 1 }).del();
      await db.transaction(async (trx) => { await trx('b').del();
      await q.transacting(trx); }); }
    `,
  },
  'knex unmanaged': {
    'case.ts': `
      import { knex } from 'knex';
      const db = knex({ client: 'pg' });
      export async function f() { const trx = await db.transaction(); try { await trx('a').del();
      «await db('b').del()»;
      await trx.commit(); } catch (e) { await trx.rollback(); throw e; } await db('c').del(); }
    `,
  },
  'knex two dbs': {
    'case.ts': `
      import { knex } from 'knex';
      const main = knex({});
      const stats = knex({});
      export const f = () => main.transaction(async (trx) => { await trx('a').del();
      await stats('b').insert({}); });
    `,
  },
  'drizzle': {
    'case.ts': `
      import { drizzle } from 'drizzle-orm/node-postgres';
      import { t } from './schema.js';
      export const db = drizzle('x');
      export async function f() { await db.transaction(async (tx) => { await tx.insert(t).values({});
      «await db.update(t).set({}).where(1 as any)»;
      await tx.insert(t).select(db.select().from(t)); }); }
    `,
    'schema.ts': `
      export const t = {} as any;
    `,
  },
  'pg pool': {
    'case.ts': `
      import { Pool } from 'pg';
      const pool = new Pool();
      export async function f() { const client = await pool.connect(); try { await client.query('BEGIN');
      await client.query('a');
      «await pool.query('UPDATE b')»;
      await client.query('COMMIT'); } catch (e) { await client.query('ROLLBACK'); throw e; } finally { client.release(); } await pool.query('SELECT 1'); }
    `,
  },
  'pg helper query': {
    'case.ts': `
      import { pool, query } from './db.js';
      export async function f() { const client = await pool.connect(); try { await client.query('BEGIN');
      «await query('UPDATE b', [])»;
      await client.query('COMMIT'); } catch (e) { await client.query('ROLLBACK'); throw e; } finally { client.release(); } }
    `,
    'db.ts': `
      import pg from 'pg';
      export const pool = new pg.Pool();
      export const query = (t: string, p: unknown[]) => pool.query(t, p);
    `,
  },
  'pg withTx wrapper': {
    'case.ts': `
      import { query, withTx } from './db.js';
      export const f = () => withTx(async (c) => { await c.query('a');
      «await query('b')»; });
    `,
    'db.ts': `
      import pg from 'pg';
      const pool = new pg.Pool();
      export const query = (t: string) => pool.query(t);
      export async function withTx<T>(fn: (c: pg.PoolClient) => Promise<T>): Promise<T> { const c = await pool.connect(); try { await c.query('BEGIN');
      const r = await fn(c);
      await c.query('COMMIT'); return r; } catch (e) { await c.query('ROLLBACK'); throw e; } finally { c.release(); } }
    `,
  },
  'pg executor param': {
    'case.ts': `
      import { pool, withTx } from './db.js';
      import { add } from './add.js';
      export const f = () => withTx(async (c) => { await add(1, c);
      «await add(2)»; });
    `,
    'add.ts': `
      import { pool } from './db.js';
      import type { PoolClient } from 'pg';
      export async function add(n: number, client?: PoolClient) { const executor = client || pool;
      await executor.query('x', [n]); }
    `,
    'db.ts': `
      import pg from 'pg';
      export const pool = new pg.Pool();
      export async function withTx<T>(fn: (c: pg.PoolClient) => Promise<T>): Promise<T> { const c = await pool.connect(); try { await c.query('BEGIN');
      const r = await fn(c);
      await c.query('COMMIT'); return r; } catch (e) { await c.query('ROLLBACK'); throw e; } finally { c.release(); } }
    `,
  },
  'guard tx': {
    'case.ts': `
      import { PrismaClient } from '@prisma/client';
      const prisma = new PrismaClient();
      import type { Prisma } from '@prisma/client';
      async function add(n: number, tx?: Prisma.TransactionClient): Promise<void> { if (!tx) { return prisma.$transaction((t) => add(n, t)); } await tx.a.create({ data: { n } }); }
      export const f = () => prisma.$transaction(async (tx) => { await add(1, tx);
      «await add(2)»; });
    `,
  },
  'sequelize options': {
    'case.ts': `
      import { Sequelize, Model } from 'sequelize';
      const sequelize = new Sequelize('x');
      class User extends Model {}
      export const f = () => sequelize.transaction(async (t) => { await User.create({ a: 1 }, { transaction: t });
      «await User.create({ b: 1 })»;
      «await User.findOne({ where: { a: 1 } })»;
      await User.findOne({ where: { a: 1 }, transaction: t }); });
    `,
  },
  'sequelize opts passed': {
    'case.ts': `
      import { Sequelize, Model, type Transaction } from 'sequelize';
      const sequelize = new Sequelize('x');
      class User extends Model {}
      const make = async (v: object, options?: { transaction?: Transaction }) => User.create(v, options);
      export const f = () => sequelize.transaction(async (t) => { await make({}, { transaction: t });
      «await make({})»; });
    `,
  },
  'sequelize unmanaged': {
    'case.ts': `
      import { Sequelize, Model } from 'sequelize';
      const sequelize = new Sequelize('x');
      class User extends Model {}
      export async function f() { const t = await sequelize.transaction(); try { await User.create({ a: 1 }, { transaction: t });
      «await User.destroy({ where: {} })»;
      await t.commit(); } catch (e) { await t.rollback(); } }
    `,
  },
  'sequelize CLS': {
    'case.ts': `
      import { Sequelize, Model } from 'sequelize';
      import ns from './ns.js';
      Sequelize.useCLS(ns);
      const sequelize = new Sequelize('x');
      class User extends Model {}
      export const f = () => sequelize.transaction(async () => { await User.create({ b: 1 }); });
    `,
    'ns.ts': `
      export default {} as any;
    `,
  },
  'typeorm': {
    'case.ts': `
      import { DataSource, Repository } from 'typeorm';
      class User {}
      export class S { constructor(private ds: DataSource, private users: Repository<User>) {}
      async f() { await this.ds.transaction(async (m) => { await m.save({});
      «await this.users.save({})»;
      await m.getRepository(User).save({});
      «await this.ds.getRepository(User).save({})»;
      await m.withRepository(this.users).save({}); }); } }
    `,
  },
  'typeorm query runner': {
    'case.ts': `
      import { DataSource } from 'typeorm';
      export async function f(ds: DataSource) { const qr = ds.createQueryRunner();
      await qr.connect();
      await qr.startTransaction(); try { await qr.manager.save({});
      «await ds.manager.save({})»;
      await qr.commitTransaction(); } catch (e) { await qr.rollbackTransaction(); throw e; } finally { await qr.release(); } }
    `,
  },
  'mikro fork': {
    'case.ts': `
      import { MikroORM } from '@mikro-orm/core';
      export async function f(orm: MikroORM) { const em = orm.em.fork();
      await em.transactional(async (tem) => { await tem.find('A', {});
      «await em.find('B', {})»; }); }
    `,
  },
  'mikro global': {
    'case.ts': `
      import type { EntityManager } from '@mikro-orm/core';
      export class S { constructor(private em: EntityManager) {} async f() { await this.em.transactional(async (tem) => { await tem.find('A', {});
      await this.em.find('B', {}); }); } }
    `,
  },
  'mongoose': {
    'case.ts': `
      import mongoose from 'mongoose';
      import { Order } from './order.js';
      export async function f() { const session = await mongoose.startSession(); try { await session.withTransaction(async () => { await Order.create([{}], { session });
      «await Order.updateOne({ a: 1 }, { b: 1 })»;
      await Order.findOne({}).session(session); }); } finally { await session.endSession(); } }
    `,
    'order.ts': `
      import mongoose from 'mongoose';
      export const Order = mongoose.model('Order', {} as any);
    `,
  },
  'mongodb': {
    'case.ts': `
      import { MongoClient } from 'mongodb';
      const client = new MongoClient('x');
      export async function f() { const s = client.startSession();
      const c = client.db('x').collection('c');
      await s.withTransaction(async () => { await c.insertOne({}, { session: s });
      «await c.deleteOne({ a: 1 })»; }); }
    `,
  },
  'deferred': {
    'case.ts': `
      import { PrismaClient } from '@prisma/client';
      const prisma = new PrismaClient();
      export const f = (later: (() => unknown)[]) => prisma.$transaction(async (tx) => { await tx.a.create({});
      later.push(() => prisma.b.create({}));
      setImmediate(() => { void prisma.c.create({}); }); });
    `,
  },
  'knex trx on commit': {
    'case.ts': `
      import { knex } from 'knex';
      const db = knex({ client: 'pg' });
      export const f = () => db.transaction(async (trx) => { await trx('a').del(); trx.executionPromise.then(() => db('b').insert({})); });
    `,
  },
  'savepoint': {
    'case.ts': `
      import { knex } from 'knex';
      const db = knex({ client: 'pg' });
      export const f = () => db.transaction(async (trx) => { await trx.transaction(async (inner) => { await inner('a').del();
      await trx('b').del(); }); });
    `,
  },
  'kysely nested callee own tx': {
    'case.ts': `
      import type { Kysely } from 'kysely';
      export async function f(db: Kysely<any>) { await db.transaction().execute(async (trx) => { await trx.deleteFrom('a').execute();
      «await db.transaction().execute(async (t2) => { await t2.deleteFrom('b').execute(); })»; }); }
    `,
  },
  'uow class': {
    'case.ts': `
      import { Database } from './database.js';
      const db = new Database();
      export const f = () => db.tx(async (c) => { await c.query('a');
      «await db.query('b')»; });
    `,
    'database.ts': `
      import { Pool, type PoolClient } from 'pg';
      export class Database { private pool = new Pool();
      query(t: string) { return this.pool.query(t); }
      async tx<T>(fn: (c: PoolClient) => Promise<T>): Promise<T> { const c = await this.pool.connect(); try { await c.query('BEGIN');
      const r = await fn(c);
      await c.query('COMMIT'); return r; } catch (e) { await c.query('ROLLBACK'); throw e; } finally { c.release(); } } }
    `,
  },
  'map': {
    'case.ts': `
      import { PrismaClient } from '@prisma/client';
      const prisma = new PrismaClient();
      export const f = (ids: string[]) => prisma.$transaction(async (tx) => { await Promise.all(ids.map(async (id) => { «await prisma.a.delete({ where: { id } })»; }));
      await Promise.all(ids.map((id) => tx.a.delete({ where: { id } }))); });
    `,
  },
  'holder of repos': {
    'case.ts': `
      import type { Knex } from 'knex';
      const makeRepos = (db: Knex) => ({ users: { add: async () => { await db('u').insert({}); } } });
      export class S { private repos; constructor(private db: Knex) { this.repos = makeRepos(db); }
      async f() { await this.db.transaction(async (trx) => { const repos = makeRepos(trx);
      await repos.users.add(); }); } }
    `,
  },
  'postgres.js': {
    'case.ts': `
      import postgres from 'postgres';
      const sql = postgres('x');
      export const f = () => sql.begin(async (tx) => { await tx\`insert \${sql('a')} \${sql\`where x\`}\`;
      «await sql\`delete from b\`»; });
    `,
  },
  'pg-promise': {
    'case.ts': `
      import pgPromise from 'pg-promise';
      const pgp = pgPromise();
      const db = pgp('x');
      export const f = () => db.tx(async (t) => { await t.none('a');
      «await db.none('b')»; });
    `,
  },
  'mysql2': {
    'case.ts': `
      import mysql from 'mysql2/promise';
      const pool = mysql.createPool({});
      export async function f() { const conn = await pool.getConnection();
      await conn.beginTransaction(); try { await conn.query('a');
      «await pool.query('b')»;
      await conn.commit(); } catch (e) { await conn.rollback(); throw e; } finally { conn.release(); } }
    `,
  },
  'js untyped prisma': {
    'case.js': `
      export const make = (prisma) => ({ async f() { await prisma.$transaction(async (tx) => { await tx.a.create({});
      «await prisma.b.create({})»; }); } });
    `,
  },
  'commonjs knex': {
    'case.cjs': `
      const db = require('./db.cjs');
      async function add() { await db('b').insert({}); }
      exports.f = () => db.transaction(async (trx) => { await trx('a').del();
      «await add()»; });
    `,
    'db.cjs': `
      module.exports = require('knex')({ client: 'pg' });
    `,
  },
  'conditional runner': {
    'case.ts': `
      import { knex } from 'knex';
      const db = knex({ client: 'pg' });
      import type { Knex } from 'knex';
      const find = async (id: string, trx?: Knex.Transaction) => { const runner = trx ? trx : db; return runner('a').where({ id }).first(); };
      export const f = () => db.transaction(async (trx) => { await find('1', trx);
      «await find('2')»; });
    `,
  },
  'knex trx arg conditional chain': {
    'case.ts': `
      import { knex } from 'knex';
      const db = knex({ client: 'pg' });
      import type { Knex } from 'knex';
      async function add(v: object, trx?: Knex.Transaction) { const q = db('a').insert(v); if (trx) q.transacting(trx); return q; }
      export const f = () => db.transaction(async (trx) => { await add({}, trx); });
    `,
  },
  'base repo': {
    'case.ts': `
      import type { Kysely } from 'kysely';
      abstract class Base { constructor(protected readonly db: Kysely<any>) {}
      async all() { return this.db.selectFrom('a').execute(); } }
      class Users extends Base { async add() { await this.db.insertInto('u').values({}).execute(); } }
      export class S { constructor(private readonly db: Kysely<any>, private readonly users: Users) {}
      async f() { await this.db.transaction().execute(async (trx) => { await trx.deleteFrom('x').execute();
      «await this.users.add()»;
      «await this.users.all()»;
      await new Users(trx).all(); }); } }
    `,
  },
  'field trx set in method': {
    'case.ts': `
      import type { Knex } from 'knex';
      export class Uow { private conn: Knex; constructor(private db: Knex) { this.conn = db; }
      async run() { await this.db.transaction(async (trx) => { this.conn = trx;
      await this.save(); }); }
      async save() { await this.conn('a').insert({}); } }
    `,
  },
  'other package': {
    'case.ts': `
      import { PrismaClient } from '@prisma/client';
      const prisma = new PrismaClient();
      import { MongoClient } from 'mongodb';
      const logs = new MongoClient('x').db('l').collection('c');
      export const f = () => prisma.$transaction(async (tx) => { await tx.a.create({});
      await logs.insertOne({}); });
    `,
  },
  'two prisma fields in one class': {
    'case.ts': `
      import { PrismaClient } from '@prisma/client';
      export class S { constructor(private main: PrismaClient, private stats: PrismaClient) {} async f() { await this.main.$transaction(async (tx) => { await tx.a.create({});
      await this.stats.b.create({}); }); } }
    `,
  },
  'cls-hooked': {
    'case.ts': `
      import { createNamespace } from 'cls-hooked';
      import { knex } from 'knex';
      const ns = createNamespace('tx');
      const root = knex({});
      const conn = () => ns.get('trx') ?? root;
      async function save() { await conn()('a').insert({}); }
      export const f = () => root.transaction((trx) => ns.runPromise(async () => { ns.set('trx', trx);
      await save(); }));
    `,
  },
  'nullable executor via object': {
    'case.ts': `
      import { knex } from 'knex';
      const db = knex({ client: 'pg' });
      import type { Knex } from 'knex';
      interface Ctx { trx?: Knex.Transaction; user: string }
      const q = (ctx: Ctx) => ctx.trx ?? db;
      async function save(ctx: Ctx) { await q(ctx)('a').insert({}); }
      export const f = (user: string) => db.transaction(async (trx) => { await save({ user, trx });
      «await save({ user })»; });
    `,
  },
  'spread ctx': {
    'case.ts': `
      import { knex } from 'knex';
      const db = knex({ client: 'pg' });
      import type { Knex } from 'knex';
      interface Ctx { trx?: Knex.Transaction; user: string }
      async function save(ctx: Ctx) { await (ctx.trx ?? db)('a').insert({}); }
      export const f = (ctx: Ctx) => db.transaction(async (trx) => { await save({ ...ctx, trx });
      const inner = { ...ctx, trx };
      await save(inner); });
    `,
  },
  'shadowed name': {
    'case.ts': `
      import { PrismaClient } from '@prisma/client';
      const prisma = new PrismaClient();
      export const f = () => prisma.$transaction(async (prisma) => { await prisma.a.create({});
      await prisma.b.create({}); });
    `,
  },
  'destructured models': {
    'case.ts': `
      import { PrismaClient } from '@prisma/client';
      const prisma = new PrismaClient();
      export const f = () => prisma.$transaction(async ({ user, post }) => { await user.create({});
      await post.create({});
      «await prisma.audit.create({})»; });
    `,
  },
  'catch block outside': {
    'case.ts': `
      import { PrismaClient } from '@prisma/client';
      const prisma = new PrismaClient();
      export async function f() { try { await prisma.$transaction(async (tx) => { await tx.a.create({}); }); } catch (e) { await prisma.failure.create({}); throw e; } }
    `,
  },
  'after commit in by hand': {
    'case.ts': `
      import { Pool } from 'pg';
      const pool = new Pool();
      export async function f() { const c = await pool.connect(); try { await c.query('BEGIN');
      await c.query('x');
      await c.query('COMMIT');
      await pool.query('y'); } catch (e) { await c.query('ROLLBACK');
      await pool.query('z'); throw e; } finally { c.release(); } }
    `,
  },
  'array transaction': {
    'case.ts': `
      import { PrismaClient } from '@prisma/client';
      const prisma = new PrismaClient();
      export const f = () => prisma.$transaction([prisma.a.create({}), prisma.b.create({})]);
    `,
  },
  'drizzle repos by function': {
    'case.ts': `
      import { drizzle } from 'drizzle-orm/postgres-js';
      const db = drizzle('x');
      type Db = typeof db;
      const users = (d: Db) => ({ add: (v: object) => d.insert({} as any).values(v) });
      export const f = () => db.transaction(async (tx) => { await users(tx as any).add({});
      «await users(db).add({})»; });
    `,
  },
  'entity manager default param in method': {
    'case.ts': `
      import { DataSource, EntityManager } from 'typeorm';
      export class S { constructor(private ds: DataSource) {}
      async add(m: EntityManager = this.ds.manager) { await m.save({}); }
      async f() { await this.ds.transaction(async (m) => { await this.add(m);
      «await this.add()»; }); } }
    `,
  },
  'mongoose connection.transaction': {
    'case.ts': `
      import mongoose, { Schema } from 'mongoose';
      const A = mongoose.model('A', new Schema({}));
      export const f = () => mongoose.connection.transaction(async (session) => { await A.create([{}], { session });
      «await A.deleteOne({ x: 1 })»; });
    `,
  },
  'mongoose ALS on': {
    'case.ts': `
      import mongoose, { Schema } from 'mongoose';
      mongoose.set('transactionAsyncLocalStorage', true);
      const A = mongoose.model('A', new Schema({}));
      export const f = () => mongoose.connection.transaction(async () => { await A.deleteOne({ x: 1 }); });
    `,
  },
  'start session by hand': {
    'case.ts': `
      import mongoose, { Schema } from 'mongoose';
      const A = mongoose.model('A', new Schema({}));
      export async function f() { const session = await mongoose.startSession(); session.startTransaction(); try { await A.create([{}], { session });
      «await A.updateOne({ x: 1 }, { y: 2 })»;
      await A.updateOne({ x: 1 }, { y: 2 }, { session });
      await session.commitTransaction(); } catch (e) { await session.abortTransaction(); throw e; } finally { await session.endSession(); } }
    `,
  },
  'sequelize options default': {
    'case.ts': `
      import { Sequelize, Model, type Transaction } from 'sequelize';
      const sequelize = new Sequelize('x');
      class Order extends Model {}
      class Service { async pay(id: string, transaction?: Transaction) { return Order.update({ paid: 1 }, { where: { id }, transaction }); } }
      const s = new Service();
      export const f = () => sequelize.transaction(async (t) => { await s.pay('1', t);
      «await s.pay('2')»; });
    `,
  },
  'two sequelize': {
    'case.ts': `
      import { a, b } from './db.js';
      import { Log } from './log.js';
      export const f = () => a.transaction(async (t) => { await a.query('x', { transaction: t });
      await Log.create({}); });
    `,
    'db.ts': `
      import { Sequelize } from 'sequelize';
      export const a = new Sequelize('a');
      export const b = new Sequelize('b');
    `,
    'log.ts': `
      import { Model } from 'sequelize';
      import { b } from './db.js';
      export class Log extends Model {}
      Log.init({}, { sequelize: b });
    `,
  },
  'kysely built outside': {
    'case.ts': `
      import type { Kysely } from 'kysely';
      export async function f(db: Kysely<any>) { const q = db.deleteFrom('a').where('x', '=', 1);
      await db.transaction().execute(async (trx) => { await trx.deleteFrom('b').execute();
      «await q.execute()»; }); }
    `,
  },
  'kysely cte builder': {
    'case.ts': `
      import type { Kysely } from 'kysely';
      export async function f(db: Kysely<any>) { const sub = db.selectFrom('a').select('id');
      await db.transaction().execute(async (trx) => { await trx.deleteFrom('b').where('id', 'in', sub).execute(); }); }
    `,
  },
  'run later stored': {
    'case.ts': `
      import { PrismaClient } from '@prisma/client';
      const prisma = new PrismaClient();
      class Hooks { fns: (() => Promise<void>)[] = []; add(fn: () => Promise<void>) { this.fns.push(fn); } }
      export async function f() { const after = new Hooks();
      await prisma.$transaction(async (tx) => { await tx.a.create({}); after.add(async () => { await prisma.b.create({}); }); }); for (const fn of after.fns) await fn(); }
    `,
  },
  'nest dataSource manager in repo class': {
    'case.ts': `
      import { DataSource } from 'typeorm';
      import { Users } from './users.js';
      export class S { constructor(private readonly dataSource: DataSource, private readonly users: Users) {}
      async f() { await this.dataSource.transaction(async (manager) => { await manager.save({});
      «await this.users.touch('1')»;
      await this.users.touch('1', manager); }); } }
    `,
    'users.ts': `
      import { Repository, EntityManager } from 'typeorm';
      class User {}
      export class Users { constructor(private readonly repo: Repository<User>) {}
      async touch(id: string, manager?: EntityManager) { const repo = manager ? manager.getRepository(User) : this.repo;
      await repo.update(id, {}); } }
    `,
  },
  'passed named callback': {
    'case.ts': `
      import { knex } from 'knex';
      const db = knex({ client: 'pg' });
      async function work(trx: any) { await trx('a').del();
      await db('b').del(); }
      export const f = () => db.transaction(«work»);
    `,
  },
  'retry around': {
    'case.ts': `
      import { PrismaClient } from '@prisma/client';
      const prisma = new PrismaClient();
      import pRetry from 'p-retry';
      export const f = () => pRetry(() => prisma.$transaction(async (tx) => { await tx.a.create({});
      «await prisma.b.create({})»; }));
    `,
  },
  'recursion': {
    'case.ts': `
      import { PrismaClient } from '@prisma/client';
      const prisma = new PrismaClient();
      async function walk(n: number, c: any = prisma): Promise<void> { if (n === 0) return;
      await c.a.create({});
      await walk(n - 1, c); }
      export const f = () => prisma.$transaction(async (tx) => { await walk(3, tx); });
    `,
  },
  'unawaited': {
    'case.ts': `
      import { PrismaClient } from '@prisma/client';
      const prisma = new PrismaClient();
      export const f = () => prisma.$transaction(async (tx) => { await tx.a.create({}); void prisma.log.create({}); });
    `,
  },
  'generated client': {
    'case.ts': `
      import { PrismaClient } from './generated/prisma/client.js';
      const prisma = new PrismaClient();
      async function log() { await prisma.log.create({}); }
      export const f = () => prisma.$transaction(async (tx) => { await tx.a.create({});
      «await log()»; });
    `,
  },
};

it.each(Object.entries(cases))('%s', (_, files) => expectCertain(useTransactionHandle, files));
