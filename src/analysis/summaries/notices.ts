/**
 * Notifications that nobody waits for: the listeners run before the call returns, and what they start goes on without
 * the section. One that is the section's last act harms nobody, unless a listener wants the lock itself.
 */
import type { BlockIndex, FunctionFact, Instruction, Temp } from '../facts/ir.js';
import { changesCollection, continuesPromise } from '../../models/language.js';
import type { Analysis } from './analysis.js';
import { reach, successors } from './graph.js';
import type { FnRef } from './values.js';

/** What becomes of a call's result: nothing, the function's own result, or anything else. */
type Use = 'dropped' | 'returned' | 'used';

export function useOf(fact: FunctionFact, temp: Temp, depth = 0): Use {
  if (depth > 6) return 'used';
  if (fact.blocks.some(({ end }) => end.k === 'branch' && end.on === temp)) return 'used';
  let returned = fact.blocks.some(({ end }) => end.k === 'return' && end.value === temp);
  for (let t = temp + 1; t < fact.code.length; t++) {
    const i = fact.code[t]!;
    if (!takes(i, temp)) continue;
    let next: Use = 'used';
    if (i.op === 'join' || (i.op === 'unary' && i.sign === 'void')) next = useOf(fact, t, depth + 1);
    else if (i.op === 'member' && continuesPromise(i.name)) {
      const call = fact.code.findIndex((j) => j.op === 'call' && j.fn === t);
      if (call >= 0) next = useOf(fact, call, depth + 1);
    }
    if (next === 'used') return 'used';
    returned ||= next === 'returned';
  }
  return returned ? 'returned' : 'dropped';
}

/** Whether what a call gives is looked at as it is, and decides: no promise of work. */
export function decidesAtOnce(fact: FunctionFact, temp: Temp, depth = 0): boolean {
  if (fact.blocks.some(({ end }) => end.k === 'branch' && end.on === temp)) return true;
  return fact.code.some((i, t) => {
    if (t <= temp || depth > 3 || !takes(i, temp)) return false;
    return (i.op === 'unary' && i.sign === '!') || ((i.op === 'join' || i.op === 'nonnull' || i.op === 'cast') && decidesAtOnce(fact, t, depth + 1));
  });
}

function takes(i: Instruction, temp: Temp): boolean {
  switch (i.op) {
    case 'call':
      return i.fn === temp || i.args.includes(temp);
    case 'join':
      return i.of.includes(temp);
    case 'array':
      return i.items.includes(temp);
    case 'object':
      return i.props.some((property) => property.value === temp);
    case 'template':
      return i.args.includes(temp);
    case 'binary':
      return i.left === temp || i.right === temp;
    case 'unary':
      return i.arg === temp;
    case 'member':
      return i.obj === temp;
    case 'index':
      return i.obj === temp || i.key === temp;
    case 'setmember':
      return i.obj === temp || i.value === temp;
    case 'setindex':
      return i.obj === temp || i.key === temp || i.value === temp;
    case 'iterate':
    case 'rest':
      return i.of === temp;
    case 'set':
    case 'await':
    case 'yield':
    case 'cast':
    case 'nonnull':
      return i.value === temp;
    case 'unknown':
      return i.of?.includes(temp) ?? false;
    default:
      return false;
  }
}

/** Whether what a call throws ends in a catch clause around it, which goes on. */
export function isCaught(fact: FunctionFact, temp: Temp): boolean {
  const { s } = fact.code[temp]!;
  const own = fact.blocks.findIndex((block) => temp >= block.from && temp < block.to);
  const { handler } = fact.blocks[own] ?? {};
  const tried = fact.tries.find((one) => one.handler === handler && s >= one.s && s < one.e);
  if (handler === undefined || tried?.catchS === undefined) return false;
  return [...reach(fact, [handler], new Set(), false)].every((b) => {
    const { end, from, to } = fact.blocks[b]!;
    return end.k !== 'throw' || to === from || fact.code[from]!.s < tried.catchS! || fact.code[from]!.e > tried.catchE!;
  });
}

/** Whether an instruction writes something that outlives the call. */
export function isSharedWrite(analysis: Analysis, ref: FnRef, temp: Temp): boolean {
  const facts = analysis.project.facts(ref.file)!;
  const { code } = facts.functions[ref.fn]!;
  const i = code[temp]!;
  const isShared = (obj: Temp): boolean => /^(?:this|module)$/.test(analysis.places.of(ref, obj).root);
  if (i.op === 'setmember' || i.op === 'setindex' || i.op === 'delete') return isShared(i.obj);
  if (i.op === 'set') return facts.vars[i.v]!.owner === 0 && ref.fn !== 0;
  const callee = i.op === 'call' ? code[i.fn] : undefined;
  return callee?.op === 'member' && changesCollection(callee.name) && isShared(callee.obj);
}

/** Where a block's instructions stand; what finally does stands in several blocks. */
const starts = (fact: FunctionFact, b: BlockIndex): number[] => fact.code.slice(fact.blocks[b]!.from, fact.blocks[b]!.to).map((i) => i.s);

/**
 * Whether after a call something shared is still to be written, on every way on: a listener that throws, or looks, meets
 * it half done.
 */
export function writesAfter(analysis: Analysis, ref: FnRef, temp: Temp, isHeld: (temp: Temp) => boolean): boolean {
  const fact = analysis.values.fact(ref)!;
  const own = fact.blocks.findIndex((block) => temp >= block.from && temp < block.to);
  if (own < 0) return false;
  // What a handler around the call leads to is done whether or not a listener throws.
  const { handler } = fact.blocks[own]!;
  const anyway = new Set(handler === undefined ? [] : [...reach(fact, [handler], new Set(), false)].flatMap((b) => starts(fact, b)));
  const writes = (t: Temp): boolean => {
    return t !== temp && isHeld(t) && isSharedWrite(analysis, ref, t);
  };
  const writesFrom = (b: BlockIndex, from: Temp): boolean => {
    const { to } = fact.blocks[b]!;
    for (let t = from; t < to; t++) if (writes(t) && !anyway.has(fact.code[t]!.s)) return true;
    return false;
  };
  if (writesFrom(own, temp + 1)) return true;
  // The next round of a loop is another piece of work.
  const at = fact.code[temp]!.s;
  const heads = new Set(fact.loops.filter((loop) => at >= loop.s && at < loop.e).map((loop) => loop.head));
  const seen = new Set<BlockIndex>([own]);
  const pending: BlockIndex[] = [own];
  let found = false;
  while (pending.length > 0) {
    const b = pending.pop()!;
    if (fact.blocks[b]!.end.k === 'return') return false;
    for (const next of successors(fact, b, false)) {
      if (heads.has(next)) return false;
      if (seen.has(next)) continue;
      seen.add(next);
      if (writesFrom(next, fact.blocks[next]!.from)) found = true;
      else pending.push(next);
    }
  }
  return found;
}
