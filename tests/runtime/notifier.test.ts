import { AsyncLocalStorage } from 'node:async_hooks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type Delivery, DeliveryCancelledError, Mutex, Notifier, NotifierClosedError, type NotifierSession,
} from '../../src/runtime/index.js';
import { fateOf, gate, type Gate, ManualClock, settle } from './manual-clock.js';
import { ordersOf, withPauses } from './orders.js';

/** A notifier whose deliveries are ended by hand, and all that it did. */
function byHand(extra: { failRelease?: boolean } = {}) {
  const clock = new ManualClock();
  const deliveries: (Delivery<string> & Gate<void>)[] = [];
  const released: string[] = [];
  const errors: unknown[] = [];
  const notifier = new Notifier<string>(
    (delivery) => {
      const ended = gate();
      deliveries.push(Object.assign(Object.create(delivery) as Delivery<string>, ended));
      return ended.promise;
    },
    {
      name: 'tap',
      clock,
      release: async (payload) => {
        released.push(payload);
        if (extra.failRelease) throw new Error('release');
      },
      onDeliveryError: (error) => errors.push(error),
      onReleaseError: (error) => errors.push(error),
    },
  );
  const turn = async (): Promise<void> => {
    await settle();
    clock.advance(0);
    await settle();
  };
  /** Ends the delivery of this number and lets whatever follows come. */
  const end = async (index: number): Promise<void> => {
    deliveries[index]!.open();
    await turn();
  };
  const told = (): string[] => deliveries.map(({ payload, generation }) => `${payload}/${generation}`);
  return { notifier, clock, deliveries, released, errors, turn, end, told };
}

const unhandled: unknown[] = [];
const note = (error: unknown): void => void unhandled.push(error);
beforeAll(() => void process.on('unhandledRejection', note));
afterAll(() => {
  process.off('unhandledRejection', note);
  expect(unhandled).toEqual([]);
});

