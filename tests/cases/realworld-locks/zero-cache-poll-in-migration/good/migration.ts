import type postgres from 'postgres';

export interface LogContext {info?(...args: unknown[]): void; error?(...args: unknown[]): void}

/**
 * A PreMigrationFn executes logic outside of a database transaction, and is
 * suitable for potentially long running polling operations.
 */
type PreMigrationFn = (log: LogContext, sql: postgres.Sql, upstreamUri: string) => Promise<void>;

type MigrationFn = (log: LogContext, tx: postgres.Sql, upstreamUri: string) => Promise<void>;

export type Migration = {pre?: PreMigrationFn; run?: MigrationFn};

/** Mapping from schema version to their respective migrations. */
export type VersionMigrationMap = {
  [destinationVersion: number]: Migration;
};

export async function runSyncSchemaMigrations(
  log: LogContext,
  sql: postgres.Sql,
  upstreamUri: string,
  versionMigrationMap: VersionMigrationMap,
): Promise<void> {
  try {
    const versionMigrations = sorted(versionMigrationMap);
    let meta = await sql.begin(tx => getSyncSchemaMeta(tx));

    for (const [dest, migration] of versionMigrations) {
      if (meta.version < dest) {
        log.info?.(`Migrating schema from v${meta.version} to v${dest}`);
        await migration.pre?.(log, sql, upstreamUri);

        meta = await sql.begin(async tx => {
          // Fetch meta from within the transaction to make the migration atomic.
          let meta = await getSyncSchemaMeta(tx);
          if (meta.version < dest) {
            await migration.run?.(log, tx, upstreamUri);
            meta = await setSyncSchemaVersion(tx, dest);
          }
          return meta;
        });
      }
    }
  } catch (e) {
    log.error?.('Error in ensureSyncSchemaMigrated', e);
    throw e;
  }
}

function sorted(versionMigrationMap: VersionMigrationMap): [number, Migration][] {
  const versionMigrations: [number, Migration][] = [];
  for (const [v, m] of Object.entries(versionMigrationMap)) {
    versionMigrations.push([Number(v), m]);
  }
  return versionMigrations.sort(([a], [b]) => a - b);
}

async function getSyncSchemaMeta(sql: postgres.Sql): Promise<{version: number}> {
  const [meta] = await sql<{version: number}[]>`SELECT version FROM zero.schema_meta`;
  return meta ?? {version: 0};
}

async function setSyncSchemaVersion(sql: postgres.Sql, version: number): Promise<{version: number}> {
  await sql`UPDATE zero.schema_meta SET version = ${version}`;
  return {version};
}
