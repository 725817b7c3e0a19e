/**
 * The life of everything that a file takes and must give back: locks, transactions, pooled connections, sessions, busy
 * flags. For each acquisition, the ways on which it is left held, and the releases of what is not held.
 */
import type { CheckOut } from '../../models/format.js';
import { CHECKS_OUT, FIRST_STEPS, GIVES_LEASE_BACK } from '../../models/names.js';
import type { Block, BlockIndex, FileFacts, FnIndex, FunctionFact, Instruction, InstructionOf, Temp, VarIndex } from '../facts/ir.js';
import { isTestFile } from '../project/scan.js';
import { callsOften, continuesPromise, namesFailure, putsIntoCollection } from '../../models/language.js';
import type { Analysis } from './analysis.js';
import type { LockRef, Place } from './effect.js';
import { entryRole } from './entry-locks.js';
import { usesIn } from './floating.js';
import { callReleases, flowOf, originOf, type EntryLock, type Flow, type Held } from './flow.js';
import { reach, returnedBy } from './graph.js';
import { waiterQueueRole } from './home-grown.js';
import type { Invocation, Outcome } from './outcomes.js';
import { agreement } from './keys.js';
import { isSharedWrite, useOf } from './notices.js';
import { waysOf, type Keeping, type Leak, type Life, type Unheld, type Ways } from './paths.js';
import { mayCallTaker, mayTake } from './takers.js';
import { IN_MEMORY, rejects, throwsAt, type Throws } from './throwing.js';
import { isCommit } from './sql.js';
import { writesOf } from './uses.js';
import type { FnRef } from './values.js';

export type What = 'lock' | 'transaction' | 'connection' | 'session' | 'flag';

/** Something that one function takes and has to give back. */
export interface Taken {
  readonly what: What;
  readonly lock: LockRef;
  readonly fn: FnIndex;
  /** The expression that takes it. */
  readonly s: number;
  readonly e: number;
  /** The section's parameter that must be called. */
  readonly done?: string;
}

export interface Leaked extends Taken {
  readonly leak: Leak;
  /** No way gives it back. */
  readonly never: boolean;
  readonly certain: boolean;
  readonly held: Held;
  /** Where it is given back on other ways; absent where it is handed on, or is one of several. */
  readonly releases?: readonly { readonly s: number; readonly e: number }[];
}

export interface ReleasedUnheld extends Taken {
  readonly unheld: Unheld;
  /** Where the report stands. */
  readonly at: { readonly s: number; readonly e: number };
  /** The other of two releases. */
  readonly other?: number;
  /** `section`: the section that it is called in gives the lock back itself. */
  readonly how: 'never taken' | 'twice' | 'section';
  readonly certain: boolean;
}

export interface Lifetimes {
  readonly leaks: readonly Leaked[];
  readonly unheld: readonly ReleasedUnheld[];
}

/** One computation for the rules of a file. */
export const lifetimes = (analysis: Analysis, file: string): Lifetimes =>
  analysis.answer('lifetimes', { file, fn: 0 }, 0, () => new Collector(analysis, file).collect());

