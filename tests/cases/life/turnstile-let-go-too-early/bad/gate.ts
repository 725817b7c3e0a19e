import { turnstile } from './turnstile.js';

export async function admit(check: () => Promise<void>, enter: () => Promise<void>): Promise<void> {
  try {
    await check();
    await turnstile.acquireAsync();
    await enter();
  } finally {
    turnstile.release();
  }
}
