/**
 * For each package with locks what its documents show, with work that a lock is for: all rules are silent. With the way out
 * that gives nothing back (`LEAVE`), or the network in the place of the work, they are not. Queues are for work that takes long.
 */
import { describe, expect, it } from 'vitest';
import { Engine } from '../../src/engine.js';
import { rules } from '../../src/rules/index.js';
import { projectOf } from '../projects.js';

function found(code: string): string[] {
  const root = projectOf({ 'case.ts': code });
  const engine = new Engine(root);
  return rules.flatMap((rule) => engine.findings(rule, `${root}/case.ts`, { ...rule.defaults, confidence: 'certain' }).map(() => rule.name));
}

const WORK = 'declare function save(text: string): Promise<void>;\n';

/** `WORK` stands for what is done while it is held, `LEAVE` for a way out before it is given back. */
const sections: Readonly<Record<string, string>> = {
  'async-mutex': "import { Mutex } from 'async-mutex';\nconst mutex = new Mutex();\nexport const go = (x: boolean) => mutex.runExclusive(async () => { WORK });",
  'async-mutex with a limit': "import { Mutex, withTimeout } from 'async-mutex';\nconst mutex = withTimeout(new Mutex(), 100);\nexport const go = (x: boolean) => mutex.runExclusive(async () => { WORK });",
  'async-lock': "import AsyncLock from 'async-lock';\nconst lock = new AsyncLock({ timeout: 5000 });\nexport const go = () => lock.acquire('a', async () => { WORK });",
  'await-semaphore': "import { Mutex } from 'await-semaphore';\nconst mutex = new Mutex();\nexport const go = () => mutex.use(async () => { WORK });",
  '@rocicorp/lock': "import { Lock } from '@rocicorp/lock';\nconst lock = new Lock();\nexport const go = () => lock.withLock(async () => { WORK });",
  'p-limit': "import pLimit from 'p-limit';\nconst limit = pLimit(1);\nexport const go = () => limit(async () => { WORK });",
  'p-queue': "import PQueue from 'p-queue';\nconst queue = new PQueue({ concurrency: 1 });\nexport const go = () => queue.add(async () => { WORK });",
  'redlock': "import Redlock from 'redlock';\nconst redlock = new Redlock([]);\nexport const go = () => redlock.using(['a'], 5000, async (signal) => { WORK if (signal.aborted) throw signal.error; });",
  'Web Locks': "export const go = () => navigator.locks.request('a', async () => { WORK });",
  'lockwright': "import { Mutex } from 'lockwright';\nconst mutex = new Mutex();\nexport const go = () => mutex.withLock(async () => { WORK });",
};

const acquisitions: Readonly<Record<string, string>> = {
  'async-mutex': "import { Mutex } from 'async-mutex';\nconst mutex = new Mutex();\nexport async function go(x: boolean) { const release = await mutex.acquire(); LEAVE try { WORK } finally { release(); } }",
  'async-mutex, by its name': "import { Mutex } from 'async-mutex';\nconst mutex = new Mutex();\nexport async function go(x: boolean) { await mutex.acquire(); LEAVE try { WORK } finally { mutex.release(); } }",
  'async-mutex, a semaphore': "import { Semaphore } from 'async-mutex';\nconst semaphore = new Semaphore(1);\nexport async function go(x: boolean) { const [, release] = await semaphore.acquire(); LEAVE try { WORK } finally { release(); } }",
  'await-lock': "import AwaitLock from 'await-lock';\nconst lock = new AwaitLock();\nexport async function go(x: boolean) { await lock.acquireAsync(); LEAVE try { WORK } finally { lock.release(); } }",
  'async-sema': "import { Sema } from 'async-sema';\nconst sema = new Sema(1);\nexport async function go(x: boolean) { await sema.acquire(); LEAVE try { WORK } finally { sema.release(); } }",
  'await-semaphore': "import { Semaphore } from 'await-semaphore';\nconst semaphore = new Semaphore(1);\nexport async function go(x: boolean) { const release = await semaphore.acquire(); LEAVE try { WORK } finally { release(); } }",
  'semaphore-async-await': "import Lock from 'semaphore-async-await';\nconst lock = new Lock(1);\nexport async function go(x: boolean) { await lock.acquire(); LEAVE try { WORK } finally { lock.release(); } }",
  'mutexify/promise': "import mutexify from 'mutexify/promise';\nconst lock = mutexify();\nexport async function go(x: boolean) { const release = await lock(); LEAVE try { WORK } finally { release(); } }",
  '@livekit/mutex': "import { Mutex } from '@livekit/mutex';\nconst mutex = new Mutex();\nexport async function go(x: boolean) { const unlock = await mutex.lock(); LEAVE try { WORK } finally { unlock(); } }",
  '@sapphire/async-queue': "import { AsyncQueue } from '@sapphire/async-queue';\nconst queue = new AsyncQueue();\nexport async function go(x: boolean) { await queue.wait(); LEAVE try { WORK } finally { queue.shift(); } }",
  'proper-lockfile': "import lockfile from 'proper-lockfile';\nexport async function go(x: boolean) { const release = await lockfile.lock('file', { retries: 5 }); LEAVE try { WORK } finally { await release(); } }",
  'redlock': "import Redlock from 'redlock';\nconst redlock = new Redlock([]);\nexport async function go(x: boolean) { const lock = await redlock.acquire(['a'], 5000); LEAVE try { WORK } finally { await lock.release(); } }",
  'redis-semaphore': "import { Mutex } from 'redis-semaphore';\ndeclare const redis: any;\nconst mutex = new Mutex(redis, 'a');\nexport async function go(x: boolean) { await mutex.acquire(); LEAVE try { WORK } finally { await mutex.release(); } }",
  'es-toolkit': "import { Mutex } from 'es-toolkit';\nconst mutex = new Mutex();\nexport async function go(x: boolean) { await mutex.acquire(); LEAVE try { WORK } finally { mutex.release(); } }",
  'lockwright': "import { Mutex } from 'lockwright';\nconst mutex = new Mutex();\nexport async function go(x: boolean) { const held = await mutex.acquire(); LEAVE try { WORK } finally { held.release(); } }",
};

const filled = (code: string, work: string, leave = ''): string => WORK + code.replaceAll('WORK', work).replaceAll('LEAVE', leave);

const isQueue = (name: string): boolean => /queue$|p-limit$/.test(name);

describe.each(Object.entries(sections))('a section of %s', (name, code) => {
  it('is silent on what it is for', () => expect(found(filled(code, "await save('a');"))).toEqual([]));
  it('is told of the network, or is for that', () => expect(found(filled(code, "await fetch('/');"))).toEqual(isQueue(name) ? [] : ['no-await-in-lock']));
});

describe.each(Object.entries(acquisitions))('an acquisition of %s', (name, code) => {
  it('is silent on what it is for', () => expect(found(filled(code, "await save('a');"))).toEqual([]));
  it('is told of the network, and of a way out', () => expect(found(filled(code, "await fetch('/');", 'if (x) return;'))).toEqual([...(isQueue(name) ? [] : ['no-await-in-lock']), 'require-lock-release']));
});
