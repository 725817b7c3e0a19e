/** Every rule. */
import { noAwaitInLock } from './no-await-in-lock.js';
import { noCallbackInLock } from './no-callback-in-lock.js';
import { noRetryInLock } from './no-retry-in-lock.js';
import { noSleepInLock } from './no-sleep-in-lock.js';
import type { Rule } from './rule.js';
import { useTransactionHandle } from './use-transaction-handle.js';

export const rules: readonly Rule[] = [noAwaitInLock, noSleepInLock, noRetryInLock, noCallbackInLock, useTransactionHandle];
