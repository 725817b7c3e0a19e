/** What an `await` (or a returned promise) waits for: which calls of the function, and which promises made by hand. */
import type { FunctionFact, Instruction, InstructionOf, Temp } from '../facts/ir.js';
import { continuesPromise } from '../../models/language.js';
import type { Analysis } from './analysis.js';
import { through, type Effect, type ParamPath, type Step } from './effect.js';
import { delayOf, listens, settlingOf } from './promises.js';
import type { FnRef } from './values.js';
import { memberWritesOf, ownWritesOf, writesOf } from './uses.js';

export interface Awaited {
  /** Calls whose promise is waited for. True: only in a race, so that a timer among them is a time limit. */
  readonly calls: Map<Temp, boolean>;
  /** Calls of `map` and its like, all of whose results are waited for. */
  readonly mapped: Set<Temp>;
  /** What the promises made by hand wait for; worked out when it is asked for. */
  readonly effects: readonly Effect[];
  readonly params: ParamPath[];
}

class Waiting implements Awaited {
  readonly calls = new Map<Temp, boolean>();
  readonly mapped = new Set<Temp>();
  readonly params: ParamPath[] = [];
  readonly #parts: (Effect | (() => readonly Effect[]))[] = [];

  get effects(): readonly Effect[] {
    return this.#parts.flatMap((part) => (typeof part === 'function' ? part() : part));
  }

  add(part: Effect | (() => readonly Effect[])): void {
    this.#parts.push(part);
  }
}

export interface Awaits {
  /** By the awaiting instruction. */
  readonly at: ReadonlyMap<Temp, Awaited>;
  /** By the block that returns. */
  readonly returned: ReadonlyMap<number, Awaited>;
  /** Calls that are awaited or returned somewhere in the function. */
  readonly calls: ReadonlySet<Temp>;
  readonly mapped: ReadonlySet<Temp>;
}

const COMBINATORS = new Set(['Promise.all', 'Promise.allSettled', 'Promise.any', 'Promise.race']);
const MAPS = new Set(['map', 'flatMap', 'filter', 'concat', 'slice']);

export function awaitsOf(analysis: Analysis, ref: FnRef): Awaits {
  const fact = analysis.values.fact(ref)!;
  const at = new Map<Temp, Awaited>();
  const returned = new Map<number, Awaited>();
  const calls = new Set<Temp>();
  const mapped = new Set<Temp>();
  const collect = (value: Temp): Awaited => {
    const found = awaitedBy(analysis, ref, fact, value);
    for (const call of found.calls.keys()) calls.add(call);
    for (const call of found.mapped) mapped.add(call);
    return found;
  };
  fact.code.forEach((i, temp) => {
    if (i.op === 'await') at.set(temp, collect(i.value));
    else if (i.op === 'iterate' && i.async) at.set(temp, collect(i.of));
  });
  fact.blocks.forEach((block, b) => {
    if (block.end.k === 'return' && block.end.value !== undefined) returned.set(b, collect(block.end.value));
  });
  return { at, returned, calls, mapped };
}

/** Calls that are waited for, and those whose promises they are given and wait for: `await logged(save())`. */
export function withPassedOn(analysis: Analysis, ref: FnRef, calls: Iterable<Temp>): ReadonlySet<Temp> {
  const { code } = analysis.values.fact(ref)!;
  const found = new Set(calls);
  for (const call of found) {
    const i = code[call];
    if (i?.op !== 'call' || !i.args.some((arg) => code[arg]?.op === 'call')) continue;
    for (const { temp } of analysis.outcome(ref, call).awaitsArgs) {
      for (const [inner, raced] of analysis.awaitedValue(ref, temp).calls) if (!raced) found.add(inner);
    }
  }
  return found;
}

