import { AsyncQueue } from '@sapphire/async-queue';
import type { StorageClient, Constructor, IStorage } from './typedefs.js';
import { Configuration } from './configuration.js';

const DEFAULT_ID_CONFIG_KEYS = {
  Dataset: 'defaultDatasetId',
  KeyValueStore: 'defaultKeyValueStoreId',
} as const;

export class StorageManager<T extends IStorage = IStorage> {
  private static readonly storageManagers = new Map<Constructor, StorageManager>();
  private readonly name: 'Dataset' | 'KeyValueStore';
  private readonly StorageConstructor: Constructor<T> & { name: string };
  private readonly cache = new Map<string, T>();
  private readonly storageOpenQueue = new AsyncQueue();

  constructor(StorageConstructor: Constructor<T>, private readonly config = Configuration.getGlobalConfig()) {
    this.StorageConstructor = StorageConstructor;
    this.name = this.StorageConstructor.name as 'Dataset' | 'KeyValueStore';
  }

  static openStorage<T extends IStorage>(storageClass: Constructor<T>, idOrName?: string, client?: StorageClient): Promise<T> {
    return this.getManager(storageClass).openStorage(idOrName, client);
  }

  static getManager<T extends IStorage>(storageClass: Constructor<T>): StorageManager<T> {
    if (!this.storageManagers.has(storageClass)) {
      const manager = new StorageManager(storageClass);
      this.storageManagers.set(storageClass, manager as unknown as StorageManager);
    }
    return this.storageManagers.get(storageClass) as unknown as StorageManager<T>;
  }

  async openStorage(idOrName?: string | null, client?: StorageClient): Promise<T> {
    await this.storageOpenQueue.wait();
    try {
      if (!idOrName) {
        const defaultIdConfigKey = DEFAULT_ID_CONFIG_KEYS[this.name];
        idOrName = this.config.get(defaultIdConfigKey);
      }

      const cacheKey = idOrName;
      let storage = this.cache.get(cacheKey);

      if (!storage) {
        client ??= this.config.getStorageClient();
        const storageObject = await this._getOrCreateStorage(idOrName, client);
        storage = new this.StorageConstructor({
          id: storageObject.id,
          name: storageObject.name,
          client,
        });
        this._addStorageToCache(storage);
      }

      return storage;
    } finally {
      this.storageOpenQueue.shift();
    }
  }

  protected async _getOrCreateStorage(storageIdOrName: string, apiClient: StorageClient) {
    const existingStorage = await apiClient.dataset(storageIdOrName).get();
    if (existingStorage) return existingStorage;
    return apiClient.datasets().getOrCreate(storageIdOrName);
  }

  protected _addStorageToCache(storage: T): void {
    const idKey = storage.id;
    this.cache.set(idKey, storage);

    if (storage.name) {
      const nameKey = storage.name;
      this.cache.set(nameKey, storage);
    }
  }
}
