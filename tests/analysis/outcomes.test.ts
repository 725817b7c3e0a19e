/**
 * What one call does under a lock: which functions it reaches, with which arguments, under which conditions, and which lock
 * it takes. What stands between « and » is reported as certain, and nothing else is.
 */
import { describe, it } from 'vitest';
import { noAwaitInLock } from '../../src/rules/no-await-in-lock.js';
import { noSelfDeadlock } from '../../src/rules/no-self-deadlock.js';
import { noSleepInLock } from '../../src/rules/no-sleep-in-lock.js';
import { certainTable, expectCertain, type Files } from '../certain-reports.js';

const MUTEX = "import { Mutex } from 'async-mutex';\nconst lock = new Mutex();\n";

/** What is done while `lock` is held, and what stands outside of that. */
const held = (work: string, outside = ''): string => `${MUTEX}${outside}\nexport const go = (x: any, list: any[]) => lock.runExclusive(async () => { ${work} });\n`;

const LOAD = "async function load(url = '/'): Promise<void> { await fetch(url); }";
const RUN = 'async function run(work: () => Promise<void>): Promise<void> { await work(); }';

certainTable('which functions are reached', noAwaitInLock, (work = '', outside = '') => held(work, outside), {
  'by name': ['await «load()»;', LOAD],
  'by `call` and `apply`': ["await «load.call(null, '/')»; await «load.apply(null, ['/'])»;", LOAD],
  'by `bind`': ["await «load.bind(null, '/')()»; const bound = load.bind(null); await «bound()»;", LOAD],
  'by a member of an object': ['await «api.load()»;', 'const api = { async load() { await fetch("/"); } };'],
  'by an alternative': ['await (x ? «load()» : other());', `${LOAD}\nasync function other() {}`],
  'by a variable that is one of two': ['const f = x ? load : again; await «f()»;', `${LOAD}\nasync function again() { await fetch("/"); }`],
  'by what a function returns': ['await «make()()»;', 'const make = () => async () => { await fetch("/"); };'],
  'by a tagged template': ['await «sql`select`»;', 'async function sql(parts: TemplateStringsArray) { await fetch(parts[0]!); }'],
  'nobody knows which': ['await x.load(); await x();', LOAD],
  'one of which is declared only': ['await load();', 'declare function load(): Promise<void>;'],
});

certainTable('with which arguments', noAwaitInLock, (work = '', outside = '') => held(work, outside), {
  'a function that is run': ['await run(() => «load()»);', `${LOAD}\n${RUN}`],
  'a function that is passed by name': ['await «run(load)»;', `${LOAD}\n${RUN}`],
  'passed by `call`': ['await «run.call(null, load)»;', `${LOAD}\n${RUN}`],
  'a function that is not run': ['await keep(load);', `${LOAD}\nconst kept: unknown[] = [];\nasync function keep(work: unknown) { kept.push(work); }`],
  'a function in an object': ['await «start({ work: load })»;', `${LOAD}\nasync function start({ work }: { work: () => Promise<void> }) { await work(); }`],
  'a function in an object that is kept whole': ['await «start({ work: load })»;', `${LOAD}\nasync function start(o: { work: () => Promise<void> }) { await o.work(); }`],
  'spread arguments': ['await run(...list);', RUN],
  'a promise that is waited for': ['await «wait(fetch("/"))»;', 'async function wait(p: Promise<unknown>) { await p; }'],
  'a promise that is not': ['await ignore(1);', 'async function ignore(p: unknown) { void p; }'],
  'a function for each element': ['await Promise.all(list.map(() => «load()»));', LOAD],
  'a function for each element that is made': ['await Promise.all(Array.from({ length: 2 }, () => «load()»));', LOAD],
  'a function after a promise': ['await «Promise.resolve().then(load)»;', LOAD],
  'a function that runs later': ['setTimeout(load, 1); queueMicrotask(() => void load());', LOAD],
  'an argument that is missing': ['await run(undefined as never);', RUN],
});

