// The primitives under every order of the steps of at least three tasks. What is checked in each is what the promises
// say about any; `exhaustive` says that none was left out.

import { describe, expect, it } from 'vitest';
import { ConfigCell, derived, Mutex, Notifier, retryWithLock, SharedRef, sleep } from '../../src/runtime/index.js';
import { explore, type Exploration, type Test } from '../../src/runtime/testing/index.js';

const BOUND = 30_000;

/** Runs a test under every order, and says how many there were: fewer than expected would be a test that tests less. */
async function everyOrder(test: Test, atLeast: number, options = {}): Promise<void> {
  const report = await explore(test, { bound: BOUND, ...options });
  expect(report.exhaustive).toBe(true);
  expect(report.schedules).toBeGreaterThanOrEqual(atLeast);
}

describe('SharedRef', () => {
  interface Backend {
    readonly loadBegan: number;
    users: number;
    disposed: number;
  }

  /** A reference whose loads take a step, and what is true of it whatever happens. */
  function setUp({ step, choose }: Exploration, loadsMayFail: boolean) {
    const made: Backend[] = [];
    let time = 0;
    let loading = 0;
    let closed = false;
    const wrong: unknown[] = [];
    const ref = new SharedRef<Backend>(
      async () => {
        expect(loading, 'S3: one load at a time').toBe(0);
        loading += 1;
        const loadBegan = (time += 1);
        try {
          await step('load');
          if (loadsMayFail && made.length > 0 && choose('the load', ['succeeds', 'fails']) === 'fails') throw FAILURE;
          const backend: Backend = { loadBegan, users: 0, disposed: 0 };
          made.push(backend);
          return backend;
        } finally {
          loading -= 1;
        }
      },
      {
        dispose: (backend) => {
          expect(backend.users, 'S2: disposed under its user').toBe(0);
          backend.disposed += 1;
        },
        onDisposeError: (error) => void wrong.push(error),
      },
    );
    const reload = async (signal?: AbortSignal): Promise<void> => {
      const asked = (time += 1);
      const before = ref.generation;
      const backend = await ref.reload({ signal });
      expect(backend.loadBegan, 'S3: the load began before the call').toBeGreaterThan(asked);
      expect(ref.generation, 'S13').toBeGreaterThan(before);
    };
    const use = (name: string): Promise<void> =>
      ref.use(async (backend) => {
        expect(backend.disposed, 'S2: disposed before its use').toBe(0);
        backend.users += 1;
        await step(`${name} uses it`);
        expect(backend.disposed, 'S2: disposed in use').toBe(0);
        if (!closed) expect(ref.get().disposed, 'S1 S4: the current one is disposed').toBe(0);
        await step(`${name} uses it again`);
        backend.users -= 1;
        expect(backend.disposed, 'S2: disposed in use').toBe(0);
      });
    const close = async (): Promise<void> => {
      closed = true;
      await ref.close();
      expect(wrong).toEqual([]);
      expect(made.map(({ disposed }) => disposed), 'S7 S10: each once').toEqual(made.map(() => 1));
    };
    return { ref, made, reload, use, close };
  }

  const FAILURE = new Error('the load failed');

  it('S1 S2 S3 S4 S7 S10 S13 two reload while two use it', async () => {
    await everyOrder(async (exploration) => {
      const { task, step } = exploration;
      const { ref, reload, use, close } = setUp(exploration, false);
      await ref.ready();
      await Promise.all([
        task('A', async () => (await step(), reload())),
        task('B', async () => (await step(), reload())),
        task('C', async () => (await step(), use('C'))),
        task('D', () => use('D')),
      ]);
      expect(ref.generation).toBe(3);
      await close();
    }, 5000);
  });

  it('S9 S5 three reload, one gives up at any moment, and loads may fail', async () => {
    await everyOrder(async (exploration) => {
      const { task, step } = exploration;
      const { ref, made, reload, close } = setUp(exploration, true);
      await ref.ready();
      const controller = new AbortController();
      const reason = new Error('given up');
      const outcomes = await Promise.allSettled([
        task('A', async () => (await step(), reload())),
        task('B', async () => (await step(), reload(controller.signal))),
        task('C', async () => (await step(), reload())),
        task('D', async () => (await step(), controller.abort(reason))),
      ]);
      for (const [index, outcome] of outcomes.entries()) {
        if (outcome.status === 'fulfilled') continue;
        if (index === 1 && outcome.reason === reason) continue;
        expect(outcome.reason, 'S5 S9: somebody else’s abort or an error of the test').toBe(FAILURE);
      }
      expect(ref.get().disposed).toBe(0);
      await close();
      expect(made.length).toBeGreaterThan(0);
    }, 1000);
  });

  it('S10 a close at any moment, while two reload and one uses it', async () => {
    await everyOrder(async (exploration) => {
      const { task, step } = exploration;
      const { ref, reload, use, close } = setUp(exploration, false);
      await ref.ready();
      const outcomes = await Promise.allSettled([
        task('A', async () => (await step(), reload())),
        task('B', async () => (await step(), reload())),
        task('C', () => use('C')),
        task('D', async () => (await step(), close())),
      ]);
      for (const outcome of outcomes) {
        if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'REF_CLOSED' });
      }
      expect(outcomes[3].status).toBe('fulfilled');
      await close();
    }, 300);
  });

  it('S8 of three that find the same generation wanting, exactly one loads', async () => {
    await everyOrder(async (exploration) => {
      const { task, step } = exploration;
      const { ref, made, close } = setUp(exploration, false);
      await ref.ready();
      const seen = ref.generation;
      await Promise.all(['A', 'B', 'C'].map((name) => task(name, async () => {
        await step('looks');
        await ref.reloadIf(seen);
      })));
      expect(made).toHaveLength(2);
      await close();
    }, 18);
  });
});

