export interface AbortOptions { signal?: AbortSignal }
export interface QueryFunc { (options: { peer: string; signal: AbortSignal }): AsyncGenerator<string> }

const DEFAULT_QUERY_TIMEOUT = 180_000;

export class QueryManager {
  private running = false;
  private shutDownController = new AbortController();

  async start(): Promise<void> {
    this.running = true;
    this.shutDownController = new AbortController();
  }

  async stop(): Promise<void> {
    this.running = false;
    this.shutDownController.abort();
  }

  async *run(peers: string[], queryFunc: QueryFunc, options: AbortOptions = {}): AsyncGenerator<string> {
    if (!this.running) {
      throw new Error('QueryManager not started');
    }

    if (options.signal == null) {
      // don't let queries run forever
      options.signal = AbortSignal.timeout(DEFAULT_QUERY_TIMEOUT);
    }

    const signal = AbortSignal.any([this.shutDownController.signal, options.signal]);

    for (const peer of peers) {
      yield* queryFunc({ peer, signal });
    }
  }
}
