import { crawl } from './crawl.js';

export class Indexer {
  private indexing = false;
  readonly words = new Map<string, number>();

  async index(folder: string): Promise<void> {
    if (this.indexing) return;
    this.indexing = true;
    for (const word of await crawl(folder)) this.words.set(word, (this.words.get(word) ?? 0) + 1);
    this.indexing = false;
  }
}
