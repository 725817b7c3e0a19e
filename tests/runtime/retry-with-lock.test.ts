import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  type AttemptContext,
  FencingTokenError,
  LeaseLostError,
  type Lockable,
  type LockableLease,
  detached,
  Mutex,
  RetryExhaustedError,
  type RetryOptions,
  type RetryPolicy,
  retryWithLock,
  SelfDeadlockError,
  Semaphore,
} from '../../src/runtime/index.js';
import { fateOf, gate, listenerCount, ManualClock, settle } from './manual-clock.js';

class Conflict extends Error {}

/** Fails the given number of times, then returns its number. */
function failing(times: number, error: () => unknown = () => new Conflict()) {
  return async ({ attempt }: AttemptContext): Promise<number> => {
    await Promise.resolve();
    if (attempt <= times) throw error();
    return attempt;
  };
}

/** Rejects with the signal's reason when it is aborted, and never does anything else. */
function abortOf(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
}

/** Moves the clock on whenever nothing else happens, until the promise settles. */
async function run<T>(clock: ManualClock, promise: Promise<T>): Promise<T> {
  const fate = fateOf(promise);
  for (let turn = 0; turn < 200 && fate.state === 'pending'; turn += 1) {
    await settle();
    if (fate.state === 'pending' && clock.pending > 0) clock.advance(clock.untilNext);
  }
  if (fate.state === 'pending') throw new Error('still pending after 200 turns');
  return promise;
}

