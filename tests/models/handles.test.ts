/** For each database package what its documents show: statements in a transaction, and one that goes past it (« »). */
import { describe, it } from 'vitest';
import { useTransactionHandle } from '../../src/rules/use-transaction-handle.js';
import { expectCertain } from '../certain-reports.js';

const packages: Readonly<Record<string, string>> = {
  '@prisma/client': `
    import { PrismaClient } from '@prisma/client';
    const prisma = new PrismaClient();
    export const move = (id: number) => prisma.$transaction(async (tx) => {
      const from = await tx.account.update({ where: { id }, data: {} });
      await tx.account.findMany({ where: { id: from.id } });
      await tx.$queryRaw\`SELECT 1\`;
      await «prisma.log.create({ data: {} })»;
    });
    export const both = () => prisma.$transaction([prisma.account.count(), prisma.log.count()]);
  `,
  'knex': `
    import knex from 'knex';
    const db = knex({ client: 'pg' });
    export const move = (id: number) => db.transaction(async (trx) => {
      await trx('a').where({ id }).update({});
      await trx.select('*').from('a').where({ id }).first();
      await trx.insert({}).into('a').returning('id');
      await db('a').transacting(trx).where({ id }).del();
      await trx.raw('SELECT 1');
      await «db('log').insert({})»;
    });
    export async function byHand(): Promise<void> {
      const trx = await db.transaction();
      try {
        await trx('a').insert({});
        await trx.commit();
      } catch (error) {
        await trx.rollback();
        throw error;
      }
    }
  `,
  'kysely': `
    import { Kysely } from 'kysely';
    declare const dialect: any;
    const db = new Kysely<any>({ dialect });
    export const move = () => db.transaction().execute(async (trx) => {
      const one = await trx.insertInto('a').values({}).returning('id').executeTakeFirstOrThrow();
      await trx.updateTable('a').set({}).where('id', '=', one.id).execute();
      await trx.selectFrom('a').selectAll().where((eb) => eb.exists(eb.selectFrom('b'))).execute();
      await «db.deleteFrom('a').execute()»;
    });
    export const isolated = () => db.transaction().setIsolationLevel('serializable').execute((trx) => trx.selectFrom('a').selectAll().execute());
  `,
  'drizzle-orm': `
    import { drizzle } from 'drizzle-orm/node-postgres';
    import { eq } from 'drizzle-orm';
    import { users } from './schema';
    const db = drizzle('postgres://');
    export const move = () => db.transaction(async (tx) => {
      await tx.insert(users).values({}).returning();
      await tx.update(users).set({}).where(eq(users.id, 1));
      await tx.query.users.findMany({ where: eq(users.id, 1) });
      await tx.transaction(async (inner) => { await inner.delete(users); });
      await «db.select().from(users)»;
    });
  `,
  'sequelize': `
    import { Sequelize, DataTypes, Model } from 'sequelize';
    const sequelize = new Sequelize('sqlite::memory:');
    class User extends Model {}
    User.init({ name: DataTypes.STRING }, { sequelize });
    export const move = () => sequelize.transaction(async (t) => {
      const user = await User.create({ name: 'a' }, { transaction: t });
      await User.findAll({ where: { name: 'a' }, transaction: t });
      await User.update({ name: 'b' }, { where: {}, transaction: t });
      await User.findOne({ where: {}, lock: t.LOCK.UPDATE, transaction: t });
      await sequelize.query('SELECT 1', { transaction: t });
      void user;
      await «User.count()»;
    });
  `,
  'typeorm': `
    import { DataSource } from 'typeorm';
    import { User } from './user';
    const source = new DataSource({ type: 'postgres' });
    export const move = () => source.transaction(async (manager) => {
      await manager.save(User, {});
      await manager.getRepository(User).find({ where: {} });
      await manager.createQueryBuilder().update(User).set({}).where('id = 1').execute();
      await manager.query('SELECT 1');
      await «source.getRepository(User).find()»;
    });
    export async function byHand(): Promise<void> {
      const runner = source.createQueryRunner();
      await runner.connect();
      await runner.startTransaction();
      try {
        await runner.manager.save(User, {});
        await runner.commitTransaction();
      } catch (error) {
        await runner.rollbackTransaction();
        throw error;
      } finally {
        await runner.release();
      }
    }
  `,
  'mongodb': `
    import { MongoClient } from 'mongodb';
    const client = new MongoClient('mongodb://');
    const users = client.db('a').collection('users');
    export async function move(): Promise<void> {
      const session = client.startSession();
      try {
        await session.withTransaction(async () => {
          await users.insertOne({}, { session });
          await users.updateOne({ a: 1 }, { $set: {} }, { session });
          await users.find({}, { session }).toArray();
          await users.findOne({ a: 1 }, { session });
          await «users.deleteOne({ a: 1 })»;
        });
      } finally {
        await session.endSession();
      }
    }
  `,
  'mongoose': `
    import mongoose, { Schema } from 'mongoose';
    const User = mongoose.model('User', new Schema({ name: String }));
    export const move = () => mongoose.connection.transaction(async (session) => {
      await User.create([{ name: 'a' }], { session });
      await User.findOne({ name: 'a' }).session(session);
      await User.updateOne({ name: 'a' }, { name: 'b' }, { session });
      await User.find({}, null, { session }).sort('name').lean();
      const one = await User.findById(1).session(session);
      if (one) await one.save({ session });
      await «User.deleteMany({})»;
    });
  `,
  'pg': `
    import { Pool } from 'pg';
    const pool = new Pool();
    export async function move(): Promise<void> {
      const client = await pool.connect();
      try {
        await client.query('BEGIN');
        const { rows } = await client.query('INSERT INTO a VALUES ($1) RETURNING id', [1]);
        await client.query('INSERT INTO b VALUES ($1)', [rows[0].id]);
        await «pool.query('INSERT INTO log VALUES (1)')»;
        await client.query('COMMIT');
      } catch (error) {
        await client.query('ROLLBACK');
        throw error;
      } finally {
        client.release();
      }
    }
  `,
  'postgres': `
    import postgres from 'postgres';
    const sql = postgres('postgres://');
    export const move = () => sql.begin(async (tx) => {
      const [user] = await tx\`INSERT INTO a VALUES (1) RETURNING *\`;
      await tx\`INSERT INTO b \${tx(user!)}\`;
      await «sql\`INSERT INTO log VALUES (1)\`»;
    });
  `,
  'mysql2': `
    import mysql from 'mysql2/promise';
    const pool = mysql.createPool('mysql://');
    export async function move(): Promise<void> {
      const connection = await pool.getConnection();
      try {
        await connection.beginTransaction();
        await connection.query('INSERT INTO a VALUES (1)');
        await connection.execute('INSERT INTO b VALUES (?)', [1]);
        await «pool.query('INSERT INTO log VALUES (1)')»;
        await connection.commit();
      } catch (error) {
        await connection.rollback();
        throw error;
      } finally {
        connection.release();
      }
    }
  `,
  'pg-promise': `
    import pgPromise from 'pg-promise';
    const pgp = pgPromise();
    const db = pgp('postgres://');
    export const move = () => db.tx(async (t) => {
      const user = await t.one('INSERT INTO a VALUES ($1) RETURNING id', 1);
      await t.none('INSERT INTO b VALUES ($1)', user.id);
      await t.batch([t.any('SELECT 1'), t.any('SELECT 2')]);
      await «db.none('INSERT INTO log VALUES (1)')»;
    });
  `,
  'objection': `
    import { Model } from 'objection';
    class Person extends Model {}
    class Pet extends Model {}
    export const move = () => Person.transaction(async (trx) => {
      const person = await Person.query(trx).insert({ name: 'a' }).returning('*');
      await Person.query(trx).findById(1).patch({ name: 'b' });
      await Pet.query(trx).where('owner', 1).delete();
      await (person as any).$query(trx).patch({ name: 'c' });
      await Pet.query().transacting(trx).insert({});
      await «Pet.query().insert({ name: 'd' })»;
    });
  `,
  'slonik': `
    import { createPool, sql } from 'slonik';
    export async function move(): Promise<void> {
      const pool = await createPool('postgres://');
      await pool.transaction(async (connection) => {
        await connection.query(sql.unsafe\`INSERT INTO a VALUES (1)\`);
        await connection.one(sql.unsafe\`SELECT 1\`);
        await «pool.query(sql.unsafe\`INSERT INTO log VALUES (1)\`)»;
      });
    }
  `,
};

describe.each(Object.entries(packages))('%s', (_, code) => {
  it('is read as its documents mean it', () => expectCertain(useTransactionHandle, { 'case.ts': code }));
});
