export interface StorageClient { getOrCreate(type: string, idOrName: string): Promise<{ id: string; name?: string }> }
export interface Configuration { get(key: string): string; getStorageClient(): StorageClient }
