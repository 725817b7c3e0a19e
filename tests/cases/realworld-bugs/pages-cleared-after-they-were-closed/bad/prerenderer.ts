import { PagePool } from './page-pool.js';
import type { BrowserManager, Page } from './browser-manager.js';

export class Prerenderer {
  #pagePool: PagePool;

  constructor(private readonly browserManager: BrowserManager) {
    this.#pagePool = new PagePool({ browserManager });
  }

  async visit(affinityKey: string, render: (page: Page) => Promise<string>): Promise<string> {
    try {
      return await render(await this.#pagePool.getPage(affinityKey));
    } catch (e) {
      await this.#restartBrowser();
      throw e;
    }
  }

  async #restartBrowser(): Promise<void> {
    await this.#pagePool.closeAll();
    await this.browserManager.restartBrowser();
  }
}
