import type { Lamp } from './lamp.js';
import { warmUp } from './warm-up.js';

export class Projector {
  #lamp: Lamp | undefined;

  insert(lamp: Lamp): void {
    this.#lamp = lamp;
  }

  async show(picture: string): Promise<void> {
    await warmUp(picture);
    if (!this.#lamp) throw new Error('no lamp');
    this.#lamp.shine(picture);
  }

  remove(): void {
    this.#lamp?.off();
    this.#lamp = undefined;
  }
}
