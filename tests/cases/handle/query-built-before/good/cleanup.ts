import { db } from './db.js';
import { oldRows } from './queries.js';

export async function cleanUp(days: number): Promise<number> {
  return db.transaction(async (trx) => {
    await trx('runs').insert({ days });
    const removed = await oldRows(days, trx).del();
    return removed;
  });
}
