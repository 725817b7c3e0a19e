/** A field that is used under one lock nearly everywhere, used without it. */
import type { FileFacts, FnIndex, Instruction, Temp } from '../../facts/ir.js';
import type { Analysis } from '../analysis.js';
import type { LockRef } from '../effect.js';
import { concurrencyOf } from './concurrency.js';
import { DISPOSES, isEmptyValue } from './expressions.js';
import { locksOf } from './locks.js';
import { isShared, referencesOf, type Access } from './references.js';
import { AWAITED, isAwait, stretchesOf } from './stretches.js';
import { testsOf } from './tests.js';

export interface Unguarded {
  readonly access: Access;
  readonly guard: LockRef;
  /** One that uses it under the lock, over an await. */
  readonly other: Access;
  readonly total: number;
  readonly guarded: number;
  readonly certain: boolean;
}

/** Of the accesses in other functions, so many must be under the lock. */
const NEARLY_ALL = 0.75;

export function unguardedIn(analysis: Analysis, file: string): Unguarded[] {
  const facts = analysis.project.facts(file);
  if (!facts || !locksOf(analysis, file).any) return [];
  const locks = locksOf(analysis, file);
  const references = referencesOf(facts);
  const concurrency = concurrencyOf(facts);
  const byKey = new Map<string, Access[]>();
  for (const access of references.accesses.all) {
    const { root, path } = access.ref;
    if (!isShared(access.ref) || root.k === 'import' || root.k === 'global' || root.k === 'closure' || concurrency.isBirth(access.fn)) continue;
    if ((root.k === 'this' || root.k === 'static') && path.length > 1 && path[1] !== '[]') continue;
    const known = byKey.get(access.ref.key);
    if (known) known.push(access);
    else byKey.set(access.ref.key, [access]);
  }
  const found: Unguarded[] = [];
  for (const accesses of byKey.values()) {
    if (!accesses.some((a) => a.kind !== 'read' && a.kind !== 'has')) continue;
    const held = accesses.map((access) => locks.at(access.fn, access.temp));
    const guards = new Map<string, LockRef>();
    for (const one of held) for (const [id, lock] of one) if (lock.kind !== 'transaction') guards.set(id, lock);
    for (const [id, guard] of guards) {
      const under = accesses.filter((_, n) => held[n]!.has(id));
      if (new Set(under.map((a) => concurrency.taskOf(a.fn))).size < 2) continue;
      const other = under.find((access) => staysOverAwait(analysis, file, access, id));
      if (!other) continue;
      const outside = accesses.filter((_, n) => !held[n]!.has(id));
      for (const task of new Set(outside.map((a) => concurrency.taskOf(a.fn)))) {
        const rest = accesses.filter((a) => concurrency.taskOf(a.fn) !== task);
        const guarded = rest.filter((a) => under.includes(a)).length;
        // Looked at before the lock, and again under it: on purpose.
        if (under.some((a) => concurrency.taskOf(a.fn) === task)) continue;
        if (rest.length === 0 || guarded / rest.length < NEARLY_ALL) continue;
        const own = outside.filter((a) => concurrency.taskOf(a.fn) === task);
        const access = own[0]!;
        const upset = under.find((one) => isUpset(analysis, file, one.fn, one.ref.key, id, own));
        const certain = guard.certain && guard.kind !== 'distributed lock' && upset !== undefined && !isPassing(facts, access.fn, own);
        found.push({ access, guard, other: upset ?? other, total: accesses.length, guarded: under.length, certain });
      }
    }
  }
  return found;
}

const isWrite = ({ kind }: Access): boolean => kind !== 'read' && kind !== 'has';

/** A getter that only looks: statistics, a state to show. Or the end of the object, which nobody needs to wait for. */
const isPassing = (facts: FileFacts, fn: FnIndex, own: readonly Access[]): boolean => {
  const { kind, name } = facts.functions[fn]!;
  return (kind === 'get' && !own.some(isWrite)) || DISPOSES.test(name.replace(/^[#_]+/, ''));
};

/** Bits of the walk below: the section is in the middle of something, and has waited since. */
const BEGUN = 4;
const LEFT = 8;

/**
 * Whether what is done outside in the middle of a section does harm. A write does where the section uses the reference
 * on both sides of an await; a read does where the section leaves it half done over one: written and to be written
 * again, or ended and to be replaced while something is asked of it. A value that is replaced once can be read at any time: it is the old or the new.
 */
function isUpset(analysis: Analysis, file: string, fn: FnIndex, key: string, id: string, own: readonly Access[]): boolean {
  const facts = analysis.project.facts(file)!;
  const { code } = facts.functions[fn]!;
  const references = referencesOf(facts);
  const stretches = stretchesOf(facts);
  const locks = locksOf(analysis, file);
  const written = own.some(isWrite);
  const used = own.some((a) => facts.functions[a.fn]!.code.some((i) => i.op === 'member' && i.obj === a.temp));
  // Who only hands it on, or asks whether it is there, is prepared for nothing being there.
  const mayLack = !used || own.every((a) => testsOf(facts, a.fn).some((test) => test.ref.key === key));
  const touched = (temp: Temp, i: Instruction): readonly Access[] => {
    const parts = i.op === 'call' ? stretches.partsAt(fn, temp, i) : [];
    return [...references.accesses.at(fn, temp), ...parts.flatMap((part) => references.accesses.of(part.fn))].filter((a) => a.ref.key === key);
  };
  const begins = (temp: Temp, i: Instruction): boolean => {
    if (written) return touched(temp, i).length > 0;
    const callee = i.op === 'call' ? code[i.fn] : undefined;
    if (used && callee?.op === 'member' && DISPOSES.test(callee.name) && references.of(fn, callee.obj)?.key === key) return true;
    return touched(temp, i).some((a) => isWrite(a) && !(mayLack && a.value !== undefined && isEmptyValue(facts, a.fn, a.value)));
  };
  let upset = false;
  stretches.walk(fn, 0, undefined, 0, {
    at(state, at, temp, i) {
      if ((state & LEFT) !== 0 && touched(temp, i).some((a) => written || isWrite(a))) upset = true;
      if (upset) return undefined;
      if (isAwait(facts.functions[at]!, i)) return locks.at(at, temp).has(id) && (state & BEGUN) !== 0 ? state | LEFT : state & ~(BEGUN | LEFT);
      return locks.at(at, temp).has(id) && begins(temp, i) ? state | BEGUN : state;
    },
    deep: false,
  });
  return upset;
}

/** Whether the lock is held over an await after the access: only then can anybody come in between. */
function staysOverAwait(analysis: Analysis, file: string, access: Access, id: string): boolean {
  const facts = analysis.project.facts(file)!;
  const locks = locksOf(analysis, file);
  let stays = false;
  let again = access.kind !== 'read' && access.kind !== 'has';
  stretchesOf(facts).walkAfter(access.fn, access.temp, 0, {
    at(state, at, temp, i) {
      if (at !== access.fn) return state;
      if ((state & AWAITED) !== 0) {
        if (referencesOf(facts).accesses.at(at, temp).some((a) => a.ref.key === access.ref.key)) again = true;
        return state;
      }
      if (i.op === 'await' && locks.at(at, temp).has(id)) stays = true;
      return state;
    },
    deep: false,
  });
  return stays && again;
}
