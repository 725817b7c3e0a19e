/**
 * Locks taken in a region that holds another (or the same one): each pair with the place in the file. Both questions
 * about deadlocks are asked of these pairs.
 */
import type { FunctionFact, Temp } from '../facts/ir.js';
import type { Analysis } from './analysis.js';
import { withPassedOn, type Awaited } from './awaiting.js';
import { flagsOf } from './guards.js';
import type { LockRef, Step } from './effect.js';
import { flowOf, type EntryLock, type Flow, type Held } from './flow.js';
import { beforeFirstAwait, successors } from './graph.js';
import { isHeldForLife, literalOf } from './held.js';
import type { Invocation } from './outcomes.js';
import { isWrittenBefore, productionsIn } from './slots.js';
import { mayCallTaker } from './takers.js';
import { isWaitedFor, Takes, type Take } from './takes.js';
import type { FnRef } from './values.js';

/** A lock that is held where another is taken. */
export interface Holding {
  readonly lock: LockRef;
  /** On every way that leads here. */
  readonly always: boolean;
  /** It is given back somewhere in the function, or by the end of a section. */
  readonly ends: boolean;
  /** Another function took it, and this one does not give it back. */
  readonly left?: true;
  /** The call that takes it, where the function itself does. */
  readonly at?: Temp;
  /** It is the promise of this work. */
  readonly promise?: 'begun' | 'before';
  /** The function that took it or entered its section. */
  readonly by: FnRef;
}

export interface Nested extends FnRef {
  readonly held: Holding;
  readonly take: Take;
  /** Other locks that are held here as well. */
  readonly besides: readonly LockRef[];
  /** The call that takes (or leads to what takes) the inner lock. */
  readonly call?: Temp;
  readonly s: number;
  readonly e: number;
}

interface Entry extends EntryLock {
  readonly by: FnRef;
  readonly always: boolean;
  /** The region is the work whose promise this is; that is shared once the work has begun, or before. */
  readonly promise?: 'begun' | 'before';
}

const known = new WeakMap<Analysis, Takes>();

function takesIn(analysis: Analysis): Takes {
  let takes = known.get(analysis);
  if (!takes) {
    takes = new Takes(analysis);
    known.set(analysis, takes);
  }
  return takes;
}

/** What a call of the function waits for. */
export const takesOf = (analysis: Analysis, ref: FnRef): readonly Take[] => takesIn(analysis).of(ref);

/** The pairs of a file, in the order of the text. */
export const nestedIn = (analysis: Analysis, file: string): readonly Nested[] => analysis.answer('nested', { file, fn: 0 }, 0, () => findNested(analysis, file));

function findNested(analysis: Analysis, file: string): Nested[] {
  const walk = new Walk(analysis, takesIn(analysis), file);
  const facts = analysis.project.facts(file);
  facts?.functions.forEach((fact, fn) => {
    if (!fact.bodiless && !fact.generator) walk.visit({ file, fn }, [], 0);
  });
  for (const productions of productionsIn(analysis, file).values()) for (const one of productions) walk.produced(one, one.place, one.value);
  return [...walk.found.values()].sort((a, b) => a.s - b.s || a.e - b.e);
}

/** Closures in closures in closures: deeper ones are left. */
const DEEPEST = 12;

class Walk {
  readonly found = new Map<string, Nested>();
  readonly #seen = new Set<string>();

  constructor(
    readonly analysis: Analysis,
    readonly takes: Takes,
    readonly file: string,
  ) {}

