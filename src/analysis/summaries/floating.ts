/** Acquisitions and sections whose promise nobody waits for. */
import type { FunctionFact, InstructionOf, Temp } from '../facts/ir.js';
import { isTestFile } from '../project/scan.js';
import { continuesPromise } from '../../models/language.js';
import type { Analysis } from './analysis.js';
import type { LockRef } from './effect.js';
import { waiterQueueRole } from './home-grown.js';
import type { Invocation } from './outcomes.js';
import { settlingOf } from './promises.js';
import { mayTake } from './takers.js';
import { functionThrows } from './throwing.js';
import { operandsOf } from './uses.js';
import type { FnRef } from './values.js';

export interface Floating {
  readonly how: 'acquisition' | 'section' | 'unawaited' | 'using' | 'tested';
  readonly lock: LockRef;
  readonly s: number;
  readonly e: number;
  readonly certain: boolean;
}

export function floatingIn(analysis: Analysis, file: string): Floating[] {
  const facts = analysis.project.facts(file);
  if (!facts) return [];
  const found: Floating[] = [];
  const inTests = isTestFile(file.slice(analysis.project.root.length));
  facts.functions.forEach((fact, fn) => {
    if (fact.bodiless || waiterQueueRole(facts, fn) || !mayTake(analysis, { file, fn })) return;
    const ref = { file, fn };
    const uses = usesIn(fact);
    fact.code.forEach((i, temp) => {
      if (i.op !== 'call' || i.new) return;
      const one = floats(analysis, ref, fact, uses, i, temp);
      if (one) found.push({ ...one, certain: one.certain && !inTests });
    });
  });
  // A `finally` block stands in the graph once for each way into it.
  return found.filter((one, n) => found.findIndex((other) => other.s === one.s && other.e === one.e) === n);
}

function floats(analysis: Analysis, ref: FnRef, fact: FunctionFact, uses: Uses, i: InstructionOf<'call'>, temp: Temp): Floating | undefined {
  const outcome = analysis.outcome(ref, temp);
  const acquire = outcome.acquires.find((one) => !one.sync);
  if (acquire) {
    // In callback style there is nothing to wait for.
    if (i.args.some((arg) => fact.code[arg]?.op === 'fn')) return undefined;
    const how = fateOf(analysis, ref, fact, uses, temp);
    // Statements of a connection run in their order, whoever waits for them.
    const isStatement = acquire.lock.kind === 'transaction' && (outcome.targets.length > 0 || i.args.length > 0);
    // A lock that is just being made is free.
    const isNew = fact.kind === 'constructor' && acquire.lock.place.root === 'this';
    return how && { how, lock: acquire.lock, s: i.s, e: i.e, certain: acquire.lock.certain && !isStatement && !isNew };
  }
  const callee = fact.code[i.fn];
  if (callee?.op === 'member' && continuesPromise(callee.name)) return undefined;
  // A function that has a section somewhere in its work is not a section.
  const section = outcome.invokes.find((one) => one.locks.length > 0 && one.done === undefined && one.arg !== undefined);
  if (!section || uses.has(temp) || !givesPromise(analysis, outcome.targets) || isKept(analysis, section)) return undefined;
  const lock = section.locks[0]!;
  // Work put into a queue, or hung on a chain, is often left to it. Whoever awaits an async function expects its work to be done.
  const awaited = fact.async === true && fact.kind !== 'module';
  const certain = lock.certain && section.certain && lock.kind !== 'queue' && !lock.chain && (awaited || fails(analysis, section));
  return { how: 'section', lock, s: i.s, e: i.e, certain };
}

function givesPromise(analysis: Analysis, targets: readonly FnRef[]): boolean {
  return targets.every((target) => {
    const fact = analysis.values.fact(target)!;
    return fact.async === true || analysis.values.returned(target).some((ty) => ty.k === 'box' && ty.of === 'Promise');
  });
}

