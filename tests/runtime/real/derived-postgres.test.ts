// derived with a real PostgreSQL and a real pg.Pool: what the server itself counts. It is skipped, and says why, where
// there is no server.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConfigCell, type Derived, derived } from '../../../src/runtime/index.js';
import { gate } from '../manual-clock.js';
import { type Server, startPostgres } from './postgres.js';

/** What is used of `pg`, which brings no types of its own. */
interface Client {
  query(text: string, values?: unknown[]): Promise<{ rows: { count: string }[] }>;
  release(): void;
}
interface Pool extends NodeJS.EventEmitter {
  readonly totalCount: number;
  readonly idleCount: number;
  connect(): Promise<Client>;
  query: Client['query'];
  end(): Promise<void>;
}
interface Pg {
  readonly Pool: new (options: { connectionString: string; max: number }) => Pool;
}

const server = await startPostgres();
const why = typeof server === 'string' ? `, skipped: ${server}` : '';
if (typeof server === 'string') console.warn(server);

/** `pool.end` resolves when it has asked its connections to close; this, when they have. As docs/runtime/config-cell.md shows it. */
async function end(pool: Pool): Promise<void> {
  let open = pool.totalCount;
  const closed = new Promise<void>((resolve) => {
    if (open === 0) resolve();
    pool.on('remove', () => {
      open -= 1;
      if (open === 0) resolve();
    });
  });
  await Promise.all([pool.end(), closed]);
}

describe.skipIf(typeof server === 'string')(`C9 derived with a real pg.Pool${why}`, () => {
  const { url, stop } = server as Server;
  let pg: Pg;
  let admin: Pool;
  let cell: ConfigCell<{ database: string }>;
  let pools: Derived<{ database: string }, Pool>;

  beforeAll(async () => {
    pg = ((await import('pg' as string)) as { default: Pg }).default;
    admin = new pg.Pool({ connectionString: url('postgres'), max: 1 });
    for (const name of ['old_db', 'new_db']) await admin.query(`CREATE DATABASE ${name}`);
  });
  afterAll(async () => {
    await admin.end();
    stop();
  });

  const connections = async (database: string): Promise<number> => {
    const { rows } = await admin.query('SELECT count(*) FROM pg_stat_activity WHERE datname = $1', [database]);
    return Number(rows[0]!.count);
  };
  const setUp = (): void => {
    cell = new ConfigCell({ database: 'old_db' });
    pools = derived(cell, ({ database }) => new pg.Pool({ connectionString: url(database), max: 8 }), end);
  };
  /** Opens so many connections and leaves them idle. */
  const warmUp = (count: number): Promise<void> =>
    pools.use(async (pool) => {
      const clients = await Promise.all(Array.from({ length: count }, () => pool.connect()));
      for (const client of clients) client.release();
      expect(pool.idleCount).toBe(count);
    });

  it('idle connections are closed by the switch', async () => {
    setUp();
    await warmUp(5);
    expect(await connections('old_db')).toBe(5);
    cell.switchTo({ database: 'new_db' });
    await pools.drained();
    expect(await connections('old_db')).toBe(0);
    await pools.close();
  });

  it('one that a slow user holds is waited for', async () => {
    setUp();
    await warmUp(3);
    const holds = gate();
    const work = gate();
    const slow = pools.use(async (pool, { value }) => {
      const client = await pool.connect();
      holds.open();
      await work.promise;
      const { rows } = await client.query('SELECT 1 AS count');
      client.release();
      return `${value.database} ${rows[0]!.count}`;
    });
    await holds.promise;
    const { version } = cell.switchTo({ database: 'new_db' });
    const drained = pools.drained(version);
    await pools.use((pool) => pool.query('SELECT 1'));
    expect(await connections('old_db'), 'held, and its pool with it').toBe(3);
    expect(pools.remaining).toContainEqual({ version: 1, state: 'open', users: 1 });
    work.open();
    expect(await slow).toBe('old_db 1');
    await drained;
    expect(await connections('old_db')).toBe(0);
    expect(await connections('new_db')).toBe(1);
    await pools.close();
    expect(await connections('new_db')).toBe(0);
  });

  it('those that were opening during the switch are closed too', async () => {
    setUp();
    const old = await pools.use((pool) => pool);
    let connected = 0;
    old.on('connect', () => (connected += 1));
    const opening = Array.from({ length: 6 }, () => pools.use(async (pool, { value }) => {
      const client = await pool.connect();
      await client.query('SELECT 1');
      client.release();
      return value.database;
    }));
    while (old.totalCount < 6) await Promise.resolve();
    expect([old.totalCount, connected], 'all are opening, and none is there').toEqual([6, 0]);
    cell.switchTo({ database: 'new_db' });
    await pools.drained();
    expect(await connections('old_db')).toBe(0);
    expect(connected, 'they came to be after the switch').toBe(6);
    expect(await Promise.all(opening), 'for the users that they were opened for').toEqual(Array(6).fill('old_db'));
    await pools.close();
  });

  it('with traffic running, each request on one database, and none on the old one after the switch', async () => {
    setUp();
    let stopped = false;
    let switched = false;
    const used: Record<string, number> = { old_db: 0, new_db: 0 };
    const traffic = Array.from({ length: 12 }, async () => {
      while (!stopped) {
        const begunAfter = switched;
        await pools.use(async (pool, { value: { database } }) => {
          if (begunAfter) expect(database).toBe('new_db');
          const { rows } = await pool.query('SELECT current_database() AS count');
          expect(rows[0]!.count).toBe(database);
          used[database]! += 1;
        });
      }
    });
    while (used['old_db']! < 50) await pools.use((pool) => pool.query('SELECT 1'));
    cell.switchTo({ database: 'new_db' });
    switched = true;
    await pools.drained();
    expect(await connections('old_db')).toBe(0);
    expect(await connections('new_db')).toBeGreaterThan(0);
    while (used['new_db']! < 50) await pools.use((pool) => pool.query('SELECT 1'));
    expect(await connections('old_db')).toBe(0);
    stopped = true;
    await Promise.all(traffic);
    await pools.close();
    expect(await connections('new_db')).toBe(0);
  });

  it('there and back again: the first database has connections of the last version alone', async () => {
    setUp();
    await warmUp(4);
    cell.switchTo({ database: 'new_db' });
    await warmUp(2);
    const { version } = cell.switchTo({ database: 'old_db' });
    await warmUp(1);
    await pools.drained(version);
    expect([await connections('old_db'), await connections('new_db')]).toEqual([1, 0]);
    await pools.close();
    expect(await connections('old_db')).toBe(0);
  });
});
