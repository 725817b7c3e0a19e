import { and, eq, sql } from 'drizzle-orm';

import { db } from './db';
import { userTableRows } from './schema';
import type { ColumnDefinition, RowData, TableSchema, ValidationResult } from './types';

export const getColumnId = (column: ColumnDefinition) => column.id ?? column.name;

export const getUniqueColumns = (schema: TableSchema) => schema.columns.filter((column) => column.unique === true);

/**
 * Checks unique constraints using targeted database queries.
 * Only queries for specific conflicting values instead of loading all rows.
 */
export async function checkUniqueConstraintsDb(
  tableId: string,
  data: RowData,
  schema: TableSchema,
  excludeRowId?: string
): Promise<ValidationResult> {
  const errors: string[] = [];
  const uniqueColumns = getUniqueColumns(schema);

  if (uniqueColumns.length === 0) {
    return { valid: true, errors: [] };
  }

  const conditions = [];

  for (const column of uniqueColumns) {
    const key = getColumnId(column);
    const value = data[key];
    if (value === null || value === undefined) continue;

    conditions.push({ column, value, sql: sql`${userTableRows.data}->>${key} = ${value}` });
  }

  for (const condition of conditions) {
    const baseCondition = and(eq(userTableRows.tableId, tableId), condition.sql);

    const whereClause = excludeRowId
      ? and(baseCondition, sql`${userTableRows.id} != ${excludeRowId}`)
      : baseCondition;

    const conflictingRow = await db
      .select({ id: userTableRows.id })
      .from(userTableRows)
      .where(whereClause)
      .limit(1);

    if (conflictingRow.length > 0) {
      errors.push(`Column "${condition.column.name}" must be unique. Value "${condition.value}" already exists`);
    }
  }

  return { valid: errors.length === 0, errors };
}
