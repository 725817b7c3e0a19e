import { boolean, integer, pgTable, text } from 'drizzle-orm/pg-core';

export const documentSuggestions = pgTable('document_suggestions', { id: integer('id').primaryKey(), workspaceId: integer('workspace_id'), documentUuid: text('document_uuid'), newPrompt: text('new_prompt'), summary: text('summary') });
export const evaluationResultsV2 = pgTable('evaluation_results_v2', { id: integer('id').primaryKey(), documentUuid: text('document_uuid'), usedForSuggestion: boolean('used_for_suggestion') });
