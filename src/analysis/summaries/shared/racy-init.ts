/** Check, await, assign: two calls both find a shared reference empty, and both fill it; or one sees it half made. */
import type { BlockIndex, FnIndex, Instruction, InstructionOf, Temp } from '../../facts/ir.js';
import { COMPLETE, ENDS, goesOn, LETS_ONE_IN, OVER } from '../../../models/names.js';
import type { Analysis } from '../analysis.js';
import { callsWith, closureIn, operandsOf, writesOf } from '../uses.js';
import { ofRecent } from '../recent.js';
import type { FnRef } from '../values.js';
import { callSitesOf } from './call-sites.js';
import { concurrencyOf } from './concurrency.js';
import { isEmptyValue, partsOf, plain } from './expressions.js';
import { locksOf } from './locks.js';
import { isResourceAt, isSlot } from './natures.js';
import { isStepOfLife, overlapsItself, scopeOf } from './overlap.js';
import { isSame, isShared, referencesOf, type Access, type Reference } from './references.js';
import { ASSUMED, AWAITED, isAwait, stretchesOf } from './stretches.js';
import { testsOf, type Test } from './tests.js';

export interface RacyInit {
  readonly test: Test;
  /** The assignment, or where it stands in another function the call that leads there. */
  readonly fn: FnIndex;
  readonly temp: Temp;
  readonly write: Access;
  /** It is assigned before it is ready. */
  readonly early: boolean;
  readonly certain: boolean;
}

export function racyInits(analysis: Analysis, file: string): RacyInit[] {
  const facts = analysis.project.facts(file);
  if (!facts) return [];
  const found = new Map<string, RacyInit>();
  facts.functions.forEach((fact, fn) => {
    if (fact.bodiless || fact.kind === 'module') return;
    for (const test of testsOf(facts, fn)) {
      if (test.loose || !mayBeShared(test.ref) || !isFilled(facts, test.ref)) continue;
      for (const one of racesFrom(analysis, file, test)) {
        const key = `${one.fn}:${one.temp}`;
        if (found.get(key)?.certain !== true) found.set(key, one);
      }
    }
  });
  return oneOfEach([...found.values()]);
}

/** Of assignments on several ways from the checks of one function the first that is certain: whoever mends that mends them all. */
function oneOfEach(found: readonly RacyInit[]): RacyInit[] {
  const first = new Map<string, RacyInit>();
  for (const one of [...found].sort((a, b) => a.fn - b.fn || a.temp - b.temp)) {
    const key = `${one.test.fn}:${one.test.ref.key}`;
    if (first.get(key) === undefined || (one.certain && !first.get(key)!.certain)) first.set(key, one);
  }
  return [...first.values()];
}

/** A part of what the function is given may be shared; who gives it is asked when there is something to tell. */
const mayBeShared = (ref: Reference): boolean => isShared(ref) || (ref.root.k === 'param' && ref.path.length > 0);

const isFilled = (facts: Facts, { key }: Reference): boolean => referencesOf(facts).accesses.to(key).some(({ kind }) => kind === 'write' || kind === 'put');

/** A part of what the function is given, where somebody gives it an entry of a collection that others can reach, too. */
function isGivenShared(analysis: Analysis, file: string, { root, path }: Reference): boolean {
  if (root.k !== 'param' || path.length === 0) return false;
  const { owner, param } = analysis.project.facts(file)!.vars[root.v]!;
  if (param === undefined) return false;
  return callSitesOf(analysis, { file, fn: owner }).sites.some((site) => {
    const facts = analysis.project.facts(site.file)!;
    const call = facts.functions[site.fn]!.code[site.temp];
    const given = call?.op === 'call' && call.args[param] !== undefined ? referencesOf(facts).of(site.fn, call.args[param]) : undefined;
    return given !== undefined && isShared(given) && given.path.at(-1) === '[]';
  });
}

