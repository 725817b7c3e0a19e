export type RowData = Record<string, unknown>;
export interface ColumnDefinition { id?: string; name: string; unique?: boolean }
export interface TableSchema { columns: ColumnDefinition[] }
export interface TableDefinition { id: string; schema: TableSchema }
export interface UpsertRowData { tableId: string; workspaceId: string; data: RowData; conflictTarget: string }
export interface ValidationResult { valid: boolean; errors: string[] }
