// Many readers, or one writer.

import { LeaseQueue, type LockOptions } from './lease-queue.js';
import { LockFace } from './lock-face.js';

/** How many readers there can be at once: no engine has to leave small integers for it. */
const READERS = 2 ** 30 - 1;

/**
 * A lock that any number of readers hold together, or one writer alone, first come, first served: a reader that comes
 * after a waiting writer waits behind it, so neither side starves. Not re-entrant, and a reader cannot become a writer.
 * When not to use one, and its numbered promises: docs/runtime/rw-lock.md.
 *
 * @example
 * const lock = new RwLock({ name: 'index' });
 * const hits = await lock.read.withLock(() => index.search(term));
 * await lock.write.withLock(() => index.rebuild());
 */
export class RwLock {
  /** The side of those who only look. */
  declare readonly read: LockFace;
  /** The side of those who change something. */
  declare readonly write: LockFace;

  /** @param options `name` for errors, `clock` for time-outs. */
  constructor(options?: LockOptions) {
    const queue = new LeaseQueue(READERS, 'rw-lock', options);
    this.read = new LockFace(queue, 1);
    this.write = new LockFace(queue, READERS);
  }
}