function racesFrom(analysis: Analysis, file: string, test: Test): RacyInit[] {
  const facts = analysis.project.facts(file)!;
  const concurrency = concurrencyOf(facts);
  const references = referencesOf(facts);
  const stretches = stretchesOf(facts);
  const { fn } = test;
  const hits: { write: Access; early: boolean; assumed: boolean }[] = [];
  const { blocks } = facts.functions[fn]!;
  const fillers = new Set<FnIndex>();
  stretches.walk(fn, test.empty, undefined, 0, {
    at(state, at, temp, i) {
      // The next turn of a loop looks anew.
      if (at === fn && temp === test.read) return undefined;
      // What was called has filled it, in the same stretch.
      if (i.op === 'call' && fillers.size > 0 && (state & AWAITED) === 0 && stretches.partsAt(at, temp, i).some((part) => !part.later && fillers.has(part.fn))) return undefined;
      if ((state & AWAITED) === 0 && isDisabled(facts, at, i)) return undefined;
      if (i.op === 'call' && (state & AWAITED) === 0 && (slotsIn(facts, at).get(`${at}:${temp}`) ?? test.ref.key) !== test.ref.key) return undefined;
      for (const access of references.accesses.at(at, temp)) {
        if (access.kind === 'read' || access.kind === 'has') continue;
        const same = at === fn || test.ref.entry === undefined || access.ref.entry === undefined ? access.ref.key === test.ref.key && (at !== fn || isSame(access.ref, test.ref)) : access.ref.key === test.ref.key;
        if (!same) {
          if ((state & AWAITED) === 0 && slotsIn(facts, at).has(`${at}:${temp}`) && access.ref.key !== test.ref.key) return undefined;
          continue;
        }
        const further = access.kind === 'put' && isAdded(facts, at, temp) && facts.functions[fn]!.code[test.read]?.op === 'index';
        const fills = !further && (access.kind === 'write' || access.kind === 'put') && access.value !== undefined && settles(analysis, file, test, access);
        if (fills && (state & AWAITED) !== 0) hits.push({ write: access, early: false, assumed: (state & ASSUMED) !== 0 });
        else if (fills && at !== fn) fillers.add(at);
        return undefined;
      }
      return state;
    },
    side(state, at, block, to) {
      // So does what stands before the check in the next turn.
      if (at === fn && blocks[to]!.from <= test.read && blocks[block]!.from >= test.read) return undefined;
      // What another check of it leads to is that one's own.
      if (testsOf(facts, at).some((other) => other.block === block && !other.loose && other.ref.key === test.ref.key && (at !== fn || other.read !== test.read))) return undefined;
      if ((state & AWAITED) === 0) return state;
      return asksAgain(facts, at, block, test) ? undefined : state;
    },
  });
  const early = hits.length === 0 ? publishedEarly(analysis, file, test) : undefined;
  if (early) hits.push({ write: early, early: true, assumed: false });
  if (hits.length === 0 || !(isShared(test.ref) || isGivenShared(analysis, file, test.ref))) return [];
  const task = concurrency.taskOf(fn);
  if (!concurrency.overlapsItself(task) || isKeptPart(facts, fn, task) || isExcluded(facts, test) || isTakenOut(facts, test)) return [];
  const again = isSecondCheck(facts, test);
  const locks = locksOf(analysis, file);
  const found = hits.flatMap(({ write, early: isEarly, assumed }): RacyInit[] => {
    const before = locks.at(fn, test.read);
    if (before.size > 0) {
      const after = locks.at(write.fn, write.temp);
      if ([...before.keys()].some((id) => after.has(id))) return [];
    }
    if (isIdempotent(facts, write) || isOneForAll(facts, write) || isBusyUnderLock(analysis, file, write)) return [];
    if (!isEarly && (isElsewhere(facts, test, write) || isPutBack(facts, test, write) || isKeptMeanwhile(facts, test, write))) return [];
    if (isEarly) return [{ test, fn: write.fn, temp: write.temp, write, early: true, certain: !isRefused(facts, test) && !isOnlyTold(facts, test) && !isWaitedFor(facts, test) }];
    const certain = (!assumed && !again && !isRefused(facts, test) && !isAskedFor(facts, test) && takesTime(analysis, file, test, write) && !locks.isSection(test.fn) && !isLetInAlone(facts, task) && matters(analysis, file, test, write));
    return [{ test, fn: write.fn, temp: write.temp, write, early: false, certain }];
  });
  return found.length > 0 && overlapsItself(analysis, { file, fn: task }, scopeOf(analysis, file, test.ref)) ? found : [];
}

type Facts = NonNullable<ReturnType<Analysis['project']['facts']>>;

/** One more of a list, which fills no place that was asked for. */
function isAdded(facts: Facts, fn: FnIndex, temp: Temp): boolean {
  const { code } = facts.functions[fn]!;
  const i = code[temp];
  const callee = i?.op === 'call' ? code[i.fn] : undefined;
  return callee?.op === 'member' && (callee.name === 'push' || callee.name === 'unshift');
}

/** Whether a write makes the test come out the other way. */
function settles(analysis: Analysis, file: string, test: Test, write: Access): boolean {
  const facts = analysis.project.facts(file)!;
  const value = write.value!;
  const i = plain(facts, write.fn, value);
  if (test.constant === undefined) return !isEmptyValue(facts, write.fn, value) && !isCounted(facts, write);
  if (i?.op !== 'const') return false;
  return test.not ? i.value === test.constant : false;
}

/** `this.count += 1`, `[...list, item]`: not what was missing, but more of what is there. */
function isCounted(facts: Facts, write: Access): boolean {
  for (const part of partsOf(facts, write.fn, write.value!, false)) {
    for (const access of referencesOf(facts).accesses.at(write.fn, part)) if (access.kind === 'read' && access.ref.key === write.ref.key && write.kind === 'write') return true;
  }
  return false;
}

/** `button.disabled = true`: nobody can ask for it a second time. */
const isDisabled = (facts: Facts, fn: FnIndex, i: Instruction): boolean =>
  i.op === 'setmember' && i.name === 'disabled' && isTrue(facts.functions[fn]!.code[i.value]);

