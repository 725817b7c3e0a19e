export interface StreamDescription { name: string; parameters: Record<string, unknown> }
export interface SyncStream {
  waitForReady(): Promise<void>;
  connect(): Promise<void>;
  dispose(): Promise<void>;
  updateSubscriptions(subscriptions: StreamDescription[]): void;
}
export type SyncFactory = (connector: object, options: { subscriptions: StreamDescription[] }) => Promise<{ sync: SyncStream }>;
