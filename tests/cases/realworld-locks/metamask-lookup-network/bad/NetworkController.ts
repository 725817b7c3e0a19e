import { Mutex } from 'async-mutex';

type EthQuery = { sendAsync(request: { method: string }, callback: (error: Error | null, network: string) => void): void };
type Messenger = { publish(event: string, payload: unknown): void };

export class NetworkController {
  state = { network: 'loading', provider: { type: 'mainnet', chainId: '1' } };

  private ethQuery: EthQuery | undefined;

  private mutex = new Mutex();

  constructor(private messagingSystem: Messenger) {}

  initializeProvider(ethQuery: EthQuery) {
    this.ethQuery = ethQuery;
    this.lookupNetwork();
  }

  async lookupNetwork() {
    if (!this.ethQuery || !this.ethQuery.sendAsync) {
      return;
    }
    const releaseLock = await this.mutex.acquire();
    this.ethQuery.sendAsync({ method: 'net_version' }, (error, network) => {
      if (this.state.network === network) {
        return;
      }

      this.state = { ...this.state, network: error ? 'loading' : network };

      this.messagingSystem.publish(`NetworkController:providerChange`, this.state.provider);

      releaseLock();
    });
  }
}
