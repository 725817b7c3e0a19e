// One holder at a time for each key.

import type { Lease } from './lease.js';
import { LeaseQueue, type LockOptions, type WaitOptions } from './lease-queue.js';
import { LockFace } from './lock-face.js';

/**
 * A mutex for each key, of which nothing is kept while nobody holds it or waits for it. Keys are told apart as those of
 * a `Map`. When not to use one, and its numbered promises: docs/runtime/keyed-mutex.md.
 *
 * @example
 * const accounts = new KeyedMutex<string>({ name: 'account' });
 * await accounts.withLock(id, () => transfer(id, 10));
 */
export class KeyedMutex<K = unknown> {
  readonly #queues = new Map<K, LeaseQueue>();
  readonly #options: LockOptions | undefined;

  /** @param options `name` for errors, which is given the key as well; `clock` for time-outs. */
  constructor(options?: LockOptions) {
    this.#options = options;
  }

  /** How many keys are held now. */
  get size(): number {
    return this.#queues.size;
  }

  /** The lock of one key, wherever one lock is asked for: `retryWithLock(accounts.of(id), …)`. Nothing is kept by it. */
  of(key: K): LockFace {
    // A queue puts itself into the table when it is first taken, and out of it when it is idle again.
    const place = {
      table: this.#queues,
      key,
      get: (): LeaseQueue => this.#queues.get(key) ?? new LeaseQueue(1, 'keyed-mutex', this.#options, place),
    };
    return new LockFace(place, 1);
  }

  /** As `withLock` of a `Mutex`. */
  withLock<T>(key: K, fn: () => T | PromiseLike<T>, options?: WaitOptions): Promise<T> {
    return this.of(key).withLock(fn, options);
  }

  /** As `acquire` of a `Mutex`. */
  acquire(key: K, options?: WaitOptions): Promise<Lease> {
    return this.of(key).acquire(options);
  }

  /** As `tryAcquire` of a `Mutex`. */
  tryAcquire(key: K): Lease | undefined {
    return this.of(key).tryAcquire();
  }
}
