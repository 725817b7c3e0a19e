// What the tables must know, library by library, written as a user's code reaches it.

import { describe, expect, it } from 'vitest';
import type { Does } from '../../src/models/index.js';
import { builtIn, lookupMember, lookupPackage, resultPath } from '../../src/models/index.js';

/** A role in short: `section 0`, `acquire releaser`, `storage redis`. */
function short(one: Does): string {
  const later = 'wraps' in one && one.wraps === true ? ' later' : '';
  switch (one.does) {
    case 'section': return `section ${one.lock === undefined ? '' : 'of another '}${one.callback}${later}`;
    case 'acquire': return `acquire ${one.gives}`;
    case 'retry': return `retry ${one.callback ?? 'itself'}${later}`;
    default: return 'engine' in one && one.engine !== undefined ? `${one.does} ${one.engine}` : one.does;
  }
}

function roles(name: string, path: string, how?: 'new'): string[] {
  const model = lookupPackage(name);
  return model ? lookupMember(model, path, how).map(short) : ['unknown package'];
}

describe('roles', () => {
  it.each<[name: string, path: string, ...roles: string[]]>([
    ['async-mutex', 'Mutex#runExclusive', 'section 0'],
    ['async-mutex', 'Semaphore#acquire', 'acquire pair'],
    ['async-mutex', 'withTimeout().acquire', 'acquire releaser'],
    ['async-mutex', 'MutexInterface#runExclusive', 'section 0'],
    ['async-lock', 'default#acquire', 'section 1'],
    ['await-lock', 'default#acquireAsync', 'acquire nothing'],
    ['async-sema', 'Sema#acquire', 'acquire nothing'],
    ['await-semaphore', 'Semaphore#use', 'section 0'],
    ['semaphore-async-await', 'default#wait', 'acquire nothing'],
    ['semaphore-async-await', 'Lock#signal', 'release'],
    ['semaphore-async-await', 'default#execute', 'section 0'],
    ['semaphore-promise', 'Semaphore#acquire', 'acquire releaser'],
    ['semaphore-promise', 'default#acquire', 'acquire releaser'],
    ['mutexify', 'default()', 'section 0'],
    ['mutexify/promise', '()', 'acquire releaser'],
    ['@livekit/mutex', 'Mutex#lock', 'acquire releaser'],
    ['@sapphire/async-queue', 'AsyncQueue#wait', 'acquire nothing'],
    ['@sapphire/async-queue', 'AsyncQueue#shift', 'release'],
    ['p-limit', 'default()', 'section 0'],
    ['p-limit', 'default().map', 'section 1'],
    ['p-queue', 'default#add', 'section 0'],
    ['es-toolkit', 'Mutex#acquire', 'acquire nothing'],
    ['es-toolkit/promise', 'Semaphore#release', 'release'],
    ['es-toolkit', 'retry', 'retry 0'],
    ['proper-lockfile', 'lock', 'acquire releaser'],
    ['proper-lockfile', 'unlock', 'release'],
    ['redlock', 'default#using', 'section last'],
    ['redlock', 'default#acquire', 'acquire lease'],
    ['redlock', 'default#lock().unlock', 'release'],
    ['redis-semaphore', 'RedlockMutex#tryAcquire', 'acquire boolean'],
    ['browser-tabs-lock', 'default#acquireLock', 'acquire boolean'],
    ['lockwright', 'Mutex#withLock', 'section 0'],
    ['lockwright', 'Semaphore#acquire().release', 'release'],
    ['lockwright', 'retryWithLock', 'retry 1', 'section of another 1'],
    ['node:worker_threads', 'locks.request', 'section last'],

    ['@prisma/client', 'PrismaClient#$transaction', 'section 0', 'storage sql'],
    ['@prisma/client', 'PrismaClient#user.findMany', 'storage sql'],
    ['@prisma/client', 'Prisma.TransactionClient#user.update', 'storage sql'],
    ['@prisma/client', 'PrismaClient#$extends().user.create', 'storage sql'],
    ['knex', 'default().transaction', 'section last', 'acquire lease'],
    ['knex', 'knex().transaction().commit', 'release'],
    ['knex', 'default()', 'storage sql'],
    ['knex', 'Knex#().where().first', 'storage sql'],
    ['knex', 'Knex.Transaction#', 'storage sql'],
    ['knex', 'Knex.Transaction#rollback', 'release'],
    ['knex', 'Knex#transactionProvider()', 'acquire lease'],
    ['kysely', 'Kysely#transaction().execute', 'section 0'],
    ['kysely', 'Kysely#transaction().setIsolationLevel().execute', 'section 0'],
    ['kysely', 'Kysely#startTransaction().execute', 'acquire lease'],
    ['kysely', 'Transaction#selectFrom().where().execute', 'storage sql'],
    ['drizzle-orm/node-postgres', 'drizzle().transaction', 'section 0'],
    ['drizzle-orm/postgres-js', 'PostgresJsDatabase#query.users.findFirst', 'storage sql'],
    ['drizzle-orm/pg-core', 'PgTransaction#update().set().where', 'storage sql'],
    ['sequelize', 'Sequelize#transaction', 'section last', 'acquire lease'],
    ['sequelize', 'default#transaction().commit', 'release'],
    ['sequelize', 'ModelStatic#findOne', 'storage sql'],
    ['typeorm', 'DataSource#transaction', 'section last'],
    ['typeorm', 'DataSource#manager.transaction', 'section last'],
    ['typeorm', 'DataSource#createQueryRunner().startTransaction', 'acquire nothing'],
    ['typeorm', 'QueryRunner#manager.save', 'storage sql'],
    ['typeorm', 'getManager().transaction', 'section last'],
    ['@mikro-orm/core', 'EntityManager#transactional', 'section 0'],
    ['@mikro-orm/postgresql', 'MikroORM#em.fork().begin', 'acquire nothing'],
    ['mongodb', 'MongoClient#startSession().withTransaction', 'section 0'],
    ['mongodb', 'MongoClient#db().collection().find().toArray', 'storage mongodb'],
    ['mongoose', 'startSession().startTransaction', 'acquire nothing'],
    ['mongoose', 'connection.transaction', 'section 0'],
    ['mongoose', 'model().findOne', 'storage mongodb'],
    ['mongoose', 'model()#save', 'storage mongodb'],
    ['pg', 'default.Pool#connect().query', 'storage sql'],
    ['postgres', 'default().begin', 'section last'],
    ['postgres', 'default()', 'storage sql'],
    ['postgres', 'Sql#', 'storage sql'],
    ['mysql2/promise', 'createPool().getConnection().beginTransaction', 'acquire nothing'],
    ['better-sqlite3', 'default#transaction', 'section 0 later'],
    ['better-sqlite3', 'default().prepare().run', 'storage'],

    ['timers/promises', 'setTimeout', 'sleep'],
    ['node:timers/promises', 'scheduler.wait', 'sleep'],
    ['node:util', 'promisify(setTimeout)', 'sleep'],
    ['delay', 'default', 'sleep'],
    ['sleep-promise', '', 'sleep'],
    ['p-retry', 'default', 'retry 0'],
    ['async-retry', 'default', 'retry 0'],
    ['retry', 'operation().attempt', 'retry 0'],
    ['cockatiel', 'retry().execute', 'retry 0'],
    ['exponential-backoff', 'backOff', 'retry 0'],
    ['@lifeomic/attempt', 'retry', 'retry 0'],
    ['ts-retry-promise', 'customizeRetry()', 'retry 0'],
    ['axios-retry', 'default', 'make retrying'],
    ['promise-retry', 'default', 'retry last'],
    ['fetch-retry', 'default()', 'retry itself', 'network'],
    ['events', 'once', 'event'],
    ['node:events', 'default#emit', 'callback'],
    ['p-event', 'pEvent', 'event'],
    ['eventemitter3', 'EventEmitter#emit', 'callback'],
    ['mitt', 'default().emit', 'callback'],

    ['undici', 'fetch', 'network'],
    ['axios', 'default', 'network'],
    ['axios', 'default.create().get', 'network'],
    ['axios', 'AxiosInstance#post', 'network'],
    ['got', 'default().json', 'network'],
    ['ky', 'default.extend().get().json', 'network'],
    ['superagent', 'default.post().send', 'network'],
    ['https', 'request', 'network'],
    ['node:http2', 'connect().request', 'network'],
    ['node:dgram', 'createSocket().send', 'network'],
    ['node:dns', 'promises.resolveMx', 'network'],
    ['ws', 'default#send', 'network'],
    ['nodemailer', 'default.createTransport().sendMail', 'network'],
    ['@aws-sdk/client-s3', 'S3Client#send', 'network'],
    ['@aws-sdk/lib-storage', 'Upload#done', 'network'],
    ['@aws-sdk/client-dynamodb', 'DynamoDBClient#send', 'storage dynamodb'],
    ['@grpc/grpc-js', 'makeGenericClientConstructor()#sayHello', 'network'],
    ['@slack/web-api', 'WebClient#chat.postMessage', 'network'],
    ['stripe', 'default#checkout.sessions.create', 'network'],
    ['stripe', 'default#webhooks.constructEvent', 'nothing'],
    ['twilio', 'default().messages.create', 'network'],
    ['@sendgrid/mail', 'default.send', 'network'],
    ['openai', 'default#chat.completions.create', 'network'],
    ['@anthropic-ai/sdk', 'Anthropic#messages.create', 'network'],
    ['@octokit/rest', 'Octokit#rest.issues.create', 'network'],
    ['googleapis', 'google.drive().files.list', 'network'],
    ['@trpc/client', 'createTRPCClient().user.byId.query', 'network'],
    ['graphql-request', 'GraphQLClient#request', 'network'],
    ['@apollo/client', 'ApolloClient#mutate', 'network'],
    ['kafkajs', 'Kafka#producer().send', 'network'],
    ['amqplib', 'default.connect().createChannel().assertQueue', 'network'],
    ['@supabase/supabase-js', 'createClient().from().select().eq', 'storage supabase'],
    ['child_process', 'spawn', 'process'],
    ['execa', 'execa', 'process'],
    ['zx', '$', 'process'],
    ['cross-spawn', 'default.sync', 'process'],
    ['fs/promises', 'readFile', 'storage'],
    ['fs', 'promises.writeFile', 'storage'],
    ['fs', 'readFileSync', 'storage'],
    ['fs', 'createReadStream', 'nothing'],
    ['redis', 'createClient().incr', 'storage redis'],
    ['ioredis', 'default#multi().set().exec', 'storage redis'],
    ['ioredis', 'Redis#blpop', 'event'],
    ['level', 'Level#sublevel().put', 'storage'],
    ['lmdb', 'open().transaction', 'section 0'],
    ['localforage', 'default.createInstance().setItem', 'storage'],
    ['@google-cloud/firestore', 'Firestore#collection().doc().set', 'storage firestore'],
  ])('%s: %s', (name, path, ...expected) => {
    expect(roles(name, path)).toEqual(expected);
  });

  it.each([
    ['fetch', 'network'], ['window.fetch', 'network'], ['globalThis.fetch', 'network'],
    ['navigator.locks.request', 'section last'], ['LockManager#request', 'section last'],
    ['Bun.sleep', 'sleep'], ['Atomics.wait', 'sleep'], ['Bun.spawn', 'process'],
    ['EventTarget#dispatchEvent', 'callback'], ['setTimeout', 'nothing'],
  ])('global %s', (path, expected) => {
    expect(builtIn.global(path).map(short)).toEqual([expected]);
  });
});

