/** Several locks of one kind that are taken in the order that the caller happens to give. */
import type { FunctionFact, InstructionOf, Temp } from '../facts/ir.js';
import { isTestFile } from '../project/scan.js';
import type { Analysis } from './analysis.js';
import { paramKey, type LockRef, type ParamPath } from './effect.js';
import { isReentrant, isSameLock, lockOfProgram } from './identity.js';
import { nestedIn, type Nested } from './nesting.js';
import { closureIn, writesOf } from './uses.js';
import type { FnRef } from './values.js';

export interface CallerOrder {
  readonly lock: LockRef;
  readonly s: number;
  readonly e: number;
  readonly certain: boolean;
}

export function callerOrdersIn(analysis: Analysis, file: string): CallerOrder[] {
  const found = new Map<string, CallerOrder>();
  const put = (one: CallerOrder): void => {
    const key = `${one.s}:${one.e}`;
    if (found.get(key)?.certain !== true) found.set(key, one);
  };
  const isTest = isTestFile(file.slice(analysis.project.root.length));
  for (const nested of nestedIn(analysis, file)) {
    const { held, take, s, e } = nested;
    if (take.promise || take.guessed || !held.lock.certain || isReentrant(analysis, take.lock)) continue;
    const isProven = take.certain && !isTest;
    if (held.at !== undefined && held.at === nested.call) {
      if (isLoopOverCallers(analysis, nested, nested.call)) put({ lock: take.lock, s, e, certain: isProven });
      continue;
    }
    const both = parametersOf(nested);
    if (both && !isSameLock(analysis, nested) && isOfOneKind(analysis, nested) && !isCompared(analysis, both)) {
      // Objects of one class may have a rank that nobody sees here; keys have none.
      put({ lock: take.lock, s, e, certain: isProven && held.always && isKeyed(nested) });
    }
  }
  analysis.project.facts(file)?.functions.forEach((fact, fn) => {
    if (fact.bodiless) return;
    for (const one of mapped(analysis, { file, fn }, fact)) put(isTest ? { ...one, certain: false } : one);
  });
  return [...found.values()];
}

const isKeyed = ({ held, take }: Nested): boolean => Boolean(held.lock.place.keys?.length) && Boolean(take.lock.place.keys?.length);

/** The two parameters of one function that say which locks are meant. */
function parametersOf({ held, take }: Nested): readonly [ParamPath, ParamPath] | undefined {
  const of = ({ place }: LockRef): ParamPath | undefined => {
    const key = place.keys?.at(-1);
    if (key) return key.k === 'param' ? key.param : undefined;
    return place.root === 'param' ? place.param : undefined;
  };
  const a = of(held.lock);
  const b = of(take.lock);
  return a && b && a.file === b.file && a.fn === b.fn && paramKey(a) !== paramKey(b) ? [a, b] : undefined;
}

function isOfOneKind(analysis: Analysis, { held, take }: Nested): boolean {
  const kind = lockOfProgram(analysis, held.lock);
  return kind !== undefined && kind === lockOfProgram(analysis, take.lock);
}

const COMPARES = /^(?:[<>]=?)$/;

/** Whether the function asks which of the two comes first. */
function isCompared(analysis: Analysis, [{ file, fn }]: readonly [ParamPath, ParamPath]): boolean {
  const { functions } = analysis.project.facts(file)!;
  return functions.some((fact, inner) => {
    for (let at = inner; at >= 0; at = functions[at]!.parent) if (at === fn) return fact.code.some(orders);
    return false;
    function orders(i: FunctionFact['code'][number]): boolean {
      if (i.op === 'binary') return COMPARES.test(i.sign);
      const callee = i.op === 'call' ? fact.code[i.fn] : undefined;
      return callee?.op === 'member' && /sort|compare/i.test(callee.name);
    }
  });
}

/** A loop that takes one lock after the other and keeps them, as its elements come from the caller. */
function isLoopOverCallers(analysis: Analysis, nested: Nested, call: Temp): boolean {
  const fact = analysis.values.fact(nested)!;
  const i = fact.code[call]!;
  const loops = fact.loops.filter((loop) => i.s >= loop.s && i.e <= loop.e);
  return loops.some((loop) => {
    if (loop.element !== undefined) {
      const element = fact.code[loop.element];
      return element?.op === 'iterate' && dependsOn(analysis, nested, call, loop.element) && isUnordered(analysis, nested, element.of);
    }
    // `for (let n = 0; …; n++) await lock(keys[n])`
    const lists = fact.code.flatMap((one) => (one.op === 'index' && one.s >= loop.s && one.e <= loop.e ? [one.obj] : []));
    return lists.length > 0 && lists.every((list) => isUnordered(analysis, nested, list));
  });
}

