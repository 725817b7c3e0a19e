// What this package throws. Every error is a class of its own with a `code` that survives bundling, two copies of the
// package and a process boundary, and is a new object each time. An abort is not among them: it rejects with the
// signal's own reason.

/** What all errors of this package have in common. */
export abstract class LockError extends Error {
  /** Which error it is, as a stable string. */
  abstract readonly code: string;
  /** The name of the lock, as given to its constructor, or what kind of lock it is. */
  declare readonly lock: string;

  constructor(lock: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.lock = lock;
  }
}

/** Somebody who holds a lock that others wait for. */
export interface Holder {
  /** Where the lock was taken. */
  readonly stack: string;
  /** For how long it has been held, in milliseconds. */
  readonly duration: number;
}

/** The wait for a lock was longer than its `timeout`. The lock was not taken, and whoever holds it still does. */
export class LockTimeoutError extends LockError {
  override readonly name = 'LockTimeoutError';
  readonly code = 'LOCK_TIMEOUT';
  /** Who held the lock then, as far as lockdep or a listener on its events followed it; undefined where neither is there. */
  declare readonly holders?: readonly Holder[];
  /** The limit that was given, in milliseconds. */
  declare readonly timeout: number;
  /** How long the wait was by the lock's clock, in milliseconds. */
  declare readonly waited: number;
  /** How many others still waited when this one gave up. */
  declare readonly waiting: number;

  constructor(lock: string, timeout: number, waited: number, waiting: number) {
    super(lock, `${lock}: not acquired within ${timeout} ms`);
    this.timeout = timeout;
    this.waited = waited;
    this.waiting = waiting;
  }
}

/**
 * The lock was asked for by the very code that holds it, which would have waited for itself. It is thrown instead of
 * that wait, and only where it is known: see "Nested use" in docs/runtime/retry-with-lock.md.
 */
export class SelfDeadlockError extends LockError {
  override readonly name = 'SelfDeadlockError';
  readonly code = 'LOCK_SELF_DEADLOCK';

  /** @param options with lockdep on, `cause` says where the lock was taken; the error's own stack, where it was asked for again */
  constructor(lock: string, options?: ErrorOptions) {
    super(lock, `${lock}: asked for by its own holder`, options);
  }
}

/** One step of a circle of locks: `to` was asked for while `from` was held. */
export interface LockChain {
  readonly from: string;
  readonly to: string;
  /** Where `from` was taken. */
  readonly heldStack: string;
  /** Where `to` was asked for. */
  readonly askedStack: string;
}

/**
 * Locks are taken in orders that can deadlock, though they have not yet. Thrown by lockdep before the lock is taken, at
 * the first acquisition that closes the circle.
 */
export class LockOrderError extends LockError {
  override readonly name = 'LockOrderError';
  readonly code = 'LOCK_ORDER';

  constructor(
    lock: string,
    /** The circle: first what was asked for now, then what was seen before. */
    readonly chains: readonly LockChain[],
  ) {
    const told = chains.map(
      ({ from, to, heldStack, askedStack }, index) =>
        `${index === 0 ? 'now' : 'before'}: ${to} is asked for while ${from} is held\n` +
        `${from} was taken here:\n${heldStack}\n${to} was asked for here:\n${askedStack}`,
    );
    const circle = [...chains.map(({ from }) => from), chains[0]?.from].join(' -> ');
    super(lock, `${lock}: taken in an order that can deadlock: ${circle}\n${told.join('\n')}`);
  }
}

/** Something that may take long was begun by code that holds a lock. */
export class LockHeldError extends LockError {
  override readonly name = 'LockHeldError';
  readonly code = 'LOCK_HELD';

  /** @param options `cause` says where the lock was taken */
  constructor(lock: string, what: string, options?: ErrorOptions) {
    super(lock, `${what} while ${lock} is held`, options);
  }
}

/** What can be done only with the lock held was asked for without it. */
export class NotHeldError extends LockError {
  override readonly name = 'NotHeldError';
  readonly code = 'LOCK_NOT_HELD';

  constructor(lock: string) {
    super(lock, `${lock}: not held`);
  }
}

/** A lease that can be lost was lost before the attempt that relied on it had ended; `cause` is the lock's reason. */
export class LeaseLostError extends LockError {
  override readonly name = 'LeaseLostError';
  readonly code = 'LOCK_LOST';

