// What every lock promises, whichever it is: one suite for all faces of the one queue, plain and watched.

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  KeyedMutex,
  lockdep,
  type LockFace,
  type LockOptions,
  LockTimeoutError,
  Mutex,
  NotHeldError,
  retryWithLock,
  RwLock,
  SelfDeadlockError,
  Semaphore,
} from '../../src/runtime/index.js';
import { fateOf, gate, listenerCount, ManualClock, settle } from './manual-clock.js';

const faces: Record<string, (options?: LockOptions) => LockFace> = {
  'Mutex': (options) => new Mutex(options),
  'Semaphore of 1': (options) => new Semaphore(1, options),
  'writers of an RwLock': (options) => new RwLock(options).write,
  'a key of a KeyedMutex': (options) => new KeyedMutex<string>(options).of('key'),
};

const ways = Object.entries(faces).flatMap(([name, make]) => [
  { name, make, watched: false },
  { name: `${name}, with lockdep on`, make, watched: true },
]);

describe.each(ways)('$name', ({ make, watched }) => {
  beforeEach(() => {
    if (watched) lockdep.enable({ held: Infinity, stalled: Infinity });
  });
  afterEach(() => lockdep.disable());

  it('M1 withLock runs holding it and gives it back on return, throw and rejection', async () => {
    const lock = make();
    const error = new Error('work');
    await expect(lock.withLock(() => lock.isLocked)).resolves.toBe(true);
    await expect(lock.withLock(() => { throw error; })).rejects.toBe(error);
    await expect(lock.withLock(() => Promise.reject(error))).rejects.toBe(error);
    expect(lock.isLocked).toBe(false);
  });

  it('M1 a lease says whether it is held, and asserts it', async () => {
    const lock = make({ name: 'account' });
    const lease = await lock.acquire();
    lease.assertHeld();
    expect(lease.held).toBe(true);
    expect(lease.signal.aborted).toBe(false);
    expect(lease.signal).toBe(lease.signal);
    lease.release();
    expect(lease.held).toBe(false);
    expect(() => lease.assertHeld()).toThrow(NotHeldError);
    expect(() => lease.assertHeld()).toThrow(expect.objectContaining({ code: 'LOCK_NOT_HELD', lock: lock.name }));
  });

  it('M1 tryAcquire never waits', async () => {
    const lock = make();
    const lease = lock.tryAcquire();
    expect(lock.tryAcquire()).toBeUndefined();
    lease?.[Symbol.dispose]();
    await lock.tryAcquire()?.[Symbol.asyncDispose]();
    expect(lock.isLocked).toBe(false);
  });

  it('M2 first in, first out; those who give up leave no gap, no listener and no timer', async () => {
    const clock = new ManualClock();
    const lock = make({ clock });
    const controller = new AbortController();
    const lease = await lock.acquire();
    const order: number[] = [];
    const enter = (number: number) => () => void order.push(number);
    const all = [
      lock.withLock(enter(1)),
      lock.withLock(enter(2), { signal: controller.signal }),
      lock.acquire({ timeout: 10 }),
      lock.withLock(enter(4), { timeout: 1000 }),
    ].map((promise) => fateOf<unknown>(promise));
    expect(lock.waiting).toBe(4);
    controller.abort('no longer');
    clock.advance(10);
    await settle();
    expect(lock.waiting).toBe(2);
    lease.release();
    await settle();
    expect(order).toEqual([1, 4]);
    expect(all.map(({ state }) => state)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled']);
    expect(all[1]!.error).toBe('no longer');
    expect(all[2]!.error).toBeInstanceOf(LockTimeoutError);
    expect(all[2]!.error).toMatchObject({ lock: lock.name, timeout: 10, waited: 10, waiting: 2 });
    expect([listenerCount(controller.signal), clock.pending, lock.isLocked]).toEqual([0, 0, false]);
  });

  // With lockdep on such work counts as the section's own, see docs/runtime/lockdep.md.
  it.skipIf(watched)('M5 what is begun in the synchronous part of a section and goes on after it may wait for the lock', async () => {
    const lock = make();
    const left = gate();
    let later: Promise<string> | undefined;
    await lock.withLock(() => {
      later = retryWithLock(new Mutex(), async () => {
        await left.promise;
        return lock.withLock(() => 'its turn');
      });
    });
    const lease = await lock.acquire();
    left.open();
    await settle();
    lease.release();
    expect(await later).toBe('its turn');
  });

  it('M2 a grant and an abort in the same tick pass the lock on, in either order', async () => {
    for (const abortFirst of [true, false]) {
      const lock = make();
      const controller = new AbortController();
      const lease = await lock.acquire();
      let ran = false;
      const given = fateOf(lock.withLock(() => (ran = true), { signal: controller.signal }));
      const next = fateOf(lock.acquire());
      if (abortFirst) controller.abort('late');
      lease.release();
      if (!abortFirst) controller.abort('late');
      await settle();
      expect([ran, given.error, next.state]).toEqual([false, 'late', 'fulfilled']);
    }
  });

  it('M3 an old lease frees nobody', async () => {
    const lock = make();
    const old = await lock.acquire();
    old.release();
    const lease = await lock.acquire();
    old.release();
    expect([lease.held, lock.isLocked]).toEqual([true, true]);
  });

  it('M4 an abort and a time-out end no hold', async () => {
    const clock = new ManualClock();
    const lock = make({ clock });
    const controller = new AbortController();
    const work = gate();
    const holder = fateOf(lock.withLock(() => work.promise, { signal: controller.signal, timeout: 5 }));
    const next = fateOf(lock.acquire());
    controller.abort();
    clock.advance(100);
    await settle();
    expect([holder.state, next.state]).toEqual(['pending', 'pending']);
    work.open();
    await settle();
    expect(next.state).toBe('fulfilled');
  });

  it('M5 asking again before the first await of the section fails at once', async () => {
    const lock = make({ name: 'account' });
    const nested: Promise<unknown>[] = [];
    await lock.withLock(() => {
      nested.push(lock.withLock(() => 1), lock.acquire());
      for (const promise of nested) promise.catch(() => {});
    });
    for (const promise of nested) await expect(promise).rejects.toBeInstanceOf(SelfDeadlockError);
    expect([lock.isLocked, lock.waiting]).toEqual([false, 0]);
  });

  it('M5 siblings under Promise.all, inside another lock too, wait for each other', async () => {
    const lock = make();
    let inside = 0;
    const task = () =>
      lock.withLock(async () => {
        inside += 1;
        await settle();
        expect(inside).toBe(1);
        inside -= 1;
      });
    await Promise.all([task(), task()]);
    await new Mutex().withLock(() => Promise.all([task(), task(), task()]));
    expect(lock.isLocked).toBe(false);
  });

  it('M8 ten thousand acquisitions leave nothing on a signal or a clock', async () => {
    const clock = new ManualClock();
    const lock = make({ clock });
    const { signal } = new AbortController();
    for (let i = 0; i < 10_000; i += 1) {
      const lease = await lock.acquire({ signal, timeout: 10 });
      const next = lock.withLock(() => {}, { signal, timeout: 10 });
      lease.release();
      await next;
    }
    expect([listenerCount(signal), clock.pending, lock.isLocked]).toEqual([0, 0, false]);
  });
});
