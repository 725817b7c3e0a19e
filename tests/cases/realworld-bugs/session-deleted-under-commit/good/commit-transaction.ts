import type { MongooseAdapter } from './adapter.js';

export async function commitTransaction(this: MongooseAdapter, incomingID: string | Promise<string> = ''): Promise<void> {
  const transactionID = incomingID instanceof Promise ? await incomingID : incomingID;

  if (!this.sessions[transactionID]) {
    return;
  }

  if (!this.sessions[transactionID]?.inTransaction()) {
    delete this.sessions[transactionID];
    return;
  }

  const session = this.sessions[transactionID];

  // out of the registry first: nobody else can get it while it ends
  delete this.sessions[transactionID];

  await session.commitTransaction();
  try {
    await session.endSession();
  } catch (_) {
    // best effort: the transaction is committed already
  }
}
