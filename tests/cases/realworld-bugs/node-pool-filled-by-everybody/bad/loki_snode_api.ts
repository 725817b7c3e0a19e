import { lokiRpc, type Snode } from './loki_rpc.js';

export class LokiSnodeAPI {
  randomSnodePool: { ip: string; port: number; pubkey_x25519: string }[] = [];

  constructor(private readonly seedNodeList: { ip: string; port: number }[]) {}

  async getRandomSnodeAddress() {
    /* resolve random snode */
    if (this.randomSnodePool.length === 0) {
      // allow exceptions to pass through upwards
      await this.initialiseRandomPool();
    }
    if (this.randomSnodePool.length === 0) {
      throw new Error('Invalid seed node response');
    }
    return this.randomSnodePool[Math.floor(Math.random() * this.randomSnodePool.length)];
  }

  async initialiseRandomPool(seedNodes = [...this.seedNodeList], consecutiveErrors = 0): Promise<void> {
    const params = { limit: 20, active_only: true, fields: { public_ip: true, storage_port: true, pubkey_x25519: true } };
    const seedNode = seedNodes.splice(Math.floor(Math.random() * seedNodes.length), 1)[0]!;
    let snodes: Snode[] = [];
    try {
      const response = await lokiRpc(`http://${seedNode.ip}`, seedNode.port, 'get_n_service_nodes', params);
      // Filter 0.0.0.0 nodes which haven't submitted uptime proofs
      snodes = response.result.service_node_states.filter((snode) => snode.public_ip !== '0.0.0.0');
      this.randomSnodePool = snodes.map((snode) => ({
        ip: snode.public_ip,
        port: snode.storage_port,
        pubkey_x25519: snode.pubkey_x25519,
      }));
    } catch (e) {
      console.warn('initialiseRandomPool error', e);
      if (consecutiveErrors < 3) {
        // retry after a possible delay
        setTimeout(() => {
          void this.initialiseRandomPool(seedNodes, consecutiveErrors + 1);
        }, consecutiveErrors * consecutiveErrors * 5000);
      } else if (snodes.length === 0) {
        throw new Error('Failed to contact seed node');
      }
    }
  }

  markRandomNodeUnreachable(snode: { ip: string; port: number }) {
    this.randomSnodePool = this.randomSnodePool.filter((s) => s.ip !== snode.ip || s.port !== snode.port);
  }
}
