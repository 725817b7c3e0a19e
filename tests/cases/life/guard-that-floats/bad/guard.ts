import { Mutex } from 'async-mutex';

const mutex = new Mutex();

export async function exclusively<T>(work: () => Promise<T>): Promise<T> {
  const release = await mutex.acquire();
  try {
    return await work();
  } finally {
    release();
  }
}