describe('ConfigCell and derived', () => {
  interface Connection {
    readonly to: string;
    closed: number;
  }

  function setUp({ step, clock }: Exploration) {
    const made: Connection[] = [];
    const cell = new ConfigCell({ to: 'old' });
    const connections = derived(
      cell,
      async ({ to }) => {
        await step(`${to} opens`);
        const connection = { to, closed: 0 };
        made.push(connection);
        return connection;
      },
      async (connection) => {
        await step(`${connection.to} closes`);
        connection.closed += 1;
      },
      { clock },
    );
    const use = async (name: string): Promise<void> => {
      using lease = await connections.acquire();
      expect(lease.snapshot, 'C5: handed out, and not the latest').toBe(cell.latest);
      expect(lease.resource, 'C5 C6').toEqual({ to: lease.snapshot.value.to, closed: 0 });
      await step(`${name} uses ${lease.resource.to}`);
      expect(lease.resource.closed, 'C6: closed in use').toBe(0);
    };
    const switchTo = async (to: string): Promise<void> => {
      const { version } = cell.switchTo({ to });
      await connections.drained(version);
      expect(connections.remaining.filter((left) => left.version < version), 'C6').toEqual([]);
    };
    const close = async (): Promise<void> => {
      await connections.close();
      expect(made.map(({ closed }) => closed), 'each once').toEqual(made.map(() => 1));
      expect(connections.remaining).toEqual([]);
      expect(clock.pending).toBe(0);
    };
    return { cell, connections, use, switchTo, close };
  }

  it('C5 C6 three use it while one switches', async () => {
    await everyOrder(async (exploration) => {
      const { task, step } = exploration;
      const { use, switchTo, close } = setUp(exploration);
      const all = [
        task('A', () => use('A')),
        task('B', async () => (await step(), use('B'))),
        task('C', async () => (await step(), use('C'))),
        task('D', async () => (await step(), switchTo('new'))),
      ];
      await Promise.all(all);
      await close();
    }, 2000);
  });

  it('C8 a switch during a switch, one of them back to the first value', async () => {
    await everyOrder(async (exploration) => {
      const { task, step } = exploration;
      const { cell, use, switchTo, close } = setUp(exploration);
      await Promise.all([
        task('A', async () => (await step(), use('A'))),
        task('B', () => use('B')),
        task('C', async () => (await step(), switchTo('new'))),
        task('D', async () => (await step(), switchTo('old'))),
      ]);
      expect(cell.latest.version).toBe(3);
      await close();
    }, 2500);
  });

  it('C4 C3 a pin keeps its snapshot and every consumer its own answer, while another switches twice', async () => {
    await everyOrder(async ({ task, step }) => {
      const cell = new ConfigCell({ n: 1 });
      const pinned = (name: string): Promise<void> =>
        cell.pin(async (snapshot) => {
          await step(`${name} works`);
          expect(cell.current, 'C4').toBe(snapshot);
          await Promise.all([step(`${name} left`), step(`${name} right`)].map((child) => child.then(() => {
            expect(cell.current, 'C4: in a child').toBe(snapshot);
          })));
        });
      const consumer = async (): Promise<void> => {
        let seen: number | undefined;
        for (let look = 0; look < 2; look += 1) {
          await step('looks');
          const { latest } = cell;
          expect(cell.changedSince(seen), 'C3').toBe(seen !== latest.version);
          seen = latest.version;
          expect(cell.changedSince(seen), 'C3').toBe(false);
        }
      };
      await Promise.all([
        task('A', () => pinned('A')),
        task('B', consumer),
        task('C', async () => {
          for (const n of [2, 1]) {
            await step('switches');
            cell.switchTo({ n });
          }
        }),
      ]);
      expect(cell.current).toEqual({ value: { n: 1 }, version: 3 });
    }, 400);
  });
});

