// Several locks at once, in one order for everybody, so that no two callers wait for each other.

import { assertNumber, systemClock } from './clock.js';
import type { LeaseQueue, WaitOptions } from './lease-queue.js';
import { behind, LockFace } from './lock-face.js';

/**
 * Runs `fn` holding all the locks. They are taken in one global order, whatever the order in which they are given, and
 * a lock that is given twice is taken once, so two callers of `withLocks` never wait for each other in a circle. When
 * not to use it: docs/runtime/with-locks.md.
 *
 * Cancel safety: an abort or time-out ends the wait and gives back what had been taken until then; once `fn` has been
 * called neither does anything.
 *
 * @param locks mutexes, semaphores (one permit each), sides of reader-writer locks, keys of keyed ones
 * @param fn what runs holding all of them; its result and its error pass through unchanged
 * @param options `signal` and `timeout` (milliseconds, for all waits together, by the first lock's clock)
 * @throws as `withLock` of a single lock
 *
 * @example
 * await withLocks([accounts.of(from), accounts.of(to)], () => transfer(from, to, 10));
 */
export async function withLocks<T>(
  locks: readonly LockFace[],
  fn: () => T | PromiseLike<T>,
  options: WaitOptions = {},
): Promise<T> {
  const { signal, timeout = Infinity } = options;
  assertNumber('timeout', timeout);
  signal?.throwIfAborted();
  const wanted = inOrder(locks);
  const clock = wanted[0]?.[0].clock ?? systemClock;
  const since = timeout === Infinity ? 0 : clock.now();
  // Each in the section of the one before, so that code under them is known to hold them all.
  const take = (index: number): T | PromiseLike<T> => {
    const next = wanted[index];
    if (next === undefined) return fn();
    const [queue, weight] = next;
    return new LockFace(queue, weight).withLock(() => take(index + 1), { signal, timeout: rest() });
  };
  try {
    return await take(0);
  } finally {
    for (const [queue] of wanted) queue.pin(-1);
  }

  function rest(): number {
    return timeout === Infinity ? Infinity : timeout - (clock.now() - since);
  }
}

/**
 * Each queue once, with the most that is wanted of it, and pinned: a key that is wanted stays the same queue until the
 * end, and so keeps its place in the order.
 */
function inOrder(locks: readonly LockFace[]): (readonly [queue: LeaseQueue, weight: number])[] {
  const weights = new Map<LeaseQueue, number>();
  for (const lock of locks) {
    const [queue, weight] = behind(lock);
    const before = weights.get(queue);
    if (before === undefined) queue.pin(1);
    weights.set(queue, Math.max(weight, before ?? 0));
  }
  return [...weights].sort(([a], [b]) => a.order - b.order);
}
