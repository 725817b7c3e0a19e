import type { Knex } from 'knex';

import { SlaBackendFactory } from './backends/SlaBackendFactory';

export interface RecordSlaEventResult { success: boolean; met: boolean | null; recorded_at: Date; error?: string }

export async function recordFirstResponse(
  trx: Knex.Transaction,
  tenant: string,
  ticketId: string,
  respondedAt: Date = new Date(),
  options?: { skipBackend?: boolean }
): Promise<RecordSlaEventResult> {
  try {
    // Get current ticket SLA state
    const ticket = await trx('tickets')
      .where({ tenant, ticket_id: ticketId })
      .select('sla_policy_id', 'sla_response_at', 'sla_response_due_at')
      .first();

    // Skip if no SLA or already responded
    if (!ticket?.sla_policy_id || ticket.sla_response_at) {
      return { success: true, met: null, recorded_at: respondedAt };
    }

    // Calculate if SLA was met
    let met: boolean | null = null;
    if (ticket.sla_response_due_at) {
      met = respondedAt <= new Date(ticket.sla_response_due_at);
    }

    // Update ticket
    await trx('tickets')
      .where({ tenant, ticket_id: ticketId })
      .update({
        sla_response_at: respondedAt,
        sla_response_met: met
      });

    if (!options?.skipBackend && met !== null) {
      try {
        const backend = await SlaBackendFactory.getBackend();
        await backend.completeSla(ticketId, 'response', met);
      } catch (error) {
        console.warn('Failed to complete SLA backend response:', error);
      }
    }

    return { success: true, met, recorded_at: respondedAt };
  } catch (error) {
    console.error('Error recording first response:', error);
    return { success: false, met: null, recorded_at: respondedAt, error: error instanceof Error ? error.message : 'Unknown error' };
  }
}

export async function recordResolution(
  trx: Knex.Transaction,
  tenant: string,
  ticketId: string,
  resolvedAt: Date = new Date(),
  options?: { skipBackend?: boolean }
): Promise<RecordSlaEventResult> {
  await trx('tickets').where({ tenant, ticket_id: ticketId }).update({ sla_resolved_at: resolvedAt });

  if (!options?.skipBackend) {
    const backend = await SlaBackendFactory.getBackend();
    await backend.completeSla(ticketId, 'resolution', true);
  }

  return { success: true, met: true, recorded_at: resolvedAt };
}
