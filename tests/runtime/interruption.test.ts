// An abort at every single step of every operation that takes a signal, in the manner of Effect's tests: a clean run
// counts the steps, and then the same run is aborted before each of them. Whatever the step: no slot, no place in a
// queue, no listener, no timer and no unhandled rejection is left. (retryWithLock has its own: retry-interruption.test.ts.)

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  LockTimeoutError,
  Notifier,
  sleep,
  type Clock,
  ConfigCell,
  derived,
  KeyedMutex,
  type LockFace,
  lockdep,
  Mutex,
  RwLock,
  Semaphore,
  SharedRef,
  withLocks,
} from '../../src/runtime/index.js';
import { type Fate, fateOf, listenerCount, ManualClock, settle } from './manual-clock.js';

const REASON = new Error('given up');
/** So many promises in a row that settle nothing mean that time has to move on. */
const QUIET = 20;

/** An operation among others that are in its way. */
interface Operation {
  /** Runs what can be aborted. */
  start(signal: AbortSignal): Promise<unknown>;
  /** What is done by others, before which step of the run. */
  readonly others: Readonly<Record<number, () => unknown>>;
  /** What must be true when all has ended. */
  end(fate: Fate<unknown>): Promise<void> | void;
}

let unhandled: unknown[] = [];
const note = (reason: unknown): void => void unhandled.push(reason);
beforeAll(() => void process.on('unhandledRejection', note));
afterAll(() => void process.off('unhandledRejection', note));

/** Runs an operation, aborted before a step; answers with how many steps it took. */
async function play(make: (clock: Clock) => Operation, abortBefore: number): Promise<{ steps: number; fate: Fate<unknown> }> {
  unhandled = [];
  const clock = new ManualClock();
  const controller = new AbortController();
  const { signal } = controller;
  const { start, others, end } = make(clock);
  if (abortBefore === 0) controller.abort(REASON);
  const fate = fateOf(start(signal));
  let steps = 0;
  for (let quiet = 0; fate.state === 'pending'; quiet += 1) {
    steps += 1;
    if (steps === abortBefore) controller.abort(REASON);
    await others[steps]?.();
    await Promise.resolve();
    if (quiet < QUIET) continue;
    clock.advance(clock.pending > 0 ? clock.untilNext : 0);
    quiet = 0;
    if (steps > 1000) throw new Error(`still pending, aborted before step ${abortBefore}`);
  }
  // At the very moment of settling, not some turns later.
  expect(listenerCount(signal), 'listeners').toBe(0);
  for (const other of Object.keys(others)) if (Number(other) > steps) await others[Number(other)]!();
  await end(fate);
  await settle();
  expect(clock.pending, 'timers').toBe(0);
  expect(unhandled, 'unhandled rejections').toEqual([]);
  return { steps, fate };
}

/** What must be the same each time: not the stacks of those who held the lock, nor which lock of many it was. */
function outcomeOf({ state, value, error }: Fate<unknown>): unknown {
  return { state, value: isLease(value) ? 'a lease' : value, error: error instanceof LockTimeoutError ? { ...error, holders: error.holders?.length } : error };
}

/** What can be done with a lock, with one who holds it first and one who comes after. */
function onLock(make: (clock: Clock) => LockFace, use: (lock: LockFace, signal: AbortSignal) => Promise<unknown>, timeout?: true) {
  return (clock: Clock): Operation => {
    const lock = make(clock);
    const first = lock.tryAcquire()!;
    let after: Promise<unknown> | undefined;
    let inside = 0;
    return {
      start: (signal) => use(lock, signal),
      others: {
        2: () => void (after = lock.withLock(() => expect((inside += 1)).toBe(1))),
        4: () => (timeout ? undefined : first.release()),
      },
      async end(fate) {
        first.release();
        if (fate.state === 'fulfilled' && isLease(fate.value)) fate.value.release();
        await after;
        expect({ locked: lock.isLocked, waiting: lock.waiting }).toEqual({ locked: false, waiting: 0 });
      },
    };
  };
}

