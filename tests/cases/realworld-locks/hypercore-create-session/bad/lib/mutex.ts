export class Mutex {
  locked = false;
  destroyed = false;

  private _queue: [(value?: unknown) => void, (error: Error) => void][] = [];
  private _enqueue = (resolve: (value?: unknown) => void, reject: (error: Error) => void) => this._queue.push([resolve, reject]);

  lock(): Promise<unknown> {
    if (this.destroyed) return Promise.reject(new Error('Mutex has been destroyed'));
    if (this.locked) return new Promise(this._enqueue);
    this.locked = true;
    return Promise.resolve();
  }

  unlock() {
    if (!this._queue.length) {
      this.locked = false;
      return;
    }
    this._queue.shift()![0]();
  }
}
