/**
 * What the handles of database packages are, and how a statement says in which transaction it runs. What the calls
 * themselves do stands in transactions.ts and io.ts.
 */
import type { Handles, PackageModel } from './format.js';
import { addsListener } from './language.js';
import { SLONIK } from './transactions.js';

/** The same index for each of these names, which spaces separate. */
const at = (index: number, names: string): Record<string, number> => Object.fromEntries(names.split(' ').map((name) => [name, index]));

const mongoUpdates = 'updateOne updateMany replaceOne findOneAndUpdate findOneAndReplace distinct';

const model = (packages: PackageModel['package'], handles: Handles): PackageModel => ({ package: packages, members: {}, handles });

export const handlePackages: readonly PackageModel[] = [
  model(['@prisma/client', '@prisma/client/edge', '@prisma/client/extension', '.prisma/client'], {
    of: ['PrismaClient#'],
    pooled: ['PrismaClient#'],
    transactions: ['Prisma.TransactionClient#'],
    generated: ['PrismaClient', 'Prisma'],
    aside: ['$connect', '$disconnect'],
    made: 'new\\s+PrismaClient\\b',
  }),
  model('knex', {
    of: ['Knex#'],
    pooled: ['Knex#'],
    transactions: ['Knex.Transaction#'],
    // Each migration runs in a transaction; `export const config = { transaction: false }` says otherwise.
    within: { exports: ['up', 'down'], unless: 'config' },
    binds: ['transacting'],
    aside: ['destroy', 'initialize'],
    made: '\\b[kK]nex(?:\\.default)?\\(\\s*[\\w{]',
  }),
  model('kysely', {
    of: ['Kysely#'],
    pooled: ['Kysely#'],
    transactions: ['Transaction#', 'ControlledTransaction#'],
    aside: ['destroy'],
    made: 'new\\s+Kysely\\b',
  }),
  model(['drizzle-orm', 'drizzle-orm/*'], {
    of: ['Database#'],
    pooled: ['Database#'],
    transactions: ['Transaction#'],
    made: '\\bdrizzle\\(',
    // A database in this process, with one connection: what is sent through the outer handle is in the transaction, too.
    carried: 'drizzle-orm/(?:better-sqlite3|bun-sqlite|expo-sqlite|op-sqlite|sql-js|durable-sqlite)[\'"]',
  }),
  model(['sequelize', 'sequelize-typescript', '@sequelize/core'], {
    of: ['Sequelize#', 'Model', 'Model#'],
    pooled: ['Sequelize#'],
    option: { property: 'transaction', at: at(0, 'findAll findOne findAndCountAll count findOrCreate findOrBuild findCreateFind destroy restore truncate drop save reload'), otherwise: 1 },
    aside: ['authenticate', 'close', 'sync'],
    made: 'new\\s+Sequelize\\b',
    // `Sequelize.useCLS(namespace)`; version 7 does so by itself.
    carried: '\\.useCLS\\(|@sequelize/core',
  }),
  model('typeorm', {
    of: ['DataSource#', 'EntityManager#', 'Repository#', 'QueryRunner#', 'BaseEntity'],
    pooled: ['DataSource#'],
    connections: ['DataSource#createQueryRunner'],
    shared: ['getConnection', 'getManager', 'getRepository'],
    aside: ['initialize', 'destroy', 'synchronize', 'connect', 'release', 'runMigrations'],
    made: 'new\\s+DataSource\\b|\\bcreateConnection\\(|TypeOrmModule\\.forRoot',
    carried: 'initializeTransactionalContext|patchTypeORMRepository',
  }),
  model('@mikro-orm/*', {
    of: ['EntityManager#', 'EntityRepository#'],
    connections: ['EntityManager#fork'],
    made: 'MikroORM\\.init\\(',
    // The global entity manager finds the open transaction by itself; a fork does not.
    carried: true,
  }),
  model('mongodb', {
    of: ['MongoClient#', 'Db#', 'Collection#', 'ClientSession#'],
    connections: ['MongoClient#startSession'],
    option: { property: 'session', at: at(2, mongoUpdates), otherwise: 1 },
    aside: ['close', 'connect', 'listCollections', 'watch'],
    made: 'new\\s+MongoClient\\b|MongoClient\\.connect\\(',
  }),
  model('mongoose', {
    of: ['Connection#', 'Model', 'ClientSession#'],
    shared: ['model', 'startSession'],
    connections: ['startSession', 'Connection#startSession', 'Model.startSession'],
    option: { property: 'session', at: at(2, `${mongoUpdates} find findOne findById findByIdAndUpdate`), otherwise: 1 },
    binds: ['session', '$session'],
    aside: ['connect', 'disconnect', 'close', 'createConnection', 'syncIndexes', 'createCollection'],
    made: '\\bcreateConnection\\(',
    carried: 'transactionAsyncLocalStorage',
  }),
  model(['pg', '@neondatabase/serverless', '@vercel/postgres'], {
    of: ['Pool#', 'Client#'],
    connections: ['Pool#connect'],
    pooled: ['Pool#'],
    aside: ['connect', 'end'],
    made: 'new\\s+(?:\\w+\\.)?Pool\\b',
  }),
  model('postgres', {
    of: ['Sql#'],
    pooled: ['Sql#'],
    transactions: ['TransactionSql#'],
    connections: ['Sql#reserve'],
    aside: ['end', 'listen', 'subscribe', 'reserve'],
    made: '\\bpostgres\\(',
  }),
  model(['mysql2', 'mysql2/promise', 'mysql', 'promise-mysql', 'mariadb'], {
    of: ['Pool#', 'Connection#'],
    pooled: ['Pool#'],
    connections: ['Pool#getConnection', 'createConnection'],
    aside: ['getConnection', 'createConnection', 'end', 'ping', 'prepare'],
    made: '\\bcreatePool\\(',
  }),
  model('pg-promise', {
    of: ['IDatabase#'],
    pooled: ['IDatabase#'],
    transactions: ['ITask#'],
    aside: ['connect'],
    made: '\\bpgp\\(',
  }),
  model('objection', {
    of: ['Model'],
    binds: ['transacting'],
    argument: { 'Model.query': 0, 'Model#$query': 0 },
  }),
  model(SLONIK, {
    of: ['DatabasePool#'],
    pooled: ['DatabasePool#'],
    transactions: ['DatabaseTransactionConnection#'],
    made: '\\bcreatePool\\(',
  }),
];

/** Methods of a handle that give no work to wait for. */
export const givesNoWork = (method: string): boolean => addsListener(method) || /^(?:emit|setMetadata|addHook|afterCommit)$/.test(method);

/** Methods of mappers that send several statements: they look first, and write what it comes to. */
export const sendsSeveral = (method: string): boolean =>
  /^(?:save|saveAll|remove|softRemove|recover|findOrCreate|(?:insert|upsert)Graph\w*|flush|persistAndFlush)$/.test(method);
