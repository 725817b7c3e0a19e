import type { MongooseAdapter } from './adapter.js';

export async function rollbackTransaction(this: MongooseAdapter, incomingID: string | Promise<string> = ''): Promise<void> {
  let transactionID: string;
  if (incomingID instanceof Promise) {
    transactionID = await incomingID;
  } else {
    transactionID = incomingID;
  }

  // several operations may share a transaction; the first one to fail aborts it
  if (!this.sessions[transactionID]) {
    return;
  }

  if (!this.sessions[transactionID]?.inTransaction()) {
    this.logger.warn('rollbackTransaction called when no transaction exists');
    delete this.sessions[transactionID];
    return;
  }

  try {
    await this.sessions[transactionID]?.abortTransaction();
    await this.sessions[transactionID]?.endSession();
  } catch (error) {
    // likely ended by another operation
  }
  delete this.sessions[transactionID];
}
