import { Mutex } from 'lockwright';
import type { Worker } from './worker.js';

/** All consumers by name, each with the cookie of its connection and the worker that serves that. */
export class Connections {
  readonly #lock = new Mutex({ name: 'connections' });
  readonly #all = new Map<string, { readonly cookie: number; readonly worker: Worker }>();

  /** A consumer connects, or comes back by its name with another cookie. */
  connect(name: string, cookie: number, worker: Worker): Promise<void> {
    return this.#lock.withLock(() => {
      this.#all.set(name, { cookie, worker });
    });
  }

  /** The lock is held while they are woken, so that no cookie is swapped between its reading and its use. */
  notifyAll(): Promise<void> {
    return this.#lock.withLock(async () => {
      for (const { cookie, worker } of this.#all.values()) {
        await worker.wake(cookie);
      }
    });
  }
}
