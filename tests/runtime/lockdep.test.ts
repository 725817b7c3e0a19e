// lockdep and the events: each promise by its number.

import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  assertHeld,
  assertNoLockHeld,
  ConfigCell,
  detached,
  KeyedMutex,
  type Lease,
  lockdep,
  LockHeldError,
  type LockFace,
  LockOrderError,
  type LockTimeoutError,
  type LockReport,
  Mutex,
  NotHeldError,
  Notifier,
  retryWithLock,
  RwLock,
  SelfDeadlockError,
  Semaphore,
  SharedRef,
  sleep,
  withLocks,
} from '../../src/runtime/node.js';
import { LockNode, LockOrder } from '../../src/runtime/lock-order.js';
import { fateOf, gate, ManualClock, settle } from './manual-clock.js';

const nested = (outer: LockFace, inner: LockFace): Promise<unknown> =>
  outer.withLock(async () => {
    await settle();
    await inner.withLock(() => {});
  });

async function errorOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => expect.fail('it should have been refused'),
    (error: unknown) => error,
  );
}

let reports: LockReport[] = [];
const clock = new ManualClock();
const named = (name: string): Mutex => new Mutex({ name, clock });

describe('lockdep on', () => {
  beforeEach(() => {
    reports = [];
    lockdep.enable({ held: 100, stalled: 200, report: (report) => reports.push(report) });
  });
  afterEach(() => {
    lockdep.disable();
    expect(clock.pending, 'a timer is left').toBe(0);
  });

  describe('the order of locks', () => {
    it('L1 refuses the first acquisition that could deadlock, before it is made, with both chains', async () => {
      const [a, b] = [named('a'), named('b')];
      await nested(a, b);
      let entered = false;
      const error = await errorOf(b.withLock(async function inverted() {
        await settle();
        await a.withLock(() => (entered = true));
      }));
      expect(error).toBeInstanceOf(LockOrderError);
      expect(error).toMatchObject({ code: 'LOCK_ORDER', lock: 'a' });
      const { chains, message } = error as LockOrderError;
      expect(chains.map(({ from, to }) => `${from} -> ${to}`)).toEqual(['b -> a', 'a -> b']);
      for (const { heldStack, askedStack } of chains) {
        expect(heldStack).toMatch(/lockdep\.test\.ts/);
        expect(askedStack).toMatch(/lockdep\.test\.ts/);
        expect(heldStack).not.toMatch(/^Error/);
      }
      expect(chains[0]!.askedStack).toMatch(/inverted/);
      expect(message).toContain('taken in an order that can deadlock: b -> a -> b');
      expect(message).toContain(chains[1]!.heldStack);
      expect(message.match(/^(?:now|before): .*$/gm)).toEqual([
        'now: a is asked for while b is held',
        'before: b is asked for while a is held',
      ]);
      expect([entered, a.isLocked, b.isLocked]).toEqual([false, false, false]);
    });

    it('L1 forgets the order when it is turned off', async () => {
      const [a, b] = [named('a'), named('b')];
      await nested(a, b);
      lockdep.disable();
      lockdep.enable({ held: Infinity, stalled: Infinity });
      await nested(b, a);
      expect(lockdep.graph().edges).toHaveLength(1);
    });

    it('L1 refuses it each time, also as a lease and in a circle of three', async () => {
      const [a, b, c] = [named('a'), named('b'), named('c')];
      await nested(a, b);
      await nested(b, c);
      for (let time = 0; time < 2; time += 1) {
        const error = await errorOf(c.withLock(async () => {
          await settle();
          (await a.acquire()).release();
        }));
        expect((error as LockOrderError).chains.map(({ from }) => from)).toEqual(['c', 'a', 'b']);
      }
      expect(a.isLocked).toBe(false);
    });

    it('L1 learns per asynchronous context: siblings and tasks side by side are no order', async () => {
      const [a, b] = [named('a'), named('b')];
      const work = gate();
      const first = a.withLock(() => work.promise);
      const second = b.withLock(() => work.promise);
      await Promise.all([settle(), settle().then(work.open)]);
      await Promise.all([first, second]);
      await nested(named('outer'), a);
      await Promise.all([a, b].map((lock) => named('around').withLock(() => lock.withLock(() => settle()))));
      expect(lockdep.graph().edges).toHaveLength(3);
      await nested(b, a);
    });

    it('L1 counts what is asked for after the section as free of it, and what is detached', async () => {
      const [a, b] = [named('a'), named('b')];
      await nested(a, b);
      let later: Promise<unknown> | undefined;
      const left = gate();
      await b.withLock(() => {
        later = left.promise.then(() => a.withLock(() => {}));
      });
      left.open();
      await later;
      await b.withLock(async () => {
        await settle();
        await detached(() => a.withLock(() => {}));
      });
    });

    it('L1 a lock held around both orders makes them harmless, until it once is not', async () => {
      const [guard, a, b] = [named('guard'), named('a'), named('b')];
      await guard.withLock(() => nested(a, b));
      await guard.withLock(() => nested(b, a));
      expect(await errorOf(nested(a, b))).toBeInstanceOf(LockOrderError);
    });

    it('L1 a reader around both orders guards nothing', async () => {
      const [guard, a, b] = [new RwLock({ name: 'guard', clock }), named('a'), named('b')];
      await guard.read.withLock(() => nested(a, b));
      expect(await errorOf(guard.read.withLock(() => nested(b, a)))).toBeInstanceOf(LockOrderError);
    });

    it('L1 what never waits is no part of a circle: a try, and a time-out of 0', async () => {
      const [a, b] = [named('a'), named('b')];
      await nested(a, b);
      await b.withLock(async () => {
        await settle();
        a.tryAcquire()!.release();
        await a.withLock(() => {}, { timeout: 0 });
      });
    });

    it('L1 tells keys apart, and knows them when they have been idle', async () => {
      const keys = new KeyedMutex<string>({ name: 'key', clock });
      await nested(keys.of('a'), keys.of('b'));
      await nested(keys.of('b'), keys.of('c'));
      expect(keys.size).toBe(0);
      await nested(keys.of('a'), keys.of('c'));
      const error = await errorOf(nested(keys.of('c'), keys.of('a')));
      expect((error as LockOrderError).chains[0]).toMatchObject({ from: 'key[c]', to: 'key[a]' });
    });

    it('L1 withLocks is in order by itself, and known to hold them all', async () => {
      const [a, b, c] = [named('a'), named('b'), named('c')];
      await withLocks([b, a], settle);
      await withLocks([a, b], settle);
      await nested(c, a);
      const error = await errorOf(withLocks([a, b], async () => {
        await settle();
        await c.withLock(() => {});
      }));
      expect((error as LockOrderError).chains.map(({ from }) => from)).toEqual(['b', 'c', 'a']);
    });

    it('L1 an attempt of retryWithLock holds its lock', async () => {
      const [a, b] = [named('a'), named('b')];
      await nested(a, b);
      const error = await errorOf(retryWithLock(b, async () => {
        await settle();
        await a.withLock(() => {});
      }, { maxAttempts: 1, clock }));
      expect((error as Error).cause).toBeInstanceOf(LockOrderError);
    });

    it('M5 a section that asks again after its first await is told so, with both stacks', async () => {
      const lock = named('again');
      const error = await errorOf(lock.withLock(async function holder() {
        await settle();
        await lock.withLock(() => {});
      }));
      expect(error).toBeInstanceOf(SelfDeadlockError);
      const { cause } = error as { cause: Error };
      expect(cause.message).toBe('again was taken here');
      expect(cause.stack).toMatch(/lockdep\.test\.ts/);
      expect((error as SelfDeadlockError).stack).toMatch(/holder/);
      expect(lock.isLocked).toBe(false);
    });

    it('M5 siblings under Promise.all wait for each other as ever', async () => {
      const lock = named('shared');
      await Promise.all([1, 2, 3].map(() => lock.withLock(settle)));
    });

    it('L1 M5 permits of one semaphore, and readers of one lock, within each other', async () => {
      const pool = new Semaphore(3, { name: 'pool', clock });
      expect(await errorOf(nested(pool, pool))).toMatchObject({ code: 'LOCK_ORDER', chains: [{ from: 'pool', to: 'pool' }] });
      const { read, write } = new RwLock({ name: 'rw', clock });
      expect(await errorOf(nested(read, read))).toBeInstanceOf(LockOrderError);
      expect(await errorOf(nested(read, write))).toBeInstanceOf(SelfDeadlockError);
      const guard = named('guard');
      await guard.withLock(() => nested(pool, pool));
    });

    it('L5 the graph is data', async () => {
      const [a, b, c] = [named('a'), named('b'), named('c')];
      await a.withLock(() => nested(b, c));
      await a.withLock(() => nested(b, c));
      const { locks, edges } = lockdep.graph();
      const nameOf = new Map(locks.map(({ id, name }) => [id, name]));
      expect(edges.map(({ from, to }) => `${nameOf.get(from)} -> ${nameOf.get(to)}`).sort()).toEqual(['a -> b', 'a -> c', 'b -> c']);
      expect(JSON.parse(JSON.stringify({ locks, edges }))).toEqual({ locks, edges });
      lockdep.disable();
      expect(lockdep.graph()).toEqual({ locks: [], edges: [] });
    });
  });

  describe('what must not be done under a lock', () => {
    it('L2 the back-off of retryWithLock asserts that no lock is held', async () => {
      const outer = named('outer');
      const failing = (): Promise<unknown> =>
        retryWithLock(named('inner'), () => Promise.reject(new Error('busy')), { clock, maxAttempts: 2, random: () => 0 });
      const error = await errorOf(outer.withLock(failing));
      expect(error).toBeInstanceOf(LockHeldError);
      expect(error).toMatchObject({ code: 'LOCK_HELD', lock: 'outer' });
      expect((error as LockHeldError).message).toMatch(/^retryWithLock waits between attempts while outer is held/);
      expect((error as { cause: Error }).cause.stack).toMatch(/lockdep\.test\.ts/);
      const free = fateOf(failing());
      await settle();
      clock.advance(1);
      await settle();
      expect(free.error).toMatchObject({ code: 'RETRY_EXHAUSTED' });
    });

    it('L2 sleep asserts that no lock is held', async () => {
      const lock = named('a');
      await expect(lock.withLock(async () => (await settle(), sleep(1, { clock })))).rejects.toThrow('sleep while a is held');
      const asleep = sleep(1, { clock });
      clock.advance(1);
      await asleep;
    });

    it('L2 assertNoLockHeld', async () => {
      const lock = named('a');
      assertNoLockHeld();
      await lock.withLock(async () => {
        expect(() => assertNoLockHeld('a long job')).toThrow('a long job while a is held');
        await settle();
        expect(() => assertNoLockHeld()).toThrow(LockHeldError);
        detached(() => assertNoLockHeld());
      });
      assertNoLockHeld();
      await new SharedRef(async () => (await settle(), assertNoLockHeld())).ready();
      await new ConfigCell(1).pin(async () => (await settle(), assertNoLockHeld()));
    });

    it('L2 assertNoLockHeld knows a lock of another engine in an attempt', async () => {
      const remote = { name: 'remote', acquire: () => Promise.resolve({ release: () => {} }) };
      await retryWithLock(remote, async () => {
        await settle();
        expect(() => assertNoLockHeld()).toThrow(/remote is held/);
      });
    });

    it('L2 assertHeld', async () => {
      const [a, b] = [named('a'), named('b')];
      expect(() => assertHeld(a)).toThrow(NotHeldError);
      const work = gate();
      const other = b.withLock(() => work.promise);
      await a.withLock(async () => {
        assertHeld(a);
        await settle();
        assertHeld(a);
        expect(() => assertHeld(b), 'somebody else holds it').toThrow(NotHeldError);
      });
      work.open();
      await other;
      // A lease belongs to nobody's context, so its holder is never accused.
      const lease = await a.acquire();
      assertHeld(a);
      lease.release();
      expect(() => assertHeld(a)).toThrow(NotHeldError);
    });
  });

  describe('what lasts too long', () => {
    it('L3 a hold is reported once, with the stack of its holder', async () => {
      const lock = named('slow');
      const work = gate();
      const holder = lock.withLock(function slowHolder() {
        return work.promise;
      });
      clock.advance(99);
      expect(reports).toEqual([]);
      clock.advance(1);
      expect(reports).toMatchObject([{ kind: 'held-too-long', lock: 'slow', duration: 100, holders: [] }]);
      expect(reports[0]!.stack).toMatch(/lockdep\.test\.ts/);
      clock.advance(1000);
      expect(reports).toHaveLength(1);
      work.open();
      await holder;
    });

    it('L3 a wait is reported once, with those who hold the lock', async () => {
      const lock = named('busy');
      const lease = await lock.acquire();
      clock.advance(50);
      const waiting = lock.acquire();
      clock.advance(200);
      clock.advance(1000);
      expect(reports.map(({ kind }) => kind)).toEqual(['held-too-long', 'stalled-wait']);
      expect(reports[1]).toMatchObject({ lock: 'busy', duration: 200, holders: [{ duration: 250 }] });
      expect(reports[1]!.holders[0]!.stack).toMatch(/lockdep\.test\.ts/);
      expect(reports[1]!.stack).toMatch(/lockdep\.test\.ts/);
      lease.release();
      (await waiting).release();
    });

    it('L3 nothing is reported of what ends in time, nor a timer left', async () => {
      const lock = named('quick');
      const lease = await lock.acquire();
      const waiting = [lock.acquire(), lock.acquire({ timeout: 500 }), lock.withLock(() => {}, { signal: AbortSignal.abort() })];
      const fates = waiting.map((wait) => fateOf(wait as Promise<Lease>));
      clock.advance(99);
      lease.release();
      // eslint-disable-next-line lockwright/no-release-unheld -- that a second release reports nothing is what is tried
      lease.release();
      clock.advance(99);
      await settle();
      fates[0]!.value!.release();
      await settle();
      fates[1]!.value!.release();
      expect(fates[2]!.state).toBe('rejected');
      clock.advance(10_000);
      expect(reports).toEqual([]);
    });

    it('L3 Infinity reports never and sets no timer', async () => {
      lockdep.enable({ held: Infinity, stalled: Infinity, report: (report) => reports.push(report) });
      const lease = await named('a').acquire();
      expect(clock.pending).toBe(0);
      lease.release();
    });

    it('L3 reports go to the console where nobody takes them', async () => {
      const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
      try {
        lockdep.enable();
        const lock = named('a');
        const lease = await lock.acquire();
        const waiting = lock.acquire();
        clock.advance(5000);
        expect(warn.mock.calls.map(([text]) => (text as string).split('\n')[0])).toEqual([
          'lockwright: a: held for 1000 ms so far',
          'lockwright: a: waited for 5000 ms so far',
        ]);
        expect(warn.mock.calls[1]![0]).toContain('held for 5000 ms, taken here:');
        lease.release();
        (await waiting).release();
      } finally {
        warn.mockRestore();
      }
    });

    it.each([{ held: NaN }, { held: -1 }, { stalled: NaN }, { stalled: -1 }])('refuses %o', (options) => {
      expect(() => lockdep.enable(options)).toThrow(RangeError);
    });
  });

  it('M2 M4 locks do the same with lockdep on: order, abort, time-out, errors', async () => {
    const lock = named('lock');
    const controller = new AbortController();
    const lease = await lock.acquire();
    const order: number[] = [];
    const fates = [
      lock.withLock(() => order.push(1)),
      lock.withLock(() => order.push(2), { signal: controller.signal }),
      lock.withLock(() => order.push(3), { timeout: 10 }),
      lock.withLock(() => Promise.reject(new Error('own'))),
      lock.withLock(() => order.push(5)),
    ].map((promise) => fateOf<unknown>(promise));
    controller.abort('no longer');
    clock.advance(10);
    lease.release();
    await settle();
    expect(order).toEqual([1, 5]);
    expect(fates.map(({ error }) => (error as Error | undefined)?.message ?? error)).toEqual([
      undefined, 'no longer', 'lock: not acquired within 10 ms', 'own', undefined,
    ]);
    expect([lock.isLocked, lock.waiting]).toEqual([false, 0]);
  });

  it.each([10, 0])('a time-out of %s ms says who held the lock, and for how long', async (timeout) => {
    const clock = new ManualClock();
    const lock = new Semaphore(2, { name: 'pool', clock });
    await lock.acquire();
    clock.advance(5);
    await lock.acquire();
    const waiting = fateOf(lock.acquire({ timeout }));
    clock.advance(timeout);
    await settle();
    expect(waiting.error).toMatchObject({ lock: 'pool', timeout, waited: timeout });
    const { holders } = waiting.error as LockTimeoutError;
    expect(holders!.map(({ duration }) => duration)).toEqual([5 + timeout, timeout]);
    for (const { stack } of holders!) expect(stack).toContain('lockdep.test.ts');
  });

  it('M2 a grant and an abort in the same tick pass the lock on, with lockdep on', async () => {
    for (const abortFirst of [true, false]) {
      const lock = named('lock');
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
      next.value!.release();
    }
  });

  it('M1 starts within the call where the lock is free, and refuses what means nothing', async () => {
    const lock = named('lock');
    let started = false;
    const running = lock.withLock(() => void (started = true));
    expect(started).toBe(true);
    await running;
    await expect(lock.acquire({ timeout: NaN })).rejects.toThrow(RangeError);
    await expect(lock.withLock(() => {}, { timeout: NaN })).rejects.toThrow(RangeError);
  });
});

