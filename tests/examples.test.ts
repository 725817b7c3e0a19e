/** The examples do what they are there to show. They use what the build has made. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Finding } from '../src/analysis/finding.js';
import { Engine } from '../src/engine.js';
import { rules } from '../src/rules/index.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** What is found in a file of an example with every rule and every option. */
function finderIn(example: string) {
  const engine = new Engine(`${ROOT}examples/${example}`);
  return (file: string) =>
    rules.flatMap((rule) =>
      engine.findings(rule, `${ROOT}examples/${example}/${file}`, {
        ...rule.defaults, ...rule.every, confidence: 'likely',
      }),
    );
}

/** What is found, and in which words of the file. */
function where({ rule, confidence, file, start, end }: Finding): readonly [string, string, string] {
  return [rule, confidence, readFileSync(file, 'utf8').slice(start, end)];
}

/** A class of one version of an example, from its source. */
async function load<T>(file: string, name: string): Promise<T> {
  return ((await import(/* @vite-ignore */ `${ROOT}examples/${file}`)) as Record<string, T>)[name]!;
}

/** Turns of the event loop come after all promises that can settle by themselves. */
async function settle(): Promise<void> {
  for (let turns = 0; turns < 3; turns += 1) await new Promise((resolve) => setImmediate(resolve));
}

describe('the sequence counter', () => {
  const found = finderIn('sequence-counter');

  it('before: the sleep and the retry are reported where the lock is held, with the chain through three files', () => {
    const findings = found('before/sequence.ts').filter(({ rule }) => rule !== 'no-await-in-lock');
    expect(findings.map(({ rule, confidence, data }) => ({ rule, confidence, chain: data['chain'] }))).toEqual([
      {
        rule: 'no-sleep-in-lock',
        confidence: 'certain',
        chain: 'reserve → retry (batch-store.ts:10) → sleep (retryer.ts:15) → setTimeout (retryer.ts:22)',
      },
      {
        rule: 'no-retry-in-lock',
        confidence: 'certain',
        chain: 'reserve → retry (batch-store.ts:10) → a retry loop (retryer.ts:9)',
      },
    ]);
    expect([...found('before/batch-store.ts'), ...found('before/retryer.ts')]).toEqual([]);
  });

  it('after: nothing is reported but, where every await is asked for, that of the store', () => {
    const findings = ['after/sequence.ts', 'after/batch-store.ts', 'main.ts'].flatMap(found);
    expect(findings.map(({ messageId }) => messageId)).toEqual(['any']);
  });
});

describe('the tap notifier', () => {
  const found = finderIn('tap-notifier');

  it('before: the lock order is reported at both ends, each with the other one\'s chain', () => {
    const findings = [...found('before/connections.ts'), ...found('before/worker.ts')];
    const order = findings.filter(({ rule }) => rule === 'no-lock-order-inversion');
    expect(order.map(({ confidence, data }) => ({ confidence, data }))).toMatchObject([
      { confidence: 'certain', data: { chain: expect.stringContaining('wake → withLock (worker.ts:21)') as string } },
      { confidence: 'certain', data: { chain: expect.stringContaining('connect → withLock (connections.ts:11)') as string } },
    ]);
  });

  it('after: nothing is reported', () => {
    expect(['after/connections.ts', 'after/worker.ts', 'main.ts'].flatMap(found)).toEqual([]);
  });

  interface Worker {
    serve(name: string, cookie: number, previous?: number): Promise<void>;
    readonly runnable: readonly number[];
  }
  interface Connections {
    notifyAll(): unknown;
  }

  it.each([
    ['before', { notified: false, reconnected: false, runnable: [] }],
    ['after', { notified: true, reconnected: true, runnable: [8, 1] }],
  ])('%s: a reconnect while everybody is told', async (version, outcome) => {
    const connections = new (await load<new () => Connections>(`tap-notifier/${version}/connections.ts`, 'Connections'))();
    const Worker = await load<new (connections: Connections) => Worker>(`tap-notifier/${version}/worker.ts`, 'Worker');
    const worker = new Worker(connections);
    await worker.serve('alice', 7);
    await worker.serve('bob', 1);
    const done = { notified: false, reconnected: false };
    void Promise.resolve(connections.notifyAll()).then(() => (done.notified = true));
    void worker.serve('alice', 8, 7).then(() => (done.reconnected = true));
    await settle();
    expect({ ...done, runnable: worker.runnable }).toEqual(outcome);
  });
});

