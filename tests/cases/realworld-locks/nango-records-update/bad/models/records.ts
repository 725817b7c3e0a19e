import { db } from '../db/client';
import type { FormattedRecord, UnencryptedRecord } from '../types';
import { decryptRecords, encryptRecords } from '../utils/encryption';

const RECORDS_TABLE = 'nango_records.records';
const BATCH_SIZE = 1000;

export async function update(records: FormattedRecord[], connectionId: number, model: string) {
    if (records.length === 0) {
        return { success: false, error: `There are no records to upsert for the "${model}" model.` };
    }

    try {
        const updatedKeys: string[] = [];
        await db.transaction(async (trx) => {
            for (let i = 0; i < records.length; i += BATCH_SIZE) {
                const chunk = records.slice(i, i + BATCH_SIZE);

                updatedKeys.push(...(await getUpdatedKeys(chunk, connectionId, model)));

                const recordsToUpdate: FormattedRecord[] = [];
                const rawOldRecords = await getRecordsByExternalIds(updatedKeys, connectionId, model);
                for (const rawOldRecord of rawOldRecords) {
                    const { record: oldRecord, ...oldRecordRest } = rawOldRecord;

                    const record = records.find((record) => record.external_id === oldRecord.id);

                    const newRecord: FormattedRecord = {
                        ...oldRecordRest,
                        json: {
                            ...oldRecord,
                            ...record?.json
                        },
                        updated_at: new Date()
                    };
                    recordsToUpdate.push(newRecord);
                }
                const encryptedRecords = encryptRecords(recordsToUpdate);
                await trx.from(RECORDS_TABLE).insert(encryptedRecords).onConflict(['connection_id', 'external_id', 'model']).merge();
            }
        });

        return { success: true, updatedKeys };
    } catch (error: any) {
        return { success: false, error: `Failed to update records to table ${RECORDS_TABLE}: ${error.message}` };
    }
}

/**
 * getUpdatedKeys
 * @desc returns a list of the keys that exist in the records tables but have a different data_hash
 */
async function getUpdatedKeys(records: FormattedRecord[], connectionId: number, model: string): Promise<string[]> {
    const keys: string[] = records.map((record: FormattedRecord) => record.external_id);
    const keysWithHash: [string, string][] = records.map((record: FormattedRecord) => [record.external_id, record.data_hash]);

    const rowsToUpdate = (await db
        .from(RECORDS_TABLE)
        .pluck('external_id')
        .where({
            connection_id: connectionId,
            model
        })
        .whereIn('external_id', keys)
        .whereNotIn(['external_id', 'data_hash'], keysWithHash)) as unknown as string[];

    return rowsToUpdate;
}

async function getRecordsByExternalIds(external_ids: string[], connection_id: number, model: string): Promise<UnencryptedRecord[]> {
    const encryptedRecords = await db
        .from<FormattedRecord>(RECORDS_TABLE)
        .where({
            connection_id,
            model
        })
        .whereIn('external_id', external_ids);

    if (!encryptedRecords) {
        return [];
    }

    return decryptRecords(encryptedRecords);
}
