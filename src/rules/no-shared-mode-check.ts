/** Reports deciding that a mode has changed by a shared value that the reaction to the change updates. */
import { modeChecks } from '../analysis/summaries/shared/configuration.js';
import type { Rule } from './rule.js';
import { findingAt, placeIn, reported, wordsFor } from './shared-references.js';

export const noSharedModeCheck: Rule = {
  name: 'no-shared-mode-check',
  interest: 'configuration',
  description: 'disallow detecting a change of configuration by a shared value that the reaction to it updates',
  messages: {
    shared:
      'Compares configuration with `{{reference}}`, which {{writer}} updates as soon as the first task reacts: all others then find nothing changed. Compare with what this connection was made from.',
  },
  defaults: {},
  find(analysis, file, { confidence }) {
    const found = modeChecks(analysis, file).map(({ fn, temp, field, writer, certain }) =>
      findingAt(analysis, file, 'no-shared-mode-check', { fn, temp, certain }, 'shared', {
        reference: wordsFor(analysis, file, fn, field),
        writer: placeIn(analysis, file, writer),
      }),
    );
    return reported(found, confidence);
  },
};
