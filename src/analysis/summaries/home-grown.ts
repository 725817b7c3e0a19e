/**
 * Locks that a project wrote itself, recognised by their shape:
 *
 * - a *promise chain*: work is hung on a shared promise with `then`, and the result becomes the shared promise;
 * - a *gate*: a new promise takes the place of the shared one, the old one is awaited, resolving the new one releases;
 * - a *waiter queue*: a flag or counter, and a list of resolvers that the releasing side takes from, one at a time;
 * - a *busy flag*: a function waits while it is set, and then sets it.
 */
import { Table } from '../freshness/live-facts.js';
import type { FileFacts, FnIndex, FunctionFact, Instruction, InstructionOf, Temp, VarFact, VarIndex } from '../facts/ir.js';
import { continuesPromise } from '../../models/language.js';
import { isOwnParameter } from './callbacks.js';
import type { Place } from './effect.js';
import { canFollow, returnedBy } from './graph.js';
import { keyed, type Places } from './places.js';
import type { FnRef } from './values.js';
import { writesOf } from './uses.js';

/** A function that takes or gives back a lock whose state it handles itself. */
export interface WaiterQueueRole {
  /** `dispatch` hands the lock to the next waiter for the other two. */
  readonly role: 'acquire' | 'release' | 'both' | 'dispatch';
  /** It counts permits rather than setting a flag. */
  readonly counts: boolean;
  /** The waiter is given the function that releases. */
  readonly releaser?: true;
}

export interface ShapeOps {
  /** `then` calls on a promise chain: the callback runs with the lock. */
  readonly sections: ReadonlyMap<Temp, { readonly place: Place; readonly callback: Temp }>;
  /** Awaits after which the lock is held. */
  readonly acquires: ReadonlyMap<
    Temp,
    {
      readonly place: Place;
      /** The variable whose call releases; absent: held until the function's promise settles. */
      readonly releaser?: VarIndex;
      /** The releasing variable is an object with this method. */
      readonly by?: string;
      /** A flag was set: it is held until the flag is cleared. */
      readonly flag?: true;
    }
  >;
  /** Instructions that give a lock back, by the identity of its place. */
  readonly releases: ReadonlyMap<Temp, Place>;
  /** It returns a promise of the function that releases. */
  readonly returnsReleaser?: { readonly place: Place };
}

const NO_OPS: ShapeOps = { sections: new Map(), acquires: new Map(), releases: new Map() };

type Acquires = Map<Temp, { place: Place; releaser?: VarIndex; by?: string; flag?: true }>;

/** A cheap look first: a chain or a gate writes a promise to where it read one. */
export function shapeOps(places: Places, ref: FnRef): ShapeOps {
  const facts = places.values.project.facts(ref.file)!;
  const fact = facts.functions[ref.fn]!;
  const writes = writtenPlaces(places, ref, fact);
  const sections = new Map<Temp, { place: Place; callback: Temp }>();
  const acquires: Acquires = new Map();
  const releases = new Map<Temp, Place>();
  let returnsReleaser: ShapeOps['returnsReleaser'];
  for (const { place, value, temp: written, key } of writes) {
    const derived = derivation(facts, ref.fn, value);
    for (const temp of derived.temps) {
      const i = fact.code[temp];
      if (i?.op !== 'call') continue;
      const callee = fact.code[i.fn];
      if (callee?.op === 'member' && callee.name === 'then' && i.args[0] !== undefined && readsPlace(places, ref, callee.obj, place.id)) {
        sections.set(temp, { place, callback: i.args[0] });
        if (handsOver(facts, ref.fn, i.args[0])) returnsReleaser = { place };
      }
    }
    const kept = key !== undefined && keptGates(facts).has(key);
    const gate = kept ? { flag: true as const } : gateIn(facts, ref.fn, derived.temps);
    if (gate === undefined) continue;
    fact.code.forEach((i, temp) => {
      if (i.op !== 'await' || !readsPlace(places, ref, i.value, place.id)) return;
      // Who waits and only then shuts the gate holds it from there; who waits and goes takes nothing.
      if (canFollow(fact, written, temp)) acquires.set(temp, { place, ...gate });
      else if (canFollow(fact, temp, written)) acquires.set(written, { place, ...gate });
    });
    if (acquires.size === 0) {
      for (const block of fact.blocks) {
        if (block.end.k !== 'return' || block.end.value === undefined) continue;
        const returned = derivation(facts, ref.fn, block.end.value);
        const waits = [...returned.temps].some((t) => {
          const i = fact.code[t];
          const callee = i?.op === 'call' ? fact.code[i.fn] : undefined;
          return callee?.op === 'member' && callee.name === 'then' && readsPlace(places, ref, callee.obj, place.id);
        });
        if (waits) returnsReleaser = { place };
      }
    }
  }
  // A chain whose callback only waits for the gate is part of the gate.
  if (acquires.size > 0 || returnsReleaser) sections.clear();
  chainedClosure(places, ref, fact, acquires);
  openedGates(places, ref, fact, releases);
  busyFlag(places, ref, fact, writes, acquires, releases);
  if (sections.size === 0 && acquires.size === 0 && releases.size === 0 && !returnsReleaser) return NO_OPS;
  return { sections, acquires, releases, ...(returnsReleaser && { returnsReleaser }) };
}

