import type { Pool, PoolClient } from 'pg';

type Setting = [string, string];
export interface WithPostGraphileContextOptions {
  pgPool: Pool;
  jwtToken?: string;
  pgDefaultRole?: string;
  pgSettings?: Record<string, unknown>;
}
export interface PostGraphileContext { pgRole: string | undefined; pgClient: PoolClient }

const withDefaultPostGraphileContext = async <T>(
  options: WithPostGraphileContextOptions,
  callback: (context: PostGraphileContext) => Promise<T>,
): Promise<T> => {
  const { pgPool, pgDefaultRole, pgSettings } = options;
  const localSettings = getSettings(pgDefaultRole, pgSettings);

  // Now we've caught as many errors as we can at this stage, let's create a DB connection.
  const pgClient = await pgPool.connect();

  // Begin our transaction
  await pgClient.query('begin');

  try {
    // If there is at least one local setting, load it into the database.
    if (localSettings.length) {
      await pgClient.query(settingsQuery(localSettings));
    }

    return await callback({ pgClient, pgRole: pgDefaultRole });
  } finally {
    // Cleanup our Postgres client by ending the transaction and releasing
    // the client back to the pool. Always do this even if the query fails.
    await pgClient.query('commit');
    pgClient.release();
  }
};

function getSettings(role: string | undefined, pgSettings: Record<string, unknown> | undefined): Setting[] {
  const settings: Setting[] = [];
  if (typeof role === 'string') {
    settings.push(['role', role]);
  }
  for (const key of Object.keys(pgSettings ?? {})) {
    settings.push([key, String(pgSettings![key])]);
  }
  return settings;
}

function settingsQuery(settings: Setting[]) {
  const values = settings.flat();
  const calls = settings.map((_, i) => `set_config($${2 * i + 1}, $${2 * i + 2}, true)`);
  return { text: `select ${calls.join(', ')}`, values };
}

export default withDefaultPostGraphileContext;
