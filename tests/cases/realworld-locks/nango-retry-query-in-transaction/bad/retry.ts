import { setTimeout } from 'node:timers/promises';

export interface RetryConfig<T = unknown> {
    maxAttempts: number;
    delayMs: number | ((attempt: number) => number);
    retryIf?: (t: T) => boolean;
    retryOnError?: (error: Error) => boolean;
}

export async function retry<T>(fn: () => T, { maxAttempts, delayMs, retryIf = () => false, retryOnError = () => true }: RetryConfig<Awaited<T>>): Promise<Awaited<T>> {
    for (let attempt = 1; attempt <= maxAttempts; attempt++) {
        const wait = async () => {
            const delay = typeof delayMs === 'number' ? delayMs : delayMs(attempt);
            return setTimeout(delay);
        };
        try {
            const res = await Promise.resolve(fn());
            if (attempt < maxAttempts && retryIf(res)) {
                await wait();
            } else {
                return res;
            }
        } catch (err) {
            if (attempt < maxAttempts && retryOnError(err as Error)) {
                await wait();
            } else {
                throw err;
            }
        }
    }
    throw new Error('unreachable');
}
