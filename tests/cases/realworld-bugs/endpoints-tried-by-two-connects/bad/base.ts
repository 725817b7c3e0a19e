import { WorkerState } from './state.js';

export interface BlockchainSettings { name: string; server: string[]; debug?: boolean }

const shuffleEndpoints = (a: string[]) => {
  for (let i = a.length - 1; i > 0; i--) {
    const j = Math.floor(Math.random() * (i + 1));
    [a[i], a[j]] = [a[j], a[i]];
  }
  return a;
};

export abstract class BaseWorker<API> {
  api: API | undefined;
  settings: Partial<BlockchainSettings> = {};
  state = new WorkerState();

  debug(...args: unknown[]): void {
    if (!this.settings.debug) return;
    console.log(`[Worker "${this.settings.name}"]:`, ...args);
  }

  cleanup(): void {
    this.api = undefined;
    this.state.cleanup();
  }

  protected abstract isConnected(api: API | undefined): api is API;

  protected abstract tryConnect(url: string): Promise<API>;

  async connect(): Promise<API> {
    if (this.isConnected(this.api)) return this.api;

    const { server } = this.settings;
    if (!server || !Array.isArray(server) || server.length < 1) {
      throw new Error('Endpoint not set');
    }

    const endpoints = shuffleEndpoints(server.slice(0));
    for (let i = 0; i < endpoints.length; ++i) {
      const url = endpoints[i];
      this.debug('Connecting to', url);

      const api = await this.tryConnect(url)
        .then((api) => {
          this.debug('Connected');
          return api;
        })
        .catch((error) => {
          this.debug('Connection failed', error);
          return undefined;
        });

      if (api) {
        this.api = api;
        return api;
      }
    }

    throw new Error('All backends are down');
  }
}
