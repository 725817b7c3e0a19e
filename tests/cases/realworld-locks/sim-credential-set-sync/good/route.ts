import { eq } from 'drizzle-orm';

import { db } from './db';
import { credentialSetInvitation, credentialSetMember } from './schema';
import { syncAllWebhooksForCredentialSet } from './webhooks/utils.server';

export async function POST(session: { user: { id: string } }, params: { token: string }) {
  const [invitation] = await db
    .select()
    .from(credentialSetInvitation)
    .where(eq(credentialSetInvitation.token, params.token))
    .limit(1);

  if (!invitation) {
    return Response.json({ error: 'Invitation not found' }, { status: 404 });
  }

  const requestId = crypto.randomUUID().slice(0, 8);

  await db.transaction(async (tx) => {
    await tx.insert(credentialSetMember).values({
      id: crypto.randomUUID(),
      credentialSetId: invitation.credentialSetId,
      userId: session.user.id,
      status: 'active',
    });

    await tx
      .update(credentialSetInvitation)
      .set({ status: 'accepted' })
      .where(eq(credentialSetInvitation.id, invitation.id));
  });

  // Runs after the membership commits: the sync performs external HTTP and must not hold a pooled connection.
  try {
    const syncResult = await syncAllWebhooksForCredentialSet(invitation.credentialSetId, requestId);
    console.info('Synced webhooks after member joined', {
      credentialSetId: invitation.credentialSetId,
      ...syncResult,
    });
  } catch (syncError) {
    console.error('Webhook sync failed after invitation accept', {
      credentialSetId: invitation.credentialSetId,
      error: syncError,
    });
  }

  return Response.json({ success: true, credentialSetId: invitation.credentialSetId });
}