const isTrue = (i: Instruction | undefined): boolean => i?.op === 'const' && i.value === true;

/** Who finds it set fails at once, or is told off and no more: a check against wrong use, which does not expect two calls at a time. */
function isRefused(facts: Facts, { fn, full }: Test): boolean {
  const { blocks, code } = facts.functions[fn]!;
  const { from, to, end } = blocks[full]!;
  if (end.k === 'throw' || (end.k === 'goto' && blocks[end.to]!.end.k === 'throw' && to === from)) return true;
  if (end.k !== 'return') return false;
  let told = false;
  for (let temp = from; temp < to; temp++) {
    const i = code[temp]!;
    const callee = i.op === 'call' ? code[i.fn] : undefined;
    const tells = callee?.op === 'member' && /^(?:warn|error)$/.test(callee.name);
    if (tells) told = true;
    else if (i.op === 'await' || (i.op === 'call' && referencesOf(facts).of(fn, temp) === undefined)) return false;
  }
  return told;
}

/** Whoever finds it set tells it something without a word, such as to show itself or to stop, and wants nothing of it. */
function isOnlyTold(facts: Facts, { fn, ref, full }: Test): boolean {
  const { code, blocks } = facts.functions[fn]!;
  const references = referencesOf(facts);
  const isTold = (read: Temp): boolean =>
    code.some((i, temp) => i.op === 'member' && i.obj === read && code.some((call, t) => call.op === 'call' && call.fn === temp && (ENDS.test(i.name) || (call.args.length === 0 && !isTaken(facts, fn, t)))));
  let told = false;
  let used = false;
  stretchesOf(facts).walk(fn, full, undefined, 0, {
    at(state, at, temp) {
      for (const access of references.accesses.at(at, temp)) {
        if (access.ref.key !== ref.key) continue;
        if (access.kind !== 'read') return undefined;
        if (isTold(temp)) told = true;
        else used = true;
      }
      const { end, to } = blocks[stretchesOf(facts).blockOf(fn, temp)!]!;
      if (temp === to - 1 && end.k === 'return' && end.value !== undefined && code[end.value]?.op !== 'undefined') used = true;
      return state;
    },
    deep: false,
  });
  return told && !used;
}

/** `if (this.started) { await this.starting; return; }`: whoever finds it set waits for the promise of the work, which is kept beside it. */
function isWaitedFor(facts: Facts, { fn, full }: Test): boolean {
  const references = referencesOf(facts);
  const kept = new Set(references.accesses.of(fn).flatMap((a) => (a.kind === 'write' && isShared(a.ref) && plain(facts, fn, a.value!)?.op === 'call' ? [a.ref.key] : [])));
  let waits = false;
  stretchesOf(facts).walk(fn, full, undefined, 0, {
    at(state, at, _, i) {
      const awaited = i.op === 'await' ? references.of(at, i.value)?.key : undefined;
      waits ||= awaited !== undefined && kept.has(awaited);
      return isAwait(facts.functions[at]!, i) ? undefined : state;
    },
    deep: false,
  });
  return waits;
}

/** Whether anything is done with what an instruction gives. */
function isTaken(facts: Facts, fn: FnIndex, temp: Temp): boolean {
  const { code, blocks } = facts.functions[fn]!;
  return code.some((i) => operandsOf(i).includes(temp)) || blocks.some(({ end }) => (end.k === 'return' || end.k === 'throw' ? end.value === temp : end.k === 'branch' && end.on === temp));
}

/** `@gate() async ready() { … }` */
const isLetInAlone = (facts: Facts, fn: FnIndex): boolean => {
  const { cls } = facts.functions[fn]!;
  const member = cls === undefined ? undefined : facts.classes[cls]!.members.find((m) => m.fn === fn);
  return member?.decorators?.some((name) => LETS_ONE_IN.test(name)) === true;
};

/** A flag that is set by what others call by itself: its end, say. It says something else than that this work is done. */
function isElsewhere(facts: Facts, test: Test, { fn, value }: Access): boolean {
  const concurrency = concurrencyOf(facts);
  return fn !== test.fn && plain(facts, fn, value!)?.op === 'const' && !concurrency.isInside(fn, test.fn) && concurrency.callers(fn).escapes;
}

/** `const list = lists.get(key) ?? []; …; lists.set(key, list)`: what was there is put there once more, and nothing into it. */
function isPutBack(facts: Facts, test: Test, write: Access): boolean {
  const value = write.fn === test.fn ? plain(facts, write.fn, write.value!) : undefined;
  if (value?.op !== 'join') return false;
  const references = referencesOf(facts);
  const was = (temp: Temp): boolean => references.accesses.at(write.fn, temp).some((a) => a.kind === 'read' && a.ref.key === test.ref.key);
  if (!value.of.some(was) || !value.of.every((temp) => was(temp) || isEmptyValue(facts, write.fn, temp))) return false;
  const kept = facts.functions[write.fn]!.code[write.value!];
  return !references.accesses.of(write.fn).some((a) => a.kind === 'put' && a.ref.root.k === 'local' && kept?.op === 'get' && a.ref.root.v === kept.v);
}

