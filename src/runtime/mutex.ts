// One holder at a time.

import { LeaseQueue, type LockOptions } from './lease-queue.js';
import { LockFace } from './lock-face.js';

/**
 * A lock that one holder has at a time, first come, first served. It is not re-entrant: a holder that asks again waits
 * for itself. When not to use one, and its numbered promises: docs/runtime/mutex.md.
 *
 * @example
 * const lock = new Mutex({ name: 'account' });
 * await lock.withLock(async () => {
 *   const balance = await store.read();
 *   await store.write(balance - 10);
 * });
 */
export class Mutex extends LockFace {
  /** @param options `name` for errors, `clock` for time-outs. */
  constructor(options?: LockOptions) {
    super(new LeaseQueue(1, 'mutex', options), 1);
  }
}
