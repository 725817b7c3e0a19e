/** One function's summary, from its graph and the summaries of what it calls. */
import { MAY_GIVE_BACK } from '../../models/names.js';
import type { BlockIndex, FileFacts, FnIndex, FunctionFact, Temp } from '../facts/ir.js';
import type { Analysis } from './analysis.js';
import { withPassedOn, type Awaited } from './awaiting.js';
import { storageWaits } from './busy-storage.js';
import { callbackVerdict } from './callbacks.js';
import { conditionsOf, type Condition } from './conditions.js';
import { Effects, EMPTY_SUMMARY, through, type Aspect, type Aspects, type Effect, type LockRef, type NetAcquire, type NetRelease, type ParamCall, type ParamPath, type Place, type Step, type Summary, paramKey } from './effect.js';
import { entryRole, type EntryRole } from './entry-locks.js';
import { callReleases, originOf, type Flow, type Held } from './flow.js';
import { reach, successors } from './graph.js';
import { waiterQueueRole, type WaiterQueueRole } from './home-grown.js';
import { isOfRequest } from './keys.js';
import { writesAfter } from './notices.js';
import type { Invocation } from './outcomes.js';
import { passes } from './passing.js';
import { keyed } from './places.js';
import { isCheckedAgain } from './single-flight.js';
import { retryLoops } from './retries.js';
import { mayCallTaker, mayTake } from './takers.js';
import type { FnRef } from './values.js';

/** One aspect of what a function does: only what that takes is worked out. */
export function summarise<A extends Aspect>(analysis: Analysis, ref: FnRef, aspect: A): Aspects[A];
export function summarise(analysis: Analysis, ref: FnRef, aspect: Aspect): Aspects[Aspect] {
  switch (aspect) {
    case 'effects':
      return effectsOf(analysis, ref);
    case 'runs':
      return runsOf(analysis, ref);
    case 'acquires': {
      const own = acquiresOf(analysis, ref);
      const queue = queueNet(analysis, ref);
      return { acquires: queue && queue.acquires.length > 0 ? queue.acquires : own };
    }
    case 'releases':
      return { releases: [...(queueNet(analysis, ref)?.releases ?? []), ...releasesOf(analysis, ref)] };
  }
}

/** Where what a function does goes, by the aspect that is asked for. */
interface Wanted {
  readonly sync?: ConditionalEffects;
  readonly done?: ConditionalEffects;
  readonly call?: (call: ParamCall) => void;
  readonly awaited?: (param: ParamPath) => void;
  /** Only what is run under a lock. */
  readonly locked?: true;
}

const NOBODY = (): void => undefined;

