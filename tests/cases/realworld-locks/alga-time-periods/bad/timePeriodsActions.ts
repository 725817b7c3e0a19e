import type { Knex } from 'knex';

import { createTenantKnex, withTransaction } from './db';
import { type ITimePeriod, TimePeriod } from './models/timePeriod';

export interface ITimePeriodSettings { start_day: number; frequency_days: number }

export async function createTimePeriod(timePeriodData: Omit<ITimePeriod, 'period_id'>): Promise<ITimePeriod> {
  const { knex: db } = await createTenantKnex();
  return withTransaction(db, async (trx: Knex.Transaction) => {
    const timePeriod = await TimePeriod.create(trx, timePeriodData);
    return timePeriod;
  });
}

export async function fetchAllTimePeriods(): Promise<ITimePeriod[]> {
  try {
    const { knex } = await createTenantKnex();
    return await TimePeriod.getAll(knex);
  } catch (error) {
    console.error('Error fetching all time periods:', error);
    throw new Error('Failed to fetch time periods');
  }
}

export async function createNextTimePeriod(
  knexOrTrx: Knex | Knex.Transaction,
  settings: ITimePeriodSettings[],
): Promise<ITimePeriod | null> {
  try {
    // Get initial existing time periods
    const existingPeriods = await fetchAllTimePeriods();
    const lastPeriod = existingPeriods[0];
    const setting = settings[0];
    if (!lastPeriod || !setting) {
      return null;
    }

    const start = new Date(lastPeriod.end_date);
    const end = new Date(start.getTime() + setting.frequency_days * 86_400_000);

    const newPeriod = await createTimePeriod({
      start_date: start.toISOString(),
      end_date: end.toISOString(),
    });

    await knexOrTrx('time_period_log').insert({ period_id: newPeriod.period_id });

    return newPeriod;
  } catch (error) {
    console.error('Error creating next time period:', error);
    throw error;
  }
}
