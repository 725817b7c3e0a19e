/**
 * There is something for everybody, and while they are told alice, who had the cookie 7, comes back with 8.
 *
 * Usage: node main.js before|after
 */

interface Worker {
  serve(name: string, cookie: number, previous?: number): Promise<void>;
  readonly runnable: readonly number[];
}
interface Connections {
  notifyAll(): unknown;
}

const version = process.argv[2] === 'after' ? 'after' : 'before';
const made = (await import(`./${version}/connections.js`)) as { Connections: new () => Connections };
const { Worker } = (await import(`./${version}/worker.js`)) as { Worker: new (connections: Connections) => Worker };

const connections = new made.Connections();
const worker = new Worker(connections);
await worker.serve('alice', 7);
await worker.serve('bob', 1);
say('alice is connected with the cookie 7, and bob with 1');

const notified = watch('the notifier', connections.notifyAll());
const reconnected = watch('alice', worker.serve('alice', 8, 7));
await everythingThatNeedsNoTime();
for (const { who, isDone } of [notified, reconnected]) say(`${who} ${isDone() ? 'is done' : 'waits for ever'}`);
say(`woken: ${worker.runnable.join(', ') || 'nobody'}`);

function watch(who: string, work: unknown): { readonly who: string; readonly isDone: () => boolean } {
  let done = false;
  void Promise.resolve(work).then(() => (done = true));
  return { who, isDone: () => done };
}

function say(event: string): void {
  console.log(`  ${event}`);
}

/** Turns of the event loop come after all promises that can settle by themselves. */
async function everythingThatNeedsNoTime(): Promise<void> {
  for (let turns = 0; turns < 3; turns += 1) await new Promise((resolve) => setImmediate(resolve));
}
