// What holding a lock is: an object that can give it back, once. A lock itself has no release, so there is no way to
// release a lock that somebody else holds.

import { NotHeldError } from './errors.js';
import { innermostSection, inside, outlived, type Section } from './held-sections.js';
import type { LeaseQueue } from './lease-queue.js';

// Safari and older engines have no Symbol.dispose. The fallback is the symbol that esbuild and Babel put into code
// compiled for them, so `using` works there too; nothing global is touched.
export const dispose: typeof Symbol.dispose = Symbol.dispose ?? Symbol.for('Symbol.dispose');
// `await using` takes this one where there is no other.
const asyncDispose: typeof Symbol.asyncDispose = Symbol.asyncDispose ?? (dispose as symbol);

/**
 * A lock that is held, until `release()` or the end of a `using` block, whichever comes first. It belongs to one grant:
 * after its release it can never free a later holder.
 */
export interface Lease {
  /** True until it is released. */
  readonly held: boolean;
  /** How many permits it holds: 1 of a mutex. */
  readonly weight: number;
  /** Aborted when the lock is lost while held. A lock inside one process cannot be lost, and its signal never aborts. */
  readonly signal: AbortSignal;
  /** @throws `NotHeldError` when it has been released */
  assertHeld(): void;
  /** Gives the lock back and, in the same step, hands it to the first in the queue. Harmless when repeated. */
  release(): void;
  /** `release()`, for `using lease = await lock.acquire()`. */
  [Symbol.dispose](): void;
  /** `release()`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void>;
}

// The lease of a section that has ended, for the next. A new one is not only one more object for each section: that it is
// new is what costs, when an old variable is made to point to it (a write barrier of the engine's collector).
let spare: LocalLease | undefined;

/** A lease for permits that have been taken just now. */
export function leaseOf(queue: LeaseQueue, weight: number): LocalLease {
  const lease = spare ?? new LocalLease();
  spare = undefined;
  lease.of = queue;
  lease.weight = weight;
  lease.held = true;
  return lease;
}

/** A lease on a lock of this process, and the section that runs under it where there is one. */
export class LocalLease implements Lease, Section {
  /** Where it was taken, of one that was taken while lockdep was on. */
  declare readonly taken?: Error;
  declare readonly lock?: string;
  declare of: LeaseQueue;
  declare weight: number;
  declare held: boolean;
  declare outer: Section | undefined;
  #signal: AbortSignal | undefined;

  /** Made when somebody asks for it: nearly nobody does. */
  get signal(): AbortSignal {
    return (this.#signal ??= new AbortController().signal);
  }

  assertHeld(): void {
    if (!this.held) throw new NotHeldError(this.of.name);
  }

  release(): void {
    if (!this.held) return;
    this.held = false;
    this.of.release(this.weight);
  }

  /** Runs a section under it. */
  run<R>(fn: () => R): R {
    this.outer = innermostSection();
    return inside(this, fn);
  }

  /** Releases it at the end of a section, which nobody but the section has had it for. */
  end(): void {
    this.release();
    // eslint-disable-next-line @typescript-eslint/no-this-alias -- kept, not captured
    if (!outlived) spare = this;
  }

  [dispose](): void {
    this.release();
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- the shortest way to answer with a promise, errors included
  async [asyncDispose](): Promise<void> {
    this.release();
  }
}
