import type { FormattedRecord, UnencryptedRecord } from '../types';

export function decryptRecords(records: FormattedRecord[]): UnencryptedRecord[] {
    return records.map(({ json, ...rest }) => ({ ...rest, record: json as UnencryptedRecord['record'] }));
}

export function encryptRecords(records: FormattedRecord[]): FormattedRecord[] {
    return records.map((record) => ({ ...record, json: { encryptedValue: JSON.stringify(record.json) } }));
}
