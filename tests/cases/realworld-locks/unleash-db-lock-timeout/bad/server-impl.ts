import { withDbLock, defaultLockKey, defaultTimeout } from './db-lock.js';
import type { IDBOption, Logger } from './types.js';

export async function start(db: IDBOption, logger: Logger, migrateDb: (db: IDBOption) => Promise<void>) {
    const lock = withDbLock(db, { lockKey: defaultLockKey, timeout: defaultTimeout, logger });
    await lock(migrateDb)(db);
}
