type Waiter = { predicate: () => boolean; resolve: () => void };
const waiters = new Set<Waiter>();

/** Resolves as soon as the predicate holds. */
export function condition(predicate: () => boolean): Promise<void> {
  if (predicate()) return Promise.resolve();
  return new Promise((resolve) => waiters.add({ predicate, resolve }));
}

export function activate(): void {
  for (const waiter of waiters) {
    if (waiter.predicate()) {
      waiters.delete(waiter);
      waiter.resolve();
    }
  }
}

export class ApplicationFailure extends Error {
  constructor(message: string, readonly type: string) { super(message); }
}
