/** Every rule. */
import { noAwaitInLock } from './no-await-in-lock.js';
import { noCallbackInLock } from './no-callback-in-lock.js';
import { noRetryInLock } from './no-retry-in-lock.js';
import { noSleepInLock } from './no-sleep-in-lock.js';
import { noFloatingLock } from './no-floating-lock.js';
import { noReleaseUnheld } from './no-release-unheld.js';
import { noWorkPastRelease } from './no-work-past-release.js';
import { requireLockRelease } from './require-lock-release.js';
import type { Rule } from './rule.js';

export const rules: readonly Rule[] = [
  noAwaitInLock, noSleepInLock, noRetryInLock, noCallbackInLock,
  requireLockRelease, noFloatingLock, noReleaseUnheld, noWorkPastRelease,
];
