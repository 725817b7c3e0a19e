// Up to a number of permits at a time, each holder taking one or more.

import { assertNumber } from './clock.js';
import { LeaseQueue, type LockOptions } from './lease-queue.js';
import { behind, LockFace, type PermitOptions } from './lock-face.js';

/**
 * A lock with a number of permits, first come, first served, whatever the weights: a large request is never starved by
 * small ones behind it. When not to use one, and its numbered promises: docs/runtime/semaphore.md.
 *
 * @example
 * const memory = new Semaphore(512, { name: 'megabytes' });
 * await memory.withLock(() => decode(image), { weight: image.megabytes });
 */
export class Semaphore extends LockFace<PermitOptions> {
  /**
   * @param permits how many there are: a whole number from 1 on
   * @param options `name` for errors, `clock` for time-outs
   * @throws `RangeError` for any other number of permits
   */
  constructor(permits: number, options?: LockOptions) {
    assertNumber('permits', permits, Infinity);
    super(new LeaseQueue(permits, 'semaphore', options), 0);
  }

  /** How many permits there are. */
  get permits(): number {
    return behind(this)[0].size;
  }

  /** How many permits nobody holds now; they may be spoken for by a larger request at the head of the queue. */
  get available(): number {
    return behind(this)[0].free;
  }
}
