/** Every rule. */
import { noAwaitInLock } from './no-await-in-lock.js';
import { noCallbackInLock } from './no-callback-in-lock.js';
import { noConfigMutation } from './no-config-mutation.js';
import { noLockOrderInversion } from './no-lock-order-inversion.js';
import { noNullReset } from './no-null-reset.js';
import { noRacyInit } from './no-racy-init.js';
import { noRetryInLock } from './no-retry-in-lock.js';
import { noSelfDeadlock } from './no-self-deadlock.js';
import { noSharedModeCheck } from './no-shared-mode-check.js';
import { noSleepInLock } from './no-sleep-in-lock.js';
import { noStaleCapture } from './no-stale-capture.js';
import { noUnguardedAccess } from './no-unguarded-access.js';
import { noFloatingLock } from './no-floating-lock.js';
import { noReleaseUnheld } from './no-release-unheld.js';
import { noWorkPastRelease } from './no-work-past-release.js';
import { requireLockRelease } from './require-lock-release.js';
import type { Rule } from './rule.js';
import { useTransactionHandle } from './use-transaction-handle.js';

export const rules: readonly Rule[] = [
  noAwaitInLock,
  noSleepInLock,
  noRetryInLock,
  noCallbackInLock,
  noSelfDeadlock,
  noLockOrderInversion,
  noNullReset,
  noRacyInit,
  noStaleCapture,
  noUnguardedAccess,
  noConfigMutation,
  noSharedModeCheck,
  useTransactionHandle,
  requireLockRelease,
  noFloatingLock,
  noReleaseUnheld,
  noWorkPastRelease,
];
