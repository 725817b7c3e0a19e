/**
 * Which locks a call waits for before its promise settles, those that are given back again included: what one has to
 * know of a call in a held region. Worked out only for what is called there, from callees to callers, and kept apart
 * from the summaries, which the rules on effects ask for far more often.
 */
import { PerFile } from '../freshness/grounds.js';
import type { FunctionFact, InstructionOf, Temp } from '../facts/ir.js';
import type { Analysis } from './analysis.js';
import { withPassedOn } from './awaiting.js';
import { conditionsOf, isExcused, nameOf, under, type Condition } from './guards.js';
import type { LockRef, Place, Step } from './effect.js';
import { beforeFirstAwait, returnedBy } from './graph.js';
import { waiterQueueRole } from './home-grown.js';
import type { Invocation, Outcome, Target } from './outcomes.js';
import { memberOf } from './places.js';
import { slotRead } from './slots.js';
import type { FnRef, Ty } from './values.js';

/** A lock that a function waits for. */
export interface Take {
  /** As the function names it. */
  readonly lock: LockRef;
  /** From the place in the function down to the acquisition; never empty. */
  readonly steps: readonly Step[];
  readonly certain: boolean;
  /** What decides on the way whether it is taken: parameters of the function. */
  readonly when: readonly Condition[];
  /** And state that is looked at, by the identity of its place. */
  readonly looks: readonly string[];
  /** Objects that the way leads through, from the one whose lock it is; absent where it is not the object's own. */
  readonly hops?: readonly Hop[];
  /** It is the promise of work, which settles when the work has ended. */
  readonly promise?: true;
  /** Before the function's first await. */
  readonly early?: true;
  /** One of several functions that a call on the way may mean. */
  readonly guessed?: true;
}

/** From a method to what it calls a method of. */
export interface Hop {
  /** The class of the calling method. */
  readonly cls: string | undefined;
  /** The receiver, where it is a plain field of the calling object. */
  readonly field?: string;
  /** The receiver comes out of the calling object, and not from the caller or from elsewhere. */
  readonly own: boolean;
}

/** A function that takes more locks than this takes too many to tell. */
const MOST_TAKES = 24;
const MOST_ROUNDS = 4;
/** Chains of calls deeper than this are cut. */
const DEEPEST = 150;
const MOST_HOPS = 8;
const LONGEST_WAY = 12;
/** Objects in objects in objects, as recursion over a structure makes them. */
const LONGEST_ID = 400;

interface Visit {
  readonly index: number;
  low: number;
  onStack: boolean;
}

export class Takes {
  readonly #known: PerFile<readonly Take[]>;
  readonly #visits = new Map<string, Visit>();
  readonly #stack: FnRef[] = [];
  #count = 0;
  #depth = 0;
  /** All that a group calls has been worked out before it. */
  #settling = false;

  constructor(readonly analysis: Analysis) {
    this.#known = new PerFile(analysis.project.follows);
  }

  /** What a call of the function waits for. */
  of(ref: FnRef): readonly Take[] {
    const known = this.#get(ref);
    if (known || this.#settling) return known ?? [];
    this.#connect(ref);
    return this.#get(ref) ?? [];
  }

  #get(ref: FnRef): readonly Take[] | undefined {
    return this.#known.get(ref.file, ref.fn);
  }

