// Time that stands still until a test moves it.

import { type Clock, wait } from '../clock.js';

/**
 * A clock for tests: time moves only when it is told to, so nothing waits and nothing is left to chance.
 *
 * @example
 * const clock = new ManualClock();
 * const waiting = lock.acquire({ timeout: 2000 }); // of a lock made with this clock
 * clock.advance(2000); // it has timed out
 */
export class ManualClock implements Clock {
  #time = 0;
  readonly #timers = new Map<number, { readonly due: number; readonly callback: () => void }>();
  #lastId = 0;

  now(): number {
    return this.#time;
  }

  /** @throws RangeError for a delay that real timers do not take */
  setTimer(callback: () => void, delay: number): number {
    if (!(delay >= 0 && delay <= 2 ** 31 - 1)) throw new RangeError(`not a delay that real timers take: ${delay}`);
    this.#lastId += 1;
    this.#timers.set(this.#lastId, { due: this.#time + delay, callback });
    return this.#lastId;
  }

  clearTimer(id: unknown): void {
    this.#timers.delete(id as number);
  }

  /** How many timers are set: 0 at the end of a test that has left none behind. */
  get pending(): number {
    return this.#timers.size;
  }

  /** How many milliseconds until the next timer; Infinity without one. */
  get untilNext(): number {
    return Math.min(...[...this.#timers.values()].map(({ due }) => due)) - this.#time;
  }

  /** Moves time on and calls, in the order of their time, the timers that are due by then. */
  advance(ms: number): void {
    const until = this.#time + ms;
    while (this.#time + this.untilNext <= until) this.fireNext();
    this.#time = until;
  }

  /** Moves time on to the next timer and calls that one alone; of two that are due together, the one set first. */
  fireNext(): void {
    const next = [...this.#timers].sort(([, a], [, b]) => a.due - b.due)[0];
    if (next === undefined) return;
    const [id, { due, callback }] = next;
    this.#timers.delete(id);
    this.#time = due;
    callback();
  }

  /**
   * Resolves `ms` milliseconds of this clock later.
   *
   * Cancel safety: an abort rejects at once with the signal's reason and leaves no timer.
   */
  sleep(ms: number, options: { readonly signal?: AbortSignal | undefined } = {}): Promise<void> {
    return wait(this, ms, options.signal);
  }
}
