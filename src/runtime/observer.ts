// Where those who watch the package come in: lockdep, and the events for diagnostics_channel. Nobody is there unless one
// of them was loaded, and a look at one variable is all that it then costs.

import type { LeaseQueue, LeaseSource, WaitOptions } from './lease-queue.js';

/** What happens outside of locks that others can listen to. */
export interface Events {
  /** A `SharedRef` has a new value. */
  readonly reload: { readonly ref: string; readonly generation: number };
  /** A `ConfigCell` has a new snapshot. */
  readonly switch: { readonly version: number };
  /** A `Notifier` begins a delivery. */
  readonly deliver: { readonly notifier: string; readonly generation: number };
}

/** Follows acquisitions and events. */
export interface Observer {
  /**
   * Asked at the beginning of each acquisition; undefined where nobody watches.
   *
   * @throws `LockOrderError`, `SelfDeadlockError`
   */
  source(queue: LeaseQueue, weight: number, options: WaitOptions | undefined): LeaseSource | undefined;
  /** @throws `LockHeldError` where it is known that the calling code holds a lock */
  mightSleep(what: string): void;
  tell<E extends keyof Events>(event: E, message: () => Events[E]): void;
}

export let observer: Observer | undefined;

export function observeWith(by: Observer): void {
  observer = by;
}