  #set(ref: FnRef, takes: readonly Take[]): void {
    this.#known.set(ref.file, ref.fn, takes);
  }

  /** Tarjan's: functions that call each other are worked out together, after all that they call. */
  #connect(ref: FnRef): Visit {
    const visit: Visit = { index: this.#count, low: this.#count, onStack: true };
    this.#count += 1;
    this.#visits.set(keyOf(ref), visit);
    this.#stack.push(ref);
    this.#depth += 1;
    for (const next of this.#callees(ref)) {
      if (this.#get(next)) continue;
      const seen = this.#visits.get(keyOf(next));
      if (seen) {
        if (seen.onStack) visit.low = Math.min(visit.low, seen.index);
      } else if (this.#depth < DEEPEST) visit.low = Math.min(visit.low, this.#connect(next).low);
    }
    this.#depth -= 1;
    if (visit.low !== visit.index) return visit;
    const group: FnRef[] = [];
    for (;;) {
      const member = this.#stack.pop()!;
      const left = this.#visits.get(keyOf(member))!;
      left.onStack = false;
      this.#visits.delete(keyOf(member));
      group.push(member);
      if (left === visit) break;
    }
    this.#settle(group);
    return visit;
  }

  #settle(group: readonly FnRef[]): void {
    this.#settling = true;
    const alone = group.length === 1 && !this.#callees(group[0]!).some((callee) => keyOf(callee) === keyOf(group[0]!));
    for (let round = 0; round < (alone ? 1 : MOST_ROUNDS); round++) {
      let changed = false;
      for (const member of group) {
        const takes = this.#known.within(member.file, member.fn, () => this.#evaluate(member));
        changed ||= takes.length !== this.#get(member)?.length;
        this.#set(member, takes);
      }
      if (!changed) break;
    }
    this.#settling = false;
  }

  /** Calls that the function waits for. */
  #waited(ref: FnRef): Temp[] {
    const { calls, mapped } = this.analysis.awaits(ref);
    return [...withPassedOn(this.analysis, ref, [...calls, ...mapped])];
  }

  #callees(ref: FnRef): FnRef[] {
    const { analysis } = this;
    const fact = analysis.values.fact(ref);
    if (!fact || fact.bodiless || roleOf(analysis, ref)) return [];
    const found: FnRef[] = [];
    for (const call of this.#waited(ref)) {
      const outcome = analysis.outcome(ref, call);
      for (const target of outcome.targets) if (!target.modelled) found.push(target);
      for (const invocation of outcome.invokes) for (const ty of invocation.value) if (ty.k === 'fn') found.push(ty);
    }
    return found;
  }

  #evaluate(ref: FnRef): readonly Take[] {
    const { analysis } = this;
    const fact = analysis.values.fact(ref);
    if (!fact || fact.bodiless || fact.generator) return [];
    const role = roleOf(analysis, ref);
    if (role) return role;
    const found = new Map<string, Take>();
    const early = fact.async ? beforeFirstAwait(fact) : undefined;
    const add = (take: Take, at: Temp): void => {
      const { when, looks } = conditionsOf(analysis, ref, at);
      if (isExcused(analysis, ref, at, take)) return;
      const { early: wasEarly, ...rest } = take;
      // Only where the work has failed, and that may be a failure which this work cannot meet.
      const afterFailure = take.promise && isInCatch(fact, at);
      const isEarly = wasEarly && (early === undefined || early.has(at));
      const whole: Take = {
        ...rest,
        certain: take.certain && !afterFailure,
        when: [...when, ...take.when],
        looks: [...new Set([...take.looks, ...looks])],
        ...(isEarly && { early: true as const }),
      };
      const key = keyOfTake(whole);
      const known = found.get(key);
      if (!known ? found.size < MOST_TAKES : isBetter(whole, known)) found.set(key, whole);
    };
    const given = givenFirst(analysis, ref, fact);
    for (const call of this.#waited(ref)) {
      for (const take of this.ofCall(ref, call)) {
        // Whoever gives a lock back to take it again, as a condition variable does, waits without it.
        if (!given.has(take.lock.place.id)) add(take, call);
      }
    }
    for (const [temp, acquire] of analysis.shapes(ref).acquires) {
      const i = fact.code[temp]!;
      const step: Step = { label: acquire.place.text, file: ref.file, s: i.s, e: i.e };
      const lock: LockRef = { place: { ...acquire.place, state: true }, kind: 'mutex', certain: true, taken: step };
      add(leaf(lock, step, true), temp);
    }
    const waited = [
      ...fact.code.flatMap((i) => (i.op === 'await' ? [i.value] : [])),
      ...returnedBy(fact),
    ];
    for (const value of waited) for (const { take, at } of this.#promises(ref, value)) add(take, at);
    return [...found.values()];
  }

  /** Shared promises of work that a value is, with where they are read. */
  #promises(ref: FnRef, value: Temp): { take: Take; at: Temp }[] {
    return slotRead(this.analysis, ref, value).map(({ place, temp }) => {
      const i = this.analysis.values.instruction({ ...ref, temp })!;
      const step: Step = { label: place.text, file: ref.file, s: i.s, e: i.e };
      const lock: LockRef = { place, kind: 'mutex', certain: true, taken: step };
      return { take: { ...leaf(lock, step, true), promise: true, early: true }, at: temp };
    });
  }

  /** The same of a value that a region waits for, with the state that decides whether it does. */
  promisesIn(ref: FnRef, value: Temp): { take: Take; at: Temp }[] {
    return this.#promises(ref, value).map(({ take, at }) => ({ take: { ...take, ...conditionsOf(this.analysis, ref, at) }, at }));
  }

  /**
   * What waiting for a call waits for, in the terms of the function whose call it is.
   *
   * @param apart Functions passed to it that are looked at by themselves.
   */
  ofCall(ref: FnRef, call: Temp, apart: (invocation: Invocation) => boolean = () => false): Take[] {
    const { analysis } = this;
    const outcome = analysis.outcome(ref, call);
    const found: Take[] = [];
    const followed = outcome.targets.filter((target) => !target.modelled);
    if (followed.length === 0) {
      for (const lock of waitedLocks(outcome)) found.push(leaf(lock, outcome.step, lock.certain));
    }
    const i = analysis.values.instruction({ ...ref, temp: call });
    if (i?.op === 'call') {
      for (const target of followed) {
        for (const take of this.of(target)) {
          const seen = this.#asCaller(ref, i, target, take, outcome.step);
          if (seen) found.push(seen);
        }
      }
    }
    const { calls, mapped } = analysis.awaits(ref);
    for (const invocation of outcome.invokes) {
      const whole = (invocation.awaited && calls.has(call)) || mapped.has(call) || isExecutorCall(i);
      if (!whole || apart(invocation)) continue;
      for (const ty of invocation.value) if (ty.k === 'fn') found.push(...this.ofCallback(ref, ty, invocation));
    }
    return found;
  }

  /** What a function that a call runs waits for; it names the caller's variables and `this` as the caller does. */
  ofCallback(ref: FnRef, ty: Extract<Ty, { k: 'fn' }>, invocation: Invocation): Take[] {
    const { values } = this.analysis;
    const callback = values.fact(ty)!;
    const own = values.fact(ref)!;
    const sees = ty.file === ref.file && callback.thisOf === own.thisOf;
    const bound = invocation.arg !== undefined && isOfThis(this.analysis, ref, invocation.arg);
    const steps = invocation.steps.slice(0, 1);
    return this.of(ty).flatMap((take) => {
      const mine = sees || bound || take.lock.place.root !== 'this';
      const place: Place = mine ? take.lock.place : { ...take.lock.place, root: 'unknown', id: `?${ty.file}:${ty.fn}:${take.lock.place.id}` };
      const { hops: _hops, ...rest } = take;
      const way = steps.some((step) => step.s === take.steps[0]!.s && step.file === take.steps[0]!.file) ? [] : steps;
      return {
        ...(mine ? take : rest),
        lock: { ...take.lock, place },
        steps: shortened([...way, ...take.steps]),
        certain: take.certain && invocation.certain,
        // A callback runs later, unless the call runs it at once.
        ...(invocation.now ? {} : { early: undefined }),
      } as Take;
    });
  }

  /** A take of the callee's as its caller sees it; nothing where the arguments say that it does not happen. */
  #asCaller(ref: FnRef, i: InstructionOf<'call'>, target: Target, take: Take, step: Step): Take | undefined {
    const { analysis } = this;
    const when: Condition[] = [];
    let decided = true;
    for (const condition of take.when) {
      if (condition.param.fn !== target.fn || condition.param.file !== target.file) {
        when.push(condition);
        continue;
      }
      const answer = under(condition, analysis, ref, i, target.shift);
      if (answer === 'refuted') return undefined;
      if (answer === 'open') decided = false;
      else if (answer !== 'met') when.push(answer);
    }
    const lock = analysis.substitute(ref, i, target, take.lock, step);
    const isDeep = lock.place.id.length > LONGEST_ID;
    const place: Place = isDeep ? { ...lock.place, id: `?${memberOf(take.lock.place) ?? ''}`, root: 'unknown' } : lock.place;
    const hops = hopsOf(analysis, ref, i, take);
    const { hops: _hops, ...rest } = take;
    return {
      ...rest,
      lock: { ...lock, place },
      steps: shortened([step, ...take.steps]),
      certain: take.certain && target.certain && decided,
      when,
      ...(hops && { hops }),
      ...(!target.certain && { guessed: true as const }),
    };
  }
}

