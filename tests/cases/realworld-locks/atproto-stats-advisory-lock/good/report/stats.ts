import type { Database } from '../db/index';

export class ReportStatsService {
  constructor(public db: Database) {}

  static creator() {
    return (db: Database) => new ReportStatsService(db);
  }

  async materializeAll() {
    await this.db.pool.query('REFRESH MATERIALIZED VIEW report_stat');
  }
}
export type ReportStatsServiceCreator = ReturnType<typeof ReportStatsService.creator>;
