/** A field that is used under one lock nearly everywhere, used without it. */
import type { FileFacts, FnIndex, Instruction, Temp } from '../../facts/ir.js';
import type { Analysis } from '../analysis.js';
import { callerHolds, guardedBy, lastName } from '../conventions.js';
import type { LockRef } from '../effect.js';
import { memberOf } from '../places.js';
import { callsWith, closureIn } from '../uses.js';
import type { FnRef } from '../values.js';
import { callSitesOf } from './call-sites.js';
import { concurrencyOf } from './concurrency.js';
import { exportedVariable } from './exported.js';
import { DISPOSES, isEmptyValue } from './expressions.js';
import { locksOf } from './locks.js';
import { isFresh } from './overlap.js';
import { isShared, referencesOf, type Access, type Reference } from './references.js';
import { AWAITED, isAwait, stretchesOf } from './stretches.js';
import { testsOf } from './tests.js';
import { isInitial } from './writers.js';

export interface Unguarded {
  readonly access: Access;
  readonly guard: LockRef;
  /** One that uses it under the lock, over an await. */
  readonly other: Use;
  readonly total: number;
  readonly guarded: number;
  readonly certain: boolean;
  /** `@guardedBy` says so. */
  readonly declared: boolean;
}

/** An access, and what is held there. */
export interface Use {
  readonly file: string;
  readonly access: Access;
  readonly held: ReadonlyMap<string, LockRef>;
  /** The same for the accesses of one task. */
  readonly task: string;
}

/** Of the accesses in other functions, so many must be under the lock. */
const NEARLY_ALL = 0.75;

/** What such a lock guards is outside: a field of one process it says little of. */
const BETWEEN_PROCESSES: ReadonlySet<LockRef['kind']> = new Set<LockRef['kind']>(['distributed lock', 'file lock']);

export function unguardedIn(analysis: Analysis, file: string): Unguarded[] {
  const facts = analysis.project.facts(file);
  if (!facts) return [];
  const found: Unguarded[] = [];
  for (const uses of usesIn(analysis, file, facts)) {
    if (!uses.some((use) => isWrite(use.access))) continue;
    const said = guardedBy(analysis, file, uses.find((use) => use.file === file)!.access.ref);
    const guards = new Map<string, { guard: LockRef; of: string }>();
    for (const use of uses) for (const [id, guard] of use.held) if (guard.kind !== 'transaction' && !guards.has(id)) guards.set(id, { guard, of: use.file });
    for (const [id, { guard, of }] of guards) {
      const under = uses.filter((use) => use.held.has(id) || (use.file !== of && holdsMember(use.held, guard)));
      const declared = said !== undefined && lastName(guard.place.text) === said;
      if (!declared && new Set(under.map(({ task }) => task)).size < 2) continue;
      const other = under.find((use) => staysOverAwait(analysis, use, id)) ?? (declared ? under[0] : undefined);
      if (!other) continue;
      const outside = uses.filter((use) => use.file === file && !under.includes(use) && !callerHolds(analysis, { file, fn: use.access.fn }) && !isInSectionOfUnknown(analysis, { file, fn: use.access.fn }));
      for (const task of new Set(outside.map((use) => use.task))) {
        const rest = uses.filter((use) => use.task !== task);
        const guarded = rest.filter((use) => under.includes(use)).length;
        // Looked at before the lock, and again under it: on purpose.
        if (under.some((use) => use.task === task)) continue;
        if (!declared && (rest.length === 0 || guarded / rest.length < NEARLY_ALL)) continue;
        const own = outside.filter((use) => use.task === task).map((use) => use.access);
        const access = own[0]!;
        const upset = under.find((use) => isUpset(analysis, use, id, facts, own));
        // More uses without it than with it: held there for something else.
        const prevails = under.length > own.length;
        const certain = declared ? guard.certain : guard.certain && prevails && !BETWEEN_PROCESSES.has(guard.kind) && upset !== undefined && !isPassing(facts, access.fn, own) && !isFlag(facts, uses, file) && !isWaitedFor(analysis, uses) && !isCalledUnder(analysis, { file, fn: access.fn }, id, 0);
        found.push({ access, guard, other: upset ?? other, total: uses.length, guarded: under.length, certain, declared });
      }
    }
  }
  return found;
}

