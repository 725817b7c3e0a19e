/** Reports using a field without the lock under which it is used nearly everywhere. */
import { unguardedIn } from '../analysis/summaries/shared/unguarded.js';
import type { Rule } from './rule.js';
import { findingAt, placeIn, reported, wordsFor } from './shared-references.js';

export const noUnguardedAccess: Rule = {
  name: 'no-unguarded-access',
  interest: 'races',
  description: 'disallow using a field without the lock that guards it nearly everywhere',
  messages: {
    unguarded:
      'Uses `{{reference}}` without `{{lock}}`, which guards {{guarded}} of its {{total}} uses: {{other}} holds it over an await and does not expect that. Take the lock here, too.',
    declared: 'Uses `{{reference}}` without `{{lock}}`, which guards it by its `@guardedBy`. Take the lock here.',
  },
  defaults: {},
  find(analysis, file, { confidence }) {
    const found = unguardedIn(analysis, file).map(({ access, guard, other, guarded, total, certain, declared }) =>
      findingAt(analysis, file, 'no-unguarded-access', { fn: access.fn, temp: access.temp, certain }, declared ? 'declared' : 'unguarded', {
        reference: wordsFor(analysis, file, access.fn, access.temp),
        lock: guard.place.text,
        guarded: String(guarded),
        total: String(total),
        other: placeIn(analysis, file, { file: other.file, fn: other.access.fn, temp: other.access.temp }),
      }),
    );
    return reported(found, confidence);
  },
};