function isLease(value: unknown): value is { release(): void } {
  return typeof value === 'object' && value !== null && 'release' in value;
}

async function work(signal: AbortSignal): Promise<string> {
  for (let turn = 0; turn < 4; turn += 1) {
    await Promise.resolve();
    signal.throwIfAborted();
  }
  return 'done';
}

const locks: Record<string, (clock: Clock) => LockFace> = {
  Mutex: (clock) => new Mutex({ clock }),
  Semaphore: (clock) => new Semaphore(1, { clock }),
  'RwLock.write': (clock) => new RwLock({ clock }).write,
  'KeyedMutex.of': (clock) => new KeyedMutex({ clock }).of('key'),
};

const operations: Record<string, (clock: Clock) => Operation> = {};
for (const [name, make] of Object.entries(locks)) {
  operations[`${name} withLock`] = onLock(make, (lock, signal) => lock.withLock(() => work(signal), { signal }));
  operations[`${name} withLock, work that does not heed the signal`] = onLock(make, (lock, signal) =>
    lock.withLock(() => work(new AbortController().signal), { signal }));
  operations[`${name} withLock with a time-out that comes`] = onLock(make, (lock, signal) =>
    lock.withLock(() => work(signal), { signal, timeout: 10 }), true);
  operations[`${name} acquire`] = onLock(make, (lock, signal) => lock.acquire({ signal }));
  operations[`${name} acquire with a time-out`] = onLock(make, (lock, signal) => lock.acquire({ signal, timeout: 10 }));
}
operations['Semaphore with weights, a large request at the head'] = (clock) => {
  const pool = new Semaphore(3, { clock });
  const first = pool.tryAcquire({ weight: 2 })!;
  const others: Promise<unknown>[] = [];
  return {
    start: (signal) => pool.withLock(() => work(signal), { weight: 3, signal }),
    others: { 2: () => void others.push(pool.withLock(() => settle(), { weight: 1 })), 6: () => first.release() },
    async end() {
      first.release();
      await Promise.all(others);
      expect([pool.available, pool.waiting]).toEqual([3, 0]);
    },
  };
};
operations['RwLock.read behind a writer'] = (clock) => {
  const { read, write } = new RwLock({ clock });
  const first = read.tryAcquire()!;
  let writer: Promise<unknown> | undefined;
  return {
    start: (signal) => ((writer = write.withLock(() => Promise.resolve())), read.withLock(() => work(signal), { signal })),
    others: { 3: () => first.release() },
    async end() {
      first.release();
      await writer;
      expect([read.isLocked, write.isLocked, read.waiting]).toEqual([false, false, 0]);
    },
  };
};
operations['withLocks'] = (clock) => {
  const keys = new KeyedMutex<string>({ clock });
  const first = new Map(['a', 'b', 'c'].map((key) => [key, keys.tryAcquire(key)!]));
  return {
    start: (signal) => withLocks(['c', 'a', 'b'].map((key) => keys.of(key)), () => work(signal), { signal, timeout: 1000 }),
    others: { 3: () => first.get('a')!.release(), 9: () => first.get('b')!.release(), 15: () => first.get('c')!.release() },
    end() {
      for (const lease of first.values()) lease.release();
      expect(keys.size, 'M6: nothing is kept').toBe(0);
    },
  };
};

