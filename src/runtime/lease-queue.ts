// The edge between the synchronous core and the world: promises, signals, time-outs and leases. A lock is a thin face
// over one of these.

import { onAbort } from './abort-listeners.js';
import { assertNumber, type Clock, LONGEST_TIMER, systemClock } from './clock.js';
import { LockTimeoutError, SelfDeadlockError } from './errors.js';
import { FifoCore, type Link, type TablePlace, type Waiter } from './fifo-core.js';
import { heldAround } from './held-sections.js';
import { leaseOf, type LocalLease } from './lease.js';
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
   * The longest wait in milliseconds. 0 or less takes the lock only if it is free; undefined, Infinity and all that is
   * longer than timers can be (2,147,483,647 ms, 24 days) set no limit; NaN is a RangeError.
   */
  readonly timeout?: number | undefined;
}

/** What makes the lease of one acquisition: the queue itself, or on its behalf whoever watches. */
export interface LeaseSource {
  /** For permits that have been taken just now. */
  lease(weight: number): LocalLease;
  /** Told of a wait that begins; the promise that it answers with is the caller's. */
  follow?(wait: Promise<LocalLease>): Promise<LocalLease>;
}

let created = 0;

/** A core with promises. */
export class LeaseQueue extends FifoCore implements LeaseSource {
  declare readonly clock: Clock;
  /** Grows with each queue: the one global order in which several locks are taken. */
  readonly order = (created += 1);
  readonly #name: string;

  constructor(permits: number, kind: string, options?: LockOptions, place?: TablePlace) {
    super(permits, place);
    this.#name = options?.name ?? kind;
    this.clock = options?.clock ?? systemClock;
  }

  get name(): string {
    return this.#name + (this.place ? `[${String(this.place.key)}]` : '');
  }

  /** As the place where a queue is found. */
  get(): this {
    return this;
  }

  lease(weight: number): LocalLease {
    return leaseOf(this, weight);
  }

  /**
   * The lease where it can be had now, its promise otherwise. What is wrong with the question is thrown: of an abort and
   * a nonsensical number the latter.
   */
  acquire(weight: number, options: WaitOptions | undefined): LocalLease | Promise<LocalLease>;
  /** The lease where it can be had now. */
  acquire(weight: number, options: WaitOptions, neverWaits: true): LocalLease | undefined;
  acquire(weight: number, options?: WaitOptions, neverWaits?: boolean): LocalLease | Promise<LocalLease> | undefined {
    // Without options the weight is the lock's own, or 1.
    if (options) {
      assertNumber('weight', weight, this.size);
      assertNumber('timeout', options.timeout ?? 0);
      options.signal?.throwIfAborted();
    }
    const source = observer?.source(this, weight, options) ?? this;
    if (this.tryAcquire(weight)) return source.lease(weight);
    return neverWaits ? undefined : this.#wait(weight, options, source);
  }

  /** Of its own, because what its closures see costs an object whether they are made or not. */
  #wait(weight: number, { signal, timeout = Infinity }: WaitOptions = {}, source: LeaseSource): Promise<LocalLease> {
    // The code that asks holds so many permits that the rest can never be enough while it does.
    if (this.size - heldAround(this, signal) < weight) throw new SelfDeadlockError(this.name);
    const wait = new Promise<LocalLease>((resolve, reject) => {
      if (timeout <= 0) throw this.#timedOut(timeout, 0);
      const waiter = new PendingLease(source, weight, resolve);
      if (signal || timeout < Infinity) this.#limit(waiter, signal, timeout, reject);
      this.add(waiter);
    });
    return source.follow?.(wait) ?? wait;
  }

  /** The signal and the time-out of one wait: whichever comes first takes the waiter out of the queue and settles it. */
  #limit(
    waiter: PendingLease,
    signal: AbortSignal | undefined,
    timeout: number,
    reject: (reason: unknown) => unknown,
  ): void {
    const since = this.clock.now();
    const leave = (): void => {
      stopListening();
      if (timed) this.clock.clearTimer(timer);
      this.delete(waiter);
    };
    const timed = timeout <= LONGEST_TIMER;
    const timer = timed && this.clock.setTimer(() => {
      leave();
      reject(this.#timedOut(timeout, this.clock.now() - since));
    }, timeout);
    const stopListening = onAbort(signal, (reason) => {
      leave();
      reject(reason);
    });
    // Called at the grant: the end of the limit. A signal that is aborted already, but has not said so yet, counts.
    waiter.givenUp = () => {
      leave();
      return signal?.aborted && !reject(signal.reason);
    };
  }

  #timedOut(timeout: number, waited: number): LockTimeoutError {
    return new LockTimeoutError(this.name, timeout, waited, this.waiting);
  }
}

/** A waiter whose grant is a lease. Its fields are few, because a lock with many waiters has one of these for each. */
class PendingLease implements Waiter {
  declare prev: Link | undefined;
  declare next: Link | undefined;
  /** Set where the wait is limited. */
  declare givenUp?: () => unknown;
  readonly #source: LeaseSource;
  declare readonly weight: number;
  readonly #resolve: (lease: LocalLease) => void;

  constructor(source: LeaseSource, weight: number, resolve: (lease: LocalLease) => void) {
    this.#source = source;
    this.weight = weight;
    this.#resolve = resolve;
  }

  refuses(): unknown {
    return this.givenUp?.() || this.#resolve(this.#source.lease(this.weight));
  }
}