describe('the forwarding cache', () => {
  const found = finderIn('forwarding-cache');

  it('before: the race of the first two and the reset are reported, each with the one it collides with', () => {
    expect(found('before/forwarding-cache.ts').map(where)).toEqual([
      ['no-null-reset', 'certain', 'this.#backend = null'],
      ['no-racy-init', 'certain', 'this.#backend = await this.servers.connect()'],
    ]);
  });

  it('after: nothing is reported', () => {
    expect(['after/forwarding-cache.ts', 'cache-server.ts', 'main.ts'].flatMap(found)).toEqual([]);
  });

  interface Cache {
    get(key: string): Promise<string>;
    settingsChanged(): Promise<void>;
  }
  interface Servers {
    address: string;
    readonly opened: number;
    readonly closed: number;
  }

  it.each([
    ['before', { first: [2, 0], between: 'TypeError', last: 'from second', all: [3, 1] }],
    ['after', { first: [1, 0], between: 'from first', last: 'from second', all: [2, 1] }],
  ])('%s: two first requests, and a change of settings between check and use', async (version, outcome) => {
    const servers = new (await load<new () => Servers>('forwarding-cache/cache-server.ts', 'CacheServers'))();
    type Made = new (servers: Servers, keys: { qualify(key: string): Promise<string> }) => Cache;
    let meanwhile = async (): Promise<void> => {};
    const keys = { qualify: (key: string) => meanwhile().then(() => key) };
    const cache = new (await load<Made>(`forwarding-cache/${version}/forwarding-cache.ts`, 'ForwardingCache'))(servers, keys);
    const counts = (): number[] => [servers.opened, servers.closed];

    await Promise.all([cache.get('a'), cache.get('b')]);
    const first = counts();
    meanwhile = () => {
      meanwhile = async () => {};
      servers.address = 'second';
      return cache.settingsChanged();
    };
    const between = await cache.get('c').catch(String);
    const last = await cache.get('d');
    await settle();
    expect([first, counts()]).toEqual([outcome.first, outcome.all]);
    expect(between).toContain(outcome.between);
    expect(last).toContain(outcome.last);
  });
});

describe('the read-only switch', () => {
  const found = finderIn('read-only-switch');

  it('before: the shared address and the comparison with it are reported', () => {
    const files = ['config', 'database', 'site', 'worker'].map((name) => `before/${name}.ts`);
    expect(files.flatMap(found).map(where)).toEqual([
      ['no-config-mutation', 'certain', 'this.address = `postgres://web@${mainHost()}/site`'],
      ['no-shared-mode-check', 'certain', 'this.database.address !== `postgres://web@${mainHost()}/site`'],
    ]);
  });

  it('after: nothing is reported', () => {
    expect(['after/config.ts', 'after/site.ts', 'server.ts', 'main.ts'].flatMap(found)).toEqual([]);
  });

  interface Site {
    start(): Promise<void>;
    request(worker: string): Promise<string>;
    becomeReadOnly(): Promise<void>;
  }
  interface Servers {
    connectionsTo(database: string): number;
  }

  it.each([['before', 'primary', 1], ['after', 'replica', 0]])(
    '%s: the second to see the switch is on the %s, and %i connections are left to the primary',
    async (version, database, left) => {
      const servers = new (await load<new () => Servers>('read-only-switch/server.ts', 'Servers'))();
      const site = new (await load<new (servers: Servers) => Site>(`read-only-switch/${version}/site.ts`, 'Site'))(servers);
      await site.start();
      await site.becomeReadOnly();
      expect(await site.request('A')).toContain('replica');
      expect(await site.request('B')).toContain(database);
      expect(servers.connectionsTo('primary')).toBe(left);
    },
  );
});

it('the demo goes through, and what it has built of the other examples runs', () => {
  const node = (...args: string[]) => spawnSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8' });
  const { status, stdout } = node('examples/demo.mjs');
  expect(stdout).toContain('The demo went as it should.');
  expect(status).toBe(0);
  const last = (example: string) =>
    ['before', 'after'].map((version) => node(`examples/dist/${example}/main.js`, version).stdout.trim().split('\n').at(-1)!.trim());
  expect(last('forwarding-cache')).toEqual(['connections opened: 3, closed: 1', 'connections opened: 2, closed: 1']);
  expect(last('read-only-switch')).toEqual(['connections to the primary: 1', 'connections to the primary: 0']);
  expect(last('tap-notifier')).toEqual(['woken: nobody', 'woken: 8, 1']);
}, 300_000);