operations['withLocks of every kind, with a time-out that comes'] = (clock) => {
  const keys = new KeyedMutex<string>({ clock });
  const [mutex, pool, rw] = [new Mutex({ clock }), new Semaphore(2, { clock }), new RwLock({ clock })];
  const reader = rw.read.tryAcquire()!;
  return {
    start: (signal) => withLocks([rw.write, keys.of('key'), pool, mutex], () => work(signal), { signal, timeout: 10 }),
    others: {},
    end() {
      reader.release();
      expect([keys.size, mutex.isLocked, pool.available, rw.write.isLocked, rw.write.waiting]).toEqual([0, false, 2, false, 0]);
    },
  };
};
for (const how of ['withLock', 'acquire'] as const) {
  operations[`KeyedMutex ${how}, by key`] = (clock) => {
    const keys = new KeyedMutex<string>({ clock });
    const first = keys.tryAcquire('key')!;
    let after: Promise<unknown> | undefined;
    return {
      start: (signal) =>
        how === 'withLock' ? keys.withLock('key', () => work(signal), { signal }) : keys.acquire('key', { signal, timeout: 1000 }),
      others: { 2: () => void (after = keys.withLock('key', () => Promise.resolve())), 4: () => first.release() },
      async end(fate) {
        first.release();
        if (fate.state === 'fulfilled' && isLease(fate.value)) fate.value.release();
        await after;
        expect(keys.size, 'M6: nothing is kept').toBe(0);
      },
    };
  };
}
operations['Semaphore acquire of many permits, with a time-out'] = (clock) => {
  const pool = new Semaphore(3, { clock });
  const holders = [pool.tryAcquire({ weight: 2 })!, pool.tryAcquire()!];
  let small: Promise<unknown> | undefined;
  return {
    start: (signal) => pool.acquire({ weight: 2, signal, timeout: 1000 }),
    others: {
      2: () => void (small = pool.withLock(() => Promise.resolve())),
      3: () => holders[1]!.release(),
      5: () => holders[0]!.release(),
    },
    async end(fate) {
      for (const holder of holders) holder.release();
      if (fate.state === 'fulfilled' && isLease(fate.value)) fate.value.release();
      await small;
      expect([pool.available, pool.waiting]).toEqual([3, 0]);
    },
  };
};
operations['RwLock.read acquire behind a writer that waits, with a time-out'] = (clock) => {
  const { read, write } = new RwLock({ clock });
  const first = read.tryAcquire()!;
  const writer = write.withLock(() => Promise.resolve());
  return {
    start: (signal) => read.acquire({ signal, timeout: 1000 }),
    others: { 4: () => first.release() },
    async end(fate) {
      first.release();
      if (fate.state === 'fulfilled' && isLease(fate.value)) fate.value.release();
      await writer;
      expect([read.isLocked, write.isLocked, read.waiting]).toEqual([false, false, 0]);
    },
  };
};

