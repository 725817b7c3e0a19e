// One run of a test under one schedule. What a schedule orders are steps: a task that awaits one stands still until the
// explorer lets it go on, and then runs, with everything that follows from it in promises, until nothing moves any more.
// So between two steps of a task others can run, and within one nobody can, which is what an await does to real code.

import { onAbort } from '../abort-listeners.js';
import { ManualClock } from './manual-clock.js';
import { seededRandom } from './random.js';

/** What a test has to do its work with. All of it can be handed on to the code under test. */
export interface Exploration {
  /**
   * Starts a task. Its name stands before its steps in a printed schedule. A task that rejects fails the run, unless the
   * test has looked at the promise.
   */
  task<T>(name: string, work: () => T | PromiseLike<T>): Promise<T>;
  /**
   * Stands still until it is this step's turn. On an abort of `signal` it rejects at once with the signal's reason, as
   * whatever it stands for would.
   */
  step(label?: string, options?: { readonly signal?: AbortSignal | undefined }): Promise<void>;
  /**
   * An asynchronous stand-in for `work`, with a step before it and one between it and its answer: what a call to a
   * store or a server is to its caller.
   */
  stepped<A extends readonly unknown[], R>(
    label: string,
    work: (...given: A) => R | PromiseLike<R>,
  ): (...given: A) => Promise<R>;
  /** One of the values: the explorer tries each. For what the world decides, such as whether a server answers. */
  choose<T>(label: string, values: readonly T[]): T;
  /** Resolves after so many milliseconds of `clock`; an abort rejects at once. */
  sleep(ms: number, options?: { readonly signal?: AbortSignal | undefined }): Promise<void>;
  /** Time that moves on only as a step of the schedule: timers fire in their order, and before or after any other step. */
  readonly clock: ManualClock;
  /** Numbers from 0 to below 1, the same in every run. */
  readonly random: () => number;
}

export type Test = (exploration: Exploration) => unknown;

/** Decides what is next: given how many possibilities there are, at least 2, the number of one from 0 on. */
export type Pick = (possibilities: number) => number;

export interface Limits {
  /** After so many steps a run is taken to go on for ever. */
  readonly maxSteps: number;
  /** Whether two steps can also be let go on in one tick, their promises then taking turns. */
  readonly together: boolean;
}

/** How a run went. */
export interface Run {
  /** What was done, in order, in words. */
  readonly steps: readonly string[];
  readonly failed: boolean;
  /** What failed, where it did. */
  readonly error?: unknown;
}

/** Something that can be done next. */
interface Possibility {
  readonly label: string;
  /** Whose step it is; undefined for that of the test itself. */
  readonly task: Task | undefined;
  readonly goOn: () => void;
}

interface Task {
  readonly name: string;
  ended: boolean;
  lastStep: string | undefined;
  failed: boolean;
  error: unknown;
  /** Whether the test has looked at its promise. */
  seen: boolean;
}

/** Runs a test once. Never rejects. */
export async function runSchedule(test: Test, pick: Pick, limits: Limits): Promise<Run> {
  const schedule = new Schedule(pick, limits);
  schedule.begin(test);
  let end: { readonly error?: unknown } | undefined;
  do {
    await quiet();
    end = schedule.goOn();
  } while (end === undefined);
  contextOf()?.disable();
  return { steps: schedule.steps, failed: 'error' in end, ...end };
}

class Schedule {
  readonly steps: string[] = [];
  readonly #pick: Pick;
  readonly #limits: Limits;
  readonly #clock = new ManualClock();
  /** Steps whose turn has not come, in the order in which they were asked for. */
  readonly #waiting = new Set<Possibility>();
  readonly #body = newTask('the test itself');
  readonly #tasks: Task[] = [this.#body];
  readonly #context = contextOf();
  /** Whose step was the last. */
  #last: Task | undefined;

  constructor(pick: Pick, limits: Limits) {
    this.#pick = (possibilities) => (possibilities > 1 ? pick(possibilities) : 0);
    this.#limits = limits;
  }