/** Goes over what a function does, in the order of its blocks. */
function walk(analysis: Analysis, ref: FnRef, early: ReadonlyMap<BlockIndex, boolean>, wanted: Wanted): void {
  const fact = analysis.values.fact(ref)!;
  const { sync, done } = wanted;
  const conditions = done ? conditionsOf(analysis.project.facts(ref.file)!, ref) : [];
  const awaits = analysis.awaits(ref);
  const flow = analysis.flow(ref);
  const locksAt = (temp: Temp): LockRef[] => (flow ? heldAt(flow, flow.before(temp)) : []);
  /** The locks around what a caller passed, and whether it fetches a value for all who wait. */
  const locksAround = (temp: Temp): LockRef[] => {
    const locks = locksAt(temp);
    if (locks.length === 0 || !isCheckedAgain(analysis, ref, temp, (t) => flow!.before(t) !== 0)) return locks;
    return locks.map((lock) => ({ ...lock, once: true as const }));
  };
  const role = waiterQueueRole(analysis.project.facts(ref.file)!, ref.fn);

  /** Nothing that a caller passed is run by a call that gets nothing of it. */
  const facts = analysis.project.facts(ref.file)!;
  const isWanted = (call: Temp): boolean => {
    if (done) return true;
    if (wanted.locked && !flow?.before(call) && !analysis.shapes(ref).sections.has(call) && !mayCallTaker(analysis, ref, call)) return false;
    return passes(facts, ref.fn, call);
  };

  const busyLoops = done ? storageWaits(analysis, ref) : [];
  const isInBusyLoop = (s: number, e: number): boolean => busyLoops.some((loop) => s >= loop.s && e <= loop.e);
  let isBusyWait = false;
  /** The pause before storage that was busy is tried again is storage. */
  const settled = (effect: Effect): Effect => (isBusyWait && effect.kind === 'sleep' ? { ...effect, certain: false } : effect);

  /** What a call (and what it runs of ours) does, now or once it is awaited. */
  const happens = (temp: Temp, isEarly: boolean): void => {
    const outcome = analysis.outcome(ref, temp);
    const locked = locksAt(temp);
    const told = (effect: Effect, locks: readonly LockRef[]): Effect =>
      toldUnder(effect.unawaited && !effect.caught && writesAfter(analysis, ref, temp, () => true) ? withoutUnawaited(effect) : effect, locks);
    const sinkOf = (effects: Effects | undefined, inLock: readonly LockRef[]): { add(effect: Effect): void } | undefined =>
      effects && { add: (effect) => effects.add(told(effect, inLock)) };
    const into = isEarly ? sync : done;
    if (into) for (const effect of outcome.sync) into.add(settled(told(effect, locked)));
    const whole = awaits.calls.has(temp) || awaits.mapped.has(temp);
    if (wanted.call) {
      for (const call of outcome.paramCalls) {
        wanted.call({ ...call, awaited: call.awaited || whole, early: call.early && isEarly, locks: [...call.locks, ...locksAround(temp)] });
      }
    }
    for (const invocation of outcome.invokes) {
      const inLock = [...locked, ...invocation.locks];
      const all = (invocation.awaited || awaits.mapped.has(temp) || isExecutor(fact, temp)) && (whole || invocation.now);
      const runs = all && whole;
      addInvocation(analysis, ref, invocation, runs, {
        sync: invocation.now ? sinkOf(into, inLock) : whole ? sinkOf(done, inLock) : undefined,
        done: runs ? sinkOf(done, inLock) : undefined,
        call:
          wanted.call &&
          ((call) =>
            wanted.call!({
              ...call,
              early: call.early && invocation.now && isEarly,
              awaited: call.awaited && whole,
              locks: [...call.locks, ...[...invocation.locks, ...locksAt(temp)].map((lock) => ifCertain(lock, invocation.certain))],
            })),
      });
    }
  };

  const settles = (awaited: Awaited, locks: readonly LockRef[]): void => {
    const await_ = wanted.awaited ?? NOBODY;
    for (const [call, raced] of awaited.calls) {
      if (!isWanted(call)) continue;
      const outcome = analysis.outcome(ref, call);
      if (done) for (const effect of outcome.done) if (!(raced && effect.kind === 'sleep')) done.add(toldUnder(settled(effect), locks));
      if (wanted.awaited) outcome.awaitsParams.forEach(await_);
      for (const arg of outcome.awaitsArgs) {
        const inner = promiseEffects(analysis, ref, arg.temp);
        if (done) for (const effect of inner.effects) done.add(toldUnder(effect, locks));
        inner.params.forEach(await_);
      }
    }
    if (role) return;
    if (done) for (const effect of awaited.effects) done.add(toldUnder(settled(effect), locks));
    awaited.params.forEach(await_);
  };

  fact.blocks.forEach((block, b) => {
    const when = early.get(b);
    if (when === undefined) return;
    let isEarly = when;
    if (sync) sync.given = conditions[b];
    if (done) done.given = conditions[b];
    for (let temp = block.from; temp < block.to; temp++) {
      const i = fact.code[temp]!;
      switch (i.op) {
        case 'call':
          isBusyWait = isInBusyLoop(i.s, i.e);
          if (isWanted(temp)) happens(temp, isEarly);
          isBusyWait = false;
          break;
        case 'await': {
          const awaited = awaits.at.get(temp);
          isBusyWait = isInBusyLoop(i.s, i.e);
          if (awaited && !analysis.shapes(ref).acquires.has(temp)) settles(awaited, locksAt(temp));
          isBusyWait = false;
          isEarly = fact.generator ? isEarly : false;
          break;
        }
        case 'iterate': {
          const awaited = awaits.at.get(temp);
          if (awaited) settles(awaited, locksAt(temp));
          const into = isEarly ? sync : done;
          if (into) for (const effect of iteration(analysis, ref, i.of, Boolean(i.async))) into.add(effect);
          if (i.async) isEarly = false;
          break;
        }
        default:
          break;
      }
    }
    if (block.end.k === 'return') {
      const awaited = awaits.returned.get(b);
      if (awaited) settles(awaited, flow ? heldAt(flow, flow.atEnd(b) & flow.untilSettled) : []);
    }
  });
}

/** What happens under a lock of the function's own has its report there, unless that is one for each request. */
function toldUnder(effect: Effect, locks: readonly LockRef[]): Effect {
  const wide = locks.filter((lock) => !isOfRequest(lock));
  const tells = effect.kind === 'callback' ? wide.length > 0 : effect.certain && wide.some((lock) => lock.certain && !lock.refuses);
  return tells && !effect.told ? { ...effect, told: true } : effect;
}

