// The browser's entry in a real headless Chromium, as it was built last. It is skipped, and says why, where there is none.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';

const DIST = fileURLToPath(new URL('../../../src/runtime/dist/', import.meta.url));
const chromium = ['chromium', 'chromium-browser', 'google-chrome'].find((name) => spawnSync(name, ['--version']).status === 0);
const missing = chromium === undefined ? 'no chromium on the PATH' : existsSync(`${DIST}index.js`) ? undefined : 'the runtime is not built';
if (missing !== undefined) console.warn(`browser test skipped: ${missing}`);

/** Runs in the browser, and answers with what it saw. */
const PAGE = `<!doctype html><meta charset="utf-8"><script type="module">
const seen = {};
try {
  const { ConfigCell, derived, lockdep, Mutex, retryWithLock, RwLock, Semaphore, SharedRef, KeyedMutex, withLocks } = await import('/index.js');
  const { explore } = await import('/testing/index.js');
  const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

  const lock = new Mutex({ name: 'page' });
  const order = [];
  await Promise.all([1, 2, 3].map((n) => lock.withLock(async () => { order.push(n); await pause(1); order.push(-n); })));
  seen.order = order;

  const lease = await lock.acquire();
  seen.timeout = await lock.acquire({ timeout: 5 }).catch((error) => error.code);
  const controller = new AbortController();
  const waiting = lock.acquire({ signal: controller.signal }).catch((error) => error);
  controller.abort('enough');
  seen.abort = await waiting;
  lease[Symbol.dispose ?? Symbol.for('Symbol.dispose')]();
  seen.free = !lock.isLocked;

  seen.early = await lock.withLock(() => lock.withLock(() => {}, { timeout: 5 })).catch((error) => error.code);
  seen.attempts = await retryWithLock(lock, ({ attempt }) => { if (attempt < 3) throw new Error(); return attempt; }, { baseDelay: 1 });
  seen.nested = await retryWithLock(lock, async ({ signal }) => { await pause(1); return lock.acquire({ signal }); }).catch((error) => error.code);

  const keys = new KeyedMutex();
  const { read, write } = new RwLock();
  seen.several = await withLocks([keys.of('a'), read, new Semaphore(2)], () => [keys.size, read.waiting]);
  seen.left = keys.size;

  const ref = new SharedRef(async () => ({ loaded: true }));
  seen.ref = (await ref.ready()).loaded && (await ref.use((value) => value.loaded));

  const cell = new ConfigCell({ to: 'old' });
  const closed = [];
  const connections = derived(cell, async ({ to }) => to, (to) => closed.push(to));
  await connections.use(() => cell.switchTo({ to: 'new' }));
  await connections.drained();
  seen.derived = [closed, await connections.use((to) => to)];

  lockdep.enable();
  const [a, b] = [new Mutex({ name: 'a' }), new Mutex({ name: 'b' })];
  await a.withLock(() => b.withLock(() => {}));
  seen.inversion = await b.withLock(() => a.withLock(() => {})).catch((error) => error.code);
  seen.late = await b.withLock(async () => { await pause(1); return a.withLock(() => 'not seen'); });
  lockdep.disable();

  seen.explored = await explore(async ({ task, step }) => { await Promise.all([task('A', () => step()), task('B', () => step())]); });
} catch (error) {
  seen.error = String(error.stack);
}
await fetch('/seen', { method: 'POST', body: JSON.stringify(seen) });
</script>`;

describe.skipIf(missing !== undefined)(`the browser's entry in Chromium${missing === undefined ? '' : `, skipped: ${missing}`}`, () => {
  let server: Server | undefined;
  let browser: ChildProcess | undefined;
  const profile = mkdtempSync(path.join(tmpdir(), 'lockwright-chromium-'));

  afterAll(async () => {
    const ended = new Promise((resolve) => browser?.once('close', resolve) ?? resolve(undefined));
    if (browser?.pid !== undefined) process.kill(-browser.pid, 'SIGKILL');
    await ended;
    server?.close();
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  });

  it('works as elsewhere, and lockdep degrades', async () => {
    const seen = await new Promise<unknown>((resolve, reject) => {
      server = createServer((request, response) => {
        if (request.url === '/seen') {
          let body = '';
          request.on('data', (part: Buffer) => (body += part.toString()));
          request.on('end', () => (response.end(), resolve(JSON.parse(body))));
        } else if (request.url === '/') {
          response.setHeader('content-type', 'text/html').end(PAGE);
        } else if (/^\/[\w/-]+\.js$/.test(request.url ?? '') && existsSync(DIST + request.url!.slice(1))) {
          response.setHeader('content-type', 'text/javascript').end(readFileSync(DIST + request.url!.slice(1)));
        } else response.writeHead(404).end();
      }).listen(0, '127.0.0.1', () => {
        const { port } = server!.address() as AddressInfo;
        const options = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', `--user-data-dir=${profile}`];
        browser = spawn(chromium!, [...options, `http://127.0.0.1:${port}/`], { stdio: 'ignore', detached: true });
        browser.once('error', reject);
      });
    });
    expect(seen).toEqual({
      order: [1, -1, 2, -2, 3, -3],
      timeout: 'LOCK_TIMEOUT',
      abort: 'enough',
      free: true,
      early: 'LOCK_SELF_DEADLOCK',
      attempts: 3,
      nested: 'LOCK_SELF_DEADLOCK',
      several: [1, 0],
      left: 0,
      ref: true,
      derived: [['old'], 'new'],
      inversion: 'LOCK_ORDER',
      late: 'not seen',
      explored: { schedules: 2, exhaustive: true },
    });
  });
});
