import { and, eq } from 'drizzle-orm';

import { db } from '../db';
import { account, credentialSetMember } from '../schema';

async function refreshOAuthToken(providerId: string, refreshToken: string): Promise<string | null> {
  const response = await fetch(`https://oauth.example.com/${providerId}/token`, {
    method: 'POST',
    body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: refreshToken }),
  });
  if (!response.ok) return null;
  const data = await response.json();
  return data.access_token;
}

export async function getCredentialsForCredentialSet(credentialSetId: string, providerId: string) {
  const members = await db
    .select({ userId: credentialSetMember.userId })
    .from(credentialSetMember)
    .where(and(eq(credentialSetMember.credentialSetId, credentialSetId), eq(credentialSetMember.status, 'active')));

  const results: { userId: string; credentialId: string; accessToken: string }[] = [];

  for (const member of members) {
    const credentials = await db
      .select()
      .from(account)
      .where(and(eq(account.userId, member.userId), eq(account.providerId, providerId)));

    for (const cred of credentials) {
      const now = new Date();
      const tokenExpiry = cred.accessTokenExpiresAt;
      const shouldRefresh = !!cred.refreshToken && (!cred.accessToken || (tokenExpiry && tokenExpiry < now));

      let accessToken = cred.accessToken;

      if (shouldRefresh && cred.refreshToken) {
        const fresh = await refreshOAuthToken(providerId, cred.refreshToken);
        if (fresh) accessToken = fresh;
      }

      if (accessToken) {
        results.push({ userId: cred.userId, credentialId: cred.id, accessToken });
      }
    }
  }

  return results;
}
