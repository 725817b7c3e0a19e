// The explorer itself: that it runs every order once, finds what it can find, prints it, and replays it.

import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { explore, type Exploration, ManualClock, ScheduleError, seededRandom } from '../../src/runtime/testing/index.js';

/** Collects the order of what is done in each run. */
async function orders(test: (exploration: Exploration, note: (what: string) => void) => unknown, options = {}) {
  const found: string[] = [];
  const report = await explore(async (exploration) => {
    const order: string[] = [];
    try {
      await test(exploration, (what) => order.push(what));
    } finally {
      found.push(order.join(' '));
    }
  }, options);
  return { found, report };
}

const steps = (count: number) => async ({ task, step }: Exploration, note: (what: string) => void) => {
  const run = async (name: string): Promise<void> => {
    for (let i = 1; i <= count; i += 1) {
      await step();
      note(name + i);
    }
  };
  await Promise.all([task('a', () => run('a')), task('b', () => run('b'))]);
};

async function failureOf(test: (exploration: Exploration) => unknown, options = {}): Promise<ScheduleError> {
  const error: unknown = await explore(test, options).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(ScheduleError);
  return error as ScheduleError;
}

/** Two tasks that add to one number, reading before and writing after an answer of the store. */
async function lostUpdate({ task, stepped }: Exploration): Promise<void> {
  let count = 0;
  const read = stepped('read', () => count);
  const add = async (): Promise<void> => {
    count = (await read()) + 1;
  };
  await Promise.all([task('A', add), task('B', add)]);
  expect(count).toBe(2);
}