describe('what is not known', () => {
  it.each([
    ['async-mutex', 'Mutex#noSuch'],
    ['@prisma/client', 'User#name.trim'],
    ['axios', 'default.get().data.map'],
    ['got', 'default().json().items.map'],
    ['knex', 'Knex#().select().map'],
    ['stripe', 'default#customers.list().data.map'],
    ['no-such-package', 'default'],
  ])('%s: %s', (name, path) => {
    expect(roles(name, path)).toEqual(name === 'no-such-package' ? ['unknown package'] : []);
  });

  it('does not take making a client for a call', () => {
    expect(roles('stripe', 'default', 'new')).toEqual([]);
    expect(roles('openai', 'OpenAI', 'new')).toEqual([]);
    expect(roles('async-mutex', 'Mutex', 'new')).toEqual(['make lock']);
  });
});

describe('names of packages', () => {
  it('takes `node:` and the bare name for the same', () => {
    expect(lookupPackage('node:fs/promises')).toBe(lookupPackage('fs/promises'));
    expect(lookupPackage('timers/promises')).toBe(lookupPackage('node:timers/promises'));
  });

  it('prefers a name to a family, and keeps what only the family says', () => {
    expect(lookupPackage('@aws-sdk/client-sqs')).toBeDefined();
    expect(roles('@aws-sdk/client-dynamodb', 'waitUntilTableExists')).toEqual(['network', 'sleep']);
    expect(lookupPackage('@aws-sdk/middleware-retry')).toBeUndefined();
  });
});

