// retryWithLock driven by the libraries themselves, as its page shows it. The little time that they wait is theirs: neither
// takes a clock.

import { ConstantBackoff, handleAll, retry } from 'cockatiel';
import pRetry from 'p-retry';
import { describe, expect, it } from 'vitest';
import { detached, Mutex, retryWithLock, type RetryPolicy } from '../../../src/runtime/index.js';

const policies: Record<string, RetryPolicy> = {
  cockatiel: retry(handleAll, { maxAttempts: 4, backoff: new ConstantBackoff(1) }),
  'p-retry': (run) => pRetry(run, { retries: 4, minTimeout: 1, factor: 1 }),
};

describe.each(Object.entries(policies))('R8 driven by %s', (_, policy) => {
  it('R2 R3 R4 each attempt holds the lock, and another gets it between two of them', async () => {
    const lock = new Mutex();
    const order: string[] = [];
    let other: Promise<unknown> | undefined;
    const value = await retryWithLock(lock, ({ attempt }) => {
      expect(lock.isLocked).toBe(true);
      order.push(`attempt ${attempt}`);
      // It asks while the attempt holds the lock, and is no part of it.
      other ??= detached(() => lock.withLock(() => order.push('another')));
      if (attempt < 3) throw new Error('again');
      return attempt;
    }, { policy });
    await other;
    expect(value).toBe(3);
    expect(order).toEqual(['attempt 1', 'another', 'attempt 2', 'attempt 3']);
    expect([lock.isLocked, lock.waiting]).toEqual([false, 0]);
  });

  it('R6 what it gives up with passes through', async () => {
    const lock = new Mutex();
    const error = new Error('always');
    let attempts = 0;
    await expect(retryWithLock(lock, () => {
      attempts += 1;
      throw error;
    }, { policy })).rejects.toBe(error);
    expect([attempts, lock.isLocked]).toEqual([5, false]);
  });

  it('R5 an abort ends it with its reason, and no further attempt begins', async () => {
    const lock = new Mutex();
    const controller = new AbortController();
    const reason = new Error('enough');
    let attempts = 0;
    await expect(retryWithLock(lock, () => {
      attempts += 1;
      controller.abort(reason);
      throw new Error('again');
    }, { policy, signal: controller.signal })).rejects.toBe(reason);
    expect([attempts, lock.isLocked]).toEqual([1, false]);
  });
});
