import { createHash } from 'node:crypto';

import { type PgAdapter, type Querier, param } from './pg-adapter';

export function hashCoalesceKeyForAdvisoryLock(key: string): string {
  return createHash('sha256').update(key).digest().readBigInt64BE(0).toString();
}

export class ModuleCacheCoordinator {
  #dbAdapter: PgAdapter;

  constructor(dbAdapter: PgAdapter) {
    this.#dbAdapter = dbAdapter;
  }

  async tryAcquireAndRun<T>(
    coalesceKey: string,
    fn: (querier: Querier) => Promise<T>,
  ): Promise<{ acquired: true; result: T } | { acquired: false }> {
    const lockKey = hashCoalesceKeyForAdvisoryLock(coalesceKey);
    return await this.#dbAdapter.withConnection(async (queryFn) => {
      await queryFn(['BEGIN']);
      const lockResult = await queryFn(['SELECT pg_try_advisory_xact_lock(', param(lockKey), '::bigint) AS got']);
      const got = lockResult[0]?.got === true;
      if (!got) {
        await this.#safeRollback(queryFn);
        return { acquired: false };
      }
      try {
        const result = await fn(queryFn);
        await queryFn(['SELECT pg_notify(', param('module_cache_populated'), ',', param(lockKey), ')']);
        await queryFn(['COMMIT']);
        return { acquired: true, result };
      } catch (err: unknown) {
        await this.#safeRollback(queryFn);
        throw err;
      }
    });
  }

  async #safeRollback(queryFn: Querier) {
    try {
      await queryFn(['ROLLBACK']);
    } catch (err: unknown) {
      console.warn(`ROLLBACK failed: ${String(err)}`);
    }
  }
}
