import { Mutex } from 'async-mutex';
import type { Valve } from './valve.js';

export class Thermostat {
  readonly #turning = new Mutex();
  #level = 0;

  constructor(private readonly valve: Valve) {}

  async warmer(by: number): Promise<void> {
    await this.#turning.runExclusive(async () => {
      const before = this.#level;
      await this.valve.turn(before + by);
      this.#level = before + by;
    });
  }

  async colder(by: number): Promise<void> {
    const done = await this.#turning.acquire();
    try {
      const before = this.#level;
      await this.valve.turn(before - by);
      this.#level = before - by;
    } finally {
      done();
    }
  }

  off(): void {
    this.#level = 0;
  }
}
