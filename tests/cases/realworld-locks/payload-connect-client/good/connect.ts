import { Pool } from 'pg';

import type { PostgresAdapter } from './types';

const connectWithReconnect = async function ({
  adapter,
  pool,
  reconnect = false,
}: {
  adapter: PostgresAdapter;
  pool: PostgresAdapter['pool'];
  reconnect?: boolean;
}) {
  let result;

  if (!reconnect) {
    result = await pool.connect();
  } else {
    try {
      result = await pool.connect();
    } catch (ignore) {
      setTimeout(() => {
        adapter.payload.logger.info('Reconnecting to postgres');
        void connectWithReconnect({ adapter, pool, reconnect: true });
      }, 1000);
    }
  }
  if (!result) {
    return;
  }
  result.prependListener('error', (err) => {
    try {
      if (err.code === 'ECONNRESET') {
        void connectWithReconnect({ adapter, pool, reconnect: true });
      }
    } catch (ignore) {
      // swallow error
    }
  });

  // The client was only checked out to verify connectivity and to attach the listener above.
  result.release();
};

export const connect = async function connect(this: PostgresAdapter) {
  try {
    if (!this.pool) {
      this.pool = new Pool(this.poolOptions);
      await connectWithReconnect({ adapter: this, pool: this.pool });
    }
  } catch (error) {
    const err = error instanceof Error ? error : new Error(String(error));
    this.payload.logger.error({ err, msg: `Error: cannot connect to Postgres. Details: ${err.message}` });
    throw new Error(`Error: cannot connect to Postgres: ${err.message}`);
  }

  await this.createExtensions();
};
