// One attempt after the other, each with the lock taken for it and given back after it, and the lock free between them.
// What is tried again, and when, is decided elsewhere.

import { onAbort } from './abort-listeners.js';
import { alarm, type Clock } from './clock.js';
import { FencingTokenError, LeaseLostError, RetryExhaustedError, SelfDeadlockError } from './errors.js';
import {
  enterSection,
  heldAround,
  innermostSection,
  leaveSection,
  type Section,
  sectionOf,
  shareSection,
} from './held-sections.js';
import { LocalLease } from './lease.js';
import type { Lockable, LockableLease } from './lockable.js';

/** What an attempt is told. */
export interface AttemptContext {
  /** The number of this attempt, from 1 on. */
  readonly attempt: number;
  /**
   * Aborted when the caller's signal is, when the deadline passes, and when the lock is lost. Pass it to everything
   * that the attempt does: the lock is kept until the attempt has ended, however long that takes.
   */
  readonly signal: AbortSignal;
  /** After this time of the clock (by default `performance.now()`) no further attempt starts; Infinity for none. */
  readonly deadline: number;
  /** From a lock that gives them out: greater than in every attempt before. */
  readonly fencingToken?: number | bigint;
}

/** How an attempt ended, and of a failure whether another one may follow. */
export type Outcome<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: unknown; readonly next: 'ask' | 'retry' | 'stop' };

/** What the attempts of one call have in common. */
export interface AttemptSetting {
  readonly clock: Clock;
  readonly deadline: number;
  /** The caller's. */
  readonly signal: AbortSignal | undefined;
  readonly onReleaseError: ((error: unknown) => void) | undefined;
}

/** The attempts of one call of `retryWithLock`. */
export class Attempts<T> {
  /** How many were begun, those included whose lock could not be had for an error. */
  count = 0;
  /** What the last failed one failed with. */
  lastError: unknown = undefined;
  readonly lockName: string;
  /** Aborted at the end of everything: by the caller's signal, at the deadline, or by `end`. */
  readonly #over = new AbortController();
  readonly #lock: Lockable;
  readonly #attempt: (context: AttemptContext) => T | PromiseLike<T>;
  readonly #setting: AttemptSetting;
  readonly #stopListening: () => void;
  readonly #cancelAlarm: () => void;
  #lastToken: number | bigint = -Infinity;

