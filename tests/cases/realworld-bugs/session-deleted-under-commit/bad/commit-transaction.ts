import type { MongooseAdapter } from './adapter.js';

export async function commitTransaction(this: MongooseAdapter, id: string | Promise<string>): Promise<void> {
  if (id instanceof Promise) {
    return;
  }

  if (!this.sessions[id]?.inTransaction()) {
    return;
  }

  await this.sessions[id].commitTransaction();
  try {
    await this.sessions[id].endSession();
  } catch (_) {
    // best effort: the transaction is committed already
  }
  delete this.sessions[id];
}
