export interface ISlaBackend {
  pauseSla(ticketId: string, reason: string): Promise<void>;
  completeSla(ticketId: string, type: 'response' | 'resolution', met: boolean | null): Promise<void>;
}
