export class Subscription<T> {
  readonly #queue: T[] = [];
  readonly #cleanup: (unconsumed: T[], err?: Error) => void;
  constructor(options: { cleanup: (unconsumed: T[], err?: Error) => void }) { this.#cleanup = options.cleanup; }
  push(value: T): void { this.#queue.push(value); }
  cancel(): void { this.#cleanup(this.#queue); }
  fail(err: Error): void { this.#cleanup(this.#queue, err); }
}

export class ClientHandler {
  constructor(readonly clientID: string, readonly wsID: string, readonly downstream: Subscription<string>) {}
  version(): number { return 0; }
  poke(patch: string): void { this.downstream.push(patch); }
  close(): void { this.downstream.cancel(); }
}