  visit(ref: FnRef, entry: readonly Entry[], depth: number): void {
    const { analysis } = this;
    const fact = analysis.values.fact(ref);
    if (!fact || depth > DEEPEST) return;
    const key = `${ref.fn}|${entry.map((one) => `${one.lock.place.id}${one.lock.taken.s}`).join()}`;
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    const flow = entry.length === 0 ? analysis.flow(ref) : flowOf(analysis, ref, entry);
    if (!flow && entry.length === 0 && !this.#entersSections(ref, fact)) return;
    const always = flow ? alwaysHeld(fact, flow, entry.length) : undefined;
    const holdings = (mask: number, sure: number): Holding[] =>
      flow
        ? flow.held.flatMap((held, bit) => ((mask & (1 << bit)) === 0 ? [] : [holdingOf(ref, flow, held, entry[bit], bit, (sure & (1 << bit)) !== 0)]))
        : [];
    const awaits = analysis.awaits(ref);
    fact.blocks.forEach((block, b) => {
      if (flow && !flow.reaches(b)) return;
      for (let temp = block.from; temp < block.to; temp++) {
        const i = fact.code[temp]!;
        const mask = flow?.before(temp) ?? 0;
        const before = mask === 0 ? [] : holdings(mask, always!.before(temp));
        if (i.op === 'await' || (i.op === 'iterate' && i.async)) {
          const awaited = awaits.at.get(temp);
          if (awaited) this.#waits(ref, awaited, before, i, i.op === 'await' ? i.value : undefined);
        } else if (i.op === 'call') {
          if (before.length === 0 && !this.#mayEnter(ref, temp)) continue;
          for (const invocation of analysis.outcome(ref, temp).invokes) this.#enter(ref, fact, temp, invocation, before, awaits, depth);
        }
      }
      const awaited = block.end.k === 'return' ? awaits.returned.get(b) : undefined;
      if (!awaited || block.end.k !== 'return') return;
      // A section is held until what it returns has settled; so is a lock whose release hangs on what is returned.
      const kept = ((1 << entry.length) - 1) | (flow?.untilSettled ?? 0);
      this.#waits(ref, awaited, holdings((flow?.atEnd(b) ?? 0) & kept, always?.atEnd(b) ?? 0), block.end, block.end.value);
    });
  }

  /** A cheap look: functions that enter no section have nothing inside for us. */
  #entersSections(ref: FnRef, fact: FunctionFact): boolean {
    return fact.code.some(
      (i, temp) => i.op === 'call' && this.#mayEnter(ref, temp) && this.analysis.outcome(ref, temp).invokes.some((invocation) => locksOf(invocation).length > 0),
    );
  }

  #mayEnter(ref: FnRef, call: Temp): boolean {
    return mayCallTaker(this.analysis, ref, call) || this.analysis.shapes(ref).sections.has(call);
  }

  /** A promise of work that is shared: the work is what its region is. */
  produced(ref: FnRef, place: LockRef['place'], value: Temp): void {
    const { analysis } = this;
    const fact = analysis.values.fact(ref)!;
    const made = fact.code[value]!;
    const step: Step = { label: place.text, file: ref.file, s: made.s, e: made.e };
    const lock: LockRef = { place, kind: 'mutex', certain: true, taken: step };
    const common = { lock, by: ref, always: true };
    for (const [call, raced] of analysis.awaitedValue(ref, value).calls) {
      if (raced) continue;
      const outcome = analysis.outcome(ref, call);
      const literals = new Set<Invocation>();
      for (const invocation of outcome.invokes) {
        const literal = invocation.awaited ? sectionIn(ref, invocation) : undefined;
        if (!literal) continue;
        literals.add(invocation);
        this.visit(literal, [{ ...common, promise: invocation.now ? 'begun' : 'before' }], 1);
      }
      const [target] = outcome.targets;
      if (target && outcome.targets.length === 1 && target.file === this.file && this.#isOwn(ref, call)) {
        this.visit({ file: target.file, fn: target.fn }, [{ ...common, promise: 'begun' }], 1);
        continue;
      }
      const i = fact.code[call]!;
      for (const take of this.takes.ofCall(ref, call, (invocation) => literals.has(invocation))) {
        if (take.promise && !take.early) this.#put(ref, { lock, by: ref, always: true, ends: true, promise: 'before' }, take, [], i, call);
      }
    }
  }

