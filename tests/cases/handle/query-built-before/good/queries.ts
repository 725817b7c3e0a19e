import type { Knex } from 'knex';
import { db } from './db.js';

export const oldRows = (days: number, client: Knex = db): Knex.QueryBuilder => client('rows').where('age', '>', days);
