import { MeiliSearch, type Index } from './meilisearch.js';
import { envConfig } from './env.js';

interface BookmarkSearchDocument { id: string; userId: string }
export interface SearchIndexClient { addDocuments(documents: BookmarkSearchDocument[]): Promise<void> }

class MeiliSearchIndexClient implements SearchIndexClient {
  constructor(private index: Index<BookmarkSearchDocument>) {}

  async addDocuments(documents: BookmarkSearchDocument[]): Promise<void> {
    await this.index.addDocuments(documents, { primaryKey: 'id' });
  }
}

export class MeiliSearchProvider {
  private client: MeiliSearch | undefined;
  private indexClient: SearchIndexClient | undefined;
  private initPromise: Promise<SearchIndexClient | null> | undefined;
  private readonly indexName = 'bookmarks';

  constructor() {
    if (MeiliSearchProvider.isConfigured()) {
      this.client = new MeiliSearch({ host: envConfig.MEILI_ADDR!, apiKey: envConfig.MEILI_MASTER_KEY });
    }
  }

  static isConfigured(): boolean {
    return !!envConfig.MEILI_ADDR;
  }

  async getClient(): Promise<SearchIndexClient | null> {
    if (this.indexClient) {
      return this.indexClient;
    }

    if (this.initPromise) {
      return this.initPromise;
    }

    this.initPromise = this.initClient();
    const client = await this.initPromise;
    this.initPromise = undefined;
    return client;
  }

  private async initClient(): Promise<SearchIndexClient | null> {
    if (!this.client) {
      return null;
    }

    const indices = await this.client.getIndexes();
    let indexFound = indices.results.find((i) => i.uid === this.indexName);

    if (!indexFound) {
      const idx = await this.client.createIndex(this.indexName, { primaryKey: 'id' });
      await this.client.waitForTask(idx.taskUid);
      indexFound = await this.client.getIndex<BookmarkSearchDocument>(this.indexName);
    }

    await this.configureIndex(indexFound);
    this.indexClient = new MeiliSearchIndexClient(indexFound);
    return this.indexClient;
  }

  private async configureIndex(index: Index<BookmarkSearchDocument>): Promise<void> {
    const desiredFilterableAttributes = ['id', 'userId'].sort();
    const settings = await index.getSettings();
    if (JSON.stringify(settings.filterableAttributes?.sort()) !== JSON.stringify(desiredFilterableAttributes)) {
      const taskId = await index.updateFilterableAttributes(desiredFilterableAttributes);
      await this.client!.waitForTask(taskId.taskUid);
    }
  }
}