describe('Notifier', () => {
  it('N1 a mark calls nobody, whatever the session is doing', async () => {
    const { notifier, deliveries, turn } = byHand();
    const session = notifier.open('a');
    expect(notifier.mark(session)).toBe(true);
    expect(deliveries).toEqual([]);
    await turn();
    expect(deliveries).toHaveLength(1);
    expect(notifier.mark(session)).toBe(true);
    expect(deliveries).toHaveLength(1);
  });

  it('N1 N2 a mark inside a lock is delivered outside of it, and the delivery may take that lock', async () => {
    const lock = new Mutex();
    const order: string[] = [];
    const notifier = new Notifier<string>(async () => {
      order.push('delivery starts');
      await lock.withLock(() => order.push('has the lock'));
    });
    const session = notifier.open('a');
    await lock.withLock(async () => {
      notifier.mark(session);
      await settle();
      order.push('section ends');
    });
    await notifier.shutdown();
    expect(order.slice(0, 3)).toEqual(['delivery starts', 'section ends', 'has the lock']);
  });

  it('N2 a delivery sees the context in which the notifier was made, not that of who marks', async () => {
    const request = new AsyncLocalStorage<string>();
    const seen: unknown[] = [];
    const see = (what: string) => () => void seen.push([what, request.getStore()]);
    const notifier = request.run('maker', () => {
      return new Notifier<string>(see('delivery'), { release: see('release') });
    });
    const session = notifier.open('a');
    request.run('marker', () => notifier.mark(session));
    await settle();
    await request.run('closer', () => notifier.close(session));
    expect(seen).toEqual([['delivery', 'maker'], ['release', 'maker']]);
  });

  it('N2 a delivery may call everything, on its own session and on others, and await it', async () => {
    const clock = new ManualClock();
    const done: string[] = [];
    const sessions: NotifierSession[] = [];
    const notifier = new Notifier<string>(
      async ({ session, payload, last }) => {
        if (last) return;
        await settle();
        if (payload === 'a') {
          expect(notifier.mark(session)).toBe(true);
          expect(notifier.replace(session, 'a again')).toBe(2);
          expect(notifier.suspend(session, 10)).toBe(true);
          expect(notifier.resume(session)).toBe(true);
          expect(notifier.mark(notifier.open('c'))).toBe(true);
        }
        if (payload === 'b') await notifier.close(sessions[0]!);
        if (payload === 'c') await notifier.shutdown();
        await notifier.close(session);
        done.push(payload);
      },
      { clock, release: (payload) => done.push(`released ${payload}`) },
    );
    sessions.push(notifier.open('a'), notifier.open('b'));
    for (const session of sessions) notifier.mark(session);
    for (let turns = 0; turns < 5; turns += 1) {
      await settle();
      clock.advance(0);
    }
    expect(done.toSorted()).toEqual(['a', 'b', 'c', 'released a', 'released a again', 'released b', 'released c']);
    expect(done.indexOf('released b')).toBeGreaterThan(done.indexOf('b'));
  });

  it('N2 two deliveries that close each other do not wait for each other', async () => {
    const sessions: NotifierSession[] = [];
    const ended: string[] = [];
    const notifier = new Notifier<string>(async ({ payload }) => {
      await settle();
      await notifier.close(sessions[payload === 'a' ? 1 : 0]!);
      ended.push(payload);
    });
    sessions.push(notifier.open('a'), notifier.open('b'));
    for (const session of sessions) notifier.mark(session);
    await settle();
    await settle();
    expect(ended).toEqual(['a', 'b']);
  });

  it('N2 work that a delivery has left behind is no longer inside of it', async () => {
    const ended = gate();
    const later = gate();
    const sessions: NotifierSession[] = [];
    let closing: { state: string } | undefined;
    const notifier = new Notifier<string>(async ({ payload }) => {
      if (payload === 'slow') return ended.promise;
      void later.promise.then(() => (closing = fateOf(notifier.close(sessions[0]!))));
    });
    sessions.push(notifier.open('slow'), notifier.open('quick'));
    for (const session of sessions) notifier.mark(session);
    await settle();
    later.open();
    await settle();
    expect(closing?.state).toBe('pending');
    ended.open();
    await settle();
    expect(closing?.state).toBe('fulfilled');
  });

  it('N3 a delivery is immutable and keeps its payload from being released, once, until it has ended', async () => {
    const { notifier, deliveries, released, turn, end } = byHand();
    const session = notifier.open('a');
    notifier.mark(session);
    await turn();
    const delivery = Object.getPrototypeOf(deliveries[0]) as Delivery<string>;
    expect(Object.isFrozen(delivery)).toBe(true);
    expect(delivery).toMatchObject({ payload: 'a', generation: 1, session, last: false });
    notifier.replace(session, 'b');
    notifier.replace(session, 'c');
    await turn();
    expect([released, delivery.payload, delivery.generation]).toEqual([['b'], 'a', 1]);
    await end(0);
    expect(released).toEqual(['b', 'a']);
    await end(1);
    expect(released).toEqual(['b', 'a']);
  });

  it('N3 the hook never runs inside the call that gives the payload up', async () => {
    const { notifier, released } = byHand();
    const session = notifier.open('a');
    notifier.replace(session, 'b');
    void notifier.close(session);
    expect(released).toEqual([]);
    await settle();
    expect(released).toEqual(['a', 'b']);
  });

  it('N3 a payload that is given again is not released, not even one that had been replaced', async () => {
    const { notifier, released, turn, end } = byHand();
    const session = notifier.open('a');
    expect(notifier.replace(session, 'a')).toBe(2);
    await turn();
    expect(released).toEqual([]);
    notifier.mark(session);
    await turn();
    notifier.replace(session, 'b');
    notifier.replace(session, 'a');
    await end(0);
    await end(1);
    expect(released).toEqual(['b']);
    void notifier.close(session);
    await turn();
    expect(released).toEqual(['b', 'a']);
  });

  it('N3 a payload that is given again while it is being released is a new one', async () => {
    const hook = gate();
    const released: string[] = [];
    const notifier = new Notifier<string>(() => {}, {
      release: (payload) => {
        released.push(payload);
        return hook.promise;
      },
    });
    const session = notifier.open('a');
    notifier.replace(session, 'b');
    await settle();
    notifier.replace(session, 'a');
    hook.open();
    await settle();
    await notifier.close(session);
    expect(released).toEqual(['a', 'b', 'a']);
  });

  it('N3 an error of the hook goes to its own and holds up nobody', async () => {
    const { notifier, errors, released } = byHand({ failRelease: true });
    const session = notifier.open('a');
    notifier.replace(session, 'b');
    await notifier.close(session);
    expect([released, errors]).toEqual([['a', 'b'], [new Error('release'), new Error('release')]]);
  });

  it('N4 marks before a start are one, and marks during a delivery one more that starts after them', async () => {
    const { notifier, deliveries, turn, end } = byHand();
    const session = notifier.open('a');
    for (let marks = 0; marks < 3; marks += 1) notifier.mark(session);
    await turn();
    expect(deliveries).toHaveLength(1);
    for (let marks = 0; marks < 3; marks += 1) notifier.mark(session);
    await turn();
    expect(deliveries).toHaveLength(1);
    await end(0);
    expect(deliveries).toHaveLength(2);
    await end(1);
    expect(deliveries).toHaveLength(2);
  });

  it('N4 a mark in the first step of a delivery counts', async () => {
    const clock = new ManualClock();
    let deliveries = 0;
    const notifier = new Notifier<string>(({ session }) => {
      deliveries += 1;
      if (deliveries === 1) notifier.mark(session);
    }, { clock });
    notifier.mark(notifier.open('a'));
    await settle();
    expect(deliveries).toBe(1);
    clock.advance(0);
    await settle();
    expect(deliveries).toBe(2);
  });

  it('N5 a mark that has not been delivered moves to the new payload', async () => {
    const { notifier, told, turn } = byHand();
    const session = notifier.open('a');
    notifier.mark(session);
    expect(notifier.replace(session, 'b')).toBe(2);
    expect(session.generation).toBe(2);
    await turn();
    expect(told()).toEqual(['b/2']);
  });

  it.each(['has failed', 'fails afterwards', 'succeeds afterwards'])(
    'N5 what was being told to a payload when it was replaced is told to the next: the delivery %s',
    async (how) => {
      const { notifier, deliveries, told, turn } = byHand();
      const session = notifier.open('a');
      notifier.mark(session);
      await turn();
      if (how === 'has failed') deliveries[0]!.fail(new Error('EPIPE'));
      await turn();
      expect(told()).toEqual(['a/1']);
      notifier.replace(session, 'b');
      if (how === 'fails afterwards') deliveries[0]!.fail(new Error('EPIPE'));
      if (how === 'succeeds afterwards') deliveries[0]!.open();
      await turn();
      expect(told()).toEqual(['a/1', 'b/2']);
      deliveries[1]!.open();
      await turn();
      expect(told()).toEqual(['a/1', 'b/2']);
    },
  );

  it('N5 a replaced payload\'s delivery is told by its signal, and heeding it is no error', async () => {
    const { notifier, deliveries, errors, turn } = byHand();
    const session = notifier.open('a');
    notifier.mark(session);
    await turn();
    const { signal } = deliveries[0]!;
    notifier.replace(session, 'b');
    expect(signal.reason).toBeInstanceOf(DeliveryCancelledError);
    expect(signal.reason).toMatchObject({ code: 'DELIVERY_CANCELLED', because: 'replaced', lock: 'tap' });
    deliveries[0]!.fail(signal.reason);
    await turn();
    expect(errors).toEqual([]);
  });

  it('N5 where the session is closed a payload is not taken', async () => {
    const { notifier, released } = byHand();
    const session = notifier.open('a');
    await notifier.close(session);
    expect(notifier.replace(session, 'b')).toBeUndefined();
    await settle();
    expect([released, session.generation]).toEqual([['a'], 1]);
  });

  it('N5 a dead connection that comes late does not take its successor along', async () => {
    const { notifier, released, clock } = byHand();
    const session = notifier.open('a');
    notifier.replace(session, 'b');
    expect(notifier.suspend(session, 10, { generation: 1 })).toBe(false);
    await notifier.close(session, { generation: 1 });
    expect([session.state, released, clock.pending]).toEqual(['open', ['a'], 0]);
    expect(notifier.suspend(session, 10, { generation: 2 })).toBe(true);
    await notifier.close(session, { generation: 2 });
    expect([session.state, released, clock.pending]).toEqual(['closed', ['a', 'b'], 0]);
  });

  it('N6 deliveries of one session never overlap, across payloads too; those of different sessions do', async () => {
    const { notifier, told, turn, end } = byHand();
    const [one, other] = [notifier.open('a'), notifier.open('x')];
    notifier.mark(one);
    await turn();
    notifier.mark(one);
    notifier.replace(one, 'b');
    notifier.mark(other);
    await turn();
    expect(told()).toEqual(['a/1', 'x/1']);
    await end(0);
    expect(told()).toEqual(['a/1', 'x/1', 'b/2']);
  });

  it.each([['throws', () => { throw new Error('delivery'); }], ['rejects', () => Promise.reject(new Error('delivery'))]])(
    'N7 a delivery that %s hurts nobody else',
    async (_, fail) => {
      const clock = new ManualClock();
      const errors: unknown[] = [];
      const told: string[] = [];
      const notifier = new Notifier<string>(
        ({ payload }) => (payload === 'bad' ? fail() : told.push(payload)),
        {
          clock,
          onDeliveryError: (error, { payload }) => {
            errors.push([error, payload]);
            throw new Error('the hook itself');
          },
        },
      );
      const [bad, good] = [notifier.open('bad'), notifier.open('good')];
      for (let times = 1; times <= 2; times += 1) {
        notifier.mark(bad);
        notifier.mark(good);
        await settle();
        clock.advance(0);
        expect([errors.length, told.length]).toEqual([times, times]);
      }
      expect(errors[0]).toEqual([new Error('delivery'), 'bad']);
      expect(notifier.replace(bad, 'better')).toBe(2);
      await settle();
      expect(told).toEqual(['good', 'good', 'better']);
    },
  );

  it('N7 what failed is told again on a resume, though nothing was suspended, and then no more', async () => {
    const { notifier, deliveries, told, turn, end } = byHand();
    const session = notifier.open('a');
    notifier.mark(session);
    await turn();
    deliveries[0]!.fail(new Error('EPIPE'));
    await turn();
    expect(told()).toEqual(['a/1']);
    notifier.resume(session);
    await turn();
    expect(told()).toEqual(['a/1', 'a/1']);
    await end(1);
    notifier.resume(session);
    await turn();
    expect(told()).toEqual(['a/1', 'a/1']);
  });

  it('N8 close cancels what is to come, waits for what runs, and releases once', async () => {
    const { notifier, deliveries, released, told, turn } = byHand();
    const session = notifier.open('a');
    notifier.mark(session);
    await turn();
    notifier.mark(session);
    const closed = [fateOf(notifier.close(session)), fateOf(notifier.close(session))];
    expect([session.state, notifier.mark(session), notifier.resume(session)]).toEqual(['closed', false, false]);
    expect(notifier.suspend(session, 1)).toBe(false);
    await turn();
    expect([closed[0]!.state, released]).toEqual(['pending', []]);
    expect(deliveries[0]!.signal.reason).toMatchObject({ because: 'closed' });
    deliveries[0]!.open();
    await turn();
    expect(closed.map(({ state }) => state)).toEqual(['fulfilled', 'fulfilled']);
    expect([released, told()]).toEqual([['a'], ['a/1']]);
    await notifier.close(session);
  });

  it('N8 a session that was never told closes at once, and close waits for the hook', async () => {
    const released = gate();
    const notifier = new Notifier<string>(() => {}, { release: () => released.promise });
    const closed = fateOf(notifier.close(notifier.open('a')));
    await settle();
    expect(closed.state).toBe('pending');
    released.open();
    await settle();
    expect(closed.state).toBe('fulfilled');
  });

  it('N9 shutdown tells everybody once more, waits for every hook, and opens nobody', async () => {
    const { notifier, deliveries, released, told, turn, end } = byHand();
    const [idle, busy, asleep, gone] = ['a', 'b', 'c', 'd'].map((payload) => notifier.open(payload));
    notifier.mark(busy!);
    await turn();
    notifier.suspend(asleep!, 1000);
    await notifier.close(gone!);
    const ended = fateOf(notifier.shutdown());
    expect(() => notifier.open('e')).toThrow(NotifierClosedError);
    expect(notifier.replace(idle!, 'e')).toBeUndefined();
    expect([notifier.mark(idle!), notifier.mark(asleep!)]).toEqual([true, false]);
    await turn();
    expect([told(), deliveries.map(({ last }) => last)]).toEqual([['b/1', 'a/1'], [false, true]]);
    expect(notifier.mark(idle!)).toBe(false);
    await end(0);
    expect([told(), deliveries.at(-1)!.last, ended.state]).toEqual([['b/1', 'a/1', 'b/1'], true, 'pending']);
    await end(1);
    expect([idle!.state, busy!.state, ended.state]).toEqual(['closed', 'open', 'pending']);
    await end(2);
    expect([ended.value, released]).toEqual([[], ['d', 'c', 'a', 'b']]);
    await expect(notifier.shutdown()).resolves.toEqual([]);
  });

  it('N9 shut down again while the last delivery runs, it makes no other', async () => {
    const { notifier, told, turn, end } = byHand();
    notifier.open('a');
    const first = fateOf(notifier.shutdown());
    await turn();
    const again = fateOf(notifier.shutdown());
    await end(0);
    expect([told(), first.value, again.value]).toEqual([['a/1'], [], []]);
  });

  it('N9 N12 shut down again with a deadline that is over, it leaves nothing of the first', async () => {
    const { notifier, clock, deliveries, told, turn } = byHand();
    const [running, waiting] = [notifier.open('a'), notifier.open('b')];
    notifier.mark(running);
    await settle();
    const first = fateOf(notifier.shutdown());
    deliveries[0]!.open();
    await turn();
    expect([told(), deliveries[1]!.last]).toEqual([['a/1', 'b/1', 'a/1'], true]);
    deliveries[1]!.open();
    await settle();
    expect(waiting.state).toBe('closed');
    const again = fateOf(notifier.shutdown({ timeout: -5 }));
    await turn();
    expect([told().length, first.state, again.value, clock.pending]).toEqual([3, 'pending', [running], 0]);
    deliveries[2]!.open();
    await settle();
    expect([first.value, told().length]).toEqual([[], 3]);
  });

  it('N12 a deadline that is over in the very turn of a delivery leaves no timer', async () => {
    const timers = new Map<number, () => void>();
    const clock = {
      now: () => 0,
      setTimer: (callback: () => void) => timers.set(timers.size, callback).size - 1,
      clearTimer: (timer: unknown) => timers.delete(timer as number),
    };
    const notifier = new Notifier<string>(() => new Promise(() => {}), { clock });
    notifier.mark(notifier.open('a'));
    const ended = fateOf(notifier.shutdown({ timeout: 50 }));
    await settle();
    const deadline = timers.get(0)!;
    expect(timers.size).toBe(2);
    timers.delete(0);
    deadline();
    await settle();
    expect([ended.state, timers.size]).toEqual(['fulfilled', 0]);
  });

  it('N9 it tells from a copy: a session that another delivery closes is not told', async () => {
    const told: string[] = [];
    const sessions: NotifierSession[] = [];
    const notifier = new Notifier<string>(({ payload }) => {
      told.push(payload);
      for (const session of sessions) void notifier.close(session);
    });
    sessions.push(notifier.open('a'), notifier.open('b'));
    await notifier.shutdown();
    expect(told).toEqual(['a']);
  });

  it('N9 a session whose payload is lost during the shutdown is closed, not told', async () => {
    const { notifier, released, told, turn } = byHand();
    const session = notifier.open('a');
    const ended = fateOf(notifier.shutdown());
    expect(notifier.suspend(session, 1000)).toBe(true);
    await turn();
    expect([told(), released, ended.value]).toEqual([[], ['a'], []]);
  });

  it('N9 at the deadline it says who is left; what runs is told, and released when it has ended', async () => {
    const { notifier, clock, deliveries, released, told, turn } = byHand();
    const [stuck, after] = [notifier.open('a'), notifier.open('b')];
    notifier.mark(stuck);
    await turn();
    void notifier.close(after);
    const ended = fateOf(notifier.shutdown({ timeout: 50 }));
    await settle();
    clock.advance(49);
    await settle();
    expect(ended.state).toBe('pending');
    clock.advance(1);
    await settle();
    expect(ended.value).toEqual([stuck]);
    expect(deliveries[0]!.signal.reason).toMatchObject({ because: 'shutdown' });
    expect([released, clock.pending]).toEqual([['b'], 0]);
    deliveries[0]!.open();
    await turn();
    expect([released, told()]).toEqual([['b', 'a'], ['a/1']]);
    await expect(notifier.shutdown({ timeout: Number.NaN })).rejects.toBeInstanceOf(RangeError);
  });

  it('N9 a deadline that is set inside a delivery holds, though the delivery does not wait for it', async () => {
    const clock = new ManualClock();
    const ended = gate();
    const signals: AbortSignal[] = [];
    const notifier = new Notifier<string>(async ({ signal, payload }) => {
      signals.push(signal);
      if (payload === 'a') await notifier.shutdown({ timeout: 50 });
      await ended.promise;
    }, { clock });
    for (const payload of ['a', 'b']) notifier.mark(notifier.open(payload));
    await settle();
    clock.advance(50);
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true]);
    ended.open();
    await settle();
    expect(clock.pending).toBe(0);
  });

  it('N10 while a session is suspended its marks wait, and a resume delivers them', async () => {
    const { notifier, clock, told, turn } = byHand();
    const session = notifier.open('a');
    notifier.mark(session);
    expect(notifier.suspend(session, 100)).toBe(true);
    expect(notifier.mark(session)).toBe(true);
    await turn();
    expect([told(), session.state]).toEqual([[], 'suspended']);
    expect(notifier.resume(session)).toBe(true);
    await turn();
    expect([told(), session.state, clock.pending]).toEqual([['a/1'], 'open', 0]);
  });

  it('N10 what was being told at the suspension is told again at the resume', async () => {
    const { notifier, deliveries, told, turn, end } = byHand();
    const session = notifier.open('a');
    notifier.mark(session);
    await turn();
    notifier.suspend(session, 100);
    expect(deliveries[0]!.signal.reason).toMatchObject({ because: 'suspended' });
    await end(0);
    notifier.resume(session);
    await turn();
    expect(told()).toEqual(['a/1', 'a/1']);
    await end(1);
    notifier.resume(session);
    await turn();
    expect(told()).toEqual(['a/1', 'a/1']);
  });

  it('N10 a suspension that runs out closes the session, and a new one begins anew', async () => {
    const { notifier, clock, released } = byHand();
    const session = notifier.open('a');
    notifier.suspend(session, 100);
    clock.advance(99);
    notifier.suspend(session, 100);
    expect(clock.pending).toBe(1);
    clock.advance(99);
    expect(session.state).toBe('suspended');
    clock.advance(1);
    await settle();
    expect([session.state, released, notifier.resume(session), clock.pending]).toEqual(['closed', ['a'], false, 0]);
  });

  it.each([['resume', 'a'], ['replace', 'b']])(
    'N10 a %s wins over a timer that comes all the same',
    async (how, payload) => {
      const late: (() => void)[] = [];
      const clock = { now: () => 0, setTimer: (callback: () => void) => late.push(callback), clearTimer: () => {} };
      const notifier = new Notifier<string>(() => {}, { clock });
      const session = notifier.open('a');
      notifier.suspend(session, 100);
      if (how === 'resume') notifier.resume(session);
      else notifier.replace(session, payload);
      for (const fire of late.splice(0)) fire();
      expect(session.state).toBe('open');
      notifier.suspend(session, 100);
      for (const fire of late.splice(0)) fire();
      expect(session.state).toBe('closed');
    },
  );

  it.each([[-5, 0], [0, 0], [2 ** 31 + 5, 2 ** 31 + 5]])('N10 suspended for %s ms', (ms, closesAfter) => {
    const { notifier, clock } = byHand();
    const session = notifier.open('a');
    notifier.suspend(session, ms);
    expect(session.state).toBe('suspended');
    if (closesAfter > 0) clock.advance(closesAfter - 1);
    expect(session.state).toBe('suspended');
    clock.advance(1);
    expect(session.state).toBe('closed');
  });

  it('N10 a suspension of 0 ms ends at the next timer, and not later', () => {
    const { notifier, clock } = byHand();
    const session = notifier.open('a');
    notifier.suspend(session, 0);
    expect([session.state, clock.untilNext]).toEqual(['suspended', 0]);
    clock.advance(0);
    expect(session.state).toBe('closed');
  });

  it('N9 a session that ends at once in a shutdown does not take the round of the others along', async () => {
    const clock = new ManualClock();
    const told: string[] = [];
    const notifier = new Notifier<string>(({ payload, last }) => void told.push(`${payload}${last ? ' last' : ''}`), { clock });
    const [a, b, away] = ['a', 'b', 'away'].map((payload) => notifier.open(payload));
    notifier.mark(a!);
    await settle();
    notifier.suspend(away!, Infinity);
    const ended = fateOf(notifier.shutdown());
    await settle();
    clock.advance(0);
    await settle();
    expect([told, b!.state, ended.state]).toEqual([['a', 'a last', 'b last'], 'closed', 'fulfilled']);
  });

  it('N10 a suspension without end has no timer; one that is not a number is an error', () => {
    const { notifier, clock } = byHand();
    const session = notifier.open('a');
    expect(() => notifier.suspend(session, Number.NaN)).toThrow(RangeError);
    expect(session.state).toBe('open');
    notifier.suspend(session, Infinity);
    expect([session.state, clock.pending]).toEqual(['suspended', 0]);
  });

  it('N11 a session that marks itself, or two that mark each other, do not starve others or the event loop', async () => {
    const sessions: NotifierSession[] = [];
    const told: string[] = [];
    const enough = gate();
    const notifier = new Notifier<string>(({ payload }) => {
      told.push(payload);
      if (told.length === 30) enough.open();
      if (payload === 'self') notifier.mark(sessions[0]!);
      if (payload === 'ping') notifier.mark(sessions[2]!);
      if (payload === 'pong') notifier.mark(sessions[1]!);
    });
    for (const payload of ['self', 'ping', 'pong', 'other']) sessions.push(notifier.open(payload));
    notifier.mark(sessions[0]!);
    notifier.mark(sessions[1]!);
    let turns = 0;
    const loop = setInterval(() => {
      turns += 1;
      notifier.mark(sessions[3]!);
    }, 0);
    await enough.promise;
    clearInterval(loop);
    await notifier.shutdown();
    expect(turns).toBeGreaterThan(0);
    expect(told.filter((payload) => payload === 'other').length).toBeGreaterThan(0);
    expect(told.slice(0, 6)).toEqual(expect.arrayContaining(['self', 'ping', 'pong']));
  });

  it('N11 in one round everybody is told once, in the order of the marks', async () => {
    const { notifier, clock, deliveries, told, end } = byHand();
    const [a, b, c] = ['a', 'b', 'c'].map((payload) => notifier.open(payload));
    for (const session of [b!, a!]) notifier.mark(session);
    await settle();
    expect(told()).toEqual(['b/1', 'a/1']);
    deliveries[0]!.open();
    notifier.mark(b!);
    notifier.mark(c!);
    await settle();
    expect(told()).toEqual(['b/1', 'a/1']);
    clock.advance(0);
    expect(told()).toEqual(['b/1', 'a/1', 'c/1', 'b/1']);
    await end(3);
  });

  it('N12 after a shutdown no timer is left', async () => {
    const { notifier, clock, turn } = byHand();
    notifier.suspend(notifier.open('a'), 1000);
    notifier.mark(notifier.open('b'));
    await settle();
    const ended = fateOf(notifier.shutdown({ timeout: 1000 }));
    await turn();
    expect([ended.state, clock.pending > 0]).toEqual(['pending', true]);
    clock.advance(1000);
    await settle();
    expect([ended.state, clock.pending]).toEqual(['fulfilled', 0]);
  });

  it('N12 nor after one that ends before its deadline', async () => {
    const clock = new ManualClock();
    const notifier = new Notifier<string>(() => {}, { clock });
    notifier.mark(notifier.open('a'));
    await notifier.shutdown({ timeout: 1000 });
    expect(clock.pending).toBe(0);
  });

  it('a session of another notifier is an error', () => {
    const session = byHand().notifier.open('a');
    expect(() => byHand().notifier.mark(session)).toThrow(TypeError);
  });
});

