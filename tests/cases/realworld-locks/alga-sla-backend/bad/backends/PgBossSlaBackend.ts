import type { Knex } from 'knex';

import { createTenantKnex, withTransaction } from '../db';
import { recordFirstResponse, recordResolution } from '../slaService';
import type { ISlaBackend } from './ISlaBackend';

export class PgBossSlaBackend implements ISlaBackend {
  async pauseSla(_ticketId: string, _reason: string): Promise<void> {
    // No-op placeholder; CE polling handles SLA timers.
  }

  async completeSla(ticketId: string, type: 'response' | 'resolution', _met: boolean | null): Promise<void> {
    await this.withTicketTransaction(ticketId, async (trx, tenant) => {
      if (type === 'response') {
        await recordFirstResponse(trx, tenant, ticketId, new Date(), {
          skipBackend: true,
        });
        return;
      }
      await recordResolution(trx, tenant, ticketId, new Date(), {
        skipBackend: true,
      });
    });
  }

  private async withTicketTransaction(
    ticketId: string,
    fn: (trx: Knex.Transaction, tenant: string) => Promise<void>
  ): Promise<void> {
    const { knex, tenant } = await createTenantKnex();
    if (!tenant) {
      return;
    }

    await withTransaction(knex, async (trx) => fn(trx, tenant));
  }
}
