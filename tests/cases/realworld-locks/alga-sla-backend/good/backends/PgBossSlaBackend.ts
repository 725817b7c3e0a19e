import type { ISlaBackend } from './ISlaBackend';

/**
 * CE backend. The SLA columns are persisted by the caller before any backend method runs, so every mutation hook is a
 * no-op. These methods must never write the tickets row.
 */
export class PgBossSlaBackend implements ISlaBackend {
  async pauseSla(_ticketId: string, _reason: string): Promise<void> {
    // No-op; sla_paused_at is already persisted by the caller.
  }

  async completeSla(_ticketId: string, _type: 'response' | 'resolution', _met: boolean | null): Promise<void> {
    // No-op; sla_response_at/sla_resolution_at are already persisted by the caller.
  }
}
