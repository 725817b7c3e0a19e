/**
 * What is known about packages whose business is locks: mutexes, semaphores, queues that run one task at a time,
 * file locks, distributed locks. A package not named here can still be recognised by what its code does.
 */

import type { Acquire, Does, GlobalModel, MakesLock, PackageModel, Release, Section } from './format.js';

/** Without retries, who does not get the lock is refused at once: nobody waits for it. */
const RETRIES = { argument: 1, property: 'retries' };

export const lockPackages: readonly PackageModel[] = [
  {
    // Not re-entrant. `mutex.release()` frees whoever holds; calling the releaser of `acquire` twice is harmless.
    package: 'async-mutex',
    members: {
      'Mutex': { does: 'make lock', kind: 'mutex' },
      'Mutex#acquire': { does: 'acquire', gives: 'releaser', kind: 'mutex' },
      'Mutex#runExclusive': { does: 'section', callback: 0, kind: 'mutex' },
      'Mutex#release': { does: 'release' },
      'Mutex#waitForUnlock': { does: 'event' },
      'Mutex#isLocked': { does: 'nothing' },
      'Mutex#cancel': { does: 'nothing' },
      'Semaphore': { does: 'make lock', kind: 'semaphore', permits: { argument: 0 } },
      'Semaphore#acquire': { does: 'acquire', gives: 'pair', kind: 'semaphore' },
      'Semaphore#runExclusive': { does: 'section', callback: 0, kind: 'semaphore' },
      'Semaphore#release': { does: 'release' },
      'Semaphore#waitForUnlock': { does: 'event' },
      'Semaphore#isLocked': { does: 'nothing' },
      'Semaphore#getValue': { does: 'nothing' },
      'Semaphore#setValue': { does: 'nothing' },
      'Semaphore#cancel': { does: 'nothing' },
      // Both decorate: the result is the same lock, which gives up instead of waiting on.
      'withTimeout': { does: 'make lock', of: 0 },
      'tryAcquire': { does: 'make lock', of: 0 },
    },
    aliases: {
      'MutexInterface#': 'Mutex#',
      'SemaphoreInterface#': 'Semaphore#',
      'withTimeout()': 'Mutex#',
      'tryAcquire()': 'Mutex#',
    },
  },
  {
    // A section with exactly one declared parameter must call it, or the lock is never released.
    package: 'async-lock',
    members: {
      'default': { does: 'make lock', kind: 'keyed lock', reentrant: { argument: 0, property: 'domainReentrant' } },
      'default#acquire': {
        does: 'section', callback: 1, key: 0, kind: 'keyed lock', done: { parameter: 0, arity: 1 },
      },
      'default#isBusy': { does: 'nothing' },
    },
  },
  {
    package: '@rocicorp/lock',
    members: {
      'Lock': { does: 'make lock', kind: 'mutex' },
      'Lock#lock': { does: 'acquire', gives: 'releaser', kind: 'mutex' },
      'Lock#withLock': { does: 'section', callback: 0, kind: 'mutex' },
      // Only the side that excludes everybody is a lock here.
      'RWLock': { does: 'make lock', kind: 'mutex' },
      'RWLock#write': { does: 'acquire', gives: 'releaser', kind: 'mutex' },
      'RWLock#withWrite': { does: 'section', callback: 0, kind: 'mutex' },
    },
  },
  {
    package: 'await-lock',
    members: {
      'default': { does: 'make lock', kind: 'mutex' },
      'default#acquireAsync': { does: 'acquire', gives: 'nothing', kind: 'mutex' },
      'default#tryAcquire': { does: 'acquire', gives: 'boolean', kind: 'mutex', sync: true, maybe: true },
      'default#release': { does: 'release' },
    },
  },
  {
    // A token is handed out, not a releaser; `tryAcquire` gives undefined where none is free.
    package: 'async-sema',
    members: {
      'Sema': { does: 'make lock', kind: 'semaphore', permits: { argument: 0 } },
      'Sema#acquire': { does: 'acquire', gives: 'nothing', kind: 'semaphore' },
      'Sema#tryAcquire': { does: 'acquire', gives: 'boolean', kind: 'semaphore', sync: true, maybe: true },
      'Sema#release': { does: 'release' },
      'Sema#drain': { does: 'acquire', gives: 'nothing', kind: 'semaphore' },
      'Sema#nrWaiting': { does: 'nothing' },
      'RateLimit': { does: 'nothing' },
      'RateLimit()': { does: 'sleep' },
    },
  },
  {
    package: 'await-semaphore',
    members: {
      'Mutex': { does: 'make lock', kind: 'mutex' },
      'Mutex#acquire': { does: 'acquire', gives: 'releaser', kind: 'mutex' },
      'Mutex#use': { does: 'section', callback: 0, kind: 'mutex' },
      'Semaphore': { does: 'make lock', kind: 'semaphore', permits: { argument: 0 } },
      'Semaphore#acquire': { does: 'acquire', gives: 'releaser', kind: 'semaphore' },
      'Semaphore#use': { does: 'section', callback: 0, kind: 'semaphore' },
    },
  },
  {
    // `drainPermits` takes what happens to be free and says how many those were: not one lock that someone holds.
    package: 'semaphore-async-await',
    members: {
      'default': { does: 'make lock', kind: 'semaphore', permits: { argument: 0 } },
      'Lock': { does: 'make lock', kind: 'mutex' },
      'Lock#wait': { does: 'acquire', gives: 'nothing', kind: 'mutex' },
      'Lock#acquire': { does: 'acquire', gives: 'nothing', kind: 'mutex' },
      'Lock#waitFor': { does: 'acquire', gives: 'boolean', kind: 'mutex', maybe: true },
      'Lock#tryAcquire': { does: 'acquire', gives: 'boolean', kind: 'mutex', sync: true, maybe: true },
      'Lock#signal': { does: 'release' },
      'Lock#release': { does: 'release' },
      'Lock#execute': { does: 'section', callback: 0, kind: 'mutex' },
      'default#getPermits': { does: 'nothing' },
      'default#drainPermits': { does: 'nothing' },
    },
    aliases: { 'default#': 'Lock#' },
  },
  {
    // `tryAcquire` throws where nothing is free, so its result always releases.
    package: 'semaphore-promise',
    members: {
      'Semaphore': { does: 'make lock', kind: 'semaphore', permits: { argument: 0, otherwise: 1 } },
      'Semaphore#acquire': { does: 'acquire', gives: 'releaser', kind: 'semaphore' },
      'Semaphore#tryAcquire': { does: 'acquire', gives: 'releaser', kind: 'semaphore', sync: true },
    },
    aliases: { 'default': 'Semaphore' },
  },
  {
    package: 'mutexify',
    members: {
      'default': { does: 'make lock', kind: 'mutex' },
      'default()': { does: 'section', callback: 0, kind: 'mutex', done: { parameter: 0, arity: 1 } },
    },
  },
  {
    package: 'mutexify/promise',
    members: {
      'default': { does: 'make lock', kind: 'mutex' },
      'default()': { does: 'acquire', gives: 'releaser', kind: 'mutex' },
    },
  },
  {
    package: '@livekit/mutex',
    members: {
      'Mutex': { does: 'make lock', kind: 'mutex' },
      'Mutex#lock': { does: 'acquire', gives: 'releaser', kind: 'mutex' },
      'Mutex#isLocked': { does: 'nothing' },
      'MultiMutex': { does: 'make lock', kind: 'semaphore', permits: { argument: 0 } },
      'MultiMutex#lock': { does: 'acquire', gives: 'releaser', kind: 'semaphore' },
      'MultiMutex#isLocked': { does: 'nothing' },
    },
  },
  {
    // `abortAll` rejects those that wait and leaves the head holding.
    package: '@sapphire/async-queue',
    members: {
      'AsyncQueue': { does: 'make lock', kind: 'queue' },
      'AsyncQueue#wait': { does: 'acquire', gives: 'nothing', kind: 'queue' },
      'AsyncQueue#shift': { does: 'release' },
      'AsyncQueue#abortAll': { does: 'nothing' },
    },
  },
  {
    package: 'p-limit',
    members: {
      'default': { does: 'make lock', kind: 'queue', permits: { argument: 0, property: 'concurrency' } },
      'default()': { does: 'section', callback: 0, kind: 'queue' },
      'default().map': { does: 'section', callback: 1, kind: 'queue' },
      'default().clearQueue': { does: 'nothing' },
      'limitFunction': {
        does: 'section', callback: 0, kind: 'queue', wraps: true, permits: { argument: 1, property: 'concurrency' },
      },
    },
    aliases: { 'Limit#': 'default()', 'LimitFunction#': 'default()' },
  },
  {
    // `timeout` ends the slot, not the work. The `onIdle` family waits for the queue's own tasks, so it is no event.
    package: 'p-queue',
    members: {
      'default': {
        does: 'make lock', kind: 'queue', permits: { argument: 0, property: 'concurrency', otherwise: Infinity },
      },
      'default#add': { does: 'section', callback: 0, kind: 'queue' },
    },
    aliases: { 'PQueue': 'default' },
  },
  {
    package: ['es-toolkit', 'es-toolkit/promise'],
    members: {
      'Mutex': { does: 'make lock', kind: 'mutex' },
      'Mutex#acquire': { does: 'acquire', gives: 'nothing', kind: 'mutex' },
      'Mutex#release': { does: 'release' },
      'Semaphore': { does: 'make lock', kind: 'semaphore', permits: { argument: 0 } },
      'Semaphore#acquire': { does: 'acquire', gives: 'nothing', kind: 'semaphore' },
      'Semaphore#release': { does: 'release' },
      'limitAsync': { does: 'section', callback: 0, kind: 'queue', wraps: true, permits: { argument: 1 } },
    },
  },
  {
    package: 'proper-lockfile',
    members: {
      'default': { does: 'acquire', gives: 'releaser', key: 0, kind: 'file lock', waitsWith: RETRIES },
      'lock': { does: 'acquire', gives: 'releaser', key: 0, kind: 'file lock', waitsWith: RETRIES },
      'lockSync': { does: 'acquire', gives: 'releaser', key: 0, kind: 'file lock', sync: true, waitsWith: RETRIES },
      'unlock': { does: 'release', key: 0 },
      'unlockSync': { does: 'release', key: 0 },
      'check': { does: 'storage' },
      'checkSync': { does: 'storage', sync: true },
    },
  },
  {
    // 4: `lock`, `unlock` and their synonyms; 5: `using`, and a lease that only has `release`.
    package: 'redlock',
    members: {
      'default': { does: 'make lock', kind: 'distributed lock' },
      'default#acquire': redlockAcquire(),
      'default#lock': redlockAcquire(),
      'default#acquireWithOptions': redlockAcquire(),
      'default#lockWithOptions': redlockAcquire(),
      'default#using': { does: 'section', callback: 'last', key: 0, kind: 'distributed lock' },
      'default#release': { does: 'release', lease: 0 },
      'default#unlock': { does: 'release', lease: 0 },
      'default#extend': { does: 'storage', engine: 'redis' },
      'default#quit': { does: 'storage', engine: 'redis' },
      'Lock#release': { does: 'release' },
      'Lock#unlock': { does: 'release' },
      'Lock#extend': { does: 'storage', engine: 'redis' },
    },
    aliases: { 'Redlock': 'default', 'Redlock.Lock#': 'Lock#' },
  },
  {
    package: 'simple-redis-mutex',
    members: {
      'lock': { does: 'acquire', gives: 'releaser', key: 1, kind: 'distributed lock' },
      'tryLock': { does: 'nothing' },
    },
  },
  {
    package: 'redis-semaphore',
    members: {
      ...redisSemaphore('Mutex', { does: 'make lock', kind: 'distributed lock', key: 1 }),
      ...redisSemaphore('RedlockMutex', { does: 'make lock', kind: 'distributed lock', key: 1 }),
      ...redisSemaphore('Semaphore', limitedByRedis()),
      ...redisSemaphore('RedlockSemaphore', limitedByRedis()),
      ...redisSemaphore('MultiSemaphore', limitedByRedis()),
      ...redisSemaphore('RedlockMultiSemaphore', limitedByRedis()),
    },
  },
  {
    // A holder keeps the lock alive by a timer; a key names the same lock in every tab.
    package: 'browser-tabs-lock',
    members: {
      'default': { does: 'make lock', kind: 'web lock' },
      'default#acquireLock': { does: 'acquire', gives: 'boolean', key: 0, kind: 'web lock', maybe: true },
      'default#releaseLock': { does: 'release', key: 0 },
    },
  },
  {
    package: 'mortice',
    members: {
      'default': { does: 'make lock', kind: 'mutex' },
      'default().writeLock': { does: 'acquire', gives: 'releaser', kind: 'mutex' },
      // Readers exclude writers only.
      'default().readLock': { does: 'acquire', gives: 'releaser', kind: 'semaphore' },
      'default().finalize': { does: 'nothing' },
    },
    aliases: { 'Mortice#': 'default()' },
  },
  {
    package: 'bottleneck',
    members: {
      'default': {
        does: 'make lock', kind: 'queue', permits: { argument: 0, property: 'maxConcurrent', otherwise: Infinity },
      },
      'default#schedule': { does: 'section', callback: 'last', kind: 'queue' },
      'default#wrap': { does: 'section', callback: 0, kind: 'queue', wraps: true },
    },
  },
  {
    // The package that this project's own runtime is. `retryWithLock` locks inside each attempt and waits outside.
    package: 'lockwright',
    members: {
      ...runtimeLock('Mutex', { does: 'make lock', kind: 'mutex' }),
      ...runtimeLock('Semaphore', { does: 'make lock', kind: 'semaphore', permits: { argument: 0 } }),
      ...runtimeLock('LockFace', { does: 'make lock', kind: 'mutex' }),
      'KeyedMutex': { does: 'make lock', kind: 'keyed lock' },
      'KeyedMutex#of': { does: 'nothing', gives: 'LockFace#', key: 0 },
      'KeyedMutex#withLock': { does: 'section', callback: 1, key: 0, kind: 'keyed lock' },
      'KeyedMutex#acquire': { ...runtimeLease(), key: 0, kind: 'keyed lock' },
      'KeyedMutex#tryAcquire': { ...runtimeLease(), key: 0, kind: 'keyed lock', sync: true, maybe: true },
      'RwLock#write.withLock': { does: 'section', callback: 0, kind: 'mutex' },
      'RwLock#write.acquire': { ...runtimeLease(), kind: 'mutex' },
      'RwLock#write.tryAcquire': { ...runtimeLease(), kind: 'mutex', sync: true, maybe: true },
      // Readers exclude writers only.
      'RwLock#read.withLock': { does: 'section', callback: 0, kind: 'semaphore' },
      'RwLock#read.acquire': { ...runtimeLease(), kind: 'semaphore' },
      'RwLock#read.tryAcquire': { ...runtimeLease(), kind: 'semaphore', sync: true, maybe: true },
      'Lease#release': { does: 'release', ifHeld: true },
      'Lease#@@dispose': { does: 'release', ifHeld: true },
      'Lease#@@asyncDispose': { does: 'release', ifHeld: true },
      'Lease#assertHeld': { does: 'nothing' },
      'detached': { does: 'nothing' },
      'withLocks': { does: 'section', lock: 0, callback: 1 },
      'sleep': { does: 'sleep', ms: 0 },
      // They run what they are given, and exclude nobody meanwhile.
      'SharedRef#use': { does: 'nothing', invokes: [0] },
      'Derived#use': { does: 'nothing', invokes: [0] },
      'ConfigCell#pin': { does: 'nothing', invokes: [0] },
      'derived': { does: 'nothing', gives: 'Derived#' },
      // They wait for users to let go.
      'SharedRef#close': { does: 'event' },
      'Derived#drained': { does: 'event' },
      'Derived#close': { does: 'event' },
      'Notifier#close': { does: 'event' },
      'Notifier#shutdown': { does: 'event' },
      'retryWithLock': [{ does: 'retry', callback: 1 }, { does: 'section', lock: 0, callback: 1 }],
    },
    aliases: { 'Lockable#': 'Mutex#', 'LockableLease#': 'Lease#' },
  },
  {
    // Node 24 has the Web Locks of a process here.
    package: 'node:worker_threads',
    members: { 'locks.request': webLock(), 'locks.query': { does: 'nothing' } },
  },
];

