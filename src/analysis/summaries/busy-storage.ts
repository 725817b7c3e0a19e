/** Waiting for storage that another connection writes to: the wait is the storage's own, and it ends by itself. */
import type { FileFacts, FunctionFact, LoopFact, Temp } from '../facts/ir.js';
import type { Analysis } from './analysis.js';
import { inside, loopAround } from './retries.js';
import { writesOf } from './uses.js';
import type { FnRef } from './values.js';

/** What a database file says while another connection writes to it. */
const STORAGE_IS_BUSY = /^SQLITE_(?:BUSY|LOCKED)|^database (?:file |table )?is locked/i;

/** A test in a function that a test calls: further ones are not looked for. */
const DEEPEST = 2;

/** Whether a function asks if an error says that storage is busy. */
const asksIfBusy = (analysis: Analysis, ref: FnRef): boolean => analysis.answer('asksIfBusy', ref, 0, () => asks(analysis, ref, 0));

function asks(analysis: Analysis, ref: FnRef, depth: number): boolean {
  const facts = analysis.project.facts(ref.file);
  const fact = facts?.functions[ref.fn];
  return fact !== undefined && fact.code.some((_, temp) => isBusyTest(analysis, facts!, ref, fact, temp, depth));
}

function isBusyTest(analysis: Analysis, facts: FileFacts, ref: FnRef, fact: FunctionFact, temp: Temp, depth: number): boolean {
  const i = fact.code[temp]!;
  if (i.op === 'const') return isBusyCode(i.value);
  if (i.op === 'get') return facts.vars[i.v]!.owner === 0 && namesBusyCodes(facts, i.v);
  return i.op === 'call' && depth < DEEPEST && analysis.targets(ref, temp).some((target) => asks(analysis, target, depth + 1));
}

const isBusyCode = (value: unknown): boolean => typeof value === 'string' && STORAGE_IS_BUSY.test(value);

/** `const RETRIED = new Set(['SQLITE_BUSY', …])` */
function namesBusyCodes(facts: FileFacts, v: number): boolean {
  const writes = writesOf(facts, v);
  const [write] = writes;
  const written = write && writes.length === 1 ? facts.functions[write.fn]!.code[write.value] : undefined;
  if (!written || (written.op !== 'call' && written.op !== 'array' && written.op !== 'object' && written.op !== 'const')) return false;
  return facts.functions[write!.fn]!.code.some((i) => i.op === 'const' && i.s >= written.s && i.e <= written.e && isBusyCode(i.value));
}

/** Loops that try again where the storage was busy, and give up on every other failure. */
export function storageWaits(analysis: Analysis, ref: FnRef): readonly LoopFact[] {
  return analysis.answer('storageWaits', ref, 0, () => {
    const facts = analysis.project.facts(ref.file)!;
    const fact = facts.functions[ref.fn]!;
    if (fact.loops.length === 0 || fact.tries.length === 0) return [];
    const tests = fact.code.filter(
      (i, temp) => fact.tries.some((tried) => i.s >= (tried.catchS ?? Infinity) && i.e <= tried.catchE!) && isBusyTest(analysis, facts, ref, fact, temp, 0),
    );
    return fact.loops.filter((loop) => tests.some((test) => inside(test.s, loop) && loopAround(fact, test.s) === loop && leavesByThrow(fact, loop)));
  });
}

/** A catch clause of the loop throws what it does not know. */
const leavesByThrow = (fact: FunctionFact, loop: LoopFact): boolean =>
  fact.tries.some(
    (tried) =>
      inside(tried.s, loop) &&
      fact.blocks.some((block) => block.end.k === 'throw' && block.to > block.from && fact.code[block.from]!.s >= (tried.catchS ?? Infinity) && fact.code[block.from]!.e <= tried.catchE!),
  );

/** Whether a call is told, by a function that it is passed, to try again where storage is busy: `retry(work, { retryable: isBusy })`. */
export function isToldBusy(analysis: Analysis, ref: FnRef, temp: Temp): boolean {
  return analysis.answer('isToldBusy', ref, temp, () => {
    const { code } = analysis.values.fact(ref)!;
    const i = code[temp];
    if (i?.op !== 'call') return false;
    const passed = i.args.flatMap((arg) => {
      const made = code[arg];
      return made?.op === 'object' ? made.props.map((property) => property.value) : [arg];
    });
    return passed.some((one) => analysis.values.of(ref, one).some((ty) => ty.k === 'fn' && asksIfBusy(analysis, ty)));
  });
}
