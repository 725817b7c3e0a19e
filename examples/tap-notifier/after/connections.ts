import { Notifier, type NotifierSession } from 'lockwright';
import type { Worker } from './worker.js';

interface Connection {
  readonly cookie: number;
  readonly worker: Worker;
}

/** All consumers by name, each with the cookie of its connection and the worker that serves that. */
export class Connections {
  /** Wakes with the cookie that the consumer has then, and with no lock held. */
  readonly #notifier = new Notifier<Connection>(({ payload: { cookie, worker } }) => worker.wake(cookie));
  readonly #all = new Map<string, NotifierSession>();

  /** A consumer connects, or comes back by its name with another cookie. */
  connect(name: string, cookie: number, worker: Worker): void {
    const session = this.#all.get(name);
    const isBack = session !== undefined && this.#notifier.replace(session, { cookie, worker }) !== undefined;
    if (!isBack) this.#all.set(name, this.#notifier.open({ cookie, worker }));
  }

  notifyAll(): void {
    for (const session of this.#all.values()) this.#notifier.mark(session);
  }
}