/** Names of functions whose business it is to take a lock for their caller. */
const TAKES = /^[_#]?(?:try|wait)?_?(?:[lL]ock|[aA]cquire|[eE]nter|[oO]btain|[bB]egin)(?:$|[A-Z_])/;

/** What is followed through one function: an acquisition, or a lock that a section's callback has to give back. */
interface Followed extends Taken {
  readonly held: Held;
  readonly from?: Temp;
  readonly entry: boolean;
  readonly certain: boolean;
  /** For a busy flag: the instructions that clear it. */
  readonly cleared?: ReadonlySet<Temp>;
  readonly once?: true;
}

class Collector {
  readonly #leaks: Leaked[] = [];
  readonly #unheld: ReleasedUnheld[] = [];
  readonly #inTests: boolean;

  constructor(
    readonly analysis: Analysis,
    readonly file: string,
  ) {
    this.#inTests = isTestFile(file.slice(analysis.project.root.length));
  }

  collect(): Lifetimes {
    const { analysis, file } = this;
    const facts = analysis.project.facts(file);
    if (!facts) return { leaks: [], unheld: [] };
    facts.functions.forEach((fact, fn) => {
      if (fact.bodiless || waiterQueueRole(facts, fn) || entryRole(facts, fn)) return;
      const ref = { file, fn };
      for (const flag of busyFlags(analysis, ref, fact)) this.#follow(ref, fact, flag);
      for (const one of checkOuts(analysis, ref, fact)) this.#follow(ref, fact, one);
      if (!mayTake(analysis, ref)) return;
      const flow = analysis.flow(ref);
      if (flow) flow.held.forEach((held, bit) => this.#acquired(ref, fact, flow, held, bit));
      fact.code.forEach((i, temp) => {
        if (i.op !== 'call' || !(mayCallTaker(analysis, ref, temp) || analysis.shapes(ref).sections.has(temp))) return;
        for (const invocation of analysis.outcome(ref, temp).invokes) if (invocation.locks.length > 0) this.#section(ref, i, invocation);
      });
    });
    return { leaks: distinct(this.#leaks), unheld: distinct(this.#unheld) };
  }

  #acquired(ref: FnRef, fact: FunctionFact, flow: Flow, held: Held, bit: number): void {
    if (held.untilEnd || held.at === undefined || held.from === undefined) return;
    if (((flow.untilSettled | flow.leftToOthers) & (1 << bit)) !== 0) return;
    const from = fact.code[held.from]!;
    const at = from.op === 'await' ? from : fact.code[held.at]!;
    this.#follow(ref, fact, {
      what: held.lock.kind === 'transaction' ? 'transaction' : 'lock',
      lock: held.lock,
      held,
      from: held.from,
      entry: false,
      fn: ref.fn,
      s: at.s,
      e: at.e,
      certain: held.lock.certain,
    });
  }

  /** The callback of a section: one that must call what it is passed, or one that must not release. */
  #section(ref: FnRef, i: InstructionOf<'call'>, invocation: Invocation): void {
    const { analysis } = this;
    const callback = invocation.value.filter((ty) => ty.k === 'fn');
    const [only] = callback;
    if (only?.k !== 'fn' || callback.length !== 1 || only.file !== ref.file) return;
    const inner = { file: only.file, fn: only.fn };
    const fact = analysis.values.fact(inner)!;
    for (const lock of invocation.locks) {
      const entry: EntryLock = {
        lock,
        ...(invocation.done !== undefined && { done: invocation.done }),
        ...(invocation.gives && { gives: invocation.gives }),
        ...(invocation.releasedBy && { releasedBy: invocation.releasedBy }),
      };
      const held = flowOf(analysis, inner, [entry])?.held[0];
      if (!held) continue;
      const parameter = invocation.done !== undefined ? fact.params[invocation.done]?.v : undefined;
      const name = parameter === undefined ? undefined : analysis.project.facts(ref.file)!.vars[parameter]!.name;
      if (invocation.done !== undefined && name === undefined && held.result === undefined) continue;
      // `acquire().then((release) => …)`: the acquisition is what is left unreleased.
      const then = analysis.values.instruction({ ...ref, temp: i.fn });
      const taken = then?.op === 'member' && then.name === 'then' ? analysis.values.fact(ref)!.code[then.obj]! : i;
      this.#follow(inner, fact, {
        what: lock.kind === 'transaction' ? 'transaction' : 'lock',
        lock,
        held,
        entry: true,
        fn: ref.fn,
        s: taken.s,
        e: taken === i ? headEnd(analysis, ref, i) : taken.e,
        certain: lock.certain && invocation.certain,
        ...(name !== undefined && taken === i && { done: name }),
      });
    }
  }

  #follow(ref: FnRef, fact: FunctionFact, one: Followed): void {
    const life = new Holding(this.analysis, ref, fact, one);
    const ways = waysOf(this.analysis, ref, fact, life);
    if (!one.held.untilEnd) this.#left(fact, one, ways, life);
    this.#notHeld(ref, fact, one, ways, life);
  }

  #left(fact: FunctionFact, one: Followed, ways: Ways, life: Holding): void {
    // Of a section that takes its time by calling back, a synchronous throw is the library's to deal with.
    const noted = [...ways.released].some((temp) => life.isNoted(temp));
    const counted = ways.leaks.filter((leak) => !(one.done !== undefined && !fact.async && leak.how === 'throw'));
    const leaks = counted.map((leak) => (noted || isContract(fact, one, ways, leak, life) ? { ...leak, proven: false } : leak));
    const partial = counted.find((leak) => leak.proven && life.isPartial(leak));
    if (partial) {
      const { held, what, lock, fn, s, e } = one;
      const certain = !life.releasedElsewhere() && this.analysis.outcome(life.ref, held.at!).acquires.some((acquire) => acquire.lock.certain);
      this.#leaks.push({ what, lock, fn, s, e, held, leak: partial, never: false, certain: certain && !this.#inTests });
      return;
    }
    const nested = counted.length === 0 && ways.handed && (one.done !== undefined || one.what === 'lock') ? this.#leftByCallback(fact, one, life) : undefined;
    if (nested) {
      const { held, what, lock, fn, s, e, done } = one;
      this.#leaks.push({ what, lock, fn, s, e, held, leak: nested, never: false, ...(done !== undefined && { done }), certain: one.certain && !this.#inTests });
      return;
    }
    const best = leaks.find((leak) => leak.proven && leak.how !== 'throw' && one.what !== 'flag') ?? leaks.find((leak) => leak.proven);
    if (!best && (leaks.length === 0 || (isByPlace(one) && ways.released.size === 0))) return;
    const leak = best ?? leaks[0];
    if (!leak) return;
    const never = ways.released.size === 0 && !ways.handed;
    if (never && isLeft(one, life)) return;
    const { held, what, lock, fn, s, e, done } = one;
    this.#leaks.push({
      what, lock, fn, s, e, held, leak, never, ...(done !== undefined && { done }),
      ...(!one.entry && !ways.handed && { releases: this.#placesOf(fact, [...ways.released, ...ways.unheld.map(({ at }) => at)]) }),
      // A flag that is left set on purpose, by a return, is no rare sight.
      certain: one.certain && leak.proven && !this.#inTests && (what !== 'flag' || leak.how === 'throw'),
    });
  }

  /**
   * `get(key, (error, value) => { if (error) return; done(null, value); })`: what is called once, with a failure or a
   * result, has to call `done` (or whatever else gives the lock back) on all of its ways.
   */
  #leftByCallback(fact: FunctionFact, one: Followed, life: Holding, depth = 0): Leak | undefined {
    const handing = fact.code.flatMap((i, temp) => (life.act(temp) === 'hand' ? [i] : []));
    const [call, ...others] = handing;
    if (call?.op !== 'call' || others.length > 0 || depth > 3) return undefined;
    const carried = call.args.filter((arg) => life.carries(arg));
    const made = carried.length === 1 ? fact.code[carried[0]!] : undefined;
    const { analysis, ref } = life;
    const facts = analysis.project.facts(ref.file)!;
    const inner = made?.op === 'fn' ? facts.functions[made.fn]! : undefined;
    const releaser = one.held.releaser ?? this.#parameterOf(fact, one) ?? this.#variableOf(facts, fact, one);
    const first = inner?.params[0]?.v;
    const callee = fact.code[call.fn];
    const name = callee?.op === 'member' ? callee.name : callee?.op === 'get' ? facts.vars[callee.v]!.name : '';
    if (made?.op !== 'fn' || !inner || releaser === undefined || first === undefined || callsOften(name) || !namesFailure(facts.vars[first]!.name)) return undefined;
    // Instructions of the function around it mean nothing here.
    const { result: _result, at: _at, from: _from, ...held } = one.held;
    const { from: _taken, ...rest } = one;
    const within: Followed = { ...rest, entry: true, held: { ...held, releaser } };
    const at = { file: ref.file, fn: made.fn };
    const innerLife = new Holding(analysis, at, inner, within);
    const ways = waysOf(analysis, at, inner, innerLife);
    const left = ways.leaks.find((leak) => leak.how !== 'throw' && leak.proven);
    if (left) return ways.released.size > 0 || ways.handed ? left : undefined;
    return ways.handed ? this.#leftByCallback(inner, within, innerLife, depth + 1) : undefined;
  }

  /** The parameter that gives the lock back. */
  #parameterOf(fact: FunctionFact, { held }: Followed): VarIndex | undefined {
    const i = held.result === undefined ? undefined : fact.code[held.result];
    return i?.op === 'param' ? fact.params[i.index]?.v : undefined;
  }

  /** The variable that keeps what the acquisition gave. */
  #variableOf(facts: FileFacts, fact: FunctionFact, { held }: Followed): VarIndex | undefined {
    if (held.result === undefined || held.keptIn.length > 0) return undefined;
    const kept = fact.code.find((i) => i.op === 'set' && i.value === held.result);
    return kept?.op === 'set' && writesOf(facts, kept.v).length === 1 ? kept.v : undefined;
  }

  /** A `finally` block stands in the graph once for each way into it. */
  #placesOf(fact: FunctionFact, temps: readonly Temp[]): { readonly s: number; readonly e: number }[] {
    const places = new Map(temps.map((temp) => [`${fact.code[temp]!.s}:${fact.code[temp]!.e}`, fact.code[temp]!]));
    return [...places.values()].map(({ s, e }) => ({ s, e })).sort((a, b) => a.s - b.s);
  }

  /** What failed is the acquisition itself, of a package's lock that can be waited for but not refused. */
  #cannotFail({ held, lock, fn }: Followed, failed: Temp): boolean {
    if ((failed !== held.from && failed !== held.at) || held.at === undefined || !IN_PROCESS.has(lock.kind)) return false;
    const ref = { file: lock.taken.file, fn };
    const i = this.analysis.values.instruction({ ...ref, temp: held.at });
    return i?.op === 'call' && i.args.length === 0 && this.analysis.targets(ref, held.at).length === 0;
  }

  #notHeld(ref: FnRef, fact: FunctionFact, one: Followed, ways: Ways, life: Holding): void {
    if (one.what === 'flag' || one.what === 'transaction' || one.what === 'session') return;
    if ((one.what === 'connection' && !one.once) || one.lock.place.id.endsWith('<advisory>')) return;
    for (const unheld of ways.unheld) {
      const i = fact.code[unheld.at]!;
      const certain = one.certain && unheld.proven && !this.#inTests && !life.isNoted(unheld.at);
      const common = { what: one.what, lock: one.lock, fn: ref.fn, s: one.s, e: one.e, unheld };
      if (life.isHarmless(unheld)) continue;
      if (unheld.before !== undefined) {
        // The release that is right on other ways stays; the one before it is too many.
        const shared = [...ways.released].some((temp) => temp !== unheld.before && fact.code[temp]!.s === i.s);
        const before = fact.code[unheld.before]!;
        if (before.s === i.s && fact.loops.length === 0 && !shared) continue;
        const at = shared ? before : i;
        const other = shared ? i : before;
        if (at.s === other.s && at.e === other.e) continue;
        this.#unheld.push({ ...common, at, how: 'twice', certain, other: other.s });
      } else if (!one.entry && unheld.failed !== undefined && (ways.released.size > 0 || one.held.gives === 'nothing')) {
        this.#unheld.push({ ...common, at: i, how: 'never taken', certain: certain && !this.#cannotFail(one, unheld.failed) });
      }
    }
    if (!one.held.untilEnd || one.held.releaser !== undefined || !one.entry || one.lock.kind === 'queue') return;
    // A section's own release comes when its callback ends.
    for (const temp of life.ownReleases()) {
      const i = fact.code[temp]!;
      this.#unheld.push({
        what: one.what, lock: one.lock, fn: ref.fn, s: one.s, e: one.e, at: i, how: 'section', unheld: { at: temp, proven: true },
        certain: one.certain && !this.#inTests,
      });
    }
  }
}