/**
 * `lock() { let begin; this.tail = this.tail.then(() => new Promise(begin)); return new Promise((r) => { begin = r; }); }`:
 * the callback makes a promise whose executor is a variable that resolves the promise that is returned.
 */
function handsOver(facts: FileFacts, fn: FnIndex, callback: Temp): boolean {
  const fact = facts.functions[fn]!;
  const closure = fact.code[callback];
  if (closure?.op !== 'fn') return false;
  const inner = facts.functions[closure.fn]!;
  return inner.code.some((i) => {
    if (i.op !== 'call' || !i.new || i.args[0] === undefined) return false;
    const executor = inner.code[i.args[0]];
    if (executor?.op !== 'get' || facts.vars[executor.v]!.owner !== fn) return false;
    return writesOf(facts, executor.v).some((w) => isResolver(facts, facts.functions[w.fn]!, w.value));
  });
}

// --- gates that a field keeps the key of

/**
 * By the name of the shared promise, the name of what opens it: `this.gate = new Promise((resolve) => { this.open = resolve; })`.
 * Who shuts one without having waited for it says that something is not ready, and excludes nobody.
 */
const gates = new Table((facts: FileFacts) => {
  const found = new Map<string, string>();
  const others = new Set<string>();
  facts.functions.forEach((fact, fn) => {
    for (const i of fact.code) {
      const shared = sharedName(facts, fact, fn, i);
      const opens = shared === undefined ? undefined : keptResolver(facts, fact, (i as InstructionOf<'set'>).value);
      if (shared === undefined || opens === undefined) continue;
      found.set(shared, opens);
      if (!fact.code.some((j) => j.op === 'await' && stateName(facts, fact, j.value) === shared)) others.add(shared);
    }
  });
  for (const shared of others) found.delete(shared);
  return new Map([['', found]]);
});

const keptGates = (facts: FileFacts): ReadonlyMap<string, string> => gates.get(facts, '')!;

/** What an instruction writes, as a field of `this` or a variable of a function around it. */
function sharedName(facts: FileFacts, fact: FunctionFact, fn: FnIndex, i: Instruction): string | undefined {
  if (i.op === 'setmember') return fact.code[i.obj]?.op === 'this' ? `.${i.name}` : undefined;
  return i.op === 'set' && facts.vars[i.v]!.owner !== fn ? `$${i.v}` : undefined;
}

/** Where the executor of a promise that is made by hand puts `resolve`, for others to call. */
function keptResolver(facts: FileFacts, fact: FunctionFact, temp: Temp): string | undefined {
  const i = fact.code[temp];
  const callee = i?.op === 'call' && i.new ? fact.code[i.fn] : undefined;
  const executor = i?.op === 'call' && callee?.op === 'global' && callee.name === 'Promise' && i.args[0] !== undefined ? fact.code[i.args[0]] : undefined;
  if (executor?.op !== 'fn') return undefined;
  const inner = facts.functions[executor.fn]!;
  const resolve = inner.params[0]?.v;
  for (const j of inner.code) {
    const shared = sharedName(facts, inner, executor.fn, j);
    // A variable of the function that makes the promise is that call's own.
    if (shared === undefined || (j.op === 'set' && facts.functions[facts.vars[j.v]!.owner] === fact)) continue;
    const value = inner.code[(j as InstructionOf<'set'>).value];
    if (value?.op === 'get' && value.v === resolve) return shared;
  }
  return undefined;
}

