import { jsonb, pgTable, text, timestamp } from 'drizzle-orm/pg-core';

export const userTableRows = pgTable('user_table_rows', {
  id: text('id').primaryKey(),
  tableId: text('table_id'),
  workspaceId: text('workspace_id'),
  data: jsonb('data'),
  updatedAt: timestamp('updated_at'),
});
