import { AsyncLocalStorage } from 'node:async_hooks';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it, vi } from 'vitest';
import { type Lease, LockTimeoutError, Mutex, Semaphore } from '../../src/runtime/index.js';
import { fateOf, gate, listenerCount, ManualClock, settle } from './manual-clock.js';

describe('Mutex', () => {
  describe('M1 withLock, acquire, tryAcquire', () => {
    it('M1 a section that returns no promise has given the lock back when withLock returns', async () => {
      const lock = new Mutex();
      const later = () => ({ then: (resolve: (value: number) => void) => resolve(2) }) as PromiseLike<number>;
      const [value, thenable] = [lock.withLock(() => 1), lock.withLock(later)];
      expect(lock.isLocked).toBe(true);
      await thenable;
      expect(lock.isLocked).toBe(false);
      const again = lock.withLock(() => ({ then: 'no function' }));
      await expect(Promise.all([value, thenable, again])).resolves.toEqual([1, 2, { then: 'no function' }]);
      const failing = fateOf(lock.withLock(() => { throw new Error('own'); }));
      expect(lock.isLocked).toBe(false);
      await settle();
      expect(failing.error).toMatchObject({ message: 'own' });
      void lock.withLock(() => {});
      expect(lock.isLocked).toBe(false);
    });

    it('M1 withLock returns what the function returns, plain or promised', async () => {
      const lock = new Mutex();
      await expect(lock.withLock(() => 1)).resolves.toBe(1);
      await expect(lock.withLock(async () => 2)).resolves.toBe(2);
      expect(lock.isLocked).toBe(false);
    });

    it('M1 withLock holds the lock until the promise of the function settles', async () => {
      const lock = new Mutex();
      const work = gate();
      const first = lock.withLock(() => work.promise);
      const second = fateOf(lock.withLock(() => 'second'));
      await settle();
      expect(lock.isLocked).toBe(true);
      expect(second.state).toBe('pending');
      work.open();
      await first;
      await settle();
      expect(second).toEqual({ state: 'fulfilled', value: 'second' });
      expect(lock.isLocked).toBe(false);
    });

    it.each([
      ['a synchronous throw', (error: Error) => { throw error; }],
      ['a rejection', (error: Error) => Promise.reject(error)],
    ])('M1 withLock releases on %s and passes the error on unchanged, contended or not', async (_, fail) => {
      const lock = new Mutex();
      const error = new Error('work');
      await expect(lock.withLock(() => fail(error))).rejects.toBe(error);
      const lease = await lock.acquire();
      const waiting = lock.withLock(() => fail(error));
      lease.release();
      await expect(waiting).rejects.toBe(error);
      expect(lock.isLocked).toBe(false);
    });

    it('M1 withLock starts at once when the lock is free', () => {
      let started = false;
      void new Mutex().withLock(() => {
        started = true;
      });
      expect(started).toBe(true);
    });

    it('M1 a lease is released by release, using and await using', async () => {
      const lock = new Mutex();
      const byHand = await lock.acquire();
      expect(byHand.held).toBe(true);
      expect(byHand.weight).toBe(1);
      byHand.release();
      expect(byHand.held).toBe(false);
      {
        using lease = await lock.acquire();
        expect(lease.held).toBe(true);
        expect(lock.isLocked).toBe(true);
      }
      expect(lock.isLocked).toBe(false);
      {
        await using lease = await lock.acquire();
        expect(lease.held).toBe(true);
        expect(lock.isLocked).toBe(true);
      }
      expect(lock.isLocked).toBe(false);
    });

    it('M1 tryAcquire takes a free lock and never waits', async () => {
      const lock = new Mutex();
      const lease = lock.tryAcquire();
      expect(lease?.held).toBe(true);
      expect(lock.tryAcquire()).toBeUndefined();
      lease?.release();
      expect(lock.tryAcquire()?.held).toBe(true);
    });

    it('M1 the section runs in the asynchronous context of its caller, not of the releaser', async () => {
      const context = new AsyncLocalStorage<string>();
      const lock = new Mutex();
      const lease = await lock.acquire();
      const seen = context.run('caller', () => lock.withLock(() => context.getStore()));
      context.run('releaser', () => lease.release());
      await expect(seen).resolves.toBe('caller');
    });
  });

  describe('M2 first in, first out, and giving up', () => {
    it('M2 grants in the order of the calls, whatever their style', async () => {
      const lock = new Mutex();
      const lease = await lock.acquire();
      const order: number[] = [];
      const all = [
        lock.withLock(() => order.push(1)),
        lock.acquire().then((next) => { order.push(2); next.release(); }),
        lock.withLock(() => order.push(3), { timeout: 5 }),
      ];
      lease.release();
      await Promise.all(all);
      expect(order).toEqual([1, 2, 3]);
    });

    it('M2 nobody overtakes a waiter that has been granted but has not run yet', async () => {
      const lock = new Mutex();
      const lease = await lock.acquire();
      const order: string[] = [];
      const waiting = lock.withLock(() => order.push('waiter'));
      lease.release();
      expect(lock.tryAcquire()).toBeUndefined();
      const late = lock.withLock(() => order.push('late'));
      await Promise.all([waiting, late]);
      expect(order).toEqual(['waiter', 'late']);
    });

    it('M2 an aborted waiter rejects with the reason and those around it keep their order', async () => {
      const lock = new Mutex();
      const lease = await lock.acquire();
      const controller = new AbortController();
      const order: string[] = [];
      const before = lock.withLock(() => order.push('before'));
      const gone = fateOf(lock.withLock(() => order.push('gone'), { signal: controller.signal }));
      const after = lock.withLock(() => order.push('after'));
      const reason = { some: 'reason' };
      controller.abort(reason);
      expect(lock.waiting).toBe(2);
      await settle();
      expect(gone).toEqual({ state: 'rejected', error: reason });
      lease.release();
      await Promise.all([before, after]);
      expect(order).toEqual(['before', 'after']);
    });

    it('M2 a waiter that times out rejects with how long it waited, and its turn goes to the next', async () => {
      const clock = new ManualClock();
      const lock = new Mutex({ name: 'ledger', clock });
      const lease = await lock.acquire();
      const gone = fateOf(lock.acquire({ timeout: 50 }));
      const next = fateOf(lock.acquire({ timeout: 60 }));
      clock.advance(49);
      await settle();
      expect(gone.state).toBe('pending');
      clock.advance(1);
      await settle();
      expect(gone.error).toBeInstanceOf(LockTimeoutError);
      expect(gone.error).toMatchObject({ code: 'LOCK_TIMEOUT', lock: 'ledger', timeout: 50, waited: 50, waiting: 1 });
      lease.release();
      await settle();
      expect(next.value?.held).toBe(true);
      expect(clock.pending).toBe(0);
    });

    it('M2 an abort and then a release in the same tick: the next one gets the lock', async () => {
      const lock = new Mutex();
      const lease = await lock.acquire();
      const controller = new AbortController();
      const gone = fateOf(lock.acquire({ signal: controller.signal }));
      const next = fateOf(lock.acquire());
      controller.abort('gone');
      lease.release();
      await settle();
      expect(gone).toEqual({ state: 'rejected', error: 'gone' });
      expect(next.state).toBe('fulfilled');
    });

    it('M2 a grant and then an abort in the same tick: withLock does not start and passes the lock on', async () => {
      const lock = new Mutex();
      const lease = await lock.acquire();
      const controller = new AbortController();
      let started = false;
      const gone = fateOf(lock.withLock(() => { started = true; }, { signal: controller.signal }));
      const next = fateOf(lock.acquire());
      lease.release();
      controller.abort('gone');
      await settle();
      expect(gone).toEqual({ state: 'rejected', error: 'gone' });
      expect(started).toBe(false);
      expect(next.state).toBe('fulfilled');
    });

    it('M2 a grant and then an abort in the same tick: acquire resolves to a lease that passes it on', async () => {
      const lock = new Mutex();
      const lease = await lock.acquire();
      const controller = new AbortController();
      const granted = lock.acquire({ signal: controller.signal });
      const next = fateOf(lock.acquire());
      lease.release();
      controller.abort('too late');
      const late = await granted;
      expect(late.held).toBe(true);
      expect(next.state).toBe('pending');
      late.release();
      await settle();
      expect(next.state).toBe('fulfilled');
    });

    it('M2 a release from within the abort event does not grant to a waiter of the aborted signal', async () => {
      const lock = new Mutex();
      const lease = await lock.acquire();
      const controller = new AbortController();
      controller.signal.addEventListener('abort', () => lease.release());
      const gone = fateOf(lock.acquire({ signal: controller.signal }));
      const next = fateOf(lock.acquire());
      controller.abort('gone');
      await settle();
      expect(gone).toEqual({ state: 'rejected', error: 'gone' });
      expect(next.state).toBe('fulfilled');
      expect(listenerCount(controller.signal)).toBe(1);
    });

    it('M2 an aborted signal rejects on a free lock too, and takes nothing', async () => {
      const lock = new Mutex();
      const signal = AbortSignal.abort('before');
      await expect(lock.acquire({ signal })).rejects.toBe('before');
      await expect(lock.withLock(() => 1, { signal })).rejects.toBe('before');
      expect(lock.isLocked).toBe(false);
    });

    it.each([0, -1, -Infinity])('M2 a time-out of %d takes the lock only if it is free', async (timeout) => {
      const clock = new ManualClock();
      const lock = new Mutex({ clock });
      const lease = await lock.acquire({ timeout });
      await expect(lock.acquire({ timeout })).rejects.toBeInstanceOf(LockTimeoutError);
      await expect(lock.withLock(() => 1, { timeout })).rejects.toBeInstanceOf(LockTimeoutError);
      expect(lock.waiting).toBe(0);
      lease.release();
      expect(lock.isLocked).toBe(false);
    });

    it.each([1, 0.5])('M2 a time-out of %s ms is a wait', async (timeout) => {
      const clock = new ManualClock();
      const lock = new Mutex({ clock });
      const lease = await lock.acquire();
      const waiting = fateOf(lock.acquire({ timeout }));
      await settle();
      expect([waiting.state, lock.waiting]).toEqual(['pending', 1]);
      lease.release();
      await settle();
      expect([waiting.state, clock.pending]).toEqual(['fulfilled', 0]);
    });

    it('M2 a time-out of NaN is a RangeError, of Infinity no limit', async () => {
      const clock = new ManualClock();
      const lock = new Mutex({ clock });
      await expect(lock.acquire({ timeout: Number.NaN })).rejects.toEqual(new RangeError('timeout NaN is not a number'));
      const lease = await lock.acquire({ timeout: Infinity });
      const waiting = fateOf(lock.acquire({ timeout: Infinity }));
      expect(clock.pending).toBe(0);
      lease.release();
      await settle();
      expect(waiting.state).toBe('fulfilled');
    });

    it('M2 the longest timer there is ends a wait; a time-out longer than that is no limit, and not cut short', async () => {
      const clock = new ManualClock();
      const lock = new Mutex({ clock });
      const lease = await lock.acquire();
      const longest = fateOf(lock.acquire({ timeout: 2 ** 31 - 1 }));
      const longer = fateOf(lock.acquire({ timeout: 2 ** 31 }));
      clock.advance(2 ** 31 - 2);
      await settle();
      expect([longest.state, longer.state]).toEqual(['pending', 'pending']);
      clock.advance(1);
      await settle();
      expect(longest.error).toBeInstanceOf(LockTimeoutError);
      clock.advance(2 ** 33);
      await settle();
      expect([longer.state, clock.pending]).toEqual(['pending', 0]);
      lease.release();
      await settle();
      expect(longer.state).toBe('fulfilled');
    });
  });

  describe('M3 the lease of a section serves the next one', () => {
    it('M3 and never while anybody else has it', async () => {
      const [lock, other] = [new Mutex(), new Semaphore(2)];
      await lock.withLock(() => 1);
      const lease = await lock.acquire();
      lease.release();
      await lock.withLock(async () => {
        await settle();
        lease.release();
        expect(lease.held).toBe(false);
        expect(lock.isLocked).toBe(true);
      });
      // Two at once, ended in the order in which they began, and one inside of the other.
      await Promise.all([other.withLock(settle), other.withLock(settle)]);
      await other.withLock(() => other.withLock(() => expect(other.available).toBe(0)));
      await lock.withLock(() => other.withLock(() => expect([lock.isLocked, other.available]).toEqual([true, 1])));
      expect([lock.isLocked, other.available]).toEqual([false, 2]);
    });

    it('M3 M5 and never while a context that outlives the section has it', async () => {
      vi.resetModules();
      const fresh = await import('../../src/runtime/index.js');
      const [lock, other] = [new fresh.Mutex(), new fresh.Mutex()];
      await lock.withLock(() => 1);
      let go = (): void => {};
      const gate = new Promise<void>((resolve) => (go = resolve));
      // The first section of all with a context of its own begins in the synchronous part of one that has none.
      let outliving: Promise<unknown> | undefined;
      await lock.withLock(() => {
        outliving = fresh.retryWithLock(other, async () => {
          // eslint-disable-next-line lockwright/no-await-in-lock -- it is meant to outlive the section around it
          await gate;
          return lock.withLock(() => 'its turn');
        });
      });
      let end = (): void => {};
      // eslint-disable-next-line lockwright/no-await-in-lock -- held until the test says so
      const next = lock.withLock(() => new Promise<void>((resolve) => (end = resolve)));
      go();
      await settle();
      end();
      await next;
      await expect(outliving).resolves.toBe('its turn');
    });
  });

  describe('M1 M3 what a section returns', () => {
    it('M1 M3 a promise, or another thenable, that gets it back only when it settles', async () => {
      const lock = new Mutex();
      const settlers: ((value: string) => void)[] = [];
      const thenable = { then: (resolve: (value: string) => void) => void settlers.push(resolve) };
      const results = [lock.withLock(() => thenable as unknown as Promise<string>), lock.withLock(() => 'next')];
      await settle();
      expect([settlers.length, lock.isLocked, lock.waiting]).toEqual([1, true, 1]);
      settlers[0]!('settled');
      expect(await Promise.all(results)).toEqual(['settled', 'next']);
    });

    it('M1 a thenable that throws when it is looked at, or when it is waited for, leaves the lock free', async () => {
      const lock = new Mutex();
      const looked = { get then(): never { throw new Error('looked at'); } };
      const waited = { then: () => { throw new Error('waited for'); } };
      await expect(lock.withLock(() => looked)).rejects.toThrow('looked at');
      await expect(lock.withLock(() => waited as unknown as Promise<void>)).rejects.toThrow('waited for');
      expect(lock.isLocked).toBe(false);
    });
  });

  describe('M3 releasing', () => {
    it('M3 releasing twice frees nobody else', async () => {
      const lock = new Mutex();
      const first = await lock.acquire();
      first.release();
      const second = await lock.acquire();
      first.release();
      first[Symbol.dispose]();
      await first[Symbol.asyncDispose]();
      expect(second.held).toBe(true);
      expect(lock.tryAcquire()).toBeUndefined();
    });

    it('M3 releasing twice with waiters wakes one', async () => {
      const lock = new Mutex();
      const lease = await lock.acquire();
      const fates = [fateOf(lock.acquire()), fateOf(lock.acquire())];
      lease.release();
      lease.release();
      await settle();
      expect(fates.map(({ state }) => state)).toEqual(['fulfilled', 'pending']);
    });

    it('M3 the lock itself has no way to release', () => {
      const lock = new Mutex();
      const names = new Set(Object.keys(lock));
      for (let level = Mutex.prototype; level !== Object.prototype; level = Object.getPrototypeOf(level)) {
        for (const name of Object.getOwnPropertyNames(level)) names.add(name);
      }
      expect([...names].sort()).toEqual(
        ['acquire', 'constructor', 'isLocked', 'name', 'tryAcquire', 'waiting', 'withLock'],
      );
    });
  });

  describe('M4 the end of a wait is never the end of a hold', () => {
    it('M4 an abort during the section lets nobody in', async () => {
      const lock = new Mutex();
      const controller = new AbortController();
      const work = gate();
      const holder = fateOf(lock.withLock(() => work.promise, { signal: controller.signal, timeout: 10 }));
      const next = fateOf(lock.acquire());
      controller.abort();
      await settle();
      expect(holder.state).toBe('pending');
      expect(next.state).toBe('pending');
      work.open();
      await settle();
      expect(holder.state).toBe('fulfilled');
      expect(next.state).toBe('fulfilled');
    });

    it('M4 a time-out during the section lets nobody in', async () => {
      const clock = new ManualClock();
      const lock = new Mutex({ clock });
      const lease = await lock.acquire();
      const work = gate();
      const holder = fateOf(lock.withLock(() => work.promise, { timeout: 10 }));
      lease.release();
      await settle();
      const next = fateOf(lock.acquire());
      clock.advance(1000);
      await settle();
      expect(holder.state).toBe('pending');
      expect(next.state).toBe('pending');
      work.open();
      await settle();
      expect(next.state).toBe('fulfilled');
    });
  });

  describe('M8 nothing is left behind', () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const heap = (): number => {
      collect();
      collect();
      return process.memoryUsage().heapUsed;
    };

    it('M8 a million acquisitions in a row', async () => {
      const clock = new ManualClock();
      const lock = new Mutex({ clock });
      const { signal } = new AbortController();
      const options = { signal, timeout: 1000 };
      const section = (): void => {};
      for (let i = 0; i < 1000; i += 1) await lock.withLock(section, options);
      const before = heap();
      for (let i = 0; i < 500_000; i += 1) await lock.withLock(section, options);
      for (let i = 0; i < 500_000; i += 1) (await lock.acquire(options)).release();
      expect(heap() - before).toBeLessThan(1_000_000);
      expect(listenerCount(signal)).toBe(0);
      expect(clock.pending).toBe(0);
      expect(lock.isLocked).toBe(false);
    });

    it('M8 a hundred thousand hand-overs with a signal and a time-out', async () => {
      const clock = new ManualClock();
      const lock = new Mutex({ clock });
      const { signal } = new AbortController();
      let lease: Lease = await lock.acquire();
      const before = heap();
      for (let i = 0; i < 100_000; i += 1) {
        const next = lock.acquire({ signal, timeout: 1000 });
        lease.release();
        lease = await next;
      }
      expect(heap() - before).toBeLessThan(1_000_000);
      expect(listenerCount(signal)).toBe(0);
      expect(clock.pending).toBe(0);
      expect(lock.waiting).toBe(0);
    });

    it('M8 a thousand waiters put one listener on their signal, and none when they are gone', async () => {
      const clock = new ManualClock();
      const lock = new Mutex({ clock });
      await lock.acquire();
      const controller = new AbortController();
      const { signal } = controller;
      const fates = Array.from({ length: 1000 }, () => fateOf(lock.acquire({ signal, timeout: 1000 })));
      expect(listenerCount(signal)).toBe(1);
      controller.abort();
      await settle();
      expect(fates.every(({ state }) => state === 'rejected')).toBe(true);
      expect(listenerCount(signal)).toBe(0);
      expect(clock.pending).toBe(0);
    });
  });
});
