export interface FormattedRecord { external_id: string; json: Record<string, unknown>; data_hash: string; connection_id: number; model: string; updated_at?: Date }
export interface UnencryptedRecord { record: Record<string, unknown> & { id: string }; connection_id: number; model: string; external_id: string; data_hash: string }
