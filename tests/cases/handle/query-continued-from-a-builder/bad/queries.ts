import { db } from './db.js';

export function overdue(before: Date) {
  const query = db('loans').where('due', '<', before);
  return query.whereNull('returned');
}
