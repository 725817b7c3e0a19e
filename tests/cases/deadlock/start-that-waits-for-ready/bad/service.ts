import { plugIns } from './plug-ins.js';

export class Service {
  #started: Promise<void> | undefined;
  readonly #names = new Set<string>();

  start(): Promise<void> {
    this.#started ??= this.#begin();
    return this.#started;
  }

  async register(name: string): Promise<void> {
    await this.start();
    this.#names.add(name);
  }

  async #begin(): Promise<void> {
    await Promise.resolve();
    for (const plugIn of plugIns) await plugIn.install(this);
  }
}
