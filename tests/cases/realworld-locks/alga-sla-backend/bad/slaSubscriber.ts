import { createTenantKnex, withTransaction } from './db';
import { recordFirstResponse, recordResolution } from './slaService';

export async function handleTicketCommentAdded(event: { tenantId: string; ticketId: string; createdAt: Date }) {
  const { knex } = await createTenantKnex();
  await withTransaction(knex, async (trx) => {
    const result = await recordFirstResponse(trx, event.tenantId, event.ticketId, event.createdAt);
    if (!result.success) console.warn('[SlaSubscriber] Failed to record first response', result.error);
  });
}

export async function handleTicketClosed(event: { tenantId: string; ticketId: string; closedAt: Date }) {
  const { knex } = await createTenantKnex();
  await withTransaction(knex, async (trx) => {
    await recordResolution(trx, event.tenantId, event.ticketId, event.closedAt);
  });
}