/** Calls of what opens a gate. */
function openedGates(places: Places, ref: FnRef, fact: FunctionFact, releases: Map<Temp, Place>): void {
  const facts = places.values.project.facts(ref.file)!;
  const kept = keptGates(facts);
  if (kept.size === 0) return;
  const gateOf = new Map([...kept].map(([gate, opens]) => [opens, gate]));
  fact.code.forEach((i, temp) => {
    const gate = i.op === 'call' ? gateOf.get(stateName(facts, fact, i.fn) ?? '') : undefined;
    if (i.op !== 'call' || gate === undefined) return;
    const callee = fact.code[i.fn]!;
    if (callee.op === 'member' && gate.startsWith('.')) {
      const base = places.of(ref, callee.obj);
      const name = gate.slice(1);
      releases.set(temp, { ...base, id: places.memberId(ref, callee.obj, name), text: `${base.text}.${name}`, ...(base.path !== undefined && { path: `${base.path}.${name}` }) });
    } else if (gate.startsWith('$')) {
      const v = Number(gate.slice(1));
      releases.set(temp, variablePlace(ref, facts.vars[v]!, v));
    }
  });
}

const variablePlace = ({ file }: FnRef, { name, owner }: VarFact, v: VarIndex): Place => ({
  id: owner === 0 ? `M${file}#${v}` : `L${file}:${v}`,
  text: name,
  root: owner === 0 ? 'module' : 'closure',
});

// --- busy flags

const cleared = new Table((facts: FileFacts) => {
  const cleared = new Map<string, true>();
  for (const fact of facts.functions) {
    for (const i of fact.code) {
      if (i.op === 'setmember' && isFalsy(fact, i.value)) cleared.set(`.${i.name}`, true);
      else if (i.op === 'set' && isFalsy(fact, i.value)) cleared.set(`$${i.v}`, true);
    }
  }
  return cleared;
});

/** Whether some function of the file clears a variable or field: what a busy flag must have. */
const isClearedIn = (facts: FileFacts, key: string): boolean => cleared.get(facts, key) ?? false;

function isFalsy(fact: FunctionFact, temp: Temp): boolean {
  const i = fact.code[temp];
  return i?.op === 'undefined' || (i?.op === 'const' && (i.value === false || i.value === null));
}

/** `true`, or a promise made by hand that others wait for. */
function isFlagValue(fact: FunctionFact, temp: Temp): boolean {
  const i = fact.code[temp];
  if (i?.op === 'const') return i.value === true;
  if (i?.op !== 'call' || !i.new) return false;
  const callee = fact.code[i.fn];
  return callee?.op === 'global' && callee.name === 'Promise';
}

/** Writes that set a flag which the function has waited for: by place, with the writing instruction. */
function flagWrites(facts: FileFacts, fact: FunctionFact): { key: string; temp: Temp }[] {
  if (!fact.code.some((i) => i.op === 'await')) return [];
  const found: { key: string; temp: Temp }[] = [];
  fact.code.forEach((i, temp) => {
    const key = i.op === 'setmember' && fact.code[i.obj]?.op === 'this' ? `.${i.name}` : i.op === 'set' ? `$${i.v}` : undefined;
    if (key === undefined || (i.op !== 'set' && i.op !== 'setmember') || !isFlagValue(fact, i.value)) return;
    if (i.op === 'set' && facts.functions[facts.vars[i.v]!.owner] === fact) return;
    if (isClearedIn(facts, key) && waitsWhile(facts, fact, key, temp)) found.push({ key, temp });
  });
  return found;
}

/** Before the write, the function has awaited something on the side on which the flag is set. */
function waitsWhile(facts: FileFacts, fact: FunctionFact, key: string, write: Temp): boolean {
  return fact.blocks.some((block) => {
    if (block.end.k !== 'branch' || block.to > write) return false;
    const on = fact.code[block.end.on];
    if (stateName(facts, fact, block.end.on) !== key || on === undefined) return false;
    const loop = fact.loops.find((l) => on.s >= l.s && on.e <= (l.kind === 'do' ? l.e : l.headEnd + 1));
    const side = fact.blocks[block.end.yes]!;
    for (let temp = side.from; temp < side.to; temp++) {
      const i = fact.code[temp]!;
      if (i.op !== 'await' || temp > write) continue;
      if (loop) return true;
      // Waiting once is enough only where the releasing side hands the lock over.
      const made = fact.code[i.value];
      if (made?.op === 'call' && made.new) return true;
    }
    return false;
  });
}

