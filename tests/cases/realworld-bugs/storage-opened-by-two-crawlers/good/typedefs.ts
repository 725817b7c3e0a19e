export interface IStorage { id: string; name?: string }
export interface StorageInfo { id: string; name?: string }
export interface StorageClient {
  dataset(id: string): { get(): Promise<StorageInfo | undefined> };
  datasets(): { getOrCreate(name: string): Promise<StorageInfo> };
}
export interface Constructor<T = any> { new (options: { id: string; name?: string; client: StorageClient }): T }
