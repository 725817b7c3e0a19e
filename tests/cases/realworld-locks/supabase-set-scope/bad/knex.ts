import type { Knex } from 'knex';

import type { TenantConnection } from './connection';

export interface DatabaseOptions { tnx?: Knex.Transaction; parentConnection?: TenantConnection }
export interface TransactionOptions { isolation?: string; retry?: number }
export interface Database { findBucketById(id: string): Promise<object> }

export class StorageKnexDB implements Database {
  constructor(public readonly connection: TenantConnection, private readonly options: DatabaseOptions) {}

  async withTransaction<T extends (db: Database) => Promise<any>>(fn: T, transactionOptions?: TransactionOptions) {
    let retryLeft = transactionOptions?.retry || 1;
    let error: Error | undefined | unknown;

    while (retryLeft > 0) {
      try {
        const tnx = await this.connection.transaction(
          transactionOptions?.isolation as Knex.IsolationLevels,
          this.options.tnx
        )();

        await this.connection.setScope(tnx);

        tnx.on('query-error', (error) => {
          throw error;
        });

        const opts = { ...this.options, tnx };
        const storageWithTnx = new StorageKnexDB(this.connection, opts);

        try {
          const result: Awaited<ReturnType<T>> = await fn(storageWithTnx);
          await tnx.commit();
          return result;
        } catch (e) {
          await tnx.rollback();
          throw e;
        }
      } catch (e) {
        error = e;
      } finally {
        retryLeft--;
      }
    }

    if (error) {
      throw error;
    }
  }

  async findBucketById(id: string) {
    return this.runQuery('FindBucketById', (tnx) => tnx('buckets').where('id', id).first('id', 'name'));
  }

  protected async runQuery<T extends (db: Knex.Transaction) => Promise<any>>(
    queryName: string,
    fn: T,
    isolation?: Knex.IsolationLevels
  ): Promise<Awaited<ReturnType<T>>> {
    let tnx = this.options.tnx;

    const differentScopes = Boolean(
      this.options.parentConnection?.role && this.connection.role !== this.options.parentConnection?.role
    );
    const needsNewTransaction = !tnx || differentScopes;

    if (!tnx || needsNewTransaction) {
      tnx = await this.connection.transaction(isolation, this.options.tnx)();
      tnx.on('query-error', (error: Error) => {
        throw error;
      });
      await this.connection.setScope(tnx);
    } else if (differentScopes) {
      await this.connection.setScope(tnx);
    }

    try {
      const result: Awaited<ReturnType<T>> = await fn(tnx);

      if (needsNewTransaction) {
        await tnx.commit();
      }

      return result;
    } catch (e) {
      if (needsNewTransaction) {
        await tnx.rollback();
      }
      throw e;
    }
  }
}
