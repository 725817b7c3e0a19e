/**
 * What happens in a file while a lock is held: each effect at the statement inside the held region, with the lock and
 * the way to the effect. A closure that the region runs is looked at itself, so that the place is the innermost one.
 */
import type { FnIndex, FunctionFact, InstructionOf, Temp } from '../facts/ir.js';
import type { Analysis } from './analysis.js';
import type { Effect, EffectKind, LockRef, ParamPath, Step } from './effect.js';
import { callReleases, flowOf, type EntryLock, type Flow, type Held } from './flow.js';
import type { Invocation, Outcome } from './outcomes.js';
import { storageWaits } from './busy-storage.js';
import { isFarFetched } from './doubts.js';
import { isOfRequest } from './keys.js';
import { retryLoops } from './retries.js';
import { mayWant } from './listeners.js';
import { writesAfter } from './notices.js';
import { addInvocation, ifCertain, isSleep, iteration, promiseEffects } from './summarise.js';
import { settlingOf } from './promises.js';
import { isForSlowWork } from './purpose.js';
import { isCheckedAgain } from './single-flight.js';
import { mayCallTaker, mayTake } from './takers.js';
import { beforeFirstAwait } from './graph.js';
import type { FnRef } from './values.js';

export interface Happening {
  readonly effect: Effect | { readonly kind: 'await'; readonly certain: true; readonly steps: readonly Step[] };
  readonly lock: LockRef;
  readonly file: string;
  readonly fn: FnIndex;
  /** The call (or loop, or await) inside the held region. */
  readonly s: number;
  readonly e: number;
  /** The section's call, where the lock is held for a callback. */
  readonly section?: { readonly fn: FnIndex; readonly call: Temp };
  /** Why it is taken as likely though it was proven to happen. */
  readonly doubt?: Doubt;
}

/**
 * `harmless`: nobody waits for the notification and nothing rests on it; `ended`: the signal of the section ends the
 * wait; `once`: it is fetched once for all who wait; `shared`: who is called is given the transaction; `far`: the way
 * there hangs on many conditions; `same`: who waits for the lock wants the same thing; `purpose`: the lock exists for it.
 */
export type Doubt = 'harmless' | 'ended' | 'once' | 'shared' | 'far' | 'same' | 'purpose';

/** Is told where locks are held on the way through a file. */
export interface HeldObserver {
  /**
   * A function that holds locks somewhere, and with how many it is entered.
   *
   * @param before Bits of the flow's locks that are held before an instruction.
   */
  flow(ref: FnRef, flow: Flow, entries: number, before: (temp: Temp) => number): void;
  /** A call that runs something else than a closure of the file, in a section of its own. */
  section(ref: FnRef, call: Temp, invocation: Invocation): void;
}

interface Entry extends EntryLock {
  /** Only what the closure does before its first await happens under the lock. */
  readonly syncOnly: boolean;
  readonly section?: { readonly fn: FnIndex; readonly call: Temp };
}

/** What is known of the call that runs a closure. */
interface Around {
  /** Something shared is written after it. */
  readonly writes?: true;
  /** It drops what the closure returns. */
  readonly drops?: true;
}

interface HeldHere {
  readonly lock: LockRef;
  /** Absent for the lock of a section whose callback is not of this file. */
  readonly held?: Held;
  readonly section?: Entry['section'];
}

/** All happenings of a file, in the order of the text. */
export function happeningsIn(analysis: Analysis, file: string): Happening[] {
  const found = new Map<string, Happening>();
  walkHeld(analysis, file, (happening) => {
    const key = `${happening.effect.kind}:${happening.s}:${happening.e}`;
    const known = found.get(key);
    const certain = happening.effect.certain && happening.lock.certain;
    if (!known || (certain && !(known.effect.certain && known.lock.certain))) found.set(key, happening);
  });
  return [...found.values()].sort((a, b) => a.s - b.s || a.e - b.e);
}