describe('retryWithLock', () => {
  const REASON = new Error('given up');

  /** A store whose writes may fail, and a retry on it that knows who else is inside. */
  function setUp({ step, choose, clock, random }: Exploration) {
    const lock = new Mutex({ clock });
    const store = { count: 0 };
    let inside = 0;
    const add = (name: string, failures: number, options: { signal?: AbortSignal; timeout?: number } = {}): Promise<void> => {
      let left = failures;
      return retryWithLock(
        lock,
        async ({ signal }) => {
          expect(inside, 'R2 R5: two attempts at once').toBe(0);
          inside += 1;
          try {
            const before = store.count;
            await step(`${name} reads`, { signal });
            if (left > 0 && choose(`${name}'s write`, ['succeeds', 'fails']) === 'fails') {
              left -= 1;
              throw new Error('busy');
            }
            // eslint-disable-next-line lockwright/no-stale-capture -- under the lock, which is what is tested
            store.count = before + 1;
          } finally {
            inside -= 1;
          }
        },
        {
          clock,
          random,
          ...options,
          onRetry: () => expect(inside === 0 || lock.isLocked, 'R1').toBe(true),
        },
      );
    };
    const end = (added: number): void => {
      expect(store.count).toBe(added);
      expect({ locked: lock.isLocked, waiting: lock.waiting, timers: clock.pending }).toEqual({ locked: false, waiting: 0, timers: 0 });
    };
    return { lock, store, add, end };
  }

  it('R1 R2 R3 R4 three count, and any write of two of them may fail once', async () => {
    await everyOrder(async (exploration) => {
      const { task, step } = exploration;
      const { add, end } = setUp(exploration);
      await Promise.all([
        task('A', () => add('A', 1)),
        task('B', () => add('B', 1)),
        task('C', async () => (await step(), add('C', 0))),
      ]);
      end(3);
    }, 60);
  });

  it('R4 while one backs off, another gets the lock', async () => {
    let overtaken = 0;
    await everyOrder(async (exploration) => {
      const { task, step } = exploration;
      const { add, end } = setUp(exploration);
      const order: string[] = [];
      await Promise.all([
        task('A', async () => (await add('A', 1), order.push('A'))),
        task('B', async () => (await step(), await add('B', 0), order.push('B'))),
        task('C', async () => (await step(), await add('C', 0), order.push('C'))),
      ]);
      if (order[2] === 'A') overtaken += 1;
      end(3);
    }, 60);
    expect(overtaken).toBeGreaterThan(0);
  });

  it('R3 R5 one of three gives up at any moment', async () => {
    await everyOrder(async (exploration) => {
      const { task, step } = exploration;
      const { add, end } = setUp(exploration);
      const controller = new AbortController();
      const [a, b] = await Promise.allSettled([
        task('A', () => add('A', 1, { signal: controller.signal })),
        task('B', async () => (await step(), add('B', 1))),
        task('C', async () => (await step(), add('C', 0))),
        task('D', async () => (await step(), controller.abort(REASON))),
      ]);
      expect(b.status).toBe('fulfilled');
      if (a.status === 'rejected') expect(a.reason, 'R5').toBe(REASON);
      end(a.status === 'fulfilled' ? 3 : 2);
    }, 1000);
  });

  it('R5 R3 an abort in the same tick as anything else', async () => {
    await everyOrder(async (exploration) => {
      const { task, step } = exploration;
      const { add, end } = setUp(exploration);
      const controller = new AbortController();
      const [a, b] = await Promise.allSettled([
        task('A', async () => (await step(), add('A', 0, { signal: controller.signal }))),
        task('B', async () => (await step(), add('B', 0))),
        task('C', async () => (await step(), controller.abort(REASON))),
      ]);
      expect(b.status).toBe('fulfilled');
      if (a.status === 'rejected') expect(a.reason, 'R5').toBe(REASON);
      end(a.status === 'fulfilled' ? 2 : 1);
    }, 100, { together: true });
  });

  it('R7 no attempt starts after the deadline, wherever time stands still', async () => {
    await everyOrder(async (exploration) => {
      const { task, step, clock } = exploration;
      const { add, end } = setUp(exploration);
      const outcomes = await Promise.allSettled([
        task('A', () => add('A', 1, { timeout: 40 })),
        task('B', () => add('B', 1, { timeout: 60 })),
        task('C', async () => (await step(), add('C', 0))),
      ]);
      expect(outcomes[2].status).toBe('fulfilled');
      for (const outcome of outcomes) {
        if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'RETRY_EXHAUSTED', reason: 'deadline' });
      }
      expect(clock.now()).toBeLessThan(200);
      end(outcomes.filter(({ status }) => status === 'fulfilled').length);
    }, 40);
  });
});

