import { Mutex } from 'async-mutex';
import { Archive } from './archive.js';

export class Reports {
  readonly #lock = new Mutex();
  readonly #archive = new Archive();

  async read(name: string): Promise<string> {
    const release = await this.#lock.acquire();
    try {
      if (name === '') return '';
      return this.#archive.load(name);
    } finally {
      release();
    }
  }
}