/** Locks within the process: waiting for one, without a limit, does not fail. */
const IN_PROCESS = new Set<LockRef['kind']>(['mutex', 'semaphore']);

/** A function that takes the lock for its caller, who gives it back by another one. */
function isContract(fact: FunctionFact, one: Followed, ways: Ways, leak: Leak, life: Holding): boolean {
  if (one.entry || one.what === 'flag') return false;
  // A releaser that nobody takes up: the lock is given back by its name.
  const isDropped = one.held.result !== undefined && useOf(fact, one.held.result) === 'dropped';
  if (!isByPlace(one) && !(isDropped && life.releasedElsewhere())) return false;
  const returns = ways.leaks.filter((other) => other.how !== 'throw');
  if (returns.length === 0) return false;
  // Held wherever it returns: the caller's from then on. What a failure on the way leaves is the caller's guess, too.
  if (ways.returnsFree.length === 0 && ways.released.size === 0) return true;
  // Given back here only where the function fails, and by another function otherwise.
  if (ways.returnsFree.length === 0 && leak.how !== 'throw' && life.releasedElsewhere()) return true;
  if (leak.how === 'throw') return ways.returnsFree.length === 0;
  if (TAKES.test(fact.name)) return true;
  // The result says whether it is held.
  const says = (value: Temp | undefined): string => {
    const i = value === undefined ? undefined : fact.code[value];
    return i === undefined || i.op === 'undefined' ? 'nothing' : i.op === 'const' ? String(Boolean(i.value)) : 'something';
  };
  const held = new Set(returns.map((other) => says(other.value)));
  const free = new Set(ways.returnsFree.map(says));
  const told = held.size === 1 && (held.has('true') || held.has('something')) && [...free].every((word) => word === 'nothing' || word === 'false');
  return told && free.size > 0 && !(held.has('something') && free.has('nothing') && ways.released.size > 0);
}

/** Given back by naming it, not by what the acquisition gave. */
function isByPlace({ held }: Followed): boolean {
  return held.gives === 'nothing' || held.gives === 'boolean' || held.keptIn.length > 0;
}

/** A lock that no way gives back here, and that somebody else does or may give back. */
function isLeft(one: Followed, life: Holding): boolean {
  if (one.what === 'flag') return true;
  if (one.entry) return false;
  const { held } = one;
  if ((held.inferred && held.gives === 'nothing') || life.releasedElsewhere()) return true;
  const { root } = held.lock.place;
  return (isByPlace(one) || held.gives === 'any') && root !== 'local' && root !== 'module' && root !== 'this';
}

function distinct<T extends { readonly s: number; readonly certain: boolean; readonly at?: { readonly s: number } }>(all: readonly T[]): T[] {
  const found = new Map<number, T>();
  for (const one of all) {
    const key = one.at?.s ?? one.s;
    const known = found.get(key);
    if (!known || (one.certain && !known.certain)) found.set(key, one);
  }
  return [...found.values()].sort((a, b) => (a.at?.s ?? a.s) - (b.at?.s ?? b.s));
}

/** A section's call without the body of its callback. */
function headEnd(analysis: Analysis, ref: FnRef, i: InstructionOf<'call'>): number {
  const code = analysis.values.fact(ref)!.code;
  const callback = i.args.map((arg) => code[arg]!).find((arg) => arg.op === 'fn');
  return callback && callback.s > i.s ? callback.s : i.e;
}

/** One thing's life in one function. */
class Holding implements Life {
  readonly onEntry: boolean;
  readonly from?: Temp;
  readonly result?: Temp;
  readonly maybe: boolean;
  readonly #acts = new Map<Temp, 'release' | 'hand' | 'none'>();
  /** A handle is used by those that it is passed to; a releaser is theirs to call. */
  readonly #isHandle: boolean;

  constructor(
    readonly analysis: Analysis,
    readonly ref: FnRef,
    readonly fact: FunctionFact,
    readonly one: Followed,
  ) {
    this.onEntry = one.entry;
    if (one.from !== undefined) this.from = one.from;
    if (one.held.result !== undefined) this.result = one.held.result;
    this.maybe = one.held.maybe || one.held.gives === 'boolean';
    this.#isHandle = one.what === 'connection' || one.what === 'session' || (one.what === 'transaction' && one.held.gives === 'lease');
  }

  ends(temp: Temp): boolean {
    const i = this.fact.code[temp]!;
    return i.op === 'call' && /^(?:process|Deno)\.(?:exit|abort)$/.test(this.analysis.places.text(this.ref, i.fn));
  }

  act(temp: Temp): 'release' | 'hand' | undefined {
    let known = this.#acts.get(temp);
    if (known === undefined) this.#acts.set(temp, (known = this.#act(temp, this.fact.code[temp]!) ?? 'none'));
    return known === 'none' ? undefined : known;
  }

  takesAgain(temp: Temp): boolean {
    const { analysis, ref, one, fact } = this;
    if (one.what !== 'lock' || temp === one.held.at || temp === one.from || fact.code[temp]!.op !== 'call') return false;
    return analysis.outcome(ref, temp).acquires.some(({ lock, maybe }) => lock.place.id === one.lock.place.id && !maybe);
  }

  throws(temp: Temp, keeping: Keeping): Throws {
    const { analysis, ref, one, fact } = this;
    const i = fact.code[temp]!;
    if (temp === one.from) return this.#acquireThrows(i, keeping);
    // The acquiring call itself: its failure is the failure of waiting for it.
    if (temp === one.held.at && one.held.from !== temp) return 'no';
    const call = i.op === 'await' ? fact.code[i.value] : i;
    const method = call?.op === 'call' ? fact.code[call.fn] : undefined;
    if (this.#isConnection() && i.op === 'await' && keeping === 'held' && method?.op === 'member' && this.#isSame(method.obj) && this.#commits(call as InstructionOf<'call'>, method.name)) return 'yes';
    const found = throwsAt(analysis, ref, temp);
    if (found !== 'yes' || keeping !== 'held') return found;
    if (this.#isHandle && method?.op === 'member' && this.#isSame(method.obj) && this.#isFirstStep(call as InstructionOf<'call'>, method.name)) return 'maybe';
    // Taking another lock of this process fails only where somebody cancels it.
    if (call?.op === 'call' && i.op === 'await') {
      const outcome = analysis.outcome(ref, i.value);
      const inner = outcome.acquires[0];
      if (inner && outcome.targets.length === 0 && IN_MEMORY.has(inner.lock.kind)) return 'maybe';
    }
    return found;
  }

  /** Ends a transaction on the connection, by what may fail like any other statement. */
  #commits(call: InstructionOf<'call'>, method: string): boolean {
    const [first] = call.args;
    return /^commit(?:Transaction)?$/.test(method) || (first !== undefined && isCommit(this.analysis.values, this.ref, first));
  }

  #isFirstStep(call: InstructionOf<'call'>, method: string): boolean {
    if (FIRST_STEPS.test(method)) return true;
    const first = call.args[0] !== undefined ? this.fact.code[call.args[0]] : undefined;
    return first?.op === 'const' && typeof first.value === 'string' && /^\s*(?:begin|start\s+transaction|set)\b/i.test(first.value);
  }

