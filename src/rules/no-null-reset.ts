/** Reports taking a shared reference away while another call is between its check and its use. */
import { dirname, relative } from 'node:path/posix';
import { nullResets } from '../analysis/summaries/shared/null-reset.js';
import type { Rule } from './rule.js';
import { findingAt, functionName, lineOf, placeIn, reported, wordsFor } from './shared-references.js';

/** In which other file a line is. */
const where = (file: string, other: string): string => (file === other ? '' : ` of ${relative(dirname(file), other)}`);

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
    const found = nullResets(analysis, file).map(({ reset, readerIn, reader, check, useIn, use, lost, certain }) =>
      findingAt(analysis, file, 'no-null-reset', { fn: reset.fn, temp: reset.temp, certain }, lost ? 'lost' : 'reset', {
        reference: wordsFor(analysis, file, reset.fn, reset.temp),
        reader: functionName(analysis, readerIn, reader),
        check: lineOf(analysis, readerIn, lost ? reset.fn : reader, check) + where(file, readerIn),
        use: lineOf(analysis, readerIn, useIn, use),
        put: placeIn(analysis, file, { file: readerIn, fn: useIn, temp: use }),
      }),
    );
    return reported(found, confidence);
  },
};