function isInCatch(fact: FunctionFact, temp: Temp): boolean {
  const { s, e } = fact.code[temp]!;
  return fact.tries.some((tried) => tried.catchS !== undefined && s >= tried.catchS && e <= tried.catchE!);
}

const keyOf = (ref: FnRef): string => `${ref.file}\0${ref.fn}`;

const keyOfTake = ({ lock, when, promise }: Take): string =>
  [lock.place.id, ...(lock.place.within ?? []), ...(lock.place.keys ?? []).map((key) => JSON.stringify(key)), ...when.map(nameOf), promise ? 'promise' : ''].join('|');

function isBetter(a: Take, b: Take): boolean {
  if (a.certain !== b.certain) return a.certain;
  if (a.looks.length !== b.looks.length) return a.looks.length < b.looks.length;
  if (Boolean(a.early) !== Boolean(b.early)) return !a.early;
  return a.steps.length < b.steps.length;
}

function shortened(steps: readonly Step[]): readonly Step[] {
  return steps.length <= LONGEST_WAY ? steps : [...steps.slice(0, LONGEST_WAY - 1), steps.at(-1)!];
}

const leaf = (lock: LockRef, step: Step, certain: boolean): Take => ({
  lock,
  steps: [step],
  certain,
  when: [],
  looks: [],
  ...(lock.place.root === 'this' && { hops: [] }),
});

