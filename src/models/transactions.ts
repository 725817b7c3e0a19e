/**
 * What is known about database packages as far as they open transactions, and what their handles are.
 *
 * A transaction is a lock: rows and a connection are held until it ends. What is called on its handle is storage.
 */

import { aliased, each } from './entries.js';
import type { Acquire, CheckOut, Effect, Nothing, PackageModel, Release, Section } from './format.js';

type Entries = PackageModel['members'];

/** Slonik, and a fork of it that is published under a name of its own. */
export const SLONIK = ['slonik', '@silverhand/slonik'];
const slonikQueries = 'query one oneFirst maybeOne maybeOneFirst many manyFirst any anyFirst exists';

const sql: Effect = { does: 'storage', engine: 'sql' };
const sqlBuilder: Effect = { does: 'storage', engine: 'sql', chain: true };
const end: Release = { does: 'release' };
const nothing: Nothing = { does: 'nothing' };

export const transactionPackages: readonly PackageModel[] = [
  {
    // `$transaction([…])` sends a batch; only with a callback is the transaction open while our code runs.
    package: ['@prisma/client', '@prisma/client/edge', '@prisma/client/extension', '.prisma/client'],
    members: {
      'PrismaClient#$transaction': [
        { ...section(0, 'Prisma.TransactionClient#'), when: 'callback' },
        { ...sql, when: 'no callback' },
      ],
      'PrismaClient#$extends': { does: 'nothing', gives: 'PrismaClient#' },
      'PrismaClient#$on': nothing,
      'PrismaClient#$use': nothing,
      ...each('PrismaClient#', sql, '$connect $disconnect $queryRaw $queryRawTyped $queryRawUnsafe $executeRaw '
        + '$executeRawUnsafe $runCommandRaw'),
      'PrismaClient#*.*': sqlBuilder,
    },
    aliases: { 'Prisma.TransactionClient#': 'PrismaClient#', 'Prisma.DefaultPrismaClient#': 'PrismaClient#' },
  },
  {
    package: 'knex',
    members: {
      'default': { does: 'nothing', gives: 'Knex#' },
      'knex': { does: 'nothing', gives: 'Knex#' },
      'Knex#': sqlBuilder,
      'Knex#transaction': [
        { ...section('last', 'Knex.Transaction#'), when: 'callback' },
        unmanaged('Knex.Transaction#'),
      ],
      'Knex#transactionProvider': { does: 'nothing', gives: 'Knex.TransactionProvider#' },
      'Knex.TransactionProvider#': unmanaged('Knex.Transaction#'),
      'Knex#on': nothing,
      'Knex#fn.*': nothing,
      'Knex#ref': nothing,
      'Knex#isTransaction': nothing,
      'Knex#**': sqlBuilder,
      'Knex.Transaction#commit': end,
      'Knex.Transaction#rollback': end,
      'Knex.Transaction#savepoint': section(0, 'Knex.Transaction#'),
      'Knex.Transaction#isCompleted': nothing,
      'Knex.QueryBuilder#**': sqlBuilder,
    },
    aliases: { 'Knex.Transaction#': 'Knex#' },
  },
  {
    package: 'kysely',
    members: {
      'Kysely#transaction': { does: 'nothing', gives: 'TransactionBuilder#' },
      'Kysely#startTransaction': { does: 'nothing', gives: 'ControlledTransactionBuilder#' },
      'Kysely#connection': { does: 'nothing', gives: 'ConnectionBuilder#' },
      'Kysely#withSchema': { does: 'nothing', gives: 'Kysely#' },
      'Kysely#withPlugin': { does: 'nothing', gives: 'Kysely#' },
      'Kysely#**': sqlBuilder,
      'TransactionBuilder#execute': section(0, 'Transaction#'),
      'TransactionBuilder#setIsolationLevel': { does: 'nothing', gives: 'TransactionBuilder#' },
      'TransactionBuilder#setAccessMode': { does: 'nothing', gives: 'TransactionBuilder#' },
      'ControlledTransactionBuilder#execute': unmanaged('ControlledTransaction#'),
      'ControlledTransactionBuilder#setIsolationLevel': { does: 'nothing', gives: 'ControlledTransactionBuilder#' },
      'ControlledTransactionBuilder#setAccessMode': { does: 'nothing', gives: 'ControlledTransactionBuilder#' },
      'ControlledTransaction#commit': end,
      'ControlledTransaction#rollback': end,
      'ConnectionBuilder#execute': { does: 'nothing', invokes: [0] },
      'sql': nothing,
      'sql().execute': sql,
    },
    aliases: { 'Transaction#': 'Kysely#', 'ControlledTransaction#': 'Transaction#' },
  },
  {
    package: ['drizzle-orm', 'drizzle-orm/*'],
    members: {
      'drizzle': { does: 'nothing', gives: 'Database#' },
      'Database#transaction': section(0, 'Transaction#'),
      ...each('Database#', sqlBuilder, 'select selectDistinct selectDistinctOn insert update delete with $count '
        + 'refreshMaterializedView'),
      ...each('Database#', sql, 'execute run all get values batch'),
      'Database#query.*.*': sqlBuilder,
      'Transaction#rollback': nothing,
    },
    aliases: {
      'Transaction#': 'Database#',
      ...aliased('Database#', 'PgDatabase MySqlDatabase BaseSQLiteDatabase SingleStoreDatabase GelDatabase '
        + 'NodePgDatabase PostgresJsDatabase MySql2Database BetterSQLite3Database LibSQLDatabase NeonDatabase '
        + 'NeonHttpDatabase VercelPgDatabase PgliteDatabase DrizzleD1Database BunSQLDatabase BunSQLiteDatabase '
        + 'ExpoSQLiteDatabase OPSQLiteDatabase PlanetScaleDatabase TiDBServerlessDatabase PgRemoteDatabase '
        + 'MySqlRemoteDatabase SqliteRemoteDatabase SingleStoreDriverDatabase NetlifyDbDatabase XataHttpDatabase '
        + 'DrizzleSqliteDODatabase SQLJsDatabase AwsDataApiPgDatabase GelJsDatabase'),
      ...aliased('Transaction#', 'PgTransaction MySqlTransaction SQLiteTransaction SingleStoreTransaction '
        + 'GelTransaction NodePgTransaction PostgresJsTransaction MySql2Transaction BetterSQLiteTransaction '
        + 'LibSQLTransaction NeonTransaction VercelPgTransaction PgliteTransaction D1Transaction '
        + 'SQLiteBunTransaction BunSQLTransaction ExpoSQLiteTransaction PlanetScaleTransaction'),
    },
  },
  {
    package: ['sequelize', 'sequelize-typescript', '@sequelize/core'],
    members: {
      'Sequelize#transaction': [
        { ...section('last', 'Transaction#'), when: 'callback' },
        unmanaged('Transaction#'),
      ],
      'Sequelize#startUnmanagedTransaction': unmanaged('Transaction#'),
      ...each('Sequelize#', sql, 'query authenticate sync close drop truncate'),
      'Transaction#commit': end,
      'Transaction#rollback': end,
      'Transaction#afterCommit': nothing,
      ...each('Model.', sql, 'aggregate bulkCreate count create decrement describe destroy drop findAll '
        + 'findAndCountAll findByPk findCreateFind findOne findOrCreate increment max min restore sum sync truncate '
        + 'update upsert findOrBuild'),
      ...each('Model#', sql, 'save update destroy reload restore increment decrement'),
    },
    aliases: {
      'default#': 'Sequelize#', 'ModelStatic#': 'Model', 'ModelCtor#': 'Model',
      'Model.sequelize': 'Sequelize#', 'Model#sequelize': 'Sequelize#',
    },
  },
  {
    package: 'typeorm',
    members: {
      'DataSource#transaction': section('last', 'EntityManager#'),
      'DataSource#createQueryRunner': [
        { does: 'nothing', gives: 'QueryRunner#' },
        { ...checkedOut('release'), apart: ['connection', 'dataSource'] },
      ],
      'DataSource#createEntityManager': { does: 'nothing', gives: 'EntityManager#' },
      'DataSource#getRepository': { does: 'nothing', gives: 'Repository#' },
      'DataSource#createQueryBuilder': sqlBuilder,
      ...each('DataSource#', sql, 'initialize destroy query synchronize runMigrations'),
      'EntityManager#transaction': section('last', 'EntityManager#'),
      'EntityManager#getRepository': { does: 'nothing', gives: 'Repository#' },
      'EntityManager#withRepository': { does: 'nothing', gives: 'Repository#' },
      ...typeormStore('EntityManager#'),
      'QueryRunner#startTransaction': begins(),
      'QueryRunner#commitTransaction': end,
      'QueryRunner#rollbackTransaction': end,
      ...each('QueryRunner#', sql, 'connect query release stream'),
      ...typeormStore('Repository#'),
      'getConnection': { does: 'nothing', gives: 'DataSource#' },
      'createConnection': { ...sql, gives: 'DataSource#' },
      'getManager': { does: 'nothing', gives: 'EntityManager#' },
      'getRepository': { does: 'nothing', gives: 'Repository#' },
      ...each('BaseEntity.', sql, 'save insert update upsert delete remove softRemove count countBy find findBy findAndCount '
        + 'findOne findOneBy findOneOrFail findOneByOrFail query clear'),
      'BaseEntity.createQueryBuilder': sqlBuilder,
    },
    aliases: {
      'Connection#': 'DataSource#',
      'DataSource#manager': 'EntityManager#',
      'EntityManager#connection': 'DataSource#',
      'EntityManager#dataSource': 'DataSource#',
      'EntityManager#queryRunner': 'QueryRunner#',
      'QueryRunner#manager': 'EntityManager#',
      'QueryRunner#connection': 'DataSource#',
      'Repository#manager': 'EntityManager#',
      'TreeRepository#': 'Repository#',
    },
  },
  {
    package: '@mikro-orm/*',
    members: {
      'MikroORM.init': { ...sql, gives: 'MikroORM#' },
      'EntityManager#transactional': section(0, 'EntityManager#'),
      'EntityManager#begin': begins(),
      'EntityManager#commit': end,
      'EntityManager#rollback': end,
      'EntityManager#fork': { does: 'nothing', gives: 'EntityManager#' },
      'EntityManager#getRepository': { does: 'nothing', gives: 'EntityRepository#' },
      ...mikroStore('EntityManager#'),
      'EntityManager#flush': sql,
      'EntityManager#persistAndFlush': sql,
      'EntityManager#removeAndFlush': sql,
      'EntityManager#lock': sql,
      'EntityManager#execute': sql,
      'EntityManager#createQueryBuilder': sqlBuilder,
      ...mikroStore('EntityRepository#'),
      'EntityRepository#getEntityManager': { does: 'nothing', gives: 'EntityManager#' },
    },
    aliases: {
      'MikroORM#em': 'EntityManager#',
      'EntityRepository#em': 'EntityManager#',
      ...aliased('EntityManager#', 'SqlEntityManager MongoEntityManager PostgreSqlEntityManager'),
    },
  },
  {
    package: 'mongodb',
    members: {
      ...mongoSession(),
      'MongoClient#startSession': [{ does: 'nothing', gives: 'ClientSession#' }, checkedOut('endSession')],
      'MongoClient#withSession': { does: 'nothing', invokes: [0] },
    },
  },
  {
    package: 'mongoose',
    members: {
      ...mongoSession(),
      'startSession': [{ does: 'storage', engine: 'mongodb', gives: 'ClientSession#' }, checkedOut('endSession')],
      'Connection#startSession': [{ does: 'storage', engine: 'mongodb', gives: 'ClientSession#' }, checkedOut('endSession')],
      'Connection#transaction': section(0, 'ClientSession#'),
      'Connection#withSession': { does: 'nothing', invokes: [0] },
      'Model.startSession': [{ does: 'storage', engine: 'mongodb', gives: 'ClientSession#' }, checkedOut('endSession')],
    },
    aliases: {
      'connection': 'Connection#',
      'Mongoose#': 'default',
      'mongo.ClientSession#': 'ClientSession#',
    },
  },
  {
    // Transactions are written as SQL here; what a statement means is read from its text.
    package: ['pg', '@neondatabase/serverless', '@vercel/postgres'],
    members: {
      'Pool#connect': [
        { ...sql, gives: 'Client#' },
        { ...checkedOut('release', 'end'), once: true, when: 'no callback' },
      ],
      'Pool#query': sql,
      'Pool#end': sql,
      'Client#connect': sql,
      'Client#query': sql,
      'Client#end': sql,
      'Client#release': nothing,
    },
    aliases: { 'PoolClient#': 'Client#', 'ClientBase#': 'Client#' },
  },
  {
    // `sql\`…\`` is a call of the instance itself.
    package: 'postgres',
    members: {
      'default': { does: 'nothing', gives: 'Sql#' },
      'Sql#': sqlBuilder,
      'Sql#begin': section('last', 'TransactionSql#'),
      'Sql#reserve': [{ ...sql, gives: 'ReservedSql#' }, checkedOut('release')],
      ...each('Sql#', sqlBuilder, 'unsafe file'),
      ...each('Sql#', sql, 'listen notify subscribe end'),
      'TransactionSql#savepoint': section('last', 'TransactionSql#'),
      'ReservedSql#release': nothing,
    },
    aliases: { 'TransactionSql#': 'Sql#', 'ReservedSql#': 'Sql#' },
  },
  {
    package: ['mysql2', 'mysql2/promise', 'mysql', 'promise-mysql', 'mariadb'],
    members: {
      'createConnection': { ...sql, gives: 'Connection#' },
      'createPool': { does: 'nothing', gives: 'Pool#' },
      'Pool#getConnection': [
        { ...sql, gives: 'Connection#' },
        { ...checkedOut('release', 'end', 'destroy', 'close'), when: 'no callback' },
      ],
      'Pool#promise': { does: 'nothing', gives: 'Pool#' },
      ...each('Pool#', sql, 'query execute end'),
      'Connection#beginTransaction': begins(),
      'Connection#commit': end,
      'Connection#rollback': end,
      'Connection#promise': { does: 'nothing', gives: 'Connection#' },
      'Connection#release': nothing,
      ...each('Connection#', sql, 'query execute prepare ping end'),
    },
    aliases: { 'PoolConnection#': 'Connection#' },
  },
  {
    // Everything is synchronous. `transaction(fn)` gives a function; calling that is the transaction.
    package: ['better-sqlite3', 'bun:sqlite'],
    members: {
      'default#transaction': { does: 'section', callback: 0, kind: 'transaction', wraps: true, atOnce: true },
      ...each('default#', { does: 'storage', sync: true }, 'exec pragma run close'),
      'default#prepare': { does: 'nothing', gives: 'Statement#' },
      'default#query': { does: 'nothing', gives: 'Statement#' },
      ...each('Statement#', { does: 'storage', sync: true }, 'run get all iterate values'),
    },
    aliases: { 'default()': 'default#', 'Database#': 'default#' },
  },
  {
    package: 'pg-promise',
    members: {
      'default': nothing,
      'default()': { does: 'nothing', gives: 'IDatabase#' },
      'IDatabase#tx': section('last', 'ITask#'),
      'IDatabase#txIf': section('last', 'ITask#'),
      'IDatabase#task': { does: 'nothing', invokes: [0, 1] },
      ...each('IDatabase#', sql, 'none one oneOrNone many manyOrNone any result query multi func proc each map '
        + 'connect'),
    },
    aliases: { 'ITask#': 'IDatabase#' },
  },
  {
    package: 'objection',
    members: {
      'transaction': section('last'),
      'transaction.start': unmanaged(),
      'Model.transaction': section('last'),
      'Model.startTransaction': unmanaged(),
      'Model.query': sqlBuilder,
      'Model#$query': sqlBuilder,
    },
  },
  {
    // What is typed `CommonQueryMethods` may be the pool or a transaction's connection.
    package: SLONIK,
    members: {
      'createPool': { does: 'nothing', gives: 'DatabasePool#' },
      'DatabasePool#transaction': section(0, 'DatabaseTransactionConnection#'),
      'DatabasePool#connect': { does: 'nothing', invokes: [0] },
      'CommonQueryMethods#transaction': section(0, 'DatabaseTransactionConnection#'),
      ...each('DatabasePool#', sql, slonikQueries),
      ...each('CommonQueryMethods#', sql, slonikQueries),
    },
    aliases: { 'DatabaseTransactionConnection#': 'DatabasePool#', 'DatabasePoolConnection#': 'DatabasePool#' },
  },
  {
    // IndexedDB: the transaction ends by itself as soon as nothing of it is under way.
    package: 'dexie',
    members: { 'Dexie#transaction': { does: 'section', callback: 'last', kind: 'transaction' } },
    aliases: { 'default#': 'Dexie#' },
  },
  {
    package: ['@google-cloud/firestore', 'firebase-admin/firestore'],
    members: { 'Firestore#runTransaction': section(0), 'getFirestore': { does: 'nothing', gives: 'Firestore#' } },
  },
  {
    package: 'firebase/firestore',
    members: { 'runTransaction': section(1) },
  },
];