/** Whether it is passed to what takes a lock by its name, on an object of which nothing is known: it may be the guard. */
function isInSectionOfUnknown(analysis: Analysis, { file, fn }: FnRef): boolean {
  const { functions } = analysis.project.facts(file)!;
  for (let at = fn; functions[at]!.parent >= 0; at = functions[at]!.parent) {
    const { parent } = functions[at]!;
    const { code } = functions[parent]!;
    const site = closureIn(functions[parent]!, at);
    for (const { call } of site === undefined ? [] : callsWith(functions[parent]!, site)) {
      const called = code[call];
      const callee = called?.op === 'call' ? code[called.fn] : undefined;
      if (callee?.op === 'member' && analysis.takerNames.names.has(callee.name) && analysis.values.of({ file, fn: parent }, callee.obj).every(({ k }) => k === 'param')) return true;
    }
  }
  return false;
}

/** The lock of the same field, which another file names in other words. */
function holdsMember(held: Use['held'], { place }: LockRef): boolean {
  const member = memberOf(place);
  return member !== undefined && [...held.values()].some((lock) => memberOf(lock.place) === member);
}

/** What the file shares, and all uses of each: its own, and of an exported variable those in the files next to it. */
function usesIn(analysis: Analysis, file: string, facts: FileFacts): readonly Use[][] {
  const locks = locksOf(analysis, file);
  const byKey = new Map<string, Use[]>();
  const imported = new Map<string, Reference>();
  for (const access of referencesOf(facts).accesses.all) {
    const { ref } = access;
    const { root, path } = ref;
    if (!isShared(ref) || root.k === 'global' || (!locks.any && root.k !== 'import') || concurrencyOf(facts).isBirth(access.fn) || isInitial(facts, access)) continue;
    if ((root.k === 'this' || root.k === 'static') && path.length > 1 && path[1] !== '[]') continue;
    if (root.k === 'import') imported.set(ref.key, ref);
    add(byKey, ref.key, useOf(analysis, file, access));
  }
  if (locks.any) for (const { key, use } of usesOfOthers(analysis, file, facts, byKey)) add(byKey, key, use);
  const next = imported.size > 0 ? neighboursOf(analysis, file) : [];
  for (const [key, ref] of imported) {
    const others = usesElsewhere(analysis, file, ref, next);
    if (others.length === 0) byKey.delete(key);
    for (const use of others) add(byKey, key, use);
  }
  return [...byKey.values()];
}

function add(to: Map<string, Use[]>, key: string, use: Use): void {
  const known = to.get(key);
  if (known) known.push(use);
  else to.set(key, [use]);
}

const useOf = (analysis: Analysis, file: string, access: Access): Use => ({
  file,
  access,
  held: locksOf(analysis, file).at(access.fn, access.temp),
  task: `${file}:${concurrencyOf(analysis.project.facts(file)!).taskOf(access.fn)}`,
});

/** Uses of a field of another object of a class of this file, `other.size`: only a lock of that object guards it. */
function usesOfOthers(analysis: Analysis, file: string, facts: FileFacts, own: ReadonlyMap<string, readonly Use[]>): { key: string; use: Use }[] {
  return referencesOf(facts).accesses.all.flatMap((access) => {
    const { fn, temp, ref } = access;
    const { root, path } = ref;
    const i = facts.functions[fn]!.code[temp]!;
    if ((root.k !== 'param' && root.k !== 'local') || path.length !== 1 || (i.op !== 'member' && i.op !== 'setmember') || concurrencyOf(facts).isBirth(fn)) return [];
    const classes = facts.classes.flatMap((_, cls) => (own.has(`T${cls}.${path[0]}`) ? [cls] : []));
    if (classes.length === 0) return [];
    const at = { file, fn };
    const [cls] = classes.filter((one) => analysis.values.of(at, i.obj).some((ty) => ty.k === 'instance' && ty.file === file && ty.cls === one));
    if (cls === undefined || isFresh(analysis, at, i.obj)) return [];
    const { name } = facts.vars[root.v]!;
    const held = [...locksOf(analysis, file).at(fn, temp).values()].flatMap((lock): [string, LockRef][] => {
      const member = lock.place.text.startsWith(`${name}.`) ? memberOf(lock.place) : undefined;
      return member === undefined ? [] : [[member, lock]];
    });
    return [{ key: `T${cls}.${path[0]}`, use: { file, access, held: new Map(held), task: `${file}:${concurrencyOf(facts).taskOf(fn)}:${root.v}` } }];
  });
}

/** The files that a file imports and that take locks. */
const neighboursOf = (analysis: Analysis, file: string): string[] =>
  [...new Set(analysis.imports.of(file))].filter((one) => one !== file && analysis.look(one).locks);

