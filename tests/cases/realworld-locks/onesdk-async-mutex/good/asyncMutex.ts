/** Async mutex allows us to synchronize multiple async tasks. */
export class AsyncMutex<T> {
  /** Promise to be awaited to synchronize between tasks. */
  private condvar: Promise<void>;
  /** Indicator of whether the mutex is currently locked. */
  private isLocked: boolean;
  private value: T;

  constructor(value: T) {
    this.condvar = Promise.resolve();
    this.isLocked = false;
    this.value = value;
  }

  /**
   * Get the protected value without respecting the lock.
   */
  get unsafeValue(): T {
    return this.value;
  }

  public async withLock<R>(fn: (value: T) => Promise<R>): Promise<R> {
    do {
      await this.condvar;
    } while (this.isLocked);

    this.isLocked = true;
    let notify: () => void;
    this.condvar = new Promise((resolve) => { notify = resolve; });

    try {
      return await fn(this.value);
    } finally {
      this.isLocked = false;
      notify!();
    }
  }
}