  #acquireThrows(i: FunctionFact['code'][number], keeping: Keeping): Throws {
    const { analysis, ref, one } = this;
    if (one.what === 'flag' || i.op !== 'await') return i.op === 'call' && one.held.inferred ? throwsAt(analysis, ref, one.from!) : 'no';
    if (one.held.at === undefined || this.fact.code[one.held.at]?.op !== 'call') return 'no';
    if (one.held.inferred) return rejects(analysis, ref, one.held.at);
    if (keeping === 'held') return IN_MEMORY.has(one.lock.kind) ? 'maybe' : 'yes';
    return one.held.gives === 'nothing' || one.held.gives === 'boolean' || !IN_MEMORY.has(one.lock.kind) ? 'yes' : 'maybe';
  }

  /** A value that is the thing itself. */
  #isSame(temp: Temp): boolean {
    const origin = originOf(this.analysis, this.ref, this.one.held, this.ref.fn, temp);
    return origin !== undefined && origin.part === undefined;
  }

  #act(temp: Temp, i: FunctionFact['code'][number]): 'release' | 'hand' | undefined {
    const { analysis, ref, one, fact } = this;
    const { held } = one;
    if (temp === held.at || temp === held.from) return undefined;
    if (one.cleared) return one.cleared.has(temp) ? 'release' : this.#clearedLater(i) ? 'hand' : undefined;
    if (analysis.shapes(ref).releases.get(temp)?.id === one.lock.place.id) return 'release';
    const facts = analysis.project.facts(ref.file)!;
    switch (i.op) {
      case 'dispose':
        return writesOf(facts, i.v).some((w) => w.fn === ref.fn && (originOf(analysis, ref, held, w.fn, w.value) ?? this.carries(w.value))) ? 'release' : undefined;
      case 'call':
        return this.#callActs(temp, i);
      // `for (const release of releases) release()`
      case 'iterate':
        return this.carries(i.of) ? 'hand' : undefined;
      case 'setmember': {
        if (!this.carries(i.value)) return undefined;
        const base = analysis.places.of(ref, i.obj);
        // A part of an object of one's own goes where the object goes.
        return base.root === 'local' && facts.functions[ref.fn] === fact ? (this.#isOwnObject(i.obj) ? undefined : 'hand') : 'hand';
      }
      case 'setindex':
        return this.carries(i.value) ? 'hand' : undefined;
      case 'set':
        return facts.vars[i.v]!.owner !== ref.fn && this.carries(i.value) ? 'hand' : undefined;
      case 'yield':
        return i.value !== undefined && this.carries(i.value) ? 'hand' : undefined;
      default:
        return undefined;
    }
  }

  #isOwnObject(temp: Temp): boolean {
    const i = this.fact.code[temp];
    if (i?.op !== 'get') return false;
    const facts = this.analysis.project.facts(this.ref.file)!;
    const writes = writesOf(facts, i.v);
    return writes.length === 1 && this.fact.code[writes[0]!.value]?.op === 'object' && !this.#leaves(i.v);
  }

  /** An object of one's own that is returned or passed on takes with it what it holds. */
  #leaves(v: number): boolean {
    const gets = new Set(this.fact.code.flatMap((i, temp) => (i.op === 'get' && i.v === v ? [temp] : [])));
    return (
      this.fact.blocks.some((block) => block.end.k === 'return' && block.end.value !== undefined && gets.has(block.end.value)) ||
      this.fact.code.some((i) => i.op === 'call' && i.args.some((arg) => gets.has(arg)))
    );
  }

  #callActs(temp: Temp, i: InstructionOf<'call'>): 'release' | 'hand' | undefined {
    const { analysis, ref, one, fact } = this;
    const { held } = one;
    const outcome = analysis.outcome(ref, temp);
    const released = this.#releases(i, outcome, fact, ref.fn);
    if (released) return released;
    for (const ty of analysis.values.of(ref, i.fn)) {
      if (ty.k !== 'fn' || ty.file !== ref.file || analysis.values.fact(ty)?.parent !== ref.fn) continue;
      if (this.#closureReleases(ty.fn, 0)) return 'release';
      if (this.#closureGives(ty.fn)) return 'hand';
    }
    if (this.#endsConnection(i, outcome)) return 'hand';
    const method = fact.code[i.fn];
    if (method?.op === 'member' && (method.name === 'push' || method.name === 'add' || method.name === 'set' || method.name === 'unshift')) {
      if (!i.args.some((arg) => this.carries(arg))) return undefined;
      const list = analysis.places.of(ref, method.obj);
      return list.root === 'local' || list.root === 'made' ? undefined : 'hand';
    }
    for (const arg of i.args) {
      if (!this.carries(arg)) continue;
      const value = fact.code[arg];
      const closure = value?.op === 'fn' || this.#namedClosure(arg) !== undefined;
      if (closure) {
        // A callback that only uses a handle does not take it over.
        if (this.#isAwaitedWork(temp, i, arg)) continue;
        return 'hand';
      }
      if (this.#isHandle && !i.new) {
        if (outcome.targets.some((target) => putsAway(analysis, target, i.args.indexOf(arg)))) return 'hand';
        continue;
      }
      if (held.gives === 'lease' && outcome.targets.length > 0 && !outcome.targets.some((target) => keeps(analysis, target, i.args.indexOf(arg)))) continue;
      return 'hand';
    }
    return undefined;
  }

  /** `work().then(() => release())` gives back only where the work succeeds. */
  #isAwaitedWork(temp: Temp, i: InstructionOf<'call'>, arg: Temp): boolean {
    const method = this.fact.code[i.fn];
    if (method?.op !== 'member' || method.name !== 'then' || i.args.length > 1 || arg !== i.args[0]) return false;
    if (rejects(this.analysis, this.ref, method.obj) !== 'yes') return false;
    // Somewhere in the rest of the chain it may be dealt with.
    return !this.fact.code.some((j, other) => {
      const callee = j.op === 'call' ? this.fact.code[j.fn] : undefined;
      return other !== temp && j.op === 'call' && callee?.op === 'member' && continuesPromise(callee.name) && j.args.some((a) => this.carries(a));
    });
  }

  /** `hand`: what it gives back, by a key of which not enough is known, may be this. */
  #releases(i: InstructionOf<'call'>, outcome: Outcome, fact: FunctionFact, fn: FnIndex): 'release' | 'hand' | undefined {
    const { analysis, ref, one } = this;
    const { held } = one;
    if (callReleases(analysis, ref, held, fn, i.fn)) return 'release';
    if (i.args.length === 0 && held.inferred && analysis.places.of({ file: ref.file, fn }, i.fn).id === held.lock.place.id) return 'release';
    const callee = fact.code[i.fn];
    if (this.#isHandle && callee?.op === 'member' && held.releasedBy.includes(callee.name) && originOf(analysis, ref, held, fn, callee.obj)) return 'release';
    let found: 'hand' | undefined;
    for (const { place, lease } of outcome.releases) {
      const isKept = place !== undefined && held.keptIn.includes(place.id);
      if (place && (isKept || place.id === held.lock.place.id) && !held.untilEnd && !this.#isConnection()) {
        const keys = isKept ? 'same' : agreement(place.keys, held.lock.place.keys);
        if (keys === 'same') return 'release';
        if (keys === 'maybe') found = 'hand';
      }
      if (lease !== undefined && originOf(analysis, ref, held, fn, lease)) return !this.#isConnection() || outcome.targets.length > 0 ? 'release' : undefined;
    }
    return found;
  }

  #isConnection(): boolean {
    return this.one.what === 'connection' || this.one.what === 'session';
  }

  /** Ending the connection ends the transaction (and the session's lock) that was begun on it. */
  #endsConnection(i: InstructionOf<'call'>, outcome: Outcome): boolean {
    const { one, fact, analysis, ref } = this;
    if (one.what !== 'transaction' && one.lock.kind !== 'distributed lock') return false;
    if (outcome.targets.length > 0) return false;
    const method = fact.code[i.fn];
    if (method?.op !== 'member' || !/^(?:end|destroy|close|terminate|endSession|release)$/.test(method.name)) return false;
    // `release(true)`, `release(error)`: not back into the pool.
    if (method.name === 'release' && i.args.length === 0) return false;
    const base = analysis.places.of(ref, method.obj).id;
    return one.lock.place.id.startsWith(base);
  }

  #closureReleases(fn: FnIndex, depth: number): boolean {
    const { analysis, ref } = this;
    if (depth > 3) return false;
    const inner = analysis.project.facts(ref.file)!.functions[fn]!;
    return inner.code.some((i, temp) => {
      if (i.op === 'fn') return this.#closureReleases(i.fn, depth + 1);
      if (i.op !== 'call') return false;
      return this.#releases(i, analysis.outcome({ file: ref.file, fn }, temp), inner, fn) !== undefined;
    });
  }

  /** A closure that returns or yields what gives it back. */
  #closureGives(fn: FnIndex): boolean {
    const fact = this.analysis.project.facts(this.ref.file)!.functions[fn]!;
    const yielded = fact.code.flatMap((i) => (i.op === 'yield' && i.value !== undefined ? [i.value] : []));
    return [...returnedBy(fact), ...yielded].some((temp) => originOf(this.analysis, this.ref, this.one.held, fn, temp) !== undefined);
  }

  #namedClosure(temp: Temp): FnIndex | undefined {
    const i = this.fact.code[temp];
    return i?.op === 'get' ? this.#namedClosureOf(i.v) : undefined;
  }

  #namedClosureOf(v: VarIndex): FnIndex | undefined {
    const facts = this.analysis.project.facts(this.ref.file)!;
    const variable = facts.vars[v]!;
    if (variable.fn !== undefined) return facts.functions[variable.fn]!.parent === this.ref.fn ? variable.fn : undefined;
    for (const write of writesOf(facts, v)) {
      const made = write.fn === this.ref.fn ? this.fact.code[write.value] : undefined;
      if (made?.op === 'fn') return made.fn;
    }
    return undefined;
  }

  /** Whether a closure gives it back, or (for what only the function that releases is) has it at hand. */
  #closureTakes(fn: FnIndex): boolean {
    if (this.#closureReleases(fn, 0)) return true;
    const { held } = this.one;
    if (this.#isHandle || (held.gives !== 'releaser' && held.gives !== 'lease' && held.gives !== 'any' && held.releaser === undefined)) return false;
    const facts = this.analysis.project.facts(this.ref.file)!;
    const mentions = (at: FnIndex, depth: number): boolean =>
      facts.functions[at]!.code.some((i, temp) => {
        if (i.op === 'fn') return depth < 3 && mentions(i.fn, depth + 1);
        if (i.op !== 'get' || facts.vars[i.v]!.owner === at) return false;
        if (originOf(this.analysis, this.ref, held, at, temp) !== undefined) return true;
        const named = this.#namedClosureOf(i.v);
        return named !== undefined && named !== at && depth < 3 && mentions(named, depth + 1);
      });
    return mentions(fn, 0);
  }

  /** Of a lease whose releasing methods are known, another part than these: data that it comes with. */
  #isAside(part: string | undefined): boolean {
    const { gives, releasedBy } = this.one.held;
    return part !== undefined && gives === 'lease' && releasedBy.length > 0 && !releasedBy.includes(part) && !part.startsWith('@@');
  }

  carries(temp: Temp, depth = 0): boolean {
    const { analysis, ref, fact, one } = this;
    const i = fact.code[temp];
    if (!i || depth > 6) return false;
    if (one.cleared) return i.op === 'fn' && this.#clearing(i.fn);
    const origin = originOf(analysis, ref, one.held, ref.fn, temp);
    if (origin) return one.held.gives !== 'boolean' && one.held.gives !== 'nothing' && !this.#isAside(origin.part);
    switch (i.op) {
      case 'fn':
        return this.#closureTakes(i.fn);
      case 'get': {
        const closure = this.#namedClosure(temp);
        if (closure !== undefined) return this.#closureTakes(closure);
        const facts = analysis.project.facts(ref.file)!;
        return writesOf(facts, i.v).some((w) => w.fn === ref.fn && this.carries(w.value, depth + 1)) || this.#holdsInMember(i.v);
      }
      case 'object':
        return i.props.some((p) => this.carries(p.value, depth + 1));
      case 'array':
        return i.items.some((item) => this.carries(item, depth + 1));
      case 'join':
        return i.of.some((part) => this.carries(part, depth + 1));
      case 'cast':
      case 'nonnull':
      case 'await':
        return this.carries(i.value, depth + 1);
      case 'call': {
        // What is made of it, or bound to it.
        const callee = fact.code[i.fn];
        if (i.new || (callee?.op === 'member' && callee.name === 'bind')) return [...i.args, ...(callee?.op === 'member' ? [callee.obj] : [])].some((arg) => this.carries(arg, depth + 1));
        if (callee?.op === 'member' && /^(?:resolve|freeze|assign|then|catch|finally|reverse|toReversed|slice|splice|values|filter|concat)$/.test(callee.name)) return [...i.args, callee.obj].some((arg) => this.carries(arg, depth + 1));
        // A handle is only used by the call of it, unless the callee gives it back.
        if (this.#isHandle) return i.args.some((arg, n) => this.carries(arg, depth + 1) && analysis.targets(ref, temp).some((target) => returnsParameter(analysis, target, n)));
        return i.args.some((arg) => this.carries(arg, depth + 1));
      }
      default:
        return false;
    }
  }

  /** `const lease = {}; lease.release = release` */
  #holdsInMember(v: number): boolean {
    return this.fact.code.some((i) => {
      if (i.op !== 'setmember') return false;
      const obj = this.fact.code[i.obj];
      return obj?.op === 'get' && obj.v === v && originOf(this.analysis, this.ref, this.one.held, this.ref.fn, i.value) !== undefined;
    });
  }

  // --- busy flags

  #clearedLater(i: FunctionFact['code'][number]): boolean {
    if (i.op !== 'call') return false;
    return i.args.some((arg) => {
      const value = this.fact.code[arg];
      const fn = value?.op === 'fn' ? value.fn : this.#namedClosure(arg);
      return fn !== undefined && this.#clearing(fn);
    }) || this.analysis.targets(this.ref, this.fact.code.indexOf(i)).some((target) => target.file === this.ref.file && this.#clearing(target.fn));
  }

  #clearing(fn: FnIndex, depth = 0): boolean {
    const { analysis, ref, one } = this;
    const inner = analysis.project.facts(ref.file)!.functions[fn]!;
    return inner.code.some((i, temp) => (i.op === 'fn' && depth < 3 && this.#clearing(i.fn, depth + 1)) || writtenFlag(analysis, { file: ref.file, fn }, temp)?.id === one.lock.place.id);
  }

  // --- what else rules ask

  /** A release for each element of a list that the function itself fills: of what was taken, and of nothing else. */
  isNoted(temp: Temp): boolean {
    const { fact, analysis, ref } = this;
    const { s } = fact.code[temp]!;
    return fact.loops.some((loop) => {
      const element = loop.element === undefined || s < loop.s || s >= loop.e ? undefined : fact.code[loop.element];
      const list = element?.op === 'iterate' ? analysis.places.of(ref, element.of) : undefined;
      return list?.root === 'local' && fact.code.some((i) => {
        const method = i.op === 'call' ? fact.code[i.fn] : undefined;
        return method?.op === 'member' && putsIntoCollection(method.name) && analysis.places.of(ref, method.obj).id === list.id;
      });
    });
  }

  /**
   * A loop that takes one after the other, fails at one of them and keeps those before: the caller is told of a
   * failure, and not which it has to give back.
   */
  isPartial(leak: Leak): boolean {
    const { one, fact, analysis, ref } = this;
    const { at, from } = one.held;
    if (leak.how !== 'throw' || at === undefined || from === undefined || (leak.at !== from && leak.at !== at)) return false;
    const { s } = fact.code[at]!;
    const loop = fact.loops.find((around) => around.s <= s && s < around.e);
    if (!loop || !isByPlace(one) || !one.held.inferred || !one.lock.place.keys?.some((key) => key.k !== 'constant')) return false;
    return fact.code.every((i, temp) => {
      if (this.act(temp) !== undefined) return false;
      // What was taken is noted where others see it.
      if (i.op === 'setmember' || i.op === 'setindex') return analysis.places.of(ref, i.obj).root === 'local';
      const method = i.op === 'call' ? fact.code[i.fn] : undefined;
      if (method?.op !== 'member' || !putsIntoCollection(method.name)) return true;
      const { root } = analysis.places.of(ref, method.obj);
      return root === 'local' || root === 'made';
    });
  }

  /** Releases that are told to do nothing where it is not held, and releasers that are known to take a second call. */
  isHarmless(unheld: Unheld): boolean {
    const { analysis, ref, one, fact } = this;
    const harmless = (temp: Temp): boolean => {
      const i = fact.code[temp]!;
      if (i.op !== 'call') return true;
      if (i.opt) return true;
      return analysis.outcome(ref, temp).releases.some((release) => release.ifHeld);
    };
    if (harmless(unheld.at)) return true;
    if (one.what !== 'lock') return false;
    const isReleaser = (temp: Temp): boolean => {
      const i = fact.code[temp]!;
      return i.op === 'call' && !analysis.outcome(ref, temp).releases.some((release) => release.place?.id === one.lock.place.id);
    };
    if (unheld.before === undefined) return false;
    // The same releaser twice: most take no notice.
    if (isReleaser(unheld.at) && isReleaser(unheld.before)) return one.held.gives !== 'lease' && one.lock.kind !== 'file lock';
    return false;
  }

  /** Releases of the lock by its place. */
  ownReleases(): Temp[] {
    const { analysis, ref, one, fact } = this;
    return fact.code.flatMap((i, temp) => {
      if (i.op !== 'call') return [];
      const outcome = analysis.outcome(ref, temp);
      // What releases on this way may be the other half of what was taken again here.
      if (outcome.targets.length > 0 || outcome.acquires.length > 0) return [];
      return outcome.releases.some((release) => release.place?.id === one.lock.place.id && !release.ifHeld) ? [temp] : [];
    });
  }

  /** Whether another function of the file gives the same lock back. */
  releasedElsewhere(): boolean {
    const { analysis, ref, one } = this;
    const facts = analysis.project.facts(ref.file)!;
    const { id } = one.lock.place;
    return facts.functions.some((fact, fn) => {
      if (fn === ref.fn || fact.bodiless) return false;
      const at = { file: ref.file, fn };
      return fact.code.some((i, temp) => {
        if (i.op !== 'call') return false;
        const callee = fact.code[i.fn];
        if (callee?.op === 'member' && one.held.keptIn.some((kept) => analysis.places.of(at, i.fn).id.startsWith(kept))) return true;
        if (callee?.op !== 'member' && callee?.op !== 'get') return false;
        return analysis.outcome(at, temp).releases.some((release) => release.place?.id === id);
      });
    });
  }
}

