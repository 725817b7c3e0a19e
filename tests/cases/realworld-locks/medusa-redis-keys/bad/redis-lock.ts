import type { Redis } from "ioredis"
import { setTimeout } from "node:timers/promises"

type LockingRedis = Redis & {
  acquireLock: (key: string, ownerId: string, ttl: number, awaitQueue?: boolean) => Promise<number>
  releaseLock: (key: string, ownerId: string) => Promise<number>
}

export class RedisLockingProvider {
  static identifier = "locking-redis"

  protected keyNamePrefix = "medusa_lock:"
  protected defaultRetryInterval: number = 5
  protected maximumRetryInterval: number = 200

  constructor(protected redisClient: LockingRedis) {}

  private getKeyName(key: string): string {
    return `${this.keyNamePrefix}${key}`
  }

  async execute<T>(keys: string | string[], job: () => Promise<T>, args?: { timeout?: number }): Promise<T> {
    await this.acquire(keys, { awaitQueue: true, expire: args?.timeout })

    try {
      return await job()
    } finally {
      await this.release(keys)
    }
  }

  async acquire(keys: string | string[], args?: { ownerId?: string; expire?: number; awaitQueue?: boolean }): Promise<void> {
    keys = Array.isArray(keys) ? keys : [keys]

    let retryTimes = 0

    const ownerId = args?.ownerId ?? "*"
    const awaitQueue = args?.awaitQueue ?? false

    const acquirePromises = keys.map(async (key) => {
      const errMessage = `Failed to acquire lock for key "${key}"`
      const keyName = this.getKeyName(key)

      const acquireLock = async () => {
        while (true) {
          const result = await this.redisClient.acquireLock(keyName, ownerId, args?.expire ?? 0, awaitQueue)

          if (result === 1) {
            break
          } else {
            if (awaitQueue) {
              // Wait for a short period before retrying
              await setTimeout(
                Math.min(this.defaultRetryInterval + (retryTimes / 10) * this.defaultRetryInterval, this.maximumRetryInterval)
              )
              retryTimes++
            } else {
              throw new Error(errMessage)
            }
          }
        }
      }

      await acquireLock()
    })

    await Promise.all(acquirePromises)
  }

  async release(keys: string | string[], args?: { ownerId?: string | null }): Promise<boolean> {
    const ownerId = args?.ownerId ?? "*"
    keys = Array.isArray(keys) ? keys : [keys]

    const releasePromises = keys.map(async (key) => {
      const keyName = this.getKeyName(key)
      const result = await this.redisClient.releaseLock(keyName, ownerId)
      return result === 1
    })

    const results = await Promise.all(releasePromises)

    return results.every((released) => released)
  }
}
