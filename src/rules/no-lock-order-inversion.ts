/** Reports locks that are taken in one order here and in another elsewhere: two tasks can wait for each other for ever. */
import type { Finding } from '../analysis/finding.js';
import { callerOrdersIn, type CallerOrder } from '../analysis/summaries/caller-order.js';
import type { Analysis } from '../analysis/summaries/analysis.js';
import { inversionsIn, type Edge, type Inversion } from '../analysis/summaries/order.js';
import { chainOf, heldData, nestedTrace, placeOf } from './held-too-long.js';
import type { Rule } from './rule.js';

export const noLockOrderInversion: Rule = {
  name: 'no-lock-order-inversion',
  description: 'disallow taking locks in different orders',
  messages: {
    inversion:
      'Takes {{inner}} while {{lock}} (taken at {{taken}}) is held: {{chain}}. Elsewhere it is the other way round: {{other}}. Take them in one order, or one after the other.',
    callerOrder:
      'Takes several locks of {{lock}} in the order that the caller gives: who gives another order and this one can wait for each other for ever. Sort before taking them.',
  },
  defaults: {},
  find(analysis, file, { confidence }) {
    const likely = confidence === 'likely';
    const found = new Map<string, Finding>();
    const put = (finding: Finding): void => {
      const key = `${finding.start}:${finding.end}:${finding.messageId}`;
      if (found.get(key)?.confidence !== 'certain') found.set(key, finding);
    };
    for (const inversion of inversionsIn(analysis, file, likely)) put(inversionFinding(analysis, file, inversion));
    for (const one of callerOrdersIn(analysis, file)) if (likely || one.certain) put(callerOrderFinding(file, one));
    return [...found.values()].sort((a, b) => a.start - b.start || a.end - b.end);
  },
};

function inversionFinding(analysis: Analysis, file: string, { edge, back, certain }: Inversion): Finding {
  const { held, take, s, e } = edge.nested;
  const { lock, taken } = heldData(analysis, file, held.lock);
  const [first, ...more] = back;
  const other = [first!, ...more].map((one) => wayOf(analysis, file, one)).join('; ');
  return {
    rule: 'no-lock-order-inversion',
    file,
    start: s,
    end: e,
    messageId: 'inversion',
    data: { inner: `\`${take.lock.place.text}\``, lock, taken, chain: chainOf(analysis, file, take.steps), other },
    confidence: certain ? 'certain' : 'likely',
    trace: [...nestedTrace(analysis, held.lock, take.steps), ...back.flatMap((one) => nestedTrace(analysis, one.nested.held.lock, one.nested.take.steps))],
  };
}

/** `workerLock`, then openProducer (worker.ts:16) → runExclusive (conn-map.ts:8) */
function wayOf(analysis: Analysis, file: string, { nested }: Edge): string {
  const [first, ...rest] = nested.take.steps;
  const start = `${first!.label} (${placeOf(analysis, file, first!)})`;
  return [`\`${nested.held.lock.place.text}\`, then ${start}`, ...rest.slice(-2).map((step) => `${step.label} (${placeOf(analysis, file, step)})`)].join(' → ');
}

function callerOrderFinding(file: string, { lock, s, e, certain }: CallerOrder): Finding {
  return {
    rule: 'no-lock-order-inversion',
    file,
    start: s,
    end: e,
    messageId: 'callerOrder',
    data: { lock: `\`${lock.place.text}\`` },
    confidence: certain ? 'certain' : 'likely',
    trace: [],
  };
}
