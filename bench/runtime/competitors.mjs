// Who takes part: each as a function that makes a lock, with the two styles of using it. `undefined` stands for a style
// that it does not have.

import AsyncLock from 'async-lock';
import { Mutex as AsyncMutex } from 'async-mutex';
import AwaitLock from 'await-lock';
import { Effect } from 'effect';
import { Mutex as ToolkitMutex } from 'es-toolkit';
import pLimit from 'p-limit';
import PMutex from 'p-mutex';
import PQueue from 'p-queue';
import superlock from 'superlock';

const runtime = new URL('../../src/runtime/dist/', import.meta.url);
// As Node.js takes it, with events that nobody listens to; or as a browser does, where nothing can listen.
const { KeyedMutex, lockdep, Mutex, Semaphore } = await import(new URL(process.env.ENTRY ?? 'node.js', runtime).href);

/** The lower limit of what a lock can cost: no fairness against barging, no cancellation, no lease. */
class InlinedMutex {
  locked = false;
  waiters = [];

  async withLock(fn) {
    if (this.locked) await new Promise((resolve) => this.waiters.push(resolve));
    else this.locked = true;
    try {
      return await fn();
    } finally {
      this.unlock();
    }
  }

  async lock() {
    if (this.locked) await new Promise((resolve) => this.waiters.push(resolve));
    else this.locked = true;
  }

  unlock() {
    const next = this.waiters.shift();
    if (next === undefined) this.locked = false;
    else next();
  }
}

const ours = (make) => () => {
  const lock = make();
  return {
    withLock: (fn) => lock.withLock(fn),
    async leases(count, section) {
      for (let i = 0; i < count; i += 1) {
        const lease = await lock.acquire();
        try {
          section();
        } finally {
          lease.release();
        }
      }
    },
    wait: () => lock.acquire(),
  };
};

/** Locks that are unlocked by a method of their own. */
const unlocking = (lock, acquire, release, withLock) => ({
  withLock,
  async leases(count, section) {
    for (let i = 0; i < count; i += 1) {
      await lock[acquire]();
      try {
        section();
      } finally {
        lock[release]();
      }
    }
  },
  wait: () => lock[acquire](),
});

export const byHand = () => {
  const lock = new InlinedMutex();
  return {
    ...unlocking(lock, 'lock', 'unlock', (fn) => lock.withLock(fn)),
    // Without an async function around it: the promise and its resolver are all there is.
    wait: () => new Promise((resolve) => (lock.locked ? lock.waiters.push(resolve) : ((lock.locked = true), resolve()))),
  };
};

export const competitors = {
  'lockwright Mutex': ours(() => new Mutex()),
  'lockwright Semaphore(1)': ours(() => new Semaphore(1)),
  'lockwright KeyedMutex, one key': ours(() => new KeyedMutex().of('key')),
  'async-mutex 0.5': () => {
    const lock = new AsyncMutex();
    return {
      withLock: (fn) => lock.runExclusive(fn),
      async leases(count, section) {
        for (let i = 0; i < count; i += 1) {
          const release = await lock.acquire();
          try {
            section();
          } finally {
            release();
          }
        }
      },
      wait: () => lock.acquire(),
    };
  },
  'async-lock 1.5': () => {
    const lock = new AsyncLock({ maxPending: Infinity });
    return { withLock: (fn) => lock.acquire('key', fn), wait: () => lock.acquire('key', () => new Promise(() => {})) };
  },
  'es-toolkit 1.53': () => {
    const lock = new ToolkitMutex();
    const withLock = async (fn) => {
      await lock.acquire();
      try {
        return await fn();
      } finally {
        lock.release();
      }
    };
    return unlocking(lock, 'acquire', 'release', withLock);
  },
  'p-mutex 1.0': () => {
    const lock = new PMutex();
    return unlocking(lock, 'lock', 'unlock', (fn) => lock.withLock(fn));
  },
  'await-lock 3.0': () => {
    const lock = new AwaitLock();
    const withLock = async (fn) => {
      await lock.acquireAsync();
      try {
        return await fn();
      } finally {
        lock.release();
      }
    };
    return unlocking(lock, 'acquireAsync', 'release', withLock);
  },
  'superlock 1.3': () => {
    const lock = superlock.withLock();
    return { withLock: (fn) => lock(fn) };
  },
  'p-limit 7.3': () => {
    const lock = pLimit(1);
    return { withLock: (fn) => lock(fn), wait: () => lock(() => new Promise(() => {})) };
  },
  'p-queue 9.3': () => {
    const lock = new PQueue({ concurrency: 1 });
    return { withLock: (fn) => lock.add(fn), wait: () => lock.add(() => new Promise(() => {})) };
  },
  'Effect 3.22 semaphore': () => {
    const lock = Effect.unsafeMakeSemaphore(1);
    const [take, release, permit] = [lock.take(1), lock.release(1), lock.withPermits(1)];
    return {
      withLock: (fn) => Effect.runPromise(permit(Effect.promise(async () => fn()))),
      async leases(count, section) {
        for (let i = 0; i < count; i += 1) {
          await Effect.runPromise(take);
          try {
            section();
          } finally {
            Effect.runSync(release);
          }
        }
      },
      wait: () => Effect.runPromise(take),
    };
  },
};

/** Tables of locks by key, for what a key leaves behind. */
export const keyed = {
  'lockwright KeyedMutex, one key': () => {
    const lock = new KeyedMutex();
    return (key) => lock.withLock(key, () => {});
  },
  'async-lock 1.5': () => {
    const lock = new AsyncLock();
    return (key) => lock.acquire(key, () => {});
  },
};

export { lockdep };