/** Locks that a call waits for by itself. */
function waitedLocks({ acquires, invokes }: Pick<Outcome, 'acquires' | 'invokes'>): LockRef[] {
  const waited = acquires.filter((acquire) => !acquire.maybe && !acquire.sync).map((acquire) => acquire.lock);
  return [...waited, ...invokes.flatMap(({ locks, slot }) => (slot ? [...locks, slot] : locks))].filter(isWaitedFor);
}

/** Whether somebody else's holding it makes one wait, and one's own. A session may take its advisory locks again. */
export const isWaitedFor = (lock: LockRef): boolean =>
  !lock.shared && !lock.tries && !lock.refuses && lock.kind !== 'transaction' && !lock.place.id.endsWith('<advisory>');

/** The two sides of a home-grown lock: taking it is all that they do. */
function roleOf(analysis: Analysis, ref: FnRef): readonly Take[] | undefined {
  const facts = analysis.project.facts(ref.file)!;
  const role = waiterQueueRole(facts, ref.fn);
  const shape = analysis.shapes(ref).returnsReleaser;
  if (!role && !shape) return undefined;
  if (role && role.role !== 'acquire' && role.role !== 'both') return [];
  const { acquires, calls } = analysis.summary(ref);
  const locks = [
    ...acquires.filter((acquire) => !acquire.maybe).map((acquire) => acquire.lock),
    ...calls.flatMap((call) => call.locks),
  ];
  return locks.filter(isWaitedFor).map((lock) => leaf(lock, lock.taken, lock.certain));
}

