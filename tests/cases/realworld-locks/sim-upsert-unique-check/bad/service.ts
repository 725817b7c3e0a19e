import { and, eq, sql } from 'drizzle-orm';

import { db } from './db';
import { userTableRows } from './schema';
import type { RowData, TableDefinition, UpsertRowData } from './types';
import { checkUniqueConstraintsDb } from './validation';

export async function upsertRow(data: UpsertRowData, table: TableDefinition, requestId: string) {
  const schema = table.schema;
  const targetValue = data.data[data.conflictTarget];
  if (targetValue === undefined || targetValue === null) {
    throw new Error(`Upsert requires a value for the conflict target column "${data.conflictTarget}"`);
  }

  const matchFilter = sql`${userTableRows.data}->>${data.conflictTarget}::text = ${String(targetValue)}`;

  const result = await db.transaction(async (trx) => {
    const [existingRow] = await trx
      .select()
      .from(userTableRows)
      .where(and(eq(userTableRows.tableId, data.tableId), eq(userTableRows.workspaceId, data.workspaceId), matchFilter))
      .limit(1);

    // Check uniqueness on ALL unique columns (not just the conflict target)
    const uniqueValidation = await checkUniqueConstraintsDb(
      data.tableId,
      data.data,
      schema,
      existingRow?.id // exclude the matched row on updates
    );
    if (!uniqueValidation.valid) {
      throw new Error(`Unique constraint violation: ${uniqueValidation.errors.join(', ')}`);
    }

    const now = new Date();

    if (existingRow) {
      const [updatedRow] = await trx
        .update(userTableRows)
        .set({ data: data.data, updatedAt: now })
        .where(eq(userTableRows.id, existingRow.id))
        .returning();

      return { row: { id: updatedRow.id, data: updatedRow.data as RowData }, operation: 'update' as const };
    }

    const [insertedRow] = await trx
      .insert(userTableRows)
      .values({ id: `row_${requestId}`, tableId: data.tableId, workspaceId: data.workspaceId, data: data.data })
      .returning();

    return { row: { id: insertedRow.id, data: insertedRow.data as RowData }, operation: 'insert' as const };
  });

  return result;
}
