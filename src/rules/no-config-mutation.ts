/** Reports writing into configuration that others read, too. */
import { configMutations } from '../analysis/summaries/shared/configuration.js';
import type { Rule } from './rule.js';
import { findingAt, reported, wordsFor } from './shared-references.js';

export const noConfigMutation: Rule = {
  name: 'no-config-mutation',
  interest: 'configuration',
  description: 'disallow writing to shared configuration after it was made',
  messages: {
    mutated:
      'Writes into shared configuration (`{{reference}}`): who read it before and who reads it later disagree, and so do all who were given the same object. Copy it first, and pass the copy on.',
    derived:
      'Keeps what it computed from live configuration in `{{reference}}`, a field that others can read: one task changes it under the others. Compute it into a constant, and give each connection its own.',
    copy: 'Change a copy.',
  },
  hasSuggestions: true,
  defaults: {},
  find(analysis, file, { confidence }) {
    const found = configMutations(analysis, file).map(({ fn, temp, target, how, certain }) => {
      const finding = findingAt(analysis, file, 'no-config-mutation', { fn, temp, certain }, how, { reference: wordsFor(analysis, file, fn, target ?? temp) });
      return { ...finding, repairs: [{ messageId: 'copy', do: 'copy' as const, call: { start: finding.start, end: finding.end } }] };
    });
    return reported(found, confidence);
  },
};