certainTable('under which conditions', noAwaitInLock, (work = '', outside = '') => held(work, outside), {
  'what is asked for is given': ['await «load(1, true)»; await load(1, false); await load(1); await «load(1, x)»;', 'async function load(n: number, remote = false) { if (remote) await fetch(`/${n}`); }'],
  'what is asked for in an object': ['await «load({ remote: true })»; await load({ remote: false }); await load({});', 'async function load(o: { remote?: boolean }) { if (o.remote) await fetch("/"); }'],
  'what is asked for by taking apart': ['await «load({ remote: true })»; await load({ remote: false });', 'async function load({ remote }: { remote?: boolean }) { if (remote) await fetch("/"); }'],
  'through another function': ['await «far(true)»; await far(false);', 'async function near(remote: boolean) { if (remote) await fetch("/"); }\nasync function far(remote: boolean) { await near(remote); }'],
  'anything that is there': ['await «load(() => 1)»; await «load(class {})»; await «load([])»; await «load(/a/)»; await «load(new Map())»; await «load({})»; await load(null); await load();', 'async function load(what?: unknown) { if (what) await fetch("/"); }'],
  'anything that is there, and not that one': ['await «load({})»; await load("quiet"); await «load([])»;', 'async function load(what: unknown) { if (what !== "quiet") await fetch("/"); }'],
  'compared with nothing, loosely': ['await load(null); await load(undefined); await load(); await «load(1)»;', 'async function load(what?: unknown) { if (what == null) return; await fetch("/"); }'],
  'compared with something, loosely': ['await «load(0 as any)»; await «load("0" as any)»;', 'async function load(what: unknown) { if (what == 0) await fetch("/"); }'],
  'through a cast, and what is not null': ['await load((false as boolean)!); await «load((true as boolean)!)»;', 'async function load(remote: boolean) { if ((remote as boolean)!) await fetch("/"); }'],
  'an option of a constant, by a getter, spread, or of a computed name': ['const off = { remote: false }; await load(off); await «load({ get remote() { return false; } })»; await «load({ ...x })»; await «load({ [x]: false })»;', 'async function load(o: { remote?: boolean }) { if (o.remote) await fetch("/"); }'],
  'a default that is no constant': ['await «load()»; await load(null as any); await «load(undefined, x)»;', 'async function load(where = new URL("/"), more?: unknown) { if (where) await fetch(where); void more; }'],
  'the default of who passes it on': ['await far(); await «far(true)»; await far(false);', 'async function near(remote?: boolean) { if (remote) await fetch("/"); }\nasync function far(remote = false) { await near(remote); }'],
  'an option of an option that is passed on': ['await far({ o: { remote: false } }); await «far({ o: { remote: true } })»;', 'async function near(o: { remote?: boolean }) { if (o.remote) await fetch("/"); }\nasync function far(all: { o: { remote?: boolean } }) { await near(all.o); }'],
  'the rest of all arguments': ['await «load(1, 2)»; await «load()»;', 'async function load(...all: number[]) { if (all) await fetch("/"); }'],
  'in a switch': ['await «load(1, true)»; await load(1, false);', 'async function load(n: number, remote: boolean) { switch (n) { case 1: if (!remote) return; break; default: if (!remote) return; } await fetch("/"); }'],
  'one way or the other': ['await «load(true)»; await «load(false)»;', 'async function load(remote: boolean) { if (remote) await fetch("/a"); else await fetch("/b"); }'],
});

certainTable('how long a sleep is', noSleepInLock, (work = '', outside = '') => held(work, outside), {
  'of the platform': ['await «new Promise((r) => setTimeout(r, 10))»;'],
  'by a function with the time': ['await «sleep(10)»; await sleep(0);', 'const sleep = (ms: number) => new Promise((r) => setTimeout(r, ms));'],
  'by a function of Node': ['await «wait(10)»; await wait(0);', "import { setTimeout as wait } from 'node:timers/promises';"],
  'through two functions': ['await «long(10)»; await long(0);', 'const sleep = (ms: number) => new Promise((r) => setTimeout(r, ms));\nconst long = (ms: number) => sleep(ms);'],
});

const nested = (outer: string, inner: string, outside = ''): string => `${outside}\nexport const go = (x: any, y: any) => ${outer.replace('…', inner)};\n`;

