import pg from 'pg';
import type { IDBOption, Logger } from './types.js';
const { Client } = pg;

export const defaultLockKey = 479341;
export const defaultTimeout = 30 * 60000;

interface IDbLockOptions {
    timeout: number;
    lockKey: number;
    logger: Logger;
}

const defaultOptions: IDbLockOptions = {
    timeout: defaultTimeout,
    lockKey: defaultLockKey,
    logger: { ...console, fatal: console.error },
};

export const withDbLock =
    (dbConfig: IDBOption, config = defaultOptions) =>
    <A extends any[], R>(fn: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
        const client = new Client(dbConfig);
        let timedOut = false;
        let timer: ReturnType<typeof setTimeout> | undefined;
        try {
            await client.connect();
            // wait to obtain a lock
            await client.query('SELECT pg_advisory_lock($1)', [config.lockKey]);

            const timeoutPromise = new Promise<never>((_, reject) => {
                timer = setTimeout(() => {
                    timedOut = true;
                    reject(new Error(`The action holding the db lock timed out after ${config.timeout}ms and is still running.`));
                }, config.timeout);
            });
            return await Promise.race([fn(...args), timeoutPromise]);
        } catch (e) {
            config.logger.error(`Locking error: ${(e as Error).message}`);
            throw e;
        } finally {
            clearTimeout(timer);
            // disconnecting releases the session-scoped advisory lock.
            // on timeout fn is still running, so stay connected to keep the
            // lock held until the process dies
            if (!timedOut) {
                await client.end();
            }
        }
    };
