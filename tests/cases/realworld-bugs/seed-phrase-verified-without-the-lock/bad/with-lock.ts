import type { Mutex } from 'async-mutex';

export type MutuallyExclusiveCallback<T> = (context: { releaseLock: () => void }) => Promise<T>;

export async function withLock<T>(mutex: Mutex, callback: MutuallyExclusiveCallback<T>): Promise<T> {
  const releaseLock = await mutex.acquire();
  try {
    return await callback({ releaseLock });
  } finally {
    releaseLock();
  }
}
