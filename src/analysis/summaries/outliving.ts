/** Work that is begun in a held region and goes on after the release. */
import type { FunctionFact, InstructionOf, Temp, VarIndex } from '../facts/ir.js';
import { isTestFile } from '../project/scan.js';
import { givesNoWork, sendsSeveral } from '../../models/handles.js';
import { changesCollection, setsTimer } from '../../models/language.js';
import { GIVES_LOCK_BACK, TAKES_LOCK } from '../../models/names.js';
import type { Analysis } from './analysis.js';
import { isToldBusy } from './busy-storage.js';
import type { LockRef } from './effect.js';
import { usesIn, type Uses } from './floating.js';
import { flowOf, type EntryLock, type Flow } from './flow.js';
import { beforeFirstAwait, canFollow } from './graph.js';
import { decidesAtOnce } from './notices.js';
import { mayTake } from './takers.js';
import { rejects } from './throwing.js';
import { writesOf } from './uses.js';
import type { FnRef } from './values.js';

export interface Outliving {
  readonly how: 'returned' | 'race' | 'all' | 'dropped' | 'forEach' | 'callback';
  readonly lock: LockRef;
  readonly what: string;
  readonly s: number;
  readonly e: number;
  readonly certain: boolean;
  /** What `forEach` goes through gives the same to `for … of`: an array or a set, and not a map. */
  readonly isList?: true;
}

export function outlivingIn(analysis: Analysis, file: string): Outliving[] {
  const facts = analysis.project.facts(file);
  if (!facts) return [];
  const found = new Map<string, Outliving>();
  const inTests = isTestFile(file.slice(analysis.project.root.length));
  const put = (one: Outliving): void => {
    const key = `${one.s}:${one.e}`;
    const known = found.get(key);
    if (!known || (one.certain && !known.certain)) found.set(key, { ...one, certain: one.certain && !inTests });
  };
  facts.functions.forEach((fact, fn) => {
    if (fact.bodiless) return;
    const ref = { file, fn };
    for (const own of ownLocks(analysis, ref, fact)) new Region(analysis, ref, fact, [], put).returnedBefore(own);
    if (!mayTake(analysis, ref)) return;
    new Region(analysis, ref, fact, [], put).check();
    fact.code.forEach((i, temp) => {
      if (i.op !== 'call') return;
      for (const invocation of analysis.outcome(ref, temp).invokes) {
        const [lock] = invocation.locks;
        const late = lock?.atOnce ? invocation.value.find((ty) => ty.k === 'fn' && givesPromise(analysis, ty)) : undefined;
        if (lock && late) put({ how: 'callback', lock, what: analysis.places.text(ref, i.fn), s: i.s, e: i.e, certain: lock.certain && invocation.certain && invocation.value.length === 1 });
        const only = invocation.value.filter((ty) => ty.k === 'fn');
        if (!lock || only.length !== 1 || only[0]?.k !== 'fn' || only[0].file !== file || invocation.done !== undefined) continue;
        const inner = { file, fn: only[0].fn };
        const innerFact = analysis.values.fact(inner)!;
        const certain = lock.certain && invocation.certain;
        new Region(analysis, inner, innerFact, [{ lock: { ...lock, certain } }], put).check();
      }
    });
  });
  return [...found.values()].sort((a, b) => a.s - b.s);
}

/** Part of what a function does comes after it has returned: it awaits, or returns the promise of what it calls. */
function givesPromise(analysis: Analysis, ref: FnRef): boolean {
  const fact = analysis.values.fact(ref)!;
  if (fact.generator) return false;
  return fact.async ? fact.code.some((i) => i.op === 'await') : analysis.values.returned(ref).some((ty) => ty.k === 'box' && ty.of === 'Promise');
}

/** A lock of the project's own, known by the names of what takes it and what gives it back. */
interface OwnLock {
  readonly lock: LockRef;
  readonly taken: Temp;
  readonly releases: readonly Temp[];
}