function fails(analysis: Analysis, section: Invocation): boolean {
  const made = section.value.filter((ty) => ty.k === 'fn');
  return made.length > 0 && made.some((ty) => functionThrows(analysis, ty) === 'yes');
}

/** A lock that is taken to be kept: its section waits for a promise that somebody else settles, or nobody. */
function isKept(analysis: Analysis, section: Invocation): boolean {
  return section.value.some((ty) => {
    if (ty.k !== 'fn') return false;
    const fact = analysis.values.fact(ty)!;
    return fact.code.some((i) => {
      const callee = i.op === 'call' && i.new ? fact.code[i.fn] : undefined;
      if (i.op !== 'call' || callee?.op !== 'global' || callee.name !== 'Promise' || i.args[0] === undefined) return false;
      const executor = analysis.values.of(ty, i.args[0]).find((one) => one.k === 'fn');
      if (executor?.k !== 'fn') return false;
      // A Web Lock is often held by a promise, and released by settling it.
      if (section.locks[0]!.kind === 'web lock') return true;
      const settling = settlingOf(analysis.values, executor);
      return settling.other !== undefined || (!settling.itself && !settling.timer && settling.handedTo.length === 0);
    });
  });
}

/** What becomes of the promise of an acquisition; undefined where somebody may wait for it. */
function fateOf(analysis: Analysis, ref: FnRef, fact: FunctionFact, uses: Uses, temp: Temp): Exclude<Floating['how'], 'section'> | undefined {
  const own = uses.get(temp) ?? [];
  if (own.length === 0) return 'acquisition';
  if (own.length > 1) return undefined;
  const [use] = own;
  if (use === 'branch') return 'tested';
  if (use === 'end' || use === undefined) return undefined;
  const i = fact.code[use]!;
  if (i.op === 'unary' && i.sign === 'void') return 'acquisition';
  if (i.op !== 'set') return undefined;
  if (i.using) return 'using';
  const facts = analysis.project.facts(ref.file)!;
  const variable = facts.vars[i.v]!;
  if (variable.owner !== ref.fn || variable.kind !== 'const') return undefined;
  const gets = facts.functions.flatMap((other, fn) => other.code.flatMap((j, at) => (j.op === 'get' && j.v === i.v ? [{ fn, at }] : [])));
  // The promise is used as if it were what it gives.
  const misused = gets.every(({ fn, at }) => {
    const inner = fn === ref.fn ? uses : usesIn(facts.functions[fn]!);
    return (inner.get(at) ?? []).every((n) => typeof n === 'number' && isMisuse(facts.functions[fn]!, inner, at, n));
  });
  return misused ? 'unawaited' : undefined;
}

function isMisuse(fact: FunctionFact, uses: Uses, value: Temp, user: Temp): boolean {
  const i = fact.code[user]!;
  if (i.op === 'call') return i.fn === value && i.args.length === 0;
  if (i.op !== 'member' || !/^(?:release|unlock|dispose|\d+)$/.test(i.name)) return false;
  return (uses.get(user) ?? []).every((n) => typeof n === 'number' && ['call', 'set'].includes(fact.code[n]!.op));
}

export type Uses = ReadonlyMap<Temp, readonly (Temp | 'branch' | 'end')[]>;

/** Who uses each value. */
export function usesIn(fact: FunctionFact): Uses {
  const uses = new Map<Temp, (Temp | 'branch' | 'end')[]>();
  const add = (temp: Temp | undefined, by: Temp | 'branch' | 'end'): void => {
    if (temp === undefined) return;
    const known = uses.get(temp);
    if (known) known.push(by);
    else uses.set(temp, [by]);
  };
  fact.code.forEach((i, temp) => {
    for (const operand of operandsOf(i)) add(operand, temp);
  });
  for (const { end } of fact.blocks) {
    if (end.k === 'branch') add(end.on, 'branch');
    else if (end.k === 'return' || end.k === 'throw') add(end.value, 'end');
  }
  return uses;
}
