export class Mutex {
  locked = false;
  private _queue: (() => void)[] = [];

  lock(): Promise<void> {
    if (this.locked) return new Promise((resolve) => this._queue.push(resolve));
    this.locked = true;
    return Promise.resolve();
  }

  unlock(): void {
    const next = this._queue.shift();
    if (next) next();
    else this.locked = false;
  }
}
