/** A field that is used under one lock nearly everywhere, used without it. */
import type { FnIndex } from '../../facts/ir.js';
import type { Analysis } from '../analysis.js';
import type { LockRef } from '../effect.js';
import { concurrencyOf } from './concurrency.js';
import { locksOf } from './locks.js';
import { isShared, referencesOf, type Access } from './references.js';
import { AWAITED, stretchesOf } from './stretches.js';
import { isInitial } from './writers.js';

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
    if (!isShared(access.ref) || root.k === 'import' || root.k === 'global' || isInitial(facts, access)) continue;
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
        const [access] = outside.filter((a) => concurrency.taskOf(a.fn) === task);
        found.push({ access: access!, guard, other, total: accesses.length, guarded: under.length, certain: guard.certain && !isGlance(facts.functions[access!.fn]!.kind, access!.fn, outside) });
      }
    }
  }
  return found;
}

/** A getter that only looks: statistics, a state to show. */
const isGlance = (kind: string, fn: FnIndex, outside: readonly Access[]): boolean =>
  kind === 'get' && outside.filter((a) => a.fn === fn).every((a) => a.kind === 'read' || a.kind === 'has');

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
