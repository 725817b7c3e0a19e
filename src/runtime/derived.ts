// Resources made from configuration: each knows the snapshot that it was made from, and goes when that is no longer the
// latest and its last user has let go.

import { onAbort } from './abort-listeners.js';
import { alarm, type Clock, systemClock } from './clock.js';
import type { ConfigCell, Snapshot } from './config-cell.js';
import { DerivedClosedError, DrainTimeoutError } from './errors.js';
import { dispose } from './lease.js';

export interface DerivedOptions {
  /** What errors call it; by default `derived`. */
  readonly name?: string | undefined;
  /** Told what `close` threw or rejected with; without it such an error is ignored. */
  readonly onCloseError?: ((error: unknown) => void) | undefined;
  readonly clock?: Clock | undefined;
}

/** A resource in use: `using lease = await connections.acquire()`. */
export interface ResourceLease<T, R> {
  readonly resource: R;
  /** What it was made from. */
  readonly snapshot: Snapshot<T>;
  /** Harmless when repeated. */
  release(): void;
  [Symbol.dispose](): void;
}

/** A resource that is not gone yet. */
export interface Remaining {
  readonly version: number;
  readonly state: 'opening' | 'open' | 'closing';
  /** How many use it. */
  readonly users: number;
}

interface Resource<T, R> {
  readonly snapshot: Snapshot<T>;
  state: 'opening' | 'open' | 'closing';
  users: number;
  opening: Promise<R>;
}

/**
 * One resource (a pool, a client) for the latest version of a configuration, opened when it is first wanted. When not to
 * use it, and its numbered promises: docs/runtime/config-cell.md.
 *
 * @param open makes the resource from a snapshot's value
 * @param close closes it, once; what it does with the time is waited for by `drained` and `close` alone
 *
 * @example
 * const pools = derived(mode, ({ url }) => new Pool({ connectionString: url }), end); // end: docs/runtime/config-cell.md
 * await pools.use((pool) => pool.query('SELECT 1'));
 */
export function derived<T, R>(
  cell: ConfigCell<T>,
  open: (value: T, snapshot: Snapshot<T>) => R | PromiseLike<R>,
  close: (resource: R) => unknown,
  options: DerivedOptions = {},
): Derived<T, R> {
  return new Derived(cell, open, close, options);
}

export class Derived<T, R> {
  readonly name: string;
  readonly #cell: ConfigCell<T>;
  readonly #open: (value: T, snapshot: Snapshot<T>) => R | PromiseLike<R>;
  readonly #close: (resource: R) => unknown;
  readonly #options: DerivedOptions;
  readonly #resources = new Set<Resource<T, R>>();
  /** Asked again whenever a resource is gone. */
  readonly #drains = new Set<() => void>();
  readonly #unsubscribe: () => void;
  #closed = false;

  constructor(
    cell: ConfigCell<T>,
    open: (value: T, snapshot: Snapshot<T>) => R | PromiseLike<R>,
    close: (resource: R) => unknown,
    options: DerivedOptions,
  ) {
    this.#cell = cell;
    this.#open = open;
    this.#close = close;
    this.#options = options;
    this.name = options.name ?? 'derived';
    this.#unsubscribe = cell.subscribe(() => this.#closeUnused());
  }

