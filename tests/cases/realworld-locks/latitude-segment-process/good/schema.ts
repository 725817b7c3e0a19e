import { pgTable, text } from 'drizzle-orm/pg-core';

export const segments = pgTable('segments', { id: text('id').primaryKey(), type: text('type'), name: text('name') });
export const documentVersions = pgTable('document_versions', { uuid: text('uuid').primaryKey(), commitUuid: text('commit_uuid'), content: text('content') });
