// The edge between the synchronous core and the world: promises, signals, time-outs and leases. A lock is a thin face
// over one of these.

import { onAbort } from './abort-listeners.js';
import { alarm, type Clock, systemClock } from './clock.js';
import { LockTimeoutError, SelfDeadlockError } from './errors.js';
import { FifoCore, type TablePlace, type Waiter } from './fifo-core.js';
import { beginBare, endBare, heldAround, type Section } from './held-sections.js';
import { LocalLease } from './lease.js';
import { observer } from './observer.js';

/** How a lock is made. */
export interface LockOptions {
  /** What errors call the lock; by default its kind. */
  readonly name?: string | undefined;
  /** Where time-outs take their time from; by default the system's clock. */
  readonly clock?: Clock | undefined;
}

/** What limits a wait for a lock. Neither of them ever ends a hold. */
export interface WaitOptions {
  /** Ends the wait when aborted; the wait then rejects with the signal's reason, also when the lock is free. */
  readonly signal?: AbortSignal | undefined;
  /**
   * The longest wait in milliseconds. 0 or less takes the lock only if it is free; Infinity and undefined set no limit;
   * NaN is a RangeError.
   */
  readonly timeout?: number | undefined;
}

let created = 0;

/** A core with promises. */
export class LeaseQueue extends FifoCore {
  readonly name: string;
  readonly clock: Clock;
  /** Grows with each queue: the one global order in which several locks are taken. */
  readonly order = (created += 1);

  constructor(permits: number, kind: string, options?: LockOptions, place?: TablePlace) {
    super(permits, place);
    this.name = options?.name ?? kind;
    this.clock = options?.clock ?? systemClock;
  }

  tryAcquire(weight: number): LocalLease | undefined {
    this.check(weight);
    if (!this.tryTake(weight)) return undefined;
    return observer?.watching ? observer.lease(this, weight) : this.lease(weight);
  }

  /** For permits that have been taken just now. */
  lease(weight: number): LocalLease {
    return new LocalLease(this, weight);
  }

  /** Not an async function, because that would be a second promise for each waiter. */
  acquire(weight: number, options: WaitOptions | undefined): Promise<LocalLease> {
    if (observer?.watching) return observer.acquire(this, weight, options);
    try {
      this.check(weight, options);
      if (this.tryTake(weight)) return Promise.resolve(this.lease(weight));
      return this.wait(weight, options);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** No promise is made for the acquisition when the lock is free: `fn` then starts within the call. */
  async withLock<T>(fn: () => T | PromiseLike<T>, weight: number, options: WaitOptions | undefined): Promise<T> {
    if (observer?.watching) return observer.withLock(this, fn, weight, options);
    // Without options the weight is the lock's own, or 1.
    if (options !== undefined) this.check(weight, options);
    if (!this.tryTake(weight)) {
      await this.wait(weight, options);
      // Granted, and aborted before this line could run: the lock goes to the next, and nothing has been done with it.
      if (options?.signal?.aborted) {
        this.give(weight);
        throw options.signal.reason;
      }
    }
    let section: Section | undefined;
    try {
      const before = beginBare(this, weight);
      let result: T | PromiseLike<T>;
      try {
        result = fn();
      } finally {
        section = endBare(before);
      }
      return await result;
    } finally {
      if (section !== undefined) section.ended = true;
      this.give(weight);
    }
  }

  /** Of an abort and a nonsensical number the latter is told, whatever state the lock is in. */
  check(weight: number, options?: WaitOptions): void {
    const { capacity } = this;
    if (!(weight >= 1 && weight <= capacity && weight % 1 === 0)) {
      throw new RangeError(`weight must be a whole number from 1 to ${capacity}, not ${weight}`);
    }
    if (options === undefined) return;
    if (Number.isNaN(options.timeout)) throw new RangeError('timeout must be a number of milliseconds, not NaN');
    options.signal?.throwIfAborted();
  }

  /** To be called only after `tryTake` has refused the weight, in the same step. The lease is made by `source`. */
  wait(weight: number, options: WaitOptions | undefined, source: LeaseSource = this): Promise<LocalLease> {
    const { signal, timeout = Infinity } = options ?? {};
    // The code that asks holds so many permits that the rest can never be enough while it does.
    if (this.capacity - heldAround(this, signal) < weight) throw new SelfDeadlockError(this.name);
    if (timeout <= 0) throw this.#timedOut(timeout, 0);
    return new Promise((resolve, reject) => {
      const waiter = new PendingLease(source, weight, resolve);
      if (signal !== undefined || timeout !== Infinity) this.#limit(waiter, signal, timeout, reject);
      this.enqueue(waiter);
    });
  }

  /** The signal and the time-out of one wait: whichever comes first takes the waiter out of the queue and settles it. */
  #limit(
    waiter: PendingLease,
    signal: AbortSignal | undefined,
    timeout: number,
    reject: (reason: unknown) => void,
  ): void {
    const since = this.clock.now();
    const leave = (): void => {
      stopListening();
      cancel();
      this.remove(waiter);
    };
    const cancel = alarm(this.clock, timeout, () => {
      leave();
      reject(this.#timedOut(timeout, this.clock.now() - since));
    });
    const stopListening = onAbort(signal, (reason) => {
      leave();
      reject(reason);
    });
    // Called at the grant: the end of the limit. A signal that is aborted already, but has not said so yet, counts.
    waiter.stillWanted = () => {
      leave();
      if (!signal?.aborted) return true;
      reject(signal.reason);
      return false;
    };
  }

  #timedOut(timeout: number, waited: number): LockTimeoutError {
    return new LockTimeoutError(this.name, timeout, waited, this.waiting);
  }
}

/** What makes the lease at a grant. */
export interface LeaseSource {
  lease(weight: number): LocalLease;
}

/** A waiter whose grant is a lease. Its fields are few, because a lock with many waiters has one of these for each. */
class PendingLease implements Waiter {
  previous: Waiter | undefined = undefined;
  next: Waiter | undefined = undefined;
  stillWanted: (() => boolean) | undefined = undefined;
  readonly #source: LeaseSource;
  readonly weight: number;
  readonly #resolve: (lease: LocalLease) => void;

  constructor(source: LeaseSource, weight: number, resolve: (lease: LocalLease) => void) {
    this.#source = source;
    this.weight = weight;
    this.#resolve = resolve;
  }

  granted(): boolean {
    if (this.stillWanted?.() === false) return false;
    this.#resolve(this.#source.lease(this.weight));
    return true;
  }
}
