export class Deferred<T> {
  promise: Promise<T>;
  fulfill!: (value: T) => void;
  reject!: (error: unknown) => void;
  constructor() {
    this.promise = new Promise<T>((resolve, reject) => {
      this.fulfill = resolve;
      this.reject = reject;
    });
  }
}
