import { ClientHandler, Subscription } from './client-handler.js';
import { Lock } from './lock.js';

export interface Watcher { watch(queries: string[], from: number): Promise<{ cancel(): void }> }
export interface CVR { version: number; queries: string[] }
export interface LogContext { info?(message: string): void; error?(message: string, e: unknown): void }

export class ViewSyncerService {
  readonly #lc: LogContext;
  readonly #watcher: Watcher;
  readonly #load: () => Promise<CVR>;
  readonly #lock = new Lock();
  readonly #clients = new Map<string, ClientHandler>();
  #cvr: CVR | undefined;
  #invalidationSubscription: { cancel(): void } | undefined;

  constructor(lc: LogContext, watcher: Watcher, load: () => Promise<CVR>) {
    this.#lc = lc;
    this.#watcher = watcher;
    this.#load = load;
  }

  async run(): Promise<void> {
    await this.#lock.withLock(async () => {
      this.#cvr = await this.#load();
    });
    await this.#lock.withLock(() => this.#watchInvalidations());
  }

  async initConnection(clientID: string, wsID: string, queries: string[]): Promise<Subscription<string>> {
    const downstream = new Subscription<string>({
      cleanup: (_, err) => {
        err ? this.#lc.error?.('client closed with error', err) : this.#lc.info?.('client closed');
        const c = this.#clients.get(clientID);
        if (c === client) {
          this.#clients.delete(clientID);

          if (this.#clients.size === 0) {
            this.#lc.info?.('no more clients. closing invalidation subscription');
            this.#invalidationSubscription?.cancel();
            this.#invalidationSubscription = undefined;
          }
        }
      },
    });

    const client = new ClientHandler(clientID, wsID, downstream);

    await this.#lock.withLock(async () => {
      await this.#patchQueries(queries);

      this.#clients.get(clientID)?.close();
      this.#clients.set(clientID, client);
    });
    return downstream;
  }

  async changeDesiredQueries(clientID: string, queries: string[]): Promise<void> {
    await this.#lock.withLock(async () => {
      if (!this.#clients.has(clientID)) {
        return;
      }
      await this.#patchQueries(queries);
    });
  }

  async advance(patch: string): Promise<void> {
    await this.#lock.withLock(async () => {
      this.#cvr = await this.#load();
      for (const client of this.#clients.values()) {
        client.poke(patch);
      }
    });
  }

  // Must be called in lock.
  async #patchQueries(queries: string[]): Promise<void> {
    const cvr = await this.#load();
    this.#cvr = { ...cvr, queries };
    this.#invalidationSubscription?.cancel();
    this.#invalidationSubscription = undefined;
  }

  // Must be called in lock.
  async #watchInvalidations(): Promise<void> {
    const minVersion = [...this.#clients.values()].map((c) => c.version()).reduce((a, b) => Math.min(a, b), 0);
    this.#invalidationSubscription = await this.#watcher.watch(this.#cvr?.queries ?? [], minVersion);
  }
}
