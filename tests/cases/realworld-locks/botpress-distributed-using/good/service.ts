import { DistributedSubservice } from './base/subservice';
import { LocalSubservice } from './local/subservice';
import { RedisSubservice } from './redis/subservice';
import { Lock } from './types';

export class DistributedService {
  private subservice!: DistributedSubservice;

  async setup() {
    if (process.env.CLUSTER_ENABLED) {
      this.subservice = new RedisSubservice();
    } else {
      this.subservice = new LocalSubservice();
    }

    await this.subservice.setup();
  }

  async destroy() {
    await this.subservice.destroy();
  }

  async lock(ressource: string): Promise<Lock> {
    return this.subservice.lock(ressource);
  }

  async release(lock: Lock) {
    await this.subservice.release(lock);
  }

  async using(ressource: string, callback: () => Promise<void>) {
    const lock = await this.lock(ressource);
    try {
      await callback();
    } catch (e) {
      throw e;
    } finally {
      await this.release(lock);
    }
  }
}
