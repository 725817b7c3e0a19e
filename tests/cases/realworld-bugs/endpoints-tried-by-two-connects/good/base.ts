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
  private connectPromise: Promise<API> | undefined;

  debug(...args: unknown[]): void {
    if (!this.settings.debug) return;
    console.log(`[Worker "${this.settings.name}"]:`, ...args);
  }

  cleanup(): void {
    this.api = undefined;
    this.connectPromise = undefined;
    this.state.cleanup();
  }

  protected abstract isConnected(api: API | undefined): api is API;

  protected abstract tryConnect(url: string): Promise<API>;

  async connect(): Promise<API> {
    if (this.isConnected(this.api)) return this.api;

    if (!this.connectPromise) {
      const { server } = this.settings;
      if (!server || !Array.isArray(server) || server.length < 1) {
        throw new Error('Endpoint not set');
      }

      const endpoints = shuffleEndpoints(server.slice(0));
      this.connectPromise = this.connectRecursive(endpoints).then((api) => {
        this.debug('Connected');
        this.api = api;
        this.connectPromise = undefined;
        return api;
      });
    }

    return this.connectPromise;
  }

  private connectRecursive([url, ...rest]: string[]): Promise<API> {
    if (!url) {
      throw new Error('All backends are down');
    }

    this.debug('Connecting to', url);

    return this.tryConnect(url).catch((error) => {
      this.debug('Connection failed', error);
      return this.connectRecursive(rest);
    });
  }
}
