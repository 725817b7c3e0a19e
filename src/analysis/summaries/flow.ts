/**
 * Which locks may be held at each instruction of a function: a forward dataflow over its graph. A lock is held from
 * the await (or call) that takes it until whatever gives it back, on every path on which that is possible.
 */
import type { BlockIndex, FunctionFact, Instruction, Temp, VarIndex } from '../facts/ir.js';
import { callsLater, continuesPromise } from '../../models/language.js';
import type { Analysis } from './analysis.js';
import type { LockRef, NetAcquire } from './effect.js';
import { successors } from './graph.js';
import type { Outcome } from './outcomes.js';
import { tells } from './telling.js';
import { callsWith, closureIn, pushesOf, writesOf } from './uses.js';
import type { FnRef } from './values.js';

/** A lock that is held when the function is entered. */
export interface EntryLock {
  readonly lock: LockRef;
  /** The parameter that releases, and how. */
  readonly done?: number;
  readonly gives?: NetAcquire['gives'];
  readonly releasedBy?: readonly string[];
  /** The lock as the function around this one holds it: its releaser is in reach here, too. */
  readonly outer?: OuterHold;
}

interface OuterHold {
  readonly ref: FnRef;
  readonly held: Held;
}

export interface Held {
  readonly outer?: OuterHold;
  /** Awaited together with others: an element of the result is what is meant by the result. */
  readonly amongOthers?: true;
  readonly lock: LockRef;
  readonly gives: NetAcquire['gives'];
  readonly releasedBy: readonly string[];
  /** The acquiring call; undefined for a lock held on entry. */
  readonly at?: Temp;
  /** The instruction after which it is held. */
  readonly from?: Temp;
  /** What gives it back: the result of the acquisition, a parameter, or a variable. */
  readonly result?: Temp;
  readonly releaser?: VarIndex;
  /** Fields that the result is kept in: releasing what is read from there releases this. */
  readonly keptIn: readonly string[];
  /** Held until the promise of the function settles. */
  readonly untilEnd: boolean;
  readonly maybe: boolean;
  /** Taken by a function of the project that leaves the release to another. */
  readonly inferred: boolean;
}

export interface Flow {
  readonly held: readonly Held[];
  /** Bits of `held` before each instruction that can be reached. */
  before(temp: Temp): number;
  /** Bits at a block's end, for blocks that can be reached. */
  atEnd(block: BlockIndex): number;
  entering(block: BlockIndex): number;
  /** Whether a way leads to the block: nothing is held in one that has none. */
  reaches(block: BlockIndex): boolean;
  /** Locks whose release hangs on a promise that is returned: held until that has settled. */
  readonly untilSettled: number;
  /** Locks whose release was left to a listener or a timer: still held, and not by the caller. */
  readonly leftToOthers: number;
  /** Whether something in the function gives the lock of this bit back, now or later. */
  isGivenBack(bit: number): boolean;
}

const RELEASES = new Set([
  'release', 'unlock', 'dispose', 'free', 'done', 'end', 'close', 'commit', 'rollback', 'abort', 'destroy', 'return', 'leave', 'exit', 'unref',
  '@@dispose', '@@asyncDispose', 'Symbol.dispose', 'Symbol.asyncDispose',
]);
/** More locks at once than bits: nobody writes that by hand. */
const MOST_HELD = 30;

/** Undefined where the function neither takes a lock nor is entered with one. */
export function flowOf(analysis: Analysis, ref: FnRef, entry: readonly EntryLock[]): Flow | undefined {
  const fact = analysis.values.fact(ref);
  if (!fact) return undefined;
  const held: Held[] = entry.map(({ lock, done, gives, releasedBy, outer }) => {
    const param = done ?? (lock.kind === 'web lock' ? 0 : undefined);
    const result = param !== undefined ? fact.code.findIndex((i) => i.op === 'param' && i.index === param) : -1;
    return {
      lock,
      gives: done !== undefined ? (gives ?? ('releaser' as const)) : ('nothing' as const),
      releasedBy: releasedBy ?? [],
      keptIn: [],
      untilEnd: done === undefined,
      maybe: false,
      inferred: false,
      ...(outer && { outer }),
      ...(result >= 0 && { result }),
    };
  });
  const taken = acquisitions(analysis, ref, fact);
  held.push(...taken);
  if (held.length === 0) return undefined;
  held.length = Math.min(held.length, MOST_HELD);
  return new Dataflow(analysis, ref, fact, held, entry.length).run();
}

