/**
 * Which instructions can throw, and how likely it is that somebody meets it. Reading a property, arithmetic, the
 * built-in collections and writing a log do not; waiting for work of the project or of the world does; of a
 * synchronous call it is known only where its body (or its model) is.
 */
import { PerFile } from '../freshness/grounds.js';
import type { BlockIndex, FunctionFact, InstructionOf, Temp } from '../facts/ir.js';
import { asserts, exportThrows, throwsByDesign } from '../../models/failures.js';
import { continuesPromise } from '../../models/language.js';
import type { Analysis } from './analysis.js';
import { conditionsOf } from './conditions.js';
import { successors } from './graph.js';
import type { Outcome } from './outcomes.js';
import { tells } from './telling.js';
import { writesOf } from './uses.js';
import type { FnRef } from './values.js';

/** `maybe`: nothing says that it cannot, and nothing that it does. */
export type Throws = 'no' | 'maybe' | 'yes';

const ORDER: readonly Throws[] = ['no', 'maybe', 'yes'];
const worst = (all: Iterable<Throws>): Throws => {
  let found = 0;
  for (const one of all) found = Math.max(found, ORDER.indexOf(one));
  return ORDER[found]!;
};

/** Locks of this process, whose acquisition fails only where somebody cancels it. */
export const IN_MEMORY: ReadonlySet<string> = new Set(['mutex', 'semaphore', 'keyed lock', 'queue', 'web lock']);

/** Chains of calls deeper than this are taken not to throw. */
const DEEPEST = 25;

let depth = 0;

const kept = new WeakMap<Analysis, PerFile<Throws>>();

/**
 * Whether a call of the function throws.
 *
 * @param settled Whether the promise that it gives counts, too.
 */
export function functionThrows(analysis: Analysis, ref: FnRef, settled = true): Throws {
  let answers = kept.get(analysis);
  if (!answers) kept.set(analysis, (answers = new PerFile(analysis.project.follows)));
  const key = ref.fn * 2 + (settled ? 1 : 0);
  const known = answers.get(ref.file, key);
  if (known !== undefined) return known;
  const fact = analysis.values.fact(ref);
  if (!fact || fact.bodiless) return 'maybe';
  if (depth > DEEPEST) return 'no';
  // Functions that call each other throw for a reason of their own.
  answers.set(ref.file, key, 'no');
  depth += 1;
  try {
    const answer = answers.within(ref.file, key, () => worked(analysis, ref, fact, settled));
    answers.set(ref.file, key, answer);
    return answer;
  } finally {
    depth -= 1;
  }
}

/** Walks the graph once for each strength: a handler is reached only by what throws at least so. */
function worked(analysis: Analysis, ref: FnRef, fact: FunctionFact, settled: boolean): Throws {
  let maybe = false;
  for (const least of ['yes', 'maybe'] as const) {
    const seen = new Set<number>([0]);
    const pending = [0];
    while (pending.length > 0) {
      const b = pending.pop()!;
      const block = fact.blocks[b]!;
      let throws = block.end.k === 'throw' && (least === 'maybe' || !isForNothing(analysis, ref, b));
      for (let temp = block.from; temp < block.to && !throws; temp++) {
        throws = ORDER.indexOf(asCallee(analysis, ref, temp)) >= ORDER.indexOf(least);
      }
      const returned = settled && block.end.k === 'return' && isPromiseLike(fact, block.end.value) ? rejects(analysis, ref, block.end.value!) : 'no';
      if ((throws && block.handler === undefined) || ORDER.indexOf(returned) >= ORDER.indexOf(least)) {
        if (least === 'yes') return 'yes';
        maybe = true;
      }
      const next = successors(fact, b, false);
      if (throws && block.handler !== undefined) next.push(block.handler);
      for (const one of next) {
        if (seen.has(one)) continue;
        seen.add(one);
        pending.push(one);
      }
    }
  }
  return maybe ? 'maybe' : 'no';
}

/** `if (!error) throw …; … error.message`: what it works with was not given, which callers see to. What only looks is a check. */
function isForNothing(analysis: Analysis, ref: FnRef, block: BlockIndex): boolean {
  const { code, params } = analysis.values.fact(ref)!;
  const conditions = conditionsOf(analysis.project.facts(ref.file)!, ref)[block] ?? [];
  return conditions.some(({ param, is, holds }) => {
    if (param.fn !== ref.fn || param.path.length > 0 || (is ? !holds || is.some((one) => one != null) : holds)) return false;
    const given = params[param.index]?.v;
    return code.some((i) => {
      const of = i.op === 'member' ? code[i.obj] : undefined;
      return of?.op === 'get' && of.v === given;
    });
  });
}

