import { knex as createKnex, type Knex } from 'knex';

let sharedKnexInstance: Knex | null = null;

export async function createTenantKnex(): Promise<{ knex: Knex; tenant: string | null }> {
  sharedKnexInstance ??= createKnex({ client: 'pg' });
  return { knex: sharedKnexInstance, tenant: process.env.TENANT ?? null };
}

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
