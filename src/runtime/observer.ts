// Where those who watch the package come in: lockdep, and the events for diagnostics_channel. Nobody is there unless one
// of them was loaded, and a look at one variable is all that it then costs.

import type { LocalLease } from './lease.js';
import type { LeaseQueue, WaitOptions } from './lease-queue.js';

/** What happens outside of locks that others can listen to. */
export interface Events {
  /** A `SharedRef` has a new value. */
  readonly reload: { readonly ref: string; readonly generation: number };
  /** A `ConfigCell` has a new snapshot. */
  readonly switch: { readonly version: number };
  /** A `Notifier` begins a delivery. */
  readonly deliver: { readonly notifier: string; readonly generation: number };
}

/** Takes and runs in place of the plain ways, as long as it says that it is watching. */
export interface Observer {
  readonly watching: boolean;
  withLock<T>(queue: LeaseQueue, fn: () => T | PromiseLike<T>, weight: number, options: WaitOptions | undefined): Promise<T>;
  acquire(queue: LeaseQueue, weight: number, options: WaitOptions | undefined): Promise<LocalLease>;
  /** For a grant that has just been made. */
  lease(queue: LeaseQueue, weight: number): LocalLease;
  /** @throws `LockHeldError` where it is known that the calling code holds a lock */
  mightSleep(what: string): void;
  tell<E extends keyof Events>(event: E, message: () => Events[E]): void;
}

export let observer: Observer | undefined;

export function observeWith(by: Observer): void {
  observer = by;
}
