import { Connection } from './connection.js';
import { activeRegion } from './config.js';

const hasMoved = (connection: Connection): boolean => connection.region !== activeRegion();

export class Worker {
  #connection = new Connection(activeRegion());

  async work(job: (connection: Connection) => Promise<void>): Promise<void> {
    if (hasMoved(this.#connection)) this.#connection = new Connection(activeRegion());
    await job(this.#connection);
  }
}
