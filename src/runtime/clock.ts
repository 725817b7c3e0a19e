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
  clearTimer: (timer) => {
    clearTimeout(timer as ReturnType<typeof setTimeout>);
  },
};

/** The longest delay of a timer: it is kept in 32 bits by Node.js and browsers, and a longer one fires at once. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** Calls back once in the future, at any distance, at Infinity never and without a timer; returns how to cancel that. */
export function alarm(clock: Clock, delay: number, callback: () => void): () => void {
  if (delay === Infinity) return () => {};
  let rest = delay;
  let timer: unknown;
  const arm = (): void => {
    if (rest < 0) return callback();
    timer = clock.setTimer(arm, Math.min(rest, LONGEST_TIMER));
    rest = rest > LONGEST_TIMER ? rest - LONGEST_TIMER : -1;
  };
  arm();
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
