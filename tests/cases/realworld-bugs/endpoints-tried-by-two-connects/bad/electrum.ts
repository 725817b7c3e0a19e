import { BaseWorker } from './base.js';

export interface ElectrumApi { request(method: string, params: unknown[]): Promise<unknown>; connected: boolean }

export class ElectrumWorker extends BaseWorker<ElectrumApi> {
  constructor(private readonly open: (url: string) => Promise<ElectrumApi>) {
    super();
  }

  protected isConnected(api: ElectrumApi | undefined): api is ElectrumApi {
    return api?.connected || false;
  }

  protected tryConnect(url: string): Promise<ElectrumApi> {
    return this.open(url);
  }

  async getInfo(): Promise<unknown> {
    const api = await this.connect();
    return api.request('server.features', []);
  }

  async estimateFee(blocks: number): Promise<unknown> {
    const api = await this.connect();
    return api.request('blockchain.estimatefee', [blocks]);
  }
}