/** Whether a call is of, or gets, the element. */
function dependsOn(analysis: Analysis, ref: FnRef, call: Temp, element: Temp): boolean {
  const facts = analysis.project.facts(ref.file)!;
  const { code } = facts.functions[ref.fn]!;
  const seen = new Set<Temp>();
  const walk = (temp: Temp): boolean => {
    if (temp === element) return true;
    if (seen.has(temp)) return false;
    seen.add(temp);
    const i = code[temp];
    switch (i?.op) {
      case 'call':
        return [i.fn, ...i.args].some(walk);
      case 'member':
        return walk(i.obj);
      case 'index':
        return walk(i.obj) || walk(i.key);
      case 'template':
        return i.args.some(walk);
      case 'nonnull':
      case 'cast':
      case 'await':
        return walk(i.value);
      case 'join':
        return i.of.some(walk);
      case 'binary':
        return walk(i.left) || walk(i.right);
      case 'object':
        return i.props.some((p) => walk(p.value));
      case 'array':
        return i.items.some(walk);
      case 'get':
        return writesOf(facts, i.v).some((write) => write.fn === ref.fn && walk(write.value));
      default:
        return false;
    }
  };
  return walk(call);
}

const SORTS = /sort|order/i;

/** Whether a collection is as a caller gave it: out of a parameter, and nowhere sorted. */
function isUnordered(analysis: Analysis, ref: FnRef, temp: Temp, depth = 0): boolean {
  const facts = analysis.project.facts(ref.file)!;
  const i = facts.functions[ref.fn]!.code[temp];
  const into = (next: Temp): boolean => depth < 12 && isUnordered(analysis, ref, next, depth + 1);
  switch (i?.op) {
    case 'param':
      return true;
    case 'get': {
      if (isSortedInPlace(analysis, ref.file, i.v)) return false;
      const variable = facts.vars[i.v]!;
      const writes = writesOf(facts, i.v);
      if (variable.owner === 0 || writes.length !== 1) return false;
      return depth < 12 && isUnordered(analysis, { file: ref.file, fn: writes[0]!.fn }, writes[0]!.value, depth + 1);
    }
    case 'nonnull':
    case 'cast':
      return into(i.value);
    case 'member':
      return !SORTS.test(i.name) && into(i.obj);
    case 'array':
      return i.items.length === 1 && i.spread?.includes(0) === true && into(i.items[0]!);
    case 'call': {
      const callee = facts.functions[ref.fn]!.code[i.fn];
      if (SORTS.test(analysis.places.name(ref, i.fn))) return false;
      // A copy, what is left of it, or something made of each.
      const copies = callee?.op === 'member' && /^(?:map|filter|slice|values|keys|entries|concat|flat|flatMap)$/.test(callee.name);
      if (copies) return into(callee.obj);
      const from = callee?.op === 'member' && callee.name === 'from' ? i.args[0] : i.new && i.args.length === 1 ? i.args[0] : undefined;
      return from !== undefined && into(from);
    }
    default:
      return false;
  }
}

/** `keys.sort()` */
function isSortedInPlace(analysis: Analysis, file: string, v: number): boolean {
  return analysis.project.facts(file)!.functions.some((fact) =>
    fact.code.some((i) => {
      const callee = i.op === 'call' ? fact.code[i.fn] : undefined;
      if (callee?.op !== 'member' || !SORTS.test(callee.name)) return false;
      const list = fact.code[callee.obj];
      return list?.op === 'get' && list.v === v;
    }),
  );
}

/** `await Promise.all(keys.map((key) => locks.acquire(key)))`: one lock for each, all kept. */
function mapped(analysis: Analysis, ref: FnRef, fact: FunctionFact): CallerOrder[] {
  const found: CallerOrder[] = [];
  for (const call of analysis.awaits(ref).mapped) {
    const i = fact.code[call] as InstructionOf<'call'>;
    const list = fact.code[i.fn];
    const passed = i.args[0] !== undefined ? fact.code[i.args[0]] : undefined;
    if (list?.op !== 'member' || passed?.op !== 'fn' || closureIn(fact, passed.fn) === undefined || !isUnordered(analysis, ref, list.obj)) continue;
    const closure = { file: ref.file, fn: passed.fn };
    const inner = analysis.values.fact(closure)!;
    const element = inner.code.findIndex((one) => one.op === 'param' && one.index === 0);
    const acquired = analysis.summary(closure).acquires.find((acquire) => !acquire.maybe && !acquire.lock.shared && !acquire.lock.tries && acquire.lock.kind !== 'transaction');
    if (!acquired || element < 0 || isReentrant(analysis, acquired.lock)) continue;
    if (!inner.code.some((one, temp) => one.op === 'call' && dependsOn(analysis, closure, temp, element))) continue;
    // Locks of one process get all the requests of one turn in one order; those of several processes do not.
    const isShared = acquired.lock.kind === 'distributed lock' || acquired.lock.kind === 'file lock';
    found.push({ lock: acquired.lock, s: i.s, e: i.e, certain: isShared && acquired.lock.certain });
  }
  return found;
}