/** Whether the function is one that sets a busy flag and waits while it is set. */
const isFlagged = (analysis: Analysis, ref: FnRef): boolean => [...analysis.shapes(ref).acquires.values()].some((acquire) => acquire.flag);

function effectsOf(analysis: Analysis, ref: FnRef): Aspects['effects'] {
  const fact = analysis.values.fact(ref)!;
  const early = earlyBlocks(fact);
  const conditions = conditionsOf(analysis.project.facts(ref.file)!, ref);
  const sync = new ConditionalEffects();
  const done = new ConditionalEffects();
  walk(analysis, ref, early, { sync, done });

  const awaits = analysis.awaits(ref);
  for (const { loop } of retryLoops(fact, (temp) => isSleep(analysis, ref, awaits.at.get(temp)))) {
    if (early.get(loop.head) === undefined) continue;
    done.given = conditions[loop.head];
    const flow = analysis.flow(ref);
    const step: Step = { label: 'a retry loop', file: ref.file, s: loop.s, e: loop.headEnd };
    done.add(toldUnder({ kind: 'retry', certain: !storageWaits(analysis, ref).includes(loop), steps: [step] }, flow ? heldAt(flow, flow.entering(loop.head)) : []));
  }
  sync.given = done.given = undefined;
  const sleeps = done.list.filter((effect) => effect.kind === 'sleep');
  const again = recursiveRetry(analysis, ref, sleeps.length > 0);
  const signal = sleeps.every((effect) => effect.signal) ? sleeps[0]?.signal : undefined;
  if (again) done.add({ kind: 'retry', certain: true, steps: [again], ...(signal && { signal }) });

  // The two sides of a lock wait for and call each other; to everybody else that is taking and giving back a lock.
  const isSide = waiterQueueRole(analysis.project.facts(ref.file)!, ref.fn) !== undefined;
  const flagged = isFlagged(analysis, ref);
  const releases = analysis.shapes(ref).releases.size > 0;
  const hidden = (effect: Effect): boolean =>
    (isSide && (effect.kind === 'event' || effect.kind === 'callback')) ||
    (flagged && (effect.kind === 'event' || effect.kind === 'sleep')) ||
    (releases && effect.kind === 'callback');
  return { sync: sync.list.filter((effect) => !hidden(effect)), done: done.list.filter((effect) => !hidden(effect)) };
}

/** Functions whose callers pass what this one runs under a lock: to them each is a lock. It is one of them, or they are around it. */
export function sectionsOf(analysis: Analysis, ref: FnRef): ReadonlySet<FnIndex> {
  return new Set(runsOf(analysis, ref, true).calls.filter((call) => call.locks.length > 0).map((call) => call.param.fn));
}

function runsOf(analysis: Analysis, ref: FnRef, locked = false): Aspects['runs'] {
  const facts = analysis.project.facts(ref.file)!;
  if (!hasParameters(facts, ref.fn)) return EMPTY_SUMMARY;
  const calls = new Map<string, ParamCall>();
  const awaitedParams = new Map<string, ParamPath>();

  /** Parameters of this function, or of one around it: nobody else's can be called here. */
  const inReach = (param: ParamPath): boolean => {
    if (param.file !== ref.file) return false;
    for (let fn = ref.fn; fn >= 0; fn = facts.functions[fn]!.parent) if (fn === param.fn) return true;
    return false;
  };

  const addCall = (call: ParamCall): void => {
    if (!inReach(call.param)) return;
    const key = `${paramKey(call.param)}|${call.locks.map((l) => l.place.id).join()}`;
    const known = calls.get(key);
    const better = known && (call.awaited !== known.awaited ? call.awaited : call.certain && !known.certain);
    if (!known || better) calls.set(key, call);
  };

  walk(analysis, ref, earlyBlocks(facts.functions[ref.fn]!), {
    call: addCall,
    ...(locked ? { locked } : { awaited: (param: ParamPath) => awaitedParams.set(paramKey(param), param) }),
  });

  // A function that it returns runs what was passed in under a lock: `const save = serialised(async () => …)`.
  for (const ty of analysis.values.inferredReturn(ref)) {
    if (ty.k !== 'fn' || ty.file !== ref.file || facts.functions[ty.fn]!.parent !== ref.fn || !mayTake(analysis, ty)) continue;
    for (const call of analysis.summary(ty).calls) {
      if (call.param.fn === ref.fn && call.param.file === ref.file && call.locks.length > 0) addCall({ ...call, early: false, awaited: true });
    }
  }
  let paramCalls = [...calls.values()];
  const role = waiterQueueRole(facts, ref.fn);
  if (role?.role === 'both' && !isFlagged(analysis, ref)) {
    const lock = ownLock(analysis, ref, role.counts);
    paramCalls = paramCalls.map((call) => ({ ...call, locks: [...call.locks, lock] }));
  }
  return { calls: paramCalls, awaits: [...awaitedParams.values()].filter(inReach) };
}

