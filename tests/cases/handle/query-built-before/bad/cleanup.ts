import { db } from './db.js';

export async function cleanUp(days: number): Promise<number> {
  const old = db('rows').where('age', '>', days).del();
  return db.transaction(async (trx) => {
    await trx('runs').insert({ days });
    const removed = await old;
    return removed;
  });
}
