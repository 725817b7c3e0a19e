/** What the rules know of this project's own runtime, beyond what its pages show. */
import { describe, expect, it } from 'vitest';
import { Engine } from '../../src/engine.js';
import { rules } from '../../src/rules/index.js';
import { projectOf } from '../projects.js';

/** What `strict` says of a file: each rule with the words that it stands at. */
function said(code: string, others: Readonly<Record<string, string>> = {}): string[] {
  const folder = projectOf({ 'case.ts': code, ...others });
  const engine = new Engine(folder);
  return rules.flatMap((rule) =>
    engine.findings(rule, `${folder}/case.ts`, { ...rule.defaults, confidence: 'likely' }).map(({ start, end }) => {
      return `${rule.name}: ${code.slice(start, end)}`;
    }),
  );
}

describe('the runtime in the models', () => {
  it.each<[string, string, string[]]>([
    [
      'a sleep under a lock',
      `import { Mutex, sleep } from 'lockwright';
      const lock = new Mutex();
      export const tick = () => lock.withLock(async () => { await sleep(1000); });`,
      ['no-sleep-in-lock: sleep(1000)'],
    ],
    [
      'a sleep under several locks',
      `import { Mutex, sleep, withLocks } from 'lockwright';
      const a = new Mutex();
      const b = new Mutex();
      export const tick = () => withLocks([a, b], async () => { await sleep(1000); });`,
      ['no-sleep-in-lock: sleep(1000)'],
    ],
    [
      'one of several locks again',
      `import { Mutex, withLocks } from 'lockwright';
      const a = new Mutex();
      const b = new Mutex();
      export const twice = () => withLocks([a, b], async () => { await b.withLock(() => {}); });`,
      ['no-self-deadlock: b.withLock(() => {})'],
    ],
    [
      'several locks, in whatever order they are given',
      `import { Mutex, withLocks } from 'lockwright';
      const a = new Mutex();
      const b = new Mutex();
      export const one = () => withLocks([a, b], async () => {});
      export const other = () => withLocks([b, a], async () => {});`,
      [],
    ],
    [
      'the lock of a key again, and that of another key',
      `import { KeyedMutex } from 'lockwright';
      const accounts = new KeyedMutex<string>();
      export const again = (id: string) => accounts.of(id).withLock(async () => { await accounts.of(id).withLock(() => {}); });
      export const another = () => accounts.of('x').withLock(async () => { await accounts.of('y').withLock(() => {}); });`,
      ['no-self-deadlock: accounts.of(id).withLock(() => {})'],
    ],
    [
      'the lock of a key, by its lock and by the table of all',
      `import { KeyedMutex } from 'lockwright';
      const accounts = new KeyedMutex<string>();
      export const inner = (id: string) => accounts.of(id).withLock(async () => { await accounts.withLock(id, () => {}); });
      export const outer = (id: string) => accounts.withLock(id, async () => { using _lease = await accounts.of(id).acquire(); });
      export const another = () => accounts.withLock('x', async () => { await accounts.of('y').withLock(() => {}); });`,
      ['no-self-deadlock: accounts.withLock(id, () => {})', 'no-self-deadlock: accounts.of(id).acquire()'],
    ],
    [
      'the locks of two keys in the order that the caller gives, and all of them at once',
      `import { KeyedMutex, withLocks } from 'lockwright';
      const accounts = new KeyedMutex<string>();
      export const nested = (a: string, b: string) => accounts.of(a).withLock(async () => { await accounts.of(b).withLock(() => {}); });
      export const sorted = (a: string, b: string) => withLocks([accounts.of(a), accounts.of(b)], () => {});`,
      ['no-lock-order-inversion: accounts.of(b).withLock(() => {})'],
    ],
    [
      'a sleep under the lock of a key, and its lease given back on one way only',
      `import { KeyedMutex, sleep } from 'lockwright';
      const accounts = new KeyedMutex<string>();
      export const slow = (id: string) => accounts.of(id).withLock(async () => { await sleep(1000); });
      export async function leaked(id: string, fail: boolean): Promise<void> {
        const lease = await accounts.of(id).acquire();
        if (fail) throw new Error('no');
        lease.release();
      }
      export async function right(id: string): Promise<void> {
        using _lease = await accounts.of(id).acquire();
        await Promise.resolve();
      }`,
      ['no-sleep-in-lock: sleep(1000)', 'require-lock-release: await accounts.of(id).acquire()'],
    ],
    [
      'waiting for users to let go, under a lock',
      `import { ConfigCell, derived, Mutex, Notifier, SharedRef } from 'lockwright';
      const lock = new Mutex();
      const cell = new ConfigCell({ url: 'a' });
      const pools = derived(cell, ({ url }) => ({ url }), () => {});
      const ref = new SharedRef(() => 1);
      const notifier = new Notifier<string>(() => {});
      export async function stop(): Promise<void> {
        using _lease = await lock.acquire();
        await pools.drained();
        await ref.close();
        await notifier.shutdown();
      }`,
      ['no-await-in-lock: pools.drained()', 'no-await-in-lock: ref.close()', 'no-await-in-lock: notifier.shutdown()'],
    ],
    [
      'what a user of a shared value does under a lock',
      `import { ConfigCell, Mutex, SharedRef, sleep } from 'lockwright';
      const lock = new Mutex();
      const ref = new SharedRef(() => 1);
      const cell = new ConfigCell(1);
      export async function work(): Promise<void> {
        await lock.withLock(async () => {
          await ref.use(async () => { await sleep(10); });
          await cell.pin(() => sleep(20));
        });
      }`,
      ['no-sleep-in-lock: sleep(10)', 'no-sleep-in-lock: sleep(20)'],
    ],
    [
      'marking under a lock, which calls nobody',
      `import { Mutex, Notifier, type NotifierSession } from 'lockwright';
      export class Connections {
        readonly #lock = new Mutex();
        readonly #all = new Map<string, NotifierSession>();
        readonly #notifier: Notifier<number>;
        constructor(private readonly wake: (cookie: number) => Promise<void>) {
          this.#notifier = new Notifier(({ payload }) => this.wake(payload));
        }
        async connect(name: string, cookie: number): Promise<void> {
          await this.#lock.withLock(() => {
            const session = this.#all.get(name);
            if (session === undefined) this.#all.set(name, this.#notifier.open(cookie));
            else this.#notifier.replace(session, cookie);
          });
        }
        async notifyAll(): Promise<void> {
          await this.#lock.withLock(() => {
            for (const session of this.#all.values()) this.#notifier.mark(session);
          });
        }
      }`,
      [],
    ],
    [
      'asking for a lock that is held, by a promise that tells of a failure itself',
      `import { Mutex } from 'lockwright';
      const lock = new Mutex();
      export async function hand(): Promise<void> {
        const first = await lock.acquire();
        const waiting = lock.acquire();
        first.release();
        (await waiting).release();
      }`,
      [],
    ],
    [
      'giving a lease back again, which its next holder does not notice',
      `import { Mutex } from 'lockwright';
      const lock = new Mutex();
      export async function hand(): Promise<void> {
        const first = await lock.acquire();
        first.release();
        const second = await lock.acquire();
        try {
          first.release();
          first[Symbol.dispose]();
          await first[Symbol.asyncDispose]();
        } finally {
          second.release();
        }
      }`,
      [],
    ],
    [
      'a lease that is taken, given back and taken again, with a callback between',
      `import { Mutex } from 'lockwright';
      export class Work {
        readonly #lock = new Mutex();
        #left = 3;
        async run(onStep: (left: number) => void): Promise<void> {
          let lease = await this.#lock.acquire();
          try {
            while (this.#left > 0) {
              this.#left -= 1;
              const left = this.#left;
              lease.release();
              onStep(left);
              lease = await this.#lock.acquire();
            }
          } finally {
            lease.release();
          }
        }
      }`,
      [],
    ],
  ])('%s', (_, code, expected) => {
    expect(said(code)).toEqual(expected);
  });
});