  /** A function called by name, or a method of one's own object: its `this` is this one. */
  #isOwn(ref: FnRef, call: Temp): boolean {
    const { values } = this.analysis;
    const i = values.instruction({ ...ref, temp: call });
    const callee = i?.op === 'call' ? values.instruction({ ...ref, temp: i.fn }) : undefined;
    return callee?.op !== 'member' || values.instruction({ ...ref, temp: callee.obj })?.op === 'this';
  }

  #enter(
    ref: FnRef,
    fact: FunctionFact,
    call: Temp,
    invocation: Invocation,
    before: readonly Holding[],
    awaits: ReturnType<Analysis['awaits']>,
    depth: number,
  ): void {
    const { analysis } = this;
    const awaited = awaits.calls.has(call) || awaits.mapped.has(call);
    const whole = (invocation.awaited && awaits.calls.has(call)) || awaits.mapped.has(call) || (isExecutor(fact, call) && awaited);
    const locks = locksOf(invocation);
    if (before.length === 0 && locks.length === 0) return;
    const literal = literalOf(analysis, ref, invocation);
    if (literal === undefined) {
      // A function of elsewhere is looked at by what it waits for, at the section's call.
      if (locks.length > 0) this.#elsewhere(ref, fact, call, invocation);
      return;
    }
    if (locks.length > 0 && !awaited && isHeldForLife(analysis, literal)) return;
    const outer: Entry[] = whole
      ? before.map((one) => ({ lock: one.lock, by: one.by, always: one.always && invocation.certain, ...(one.promise && { promise: invocation.now ? one.promise : ('before' as const) }) }))
      : [];
    const own: Entry[] = locks.map((lock) => ({
      lock,
      by: ref,
      always: invocation.certain,
      ...(invocation.done !== undefined && { done: invocation.done }),
      ...(invocation.gives && { gives: invocation.gives }),
      ...(invocation.releasedBy && { releasedBy: invocation.releasedBy }),
    }));
    if (outer.length + own.length > 0) this.visit(literal, [...outer, ...own], depth + 1);
  }

  #elsewhere(ref: FnRef, fact: FunctionFact, call: Temp, invocation: Invocation): void {
    const at = fact.code[invocation.arg ?? call]!;
    for (const ty of invocation.value) {
      if (ty.k !== 'fn' || !invocation.awaited) continue;
      for (const take of this.takes.ofCallback(ref, ty, invocation)) {
        for (const lock of locksOf(invocation)) this.#put(ref, { lock, by: ref, always: invocation.certain, ends: true }, take, [], at, call);
      }
    }
  }

  /** What an await waits for, with what is held around it. */
  #waits(ref: FnRef, awaited: Awaited, held: readonly Holding[], at: { readonly s: number; readonly e: number }, value?: Temp): void {
    if (held.length === 0) return;
    const { analysis } = this;
    const fact = analysis.values.fact(ref)!;
    const isApart = (invocation: Invocation): boolean => literalOf(analysis, ref, invocation) !== undefined;
    const calls = [...awaited.calls].flatMap(([call, raced]) => (raced ? [] : [call]));
    for (const call of withPassedOn(analysis, ref, calls)) {
      const made = fact.code[call]!;
      const place = made.s >= at.s && made.e <= at.e ? made : at;
      for (const take of this.takes.ofCall(ref, call, isApart)) {
        for (const one of held) this.#put(ref, one, take, held, place, call);
      }
    }
    for (const call of awaited.mapped) {
      for (const take of this.takes.ofCall(ref, call, isApart)) for (const one of held) this.#put(ref, one, take, held, fact.code[call]!, call);
    }
    if (value === undefined) return;
    for (const { take, at: read } of this.takes.promisesIn(ref, value)) for (const one of held) this.#put(ref, one, take, held, at, read);
  }

  #put(ref: FnRef, held: Holding, take: Take, all: readonly Holding[], { s, e }: { readonly s: number; readonly e: number }, call?: Temp): void {
    if (!isWaitedFor(take.lock) || held.lock.kind === 'transaction' || held.lock.shared) return;
    // What another function left held, and nobody here gives back, may long have been given back.
    if (held.left) return;
    if (Boolean(held.promise) !== Boolean(take.promise)) return;
    // Slots are waited for in vain by those who hold one of the same limiter.
    if ((held.lock.slot ?? take.lock.slot) && held.lock.place.id !== take.lock.place.id) return;
    // The work that begins before its promise is shared sees what was there before it.
    if (held.promise === 'begun' && take.early && call !== undefined && beforeFirstAwait(this.analysis.values.fact(ref)!).has(call)) return;
    // The work has left the slot empty by then, or filled it anew: what is waited for is the promise of other work.
    if (held.promise && call !== undefined && isWrittenBefore(this.analysis, ref, held.lock.place, call)) return;
    const nested: Nested = {
      ...ref,
      held,
      take,
      besides: all.filter((one) => one !== held && one.always && !one.promise).map((one) => one.lock),
      ...(call !== undefined && { call }),
      s,
      e,
    };
    const key = [s, e, held.lock.place.id, held.promise ? 'p' : '', take.lock.place.id, take.lock.place.within?.join(), JSON.stringify(take.lock.place.keys), take.promise ? 'p' : ''].join('|');
    const before = this.found.get(key);
    if (!before || (isSure(nested) && !isSure(before))) this.found.set(key, nested);
  }
}