  constructor(lock: Lockable, attempt: (context: AttemptContext) => T | PromiseLike<T>, setting: AttemptSetting) {
    this.#lock = lock;
    this.#attempt = attempt;
    this.#setting = setting;
    this.lockName = lock.name ?? 'lock';
    const { clock, deadline, signal } = setting;
    this.#cancelAlarm = alarm(clock, Math.max(0, deadline - clock.now()), () => {
      this.#over.abort(this.exhausted('deadline'));
    });
    this.#stopListening = onAbort(signal, (reason) => {
      this.#over.abort(reason);
    });
    if (signal !== undefined) shareSection(signal, this.#over.signal);
  }

  /** Aborted when nothing may be begun any more. */
  get over(): AbortSignal {
    return this.#over.signal;
  }

  get deadlinePassed(): boolean {
    return this.endsWithin(0);
  }

  /** Whether the deadline comes within so many milliseconds. */
  endsWithin(delay: number): boolean {
    return this.#setting.clock.now() + delay >= this.#setting.deadline;
  }

  exhausted(reason: 'attempts' | 'deadline' | 'delay', cause: unknown = this.lastError): RetryExhaustedError {
    return new RetryExhaustedError(this.lockName, this.count, reason, cause === undefined ? {} : { cause });
  }

  /** Begins nothing any more, and tells what is running. */
  end(reason: unknown): void {
    this.#over.abort(reason);
  }

  /** Leaves no timer and no listener behind. To be called when nothing runs any more. */
  close(): void {
    this.#cancelAlarm();
    this.#stopListening();
  }

  /** Never rejects. To be called again only after it has settled. `policySignal` is one more reason to end early. */
  async once(policySignal?: AbortSignal): Promise<Outcome<T>> {
    // The signal of this attempt alone: the one before must not hear of what happens to this one.
    const own = new AbortController();
    const abort = (reason: unknown): void => {
      own.abort(reason);
    };
    const links = [onAbort(this.over, abort), onAbort(policySignal, abort)];
    shareSection(this.over, own.signal);
    try {
      const outcome = await this.#lockAndRun(own);
      if (!outcome.ok) this.lastError = outcome.error;
      return outcome;
    } catch (error) {
      return { ok: false, error, next: 'stop' };
    } finally {
      for (const unlink of links) unlink();
    }
  }

  async #lockAndRun(own: AbortController): Promise<Outcome<T>> {
    if (this.deadlinePassed) return stop(this.exhausted('deadline'));
    // Of locks of this package it is known how many permits the caller holds, see lease-queue.ts.
    if (heldAround(this.#lock, own.signal) > 0) return stop(new SelfDeadlockError(this.lockName));
    let lease: LockableLease;
    try {
      own.signal.throwIfAborted();
      lease = await this.#lock.acquire({ signal: own.signal });
    } catch (error) {
      if (this.over.aborted) return stop(this.over.reason);
      if (error instanceof SelfDeadlockError) return stop(error);
      this.count += 1;
      return { ok: false, error, next: 'ask' };
    }
    try {
      return await this.#run(lease, own);
    } finally {
      await this.#release(lease);
    }
  }

  async #run(lease: LockableLease, own: AbortController): Promise<Outcome<T>> {
    const { deadline, signal: callerSignal } = this.#setting;
    const token = lease.fencingToken;
    if (this.over.aborted) return stop(this.over.reason);
    if (this.deadlinePassed) return stop(this.exhausted('deadline'));
    if (token !== undefined) {
      if (!(token > this.#lastToken)) return stop(new FencingTokenError(this.lockName, this.#lastToken, token));
      this.#lastToken = token;
    }
    this.count += 1;

    let lost: LeaseLostError | undefined;
    const stopWatching = onAbort(lease instanceof LocalLease ? undefined : lease.signal, (reason) => {
      lost = new LeaseLostError(this.lockName, reason);
      own.abort(lost);
    });
    const context: AttemptContext = Object.freeze({
      attempt: this.count,
      signal: own.signal,
      deadline,
      ...(token === undefined ? {} : { fencingToken: token }),
    });
    const section: Section = {
      ...(lease instanceof LocalLease ? { of: lease.of, weight: lease.weight } : { of: this.#lock, weight: Infinity }),
      outer: innermostSection() ?? sectionOf(callerSignal),
      held: true,
      lock: this.lockName,
      ...(lease instanceof LocalLease && lease.taken !== undefined ? { taken: lease.taken } : {}),
    };
    let outcome: Outcome<T>;
    try {
      // A lease that was lost before the attempt could start counts as lost under it.
      if (lost !== undefined) throw lost;
      outcome = { ok: true, value: await enterSection(section, own.signal, () => this.#attempt(context)) };
    } catch (error) {
      outcome = { ok: false, error, next: this.#afterError(error) };
    } finally {
      leaveSection(section);
      stopWatching();
    }
    if (outcome.ok ? lost === undefined : outcome.next === 'stop') return outcome;
    if (callerSignal?.aborted === true) return stop(callerSignal.reason);
    return lost === undefined ? outcome : { ok: false, error: lost, next: 'retry' };
  }

  #afterError(error: unknown): 'ask' | 'stop' {
    const itsOwnEnd = this.over.aborted && error === this.over.reason;
    return itsOwnEnd || error instanceof SelfDeadlockError ? 'stop' : 'ask';
  }

  async #release(lease: LockableLease): Promise<void> {
    try {
      await lease.release();
    } catch (error) {
      this.#setting.onReleaseError?.(error);
    }
  }
}

function stop(error: unknown): { ok: false; error: unknown; next: 'stop' } {
  return { ok: false, error, next: 'stop' };
}
