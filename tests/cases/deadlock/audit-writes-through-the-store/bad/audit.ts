import type { Store } from './store.js';

export class Audit {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  async removed(key: string): Promise<void> {
    await this.#note(`removed ${key}`);
  }

  async #note(text: string): Promise<void> {
    await this.#store.put(`audit:${text}`, text);
  }
}
