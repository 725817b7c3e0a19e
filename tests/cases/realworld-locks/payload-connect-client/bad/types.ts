import type { Pool } from 'pg';

export type PostgresAdapter = {
  createExtensions: () => Promise<void>;
  payload: { logger: { error: (o: object) => void; info: (m: string) => void } };
  pool: Pool;
  poolOptions: { connectionString: string };
};
