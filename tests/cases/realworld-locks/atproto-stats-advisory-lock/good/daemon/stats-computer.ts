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
    let discardClient = false;
    let locked = false;
    const client = await this.db.pool.connect();

    try {
      const lockResult = await client
        .query('SELECT pg_try_advisory_lock($1) as locked', [STATS_COMPUTER_LOCK_ID])
        .catch((err) => {
          // The server may have acquired the lock before the query failed.
          discardClient = true;
          throw err;
        });
      locked = lockResult.rows[0]?.locked === true;
      if (!locked) {
        console.info('stats materialization skipped, another instance holds lock');
        return;
      }

      const statsService = this.reportStatsServiceCreator(this.db);
      await statsService.materializeAll();
    } finally {
      try {
        if (locked) {
          await client.query('SELECT pg_advisory_unlock($1) as unlocked', [STATS_COMPUTER_LOCK_ID]);
        }
      } catch (err) {
        discardClient = true;
        console.warn({ err }, 'failed to release stats materialization lock');
      } finally {
        if (discardClient) {
          // Destroy an uncertain session so it cannot leak the lock.
          client.release(true);
        } else {
          client.release();
        }
      }
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
