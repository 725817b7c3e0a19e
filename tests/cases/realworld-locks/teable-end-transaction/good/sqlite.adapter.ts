import type { Prisma } from '@prisma/client';
import type { TransactionService } from './transaction.service';

export class SqliteDbAdapter {
  constructor(private readonly transactionService: TransactionService) {}

  // Persists an op and snapshot if it is for the next version. Calls back with
  // callback(err, succeeded)
  async commit(collection: string, id: string, rawOp: { v: number }, callback: (err: unknown, succeed?: boolean) => void) {
    let endTransaction = (_?: unknown): Promise<void> => Promise.resolve();
    const [, collectionId] = collection.split('_');
    let prisma = this.transactionService.get(collectionId);
    if (!prisma) {
      const newTran = await this.transactionService.newTransaction();
      prisma = newTran.prisma;
      endTransaction = newTran.endTransaction;
    }

    try {
      await this.createOp(prisma, collection, id, rawOp);

      await endTransaction();
      callback(null, true);
    } catch (err) {
      await endTransaction(err);
      callback(err);
    }
  }

  private async createOp(prisma: Prisma.TransactionClient, collection: string, id: string, rawOp: { v: number }) {
    await prisma.ops.create({ data: { collection, docId: id, version: rawOp.v, operation: JSON.stringify(rawOp) } });
  }
}