/** `this.opening = (async () => { … })()`, where whoever finds that there does not come as far: it runs for one at a time. */
function isKeptPart(facts: Facts, fn: FnIndex, task: FnIndex): boolean {
  const concurrency = concurrencyOf(facts);
  for (let at = fn; at !== task; at = facts.functions[at]!.parent) {
    const { sites, escapes } = concurrency.callers(at);
    if (!escapes && sites.length === 1 && concurrency.isKept(sites[0]!)) return true;
  }
  return false;
}

/** `this.opening = this.open()`, where the work itself sets it anew at its end: meanwhile its promise is there. */
function isKeptMeanwhile(facts: Facts, { fn, ref }: Test, write: Access): boolean {
  if (write.fn === fn) return false;
  const { code } = facts.functions[fn]!;
  return referencesOf(facts).accesses.of(fn).some((a) => {
    const value = (a.kind === 'write' || a.kind === 'put') && a.ref.key === ref.key && a.value !== undefined ? plain(facts, fn, a.value) : undefined;
    return value?.op === 'call' && leadsInto(facts, fn, code.indexOf(value), value, new Set([write.fn]), 0);
  });
}

/** `let x = table.get(key); if (x?.isOther) x = undefined; if (!x) …`: whether it is there is only a part of the question. */
const isAskedFor = (facts: Facts, { fn, local, read }: Test): boolean =>
  local !== undefined && writesOf(facts, local).some((write) => write.fn === fn && write.temp > read && isEmptyValue(facts, fn, write.value));

/** Whether another call can come in between: only at once, where nothing is waited for but functions of the project that wait for nothing. */
function takesTime(analysis: Analysis, file: string, { fn, read }: Test, write: Access): boolean {
  if (write.fn !== fn) return true;
  const { code } = analysis.project.facts(file)!.functions[fn]!;
  const awaited = code.flatMap((i, temp) => (i.op === 'await' && temp > read && temp < write.temp ? [i.value] : []));
  return awaited.length === 0 || awaited.some((value) => !isOverAtOnce(analysis, { file, fn }, value));
}

function isOverAtOnce(analysis: Analysis, ref: FnRef, awaited: Temp): boolean {
  const { values } = analysis;
  if (values.instruction({ ...ref, temp: awaited })?.op !== 'call') return false;
  const targets = analysis.targets(ref, awaited);
  return targets.length > 0 && targets.every((target) => {
    const fact = values.fact(target);
    if (fact?.async !== true || fact.generator === true || fact.bodiless === true) return false;
    if (fact.code.some((i) => i.op === 'await' || (i.op === 'iterate' && i.async === true))) return false;
    return fact.blocks.every(({ end }) => {
      if (end.k !== 'return' || end.value === undefined) return true;
      const given = values.of(target, end.value);
      return given.length > 0 && given.every(({ k }) => k === 'instance' || k === 'constant' || k === 'primitive' || k === 'object');
    });
  });
}

/** What is found in a collection is taken: out of it, or by marking it. Each caller needs one of its own. */
function isTakenOut(facts: Facts, test: Test): boolean {
  if (test.ref.path.at(-1) !== '[]' || test.ref.entry !== undefined) return false;
  const references = referencesOf(facts);
  let taken = false;
  stretchesOf(facts).walk(test.fn, test.full, undefined, 0, {
    at(state, at, temp, i) {
      if (isAwait(facts.functions[at]!, i)) return undefined;
      taken ||= references.accesses.at(at, temp).some((a) => (a.kind === 'drop' && a.ref.key === test.ref.key) || (a.kind === 'write' && a.ref.key.startsWith(`${test.ref.key}.`)));
      return state;
    },
    deep: false,
  });
  return taken;
}

/**
 * `if (!x) await run(async () => { if (!x) … })`: asked again in a function that was passed on for just that. Whoever
 * wrote it relies on one such function running at a time.
 */
function isSecondCheck(facts: Facts, { fn, ref }: Test): boolean {
  const { parent } = facts.functions[fn]!;
  const site = parent < 0 ? undefined : closureIn(facts.functions[parent]!, fn);
  if (site === undefined) return false;
  const calls = new Set(callsWith(facts.functions[parent]!, site).map(({ call }) => call));
  return testsOf(facts, parent).some((outer) => {
    if (outer.ref.key !== ref.key) return false;
    let leads = false;
    stretchesOf(facts).walk(parent, outer.empty, undefined, 0, {
      at(state, at, temp) {
        leads ||= at === parent && calls.has(temp);
        return state;
      },
      deep: false,
    });
    return leads;
  });
}

