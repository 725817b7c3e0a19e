// A shared value that is replaced as a whole and is never missing: readers keep what they have, and one task loads.

import { onAbort } from './abort-listeners.js';
import { AwaitedInsideLoadError, NotLoadedError, RefClosedError } from './errors.js';
import { enterSection, innermostSection, leaveSection, type Section, sectionsAround } from './held-sections.js';
import { dispose } from './lease.js';
import { observer } from './observer.js';

/** What a loader is told. */
export interface LoadContext {
  /** Aborted when nobody waits for this load any more, and when the reference is closed. What it gives is then disposed. */
  readonly signal: AbortSignal;
}

export interface SharedRefOptions<T> {
  /** What errors call the reference; by default `shared-ref`. */
  readonly name?: string | undefined;
  /** Called once for each instance that is no longer used; it may be asynchronous. Without it nothing is disposed. */
  readonly dispose?: ((value: T) => unknown) | undefined;
  /** Told what `dispose` threw or rejected with; without it such an error is ignored. */
  readonly onDisposeError?: ((error: unknown) => void) | undefined;
  /** Told what a subscriber threw; without it such an error is ignored. */
  readonly onSubscriberError?: ((error: unknown) => void) | undefined;
}

/** A value that is not disposed while this is held: `using lease = ref.lease()`. */
export interface ValueLease<T> {
  readonly value: T;
  /** Which replacement made the value current, from 1 on. */
  readonly generation: number;
  /** Harmless when repeated. */
  release(): void;
  [Symbol.dispose](): void;
}

/** One value, however often it was loaded. */
interface Instance<T> {
  readonly value: T;
  leases: number;
  /** Out of use; goes when its last lease does. */
  retired: boolean;
}

interface Waiter<T> {
  readonly resolve: (value: T) => void;
  readonly reject: (error: unknown) => void;
}

/** One call of the loader, running or to come, and those who wait for it. */
interface Load<T> {
  readonly waiters: Set<Waiter<T>>;
  readonly abort: AbortController;
}

/**
 * A value that is loaded once and replaced as a whole. Readers never see it missing: they have the old one until the new
 * one is complete, and an old one is disposed after its last user. When not to use it, and its numbered promises:
 * docs/runtime/shared-ref.md.
 *
 * @example
 * const backend = new SharedRef(() => connect(settings), { dispose: (client) => client.close() });
 * await backend.ready();
 * await backend.use((client) => client.get('key'));
 */
export class SharedRef<T> {
  readonly name: string;
  readonly #loader: (context: LoadContext) => T | PromiseLike<T>;
  readonly #options: SharedRefOptions<T>;
  readonly #subscribers = new Set<(generation: number) => unknown>();
  /** All that are not disposed: the current one, and retired ones with leases. */
  readonly #instances = new Set<Instance<T>>();
  readonly #disposals = new Set<Promise<void>>();
  #current: Instance<T> | undefined;
  #generation = 0;
  #running: Load<T> | undefined;
  #queued: Load<T> | undefined;
  #closing: Promise<void> | undefined;
  #atRest: (() => void) | undefined;

  /** @param load makes a new instance; it is called for each reload, never twice at once */
  constructor(load: (context: LoadContext) => T | PromiseLike<T>, options: SharedRefOptions<T> = {}) {
    this.#loader = load;
    this.#options = options;
    this.name = options.name ?? 'shared-ref';
  }

  /** How often a value was made current: 0 before the first load. It only grows. */
  get generation(): number {
    return this.#generation;
  }

  /**
   * The current value. It may be disposed after the next await: to use it across one, take `use` or `lease`.
   *
   * @throws `NotLoadedError` before the first load has succeeded, `RefClosedError` after `close`
   */
  get(): T {
    return this.#instance().value;
  }

