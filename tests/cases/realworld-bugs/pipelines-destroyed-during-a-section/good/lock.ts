export class Lock {
  #lockP: Promise<void> | null = null;

  async lock(): Promise<() => void> {
    const previous = this.#lockP;
    let release!: () => void;
    this.#lockP = new Promise<void>((resolve) => { release = resolve; });
    await previous;
    return release;
  }

  async withLock<R>(f: () => R | Promise<R>): Promise<R> {
    const release = await this.lock();
    try {
      return await f();
    } finally {
      release();
    }
  }
}
