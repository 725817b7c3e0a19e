import { Mutex } from 'async-mutex';
import { query, safelyExecuteWithTimeout } from './controller-utils';
import type { EthQuery } from './controller-utils';

type AccountInformation = { balance: string };
type AccountTrackerState = {
  accounts: Record<string, AccountInformation>;
  accountsByChainId: Record<string, Record<string, AccountInformation>>;
};

export class AccountTrackerController {
  private readonly refreshMutex = new Mutex();

  private handle?: ReturnType<typeof setTimeout>;

  state: AccountTrackerState = { accounts: {}, accountsByChainId: {} };

  constructor(
    private readonly config: { interval: number },
    private readonly getCurrentNetwork: () => { chainId: string; ethQuery: EthQuery },
    private readonly getMultiAccountBalancesEnabled: () => boolean,
    private readonly getSelectedAddress: () => string,
  ) {}

  async poll(): Promise<void> {
    this.handle && clearTimeout(this.handle);
    await this.refresh();
    this.handle = setTimeout(() => {
      this.poll();
    }, this.config.interval);
  }

  refresh = async () => {
    const releaseLock = await this.refreshMutex.acquire();
    try {
      const { chainId, ethQuery } = this.getCurrentNetwork();
      const { accounts, accountsByChainId } = this.state;

      const accountsToUpdate = this.getMultiAccountBalancesEnabled()
        ? Object.keys(accounts)
        : [this.getSelectedAddress()];

      const accountsForChain = { ...accountsByChainId[chainId] };
      for (const address of accountsToUpdate) {
        const balance = await this.getBalanceFromChain(address, ethQuery);
        if (balance) {
          accountsForChain[address] = { balance };
        }
      }

      this.update({
        accounts: accountsForChain,
        accountsByChainId: { ...this.state.accountsByChainId, [chainId]: accountsForChain },
      });
    } catch (err) {
      releaseLock();
      throw err;
    }
  };

  private async getBalanceFromChain(address: string, ethQuery: EthQuery): Promise<string | undefined> {
    return await safelyExecuteWithTimeout(async () => {
      return await query(ethQuery, 'getBalance', [address]);
    });
  }

  private update(state: AccountTrackerState): void {
    this.state = state;
  }
}
