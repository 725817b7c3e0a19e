/**
 * Method names that mean one thing wherever they are met, for receivers of which nothing else is known.
 *
 * A false alarm costs more than a miss. A name is `certain` only where nobody uses it for something else: IndexedDB's
 * `transaction(stores, mode)` takes no callback, better-sqlite3's gives a function, a pool's `acquire()` a resource.
 */

import type { MethodModel } from './format.js';

/** How handles of databases are called; not `ref` (Firebase's `ref.transaction` takes an update function). */
const database =
  /^[_#]?(?:\w*(?:db|database|knex|sequelize|drizzle|kysely|prisma|entityManager|dataSource)|manager|em|trx|tx|orm)$/i;
const lock = /(?:mutex|lock|locker|semaphore|sema)s?$/i;
const session = /(?:session|queryRunner|runner|qr|connection|conn|client|trx|tx|em|entityManager)$/i;

export const methodModels: readonly MethodModel[] = [
  // Sections.
  { method: 'runExclusive', is: { does: 'section', callback: 'last', when: 'callback' }, certain: true },
  { method: 'withLock', is: { does: 'section', callback: 'last', when: 'callback' }, certain: true },
  { method: 'runWithLock', is: { does: 'section', callback: 'last', when: 'callback' }, certain: true },
  { method: 'withMutex', is: { does: 'section', callback: 'last', when: 'callback' }, certain: true },
  {
    method: 'request', is: { does: 'section', callback: 'last', key: 0, kind: 'web lock', when: 'callback' },
    certain: true, receiver: /^_?(?:locks|lockManager)$/i,
  },
  {
    method: 'using', is: { does: 'section', callback: 'last', key: 0, kind: 'distributed lock', when: 'callback' },
    certain: true, receiver: /redlock$/i,
  },
  {
    // The shape of async-lock. The third argument of redlock 4's is a callback, too, with another meaning.
    method: 'acquire',
    is: {
      does: 'section', callback: 1, key: 0, kind: 'keyed lock', done: { parameter: 0, arity: 1 }, when: 'callback',
    },
    certain: true, receiver: lock,
  },

  // Transactions.
  {
    method: '$transaction', is: transaction(0), certain: true, on: { package: '@prisma/client', path: 'PrismaClient#' },
  },
  { method: 'withTransaction', is: transaction('last'), certain: true },
  { method: 'runInTransaction', is: transaction('last'), certain: true },
  { method: 'inTransaction', is: transaction('last'), certain: false },
  { method: 'transactional', is: transaction(0), certain: true, receiver: database },
  { method: 'transaction', is: transaction('last'), certain: true, receiver: database },
  { method: 'transaction', is: transaction('last'), certain: false },
  { method: 'runTransaction', is: transaction('last'), certain: false },
  {
    method: 'startTransaction', is: { does: 'acquire', gives: 'nothing', kind: 'transaction', when: 'no callback' },
    certain: true, receiver: /(?:session|queryRunner)$/i,
  },
  {
    method: 'beginTransaction', is: { does: 'acquire', gives: 'nothing', kind: 'transaction', when: 'no callback' },
    certain: true, receiver: session,
  },
  { method: 'commitTransaction', is: { does: 'release' }, certain: true, receiver: session },
  { method: 'rollbackTransaction', is: { does: 'release' }, certain: true, receiver: session },
  { method: 'abortTransaction', is: { does: 'release' }, certain: true, receiver: session },

  // Acquire and release, where the receiver says that it is a lock.
  { method: 'acquire', is: { does: 'acquire', gives: 'any', when: 'no callback' }, certain: false, receiver: lock },
  { method: 'acquireAsync', is: { does: 'acquire', gives: 'nothing' }, certain: true, receiver: lock },
  { method: 'lock', is: { does: 'acquire', gives: 'any', when: 'no callback' }, certain: false, receiver: lock },
  { method: 'release', is: { does: 'release' }, certain: false, receiver: lock },
  { method: 'unlock', is: { does: 'release' }, certain: false, receiver: lock },

  // Effects.
  { method: 'emit', is: { does: 'callback', sync: true }, certain: false },
  { method: 'dispatchEvent', is: { does: 'callback', sync: true }, certain: true },
  { method: 'waitForTimeout', is: { does: 'sleep', ms: 0 }, certain: true, receiver: /(?:page|frame)$/i },
];

function transaction(callback: number | 'last'): MethodModel['is'] {
  return { does: 'section', callback, kind: 'transaction', handle: 0, when: 'callback' };
}