function returnsParameter(analysis: Analysis, ref: FnRef, index: number): boolean {
  const fact = analysis.values.fact(ref)!;
  const v = fact.params[index]?.v;
  return v !== undefined && fact.blocks.some(({ end }) => {
    const i = end.k === 'return' && end.value !== undefined ? fact.code[end.value] : undefined;
    return i?.op === 'get' && i.v === v;
  });
}

/** Whether a function does more with a parameter than to use it: keeps it, passes it on, gives it back. */
function keeps(analysis: Analysis, ref: FnRef, index: number): boolean {
  const fact = analysis.values.fact(ref);
  const v = fact?.params[index]?.v;
  // Of a function that is declared only, nobody knows.
  if (!fact || fact.bodiless || v === undefined) return true;
  const facts = analysis.project.facts(ref.file)!;
  const gets = new Set(fact.code.flatMap((i, temp) => (i.op === 'get' && i.v === v ? [temp] : [])));
  if (facts.functions.some((other) => other !== fact && other.code.some((i) => i.op === 'get' && i.v === v))) return true;
  if (analysis.summary(ref).releases.some((release) => release.param?.index === index)) return true;
  return (
    fact.code.some((i) => {
      if (i.op === 'call') return i.args.some((arg) => gets.has(arg)) || gets.has(i.fn);
      if (i.op === 'setmember' || i.op === 'setindex') return gets.has(i.value);
      if (i.op === 'set') return gets.has(i.value);
      return i.op === 'object' ? i.props.some((p) => gets.has(p.value)) : i.op === 'array' && i.items.some((item) => gets.has(item));
    }) || fact.blocks.some((block) => block.end.k === 'return' && block.end.value !== undefined && gets.has(block.end.value))
  );
}

