import Redis from 'ioredis';
import type { Lock } from 'redlock';
import { MutexLock } from './MutexLock';

const client = new Redis();

export class CacheHelper {
  // Default expiry time for cache data in seconds
  private static defaultDataExpiry = 60 * 60 * 24;

  public static async getDataOrSet<T>(
    key: string,
    callback: () => Promise<T | undefined>,
    expiry: number,
    lockTimeout: number = MutexLock.defaultLockTimeout
  ): Promise<T | undefined> {
    let cache = await this.getData<T>(key);

    if (cache) {
      return cache;
    }

    // Nothing in the cache, acquire a lock to prevent multiple writes
    let lock: Lock | undefined;
    const lockKey = `lock:${key}`;
    try {
      try {
        lock = await MutexLock.lock.acquire([lockKey], lockTimeout);
      } catch (err) {
        console.error(`Could not acquire lock for ${key}`, err);
      }
      cache = await this.getData<T>(key);
      if (cache) {
        return cache;
      }

      // Get the data from the callback and save it in cache
      const value = await callback();
      if (value) {
        await this.setData<T>(key, value, expiry);
      }
      return value;
    } finally {
      await lock?.release();
    }
  }

  public static async getData<T>(key: string): Promise<T | undefined> {
    const data = await client.get(key);
    return data === null ? undefined : JSON.parse(data);
  }

  public static async setData<T>(key: string, data: T, expiry?: number) {
    await client.set(key, JSON.stringify(data), 'EX', expiry || this.defaultDataExpiry);
  }
}
