export class AsyncMutex {
  #acquired = false;
  readonly #queue: (() => void)[] = [];

  public async exclusiveRun<ReturnT>(f: () => Promise<ReturnT>): Promise<ReturnT> {
    await this.#acquire();
    try {
      return await f();
    } finally {
      this.#release();
    }
  }

  async #acquire(): Promise<void> {
    if (!this.#acquired) {
      this.#acquired = true;
      return;
    }
    return new Promise<void>((resolve) => this.#queue.push(resolve));
  }

  #release(): void {
    const next = this.#queue.shift();
    if (next !== undefined) {
      next();
    } else {
      this.#acquired = false;
    }
  }
}