/** Whether a function puts what it is passed where it outlives the call: into something shared, or into a closure that a timer runs. */
function putsAway(analysis: Analysis, ref: FnRef, index: number): boolean {
  const fact = analysis.values.fact(ref);
  const v = fact?.params[index]?.v;
  if (!fact || v === undefined) return false;
  const { functions } = analysis.project.facts(ref.file)!;
  const isIt = (temp: Temp): boolean => {
    const i = fact.code[temp];
    return i?.op === 'get' && i.v === v;
  };
  const uses = (fn: FnIndex, depth = 0): boolean =>
    functions[fn]!.code.some((i) => (i.op === 'get' && i.v === v) || (i.op === 'fn' && depth < 3 && uses(i.fn, depth + 1)));
  const isRepeated = (i: InstructionOf<'call'>): boolean => {
    const callee = fact.code[i.fn];
    const run = i.args[0] !== undefined ? fact.code[i.args[0]] : undefined;
    return callee?.op === 'global' && callee.name === 'setInterval' && run?.op === 'fn' && uses(run.fn);
  };
  return fact.code.some((i, temp) => {
    if (i.op === 'setmember' || i.op === 'setindex') return isIt(i.value) && isSharedWrite(analysis, ref, temp);
    if (i.op !== 'call') return false;
    return (i.args.some(isIt) && isSharedWrite(analysis, ref, temp)) || isRepeated(i);
  });
}