  /** All that are not gone yet, the latest included. */
  get remaining(): readonly Remaining[] {
    return [...this.#resources].map(({ snapshot, state, users }) => ({ version: snapshot.version, state, users }));
  }

  /** Runs `fn` with the resource of the latest snapshot, which is not closed before it has ended. Throws as `acquire`. */
  async use<U>(fn: (resource: R, snapshot: Snapshot<T>) => U | PromiseLike<U>): Promise<U> {
    const lease = await this.acquire();
    try {
      return await fn(lease.resource, lease.snapshot);
    } finally {
      lease.release();
    }
  }

  /**
   * The resource of the snapshot that is the latest at the moment of its return. One whose opening was overtaken by a
   * switch is closed, and that of the next snapshot waited for.
   *
   * Cancel safety: it cannot be aborted; a lease that comes must be released.
   *
   * @throws what `open` threw, unless a switch came in between; `DerivedClosedError`
   */
  async acquire(): Promise<ResourceLease<T, R>> {
    for (;;) {
      if (this.#closed) throw new DerivedClosedError(this.name);
      const resource = this.#latest();
      // Counted from here on, so that it is not closed between its opening and its first use.
      resource.users += 1;
      let opened: R;
      try {
        opened = await resource.opening;
      } catch (error) {
        if (this.#isLatest(resource)) throw error;
        continue;
      }
      if (this.#isLatest(resource) && !this.#closed) return this.#lease(resource, opened);
      this.#letGo(resource);
    }
  }

  /**
   * Resolves when no resource of a version older than `version` is left, those that are opening or closing included.
   *
   * Cancel safety: an abort rejects at once with the signal's reason; nothing else changes.
   *
   * @param version by default the latest
   * @throws `DrainTimeoutError`, which lists what is left, after `timeout` milliseconds; the signal's reason
   */
  drained(
    version: number = this.#cell.latest.version,
    options: { readonly timeout?: number | undefined; readonly signal?: AbortSignal | undefined } = {},
  ): Promise<void> {
    const { timeout = Infinity, signal } = options;
    const left = (): readonly Remaining[] => this.remaining.filter((resource) => resource.version < version);
    if (signal?.aborted) return Promise.reject(signal.reason);
    if (left().length === 0) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const end = (): void => {
        this.#drains.delete(look);
        cancel();
        stopListening();
      };
      const look = (): void => {
        if (left().length > 0) return;
        end();
        resolve();
      };
      const cancel = alarm(this.#options.clock ?? systemClock, timeout, () => {
        end();
        reject(new DrainTimeoutError(this.name, timeout, left()));
      });
      const stopListening = onAbort(signal, (reason) => {
        end();
        reject(reason);
      });
      this.#drains.add(look);
    });
  }

  /** Ends all use: nothing new begins. Resolves when every resource is closed; its users are waited for. */
  close(): Promise<void> {
    this.#closed = true;
    this.#unsubscribe();
    this.#closeUnused();
    return this.drained(Infinity);
  }

  #isLatest({ snapshot }: Resource<T, R>): boolean {
    return snapshot === this.#cell.latest;
  }

  #latest(): Resource<T, R> {
    for (const resource of this.#resources) {
      if (this.#isLatest(resource)) return resource;
    }
    const snapshot = this.#cell.latest;
    const opening = (async () => this.#open(snapshot.value, snapshot))();
    const resource: Resource<T, R> = { snapshot, state: 'opening', users: 0, opening };
    this.#resources.add(resource);
    opening.then(
      () => {
        resource.state = 'open';
        this.#closeUnused();
      },
      () => this.#gone(resource),
    );
    return resource;
  }

  #lease(resource: Resource<T, R>, opened: R): ResourceLease<T, R> {
    let held = true;
    const release = (): void => {
      if (!held) return;
      held = false;
      this.#letGo(resource);
    };
    return { resource: opened, snapshot: resource.snapshot, release, [dispose]: release };
  }

  #letGo(resource: Resource<T, R>): void {
    resource.users -= 1;
    this.#closeUnused();
  }

  /** Closes what is open, not the latest, and used by nobody. */
  #closeUnused(): void {
    for (const resource of this.#resources) {
      if (resource.state !== 'open' || resource.users > 0 || (this.#isLatest(resource) && !this.#closed)) continue;
      resource.state = 'closing';
      void this.#end(resource);
    }
  }

  async #end(resource: Resource<T, R>): Promise<void> {
    try {
      await this.#close(await resource.opening);
    } catch (error) {
      this.#options.onCloseError?.(error);
    } finally {
      this.#gone(resource);
    }
  }

  #gone(resource: Resource<T, R>): void {
    this.#resources.delete(resource);
    for (const look of [...this.#drains]) look();
  }
}
