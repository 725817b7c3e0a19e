import { knex, type Knex } from 'knex';

export const db: Knex = knex({
    client: 'postgres',
    connection: { connectionString: process.env.RECORDS_DATABASE_URL, statement_timeout: 60000 },
    pool: { min: 2, max: 20 }
});
