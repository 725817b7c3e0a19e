import { Kysely, PostgresDialect } from 'kysely';
import { Pool as PgPool } from 'pg';

// Stable pg advisory lock IDs used to coordinate daemon work across instances.
export const STATS_COMPUTER_LOCK_ID = 7_239_401;

export class Database {
  pool: PgPool;
  db: Kysely<object>;

  constructor(public opts: { url: string; poolSize?: number }) {
    this.pool = new PgPool({ connectionString: opts.url, max: opts.poolSize });
    this.db = new Kysely<object>({ dialect: new PostgresDialect({ pool: this.pool }) });
  }
}
