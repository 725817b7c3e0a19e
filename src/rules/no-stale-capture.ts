/** Reports using, or writing back, a value of a shared reference that another call may have changed since it was read. */
import { staleCaptures, type StaleCapture } from '../analysis/summaries/shared/stale-capture.js';
import type { Rule } from './rule.js';
import { findingAt, lineOf, placeIn, reported, wordsFor } from './shared-references.js';

const MESSAGES: Readonly<Record<StaleCapture['how'], string>> = {
  'written back': 'back',
  answered: 'answered',
  disposed: 'disposed',
  decided: 'decided',
  torn: 'torn',
  collected: 'collected',
};

export const noStaleCapture: Rule = {
  name: 'no-stale-capture',
  interest: 'races',
  description: 'disallow using a value of a shared reference that another call may have changed since it was read',
  messages: {
    back: 'Writes back what was read from `{{reference}}` (line {{read}}) before an await: what {{writer}} writes meanwhile is lost. Read and write in one stretch, or compare before writing.',
    answered:
      'Keeps an answer that was asked for `{{reference}}` as it was before an await (line {{read}}): {{writer}} may have changed that meanwhile, and emptied this in vain. Compare with it before the answer is kept.',
    disposed:
      'Uses what was read from `{{reference}}` (line {{read}}) before an await: {{writer}} may have replaced and closed it. Pin it while it is used, or read it after the await.',
    decided:
      'Decides by `{{reference}}` as it was before an await (line {{read}}) and goes on with fields that {{writer}} changes together with it. Take all of them in one snapshot.',
    torn:
      'Uses a place that was computed from `{{reference}}` (line {{read}}) before an await: {{writer}} moves what is in the list meanwhile. Compute it after the await.',
    collected:
      'Uses what was collected from `{{reference}}` (line {{read}}) under a lock that is free again: {{writer}} may have changed it since. Keep an immutable object, and pin it while it is used.',
  },
  defaults: {},
  find(analysis, file, { confidence }) {
    const found = staleCaptures(analysis, file).map(({ how, fn, temp, read, readIn = fn, writer }) =>
      findingAt(analysis, file, 'no-stale-capture', { fn, temp, certain: true }, MESSAGES[how], {
        reference: wordsFor(analysis, file, readIn, read),
        read: lineOf(analysis, file, readIn, read),
        writer: placeIn(analysis, file, { file: writer.file, fn: writer.access.fn, temp: writer.access.temp }),
      }),
    );
    return reported(found, confidence);
  },
};