/** Locks that a function gives back where it does not hold them itself: its caller's. */
function givenFirst(analysis: Analysis, ref: FnRef, fact: FunctionFact): ReadonlySet<string> {
  const found = new Set<string>();
  const { releases } = analysis.summary(ref);
  for (const { place } of releases) if (place) found.add(place.id);
  const flow = analysis.flow(ref);
  if (!flow) return found;
  const own = new Set<string>();
  fact.code.forEach((i, temp) => {
    if (i.op !== 'call') return;
    for (const { place } of analysis.outcome(ref, temp).releases) {
      if (!place) continue;
      found.add(place.id);
      if (flow.held.some((held, bit) => held.lock.place.id === place.id && (flow.before(temp) & (1 << bit)) !== 0)) own.add(place.id);
    }
  });
  for (const id of own) found.delete(id);
  return found;
}

const isExecutorCall = (i: { op: string; new?: true } | undefined): boolean => i?.op === 'call' && i.new === true;

/** A method of one's own object, as it is or bound: `this.flush`, `this.flush.bind(this)`. */
function isOfThis(analysis: Analysis, ref: FnRef, temp: Temp): boolean {
  const i = analysis.values.instruction({ ...ref, temp });
  if (i?.op === 'call') {
    const callee = analysis.values.instruction({ ...ref, temp: i.fn });
    return callee?.op === 'member' && callee.name === 'bind' && isOfThis(analysis, ref, callee.obj);
  }
  return i?.op === 'member' && analysis.values.instruction({ ...ref, temp: i.obj })?.op === 'this';
}

/** The class whose method (or a function in it) this is. */
export function classOf(analysis: Analysis, ref: FnRef): string | undefined {
  const self = analysis.values.self(ref)[0];
  return self?.k === 'instance' ? `${self.file}#${self.cls}` : undefined;
}

function hopsOf(analysis: Analysis, ref: FnRef, i: InstructionOf<'call'>, take: Take): readonly Hop[] | undefined {
  if (!take.hops || take.hops.length >= MOST_HOPS) return undefined;
  const callee = analysis.values.instruction({ ...ref, temp: i.fn });
  if (callee?.op !== 'member') return take.lock.place.root === 'this' ? undefined : take.hops;
  const receiver = analysis.values.instruction({ ...ref, temp: callee.obj });
  if (receiver?.op === 'this' || receiver?.op === 'super') return take.hops;
  const place = analysis.places.of(ref, callee.obj);
  const isField = place.root === 'this' && place.member !== undefined && /^\.[^.()[\]<>]+$/.test(place.path ?? '');
  return [
    ...take.hops,
    { cls: classOf(analysis, ref), ...(isField && { field: place.member }), own: originOfValue(analysis, ref, callee.obj) === 'this' },
  ];
}

export type Origin = 'this' | 'param' | 'module' | 'made' | 'unknown';

/** What a value comes out of, by members, elements and calls of its methods. */
function originOfValue(analysis: Analysis, ref: FnRef, temp: Temp, depth = 0): Origin {
  const source = analysis.places.source(ref, temp);
  const { values } = analysis;
  const i = values.instruction({ ...source.ref, temp: source.temp });
  const from = (next: Temp): Origin => (depth > 10 ? 'unknown' : originOfValue(analysis, source.ref, next, depth + 1));
  switch (i?.op) {
    case 'this':
      return 'this';
    case 'param':
      return 'param';
    case 'member':
    case 'index':
      return from(i.obj);
    case 'nonnull':
    case 'cast':
    case 'await':
      return from(i.value);
    case 'join':
      return from(i.of[0]!);
    case 'call': {
      if (i.new) return 'made';
      const callee = values.instruction({ ...source.ref, temp: i.fn });
      return callee?.op === 'member' ? from(callee.obj) : 'unknown';
    }
    case 'get': {
      const facts = analysis.project.facts(source.ref.file)!;
      const variable = facts.vars[i.v]!;
      if (variable.kind === 'param') return 'param';
      return variable.owner === 0 ? 'module' : 'unknown';
    }
    default:
      return 'unknown';
  }
}
