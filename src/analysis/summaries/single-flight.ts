/**
 * A value that is fetched once for all who wait, by the one who got the lock first: the test that was made before the
 * lock was taken is made again under it. Nobody waits longer for the lock than for the value.
 */
import type { FunctionFact, Temp } from '../facts/ir.js';
import type { Analysis } from './analysis.js';
import { reach } from './graph.js';
import type { FnRef } from './values.js';

/** A branch: what it hangs on, and the instruction at which that is decided. */
interface Test {
  readonly on: Temp;
  readonly at: Temp;
}

const testsOf = (fact: FunctionFact): (Test & { readonly yes: number; readonly no: number })[] =>
  fact.blocks.flatMap(({ end, to }) => (end.k === 'branch' ? [{ on: end.on, at: Math.max(to - 1, end.on), yes: end.yes, no: end.no }] : []));

/** The tests that decide whether an instruction is reached. */
function deciding(fact: FunctionFact, temp: Temp): Test[] {
  const own = fact.blocks.findIndex((block) => temp >= block.from && temp < block.to);
  const leads = (from: number): boolean => reach(fact, [from], undefined, false).has(own);
  return testsOf(fact).filter(({ on, yes, no }) => fact.code[on]!.s < fact.code[temp]!.s && leads(yes) !== leads(no));
}

/** Whether a test asks for something that another holder may have changed: a call, or a member of something shared. */
function mayChange(analysis: Analysis, ref: FnRef, fact: FunctionFact, { on }: Test): boolean {
  const { s, e } = fact.code[on]!;
  return fact.code.some((i) => {
    if (i.s < s || i.e > e) return false;
    if (i.op === 'get') return analysis.project.facts(ref.file)!.vars[i.v]!.owner === 0;
    return i.op === 'call' || (i.op === 'member' && /^(?:this|module|closure)$/.test(analysis.places.of(ref, i.obj).root));
  });
}

/** `if (isStale()) await lock(async () => { if (isStale()) … })` */
export function isCheckedAgain(analysis: Analysis, ref: FnRef, temp: Temp, isHeld: (temp: Temp) => boolean): boolean {
  const facts = analysis.project.facts(ref.file)!;
  const fact = facts.functions[ref.fn]!;
  const again = deciding(fact, temp).filter((test) => isHeld(test.at) && mayChange(analysis, ref, fact, test));
  if (again.length === 0) return false;
  const source = sourceOf(analysis, ref.file);
  if (source === undefined) return false;
  const textOf = (one: FunctionFact, { on }: Test): string => source.slice(one.code[on]!.s, one.code[on]!.e).replace(/\s+/g, ' ');
  const before = new Set(testsOf(fact).filter(({ at }) => !isHeld(at)).map((test) => textOf(fact, test)));
  for (let fn = fact.parent; fn > 0; fn = facts.functions[fn]!.parent) {
    const around = facts.functions[fn]!;
    for (const test of testsOf(around)) if (around.code[test.on]!.s < fact.s) before.add(textOf(around, test));
  }
  return again.some((test) => before.has(textOf(fact, test)));
}

function sourceOf(analysis: Analysis, file: string): string | undefined {
  try {
    return analysis.project.text(file);
  } catch {
    return undefined;
  }
}
