import type { Options } from 'node-firebird';
import { Pool, type Connection } from './NodeFirebirdWrapper';

interface TableChanges { updates: string[]; deletes: string[] }

export class FirebirdClient {
  private pool: Pool;

  constructor(firebirdOptions: Options) {
    this.pool = new Pool(firebirdOptions);
  }

  async query(queryText: string): Promise<{ fields: string[]; rows: any[] }[]> {
    const connection = await this.pool.getConnection();

    try {
      const results = await this.driverExecuteMultiple(queryText, connection);
      return results.map((rows) => ({ fields: Object.keys(rows[0] ?? {}), rows }));
    } finally {
      await connection.release();
    }
  }

  async applyChanges(changes: TableChanges): Promise<any[]> {
    const results: any[] = [];
    const connection = await this.pool.getConnection();
    const transaction = await connection.transaction();

    try {
      for (const command of changes.updates) {
        results.push(await transaction.query(command));
      }

      for (const command of changes.deletes) {
        await transaction.query(command);
      }

      await transaction.commit();
      return results;
    } catch (ex) {
      console.error('query exception: ', ex);
      await transaction.rollback();
      throw ex;
    } finally {
      await connection.release();
    }
  }

  async listDatabases(): Promise<string[]> {
    const connection = await this.pool.getConnection();
    try {
      const rows = await connection.query('SELECT MON$DATABASE_NAME AS NAME FROM MON$DATABASE');
      return rows.map((row) => row.NAME);
    } finally {
      await connection.release();
    }
  }

  private async driverExecuteMultiple(queryText: string, connection: Connection): Promise<any[][]> {
    const results: any[][] = [];
    for (const statement of queryText.split(';')) {
      results.push(await connection.query(statement));
    }
    return results;
  }
}
