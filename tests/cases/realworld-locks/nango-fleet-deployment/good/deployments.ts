import type { Knex } from 'knex';
import { Err, Ok, type Result } from './result.js';

export const DEPLOYMENTS_TABLE = 'deployments';

export interface Deployment { id: number; image: string; created_at: Date; superseded_at: Date | null }

export async function create(db: Knex, image: string): Promise<Result<Deployment>> {
    try {
        return await db.transaction(async (trx) => {
            // do nothing if already active deployment
            const active = await getActive(trx);
            if (active.isErr()) {
                return Err(active.error);
            }
            if (active.value?.image === image) {
                return Ok(active.value);
            }

            // supersede any active deployments
            const now = new Date();
            await trx(DEPLOYMENTS_TABLE).where({ superseded_at: null }).update({ superseded_at: now });

            // insert new deployment
            const [inserted] = await trx(DEPLOYMENTS_TABLE).insert({ image, created_at: now, superseded_at: null }).returning('*');
            if (!inserted) {
                return Err(new Error(`Error: no deployment '${image}' created`));
            }
            return Ok(inserted as Deployment);
        });
    } catch (err) {
        return Err(new Error(`Error: failed to create deployment '${image}'`, { cause: err }));
    }
}

export async function getActive(db: Knex | Knex.Transaction): Promise<Result<Deployment | undefined>> {
    try {
        const active = await db(DEPLOYMENTS_TABLE).where({ superseded_at: null }).first();
        return Ok(active);
    } catch (err) {
        return Err(new Error(`Error: failed to get active deployment`, { cause: err }));
    }
}
