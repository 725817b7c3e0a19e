import { Mutex } from 'lockwright';
import type { Connections } from './connections.js';

/** Serves connections, known to it by their cookies. */
export class Worker {
  readonly #lock = new Mutex({ name: 'worker' });
  readonly #runnable = new Set<number>();

  constructor(private readonly connections: Connections) {}

  /** A consumer has connected: what is left of its last connection goes before the new one is known. */
  async serve(name: string, cookie: number, previous?: number): Promise<void> {
    await this.#lock.withLock(() => {
      if (previous !== undefined) this.#runnable.delete(previous);
      this.connections.connect(name, cookie, this);
    });
  }

  /** There is something for the connection with this cookie. */
  async wake(cookie: number): Promise<void> {
    await this.#lock.withLock(() => {
      this.#runnable.add(cookie);
    });
  }

  get runnable(): readonly number[] {
    return [...this.#runnable];
  }
}
