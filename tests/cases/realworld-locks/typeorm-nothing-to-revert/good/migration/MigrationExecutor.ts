import type { DataSource, QueryRunner } from 'typeorm';

import { Migration } from './Migration';

export class MigrationExecutor {
    transaction: 'all' | 'none' | 'each' = 'all';

    constructor(
        protected connection: DataSource,
        protected migrations: Migration[],
        protected queryRunner?: QueryRunner,
    ) {}

    /**
     * Reverts last migration that were run.
     */
    async undoLastMigration(): Promise<void> {
        const queryRunner =
            this.queryRunner || this.connection.createQueryRunner();

        // get all migrations that are executed and saved in the database
        const executedMigrations = await this.loadExecutedMigrations(queryRunner);

        // get the time when last migration was executed
        const lastTimeExecutedMigration = this.getLatestExecutedMigration(executedMigrations);

        // if no migrations found in the database then nothing to revert
        if (!lastTimeExecutedMigration) {
            console.log(`No migrations were found in the database. Nothing to revert!`);
            // if query runner was created by us then release it
            if (!this.queryRunner) await queryRunner.release();
            return;
        }

        // find the instance of the migration we need to remove
        const migrationToRevert = this.migrations.find(
            (migration) => migration.name === lastTimeExecutedMigration!.name,
        );

        // if no migrations found in the database then nothing to revert
        if (!migrationToRevert)
            throw new Error(`No migration ${lastTimeExecutedMigration.name} was found in the source code.`);

        // start transaction if its not started yet
        let transactionStartedByUs = false;
        if (this.transaction !== 'none' && !queryRunner.isTransactionActive) {
            await queryRunner.startTransaction();
            transactionStartedByUs = true;
        }

        try {
            await migrationToRevert.instance!.down(queryRunner);
            await this.deleteExecutedMigration(queryRunner, migrationToRevert);

            // commit transaction if we started it
            if (transactionStartedByUs) await queryRunner.commitTransaction();
        } catch (err) {
            // rollback transaction if we started it
            if (transactionStartedByUs) {
                try {
                    // we throw original error even if rollback thrown an error
                    await queryRunner.rollbackTransaction();
                } catch (rollbackError) {}
            }

            throw err;
        } finally {
            // if query runner was created by us then release it
            if (!this.queryRunner) await queryRunner.release();
        }
    }

    protected async loadExecutedMigrations(queryRunner: QueryRunner): Promise<Migration[]> {
        const rows = await queryRunner.query(`SELECT * FROM migrations`);
        return rows.map((row) => new Migration(parseInt(row.timestamp), row.name));
    }

    protected getLatestExecutedMigration(migrations: Migration[]): Migration | undefined {
        return [...migrations].sort((a, b) => b.timestamp - a.timestamp)[0];
    }

    protected async deleteExecutedMigration(queryRunner: QueryRunner, migration: Migration): Promise<void> {
        await queryRunner.query(`DELETE FROM migrations WHERE name = $1`, [migration.name]);
    }
}
