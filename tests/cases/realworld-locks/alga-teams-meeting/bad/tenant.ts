import type { Knex } from 'knex';

export async function withTransaction<T>(
  knexOrTrx: Knex | Knex.Transaction,
  callback: (trx: Knex.Transaction) => Promise<T>
): Promise<T> {
  const maybeTrx = knexOrTrx as unknown as { commit?: unknown; rollback?: unknown };

  if (typeof maybeTrx?.commit === 'function' && typeof maybeTrx?.rollback === 'function') {
    return callback(knexOrTrx as Knex.Transaction);
  }

  return (knexOrTrx as Knex).transaction((trx) => callback(trx));
}