/** A flag that is set under a lock and taken back before its release: it says who holds the lock. */
function isBusyUnderLock(analysis: Analysis, file: string, write: Access): boolean {
  const locks = locksOf(analysis, file);
  const facts = analysis.project.facts(file)!;
  if (!locks.any || plain(facts, write.fn, write.value!)?.op !== 'const') return false;
  const held = locks.at(write.fn, write.temp);
  if (held.size === 0) return false;
  return referencesOf(facts)
    .accesses.of(write.fn)
    .some((a) => a.kind === 'write' && a.temp > write.temp && a.ref.key === write.ref.key && isEmptyValue(facts, a.fn, a.value!) && [...locks.at(a.fn, a.temp).keys()].some((id) => held.has(id)));
}

/**
 * Places where a function tests another reference and sets it in the same stretch, and which: whoever comes next is
 * turned away. A state may be set by a function that is called for it.
 */
const slotsOf = ofRecent((_: Facts): (ReadonlyMap<string, string> | undefined)[] => []);

const slotsIn = (facts: Facts, fn: FnIndex): ReadonlyMap<string, string> => (slotsOf(facts)[fn] ??= findSlots(facts, fn));

function findSlots(facts: Facts, fn: FnIndex): ReadonlyMap<string, string> {
  const references = referencesOf(facts);
  const stretches = stretchesOf(facts);
  const found = new Map<string, string>();
  for (const test of testsOf(facts, fn)) {
    if (!isShared(test.ref)) continue;
    const { key } = test.ref;
    const sets = (access: Access): boolean => (access.kind === 'write' || access.kind === 'put') && access.ref.key === key && !isEmptyValue(facts, access.fn, access.value!);
    const changes = ({ fn: called, later }: { readonly fn: FnIndex; readonly later: boolean }): boolean =>
      !later && called !== fn && !facts.functions[called]!.async && references.accesses.of(called).some(sets);
    stretches.walk(fn, test.empty, undefined, 0, {
      at(state, at, temp, i) {
        if (isAwait(facts.functions[at]!, i)) return undefined;
        const changed = test.constant !== undefined && i.op === 'call' && stretches.partsAt(at, temp, i).some(changes);
        if (changed || references.accesses.at(at, temp).some(sets)) found.set(`${at}:${temp}`, key);
        return state;
      },
      deep: false,
    });
  }
  return found;
}

/** Whether a test itself can only be reached by the one task that has taken a slot before. */
export function isExcluded(facts: Facts, test: Pick<Test, 'fn' | 'ref' | 'read'>): boolean {
  const slots = slotsIn(facts, test.fn);
  const own = new Set(referencesOf(facts).accesses.to(test.ref.key).map((access) => `${access.fn}:${access.temp}`));
  let reached = false;
  stretchesOf(facts).walk(test.fn, 0, undefined, 0, {
    at(state, at, temp) {
      const slot = slots.get(`${at}:${temp}`);
      if (slot !== undefined && slot !== test.ref.key && !own.has(`${at}:${temp}`)) return undefined;
      if (at === test.fn && temp === test.read) reached = true;
      return state;
    },
    deep: false,
  });
  return !reached;
}

/** Whether a branch after the await asks for the reference again, or for what tells that it has changed. */
function asksAgain(facts: Facts, fn: FnIndex, block: number, test: Test): boolean {
  const { end } = facts.functions[fn]!.blocks[block]!;
  if (end.k !== 'branch') return false;
  const references = referencesOf(facts);
  for (const part of partsOf(facts, fn, end.on, true)) {
    for (const access of references.accesses.at(fn, part)) {
      if ((access.kind === 'read' || access.kind === 'has') && access.ref.key === test.ref.key && (fn !== test.fn || part !== test.read)) return true;
    }
  }
  // `if (generation !== this.generation) return`
  const i = facts.functions[fn]!.code[end.on];
  if (i?.op !== 'binary') return false;
  const shared = (temp: Temp): boolean => references.accesses.at(fn, temp).some((a) => a.kind === 'read' && isShared(a.ref));
  const local = (temp: Temp): boolean => facts.functions[fn]!.code[temp]?.op === 'get' && !shared(temp);
  return (shared(i.left) && local(i.right)) || (shared(i.right) && local(i.left));
}

/** A module that is loaded twice is loaded once; what is made of a class of it is made twice. */
function isIdempotent(facts: Facts, write: Access): boolean {
  return [...partsOf(facts, write.fn, write.value!, true, (i) => i.op === 'call' && i.new === true)].some((part) => facts.functions[write.fn]!.code[part]?.op === 'importcall');
}

/**
 * `this.x = await (this.loading ??= load())`: what is awaited is one promise, which whoever comes first puts into a place
 * of its own in the stretch in which it finds that empty. All who wait for it assign the same.
 */
