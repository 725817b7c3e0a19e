import type { Broker } from './index.js';

export class Cluster {
  constructor(private readonly brokers: Map<string, Broker>) {}

  async findBroker(nodeId: string): Promise<Broker> {
    const broker = this.brokers.get(nodeId);
    if (!broker) throw new Error(`Broker ${nodeId} not found in the cached metadata`);
    if (!broker.isConnected()) {
      await broker.connect();
    }
    return broker;
  }
}
