/**
 * A simple fixed-capacity lock with fifo waiters.
 */
export class Mutex {
  private held = false;
  private waiters: (() => void)[] = [];

  async acquire(): Promise<() => void> {
    if (this.held) {
      await new Promise<void>((resolve) => this.waiters.push(resolve));
    }
    this.held = true;

    let released = false;
    return () => {
      if (released) return;
      released = true;
      const next = this.waiters.shift();
      if (next) {
        next();
      } else {
        this.held = false;
      }
    };
  }

  async runExclusive<T>(fn: () => Promise<T>): Promise<T> {
    const returnMutex = await this.acquire();
    try {
      return await fn();
    } finally {
      returnMutex();
    }
  }
}
