import { Mutex } from 'async-mutex';

import type { AccountProvider } from './providers';

export class MultichainAccountWallet {
  readonly #lock = new Mutex();
  readonly #groups = new Map<number, string[]>();
  #status: 'ready' | 'in-progress:alignment' | 'in-progress:create-accounts' = 'ready';

  constructor(readonly providers: AccountProvider[]) {}

  get status() {
    return this.#status;
  }

  async #withLock<Return>(status: 'in-progress:alignment' | 'in-progress:create-accounts', operation: () => Promise<Return>): Promise<Return> {
    const release = await this.#lock.acquire();
    try {
      this.#status = status;
      return await operation();
    } finally {
      this.#status = 'ready';
      release();
    }
  }

  async createMultichainAccountGroups({ from, to }: { from: number; to: number }): Promise<void> {
    const [evmProvider, ...otherProviders] = this.providers;

    await this.#withLock('in-progress:create-accounts', async () => {
      for (let groupIndex = from; groupIndex <= to; groupIndex++) {
        this.#groups.set(groupIndex, await evmProvider!.createAccounts(groupIndex));
      }
    });

    const alignOtherAccounts = async (): Promise<void> => {
      // Ensure the Snap platform is ready for each non-EVM provider BEFORE acquiring the wallet lock.
      const results = await Promise.allSettled(otherProviders.map((provider) => provider.ensureReady()));
      const readyProviders = otherProviders.filter((_, i) => results[i]!.status === 'fulfilled');
      if (readyProviders.length === 0) {
        return;
      }

      await this.#withLock('in-progress:alignment', async () => {
        await this.#alignAccountsForRange({ from, to }, readyProviders);
      });
    };

    void alignOtherAccounts().catch((error) => {
      console.error(`Unable to align non-EVM accounts from group index ${from} to ${to}`, error);
    });
  }

  async #alignAccountsForRange({ from, to }: { from: number; to: number }, providers: AccountProvider[]): Promise<void> {
    for (const provider of providers) {
      for (let groupIndex = from; groupIndex <= to; groupIndex++) {
        const accounts = await provider.createAccounts(groupIndex);
        this.#groups.set(groupIndex, [...(this.#groups.get(groupIndex) ?? []), ...accounts]);
      }
    }
  }
}
