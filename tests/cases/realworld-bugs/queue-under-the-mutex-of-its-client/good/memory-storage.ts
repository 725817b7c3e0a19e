import { RequestQueueClient } from './request-queue.js';

export class MemoryStorage {
  readonly requestQueuesHandled: RequestQueueClient[] = [];

  requestQueue(id: string): RequestQueueClient {
    return new RequestQueueClient(id, this);
  }

  async findRequestQueue(id: string): Promise<RequestQueueClient | undefined> {
    return this.requestQueuesHandled.find((store) => store.id === id);
  }
}
