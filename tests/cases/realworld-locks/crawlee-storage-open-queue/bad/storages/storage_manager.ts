import { AsyncQueue } from '@sapphire/async-queue';

import type { Configuration, StorageClient } from '../configuration';

const DEFAULT_ID_CONFIG_KEYS = {
    Dataset: 'defaultDatasetId',
    KeyValueStore: 'defaultKeyValueStoreId',
    RequestQueue: 'defaultRequestQueueId',
} as const;

export interface IStorage {
    id: string;
    name?: string;
}

type Constructor<T> = new (options: object, config: Configuration) => T;

/**
 * StorageManager takes care of opening remote or local storages.
 */
export class StorageManager<T extends IStorage = IStorage> {
    private readonly name: 'Dataset' | 'KeyValueStore' | 'RequestQueue';
    private readonly StorageConstructor: Constructor<T> & { name: string };
    private readonly cache = new Map<string, T>();
    private readonly storageOpenQueue = new AsyncQueue();

    constructor(
        StorageConstructor: Constructor<T>,
        private readonly config: Configuration,
    ) {
        this.StorageConstructor = StorageConstructor;
        this.name = this.StorageConstructor.name as 'Dataset' | 'KeyValueStore' | 'RequestQueue';
    }

    async openStorage(idOrName?: string | null, client?: StorageClient): Promise<T> {
        await this.storageOpenQueue.wait();

        if (!idOrName) {
            const defaultIdConfigKey = DEFAULT_ID_CONFIG_KEYS[this.name];
            idOrName = this.config.get(defaultIdConfigKey) as string;
        }

        const cacheKey = idOrName;
        let storage = this.cache.get(cacheKey);

        if (!storage) {
            client ??= this.config.getStorageClient();
            const storageObject = await this._getOrCreateStorage(idOrName, this.name, client);
            storage = new this.StorageConstructor(
                {
                    id: storageObject.id,
                    name: storageObject.name,
                    client,
                },
                this.config,
            );
            this._addStorageToCache(storage);
        }

        this.storageOpenQueue.shift();

        return storage;
    }

    closeStorage(storage: { id: string; name?: string }): void {
        this.cache.delete(storage.id);
        if (storage.name) this.cache.delete(storage.name);
    }

    protected async _getOrCreateStorage(storageIdOrName: string, storageConstructorName: string, apiClient: StorageClient) {
        return apiClient.getOrCreate(storageConstructorName, storageIdOrName);
    }

    protected _addStorageToCache(storage: T): void {
        this.cache.set(storage.id, storage);
        if (storage.name) this.cache.set(storage.name, storage);
    }
}
