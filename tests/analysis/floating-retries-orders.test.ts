/**
 * What becomes of the promise of an acquisition, which loops try again, and who says in which order many locks are taken.
 * What stands between « and » is reported as certain.
 */
import { noFloatingLock } from '../../src/rules/no-floating-lock.js';
import { noLockOrderInversion } from '../../src/rules/no-lock-order-inversion.js';
import { noRetryInLock } from '../../src/rules/no-retry-in-lock.js';
import { certainTable } from '../certain-reports.js';

const MUTEX = "import { Mutex } from 'async-mutex';\nconst lock = new Mutex();\n";

certainTable('the promise of an acquisition', noFloatingLock, (use = '', outside = '') => `${MUTEX}${outside}\nexport async function go(x: any): Promise<void> { ${use} }\n`, {
  'dropped': ['«lock.acquire()»;'],
  'dropped with `void`': ['void «lock.acquire()»;'],
  'asked as if it were an answer': ['if («lock.acquire()») x();'],
  'called as if it were the release': ['const release = «lock.acquire()»; release();'],
  'disposed of as if it were the release': ['using held = «lock.acquire()»; x();'],
  'awaited, returned, kept or passed on': ['await lock.acquire(); const a = lock.acquire(); await a; x(lock.acquire()); x.y = lock.acquire(); return lock.acquire() as any;'],
  'used in more than one way': ['const a = lock.acquire(); x(a); const b = lock.acquire(); b.then(x);'],
  'in a variable that is set again': ['let a = lock.acquire(); a = x(); await a;'],
  'in a variable of nobody': ['let a: unknown; a = lock.acquire(); x(a);'],
});

certainTable('the promise of a section', noFloatingLock, (use = '', outside = '') => `${MUTEX}${outside}\nexport async function go(x: any): Promise<void> { ${use} }\n`, {
  'dropped': ['«lock.runExclusive(async () => { await x(); })»;'],
  'awaited': ['await lock.runExclusive(async () => { await x(); });'],
  'handled': ['lock.runExclusive(async () => { await x(); }).catch(() => {});'],
  'of one that is held until somebody else says so': ['lock.runExclusive(() => new Promise<void>((resolve) => { x.release = resolve; }));'],
  'of one that is held for ever': ['lock.runExclusive(() => new Promise<void>(() => {}));'],
  'of one that sleeps': ['«lock.runExclusive(() => new Promise<void>((resolve) => { setTimeout(resolve, 10); }))»;'],
  'of a function that gives no promise': ['start();', 'function start(): void { lock.runExclusive(async () => {}).catch(() => {}); }'],
});

const LOOP = (loop = ''): string => `${MUTEX}declare function send(n?: number): Promise<boolean>;\ndeclare const sleep: (ms: number) => Promise<void>;\nexport const go = (list: number[], x: any) => lock.runExclusive(async () => { ${loop} });\n`;
certainTable('a loop that tries again', noRetryInLock, LOOP, {
  'until it has worked': ['«for (;;)» { try { await send(); break; } catch {} }'],
  'so many times': ['«for (let n = 0; n < 3; n++)» { try { return await send(); } catch (error) { if (n === 2) throw error; } }'],
  'while a flag says so': ['let done = false; «while (!done)» { try { await send(); done = true; } catch {} }'],
  'while a flag says so, in the end': ['let done = false; «do» { try { await send(); done = true; } catch {} } while (!done);'],
});
certainTable('a loop that does not', noRetryInLock, LOOP, {
  'goes on with the next': ['for (const n of list) { try { await send(n); } catch {} }'],
  'gives up': ['for (;;) { try { await send(); break; } catch { break; } }'],
  'gives up by a flag': ['for (;;) { let ok = true; try { await send(); } catch { ok = false; } if (!ok) return; if (x()) break; }'],
  'gives up by throwing': ['for (;;) { try { await send(); break; } catch (error) { throw error; } }'],
  'works on what comes': ['while (list.length > 0) { const n = list.shift(); try { await send(n); } catch {} }'],
});

const LOCKS = "import AsyncLock from 'async-lock';\nimport { Mutex } from 'async-mutex';\nimport Redlock from 'redlock';\nconst redlock = new Redlock([]);\nconst mutexes = new Map<string, Mutex>();\n";
const all = (loop = '', params = 'keys: string[]'): string => `${LOCKS}export async function go(${params}): Promise<void> { ${loop} }\n`;
certainTable('many locks in the order that a caller gives', noLockOrderInversion, all, {
  'one after the other': ["const held = []; for (const key of keys) held.push(await «redlock.acquire([key], 1000)»); for (const one of held) await one.release();"],
  'by their numbers': ["const held = []; for (let n = 0; n < keys.length; n++) held.push(await «redlock.acquire([keys[n]!], 1000)»); for (const one of held) await one.release();"],
  'of what is made of each': ["const held = []; for (const key of keys.map((one) => `k:${one}`)) held.push(await «redlock.acquire([key], 1000)»); for (const one of held) await one.release();"],
  'of a copy': ["const held = []; for (const key of [...new Set(keys)]) held.push(await «redlock.acquire([`${key}`], 1000)»); for (const one of held) await one.release();"],
  'of a copy by another way': ["const held = []; for (const key of Array.from(keys)) held.push(await «redlock.acquire([key as string], 1000)»); for (const one of held) await one.release();"],
  'of a member of each': ["const held = []; for (const one of all) held.push(await «redlock.acquire([one.id + ':'], 1000)»); for (const one of held) await one.release();", 'all: { id: string }[]'],
  'all at once': ['const held = await «Promise.all(keys.map((key) => redlock.acquire([key], 1000)))»; for (const one of held) await one.release();'.replace('«Promise.all(keys.map((key) => redlock.acquire([key], 1000)))»', 'Promise.all(«keys.map((key) => redlock.acquire([key], 1000))»)')],
});
certainTable('many locks in an order of their own', noLockOrderInversion, all, {
  'sorted': ['const held = []; for (const key of [...keys].sort()) held.push(await redlock.acquire([key], 1000)); for (const one of held) await one.release();'],
  'sorted before': ['keys.sort(); const held = []; for (const key of keys) held.push(await redlock.acquire([key], 1000)); for (const one of held) await one.release();'],
  'sorted by who gives them': ['const held = []; for (const key of o.sortedKeys) held.push(await redlock.acquire([key], 1000)); for (const one of held) await one.release();', 'o: { sortedKeys: string[] }'],
  'of a list of one\'s own': ["const held = []; for (const key of ['a', 'b']) held.push(await redlock.acquire([key], 1000)); for (const one of held) await one.release();"],
  'one at a time': ['for (const key of keys) { const one = await redlock.acquire([key], 1000); await one.release(); }'],
  'not of the element': ["const held = []; for (const _ of keys) held.push(await redlock.acquire(['a'], 1000)); for (const one of held) await one.release();"],
});