  begin(test: Test): void {
    const exploration: Exploration = {
      task: (name, work) => this.#task(name, work),
      step: (label, options) => this.#step(label, options?.signal),
      stepped:
        (label, work) =>
        async (...given) => {
          await this.#step(label);
          const answer = await work(...given);
          await this.#step(`${label} answers`);
          return answer;
        },
      choose: (label, values) => this.#choose(label, values),
      sleep: (ms, options) => this.#clock.sleep(ms, options),
      clock: this.#clock,
      random: seededRandom(1),
    };
    watch(this.#body, new Promise((resolve) => resolve(test(exploration))));
  }

  /** Takes the next step, when everything stands still; answers with the end, where that has come. */
  goOn(): { readonly error?: unknown } | undefined {
    if (this.#body.failed) return { error: this.#body.error };
    const running = this.#tasks.filter(({ ended }) => !ended);
    const next = this.#possibilities();
    if (running.length > 0 && next.length > 0) {
      const { maxSteps, together } = this.#limits;
      if (this.steps.length >= maxSteps) return { error: new Error(`has not ended after ${maxSteps} steps`) };
      this.#take(next[this.#pick(next.length)]!);
      if (together) this.#takeMore();
      return undefined;
    }
    const failed = this.#tasks.find((task) => task.failed && !task.seen);
    if (failed !== undefined) return { error: failed.error };
    return running.length === 0 ? {} : { error: new Error(stuck(running)) };
  }

  /** What can be done now: first the steps of the task that went on last, time at the end. */
  #possibilities(): Possibility[] {
    const waiting = [...this.#waiting];
    const next = [
      ...waiting.filter(({ task }) => task === this.#last),
      ...waiting.filter(({ task }) => task !== this.#last),
    ];
    const clock = this.#clock;
    if (clock.pending > 0) {
      const label = `time moves on to ${clock.now() + clock.untilNext} ms`;
      next.push({ label, task: undefined, goOn: () => clock.fireNext() });
    }
    return next;
  }

  #take(possibility: Possibility, how = ''): void {
    const { label, task } = possibility;
    this.#waiting.delete(possibility);
    this.steps.push(label + how);
    this.#last = task;
    if (task !== undefined) task.lastStep = label;
    possibility.goOn();
  }

  /** Lets any others that waited go on as well, before the first promise of the one just let go has settled. */
  #takeMore(): void {
    for (;;) {
      const rest = [...this.#waiting];
      const index = this.#pick(rest.length + 1);
      if (index === 0) return;
      this.#take(rest[index - 1]!, ' (in the same tick)');
    }
  }

  #task<T>(name: string, work: () => T | PromiseLike<T>): Promise<T> {
    const task = newTask(name);
    this.#tasks.push(task);
    const run = async (): Promise<T> => work();
    const promise = this.#context === undefined ? run() : this.#context.run(task, run);
    watch(task, promise);
    return whenSeen(promise, () => (task.seen = true));
  }

  #step(label = 'step', signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const task = this.#context?.getStore();
      const goOn = (): void => {
        stopListening();
        resolve();
      };
      const possibility: Possibility = { label: nameOf(label, task), task, goOn };
      const stopListening = onAbort(signal, (reason) => {
        this.#waiting.delete(possibility);
        reject(reason);
      });
      if (!signal?.aborted) this.#waiting.add(possibility);
    });
  }

  #choose<T>(label: string, values: readonly T[]): T {
    if (values.length === 0) throw new RangeError(`nothing to choose from: ${label}`);
    const index = this.#pick(values.length);
    this.steps.push(`${nameOf(label, this.#context?.getStore())}: ${String(values[index])}`);
    return values[index]!;
  }
}

function newTask(name: string): Task {
  return { name, ended: false, failed: false, error: undefined, lastStep: undefined, seen: false };
}

function watch(task: Task, promise: Promise<unknown>): void {
  promise.then(
    () => (task.ended = true),
    (error: unknown) => Object.assign(task, { ended: true, failed: true, error }),
  );
}

function nameOf(label: string, task: Task | undefined): string {
  return task === undefined ? label : `${task.name}: ${label}`;
}

function stuck(running: readonly Task[]): string {
  const list = running.map(({ name, lastStep }) => (lastStep === undefined ? name : `${name} (after "${lastStep}")`));
  return (
    `no step is left to take, but these have not ended: ${list.join(', ')}. ` +
    'They wait for each other, or for something that the explorer does not see'
  );
}

/** The promise, and word when somebody looks at it. */
function whenSeen<T>(promise: Promise<T>, seen: () => void): Promise<T> {
  const looked = (): Promise<T> => (seen(), promise);
  return {
    then: (onValue, onError) => looked().then(onValue, onError),
    catch: (onError) => looked().catch(onError),
    finally: (onEnd) => looked().finally(onEnd),
    [Symbol.toStringTag]: 'Promise',
  };
}

/** The part of AsyncLocalStorage that is used. */
interface Storage {
  run<R>(store: Task, fn: () => R): R;
  getStore(): Task | undefined;
  disable(): void;
}

/**
 * Which task the running code belongs to; only names depend on it. One storage for all runs, because each that is in use
 * makes every promise of the process dearer on Node.js 20 and 22. None where the platform has no AsyncLocalStorage.
 */
let tasksByContext: Storage | undefined;
let storageSought = false;

function contextOf(): Storage | undefined {
  interface Host {
    readonly process?: { getBuiltinModule?(id: string): { AsyncLocalStorage?: new () => Storage } | undefined };
  }
  if (storageSought) return tasksByContext;
  storageSought = true;
  const Found = (globalThis as Host).process?.getBuiltinModule?.('node:async_hooks')?.AsyncLocalStorage;
  return (tasksByContext = Found && new Found());
}

// Taken at the beginning, so that fake timers put there later do not stop the explorer.
const { setImmediate: immediately } = globalThis as { setImmediate?: (callback: () => void) => unknown };

/** Resolves when no promise can settle any more without a new step: a turn of the event loop comes after all of them. */
const quiet: () => Promise<void> =
  immediately === undefined
    ? () =>
        new Promise((resolve) => {
          const { port1, port2 } = new MessageChannel();
          port1.onmessage = () => {
            port1.close();
            resolve();
          };
          port2.postMessage(undefined);
        })
    : () => new Promise((resolve) => void immediately(resolve));