/** What a callee asserts of what it is passed, its callers see to. */
function asCallee(analysis: Analysis, ref: FnRef, temp: Temp): Throws {
  const found = throwsAt(analysis, ref, temp);
  const i = analysis.values.fact(ref)!.code[temp];
  if (found !== 'yes' || i?.op !== 'call') return found;
  return analysis.values.of(ref, i.fn).some((ty) => ty.k === 'external' && asserts(ty.package)) ? 'maybe' : found;
}

/** A returned value that may be a promise of work: the result of a call, or a promise that was passed in. */
function isPromiseLike(fact: FunctionFact, temp: Temp | undefined): boolean {
  const i = temp === undefined ? undefined : fact.code[temp];
  const type = i?.op === 'get' ? fact.params.find((param) => param.v === i.v)?.type : undefined;
  if (type?.k === 'ref' && (type.name[0] === 'Promise' || type.name[0] === 'PromiseLike')) return true;
  return i?.op === 'call' || (i?.op === 'join' && i.of.some((one) => isPromiseLike(fact, one)));
}

/** Whether carrying out the instruction throws; for a call, what it does before it returns. */
export function throwsAt(analysis: Analysis, ref: FnRef, temp: Temp): Throws {
  const fact = analysis.values.fact(ref)!;
  const i = fact.code[temp]!;
  switch (i.op) {
    case 'await':
      return rejects(analysis, ref, i.value);
    case 'call':
      return callThrows(analysis, ref, temp, i);
    case 'iterate':
      return i.async ? 'yes' : 'no';
    // A consumer that stops early ends the generator here.
    case 'yield':
      return 'yes';
    case 'importcall':
      return 'maybe';
    default:
      return 'no';
  }
}

