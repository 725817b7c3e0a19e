import { Pool, type PoolClient } from 'pg';

export class ConnectionManager {
  private pool = new Pool({ max: 5 });

  getConnection(): Promise<PoolClient> {
    return this.pool.connect();
  }

  releaseConnection(connection: PoolClient): void {
    connection.release();
  }
}