/** Whether a caller can have passed anything to the function, or to one around it. */
function hasParameters(facts: FileFacts, fn: FnIndex): boolean {
  for (let at = fn; at >= 0; at = facts.functions[at]!.parent) if (facts.functions[at]!.params.length > 0) return true;
  return false;
}

/** Effects of one function, each with the conditions of the block that is looked at. */
class ConditionalEffects extends Effects {
  given: readonly Condition[] | undefined;

  override add(effect: Effect): void {
    const { given } = this;
    super.add(given && given.length > 0 ? { ...effect, given: [...(effect.given ?? []), ...given].slice(0, MOST_CONDITIONS) } : effect);
  }
}

/** An effect that hangs on more than this is not followed further. */
const MOST_CONDITIONS = 4;

/** What the two sides of a home-grown lock do with it. */
function queueNet(analysis: Analysis, ref: FnRef): Pick<Summary, 'acquires' | 'releases'> | undefined {
  const role = waiterQueueRole(analysis.project.facts(ref.file)!, ref.fn);
  if (role && !isFlagged(analysis, ref)) return waiterQueueNet(analysis, ref, role);
  const entry = entryRole(analysis.project.facts(ref.file)!, ref.fn);
  return entry && entryNet(analysis, ref, entry);
}

/** Blocks that can be reached, and whether that is possible without an await on the way. */
function earlyBlocks(fact: FunctionFact): Map<BlockIndex, boolean> {
  const early = new Map<BlockIndex, boolean>([[0, true]]);
  const pending: BlockIndex[] = [0];
  while (pending.length > 0) {
    const b = pending.pop()!;
    const block = fact.blocks[b]!;
    const entered = early.get(b)!;
    let after = entered;
    if (after && fact.async && !fact.generator) {
      for (let temp = block.from; temp < block.to && after; temp++) {
        const i = fact.code[temp]!;
        if (i.op === 'await' || (i.op === 'iterate' && i.async) || (i.op === 'dispose' && i.async)) after = false;
      }
    }
    for (const next of successors(fact, b)) {
      const value = next === block.handler ? entered : after;
      const known = early.get(next);
      if (known === undefined || (value && !known)) {
        early.set(next, value);
        pending.push(next);
      }
    }
  }
  return early;
}

/** A lock around something that is only likely to happen in it. */
export function ifCertain(lock: LockRef, certain: boolean): LockRef {
  return certain || !lock.certain ? lock : { ...lock, certain: false };
}

function heldAt(flow: Flow, mask: number): LockRef[] {
  return mask === 0 ? [] : flow.held.filter((_, bit) => (mask & (1 << bit)) !== 0).map((one) => one.lock);
}

interface Sinks {
  readonly sync: { add(effect: Effect): void } | undefined;
  readonly done: { add(effect: Effect): void } | undefined;
  readonly call: ((call: ParamCall) => void) | undefined;
}

/** A notification that is more than one in passing. */
function withoutUnawaited(effect: Effect): Effect {
  const { unawaited: _before, ...rest } = effect;
  return rest;
}

/** What whoever runs a function passes to it is not known. */
function withoutConditionsOf(effect: Effect, file: string, fn: number): Effect {
  if (!effect.given) return effect;
  const { given, ...rest } = effect;
  const left = given.filter(({ param }) => param.file !== file || param.fn !== fn);
  return left.length > 0 ? { ...rest, given: left } : rest;
}

/**
 * What a function that a call runs for us does.
 *
 * @param whole All of it happens before the promise settles that is waited for.
 */
