/**
 * Places that hold the promise of work, for all who need its result: `ready ??= this.#load()`. Who waits for such a
 * promise waits for the work, and the work must not.
 */
import type { BlockIndex, Instruction, Temp } from '../facts/ir.js';
import { continuesPromise } from '../../models/language.js';
import type { Analysis } from './analysis.js';
import type { Place } from './effect.js';
import type { FnRef } from './values.js';
import { successors } from './graph.js';
import { declaredIn, memberOf } from './places.js';
import { writesOf } from './uses.js';

/** Where the promise is made. */
export interface Production extends FnRef {
  readonly place: Place;
  /** The value that is put into the place. */
  readonly value: Temp;
}

export type Productions = ReadonlyMap<string, readonly Production[]>;

/** The productions of a file, by the identity of the place. */
export const productionsIn = (analysis: Analysis, file: string): Productions => analysis.answer('productions', { file, fn: 0 }, 0, () => findProductions(analysis, file));

function findProductions(analysis: Analysis, file: string): Productions {
  const facts = analysis.project.facts(file);
  if (!facts) return new Map();
  const found = new Map<string, Production[]>();
  const chains = new Set<string>();
  const put = (ref: FnRef, place: Place, value: Temp): void => {
    const id = idOf(place);
    if (isFedBy(analysis, ref, value, id)) chains.add(id);
    if (!isWork(analysis, ref, value)) return;
    const all = found.get(id);
    if (all) all.push({ ...ref, place, value });
    else found.set(id, [{ ...ref, place, value }]);
  };
  facts.functions.forEach((fact, fn) => {
    const ref = { file, fn };
    for (const i of fact.code) {
      const written = slotWritten(analysis, ref, i);
      if (written) put(ref, written.place, written.value);
    }
    if (fact.kind !== 'field' || fact.cls === undefined) return;
    const id = `T${file}#${fact.cls}.${fact.name}`;
    for (const { end } of fact.blocks) {
      if (end.k === 'return' && end.value !== undefined) put(ref, { id, text: `this.${fact.name}`, root: 'this', path: `.${fact.name}`, member: id }, end.value);
    }
  });
  // A chain of promises is fed with itself: a queue, which the shapes of home-grown locks tell.
  for (const id of chains) found.delete(id);
  return found;
}

/** What a function writes that outlives it and is no entry of a collection, and what it writes there. */
function slotWritten(analysis: Analysis, ref: FnRef, i: Instruction): { place: Place; value: Temp } | undefined {
  const { file, fn } = ref;
  const { functions, vars } = analysis.project.facts(file)!;
  if (i.op === 'setmember' && functions[fn]!.code[i.obj]?.op === 'this') {
    const id = analysis.places.memberId(ref, i.obj, i.name);
    return { place: { id, text: `this.${i.name}`, root: 'this', path: `.${i.name}`, member: id }, value: i.value };
  }
  if (i.op !== 'set') return undefined;
  const { owner, name, kind } = vars[i.v]!;
  if ((owner !== 0 && owner === fn) || kind === 'param') return undefined;
  return { place: { id: owner === 0 ? `M${file}#${i.v}` : `L${file}:${i.v}`, text: name, root: owner === 0 ? 'module' : 'closure' }, value: i.value };
}

/** Whether on every way to a place in a function something else has been written to the slot: what is there then is not what was. */
export function isWrittenBefore(analysis: Analysis, ref: FnRef, place: Place, before: Temp): boolean {
  const fact = analysis.values.fact(ref)!;
  const writes = fact.code.flatMap((i, temp) => {
    const written = slotWritten(analysis, ref, i);
    return written && idOf(written.place) === idOf(place) ? [temp] : [];
  });
  if (writes.length === 0) return false;
  const seen = new Set<BlockIndex>([0]);
  for (const b of seen) {
    const { from, to } = fact.blocks[b]!;
    const isHere = before >= from && before < to;
    if (writes.some((temp) => temp >= from && temp < (isHere ? before : to))) continue;
    if (isHere) return false;
    for (const next of successors(fact, b)) seen.add(next);
  }
  return true;
}

