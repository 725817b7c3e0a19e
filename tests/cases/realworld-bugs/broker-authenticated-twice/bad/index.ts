import { SASLAuthenticator } from './saslAuthenticator.js';
import type { Connection, Logger, Versions } from './connection.js';

export class Broker {
  connection: Connection;
  rootLogger: Logger;
  versions: Versions | null;
  authenticated = false;
  lookupRequest: (apiKey: number) => string = () => {
    throw new Error('Broker not connected');
  };

  constructor({ connection, logger, versions = null }: { connection: Connection; logger: Logger; versions?: Versions | null }) {
    this.connection = connection;
    this.rootLogger = logger;
    this.versions = versions;
  }

  isConnected(): boolean {
    const { connected, sasl } = this.connection;
    return sasl ? connected && this.authenticated : connected;
  }

  async connect(): Promise<void> {
    this.authenticated = false;
    await this.connection.connect();

    if (!this.versions) {
      this.versions = await this.apiVersions();
    }

    const versions = this.versions;
    this.lookupRequest = (apiKey) => `${apiKey}:${versions[apiKey]}`;

    if (!this.authenticated && this.connection.sasl) {
      await new SASLAuthenticator(this.connection, this.rootLogger, this.versions).authenticate();
      this.authenticated = true;
    }
  }

  async disconnect(): Promise<void> {
    this.authenticated = false;
    await this.connection.disconnect();
  }

  async apiVersions(): Promise<Versions> {
    return this.connection.send<Versions>('ApiVersions');
  }
}
