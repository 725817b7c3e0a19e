import { db } from './db.js';
import { overdue } from './queries.js';

export async function archive(before: Date): Promise<void> {
  await db.transaction(async (trx) => {
    const rows = await overdue(before, trx).orderBy('due').limit(100);
    await trx('archive').insert(rows);
    // A query in a query is part of it, and one that is told its transaction runs there.
    await trx('loans').whereIn('id', overdue(before).select('id')).update({ archived: true });
    await overdue(before).transacting(trx).del();
  });
}
