// What every lock shows to its users: three ways of taking it, and what is to be seen of it.

import type { Lease, LocalLease } from './lease.js';
import type { LeaseQueue, WaitOptions } from './lease-queue.js';

/** How many permits are wanted, and what limits the wait for them. */
export interface PermitOptions extends WaitOptions {
  /** A whole number from 1, the default, to the semaphore's permits; anything else is a RangeError. */
  readonly weight?: number | undefined;
}

/** Where a queue is found: that of a key is another each time that the key was idle. */
interface QueuePlace {
  get(): LeaseQueue;
}

/** The queue that a face stands before, and how much of it the face takes; for this package alone. */
export let behind: (face: LockFace) => readonly [queue: LeaseQueue, weight: number];

/**
 * A lock, whichever it is: a `Mutex`, a `Semaphore`, one side of an `RwLock`, one key of a `KeyedMutex`. The three ways
 * of taking it are the same for all, and it has no way to release: only the lease has.
 */
export class LockFace<O extends WaitOptions = WaitOptions> {
  static {
    behind = (face) => [face.#at.get(), face.#weightOf()];
  }

  readonly #at: QueuePlace;
  readonly #weight: number;

  /**
   * Not for users: locks are made as a `Mutex` and so on.
   *
   * @param at where the queue is, at each use
   * @param weight how many permits are taken; 0: so many as the options say
   */
  constructor(at: QueuePlace, weight: number) {
    this.#at = at;
    this.#weight = weight;
  }

  /** What errors call this lock. */
  get name(): string {
    return this.#at.get().name;
  }

  /** Whether its holders leave no room for one more now. An answer that can be old after the next await: to take it, try. */
  get isLocked(): boolean {
    return this.#at.get().free < this.#weightOf();
  }

  /** How many wait for it now. */
  get waiting(): number {
    return this.#at.get().waiting;
  }

  /**
   * Runs `fn` holding the lock and gives the lock back when it returns, throws or rejects. Where the lock is free, `fn`
   * starts within this call; otherwise it starts in the caller's own asynchronous context.
   *
   * Cancel safety: an abort or time-out ends the wait, and `fn` is then never called. Once `fn` has been called neither
   * does anything: the lock is kept until `fn` settles. Pass the signal on to what `fn` calls to end that early.
   *
   * @param fn what runs under the lock; its result and its error pass through unchanged
   * @param options `signal` and `timeout` (milliseconds) of the wait; of a semaphore also `weight`
   * @throws the signal's reason on an abort; `LockTimeoutError`; `SelfDeadlockError`; `RangeError` for a NaN time-out or
   *   a weight that can never be had
   */
  withLock<T>(fn: () => T | PromiseLike<T>, options?: O): Promise<T> {
    const taken = this.#take(options) as LocalLease & PromiseLike<LocalLease>;
    // No promise is made for the acquisition when the lock is free.
    return taken.held ? runUnder(taken, fn, options) : (taken.then((lease) => runUnder(lease, fn, options)) as Promise<T>);
  }

  /**
   * Waits for the lock and resolves to a lease: `using lease = await lock.acquire()`.
   *
   * Cancel safety: an abort or time-out takes the caller out of the queue in O(1) and never a slot with it. After the
   * grant an abort does nothing, so a promise that resolves must not be dropped, as in a `Promise.race` against
   * something else: hand in the signal or the time-out instead.
   *
   * @param options as of `withLock`
   * @throws as `withLock`
   */
  acquire(options?: O): Promise<Lease> {
    return Promise.resolve(this.#take(options));
  }

  /**
   * Takes the lock if it can be had now and nobody waits for it; undefined otherwise. Never waits, so nothing to cancel.
   *
   * @throws `RangeError` for a weight that can never be had
   */
  tryAcquire(options?: Omit<O, keyof WaitOptions>): Lease | undefined {
    return this.#at.get().acquire(this.#weightOf(options), { timeout: 0 }, true);
  }

  #take(options?: O): LocalLease | Promise<LocalLease> {
    // Not an async function, because that would be a second promise for each waiter.
    try {
      return this.#at.get().acquire(this.#weightOf(options), options);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  #weightOf(options?: object): number {
    return this.#weight || ((options as PermitOptions | undefined)?.weight ?? 1);
  }
}

/**
 * Runs a section and gives the lock back at its end: where there is nothing to wait for, at once. Not an async function,
 * because what one keeps for its awaits costs more than all the rest.
 */
function runUnder<T>(
  lease: LocalLease,
  fn: () => T | PromiseLike<T>,
  options: WaitOptions | undefined,
): Promise<T> {
  try {
    // Granted, and aborted before this line could run: the lock goes to the next, and nothing has been done with it.
    options?.signal?.throwIfAborted();
    const result = lease.run(fn);
    const then = (result as { readonly then?: unknown } | undefined)?.then;
    const settled = Promise.resolve(result);
    if (then) return endedAfter(lease, settled);
    lease.end();
    return settled;
  } catch (error) {
    lease.end();
    return Promise.reject(error);
  }
}

/** Of its own, because what its closures see costs an object whether they are made or not. */
function endedAfter<T>(lease: LocalLease, result: Promise<T>): Promise<T> {
  return result.then(
    (value) => {
      lease.end();
      return value;
    },
    (error: unknown) => {
      lease.end();
      throw error;
    },
  );
}