const flags = new Table((facts: FileFacts) => new Map([['', new Set(facts.functions.flatMap((fact) => flagWrites(facts, fact).map((w) => w.key)))]]));

const flagKeys = (facts: FileFacts): ReadonlySet<string> => flags.get(facts, '')!;

function busyFlag(places: Places, ref: FnRef, fact: FunctionFact, written: readonly Written[], acquires: Acquires, releases: Map<Temp, Place>): void {
  const facts = places.values.project.facts(ref.file)!;
  const keys = flagKeys(facts);
  if (keys.size === 0) return;
  const sets = new Map(flagWrites(facts, fact).map((w) => [w.temp, w.key]));
  for (const { place, value, temp, key } of written) {
    if (key === undefined || !keys.has(key)) continue;
    if (sets.has(temp)) acquires.set(temp, { place, flag: true });
    else if (isFalsy(fact, value)) releases.set(temp, place);
  }
  // Handing over to the next waiter is giving back, too: `queue.shift()` beside the clearing of the flag.
  const own = written.find((w) => w.key !== undefined && keys.has(w.key) && releases.has(w.temp));
  if (!own) return;
  fact.code.forEach((i, temp) => {
    const callee = i.op === 'call' ? fact.code[i.fn] : undefined;
    if (callee?.op === 'member' && callee.name === 'shift' && stateName(facts, fact, callee.obj) !== undefined) releases.set(temp, own.place);
  });
}

interface Written {
  readonly place: Place;
  readonly value: Temp;
  /** The writing instruction. */
  readonly temp: Temp;
  /** Its name among the state of its group (`stateName`). */
  readonly key?: string;
}

/** Shared places that the function writes: fields, outer variables, entries of maps. */
function writtenPlaces(places: Places, ref: FnRef, fact: FunctionFact): Written[] {
  const facts = places.values.project.facts(ref.file)!;
  const found: Written[] = [];
  fact.code.forEach((i, temp) => {
    if (i.op === 'setmember') {
      const base = places.of(ref, i.obj);
      if (base.root === 'this' || base.root === 'module' || base.root === 'closure' || base.root === 'param') {
        const own = places.memberId(ref, i.obj, i.name);
        found.push({
          place: { ...base, id: own, text: `${base.text}.${i.name}`, ...(base.path !== undefined && { path: `${base.path}.${i.name}` }) },
          value: i.value,
          temp,
          ...(fact.code[i.obj]?.op === 'this' && { key: `.${i.name}` }),
        });
      }
    } else if (i.op === 'set') {
      const variable = facts.vars[i.v]!;
      // A chain of one call's own, which closures of that call add to, ends with the call.
      const ownCall = variable.owner > 0 && isOwnParameter(places, ref, variable.owner);
      if (variable.owner !== ref.fn && variable.kind !== 'param' && !ownCall) {
        found.push({ place: variablePlace(ref, variable, i.v), value: i.value, temp, key: `$${i.v}` });
      }
    } else if (i.op === 'call') {
      const callee = fact.code[i.fn];
      if (callee?.op === 'member' && callee.name === 'set' && i.args.length === 2) {
        const base = places.of(ref, callee.obj);
        if (base.root === 'this' || base.root === 'module' || base.root === 'closure') {
          found.push({ place: keyed({ ...base, id: `${base.id}[]` }, places.key(ref, i.args[0]!)), value: i.args[1]!, temp });
        }
      }
    }
  });
  return found;
}