  constructor(lock: string, reason: unknown) {
    super(lock, `${lock}: lost while an attempt was running under it`, { cause: reason });
  }
}

/** A lock gave out a fencing token that is not greater than the one before, so it could not fence anything off. */
export class FencingTokenError extends LockError {
  override readonly name = 'FencingTokenError';
  readonly code = 'LOCK_FENCING_TOKEN';

  constructor(
    lock: string,
    /** The token of the attempt before. */
    readonly previous: number | bigint,
    /** The token that came after it. */
    readonly token: number | bigint,
  ) {
    super(lock, `${lock}: fencing token ${token} does not come after ${previous}`);
  }
}

/** Why no further attempt is made: all were used, the deadline would pass first, or the delay asked for is infinite. */
export type ExhaustionReason = 'attempts' | 'deadline' | 'delay';

/** `retryWithLock` gave up. `cause` is what the last attempt failed with; undefined where none failed. */
export class RetryExhaustedError extends LockError {
  override readonly name = 'RetryExhaustedError';
  readonly code = 'RETRY_EXHAUSTED';

  constructor(
    lock: string,
    /** How many attempts were begun, those included whose lock could not be had for an error. */
    readonly attempts: number,
    readonly reason: ExhaustionReason,
    options?: ErrorOptions,
  ) {
    super(lock, `${lock}: gave up after ${attempts} ${attempts === 1 ? 'attempt' : 'attempts'} (${reason})`, options);
  }
}

/** A `SharedRef` was asked for its value before its first load had succeeded. */
export class NotLoadedError extends LockError {
  override readonly name = 'NotLoadedError';
  readonly code = 'REF_NOT_LOADED';

  constructor(ref: string) {
    super(ref, `${ref}: not loaded yet; await ready() first`);
  }
}

/** A `SharedRef` was used after `close`, or closed while somebody waited for it. */
export class RefClosedError extends LockError {
  override readonly name = 'RefClosedError';
  readonly code = 'REF_CLOSED';

  constructor(ref: string) {
    super(ref, `${ref}: closed`);
  }
}

/** A loader awaited a reload that can begin only when the loader itself has ended. */
export class AwaitedInsideLoadError extends LockError {
  override readonly name = 'AwaitedInsideLoadError';
  readonly code = 'REF_AWAITED_INSIDE_LOAD';

  constructor(ref: string) {
    super(ref, `${ref}: a reload was awaited inside its own loader, and would have waited for itself`);
  }
}

/** What was derived from a configuration was asked for after `close`. */
export class DerivedClosedError extends LockError {
  override readonly name = 'DerivedClosedError';
  readonly code = 'DERIVED_CLOSED';

  constructor(derived: string) {
    super(derived, `${derived}: closed`);
  }
}

/** Resources of an older configuration were still there when the time was up. */
export class DrainTimeoutError extends LockError {
  override readonly name = 'DrainTimeoutError';
  readonly code = 'DRAIN_TIMEOUT';

  constructor(
    derived: string,
    /** The limit that was given, in milliseconds. */
    readonly timeout: number,
    /** What is still there, and who uses it. */
    readonly left: readonly { readonly version: number; readonly state: string; readonly users: number }[],
  ) {
    const list = left.map(({ version, state, users }) => `version ${version} ${state}, ${users} using it`).join('; ');
    super(derived, `${derived}: not drained within ${timeout} ms: ${list}`);
  }
}

/** Why there is no use going on with a delivery. */
export type CancelReason = 'replaced' | 'suspended' | 'expired' | 'closed' | 'shutdown';

/** The reason with which the signal of a notifier's delivery is aborted. */
export class DeliveryCancelledError extends LockError {
  override readonly name = 'DeliveryCancelledError';
  readonly code = 'DELIVERY_CANCELLED';

  constructor(
    notifier: string,
    /** What has become of the session, or of the payload that the delivery is made with. */
    readonly because: CancelReason,
  ) {
    super(notifier, `${notifier}: delivery cancelled (${because})`);
  }
}

/** A session was to be opened after the `shutdown` of its notifier. */
export class NotifierClosedError extends LockError {
  override readonly name = 'NotifierClosedError';
  readonly code = 'NOTIFIER_CLOSED';

  constructor(notifier: string) {
    super(notifier, `${notifier}: shut down`);
  }
}
