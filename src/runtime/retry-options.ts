// What `retryWithLock` can be told, and what that means at its edges: zero, negative, NaN and infinite numbers.

import { orAbort } from './abort-listeners.js';
import { DEFAULT_BASE_DELAY, DEFAULT_MAX_DELAY, fullJitter } from './backoff.js';
import { assertNumber, type Clock, systemClock, wait } from './clock.js';
import { observer } from './observer.js';

/** What every retry can be told, whatever drives it. */
export interface CommonRetryOptions {
  /**
   * Ends the retry when aborted: a wait at once, with the signal's reason; a running attempt is told by its own signal
   * and waited for.
   */
  readonly signal?: AbortSignal | undefined;
  /**
   * How long the whole may take, in milliseconds, with all waits for the lock. 0 or less: no attempt is made. Infinity,
   * the default: no limit. NaN is a RangeError.
   */
  readonly timeout?: number | undefined;
  /** The same as a time of `clock`, such as the `deadline` of an attempt around; the earlier of the two holds. */
  readonly deadline?: number | undefined;
  /** Where time comes from; by default the system's clock. */
  readonly clock?: Clock | undefined;
  /**
   * Told when a lease could not be given back, which a leased lock may fail at. The attempt's outcome stands all the
   * same; without this hook such an error is ignored, since the lease then runs out by itself.
   */
  readonly onReleaseError?: ((error: unknown) => void) | undefined;
}

/** A retry with back-off by this package. */
export interface BackoffRetryOptions extends CommonRetryOptions {
  /**
   * How often to try, the first time included: a whole number from 1 on, or Infinity; anything else is a RangeError.
   * By default 3, as in the AWS SDK for JavaScript (@smithy/util-retry).
   */
  readonly maxAttempts?: number | undefined;
  /** The limit of the first delay in milliseconds, by default 100; negative, infinite and NaN are RangeErrors. */
  readonly baseDelay?: number | undefined;
  /** The longest delay in milliseconds, by default 20,000; Infinity for no limit; negative and NaN are RangeErrors. */
  readonly maxDelay?: number | undefined;
  /**
   * The delay in milliseconds after `attempt` has failed, instead of exponential delay with full jitter. Below 0 counts
   * as 0; Infinity means that there is no further attempt; NaN rejects with a RangeError.
   */
  readonly delay?: ((error: unknown, attempt: number) => number | PromiseLike<number>) | undefined;
  /** Whether an error is worth another attempt; by default every one is. The lock is free while it runs. */
  readonly shouldRetry?: ((error: unknown, attempt: number) => boolean | PromiseLike<boolean>) | undefined;
  /** Called before each wait, with its length in milliseconds. The lock is free while it runs. */
  readonly onRetry?: ((error: unknown, attempt: number, delay: number) => unknown) | undefined;
  /** A number from 0 to below 1, for the jitter; by default `Math.random`. */
  readonly random?: (() => number) | undefined;
  /** Waits; by default with `clock`. An abort of the signal ends the wait, even if this function does not heed it. */
  readonly sleep?: ((delay: number, signal: AbortSignal | undefined) => PromiseLike<void>) | undefined;
  readonly policy?: undefined;
}

/** A retry that something else drives: it decides what is tried again, when, and how often. */
export interface PolicyRetryOptions extends CommonRetryOptions {
  /** A policy object such as cockatiel's, or a retry function such as p-retry. */
  readonly policy: RetryPolicy;
}

export type RetryOptions = BackoffRetryOptions | PolicyRetryOptions;

/**
 * An object with `execute`, as cockatiel's policies have it (also wrapped ones), or a function that calls its parameter
 * again and again, as p-retry does. Each call of that parameter is one attempt, with the lock taken and given back.
 */
export type RetryPolicy =
  | { execute<T>(run: (context?: PolicyContext) => Promise<T>, signal?: AbortSignal): PromiseLike<T> }
  | (<T>(run: (attempt?: number) => Promise<T>, options: { readonly signal: AbortSignal }) => PromiseLike<T>);