export function addInvocation(analysis: Analysis, ref: FnRef, invocation: Invocation, whole: boolean, sinks: Sinks, withName = true): void {
  const via = (effect: Effect, label: string, s: number, e: number, { file, fn }: FnRef): Effect => {
    const steps: Step[] = [...invocation.steps.slice(0, 3)];
    let whole: Effect = withoutConditionsOf(effect, file, fn);
    if (whole.unawaited === 'returned') whole = invocation.drops ? { ...whole, unawaited: 'dropped' } : withoutUnawaited(whole);
    if (label !== '') whole = through({ label, file, s, e }, whole, invocation.certain);
    for (const step of steps.reverse()) whole = through(step, whole, invocation.certain);
    return invocation.micro ? { ...whole, micro: true as const } : whole;
  };
  let found = false;
  for (const ty of invocation.value) {
    if (ty.k === 'fn') {
      found = true;
      const fact = analysis.values.fact(ty);
      if (!fact || fact.generator) continue;
      const summary = analysis.summary(ty);
      const named = !withName || fact.kind === 'arrow' || fact.name === '' ? '' : fact.name;
      if (sinks.sync) for (const effect of summary.sync) sinks.sync.add(via(effect, named, fact.at, fact.at + fact.name.length, ty));
      if (sinks.done) for (const effect of summary.done) sinks.done.add(via(effect, named, fact.at, fact.at + fact.name.length, ty));
      if (!sinks.call) continue;
      for (const call of summary.calls) {
        sinks.call({
          ...call,
          awaited: call.awaited && whole,
          certain: call.certain && invocation.certain,
          steps: [...invocation.steps, ...call.steps],
          ...(invocation.micro && { micro: true as const }),
        });
      }
    } else if (ty.k === 'param') {
      sinks.call?.({
        param: ty,
        awaited: whole,
        early: true,
        locks: [],
        certain: invocation.certain,
        steps: invocation.steps,
        ...(invocation.micro && { micro: true as const }),
      });
    } else if (ty.k === 'external' || ty.k === 'global') {
      for (const does of analysis.knowledge.does(ty, false)) {
        if (does.does === 'sleep' || does.does === 'network' || does.does === 'process' || does.does === 'event') {
          found = true;
          sinks.done?.add({ kind: does.does, certain: invocation.certain, steps: [...invocation.steps, { ...invocation.steps[0]!, label: ty.path }] });
        }
      }
    }
  }
  if (found || invocation.arg === undefined) return;
  const verdict = callbackVerdict(analysis.places, ref, invocation.arg);
  if (verdict) sinks.sync?.add({ kind: 'callback', certain: verdict.certain && invocation.certain, steps: invocation.steps });
}

/** What a `for … of` over what a generator of the project gives does. */
export function iteration(analysis: Analysis, ref: FnRef, of: Temp, async: boolean): Effect[] {
  const i = analysis.values.instruction({ ...ref, temp: of });
  if (i?.op !== 'call') return [];
  const effects: Effect[] = [];
  const step: Step = { label: analysis.places.name(ref, i.fn), file: ref.file, s: i.s, e: i.e };
  for (const target of analysis.targets(ref, of)) {
    if (!analysis.values.fact(target)?.generator) continue;
    const summary = analysis.summary(target);
    for (const effect of summary.sync) effects.push(through(step, effect));
    if (async) for (const effect of summary.done) effects.push(through(step, effect));
  }
  return effects;
}

/** What waiting for a promise that is passed as an argument waits for. */
export function promiseEffects(analysis: Analysis, ref: FnRef, temp: Temp): { effects: Effect[]; params: readonly ParamPath[] } {
  const effects: Effect[] = [];
  const awaited = analysis.awaitedValue(ref, temp);
  for (const call of withPassedOn(analysis, ref, awaited.calls.keys())) {
    for (const effect of analysis.outcome(ref, call).done) if (!(awaited.calls.get(call) && effect.kind === 'sleep')) effects.push(effect);
  }
  effects.push(...awaited.effects);
  return { effects, params: awaited.params };
}

/** `new Promise(executor)`: what the executor hands its resolve to is awaited with the promise. */
function isExecutor(fact: FunctionFact, temp: Temp): boolean {
  const i = fact.code[temp];
  if (i?.op !== 'call' || !i.new) return false;
  const callee = fact.code[i.fn];
  return callee?.op === 'global' && callee.name === 'Promise';
}

/** Whether an await waits for a timer and for nothing else: work that sleeps on its way is work. */
export function isSleep(analysis: Analysis, ref: FnRef, awaited: Awaited | undefined): boolean {
  if (!awaited) return false;
  const kinds = new Set(awaited.effects.map((effect) => effect.kind));
  for (const [call, raced] of awaited.calls) {
    if (raced) continue;
    for (const effect of analysis.outcome(ref, call).done) kinds.add(effect.kind);
  }
  return kinds.size === 1 && kinds.has('sleep');
}

/**
 * A function that calls itself to try again, in a catch clause or in a callback of `catch`: with a sleep on the way, or
 * with the same arguments but for one that is counted.
 */
