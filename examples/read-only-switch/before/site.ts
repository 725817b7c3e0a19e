import type { Servers } from '../server.js';
import { switchTo } from './config.js';
import { Database } from './database.js';
import { Worker } from './worker.js';

/** Two workers, A and B. */
export class Site {
  readonly #database: Database;
  readonly #workers = new Map<string, Worker>();

  constructor(servers: Servers) {
    this.#database = new Database(servers);
  }

  async start(): Promise<void> {
    for (const name of ['A', 'B']) this.#workers.set(name, await Worker.start(this.#database));
  }

  /** A worker serves one request at a time, so it is nobody else's meanwhile. */
  async request(name: string): Promise<string> {
    const worker = await this.#workers.get(name)!.upToDate();
    this.#workers.set(name, worker);
    return worker.serve();
  }

  async becomeReadOnly(): Promise<void> {
    switchTo('read-only');
  }
}
