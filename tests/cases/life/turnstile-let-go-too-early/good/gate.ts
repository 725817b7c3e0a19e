import { turnstile } from './turnstile.js';

export async function admit(check: () => Promise<void>, enter: () => Promise<void>): Promise<void> {
  await check();
  await turnstile.acquireAsync();
  try {
    await enter();
  } finally {
    turnstile.release();
  }
}

export async function admitTwice(enter: () => Promise<void>): Promise<void> {
  await turnstile.acquireAsync();
  turnstile.release();
  await turnstile.acquireAsync();
  try {
    await enter();
  } finally {
    turnstile.release();
  }
}
