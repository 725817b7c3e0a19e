import type { Knex } from 'knex';
import { db } from './db.js';

export function overdue(before: Date, client: Knex = db) {
  const query = client('loans').where('due', '<', before);
  return query.whereNull('returned');
}
