/** Reports taking a lock again in a region that holds it: no lock of promises is re-entrant, and the wait never ends. */
import type { Analysis } from '../analysis/summaries/analysis.js';
import { isReentrant, isSameLock } from '../analysis/summaries/identity.js';
import { beginsAgain, marksOf, nestedIn, type Nested } from '../analysis/summaries/nesting.js';
import { isTestFile } from '../analysis/project/scan.js';
import { chainOf, heldData, nestedTrace } from './held-too-long.js';
import type { Finding } from '../analysis/finding.js';
import type { Rule } from './rule.js';

export const noSelfDeadlock: Rule = {
  name: 'no-self-deadlock',
  description: 'disallow taking a lock again in a region that already holds it',
  messages: {
    again:
      'Takes {{lock}} again while it is held (since {{taken}}): {{chain}}. It waits for its own release for ever; release first, or call what expects the lock to be held.',
    slot:
      'Waits for a slot of {{lock}} while it holds one (since {{taken}}): {{chain}}. Where enough of it does, all of them wait for each other for ever; put the innermost work alone into a slot.',
    promise:
      'Waits for {{lock}} inside the work that it is the promise of (begun at {{taken}}): {{chain}}. Neither ever ends; the work must not need its own result.',
  },
  defaults: {},
  find(analysis, file, { confidence }) {
    const found = new Map<string, Finding>();
    for (const nested of nestedIn(analysis, file)) {
      const sure = confidenceOf(analysis, nested);
      if (sure === undefined || (sure === 'likely' && confidence !== 'likely')) continue;
      const finding = findingOf(analysis, file, nested, sure);
      const key = `${finding.start}:${finding.end}:${finding.messageId}`;
      if (found.get(key)?.confidence !== 'certain') found.set(key, finding);
    }
    return [...found.values()];
  },
};

/** Undefined where the two are not proven to be one lock, or the taker may know that it is held. */
function confidenceOf(analysis: Analysis, nested: Nested): Finding['confidence'] | undefined {
  const { held, take } = nested;
  if (isReentrant(analysis, held.lock) || isReentrant(analysis, take.lock) || !isSameLock(analysis, nested)) return undefined;
  if (take.looks.length > 0) {
    const marks = marksOf(analysis, nested);
    if (take.looks.some((look) => marks.has(look))) return undefined;
  }
  // Only its owner knows whether shared work has ended; what asks before it waits may know as well.
  const asks = take.promise && (take.looks.length > 0 || take.when.length > 0);
  // Of several slots, work that waits for work of its own kind uses up all there are; other work may always leave some.
  if (held.lock.slot && !beginsAgain(analysis, nested)) return undefined;
  const isSure = held.always && held.ends && held.lock.certain && take.certain && !asks && !isTestFile(nested.file.slice(analysis.project.root.length));
  return isSure ? 'certain' : 'likely';
}

function findingOf(analysis: Analysis, file: string, { held, take, s, e }: Nested, confidence: Finding['confidence']): Finding {
  return {
    rule: 'no-self-deadlock',
    file,
    start: s,
    end: e,
    messageId: take.promise ? 'promise' : held.lock.slot ? 'slot' : 'again',
    data: { ...heldData(analysis, file, held.lock), chain: chainOf(analysis, file, take.steps) },
    confidence,
    trace: nestedTrace(analysis, held.lock, take.steps),
  };
}
