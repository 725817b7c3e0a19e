// Every primitive of the built runtime, once, in whatever runs this: see try-runtimes.mjs. Fails by throwing.
/* eslint lockwright/require-lock-release: off, lockwright/no-self-deadlock: off, lockwright/no-callback-in-lock: off, lockwright/no-lock-order-inversion: off -- wrong on purpose: that it fails is tried */

const dist = new URL('../src/runtime/dist/', import.meta.url);
const wright = await import(new URL('node.js', dist).href);
const { explore, ManualClock } = await import(new URL('testing/index.js', dist).href);
const { ConfigCell, derived, KeyedMutex, lockdep, Mutex, Notifier, retryWithLock, RwLock, Semaphore, SharedRef, sleep, withLocks } = wright;

const done = [];
function check(what, ok) {
  if (!ok) throw new Error(`not so: ${what}`);
  done.push(what);
}
const codeOf = (promise) => promise.then(() => undefined, ({ code, name }) => code ?? name);

const mutex = new Mutex({ name: 'smoke' });
let inside = 0;
await Promise.all(Array.from({ length: 5 }, () => mutex.withLock(async () => {
  check('Mutex: one at a time', (inside += 1) === 1);
  await sleep(1);
  inside -= 1;
})));
const lease = await mutex.acquire();
check('time-out', (await codeOf(mutex.acquire({ timeout: 1 }))) === 'LOCK_TIMEOUT');
const controller = new AbortController();
const aborted = codeOf(mutex.acquire({ signal: controller.signal }));
controller.abort();
check('abort', (await aborted) === controller.signal.reason.code);
check('lease', lease.held && mutex.tryAcquire() === undefined);
lease[Symbol.dispose ?? Symbol.for('Symbol.dispose')]();
check('self-deadlock', (await codeOf(mutex.withLock(() => mutex.acquire()))) === 'LOCK_SELF_DEADLOCK');
const pool = new Semaphore(3);
await pool.withLock(() => check('Semaphore', pool.available === 1), { weight: 2 });
const rw = new RwLock();
await rw.read.withLock(() => rw.read.withLock(() => check('RwLock', rw.write.isLocked)));
const keyed = new KeyedMutex();
await withLocks([keyed.of('a'), keyed.of('b')], () => check('KeyedMutex and withLocks', keyed.size === 2));
check('nothing is kept', keyed.size === 0);
let attempts = 0;
await retryWithLock(mutex, () => {
  if ((attempts += 1) < 3) throw new Error('busy');
}, { baseDelay: 1 });
check('retryWithLock', attempts === 3);
const nested = retryWithLock(mutex, async () => (await sleep(0), mutex.acquire()), { maxAttempts: 1 });
check('nested, by the asynchronous context', (await codeOf(nested)) === 'LOCK_SELF_DEADLOCK');
const ref = new SharedRef(() => ({}));
const first = await ref.ready();
check('SharedRef', (await ref.reload()) !== first && ref.generation === 2);
await ref.close();
const cell = new ConfigCell({ url: 'old' });
const closed = [];
const connections = derived(cell, ({ url }) => url, (url) => void closed.push(url));
await connections.use((url) => check('derived', url === 'old'));
const { version } = cell.switchTo({ url: 'new' });
await connections.drained(version);
check('drained', closed.join() === 'old');
const told = [];
const notifier = new Notifier(({ payload }) => void told.push(payload));
notifier.mark(notifier.open('payload'));
await notifier.shutdown();
check('Notifier', told[0] === 'payload');
const clock = new ManualClock();
const slept = sleep(1000, { clock });
clock.advance(1000);
await slept;
lockdep.enable();
const [a, b] = [new Mutex({ name: 'a' }), new Mutex({ name: 'b' })];
await a.withLock(async () => (await sleepless(), b.withLock(() => {})));
check('lockdep', (await codeOf(b.withLock(async () => (await sleepless(), a.withLock(() => {}))))) === 'LOCK_ORDER');
lockdep.disable();
const { exhaustive } = await explore(async ({ task, step }) => {
  await Promise.all([1, 2, 3].map((n) => task(String(n), () => mutex.withLock(() => step()))));
});
check('explore', exhaustive);

const { Deno, Bun, process } = globalThis;
const who = Deno ? `Deno ${Deno.version.deno}` : Bun ? `Bun ${Bun.version}` : `Node.js ${process.versions.node}`;
console.log(`${who}: ${new Set(done).size} checks`);

async function sleepless() {
  await undefined;
}
