/** What one call does: the effects of everything it may call, what it runs of the caller's, which locks change hands. */
import type { Acquire, Does, LockKind, Permits } from '../../models/index.js';
import type { FunctionFact, Instruction, InstructionOf, Temp } from '../facts/ir.js';
import { continuesPromise, namesFailure } from '../../models/language.js';
import type { Analysis } from './analysis.js';
import { conditionFor, passedBy } from './conditions.js';
import { isToldBusy } from './busy-storage.js';
import { asMaker } from './handed-on.js';
import { callbackVerdict, isOwnParameter, isToldName } from './callbacks.js';
import { through, type Aspect, type Effect, type Key, type LockRef, type NetAcquire, type ParamCall, type ParamPath, type Place, type Step } from './effect.js';
import { isResolver } from './home-grown.js';
import { decidesAtOnce, isCaught, useOf } from './notices.js';
import { memberOf } from './places.js';
import { sqlOf } from './sql.js';
import { isMadeRetrying } from './retrying.js';
import { mayCallTaker } from './takers.js';
import { tells } from './telling.js';
import { writesOf } from './uses.js';
import type { FnRef, TempRef, Ty, Value } from './values.js';

/** A function of the caller's (or one found through its arguments) that the call runs. */
export interface Invocation {
  readonly value: Value;
  /** The argument that is the function, where it was passed as it is. */
  readonly arg?: Temp;
  /** Runs before the call returns; otherwise at some time before its promise settles. */
  readonly now: boolean;
  /** All of it happens before the call's promise settles; otherwise only what it does before its first await. */
  readonly awaited: boolean;
  readonly micro?: true;
  readonly locks: readonly LockRef[];
  /** It runs in one of several slots. */
  readonly slot?: LockRef;
  /** The function's parameter that releases, and how. */
  readonly done?: number;
  readonly gives?: NetAcquire['gives'];
  readonly releasedBy?: readonly string[];
  /** From the call down to where the function is called. */
  readonly steps: readonly Step[];
  readonly certain: boolean;
  /** What it returns is dropped: `forEach`. */
  readonly drops?: true;
}

export interface AcquireOutcome extends Omit<NetAcquire, 'maybe'> {
  readonly maybe: boolean;
}

export interface ReleaseOutcome {
  readonly place?: Place;
  /** The argument that is the lease. */
  readonly lease?: Temp;
  /** Does nothing where it is not held. */
  readonly ifHeld?: true;
  /** Nothing says so but that something is called there. */
  readonly guess?: true;
}

export interface Target extends FnRef {
  /** Nothing else can be meant. */
  readonly certain: boolean;
  /** How many arguments go before the function's own: `f.call(self, …)`. */
  readonly shift: number;
  /** The user has said what it does. */
  readonly modelled?: true;
}

export interface Outcome {
  readonly step: Step;
  readonly sync: readonly Effect[];
  readonly done: readonly Effect[];
  readonly invokes: readonly Invocation[];
  readonly paramCalls: readonly ParamCall[];
  /** Arguments whose promises it awaits. */
  readonly awaitsArgs: readonly { readonly temp: Temp; readonly steps: readonly Step[] }[];
  readonly awaitsParams: readonly ParamPath[];
  readonly acquires: readonly AcquireOutcome[];
  readonly releases: readonly ReleaseOutcome[];
  /** Functions of the project that it may call. */
  readonly targets: readonly Target[];
  readonly known: boolean;
}

/** An answer for one aspect: what belongs to others may be missing. */
export type OutcomePart = Omit<Outcome, 'targets' | 'step'>;

const NONE: readonly never[] = [];
const NOTHING_DONE: OutcomePart = {
  sync: NONE,
  done: NONE,
  invokes: NONE,
  paramCalls: NONE,
  awaitsArgs: NONE,
  awaitsParams: NONE,
  acquires: NONE,
  releases: NONE,
  known: false,
};
const KNOWN_TO_DO_NOTHING: OutcomePart = { ...NOTHING_DONE, known: true };

const ARRAY_RUNS = new Set([
  'forEach', 'map', 'filter', 'some', 'every', 'find', 'findIndex', 'findLast', 'findLastIndex', 'flatMap', 'reduce', 'reduceRight', 'sort', 'toSorted',
]);

const NO_KINDS: ReadonlySet<string> = new Set();
/** Objects in objects in objects: as far as a lock is followed out of them. */
const MOST_WITHIN = 6;
/** Places are named by files, which may be deep. */
const LONGEST_ID = 1000;

const MICROTASKS = new Set(['queueMicrotask', 'process.nextTick']);

type Mutable<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer E)[] ? E[] : T[K] };

/** An answer in the making, for one aspect. */
class Draft implements Mutable<OutcomePart> {
  readonly sync: Effect[] = [];
  readonly done: Effect[] = [];
  readonly invokes: Invocation[] = [];
  readonly paramCalls: ParamCall[] = [];
  readonly awaitsArgs: Outcome['awaitsArgs'][number][] = [];
  readonly awaitsParams: ParamPath[] = [];
  readonly acquires: AcquireOutcome[] = [];
  readonly releases: ReleaseOutcome[] = [];
  known = false;
  #step: Step | undefined;

  constructor(
    readonly aspect: Aspect,
    readonly named: () => Step,
  ) {}

  get step(): Step {
    return (this.#step ??= this.named());
  }

  /** As it is kept: of most calls there is nothing to say. */
  finished(): OutcomePart {
    const { sync, done, invokes, paramCalls, awaitsArgs, awaitsParams, acquires, releases, known } = this;
    const said = sync.length + done.length + invokes.length + paramCalls.length + awaitsArgs.length + awaitsParams.length + acquires.length + releases.length;
    if (said === 0) return known ? KNOWN_TO_DO_NOTHING : NOTHING_DONE;
    return {
      sync: orNone(sync),
      done: orNone(done),
      invokes: orNone(invokes),
      paramCalls: orNone(paramCalls),
      awaitsArgs: orNone(awaitsArgs),
      awaitsParams: orNone(awaitsParams),
      acquires: orNone(acquires),
      releases: orNone(releases),
      known,
    };
  }
}

const orNone = <T>(list: readonly T[]): readonly T[] => (list.length > 0 ? list : NONE);

export class Outcomes {
  constructor(readonly analysis: Analysis) {}

  step(ref: FnRef, temp: Temp): Step {
    const { values, places } = this.analysis;
    const i = values.fact(ref)!.code[temp] as InstructionOf<'call'>;
    return { label: places.name(ref, i.fn) || places.text(ref, i.fn), file: ref.file, s: i.s, e: i.e };
  }

  /** The functions of the project that a call may reach, the function of a `call` or `apply` too. */
  reached(ref: FnRef, temp: Temp): Target[] {
    const { values } = this.analysis;
    const i = values.fact(ref)!.code[temp] as InstructionOf<'call'>;
    const value = values.of(ref, i.fn);
    const { own, certain } = this.targets(ref, i, value);
    const target = (ty: FnRef, isCertain: boolean, shift: number): Target => {
      const fact = values.fact(ty);
      const isModelled = fact !== undefined && this.#userModel(ty, fact).length > 0;
      return { file: ty.file, fn: ty.fn, certain: isCertain, shift, ...(isModelled && { modelled: true as const }) };
    };
    const reached = own.map((one) => target(one.ty, certain && one.certain, 0));
    for (const ty of value) if (ty.k === 'applier' && ty.of.k === 'fn' && ty.name !== 'bind') reached.push(target(ty.of, true, ty.name === 'call' ? 1 : 0));
    return reached;
  }