function isOneForAll(facts: Facts, { fn, value }: Access): boolean {
  const waits = plain(facts, fn, value!);
  if (waits?.op !== 'await') return false;
  const references = referencesOf(facts);
  const { code } = facts.functions[fn]!;
  const own = references.accesses.of(fn);
  const slots = slotsIn(facts, fn);
  const origins = (temp: Temp, found = new Set<Temp>()): ReadonlySet<Temp> => {
    const i = code[temp]!;
    const writes = i.op === 'get' && facts.vars[i.v]!.owner === fn ? writesOf(facts, i.v).filter((write) => write.fn === fn) : [];
    if (found.has(temp)) return found;
    found.add(temp);
    const inner = i.op === 'join' ? i.of : i.op === 'cast' || i.op === 'nonnull' ? [i.value] : writes.map((write) => write.value);
    for (const one of inner) origins(one, found);
    return found;
  };
  const awaited = [...origins(waits.value)].filter((temp) => {
    const i = code[temp]!;
    return i.op !== 'join' && i.op !== 'cast' && i.op !== 'nonnull' && !(i.op === 'get' && facts.vars[i.v]!.owner === fn && !own.some((a) => a.temp === temp && isShared(a.ref)));
  });
  const keys = new Set(own.filter((a) => slots.has(`${fn}:${a.temp}`)).map((a) => a.ref.key));
  return [...keys].some((key) => {
    const accesses = own.filter((a) => a.ref.key === key);
    const puts = accesses.filter((a) => (a.kind === 'write' || a.kind === 'put') && a.value !== undefined && !isEmptyValue(facts, fn, a.value));
    if (!puts.every((a) => slots.has(`${fn}:${a.temp}`))) return false;
    const kept = new Set([...accesses.filter((a) => a.kind === 'read').map((a) => a.temp), ...puts.flatMap((a) => [...origins(a.value!)])]);
    return awaited.length > 0 && awaited.every((temp) => kept.has(temp));
  });
}

/** Written in the stretch of the check, and only then made ready. */
function publishedEarly(analysis: Analysis, file: string, test: Test): Access | undefined {
  const facts = analysis.project.facts(file)!;
  if (leavesBefore(facts, test)) return undefined;
  const references = referencesOf(facts);
  const fact = facts.functions[test.fn]!;
  let found: Access | undefined;
  for (const write of references.accesses.of(test.fn)) {
    if (write.kind !== 'write' || write.ref.key !== test.ref.key || write.value === undefined || isEmptyValue(facts, test.fn, write.value)) continue;
    if (!isFirstWrite(facts, test, write)) continue;
    const made = plain(facts, test.fn, write.value);
    const kept = fact.code[write.value];
    const isObject = (made?.op === 'call' && made.new === true) || made?.op === 'object';
    const isFlag = made?.op === 'const' && made.value === true;
    if (!isObject && !isFlag) continue;
    const anyway = isFlag ? reachedFrom(facts, test.fn, test.full) : NOWHERE;
    let ready = false;
    let reset = false;
    const later = new Set<string>();
    stretchesOf(facts).walkAfter(test.fn, write.temp, 0, {
      at(state, at, temp, i) {
        for (const access of references.accesses.at(at, temp)) {
          if (access.kind === 'write' && access.ref.key === test.ref.key) {
            reset = true;
            return undefined;
          }
          if (access.kind === 'write' && (state & AWAITED) !== 0 && isShared(access.ref) && !anyway.has(`${at}:${temp}`)) later.add(access.ref.key);
        }
        // What is asked for its answer is ready to be asked.
        if (isObject && at === test.fn && i.op === 'await' && !fact.code.some((j) => operandsOf(j).includes(temp))) {
          const call = fact.code[i.value];
          const callee = call?.op === 'call' ? fact.code[call.fn] : undefined;
          if (callee?.op === 'member' && makesReady(analysis, { file, fn: test.fn }, i.value, callee.name)) {
            const on = references.of(test.fn, callee.obj);
            const receiver = fact.code[callee.obj];
            const same = on?.key === test.ref.key || (receiver?.op === 'get' && kept?.op === 'get' && receiver.v === kept.v);
            if (same) ready = true;
          }
        }
        return state;
      },
    });
    // A flag that is taken back at the end says that somebody is at work, not that the work is done.
    if (isFlag && reset) continue;
    // A function that does not wait itself has nothing to keep the second caller waiting with.
    if (isFlag) ready = fact.async === true && readsLater(facts, test, later);
    else ready &&= concurrencyOf(facts).callers(test.fn).escapes || readsLater(facts, test, new Set([test.ref.key]));
    if (ready) found = write;
  }
  return found;
}

/** Whether who finds it set has left at an earlier test. */
const leavesBefore = (facts: Facts, { fn, ref, read }: Test): boolean =>
  testsOf(facts, fn).some((other) => other.ref.key === ref.key && other.read < read && !other.loose && other.constant === undefined && !reachedFrom(facts, fn, other.full).has(`${fn}:${read}`));

const NOWHERE: ReadonlySet<string> = new Set();

/** Whether a method makes its object ready: of a class of the project, because it sets fields or gives nothing; of others, by its name. */
function makesReady(analysis: Analysis, ref: FnRef, call: Temp, name: string): boolean {
  const targets = analysis.targets(ref, call);
  if (targets.length === 0) return READIES.test(name);
  return targets.some(({ file, fn }) => {
    const facts = analysis.project.facts(file)!;
    const gives = facts.functions[fn]!.blocks.some(({ end }) => end.k === 'return' && end.value !== undefined);
    return !gives || referencesOf(facts).accesses.of(fn).some(({ kind, ref: { root } }) => root.k === 'this' && kind !== 'read' && kind !== 'has');
  });
}