export function awaitedBy(analysis: Analysis, ref: FnRef, fact: FunctionFact, value: Temp, depth = 0): Waiting {
  const { values, places } = analysis;
  const facts = values.project.facts(ref.file)!;
  const found = new Waiting();
  const seen = new Set<Temp>();
  /** The lists of the races that are looked at. */
  const racers: Temp[] = [];

  const isAncestor = (owner: number): boolean => {
    for (let fn = fact.parent; fn >= 0; fn = facts.functions[fn]!.parent) if (fn === owner) return true;
    return false;
  };

  const call = (temp: Temp, raced: boolean): void => {
    const known = found.calls.get(temp);
    found.calls.set(temp, known === undefined ? raced : known && raced);
  };

  const visit = (temp: Temp, raced: boolean): void => {
    if (seen.has(temp) || seen.size > 200) return;
    seen.add(temp);
    const i = fact.code[temp];
    switch (i?.op) {
      case 'call':
        visitCall(temp, i, raced);
        return;
      case 'join':
        i.of.forEach((t) => visit(t, raced));
        return;
      case 'nonnull':
      case 'cast':
        visit(i.value, raced);
        return;
      case 'get': {
        const variable = facts.vars[i.v]!;
        for (const write of writesOf(facts, i.v)) if (write.fn === ref.fn) visit(write.value, raced);
        if (variable.kind === 'param' && variable.owner !== ref.fn) param(temp);
        else if (variable.owner !== ref.fn) deferredVariable(temp, i);
        return;
      }
      case 'param':
        param(temp);
        return;
      case 'member':
        deferredMember(temp, i);
        return;
      default:
        // An array of promises is no promise.
        return;
    }
  };

  const param = (temp: Temp): void => {
    for (const ty of values.of(ref, temp)) if (ty.k === 'param') found.params.push(ty);
  };

  const visitCall = (temp: Temp, i: InstructionOf<'call'>, raced: boolean): void => {
    const callee = fact.code[i.fn];
    const name = places.text(ref, i.fn);
    if (COMBINATORS.has(name) && i.args[0] !== undefined) {
      const races = name === 'Promise.race' || name === 'Promise.any';
      if (races) racers.push(i.args[0]);
      elements(i.args[0], raced || races);
      if (races) racers.pop();
      return;
    }
    if (name === 'Promise.resolve' && i.args[0] !== undefined) {
      visit(i.args[0], raced);
      return;
    }
    if (i.new && callee?.op === 'global' && callee.name === 'Promise') {
      madeByHand(temp, i, raced);
      return;
    }
    call(temp, raced);
    if (callee?.op === 'member' && continuesPromise(callee.name)) visit(callee.obj, raced);
  };

  /** The elements of a collection of promises. */
  const elements = (temp: Temp, raced: boolean): void => {
    const i = fact.code[temp];
    switch (i?.op) {
      case 'array':
        i.items.forEach((item, n) => (i.spread?.includes(n) ? elements(item, raced) : visit(item, raced)));
        return;
      case 'join':
        i.of.forEach((t) => elements(t, raced));
        return;
      case 'nonnull':
      case 'cast':
        elements(i.value, raced);
        return;
      case 'call': {
        const callee = fact.code[i.fn];
        if (callee?.op === 'member' && MAPS.has(callee.name)) {
          found.mapped.add(temp);
          elements(callee.obj, raced);
        } else if (callee?.op === 'member' && callee.name === 'from') found.mapped.add(temp);
        return;
      }
      case 'get': {
        const variable = facts.vars[i.v]!;
        if (variable.kind === 'param') param(temp);
        if (seen.has(temp)) return;
        seen.add(temp);
        for (const write of writesOf(facts, i.v)) if (write.fn === ref.fn) elements(write.value, raced);
        // What was pushed into it in this function.
        for (const j of fact.code) {
          if (j.op !== 'call') continue;
          const method = fact.code[j.fn];
          if (method?.op !== 'member' || (method.name !== 'push' && method.name !== 'add')) continue;
          const list = fact.code[method.obj];
          if (list?.op === 'get' && list.v === i.v) j.args.forEach((arg) => visit(arg, raced));
        }
        return;
      }
      case 'param':
        param(temp);
        return;
      default:
        return;
    }
  };

  /** Whether work runs against the promise: what ends a race early is not what it waits for. */
  const isAgainstWork = (racing: Temp, temp: Temp): boolean => {
    const list = fact.code[racing];
    if (list?.op !== 'array') return false;
    return list.items.some((item) => {
      const one = fact.code[item];
      if (item === temp || one?.op !== 'call' || one.new) return false;
      const kinds = analysis.outcome(ref, item).done.map((effect) => effect.kind);
      return !kinds.some((kind) => kind === 'sleep' || kind === 'event');
    });
  };

  const stepAt = (temp: Temp, label: string): Step => ({ label, file: ref.file, s: fact.code[temp]!.s, e: fact.code[temp]!.e });

  const madeByHand = (temp: Temp, i: InstructionOf<'call'>, raced: boolean): void => {
    call(temp, raced);
    const executor = i.args[0] !== undefined ? values.of(ref, i.args[0]).find((ty) => ty.k === 'fn') : undefined;
    if (executor?.k !== 'fn') {
      // `new Promise(setImmediate)` gives the others a turn; nobody has to do anything.
      return;
    }
    const settling = settlingOf(values, executor);
    const inExecutor = (at: { file: string; fn: number; temp: number }, label: string): Step => {
      const inner = values.instruction(at)!;
      return { label, file: at.file, s: inner.s, e: inner.e };
    };
    for (const at of settling.handedTo) {
      const outcome = analysis.outcome(at, at.temp);
      found.add(() => [...outcome.sync, ...outcome.done].filter((effect) => effect.kind !== 'callback'));
    }
    if (settling.other) {
      const racing = racers.at(-1);
      const effect: Effect = { kind: settling.child ? 'process' : 'event', certain: true, steps: [stepAt(temp, 'new Promise')] };
      if (racing === undefined) found.add(effect);
      else found.add(() => [isAgainstWork(racing, temp) ? { ...effect, certain: false } : effect]);
    } else if (settling.timer && !raced && settling.timer.delay !== 0 && !settling.itself && settling.handedTo.length === 0) {
      const { at, delay } = settling.timer;
      found.add({
        kind: 'sleep',
        certain: true,
        steps: [inExecutor(at, 'setTimeout')],
        ...(typeof delay === 'object' && { delay }),
      });
    }
  };

  /** A promise kept in an outer variable, made by hand: somebody else settles it. */
  const deferredVariable = (temp: Temp, i: InstructionOf<'get'>): void => {
    const variable = facts.vars[i.v]!;
    if (variable.import !== undefined) return;
    const writes = writesOf(facts, i.v);
    // Made by an enclosing function before this one ran: `const p = fetch(url); await lock(async () => { await p; })`.
    const at = { file: ref.file, fn: writes[0]?.fn ?? 0 };
    const made = writes.length === 1 ? values.instruction({ ...at, temp: writes[0]!.value }) : undefined;
    if (made?.op === 'call' && variable.owner > 0 && depth < 3 && isAncestor(variable.owner)) {
      const outer = awaitedBy(analysis, at, values.fact(at)!, writes[0]!.value, depth + 1);
      for (const call of outer.calls.keys()) {
        const step = stepAt(temp, variable.name);
        found.add(() => analysis.outcome(at, call).done.map((effect) => through(step, effect)));
      }
      found.params.push(...outer.params);
    }
    for (const write of writes) {
      const at = { file: ref.file, fn: write.fn };
      if (isDeferred(at, write.value)) {
        if (keptResolvers(at, write.value).some((v) => fact.code.some((j) => j.op === 'call' && isOf(j.fn, v)))) return;
        const isGate = writes.some(({ fn, value: empty }) => isNothing(values.instruction({ file: ref.file, fn, temp: empty })));
        found.add({ kind: 'event', certain: !isGate && !isEndedByCaller(at, write.value), steps: [stepAt(temp, variable.name)] });
        return;
      }
    }
  };

  const deferredMember = (temp: Temp, i: InstructionOf<'member'>): void => {
    const step = stepAt(temp, places.text(ref, temp));
    if (isAnsweredHere(i.obj)) return;
    // `const { promise, resolve } = Promise.withResolvers()`
    const holder = values.of(ref, i.obj);
    if (i.name === 'promise' && holder.some((ty) => ty.k === 'global' && ty.path === 'Promise.withResolvers()')) {
      const timer = timerThatResolves(i.obj);
      if (!timer) found.add({ kind: 'event', certain: true, steps: [step] });
      else {
        const delay = delayOf(values, ref, timer);
        const at: Step = { label: 'setTimeout', file: ref.file, s: timer.s, e: timer.e };
        if (delay !== 0) found.add({ kind: 'sleep', certain: true, steps: [at], ...(typeof delay === 'object' && { delay }) });
      }
      return;
    }
    for (const ty of holder) {
      if (ty.k !== 'instance') continue;
      const own = values.project.facts(ty.file)!;
      const field = values.findMember(ty.file, ty.cls, i.name, false);
      const initial = field && !('base' in field) && field.member.kind === 'field' ? field.member.fn : undefined;
      const deferred =
        (initial !== undefined && returnsDeferred({ file: (field as { file: string }).file, fn: initial })) ||
        ownWritesOf(own, ty.cls, i.name).some((w) => isDeferred({ file: ty.file, fn: w.fn }, w.value));
      if (deferred) {
        const isGate = memberWritesOf(own, i.name).some((w) => isNothing(own.functions[w.fn]!.code[w.value]));
        found.add({ kind: 'event', certain: !isGate, steps: [step] });
        return;
      }
    }
  };

  /** A deferred of this call, which only a callback of a request that it makes itself gets hold of. */
  const isAnsweredHere = (obj: Temp): boolean => {
    const holder = fact.code[obj];
    if (holder?.op !== 'get' || facts.vars[holder.v]!.owner !== ref.fn) return false;
    const mine = (t: Temp): boolean => {
      const j = fact.code[t];
      return j?.op === 'get' && j.v === holder.v;
    };
    const captures = (t: Temp): boolean => {
      const j = fact.code[t];
      return j?.op === 'fn' && facts.functions[j.fn]!.code.some((k) => k.op === 'get' && k.v === holder.v);
    };
    let asked = false;
    for (const j of fact.code) {
      if ((j.op === 'setmember' || j.op === 'setindex') && (mine(j.value) || captures(j.value))) return false;
      if (j.op !== 'call') continue;
      if (j.args.some(mine)) return false;
      if (!j.args.some(captures)) continue;
      if (listens(places.name(ref, j.fn))) return false;
      asked = true;
    }
    return asked;
  };

  /** `const { promise, resolve } = Promise.withResolvers(); setTimeout(resolve, ms)` */
  const timerThatResolves = (deferred: Temp): InstructionOf<'call'> | undefined => {
    const resolvers = new Set<Temp>();
    fact.code.forEach((j, t) => {
      if (j.op === 'member' && j.name === 'resolve' && sameTemp(j.obj, deferred)) resolvers.add(t);
    });
    const isResolve = (t: Temp): boolean => {
      const j = fact.code[t];
      return resolvers.has(t) || (j?.op === 'get' && writesOf(facts, j.v).some((w) => w.fn === ref.fn && resolvers.has(w.value)));
    };
    return fact.code.find(
      (j): j is InstructionOf<'call'> => j.op === 'call' && places.name(ref, j.fn) === 'setTimeout' && j.args[0] !== undefined && isResolve(j.args[0]),
    );
  };

  const sameTemp = (a: Temp, b: Temp): boolean => {
    const left = fact.code[a];
    const right = fact.code[b];
    return a === b || (left?.op === 'get' && right?.op === 'get' && left.v === right.v);
  };

  const returnsDeferred = (at: FnRef): boolean =>
    values.fact(at)!.blocks.some((b) => b.end.k === 'return' && b.end.value !== undefined && isDeferred(at, b.end.value));

  /** A `new Promise` whose resolve is put where others can call it. */
  const isDeferred = (at: FnRef, temp: Temp): boolean => {
    const i = values.instruction({ ...at, temp });
    if (i?.op !== 'call' || !i.new || i.args[0] === undefined) return false;
    const callee = values.instruction({ ...at, temp: i.fn });
    if (callee?.op !== 'global' || callee.name !== 'Promise') return false;
    const executor = values.of(at, i.args[0]).find((ty) => ty.k === 'fn');
    return executor?.k === 'fn' && settlingOf(values, executor).other !== undefined;
  };

  const isOf = (t: Temp, v: number): boolean => {
    const j = fact.code[t];
    return j?.op === 'get' && j.v === v;
  };

  /** Variables outside of the executor that resolve is kept in. */
  const keptResolvers = (at: FnRef, temp: Temp): number[] => {
    const made = values.instruction({ ...at, temp });
    const executor = made?.op === 'call' && made.args[0] !== undefined ? values.of(at, made.args[0]).find((ty) => ty.k === 'fn') : undefined;
    const executing = executor?.k === 'fn' ? values.fact(executor) : undefined;
    const resolve = executing?.params[0]?.v;
    return (executing?.code ?? []).flatMap((j) => {
      const written = j.op === 'set' ? executing!.code[j.value] : undefined;
      return j.op === 'set' && written?.op === 'get' && written.v === resolve ? [j.v] : [];
    });
  };

  /** Resolve goes into a variable that the maker of the promise returns: its caller ends the section, as a lease would. */
  const isEndedByCaller = (at: FnRef, temp: Temp): boolean => {
    const kept = new Set(keptResolvers(at, temp));
    const maker = values.fact(at)!;
    const isKept = (t: Temp): boolean => {
      const j = maker.code[t];
      if (j?.op === 'nonnull' || j?.op === 'cast') return isKept(j.value);
      return j?.op === 'get' && kept.has(j.v);
    };
    return maker.blocks.some(({ end }) => {
      const given = end.k === 'return' && end.value !== undefined ? maker.code[end.value] : undefined;
      return given?.op === 'object' ? given.props.some((property) => isKept(property.value)) : end.k === 'return' && end.value !== undefined && isKept(end.value);
    });
  };

  visit(value, false);
  return found;
}

/** A promise that is not always there is a gate, which is open most of the time. */
const isNothing = (i: Instruction | undefined): boolean => i?.op === 'undefined' || (i?.op === 'const' && i.value === null) || (i?.op === 'global' && i.name === 'undefined');

