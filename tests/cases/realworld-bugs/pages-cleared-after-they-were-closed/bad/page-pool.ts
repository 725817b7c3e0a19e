import type { BrowserManager, Page } from './browser-manager.js';

interface PoolEntry { affinityKey: string; page: Page; lastUsedAt: number }
interface StandbyEntry { page: Page }

export class PagePool {
  #affinityPages = new Map<string, Set<PoolEntry>>();
  #standbys = new Set<StandbyEntry>();
  #lru = new Set<string>();
  #browserManager: BrowserManager;
  #ensuringStandbys: Promise<void> | null = null;

  constructor(options: { browserManager: BrowserManager }) {
    this.#browserManager = options.browserManager;
  }

  async getPage(affinityKey: string): Promise<Page> {
    await this.#ensureStandbyPool();
    let [standby] = this.#standbys;
    if (!standby) {
      throw new Error('no standby page');
    }
    this.#standbys.delete(standby);
    let entry: PoolEntry = { affinityKey, page: standby.page, lastUsedAt: Date.now() };
    let entries = this.#affinityPages.get(affinityKey);
    if (!entries) {
      entries = new Set();
      this.#affinityPages.set(affinityKey, entries);
    }
    entries.add(entry);
    this.#lru.add(affinityKey);
    return entry.page;
  }

  async closeAll(): Promise<void> {
    let ensuring = this.#ensuringStandbys;
    this.#ensuringStandbys = null;
    if (ensuring) {
      try {
        await ensuring;
      } catch (_e) {
        // best effort
      }
    }
    for (let entries of this.#affinityPages.values()) {
      for (let entry of entries) {
        await this.#closeEntry(entry);
      }
    }
    for (let entry of this.#standbys.values()) {
      await this.#closeEntry(entry);
    }
    this.#affinityPages.clear();
    this.#standbys.clear();
    this.#lru.clear();
    this.#ensuringStandbys = null;
  }

  async #ensureStandbyPool(): Promise<void> {
    if (this.#ensuringStandbys) {
      return await this.#ensuringStandbys;
    }
    this.#ensuringStandbys = this.#createStandby().finally(() => {
      this.#ensuringStandbys = null;
    });
    return await this.#ensuringStandbys;
  }

  async #createStandby(): Promise<void> {
    let page = await this.#browserManager.newPage();
    this.#standbys.add({ page });
  }

  async #closeEntry(entry: { page: Page }): Promise<void> {
    await entry.page.context().close();
  }
}