/** Methods that make an object ready: until they are done it is only half there. */
const READIES = /^(?:init|setup|set[A-Z]|start|open|connect|load|register|prepare|boot|configure|authenticate|login|sync|restore|read|hydrate|migrate|build|install|subscribe|ready|add|use)/i;

function isFirstWrite(facts: Facts, test: Test, write: Access): boolean {
  let first = false;
  stretchesOf(facts).walk(test.fn, test.empty, undefined, 0, {
    at(state, at, temp, i) {
      if (at === write.fn && temp === write.temp) {
        first = true;
        return undefined;
      }
      return isAwait(facts.functions[at]!, i) ? undefined : state;
    },
    deep: false,
  });
  return first;
}

/** Instructions that those come to, too, who find it set: no part of what the flag stands for. */
function reachedFrom(facts: Facts, fn: FnIndex, block: BlockIndex): ReadonlySet<string> {
  const found = new Set<string>();
  stretchesOf(facts).walk(fn, block, undefined, 0, {
    at(state, at, temp) {
      found.add(`${at}:${temp}`);
      return state;
    },
  });
  return found;
}

/** Whether somebody who finds the flag set goes on to use what is written only after the await. */
function readsLater(facts: Facts, test: Test, later: ReadonlySet<string>): boolean {
  if (later.size === 0) return false;
  const references = referencesOf(facts);
  let reads = false;
  const look = (state: number, at: FnIndex, temp: Temp): number => {
    for (const access of references.accesses.at(at, temp)) if (access.kind === 'read' && later.has(access.ref.key)) reads = true;
    return state;
  };
  stretchesOf(facts).walk(test.fn, test.full, undefined, 0, { at: look });
  if (reads) return true;
  for (const { fn, temp } of concurrencyOf(facts).callers(test.fn).sites) {
    if (fn !== test.fn && stretchesOf(facts).settled(fn).has(temp)) stretchesOf(facts).walkAfter(fn, temp, 0, { at: look, deep: false });
  }
  return reads;
}