// --- what is checked out

/** What a call checks out, itself or through functions that return what they check out. */
function checkOutOf(analysis: Analysis, ref: FnRef, temp: Temp, depth = 0): Pick<CheckOut, 'releasedBy' | 'once' | 'apart'> | undefined {
  const fact = analysis.values.fact(ref)!;
  const i = fact.code[temp];
  if (i?.op === 'await') return checkOutOf(analysis, ref, i.value, depth);
  if (i?.op !== 'call' || depth > 3) return undefined;
  for (const ty of analysis.values.of(ref, i.fn)) {
    if (ty.k !== 'external') continue;
    for (const does of analysis.knowledge.does(ty, Boolean(i.new))) {
      if (does.does !== 'check out') continue;
      if (does.when === 'no callback' && i.args.some((arg) => fact.code[arg]?.op === 'fn')) return undefined;
      return { releasedBy: does.releasedBy, ...(does.once && { once: true as const }), ...(does.apart && { apart: does.apart }) };
    }
    return undefined;
  }
  const callee = fact.code[i.fn];
  if (callee?.op !== 'member' && callee?.op !== 'get') return undefined;
  const [target, ...others] = analysis.targets(ref, temp);
  if (!target || others.length > 0) return undefined;
  const inner = analysis.values.fact(target)!;
  const returned = returnedBy(inner);
  return returned.length === 1 ? checkOutOf(analysis, target, returned[0]!, depth + 1) : undefined;
}

/** What the function itself gives back on some way: `const lock = await this.getNonceLock(); … lock.releaseLock();` */
function checkOutByUse(analysis: Analysis, ref: FnRef, fact: FunctionFact, name: string, temp: Temp, awaited: Temp): Pick<CheckOut, 'releasedBy'> | undefined {
  const i = fact.code[temp] as InstructionOf<'call'>;
  const callee = fact.code[i.fn];
  const isPools = name === 'connect' && callee?.op === 'member' && /pool$/i.test(analysis.places.name(ref, callee.obj));
  if (i.new || (!isPools && !CHECKS_OUT.test(name)) || isModelled(analysis, ref, i) || analysis.outcome(ref, temp).acquires.length > 0) return undefined;
  const kept = fact.code.find((one) => one.op === 'set' && one.value === awaited);
  if (kept?.op !== 'set' || writesOf(analysis.project.facts(ref.file)!, kept.v).length !== 1) return undefined;
  const back = fact.code.flatMap((one) => {
    const method = one.op === 'call' && one.args.length === 0 ? fact.code[one.fn] : undefined;
    const of = method?.op === 'member' ? fact.code[method.obj] : undefined;
    return method?.op === 'member' && of?.op === 'get' && of.v === kept.v && GIVES_LEASE_BACK.test(method.name) ? [method.name] : [];
  });
  return back.length > 0 ? { releasedBy: [...new Set(back)] } : undefined;
}

/** What a table says of a call, its name has no say in. */
const isModelled = (analysis: Analysis, ref: FnRef, call: InstructionOf<'call'>): boolean =>
  analysis.values.of(ref, call.fn).some((ty) => (ty.k === 'external' || ty.k === 'global') && analysis.knowledge.does(ty, false).length > 0);

/** Whether nothing is done with a value but to read these properties. */
function readsOnly(fact: FunctionFact, temp: Temp, names: readonly string[]): boolean {
  const uses = usesIn(fact);
  const isRead = (one: Temp): boolean =>
    (uses.get(one) ?? []).every((use) => {
      const i = typeof use === 'number' ? fact.code[use]! : undefined;
      if (i?.op === 'set') return fact.code.every((get, at) => get.op !== 'get' || get.v !== i.v || isRead(at));
      return i?.op === 'member' && names.includes(i.name);
    });
  return isRead(temp);
}

function checkOuts(analysis: Analysis, ref: FnRef, fact: FunctionFact): Followed[] {
  if (!fact.async) return [];
  const found: Followed[] = [];
  fact.code.forEach((i, temp) => {
    if (i.op !== 'call') return;
    const callee = fact.code[i.fn];
    if (callee?.op !== 'member' && callee?.op !== 'get') return;
    const name = callee.op === 'member' ? callee.name : analysis.places.name(ref, i.fn);
    if (!/connect|client|session|runner|reserve|acquire|borrow|check_?out|lock|^get/i.test(name)) return;
    const awaited = [...analysis.awaits(ref).at].find(([at]) => {
      const waits = fact.code[at]!;
      return waits.op === 'await' && waits.value === temp;
    })?.[0];
    const from = awaited ?? temp;
    const out: ReturnType<typeof checkOutOf> = checkOutOf(analysis, ref, temp) ?? (awaited === undefined ? undefined : checkOutByUse(analysis, ref, fact, name, temp, awaited));
    if (!out) return;
    if (out.apart && readsOnly(fact, from, out.apart)) return;
    const at = fact.code[from]!;
    const place: Place = { id: `?${ref.file}:${ref.fn}:${temp}`, text: analysis.places.text(ref, temp), root: 'unknown' };
    const what = /[sS]ession/.test(out.releasedBy.join()) ? 'session' : /(?:Lock|Lease|Permit)$|^(?:acquire|borrow|check[oO]ut)$/.test(name) ? 'lock' : 'connection';
    const lock: LockRef = { place, kind: 'semaphore', certain: true, taken: { label: name, file: ref.file, s: i.s, e: i.e } };
    const held: Held = {
      lock, gives: 'lease', releasedBy: out.releasedBy, at: temp, from, result: from, keptIn: [], untilEnd: false, maybe: false, inferred: false,
    };
    found.push({ what, lock, held, from, entry: false, fn: ref.fn, s: at.s, e: at.e, certain: true, ...(out.once && { once: true }) });
  });
  return found;
}

// --- busy flags

/** The place of a flag that an instruction clears (or sets, with `value`). */
function writtenFlag(analysis: Analysis, ref: FnRef, temp: Temp, value = false): { id: string; text: string } | undefined {
  const fact = analysis.values.fact(ref)!;
  const i = fact.code[temp]!;
  if (i.op !== 'set' && i.op !== 'setmember') return undefined;
  const is = fact.code[i.value];
  const written = is?.op === 'const' ? is.value : undefined;
  if (value ? written !== true : written !== false) return undefined;
  return flagPlace(analysis, ref, i);
}

function flagPlace(analysis: Analysis, ref: FnRef, i: FunctionFact['code'][number]): { id: string; text: string } | undefined {
  const { places } = analysis;
  if (i.op === 'setmember') {
    const base = places.of(ref, i.obj);
    if (base.root !== 'this' && base.root !== 'module' && base.root !== 'closure') return undefined;
    return { id: places.memberId(ref, i.obj, i.name), text: `${base.text}.${i.name}` };
  }
  if (i.op !== 'set') return undefined;
  const facts = analysis.project.facts(ref.file)!;
  const variable = facts.vars[i.v]!;
  if (variable.owner === ref.fn && ref.fn !== 0) return undefined;
  if (variable.owner !== 0 && runsOnce(facts, variable.owner, ref.fn)) return undefined;
  return { id: variable.owner === 0 ? `M${ref.file}#${i.v}` : `L${ref.file}:${i.v}`, text: variable.name };
}

