/** Reports taking a shared reference away while another call is between its check and its use. */
import { nullResets } from '../analysis/summaries/shared/null-reset.js';
import type { Rule } from './rule.js';
import { findingAt, functionName, lineOf, placeIn, reported, wordsFor } from './shared-references.js';

export const noNullReset: Rule = {
  name: 'no-null-reset',
  interest: 'races',
  description: 'disallow taking a shared reference away while another call is between its check and its use',
  messages: {
    reset:
      'Takes `{{reference}}` away while `{{reader}}` can be between its check (line {{check}}) and its use (line {{use}}), with an await between them. Replace the old value by a new one, or take it out and let its users finish.',
    lost:
      'Empties `{{reference}}` after waiting with what was in it (line {{check}}): what {{put}} adds meanwhile is lost. Swap the batch out before the await.',
  },
  defaults: {},
  find(analysis, file, { confidence }) {
    const found = nullResets(analysis, file).map(({ reset, reader, check, useIn, use, lost, certain }) =>
      findingAt(analysis, file, 'no-null-reset', { fn: reset.fn, temp: reset.temp, certain }, lost ? 'lost' : 'reset', {
        reference: wordsFor(analysis, file, reset.fn, reset.temp),
        reader: functionName(analysis, file, reader),
        check: lineOf(analysis, file, lost ? reset.fn : reader, check),
        use: lineOf(analysis, file, useIn, use),
        put: placeIn(analysis, file, { file, fn: useIn, temp: use }),
      }),
    );
    return reported(found, confidence);
  },
};
