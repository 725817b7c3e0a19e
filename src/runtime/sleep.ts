// Waiting for time to pass, so that it can be called off.

import { assertNumber, type Clock, systemClock, wait } from './clock.js';
import { observer } from './observer.js';

export interface SleepOptions {
  /** Ends the sleep when aborted. */
  readonly signal?: AbortSignal | undefined;
  /** Where time comes from; by default the system's clock. */
  readonly clock?: Clock | undefined;
}

/**
 * Resolves after `ms` milliseconds. When not to use it, and what it promises: docs/runtime/sleep.md.
 *
 * Cancel safety: an abort rejects at once with the signal's reason; no timer and no listener is left.
 *
 * @param ms 0 or less: at the next timer, never at once; Infinity: only an abort ends it; NaN is a RangeError
 */
export async function sleep(ms: number, { signal, clock = systemClock }: SleepOptions = {}): Promise<void> {
  assertNumber('ms', ms);
  signal?.throwIfAborted();
  observer?.mightSleep('sleep');
  await wait(clock, Math.max(ms, 0), signal);
}
