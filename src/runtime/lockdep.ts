// What static analysis cannot see, seen while the program runs: the order in which locks are taken, locks that are held
// while something sleeps, and holds and waits that last too long.

import { NotHeldError } from './errors.js';
import { behind, type LockFace } from './lock-face.js';
import { observeWith } from './observer.js';
import { type LockReport, watcher } from './watcher.js';

export interface LockdepOptions {
  /** After so many milliseconds a hold is reported; by default 1000, Infinity for never. */
  readonly held?: number | undefined;
  /** After so many milliseconds a wait is reported, with those who hold the lock; by default 5000, Infinity for never. */
  readonly stalled?: number | undefined;
  /** Where reports go; by default `console.warn`. It must not throw. */
  readonly report?: ((report: LockReport) => void) | undefined;
}

/** The learned order as data. */
export interface LockGraph {
  readonly locks: readonly { readonly id: number; readonly name: string }[];
  /** `to` was asked for while `from` was held, each by its id. */
  readonly edges: readonly { readonly from: number; readonly to: number }[];
}

/**
 * Off until `enable()`, or from the start with `LOCKWRIGHT_LOCKDEP=1` in the environment of Node.js, Deno and Bun. What
 * it finds, what it costs, and what it cannot see: docs/runtime/lockdep.md.
 *
 * @example
 * lockdep.enable({ held: 500 });
 */
export const lockdep = {
  /**
   * Follows every acquisition from now on.
   *
   * @throws RangeError for a limit that is not a number from 0 on
   */
  enable({ held = 1000, stalled = 5000, report = warn }: LockdepOptions = {}): void {
    if (!(held >= 0)) throw new RangeError(`held must be 0 or more milliseconds, not ${held}`);
    if (!(stalled >= 0)) throw new RangeError(`stalled must be 0 or more milliseconds, not ${stalled}`);
    observeWith(watcher);
    watcher.limits = { held, stalled, report };
  },

  /** Follows no new acquisition, and forgets the order. */
  disable(): void {
    watcher.limits = undefined;
    watcher.order.forget();
  },

  get enabled(): boolean {
    return watcher.limits !== undefined;
  },

  /** The order learned so far. */
  graph(): LockGraph {
    const locks = new Map<number, string>();
    const edges = [...watcher.order.edges].map(({ from, to }) => {
      locks.set(from.id, from.name).set(to.id, to.name);
      return { from: from.id, to: to.id };
    });
    return { locks: [...locks].map(([id, name]) => ({ id, name })), edges };
  },
};

/**
 * Says in code that what follows may take long. Does nothing while lockdep is off.
 *
 * @throws `LockHeldError` when the calling code runs in a section that holds a lock
 */
export function assertNoLockHeld(what = 'something that may take long'): void {
  watcher.mightSleep(what);
}

/**
 * Says in code that the caller must hold a lock. While lockdep is off it fails only when nobody at all holds it; with
 * lockdep on also when all who hold it are others.
 *
 * @throws `NotHeldError`
 */
export function assertHeld(lock: LockFace): void {
  const [queue] = behind(lock);
  if (!watcher.mayHold(queue)) throw new NotHeldError(queue.name);
}

function warn({ kind, lock, duration, stack, holders }: LockReport): void {
  const what = kind === 'held-too-long' ? 'held for' : 'waited for';
  const others = holders.map((holder) => `\nheld for ${Math.round(holder.duration)} ms, taken here:\n${holder.stack}`);
  console.warn(`lockwright: ${lock}: ${what} ${Math.round(duration)} ms so far\n${stack}${others.join('')}`);
}
