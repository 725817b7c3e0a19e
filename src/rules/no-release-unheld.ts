/** Reports giving back what is not held: it frees whoever holds it now, or fails. */
import type { Repair } from '../analysis/finding.js';
import { lifetimes, type ReleasedUnheld } from '../analysis/summaries/lifetime.js';
import { lockName, traceStep } from './held-too-long.js';
import type { Rule } from './rule.js';

export const noReleaseUnheld: Rule = {
  name: 'no-release-unheld',
  description: 'disallow releasing a lock on a path that does not hold it',
  messages: {
    neverTaken:
      'Releases {{lock}} although taking it (line {{taken}}) may have failed: then it frees whoever holds it. Take it before the `try`, or release only what was taken.',
    twice:
      'Releases {{lock}} (taken in line {{taken}}), which line {{other}} releases on the same way, too: the second one frees whoever holds it then. Keep one of them.',
    section:
      'Releases {{lock}} inside of the section that holds it (line {{taken}}) and releases it at its end: from here on somebody else may hold it. Leave the release to the section.',
    before: 'Take it before the `try`.',
    remove: 'Leave this release out.',
  },
  hasSuggestions: true,
  defaults: {},
  find(analysis, file, { confidence }) {
    return lifetimes(analysis, file)
      .unheld.filter((one) => confidence === 'likely' || one.certain)
      .map((one) => ({
        rule: 'no-release-unheld',
        file,
        start: one.at.s,
        end: one.at.e,
        messageId: one.how === 'never taken' ? 'neverTaken' : one.how,
        data: {
          lock: nameOf(one),
          taken: String(analysis.project.line(file, one.s)),
          other: one.other === undefined ? '' : String(analysis.project.line(file, one.other)),
        },
        confidence: one.certain ? 'certain' : 'likely',
        repairs: [repairOf(one)],
        trace: [traceStep(analysis, one.lock.taken, `takes ${one.lock.place.text}`)],
      }));
  },
};

const nameOf = (one: ReleasedUnheld): string => (one.what === 'connection' ? `the connection of \`${one.lock.place.text}\`` : lockName(one.lock));

function repairOf({ how, at, s, e, other }: ReleasedUnheld): Repair {
  const release = { start: at.s, end: at.e };
  if (how === 'never taken') return { messageId: 'before', do: 'take before', taken: { start: s, end: e }, release };
  return { messageId: 'remove', do: 'remove', at: release, ...(other !== undefined && { other }) };
}