  of(ref: FnRef, temp: Temp, aspect: Aspect): OutcomePart {
    const { values } = this.analysis;
    const fact = values.fact(ref)!;
    const i = fact.code[temp] as InstructionOf<'call'>;
    if (aspect === 'acquires' && !mayCallTaker(this.analysis, ref, temp)) return NOTHING_DONE;
    const out = new Draft(aspect, () => this.step(ref, temp));
    const value = values.of(ref, i.fn);
    if (aspect === 'acquires' || aspect === 'releases') this.#sql(ref, fact, i, out);
    const shape = this.analysis.shapes(ref).sections.get(temp);
    if (shape) {
      this.#chain(ref, temp, out, shape);
      return out.finished();
    }
    const targets = this.targets(ref, i, value);
    const isUnknown = (): boolean => !out.known && !i.new && targets.own.length === 0 && out.invokes.length === 0;
    const everywhere = aspect === 'effects' ? this.#everywhere(targets.own.map((target) => target.ty)) : NO_KINDS;
    const isLock = aspect === 'runs' && this.#lockEverywhere(targets.own.map((target) => target.ty));
    for (const target of targets.own) this.#own(ref, i, target.ty, isLock || (targets.certain && target.certain), out, 0, everywhere);
    for (const ty of value) {
      switch (ty.k) {
        case 'external':
        case 'global': {
          out.known ||= ty.k === 'global' || this.analysis.knowledge.hasModelOf(ty.package);
          this.#modelled(ref, i, ty, out);
          break;
        }
        case 'boxMethod':
          out.known = true;
          this.#builtIn(ref, i, ty.name, ty.box.of, out);
          break;
        case 'applier':
          if (ty.of.k === 'fn' && ty.name !== 'bind') this.#own(ref, i, ty.of, true, out, ty.name === 'call' ? 1 : undefined);
          break;
        default:
          break;
      }
    }
    const callee = fact.code[i.fn];
    const settles = callee?.op === 'member' && continuesPromise(callee.name);
    if (settles && targets.own.length === 0 && !value.some((ty) => ty.k === 'boxMethod')) this.#builtIn(ref, i, callee.name, 'Promise', out);
    else if (targets.own.length === 0) this.#foreign(ref, fact, i, temp, value, out);
    if (isUnknown() && out.paramCalls.length === 0) this.#passedOn(ref, i, out);
    return out.finished();
  }

  // --- functions of the project

  /** Kinds of effects that every one of several implementations has. */
  #everywhere(targets: readonly FnRef[]): ReadonlySet<string> {
    if (targets.length < 2) return NO_KINDS;
    const kinds = targets.map((target) => {
      const { sync, done } = this.analysis.summary(target);
      return new Set([...sync, ...done].filter((effect) => effect.certain).map((effect) => effect.kind));
    });
    return new Set([...kinds[0]!].filter((kind) => kinds.every((set) => set.has(kind))));
  }

