import type { Knex } from 'knex';

export interface ITimePeriod { period_id: string; start_date: string; end_date: string }

export const TimePeriod = {
  async getAll(knexOrTrx: Knex | Knex.Transaction): Promise<ITimePeriod[]> {
    return knexOrTrx('time_periods').select('*').orderBy('start_date', 'desc');
  },
  async create(knexOrTrx: Knex | Knex.Transaction, timePeriod: Omit<ITimePeriod, 'period_id'>): Promise<ITimePeriod> {
    const [newPeriod] = await knexOrTrx('time_periods').insert(timePeriod).returning('*');
    return newPeriod;
  },
};
