import { knex, type Knex } from 'knex';

export const multitenantKnex: Knex = knex({
  client: 'pg',
  connection: { connectionString: process.env.DATABASE_MULTITENANT_URL, connectionTimeoutMillis: 5000 },
  version: '12',
  pool: { min: 0, max: 10 },
});
