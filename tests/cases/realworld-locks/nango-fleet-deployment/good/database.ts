import { knex } from 'knex';

const instance = knex({ client: 'pg', connection: process.env['NANGO_DATABASE_URL'] });

const db = { knex: instance, readOnly: instance };

export default db;