function recursiveRetry(analysis: Analysis, ref: FnRef, sleeps: boolean): Step | undefined {
  const facts = analysis.project.facts(ref.file)!;
  const fact = facts.functions[ref.fn]!;
  const search = (fn: number, from: number, to: number): Step | undefined => {
    const at = { file: ref.file, fn };
    const own = facts.functions[fn]!;
    for (const [temp, i] of own.code.entries()) {
      if (i.op !== 'call' || i.s < from || i.e > to || !analysis.awaits(at).calls.has(temp)) continue;
      const itself = analysis.targets(at, temp).some((target) => target.file === ref.file && target.fn === ref.fn);
      if (itself && (sleeps || countsDown(analysis, at, i.args, ref))) return { label: analysis.places.name(at, i.fn), file: ref.file, s: i.s, e: i.e };
    }
    return undefined;
  };
  for (const tried of fact.tries) {
    if (tried.catchS === undefined) continue;
    const found = search(ref.fn, tried.catchS, tried.catchE!);
    if (found) return found;
  }
  for (const i of fact.code) {
    const callee = i.op === 'call' ? fact.code[i.fn] : undefined;
    if (i.op !== 'call' || callee?.op !== 'member' || callee.name !== 'catch' || i.args[0] === undefined) continue;
    const closure = fact.code[i.args[0]];
    const found = closure?.op === 'fn' ? search(closure.fn, 0, Infinity) : undefined;
    if (found) return found;
  }
  return undefined;
}

/** Each argument is the parameter at its place, or that one more or less. */
function countsDown(analysis: Analysis, at: FnRef, args: readonly Temp[], itself: FnRef): boolean {
  const code = analysis.values.fact(at)!.code;
  const isParam = (temp: Temp, index: number): boolean =>
    analysis.values.of(at, temp).some((ty) => ty.k === 'param' && ty.fn === itself.fn && ty.index === index && ty.path.length === 0);
  let counts = 0;
  const same = args.every((arg, index) => {
    const i = code[arg];
    if (i?.op === 'binary' && (i.sign === '-' || i.sign === '+') && isParam(i.left, index)) {
      counts += 1;
      return true;
    }
    return isParam(arg, index);
  });
  return same && counts > 0;
}

// --- what a function leaves held, or gives back

function ownLock(analysis: Analysis, ref: FnRef, counts: boolean): LockRef {
  const fact = analysis.values.fact(ref)!;
  const place =
    fact.cls !== undefined || fact.object !== undefined
      ? { id: `T${ref.file}#${fact.cls ?? ref.fn}`, text: 'this', root: 'this' as const, path: '' }
      : { id: `F${ref.file}#${fact.parent}`, text: fact.name, root: 'closure' as const, ...(fact.parent > 0 && { owner: { file: ref.file, fn: fact.parent } }) };
  return {
    place,
    kind: counts ? 'semaphore' : 'mutex',
    certain: true,
    taken: { label: fact.name, file: ref.file, s: fact.at, e: fact.at + fact.name.length },
    // How many may hold is known only where the semaphore is made.
    ...(counts && { shared: true as const }),
  };
}

function waiterQueueNet(
  analysis: Analysis,
  ref: FnRef,
  { role, counts, releaser }: WaiterQueueRole,
): { acquires: NetAcquire[]; releases: NetRelease[] } {
  if (role === 'both' || role === 'dispatch') return { acquires: [], releases: [] };
  const lock = ownLock(analysis, ref, counts);
  if (role === 'release') return { acquires: [], releases: [{ place: lock.place }] };
  const gives = releaser ? 'releaser' : resultOf(analysis, ref);
  const fact = analysis.values.fact(ref)!;
  const waits = Boolean(fact.async) || analysis.values.inferredReturn(ref).some((ty) => ty.k === 'box' && ty.of === 'Promise');
  return { acquires: [{ lock, gives, sync: !waits, maybe: gives === 'boolean' }], releases: [] };
}

/** What the caller of a home-grown acquisition is given. */
function resultOf(analysis: Analysis, ref: FnRef): NetAcquire['gives'] {
  const result = analysis.values.awaited(analysis.values.inferredReturn(ref));
  if (result.some((ty) => ty.k === 'fn')) return 'releaser';
  if (result.some((ty) => ty.k === 'object' || ty.k === 'instance')) return 'lease';
  return result.some((ty) => ty.k === 'constant' && typeof ty.value === 'boolean') ? 'boolean' : 'nothing';
}

function entryNet(analysis: Analysis, ref: FnRef, { role, collection, key, refuses, lease }: EntryRole): { acquires: NetAcquire[]; releases: NetRelease[] } {
  const fact = analysis.values.fact(ref)!;
  const base: Place = collection === undefined ? { id: 'Efile', text: fact.name, root: 'module' } : analysis.places.of(ref, collection);
  const entry = { ...base, id: `${base.id}[]`, ...(base.path !== undefined && { path: `${base.path}[]` }), state: true as const };
  const place = keyed(entry, analysis.places.key(ref, key));
  if (role === 'release') {
    const param: ParamPath | undefined = lease === undefined ? undefined : { file: ref.file, fn: ref.fn, index: lease, path: [] };
    return { acquires: [], releases: [param ? { param } : { place }] };
  }
  const taken = { label: fact.name, file: ref.file, s: fact.at, e: fact.at + fact.name.length };
  const lock: LockRef = { place, kind: collection === undefined ? 'file lock' : 'keyed lock', certain: true, taken, ...(refuses && { refuses }) };
  const gives = resultOf(analysis, ref);
  return { acquires: [{ lock, gives, sync: false, maybe: gives === 'boolean' }], releases: [] };
}