describe('the locks', () => {
  it('M2 M4 a time-out, an abort and a release in any order and in one tick pass the lock on', async () => {
    await everyOrder(async ({ task, step, clock }) => {
      const lock = new Mutex({ clock });
      const controller = new AbortController();
      let inside = 0;
      const section = async (name: string): Promise<void> => {
        inside += 1;
        expect(inside, 'M4: two holders').toBe(1);
        await step(`${name} works`);
        inside -= 1;
      };
      const [a, b, c] = await Promise.allSettled([
        task('A', () => lock.withLock(() => section('A'))),
        task('B', () => lock.withLock(() => section('B'), { signal: controller.signal })),
        task('C', () => lock.withLock(() => section('C'), { timeout: 10 })),
        task('D', async () => (await step(), controller.abort())),
      ]);
      expect(a.status).toBe('fulfilled');
      if (b.status === 'rejected') expect(b.reason).toMatchObject({ name: 'AbortError' });
      if (c.status === 'rejected') expect(c.reason).toMatchObject({ code: 'LOCK_TIMEOUT' });
      expect({ locked: lock.isLocked, waiting: lock.waiting, timers: clock.pending }).toEqual({ locked: false, waiting: 0, timers: 0 });
    }, 30, { together: true });
  });
});

describe('Notifier', () => {
  /** A notifier whose deliveries take a step, and what is true of it whatever happens. */
  function setUp({ step, clock }: Exploration) {
    const released: string[] = [];
    const wrong: unknown[] = [];
    const running = new Map<unknown, number>();
    const told: string[] = [];
    const notifier = new Notifier<string>(
      async ({ session, payload, generation }) => {
        expect(running.get(session) ?? 0, 'N6: two deliveries of one session at once').toBe(0);
        expect(generation, 'N5: begun with an old payload').toBe(session.generation);
        running.set(session, 1);
        told.push(payload);
        await step(`${payload} is told`);
        expect(released, 'N3: released under its delivery').not.toContain(payload);
        running.set(session, 0);
      },
      { clock, release: (payload) => void released.push(payload), onDeliveryError: (error) => void wrong.push(error) },
    );
    const end = async (payloads: readonly string[]): Promise<void> => {
      expect(await notifier.shutdown(), 'N9').toEqual([]);
      expect(wrong).toEqual([]);
      expect(released.toSorted(), 'N3: each once').toEqual(payloads);
      expect(clock.pending, 'N12').toBe(0);
    };
    return { notifier, told, end };
  }

  it('N3 N4 N5 N6 N12 one marks, one reconnects, one suspends and resumes', async () => {
    await everyOrder(async (exploration) => {
      const { task, step } = exploration;
      const { notifier, told, end } = setUp(exploration);
      const session = notifier.open('a');
      await Promise.all([
        task('marks', async () => (await step(), notifier.mark(session))),
        task('reconnects', async () => (await step(), notifier.replace(session, 'b'))),
        task('is away', async () => {
          await step();
          notifier.suspend(session, Infinity);
          await step('is back');
          notifier.resume(session);
        }),
      ]);
      await end(['a', 'b']);
      expect(told.length, 'N4: the mark and the last').toBeGreaterThan(0);
    }, 100);
  });

  it('N8 N9 a shutdown at any moment, while one marks and one closes', async () => {
    await everyOrder(async (exploration) => {
      const { task, step } = exploration;
      const { notifier, end } = setUp(exploration);
      const [a, b] = [notifier.open('a'), notifier.open('b')];
      await Promise.all([
        task('marks', async () => (await step(), notifier.mark(a), notifier.mark(b))),
        task('closes', async () => (await step(), notifier.close(a))),
        task('shuts down', async () => (await step(), notifier.shutdown())),
      ]);
      expect([a.state, b.state]).toEqual(['closed', 'closed']);
      await end(['a', 'b']);
    }, 50);
  });

  it('N10 a suspension that runs out at any moment against a resume and a mark', async () => {
    await everyOrder(async (exploration) => {
      const { task, step } = exploration;
      const { notifier, end } = setUp(exploration);
      const session = notifier.open('a');
      notifier.suspend(session, 10);
      await Promise.all([
        task('marks', async () => (await step(), notifier.mark(session))),
        task('is back', async () => {
          await step();
          const open = session.state !== 'closed';
          expect(notifier.resume(session), 'N10: a resume before the timer wins').toBe(open);
        }),
        task('looks', () => step()),
      ]);
      await end(['a']);
    }, 10);
  });
});

describe('sleep', () => {
  it('three sleep, and any of them is woken by an abort at any moment', async () => {
    await everyOrder(async ({ task, step, clock }) => {
      const controller = new AbortController();
      const reason = new Error('woken');
      const [a, b, c] = await Promise.allSettled([
        task('A', () => sleep(10, { clock, signal: controller.signal })),
        task('B', async () => (await step(), sleep(5, { clock, signal: controller.signal }))),
        task('C', () => sleep(20, { clock })),
        task('D', async () => (await step(), controller.abort(reason))),
      ]);
      for (const woken of [a, b]) if (woken.status === 'rejected') expect(woken.reason).toBe(reason);
      expect(c.status).toBe('fulfilled');
      expect(clock.pending).toBe(0);
    }, 10);
  });
});