/** What one task does in one step, on the one session that all tasks share. */
type Step = 'mark' | 'replace' | 'suspend' | 'resume' | 'close' | 'shutdown' | 'time' | 'end' | 'fail' | 'rest';

class Failure extends Error {}

/** Runs the steps in this order, holds what happens against what the promises say of it, and then ends everything. */
async function follow(steps: readonly Step[]): Promise<void> {
  const clock = new ManualClock();
  const ends: Gate<void>[] = [];
  const released: string[] = [];
  const broken: string[] = [];
  const check = (holds: boolean, promise: string): void => void (holds || broken.push(promise));
  let generation = 1;
  const current = (): string => `p${generation}`;
  /** Why a delivery is due, and why the next payload is to be told. */
  let marked = true;
  let owed = false;
  let suspended = false;
  let closed = false;
  let shuttingDown = false;
  let lastHasEnded = false;
  let deliveries = 0;

  const notifier = new Notifier<string>(
    async (delivery) => {
      deliveries += 1;
      check(ends.length === 0, 'N6: one at a time');
      check(delivery.payload === current() && delivery.generation === generation, 'N5: of the current payload');
      check(!released.includes(delivery.payload), 'N3: not released');
      check(!suspended && !closed, 'N8 N10: neither suspended nor closed');
      check(marked, 'N4: for a mark');
      check(delivery.last === shuttingDown, 'N9: the last is known as such');
      marked = owed = false;
      const end = gate();
      ends.push(end);
      try {
        await end.promise;
      } catch (error) {
        owed = true;
        throw error;
      } finally {
        check(!released.includes(delivery.payload), 'N3: pinned');
        ends.pop();
        lastHasEnded = delivery.last;
      }
    },
    {
      clock,
      release: (payload) => void released.push(payload),
      onDeliveryError: (error) => check(error instanceof Failure, String(error)),
    },
  );
  const session = notifier.open(current());
  notifier.mark(session);
  const waits: { state: string }[] = [];

  const act: Record<Exclude<Step, 'rest'>, () => unknown> = {
    mark: () => {
      const isTold = !closed && (marked || !shuttingDown);
      check(notifier.mark(session) === isTold, 'N8: false where no delivery comes');
      marked ||= isTold;
    },
    replace: () => {
      const isTaken = !closed && !shuttingDown;
      const next = notifier.replace(session, `p${generation + 1}`);
      check(next === (isTaken ? generation + 1 : undefined), 'N5: the generation, or not taken');
      if (!isTaken) return;
      generation += 1;
      suspended = false;
      marked ||= owed || ends.length > 0;
    },
    suspend: () => {
      check(notifier.suspend(session, 10) === !closed, 'N10: false once closed');
      if (closed) return;
      owed ||= ends.length > 0;
      closed = shuttingDown;
      suspended = !closed;
    },
    resume: () => {
      check(notifier.resume(session) === !closed, 'N10: false once closed');
      marked ||= !closed && owed;
      suspended = false;
    },
    close: () => {
      closed = true;
      waits.push(fateOf(notifier.close(session)));
    },
    shutdown: () => {
      closed ||= suspended;
      marked ||= !closed;
      shuttingDown = true;
      waits.push(fateOf(notifier.shutdown()));
    },
    time: () => {
      closed ||= suspended;
      suspended = false;
      clock.advance(10);
    },
    end: () => ends[0]?.open(),
    fail: () => ends[0]?.fail(new Failure()),
  };
  const rest = async (): Promise<void> => {
    for (let hops = 0; hops < 12; hops += 1) await undefined;
    clock.advance(0);
    for (let hops = 0; hops < 12; hops += 1) await undefined;
    check(!lastHasEnded || session.state === 'closed', 'N9: closed after the last');
  };

  for (const step of steps) {
    if (lastHasEnded && session.state === 'closed') closed = true;
    if (step === 'rest') await rest();
    else act[step]();
  }
  await rest();
  for (; ends.length > 0; await rest()) ends[0]!.open();
  check(!marked || closed || suspended, 'N4: no mark is lost');
  check(deliveries <= steps.length + 1, 'N4: marks before a start are one');
  waits.push(fateOf(notifier.close(session)));
  await rest();
  check(waits.every(({ state }) => state === 'fulfilled'), 'N8 N9: who waits for the end is told');
  const all = Array.from({ length: generation }, (_, index) => `p${index + 1}`);
  check(released.toSorted().join() === all.toSorted().join(), 'N3: all are released once');
  check(clock.pending === 0, 'N12: no timer is left');
  if (broken.length > 0) throw new Error(`${steps.join(', ')}: ${broken.join('; ')}`);
}

