/** Reports work that goes on after the lock, or the transaction, that it needs has ended. */
import type { Repair } from '../analysis/finding.js';
import { outlivingIn, type Outliving } from '../analysis/summaries/outliving.js';
import { lockName, traceStep } from './held-too-long.js';
import type { Rule } from './rule.js';

export const noWorkPastRelease: Rule = {
  name: 'no-work-past-release',
  description: 'disallow work that outlives the held region it was begun in',
  messages: {
    returned:
      'Returns the promise of `{{what}}` and releases {{lock}} (taken in line {{taken}}) at once: the work runs without it. Write `return await`.',
    race:
      'Gives up waiting for `{{what}}` after a while, and {{lock}} (taken in line {{taken}}) ends while it works on. Limit the wait for the lock, or let a signal stop the work.',
    all:
      'One failure ends {{lock}} (taken in line {{taken}}) while the rest of the `Promise.all` over `{{what}}` works on. Await them one by one, or with `Promise.allSettled`.',
    dropped: 'Does not wait for `{{what}}`, which may run after {{lock}} (taken in line {{taken}}) has ended. Await it.',
    forEach:
      '`{{what}}` does not wait for its async callback: the work goes on after {{lock}} (taken in line {{taken}}) has ended. Use `for … of` with await.',
    callback:
      '`{{what}}` does not wait for its async callback: {{lock}} (taken in line {{taken}}) ends when the callback first awaits, and the rest runs without it. Do what is async before, or begin and end the transaction yourself.',
    wait: 'Await it.',
    oneByOne: 'Await one after the other.',
  },
  hasSuggestions: true,
  defaults: {},
  find(analysis, file, { confidence }) {
    return outlivingIn(analysis, file)
      .filter((one) => confidence === 'likely' || one.certain)
      .map((one) => ({
        rule: 'no-work-past-release',
        file,
        start: one.s,
        end: one.e,
        messageId: one.how,
        data: { lock: lockName(one.lock), what: one.what, taken: String(analysis.project.line(one.lock.taken.file, one.lock.taken.s)) },
        confidence: one.certain ? 'certain' : 'likely',
        repairs: repairsOf(one),
        trace: [traceStep(analysis, one.lock.taken, `takes ${one.lock.place.text}`)],
      }));
  },
};

function repairsOf({ how, s, e, isList }: Outliving): readonly Repair[] {
  const at = { start: s, end: e };
  switch (how) {
    case 'returned':
      return [{ messageId: 'wait', do: 'await', at, returned: true }];
    case 'dropped':
      return [{ messageId: 'wait', do: 'await', at }];
    case 'all':
      return [{ messageId: 'oneByOne', do: 'one by one', call: at }];
    case 'forEach':
      return isList ? [{ messageId: 'oneByOne', do: 'one by one', call: at }] : [];
    case 'race':
    case 'callback':
      return [];
  }
}