/** Temps that a value is made from: through variables of the function, joins, `then`/`catch`/`finally`, awaits. */
function derivation(facts: FileFacts, fn: FnIndex, value: Temp): { temps: Set<Temp>; vars: Set<VarIndex> } {
  const fact = facts.functions[fn]!;
  const temps = new Set<Temp>();
  const vars = new Set<VarIndex>();
  const pending = [value];
  while (pending.length > 0) {
    const temp = pending.pop()!;
    if (temps.has(temp) || temps.size > 60) continue;
    temps.add(temp);
    const i = fact.code[temp];
    switch (i?.op) {
      case 'get':
        if (vars.has(i.v)) break;
        vars.add(i.v);
        if (facts.vars[i.v]!.owner === fn) {
          for (const write of writesOf(facts, i.v)) if (write.fn === fn) pending.push(write.value);
        }
        break;
      case 'join':
        pending.push(...i.of);
        break;
      case 'nonnull':
      case 'cast':
      case 'await':
        pending.push(i.value);
        break;
      case 'call': {
        const callee = fact.code[i.fn];
        if (callee?.op === 'member' && continuesPromise(callee.name)) {
          pending.push(callee.obj);
          // `prev.then(() => gate)`: what the callback returns.
          for (const arg of i.args) {
            const closure = fact.code[arg];
            if (closure?.op !== 'fn') continue;
            for (const block of facts.functions[closure.fn]!.blocks) {
              const back = block.end.k === 'return' ? block.end.value : undefined;
              const inner = back !== undefined ? facts.functions[closure.fn]!.code[back] : undefined;
              if (inner?.op === 'get' && facts.vars[inner.v]!.owner === fn) {
                for (const write of writesOf(facts, inner.v)) if (write.fn === fn) pending.push(write.value);
              }
            }
          }
        } else if (callee?.op === 'member' && callee.name === 'resolve' && i.args[0] !== undefined) pending.push(i.args[0]);
        else if (callee?.op === 'member' && (callee.name === 'all' || callee.name === 'allSettled') && i.args[0] !== undefined) {
          pending.push(i.args[0]);
        }
        break;
      }
      case 'array':
        pending.push(...i.items);
        break;
      case 'member':
        if (i.name === 'promise') pending.push(i.obj);
        break;
      default:
        break;
    }
  }
  return { temps, vars };
}

/** Whether a value is made from what the place held. */
function readsPlace(places: Places, ref: FnRef, value: Temp, id: string): boolean {
  const facts = places.values.project.facts(ref.file)!;
  const fact = facts.functions[ref.fn]!;
  for (const temp of derivation(facts, ref.fn, value).temps) {
    const i = fact.code[temp];
    if (i?.op === 'member' || i?.op === 'get' || i?.op === 'index') {
      const place = places.of(ref, temp);
      if (place.id === id && (i.op !== 'get' || facts.vars[i.v]!.owner !== ref.fn)) return true;
    } else if (i?.op === 'call') {
      const callee = fact.code[i.fn];
      if (callee?.op === 'member' && callee.name === 'get' && `${places.of(ref, callee.obj).id}[]` === id) return true;
    }
  }
  return false;
}

/** The variable that holds resolve of a promise made by hand among these temps. */
function gateIn(facts: FileFacts, fn: FnIndex, temps: ReadonlySet<Temp>): { releaser: VarIndex; by?: string } | undefined {
  const fact = facts.functions[fn]!;
  for (const temp of temps) {
    const i = fact.code[temp];
    if (i?.op === 'member' && i.name === 'promise') {
      // `const { promise, resolve } = Promise.withResolvers()`, or an object with `promise` and `resolve`.
      for (const j of fact.code) {
        if (j.op !== 'set') continue;
        const value = fact.code[j.value];
        if (value?.op === 'member' && value.name === 'resolve' && sameValue(fact, value.obj, i.obj)) return { releaser: j.v };
      }
      const holder = fact.code[i.obj];
      if (holder?.op === 'get' && facts.vars[holder.v]!.owner === fn) return { releaser: holder.v, by: 'resolve' };
    }
    if (i?.op !== 'call' || !i.new) continue;
    const callee = fact.code[i.fn];
    if (callee?.op !== 'global' || callee.name !== 'Promise') continue;
    const executor = i.args[0] !== undefined ? fact.code[i.args[0]] : undefined;
    if (executor?.op !== 'fn') continue;
    const inner = facts.functions[executor.fn]!;
    const resolve = inner.params[0]?.v;
    if (resolve === undefined) continue;
    for (const j of inner.code) {
      if (j.op !== 'set' || facts.vars[j.v]!.owner !== fn) continue;
      const value = inner.code[j.value];
      if (value?.op === 'get' && value.v === resolve) return { releaser: j.v };
      if (value?.op === 'fn' && facts.functions[value.fn]!.code.some((k) => k.op === 'get' && k.v === resolve)) return { releaser: j.v };
    }
  }
  return undefined;
}

/** Two temps of one value: the same one, or two reads of one variable. */
function sameValue(fact: FunctionFact, a: Temp, b: Temp): boolean {
  if (a === b) return true;
  const left = fact.code[a];
  const right = fact.code[b];
  return left?.op === 'get' && right?.op === 'get' && left.v === right.v;
}

