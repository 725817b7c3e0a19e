import type { Connection, Servers } from '../server.js';
import { mainHost } from './config.js';

/** The database of the site, which all workers share. */
export class Database {
  address = '';

  constructor(private readonly servers: Servers) {}

  async connect(): Promise<Connection> {
    this.address = `postgres://web@${mainHost()}/site`;
    return this.servers.connect(this.address);
  }
}
