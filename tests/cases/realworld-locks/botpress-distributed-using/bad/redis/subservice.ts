import Redis from 'ioredis';
import Redlock, { Lock as RedisLock } from 'redlock';
import { DistributedSubservice } from '../base/subservice';
import { Lock } from '../types';

interface RedlockLock extends Lock {
  lock: RedisLock;
}

export class RedisSubservice implements DistributedSubservice {
  private redis!: Redis;
  private redlock!: Redlock;

  async setup() {
    this.redis = new Redis();
    this.redlock = new Redlock([this.redis]);
  }

  async destroy() {}

  async lock(ressource: string): Promise<Lock> {
    const lock = await this.redlock.acquire([ressource], 2000);
    return { ressource, lock } as Lock;
  }

  async release(lock: Lock) {
    await (lock as RedlockLock).lock.release();
  }
}
