import type { Connection, Logger, Versions } from './connection.js';

export class SASLAuthenticator {
  constructor(private connection: Connection, private logger: Logger, private versions: Versions) {}

  async authenticate(): Promise<void> {
    this.logger.debug(`Authenticate with ${this.connection.sasl?.mechanism} ${this.versions[17]}`);
    await this.connection.send('SaslHandshake');
    await this.connection.send('SaslAuthenticate');
  }
}