  /** Whether every one of several implementations runs what it is passed at one place under a lock. */
  #lockEverywhere(targets: readonly FnRef[]): boolean {
    if (targets.length < 2) return false;
    const [first, ...rest] = targets.map((target) => {
      const runs = this.analysis.summary(target).calls.filter(({ param, certain, locks }) => param.fn === target.fn && certain && locks.some((lock) => lock.certain));
      return new Set(runs.map(({ param }) => param.index));
    });
    return [...first!].some((index) => rest.every((indexes) => indexes.has(index)));
  }

  /** The functions of the project that a call may reach, through interfaces and abstract methods too. */
  targets(ref: FnRef, i: InstructionOf<'call'>, value: Value): { own: { ty: Extract<Ty, { k: 'fn' }>; certain: boolean }[]; certain: boolean } {
    const { values } = this.analysis;
    const own: { ty: Extract<Ty, { k: 'fn' }>; certain: boolean }[] = [];
    const add = (ty: Extract<Ty, { k: 'fn' }>, certain: boolean): void => {
      if (!own.some((known) => known.ty.file === ty.file && known.ty.fn === ty.fn)) own.push({ ty, certain });
    };
    for (const ty of value) {
      if (ty.k === 'fn') {
        const fact = values.fact(ty);
        if (fact?.bodiless && fact.cls !== undefined) {
          if (this.#userModel(ty, fact).length > 0) {
            add(ty, true);
            continue;
          }
          const heirs = this.analysis.hierarchy.subclasses(ty.file, fact.cls);
          for (const sub of heirs) this.#methodOf(sub, fact.name, add, heirs.length === 1);
        } else add(ty, true);
      } else if (ty.k === 'class' && (i.new || values.fact(ref)?.code[i.fn]?.op === 'super')) {
        const constructor = this.analysis.constructorOf(ty.file, ty.cls);
        if (constructor) add({ k: 'fn', ...constructor }, true);
      }
    }
    const callee = values.fact(ref)?.code[i.fn];
    if (own.length === 0 && callee?.op === 'member') {
      for (const receiver of values.of(ref, callee.obj)) {
        if (receiver.k !== 'interface') continue;
        const found = this.analysis.hierarchy.implementers(receiver.file, receiver.type);
        for (const implementer of found) this.#methodOf(implementer, callee.name, add, found.length === 1);
      }
    }
    // Of a table's functions that a key chooses from, which one it is is not known.
    const chosen = callee?.op === 'index' && own.length > 1;
    return { own, certain: own.length <= 4 && !chosen };
  }

  #methodOf(cls: { file: string; cls: number }, name: string, add: (ty: Extract<Ty, { k: 'fn' }>, certain: boolean) => void, certain = false): void {
    const found = this.analysis.values.findMember(cls.file, cls.cls, name, false);
    if (!found || 'base' in found) return;
    if (found.member.kind === 'method' && found.member.fn !== undefined) {
      add({ k: 'fn', file: found.file, fn: found.member.fn, self: [{ k: 'instance', ...cls }] }, certain);
    } else {
      const self: Ty = { k: 'instance', file: cls.file, cls: cls.cls };
      for (const ty of this.analysis.values.member([self], name)) if (ty.k === 'fn') add({ ...ty, self: [self] }, certain);
    }
  }

  #own(
    ref: FnRef,
    i: InstructionOf<'call'>,
    ty: Extract<Ty, { k: 'fn' }>,
    certain: boolean,
    out: Draft,
    shift = 0,
    everywhere: ReadonlySet<string> = NO_KINDS,
  ): void {
    const { values } = this.analysis;
    const { code } = values.fact(ref)!;
    const fact = values.fact(ty);
    if (!fact) return;
    out.known = true;
    const modelled = this.#userModel(ty, fact);
    for (const does of modelled) this.#apply(ref, i, does, undefined, certain, out);
    if (modelled.length > 0) return;
    // A generator runs when it is iterated.
    if (fact.generator) return;
    const summary = this.analysis.summary(ty);
    const spread = i.spread ?? Infinity;
    const argument = (param: ParamPath): { temp?: Temp; value: Value } | undefined => {
      const index = param.index + shift;
      if (index >= spread) return undefined;
      const isRest = fact.params[param.index]?.rest;
      const temp = i.args[index];
      if (temp === undefined || isRest) return undefined;
      let value = values.of(ref, temp);
      for (const name of param.path) value = values.member(value, name);
      const inLiteral = param.path.length === 1 ? this.#property(ref, temp, param.path[0]!) : undefined;
      return { value, ...(param.path.length === 0 ? { temp } : inLiteral !== undefined ? { temp: inLiteral } : {}) };
    };
    if (out.aspect === 'effects') {
      const isStorages = (effect: Effect): boolean => (effect.kind === 'retry' || effect.kind === 'sleep') && effect.certain && isToldBusy(this.analysis, ref, code.indexOf(i));
      for (const effect of summary.sync) {
        const met = this.#given(ref, i, ty, effect, shift);
        // Who hears of what is logged is the log's own business.
        const logged = effect.kind === 'callback' && effect.certain && tells(this.analysis.places, ref, i);
        if (met) out.sync.push(through(out.step, met, (certain || everywhere.has(effect.kind)) && !logged));
      }
      for (const effect of summary.done) {
        const met = this.#given(ref, i, ty, effect, shift);
        const abortable = met && this.#abortable(ref, i, ty, met, shift);
        const delayed = abortable && this.#delayed(ref, abortable, ty, (param) => i.args[param.index + shift]);
        if (delayed) out.done.push(through(out.step, delayed, (certain || everywhere.has(effect.kind)) && !isStorages(effect)));
      }
      return;
    }
    const substitute = (lock: LockRef): LockRef => this.substitute(ref, i, ty, lock, shift, out.step, certain);
    if (out.aspect === 'acquires') {
      for (const acquire of summary.acquires) out.acquires.push({ ...acquire, lock: substitute(acquire.lock) });
      return;
    }
    if (out.aspect === 'releases') {
      for (const release of summary.releases) {
        const guess = release.guess && { guess: true as const };
        if (release.param) {
          if (release.param.fn !== ty.fn || release.param.file !== ty.file) continue;
          const passed = argument(release.param);
          if (passed?.temp !== undefined) out.releases.push({ lease: passed.temp, ...guess });
        } else if (release.place) {
          const place = this.#substitutePlace(ref, i, ty, release.place, shift);
          out.releases.push({ place, ...guess });
        }
      }
      return;
    }
    for (const call of summary.calls) {
      const locks = call.locks.map(substitute);
      if (call.param.file !== ty.file || call.param.fn !== ty.fn) {
        const captured = this.#captured(ty, call.param);
        if (captured) {
          out.invokes.push({
            value: captured,
            now: call.early,
            awaited: call.awaited,
            locks,
            steps: [out.step, ...call.steps],
            certain: certain && call.certain,
          });
        } else out.paramCalls.push({ ...call, locks, steps: [out.step, ...call.steps] });
        continue;
      }
      const passed = argument(call.param);
      if (!passed || isNoFunction(code, passed.temp)) continue;
      out.invokes.push({
        value: passed.value,
        ...(passed.temp !== undefined && { arg: passed.temp }),
        now: call.early,
        awaited: call.awaited,
        locks,
        steps: [out.step, ...call.steps],
        certain: certain && call.certain,
        ...(call.micro && { micro: true as const }),
      });
    }
    for (const param of summary.awaits) {
      if (param.file !== ty.file || param.fn !== ty.fn) {
        out.awaitsParams.push(param);
        continue;
      }
      const passed = argument(param);
      if (passed?.temp !== undefined) out.awaitsArgs.push({ temp: passed.temp, steps: [out.step] });
    }
  }

  /** An effect that hangs on the callee's parameters, as this call sees it: undefined where what it passes rules it out. */
  #given(ref: FnRef, i: InstructionOf<'call'>, ty: FnRef, given: Effect, shift: number): Effect | undefined {
    const effect = this.#handedBack(ref, i, given);
    if (!effect.given) return effect;
    const facts = this.analysis.project.facts(ref.file)!;
    const { given: conditions, ...rest } = effect;
    const left = [];
    for (const condition of conditions) {
      const { param } = condition;
      if (param.file !== ty.file || param.fn !== ty.fn) {
        if (param.file === ref.file) left.push(condition);
        continue;
      }
      const index = param.index + shift;
      const spread = index >= (i.spread ?? Infinity);
      const met = conditionFor(condition, spread ? undefined : passedBy(facts, ref, i.args[index], param.path));
      if (met === 'never') return undefined;
      if (met) left.push(met);
    }
    return left.length > 0 ? { ...rest, given: left } : rest;
  }

  /** A notification whose result the callee has handed back: this call drops it, hands it on, or waits for it. */
  #handedBack(ref: FnRef, i: InstructionOf<'call'>, effect: Effect): Effect {
    if (effect.unawaited !== 'returned') return effect;
    const fact = this.analysis.values.fact(ref)!;
    const { unawaited: _before, ...rest } = effect;
    const use = useOf(fact, fact.code.indexOf(i));
    return use === 'used' ? rest : { ...rest, unawaited: use };
  }

  /** A sleep whose length the caller gives: gone where it is 0, and the caller's own caller's where that gives it. */
  #delayed(ref: FnRef, effect: Effect, ty: FnRef, argument: (param: ParamPath) => Temp | undefined): Effect | undefined {
    const { delay, ...rest } = effect;
    if (!delay || delay.fn !== ty.fn || delay.file !== ty.file || delay.path.length > 0) return effect;
    const temp = argument(delay);
    if (temp === undefined) return rest;
    const value = this.analysis.values.of(ref, temp);
    if (value.length === 1 && value[0]!.k === 'constant' && Number(value[0].value) === 0) return undefined;
    const param = value.find((one) => one.k === 'param');
    return param ? { ...rest, delay: param } : rest;
  }

  /** A wait whose signal the callee was passed: the caller's own caller's, where that gives it. */
  #abortable(ref: FnRef, i: InstructionOf<'call'>, ty: FnRef, effect: Effect, shift: number): Effect {
    const { signal, ...rest } = effect;
    if (!signal || signal.fn !== ty.fn || signal.file !== ty.file) return effect;
    const given = this.#parameterIn(ref, i.args[signal.index + shift], signal.path);
    return given ? { ...rest, signal: given } : rest;
  }

  /** The parameter that gives a wait its signal: `setTimeout(ms, undefined, { signal })`. */
  #signalOf(ref: FnRef, i: InstructionOf<'call'>): ParamPath | undefined {
    return i.args.map((arg) => this.#parameterIn(ref, arg, ['signal'])).find((param) => param !== undefined);
  }

  /** The parameter that an argument (or a property of it) is. */
  #parameterIn(ref: FnRef, argument: Temp | undefined, path: readonly string[]): ParamPath | undefined {
    const passed = argument === undefined ? undefined : passedBy(this.analysis.project.facts(ref.file)!, ref, argument, path);
    return typeof passed === 'object' && 'param' in passed ? passed.param : undefined;
  }

  /** The temp of a property in an object literal that is passed. */
  #property(ref: FnRef, temp: Temp, name: string): Temp | undefined {
    const i = this.analysis.values.instruction({ ...ref, temp });
    return i?.op === 'object' ? i.props.find((p) => p.name === name && p.kind === undefined)?.value : undefined;
  }

  /** What a function that another call returned has captured of that call's arguments: `compose(f, g)()`. */
  #captured(ty: Extract<Ty, { k: 'fn' }>, param: ParamPath): Value | undefined {
    const { values } = this.analysis;
    const made = ty.from && values.instruction(ty.from);
    if (!ty.from || made?.op !== 'call' || this.analysis.project.facts(ty.file)?.functions[ty.fn]?.parent !== param.fn) return undefined;
    const arg = made.args[param.index];
    if (arg === undefined) return undefined;
    let value = values.of(ty.from, arg);
    for (const name of param.path) value = values.member(value, name);
    return value;
  }

  #userModel(ty: FnRef, fact: FunctionFact): readonly Does[] {
    const facts = this.analysis.project.facts(ty.file)!;
    const path =
      fact.cls !== undefined ? `${facts.classes[fact.cls]!.name}${fact.static ? '.' : '#'}${fact.name}` : fact.name;
    return this.analysis.knowledge.doesOwn(ty.file, path);
  }

  /** A lock as the callee names it -> as the caller does. */
  substitute(ref: FnRef, i: InstructionOf<'call'>, ty: Extract<Ty, { k: 'fn' }>, lock: LockRef, shift: number, taken: Step, certain: boolean): LockRef {
    const place = this.#substitutePlace(ref, i, ty, lock.place, shift);
    const permits = lock.kind === 'semaphore' && lock.place.path === '' ? this.#permitsOfInstance(ref, i) : undefined;
    const shared = permits === undefined ? lock.shared : permits > 1 ? (true as const) : undefined;
    const { shared: _before, ...rest } = lock;
    return {
      ...rest,
      place,
      taken,
      certain: lock.certain && certain,
      ...(shared && { shared }),
    };
  }

  #substitutePlace(ref: FnRef, i: InstructionOf<'call'>, ty: Extract<Ty, { k: 'fn' }>, place: Place, shift: number): Place {
    const found = this.#asCaller(ref, i, ty, place, shift);
    // Functions that call each other over a structure name a longer place each time.
    return found.id.length <= LONGEST_ID ? found : { id: `?${found.id.slice(0, LONGEST_ID)}`, text: place.text, root: 'unknown' };
  }

  #asCaller(ref: FnRef, i: InstructionOf<'call'>, ty: Extract<Ty, { k: 'fn' }>, place: Place, shift: number): Place {
    const { places, values } = this.analysis;
    const keys = place.keys?.map((key) => this.substituteKey(ref, i, ty, key, shift));
    const same = keys ? { ...place, keys } : place;
    if (place.root === 'this') {
      const callee = values.fact(ref)!.code[i.fn];
      if (callee?.op !== 'member') return same;
      const receiver = values.fact(ref)!.code[callee.obj];
      if (receiver?.op === 'this' || receiver?.op === 'super') {
        return place.path === '' ? { ...places.of(ref, callee.obj), text: 'this' } : same;
      }
      const base = places.of(ref, callee.obj);
      const maker = asMaker(this.analysis, base, place);
      if (maker) return this.#beneath(maker.place, maker.rest, place, keys);
      const inner = memberOf(place);
      const path = place.path ?? '';
      return {
        ...base,
        ...(base.member !== undefined && { member: `${base.member}${path}` }),
        ...(inner !== undefined && { within: [...(place.within ?? []), inner].slice(0, MOST_WITHIN) }),
        ...withKeys(base, keys),
        id: `${base.id}${path}`,
        text: `${base.text}${!place.state && /^(?:\.#?\w+)?$/.test(path) ? path : ''}`,
        ...(base.path !== undefined && { path: `${base.path}${path}` }),
        // What the caller of this one passes is told apart by the whole path.
        ...(base.param && /^(?:\.#?[\w$]+)+$/.test(path) && {
          param: { ...base.param, path: [...base.param.path, ...path.slice(1).split('.')] },
        }),
      };
    }
    if (place.root === 'param' && place.param && place.param.fn === ty.fn && place.param.file === ty.file) {
      const temp = i.args[place.param.index + shift];
      if (temp === undefined) return same;
      const base = places.of(ref, temp);
      const path = place.param.path.map((name) => `.${name}`).join('');
      return {
        ...base,
        ...(base.member !== undefined && path !== '' && { member: `${base.member}${path}` }),
        ...(place.member !== undefined && { member: place.member }),
        ...(place.within && { within: place.within }),
        ...withKeys(base, keys),
        id: `${base.id}${path}`,
        text: `${base.text}${path}`,
        ...(base.path !== undefined && { path: `${base.path}${path}` }),
        ...(base.param && { param: { ...base.param, path: [...base.param.path, ...place.param.path] } }),
      };
    }
    if (place.root === 'closure' && place.owner && !this.#isWithin(ref, place.owner)) {
      const { member: _of, within: _before, ...made } = this.#madeBy(ref, i, ty);
      return { ...made, ...withKeys(made, keys), id: `${made.id}~${place.id}` };
    }
    return same;
  }

  /** A member of what a place holds, as methods further in have named it. */
  #beneath(base: Place, path: string, { within }: Place, keys: Place['keys']): Place {
    return {
      ...base,
      ...(base.member !== undefined && { member: `${base.member}${path}` }),
      ...(within && { within }),
      ...withKeys(base, keys),
      id: `${base.id}${path}`,
      text: `${base.text}${path}`,
      ...(base.path !== undefined && { path: `${base.path}${path}` }),
    };
  }

  #isWithin(ref: FnRef, owner: FnRef): boolean {
    if (ref.file !== owner.file) return false;
    const { functions } = this.analysis.project.facts(ref.file)!;
    for (let { fn } = ref; fn >= 0; fn = functions[fn]!.parent) if (fn === owner.fn) return true;
    return false;
  }

  /** What a call of the function that declares its variables gave this one: two calls of `createLock()` give two locks. */
  #madeBy(ref: FnRef, i: InstructionOf<'call'>, ty: Extract<Ty, { k: 'fn' }>): Place {
    const { places, values } = this.analysis;
    const { code } = values.fact(ref)!;
    const callee = code[i.fn];
    if (callee?.op === 'member') return places.of(ref, callee.obj);
    const text = places.text(ref, i.fn);
    if (callee?.op !== 'get') return ty.from ? { id: `C${ty.from.file}:${ty.from.fn}:${ty.from.temp}`, text, root: 'unknown' } : places.of(ref, i.fn);
    const own = { ...places.of(ref, i.fn), text };
    const writes = writesOf(this.analysis.project.facts(ref.file)!, callee.v);
    const from = { file: ref.file, fn: writes[0]?.fn ?? 0 };
    // Taken out of what the call gave: `const { acquire, release } = createLock()`.
    const part = writes.length === 1 ? values.instruction({ ...from, temp: writes[0]!.value }) : undefined;
    if (part?.op !== 'member') return own;
    const made = values.instruction({ ...from, temp: part.obj })?.op === 'call';
    return made ? { id: `C${from.file}:${from.fn}:${part.obj}`, text, root: from.fn === 0 ? 'module' : own.root } : { ...places.of(from, part.obj), text };
  }

  /** A key as the callee names it -> as the caller does. */
  substituteKey(ref: FnRef, i: InstructionOf<'call'>, ty: FnRef, key: Key, shift: number): Key {
    if (key.k === 'variable') return key.id.startsWith('T') ? { k: 'other' } : key;
    if (key.k !== 'param' || key.param.fn !== ty.fn || key.param.file !== ty.file) return key;
    const index = key.param.index + shift;
    const temp = index < (i.spread ?? Infinity) ? i.args[index] : undefined;
    if (temp === undefined) return { k: 'other' };
    if (key.param.path.length === 0) return this.analysis.places.key(ref, temp);
    const inLiteral = key.param.path.length === 1 ? this.#property(ref, temp, key.param.path[0]!) : undefined;
    if (inLiteral !== undefined) return this.analysis.places.key(ref, inLiteral);
    const of = this.analysis.places.key(ref, temp);
    if (of.k === 'param') return { k: 'param', param: { ...of.param, path: [...of.param.path, ...key.param.path] } };
    return of.k === 'variable' ? { k: 'variable', id: `${of.id}.${key.param.path.join('.')}` } : { k: 'other' };
  }

  /** The number with which a home-grown semaphore was made. */
  #permitsOfInstance(ref: FnRef, i: InstructionOf<'call'>): number | undefined {
    const { values } = this.analysis;
    const callee = values.fact(ref)!.code[i.fn];
    if (callee?.op !== 'member') return undefined;
    for (const ty of values.of(ref, callee.obj)) {
      if (ty.k !== 'instance' || !ty.site) continue;
      const made = values.instruction(ty.site);
      if (made?.op !== 'call') continue;
      if (made.args[0] === undefined) return 1;
      const first = values.of(ty.site, made.args[0])[0];
      if (first?.k === 'constant' && typeof first.value === 'number') return first.value;
    }
    return undefined;
  }

  // --- models

  #modelled(ref: FnRef, i: InstructionOf<'call'>, ty: Extract<Ty, { k: 'external' | 'global' }>, out: Draft): void {
    if (ty.k === 'global' && MICROTASKS.has(ty.path) && i.args[0] !== undefined) {
      out.invokes.push(this.#invocation(ref, i.args[0], out, { now: true, awaited: false, micro: true }));
      return;
    }
    if (ty.k === 'global' && ty.path === 'Array.from' && i.args[1] !== undefined) {
      out.invokes.push(this.#invocation(ref, i.args[1], out, { now: true, awaited: false }));
      return;
    }
    if (ty.k === 'global' && ty.path === 'Promise' && i.new && i.args[0] !== undefined) {
      out.invokes.push(this.#invocation(ref, i.args[0], out, { now: true, awaited: false }));
      return;
    }
    for (const does of this.analysis.knowledge.does(ty, Boolean(i.new))) this.#apply(ref, i, does, ty, true, out);
  }

  #invocation(ref: FnRef, arg: Temp, out: Draft, how: { now: boolean; awaited: boolean; micro?: true; locks?: LockRef[]; done?: number; certain?: boolean }): Invocation {
    return {
      value: this.analysis.values.of(ref, arg),
      arg,
      now: how.now,
      awaited: how.awaited,
      locks: how.locks ?? [],
      steps: [out.step],
      certain: how.certain ?? true,
      ...(how.micro && { micro: true as const }),
      ...(how.done !== undefined && { done: how.done }),
    };
  }

  /** Whether an argument is (or may be) a function. */
  #isFunction(ref: FnRef, temp: Temp | undefined): boolean {
    if (temp === undefined) return false;
    const { values } = this.analysis;
    if (values.instruction({ ...ref, temp })?.op === 'fn') return true;
    const value = values.of(ref, temp);
    if (value.some((ty) => ty.k === 'fn' || ty.k === 'signature' || ty.k === 'applier')) return true;
    // A parameter without a type is taken for a function only where it is called one.
    return value.length > 0 && value.every((ty) => ty.k === 'param') && /^(?:fn|f|func|cb|callback|task|work|job|section|body|action|operation|op|handler|run|exec)$/i.test(this.analysis.places.name(ref, temp));
  }

  #callbackOf(ref: FnRef, i: InstructionOf<'call'>, index: number | 'last'): Temp | undefined {
    if (index !== 'last') return i.args[index];
    for (let n = i.args.length - 1; n >= 0; n--) if (this.#isFunction(ref, i.args[n])) return i.args[n];
    return undefined;
  }

  #fits(ref: FnRef, i: InstructionOf<'call'>, does: Does): boolean {
    if (!('when' in does) || does.when === undefined) return true;
    const has = i.args.some((arg) => this.#isFunction(ref, arg));
    return does.when === 'callback' ? has : !has;
  }

  /** `database.transaction((error, transaction) => …)`: a callback that is told of the outcome, and no section. */
  #isToldOfFailure(ref: FnRef, i: InstructionOf<'call'>, index: number | 'last'): boolean {
    const arg = this.#callbackOf(ref, i, index);
    const fn = arg === undefined ? undefined : this.analysis.values.of(ref, arg).find((ty) => ty.k === 'fn');
    const first = fn?.k === 'fn' ? this.analysis.values.fact(fn)?.params[0]?.v : undefined;
    return fn?.k === 'fn' && first !== undefined && namesFailure(this.analysis.project.facts(fn.file)!.vars[first]!.name);
  }

  #apply(
    ref: FnRef,
    i: InstructionOf<'call'>,
    does: Does,
    ty: Extract<Ty, { k: 'external' | 'global' }> | undefined,
    certain: boolean,
    out: Draft,
  ): void {
    if (!this.#fits(ref, i, does)) return;
    out.known = true;
    switch (does.does) {
      case 'section': {
        // With `wraps` it is run by whoever calls the result, and under the lock whenever that is.
        const arg = this.#callbackOf(ref, i, does.callback);
        if (arg === undefined || !this.#isFunction(ref, arg)) {
          // An options object or a generator of work: nothing that we could follow.
          if (arg === undefined || this.analysis.values.of(ref, arg).length === 0) return;
        }
        const locks = this.#locksOf(ref, i, does, ty, certain, out.step);
        if (locks.length === 0) {
          const slot = this.#slotOf(ref, i, does, ty, certain, out.step);
          if (slot) out.invokes.push({ ...this.#invocation(ref, arg, out, { now: false, awaited: true, certain }), slot });
          return;
        }
        const fn = this.analysis.values.of(ref, arg).find((t) => t.k === 'fn');
        const arity = fn?.k === 'fn' ? this.analysis.values.fact(fn)?.params.length : undefined;
        // A bound function's parameters are not what the lock passes.
        const bound = this.analysis.values.instruction({ ...ref, temp: arg })?.op === 'call';
        const done = does.done && !bound && arity === does.done.arity ? does.done.parameter : undefined;
        out.invokes.push(this.#invocation(ref, arg, out, { now: false, awaited: true, locks, certain, ...(done !== undefined && { done }) }));
        return;
      }
      case 'acquire': {
        const lock = this.#lockOf(ref, i, does, ty, certain, out.step);
        if (!lock) return;
        out.acquires.push({
          lock: this.#refuses(ref, i, does) ? { ...lock, refuses: true } : lock,
          gives: does.gives,
          sync: does.sync ?? false,
          maybe: does.maybe ?? false,
          ...(does.releasedBy && { releasedBy: does.releasedBy }),
        });
        return;
      }
      case 'release': {
        const lease = does.lease !== undefined ? i.args[does.lease] : undefined;
        const ifHeld = does.ifHeld && { ifHeld: true as const };
        if (lease !== undefined) out.releases.push({ lease, ...ifHeld });
        const receiver = this.#receiver(ref, i);
        if (receiver !== undefined) out.releases.push({ lease: receiver, ...ifHeld });
        out.releases.push({ place: this.#lockPlace(ref, i, does.key, ty), ...ifHeld });
        return;
      }
      case 'retry': {
        if (does.wraps) return;
        out.done.push({ kind: 'retry', certain: certain && !isToldBusy(this.analysis, ref, this.analysis.values.fact(ref)!.code.indexOf(i)), steps: [out.step] });
        let arg = does.callback !== undefined ? this.#callbackOf(ref, i, does.callback) : undefined;
        if (arg !== undefined && does.property !== undefined) arg = this.#property(ref, arg, does.property);
        if (arg !== undefined) out.invokes.push(this.#invocation(ref, arg, out, { now: false, awaited: true, certain }));
        return;
      }
      case 'sleep': {
        if (does.ms !== undefined) {
          const ms = i.args[does.ms] !== undefined ? this.analysis.values.of(ref, i.args[does.ms]!)[0] : undefined;
          if (ms?.k === 'constant' && Number(ms.value) === 0) return;
        }
        const signal = this.#signalOf(ref, i);
        (does.sync ? out.sync : out.done).push({ kind: 'sleep', certain, steps: [out.step], ...(signal && { signal }) });
        return;
      }
      case 'network':
      case 'process':
      case 'event':
      case 'storage':
      case 'callback':
        (does.sync ? out.sync : out.done).push({
          kind: does.does,
          certain,
          steps: [out.step],
          // `emit` gives back no promise of its listeners'.
          ...(does.does === 'callback' && does.sync && { unawaited: 'dropped' as const }),
          ...(does.engine !== undefined && { engine: does.engine }),
        });
        if (does.does === 'network' && isMadeRetrying(this.analysis, ref, this.#receiver(ref, i) ?? i.fn)) out.done.push({ kind: 'retry', certain, steps: [out.step] });
        return;
      case 'nothing':
        for (const index of does.invokes ?? []) {
          if (i.args[index] !== undefined) out.invokes.push(this.#invocation(ref, i.args[index], out, { now: true, awaited: true }));
        }
        return;
      default:
        return;
    }
  }

  /** Nobody waits for a lock that refuses at once: what takes long in it holds nobody up. */
  #refuses(ref: FnRef, i: InstructionOf<'call'>, does: Acquire): boolean {
    const { waitsWith } = does;
    if (!waitsWith) return false;
    const passed = passedBy(this.analysis.project.facts(ref.file)!, ref, i.args[waitsWith.argument], []);
    if (typeof passed === 'object' && 'constant' in passed) return passed.constant == null;
    const option = passedBy(this.analysis.project.facts(ref.file)!, ref, i.args[waitsWith.argument], [waitsWith.property]);
    return typeof option === 'object' && 'constant' in option && !option.constant;
  }

  #receiver(ref: FnRef, i: InstructionOf<'call'>): Temp | undefined {
    const callee = this.analysis.values.fact(ref)!.code[i.fn];
    return callee?.op === 'member' ? callee.obj : undefined;
  }

  #lockPlace(ref: FnRef, i: InstructionOf<'call'>, key: number | undefined, ty?: Extract<Ty, { k: 'external' | 'global' }>): Place {
    const { places } = this.analysis;
    // What is called is the lock itself (`this.limit(…)`), or has it.
    const receiver = ty?.path.endsWith('()') ? undefined : this.#receiver(ref, i);
    let base = receiver !== undefined ? places.of(ref, receiver) : places.of(ref, i.fn);
    // Functions of a package that is the lock (`lock(file)`, `unlock(file)`), by whatever names they are imported.
    if (ty?.k === 'external' && key !== undefined && /^(?:default\.)?\w+$/.test(ty.path)) base = { ...base, id: `E${ty.package}` };
    if (key === undefined || i.args[key] === undefined) return base;
    return places.lockOfKey(base, ref, i.args[key]);
  }

  /** The locks that a section takes: one, or all that are listed. */
  #locksOf(
    ref: FnRef,
    i: InstructionOf<'call'>,
    does: Extract<Does, { does: 'section' }>,
    ty: Extract<Ty, { k: 'external' | 'global' }> | undefined,
    certain: boolean,
    taken: Step,
  ): LockRef[] {
    const lock = this.#lockOf(ref, i, does, ty, certain, taken);
    const given = does.lock !== undefined && i.args[does.lock] !== undefined ? i.args[does.lock] : undefined;
    const list = given !== undefined ? this.analysis.values.instruction({ ...ref, temp: given }) : undefined;
    if (!lock) return [];
    if (list?.op !== 'array') return [lock];
    return list.items.map((item) => ({ ...lock, place: this.analysis.places.of(ref, item) }));
  }

  /** The lock that a modelled call takes; undefined where many may hold it at once. */
  #lockOf(
    ref: FnRef,
    i: InstructionOf<'call'>,
    does: Acquire | Extract<Does, { does: 'section' }>,
    ty: Extract<Ty, { k: 'external' | 'global' }> | undefined,
    certain: boolean,
    taken: Step,
  ): LockRef | undefined {
    const kind: LockKind = does.kind ?? 'mutex';
    let place = this.#lockPlace(ref, i, does.key, ty);
    if ('lock' in does && does.lock !== undefined && i.args[does.lock] !== undefined) place = this.analysis.places.of(ref, i.args[does.lock]!);
    // A limiter whose width nobody knows is taken for what most are: wider than one.
    if (this.#isLimited(kind) && (this.#width(ref, i, does, ty) ?? Infinity) > 1) return undefined;
    const options = does.does === 'section' ? this.#webLockOptions(ref, i) : undefined;
    if (options === 'shared') return undefined;
    const reentrant = does.reentrant || this.#isReentrant(ty);
    return {
      place,
      kind,
      certain,
      taken,
      ...(options === 'tries' && { tries: true as const }),
      ...(does.does === 'section' && does.atOnce && { atOnce: true as const }),
      ...(reentrant && { reentrant: true as const }),
    };
  }

  #isLimited(kind: LockKind): boolean {
    return kind === 'semaphore' || kind === 'queue';
  }

  /** How many may hold what a call takes. Undefined where that is not known. */
  #width(ref: FnRef, i: InstructionOf<'call'>, does: Does, ty: Extract<Ty, { k: 'external' | 'global' }> | undefined): number | undefined {
    const own = does.does === 'section' && does.wraps ? does.permits : undefined;
    return own === undefined ? this.#permits(ty) : typeof own === 'number' ? own : this.#number({ ...ref, temp: -1 }, i, own);
  }

  /** The slot that a section of a limiter with several runs in. */
  #slotOf(
    ref: FnRef,
    i: InstructionOf<'call'>,
    does: Extract<Does, { does: 'section' }>,
    ty: Extract<Ty, { k: 'external' | 'global' }> | undefined,
    certain: boolean,
    taken: Step,
  ): LockRef | undefined {
    const kind: LockKind = does.kind ?? 'mutex';
    if (!this.#isLimited(kind) || does.wraps || this.#width(ref, i, does, ty) === Infinity) return undefined;
    return { place: this.#lockPlace(ref, i, does.key, ty), kind, certain, taken, slot: true };
  }

  /** `navigator.locks.request(name, { mode: 'shared' }, fn)`: readers among themselves. */
  #webLockOptions(ref: FnRef, i: InstructionOf<'call'>): 'shared' | 'tries' | undefined {
    const { values } = this.analysis;
    for (const arg of i.args) {
      const made = values.instruction({ ...ref, temp: arg });
      if (made?.op !== 'object') continue;
      for (const property of made.props) {
        const value = values.of(ref, property.value)[0];
        if (property.name === 'mode' && value?.k === 'constant' && value.value === 'shared') return 'shared';
        const isOff = value?.k === 'constant' && value.value === false;
        if ((property.name === 'ifAvailable' || property.name === 'steal') && !isOff) return 'tries';
      }
    }
    return undefined;
  }

  /** Whether the call that made the lock says that its holder may take it again. */
  #isReentrant(ty: Extract<Ty, { k: 'external' | 'global' }> | undefined): boolean {
    for (const { does, made, site } of this.#making(ty)) {
      if (does.does !== 'make lock' || does.reentrant === undefined) continue;
      if (does.reentrant === true) return true;
      const arg = made.args[does.reentrant.argument];
      const option = arg !== undefined ? this.#property(site, arg, does.reentrant.property) : undefined;
      const value = option !== undefined ? this.analysis.values.of(site, option)[0] : undefined;
      if (option !== undefined && !(value?.k === 'constant' && value.value === false)) return true;
    }
    if (ty?.k !== 'external' || ty.site) return false;
    // Of a declared type, without the call that made it.
    const makes = this.analysis.knowledge.does({ ...ty, path: ty.path.split('#', 1)[0]! }, true);
    return makes.some((does) => does.does === 'make lock' && does.reentrant === true);
  }

  /** What the models say of the call that made a lock. */
  *#making(ty: Extract<Ty, { k: 'external' | 'global' }> | undefined): Generator<{ does: Does; made: InstructionOf<'call'>; site: TempRef }> {
    if (!ty?.site) return;
    const { values, knowledge } = this.analysis;
    const made = values.instruction(ty.site);
    if (made?.op !== 'call') return;
    for (const maker of values.of(ty.site, made.fn)) {
      if (maker.k !== 'external' && maker.k !== 'global') continue;
      for (const does of knowledge.does(maker, Boolean(made.new))) yield { does, made, site: ty.site };
    }
  }

  /** How many may hold a lock at once, from the call that made it. Undefined where that is not known. */
  #permits(ty: Extract<Ty, { k: 'external' | 'global' }> | undefined): number | undefined {
    for (const { does, made, site } of this.#making(ty)) {
      const permits: Permits | undefined = does.does === 'make lock' ? (does.permits ?? 1) : does.does === 'section' ? does.permits : undefined;
      if (permits === undefined) continue;
      if (typeof permits === 'number') return permits;
      return this.#number(site, made, permits);
    }
    return undefined;
  }

  #number(site: TempRef, made: InstructionOf<'call'>, permits: Exclude<Permits, number>): number | undefined {
    const { values } = this.analysis;
    const arg = made.args[permits.argument];
    if (arg === undefined) return permits.otherwise;
    let value = values.of(site, arg);
    if ('property' in permits) {
      const direct = value.find((ty) => ty.k === 'constant');
      const inLiteral = this.#property(site, arg, permits.property);
      value = inLiteral !== undefined ? values.of(site, inLiteral) : direct ? [direct] : values.member(value, permits.property);
      if (inLiteral === undefined && !direct && values.instruction({ ...site, temp: arg })?.op === 'object') return permits.otherwise;
    }
    const first = value[0];
    if (this.#mayBeOther(site, arg, 0)) return undefined;
    return value.length === 1 && first?.k === 'constant' && typeof first.value === 'number' ? first.value : undefined;
  }

  /** `let width = 1; … width = options.width || 1`: what is known of a value is not all that it may be. */
  #mayBeOther(ref: FnRef, temp: Temp, depth: number): boolean {
    const { values } = this.analysis;
    const i = values.instruction({ ...ref, temp });
    if (depth > 4) return false;
    if (i?.op === 'join') return i.of.some((one) => values.of(ref, one).every((ty) => ty.k !== 'constant') || this.#mayBeOther(ref, one, depth + 1));
    if (i?.op !== 'get') return false;
    return writesOf(this.analysis.project.facts(ref.file)!, i.v).some((write) => this.#mayBeOther({ file: ref.file, fn: write.fn }, write.value, depth + 1));
  }

  // --- built-in collections and promises

  #builtIn(ref: FnRef, i: InstructionOf<'call'>, name: string, box: string, out: Draft): void {
    if (box === 'Promise') {
      // What hangs on a promise runs when it settles; awaiting the result waits for it.
      const acquired = name === 'then' ? this.#acquiredBy(ref, i) : undefined;
      i.args.forEach((arg, n) => {
        const invocation = this.#invocation(ref, arg, out, { now: false, awaited: true });
        if (n > 0 || !acquired) out.invokes.push(invocation);
        else {
          const handed = acquired.gives === 'nothing' || acquired.gives === 'boolean' ? {} : { done: 0, gives: acquired.gives };
          out.invokes.push({ ...invocation, locks: [acquired.lock], ...handed, ...(acquired.releasedBy && { releasedBy: acquired.releasedBy }) });
        }
      });
      return;
    }
    if (ARRAY_RUNS.has(name) && i.args[0] !== undefined) {
      out.invokes.push({
        ...this.#invocation(ref, i.args[0], out, { now: true, awaited: false }),
        ...(name === 'forEach' && { drops: true as const }),
      });
    }
  }

  /** `lock.acquire().then(…)`: what the callback is entered with. */
  #acquiredBy(ref: FnRef, i: InstructionOf<'call'>): AcquireOutcome | undefined {
    const receiver = this.#receiver(ref, i);
    const call = receiver !== undefined ? this.analysis.values.instruction({ ...ref, temp: receiver }) : undefined;
    if (receiver === undefined || call?.op !== 'call') return undefined;
    return this.analysis.outcome(ref, receiver).acquires.find((acquire) => !acquire.sync && !acquire.lock.shared);
  }

  // --- what else can be called

  #foreign(ref: FnRef, fact: FunctionFact, i: InstructionOf<'call'>, temp: Temp, value: Value, out: Draft): void {
    const { values, places } = this.analysis;
    const callee = fact.code[i.fn];
    const concrete = value.some((ty) => ty.k === 'external' || ty.k === 'global' || ty.k === 'boxMethod' || ty.k === 'applier' || ty.k === 'class');
    if (concrete && out.known) return;
    const subscribes = this.#subscribes(ref, fact, i);
    const verdict = i.new || subscribes ? undefined : callbackVerdict(places, ref, i.fn);
    const told = (certain: boolean): Effect => {
      const use = useOf(fact, temp);
      return { kind: 'callback', certain, steps: [out.step], ...(use !== 'used' && { unawaited: use }), ...(isCaught(fact, temp) && { caught: true as const }) };
    };
    if (verdict) {
      // `if (this.isWanted(action))`: asked, not told.
      const asks = !isToldName(places.name(ref, i.fn)) && (verdict.set ? useOf(fact, temp) === 'used' : decidesAtOnce(fact, temp));
      out.sync.push(told(verdict.certain && !asks));
      return;
    }
    const applied = this.#isApplied(ref, i);
    for (const one of value) {
      if (one.k !== 'param' || i.new) continue;
      const ty = applied ? { ...one, path: one.path.slice(0, -1) } : one;
      if (isOwnParameter(places, ref, ty.fn) || ty.file !== ref.file) {
        // A method of an object that was passed in is the object's own business; a function in it is the caller's.
        out.paramCalls.push({ param: ty, awaited: false, early: true, locks: [], certain: true, steps: [out.step] });
        continue;
      }
      // Of an enclosing function that has returned: an injected function, or what a decorator wraps.
      out.paramCalls.push({ param: ty, awaited: false, early: true, locks: [], certain: true, steps: [out.step] });
      if (!subscribes && isToldName(ty.path.at(-1) ?? places.name(ref, i.fn))) {
        out.sync.push(told(true));
      }
    }
    if (callee?.op !== 'member') return;
    // Promise and array methods on receivers of which nothing is known.
    const name = callee.name;
    const receiver = values.of(ref, callee.obj);
    const vague = receiver.every((ty) => ty.k === 'param' || ty.k === 'global' || (ty.k === 'external' && !this.analysis.knowledge.hasModelOf(ty.package)));
    if (!vague) return;
    for (const model of this.analysis.knowledge.models.methods(name, places.name(ref, callee.obj))) {
      if (!this.#fits(ref, i, model.is) || (model.is.does === 'section' && this.#isToldOfFailure(ref, i, model.is.callback))) continue;
      this.#apply(ref, i, model.is, undefined, model.certain, out);
      return;
    }
    if (ARRAY_RUNS.has(name)) this.#builtIn(ref, i, name, 'Array', out);
  }

  /** `work.call(self, path)`: what was passed is called, where it is known to be a function or is given a `this`. */
  #isApplied(ref: FnRef, { fn, args }: InstructionOf<'call'>): boolean {
    const { values } = this.analysis;
    const { code } = values.fact(ref)!;
    const callee = code[fn];
    if (callee?.op !== 'member' || (callee.name !== 'call' && callee.name !== 'apply')) return false;
    const self = args[0] !== undefined ? code[args[0]] : undefined;
    if (self?.op === 'this' || self?.op === 'undefined' || (self?.op === 'const' && self.value === null)) return true;
    return values.of(ref, fn).some((ty) => ty.k === 'applier');
  }

  /** `process.onExit(resolve)`: somebody wants to be told, nobody is. */
  #subscribes(ref: FnRef, fact: FunctionFact, i: InstructionOf<'call'>): boolean {
    const callee = fact.code[i.fn];
    const [first] = i.args;
    if (callee?.op !== 'member' || first === undefined || !/^on[A-Z]/.test(callee.name)) return false;
    return this.analysis.values.of(ref, first).some((ty) => ty.k === 'fn' || ty.k === 'applier') || isResolver(this.analysis.project.facts(ref.file)!, fact, first);
  }

  /** A function that is passed to a call of which nothing is known, and whose promise is awaited, is likely run by it. */
  #passedOn(ref: FnRef, i: InstructionOf<'call'>, out: Draft): void {
    const last = i.args.at(-1);
    if (last === undefined || !this.#isFunction(ref, last)) return;
    out.invokes.push(this.#invocation(ref, last, out, { now: false, awaited: true, certain: false }));
  }

  #chain(ref: FnRef, temp: Temp, out: Draft, shape: { place: Place; callback: Temp }): void {
    out.known = true;
    // Work of one's own hung on one's own chain may be meant to take its time; a caller's work makes it a lock.
    const callers = this.analysis.values.of(ref, shape.callback).some((ty) => ty.k === 'param') || this.#runsParameter(ref, shape.callback);
    // And where nobody waits for the work, the chain only keeps an order.
    const waited = this.analysis.awaits(ref).calls.has(temp);
    const lock: LockRef = { place: { ...shape.place, state: true }, kind: 'mutex', certain: callers && waited, taken: out.step, chain: true };
    out.invokes.push(this.#invocation(ref, shape.callback, out, { now: false, awaited: true, locks: [lock] }));
  }

  #runsParameter(ref: FnRef, callback: Temp): boolean {
    return this.analysis.values.of(ref, callback).some((ty) => ty.k === 'fn' && this.analysis.summary(ty).calls.length > 0);
  }

  #sql(ref: FnRef, fact: FunctionFact, i: InstructionOf<'call'>, out: Draft): void {
    const callee = fact.code[i.fn];
    const first = i.args[0];
    if (first === undefined) return;
    const sql = sqlOf(this.analysis.values, ref, first);
    if (!sql) return;
    const { places } = this.analysis;
    const base = callee?.op === 'member' ? places.of(ref, callee.obj) : places.of(ref, i.fn);
    if (sql === 'begin') {
      out.acquires.push({ lock: { place: base, kind: 'transaction', certain: true, taken: out.step }, gives: 'nothing', sync: false, maybe: false });
    } else if (sql === 'end') out.releases.push({ place: base });
    else {
      const place = { ...base, id: `${base.id}<advisory>` };
      if (sql !== 'unlock') {
        // Whether it was granted is in a row of the answer, and what follows looks at it.
        const tries = sql === 'try lock';
        out.acquires.push({ lock: { place, kind: 'distributed lock', certain: !tries, taken: out.step }, gives: 'nothing', sync: false, maybe: tries });
      } else out.releases.push({ place });
    }
  }
}

/** `$transaction(client, 'name', work)`: a parameter that may be a function, and is passed none here. */
function isNoFunction(code: readonly Instruction[], temp: Temp | undefined): boolean {
  const passed = temp !== undefined ? code[temp] : undefined;
  return passed?.op === 'const' || passed?.op === 'undefined' || passed?.op === 'template' || passed?.op === 'object' || passed?.op === 'array';
}

/** The keys of a place, and behind them those of a part of it. */
function withKeys({ keys: own = [] }: Place, keys: Place['keys'] = []): Pick<Place, 'keys'> {
  return own.length + keys.length > 0 ? { keys: [...own, ...keys] } : {};
}