/** A reference whose loads take a few steps, with somebody else who waits for one as well. */
function onRef(use: (ref: SharedRef<object>, signal: AbortSignal) => Promise<unknown>, shared: boolean) {
  return (): Operation => {
    const made: { disposed: number }[] = [];
    const ref = new SharedRef<object>(
      async () => {
        for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
        made.push({ disposed: 0 });
        return made.at(-1)!;
      },
      { dispose: (value) => void ((value as { disposed: number }).disposed += 1) },
    );
    const others: Promise<unknown>[] = [];
    return {
      start: (signal) => use(ref, signal),
      others: shared ? { 2: () => void others.push(ref.reload()) } : {},
      async end() {
        await Promise.all(others);
        await ref.close();
        expect(made.map(({ disposed }) => disposed)).toEqual(made.map(() => 1));
      },
    };
  };
}
for (const shared of [false, true]) {
  const how = shared ? ', another waiting too' : '';
  operations[`SharedRef reload${how}`] = onRef((ref, signal) => ref.reload({ signal }), shared);
  operations[`SharedRef ready${how}`] = onRef((ref, signal) => ref.ready({ signal }), shared);
  operations[`SharedRef reloadIf, after a load${how}`] = onRef(
    (ref, signal) => ref.ready().then(() => ref.reloadIf(ref.generation, { signal })), shared);
}
operations['Derived drained'] = (clock) => {
  const cell = new ConfigCell('old');
  let open = 0;
  const connections = derived(cell, async () => (await null, (open += 1)), async () => (await null, (open -= 1)), { clock });
  let release!: () => void;
  return {
    async start(signal) {
      const lease = await connections.acquire();
      release = () => lease.release();
      cell.switchTo('new');
      return connections.drained(undefined, { signal, timeout: 1000 });
    },
    others: { 12: () => release() },
    async end() {
      release();
      await connections.close();
      expect(open).toBe(0);
    },
  };
};
operations['Derived drained, while one is opening and one is closing'] = () => {
  const cell = new ConfigCell('first');
  let open = 0;
  const slow = async (): Promise<void> => {
    for (let turn = 0; turn < 6; turn += 1) await Promise.resolve();
  };
  const connections = derived(cell, async () => (await slow(), (open += 1)), async () => (await slow(), void (open -= 1)));
  let opening: Promise<unknown> | undefined;
  return {
    async start(signal) {
      await connections.use(() => {});
      cell.switchTo('second');
      opening = connections.use(() => {});
      await Promise.resolve();
      cell.switchTo('third');
      return connections.drained(undefined, { signal });
    },
    others: {},
    async end() {
      await opening;
      await connections.close();
      expect(open).toBe(0);
    },
  };
};
operations['sleep'] = (clock) => ({
  start: (signal) => sleep(10, { clock, signal }),
  others: {},
  end: () => {},
});
/** A delivery that heeds its signal, cancelled at every step by each of what can cancel it. */
for (const how of ['close', 'suspend', 'replace', 'shutdown'] as const) {
  operations[`Notifier delivery, cancelled by ${how}`] = (clock) => {
    const released: string[] = [];
    let running = 0;
    const wrong: unknown[] = [];
    const notifier = new Notifier<string>(
      async ({ signal, payload }) => {
        expect((running += 1)).toBe(1);
        expect(released).not.toContain(payload);
        try {
          await work(signal);
        } finally {
          running -= 1;
        }
      },
      { clock, release: (payload) => void released.push(payload), onDeliveryError: (error) => void wrong.push(error) },
    );
    const session = notifier.open('first');
    return {
      async start(signal) {
        signal.throwIfAborted();
        const cancel = (): void => {
          if (how === 'close') void notifier.close(session);
          else if (how === 'suspend') notifier.suspend(session, 1000);
          else if (how === 'replace') notifier.replace(session, 'second');
          else void notifier.shutdown({ timeout: 0 });
        };
        signal.addEventListener('abort', cancel, { once: true });
        notifier.mark(session);
        for (let turn = 0; turn < 30; turn += 1) await Promise.resolve();
        signal.removeEventListener('abort', cancel);
        signal.throwIfAborted();
      },
      others: {},
      async end(fate) {
        const ended = fateOf(notifier.shutdown());
        for (let turn = 0; ended.state === 'pending' && turn < 100; turn += 1) {
          await settle();
          (clock as ManualClock).advance(0);
        }
        expect([ended.state, session.state, running]).toEqual(['fulfilled', 'closed', 0]);
        const replaced = how === 'replace' && fate.state === 'rejected' && released.length === 2;
        expect(released.toSorted(), 'N3: each once').toEqual(replaced ? ['first', 'second'] : ['first']);
        expect(wrong, 'N7: its own cancellation is no error').toEqual([]);
      },
    };
  };
}
operations['ManualClock sleep'] = (clock) => ({
  start: (signal) => (clock as ManualClock).sleep(10, { signal }),
  others: {},
  end: () => {},
});

describe.each([false, true])('an abort at every step, lockdep on: %s', (watched) => {
  beforeEach(() => {
    if (watched) lockdep.enable({ held: 1e6, stalled: 1e6, report: () => {} });
  });
  afterEach(() => lockdep.disable());

  it.each(Object.entries(operations))('M2 M4 M8 S9 C6 %s', async (_, make) => {
    const clean = await play(make, Infinity);
    expect(clean.steps).toBeGreaterThan(1);
    let rejected = 0;
    for (let step = 0; step <= clean.steps; step += 1) {
      const { fate } = await play(make, step);
      if (fate.state === 'rejected' && fate.error === REASON) rejected += 1;
      else expect(outcomeOf(fate), `aborted before step ${step}`).toEqual(outcomeOf(clean.fate));
    }
    expect(rejected).toBeGreaterThan(0);
  });
});