const KEYED = "import AsyncLock from 'async-lock';\nconst locks = new AsyncLock();\n";
certainTable('the same lock, by its key', noSelfDeadlock, (outer = '', inner = '', outside = '') => nested(outer, inner, outside), {
  'a constant': ["locks.acquire('a', async () => { await …; })", "«locks.acquire('a', async () => {})»", KEYED],
  'another constant': ["locks.acquire('a', async () => { await …; })", "locks.acquire('b', async () => {})", KEYED],
  'a variable': ['locks.acquire(x, async () => { await …; })', '«locks.acquire(x, async () => {})»', KEYED],
  'another variable': ['locks.acquire(x, async () => { await …; })', 'locks.acquire(y, async () => {})', KEYED],
  'through a function': ["locked('a', async () => { await …; })", "«locked('a', async () => {})»", `${KEYED}const locked = (key: string, work: () => Promise<void>) => locks.acquire(key, work);`],
  'another one through a function': ["locked('a', async () => { await …; })", "locked('b', async () => {})", `${KEYED}const locked = (key: string, work: () => Promise<void>) => locks.acquire(key, work);`],
  'of a member that is given': ["locked({ id: 'a' }, async () => { await …; })", "«locked({ id: 'a' }, async () => {})»", `${KEYED}const locked = (o: { id: string }, work: () => Promise<void>) => locks.acquire(o.id, work);`],
  'of another member that is given': ["locked({ id: 'a' }, async () => { await …; })", "locked({ id: 'b' }, async () => {})", `${KEYED}const locked = (o: { id: string }, work: () => Promise<void>) => locks.acquire(o.id, work);`],
  'of a member of a variable': ['locked(x, async () => { await …; })', '«locked(x, async () => {})»', `${KEYED}const locked = (o: { id: string }, work: () => Promise<void>) => locks.acquire(o.id, work);`],
  'of a member of another variable': ['locked(x, async () => { await …; })', 'locked(y, async () => {})', `${KEYED}const locked = (o: { id: string }, work: () => Promise<void>) => locks.acquire(o.id, work);`],
  'of a key that nobody gives': ['locked(undefined as any, async () => { await …; })', 'locked(undefined as any, async () => {})', `${KEYED}const locked = (o: { id: string }, work: () => Promise<void>) => locks.acquire(o.id, work);`],
});

const SEMAPHORE = "import { Semaphore } from 'async-mutex';\n";
const POOL = `${SEMAPHORE}class Pool { readonly #slots: Semaphore; constructor(n = 1) { this.#slots = new Semaphore(n); } run(work: () => Promise<void>): Promise<void> { return this.#slots.runExclusive(work); } }\n`;
certainTable('a lock with so many holders', noSelfDeadlock, (outer = '', inner = '', outside = '') => nested(outer, inner, outside), {
  'one': ['slots.runExclusive(async () => { await …; })', '«slots.runExclusive(async () => {})»', `${SEMAPHORE}const slots = new Semaphore(1);`],
  'two': ['slots.runExclusive(async () => { await …; })', 'slots.runExclusive(async () => {})', `${SEMAPHORE}const slots = new Semaphore(2);`],
  'of a class, two': ['pool.run(async () => { await …; })', 'pool.run(async () => {})', `${POOL}const pool = new Pool(2);`],
  'of a class, nobody knows how many': ['pool.run(async () => { await …; })', 'pool.run(async () => {})', `${POOL}declare const n: number; const pool = new Pool(n);`],
});

const SLOTS = `class Slots {
  #free: number;
  readonly #waiters: (() => void)[] = [];
  constructor(free = 1) { this.#free = free; }
  async acquire(): Promise<void> { if (this.#free > 0) { this.#free--; return; } await new Promise<void>((resolve) => { this.#waiters.push(resolve); }); }
  release(): void { const next = this.#waiters.shift(); if (next) next(); else this.#free++; }
}
`;
const used = (make = ''): string => `${SLOTS}${make}\nexport async function go(): Promise<void> { await slots.acquire(); try { await «fetch('/')»; } finally { slots.release(); } }\n`;
describe('a semaphore of the project\'s own, by how many it is made for', () => {
  it.each(['const slots = new Slots(1);', 'const one = 1; const slots = new Slots(one);', 'const slots = new Slots();'])('%s', (make) => expectCertain(noAwaitInLock, { 'case.ts': used(make) }));
  it.each(['const slots = new Slots(2);', 'declare const n: number; const slots = new Slots(n);', 'declare const slots: Slots;'])('%s', (make) => expectCertain(noAwaitInLock, { 'case.ts': used(make).replace(/[«»]/g, '') }));
});

