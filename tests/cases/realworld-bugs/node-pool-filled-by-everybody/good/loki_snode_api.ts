import { lokiRpc, type Snode } from './loki_rpc.js';

export class LokiSnodeAPI {
  randomSnodePool: { ip: string; port: number; pubkey_x25519: string }[] = [];
  private initialiseRandomPoolPromise: Promise<void> | undefined;

  constructor(private readonly seedNodeList: { ip: string; port: number }[]) {}

  async getRandomSnodeAddress() {
    /* resolve random snode */
    if (this.randomSnodePool.length === 0) {
      this.initialiseRandomPoolPromise ??= this.initialiseRandomPool().finally(() => {
        this.initialiseRandomPoolPromise = undefined;
      });
      await this.initialiseRandomPoolPromise;
    }
    if (this.randomSnodePool.length === 0) {
      throw new Error('Invalid seed node response');
    }
    return this.randomSnodePool[Math.floor(Math.random() * this.randomSnodePool.length)];
  }

  private async initialiseRandomPool(): Promise<void> {
    const params = { limit: 20, active_only: true, fields: { public_ip: true, storage_port: true, pubkey_x25519: true } };
    const seedNode = this.seedNodeList[Math.floor(Math.random() * this.seedNodeList.length)]!;
    const response = await lokiRpc(`http://${seedNode.ip}`, seedNode.port, 'get_n_service_nodes', params);
    const snodes: Snode[] = response.result.service_node_states.filter((snode) => snode.public_ip !== '0.0.0.0');
    this.randomSnodePool = snodes.map((snode) => ({
      ip: snode.public_ip,
      port: snode.storage_port,
      pubkey_x25519: snode.pubkey_x25519,
    }));
  }

  markRandomNodeUnreachable(snode: { ip: string; port: number }) {
    this.randomSnodePool = this.randomSnodePool.filter((s) => s.ip !== snode.ip || s.port !== snode.port);
  }
}
