import { SharedRef } from 'lockwright';
import type { Backend, CacheServers, KeyMaker } from '../cache-server.js';

/** Forwards to the backend that the settings name, and connects to it when somebody asks for something. */
export class ForwardingCache {
  readonly #backend: SharedRef<Backend>;

  constructor(
    servers: CacheServers,
    private readonly keys: KeyMaker,
  ) {
    this.#backend = new SharedRef(() => servers.connect(), { name: 'cache', dispose: (backend) => backend.close() });
  }

  /** Who asks first waits for the one connection; who has a backend keeps it to the end of the call. */
  async get(key: string): Promise<string> {
    await this.#backend.ready();
    return this.#backend.use(async (backend) => backend.get(await this.keys.qualify(key)));
  }

  /** The old backend serves until the new one is there, and is closed after its last user. */
  async settingsChanged(): Promise<void> {
    await this.#backend.reload();
  }
}