/** `lock = await this._tryAcquire(name); … finally { await this._release(lock); }` */
function ownLocks(analysis: Analysis, ref: FnRef, fact: FunctionFact): OwnLock[] {
  if (!fact.async || fact.tries.length === 0) return [];
  const nameOf = (i: FunctionFact['code'][number]): string => {
    const callee = i.op === 'call' && !i.new ? fact.code[i.fn] : undefined;
    return callee?.op === 'member' ? callee.name : callee?.op === 'get' ? analysis.project.facts(ref.file)!.vars[callee.v]!.name : '';
  };
  const isOf = (temp: Temp, v: VarIndex): boolean => {
    const i = fact.code[temp];
    return i?.op === 'get' && i.v === v;
  };
  return fact.code.flatMap((i, taken) => {
    if (i.op !== 'call' || !TAKES_LOCK.test(nameOf(i)) || analysis.outcome(ref, taken).acquires.length > 0) return [];
    const kept = fact.code.find((one) => {
      const value = one.op === 'set' ? fact.code[one.value] : undefined;
      return value?.op === 'await' && value.value === taken;
    });
    if (kept?.op !== 'set') return [];
    const releases = fact.code.flatMap((one, temp) => {
      if (one.op !== 'call' || !GIVES_LOCK_BACK.test(nameOf(one))) return [];
      const method = fact.code[one.fn];
      return one.args.some((arg) => isOf(arg, kept.v)) || (method?.op === 'member' && isOf(method.obj, kept.v)) ? [temp] : [];
    });
    if (releases.length === 0) return [];
    const text = analysis.project.facts(ref.file)!.vars[kept.v]!.name;
    const lock: LockRef = { place: { id: `?${ref.file}:${ref.fn}:${taken}`, text, root: 'unknown' }, kind: 'mutex', certain: true, taken: { label: text, file: ref.file, s: i.s, e: i.e } };
    return [{ lock, taken, releases }];
  });
}

/** One function while a lock is held in it. */
class Region {
  readonly #flow: Flow | undefined;
  readonly #uses: Uses;
  readonly #handles = new Map<number, ReadonlySet<VarIndex>>();

  constructor(
    readonly analysis: Analysis,
    readonly ref: FnRef,
    readonly fact: FunctionFact,
    readonly entry: readonly EntryLock[],
    readonly put: (one: Outliving) => void,
  ) {
    this.#flow = entry.length > 0 ? flowOf(analysis, ref, entry) : analysis.flow(ref);
    this.#uses = this.#flow ? usesIn(fact) : new Map();
  }

  check(): void {
    const flow = this.#flow;
    if (!flow) return;
    this.#returned(flow);
    this.fact.code.forEach((i, temp) => {
      const mask = flow.before(temp);
      if (i.op !== 'call' || mask === 0) return;
      flow.held.forEach((held, bit) => {
        if ((mask & (1 << bit)) === 0 || held.lock.shared || held.lock.kind === 'queue') return;
        this.#call(i, temp, bit, held.lock);
      });
    });
  }

