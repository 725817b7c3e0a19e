import { pgTable, text, timestamp } from 'drizzle-orm/pg-core';

export const account = pgTable('account', { id: text('id').primaryKey(), userId: text('user_id'), providerId: text('provider_id'), accessToken: text('access_token'), refreshToken: text('refresh_token'), accessTokenExpiresAt: timestamp('access_token_expires_at') });
export const credentialSetInvitation = pgTable('credential_set_invitation', { id: text('id').primaryKey(), token: text('token'), credentialSetId: text('credential_set_id'), status: text('status'), invitedBy: text('invited_by') });
export const credentialSetMember = pgTable('credential_set_member', { id: text('id').primaryKey(), credentialSetId: text('credential_set_id'), userId: text('user_id'), status: text('status') });
export const webhook = pgTable('webhook', { id: text('id').primaryKey(), provider: text('provider'), credentialSetId: text('credential_set_id'), credentialId: text('credential_id') });
