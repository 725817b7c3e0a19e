/// <reference lib="esnext.disposable" preserve="true" />
// The package's face: everything that may be imported from 'lockwright', and nothing else.

export type { AttemptContext } from './attempts.js';
export type { Clock } from './clock.js';
export { systemClock } from './clock.js';
export { ConfigCell, type Snapshot } from './config-cell.js';
export { Derived, derived, type DerivedOptions, type Remaining, type ResourceLease } from './derived.js';
export {
  AwaitedInsideLoadError,
  type CancelReason,
  DeliveryCancelledError,
  DerivedClosedError,
  DrainTimeoutError,
  type ExhaustionReason,
  FencingTokenError,
  type Holder,
  LeaseLostError,
  type LockChain,
  LockError,
  LockHeldError,
  LockOrderError,
  LockTimeoutError,
  NotHeldError,
  NotifierClosedError,
  NotLoadedError,
  RefClosedError,
  RetryExhaustedError,
  SelfDeadlockError,
} from './errors.js';
export { detached } from './held-sections.js';
export type { Lease } from './lease.js';
export type { LockOptions, WaitOptions } from './lease-queue.js';
export type { Lockable, LockableLease } from './lockable.js';
export { KeyedMutex } from './keyed-mutex.js';
export type { LockFace, PermitOptions } from './lock-face.js';
export { assertHeld, assertNoLockHeld, lockdep, type LockdepOptions, type LockGraph } from './lockdep.js';
export { Mutex } from './mutex.js';
export { type Delivery, Notifier, type NotifierOptions, type NotifierSession, type OfGeneration } from './notifier.js';
export type {
  BackoffRetryOptions,
  CommonRetryOptions,
  PolicyContext,
  PolicyRetryOptions,
  RetryOptions,
  RetryPolicy,
} from './retry-options.js';
export { retryWithLock } from './retry-with-lock.js';
export { RwLock } from './rw-lock.js';
export { Semaphore } from './semaphore.js';
export { type LoadContext, SharedRef, type SharedRefOptions, type ValueLease } from './shared-ref.js';
export type { LockReport } from './watcher.js';
export { sleep, type SleepOptions } from './sleep.js';
export { withLocks } from './with-locks.js';