describe('Notifier, under every order of three tasks', () => {
  it.each<[string, Step[], Step[]]>([
    ['replaces twice', ['replace', 'replace'], ['end', 'fail']],
    ['suspends and resumes', ['suspend', 'resume'], ['end', 'end']],
    ['suspends and reconnects', ['suspend', 'replace'], ['fail', 'end']],
    ['suspends and is too late', ['suspend', 'time', 'replace'], ['fail']],
    ['is back in time', ['suspend', 'resume', 'time'], ['end']],
    ['reconnects and closes', ['replace', 'close'], ['end', 'end']],
    ['is shut down during a reconnect', ['replace', 'shutdown'], ['end', 'end']],
    ['is shut down while it is away', ['suspend', 'shutdown'], ['fail', 'end']],
    ['is lost during the shutdown', ['shutdown', 'suspend'], ['end', 'end']],
  ])('N3 N4 N5 N6 N8 N9 N10 N12 one marks, one delivers, and one %s', async (_, connection, worker) => {
    let runs = 0;
    for (const order of ordersOf<Step>([['mark', 'mark'], connection, worker])) {
      for (const steps of withPauses(order, 'rest')) {
        await follow(steps);
        runs += 1;
      }
    }
    expect(runs).toBeGreaterThan(3000);
  });
});