function section(callback: Section['callback'], handleIs?: string): Section {
  return { does: 'section', callback, kind: 'transaction', handle: 0, ...(handleIs === undefined ? {} : { handleIs }) };
}

/** The call gives the handle, whose owner must end it. */
function unmanaged(leaseIs?: string): Acquire {
  return {
    does: 'acquire', gives: 'lease', releasedBy: ['commit', 'rollback'], kind: 'transaction', when: 'no callback',
    ...(leaseIs === undefined ? {} : { leaseIs }),
  };
}

function checkedOut(...releasedBy: string[]): CheckOut {
  return { does: 'check out', releasedBy };
}

/** The receiver is the handle from here on. */
function begins(): Acquire {
  return { does: 'acquire', gives: 'nothing', kind: 'transaction', when: 'no callback' };
}

/** A session that ends aborts what is still open in it. The driver repeats `withTransaction` on transient errors. */
function mongoSession(): Entries {
  return {
    'ClientSession#withTransaction': section(0, 'ClientSession#'),
    'ClientSession#startTransaction': { does: 'acquire', gives: 'nothing', kind: 'transaction', sync: true },
    'ClientSession#commitTransaction': end,
    'ClientSession#abortTransaction': end,
    'ClientSession#endSession': { does: 'release', ifHeld: true },
    'ClientSession#inTransaction': nothing,
  };
}

function typeormStore(of: string): Entries {
  return {
    ...each(of, sql, 'save insert update upsert delete remove softDelete softRemove recover restore count countBy '
      + 'exists existsBy sum average minimum maximum find findBy findAndCount findAndCountBy findByIds findOne '
      + 'findOneBy findOneOrFail findOneByOrFail query clear increment decrement preload'),
    [`${of}createQueryBuilder`]: sqlBuilder,
  };
}

function mikroStore(of: string): Entries {
  return each(of, sql, 'find findAll findAndCount findByCursor findOne findOneOrFail count insert insertMany upsert '
    + 'upsertMany nativeUpdate nativeDelete populate refresh refreshOrFail');
}
