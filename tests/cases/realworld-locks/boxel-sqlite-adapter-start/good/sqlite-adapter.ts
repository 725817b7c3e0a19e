import { sqlite3Worker1Promiser, type SQLiteWorker } from '@sqlite.org/sqlite-wasm';

import { Deferred } from './deferred';

export interface ExecuteOptions { bind?: unknown[] }

export default class SQLiteAdapter {
  private _sqlite: SQLiteWorker | undefined;
  private _dbId: string | undefined;
  private primaryKeys = new Map<string, string>();
  private tables: string[] = [];
  #isClosed = false;
  private started = this.#startClient();

  constructor(private schemaSQL?: string) {}

  get isClosed() {
    return this.#isClosed;
  }

  async #startClient() {
    this.assertNotClosed();
    let ready = new Deferred<SQLiteWorker>();
    const promisedWorker = sqlite3Worker1Promiser({
      onready: () => ready.fulfill(promisedWorker),
    });
    this._sqlite = await ready.promise;

    let response = await this.sqlite('open', { filename: ':memory:' });
    const { dbId } = response;
    this._dbId = dbId;

    if (this.schemaSQL) {
      try {
        await this.sqlite('exec', {
          dbId: this.dbId,
          sql: this.schemaSQL,
        });
      } catch (e: any) {
        console.error(`Error executing SQL: ${e.result.message}\n${this.schemaSQL}`, e);
        throw e;
      }

      this.tables = (
        (await this.internalExecute(
          `SELECT name FROM pragma_table_list WHERE schema = 'main' AND name != 'sqlite_schema'`,
        )) as { name: string }[]
      ).map((r) => r.name);
      let pks = (await this.internalExecute(
        `
        SELECT m.name AS table_name,
        GROUP_CONCAT(p.name, ', ') AS primary_keys
        FROM sqlite_master AS m
        JOIN pragma_table_info(m.name) AS p ON m.type = 'table'
        WHERE p.pk > 0
        GROUP BY m.name;
        `,
      )) as { table_name: string; primary_keys: string }[];
      for (let { table_name, primary_keys } of pks) {
        this.primaryKeys.set(table_name, primary_keys);
      }
    }
  }

  async execute(sql: string, opts?: ExecuteOptions) {
    this.assertNotClosed();
    await this.started;
    return await this.internalExecute(sql, opts);
  }

  private async internalExecute(sql: string, opts?: ExecuteOptions) {
    sql = this.adjustSQL(sql);
    return await this.query(sql, opts);
  }

  async close() {
    this.assertNotClosed();
    await this.started;
    await this.sqlite('close', { dbId: this.dbId });
    this.#isClosed = true;
  }

  async reset() {
    this.assertNotClosed();
    await this.started;
    for (let table of this.tables) {
      await this.execute(`DELETE FROM ${table};`);
    }
  }

  private get sqlite() {
    if (!this._sqlite) {
      throw new Error(`could not get sqlite worker--has createClient() been run?`);
    }
    return this._sqlite;
  }

  private get dbId() {
    if (!this._dbId) {
      throw new Error(`could not obtain db identifier--has createClient() been run?`);
    }
    return this._dbId;
  }

  private async query(sql: string, opts?: ExecuteOptions) {
    let results: unknown[] = [];
    await this.sqlite('exec', {
      dbId: this.dbId,
      sql,
      bind: opts?.bind,
      callback: ({ row }: { row: unknown }) => results.push(row),
    });
    return results;
  }

  private adjustSQL(sql: string): string {
    return sql.replace(/::jsonb/g, '');
  }

  private assertNotClosed() {
    if (this.isClosed) {
      throw new Error(`Cannot perform operation, the db connection has been closed`);
    }
  }
}
