import { sql } from 'kysely';

import { type Database, STATS_COMPUTER_LOCK_ID } from '../db/index';
import type { ReportStatsServiceCreator } from '../report/stats';

/**
 * Background daemon that materializes report statistics on an interval (default is 15 minutes).
 */
export class StatsComputer {
  destroyed = false;
  processingPromise: Promise<void> = Promise.resolve();
  timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private db: Database,
    private reportStatsServiceCreator: ReportStatsServiceCreator,
    private intervalMinutes = 15,
  ) {}

  start() {
    this.poll();
  }

  poll() {
    if (this.destroyed) return;
    this.processingPromise = this.materializeStats()
      .catch((err) => console.error({ err }, 'stats materialization errored'))
      .finally(() => {
        this.timer = setTimeout(() => this.poll(), this.intervalMinutes * 60_000);
      });
  }

  private async materializeStats() {
    const lockResult = await sql<{
      locked: boolean
    }>`SELECT pg_try_advisory_lock(${STATS_COMPUTER_LOCK_ID}) as locked`.execute(
      this.db.db,
    );
    const acquired = lockResult.rows[0]?.locked === true;
    if (!acquired) {
      console.info('stats materialization skipped, another instance holds lock');
      return;
    }

    try {
      const statsService = this.reportStatsServiceCreator(this.db);
      await statsService.materializeAll();
    } finally {
      await sql`SELECT pg_advisory_unlock(${STATS_COMPUTER_LOCK_ID})`.execute(
        this.db.db,
      );
    }
  }

  async destroy() {
    this.destroyed = true;
    if (this.timer) {
      clearTimeout(this.timer);
      this.timer = undefined;
    }
    await this.processingPromise;
  }
}