function acquiresOf(analysis: Analysis, ref: FnRef): NetAcquire[] {
  const fact = analysis.values.fact(ref)!;
  const flow = analysis.flow(ref);
  const reachable = earlyBlocks(fact);
  const acquires: NetAcquire[] = [];
  const returns = fact.blocks.flatMap((block, b) => (block.end.k === 'return' && reachable.has(b) ? [{ b, value: block.end.value }] : []));
  flow?.held.forEach((held, bit) => {
    if (held.untilEnd || held.at === undefined || ((flow.untilSettled | flow.leftToOthers) & (1 << bit)) !== 0) return;
    const holding = returns.filter(({ b }) => (flow.atEnd(b) & (1 << bit)) !== 0);
    if (holding.length === 0) return;
    const gives = handedOver(analysis, ref, fact, held, holding.map((r) => r.value));
    const kept = held.keptIn[0];
    const maybe = holding.length < returns.length || held.maybe;
    const taken = fact.blocks.findIndex((block) => held.at! >= block.from && held.at! < block.to);
    const isPassedBy = (): boolean => holding.some(({ b }) => b !== taken && reach(fact, [0], new Set([taken]), false).has(b));
    // Held on some ways only, and nothing in the caller's hand that tells which: no proof that the caller holds it.
    const certain = held.lock.certain && !(gives.gives === 'nothing' && (maybe || isPassedBy()));
    // A lease that is kept in a field is given back through the field.
    const place =
      kept !== undefined && gives.gives === 'nothing' ? { ...held.lock.place, id: kept, ...fieldPath(kept) } : (ofSession(ref, fact, held.lock.place) ?? held.lock.place);
    acquires.push({ lock: { ...held.lock, place, certain }, ...gives, sync: !fact.async, maybe });
  });
  // The promise of an acquisition, returned as it is (and not what `then` makes of it).
  const awaits = analysis.awaits(ref);
  const thened = new Set(fact.code.flatMap((i) => (i.op === 'member' && i.name === 'then' ? [i.obj] : [])));
  for (const { b } of returns) {
    for (const call of awaits.returned.get(b)?.calls.keys() ?? []) {
      if (thened.has(call) || flow?.held.some((held) => held.at === call)) continue;
      for (const acquire of analysis.outcome(ref, call).acquires) {
        if (!acquires.some((known) => known.lock.place.id === acquire.lock.place.id)) acquires.push(acquire);
      }
    }
  }
  const shape = analysis.shapes(ref).returnsReleaser;
  if (shape) {
    acquires.push({
      lock: {
        place: { ...shape.place, state: true },
        kind: 'mutex',
        certain: true,
        taken: { label: fact.name, file: ref.file, s: fact.at, e: fact.at + fact.name.length },
      },
      gives: 'releaser',
      sync: false,
      maybe: false,
    });
  }
  return acquires;
}

/** A lock of the database's session that the object keeps: to its callers, the object is the lock. */
function ofSession(ref: FnRef, fact: FunctionFact, place: Place): Place | undefined {
  if (fact.cls === undefined || !place.id.endsWith('<advisory>') || (place.root !== 'this' && place.root !== 'local')) return undefined;
  return { id: `T${ref.file}#${fact.cls}`, text: 'this', root: 'this', path: '', state: true };
}

/** A field of `this`, as callers of the method see it. */
function fieldPath(id: string): { root: 'this'; path: string } | { root: 'module' } {
  const name = /^T.*#\d+(\.[^.]+)$/.exec(id)?.[1];
  return name !== undefined ? { root: 'this', path: name } : { root: 'module' };
}