/**
 * The body of an async function that waits for a shared promise which its caller then replaces with the function's own
 * promise: `const run = async () => { await prev; … }; this.tail = run();`
 */
function chainedClosure(
  places: Places,
  ref: FnRef,
  fact: FunctionFact,
  acquires: Acquires,
): void {
  if (!fact.async || fact.parent < 0) return;
  const facts = places.values.project.facts(ref.file)!;
  const parent = { file: ref.file, fn: fact.parent };
  const parentFact = facts.functions[fact.parent]!;
  const awaits = fact.code
    .map((i, temp) => ({ i, temp }))
    .filter((x): x is { i: InstructionOf<'await'>; temp: Temp } => x.i.op === 'await');
  if (awaits.length === 0 || parentFact.kind === 'module') return;
  for (const { place, value } of writtenPlaces(places, parent, parentFact)) {
    const runs = [...derivation(facts, fact.parent, value).temps].some((t) => {
      const i = parentFact.code[t];
      if (i?.op !== 'call') return false;
      const callee = parentFact.code[i.fn];
      if (callee?.op === 'fn') return callee.fn === ref.fn;
      if (callee?.op !== 'get') return false;
      return writesOf(facts, callee.v).some((w) => {
        const made = facts.functions[w.fn]!.code[w.value];
        return made?.op === 'fn' && made.fn === ref.fn;
      });
    });
    if (!runs) continue;
    for (const { i, temp } of awaits) {
      const read = fact.code[i.value];
      const captured = read?.op === 'get' ? writesOf(facts, read.v).filter((w) => w.fn === fact.parent) : [];
      if (readsPlace(places, ref, i.value, place.id) || captured.some((w) => readsPlace(places, parent, w.value, place.id))) {
        acquires.set(temp, { place });
      }
    }
  }
}

// --- waiter queues

const roles = new Table(findWaiterQueues);

/** Which side of a waiter queue a function is. */
export const waiterQueueRole = (facts: FileFacts, fn: FnIndex): WaiterQueueRole | undefined => roles.get(facts, fn);

/** What a function does to the state that its group (a class, or the closures of a factory) shares. */
interface Handling {
  /** Lists that it puts a resolver in, and that it takes one out of. */
  readonly puts: Set<string>;
  readonly takes: Set<string>;
  readonly reads: Set<string>;
  /** How it writes plain state: with a constant, or by counting. */
  readonly writes: Map<string, 'flag' | 'count'>;
  /** It calls something with a function: what it took out of a list, with the function that releases. */
  handsReleaser: boolean;
}

function findWaiterQueues(facts: FileFacts): ReadonlyMap<FnIndex, WaiterQueueRole> {
  const groups = new Map<string, Map<FnIndex, Handling>>();
  facts.functions.forEach((fact, fn) => {
    const owner = operationOf(facts, fn);
    const holder = facts.functions[owner]!;
    if (holder.kind === 'module') return;
    const group = holder.cls !== undefined ? `class ${holder.cls}` : `closure ${holder.parent}`;
    let handlings = groups.get(group);
    if (!handlings) groups.set(group, (handlings = new Map()));
    let handling = handlings.get(owner);
    if (!handling) handlings.set(owner, (handling = { puts: new Set(), takes: new Set(), reads: new Set(), writes: new Map(), handsReleaser: false }));
    observe(facts, fact, handling);
  });
  const found = new Map<FnIndex, WaiterQueueRole>();
  for (const handlings of groups.values()) {
    for (const [fn, handling] of handlings) {
      for (const list of handling.puts) {
        const taking = [...handlings].filter(([, other]) => other.takes.has(list));
        // State that the acquiring side tests and sets, and that the releasing side sets back.
        const state = [...handling.writes.keys()].find(
          (name) => handling.reads.has(name) && taking.some(([, other]) => other.writes.has(name)),
        );
        if (state !== undefined) {
          const counts = handling.writes.get(state) === 'count';
          for (const [other] of taking) {
            if (other === fn) found.set(fn, { role: 'both', counts });
            else if (!found.has(other)) found.set(other, { role: 'release', counts });
          }
          if (!found.has(fn)) found.set(fn, { role: 'acquire', counts });
          continue;
        }
        // A third function tests and sets it, and hands the lock to the waiter.
        for (const [other, dispatcher] of taking) {
          const set = [...dispatcher.writes.keys()].find((name) => dispatcher.reads.has(name));
          if (other === fn || set === undefined) continue;
          const counts = dispatcher.writes.get(set) === 'count';
          found.set(fn, { role: 'acquire', counts, ...(dispatcher.handsReleaser && { releaser: true as const }) });
          found.set(other, { role: 'dispatch', counts });
          for (const [third, rest] of handlings) {
            if (third !== fn && third !== other && rest.writes.has(set)) found.set(third, { role: 'release', counts });
          }
        }
      }
    }
  }
  return found;
}