/**
 * @param report Told of each happening, of one place and kind more than once where several ways lead there.
 * @param weigh Whether it is asked what speaks against a report.
 */
export function walkHeld(analysis: Analysis, file: string, report: (happening: Happening) => void, observer?: HeldObserver, weigh = true): void {
  const collector = new Collector(analysis, file, report, observer, weigh);
  analysis.project.facts(file)?.functions.forEach((fact, fn) => {
    if (fact.bodiless || !mayTake(analysis, { file, fn })) return;
    collector.check({ file, fn }, [], 0);
  });
}

/** What holds up who waits for the lock; what a callback does harm with is another matter. */
const TAKE_LONG: ReadonlySet<EffectKind> = new Set(['network', 'process', 'event', 'sleep', 'retry']);

/** Closures in closures in closures: deeper ones are left. */
const DEEPEST = 12;

class Collector {
  readonly #seen = new Set<string>();

  constructor(
    readonly analysis: Analysis,
    readonly file: string,
    readonly report: (happening: Happening) => void,
    readonly observer?: HeldObserver,
    readonly weigh = true,
  ) {}

  /** @param around What is known of the call that runs this closure in passing. */
  check(ref: FnRef, entry: readonly Entry[], depth: number, around: Around = {}): void {
    const { analysis } = this;
    const fact = analysis.values.fact(ref);
    if (!fact || depth > DEEPEST) return;
    const key = `${ref.fn}|${entry.map((e) => e.lock.place.id + String(e.syncOnly)).join()}`;
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    const flow = entry.length > 0 ? flowOf(analysis, ref, entry) : analysis.flow(ref);
    const awaits = analysis.awaits(ref);
    const shapes = analysis.shapes(ref);
    const early = this.#early(ref, entry);
    if (flow && this.observer) {
      const inPassing = entry.reduce((mask, one, bit) => (one.syncOnly ? mask | (1 << bit) : mask), 0);
      this.observer.flow(ref, flow, entry.length, (temp) => flow.before(temp) & ~(early === undefined || early.has(temp) ? 0 : inPassing));
    }

    const locksAt = (mask: number, isEarly: boolean): HeldHere[] => {
      if (!flow || mask === 0) return [];
      return flow.held.flatMap((held, bit) => {
        if ((mask & (1 << bit)) === 0) return [];
        const own = entry[bit];
        if (own?.syncOnly && !isEarly) return [];
        return [{ lock: held.lock, held, ...(own?.section && { section: own.section }) }];
      });
    };
    let current: Temp = 0;
    const isKept = (bit: number): boolean =>
      fact.blocks.some((block, b) => block.end.k === 'return' && ((flow?.atEnd(b) ?? 0) & (1 << bit)) !== 0);
    /** Whether a notification that nobody waits for can do harm. */
    const harms = (effect: Effect, { lock, held, section }: HeldHere): boolean => {
      if (lock.kind === 'transaction') return !section || !this.#isSynchronous(section);
      if (effect.caught) return mayWant(analysis, effect, lock);
      if (around.writes) return true;
      if (effect.unawaited === 'returned' && !around.drops && held?.at === undefined) return true;
      const bit = held ? flow!.held.indexOf(held) : -1;
      const isHeld = (temp: Temp): boolean => bit < 0 || ((flow?.before(temp) ?? 0) & (1 << bit)) !== 0;
      const inTry = fact.blocks.some((block) => current >= block.from && current < block.to && block.handler !== undefined);
      // A listener that throws would leave the lock taken; one that is taken to be kept stays taken anyway.
      if (held?.at !== undefined && !held.untilEnd && !inTry && !isKept(bit)) return true;
      return writesAfter(analysis, ref, current, isHeld) || mayWant(analysis, effect, lock);
    };
    const isOnce = ({ lock, held }: HeldHere): boolean => {
      if (lock.kind === 'transaction') return false;
      const bit = held ? flow!.held.indexOf(held) : -1;
      return lock.once === true || isCheckedAgain(analysis, ref, current, (temp) => bit < 0 || ((flow?.before(temp) ?? 0) & (1 << bit)) !== 0);
    };
    const doubtOf = (happened: Happening['effect'], here: HeldHere): Doubt | undefined => {
      if (happened.kind === 'await') return undefined;
      const { lock, section } = here;
      if (happened.unawaited && happened.certain && lock.certain && !harms(happened, here)) return 'harmless';
      if (happened.signal !== undefined && this.#endsWait(ref, happened.signal, section)) return 'ended';
      if (!happened.certain) return undefined;
      if (happened.kind === 'callback') {
        if (lock.kind === 'transaction' && this.#givesHandle(ref, current, here)) return 'shared';
      } else if (isOnce(here)) return 'once';
      if (isFarFetched(analysis, happened)) return 'far';
      if (isOfRequest(lock)) return 'same';
      return TAKE_LONG.has(happened.kind) && isForSlowWork(analysis, lock) ? 'purpose' : undefined;
    };
    const put = (locks: ReturnType<typeof locksAt>, happened: Happening['effect'], s: number, e: number): void => {
      // The innermost lock; a microtask runs before what must wait, and only a transaction must.
      for (let n = locks.length - 1; n >= 0; n--) {
        const { lock, section } = locks[n]!;
        if ('micro' in happened && happened.micro && lock.kind !== 'transaction') continue;
        const doubt = this.weigh ? doubtOf(happened, locks[n]!) : undefined;
        const effect = happened.kind !== 'await' && doubt !== undefined ? { ...happened, certain: false } : happened;
        this.report({ effect, lock, file: ref.file, fn: ref.fn, s, e, ...(section && { section }), ...(doubt !== undefined && { doubt }) });
        // What holds up nobody there may hold up those who wait for a lock around it.
        if (doubt !== 'same' && doubt !== 'purpose') return;
      }
    };

    fact.blocks.forEach((block, b) => {
      if (flow && !flow.reaches(b)) return;
      for (let temp = block.from; temp < block.to; temp++) {
        const i = fact.code[temp]!;
        current = temp;
        const isEarly = early?.has(temp) ?? true;
        const locks = locksAt(flow?.before(temp) ?? 0, isEarly);
        switch (i.op) {
          case 'call': {
            if (locks.length === 0 && !shapes.sections.has(temp) && !mayCallTaker(analysis, ref, temp)) break;
            const outcome = analysis.outcome(ref, temp);
            if (locks.length > 0) for (const effect of outcome.sync) put(this.#keptUntil(ref, outcome, effect, locks), effect, i.s, i.e);
            for (const invocation of outcome.invokes) this.#invoked(ref, temp, invocation, locks, awaits.calls.has(temp), awaits.mapped.has(temp), depth, put, {
              ...(around.writes && { writes: true as const }),
              ...(invocation.drops && { drops: true as const }),
            });
            break;
          }
          case 'await': {
            if (locks.length === 0 || shapes.acquires.has(temp)) break;
            const awaited = awaits.at.get(temp);
            put(locks, { kind: 'await', certain: true, steps: [{ label: analysis.places.text(ref, i.value), file: ref.file, s: i.s, e: i.e }] }, i.s, i.e);
            if (!awaited) break;
            this.#settled(ref, awaited, (effect, call) => {
              // The call, where it stands in what is awaited; the await, where the promise was made before.
              const made = call !== undefined ? fact.code[call]! : i;
              const at = made.s >= i.s && made.e <= i.e ? made : i;
              put(locks, effect, at.s, at.e);
            });
            break;
          }
          case 'iterate': {
            if (locks.length === 0) break;
            const awaited = awaits.at.get(temp);
            if (awaited) this.#settled(ref, awaited, (effect) => put(locks, effect, i.s, i.e));
            for (const effect of iteration(analysis, ref, i.of, Boolean(i.async))) put(locks, effect, i.s, i.e);
            break;
          }
          case 'yield':
            if (locks.length > 0 && fact.generator) {
              put(locks, { kind: 'callback', certain: !handsOn(fact, i), steps: [{ label: 'yield', file: ref.file, s: i.s, e: i.e }] }, i.s, i.e);
            }
            break;
          default:
            break;
        }
      }
      if (block.end.k === 'return' && flow) {
        const awaited = awaits.returned.get(b);
        // A section is held until what it returns has settled; so is a lock whose release hangs on what is returned.
        const kept = ((1 << entry.length) - 1) | flow.untilSettled;
        const whole = entry.reduce((mask, one, bit) => (one.syncOnly ? mask & ~(1 << bit) : mask), kept);
        const locks = locksAt(flow.atEnd(b) & whole, true);
        if (awaited && locks.length > 0) {
          const { s, e } = block.end;
          this.#settled(ref, awaited, (effect, call) => {
            const at = call !== undefined ? fact.code[call]! : { s, e };
            put(locks, effect, at.s, at.e);
          });
        }
      }
    });

    if (!flow) return;
    for (const { loop } of retryLoops(fact, (temp) => isSleep(analysis, ref, awaits.at.get(temp)))) {
      const mask = flow.entering(loop.head);
      const outside = flow.held.reduce((bits, held, bit) => {
        const at = held.from !== undefined ? fact.code[held.from]!.s : -1;
        return at >= loop.s && at < loop.e ? bits & ~(1 << bit) : bits;
      }, mask);
      const step = { label: 'a loop that tries again', file: ref.file, s: loop.s, e: loop.headEnd };
      put(locksAt(outside, false), { kind: 'retry', certain: !storageWaits(analysis, ref).includes(loop), steps: [step] }, loop.s, loop.headEnd);
    }
  }

  #settled(ref: FnRef, awaited: NonNullable<ReturnType<ReturnType<Analysis['awaits']>['at']['get']>>, put: (effect: Effect, call?: Temp) => void): void {
    const { analysis } = this;
    for (const [call, raced] of awaited.calls) {
      const outcome = analysis.outcome(ref, call);
      for (const effect of outcome.done) if (!(raced && effect.kind === 'sleep')) put(effect, call);
      for (const arg of outcome.awaitsArgs) for (const effect of promiseEffects(analysis, ref, arg.temp).effects) put(effect, call);
    }
    for (const effect of awaited.effects) put(effect);
    for (const param of awaited.params) {
      const declared = analysis.values.fact(param)?.params[param.index]?.type;
      const isPromise = param.path.length === 0 && declared?.k === 'ref' && (declared.name[0] === 'Promise' || declared.name[0] === 'PromiseLike');
      if (!isPromise) continue;
      const i = analysis.values.fact(ref)!.code.find((x) => x.op === 'await');
      // A section that is nothing but the wait is there to keep the others out meanwhile.
      const isBarrier = param.fn !== ref.fn && !analysis.values.fact(ref)!.code.some((x) => x.op === 'call');
      put({ kind: 'event', certain: !isBarrier, steps: [{ label: 'a promise that was passed in', file: ref.file, s: i?.s ?? 0, e: i?.e ?? 0 }] });
    }
  }

  #invoked(
    ref: FnRef,
    call: Temp,
    invocation: Invocation,
    locks: readonly HeldHere[],
    awaited: boolean,
    mapped: boolean,
    depth: number,
    put: (locks: HeldHere[], effect: Effect, s: number, e: number) => void,
    outer: Around,
  ): void {
    if (locks.length === 0 && invocation.locks.length === 0) return;
    const { analysis } = this;
    const fact = analysis.values.fact(ref)!;
    const whole = (invocation.awaited && awaited) || mapped;
    if (!invocation.now && !whole && invocation.locks.length === 0) return;
    const section = { fn: ref.fn, call };
    const literal = literalOf(analysis, ref, invocation);
    if (invocation.locks.length > 0 && !awaited && literal !== undefined && isHeldForLife(analysis, literal)) return;
    if (literal !== undefined) {
      const entry: Entry[] = [
        ...(invocation.now || whole
          ? locks.map(({ lock, held, section: at }) => ({
              lock: ifCertain(lock, invocation.certain),
              syncOnly: !whole && !(held && givesBackLater(analysis, ref, held, literal)),
              ...(at && { section: at }),
              ...(held && { outer: { ref, held } }),
            }))
          : []),
        ...invocation.locks.map((lock) => ({ lock: ifCertain(lock, invocation.certain), syncOnly: false, section, ...(invocation.done !== undefined && { done: invocation.done }), ...(invocation.gives && { gives: invocation.gives }), ...(invocation.releasedBy && { releasedBy: invocation.releasedBy }) })),
      ];
      // Where the closure runs in a section of its own, what comes after the call comes after the release.
      const around: Around = invocation.locks.length === 0 && writesAfter(analysis, ref, call, () => true) ? { ...outer, writes: true } : outer;
      if (entry.length > 0 && !invocation.micro) this.check(literal, entry, depth + 1, around);
      else if (invocation.micro) this.check(literal, entry.filter((e) => e.lock.kind === 'transaction'), depth + 1, around);
      return;
    }
    const held = [...locks, ...invocation.locks.map((lock) => ({ lock, section }))];
    if (invocation.locks.length > 0) this.observer?.section(ref, call, invocation);
    const i = fact.code[call]!;
    const at = invocation.locks.length > 0 && invocation.arg !== undefined ? fact.code[invocation.arg]! : i;
    const own = invocation.locks.length > 0 || whole;
    // A section is described by the function that it runs, not by the call that takes the lock.
    const name = invocation.locks.length > 0 && invocation.arg !== undefined ? analysis.places.name(ref, invocation.arg) : '';
    const steps = name !== '' ? [{ label: name, file: ref.file, s: at.s, e: at.e }] : invocation.steps.slice(0, 1);
    addInvocation(analysis, ref, { ...invocation, steps }, own, {
      sync: { add: (effect) => put(held, effect, at.s, at.e) },
      done: own ? { add: (effect) => put(invocation.locks.length > 0 && !whole ? invocation.locks.map((lock) => ({ lock, section })) : held, effect, at.s, at.e) } : undefined,
      call: undefined,
    }, name === '');
  }

  /** A closure of this file may give a lock back before it comes to the effect. */
  #keptUntil(ref: FnRef, { targets }: Outcome, effect: Effect, locks: HeldHere[]): HeldHere[] {
    const next = effect.steps[1];
    const closures = targets.filter((target) => target.file === ref.file && target.file === next?.file);
    if (!next || closures.length === 0) return locks;
    const { functions } = this.analysis.project.facts(ref.file)!;
    const isGivenBack = (held: Held): boolean =>
      closures.some(({ fn }) => functions[fn]!.code.some((i) => i.op === 'call' && i.e <= next.s && callReleases(this.analysis, ref, held, fn, i.fn)));
    return locks.map((one) => (one.held && isGivenBack(one.held) ? { ...one, lock: ifCertain(one.lock, false) } : one));
  }

  /** Whether a wait can be cut short by the signal that the project's own section gives: others need not wait for its end. */
  #endsWait(ref: FnRef, signal: ParamPath, section: Entry['section']): boolean {
    if (!section || signal.file !== ref.file || signal.fn !== ref.fn) return false;
    return this.analysis.outcome({ file: ref.file, fn: section.fn }, section.call).targets.length > 0;
  }

  /** A transaction that is over when its section returns: whoever is told meanwhile works in it, too. */
  #isSynchronous(section: NonNullable<Entry['section']>): boolean {
    const { analysis, file } = this;
    const { values } = analysis;
    const gives = (ty: FnRef): boolean => {
      const fact = values.fact(ty);
      return !fact || fact.async === true || fact.blocks.some(({ end }) => end.k === 'return' && end.value !== undefined && (fact.code[end.value]?.op === 'call' || values.of(ty, end.value).some((one) => one.k === 'box' && one.of === 'Promise')));
    };
    const run = analysis.outcome({ file, fn: section.fn }, section.call).invokes.flatMap((invocation) => (invocation.locks.length > 0 ? invocation.value : []));
    return run.length > 0 && run.every((ty) => ty.k === 'fn' && !gives(ty));
  }

  /** `hooks.fire('saved', row, session)`: who is called is given the transaction, and works in it. */
  #givesHandle(ref: FnRef, call: Temp, { lock, section }: HeldHere): boolean {
    const { analysis } = this;
    const fact = analysis.values.fact(ref)!;
    const i = fact.code[call];
    const handle = section ? fact.params[0]?.v : undefined;
    return (
      i?.op === 'call' &&
      i.args.some((arg) => {
        const passed = fact.code[arg];
        return passed?.op === 'get' && (passed.v === handle || analysis.places.of(ref, arg).id === lock.place.id);
      })
    );
  }

  /** Instructions that may run before the function's first await; undefined where nobody asks. */
  #early(ref: FnRef, entry: readonly Entry[]): ReadonlySet<Temp> | undefined {
    if (!entry.some((one) => one.syncOnly)) return undefined;
    return beforeFirstAwait(this.analysis.values.fact(ref)!);
  }
}

