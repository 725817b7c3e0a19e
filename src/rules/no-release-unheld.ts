/** Reports giving back what is not held: it frees whoever holds it now, or fails. */
import type { Finding, Repair } from '../analysis/finding.js';
import type { Analysis } from '../analysis/summaries/analysis.js';
import { isTestFile } from '../analysis/project/scan.js';
import { lifetimes, type ReleasedUnheld } from '../analysis/summaries/lifetime.js';
import { pooledReleases } from '../analysis/summaries/sessions.js';
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
    pooled:
      'Gives back an advisory lock (taken in line {{taken}}) through `{{handle}}`, which sends each statement on whichever connection is free: the lock may stay with the other one. Send both on one connection that is checked out for them.',
    before: 'Take it before the `try`.',
    remove: 'Leave this release out.',
  },
  hasSuggestions: true,
  defaults: {},
  find(analysis, file, { confidence }) {
    return lifetimes(analysis, file)
      .unheld.filter((one) => confidence === 'likely' || one.certain)
      .map((one): Finding => ({
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
      }))
      .concat(ofOtherSessions(analysis, file));
  },
};

/** Tests ask in the one connection that there is. */
const ofOtherSessions = (analysis: Analysis, file: string): Finding[] =>
  isTestFile(file.slice(analysis.project.root.length))
    ? []
    : pooledReleases(analysis, file).map(({ s, e, taken, handle }): Finding => ({
        rule: 'no-release-unheld',
        file,
        start: s,
        end: e,
        messageId: 'pooled',
        data: { taken: String(analysis.project.line(file, taken.s)), handle },
        confidence: 'certain',
        repairs: [],
        trace: [traceStep(analysis, { label: 'takes the advisory lock', file, ...taken }, 'takes the advisory lock')],
      }));

const nameOf = (one: ReleasedUnheld): string => (one.what === 'connection' ? `the connection of \`${one.lock.place.text}\`` : lockName(one.lock));

function repairOf({ how, at, s, e, other }: ReleasedUnheld): Repair {
  const release = { start: at.s, end: at.e };
  if (how === 'never taken') return { messageId: 'before', do: 'take before', taken: { start: s, end: e }, release };
  return { messageId: 'remove', do: 'remove', at: release, ...(other !== undefined && { other }) };
}
