// What is special to reader-writer locks, keyed locks, and several locks at once.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  KeyedMutex, type LockFace, LockTimeoutError, Mutex, RwLock, SelfDeadlockError, Semaphore, withLocks,
} from '../../src/runtime/index.js';
import { fateOf, gate, ManualClock, settle } from './manual-clock.js';

describe('RwLock', () => {
  it('M6 readers share, a writer is alone', async () => {
    const lock = new RwLock();
    const [first, second] = [await lock.read.acquire(), await lock.read.acquire()];
    expect(lock.write.tryAcquire()).toBeUndefined();
    first.release();
    expect(lock.write.tryAcquire()).toBeUndefined();
    second.release();
    const writer = lock.write.tryAcquire();
    expect(writer?.held).toBe(true);
    expect([lock.read.tryAcquire(), lock.write.tryAcquire()]).toEqual([undefined, undefined]);
    writer?.release();
    expect([lock.read.isLocked, lock.write.isLocked]).toEqual([false, false]);
  });

  it('M6 neither side starves: a writer goes before later readers, and they before a later writer', async () => {
    const lock = new RwLock();
    const reader = await lock.read.acquire();
    const order: string[] = [];
    const all = [
      lock.write.withLock(() => order.push('write 1')),
      lock.read.withLock(() => order.push('read 1')),
      lock.read.withLock(() => order.push('read 2')),
      lock.write.withLock(() => order.push('write 2')),
    ];
    expect(lock.read.tryAcquire()).toBeUndefined();
    reader.release();
    await Promise.all(all);
    expect(order).toEqual(['write 1', 'read 1', 'read 2', 'write 2']);
  });

  it('M6 readers behind a writer that gives up go on at once', async () => {
    const lock = new RwLock();
    await lock.read.acquire();
    const controller = new AbortController();
    const writer = fateOf(lock.write.acquire({ signal: controller.signal }));
    const reader = fateOf(lock.read.acquire());
    controller.abort('enough');
    await settle();
    expect([writer.error, reader.state]).toEqual(['enough', 'fulfilled']);
  });

  it('M5 a reader that asks to write waits for itself, and is told', async () => {
    const lock = new RwLock();
    await lock.read.withLock(() => {
      const upgrade = lock.write.acquire();
      return expect(upgrade).rejects.toBeInstanceOf(SelfDeadlockError);
    });
  });
});

describe('KeyedMutex', () => {
  it('M6 keys exclude nobody but themselves, told apart as by a Map', async () => {
    const lock = new KeyedMutex<unknown>({ name: 'account' });
    const leases = [1, '1', NaN, {}, {}].map((key) => lock.tryAcquire(key));
    expect(leases.every((lease) => lease?.held)).toBe(true);
    expect(lock.tryAcquire(NaN)).toBeUndefined();
    expect(lock.size).toBe(5);
    expect(lock.of(1).name).toBe('account[1]');
  });

  it('M6 nothing is kept for an idle key, whatever became of it', async () => {
    const clock = new ManualClock();
    const lock = new KeyedMutex<string>({ clock });
    await lock.withLock('a', () => expect(lock.size).toBe(1));
    await lock.withLock('a', () => Promise.reject(new Error())).catch(() => {});
    await lock.withLock('a', () => { throw new Error(); }).catch(() => {});
    await lock.acquire('b', { signal: AbortSignal.abort() }).catch(() => {});
    await lock.acquire('b', { timeout: NaN }).catch(() => {});
    expect([lock.of('c').isLocked, lock.of('c').waiting, lock.size]).toEqual([false, 0, 0]);
    const lease = await lock.acquire('d');
    const waiting = fateOf(lock.acquire('d', { timeout: 5 }));
    clock.advance(5);
    await settle();
    expect(waiting.error).toBeInstanceOf(LockTimeoutError);
    lease.release();
    expect(lock.size).toBe(0);
  });

  it('M6 a key that has waiters stays one lock, and its faces are the same lock', async () => {
    const lock = new KeyedMutex<string>();
    const [one, other] = [lock.of('a'), lock.of('a')];
    const lease = await one.acquire();
    const order: number[] = [];
    const all = [other.withLock(() => order.push(1)), lock.withLock('a', () => order.push(2))];
    lease.release();
    expect(one.tryAcquire()).toBeUndefined();
    await Promise.all(all);
    expect(order).toEqual([1, 2]);
    expect(lock.size).toBe(0);
  });
});