  #report(how: Outliving['how'], lock: LockRef, at: { s: number; e: number }, what: Temp, certain: boolean, more: Pick<Outliving, 'isList'> = {}): void {
    const name = this.analysis.places.text(this.ref, what);
    this.put({ how, lock, what: name, s: at.s, e: at.e, certain: certain && lock.certain, ...more });
  }

  // --- `return work()` before the release

  #returned(flow: Flow): void {
    const { fact } = this;
    fact.blocks.forEach((block, b) => {
      if (block.end.k !== 'return' || block.end.value === undefined) return;
      const atEnd = flow.atEnd(b);
      const call = this.#madeBy(block.end.value);
      if (call === undefined) return;
      flow.held.forEach((held, bit) => {
        const mask = 1 << bit;
        if (bit < this.entry.length || held.untilEnd || (flow.untilSettled & mask) !== 0 || held.lock.kind === 'queue') return;
        if ((flow.before(call) & mask) === 0 || (atEnd & mask) !== 0 || (this.#after(flow, call) & mask) === 0) return;
        const promise = this.#isPromise(call);
        if (promise === 'no') return;
        this.#report('returned', held.lock, fact.code[call]!, (fact.code[call] as InstructionOf<'call'>).fn, promise === 'yes');
      });
    });
  }

  /** `try { return work(lock); } finally { await this.release(lock); }` */
  returnedBefore({ lock, taken, releases }: OwnLock): void {
    const { fact } = this;
    for (const { end } of fact.blocks) {
      const call = end.k === 'return' && end.value !== undefined ? this.#madeBy(end.value) : undefined;
      const made = call === undefined ? undefined : fact.code[call]!;
      if (call === undefined || made?.op !== 'call' || releases.includes(call) || !canFollow(fact, taken, call)) continue;
      const isLast = fact.tries.some(({ s, e, catchE }) => made.s >= s && made.e <= e && releases.some((temp) => fact.code[temp]!.s > (catchE ?? e) && canFollow(fact, call, temp)));
      const promise = isLast ? this.#isPromise(call) : 'no';
      if (promise !== 'no') this.#report('returned', lock, made, made.fn, promise === 'yes');
    }
  }

  /** The call that a returned value is the promise of. */
  #madeBy(temp: Temp, made = false): Temp | undefined {
    const i = this.fact.code[temp];
    if (i?.op === 'call') return i.new && !made ? undefined : temp;
    if (i?.op === 'cast' || i?.op === 'nonnull') return this.#madeBy(i.value);
    if (i?.op !== 'get') return undefined;
    const writes = writesOf(this.analysis.project.facts(this.ref.file)!, i.v);
    return writes.length === 1 && writes[0]!.fn === this.ref.fn && this.fact.code[writes[0]!.value]?.op === 'call' ? this.#madeBy(writes[0]!.value, made) : undefined;
  }

  /** Bits of what is held after an instruction. */
  #after(flow: Flow, temp: Temp): number {
    const block = this.fact.blocks.findIndex((one) => temp >= one.from && temp < one.to);
    if (temp + 1 < this.fact.blocks[block]!.to) return flow.before(temp + 1);
    return flow.atEnd(block);
  }

  #isPromise(call: Temp): 'yes' | 'maybe' | 'no' {
    const { analysis, ref } = this;
    const outcome = analysis.outcome(ref, call);
    if (outcome.releases.some(({ guess }) => !guess) || outcome.acquires.length > 0 || outcome.invokes.some((one) => one.locks.length > 0)) return 'no';
    if (outcome.targets.length > 0) {
      const async = outcome.targets.filter((target) => analysis.values.fact(target)!.async && !analysis.values.fact(target)!.generator);
      if (async.length === outcome.targets.length) return 'yes';
    }
    const value = analysis.values.of(ref, call);
    if (value.some((ty) => ty.k === 'box' && ty.of === 'Promise')) return 'yes';
    if (outcome.targets.length > 0) return 'no';
    if (outcome.done.length > 0) return 'yes';
    const i = this.fact.code[call] as InstructionOf<'call'>;
    return analysis.values.of(ref, i.fn).some((ty) => ty.k === 'param' && ty.path.length === 0) ? 'maybe' : 'no';
  }

  // --- work on what the lock protects

  #call(i: InstructionOf<'call'>, temp: Temp, bit: number, lock: LockRef): void {
    const { analysis, ref, fact } = this;
    const name = analysis.places.text(ref, i.fn);
    const callee = fact.code[i.fn];
    if (name === 'Promise.race') this.#race(i, temp, bit, lock);
    else if (name === 'Promise.all') this.#all(i, temp, bit, lock);
    else if (this.#isLimited(i, temp, bit, lock)) this.#report('race', lock, i, this.#limited(temp)!, !this.#isAsked(temp));
    else if (callee?.op === 'member' && callee.name === 'forEach' && i.args[0] !== undefined) this.#forEach(i, i.args[0], bit, lock);
    else if (!this.#uses.has(temp) && lock.kind === 'transaction' && this.#usesHandle(bit, temp, 0)) {
      const promise = this.#isPromise(temp);
      // A query builder is added to, and awaited in the end.
      if (analysis.targets(ref, temp).length === 0 && !this.#isOnHandle(bit, callee)) return;
      if (promise === 'no' || i.new) return;
      if (callee?.op === 'member' ? givesNoWork(callee.name) : analysis.targets(ref, temp).length === 0) return;
      this.#report('dropped', lock, i, i.fn, promise === 'yes');
    }
  }

  /** A method of the handle itself or of what it holds. */
  #isOnHandle(bit: number, callee: FunctionFact['code'][number] | undefined): boolean {
    let i = callee;
    while (i?.op === 'member') i = this.fact.code[i.obj];
    return i?.op === 'get' && this.#handlesOf(bit).has(i.v);
  }

  #race(i: InstructionOf<'call'>, temp: Temp, bit: number, lock: LockRef): void {
    if (!this.#isWaitedFor(temp)) return;
    const calls = this.#racing(i).flatMap((item) => this.#madeByAny(item) ?? []);
    if (!calls.some((call) => this.#isTimer(call))) return;
    const work = calls.find((call) => !this.#isTimer(call) && !this.#isStoppable(call) && this.#lasts(bit, lock, call));
    const told = calls.some((call) => this.#isTimer(call) && this.#tells(call));
    if (work !== undefined) this.#report('race', lock, i, (this.fact.code[work] as InstructionOf<'call'>).fn, !told && !this.#isAsked(temp));
  }

  /** `setTimeout(() => { timedOut = true; reject(…) })`: what comes after looks at whether the time was up. */
  #tells(call: Temp): boolean {
    const facts = this.analysis.project.facts(this.ref.file)!;
    const { code, blocks } = this.fact;
    const written = (fn: number, depth: number): number[] =>
      facts.functions[fn]!.code.flatMap((i) => (i.op === 'set' ? [i.v] : i.op === 'fn' && depth < 3 ? written(i.fn, depth + 1) : []));
    const set = new Set((code[call] as InstructionOf<'call'>).args.flatMap((arg) => {
      const made = code[arg];
      return made?.op === 'fn' ? written(made.fn, 0) : [];
    }));
    return blocks.some(({ end }) => {
      const on = end.k === 'branch' ? code[end.on] : undefined;
      const read = on?.op === 'unary' ? code[on.arg] : on;
      return read?.op === 'get' && set.has(read.v);
    });
  }

  /** `if (await timeoutReached(ms, work()))`: what comes after looks at whether the time was up. */
  #isAsked(temp: Temp): boolean {
    return this.fact.code.some((i, at) => i.op === 'await' && i.value === temp && decidesAtOnce(this.fact, at));
  }

  #racing(i: InstructionOf<'call'>): readonly Temp[] {
    const list = i.args[0] !== undefined ? this.fact.code[i.args[0]] : undefined;
    return list?.op === 'array' && !list.spread ? list.items : [];
  }

  /** `await withTimeout(work(), 1000)`: a function of the project races what it is passed against a timer. */
  #isLimited(i: InstructionOf<'call'>, temp: Temp, bit: number, lock: LockRef): boolean {
    const work = this.#isWaitedFor(temp) ? this.#limited(temp) : undefined;
    const call = work === undefined ? undefined : this.#madeByAny(work);
    return call !== undefined && !i.args.some((arg) => this.#isSignal(arg)) && !this.#isStoppable(call) && this.#lasts(bit, lock, call);
  }

  /** The argument of a call that the callee races against a timer. */
  #limited(temp: Temp): Temp | undefined {
    const { analysis, ref, fact } = this;
    const [target, ...others] = analysis.targets(ref, temp);
    const inner = target && others.length === 0 ? analysis.values.fact(target) : undefined;
    if (!target || !inner?.code.some((j) => j.op === 'member' && j.name === 'race')) return undefined;
    const index = new Region(analysis, target, inner, [], this.put).#racedParameter();
    return index === undefined ? undefined : (fact.code[temp] as InstructionOf<'call'>).args[index];
  }

  #racedParameter(): number | undefined {
    const facts = this.analysis.project.facts(this.ref.file)!;
    for (const i of this.fact.code) {
      if (i.op !== 'call' || this.analysis.places.text(this.ref, i.fn) !== 'Promise.race') continue;
      const items = this.#racing(i);
      const isLimit = (item: Temp): boolean => {
        const call = this.#madeByAny(item);
        return call !== undefined && this.#isTimer(call);
      };
      for (const item of items) {
        const value = this.fact.code[item];
        const variable = value?.op === 'get' ? facts.vars[value.v]! : undefined;
        if (variable?.kind === 'param' && variable.owner === this.ref.fn && items.some(isLimit)) return variable.param;
      }
    }
    return undefined;
  }

  #madeByAny(temp: Temp): Temp | undefined {
    const i = this.fact.code[temp];
    return i?.op === 'call' ? temp : this.#madeBy(temp, true);
  }

  #isWaitedFor(temp: Temp): boolean {
    return (this.#uses.get(temp) ?? []).some((use) => use === 'end' || (typeof use === 'number' && this.fact.code[use]!.op === 'await'));
  }

  /** A promise that a timer settles, whichever way. */
  #isTimer(call: Temp): boolean {
    const { analysis, ref, fact } = this;
    const i = fact.code[call] as InstructionOf<'call'>;
    const outcome = analysis.outcome(ref, call);
    if (outcome.done.length > 0 && outcome.done.every((effect) => effect.kind === 'sleep')) return true;
    const sets = (at: FnRef, depth: number): boolean => {
      const inner = analysis.values.fact(at);
      return Boolean(
        inner?.code.some((j) => {
          if (j.op === 'fn') return depth < 3 && sets({ file: at.file, fn: j.fn }, depth + 1);
          if (j.op !== 'call') return false;
          const callee = inner.code[j.fn];
          return callee?.op === 'global' && setsTimer(callee.name);
        }),
      );
    };
    if (i.new) return i.args.some((arg) => fact.code[arg]?.op === 'fn' && sets({ file: ref.file, fn: (fact.code[arg]).fn }, 0));
    return outcome.targets.length > 0 && outcome.targets.every((target) => sets(target, 0) && analysis.summary(target).calls.length === 0 && !this.#changes(target));
  }

  /** Work that is told to stop: by a signal. */
  #isStoppable(call: Temp): boolean {
    return (this.fact.code[call] as InstructionOf<'call'>).args.some((arg) => this.#isSignal(arg));
  }

  #isSignal(temp: Temp, depth = 0): boolean {
    const arg = this.fact.code[temp];
    if (arg?.op === 'object' && depth < 2) return arg.props.some((p) => p.name === 'signal' || this.#isSignal(p.value, depth + 1));
    return /signal|abort|controller|cancel/i.test(this.analysis.places.text(this.ref, temp));
  }

  #all(i: InstructionOf<'call'>, temp: Temp, bit: number, lock: LockRef): void {
    const { analysis, ref, fact } = this;
    if (!this.#isWaitedFor(temp)) return;
    const list = i.args[0] !== undefined ? fact.code[i.args[0]] : undefined;
    if (list?.op === 'array' && !list.spread) {
      const calls = list.items.flatMap((item) => this.#madeByAny(item) ?? []);
      const work = calls.filter((call) => this.#lasts(bit, lock, call));
      if (work.length < 2 || !calls.some((call) => rejects(analysis, ref, call) === 'yes')) return;
      const certain = lock.kind !== 'transaction' || work.some((call) => !this.#isOneStatement(ref, call));
      this.#report('all', lock, i, (fact.code[work[0]!] as InstructionOf<'call'>).fn, certain);
      return;
    }
    const made = list?.op === 'call' ? list : undefined;
    const callee = made ? fact.code[made.fn] : undefined;
    if (!made || callee?.op !== 'member' || callee.name !== 'map' || made.args[0] === undefined) return;
    const [callback] = analysis.values.of(ref, made.args[0]).filter((ty) => ty.k === 'fn');
    if (callback?.k !== 'fn' || rejects(analysis, ref, temp) !== 'yes') return;
    const inner = analysis.values.fact(callback)!;
    const isMine = callback.file === ref.file && inner.parent === ref.fn;
    const uses = lock.kind === 'transaction' ? isMine && this.#usesHandle(bit, made.args[0], 0) : this.#changesShared(callback);
    if (!uses) return;
    this.#report('all', lock, i, made.args[0], lock.kind !== 'transaction' || !this.#isOneStep(callback));
  }

  /**
   * Whether a call is over with the one statement that it sends at once: the end of the transaction comes after it on
   * the same connection. A function has steps that come after the failure of another.
   */
  #isOneStatement(ref: FnRef, call: Temp, depth = 0): boolean {
    const targets = this.analysis.targets(ref, call);
    const i = this.analysis.values.instruction({ ...ref, temp: call });
    const callee = i?.op === 'call' ? this.analysis.values.instruction({ ...ref, temp: i.fn }) : undefined;
    // Sent again where the storage was busy, and only there: it has not been sent yet.
    if (isToldBusy(this.analysis, ref, call)) return true;
    if (targets.length === 0 && callee?.op === 'member' && sendsSeveral(callee.name)) return false;
    return depth < 6 && targets.every((target) => this.#isOneStep(target, depth + 1));
  }

  #isOneStep(target: FnRef, depth = 0): boolean {
    const fact = this.analysis.values.fact(target)!;
    const { code, blocks, loops } = fact;
    // A failure that comes later: others have gone on meanwhile. One at the start comes before anything is sent, and what
    // a catch clause throws is the failure of what was tried.
    const early = beforeFirstAwait(fact);
    const isLate = (value: Temp): boolean =>
      code[value]?.op !== 'caught' && !early.has(value) && !fact.tries.some(({ catchS, catchE }) => catchS !== undefined && code[value]!.s >= catchS && code[value]!.e <= catchE!);
    if (loops.length > 0 || blocks.some(({ end }) => end.k === 'throw' && isLate(end.value))) return false;
    const waited = code.flatMap((i) => (i.op === 'await' ? [i.value] : []));
    const returned = blocks.flatMap(({ end }) => (end.k === 'return' && end.value !== undefined && waited.length === 0 ? [end.value] : []));
    const work = [...waited, ...returned].filter((temp) => code[temp]?.op === 'call');
    return waited.length < 2 && work.every((temp) => this.#isOneStatement(target, temp, depth));
  }

  #forEach(i: InstructionOf<'call'>, callback: Temp, bit: number, lock: LockRef): void {
    const made = this.fact.code[callback];
    const inner = made?.op === 'fn' ? this.analysis.project.facts(this.ref.file)!.functions[made.fn]! : undefined;
    if (made?.op !== 'fn' || !inner?.async) return;
    const awaited = inner.code.some((j) => j.op === 'await' && inner.code[j.value]?.op === 'call');
    if (!awaited) return;
    const uses = lock.kind === 'transaction' ? this.#usesHandle(bit, callback, 0) : true;
    if (uses) this.#report('forEach', lock, i, i.fn, true, this.#isList(i.fn) ? { isList: true } : {});
  }

  #isList(fn: Temp): boolean {
    const callee = this.fact.code[fn];
    const value = callee?.op === 'member' ? this.analysis.values.of(this.ref, callee.obj).filter((ty) => ty.k !== 'param') : [];
    return value.length > 0 && value.every((ty) => ty.k === 'box' && /^(?:Array|Tuple|Set)$/.test(ty.of));
  }

  /** Whether work begun by a call goes on with what the lock protects. */
  #lasts(bit: number, lock: LockRef, call: Temp): boolean {
    const { analysis, ref, fact } = this;
    const i = fact.code[call] as InstructionOf<'call'>;
    if (lock.kind === 'transaction') return this.#usesHandle(bit, call, 0);
    if (analysis.values.of(ref, i.fn).some((ty) => ty.k === 'param' && ty.path.length === 0)) return true;
    return analysis.targets(ref, call).some((target) => this.#changesShared(target));
  }

  #changesShared(target: FnRef): boolean {
    const fact = this.analysis.values.fact(target)!;
    const first = fact.code.findIndex((i) => i.op === 'await');
    return first >= 0 && this.#changes(target, first);
  }

  /** Writes to what outlives the call. */
  #changes(target: FnRef, after = 0): boolean {
    const fact = this.analysis.values.fact(target)!;
    const facts = this.analysis.project.facts(target.file)!;
    return fact.code.some((i, temp) => {
      if (temp < after) return false;
      if (i.op === 'set') return facts.vars[i.v]!.owner !== target.fn && facts.vars[i.v]!.owner >= 0;
      if (i.op !== 'setmember' && i.op !== 'setindex') {
        const callee = i.op === 'call' ? fact.code[i.fn] : undefined;
        if (callee?.op !== 'member' || !changesCollection(callee.name)) return false;
        return this.#isShared(target, callee.obj);
      }
      return this.#isShared(target, i.obj);
    });
  }

  #isShared(ref: FnRef, temp: Temp): boolean {
    const { root } = this.analysis.places.of(ref, temp);
    return root === 'this' || root === 'module';
  }

  // --- the handle of a transaction

  #handlesOf(bit: number): ReadonlySet<VarIndex> {
    let found = this.#handles.get(bit);
    if (found) return found;
    const vars = new Set<VarIndex>();
    const held = this.#flow!.held[bit]!;
    if (bit < this.entry.length) {
      const v = this.fact.params[0]?.v;
      if (v !== undefined) vars.add(v);
    } else {
      const facts = this.analysis.project.facts(this.ref.file)!;
      this.fact.code.forEach((i) => {
        if (i.op === 'set' && i.value === held.result && held.gives === 'lease') vars.add(i.v);
      });
      // The receiver that the transaction was begun on.
      const call = held.at !== undefined ? this.fact.code[held.at] : undefined;
      const callee = call?.op === 'call' ? this.fact.code[call.fn] : undefined;
      const receiver = callee?.op === 'member' ? this.fact.code[callee.obj] : undefined;
      if (held.gives === 'nothing' && receiver?.op === 'get' && facts.vars[receiver.v]!.owner === this.ref.fn) vars.add(receiver.v);
    }
    found = vars;
    this.#handles.set(bit, found);
    return found;
  }

  #usesHandle(bit: number, temp: Temp, depth: number, fn = this.ref.fn): boolean {
    const handles = this.#handlesOf(bit);
    const facts = this.analysis.project.facts(this.ref.file)!;
    const code = facts.functions[fn]!.code;
    const i = code[temp];
    if (!i || depth > 8 || handles.size === 0) return false;
    const again = (next: Temp): boolean => this.#usesHandle(bit, next, depth + 1, fn);
    switch (i.op) {
      case 'get':
        if (handles.has(i.v)) return true;
        return facts.vars[i.v]!.kind === 'const' && writesOf(facts, i.v).some((w) => w.fn === fn && code[w.value]?.op !== 'await' && again(w.value));
      case 'member':
        return again(i.obj);
      case 'call':
        return again(i.fn) || i.args.some(again);
      case 'object':
        return i.props.some((p) => again(p.value));
      case 'array':
        return i.items.some(again);
      case 'cast':
      case 'nonnull':
        return again(i.value);
      case 'fn':
        return facts.functions[i.fn]!.code.some((j) => (j.op === 'get' && handles.has(j.v)) || (j.op === 'fn' && depth < 4 && facts.functions[j.fn]!.code.some((k) => k.op === 'get' && handles.has(k.v))));
      default:
        return false;
    }
  }
}
