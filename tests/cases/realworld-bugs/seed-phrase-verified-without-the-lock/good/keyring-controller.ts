import { Mutex } from 'async-mutex';
import { withLock, type MutuallyExclusiveCallback } from './with-lock.js';

export interface Keyring {
  readonly type: string;
  readonly mnemonic: string;
  getAccounts(): Promise<string[]>;
  addAccounts(n: number): Promise<string[]>;
  serialize(): Promise<object>;
  deserialize(data: object): Promise<void>;
}

export class KeyringController {
  readonly #controllerOperationMutex = new Mutex();

  readonly #builder: () => Keyring;

  readonly #persist: (vault: object[]) => Promise<void>;

  #keyrings: Keyring[] = [];

  constructor(options: { builder: () => Keyring; persist: (vault: object[]) => Promise<void> }) {
    this.#builder = options.builder;
    this.#persist = options.persist;
  }

  async addNewAccount(): Promise<string> {
    return this.#persistOrRollback(async () => {
      const primaryKeyring = this.#keyrings.find((keyring) => keyring.type === 'HD Key Tree');
      if (!primaryKeyring) {
        throw new Error('No HD keyring found');
      }
      const [addedAccountAddress] = await primaryKeyring.addAccounts(1);
      await this.#verifySeedPhrase();
      return addedAccountAddress;
    });
  }

  async addNewKeyring(): Promise<void> {
    return this.#persistOrRollback(async () => {
      const keyring = this.#builder();
      await keyring.addAccounts(1);
      this.#keyrings.push(keyring);
    });
  }

  async removeAccount(address: string): Promise<void> {
    await this.#persistOrRollback(async () => {
      const left: Keyring[] = [];
      for (const keyring of this.#keyrings) {
        const accounts = await keyring.getAccounts();
        if (!accounts.includes(address)) left.push(keyring);
      }
      this.#keyrings = left;
    });
  }

  async setLocked(): Promise<void> {
    return this.#withControllerLock(async () => {
      await Promise.all(this.#keyrings.map((keyring) => keyring.serialize()));
      this.#keyrings = [];
    });
  }

  async submitPassword(serialized: object[]): Promise<void> {
    return this.#withControllerLock(async () => {
      const restored: Keyring[] = [];
      for (const data of serialized) {
        const keyring = this.#builder();
        await keyring.deserialize(data);
        restored.push(keyring);
      }
      this.#keyrings = restored;
    });
  }

  async verifySeedPhrase(): Promise<string> {
    return this.#withControllerLock(async () => this.#verifySeedPhrase());
  }

  async #verifySeedPhrase(): Promise<string> {
    const primaryKeyring = this.#keyrings.find((keyring) => keyring.type === 'HD Key Tree');
    if (!primaryKeyring) {
      throw new Error('No HD keyring found.');
    }
    const seedWords = primaryKeyring.mnemonic;
    const accounts = await primaryKeyring.getAccounts();
    if (accounts.length === 0) {
      throw new Error('Cannot verify an empty keyring.');
    }

    const hdKeyring = this.#builder();
    await hdKeyring.deserialize({ mnemonic: seedWords, numberOfAccounts: accounts.length });
    const testAccounts = await hdKeyring.getAccounts();
    testAccounts.forEach((account, i) => {
      if (account.toLowerCase() !== accounts[i].toLowerCase()) {
        throw new Error('Seed phrase imported different accounts.');
      }
    });
    return seedWords;
  }

  async #persistOrRollback<T>(fn: MutuallyExclusiveCallback<T>): Promise<T> {
    return this.#withControllerLock(async ({ releaseLock }) => {
      const before = this.#keyrings;
      try {
        const result = await fn({ releaseLock });
        await this.#persist(await Promise.all(this.#keyrings.map((keyring) => keyring.serialize())));
        return result;
      } catch (e) {
        this.#keyrings = before;
        throw e;
      }
    });
  }

  async #withControllerLock<T>(fn: MutuallyExclusiveCallback<T>): Promise<T> {
    return withLock(this.#controllerOperationMutex, fn);
  }
}
