import { drizzle } from 'drizzle-orm/node-postgres';
import { Pool } from 'pg';

import * as schema from './schema';

const pool = new Pool({ max: 10, connectionString: process.env.DATABASE_URL });

export const database = drizzle(pool, { schema });
export type Database = typeof database;