/** Whether a closure that nobody waits for gives the lock back itself, and not before its first await: it is held until then. */
function givesBackLater(analysis: Analysis, ref: FnRef, held: Held, closure: FnRef): boolean {
  const fact = analysis.values.fact(closure)!;
  if (fact.async !== true) return false;
  const early = beforeFirstAwait(fact);
  return fact.code.some((i, temp) => i.op === 'call' && !early.has(temp) && callReleases(analysis, ref, held, closure.fn, i.fn));
}

/** Whether a generator hands on, as they come, the elements of another stream: they cannot all be collected first. */
function handsOn(fact: FunctionFact, i: InstructionOf<'yield'>): boolean {
  if (i.star) return true;
  return fact.loops.some((loop) => i.s >= loop.s && i.e <= loop.e && fact.code.some((x) => x.op === 'iterate' && x.async && x.s >= loop.s && x.e <= loop.headEnd));
}

/** The function that was passed: written in place, or for a section one of this file, by name or bound. */
export function literalOf(analysis: Analysis, ref: FnRef, invocation: Invocation): FnRef | undefined {
  if (invocation.arg === undefined) return undefined;
  const i = analysis.values.fact(ref)!.code[invocation.arg];
  if (i?.op === 'fn') return { file: ref.file, fn: i.fn };
  if (invocation.locks.length === 0) return undefined;
  const named = invocation.value.filter((ty) => ty.k === 'fn' || ty.k === 'applier');
  const [only] = named;
  const fn = only?.k === 'applier' ? only.of : only;
  return named.length === 1 && fn?.k === 'fn' && fn.file === ref.file ? { file: fn.file, fn: fn.fn } : undefined;
}

/** A lock that is taken to be kept: its section waits for a promise that only its owner settles, and nobody waits for it. */
export function isHeldForLife(analysis: Analysis, section: FnRef): boolean {
  const { values } = analysis;
  const fact = values.fact(section)!;
  return fact.code.some((i) => {
    if (i.op !== 'call' || !i.new || i.args[0] === undefined) return false;
    const callee = fact.code[i.fn];
    if (callee?.op !== 'global' || callee.name !== 'Promise') return false;
    const executor = values.of(section, i.args[0]).find((ty) => ty.k === 'fn');
    if (executor?.k !== 'fn') return false;
    const settling = settlingOf(values, executor);
    return settling.other !== undefined || (!settling.itself && !settling.timer && settling.handedTo.length === 0);
  });
}