/** How the caller gets at the release: from what is returned, or by another method. */
function handedOver(
  analysis: Analysis,
  ref: FnRef,
  fact: FunctionFact,
  held: Held,
  values: readonly (Temp | undefined)[],
): Pick<NetAcquire, 'gives' | 'releasedBy'> {
  const facts = analysis.project.facts(ref.file)!;
  const releasing = (fn: number): boolean =>
    facts.functions[fn]!.code.some((i, temp) => {
      if (i.op === 'fn') return releasing(i.fn);
      if (analysis.shapes({ file: ref.file, fn }).releases.get(temp)?.id === held.lock.place.id) return true;
      if (i.op !== 'call') return false;
      if (callReleases(analysis, ref, held, fn, i.fn)) return true;
      return analysis
        .outcome({ file: ref.file, fn }, temp)
        .releases.some((r) => r.place && (r.place.id === held.lock.place.id || held.keptIn.includes(r.place.id)));
    });
  const isReleasing = (temp: Temp): boolean => {
    const made = fact.code[temp];
    return made?.op === 'fn' && releasing(made.fn);
  };
  for (const value of values) {
    if (value === undefined) continue;
    const origin = originOf(analysis, ref, held, ref.fn, value);
    if (origin && origin.part === undefined) return { gives: held.gives, ...(held.releasedBy.length > 0 && { releasedBy: held.releasedBy }) };
    if (origin?.part !== undefined) return { gives: 'releaser' };
    const tuple = fact.code[value];
    if (tuple?.op === 'array') {
      const at = tuple.items.findIndex((item) => originOf(analysis, ref, held, ref.fn, item) ?? isReleasing(item));
      if (at >= 0) return { gives: 'lease', releasedBy: [String(at)] };
    }
    for (const ty of analysis.values.of(ref, value)) {
      if (ty.k === 'fn' && ty.file === ref.file && releasing(ty.fn)) return { gives: 'releaser' };
      if (ty.k === 'object' && ty.file === ref.file && ty.fn === ref.fn) {
        const object = fact.code[ty.temp];
        if (object?.op !== 'object') continue;
        const names = object.props.flatMap((p) => {
          if (p.name === undefined) return [];
          if (originOf(analysis, ref, held, ref.fn, p.value)) return [p.name];
          return isReleasing(p.value) ? [p.name] : [];
        });
        if (names.length > 0) return { gives: 'lease', releasedBy: names };
      }
      if (ty.k === 'instance' && ty.site?.fn === ref.fn && ty.site.file === ref.file) {
        const made = fact.code[ty.site.temp];
        if (made?.op === 'call' && made.args.some((arg) => originOf(analysis, ref, held, ref.fn, arg) || isReleasing(arg))) {
          return { gives: 'lease' };
        }
      }
    }
  }
  return { gives: 'nothing' };
}

/** A function that gives back more is one of a group that call each other, and name each other's places in ever longer ways. */
const MOST_RELEASES = 40;

/** Releases of locks that the function does not hold by itself. */
function releasesOf(analysis: Analysis, ref: FnRef): NetRelease[] {
  const fact = analysis.values.fact(ref)!;
  const flow = analysis.flow(ref);
  const found = new Map<string, NetRelease>();
  for (const place of analysis.shapes(ref).releases.values()) {
    if (!flow?.held.some((held) => held.lock.place.id === place.id)) found.set(place.id, { place });
  }
  fact.code.forEach((i, temp) => {
    if (i.op !== 'call' || found.size > MOST_RELEASES) return;
    const outcome = analysis.outcome(ref, temp);
    for (const release of outcome.releases) {
      if (found.size > MOST_RELEASES) return;
      if (release.place) {
        const id = release.place.id;
        if (flow?.held.some((held) => held.lock.place.id === id)) continue;
        const place = ofSession(ref, fact, release.place) ?? release.place;
        add(place.id, { place }, release.guess);
      }
      if (release.lease !== undefined) addParams(release.lease, release.guess);
    }
    // A releaser that was passed in is called: `release()`, `lease.release()`.
    const callee = fact.code[i.fn];
    if (i.args.length === 0) {
      // A releaser that is kept in a field: `this.release()`, `const { release } = this; release()`.
      if ((callee?.op === 'member' || callee?.op === 'get') && outcome.targets.length === 0) {
        const place = analysis.places.of(ref, i.fn);
        if (place.root === 'this' || place.root === 'module') add(place.id, { place }, MAY_GIVE_BACK.test(analysis.places.name(ref, i.fn)) ? undefined : true);
      }
      if (callee?.op === 'get') addParams(i.fn, MAY_GIVE_BACK.test(analysis.places.name(ref, i.fn)) ? undefined : true);
      else if (callee?.op === 'member' && /^(?:release|unlock|dispose)$/.test(callee.name)) addParams(callee.obj);
    }
  });
  function add(id: string, release: NetRelease, guess: true | undefined): void {
    if (!guess) found.set(id, release);
    else if (!found.has(id)) found.set(id, { ...release, guess });
  }
  function addParams(temp: Temp, guess?: true): void {
    for (const ty of analysis.values.of(ref, temp)) {
      if (ty.k === 'param' && ty.fn === ref.fn && ty.file === ref.file) add(paramKey(ty), { param: ty }, guess);
    }
  }
  return [...found.values()];
}
