/** Async mutex allows us to synchronize multiple async tasks. */
export class AsyncMutex<T> {
  private promise: Promise<void>;
  private resolve: () => void;
  private value: T;

  constructor(value: T) {
    this.promise = Promise.resolve();
    this.resolve = () => { };
    this.value = value;
  }

  /**
   * Get the protected value without respecting the lock.
   */
  get unsafeValue(): T {
    return this.value;
  }

  public async withLock<R>(fn: (value: T) => Promise<R>): Promise<R> {
    await this.promise;
    this.promise = new Promise((resolve) => { this.resolve = resolve; });

    const result = await fn(this.value);

    this.resolve();

    return result;
  }
}
