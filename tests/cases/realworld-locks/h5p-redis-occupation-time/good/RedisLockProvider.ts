import type { Redis } from 'ioredis';
import { lock } from 'simple-redis-mutex';

export interface ILockProvider {
    acquire<T>(key: string, callback: () => Promise<T>, options: { timeout: number; maxOccupationTime: number }): Promise<T>;
}

const log = { debug: (message: string) => console.debug(`RedisLockProvider ${message}`) };

export default class RedisLockProvider implements ILockProvider {
    constructor(
        private redis: Redis,
        private options?: { retryTime?: number }
    ) {
        log.debug('initialize');
    }

    public async acquire<T>(
        key: string,
        callback: () => Promise<T>,
        options: { timeout: number; maxOccupationTime: number }
    ): Promise<T> {
        let unlock: () => Promise<void>;
        try {
            log.debug(`Attempting to acquire lock for key ${key}.`);
            unlock = await lock(this.redis, key, {
                timeoutMillis: options.maxOccupationTime, // confusingly the names are reversed
                failAfterMillis: options.timeout, // confusingly the names are reversed
                retryTimeMillis: this.options?.retryTime ?? 100
            });
        } catch (error) {
            log.debug(`There was a timeout when trying to acquire key for ${key}`);
            throw new Error('timeout');
        }
        let timer: ReturnType<typeof setTimeout> | undefined;
        try {
            timer = setTimeout(() => log.debug(`The operation for lock key ${key} takes too long`), options.maxOccupationTime);
            log.debug(`Acquired lock for key ${key}. Calling operation.`);
            const result = await callback();
            log.debug(`Operation for lock key ${key} has finished.`);
            return result;
        } finally {
            clearTimeout(timer);
            log.debug(`Releasing lock for key ${key}`);
            await unlock();
        }
    }
}
