import type { MongooseAdapter } from './adapter.js';

export async function beginTransaction(this: MongooseAdapter): Promise<string> {
  const id = crypto.randomUUID();
  if (!this.sessions[id]) {
    this.sessions[id] = this.connection.getClient().startSession();
  }
  if (this.sessions[id]?.inTransaction()) {
    this.logger.warn('beginTransaction called while transaction already exists');
  } else {
    this.sessions[id]?.startTransaction();
  }
  return id;
}
