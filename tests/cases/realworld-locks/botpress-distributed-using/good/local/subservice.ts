import { DistributedSubservice } from '../base/subservice';
import { Lock } from '../types';

export class LocalSubservice implements DistributedSubservice {
  private queues: { [ressource: string]: (() => void)[] } = {};

  async setup() {}

  async destroy() {}

  async lock(ressource: string): Promise<Lock> {
    const queue = this.queues[ressource];
    if (queue) {
      await new Promise<void>((resolve) => queue.push(resolve));
    } else {
      this.queues[ressource] = [];
    }
    return { ressource };
  }

  async release(lock: Lock) {
    const next = this.queues[lock.ressource]?.shift();
    if (next) {
      next();
    } else {
      delete this.queues[lock.ressource];
    }
  }
}
