import { db } from './db.js';
import { StockRepository } from './stock.js';

const stock = new StockRepository(db);

export async function place(item: string, count: number): Promise<void> {
  await db.transaction(async (trx) => {
    await trx('orders').insert({ item, count });
    await stock.take(item, count);
  });
}