function acquisitions(analysis: Analysis, ref: FnRef, fact: FunctionFact): Held[] {
  const found: Held[] = [];
  const awaits = analysis.awaits(ref);
  const thened = new Set<Temp>();
  for (const i of fact.code) if (i.op === 'member' && i.name === 'then') thened.add(i.obj);
  fact.code.forEach((i, temp) => {
    if (i.op !== 'call' || found.length >= MOST_HELD) return;
    const outcome = analysis.outcome(ref, temp);
    for (const acquire of outcome.acquires) {
      if (acquire.lock.shared) continue;
      const common = {
        lock: acquire.lock,
        gives: acquire.gives,
        releasedBy: acquire.releasedBy ?? [],
        at: temp,
        untilEnd: false,
        maybe: acquire.maybe,
        inferred: outcome.targets.length > 0,
      };
      if (acquire.sync) found.push({ ...common, keptIn: keptIn(analysis, ref, fact, temp), from: temp, result: temp });
      else if (!thened.has(temp)) {
        for (const [at, awaited] of awaits.at) {
          if (awaited.calls.has(temp)) {
            const waits = fact.code[at]!;
            const alone = waits.op !== 'await' || awaited.calls.size === 1;
            const combined = waits.op === 'await' && isCombined(fact, waits.value);
            found.push({
              ...common,
              keptIn: keptIn(analysis, ref, fact, at),
              from: at,
              result: at,
              ...((combined || !alone) && { amongOthers: true as const }),
            });
            break;
          }
        }
      }
    }
  });
  for (const [temp, acquire] of analysis.shapes(ref).acquires) {
    const i = fact.code[temp]!;
    found.push({
      lock: {
        place: { ...acquire.place, state: true },
        kind: 'mutex',
        certain: true,
        taken: { label: acquire.place.text, file: ref.file, s: i.s, e: i.e },
      },
      gives: acquire.by !== undefined ? 'lease' : acquire.releaser !== undefined ? 'releaser' : 'nothing',
      releasedBy: acquire.by !== undefined ? [acquire.by] : [],
      at: temp,
      from: temp,
      ...(acquire.releaser !== undefined && { releaser: acquire.releaser }),
      keptIn: [],
      untilEnd: acquire.releaser === undefined && !acquire.flag,
      maybe: false,
      inferred: false,
    });
  }
  return found;
}

/** `await Promise.all([…])` */
function isCombined(fact: FunctionFact, value: Temp): boolean {
  const i = fact.code[value];
  const callee = i?.op === 'call' ? fact.code[i.fn] : undefined;
  return callee?.op === 'member' && /^(?:all|allSettled|any|race)$/.test(callee.name);
}

/** The fields that the result of an acquisition is written to. */
function keptIn(analysis: Analysis, ref: FnRef, fact: FunctionFact, result: Temp): string[] {
  const facts = analysis.project.facts(ref.file)!;
  const comesFrom = (temp: Temp, depth: number): boolean => {
    if (temp === result) return true;
    const i = fact.code[temp];
    if (depth > 4) return false;
    if (i?.op === 'get') return writesOf(facts, i.v).some((w) => w.fn === ref.fn && comesFrom(w.value, depth + 1));
    return (i?.op === 'nonnull' || i?.op === 'cast') && comesFrom(i.value, depth + 1);
  };
  return fact.code.flatMap((i) => {
    if (i.op !== 'setmember' || !comesFrom(i.value, 0)) return [];
    const base = analysis.places.of(ref, i.obj);
    return base.root === 'this' || base.root === 'module' ? [analysis.places.memberId(ref, i.obj, i.name)] : [];
  });
}

/** How a value comes from an acquisition: it is the result, or a part of it. */
type Origin = { readonly part?: string } | undefined;

