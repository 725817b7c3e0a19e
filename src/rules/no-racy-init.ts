/** Reports initialising a shared reference in more than one stretch: check, await, assign. */
import { racyInits } from '../analysis/summaries/shared/racy-init.js';
import type { Rule } from './rule.js';
import { findingAt, functionName, lineOf, reported, wordsFor } from './shared-references.js';

export const noRacyInit: Rule = {
  name: 'no-racy-init',
  interest: 'races',
  description: 'disallow initialising a shared reference with an await between the check and the assignment',
  messages: {
    twice:
      'Two calls of `{{name}}` can both find `{{reference}}` unset (line {{check}}) before either assigns it here: both do the work, and the later replaces the earlier. Keep the promise instead of its result, check again after the await, or use `SharedRef`.',
    early:
      '`{{reference}}` is set before it is ready: another call of `{{name}}` finds it set (line {{check}}) and goes on with it while this one still waits. Keep the promise of the finished work instead, or use `SharedRef`.',
  },
  defaults: {},
  find(analysis, file, { confidence }) {
    const found = racyInits(analysis, file).map(({ early, test, ...at }) =>
      findingAt(analysis, file, 'no-racy-init', at, early ? 'early' : 'twice', {
        name: functionName(analysis, file, test.fn),
        reference: wordsFor(analysis, file, at.fn, at.temp),
        check: lineOf(analysis, file, test.fn, test.read),
      }),
    );
    return reported(found, confidence);
  },
};
