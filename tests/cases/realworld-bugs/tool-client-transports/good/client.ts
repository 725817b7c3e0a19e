import { Transport, type Client } from './mcp.js';

export interface StitchConfig { apiKey?: string; accessToken?: string; baseUrl: string }

export class StitchToolClient {
  private transport: Transport | null = null;
  private isConnected: boolean = false;
  private connectPromise: Promise<void> | null = null;

  constructor(private readonly client: Client, private readonly config: StitchConfig) {}

  private buildAuthHeaders(): Record<string, string> {
    const headers: Record<string, string> = { Accept: 'application/json, text/event-stream' };
    if (this.config.apiKey) {
      headers['X-Goog-Api-Key'] = this.config.apiKey;
    } else {
      headers['Authorization'] = `Bearer ${this.config.accessToken}`;
    }
    return headers;
  }

  async connect() {
    if (this.isConnected) return;
    if (this.connectPromise) return this.connectPromise;

    this.connectPromise = this.doConnect().finally(() => {
      this.connectPromise = null;
    });
    return this.connectPromise;
  }

  private async doConnect() {
    this.transport = new Transport(new URL(this.config.baseUrl), { headers: this.buildAuthHeaders() });

    this.transport.onerror = (err) => {
      console.error('Stitch Transport Error:', err);
      this.isConnected = false;
    };

    await this.client.connect(this.transport);
    this.isConnected = true;
  }

  async callTool(name: string, args: Record<string, unknown>): Promise<unknown> {
    if (!this.isConnected) await this.connect();

    const result = await this.client.callTool({ name, arguments: args });
    if (result.isError) throw new Error(`Tool Call Failed [${name}]`);
    return result.content;
  }

  async close() {
    if (this.isConnected) {
      await this.client.close();
      this.isConnected = false;
    }
  }
}
