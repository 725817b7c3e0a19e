import { createHash } from 'node:crypto';
import { db } from './client.js';
import { retry } from './retry.js';

const RECORDS_TABLE = 'records';
const BATCH_SIZE = 1000;

export interface FormattedRecord {
    external_id: string;
    data_hash: string;
    json: object;
}

export interface UpsertSummary {
    addedKeys: string[];
    unchangedKeys: string[];
}

export async function upsert({ records, connectionId, model, softDelete = false }: { records: FormattedRecord[]; connectionId: number; model: string; softDelete?: boolean }): Promise<UpsertSummary> {
    try {
        return await retry(
            () => {
                return db.transaction(async (trx) => {
                    // Lock to prevent concurrent upserts
                    await trx.raw(`SELECT pg_advisory_xact_lock(?) as lock_records_${softDelete ? 'delete' : 'upsert'}`, [newLockId(connectionId, model)]);

                    const summary: UpsertSummary = { addedKeys: [], unchangedKeys: [] };
                    for (let i = 0; i < records.length; i += BATCH_SIZE) {
                        const chunk = records.slice(i, i + BATCH_SIZE);

                        const res = await trx(RECORDS_TABLE)
                            .insert(chunk.map((record) => ({ ...record, connection_id: connectionId, model })))
                            .onConflict(['connection_id', 'external_id', 'model'])
                            .merge()
                            .returning('*');

                        summary.addedKeys.push(...res.filter((r: any) => r.status === 'inserted').map((r: any) => r.external_id));
                        summary.unchangedKeys.push(...res.filter((r: any) => r.status === 'unchanged').map((r: any) => r.external_id));
                    }
                    return summary;
                });
            },
            {
                maxAttempts: 3,
                delayMs: 500,
                retryOnError: (err) => 'code' in err && (err as { code: string }).code === '40P01' // deadlock_detected
            }
        );
    } catch (err) {
        throw new Error(`Failed to upsert records to table ${RECORDS_TABLE}. Model: ${model}.`, { cause: err });
    }
}

function newLockId(connectionId: number, model: string): bigint {
    return createHash('sha256').update(`${connectionId}${model}`).digest().readBigInt64BE(0);
}
