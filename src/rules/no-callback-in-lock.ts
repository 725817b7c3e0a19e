/** Reports control handed to code that the lock's owner does not own while the lock is held. */
import { findingOf, happenings, isCertain } from './held-too-long.js';
import type { Rule } from './rule.js';

export const noCallbackInLock: Rule = {
  name: 'no-callback-in-lock',
  description: 'disallow calling listeners, hooks and other foreign code while a lock is held',
  messages: {
    callback:
      'Calls code of others while {{lock}} (taken at {{taken}}) is held: {{chain}}. What it does may need the same lock; notify after the release.',
    yield:
      'Hands control to the consumer while {{lock}} (taken at {{taken}}) is held, for as long as the consumer likes. Collect the values under the lock, yield them after the release.',
  },
  defaults: {},
  find(analysis, file, { confidence }) {
    return happenings(analysis, file)
      .filter((h) => h.effect.kind === 'callback' && (confidence === 'likely' || isCertain(analysis, h)))
      .map((h) => {
        const isYield = h.effect.steps.at(-1)!.label === 'yield';
        return findingOf(analysis, file, 'no-callback-in-lock', isYield ? 'yield' : 'callback', h);
      });
  },
};
