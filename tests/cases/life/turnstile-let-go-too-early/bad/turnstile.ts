import AwaitLock from 'await-lock';

export const turnstile = new AwaitLock();