export const lockGlobals: GlobalModel = {
  'navigator.locks.request': webLock(),
  'navigator.locks.query': { does: 'nothing' },
  'LockManager#request': webLock(),
  'LockManager#query': { does: 'nothing' },
};

/** Held until the callback's promise settles. With `ifAvailable`, the callback may be given null, without the lock. */
function webLock(): Section {
  return { does: 'section', callback: 'last', key: 0, kind: 'web lock' };
}

function redlockAcquire(): Acquire {
  return {
    does: 'acquire', gives: 'lease', releasedBy: ['release', 'unlock'], leaseIs: 'Lock#', key: 0,
    kind: 'distributed lock', when: 'no callback',
  };
}

function limitedByRedis(): MakesLock {
  return { does: 'make lock', kind: 'distributed lock', permits: { argument: 2 }, key: 1 };
}

/** An instance stands for the lock of its key, wherever else that key is used. */
function redisSemaphore(name: string, makes: MakesLock): Record<string, Does> {
  return {
    [name]: makes,
    [`${name}#acquire`]: { does: 'acquire', gives: 'nothing', kind: 'distributed lock' },
    [`${name}#tryAcquire`]: { does: 'acquire', gives: 'boolean', kind: 'distributed lock', maybe: true },
    [`${name}#release`]: { does: 'release' } satisfies Release,
    [`${name}#stopRefresh`]: { does: 'nothing' },
  };
}

function runtimeLock(name: string, makes: MakesLock): Record<string, Does> {
  const lease = runtimeLease();
  const kind = makes.kind ?? 'mutex';
  return {
    [name]: makes,
    [`${name}#withLock`]: { does: 'section', callback: 0, kind },
    [`${name}#acquire`]: { ...lease, kind },
    [`${name}#tryAcquire`]: { ...lease, kind, sync: true, maybe: true },
  };
}

function runtimeLease(): Acquire {
  return { does: 'acquire', gives: 'lease', releasedBy: ['release'], leaseIs: 'Lease#' };
}
