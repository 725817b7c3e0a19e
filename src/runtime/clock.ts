// Time as the package sees it. Everything that waits takes a clock, so that no test needs real time.

import { onAbort } from './abort-listeners.js';

/** A source of time and timers; hand one in to run without real time. All times are milliseconds. */
export interface Clock {
  /** The time now. It must never go back; only differences are used. */
  now(): number;
  /** Calls `callback` once, `delay` milliseconds from now (0 or more, at most 2,147,483,647); never synchronously. */
  setTimer(callback: () => void, delay: number): unknown;
  /** Cancels what `setTimer` returned; harmless after the call. */
  clearTimer(timer: unknown): void;
}

/**
 * The clock that is used where none is given: `performance.now()`, which does not jump when the machine's time is set,
 * and the global timers, looked up at each call so that fake timers put there by a test framework are used.
 */
export const systemClock: Clock = {
  now: () => performance.now(),
  setTimer: (callback, delay) => setTimeout(callback, delay),
  clearTimer: (timer) => clearTimeout(timer as ReturnType<typeof setTimeout>),
};

/**
 * @param most where it is given, the value must be a whole number from 1 to it; otherwise anything but NaN, which would
 *   mean whatever the comparisons make of it
 * @throws `RangeError`
 */
export function assertNumber(what: string, value: number, most?: number): void {
  if (most ? !(value >= 1 && value <= most && value % 1 === 0) : isNaN(value)) {
    throw new RangeError(`${what} ${value} is not a ${most ? `whole number from 1 to ${most}` : 'number'}`);
  }
}

/** The longest delay of a timer: it is kept in 32 bits by Node.js and browsers, and a longer one fires at once. */
export const LONGEST_TIMER = 2 ** 31 - 1;

/** Calls back once in the future, at any distance, at Infinity never and without a timer; returns how to cancel that. */
export function alarm(clock: Clock, delay: number, callback: () => void): () => void {
  let timer: unknown;
  const arm = (rest: number): void => {
    timer = clock.setTimer(rest > LONGEST_TIMER ? () => arm(rest - LONGEST_TIMER) : callback, Math.min(rest, LONGEST_TIMER));
  };
  if (delay === Infinity) return () => {};
  arm(delay);
  return () => clock.clearTimer(timer);
}

/** Resolves after `delay` milliseconds; on an abort rejects at once with the signal's reason and leaves no timer. */
export function wait(clock: Clock, delay: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const cancel = alarm(clock, delay, () => {
      stopListening();
      resolve();
    });
    const stopListening = onAbort(signal, (reason) => {
      cancel();
      reject(reason);
    });
  });
}
