import type { Connection } from '../server.js';
import { mainHost } from './config.js';
import type { Database } from './database.js';

/** Serves one request after the other, over a connection of its own. */
export class Worker {
  private constructor(
    private readonly database: Database,
    private readonly connection: Connection,
  ) {}

  static async start(database: Database): Promise<Worker> {
    return new Worker(database, await database.connect());
  }

  /** Before each request: whoever is connected to what is no longer the main database connects anew. */
  async upToDate(): Promise<Worker> {
    if (this.database.address !== `postgres://web@${mainHost()}/site`) {
      await this.connection.close();
      return Worker.start(this.database);
    }
    return this;
  }

  serve(): Promise<string> {
    return this.connection.query();
  }
}