describe('interop', () => {
  it.each(['', 'default', 'default.default'])('finds the export of `%s`', (path) => {
    expect(roles('p-retry', path)).toEqual(['retry 0']);
  });

  it.each(['get', 'default.get', '.get', 'default.default.get'])('finds the member `%s`', (path) => {
    expect(roles('axios', path)).toEqual(['network']);
  });

  it.each(['#add', 'default#add', 'default.default#add'])('finds the instance member `%s`', (path) => {
    expect(roles('p-queue', path)).toEqual(['section 0']);
  });
});

describe('what a call gives', () => {
  const gives = (name: string, path: string, awaited = false) => {
    const model = lookupPackage(name);
    return model && resultPath(model, path, awaited);
  };

  it('is named by the entry, or the call itself', () => {
    expect(gives('knex', 'default')).toBe('Knex#');
    expect(gives('knex', 'Knex#transaction')).toBe('Knex.Transaction#');
    expect(gives('p-limit', 'default')).toBe('default()');
  });

  it('is not the package any more after a request', () => {
    expect(gives('axios', 'get')).toBeUndefined();
  });

  it('goes on for a builder, until it is awaited', () => {
    expect(gives('knex', 'Knex#')).toBe('Knex#()');
    expect(gives('knex', 'Knex#', true)).toBeUndefined();
  });
});

