export interface Index<T> {
  uid: string;
  addDocuments(documents: T[], options: { primaryKey: string }): Promise<{ taskUid: number }>;
  getSettings(): Promise<{ filterableAttributes?: string[] }>;
  updateFilterableAttributes(attributes: string[]): Promise<{ taskUid: number }>;
}
export declare class MeiliSearch {
  constructor(options: { host: string; apiKey?: string });
  getIndexes(): Promise<{ results: Index<any>[] }>;
  createIndex(uid: string, options: { primaryKey: string }): Promise<{ taskUid: number }>;
  getIndex<T>(uid: string): Promise<Index<T>>;
  waitForTask(uid: number): Promise<void>;
}
