import type { Knex } from 'knex';
import { db } from './db.js';

export async function note(text: string, options: { readonly trx?: Knex.Transaction } = {}): Promise<void> {
  const client = options.trx ?? db;
  await client('notes').insert({ text });
}
