import type { MongooseAdapter } from './adapter.js';

export async function rollbackTransaction(this: MongooseAdapter, incomingID: string | Promise<string> = ''): Promise<void> {
  const transactionID = incomingID instanceof Promise ? await incomingID : incomingID;

  if (!this.sessions[transactionID]) {
    return;
  }

  if (!this.sessions[transactionID]?.inTransaction()) {
    this.logger.warn('rollbackTransaction called when no transaction exists');
    delete this.sessions[transactionID];
    return;
  }

  const session = this.sessions[transactionID];
  delete this.sessions[transactionID];

  try {
    await session.abortTransaction();
    await session.endSession();
  } catch (_error) {
    // likely ended by another operation
  }
}