/** What a policy may hand to each attempt. */
export interface PolicyContext {
  /** Passed on to the attempt, for instance by a time-out policy. */
  readonly signal?: AbortSignal;
}

/** The options of a retry with back-off, with all defaults filled in. */
export interface BackoffPlan {
  readonly maxAttempts: number;
  readonly delay: (error: unknown, attempt: number) => number | PromiseLike<number>;
  readonly shouldRetry: (error: unknown, attempt: number) => boolean | PromiseLike<boolean>;
  readonly onRetry: (error: unknown, attempt: number, delay: number) => unknown;
  readonly sleep: (delay: number, signal: AbortSignal | undefined) => PromiseLike<void>;
}

const DEFAULT_MAX_ATTEMPTS = 3;

/** The options that a policy decides itself, so that they cannot be given beside one. */
const DECIDED_BY_POLICY = [
  'maxAttempts', 'baseDelay', 'maxDelay', 'delay', 'shouldRetry', 'onRetry', 'random', 'sleep',
] as const satisfies readonly (keyof BackoffRetryOptions)[];

/** @throws RangeError for a number that means nothing */
export function readBackoff(options: BackoffRetryOptions): BackoffPlan {
  const { maxAttempts = DEFAULT_MAX_ATTEMPTS, baseDelay = DEFAULT_BASE_DELAY, maxDelay = DEFAULT_MAX_DELAY } = options;
  if (maxAttempts !== Infinity && !(Number.isSafeInteger(maxAttempts) && maxAttempts >= 1)) {
    throw new RangeError(`maxAttempts must be a whole number from 1 on, or Infinity, not ${maxAttempts}`);
  }
  if (!(baseDelay >= 0 && baseDelay < Infinity)) {
    throw new RangeError(`baseDelay must be 0 or more milliseconds, and finite, not ${baseDelay}`);
  }
  if (!(maxDelay >= 0)) throw new RangeError(`maxDelay must be 0 or more milliseconds, not ${maxDelay}`);
  const { clock = systemClock, random = Math.random } = options;
  return {
    maxAttempts,
    delay: options.delay ?? ((_, attempt) => fullJitter(attempt, baseDelay, maxDelay, random())),
    shouldRetry: options.shouldRetry ?? (() => true),
    onRetry: options.onRetry ?? (() => undefined),
    sleep: sleepOf(options, clock),
  };
}

function sleepOf({ sleep: given }: BackoffRetryOptions, clock: Clock): BackoffPlan['sleep'] {
  const sleep: BackoffPlan['sleep'] =
    given === undefined
      ? (delay, signal) => wait(clock, delay, signal)
      : (delay, signal) => orAbort(signal, given(delay, signal));
  return (delay, signal) => {
    observer?.mightSleep('retryWithLock waits between attempts');
    return sleep(delay, signal);
  };
}

/** @throws TypeError for an option that the policy decides, or a policy that cannot drive anything */
export function checkPolicy(options: PolicyRetryOptions): void {
  const { policy } = options;
  if (typeof policy !== 'function' && typeof policy?.execute !== 'function') {
    throw new TypeError('policy must have a method execute, or be a function that retries its first parameter');
  }
  const given: BackoffRetryOptions | object = options;
  const extra = DECIDED_BY_POLICY.filter((key) => (given as Record<string, unknown>)[key] !== undefined);
  if (extra.length > 0) throw new TypeError(`a policy decides this itself, leave it out: ${extra.join(', ')}`);
}

/**
 * The time after which no attempt starts; Infinity for none.
 *
 * @throws RangeError for NaN
 */
export function readDeadline(options: CommonRetryOptions, clock: Clock): number {
  const { timeout = Infinity, deadline = Infinity } = options;
  assertNumber('timeout', timeout);
  if (Number.isNaN(deadline)) throw new RangeError('deadline must be a time in milliseconds, not NaN');
  return Math.min(deadline, timeout === Infinity ? Infinity : clock.now() + timeout);
}
