import { db } from './db.js';
import { overdue } from './queries.js';

export async function archive(before: Date): Promise<void> {
  await db.transaction(async (trx) => {
    await trx('loans').where('archived', false).update({ archived: true });
    const rows = await overdue(before).orderBy('due').limit(100);
    await trx('archive').insert(rows);
  });
}