/** What a section holds: its locks, or a slot among several. */
const locksOf = ({ locks, slot }: Invocation): readonly LockRef[] => (slot ? [...locks, slot] : locks);

const isSure = ({ held, take }: Nested): boolean => held.always && held.lock.certain && take.certain;

function sectionIn(ref: FnRef, invocation: Invocation): FnRef | undefined {
  const [only] = invocation.value.filter((ty) => ty.k === 'fn');
  return only?.k === 'fn' && only.file === ref.file ? { file: only.file, fn: only.fn } : undefined;
}

function isExecutor(fact: FunctionFact, call: Temp): boolean {
  const i = fact.code[call];
  const callee = i?.op === 'call' && i.new ? fact.code[i.fn] : undefined;
  return callee?.op === 'global' && callee.name === 'Promise';
}

function holdingOf(ref: FnRef, flow: Flow, held: Held, entry: Entry | undefined, bit: number, sure: boolean): Holding {
  if (entry) return { lock: held.lock, always: sure && entry.always, ends: true, by: entry.by, ...(entry.promise && { promise: entry.promise }) };
  const ends = held.untilEnd || flow.isGivenBack(bit);
  return {
    lock: held.lock,
    always: sure && !held.maybe,
    ends,
    ...(held.inferred && !ends && { left: true as const }),
    by: ref,
    ...(held.at !== undefined && { at: held.at }),
  };
}

/** Which locks are held on every way to an instruction: what may be held, less what some way comes without. */
function alwaysHeld(fact: FunctionFact, flow: Flow, entries: number): { before(temp: Temp): number; atEnd(block: number): number } {
  const all = -1;
  const into = fact.blocks.map(() => all);
  into[0] = (1 << entries) - 1;
  const after = (b: number): number => {
    return flow.atEnd(b) & (into[b]! | ~flow.entering(b));
  };
  const pending = [0];
  const reached = new Set<number>([0]);
  for (let steps = 0; pending.length > 0 && steps < 20_000; steps++) {
    const b = pending.pop()!;
    const block = fact.blocks[b]!;
    const merge = (to: number, state: number): void => {
      const merged = into[to]! & state;
      if (merged === into[to] && reached.has(to)) return;
      into[to] = merged;
      reached.add(to);
      pending.push(to);
    };
    for (const next of successors(fact, b, false)) merge(next, after(b));
    if (block.handler !== undefined) merge(block.handler, into[b]! & after(b));
  }
  const own = (b: number, mask: number): number => mask & (into[b]! | ~flow.entering(b));
  return {
    before: (temp) => {
      const b = fact.blocks.findIndex((block) => temp >= block.from && temp < block.to);
      return own(b, flow.before(temp));
    },
    atEnd: (b) => own(b, flow.atEnd(b)),
  };
}

/** The work that holds the lock is begun again by the call: what it has to wait for is as deep as its input. */
export function beginsAgain(analysis: Analysis, { held, take, call, ...ref }: Nested): boolean {
  const [last] = take.steps.slice(-1);
  if (last!.file === held.lock.taken.file && last!.s === held.lock.taken.s) return true;
  if (call === undefined) return false;
  const { functions } = analysis.project.facts(held.by.file)!;
  return analysis.outcome(ref, call).targets.some((target) => {
    if (target.file !== held.by.file) return false;
    for (let at = held.by.fn; at > 0; at = functions[at]!.parent) if (at === target.fn) return true;
    return false;
  });
}

/** State that whoever holds the lock marks it with: a function that looks there may know that it is held. */
export function marksOf(analysis: Analysis, { held, ...ref }: Nested): ReadonlySet<string> {
  const found = new Set<string>();
  const add = (file: string, fn: number): void => {
    const { functions } = analysis.project.facts(file)!;
    let top = fn;
    while (functions[top]!.parent > 0) top = functions[top]!.parent;
    if (functions[top]!.kind !== 'module') for (const id of flagsOf(analysis, file, top)) found.add(id);
  };
  add(ref.file, ref.fn);
  add(held.by.file, held.by.fn);
  if (held.at !== undefined) for (const target of analysis.outcome(held.by, held.at).targets) add(target.file, target.fn);
  return found;
}