const idOf = (place: Place): string => memberOf(place) ?? place.id;

/** Whether a value is a promise of work of the project. */
function isWork(analysis: Analysis, ref: FnRef, value: Temp): boolean {
  const { calls } = analysis.awaitedValue(ref, value);
  return [...calls.keys()].some((call) => {
    const i = analysis.values.instruction({ ...ref, temp: call });
    if (i?.op !== 'call' || i.new) return false;
    const { targets, invokes } = analysis.outcome(ref, call);
    if (targets.some((target) => isAsync(analysis, target))) return true;
    return invokes.some((invocation) => invocation.awaited && invocation.value.some((ty) => ty.k === 'fn'));
  });
}

function isAsync(analysis: Analysis, target: FnRef): boolean {
  const fact = analysis.values.fact(target);
  if (!fact || fact.generator) return false;
  return Boolean(fact.async) || analysis.values.inferredReturn(target).some((ty) => ty.k === 'box' && ty.of === 'Promise');
}

/** Whether what the place held goes into what it gets: as what is waited for first, or as an argument. */
function isFedBy(analysis: Analysis, ref: FnRef, value: Temp, id: string): boolean {
  const reads = (temp: Temp): boolean => readsOf(analysis, ref, temp).some((read) => idOf(analysis.places.of(ref, read)) === id);
  const walk = (temp: Temp, depth: number): boolean => {
    const i = analysis.values.instruction({ ...ref, temp });
    if (!i || depth > 6) return false;
    if (i.op === 'join') return i.of.some((part) => walk(part, depth + 1));
    if (i.op === 'get') return writesOf(analysis.project.facts(ref.file)!, i.v).some((write) => write.fn === ref.fn && walk(write.value, depth + 1));
    if (i.op !== 'call') return false;
    const callee = analysis.values.instruction({ ...ref, temp: i.fn });
    if (i.args.some(reads)) return true;
    return callee?.op === 'member' && (reads(callee.obj) || walk(callee.obj, depth + 1));
  };
  return walk(value, 0);
}

/** Reads of places that a value is, or waits for. */
function readsOf(analysis: Analysis, ref: FnRef, value: Temp, depth = 0): Temp[] {
  const facts = analysis.project.facts(ref.file)!;
  const i = facts.functions[ref.fn]!.code[value];
  const into = (temp: Temp): Temp[] => (depth > 6 ? [] : readsOf(analysis, ref, temp, depth + 1));
  switch (i?.op) {
    case 'member':
      return [value];
    case 'get': {
      const variable = facts.vars[i.v]!;
      if (variable.owner === ref.fn && variable.owner !== 0 && variable.import === undefined) {
        return writesOf(facts, i.v).flatMap((write) => (write.fn === ref.fn ? into(write.value) : []));
      }
      return [value];
    }
    case 'join':
      return i.of.flatMap(into);
    case 'nonnull':
    case 'cast':
      return into(i.value);
    case 'array':
      return i.items.flatMap(into);
    case 'call': {
      const callee = facts.functions[ref.fn]!.code[i.fn];
      if (callee?.op !== 'member') return [];
      if (continuesPromise(callee.name)) return into(callee.obj);
      const isAll = callee.name === 'all' && analysis.places.text(ref, i.fn) === 'Promise.all';
      return isAll && i.args[0] !== undefined ? into(i.args[0]) : [];
    }
    default:
      return [];
  }
}

/** Shared promises of work that waiting for a value waits for. */
export function slotRead(analysis: Analysis, ref: FnRef, value: Temp): { place: Place; temp: Temp }[] {
  return readsOf(analysis, ref, value).flatMap((temp) => {
    const place = analysis.places.of(ref, temp);
    if (place.root !== 'this' && place.root !== 'module' && place.root !== 'closure') return [];
    const id = idOf(place);
    const file = declaredIn(id);
    return file !== undefined && productionsIn(analysis, file).has(id) ? [{ place, temp }] : [];
  });
}
