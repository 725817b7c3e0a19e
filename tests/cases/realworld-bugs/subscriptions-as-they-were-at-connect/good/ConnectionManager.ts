import type { SyncStream, SyncFactory, StreamDescription } from './sync.js';

export class ConnectionManager {
  private syncStreamImplementation: SyncStream | null = null;
  private locallyActiveSubscriptions = new Map<string, StreamDescription>();

  constructor(private readonly options: { createSyncImplementation: SyncFactory }) {}

  async connect(connector: object): Promise<void> {
    await this.disconnect();

    const subscriptionsAtStart = this.subscriptionIdentity;
    const { sync } = await this.options.createSyncImplementation(connector, {
      subscriptions: this.activeStreams,
    });
    this.syncStreamImplementation = sync;
    await sync.waitForReady();
    if (this.subscriptionIdentity !== subscriptionsAtStart) {
      sync.updateSubscriptions(this.activeStreams);
    }
    await sync.connect();
  }

  async disconnect(): Promise<void> {
    const sync = this.syncStreamImplementation;
    this.syncStreamImplementation = null;
    await sync?.dispose();
  }

  subscribe(name: string, parameters: Record<string, unknown>): () => void {
    const key = `${name}|${JSON.stringify(parameters)}`;
    this.locallyActiveSubscriptions.set(key, { name, parameters });
    this.subscriptionsMayHaveChanged();
    return () => {
      this.locallyActiveSubscriptions.delete(key);
      this.subscriptionsMayHaveChanged();
    };
  }

  get activeStreams(): StreamDescription[] {
    return [...this.locallyActiveSubscriptions.values()];
  }

  private get subscriptionIdentity(): string {
    return [...this.locallyActiveSubscriptions.keys()].join('\n');
  }

  private subscriptionsMayHaveChanged(): void {
    this.syncStreamImplementation?.updateSubscriptions(this.activeStreams);
  }
}
