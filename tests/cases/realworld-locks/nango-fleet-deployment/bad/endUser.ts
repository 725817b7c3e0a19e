import type { Knex } from 'knex';

export async function upsertEndUser(knex: Knex | Knex.Transaction, environmentId: number, endUser: { id: string }): Promise<number> {
    const [row] = await knex('end_users').insert({ end_user_id: endUser.id, environment_id: environmentId }).onConflict('end_user_id').merge().returning('*');
    return row.id;
}