/** The method (or closure of a factory) whose work a nested function is part of. */
function operationOf(facts: FileFacts, fn: FnIndex): FnIndex {
  let at = fn;
  for (let depth = 0; depth < 20; depth++) {
    const fact = facts.functions[at]!;
    if (fact.cls !== undefined || fact.parent <= 0) return at;
    const parent = facts.functions[fact.parent]!;
    // A function made in a factory and kept by name or in an object is an operation of its own.
    if (isKept(facts, fact.parent, at) && parent.cls === undefined) return at;
    at = fact.parent;
  }
  return at;
}

function isKept(facts: FileFacts, parent: FnIndex, fn: FnIndex): boolean {
  const parentFact = facts.functions[parent]!;
  if (facts.functions[fn]!.object !== undefined || facts.vars.some((v) => v.fn === fn && v.owner === parent)) return true;
  return parentFact.code.some((i) => {
    if (i.op !== 'set' && i.op !== 'object') return false;
    const made = (temp: Temp): boolean => {
      const value = parentFact.code[temp];
      return value?.op === 'fn' && value.fn === fn;
    };
    return i.op === 'set' ? made(i.value) : i.props.some((p) => made(p.value));
  });
}

/** A field of `this` or a variable of an enclosing function, by a name that is the same in all functions of a group. */
function stateName(facts: FileFacts, fact: FunctionFact, temp: Temp): string | undefined {
  const i = fact.code[temp];
  if (i?.op === 'member') return fact.code[i.obj]?.op === 'this' ? `.${i.name}` : undefined;
  if (i?.op === 'get') {
    const variable = facts.vars[i.v]!;
    return facts.functions[variable.owner] !== fact && variable.kind !== 'param' && variable.kind !== 'import' ? `$${i.v}` : undefined;
  }
  return undefined;
}

function observe(facts: FileFacts, fact: FunctionFact, handling: Handling): void {
  const name = (temp: Temp): string | undefined => stateName(facts, fact, temp);
  const write = (place: string, value: Temp): void => {
    const i = fact.code[value];
    if (i?.op === 'const' && typeof i.value === 'boolean') handling.writes.set(place, 'flag');
    else if (i?.op === 'binary') handling.writes.set(place, 'count');
    else if (i?.op === 'const' && typeof i.value === 'number') handling.writes.set(place, 'count');
  };
  fact.code.forEach((i, temp) => {
    switch (i.op) {
      case 'member':
      case 'get': {
        const place = name(temp);
        if (place !== undefined) handling.reads.add(place);
        return;
      }
      case 'setmember':
        if (fact.code[i.obj]?.op === 'this') write(`.${i.name}`, i.value);
        return;
      case 'set': {
        const variable = facts.vars[i.v]!;
        if (facts.functions[variable.owner] !== fact) write(`$${i.v}`, i.value);
        return;
      }
      case 'call': {
        const callee = fact.code[i.fn];
        const kept = keptExecutor(facts, fact, i);
        if (kept !== undefined) observe(facts, facts.functions[kept]!, handling);
        if (callee?.op === 'get' && i.args.length === 1 && fact.code[i.args[0]!]?.op === 'fn') handling.handsReleaser = true;
        if (callee?.op !== 'member') return;
        // Waiting for an event of one's own emitter: whoever emits it wakes the waiters.
        if (/^(?:on|once|addListener)$/.test(callee.name) && i.args[1] !== undefined && isResolver(facts, fact, i.args[1])) handling.puts.add('@event');
        else if (callee.name === 'emit') handling.takes.add('@event');
        const list = name(callee.obj);
        if (list === undefined) return;
        if ((callee.name === 'push' || callee.name === 'unshift' || callee.name === 'add') && i.args.some((arg) => isResolver(facts, fact, arg) || isDeferredObject(facts, fact, arg))) {
          handling.puts.add(list);
        } else if (callee.name === 'shift' || callee.name === 'pop') handling.takes.add(list);
        return;
      }
      default:
        return;
    }
  });
}