  /** Keeps the current value from being disposed until it is released. Throws as `get`. */
  lease(): ValueLease<T> {
    const instance = this.#instance();
    const generation = this.#generation;
    instance.leases += 1;
    let held = true;
    const release = (): void => {
      if (!held) return;
      held = false;
      instance.leases -= 1;
      this.#settle(instance);
    };
    return { value: instance.value, generation, release, [dispose]: release };
  }

  /** Runs `fn` with the current value, which is not disposed before it has ended. */
  async use<R>(fn: (value: T, generation: number) => R | PromiseLike<R>): Promise<R> {
    const lease = this.lease();
    try {
      return await fn(lease.value, lease.generation);
    } finally {
      lease.release();
    }
  }

  /**
   * Resolves to the current value, and loads it first where there is none; several callers share one load.
   *
   * Cancel safety: as `reload`.
   */
  ready(options?: { readonly signal?: AbortSignal | undefined }): Promise<T> {
    return this.reloadIf(0, options);
  }

  /**
   * Resolves to an instance whose load started after this call. While one load runs, all who ask share the next.
   *
   * Cancel safety: an abort rejects at once with the signal's reason. The load goes on for others; when none is left, its
   * own signal is aborted, and what it gives all the same is disposed, not published.
   *
   * @throws what the loader threw, the same for all who shared the load: the old instance then stays current;
   *   `AwaitedInsideLoadError` where the loader itself awaits it; `RefClosedError`; the signal's reason
   */
  reload(options: { readonly signal?: AbortSignal | undefined } = {}): Promise<T> {
    const { signal } = options;
    try {
      this.#assertOpen();
      signal?.throwIfAborted();
    } catch (error) {
      return Promise.reject(error);
    }
    if (this.#running === undefined) return this.#join(this.#start(), signal);
    this.#queued ??= newLoad();
    const around = sectionsAround(signal).find(({ of }) => of === this);
    const next = this.#join(this.#queued, signal);
    return around === undefined ? next : this.#unlessAwaitedInside(around, next);
  }

  /**
   * Reloads only if nothing newer than `seen` is current; where a load runs already, that one is waited for. So of many
   * tasks that found the same generation wanting, exactly one loads.
   */
  reloadIf(seen: number, options: { readonly signal?: AbortSignal | undefined } = {}): Promise<T> {
    const { signal } = options;
    try {
      this.#assertOpen();
      signal?.throwIfAborted();
    } catch (error) {
      return Promise.reject(error);
    }
    if (this.#current !== undefined && this.#generation > seen) return Promise.resolve(this.#current.value);
    const running = this.#running;
    const inside = sectionsAround(signal).some(({ of }) => of === this);
    if (running === undefined || running.abort.signal.aborted || inside) return this.reload(options);
    return this.#join(running, signal);
  }

  /** Calls `listener` after each replacement, with nothing held; returns how to stop that. */
  subscribe(listener: (generation: number) => unknown): () => void {
    this.#subscribers.add(listener);
    return () => void this.#subscribers.delete(listener);
  }

  /**
   * Ends all use: nothing new begins, those who wait for a load are rejected with `RefClosedError`, a running load is
   * aborted. Resolves when the last lease is released and everything disposed. Harmless when repeated.
   */
  close(): Promise<void> {
    if (this.#closing !== undefined) return this.#closing;
    this.#closing = new Promise<void>((resolve) => (this.#atRest = resolve)).then(async () => {
      await Promise.all(this.#disposals);
    });
    this.#subscribers.clear();
    for (const load of [this.#running, this.#queued]) {
      if (load === undefined) continue;
      const error = new RefClosedError(this.name);
      load.abort.abort(error);
      for (const waiter of load.waiters) waiter.reject(error);
    }
    this.#queued = undefined;
    if (this.#current !== undefined) this.#retire(this.#current);
    this.#restIfDone();
    return this.#closing;
  }

  #assertOpen(): void {
    if (this.#closing !== undefined) throw new RefClosedError(this.name);
  }

  #instance(): Instance<T> {
    this.#assertOpen();
    if (this.#current === undefined) throw new NotLoadedError(this.name);
    return this.#current;
  }

  #start(load = newLoad<T>()): Load<T> {
    this.#running = load;
    const { signal } = load.abort;
    const section: Section = { of: this, weight: 1, outer: innermostSection(), held: true };
    const work = (async () => enterSection(section, signal, () => this.#loader({ signal })))();
    work
      .finally(() => leaveSection(section))
      .then(
        (value) => this.#loaded(load, value),
        (error: unknown) => this.#failed(load, error),
      );
    return load;
  }

  #loaded(load: Load<T>, value: T): void {
    const known = [...this.#instances].find((instance) => instance.value === value);
    const instance = known ?? { value, leases: 0, retired: true };
    this.#instances.add(instance);
    this.#running = undefined;
    if (load.abort.signal.aborted) {
      this.#settle(instance);
      this.#next();
      return;
    }
    // The swap: value and generation in one step, and nothing of users between.
    const old = this.#current;
    instance.retired = false;
    this.#current = instance;
    this.#generation += 1;
    for (const waiter of load.waiters) waiter.resolve(value);
    this.#next();
    if (old !== undefined && old !== instance) this.#retire(old);
    observer?.tell('reload', () => ({ ref: this.name, generation: this.#generation }));
    this.#tell(this.#generation);
  }

  #failed(load: Load<T>, error: unknown): void {
    this.#running = undefined;
    for (const waiter of load.waiters) waiter.reject(error);
    this.#next();
  }

  #next(): void {
    const next = this.#queued;
    this.#queued = undefined;
    if (next !== undefined) this.#start(next);
    this.#restIfDone();
  }

  #tell(generation: number): void {
    for (const listener of [...this.#subscribers]) {
      try {
        listener(generation);
      } catch (error) {
        this.#options.onSubscriberError?.(error);
      }
    }
  }

  #join(load: Load<T>, signal: AbortSignal | undefined): Promise<T> {
    return new Promise((resolve, reject) => {
      const waiter: Waiter<T> = {
        resolve: (value) => (leave(), resolve(value)),
        reject: (error) => (leave(), reject(error)),
      };
      const leave = (): void => {
        stopListening();
        load.waiters.delete(waiter);
      };
      const stopListening = onAbort(signal, (reason) => {
        waiter.reject(reason);
        if (load.waiters.size > 0) return;
        if (this.#queued === load) this.#queued = undefined;
        else load.abort.abort(reason);
      });
      load.waiters.add(waiter);
    });
  }

  /** The load that asked for the next one would wait for itself, if it awaited that before its own end. */
  #unlessAwaitedInside(load: Section, next: Promise<T>): Promise<T> {
    next.catch(() => {});
    const seen = (): Promise<T> => (load.held ? Promise.reject(new AwaitedInsideLoadError(this.name)) : next);
    return {
      then: (onValue, onError) => seen().then(onValue, onError),
      catch: (onError) => seen().catch(onError),
      finally: (onEnd) => seen().finally(onEnd),
      [Symbol.toStringTag]: 'Promise',
    };
  }

  #retire(instance: Instance<T>): void {
    instance.retired = true;
    this.#settle(instance);
  }

  /** Disposes an instance that is out of use, once. */
  #settle(instance: Instance<T>): void {
    if (!instance.retired || instance.leases > 0 || !this.#instances.delete(instance)) return;
    const disposal: Promise<void> = (async () => {
      try {
        await this.#options.dispose?.(instance.value);
      } catch (error) {
        this.#options.onDisposeError?.(error);
      }
    })().catch(() => {}).finally(() => this.#disposals.delete(disposal));
    this.#disposals.add(disposal);
    this.#restIfDone();
  }

  #restIfDone(): void {
    if (this.#running === undefined && this.#instances.size === 0) this.#atRest?.();
  }
}

function newLoad<T>(): Load<T> {
  return { waiters: new Set(), abort: new AbortController() };
}
