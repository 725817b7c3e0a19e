import { createTenantKnex, withTransaction } from '../db';
import { createNextTimePeriod, type ITimePeriodSettings } from '../timePeriodsActions';

export async function createNextTimePeriodsJob(job: { data: { tenantId: string } }) {
  const { knex } = await createTenantKnex();

  return withTransaction(knex, async (trx) => {
    const settings: ITimePeriodSettings[] = await trx('time_period_settings').where({ tenant: job.data.tenantId }).select('*');
    const result = await createNextTimePeriod(trx, settings);
    return { success: true, created: result?.period_id ?? null };
  });
}
