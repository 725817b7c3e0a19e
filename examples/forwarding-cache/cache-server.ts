/** What the forwarding cache forwards to: a connection to a cache server. */
export interface Backend {
  get(key: string): Promise<string>;
  close(): Promise<void>;
}

/** Makes the key under which a site keeps something; it may have to ask for that. */
export interface KeyMaker {
  qualify(key: string): Promise<string>;
}

/** Where the settings say that the cache is, and how many connections were made and given up. */
export class CacheServers {
  address = 'first.cache';
  opened = 0;
  closed = 0;

  async connect(): Promise<Backend> {
    const { address } = this;
    await Promise.resolve();
    this.opened += 1;
    let isOpen = true;
    return {
      get: async (key) => {
        if (!isOpen) throw new Error('the connection is closed');
        return `${key} from ${address}`;
      },
      close: async () => {
        isOpen = false;
        this.closed += 1;
      },
    };
  }
}
