import type { DataSource, QueryRunner } from 'typeorm';

export interface QueryResultCacheOptions { identifier?: string; time?: number; duration: number; query?: string; result?: unknown }

export class DbQueryResultCache {
    private queryResultCacheTable = 'query-result-cache';

    constructor(protected dataSource: DataSource) {}

    isExpired(savedCache: QueryResultCacheOptions): boolean {
        return savedCache.time! + savedCache.duration < Date.now();
    }

    /**
     * Stores given query result in the cache.
     */
    async storeInCache(
        options: QueryResultCacheOptions,
        savedCache: QueryResultCacheOptions | undefined,
        queryRunner?: QueryRunner,
    ): Promise<void> {
        const shouldCreateQueryRunner =
            queryRunner === undefined ||
            queryRunner?.getReplicationMode() === 'slave';

        if (queryRunner === undefined || shouldCreateQueryRunner) {
            queryRunner = this.dataSource.createQueryRunner('master');
        }

        const insertedValues: QueryResultCacheOptions = options;

        try {
            if (savedCache?.identifier) {
                // if exist then update
                const qb = queryRunner.manager
                    .createQueryBuilder()
                    .update(this.queryResultCacheTable)
                    .set(insertedValues);

                qb.where(`identifier = :condition`, {
                    condition: insertedValues.identifier,
                });
                await qb.execute();
            } else {
                // otherwise insert
                await queryRunner.manager
                    .createQueryBuilder()
                    .insert()
                    .into(this.queryResultCacheTable)
                    .values(insertedValues)
                    .execute();
            }
        } finally {
            if (shouldCreateQueryRunner) {
                await queryRunner.release();
            }
        }
    }
}
