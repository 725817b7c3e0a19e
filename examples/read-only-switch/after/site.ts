import { type Derived, derived } from 'lockwright';
import type { Connection, Servers } from '../server.js';
import { configuration, switchToReadOnly } from './config.js';

type Settings = typeof configuration.latest.value;

/** Two workers, A and B, on one connection that knows which configuration it was made from. */
export class Site {
  readonly #connections: Derived<Settings, Connection>;

  constructor(servers: Servers) {
    this.#connections = derived(
      configuration,
      ({ mainHost }) => servers.connect(`postgres://web@${mainHost}/site`),
      (connection) => connection.close(),
    );
  }

  async start(): Promise<void> {
    for (const name of ['A', 'B']) await this.request(name);
  }

  /** Served by the main database of now, whoever has asked before; a switch does not end it under way. */
  request(_name: string): Promise<string> {
    return this.#connections.use((connection) => connection.query());
  }

  /** Resolves when nobody is connected to the old one. */
  becomeReadOnly(): Promise<void> {
    switchToReadOnly();
    return this.#connections.drained();
  }
}