function callThrows(analysis: Analysis, ref: FnRef, temp: Temp, i: InstructionOf<'call'>): Throws {
  const fact = analysis.values.fact(ref)!;
  if (tells(analysis.places, ref, i)) return 'no';
  const outcome = analysis.outcome(ref, temp);
  if (outcome.releases.some(({ guess }) => !guess)) return 'no';
  const callbacks = outcome.invokes.filter((one) => one.now && one.locks.length === 0);
  const inner = worst(
    callbacks.flatMap((one) => one.value.map((ty): Throws => (ty.k === 'fn' && !analysis.values.fact(ty)?.async ? functionThrows(analysis, ty, false) : 'no'))),
  );
  if (outcome.targets.length > 0) {
    const own = outcome.targets.map((target): Throws => {
      const callee = analysis.values.fact(target);
      return callee?.async || callee?.generator ? 'no' : functionThrows(analysis, target, false);
    });
    return worst([...own, inner === 'yes' ? 'yes' : 'no']);
  }
  // Whether a lock could be had is told by the promise of it.
  if (outcome.acquires.length > 0 && outcome.acquires.every(({ sync }) => !sync)) return 'no';
  const callee = fact.code[i.fn];
  const value = analysis.values.of(ref, i.fn);
  for (const ty of value) {
    if (ty.k === 'global') return throwsByDesign(ty.path) ? 'yes' : inner;
    if (ty.k === 'boxMethod') return inner;
    if (ty.k === 'class') return 'no';
    if (ty.k === 'external') {
      return exportThrows(ty.package, ty.path.split(/[#.]/).at(-1) ?? '') || exportThrows(ty.package, ty.path) ? 'yes' : 'maybe';
    }
  }
  if (callee?.op === 'global') return throwsByDesign(callee.name) ? 'yes' : i.new ? 'no' : 'maybe';
  // Work that the caller hands in, and whose promise nobody looks at, is told of by whoever awaits it.
  return 'maybe';
}

/** Whether waiting for a value rejects. */
export function rejects(analysis: Analysis, ref: FnRef, temp: Temp, nesting = 0): Throws {
  const fact = analysis.values.fact(ref)!;
  const facts = analysis.project.facts(ref.file)!;
  const i = fact.code[temp];
  if (!i || nesting > 6) return 'no';
  const again = (next: Temp): Throws => rejects(analysis, ref, next, nesting + 1);
  switch (i.op) {
    case 'const':
    case 'undefined':
    case 'object':
    case 'array':
    case 'template':
    case 'binary':
    case 'unary':
    case 'fn':
    case 'this':
      return 'no';
    case 'cast':
    case 'nonnull':
      return again(i.value);
    case 'join':
      return worst(i.of.map(again));
    case 'get': {
      const writes = writesOf(facts, i.v).filter((w) => w.fn === ref.fn);
      return writes.length > 0 && facts.vars[i.v]!.kind !== 'param' ? worst(writes.map((w) => again(w.value))) : 'maybe';
    }
    case 'call':
      return callRejects(analysis, ref, temp, i, nesting);
    default:
      return 'maybe';
  }
}

function callRejects(analysis: Analysis, ref: FnRef, temp: Temp, i: InstructionOf<'call'>, nesting: number): Throws {
  const fact = analysis.values.fact(ref)!;
  const callee = fact.code[i.fn];
  const text = analysis.places.text(ref, i.fn);
  const first = i.args[0];
  if (text === 'Promise.allSettled') return 'no';
  if (text === 'Promise.resolve') return first === undefined ? 'no' : rejects(analysis, ref, first, nesting + 1);
  if (text === 'Promise.reject') return 'yes';
  if (/^Promise\.(?:all|race|any)$/.test(text) && first !== undefined) {
    const list = fact.code[first];
    if (list?.op === 'array' && !list.spread) return worst(list.items.map((item) => rejects(analysis, ref, item, nesting + 1)));
    const mapped = list?.op === 'call' ? mappedRejects(analysis, ref, list) : undefined;
    return mapped ?? 'yes';
  }
  if (i.new && callee?.op === 'global' && callee.name === 'Promise') return executorRejects(analysis, ref, first);
  if (callee?.op === 'member' && continuesPromise(callee.name)) return settlesBadly(analysis, ref, callee.name, callee.obj, i.args, nesting);
  if (tells(analysis.places, ref, i)) return 'no';
  const outcome = analysis.outcome(ref, temp);
  if (outcome.releases.some(({ guess }) => !guess)) return 'no';
  const acquire = outcome.acquires[0];
  if (outcome.targets.length > 0) {
    const own = worst(outcome.targets.map((target) => functionThrows(analysis, target)));
    // What a function is given and waits for fails as it does here.
    return own === 'maybe' ? worst([own, ...outcome.awaitsArgs.map((arg) => rejects(analysis, ref, arg.temp, nesting + 1))]) : own;
  }
  if (acquire) return IN_MEMORY.has(acquire.lock.kind) ? 'maybe' : 'yes';
  const sections = outcome.invokes.filter((one) => one.locks.length > 0);
  if (sections.length > 0) return worst(sections.flatMap((one) => one.value.map((ty): Throws => (ty.k === 'fn' ? functionThrows(analysis, ty) : 'yes'))));
  const effects = effectsOf(outcome);
  if (effects.length > 0 && effects.every((kind) => kind === 'sleep')) return 'no';
  const value = analysis.values.of(ref, i.fn);
  // Waiting for what is no promise.
  if (value.some((ty) => ty.k === 'boxMethod' && ty.box.of !== 'Promise')) return 'no';
  return 'yes';
}

const effectsOf = (outcome: Outcome): string[] => [...outcome.done, ...outcome.sync].map((effect) => effect.kind);

/** `list.map(async (x) => …)` */
function mappedRejects(analysis: Analysis, ref: FnRef, i: InstructionOf<'call'>): Throws | undefined {
  const fact = analysis.values.fact(ref)!;
  const callee = fact.code[i.fn];
  const arg = i.args[0];
  if (callee?.op !== 'member' || callee.name !== 'map' || arg === undefined) return undefined;
  const made = analysis.values.of(ref, arg).filter((ty) => ty.k === 'fn');
  if (made.length === 0) return undefined;
  return worst(made.map((ty) => functionThrows(analysis, ty)));
}

/** A promise made by hand rejects where its executor has a way to. */
function executorRejects(analysis: Analysis, ref: FnRef, executor: Temp | undefined): Throws {
  if (executor === undefined) return 'no';
  const facts = analysis.project.facts(ref.file)!;
  const i = analysis.values.fact(ref)!.code[executor];
  if (i?.op !== 'fn') return 'maybe';
  const inner = facts.functions[i.fn]!;
  if (inner.params.length > 1) return 'yes';
  return functionThrows(analysis, { file: ref.file, fn: i.fn }, false) === 'yes' ? 'yes' : 'no';
}

function settlesBadly(analysis: Analysis, ref: FnRef, method: string, receiver: Temp, args: readonly Temp[], nesting: number): Throws {
  const before = rejects(analysis, ref, receiver, nesting + 1);
  const handler = (arg: Temp | undefined): Throws | undefined => {
    if (arg === undefined) return undefined;
    const made = analysis.values.of(ref, arg).filter((ty) => ty.k === 'fn');
    return made.length === 0 ? 'no' : worst(made.map((ty) => functionThrows(analysis, ty)));
  };
  if (method === 'finally') return worst([before, handler(args[0]) ?? 'no']);
  if (method === 'catch') return before === 'no' ? 'no' : (handler(args[0]) ?? before);
  const after = handler(args[0]) ?? 'no';
  return worst([args[1] === undefined ? before : (handler(args[1]) ?? 'no'), after]);
}