const LIMIT = "import pLimit from 'p-limit';\n";
certainTable('a limiter', noSelfDeadlock, (outer = '', inner = '', outside = '') => nested(outer, inner, outside), {
  'of one': ['limit(async () => { await …; })', '«limit(async () => {})»', `${LIMIT}const limit = pLimit(1);`],
  'of many': ['limit(async () => { await …; })', 'limit(async () => {})', `${LIMIT}const limit = pLimit(5);`],
  'of one, by an option': ['limit(async () => { await …; })', '«limit(async () => {})»', `${LIMIT}const limit = pLimit({ concurrency: 1 });`],
  'of which nobody knows': ['limit(async () => { await …; })', 'limit(async () => {})', `${LIMIT}declare const n: number; const limit = pLimit(n);`],
});

const MADE = `${MUTEX}function make() { const own = new Mutex(); return { run: (work: () => Promise<void>) => own.runExclusive(work) }; }\n`;
certainTable('a lock that a function keeps', noSelfDeadlock, (outer = '', inner = '', outside = '') => nested(outer, inner, outside), {
  'of one object': ['one.run(async () => { await …; })', '«one.run(async () => {})»', `${MADE}const one = make();`],
  'of two objects': ['one.run(async () => { await …; })', 'two.run(async () => {})', `${MADE}const one = make(); const two = make();`],
  'taken apart': ['run(async () => { await …; })', '«run(async () => {})»', `${MADE}const { run } = make();`],
  'taken apart twice': ['run(async () => { await …; })', 'again(async () => {})', `${MADE}const { run } = make(); const { run: again } = make();`],
  'of what is returned as a function': ['queue(async () => { await …; })', '«queue(async () => {})»', `${MUTEX}const make = () => { const own = new Mutex(); return (work: () => Promise<void>) => own.runExclusive(work); };\nconst queue = make();`],
});

describe('over files', () => {
  const cases: Readonly<Record<string, Files>> = {
    'a condition that is given in another file': {
      'case.ts': `${MUTEX}import { load } from './load.js';\nexport const go = () => lock.runExclusive(async () => { await «load(true)»; await load(false); });`,
      'load.ts': "import { near } from './near.js';\nexport const load = async (remote: boolean) => { await near({ remote }); };",
      'near.ts': 'export async function near({ remote }: { remote: boolean }) { if (remote) await fetch("/"); }',
    },
    'a function that is run in another file': {
      'case.ts': `${MUTEX}import { run } from './run.js';\nexport const go = () => lock.runExclusive(async () => { await run(() => «fetch("/")»); });`,
      'run.ts': 'export const run = <T>(work: () => Promise<T>) => work();',
    },
    'a function that calls itself': {
      'case.ts': `${MUTEX}async function walk(n: number): Promise<void> { if (n > 0) await walk(n - 1); else await fetch("/"); }\nexport const go = () => lock.runExclusive(async () => { await «walk(3)»; });`,
    },
    'functions that call each other': {
      'case.ts': `${MUTEX}async function a(n: number): Promise<void> { await b(n); }\nasync function b(n: number): Promise<void> { if (n > 0) await a(n - 1); await fetch("/"); }\nexport const go = () => lock.runExclusive(async () => { await «a(3)»; });`,
    },
    'a method that an heir has': {
      'case.ts': `${MUTEX}import { Base } from './base.js';\nclass Heir extends Base { async load() { await fetch("/"); } }\nexport const go = () => lock.runExclusive(async () => { await «new Heir().start()»; });`,
      'base.ts': 'export abstract class Base { abstract load(): Promise<void>; async start() { await this.load(); } }',
    },
  };
  it.each(Object.entries(cases))('%s', (_, files) => expectCertain(noAwaitInLock, files));
});
