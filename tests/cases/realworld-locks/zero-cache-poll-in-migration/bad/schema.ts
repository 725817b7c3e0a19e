import type postgres from 'postgres';
import {startPostgresReplication, waitForInitialDataSynchronization} from './initial-sync.js';
import {runSyncSchemaMigrations, type LogContext, type VersionMigrationMap} from './migration.js';

const SCHEMA_VERSION_MIGRATION_MAP: VersionMigrationMap = {
  1: startPostgresReplication,
  2: waitForInitialDataSynchronization,
};

export async function initSyncSchema(log: LogContext, sql: postgres.Sql, upstreamUri: string): Promise<void> {
  await runSyncSchemaMigrations(log, sql, upstreamUri, SCHEMA_VERSION_MIGRATION_MAP);
}
