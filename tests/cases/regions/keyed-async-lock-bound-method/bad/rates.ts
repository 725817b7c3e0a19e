import AsyncLock from 'async-lock';
import { loadRates } from './rates-api.js';

export class Rates {
  private readonly locks = new AsyncLock({ timeout: 5_000 });
  private readonly table = new Map<string, Record<string, number>>();

  async rate(base: string, quote: string): Promise<number | undefined> {
    await this.locks.acquire('rates', this.reload.bind(this, base));
    return this.table.get(base)?.[quote];
  }

  private async reload(base: string): Promise<void> {
    if (this.table.has(base)) return;
    this.table.set(base, await loadRates(base));
  }
}
