import { AsyncQueue } from '@sapphire/async-queue';
import type { StorageImplementation, InternalRequest } from './fs.js';
import type { MemoryStorage } from './memory-storage.js';

export class RequestQueueClient {
  readonly id: string;
  modifiedAt = new Date();
  private readonly mutex = new AsyncQueue();
  readonly requests = new Map<string, StorageImplementation>();
  inProgress = 0;

  constructor(id: string, private readonly client: MemoryStorage) {
    this.id = id;
  }

  private async getQueue(): Promise<RequestQueueClient> {
    const existing = await this.client.findRequestQueue(this.id);
    if (!existing) throw new Error(`Request queue ${this.id} does not exist`);
    return existing;
  }

  async listAndLockHead(limit: number, lockSecs: number): Promise<InternalRequest[]> {
    const queue = await this.getQueue();
    const start = Date.now();
    const items: InternalRequest[] = [];

    await queue.mutex.wait();

    try {
      for (const storageEntry of queue.requests.values()) {
        if (items.length === limit) {
          break;
        }
        const request = await storageEntry.get();
        if (request.orderNo === null || request.orderNo > start) {
          continue;
        }
        request.orderNo = start + lockSecs * 1000;
        await storageEntry.update(request);
        items.push(request);
      }
      queue.inProgress += items.length;
      return items;
    } finally {
      queue.mutex.shift();
    }
  }

  async prolongRequestLock(id: string, lockSecs: number): Promise<Date> {
    const queue = await this.getQueue();
    await queue.mutex.wait();
    try {
      const storageEntry = queue.requests.get(id);
      const request = await storageEntry?.get();
      if (!request) throw new Error(`Request with ID ${id} is not in the queue`);
      request.orderNo = (request.orderNo ?? 0) + lockSecs * 1000;
      await queue.requests.get(id)!.update(request);
      return new Date(request.orderNo);
    } finally {
      queue.mutex.shift();
    }
  }

  async deleteRequestLock(id: string): Promise<void> {
    const queue = await this.getQueue();
    await queue.mutex.wait();
    try {
      const request = await queue.requests.get(id)?.get();
      if (!request) throw new Error(`Request with ID ${id} is not in the queue`);
      request.orderNo = Date.now();
      await queue.requests.get(id)!.update(request);
      queue.inProgress -= 1;
    } finally {
      queue.mutex.shift();
    }
  }

  async deleteRequest(id: string): Promise<void> {
    const queue = await this.getQueue();
    await queue.mutex.wait();
    try {
      const entry = queue.requests.get(id);
      if (entry) {
        await entry.delete();
        queue.requests.delete(id);
      }
    } finally {
      queue.mutex.shift();
    }
  }
}