export function originOf(analysis: Analysis, ref: FnRef, held: Held, inFn: number, temp: Temp): Origin {
  const facts = analysis.project.facts(ref.file)!;
  const seen = new Set<string>();
  const walk = (fn: number, t: Temp): Origin => {
    const key = `${fn}:${t}`;
    if (seen.has(key) || seen.size > 80) return undefined;
    seen.add(key);
    if (fn === ref.fn && t === held.result) return {};
    const i = facts.functions[fn]!.code[t];
    switch (i?.op) {
      case 'get':
        if (i.v === held.releaser) return {};
        for (const write of writesOf(facts, i.v)) {
          const found = walk(write.fn, write.value);
          if (found) return found;
        }
        // What was collected in a list.
        return pushesOf(facts.functions[fn]!, i.v).some((pushed) => walk(fn, pushed)) ? {} : undefined;
      case 'iterate':
        return walk(fn, i.of);
      case 'param': {
        // `releases.forEach((release) => release())`
        const own = facts.functions[fn]!;
        if (own.parent < 0) return undefined;
        const site = closureIn(facts.functions[own.parent]!, fn);
        if (site === undefined) return undefined;
        for (const use of callsWith(facts.functions[own.parent]!, site)) {
          const call = facts.functions[own.parent]!.code[use.call];
          const method = call?.op === 'call' ? facts.functions[own.parent]!.code[call.fn] : undefined;
          if (method?.op === 'member' && (method.name === 'forEach' || method.name === 'map')) return walk(own.parent, method.obj);
        }
        return undefined;
      }
      case 'nonnull':
      case 'cast':
      case 'await':
        return walk(fn, i.value);
      case 'join':
        for (const part of i.of) {
          const found = walk(fn, part);
          if (found) return found;
        }
        return undefined;
      case 'member': {
        const base = walk(fn, i.obj);
        if (base) {
          if (base.part !== undefined) return undefined;
          return held.amongOthers && /^\d+$/.test(i.name) ? {} : { part: i.name };
        }
        // `const lease = { release: await lock.acquire() }`
        const holder = facts.functions[fn]!.code[i.obj];
        if (holder?.op !== 'get') return undefined;
        for (const write of writesOf(facts, holder.v)) {
          const made = facts.functions[write.fn]!.code[write.value];
          const property = made?.op === 'object' ? made.props.find((p) => p.name === i.name) : undefined;
          const found = property && walk(write.fn, property.value);
          if (found) return found;
        }
        return undefined;
      }
      case 'call': {
        // `lock.release.bind(lock)`
        const callee = facts.functions[fn]!.code[i.fn];
        return callee?.op === 'member' && /^(?:bind|pop|shift|at)$/.test(callee.name) ? walk(fn, callee.obj) : undefined;
      }
      default:
        return undefined;
    }
  };
  return walk(inFn, temp);
}

/** Whether calling a value gives the lock back. */
export function callReleases(analysis: Analysis, ref: FnRef, held: Held, inFn: number, callee: Temp): boolean {
  if (held.outer && callReleases(analysis, held.outer.ref, held.outer.held, inFn, callee)) return true;
  if (held.keptIn.length > 0 && held.keptIn.includes(analysis.places.of({ file: ref.file, fn: inFn }, callee).id)) return true;
  const origin = originOf(analysis, ref, held, inFn, callee);
  if (!origin) return false;
  if (origin.part === undefined) return held.gives !== 'lease' && held.gives !== 'boolean';
  if (held.gives === 'pair') return origin.part === '1';
  if (held.gives === 'lease' || held.gives === 'any') {
    return held.releasedBy.length > 0
      ? held.releasedBy.includes(origin.part) || origin.part.startsWith('@@')
      : RELEASES.has(origin.part) || origin.part === '1';
  }
  return false;
}

class Dataflow implements Flow {
  readonly held: readonly Held[];
  untilSettled = 0;
  leftToOthers = 0;
  readonly #in: (number | undefined)[];
  readonly #before: Int32Array;
  readonly #gen = new Map<Temp, number>();
  readonly #kill = new Map<Temp, number>();

  constructor(
    readonly analysis: Analysis,
    readonly ref: FnRef,
    readonly fact: FunctionFact,
    held: readonly Held[],
    readonly entries: number,
  ) {
    this.held = held;
    this.#in = new Array<number | undefined>(fact.blocks.length).fill(undefined);
    this.#before = new Int32Array(fact.code.length);
    held.forEach((one, bit) => {
      if (one.from !== undefined) this.#gen.set(one.from, (this.#gen.get(one.from) ?? 0) | (1 << bit));
    });
    let released = 0;
    fact.code.forEach((i, temp) => {
      const mask = this.#releasedBy(i, temp);
      if (mask === 0) return;
      released |= mask;
      const at = this.#releaseTakesPlace(i, temp, mask);
      if (at !== undefined) this.#kill.set(at, (this.#kill.get(at) ?? 0) | mask);
    });
    // A lock that another function took for us, that is never given back here and whose result is not used: likely.
    this.held = held.map((one, bit) =>
      one.inferred && one.gives === 'nothing' && (released & (1 << bit)) === 0 && one.lock.certain
        ? { ...one, lock: { ...one.lock, certain: false } }
        : one,
    );
  }

