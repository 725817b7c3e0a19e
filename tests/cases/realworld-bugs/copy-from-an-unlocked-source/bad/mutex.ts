export class Mutex {
  private locked = false;
  private readonly waiting: { resolve: () => void; reject: (e: Error) => void }[] = [];
  private destroyed: Error | null = null;

  lock(): Promise<void> {
    if (this.destroyed) return Promise.reject(this.destroyed);
    if (!this.locked) {
      this.locked = true;
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => this.waiting.push({ resolve, reject }));
  }

  unlock(): void {
    const next = this.waiting.shift();
    if (next) next.resolve();
    else this.locked = false;
  }

  destroy(err: Error): void {
    this.destroyed = err;
    for (const { reject } of this.waiting.splice(0)) reject(err);
  }
}
