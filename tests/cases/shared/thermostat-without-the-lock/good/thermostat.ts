import { Mutex } from 'async-mutex';
import type { Valve } from './valve.js';

export class Thermostat {
  readonly #turning = new Mutex();
  #level = 0;

  constructor(private readonly valve: Valve) {}

  async warmer(by: number): Promise<void> {
    await this.#turning.runExclusive(() => this.#turn(by));
  }

  async colder(by: number): Promise<void> {
    const done = await this.#turning.acquire();
    try {
      await this.#turn(-by);
    } finally {
      done();
    }
  }

  async off(): Promise<void> {
    await this.#turning.runExclusive(() => {
      this.#level = 0;
    });
  }

  get shown(): string {
    return `${this.#level}`;
  }

  async #turn(by: number): Promise<void> {
    const before = this.#level;
    await this.valve.turn(before + by);
    this.#level = before + by;
  }
}
