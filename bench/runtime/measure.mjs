// What one lock costs, as ratios of CPU time to a mutex inlined by hand, rounds taken in turn, medians. Each lock has a
// process of its own, because code that is shared by many kinds of lock is compiled worse than a program's that uses one.
// Takes the lock's name and prints JSON; bench/runtime/run.mjs makes the page of it.
//
// The time is bounded, so that a whole run ends within minutes whoever takes part: a lock that needs more than `SLICE` for
// the full number of operations gets fewer of them (and the one by hand the same number), and rounds are taken until
// `BUDGET` is used up, at least `LEAST` and at most `ROUNDS`; one whose smallest part is longer than the budget is run once.

import { byHand, competitors, keyed, lockdep } from './competitors.mjs';

const ROUNDS = Number(process.env.ROUNDS ?? 60);
const LEAST = 5;
/** Milliseconds of CPU time of one lock in one round, and of both in all rounds of one figure: more for ours, which have goals. */
const SLICE = 40;
const BUDGET = process.argv[2]?.startsWith('lockwright') ? 1500 : 700;
const OPERATIONS = 40_000;
const TASKS = 1000;
const TURNS = 20;
const WAITERS = 50_000;
const KEYS = 200_000;

const shared = { count: 0 };
const section = () => {
  shared.count += 1;
};

const sectionLater = async () => section();

const callbacks = (part) => async ({ withLock }) => {
  for (let i = 0; i < OPERATIONS * part; i += 1) await withLock(section);
};

/** The same with a section that returns a promise: what then counts most is the await, which all have. */
const asynchronous = (part) => async ({ withLock }) => {
  for (let i = 0; i < OPERATIONS * part; i += 1) await withLock(sectionLater);
};

const leases = (part) => ({ leases: run }) => run(OPERATIONS * part, section);

/** A thousand tasks that ask again and again: with a section that awaits they really wait for each other. */
const contending = (of) => (part) => async ({ withLock }) => {
  const task = async () => {
    for (let i = 0; i < TURNS * part; i += 1) await withLock(of);
  };
  await Promise.all(Array.from({ length: TASKS }, task));
};

async function cpuTime(run) {
  const before = process.cpuUsage();
  await run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];

/** The median of the ratios of each round, so that a slow moment of the machine hits both alike. */
async function compare(runOf) {
  const smallest = 1 / 20;
  const [limitTrial, trial] = [await cpuTime(() => runOf(smallest)(limitLock)), await cpuTime(() => runOf(smallest)(lock))];
  // So slow that there is no more to be told.
  if (trial > BUDGET) return limitTrial / trial;
  await runOf(smallest)(lock);
  const warm = await cpuTime(() => runOf(smallest)(lock));
  const run = runOf(Math.min(1, Math.max(smallest, (SLICE / warm) * smallest)));
  const ratios = [];
  let used = 0;
  for (let round = -2; round < ROUNDS && (used < BUDGET || round < LEAST); round += 1) {
    const limit = await cpuTime(() => run(limitLock));
    const time = await cpuTime(() => run(lock));
    used += limit + time;
    if (round >= 0) ratios.push(limit / time);
  }
  return median(ratios);
}

function heap() {
  for (let i = 0; i < 3; i += 1) globalThis.gc();
  return process.memoryUsage().heapUsed;
}

/** What the heap grows by for each caller that waits for a lock that stays held. */
async function bytesAWaiter(make) {
  const { wait } = make();
  if (wait === undefined) return undefined;
  const promises = new Array(WAITERS);
  void wait();
  const before = heap();
  for (let i = 0; i < WAITERS; i += 1) promises[i] = wait();
  const bytes = (heap() - before) / WAITERS;
  // The lock and its waiters must not be collected before they have been counted.
  void wait();
  return promises.length === WAITERS ? Math.round(bytes) : undefined;
}

async function bytesLeftAKey(make) {
  const use = make();
  for (let i = 0; i < 1000; i += 1) await use(`warm ${i}`);
  const before = heap();
  for (let i = 0; i < KEYS; i += 1) await use(`key ${i}`);
  const bytes = (heap() - before) / KEYS;
  await use('the table is still there');
  return Math.max(0, Number(bytes.toFixed(1)));
}

/** What lockdep costs: the same lock with it off, and on, in nanoseconds a section. */
async function lockdepCosts() {
  const [off, on] = [[], []];
  const [all, part] = [callbacks(1), callbacks(1 / 20)];
  for (let round = -2; round < 3 * LEAST; round += 1) {
    const plain = await cpuTime(() => all(lock));
    lockdep.enable();
    const watched = 20 * (await cpuTime(() => part(lock)));
    lockdep.disable();
    if (round < 0) continue;
    off.push(plain);
    on.push(watched);
  }
  const nanoseconds = (times) => Math.round((median(times) / OPERATIONS) * 1e6);
  return { off: nanoseconds(off), on: nanoseconds(on) };
}

const name = process.argv[2] ?? 'lockwright Mutex';
const make = competitors[name] ?? byHand;
const limitLock = byHand();
const lock = make();
const row = {
  node: process.versions.node,
  callback: await compare(callbacks),
  asynchronous: await compare(asynchronous),
  lease: lock.leases && (await compare(leases)),
  tasks: await compare(contending(section)),
  tasksLater: await compare(contending(sectionLater)),
  waiter: await bytesAWaiter(make),
  key: keyed[name] && (await bytesLeftAKey(keyed[name])),
  lockdep: name === 'lockwright Mutex' ? await lockdepCosts() : undefined,
};
console.log(JSON.stringify(row));
