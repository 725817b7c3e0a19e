import type { Knex } from 'knex';

export interface Schedule { id: string; name: string; payload: object }

export async function dueSchedules(db: Knex | Knex.Transaction): Promise<Schedule[]> {
    return db('schedules').where({ state: 'STARTED' }).select('*');
}

export async function create(db: Knex | Knex.Transaction, props: { scheduleId: string; name: string; payload: object }): Promise<{ id: string }> {
    const [task] = await db('tasks').insert(props).returning('*');
    return task;
}
