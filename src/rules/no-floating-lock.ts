/** Reports acquisitions and sections whose promise is dropped. */
import { floatingIn } from '../analysis/summaries/floating.js';
import { lockName, traceStep } from './held-too-long.js';
import type { Rule } from './rule.js';

export const noFloatingLock: Rule = {
  name: 'no-floating-lock',
  description: 'disallow dropping the promise of an acquisition or of a locked section',
  messages: {
    acquisition:
      'Takes {{lock}} and does not wait for it: what follows runs without the lock, and nobody gives it back. Await it and keep what it gives.',
    unawaited: 'Takes {{lock}} without `await`: the variable holds a promise, what follows runs without the lock. Await the acquisition.',
    using: 'Declares the promise of {{lock}} with `using`: the lock is not held yet, and a promise cannot be disposed of. Write `using … = await …`.',
    tested: 'Tests the promise of {{lock}}, which is always true: await it first.',
    section:
      'Starts a section of {{lock}} and drops its promise: what follows does not wait for it, and nobody hears of its failure. Await it, return it or catch its rejection.',
    wait: 'Await it.',
  },
  hasSuggestions: true,
  defaults: {},
  find(analysis, file, { confidence }) {
    return floatingIn(analysis, file)
      .filter((one) => confidence === 'likely' || one.certain)
      .map((one) => ({
        rule: 'no-floating-lock',
        file,
        start: one.s,
        end: one.e,
        messageId: one.how,
        data: { lock: lockName(one.lock) },
        confidence: one.certain ? 'certain' : 'likely',
        repairs: [{ messageId: 'wait', do: 'await', at: { start: one.s, end: one.e } }],
        trace: [traceStep(analysis, one.lock.taken, `takes ${one.lock.place.text}`)],
      }));
  },
};