/** `resolve` of a promise's executor, a function that calls it, or an object that holds it. */
export function isResolver(facts: FileFacts, fact: FunctionFact, temp: Temp, depth = 0): boolean {
  const i = fact.code[temp];
  if (!i || depth > 3) return false;
  switch (i.op) {
    case 'get': {
      const variable = facts.vars[i.v]!;
      if (variable.kind === 'param') return (variable.param ?? 2) < 2 && isExecutor(facts, variable.owner);
      return writesOf(facts, i.v).some((w) => {
        const writer = facts.functions[w.fn]!;
        const value = writer.code[w.value];
        return (value?.op === 'member' && value.name === 'resolve') || isResolver(facts, writer, w.value, depth + 1);
      });
    }
    case 'fn':
      return facts.functions[i.fn]!.code.some(
        (j) => j.op === 'call' && isResolver(facts, facts.functions[i.fn]!, j.fn, depth + 1),
      );
    case 'object':
      return i.props.some((p) => isResolver(facts, fact, p.value, depth + 1));
    // `waiters.push([resolve, reject])`
    case 'array':
      return i.items.some((item) => isResolver(facts, fact, item, depth + 1));
    case 'nonnull':
    case 'cast':
      return isResolver(facts, fact, i.value, depth);
    default:
      return false;
  }
}

/** An object whose promise the function waits for: `const d = new Deferred(); waiting.push(d); await d.promise`. */
function isDeferredObject(facts: FileFacts, fact: FunctionFact, temp: Temp): boolean {
  const i = fact.code[temp];
  if (i?.op !== 'get' || facts.functions[facts.vars[i.v]!.owner] !== fact) return false;
  return fact.code.some((j) => {
    if (j.op !== 'member' || j.name !== 'promise') return false;
    const obj = fact.code[j.obj];
    return obj?.op === 'get' && obj.v === i.v;
  });
}

/** A function that a field keeps and a method of its class passes to `new Promise`: `new Promise(this.enqueue)`. */
function keptExecutor(facts: FileFacts, fact: FunctionFact, i: InstructionOf<'call'>): FnIndex | undefined {
  const callee = fact.code[i.fn];
  const kept = i.new && callee?.op === 'global' && callee.name === 'Promise' && i.args[0] !== undefined ? fact.code[i.args[0]] : undefined;
  if (kept?.op !== 'member' || fact.code[kept.obj]?.op !== 'this' || fact.cls === undefined) return undefined;
  const field = facts.classes[fact.cls]?.members.find((member) => member.kind === 'field' && member.name === kept.name)?.fn;
  const initial = field === undefined ? undefined : facts.functions[field]!;
  for (const temp of initial ? returnedBy(initial) : []) {
    const made = initial!.code[temp];
    if (made?.op === 'fn') return made.fn;
  }
  for (const other of facts.functions) {
    if (other.cls !== fact.cls) continue;
    for (const write of other.code) {
      const made = write.op === 'setmember' && write.name === kept.name && other.code[write.obj]?.op === 'this' ? other.code[write.value] : undefined;
      if (made?.op === 'fn') return made.fn;
    }
  }
  return undefined;
}

const keptExecutors = new Table((facts: FileFacts) => {
  const all = facts.functions.flatMap((fact) => fact.code.map((i) => (i.op === 'call' ? keptExecutor(facts, fact, i) : undefined)));
  return new Map(all.filter((fn) => fn !== undefined).map((fn) => [fn, true]));
});

/** A function passed to `new Promise`. */
export function isExecutor(facts: FileFacts, fn: FnIndex): boolean {
  const fact = facts.functions[fn]!;
  if (fact.parent < 0) return false;
  if (keptExecutors.get(facts, fn)) return true;
  const parent = facts.functions[fact.parent]!;
  return parent.code.some((i) => {
    if (i.op !== 'call' || !i.new || i.args[0] === undefined) return false;
    const executor = parent.code[i.args[0]];
    const callee = parent.code[i.fn];
    return executor?.op === 'fn' && executor.fn === fn && callee?.op === 'global' && callee.name === 'Promise';
  });
}