describe('every order', () => {
  it.each([1, 2, 3, 4])('of two tasks with %i steps each is run exactly once', async (count) => {
    const { found, report } = await orders(steps(count));
    const binomial = [2, 6, 20, 70][count - 1];
    expect(new Set(found).size).toBe(binomial);
    expect(found).toHaveLength(binomial!);
    expect(report).toEqual({ schedules: binomial, exhaustive: true });
  });

  it('of any numbers of steps is as many as there are ways to shuffle them', async () => {
    const lengths = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 3 });
    await fc.assert(fc.asyncProperty(lengths, async (counts) => {
      const { found } = await orders(async ({ task, step }, note) => {
        await Promise.all(counts.map((count, name) => task(`${name}`, async () => {
          for (let i = 0; i < count; i += 1) {
            await step();
            note(`${name}`);
          }
        })));
      });
      const factorial = (n: number): number => (n < 2 ? 1 : n * factorial(n - 1));
      const ways = factorial(counts.reduce((a, b) => a + b, 0)) / counts.map(factorial).reduce((a, b) => a * b, 1);
      expect(found).toHaveLength(ways);
      expect(new Set(found).size).toBe(ways);
    }), { numRuns: 30 });
  });

  it('lets everything that follows from a step run to its end before the next', async () => {
    const { found } = await orders(async ({ task, step }, note) => {
      const run = async (name: string): Promise<void> => {
        await step();
        for (let i = 0; i < 3; i += 1) {
          note(name);
          await null;
        }
      };
      await Promise.all([task('a', () => run('a')), task('b', () => run('b'))]);
    });
    expect(found).toEqual(['a a a b b b', 'b b b a a a']);
  });

  it('and with `together` also lets two go on in one tick, their promises taking turns', async () => {
    const { found } = await orders(async ({ task, step }, note) => {
      const run = async (name: string): Promise<void> => {
        await step();
        note(name);
        await null;
        note(name);
      };
      await Promise.all([task('a', () => run('a')), task('b', () => run('b'))]);
    }, { together: true });
    expect(found).toEqual(['a a b b', 'a b a b', 'b b a a', 'b a b a']);
  });

  it('tries every value of a choice', async () => {
    const { found } = await orders(({ choose }, note) => {
      note(choose('colour', ['red', 'green']));
      note(String(choose('size', [1, 2, 3])));
    });
    expect(found).toEqual(['red 1', 'red 2', 'red 3', 'green 1', 'green 2', 'green 3']);
  });

  it('lets time move on before and after any step, and timers fire in their order', async () => {
    const { found } = await orders(async ({ task, step, sleep, clock }, note) => {
      await Promise.all([
        task('a', async () => (await sleep(20), note(`late at ${clock.now()}`))),
        task('b', async () => (await sleep(10), note(`soon at ${clock.now()}`))),
        task('c', async () => (await step(), note('step'))),
      ]);
    });
    expect(found.sort()).toEqual([
      'soon at 10 late at 20 step',
      'soon at 10 step late at 20',
      'step soon at 10 late at 20',
    ]);
  });

  it('runs a test without any step once', async () => {
    expect(await explore(() => {})).toEqual({ schedules: 1, exhaustive: true });
  });

  it('is not stopped by fake timers', async () => {
    vi.useFakeTimers();
    try {
      expect((await orders(steps(1))).found).toHaveLength(2);
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('beyond the bound', () => {
  it('seeds follow, the same ones each time', async () => {
    const first = await orders(steps(4), { bound: 5, seeds: 20 });
    const again = await orders(steps(4), { bound: 5, seeds: 20 });
    expect(first.report).toEqual({ schedules: 25, exhaustive: false });
    expect(first.found).toHaveLength(25);
    expect(again.found).toEqual(first.found);
    expect(new Set(first.found.slice(5)).size).toBeGreaterThan(10);
  });

  it('finds what only seeds find, and replays it', async () => {
    const failure = await failureOf(lostUpdate, { bound: 0 });
    expect(failure.message).toMatch(/in the schedule of seed \d+, after 0 in order/);
    const again = await failureOf(lostUpdate, { replay: failure.replay });
    expect(again.steps).toEqual(failure.steps);
  });

  it.each([{ bound: -1 }, { bound: NaN }, { seeds: -1 }])('refuses %o', async (options) => {
    await expect(explore(() => {}, options)).rejects.toThrow(RangeError);
  });
});

describe('where there is no setImmediate', () => {
  afterEach(() => {
    vi.unstubAllGlobals();
    vi.resetModules();
  });

  it('messages take its place, and no port is left open', async () => {
    const { MessageChannel } = globalThis;
    let open = 0;
    vi.stubGlobal('setImmediate', undefined);
    vi.stubGlobal('MessageChannel', function () {
      const { port1, port2 } = new MessageChannel();
      const close = port1.close.bind(port1);
      open += 1;
      port1.close = () => {
        open -= 1;
        close();
      };
      return { port1, port2 };
    });
    vi.resetModules();
    const fresh = await import('../../src/runtime/testing/index.js');
    const { schedules, exhaustive } = await fresh.explore(async ({ task, step }) => {
      await Promise.all(['a', 'b', 'c'].map((name) => task(name, () => step())));
    });
    expect([schedules, exhaustive, open]).toEqual([6, true, 0]);
  });
});

describe('a failure', () => {
  it('is printed as numbered steps, with the tasks that take them', async () => {
    const failure = await failureOf(lostUpdate);
    expect(failure.code).toBe('SCHEDULE_FAILED');
    expect(failure.message.startsWith((failure.cause as Error).message)).toBe(true);
    expect(failure.message.split('\n\n').slice(-2)).toEqual([
      [
        'in schedule 2:',
        '   1  A: read',
        '   2  B: read',
        '   3  B: read answers',
        '   4  A: read answers',
      ].join('\n'),
      "replay: '0.1.0'",
    ]);
    expect(failure.cause).toMatchObject({ name: 'AssertionError' });
  });

  it('is replayed by the schedule it came with', async () => {
    const failure = await failureOf(lostUpdate);
    const again = await failureOf(lostUpdate, { replay: failure.replay });
    expect(again.steps).toEqual(failure.steps);
    expect(again.replay).toBe(failure.replay);
  });

  it('of a replay that passes by now is none', async () => {
    const fixed = async ({ task, step }: Exploration): Promise<void> => {
      await Promise.all([task('A', () => step()), task('B', () => step())]);
    };
    expect(await explore(fixed, { replay: '1' })).toEqual({ schedules: 1, exhaustive: false });
  });

  it('a replay that is shorter than the run goes on with the first of each, one that does not fit is refused', async () => {
    expect((await orders(steps(1), { replay: '' })).found).toEqual(['a1 b1']);
    expect((await orders(steps(1), { replay: '1' })).found).toEqual(['b1 a1']);
    for (const index of [2, 5]) {
      await expect(explore((exploration) => steps(1)(exploration, () => {}), { replay: `${index}` })).rejects.toThrow(
        `choice 1 had at least ${index + 1} possibilities before, and now 2`,
      );
    }
  });

  it('is none that comes after the end: a timer that is left does not fire', async () => {
    let fired = false;
    await explore(({ clock }) => void clock.setTimer(() => (fired = true), 10));
    expect(fired).toBe(false);
  });

  it.each(['x', '1.', '.1', '-1'])('refuses %j as a replay', async (replay) => {
    await expect(explore(() => {}, { replay })).rejects.toThrow(`not a schedule to replay: ${replay}`);
  });

  it('is a task that rejects without anybody looking', async () => {
    const failure = await failureOf(({ task }) => void task('A', () => Promise.reject(new Error('unseen'))));
    expect(failure.cause).toEqual(new Error('unseen'));
  });

  it('is none where the test looks at the task that rejects', async () => {
    await explore(async ({ task }) => {
      await expect(task('A', () => Promise.reject(new Error('seen')))).rejects.toThrow('seen');
    });
  });

  it('is a test that throws at once', async () => {
    const failure = await failureOf(() => {
      throw new Error('at once');
    });
    expect(failure.cause).toEqual(new Error('at once'));
    expect(failure.steps).toEqual([]);
  });

  it('is a task left that cannot go on, by name', async () => {
    const failure = await failureOf(async ({ task, step }) => {
      void task('A', async () => (await step('asks'), new Promise(() => {})));
      await task('B', () => step('goes'));
    });
    expect(failure.message).toMatch(/no step is left to take, but these have not ended: A \(after "A: asks"\)\./);
  });

  it('names the test itself where that is what hangs', async () => {
    const failure = await failureOf(() => new Promise(() => {}));
    expect(failure.message).toMatch(/have not ended: the test itself\./);
  });

  it('is a run that does not end', async () => {
    const failure = await failureOf(async ({ step }) => {
      for (;;) await step('again');
    }, { maxSteps: 5 });
    expect(failure.message).toMatch(/has not ended after 5 steps/);
    expect(failure.steps).toEqual(Array(5).fill('again'));
  });

  it('is told apart from a test that does not do the same again', async () => {
    let runs = 0;
    const fickle = async ({ task, step }: Exploration): Promise<void> => {
      runs += 1;
      const names = runs === 1 ? ['A', 'B'] : ['A', 'B', 'C'];
      await Promise.all(names.map((name) => task(name, () => step())));
    };
    await expect(explore(fickle)).rejects.toThrow(/choice 1 had 2 possibilities before, and now 3/);
    runs = 0;
    const shorter = async ({ task, step }: Exploration): Promise<void> => {
      runs += 1;
      if (runs === 1) await Promise.all(['A', 'B'].map((name) => task(name, () => step())));
    };
    await expect(explore(shorter)).rejects.toThrow(/it ended after 0 choices of 1/);
  });
});

describe('what a test is given', () => {
  it('random numbers are the same in every run, and spread', async () => {
    const seen: string[] = [];
    await explore(async ({ random, task, step }) => {
      seen.push([random(), random(), random()].join());
      await Promise.all([task('a', () => step()), task('b', () => step())]);
    });
    expect(seen).toHaveLength(2);
    expect(new Set(seen).size).toBe(1);
    // Those of mulberry32 elsewhere.
    expect(Array.from({ length: 3 }, seededRandom(1))).toEqual([0.6270739405881613, 0.002735721180215478, 0.5274470399599522]);
    const numbers = Array.from({ length: 10_000 }, seededRandom(7));
    expect(Math.min(...numbers)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...numbers)).toBeLessThan(1);
    const mean = numbers.reduce((a, b) => a + b, 0) / numbers.length;
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.02);
    expect(seededRandom(7)()).not.toBe(seededRandom(8)());
  });

  it('a step and a sleep end at once when aborted, and leave nothing to wait for', async () => {
    await explore(async ({ step, sleep, clock, task }) => {
      const controller = new AbortController();
      const { signal } = controller;
      const waits = [task('a', () => step('never', { signal })), task('b', () => sleep(10, { signal }))];
      const told = Promise.allSettled(waits);
      controller.abort('enough');
      expect(await told).toEqual(Array(2).fill({ status: 'rejected', reason: 'enough' }));
      expect(clock.pending).toBe(0);
      await expect(step('late', { signal })).rejects.toBe('enough');
    });
  });

  it('a stepped function passes on what it is given, its answer and its error', async () => {
    await explore(async ({ stepped }) => {
      expect(await stepped('sum', (a: number, b: number) => a + b)(1, 2)).toBe(3);
      await expect(stepped('fails', () => Promise.reject(new Error('no')))()).rejects.toThrow('no');
    });
  });

  it('nothing to choose from is a RangeError', async () => {
    await explore(({ choose }) => expect(() => choose('nothing', [])).toThrow(RangeError));
  });
});

describe('ManualClock', () => {
  it('fires what is due, in order, and what that sets within the same advance', () => {
    const clock = new ManualClock();
    const fired: string[] = [];
    clock.setTimer(() => fired.push(`b at ${clock.now()}`), 20);
    clock.setTimer(() => {
      fired.push(`a at ${clock.now()}`);
      clock.setTimer(() => fired.push(`c at ${clock.now()}`), 5);
    }, 10);
    clock.clearTimer(clock.setTimer(() => fired.push('never'), 1));
    clock.advance(15);
    expect(fired).toEqual(['a at 10', 'c at 15']);
    expect([clock.now(), clock.pending, clock.untilNext]).toEqual([15, 1, 5]);
    clock.fireNext();
    expect(fired.at(-1)).toBe('b at 20');
    expect([clock.pending, clock.untilNext]).toEqual([0, Infinity]);
    clock.fireNext();
    expect(clock.now()).toBe(20);
  });

  it.each([-1, -0.5, NaN, 2 ** 31])('refuses a delay of %d, as real timers do not take it', (delay) => {
    expect(() => new ManualClock().setTimer(() => {}, delay)).toThrow(RangeError);
  });

  it('takes the shortest and the longest delay of real timers', () => {
    const clock = new ManualClock();
    clock.clearTimer(clock.setTimer(() => {}, 0));
    expect(clock.pending).toBe(0);
    clock.setTimer(() => {}, 2 ** 31 - 1);
    expect(clock.untilNext).toBe(2 ** 31 - 1);
  });

  it('sleeps by its own time', async () => {
    const clock = new ManualClock();
    let awake = false;
    const sleeping = clock.sleep(10).then(() => (awake = true));
    clock.advance(9);
    await null;
    expect(awake).toBe(false);
    clock.advance(1);
    await sleeping;
  });
});