  /** When a releasing call releases: at once, or when the promise (or event) that the release hangs on comes. */
  #releaseTakesPlace(i: Instruction, temp: Temp, mask: number): Temp | undefined {
    const callee = i.op === 'call' ? this.fact.code[i.fn] : undefined;
    const name = callee?.op === 'member' || callee?.op === 'global' ? callee.name : '';
    const passes = i.op === 'call' && i.args.length > 0 && !callReleases(this.analysis, this.ref, this.held[31 - Math.clz32(mask)]!, this.ref.fn, i.fn);
    if (!passes) return temp;
    const made = i.op === 'call' && i.new && name === 'Promise';
    if (made || continuesPromise(name)) {
      const awaits = this.analysis.awaits(this.ref);
      for (const [at, awaited] of awaits.at) if (awaited.calls.has(temp)) return at;
      for (const awaited of awaits.returned.values()) {
        if (!awaited.calls.has(temp)) continue;
        this.untilSettled |= mask;
        return undefined;
      }
      return temp;
    }
    if (!callsLater(name)) return temp;
    this.leftToOthers |= mask;
    return undefined;
  }

  before(temp: Temp): number {
    return this.#before[temp] ?? 0;
  }

  entering(block: BlockIndex): number {
    return this.#in[block] ?? 0;
  }

  reaches(block: BlockIndex): boolean {
    return this.#in[block] !== undefined;
  }

  isGivenBack(bit: number): boolean {
    const mask = 1 << bit;
    return [...this.#kill.values(), this.untilSettled, this.leftToOthers].some((given) => (given & mask) !== 0);
  }

  atEnd(block: BlockIndex): number {
    if (!this.reaches(block)) return 0;
    let now = this.entering(block);
    const { from, to } = this.fact.blocks[block]!;
    for (let temp = from; temp < to; temp++) now = this.#after(now, temp);
    return now;
  }

  #after(state: number, temp: Temp): number {
    return (state & ~(this.#kill.get(temp) ?? 0)) | (this.#gen.get(temp) ?? 0);
  }

  run(): Flow {
    const { blocks } = this.fact;
    let initial = 0;
    for (let bit = 0; bit < this.entries; bit++) initial |= 1 << bit;
    this.#in[0] = initial;
    const pending: BlockIndex[] = [0];
    const merge = (to: BlockIndex, state: number): void => {
      const known = this.#in[to];
      const merged = known === undefined ? state : known | state;
      if (merged !== known) {
        this.#in[to] = merged;
        pending.push(to);
      }
    };
    let steps = 0;
    while (pending.length > 0 && steps++ < 20_000) {
      const b = pending.pop()!;
      const block = blocks[b]!;
      let state = this.#in[b]!;
      for (let temp = block.from; temp < block.to; temp++) {
        this.#before[temp] = state;
        state = this.#after(state, temp);
      }
      if (block.handler !== undefined) merge(block.handler, this.#throwing(b, state));
      if (block.end.k === 'branch') {
        merge(block.end.yes, state & ~this.#refuted(block.end.on, true));
        merge(block.end.no, state & ~this.#refuted(block.end.on, false));
      } else for (const next of successors(this.fact, b, false)) merge(next, state);
    }
    return this;
  }

  /** What may be held when something in the block throws: an acquisition that throws has not acquired. */
  #throwing(b: BlockIndex, end: number): number {
    const block = this.fact.blocks[b]!;
    let state = this.#in[b]!;
    let thrown = 0;
    let throws = block.end.k === 'throw';
    for (let temp = block.from; temp < block.to; temp++) {
      const i = this.fact.code[temp]!;
      if (mayThrow(i)) {
        // A log that throws is nobody's concern.
        const logs = state !== 0 && i.op === 'call' && tells(this.analysis.places, this.ref, i);
        if (!logs) thrown |= state & ~(this.#kill.get(temp) ?? 0);
        throws = true;
      }
      state = this.#after(state, temp);
    }
    if (block.end.k === 'throw') thrown |= end;
    return throws ? thrown : 0;
  }

  /** Locks that are not held on one side of a branch: `if (!release) …`, `if (lock === null) …`. */
  #refuted(on: Temp, yes: boolean): number {
    const i = this.fact.code[on];
    let mask = 0;
    this.held.forEach((one, bit) => {
      if (one.result === undefined && one.releaser === undefined) return;
      if (i?.op === 'binary') {
        const other = this.fact.code[i.right];
        const isNull = other?.op === 'undefined' || (other?.op === 'const' && (other.value === null || other.value === false));
        if (!isNull || !originOf(this.analysis, this.ref, one, this.ref.fn, i.left)) return;
        const equal = i.sign === '===' || i.sign === '==';
        if (equal === yes) mask |= 1 << bit;
      } else if (!yes && originOf(this.analysis, this.ref, one, this.ref.fn, on)) mask |= 1 << bit;
    });
    return mask;
  }

  #releasedBy(i: Instruction, temp: Temp): number {
    let mask = 0;
    const cleared = this.analysis.shapes(this.ref).releases.get(temp);
    if (cleared) {
      this.held.forEach((one, bit) => {
        if (one.lock.place.id === cleared.id) mask |= 1 << bit;
      });
    }
    if (i.op !== 'call' && i.op !== 'dispose') return mask;
    const facts = this.analysis.project.facts(this.ref.file)!;
    let outcome: Outcome | undefined;
    this.held.forEach((one, bit) => {
      if (one.at === temp) return;
      if (i.op === 'dispose') {
        const from = writesOf(facts, i.v).some((w) => w.fn === this.ref.fn && originOf(this.analysis, this.ref, one, w.fn, w.value));
        if (from) mask |= 1 << bit;
        return;
      }
      outcome ??= this.analysis.outcome(this.ref, temp);
      if (this.#callGivesBack(one, i, outcome)) mask |= 1 << bit;
    });
    return mask;
  }

  #callGivesBack(one: Held, i: Extract<Instruction, { op: 'call' }>, outcome: Outcome): boolean {
    const { analysis, ref } = this;
    if (callReleases(analysis, ref, one, ref.fn, i.fn)) return true;
    if (i.args.length === 0 && one.inferred && analysis.places.of(ref, i.fn).id === one.lock.place.id) return true;
    // A closure of this function that releases: `const done = () => release()`.
    for (const ty of analysis.values.of(ref, i.fn)) {
      if (ty.k === 'fn' && ty.file === ref.file && analysis.values.fact(ty)?.parent === ref.fn && this.#closureReleases(one, ty.fn, 0)) return true;
    }
    for (const release of outcome.releases) {
      if (release.place && (release.place.id === one.lock.place.id || one.keptIn.includes(release.place.id)) && !one.untilEnd) return true;
      if (release.lease !== undefined && originOf(analysis, ref, one, ref.fn, release.lease)) return true;
    }
    if (one.untilEnd && one.releaser === undefined && !one.outer) return false;
    const method = this.fact.code[i.fn];
    if (method?.op === 'member' && (method.name === 'push' || method.name === 'add')) return false;
    for (const arg of i.args) {
      const value = this.fact.code[arg];
      // Whoever gets the function that releases, or a function that calls it, is the one to release from now on.
      if (value?.op === 'fn') {
        if (this.#closureReleases(one, value.fn, 0)) return true;
      } else if ((one.gives === 'releaser' || one.releaser !== undefined) && outcome.targets.length === 0) {
        const origin = originOf(analysis, ref, one, ref.fn, arg);
        if (origin && origin.part === undefined) return true;
      } else {
        const origin = originOf(analysis, ref, one, ref.fn, arg);
        if (origin?.part !== undefined && callReleases(analysis, ref, one, ref.fn, arg)) return true;
      }
    }
    return false;
  }

  #closureReleases(one: Held, fn: number, depth: number): boolean {
    if (depth > 3) return false;
    const inner = this.analysis.project.facts(this.ref.file)!.functions[fn]!;
    const at = { file: this.ref.file, fn };
    return inner.code.some((i, temp) => {
      if (i.op === 'call') {
        if (callReleases(this.analysis, this.ref, one, fn, i.fn)) return true;
        const callee = inner.code[i.fn];
        // The lock's own `release()`, by its place.
        if (callee?.op === 'member' && RELEASES.has(callee.name)) {
          return this.analysis.outcome(at, temp).releases.some((r) => r.place?.id === one.lock.place.id);
        }
        return false;
      }
      return i.op === 'fn' && this.#closureReleases(one, i.fn, depth + 1);
    });
  }
}

function mayThrow(i: Instruction): boolean {
  return i.op === 'call' || i.op === 'await' || i.op === 'yield' || i.op === 'iterate' || i.op === 'importcall';
}
