// What holding a lock is: an object that can give it back, once. A lock itself has no release, so there is no way to
// release a lock that somebody else holds.

import { NotHeldError } from './errors.js';
import type { LeaseQueue } from './lease-queue.js';

// Safari and older engines have no Symbol.dispose. The fallback is the symbol that esbuild and Babel put into code
// compiled for them, so `using` works there too; nothing global is touched.
export const dispose: typeof Symbol.dispose = Symbol.dispose ?? Symbol.for('Symbol.dispose');
const asyncDispose: typeof Symbol.asyncDispose = Symbol.asyncDispose ?? Symbol.for('Symbol.asyncDispose');

/**
 * A lock that is held, until `release()` or the end of a `using` block, whichever comes first. It belongs to one grant:
 * after its release it can never free a later holder.
 */
export interface Lease {
  /** True until it is released. */
  readonly held: boolean;
  /** How many permits it holds: 1 of a mutex. */
  readonly weight: number;
  /** Aborted when the lock is lost while held. A lock inside one process cannot be lost, and its signal never aborts. */
  readonly signal: AbortSignal;
  /** @throws `NotHeldError` when it has been released */
  assertHeld(): void;
  /** Gives the lock back and, in the same step, hands it to the first in the queue. Harmless when repeated. */
  release(): void;
  /** `release()`, for `using lease = await lock.acquire()`. */
  [Symbol.dispose](): void;
  /** `release()`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** A lease on a lock of this process. */
export class LocalLease implements Lease {
  /** Where it was taken, of one that was taken while lockdep was on. */
  declare readonly taken?: Error | undefined;
  readonly weight: number;
  /** Whose permits it holds. */
  readonly queue: LeaseQueue;
  #held = true;
  #signal: AbortSignal | undefined;

  constructor(queue: LeaseQueue, weight: number) {
    this.queue = queue;
    this.weight = weight;
  }

  get held(): boolean {
    return this.#held;
  }

  /** Made when somebody asks for it: nearly nobody does. */
  get signal(): AbortSignal {
    return (this.#signal ??= new AbortController().signal);
  }

  assertHeld(): void {
    if (!this.#held) throw new NotHeldError(this.queue.name);
  }

  release(): void {
    if (!this.#held) return;
    this.#held = false;
    this.queue.give(this.weight);
  }

  [dispose](): void {
    this.release();
  }

  [asyncDispose](): Promise<void> {
    this.release();
    return Promise.resolve();
  }
}
