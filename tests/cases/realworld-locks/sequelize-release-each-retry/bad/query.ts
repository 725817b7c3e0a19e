import type { PoolClient } from 'pg';

export class Query {
  constructor(private connection: PoolClient) {}

  async run(sql: string, parameters?: unknown[]) {
    const { rows } = await this.connection.query(sql, parameters);
    return rows;
  }
}
