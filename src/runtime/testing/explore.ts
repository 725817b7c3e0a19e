// Every order of a test's steps: each run follows a path of choices to a point where one was left untried, and takes
// it. Nothing is remembered between runs but that path, so a test starts from scratch each time.

import { seededRandom } from './random.js';
import { type Pick, type Run, runSchedule, type Test } from './schedule.js';

export interface ExploreOptions {
  /** How many schedules to try in order; by default 10,000. If that is not all there are, seeds follow. */
  readonly bound?: number | undefined;
  /** How many schedules to try at random beyond the bound, from seed 1 on; by default 1,000. */
  readonly seeds?: number | undefined;
  /** After so many steps a run counts as one that never ends; by default 1,000. */
  readonly maxSteps?: number | undefined;
  /**
   * Whether two steps may also be let go on in one tick, their promises then taking turns: finds races between, say, an
   * abort and a grant. By default false, because there are many more schedules.
   */
  readonly together?: boolean | undefined;
  /** Runs this schedule alone: the `replay` of a `ScheduleError`. */
  readonly replay?: string | undefined;
}

export interface ExploreReport {
  /** How many schedules were run. */
  readonly schedules: number;
  /** Whether they were all there are. */
  readonly exhaustive: boolean;
}

/** A test failed under a schedule. `cause` is what failed; the message lists the steps. */
export class ScheduleError extends Error {
  override readonly name = 'ScheduleError';
  readonly code = 'SCHEDULE_FAILED';

  constructor(
    /** What was done, in order. */
    readonly steps: readonly string[],
    /** The option with which `explore` runs this schedule alone. */
    readonly replay: string,
    found: string,
    options: ErrorOptions,
  ) {
    const { cause } = options;
    const numbers = steps.map((step, index) => `${String(index + 1).padStart(4)}  ${step}`);
    const told = cause instanceof Error ? cause.message : String(cause);
    super(`${told}\n\n${found}\n${numbers.join('\n')}\n\nreplay: '${replay}'`, options);
  }
}

/** One decision of a schedule: which of how many. */
interface Choice {
  readonly index: number;
  readonly of: number;
}

/**
 * Runs `test` under every order of its steps, up to a bound, and under random ones beyond it. What a step is, and what
 * is not seen: docs/runtime/testing.md.
 *
 * @param test starts tasks and checks what has come of them; it is called once for each schedule, and must do the same
 *   each time it is led the same way
 * @returns how many schedules were run, and whether they were all
 * @throws `ScheduleError` for the first schedule that fails: the test or a task rejected, nothing could go on, or it did
 *   not end; TypeError when the test does not do the same when led the same way
 *
 * @example
 * await explore(async ({ task, step }) => {
 *   let count = 0;
 *   const add = async () => {
 *     const before = count;
 *     await step('write');
 *     count = before + 1;
 *   };
 *   await Promise.all([task('A', add), task('B', add)]);
 *   assert.equal(count, 2); // fails, and prints how
 * });
 */
export async function explore(test: Test, options: ExploreOptions = {}): Promise<ExploreReport> {
  const { bound = 10_000, seeds = 1000, replay } = options;
  if (!(bound >= 0 && seeds >= 0)) throw new RangeError('bound and seeds must be numbers from 0 on');
  if (replay !== undefined) {
    await attempt(test, readReplay(replay), () => 0, options, () => 'in the schedule given');
    return { schedules: 1, exhaustive: false };
  }
  let schedules = 0;
  let path: readonly Choice[] | undefined = [];
  while (path !== undefined && schedules < bound) {
    schedules += 1;
    const number = schedules;
    path = afterThis(await attempt(test, path, () => 0, options, () => `in schedule ${number}:`));
  }
  if (path === undefined) return { schedules, exhaustive: true };
  for (let seed = 1; seed <= seeds; seed += 1) {
    const random = seededRandom(seed);
    const pick: Pick = (possibilities) => Math.floor(random() * possibilities);
    schedules += 1;
    await attempt(test, [], pick, options, () => `in the schedule of seed ${seed}, after ${bound} in order:`);
  }
  return { schedules, exhaustive: false };
}

/** Runs the test along a path, and as `pick` says from its end on; tells the whole path. */
async function attempt(
  test: Test,
  path: readonly (Omit<Choice, 'of'> & Partial<Choice>)[],
  pick: Pick,
  { maxSteps = 1000, together = false }: ExploreOptions,
  where: () => string,
): Promise<readonly Choice[]> {
  const taken: Choice[] = [];
  let strayed: string | undefined;
  const follow: Pick = (possibilities) => {
    const planned = path[taken.length];
    const of = planned?.of ?? possibilities;
    if (planned !== undefined && (of !== possibilities || planned.index >= possibilities)) {
      strayed ??= `choice ${taken.length + 1} had ${planned.of ?? `at least ${planned.index + 1}`} possibilities before, and now ${possibilities}`;
    }
    const index = Math.min(planned?.index ?? pick(possibilities), possibilities - 1);
    taken.push({ index, of: possibilities });
    return index;
  };
  const run: Run = await runSchedule(test, follow, { maxSteps, together });
  if (strayed !== undefined || taken.length < path.length) {
    const told = strayed ?? `it ended after ${taken.length} choices of ${path.length}`;
    throw new TypeError(`the test does not do the same when led the same way: ${told}`);
  }
  if (run.failed) {
    const replay = taken.map(({ index }) => index).join('.');
    throw new ScheduleError(run.steps, replay, where(), { cause: run.error });
  }
  return taken;
}

/** The path to the next untried choice, depth first; undefined when there is none. */
function afterThis(taken: readonly Choice[]): readonly Choice[] | undefined {
  const last = taken.findLastIndex(({ index, of }) => index + 1 < of);
  const choice = taken[last];
  return choice && [...taken.slice(0, last), { index: choice.index + 1, of: choice.of }];
}

function readReplay(replay: string): { readonly index: number }[] {
  if (!/^(?:\d+(?:\.\d+)*)?$/.test(replay)) throw new TypeError(`not a schedule to replay: ${replay}`);
  return replay === '' ? [] : replay.split('.').map((index) => ({ index: Number(index) }));
}
