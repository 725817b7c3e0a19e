/**
 * Functions that take a lock for their caller, by what they give to let it go again: each is used with a way out that does
 * not (`if (x) return;`), and once as it should be. What stands between « and » is reported as certain.
 */
import { describe, it } from 'vitest';
import { noAwaitInLock } from '../../src/rules/no-await-in-lock.js';
import { requireLockRelease } from '../../src/rules/require-lock-release.js';
import { expectCertain } from '../certain-reports.js';

const LOCK = "import { Mutex } from 'async-mutex';\nconst lock = new Mutex();\n";

/** How it is taken, and how given back. */
const wrappers: Readonly<Record<string, readonly [outside: string, take: string, give: string]>> = {
  'the release as it is': ['const take = async () => await lock.acquire();', 'const release = «await take()»;', 'release();'],
  'the release, by a name': ['async function take() { const release = await lock.acquire(); return release; }', 'const release = «await take()»;', 'release();'],
  'a function that releases': ['async function take() { const release = await lock.acquire(); return () => { console.log("gone"); release(); }; }', 'const free = «await take()»;', 'free();'],
  'a function that releases, kept first': ['async function take() { const release = await lock.acquire(); const free = () => release(); return free; }', 'const free = «await take()»;', 'free();'],
  'an object with the release': ['async function take() { const release = await lock.acquire(); return { release }; }', 'const held = «await take()»;', 'held.release();'],
  'an object with a method that releases': ['async function take() { const release = await lock.acquire(); return { name: "a", unlock() { release(); } }; }', 'const held = «await take()»;', 'held.unlock();'],
  'an object with a function that releases': ['async function take() { const release = await lock.acquire(); return { unlock: () => release() }; }', 'const held = «await take()»;', 'held.unlock();'],
  'a release that is taken out of it': ['async function take() { const release = await lock.acquire(); return { release }; }', 'const { release } = «await take()»;', 'release();'],
  'the lock itself': ['async function take() { await lock.acquire(); }', '«await take()»;', 'lock.release();'],
  'two functions': ['async function take() { await lock.acquire(); }\nfunction give() { lock.release(); }', '«await take()»;', 'give();'],
  'through two functions': ['const near = () => lock.acquire();\nconst take = () => near();', 'const release = «await take()»;', 'release();'],
};

describe.each(Object.entries(wrappers))('%s', (_, [outside, take, give]) => {
  const code = (body: string): string => `${LOCK}${outside}\nexport async function go(x: boolean): Promise<void> { ${body} }\n`;
  it('is left on the way out', () => expectCertain(requireLockRelease, { 'case.ts': code(`${take} if (x) return; ${give}`) }));
  it('is given back on each', () => expectCertain(requireLockRelease, { 'case.ts': code(`${take.replace(/[«»]/g, '')} if (x) { ${give} return; } ${give}`) }));
  it('is held in between, and no longer', () => expectCertain(noAwaitInLock, { 'case.ts': code(`await fetch('/a'); ${take.replace(/[«»]/g, '')} try { await «fetch('/b')»; } finally { ${give} } await fetch('/c');`) }));
});

/** A section of the project's own, and what is run in it. */
const sections: Readonly<Record<string, string>> = {
  'a function that runs its parameter': 'const held = <T>(work: () => Promise<T>): Promise<T> => lock.runExclusive(work);',
  'one that runs it in a closure': 'async function held<T>(work: () => Promise<T>): Promise<T> { return lock.runExclusive(async () => await work()); }',
  'one that takes and gives back': 'async function held<T>(work: () => Promise<T>): Promise<T> { const release = await lock.acquire(); try { return await work(); } finally { release(); } }',
  'one that takes a function of an object': 'const api = { held: <T>(work: () => Promise<T>) => lock.runExclusive(work) };\nconst { held } = api;',
  'one that another makes': 'const make = (own: Mutex) => <T>(work: () => Promise<T>): Promise<T> => own.runExclusive(work);\nconst held = make(lock);',
  'a method': 'class Store { readonly #lock = new Mutex(); held<T>(work: () => Promise<T>): Promise<T> { return this.#lock.runExclusive(work); } }\nconst store = new Store();\nconst held = <T>(work: () => Promise<T>) => store.held(work);',
  'through three functions': 'const one = <T>(work: () => Promise<T>): Promise<T> => lock.runExclusive(work);\nconst two = <T>(work: () => Promise<T>) => one(work);\nconst held = <T>(work: () => Promise<T>) => two(() => work());',
};

describe.each(Object.entries(sections))('%s', (_, outside) => {
  const code = (body: string, load = "fetch('/')"): string => `${LOCK}${outside}\nasync function load(): Promise<void> { await ${load}; }\nexport async function go(): Promise<void> { ${body} }\n`;
  it('holds it while that runs', () => expectCertain(noAwaitInLock, { 'case.ts': code("await fetch('/a'); await held(async () => { await «fetch('/b')»; }); await fetch('/c');") }));
  it('holds it while a function runs that is passed by name', () => expectCertain(noAwaitInLock, { 'case.ts': code('await held(load); await load();', "«fetch('/')»") }));
});
