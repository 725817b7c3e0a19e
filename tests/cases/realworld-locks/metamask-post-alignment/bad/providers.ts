import type { SnapPlatformWatcher } from './SnapPlatformWatcher';

export interface AccountProvider {
  getName(): string;
  ensureReady(): Promise<void>;
  createAccounts(groupIndex: number): Promise<string[]>;
}

export class EvmAccountProvider implements AccountProvider {
  getName() {
    return 'EVM';
  }

  async ensureReady(): Promise<void> {}

  async createAccounts(groupIndex: number): Promise<string[]> {
    return [`0x${groupIndex}`];
  }
}

export class SnapAccountProvider implements AccountProvider {
  constructor(private name: string, private watcher: SnapPlatformWatcher) {}

  getName() {
    return this.name;
  }

  async ensureReady(): Promise<void> {
    await this.watcher.ensureCanUseSnapPlatform();
  }

  async createAccounts(groupIndex: number): Promise<string[]> {
    await this.ensureReady();
    return [`${this.name}-${groupIndex}`];
  }
}
