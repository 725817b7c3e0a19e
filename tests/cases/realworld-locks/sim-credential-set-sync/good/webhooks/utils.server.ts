import { eq } from 'drizzle-orm';

import { db } from '../db';
import { getCredentialsForCredentialSet } from '../oauth/utils';
import { webhook } from '../schema';
import type { DbOrTx } from '../types';

export async function syncWebhooksForCredentialSet(params: {
  provider: string;
  credentialSetId: string;
  requestId: string;
  tx?: DbOrTx;
}) {
  const { provider, credentialSetId, requestId, tx } = params;

  const dbCtx = tx ?? db;

  const credentials = await getCredentialsForCredentialSet(credentialSetId, provider);

  if (credentials.length === 0) {
    console.warn(`[${requestId}] No credentials found in credential set ${credentialSetId} for provider ${provider}`);
    return { created: 0 };
  }

  const existingWebhooks = await dbCtx.select().from(webhook).where(eq(webhook.credentialSetId, credentialSetId));
  const existing = new Set(existingWebhooks.map((wh) => wh.credentialId));

  let created = 0;
  for (const cred of credentials) {
    if (existing.has(cred.credentialId)) continue;
    await dbCtx.insert(webhook).values({ id: cred.credentialId, provider, credentialSetId, credentialId: cred.credentialId });
    created++;
  }

  return { created };
}

/**
 * Sync all webhooks that use a specific credential set.
 * Called when credential set membership changes (member added/removed).
 */
export async function syncAllWebhooksForCredentialSet(credentialSetId: string, requestId: string, tx?: DbOrTx) {
  const dbCtx = tx ?? db;

  const webhooksForSet = await dbCtx.select().from(webhook).where(eq(webhook.credentialSetId, credentialSetId));

  let totalCreated = 0;

  for (const provider of new Set(webhooksForSet.map((wh) => wh.provider))) {
    try {
      const syncResult = await syncWebhooksForCredentialSet({ provider, credentialSetId, requestId, tx: dbCtx });
      totalCreated += syncResult.created;
    } catch (error) {
      console.error(`[${requestId}] Error syncing webhooks for ${provider}`, error);
    }
  }

  return { totalCreated };
}
