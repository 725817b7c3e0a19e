import type postgres from 'postgres';
import type {LogContext} from './migration.js';
import {sleep} from './sleep.js';

type SubscribedTable = {subname: string; table: string; state: string};

const MAX_POLLING_INTERVAL = 30000;

export async function startPostgresReplication(lc: LogContext, tx: postgres.Sql, upstreamUri: string) {
  lc.info?.(`Starting subscription to ${upstreamUri}`);
  await tx.unsafe(`CREATE SUBSCRIPTION zero_sync CONNECTION '${upstreamUri}' PUBLICATION zero_data`);
}

/**
 * Waits for the initial data synchronization to complete. This is determined by polling
 * the `pg_subscription_rel` table.
 */
export async function waitForInitialDataSynchronization(
  lc: LogContext,
  sql: postgres.Sql,
  upstreamUri: string,
) {
  lc.info?.(`Awaiting initial data synchronization from ${upstreamUri}`);
  for (
    let interval = 100; // Exponential backoff, up to 30 seconds between polls.
    ;
    interval = Math.min(interval * 2, MAX_POLLING_INTERVAL)
  ) {
    const subscribed = await sql<SubscribedTable[]>`
    SELECT p.subname, c.relname as table, r.srsubstate as state
      FROM pg_subscription p
      JOIN pg_subscription_rel r ON p.oid = r.srsubid
      JOIN pg_class c ON c.oid = r.srrelid
      WHERE p.subname = ${'zero_sync'};`;

    if (subscribed.length === 0) {
      throw new Error('No subscribed tables');
    }

    const syncing = subscribed.filter(table => table.state !== 'r');
    if (syncing.length === 0) {
      lc.info?.(`Finished syncing ${subscribed.length} tables`, subscribed);
      return;
    }

    lc.info?.(`Still syncing ${syncing.length} tables. Polling in ${interval}ms.`);
    await sleep(interval);
  }
}