describe('withLocks', () => {
  it('M7 two callers in opposite orders do not deadlock', async () => {
    const [a, b] = [new Mutex(), new Mutex()];
    let inside = 0;
    const section = async (): Promise<void> => {
      expect((inside += 1)).toBe(1);
      await settle();
      inside -= 1;
    };
    await Promise.all([withLocks([a, b], section), withLocks([b, a], section), withLocks([a, b], section)]);
    expect([a.isLocked, b.isLocked]).toEqual([false, false]);
  });

  it('M7 keys of one keyed lock, in any order, with a key given twice', async () => {
    const accounts = new KeyedMutex<string>();
    let inside = 0;
    const section = async (): Promise<void> => {
      expect((inside += 1)).toBe(1);
      await settle();
      inside -= 1;
    };
    const faces = (keys: string) => [...keys].map((key) => accounts.of(key));
    const all = ['ab', 'ba', 'aab', 'bca', 'cab'].map((keys) => withLocks(faces(keys), section));
    await Promise.all(all);
    expect(accounts.size).toBe(0);
  });

  it('M7 any callers with any locks all come to their end, and exclude each other', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(fc.nat(6), { maxLength: 5 }), { maxLength: 8 }), async (wishes) => {
        const keyed = new KeyedMutex<number>();
        const rw = new RwLock();
        const choice: ((index: number) => LockFace)[] = [() => rw.read, () => rw.write, (i) => keyed.of(i)];
        const held = new Map<string, number>();
        const ends = wishes.map((wish) => {
          const writes = [...new Set(wish.filter((index) => index !== 0))].map((i) => (i === 1 ? 'rw' : `key ${i}`));
          return withLocks(wish.map((index) => choice[Math.min(index, 2)]!(index)), async () => {
            for (const name of writes) held.set(name, (held.get(name) ?? 0) + 1);
            expect(Math.max(0, ...held.values())).toBeLessThanOrEqual(1);
            await Promise.resolve();
            for (const name of writes) held.set(name, held.get(name)! - 1);
          });
        });
        const done = fateOf(Promise.all(ends));
        await settle();
        expect(done.state).toBe('fulfilled');
        expect([keyed.size, rw.write.isLocked]).toEqual([0, false]);
      }),
    );
  });

  it('M7 the same lock as reader and as writer is taken once, as writer', async () => {
    const lock = new RwLock();
    await withLocks([lock.read, lock.write], () => {
      expect(lock.read.isLocked).toBe(true);
    });
    expect(lock.write.isLocked).toBe(false);
  });

  it('M2 M7 an abort or a time-out of the second gives the first back', async () => {
    const clock = new ManualClock();
    const [a, b, c] = [new Mutex({ clock }), new Semaphore(1, { clock }), new Mutex({ clock })];
    const blocker = await b.acquire();
    const timed = fateOf(withLocks([c, b, a], () => 'never', { timeout: 10 }));
    const controller = new AbortController();
    const aborted = fateOf(withLocks([a, b], () => 'never', { signal: controller.signal }));
    await settle();
    expect(a.isLocked).toBe(true);
    clock.advance(10);
    await settle();
    expect(timed.error).toBeInstanceOf(LockTimeoutError);
    controller.abort('no');
    await settle();
    expect(aborted.error).toBe('no');
    expect([a.isLocked, a.waiting, b.waiting, c.isLocked, clock.pending]).toEqual([false, 0, 0, false, 0]);
    blocker.release();
  });

  it('M7 an aborted signal and a time-out of NaN take nothing; no lock at all is none', async () => {
    const lock = new Mutex();
    await expect(withLocks([lock], () => 1, { signal: AbortSignal.abort('no') })).rejects.toBe('no');
    await expect(withLocks([lock], () => 1, { timeout: NaN })).rejects.toBeInstanceOf(RangeError);
    await expect(withLocks([], () => 'free')).resolves.toBe('free');
    expect(lock.isLocked).toBe(false);
  });

  it('M4 M7 all are held until the end', async () => {
    const [a, b] = [new Mutex(), new Mutex()];
    const work = gate();
    const done = withLocks([a, b], () => work.promise);
    await settle();
    expect([a.isLocked, b.isLocked]).toEqual([true, true]);
    work.open();
    await done;
    expect([a.isLocked, b.isLocked]).toEqual([false, false]);
  });
});

it('M7 the time-out of withLocks is for all its waits together, by the clock of the locks', async () => {
  const clock = new ManualClock();
  const [a, b] = [new Mutex({ clock }), new Mutex({ clock })];
  const [first, second] = [await a.acquire(), await b.acquire()];
  const waiting = fateOf(withLocks([a, b], () => 'never', { timeout: 10 }));
  clock.advance(6);
  first.release();
  await settle();
  clock.advance(4);
  await settle();
  expect(waiting.error).toMatchObject({ code: 'LOCK_TIMEOUT' });
  second.release();
  expect([a.isLocked, b.isLocked]).toEqual([false, false]);
});