/** Whether a second one made does harm: a connection, an object with a life of its own, an entry that is there twice. Plain data does none. */
function matters(analysis: Analysis, file: string, test: Test, write: Access): boolean {
  const facts = analysis.project.facts(file)!;
  const value = plain(facts, write.fn, write.value!);
  if (isRefreshed(facts, test, write) || isStepOfLife(analysis, { file, fn: test.fn })) return false;
  // A flag: what was done to set it is done twice.
  if (value?.op === 'const') {
    const isFlag = value.value === true || (typeof value.value === 'string' && test.constant !== undefined);
    return write.kind === 'write' && isFlag && !ENDS.test(facts.functions[test.fn]!.name.replace(/^[#_]+/, '')) && !saysItIsOver(facts, write) && makesMore(analysis, file, test, write);
  }
  if (!isMade(facts, write.fn, write.value!) || isEndedBefore(facts, write)) return false;
  return isSlot(analysis, file, write) || isResourceAt(analysis, file, write, test.fn);
}

/** A flag by the name of an end, and one that a loop sets when it has come to the last turn: `this.isDone = true`. */
function saysItIsOver(facts: Facts, { fn, temp, ref }: Access): boolean {
  const name = ref.path.at(-1) ?? ('v' in ref.root ? facts.vars[ref.root.v]!.name : '');
  const { code, loops } = facts.functions[fn]!;
  const { s } = code[temp]!;
  return OVER.test(name) || (COMPLETE.test(name) && loops.some((loop) => s >= loop.s && s < loop.e));
}

/** `this.view?.dispose(); this.view = made`: what another call has made meanwhile is not left behind. */
function isEndedBefore(facts: Facts, write: Access): boolean {
  const references = referencesOf(facts);
  const { code } = facts.functions[write.fn]!;
  return code.some((i, call) => {
    const callee = i.op === 'call' && call < write.temp ? code[i.fn] : undefined;
    if (callee?.op !== 'member' || !ENDS.test(callee.name) || references.of(write.fn, callee.obj)?.key !== write.ref.key) return false;
    let reached = false;
    stretchesOf(facts).walkAfter(write.fn, call, 0, {
      at(state, at, temp, j) {
        reached ||= at === write.fn && temp === write.temp;
        return isAwait(facts.functions[at]!, j) ? undefined : state;
      },
      deep: false,
    });
    return reached;
  });
}

/** Whoever finds it there replaces it, too: it is made anew, and not for want of one. */
function isRefreshed(facts: Facts, test: Test, write: Access): boolean {
  if (write.fn !== test.fn) return false;
  const references = referencesOf(facts);
  const { blocks } = facts.functions[test.fn]!;
  // Where both sides leave for want of something else, nobody is spared.
  const anyway = new Set<BlockIndex>();
  stretchesOf(facts).walk(test.fn, test.empty, undefined, 0, {
    at: (state, at, temp) => (at === write.fn && temp === write.temp ? undefined : state),
    side(state, _, block, to) {
      anyway.add(block).add(to);
      return state;
    },
    deep: false,
  });
  const leaves = (block: BlockIndex): boolean => blocks[block]!.end.k === 'return' && !anyway.has(block) && (write.temp < blocks[block]!.from || write.temp >= blocks[block]!.to);
  let reached = false;
  let spared = leaves(test.full);
  stretchesOf(facts).walk(test.fn, test.full, undefined, 0, {
    side(state, _, __, to) {
      spared ||= leaves(to);
      return state;
    },
    at(state, at, temp) {
      if (temp === write.temp) reached = true;
      const gone = references.accesses.at(at, temp).some((a) => a.ref.key === test.ref.key && (a.kind === 'drop' || a.kind === 'clear' || (a.kind === 'write' && isEmptyValue(facts, at, a.value!))));
      return reached || gone || temp === test.read ? undefined : state;
    },
    deep: false,
  });
  return reached && !spared;
}

/** What another reference holds already is not made here, however often it is put there. */
function isMade(facts: Facts, fn: FnIndex, temp: Temp): boolean {
  const written = plain(facts, fn, temp);
  // `await this.opening`: whoever waits for a promise that is kept gets the same.
  const value = written?.op === 'await' ? plain(facts, fn, written.value) : written;
  if (value?.op !== 'iterate' && value?.op !== 'member' && value?.op !== 'index') return true;
  const from = facts.functions[fn]!.code.indexOf(value);
  const ref = referencesOf(facts).of(fn, from);
  if (ref === undefined || !isShared(ref)) return true;
  // Each call puts its own there first.
  const puts = referencesOf(facts).accesses.of(fn).filter((a) => a.kind === 'write' && a.ref.key === ref.key && a.value !== undefined && !isEmptyValue(facts, fn, a.value));
  return puts.some((a) => !slotsIn(facts, fn).has(`${fn}:${a.temp}`));
}

/** A bit of the walk below: something was made that stays. */
const MADE = 4;

/**
 * Whether the work that a flag stands for leaves something behind each time it is done: a resource that is kept, one
 * more element of a list, a listener, a timer. What is only asked for or ensured twice does no harm.
 */
function makesMore(analysis: Analysis, file: string, test: Test, write: Access): boolean {
  const facts = analysis.project.facts(file)!;
  const anyway = reachedFrom(facts, test.fn, test.full);
  const makers = new Set<string>();
  const within = new Set<FnIndex>();
  stretchesOf(facts).walk(test.fn, test.empty, undefined, 0, {
    at(state, at, temp, i) {
      if (anyway.has(`${at}:${temp}`)) return undefined;
      if (leavesBehind(analysis, file, test, at, temp, i)) {
        makers.add(`${at}:${temp}`);
        within.add(at);
      }
      return state;
    },
  });
  if (makers.size === 0 || write.fn !== test.fn) return makers.size > 0;
  // On the way to this assignment, and not to another one.
  let makes = false;
  stretchesOf(facts).walk(test.fn, test.empty, undefined, 0, {
    at(state, at, temp, i) {
      if (temp === write.temp) {
        makes ||= (state & MADE) !== 0;
        return undefined;
      }
      return makers.has(`${at}:${temp}`) || (i.op === 'call' && leadsInto(facts, at, temp, i, within, 0)) ? state | MADE : state;
    },
    deep: false,
  });
  return makes;
}

/** Whether a call runs one of the functions, as a part of the task. */
const leadsInto = (facts: Facts, fn: FnIndex, temp: Temp, i: InstructionOf<'call'>, into: ReadonlySet<FnIndex>, depth: number): boolean =>
  stretchesOf(facts)
    .partsAt(fn, temp, i)
    .some((part) => part.fn !== fn && (into.has(part.fn) || (depth < 2 && facts.functions[part.fn]!.code.some((j, t) => j.op === 'call' && leadsInto(facts, part.fn, t, j, into, depth + 1)))));

function leavesBehind(analysis: Analysis, file: string, test: Test, at: FnIndex, temp: Temp, i: Instruction): boolean {
  const facts = analysis.project.facts(file)!;
  const references = referencesOf(facts);
  if (i.op === 'call') {
    const callee = facts.functions[at]!.code[i.fn];
    if ((callee?.op === 'member' || callee?.op === 'global') && goesOn(callee.name) && i.args.length > 0) return true;
  }
  return references.accesses.at(at, temp).some((access) => {
    if ((access.kind !== 'write' && access.kind !== 'put') || access.ref.key === test.ref.key || !isShared(access.ref) || access.value === undefined) return false;
    // What is set for a while, and set back.
    if (access.kind === 'write' && references.accesses.of(at).some((a) => a.kind === 'write' && a.temp > temp && a.ref.key === access.ref.key)) return false;
    return plain(facts, at, access.value)?.op !== 'const' && isMade(facts, at, access.value) && isResourceAt(analysis, file, access, test.fn);
  });
}
