import { Mutex } from 'async-mutex';
import { Audit } from './audit.js';

export class Store {
  readonly #gate = new Mutex();
  readonly #rows = new Map<string, string>();
  readonly #audit = new Audit(this);

  put(key: string, value: string): Promise<void> {
    return this.#gate.runExclusive(async () => {
      this.#rows.set(key, value);
    });
  }

  async remove(key: string): Promise<void> {
    await this.#gate.runExclusive(async () => {
      this.#rows.delete(key);
    });
    await this.#audit.removed(key);
  }
}