/** Uses of a variable that one file exports and another imports: there, and in the files next to it that take locks. */
function usesElsewhere(analysis: Analysis, file: string, ref: Reference, neighbours: readonly string[]): Use[] {
  const home = dataOf(analysis, file, ref);
  if (!home) return [];
  // Without a lock there is no guard.
  if (neighbours.length === 0 && !locksOf(analysis, file).any) return [];
  const next = new Set(home.file === file ? neighbours : [home.file, ...neighbours]);
  const key = `${home.file}:${home.v}${restOf(ref)}`;
  return [...next].flatMap((one) => (usesByHome(analysis, one).get(key) ?? []).map((access) => useOf(analysis, one, access)));
}

/** What comes after the variable in a reference's key. */
const restOf = ({ key, root }: Reference): string => key.slice(`V${(root as { v: number }).v}`.length);

/** A file's accesses to variables of modules, its own and others', by the file and number of the variable and what of it is meant. */
function usesByHome(analysis: Analysis, file: string): ReadonlyMap<string, readonly Access[]> {
  return analysis.answer('usesByHome', { file, fn: 0 }, 0, () => {
    const found = new Map<string, Access[]>();
    const facts = analysis.project.facts(file);
    if (!facts) return found;
    for (const access of referencesOf(facts).accesses.all) {
      const { root } = access.ref;
      if ((root.k !== 'import' && root.k !== 'module') || concurrencyOf(facts).isBirth(access.fn)) continue;
      const home = root.k === 'module' ? { file, v: root.v } : dataOf(analysis, file, access.ref);
      if (!home) continue;
      const key = `${home.file}:${home.v}${restOf(access.ref)}`;
      const known = found.get(key);
      if (known) known.push(access);
      else found.set(key, [access]);
    }
    return found;
  });
}

/** The variable that an import is, where it holds data. */
function dataOf(analysis: Analysis, file: string, ref: Reference): { file: string; v: number } | undefined {
  const exported = exportedVariable(analysis, file, ref);
  if (!exported) return undefined;
  const { fn, cls, kind } = analysis.project.facts(exported.file)!.vars[exported.v]!;
  return fn === undefined && cls === undefined && kind !== 'function' && kind !== 'class' ? exported : undefined;
}

const isWrite = ({ kind }: Access): boolean => kind !== 'read' && kind !== 'has';

/** Something that is only ever on or off, and looked at here: it tells who is at work to those who are not. */
const isFlag = (facts: FileFacts, uses: readonly Use[], file: string): boolean => {
  const writes = uses.filter((use) => isWrite(use.access));
  return writes.every(({ file: where, access: { fn, value } }) => where === file && value !== undefined && facts.functions[fn]!.code[value]?.op === 'const');
};

/** Promises by hand, which somebody has to settle while the section waits for them. */
const isWaitedFor = (analysis: Analysis, uses: readonly Use[]): boolean =>
  uses.some(({ file, access: { fn, value } }) => {
    const made = value === undefined ? [] : analysis.values.of({ file, fn }, value);
    return made.some((ty) => ty.k === 'instance' && analysis.project.facts(ty.file)!.classes[ty.cls]!.members.some((m) => m.name === 'resolve' && m.kind !== 'get'));
  });

/** Others may call it, but all who do in the project hold the lock. */
function isCalledUnder(analysis: Analysis, ref: FnRef, id: string, depth: number): boolean {
  const { sites, open } = callSitesOf(analysis, ref);
  return !open && sites.length > 0 && sites.every((site) => locksOf(analysis, site.file).at(site.fn, site.temp).has(id) || (depth < 2 && isCalledUnder(analysis, site, id, depth + 1)));
}

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
function isUpset(analysis: Analysis, { file, access: { fn, ref: { key } } }: Use, id: string, there: FileFacts, own: readonly Access[]): boolean {
  const facts = analysis.project.facts(file)!;
  const { code } = facts.functions[fn]!;
  const references = referencesOf(facts);
  const stretches = stretchesOf(facts);
  const locks = locksOf(analysis, file);
  const written = own.some(isWrite);
  const used = own.some((a) => there.functions[a.fn]!.code.some((i) => i.op === 'member' && i.obj === a.temp));
  // Who only hands it on, or asks whether it is there, is prepared for nothing being there.
  const mayLack = !used || own.every((a) => testsOf(there, a.fn).some((test) => test.ref.key === a.ref.key));
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
function staysOverAwait(analysis: Analysis, { file, access }: Use, id: string): boolean {
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
