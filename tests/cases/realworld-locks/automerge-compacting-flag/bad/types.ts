export type StorageKey = string[];
export type ChunkInfo = { key: StorageKey; type: 'snapshot' | 'incremental'; size: number };
export interface StorageAdapter {
  save(key: StorageKey, data: Uint8Array): Promise<void>;
  remove(key: StorageKey): Promise<void>;
}
