/** A connection to one of the databases. */
export interface Connection {
  query(): Promise<string>;
  close(): Promise<void>;
}

/** The database servers, which know who is connected to them. */
export class Servers {
  readonly #open: string[] = [];

  /** @param address as in `postgres://web@primary/site` */
  async connect(address: string): Promise<Connection> {
    const database = new URL(address).hostname;
    await Promise.resolve();
    this.#open.push(database);
    return {
      query: async () => `answered by the ${database}`,
      close: async () => void this.#open.splice(this.#open.indexOf(database), 1),
    };
  }

  connectionsTo(database: string): number {
    return this.#open.filter((open) => open === database).length;
  }
}
