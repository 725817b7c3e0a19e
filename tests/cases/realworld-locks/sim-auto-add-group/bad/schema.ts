import { boolean, pgTable, text } from 'drizzle-orm/pg-core';

export const invitation = pgTable('invitation', { id: text('id').primaryKey(), status: text('status') });
export const permissions = pgTable('permissions', { id: text('id').primaryKey(), entityId: text('entity_id'), userId: text('user_id'), permissionType: text('permission_type') });
export const permissionGroup = pgTable('permission_group', { id: text('id').primaryKey(), workspaceId: text('workspace_id'), autoAddNewMembers: boolean('auto_add_new_members') });
export const permissionGroupMember = pgTable('permission_group_member', { id: text('id').primaryKey(), permissionGroupId: text('permission_group_id'), workspaceId: text('workspace_id'), userId: text('user_id') });
export const workspace = pgTable('workspace', { id: text('id').primaryKey(), organizationId: text('organization_id') });
export const subscription = pgTable('subscription', { referenceId: text('reference_id'), plan: text('plan') });
