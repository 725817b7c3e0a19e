import type { Backend, CacheServers, KeyMaker } from '../cache-server.js';

/** Forwards to the backend that the settings name, and connects to it when somebody asks for something. */
export class ForwardingCache {
  #backend: Backend | null = null;

  constructor(
    private readonly servers: CacheServers,
    private readonly keys: KeyMaker,
  ) {}

  async get(key: string): Promise<string> {
    if (!this.#backend) {
      this.#backend = await this.servers.connect();
    }
    const qualified = await this.keys.qualify(key);
    return this.#backend.get(qualified);
  }

  /** The next one who asks connects by the new settings. */
  async settingsChanged(): Promise<void> {
    if (this.#backend) {
      await this.#backend.close();
      this.#backend = null;
    }
  }
}