describe('methods', () => {
  const certain = (name: string, receiver = '') =>
    builtIn.methods(name, receiver).filter((model) => model.certain).map((model) => short(model.is));

  it.each([
    ['runExclusive', 'x', 'section last'], ['withLock', 'x', 'section last'], ['$transaction', 'x', 'section 0'],
    ['withTransaction', 'x', 'section last'], ['transaction', 'db', 'section last'],
    ['transaction', 'knex', 'section last'], ['request', 'locks', 'section last'],
    ['acquire', 'userLock', 'section 1'],
  ])('%s of %s is certain', (method, receiver, expected) => {
    expect(certain(method, receiver)).toEqual([expected]);
  });

  it.each([
    ['transaction', 'ref'], ['acquire', 'pool'], ['request', 'http'], ['emit', 'socket'], ['release', 'client'],
    ['startTransaction', 'Sentry'],
  ])('%s of %s is not', (method, receiver) => {
    expect(certain(method, receiver)).toEqual([]);
  });

  it('asks for a callback wherever the same name is used without', () => {
    for (const name of ['transaction', '$transaction', 'request', 'acquire', 'using']) {
      for (const { is } of builtIn.methods(name, 'lock')) {
        if (is.does === 'section') expect(is.when).toBe('callback');
      }
    }
  });
});