/** A function that the one around it calls once, and gives to nobody: what it leaves behind ends with that call. */
function runsOnce(facts: FileFacts, outer: FnIndex, fn: FnIndex): boolean {
  let inner = fn;
  while (facts.functions[inner]!.parent !== outer && inner > 0) inner = facts.functions[inner]!.parent;
  const { code, loops } = facts.functions[outer]!;
  const made = code.findIndex((i) => i.op === 'fn' && i.fn === inner);
  const v = facts.vars.findIndex((one) => one.fn === inner && one.owner === outer);
  const names = new Set([v, ...code.flatMap((i) => (i.op === 'set' && i.value === made ? [i.v] : []))]);
  let uses = 0;
  for (const [at, fact] of facts.functions.entries()) {
    const gets = new Set(fact.code.flatMap((i, temp) => ((i.op === 'get' && names.has(i.v)) || (at === outer && temp === made) ? [temp] : [])));
    const calls = fact.code.filter((i) => i.op === 'call' && gets.has(i.fn));
    const isNamed = at === outer && code.some((i) => i.op === 'set' && i.value === made);
    if (calls.length < gets.size - (isNamed ? 1 : 0)) return false;
    if (at !== outer && calls.length > 0) return false;
    if (calls.some((i) => loops.some((loop) => i.s >= loop.s && i.e <= loop.e))) return false;
    uses += calls.length;
  }
  return uses === 1;
}

/** `if (this.busy) return; this.busy = true; await …; this.busy = false;` */
function busyFlags(analysis: Analysis, ref: FnRef, fact: FunctionFact): Followed[] {
  if (!fact.async || ref.fn === 0) return [];
  const found: Followed[] = [];
  fact.code.forEach((i, temp) => {
    if (i.op !== 'set' && i.op !== 'setmember') return;
    const flag = writtenFlag(analysis, ref, temp, true);
    if (!flag) return;
    const cleared = new Set(fact.code.flatMap((_, other) => (writtenFlag(analysis, ref, other)?.id === flag.id ? [other] : [])));
    if (cleared.size === 0 || !isGuarded(analysis, ref, fact, flag.id, temp)) return;
    if (analysis.shapes(ref).acquires.has(temp)) return;
    const place: Place = { id: flag.id, text: flag.text, root: 'this', state: true };
    const lock: LockRef = { place, kind: 'mutex', certain: true, taken: { label: flag.text, file: ref.file, s: i.s, e: i.e } };
    const held: Held = { lock, gives: 'nothing', releasedBy: [], at: temp, from: temp, keptIn: [], untilEnd: false, maybe: false, inferred: false };
    found.push({ what: 'flag', lock, held, from: temp, entry: false, fn: ref.fn, s: i.s, e: i.e, certain: !isClearedElsewhere(analysis, ref, flag.id), cleared });
  });
  return found;
}

/** A way on which the flag is set leaves the function before it does anything, or does not lead to it. */
function isGuarded(analysis: Analysis, ref: FnRef, fact: FunctionFact, id: string, write: Temp): boolean {
  return fact.blocks.some((block) => block.to <= write && unsetSide(analysis, ref, block, id, 0) !== undefined) || isCalledUnset(analysis, ref, fact, id);
}

/**
 * Every call in the file stands on the unset side of a look at the flag: `if (this.#isDue()) await this.#run();`. What
 * nobody waits for is no such call: who is not told of its failure may as well end with it.
 */
function isCalledUnset(analysis: Analysis, ref: FnRef, { name }: FunctionFact, id: string): boolean {
  const { file } = ref;
  const { functions, vars } = analysis.project.facts(file)!;
  const isNamed = (fact: FunctionFact, temp: Temp): boolean => {
    const callee = fact.code[temp];
    return (callee?.op === 'member' && callee.name === name) || (callee?.op === 'get' && vars[callee.v]!.name === name);
  };
  const calls = functions.flatMap((fact, fn) =>
    fact.code.flatMap((i, temp) =>
      i.op === 'call' && isNamed(fact, i.fn) && analysis.targets({ file, fn }, temp).some((target) => target.file === file && target.fn === ref.fn) ? [{ fact, fn, temp }] : [],
    ),
  );
  return calls.length > 0 && calls.every(({ fact, fn, temp }) => fact.blocks.some((block) => {
    const unset = block.to <= temp && isFollowed(fact, temp) ? unsetSide(analysis, { file, fn }, block, id, 0) : undefined;
    if (unset === undefined || block.end.k !== 'branch') return false;
    const at = fact.blocks.findIndex((one) => temp >= one.from && temp < one.to);
    return reach(fact, [unset]).has(at) && !reach(fact, [unset === block.end.yes ? block.end.no : block.end.yes]).has(at);
  }));
}

/** Somebody waits for a call, or handles its failure. */
function isFollowed(fact: FunctionFact, call: Temp): boolean {
  return (usesIn(fact).get(call) ?? []).some((by) => {
    const user = typeof by === 'number' ? fact.code[by]! : undefined;
    return user?.op !== 'unary' || user.sign !== 'void';
  });
}

const isRead = (i: Instruction | undefined): boolean => i?.op === 'member' || i?.op === 'get';

/** Where a block leads on that looks at the flag, itself or by a function that answers at once where it is set, when it is not. */
function unsetSide(analysis: Analysis, ref: FnRef, { end }: Block, id: string, depth: number): BlockIndex | undefined {
  if (end.k !== 'branch') return undefined;
  const { code } = analysis.values.fact(ref)!;
  const on = code[end.on]!;
  const isNot = on.op === 'unary' && on.sign === '!';
  const asked = isNot ? on.arg : end.on;
  const i = code[asked];
  if (isRead(i)) return analysis.places.of(ref, asked).id !== id ? undefined : isNot ? end.yes : end.no;
  const [target, ...others] = i?.op === 'call' && depth === 0 ? analysis.targets(ref, asked) : [];
  if (!target || others.length > 0 || target.file !== ref.file) return undefined;
  const { blocks, code: inner } = analysis.values.fact(target)!;
  for (const block of blocks) {
    // The flag itself is the answer.
    if (block.end.k === 'return' && block.end.value !== undefined && isRead(inner[block.end.value]) && analysis.places.of(target, block.end.value).id === id) return isNot ? end.yes : end.no;
    const unset = unsetSide(analysis, target, block, id, 1);
    if (unset === undefined || block.end.k !== 'branch') continue;
    const set = blocks[unset === block.end.yes ? block.end.no : block.end.yes]!.end;
    const said = set.k === 'return' && set.value !== undefined ? inner[set.value] : undefined;
    if (said?.op === 'const' && typeof said.value === 'boolean') return said.value === isNot ? end.yes : end.no;
  }
  return undefined;
}

function isClearedElsewhere(analysis: Analysis, ref: FnRef, id: string): boolean {
  const facts = analysis.project.facts(ref.file)!;
  const within = (fn: FnIndex): boolean => {
    for (let at = fn; at >= 0; at = facts.functions[at]!.parent) if (at === ref.fn) return true;
    return false;
  };
  return facts.functions.some((fact, fn) => {
    if (fn === 0 || within(fn) || fact.kind === 'constructor' || fact.kind === 'field' || fact.bodiless) return false;
    return fact.code.some((_, temp) => writtenFlag(analysis, { file: ref.file, fn }, temp)?.id === id);
  });
}
