/** How sure it is that a way is gone to its end: each call on it that is made on some ways only is one more condition. */
import type { FunctionFact } from '../facts/ir.js';
import type { Analysis } from './analysis.js';
import type { Effect, Step } from './effect.js';
import { reach } from './graph.js';

/** Ways with more conditions on them are more often than not ways that nobody goes; so are longer ones with any. */
const MOST_CONDITIONS = 2;
const MOST_CALLS = 9;

/** Whether nobody could say, who only reads the held region, that it comes to the effect. */
export function isFarFetched(analysis: Analysis, { kind, steps }: Effect): boolean {
  // That something failed before is a condition of every retry, and of the pause in it.
  const most = kind === 'retry' || kind === 'sleep' ? MOST_CONDITIONS + 1 : MOST_CONDITIONS;
  if (steps.length <= most) return false;
  const conditions = steps.filter((step) => isConditional(analysis, step)).length;
  return conditions > most || (conditions > 0 && steps.length > MOST_CALLS);
}

/** Whether the function around a step returns on some ways without it. What a loop does is done at least once. */
function isConditional(analysis: Analysis, { file, s, e }: Step): boolean {
  return analysis.answer('isConditional', { file, fn: s }, e - s, () => {
    const fact = innermost(analysis.project.facts(file)?.functions ?? [], s, e);
    const temp = fact?.code.findIndex((i) => i.s === s && i.e === e) ?? -1;
    if (!fact || temp < 0) return false;
    const own = fact.blocks.findIndex((block) => temp >= block.from && temp < block.to);
    const [loop] = fact.loops.filter((one) => s >= one.s && e <= one.e).sort((a, b) => a.s - b.s);
    const barred = loop ? loop.head : own;
    if (barred <= 0) return false;
    return [...reach(fact, [0], new Set([barred]), false)].some((b) => fact.blocks[b]!.end.k === 'return');
  });
}

function innermost(functions: readonly FunctionFact[], s: number, e: number): FunctionFact | undefined {
  let found: FunctionFact | undefined;
  for (const fact of functions) if (fact.s <= s && fact.e >= e && (!found || fact.e - fact.s < found.e - found.s)) found = fact;
  return found;
}
