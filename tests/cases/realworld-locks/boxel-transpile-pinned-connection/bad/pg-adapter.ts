import { Pool } from 'pg';

export type Expression = (string | { param: unknown })[];
export type Querier = (e: Expression) => Promise<any[]>;
export const param = (value: unknown) => ({ param: value });

function expressionToSql(expression: Expression) {
  let values: unknown[] = [];
  let text = expression.map((part) => (typeof part === 'string' ? part : `$${values.push(part.param)}`)).join(' ');
  return { text, values };
}

export class PgAdapter {
  private pool = new Pool({ connectionString: process.env.DATABASE_URL });

  async execute(sql: string, values: unknown[]): Promise<any[]> {
    let client = await this.pool.connect();
    try {
      let { rows } = await client.query({ text: sql, values });
      return rows;
    } finally {
      client.release();
    }
  }

  async withConnection<T>(fn: (query: Querier) => Promise<T>): Promise<T> {
    let client = await this.pool.connect();
    let query = async (expression: Expression) => {
      let { rows } = await client.query(expressionToSql(expression));
      return rows;
    };
    try {
      return await fn(query);
    } finally {
      client.release();
    }
  }
}

export async function query(dbAdapter: PgAdapter, expression: Expression) {
  let sql = expressionToSql(expression);
  return await dbAdapter.execute(sql.text, sql.values);
}

export function dbAdapterQuerier(dbAdapter: PgAdapter): Querier {
  return (expression) => query(dbAdapter, expression);
}
