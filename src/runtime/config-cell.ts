// Configuration as snapshots: frozen, numbered, replaced in one step. What has changed is told by number, never by
// comparing values that somebody else writes.

import { enterSection, innermostSection, leaveSection, type Section, sectionsAround } from './held-sections.js';
import { observer } from './observer.js';

/** A configuration that never changes, and its number. */
export interface Snapshot<T> {
  readonly value: T;
  /** From 1 on; it grows with every switch, also to an equal value. */
  readonly version: number;
}

interface Pin<T> extends Section {
  readonly snapshot: Snapshot<T>;
}

/**
 * A configuration that can be switched while others use it. When not to use it, and its numbered promises:
 * docs/runtime/config-cell.md.
 *
 * @example
 * const mode = new ConfigCell({ database: 'primary', readOnly: false });
 * mode.switchTo({ database: 'replica', readOnly: true });
 */
export class ConfigCell<T> {
  #latest: Snapshot<T>;
  readonly #subscribers = new Set<() => void>();

  /**
   * @param value plain data: objects, arrays and primitives; a copy of it is kept
   * @throws TypeError for anything else, saying where, because it could not be frozen
   */
  constructor(value: T) {
    this.#latest = snapshotOf(value, 1);
  }

  /** The snapshot that the calling code is pinned to, or else the latest. */
  get current(): Snapshot<T> {
    for (const section of sectionsAround()) {
      if (section.of === this) return (section as Pin<T>).snapshot;
    }
    return this.#latest;
  }

  /** The latest snapshot, whatever the calling code is pinned to. */
  get latest(): Snapshot<T> {
    return this.#latest;
  }

  /** Makes a copy of `value` the latest, in one step. Throws as the constructor, and then changes nothing. */
  switchTo(value: T): Snapshot<T> {
    this.#latest = snapshotOf(value, this.#latest.version + 1);
    const snapshot = this.#latest;
    for (const listener of [...this.#subscribers]) listener();
    observer?.tell('switch', () => ({ version: snapshot.version }));
    return snapshot;
  }

  /** Whether there was a switch after the version that the caller has seen last; undefined: it has never seen any. */
  changedSince(seen: number | undefined): boolean {
    return seen === undefined || seen < this.#latest.version;
  }

  /**
   * Runs `fn` with one snapshot for its whole length: `current` answers it to the code that `fn` calls. After an await
   * that takes AsyncLocalStorage; where the platform has none, hand on the parameter.
   */
  async pin<R>(fn: (snapshot: Snapshot<T>) => R | PromiseLike<R>): Promise<R> {
    const snapshot = this.current;
    const pin: Pin<T> = { of: this, weight: 0, outer: innermostSection(), held: true, snapshot };
    try {
      return await enterSection(pin, undefined, () => fn(snapshot));
    } finally {
      leaveSection(pin);
    }
  }

  /** Calls `listener` in the same step as each switch, after it; it must not throw. Returns how to stop that. */
  subscribe(listener: () => void): () => void {
    this.#subscribers.add(listener);
    return () => void this.#subscribers.delete(listener);
  }
}

function snapshotOf<T>(value: T, version: number): Snapshot<T> {
  return Object.freeze({ value: frozenCopy(value, 'value', new Map()) as T, version });
}

function frozenCopy(value: unknown, path: string, copies: Map<object, object>): unknown {
  if (typeof value === 'function') throw new TypeError(`${path}: a function is not plain data`);
  if (typeof value !== 'object' || value === null) return value;
  const known = copies.get(value);
  if (known !== undefined) return known;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (!Array.isArray(value) && prototype !== Object.prototype && prototype !== null) {
    throw new TypeError(`${path}: only plain objects and arrays can be frozen`);
  }
  const copy: object = Array.isArray(value) ? [] : (Object.create(prototype as object | null) as object);
  copies.set(value, copy);
  for (const key of Reflect.ownKeys(value)) {
    if (Array.isArray(value) && key === 'length') continue;
    const part = frozenCopy(Reflect.get(value, key), `${path}.${String(key)}`, copies);
    Object.defineProperty(copy, key, { value: part, enumerable: true });
  }
  if (Array.isArray(value)) (copy as unknown[]).length = value.length;
  return Object.freeze(copy);
}