describe('lockdep off', () => {
  it('L1 it is off by default, and learns nothing', async () => {
    expect(lockdep.enabled).toBe(false);
    const [a, b] = [named('a'), named('b')];
    await nested(a, b);
    await nested(b, a);
    expect(lockdep.graph().edges).toEqual([]);
  });

  it('L2 the assertions accuse nobody', async () => {
    const lock = named('a');
    const lease = await lock.acquire();
    assertHeld(lock);
    lease.release();
    expect(() => assertHeld(lock), 'nobody holds it').toThrow(NotHeldError);
    await lock.withLock(() => assertNoLockHeld());
  });

  it('L1 what was taken while it was on is given back when it is off', async () => {
    lockdep.enable({ held: 10, report: (report) => reports.push(report) });
    const lock = named('a');
    const lease = await lock.acquire();
    const waiting = lock.withLock(() => settle());
    lockdep.disable();
    lease.release();
    await waiting;
    expect([lock.isLocked, clock.pending]).toEqual([false, 0]);
  });

  const entry = fileURLToPath(new URL('../../src/runtime/dist/', import.meta.url));
  const enabled = (file: string, env: NodeJS.ProcessEnv): string =>
    execFileSync(process.execPath, [
      '--input-type=module', '-e',
      `const { lockdep } = await import(${JSON.stringify(`file://${entry}${file}`)}); console.log(lockdep.enabled)`,
    ], { encoding: 'utf8', env: { ...process.env, LOCKWRIGHT_LOCKDEP: undefined, ...env } }).trim();

  it('L1 LOCKWRIGHT_LOCKDEP=1 turns it on, where there is a process', () => {
    expect(enabled('node.js', { LOCKWRIGHT_LOCKDEP: '1' })).toBe('true');
    expect(enabled('node.js', { LOCKWRIGHT_LOCKDEP: '0' })).toBe('false');
    expect(enabled('node.js', {})).toBe('false');
    expect(enabled('index.js', { LOCKWRIGHT_LOCKDEP: '1' })).toBe('false');
  });

  it('L1 degrades where there is no AsyncLocalStorage: the synchronous part of a section is still known', () => {
    const script = `
      process.getBuiltinModule = undefined;
      const { lockdep, Mutex } = await import(${JSON.stringify(`file://${entry}node.js`)});
      lockdep.enable();
      const [a, b] = [new Mutex({ name: 'a' }), new Mutex({ name: 'b' })];
      await a.withLock(() => b.withLock(() => {}));
      const early = await b.withLock(() => a.withLock(() => {})).catch((error) => error.code);
      await b.withLock(async () => (await null, a.withLock(() => {})));
      console.log(early, lockdep.graph().edges.length);`;
    const told = execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
    expect(told.trim()).toBe('LOCK_ORDER 1');
  });

  it('L3 a watchdog keeps no process alive', () => {
    const script = `
      const { lockdep, Mutex } = await import(${JSON.stringify(`file://${entry}node.js`)});
      lockdep.enable({ held: 2 ** 31 - 1 });
      const lock = new Mutex();
      await lock.acquire();
      lock.acquire();`;
    execFileSync(process.execPath, ['--input-type=module', '-e', script], { timeout: 20_000 });
  });
});

describe('events', () => {
  const heard: string[] = [];
  const listener = (message: unknown, name: string | symbol): void => {
    heard.push(`${String(name).replace('lockwright:', '')} ${Object.values(message as object).join(' ')}`);
  };
  const names = ['acquire', 'wait', 'release', 'reload', 'switch', 'deliver', 'report'].map((name) => `lockwright:${name}`);

  beforeEach(() => {
    heard.length = 0;
    for (const name of names) subscribe(name, listener);
  });
  afterEach(() => {
    for (const name of names) unsubscribe(name, listener);
  });

  it('L4 acquire, wait and release, with weights and times, lockdep being off', async () => {
    const lock = new Semaphore(2, { name: 'pool', clock });
    const lease = await lock.acquire({ weight: 2 });
    const waiting = lock.withLock(() => void clock.advance(3));
    clock.advance(7);
    lease.release();
    await waiting;
    lock.tryAcquire()!.release();
    expect(heard).toEqual([
      'acquire pool 2 0', 'wait pool 1 1', 'release pool 2 7', 'acquire pool 1 7', 'release pool 1 3', 'acquire pool 1 0', 'release pool 1 0',
    ]);
    expect(clock.pending).toBe(0);
  });

  it('R9 nested use is seen as ever when somebody has listened', async () => {
    await named('a').withLock(settle);
    const lock = named('b');
    const nestedUse = retryWithLock(lock, async () => (await settle(), lock.withLock(() => {})), { clock });
    await expect(nestedUse).rejects.toBeInstanceOf(SelfDeadlockError);
  });

  it('L4 reload and switch', async () => {
    const ref = new SharedRef(() => 1, { name: 'backend' });
    await ref.ready();
    await ref.reload();
    new ConfigCell(1).switchTo(2);
    expect(heard).toEqual(['reload backend 1', 'reload backend 2', 'switch 2']);
  });

  it('L4 deliver', async () => {
    const notifier = new Notifier<string>(() => {}, { name: 'taps' });
    const session = notifier.open('payload');
    notifier.mark(session);
    await settle();
    expect(heard).toEqual(['deliver taps 1']);
    await notifier.shutdown();
  });

  it('L4 reports', async () => {
    lockdep.enable({ held: 10, report: () => {} });
    const lease = await named('a').acquire();
    clock.advance(10);
    lease.release();
    lockdep.disable();
    expect(heard.filter((line) => line.startsWith('report'))).toHaveLength(1);
  });

  it('L4 nothing is computed when nobody listens', async () => {
    for (const name of names) unsubscribe(name, listener);
    let asked = 0;
    const counting = { ...clock, now: () => (asked += 1), setTimer: () => 0, clearTimer: () => {} };
    const lock = new Mutex({ clock: counting });
    const lease = await lock.acquire();
    const waiting = lock.withLock(() => {});
    lease.release();
    await waiting;
    expect([asked, heard]).toEqual([0, []]);
  });

  it('L4 one who listens to releases alone hears those', async () => {
    for (const name of names) if (name !== 'lockwright:release') unsubscribe(name, listener);
    await named('a').withLock(() => {});
    expect(heard).toEqual(['release a 1 0']);
  });
});

describe('the learned order itself', () => {
  const trace = new Error('here');
  const none = new Set<LockNode>();

  it('L1 forgets the oldest edge when there are too many', () => {
    const order = new LockOrder();
    const hub = new LockNode(0, 'hub');
    const first = new LockNode(1, 'first');
    order.learn(hub, first, none, trace, trace);
    expect(order.learn(first, hub, none, trace, trace)).toBeDefined();
    for (let id = 2; id <= 10_001; id += 1) order.learn(hub, new LockNode(id, 'short-lived'), none, trace, trace);
    expect(order.edges.size).toBe(10_000);
    expect(hub.after.size).toBe(10_000);
    expect(order.learn(first, hub, none, trace, trace)).toBeUndefined();
  });

  it('L1 finds a circle past one that is guarded', () => {
    const order = new LockOrder();
    const [a, b, c, guard] = ['a', 'b', 'c', 'guard'].map((name, id) => new LockNode(id, name)) as [LockNode, LockNode, LockNode, LockNode];
    const guarded = new Set([guard]);
    order.learn(a, b, guarded, trace, trace);
    order.learn(b, c, guarded, trace, trace);
    order.learn(a, c, none, trace, trace);
    expect(order.learn(c, a, guarded, trace, trace)?.map(({ to }) => to.name)).toEqual(['a', 'c']);
  });

  it('L1 ends on a guarded circle that is no way to anywhere', () => {
    const order = new LockOrder();
    const [a, b, c, guard] = ['a', 'b', 'c', 'guard'].map((name, id) => new LockNode(id, name)) as [LockNode, LockNode, LockNode, LockNode];
    order.learn(a, b, new Set([guard]), trace, trace);
    expect(order.learn(b, a, new Set([guard]), trace, trace)).toBeUndefined();
    expect(order.learn(c, a, none, trace, trace)).toBeUndefined();
    expect(order.edges.size).toBe(3);
  });

  it('L1 finds a circle through a lock that was first come upon under a guard', () => {
    const order = new LockOrder();
    const [a, b, c, d, guard] = ['a', 'b', 'c', 'd', 'guard'].map((name, id) => new LockNode(id, name)) as [LockNode, LockNode, LockNode, LockNode, LockNode];
    const guarded = new Set([guard]);
    order.learn(a, b, guarded, trace, trace);
    order.learn(b, c, guarded, trace, trace);
    order.learn(a, d, none, trace, trace);
    order.learn(d, b, none, trace, trace);
    expect(order.learn(c, a, guarded, trace, trace)?.map(({ to }) => to.name)).toEqual(['a', 'd', 'b', 'c']);
  });
});
