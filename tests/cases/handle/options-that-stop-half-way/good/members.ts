import type { Knex } from 'knex';
import { db } from './db.js';
import { note } from './notes.js';

interface Options {
  readonly trx?: Knex.Transaction;
}

async function add(team: string, name: string, { trx }: Options = {}): Promise<void> {
  await (trx ?? db)('members').insert({ team, name });
}

export async function join(team: string, names: readonly string[]): Promise<void> {
  await db.transaction(async (trx) => {
    for (const name of names) await add(team, name, { trx });
    await note(`${team} has grown`, { trx });
  });
}