describe('retryWithLock', () => {
  describe('R1 the lock is free while it waits and while hooks run', () => {
    it('R1 in shouldRetry, delay, onRetry and the wait, synchronous and asynchronous', async () => {
      const lock = new Mutex();
      const seen: string[] = [];
      const look = async (where: string): Promise<void> => {
        seen.push(`${where} ${lock.isLocked}`);
        await Promise.resolve();
        seen.push(`${where} ${lock.isLocked}`);
      };
      await retryWithLock(lock, failing(1), {
        shouldRetry: async () => (await look('shouldRetry'), true),
        delay: async () => (await look('delay'), 5),
        onRetry: () => look('onRetry'),
        sleep: () => look('sleep'),
      });
      expect(seen).toEqual(['shouldRetry', 'delay', 'onRetry', 'sleep'].flatMap((w) => [`${w} false`, `${w} false`]));
    });

    it('R1 the hooks are told the error, the number of the attempt and the delay', async () => {
      const calls: unknown[][] = [];
      const error = new Conflict();
      await retryWithLock(new Mutex(), failing(1, () => error), {
        shouldRetry: (...given) => (calls.push(given), true),
        delay: (...given) => (calls.push(given), 5),
        onRetry: (...given) => calls.push(given),
        sleep: async (delay) => void calls.push([delay]),
      });
      expect(calls).toEqual([[error, 1], [error, 1], [error, 1, 5], [5]]);
    });
  });

  describe('R2 what an attempt gets', () => {
    it('R2 runs holding the lock, with its number, a signal of its own and the deadline', async () => {
      const clock = new ManualClock();
      clock.advance(1000);
      const lock = new Mutex();
      const contexts: AttemptContext[] = [];
      const done = retryWithLock(
        lock,
        async (context) => {
          expect(lock.isLocked).toBe(true);
          contexts.push(context);
          await Promise.resolve();
          expect(lock.isLocked).toBe(true);
          if (context.attempt < 3) throw new Conflict();
        },
        { clock, timeout: 50_000 },
      );
      await run(clock, done);
      expect(contexts.map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
      expect(contexts.map(({ deadline }) => deadline)).toEqual([51_000, 51_000, 51_000]);
      expect(new Set(contexts.map(({ signal }) => signal)).size).toBe(3);
      expect(contexts.every((context) => Object.isFrozen(context) && !('fencingToken' in context))).toBe(true);
    });

    it('R2 without a deadline it is Infinity; of timeout and deadline the earlier holds', async () => {
      const clock = new ManualClock();
      const deadlineOf = (options: RetryOptions) =>
        retryWithLock(new Mutex(), ({ deadline }) => deadline, { clock, ...options });
      await expect(deadlineOf({})).resolves.toBe(Infinity);
      await expect(deadlineOf({ timeout: 5, deadline: 9 })).resolves.toBe(5);
      await expect(deadlineOf({ timeout: 9, deadline: 5 })).resolves.toBe(5);
      expect(clock.pending).toBe(0);
    });

    it('R2 the signal of an attempt that has ended hears of nothing any more', async () => {
      const clock = new ManualClock();
      const controller = new AbortController();
      const signals: AbortSignal[] = [];
      const done = retryWithLock(
        new Mutex(),
        ({ signal, attempt }) => {
          signals.push(signal);
          if (attempt === 2) controller.abort('now');
          throw new Conflict();
        },
        { clock, signal: controller.signal },
      );
      await expect(run(clock, done)).rejects.toBe('now');
      expect(signals.map(({ aborted }) => aborted)).toEqual([false, true]);
    });
  });

  describe('R3 the lock is released after every attempt', () => {
    it.each<[string, (error: Error, context: AttemptContext) => unknown]>([
      ['a synchronous throw', (error) => { throw error; }],
      ['a rejection', (error) => Promise.reject(error)],
      ['an abort', (_, { signal }) => abortOf(signal)],
    ])('R3 on %s', async (_, fail) => {
      const lock = new Mutex();
      const controller = new AbortController();
      const error = new Error('work');
      const done = fateOf(
        retryWithLock(lock, (context) => fail(error, context), { signal: controller.signal, shouldRetry: () => false }),
      );
      await settle();
      controller.abort(error);
      await settle();
      expect(done).toEqual({ state: 'rejected', error });
      expect(lock.isLocked).toBe(false);
    });

    it('R3 on return', async () => {
      const lock = new Mutex();
      await expect(retryWithLock(lock, () => 'plain')).resolves.toBe('plain');
      expect(lock.isLocked).toBe(false);
    });

    it('R3 a release that fails hides neither a result nor an error, and is told of', async () => {
      const told: unknown[] = [];
      const options = { onReleaseError: (error: unknown) => told.push(error), shouldRetry: () => false };
      const lock: Lockable = { acquire: async () => ({ release: () => Promise.reject(new Error('down')) }) };
      await expect(retryWithLock(lock, () => 1, options)).resolves.toBe(1);
      const error = new Conflict();
      await expect(retryWithLock(lock, () => Promise.reject(error), options)).rejects.toBe(error);
      await expect(retryWithLock(lock, () => 2)).resolves.toBe(2);
      expect(told).toEqual([new Error('down'), new Error('down')]);
    });
  });

  it('R4 one who is queued acquires before the next attempt, and one who comes during the wait does too', async () => {
    const clock = new ManualClock();
    const lock = new Mutex();
    const order: string[] = [];
    const first = gate();
    const done = fateOf(
      retryWithLock(
        lock,
        async ({ attempt }) => {
          order.push(`attempt ${attempt}`);
          if (attempt > 1) return;
          await first.promise;
          throw new Conflict();
        },
        { clock, delay: () => 0 },
      ),
    );
    const queued = lock.withLock(() => order.push('queued'));
    first.open();
    await queued;
    await settle();
    await lock.withLock(() => order.push('during the wait'));
    clock.advance(0);
    await settle();
    expect(done.state).toBe('fulfilled');
    expect(order).toEqual(['attempt 1', 'queued', 'during the wait', 'attempt 2']);
  });

  describe('R5 abort', () => {
    it('R5 while waiting for the lock: the waiter is gone at once', async () => {
      const lock = new Mutex();
      const lease = await lock.acquire();
      const controller = new AbortController();
      const attempt = vi.fn();
      const done = fateOf(retryWithLock(lock, attempt, { signal: controller.signal }));
      await settle();
      expect(lock.waiting).toBe(1);
      controller.abort('stop');
      expect(lock.waiting).toBe(0);
      await settle();
      expect(done).toEqual({ state: 'rejected', error: 'stop' });
      lease.release();
      expect(lock.isLocked).toBe(false);
      expect(attempt).not.toHaveBeenCalled();
      expect(listenerCount(controller.signal)).toBe(0);
    });

    it.each([
      ['with the clock', {}],
      ['with a sleep that does not heed the signal', { sleep: () => new Promise<void>(() => {}) }],
    ])('R5 while sleeping %s: the sleep ends at once', async (_, options) => {
      const clock = new ManualClock();
      const controller = new AbortController();
      const done = fateOf(
        retryWithLock(new Mutex(), failing(9), { clock, signal: controller.signal, random: () => 0.5, ...options }),
      );
      await settle();
      expect(done.state).toBe('pending');
      controller.abort('stop');
      expect(clock.pending).toBe(0);
      await settle();
      expect(done).toEqual({ state: 'rejected', error: 'stop' });
      expect(listenerCount(controller.signal)).toBe(0);
    });

    it('R5 while attempting: it is passed on, and the lock is kept until the attempt settles', async () => {
      const lock = new Mutex();
      const controller = new AbortController();
      const work = gate();
      const shouldRetry = vi.fn(() => true);
      let told: unknown;
      const done = fateOf(
        retryWithLock(
          lock,
          async ({ signal }) => {
            signal.addEventListener('abort', () => (told = signal.reason));
            await work.promise;
            throw new Conflict();
          },
          { signal: controller.signal, shouldRetry },
        ),
      );
      await settle();
      controller.abort('stop');
      await settle();
      expect(told).toBe('stop');
      expect(done.state).toBe('pending');
      expect(lock.isLocked).toBe(true);
      work.open();
      await settle();
      expect(done).toEqual({ state: 'rejected', error: 'stop' });
      expect(lock.isLocked).toBe(false);
      expect(shouldRetry).not.toHaveBeenCalled();
    });

    it('R5 an attempt that succeeds in spite of an abort has succeeded', async () => {
      const controller = new AbortController();
      const work = gate<string>();
      const done = retryWithLock(new Mutex(), () => work.promise, { signal: controller.signal });
      await settle();
      controller.abort('stop');
      work.open('done');
      await expect(done).resolves.toBe('done');
    });

    it.each<[string, RetryOptions]>([
      ['shouldRetry', { shouldRetry: () => new Promise(() => {}) }],
      ['delay', { delay: () => new Promise(() => {}) }],
      ['onRetry', { onRetry: () => new Promise(() => {}) }],
    ])('R5 while %s runs: at once', async (_, options) => {
      const lock = new Mutex();
      const controller = new AbortController();
      const done = fateOf(retryWithLock(lock, failing(1), { ...options, signal: controller.signal }));
      await settle();
      controller.abort('stop');
      await settle();
      expect(done).toEqual({ state: 'rejected', error: 'stop' });
      expect(lock.isLocked).toBe(false);
    });

    it('R5 before the call: the lock is not touched', async () => {
      const lock = { acquire: vi.fn() };
      await expect(retryWithLock(lock, () => 1, { signal: AbortSignal.abort('before') })).rejects.toBe('before');
      expect(lock.acquire).not.toHaveBeenCalled();
      const policy = { execute: vi.fn() };
      const signal = AbortSignal.abort('before');
      await expect(retryWithLock(lock, () => 1, { policy, signal })).rejects.toBe('before');
      expect(policy.execute).not.toHaveBeenCalled();
    });

    it('R5 a lock that grants in spite of the abort gets its lease back, unused', async () => {
      const controller = new AbortController();
      const grant = gate<LockableLease>();
      const release = vi.fn();
      const attempt = vi.fn();
      const done = fateOf(retryWithLock({ acquire: () => grant.promise }, attempt, { signal: controller.signal }));
      controller.abort('stop');
      grant.open({ release });
      await settle();
      expect(done).toEqual({ state: 'rejected', error: 'stop' });
      expect(release).toHaveBeenCalledTimes(1);
      expect(attempt).not.toHaveBeenCalled();
    });
  });

  describe('R6 errors', () => {
    it('R6 one that is not to be retried passes through as the same object, the last attempt included', async () => {
      const clock = new ManualClock();
      const error = new Error('fatal');
      const attempt = vi.fn(() => Promise.reject(error));
      await expect(retryWithLock(new Mutex(), attempt, { shouldRetry: () => false })).rejects.toBe(error);
      expect(attempt).toHaveBeenCalledTimes(1);
      const lastIsFatal = failing(9, () => error);
      const done = retryWithLock(new Mutex(), lastIsFatal, { clock, shouldRetry: (_, number) => number < 3 });
      await expect(run(clock, done)).rejects.toBe(error);
    });

    it('R6 exhaustion has the cause and the number of attempts', async () => {
      const clock = new ManualClock();
      const error = new Conflict();
      const done = run(clock, retryWithLock(new Mutex({ name: 'counter' }), failing(9, () => error), { clock }));
      await expect(done).rejects.toBeInstanceOf(RetryExhaustedError);
      await expect(done).rejects.toMatchObject({
        code: 'RETRY_EXHAUSTED', lock: 'counter', attempts: 3, reason: 'attempts', cause: error,
      });
    });

    it('R6 an error of the lock itself is a failed attempt like another', async () => {
      const clock = new ManualClock();
      const down = new Error('engine down');
      let calls = 0;
      const lock: Lockable = {
        async acquire() {
          calls += 1;
          if (calls === 1) throw down;
          return { release: () => {} };
        },
      };
      const asked: unknown[] = [];
      const shouldRetry = (error: unknown) => asked.push(error) > 0;
      await expect(run(clock, retryWithLock(lock, ({ attempt }) => attempt, { clock, shouldRetry }))).resolves.toBe(2);
      expect(asked).toEqual([down]);
    });
  });

  describe('R7 the deadline', () => {
    it('R7 includes the wait for the lock, and the waiter leaves', async () => {
      const clock = new ManualClock();
      const lock = new Mutex({ clock });
      const lease = await lock.acquire();
      const done = fateOf(retryWithLock(lock, () => 1, { clock, timeout: 100 }));
      clock.advance(99);
      await settle();
      expect(done.state).toBe('pending');
      clock.advance(1);
      expect(lock.waiting).toBe(0);
      await settle();
      expect(done.error).toMatchObject({ code: 'RETRY_EXHAUSTED', reason: 'deadline', attempts: 0 });
      lease.release();
      expect(lock.isLocked).toBe(false);
      expect(clock.pending).toBe(0);
    });

    it('R7 no attempt starts at or after it, even where its timer is late', async () => {
      let time = 0;
      const clock = { now: () => time, setTimer: () => 0, clearTimer: () => {} };
      const lock = new Mutex();
      const lease = await lock.acquire();
      const attempt = vi.fn();
      const done = fateOf(retryWithLock(lock, attempt, { clock, timeout: 100 }));
      await settle();
      time = 100;
      lease.release();
      await settle();
      expect(done.error).toMatchObject({ reason: 'deadline' });
      expect(attempt).not.toHaveBeenCalled();
      expect(lock.isLocked).toBe(false);
    });

    it('R7 a wait that would pass it is not begun', async () => {
      const clock = new ManualClock();
      const error = new Conflict();
      const always = failing(9, () => error);
      const done = fateOf(retryWithLock(new Mutex(), always, { clock, timeout: 100, delay: () => 100 }));
      await settle();
      expect(done.error).toMatchObject({ reason: 'deadline', attempts: 1, cause: error });
      expect(clock.now()).toBe(0);
      expect(clock.pending).toBe(0);
    });

    it('R7 a running attempt is told, but keeps the lock until it ends', async () => {
      const clock = new ManualClock();
      const lock = new Mutex();
      const work = gate();
      const contexts: AttemptContext[] = [];
      const error = new Conflict();
      const done = fateOf(
        retryWithLock(
          lock,
          async (context) => {
            contexts.push(context);
            await work.promise;
            throw error;
          },
          { clock, timeout: 100 },
        ),
      );
      await settle();
      clock.advance(100);
      await settle();
      expect(contexts[0]!.signal.reason).toMatchObject({ code: 'RETRY_EXHAUSTED', reason: 'deadline' });
      expect(lock.isLocked).toBe(true);
      expect(done.state).toBe('pending');
      work.open();
      await settle();
      expect(lock.isLocked).toBe(false);
      expect(done.error).toMatchObject({ reason: 'deadline', attempts: 1, cause: error });
      expect(contexts).toHaveLength(1);
    });

    it('R7 what a running attempt achieves after it counts; an error not to be retried passes through', async () => {
      const clock = new ManualClock();
      const late = (end: () => unknown) =>
        retryWithLock(
          new Mutex(),
          async () => {
            await Promise.resolve();
            clock.advance(200);
            return end();
          },
          { clock, timeout: 100, shouldRetry: () => false },
        );
      await expect(late(() => 'late')).resolves.toBe('late');
      const error = new Error('fatal');
      await expect(late(() => { throw error; })).rejects.toBe(error);
    });

    it('R7 an attempt that ends because of it rejects with it', async () => {
      const clock = new ManualClock();
      const done = fateOf(
        retryWithLock(
          new Mutex(),
          ({ signal }) => abortOf(signal),
          { clock, timeout: 100, shouldRetry: () => { throw new Error('not to be asked'); } },
        ),
      );
      await settle();
      clock.advance(100);
      await settle();
      expect(done.error).toMatchObject({ code: 'RETRY_EXHAUSTED', reason: 'deadline', attempts: 1 });
    });
  });

  describe('R8 delays and other drivers', () => {
    it('R8 exponential delay with full jitter by default', async () => {
      const delays = async (random: () => number, options: RetryOptions = {}): Promise<number[]> => {
        const seen: number[] = [];
        const sleep = async (delay: number) => void seen.push(delay);
        await retryWithLock(new Mutex(), failing(9), { sleep, random, maxAttempts: 10, ...options } as RetryOptions);
        return seen;
      };
      expect(await delays(() => 1)).toEqual([100, 200, 400, 800, 1600, 3200, 6400, 12_800, 20_000]);
      expect(await delays(() => 0.5, { baseDelay: 10, maxDelay: 100 })).toEqual([5, 10, 20, 40, 50, 50, 50, 50, 50]);
      expect(await delays(() => 0)).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0]);
      let n = 0;
      expect((await delays(() => (n += 1) / 10)).slice(0, 3)).toEqual([10, 40, 120]);
    });

    /** With the interface of cockatiel's policies: `execute(fn, signal)`, a context with a number and a signal. */
    class CockatielStyle {
      readonly timeouts = new AbortController();

      constructor(
        readonly attempts: number,
        readonly betweenAttempts: () => Promise<void> = () => Promise.resolve(),
      ) {}

      async execute<T>(
        fn: (context: { readonly signal: AbortSignal; readonly attempt: number }) => PromiseLike<T> | T,
        signal: AbortSignal = new AbortController().signal,
      ): Promise<T> {
        for (let attempt = 0; ; attempt += 1) {
          try {
            return await fn({ signal: this.timeouts.signal, attempt });
          } catch (error) {
            if (signal.aborted || attempt + 1 >= this.attempts) throw error;
            await this.betweenAttempts();
          }
        }
      }
    }

    /** With the interface of p-retry: a function of the attempt's number, and options with a signal. */
    async function pRetryStyle<T>(
      input: (attemptNumber: number) => PromiseLike<T> | T,
      options: { retries?: number; signal?: AbortSignal } = {},
    ): Promise<T> {
      for (let attempt = 1; ; attempt += 1) {
        options.signal?.throwIfAborted();
        try {
          return await input(attempt);
        } catch (error) {
          if (attempt > (options.retries ?? 10)) throw error;
          await Promise.resolve();
        }
      }
    }

    it.each<[string, RetryPolicy]>([
      ['a policy with execute', new CockatielStyle(5)],
      ['a retry function', pRetryStyle],
      ['a retry function with options of its own', (attempt) => pRetryStyle(attempt, { retries: 4 })],
    ])('R8 R1 %s drives it, with the lock held in each attempt only', async (_, policy) => {
      const lock = new Mutex();
      const contexts: AttemptContext[] = [];
      const done = retryWithLock(
        lock,
        async (context) => {
          expect(lock.isLocked).toBe(true);
          contexts.push(context);
          await Promise.resolve();
          if (context.attempt < 3) throw new Conflict();
          return 'done';
        },
        { policy },
      );
      await expect(done).resolves.toBe('done');
      expect(contexts.map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
      expect(lock.isLocked).toBe(false);
    });

    it('R8 R4 others get the lock while the policy waits', async () => {
      const lock = new Mutex();
      const backoff = gate();
      const done = retryWithLock(lock, failing(1), { policy: new CockatielStyle(5, () => backoff.promise) });
      await settle();
      await expect(lock.withLock(() => 'other')).resolves.toBe('other');
      backoff.open();
      await expect(done).resolves.toBe(2);
    });

    it('R8 R6 what the policy gives up with passes through unchanged', async () => {
      const error = new Conflict();
      const always = failing(99, () => error);
      await expect(retryWithLock(new Mutex(), always, { policy: new CockatielStyle(2) })).rejects.toBe(error);
    });

    it('R8 R5 an abort ends the policy\'s wait at once', async () => {
      const lock = new Mutex();
      const controller = new AbortController();
      const policy = new CockatielStyle(5, () => new Promise(() => {}));
      const done = fateOf(retryWithLock(lock, failing(9), { policy, signal: controller.signal }));
      await settle();
      controller.abort('stop');
      await settle();
      expect(done).toEqual({ state: 'rejected', error: 'stop' });
      expect(lock.isLocked).toBe(false);
      expect(listenerCount(controller.signal)).toBe(0);
    });

    it('R8 R5 an attempt that succeeds in spite of an abort has succeeded, under a policy too', async () => {
      const controller = new AbortController();
      const work = gate<string>();
      const policy = new CockatielStyle(5);
      const done = retryWithLock(new Mutex(), () => work.promise, { policy, signal: controller.signal });
      await settle();
      controller.abort('stop');
      work.open('done');
      await expect(done).resolves.toBe('done');
    });

    it('R8 a policy that forgets its attempt leaves no unhandled rejection', async () => {
      const unhandled = vi.fn();
      process.on('unhandledRejection', unhandled);
      const policy: RetryPolicy = {
        execute: async (fn) => {
          void fn();
          throw new Conflict('policy');
        },
      };
      const lock = new Mutex();
      await expect(retryWithLock(lock, failing(9), { policy })).rejects.toThrow('policy');
      await settle();
      await settle();
      process.off('unhandledRejection', unhandled);
      expect(unhandled).not.toHaveBeenCalled();
      expect(lock.isLocked).toBe(false);
    });

    it('R8 R9 R11 what no retry can mend ends the policy too', async () => {
      const lock = new Mutex();
      const patient = new CockatielStyle(Infinity);
      const nested = vi.fn(() => retryWithLock(lock, () => 1));
      await expect(retryWithLock(lock, nested, { policy: patient })).rejects.toBeInstanceOf(SelfDeadlockError);
      expect(nested).toHaveBeenCalledTimes(1);
      const stuck: Lockable = { acquire: async () => ({ fencingToken: 7, release: () => {} }) };
      const done = retryWithLock(stuck, failing(9), { policy: patient });
      await expect(done).rejects.toBeInstanceOf(FencingTokenError);
    });

    it('R8 R7 the deadline ends the policy\'s wait', async () => {
      const clock = new ManualClock();
      const policy = new CockatielStyle(5, () => new Promise(() => {}));
      const error = new Conflict();
      const done = fateOf(retryWithLock(new Mutex(), failing(9, () => error), { policy, clock, timeout: 100 }));
      await settle();
      clock.advance(100);
      await settle();
      expect(done.error).toMatchObject({ reason: 'deadline', attempts: 1, cause: error });
    });

    it('R8 the signal of a policy reaches the attempt', async () => {
      const policy = new CockatielStyle(1);
      const done = fateOf(
        retryWithLock(
          new Mutex(),
          ({ signal }) => abortOf(signal),
          { policy },
        ),
      );
      await settle();
      policy.timeouts.abort('too slow');
      await settle();
      expect(done).toEqual({ state: 'rejected', error: 'too slow' });
    });

    it('R8 R5 a policy that begins an attempt while one is running gets them one after the other', async () => {
      const lock = new Semaphore(2);
      const gates = [gate(), gate()];
      let running = 0;
      let most = 0;
      const hedge: RetryPolicy = { execute: (fn) => Promise.any([fn(), fn()]) };
      const done = retryWithLock(
        lock,
        async ({ attempt }) => {
          running += 1;
          most = Math.max(most, running);
          await gates[attempt - 1]!.promise;
          running -= 1;
          if (attempt === 1) throw new Conflict();
          return attempt;
        },
        { policy: hedge },
      );
      await settle();
      gates[0]!.open();
      gates[1]!.open();
      await expect(done).resolves.toBe(2);
      expect(most).toBe(1);
      expect(lock.available).toBe(2);
    });

    it('R8 R7 a policy that gives up on a running attempt: it is told, and waited for', async () => {
      const lock = new Mutex();
      const work = gate();
      const giveUp = gate<never>();
      let reason: unknown;
      const impatient: RetryPolicy = { execute: (fn) => Promise.race([fn(), giveUp.promise]) };
      const done = fateOf(
        retryWithLock(
          lock,
          async ({ signal }) => {
            signal.addEventListener('abort', () => (reason = signal.reason));
            await work.promise;
            throw new Conflict();
          },
          { policy: impatient },
        ),
      );
      await settle();
      giveUp.fail('too slow');
      await settle();
      expect(reason).toBe('too slow');
      expect(done.state).toBe('pending');
      expect(lock.isLocked).toBe(true);
      work.open();
      await settle();
      expect(done).toEqual({ state: 'rejected', error: 'too slow' });
      expect(lock.isLocked).toBe(false);
    });

    it('R8 a policy that runs an attempt after it has ended gets none', async () => {
      let again: (() => Promise<unknown>) | undefined;
      const attempt = vi.fn(() => 'once');
      const policy: RetryPolicy = {
        execute: (fn) => {
          again = fn;
          return fn();
        },
      };
      const lock = new Mutex();
      await expect(retryWithLock(lock, attempt, { policy })).resolves.toBe('once');
      await expect(again!()).rejects.toThrow();
      expect(attempt).toHaveBeenCalledTimes(1);
      expect(lock.isLocked).toBe(false);
    });

    it('R8 what a policy decides itself cannot be given beside it', async () => {
      const both = { policy: new CockatielStyle(1), maxAttempts: 3, sleep: async () => {} };
      const options = both as unknown as RetryOptions;
      await expect(retryWithLock(new Mutex(), () => 1, options)).rejects.toThrow(/maxAttempts, sleep/);
      const nonsense = { policy: {} } as unknown as RetryOptions;
      await expect(retryWithLock(new Mutex(), () => 1, nonsense)).rejects.toBeInstanceOf(TypeError);
    });
  });

  describe('R9 nested use', () => {
    it.each<[string, (lock: Mutex, context: AttemptContext) => unknown]>([
      ['in the synchronous part', (lock) => retryWithLock(lock, () => 1)],
      ['after an await', async (lock) => (await Promise.resolve(), retryWithLock(lock, () => 1))],
      ['after a timer', async (lock) => (await settle(), retryWithLock(lock, () => 1))],
      ['two at once', (lock) => Promise.all([retryWithLock(lock, () => 1), retryWithLock(lock, () => 1)])],
      ['with the signal of the attempt', async (lock, { signal }) => retryWithLock(lock, () => 1, { signal })],
      ['by withLock', async (lock) => (await Promise.resolve(), lock.withLock(() => 1))],
      ['by acquire', async (lock) => (await Promise.resolve(), lock.acquire())],
      ['by acquire with a time-out', async (lock) => (await Promise.resolve(), lock.acquire({ timeout: 1000 }))],
      ['inside another lock', (lock) => retryWithLock(new Mutex(), async () => retryWithLock(lock, () => 1))],
      ['through a wrapper of it', (lock) => retryWithLock({ acquire: (options) => lock.acquire(options) }, () => 1)],
    ])('R9 of the same lock fails at once: %s', async (_, nested) => {
      const lock = new Mutex({ name: 'counter' });
      const attempt = vi.fn((context: AttemptContext) => nested(lock, context));
      const done = retryWithLock(lock, attempt);
      await expect(done).rejects.toBeInstanceOf(SelfDeadlockError);
      await expect(done).rejects.toMatchObject({ code: 'LOCK_SELF_DEADLOCK', lock: 'counter' });
      expect(attempt).toHaveBeenCalledTimes(1);
      expect(lock.isLocked).toBe(false);
      expect(lock.waiting).toBe(0);
    });

    it('R9 of a leased lock fails at once, by which lock it is', async () => {
      const lock: Lockable = { name: 'remote', acquire: async () => ({ release: () => {} }) };
      const done = retryWithLock(lock, async () => (await Promise.resolve(), retryWithLock(lock, () => 1)));
      await expect(done).rejects.toBeInstanceOf(SelfDeadlockError);
    });

    it('R9 the signal of an attempt carries it where the asynchronous context is lost', async () => {
      const lock = new Mutex();
      let nest: (() => void) | undefined;
      // What an event of another context calls: only the signal tells that it belongs to the attempt.
      const events = (async () => {
        await settle();
        nest?.();
      })();
      const done = retryWithLock(
        lock,
        ({ signal }) =>
          new Promise((resolve, reject) => {
            nest = () => void retryWithLock(lock, () => 1, { signal }).then(resolve, reject);
          }),
      );
      await expect(done).rejects.toBeInstanceOf(SelfDeadlockError);
      await events;
    });

    it('R9 a semaphore fails only where its permits can never be enough', async () => {
      const two = new Semaphore(2);
      await expect(retryWithLock(two, () => retryWithLock(two, () => 'fits'))).resolves.toBe('fits');
      const third = retryWithLock(two, () => retryWithLock(two, async () => retryWithLock(two, () => 'never')));
      await expect(third).rejects.toBeInstanceOf(SelfDeadlockError);
      const other = await two.acquire();
      const nested = fateOf(retryWithLock(two, () => retryWithLock(two, () => 'waits for the other')));
      await settle();
      expect(nested.state).toBe('pending');
      other.release();
      await settle();
      expect(nested).toEqual({ state: 'fulfilled', value: 'waits for the other' });
      expect(two.available).toBe(2);
    });

    it('R9 another lock, and the same lock after the attempt, are no nested use', async () => {
      const [lock, other] = [new Mutex(), new Mutex()];
      await expect(retryWithLock(lock, () => retryWithLock(other, () => 'other'))).resolves.toBe('other');
      let later: Promise<unknown> | undefined;
      const ended = gate();
      await retryWithLock(lock, () => {
        later = (async () => {
          await ended.promise;
          return retryWithLock(lock, () => lock.tryAcquire());
        })();
      });
      const holder = await lock.acquire();
      ended.open();
      await settle();
      expect(lock.waiting).toBe(1);
      holder.release();
      await expect(later).resolves.toBeUndefined();
    });

    it('R9 siblings under Promise.all wait for each other, they are not nested', async () => {
      const lock = new Mutex();
      let inside = 0;
      const task = () =>
        retryWithLock(lock, async () => {
          inside += 1;
          await settle();
          expect(inside).toBe(1);
          inside -= 1;
        });
      await Promise.all([task(), task(), task()]);
      const outer = new Mutex();
      await retryWithLock(outer, () => Promise.all([task(), task(), task()]));
      expect(lock.isLocked).toBe(false);
    });

    it('R9 an attempt that has ended counts for nothing, while another one runs', async () => {
      const remote: Lockable = { acquire: async () => ({ release: () => {} }) };
      const other = gate();
      const running = retryWithLock(new Mutex(), () => other.promise);
      const ended = gate();
      let later: Promise<unknown> | undefined;
      await retryWithLock(remote, () => {
        later = (async () => {
          await ended.promise;
          return retryWithLock(remote, () => 'after');
        })();
      });
      ended.open();
      await expect(later).resolves.toBe('after');
      other.open();
      await running;
    });

    describe('R9 by platform', () => {
      /** A fresh copy of the package, on a platform with the given modules. */
      async function packageOn(modules: object | undefined): Promise<typeof import('../../src/runtime/index.js')> {
        vi.resetModules();
        vi.spyOn(process, 'getBuiltinModule').mockReturnValue(modules as never);
        return import('../../src/runtime/index.js');
      }

      afterEach(() => {
        vi.restoreAllMocks();
        vi.resetModules();
      });

      it('R9 without AsyncLocalStorage: in the synchronous part and by the signal, and nothing else', async () => {
        const fresh = await packageOn(undefined);
        const lock = new fresh.Mutex();
        const inSync = fresh.retryWithLock(lock, () => fresh.retryWithLock(lock, () => 1));
        await expect(inSync).rejects.toBeInstanceOf(fresh.SelfDeadlockError);
        const bySignal = fresh.retryWithLock(lock, async ({ signal }) => {
          await settle();
          return lock.acquire({ signal });
        });
        await expect(bySignal).rejects.toBeInstanceOf(fresh.SelfDeadlockError);
        const clock = new ManualClock();
        const timed = new fresh.Mutex({ clock });
        const unseen = fateOf(
          fresh.retryWithLock(timed, async () => (await settle(), timed.acquire({ timeout: 10 })), {
            shouldRetry: () => false,
          }),
        );
        await settle();
        await settle();
        expect(unseen.state).toBe('pending');
        clock.advance(10);
        await settle();
        expect(unseen.error).toBeInstanceOf(fresh.LockTimeoutError);
        let forked: Promise<unknown> | undefined;
        await fresh.retryWithLock(lock, () => {
          forked = fresh.detached(() => lock.withLock(() => 'forked'));
        });
        await expect(forked).resolves.toBe('forked');
      });

      it('R9 one storage, made at the first attempt, in use only while an attempt runs', async () => {
        const made: FakeStorage[] = [];
        class FakeStorage {
          inUse = false;
          constructor() {
            made.push(this);
          }
          run<R>(_: unknown, fn: () => R): R {
            this.inUse = true;
            return fn();
          }
          getStore(): undefined {
            return undefined;
          }
          disable(): void {
            this.inUse = false;
          }
        }
        const fresh = await packageOn({ AsyncLocalStorage: FakeStorage });
        const lock = new fresh.Mutex();
        await lock.withLock(() => {});
        fresh.detached(() => {});
        expect(made).toHaveLength(0);
        const inUse: unknown[] = [];
        const look = () => void inUse.push(made[0]?.inUse);
        const sleep = async () => look();
        const failsOnce = ({ attempt }: AttemptContext) => {
          look();
          if (attempt === 1) throw new Conflict();
        };
        await fresh.retryWithLock(lock, failsOnce, { sleep });
        await fresh.retryWithLock(lock, look);
        fresh.detached(() => {});
        look();
        expect(inUse).toEqual([true, false, true, true, false]);
        expect(made).toHaveLength(1);
      });
    });

    it('R9 detached work waits for its turn after the attempt', async () => {
      const lock = new Mutex();
      const order: string[] = [];
      let forked: Promise<unknown> | undefined;
      await retryWithLock(lock, async () => {
        forked = detached(() => lock.withLock(() => order.push('forked')));
        await settle();
        await Promise.resolve().then(() => detached(async () => void (await settle())));
        order.push('attempt');
      });
      await forked;
      expect(order).toEqual(['attempt', 'forked']);
      expect(detached(() => 'outside')).toBe('outside');
    });
  });

  it.each<[string, RetryOptions]>([
    ['shouldRetry', { shouldRetry: () => { throw new Error('hook'); } }],
    ['shouldRetry, asynchronously', { shouldRetry: () => Promise.reject(new Error('hook')) }],
    ['delay', { delay: () => { throw new Error('hook'); } }],
    ['onRetry', { onRetry: () => { throw new Error('hook'); } }],
    ['onRetry, asynchronously', { onRetry: () => Promise.reject(new Error('hook')) }],
    ['sleep', { sleep: () => { throw new Error('hook'); } }],
    ['random', { random: () => { throw new Error('hook'); } }],
    ['onReleaseError', { onReleaseError: () => { throw new Error('hook'); } }],
  ])('R10 an error in %s rejects once, with the lock free', async (_, options) => {
    const clock = new ManualClock();
    const mutex = new Mutex();
    const lock: Lockable = {
      async acquire(wait) {
        const lease = await mutex.acquire(wait);
        return {
          async release() {
            lease.release();
            if (options.onReleaseError !== undefined) throw new Error('down');
          },
        };
      },
    };
    const attempt = vi.fn(failing(9));
    const { signal } = new AbortController();
    await expect(retryWithLock(lock, attempt, { clock, signal, ...options })).rejects.toThrow('hook');
    await settle();
    expect(attempt).toHaveBeenCalledTimes(1);
    expect(mutex.isLocked).toBe(false);
    expect(clock.pending).toBe(0);
    expect(listenerCount(signal)).toBe(0);
  });

  describe('R11 leased locks', () => {
    /** A lock of an engine elsewhere: it can be lost while held, and numbers its grants. */
    class FakeLeasedLock implements Lockable {
      readonly name = 'remote';
      readonly #mutex = new Mutex();
      #controller = new AbortController();
      token = 0n;
      released = 0;
      nextToken = (): bigint => this.token + 1n;

      async acquire(options: { readonly signal?: AbortSignal | undefined }): Promise<LockableLease> {
        const lease = await this.#mutex.acquire(options);
        this.#controller = new AbortController();
        this.token = this.nextToken();
        return {
          signal: this.#controller.signal,
          fencingToken: this.token,
          release: async () => {
            await Promise.resolve();
            this.released += 1;
            lease.release();
          },
        };
      }

      get isLocked(): boolean {
        return this.#mutex.isLocked;
      }

      get signal(): AbortSignal {
        return this.#controller.signal;
      }

      lose(reason: unknown): void {
        this.#controller.abort(reason);
      }
    }

    it('R11 a loss aborts the signal of the attempt and is retried without asking; tokens increase', async () => {
      const clock = new ManualClock();
      const lock = new FakeLeasedLock();
      const contexts: AttemptContext[] = [];
      const reasons: unknown[] = [];
      const done = retryWithLock(
        lock,
        async (context) => {
          contexts.push(context);
          if (context.attempt === 3) return 'done';
          lock.lose('expired');
          reasons.push(context.signal.reason);
          context.signal.throwIfAborted();
          return 'without the lock';
        },
        { clock, shouldRetry: () => false },
      );
      await expect(run(clock, done)).resolves.toBe('done');
      expect(reasons).toHaveLength(2);
      for (const reason of reasons) {
        expect(reason).toBeInstanceOf(LeaseLostError);
        expect(reason).toMatchObject({ code: 'LOCK_LOST', lock: 'remote', cause: 'expired' });
      }
      expect(contexts.map(({ fencingToken }) => fencingToken)).toEqual([1n, 2n, 3n]);
      expect(lock.released).toBe(3);
      expect(lock.isLocked).toBe(false);
      expect(listenerCount(lock.signal)).toBe(0);
    });

    it('R11 an attempt that returns after the loss has not succeeded', async () => {
      const clock = new ManualClock();
      const lock = new FakeLeasedLock();
      const done = retryWithLock(
        lock,
        async ({ attempt }) => {
          if (attempt === 1) lock.lose('expired');
          await Promise.resolve();
          return attempt;
        },
        { clock },
      );
      await expect(run(clock, done)).resolves.toBe(2);
    });

    it('R11 a loss keeps the call from a second attempt until the first has ended', async () => {
      const clock = new ManualClock();
      const lock = new FakeLeasedLock();
      const work = gate();
      const attempts: number[] = [];
      const done = retryWithLock(
        lock,
        async ({ attempt }) => {
          attempts.push(attempt);
          if (attempt > 1) return;
          lock.lose('expired');
          await work.promise;
        },
        { clock, delay: () => 0 },
      );
      await settle();
      expect(clock.pending).toBe(0);
      expect(attempts).toEqual([1]);
      work.open();
      await run(clock, done);
      expect(attempts).toEqual([1, 2]);
    });

    it('R11 a lease that is lost when it comes is not used', async () => {
      const clock = new ManualClock();
      const release = vi.fn();
      const lock: Lockable = { acquire: async () => ({ signal: AbortSignal.abort('stale'), release }) };
      const attempt = vi.fn();
      const done = run(clock, retryWithLock(lock, attempt, { clock }));
      await expect(done).rejects.toMatchObject({ attempts: 3, cause: { code: 'LOCK_LOST', cause: 'stale' } });
      expect(attempt).not.toHaveBeenCalled();
      expect(release).toHaveBeenCalledTimes(3);
    });

    it('R11 an abort of the caller wins over a loss', async () => {
      const lock = new FakeLeasedLock();
      const controller = new AbortController();
      const done = retryWithLock(
        lock,
        () => {
          lock.lose('expired');
          controller.abort('stop');
          throw new Conflict();
        },
        { signal: controller.signal },
      );
      await expect(done).rejects.toBe('stop');
    });

    it.each([0n, 1n])('R11 a token that falls by %d is an error, and the attempt does not run', async (step) => {
      const clock = new ManualClock();
      const lock = new FakeLeasedLock();
      lock.token = 6n;
      let grants = 0;
      lock.nextToken = () => ((grants += 1) === 1 ? 7n : 7n - step);
      const attempt = vi.fn(failing(9));
      const done = run(clock, retryWithLock(lock, attempt, { clock }));
      await expect(done).rejects.toBeInstanceOf(FencingTokenError);
      await expect(done).rejects.toMatchObject({ code: 'LOCK_FENCING_TOKEN', previous: 7n, token: 7n - step });
      expect(attempt).toHaveBeenCalledTimes(1);
      expect(lock.isLocked).toBe(false);
    });

    it('R11 a token that is no number is an error', async () => {
      const lock: Lockable = { acquire: async () => ({ fencingToken: Number.NaN, release: () => {} }) };
      await expect(retryWithLock(lock, () => 1)).rejects.toBeInstanceOf(FencingTokenError);
    });
  });

  describe('R12 zero, negative, NaN and infinite numbers', () => {
    it.each<[string, RetryOptions]>([
      ...[0, -1, 1.5, Number.NaN, -Infinity].map((maxAttempts) => [`maxAttempts ${maxAttempts}`, { maxAttempts }]),
      ...[-1, Number.NaN, Infinity].map((baseDelay) => [`baseDelay ${baseDelay}`, { baseDelay }]),
      ...[-1, Number.NaN].map((maxDelay) => [`maxDelay ${maxDelay}`, { maxDelay }]),
      ['timeout NaN', { timeout: Number.NaN }],
      ['deadline NaN', { deadline: Number.NaN }],
    ] as [string, RetryOptions][])('R12 %s is a RangeError, and the lock is not touched', async (_, options) => {
      const lock = { acquire: vi.fn() };
      await expect(retryWithLock(lock, () => 1, options)).rejects.toBeInstanceOf(RangeError);
      expect(lock.acquire).not.toHaveBeenCalled();
    });

    it.each([0, -5, -Infinity])('R12 a timeout of %d makes no attempt', async (timeout) => {
      const clock = new ManualClock();
      const lock = { acquire: vi.fn() };
      const done = retryWithLock(lock, () => 1, { timeout, clock });
      await expect(done).rejects.toMatchObject({ code: 'RETRY_EXHAUSTED', reason: 'deadline', attempts: 0 });
      expect(lock.acquire).not.toHaveBeenCalled();
      expect(clock.pending).toBe(0);
    });

    it('R12 one attempt means no retry; infinite attempts go on', async () => {
      const clock = new ManualClock();
      const once = retryWithLock(new Mutex(), failing(1), { maxAttempts: 1 });
      await expect(once).rejects.toMatchObject({ attempts: 1, reason: 'attempts' });
      const many = retryWithLock(new Mutex(), failing(50), { clock, maxAttempts: Infinity });
      await expect(run(clock, many)).resolves.toBe(51);
    });

    it('R12 delays stay numbers after thousands of attempts, with a random of 0 and a base of 0 too', async () => {
      for (const options of [{ random: () => 0 }, { baseDelay: 0 }, { random: () => 1 }]) {
        const delays: number[] = [];
        const sleep = async (delay: number) => void delays.push(delay);
        const limits = { maxAttempts: Infinity, maxDelay: Infinity };
        await retryWithLock(new Mutex(), failing(2000), { ...limits, sleep, ...options });
        expect(delays.every((delay) => delay >= 0 && delay <= Number.MAX_SAFE_INTEGER)).toBe(true);
      }
    });

    it.each([0, -5, -Infinity])('R12 a delay of %d waits for one turn of the timers', async (delay) => {
      const clock = new ManualClock();
      const done = fateOf(retryWithLock(new Mutex(), failing(1), { clock, delay: () => delay }));
      await settle();
      expect(done.state).toBe('pending');
      expect(clock.untilNext).toBe(0);
      clock.advance(0);
      await settle();
      expect(done.value).toBe(2);
    });

    it('R12 a delay of Infinity gives up at once, of NaN is a RangeError with the cause', async () => {
      const clock = new ManualClock();
      const error = new Conflict();
      const withDelay = (delay: number) =>
        retryWithLock(new Mutex(), failing(9, () => error), { clock, delay: () => delay });
      await expect(withDelay(Infinity)).rejects.toMatchObject({ reason: 'delay', attempts: 1, cause: error });
      await expect(withDelay(Number.NaN)).rejects.toMatchObject({ name: 'RangeError', cause: error });
      expect(clock.pending).toBe(0);
    });

    it('R12 a delay longer than any timer is waited for in full', async () => {
      const clock = new ManualClock();
      const year = 365 * 24 * 3600 * 1000;
      const done = fateOf(retryWithLock(new Mutex(), failing(1), { clock, delay: () => year }));
      await settle();
      clock.advance(year - 1);
      await settle();
      expect(done.state).toBe('pending');
      clock.advance(1);
      await settle();
      expect(done.value).toBe(2);
    });
  });
});

it('R8 a policy that fails after its attempt has succeeded has the last word', async () => {
  const error = new Error('the policy gave up');
  const policy = async <T>(run: () => Promise<T>): Promise<T> => {
    await run();
    throw error;
  };
  await expect(retryWithLock(new Mutex(), () => 'done', { policy })).rejects.toBe(error);
});
