export class Queue<T> {
  items: T[] = [];
  private waiting: (() => void)[] = [];

  async get(): Promise<T> {
    while (this.items.length === 0) {
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
    return this.items.shift()!;
  }

  async put(item: T) {
    this.items.push(item);
    this.waiting.shift()?.();
  }
}
