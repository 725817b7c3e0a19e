/**
 * Which functions two tasks can be in at once, as far as the whole project tells. What one file says
 * (`concurrency.ts`) is asked first; of a function that others can call, all its calls are looked at: who calls a
 * method on an object that he has made himself, and waits for it, is alone with that object.
 */
import type { ClassIndex, FunctionFact, InstructionOf, Temp, VarIndex } from '../../facts/ir.js';
import { continuesPromise } from '../../../models/language.js';
import type { Analysis } from '../analysis.js';
import { withPassedOn } from '../awaiting.js';
import { returnedBy } from '../graph.js';
import { callsWith, closureIn, ownWritesOf, writesOf } from '../uses.js';
import type { FnRef } from '../values.js';
import { callSitesOf, constructionsOf, type CallSite } from './call-sites.js';
import { concurrencyOf } from './concurrency.js';
import { isEmptyValue } from './expressions.js';
import { isShared, referencesOf, type Reference } from './references.js';

/** Makers of makers: no deeper. */
const DEEPEST = 3;

/**
 * What two tasks must have in common to be in each other's way: one `object` (of a class, or of one call of a factory),
 * or nothing but the `program`.
 */
export type Scope = 'object' | 'program';

/** What a reference is a part of: a field of an object is another one in every object, if the object has made it. */
export function scopeOf(analysis: Analysis, file: string, { root, path }: Reference): Scope {
  if (root.k === 'closure') return path.length === 0 || isOwnVariable(analysis, file, root.v) ? 'object' : 'program';
  if (root.k !== 'this') return root.k === 'object' ? 'object' : 'program';
  return path.length === 1 || isOwnField(analysis, file, root.cls, path[0]!) ? 'object' : 'program';
}

/** Whether two tasks can be in the function at once. */
export const overlapsItself = (analysis: Analysis, ref: FnRef, scope: Scope): boolean => !runsAlone(analysis, ref, scope, new Set());

/** Whether one task can be in one of two functions while another is in the other. */
export function canOverlap(analysis: Analysis, a: FnRef, b: FnRef, scope: Scope): boolean {
  const [one, other] = [wholeOf(analysis, a), wholeOf(analysis, b)];
  if (keyOf(one) === keyOf(other)) return overlapsItself(analysis, one, scope);
  return scope === 'program' || !(isConfined(analysis, one, new Set()) && isConfined(analysis, other, new Set()));
}

const keyOf = ({ file, fn }: FnRef): string => `${file}\0${fn}`;

function runsAlone(analysis: Analysis, ref: FnRef, scope: Scope, open: Set<string>): boolean {
  const concurrency = concurrencyOf(analysis.project.facts(ref.file)!);
  if (!concurrency.overlapsItself(ref.fn)) return true;
  const key = `${keyOf(ref)}\0${scope}`;
  if (open.has(key)) return true;
  open.add(key);
  const { sites, open: isOpen } = callSitesOf(analysis, ref);
  const others = sites.filter((site) => site.file !== ref.file || !concurrency.isInside(site.fn, ref.fn));
  const alone = !isOpen && others.length > 0 && areApart(analysis, others.map((site) => madeOut(analysis, site)), scope, open);
  open.delete(key);
  return alone;
}

/** Whether no two of these calls are under way at once. */
function areApart(analysis: Analysis, sites: readonly Made[], scope: Scope, open: Set<string>): boolean {
  // On an object of the caller's own nobody else calls it; it is enough that he does not start it twice.
  const [own, rest] = scope === 'object' ? parted(sites, ({ on }) => on === 'own') : [[], sites];
  if (!own.every((site) => isAwaited(analysis, site) || (!inLoop(analysis, site) && own.filter((one) => isSameTask(analysis, one, site)).length === 1))) return false;
  const outer = rest.length > 1 ? rest.filter((site) => !isAgain(analysis, site, open)) : rest;
  const [first] = outer;
  if (first === undefined) return true;
  const around = (site: Made): Scope => (site.on === 'self' ? scope : 'program');
  if (outer.length === 1) {
    const concurrency = concurrencyOf(analysis.project.facts(first.file)!);
    if (concurrency.isKept(first) || concurrency.isServed(first)) return true;
    return (isAwaited(analysis, first) || !inLoop(analysis, first)) && runsAlone(analysis, taskOf(analysis, first), around(first), open);
  }
  if (!outer.every((site) => isAwaited(analysis, site))) return false;
  if (outer.every((site) => isSameTask(analysis, site, first))) return runsAlone(analysis, taskOf(analysis, first), around(first), open);
  if (haveOneRoot(analysis, outer)) return true;
  return scope === 'object' && outer.every((site) => site.on === 'self' && isConfined(analysis, taskOf(analysis, site), new Set()));
}

/** Whether a call is made by what it calls, further down, which waits for it: nobody new comes in that way. */
function isAgain(analysis: Analysis, site: CallSite, open: ReadonlySet<string>, seen = new Set<string>()): boolean {
  const task = taskOf(analysis, site);
  if (!isAwaited(analysis, site)) return false;
  if (open.has(`${keyOf(task)}\0object`) || open.has(`${keyOf(task)}\0program`)) return true;
  if (seen.has(keyOf(task))) return false;
  seen.add(keyOf(task));
  const { sites, open: isOpen } = callSitesOf(analysis, task);
  return !isOpen && sites.length > 0 && sites.every((one) => isAgain(analysis, one, open, seen));
}

/** Whether all of these calls are parts of one task, which waits for each: that of the program, say. */
function haveOneRoot(analysis: Analysis, sites: readonly FnRef[]): boolean {
  const roots = new Set<string>();
  const open = new Set<string>();
  return sites.every((site) => addRoots(analysis, taskOf(analysis, site), roots, open)) && roots.size === 1;
}

/** Adds the calls in the bodies of modules that a function runs for in the end; false where others may call it, or do not wait. */
function addRoots(analysis: Analysis, ref: FnRef, roots: Set<string>, open: Set<string>): boolean {
  if (open.has(keyOf(ref))) return true;
  open.add(keyOf(ref));
  if (factOf(analysis, ref).kind === 'module') return roots.add('module').size > 0;
  const { sites, open: isOpen } = callSitesOf(analysis, ref);
  return (
    !isOpen &&
    sites.length > 0 &&
    sites.every((site) => {
      if (isAwaited(analysis, site)) return addRoots(analysis, taskOf(analysis, site), roots, open);
      return factOf(analysis, site).kind === 'module' && !inLoop(analysis, site) && roots.add(`${site.file}:${site.temp}`).size > 0;
    })
  );
}

/**
 * Whether a function only runs as a step in the life of its object: the methods (and timers) through which others come
 * to it are told nothing and give nothing, or no more than whether it was done. Whoever needs a thing says which one, or wants to have it; who starts
 * something, or connects it, is its owner, and does so once.
 */
export function isStepOfLife(analysis: Analysis, ref: FnRef, open = new Set<string>()): boolean {
  const task = taskOf(analysis, ref);
  if (open.has(keyOf(task))) return true;
  open.add(keyOf(task));
  const { params, cls, kind, name } = factOf(analysis, task);
  const isStep = ((cls !== undefined && kind === 'method') || isTimer(analysis, task)) && params.length === 0 && givesNothing(analysis, task);
  const member = cls === undefined ? undefined : analysis.project.facts(task.file)!.classes[cls]!.members.find((m) => m.name === name && m.fn === task.fn);
  const { sites, open: isOpen } = callSitesOf(analysis, task);
  // What others may call, their owner calls; what the object calls itself is a step of what calls it.
  const asked = isStep && member?.private !== true && member?.protected !== true ? sites.filter((site) => site.receiver !== undefined && factOf(analysis, site).code[site.receiver]?.op === 'this') : sites;
  return asked.length > 0 && (asked !== sites || !isOpen) ? asked.every((site) => isStepOfLife(analysis, site, open)) : isStep;
}

/** `setTimeout(() => …)` */
function isTimer(analysis: Analysis, { file, fn }: FnRef): boolean {
  const { parent } = factOf(analysis, { file, fn });
  const around = parent < 0 ? undefined : factOf(analysis, { file, fn: parent });
  const site = around && closureIn(around, fn);
  return site !== undefined && callsWith(around!, site).some(({ call }) => around!.code[(around!.code[call] as InstructionOf<'call'>).fn]?.op === 'global');
}

function givesNothing(analysis: Analysis, ref: FnRef): boolean {
  const { blocks, code, returns } = factOf(analysis, ref);
  const given = returns?.k === 'ref' && returns.name.at(-1) === 'Promise' ? returns.args?.[0] : returns;
  if (given) return given.k === 'keyword' && /^(?:void|undefined|never|boolean)$/.test(given.name);
  return blocks.every(({ end }) => {
    const value = end.k === 'return' && end.value !== undefined ? code[end.value] : undefined;
    if (value === undefined || value.op === 'undefined' || value.op === 'const' || (value.op === 'unary' && value.sign === 'void')) return true;
    if (value.op !== 'call' || end.k !== 'return') return false;
    const targets = analysis.targets(ref, end.value!);
    return targets.length > 0 && targets.every((target) => keyOf(target) === keyOf(ref) || givesNothing(analysis, target));
  });
}

/**
 * Whether a function only ever runs for somebody who has its object to himself and waits for it: whatever is done with
 * the object is done one after the other.
 */
function isConfined(analysis: Analysis, ref: FnRef, open: Set<string>): boolean {
  if (open.has(keyOf(ref))) return true;
  open.add(keyOf(ref));
  const { sites, open: isOpen } = callSitesOf(analysis, ref);
  const waited = sites.map((site) => madeOut(analysis, site)).every((site) => isAwaited(analysis, site) && (site.on === 'own' || (site.on === 'self' && isConfined(analysis, taskOf(analysis, site), open))));
  return !isOpen && sites.length > 0 && waited;
}

const factOf = (analysis: Analysis, { file, fn }: FnRef): FunctionFact => analysis.project.facts(file)!.functions[fn]!;

const taskOf = (analysis: Analysis, { file, fn }: FnRef): FnRef => ({ file, fn: concurrencyOf(analysis.project.facts(file)!).taskOf(fn) });

/** Whether two functions are steps of one method that a class keeps for its bases and heirs, and does not call itself. */
export function areStepsForHeirs(analysis: Analysis, a: FnRef, b: FnRef): boolean {
  const tops = new Map([...topsOf(analysis, a, new Set()), ...topsOf(analysis, b, new Set())].map((top) => [keyOf(top), top]));
  const [top] = tops.values();
  if (top === undefined || tops.size > 1) return false;
  const { cls } = factOf(analysis, top);
  return cls !== undefined && analysis.project.facts(top.file)!.classes[cls]!.members.some((m) => m.fn === top.fn && m.protected === true);
}

/** The tasks that a function is a step of in the end, which wait for it on every way; itself where others call it. */
function topsOf(analysis: Analysis, ref: FnRef, open: Set<string>): FnRef[] {
  const task = taskOf(analysis, ref);
  const { file, fn } = task;
  if (open.has(keyOf(task))) return [];
  open.add(keyOf(task));
  const { sites, escapes } = concurrencyOf(analysis.project.facts(file)!).callers(fn);
  const others = sites.filter((site) => site.fn !== fn);
  if (escapes || others.length === 0 || !others.every((site) => isAwaited(analysis, { file, ...site }))) return [task];
  return others.flatMap((site) => topsOf(analysis, { file, fn: site.fn }, open));
}

/** The task that a function is a step of: one that calls it, and waits for each call. */
function wholeOf(analysis: Analysis, ref: FnRef): FnRef {
  let whole = taskOf(analysis, ref);
  for (let depth = 0; depth < DEEPEST; depth++) {
    const { sites, escapes } = concurrencyOf(analysis.project.facts(whole.file)!).callers(whole.fn);
    const [first] = sites;
    if (escapes || first === undefined) return whole;
    const around = taskOf(analysis, { file: whole.file, fn: first.fn });
    const { file } = whole;
    if (!sites.every((site) => keyOf(taskOf(analysis, { file, fn: site.fn })) === keyOf(around) && isAwaited(analysis, { file, ...site }))) return whole;
    whole = around;
  }
  return whole;
}

const isSameTask = (analysis: Analysis, a: FnRef, b: FnRef): boolean => keyOf(taskOf(analysis, a)) === keyOf(taskOf(analysis, b));

/**
 * A call of which it is known whose object it is called on: one that the caller has made for himself, one of the object
 * that the caller belongs to, or anybody's.
 */
interface Made extends CallSite {
  readonly on: 'own' | 'self' | 'other';
}

function madeOut(analysis: Analysis, site: CallSite): Made {
  const { receiver } = site;
  const fact = factOf(analysis, site);
  // Functions that one call of a factory has made call each other.
  if (receiver === undefined) return { ...site, on: 'self' };
  if (fact.code[receiver]?.op === 'this') return { ...site, on: 'self' };
  if (isFresh(analysis, site, receiver)) return { ...site, on: 'own' };
  const element = lifted(analysis, site);
  if (element) return element;
  const ref = referencesOf(analysis.project.facts(site.file)!).of(site.fn, receiver);
  return { ...site, on: ref && isPartOfSelf(analysis, site.file, ref) ? 'self' : 'other' };
}

/** `this.parser`, where the object has made it; a variable of the factory. */
function isPartOfSelf(analysis: Analysis, file: string, { root, path }: Reference): boolean {
  if (root.k === 'closure') return isOwnVariable(analysis, file, root.v);
  return root.k === 'this' && path[0] !== undefined && isOwnField(analysis, file, root.cls, path[0]);
}

/** A field that holds nothing but what the object itself has made. */
function isOwnField(analysis: Analysis, file: string, cls: ClassIndex, name: string): boolean {
  const facts = analysis.project.facts(file)!;
  const member = facts.classes[cls]!.members.find((m) => m.name === name && m.kind === 'field');
  if (!member || member.param !== undefined) return false;
  const writes = ownWritesOf(facts, cls, name);
  if (member.fn !== undefined && !makesFresh(analysis, { file, fn: member.fn }, 0)) return false;
  return (member.fn !== undefined || writes.length > 0) && writes.every((write) => isFresh(analysis, { file, fn: write.fn }, write.value) || isEmptyValue(facts, write.fn, write.value));
}

function isOwnVariable(analysis: Analysis, file: string, v: VarIndex): boolean {
  const facts = analysis.project.facts(file)!;
  const writes = writesOf(facts, v);
  return writes.length > 0 && writes.every((write) => isFresh(analysis, { file, fn: write.fn }, write.value) || isEmptyValue(facts, write.fn, write.value));
}

/** Whether a value is one that the task has made for itself. */
export function isFresh(analysis: Analysis, ref: FnRef, temp: Temp, depth = 0): boolean {
  const facts = analysis.project.facts(ref.file)!;
  const { code } = factOf(analysis, ref);
  const i = code[temp];
  switch (i?.op) {
    case 'await':
    case 'cast':
    case 'nonnull':
      return isFresh(analysis, ref, i.value, depth);
    case 'object':
    case 'array':
      return true;
    case 'undefined':
      return depth > 0;
    case 'join':
      return i.of.every((one) => isFresh(analysis, ref, one, depth));
    case 'call': {
      if (i.new) return true;
      const callee = code[i.fn];
      if (isListOfFresh(analysis, ref, temp, depth)) return true;
      const targets = analysis.targets(ref, temp);
      if (targets.length === 0 || depth >= DEEPEST) return false;
      return targets.every((target) => makesFresh(analysis, target, depth + 1)) || (callee?.op === 'member' && isFresh(analysis, ref, callee.obj, depth + 1) && targets.every((target) => returnsItself(analysis, target)));
    }
    case 'get': {
      const { owner, kind } = facts.vars[i.v]!;
      const writes = writesOf(facts, i.v);
      if (kind === 'import' || writes.length === 0 || owner === 0) return false;
      if (!isSameTask(analysis, { file: ref.file, fn: owner }, ref)) return false;
      if (kind === 'param') return writes.length === 1 && isGivenFresh(analysis, { file: ref.file, fn: owner }, facts.vars[i.v]!.param, depth + 1);
      return writes.every((write) => isFresh(analysis, { file: ref.file, fn: write.fn }, write.value, depth));
    }
    default:
      return false;
  }
}

/** Whether each caller passes something that he has made for himself, and waits until it is done with. */
function isGivenFresh(analysis: Analysis, ref: FnRef, param: number | undefined, depth: number): boolean {
  if (param === undefined || depth > DEEPEST) return false;
  const { sites, open } = callSitesOf(analysis, ref);
  const ends = (site: CallSite): boolean => {
    const passes = passesFresh(analysis, site, param, depth);
    return passes === undefined || (passes && isAwaited(analysis, site));
  };
  return !open && sites.length > 0 && sites.every(ends);
}

/** Whether a call passes something that its caller has made; undefined where it passes nothing. */
function passesFresh(analysis: Analysis, site: CallSite, param: number, depth: number): boolean | undefined {
  const arg = (factOf(analysis, site).code[site.temp] as InstructionOf<'call'>).args[param];
  return arg === undefined ? undefined : isFresh(analysis, site, arg, depth);
}

/** Whether whoever makes an object of the class makes what he passes to its constructor, too. */
export function isBuiltFromFresh(analysis: Analysis, file: string, cls: ClassIndex, param: number): boolean {
  const { sites, open } = constructionsOf(analysis, file, cls);
  return !open && sites.every((site) => passesFresh(analysis, site, param, 0) !== false);
}

/** `names.map((name) => new Job(name))`, `[new Job()]`: every element is the caller's own. */
function isListOfFresh(analysis: Analysis, ref: FnRef, temp: Temp, depth: number): boolean {
  const facts = analysis.project.facts(ref.file)!;
  const { code } = factOf(analysis, ref);
  const i = code[temp];
  if (i?.op === 'array') return i.items.every((item) => isFresh(analysis, ref, item, depth));
  if (i?.op === 'call') {
    const callee = code[i.fn];
    const made = code[i.args[0] ?? -1];
    return callee?.op === 'member' && callee.name === 'map' && made?.op === 'fn' && makesFresh(analysis, { file: ref.file, fn: made.fn }, depth);
  }
  if (i?.op !== 'get' || facts.vars[i.v]!.kind === 'param' || !isSameTask(analysis, { file: ref.file, fn: facts.vars[i.v]!.owner }, ref)) return false;
  const writes = writesOf(facts, i.v);
  return writes.length > 0 && writes.every((write) => isListOfFresh(analysis, { file: ref.file, fn: write.fn }, write.value, depth));
}

/** A collection into which nothing is put but what is made for it. */
function holdsFresh(analysis: Analysis, file: string, { key, root }: Reference): boolean {
  const facts = analysis.project.facts(file)!;
  const { accesses } = referencesOf(facts);
  const filled = [...accesses.to(key), ...accesses.to(`${key}[]`)].filter((a) => (a.kind === 'write' || a.kind === 'put') && !(a.value !== undefined && isEmptyValue(facts, a.fn, a.value)));
  const whole = root.k === 'closure' ? writesOf(facts, root.v).map(({ fn, value }) => ({ fn, value })) : [];
  return (
    filled.every((a) => a.value !== undefined && (a.kind === 'put' ? isFresh : isListOfFresh)(analysis, { file, fn: a.fn }, a.value, 0)) &&
    whole.every(({ fn, value }) => isEmptyValue(facts, fn, value) || isListOfFresh(analysis, { file, fn }, value, 0))
  );
}

/** A function each of whose calls gives an object of its own (or one that stands for nothing to do). */
function makesFresh(analysis: Analysis, ref: FnRef, depth: number): boolean {
  const fact = factOf(analysis, ref);
  const references = referencesOf(analysis.project.facts(ref.file)!);
  const returned = returnedBy(fact);
  const made = returned.filter((value) => !isConstant(analysis, ref, value));
  return (
    made.length > 0 &&
    made.every((value) => {
      const i = fact.code[value];
      if (i?.op === 'get' && references.accesses.all.some((a) => a.value !== undefined && isShared(a.ref) && isVariable(factOf(analysis, { file: ref.file, fn: a.fn }), a.value, i.v))) return false;
      return isFresh(analysis, ref, value, depth);
    })
  );
}

/** A constant of the module. */
function isConstant(analysis: Analysis, ref: FnRef, temp: Temp): boolean {
  const i = factOf(analysis, ref).code[temp];
  if (i?.op !== 'get') return i?.op === 'const' || i?.op === 'undefined';
  const { owner, kind } = analysis.project.facts(ref.file)!.vars[i.v]!;
  return owner === 0 && kind === 'const';
}

const isVariable = ({ code }: FunctionFact, temp: Temp, v: number): boolean => {
  const i = code[temp];
  return i?.op === 'get' && i.v === v;
};

const returnsItself = (analysis: Analysis, ref: FnRef): boolean => {
  const fact = factOf(analysis, ref);
  const returned = returnedBy(fact);
  return returned.length > 0 && returned.every((value) => fact.code[value]?.op === 'this');
};

/** Whether the caller waits for this very call before it goes on, or ends with it; also through a function that it is passed to: `await tried(run())`. */
function isAwaited(analysis: Analysis, site: CallSite): boolean {
  const { code, blocks } = factOf(analysis, site);
  const waited = (temp: Temp): boolean =>
    blocks.some(({ end }) => end.k === 'return' && end.value === temp) ||
    code.some((i, t) => {
      if (i.op === 'call' && i.args.includes(temp)) return i.args.every((arg) => arg === temp || code[arg]?.op !== 'call') && waited(t) && withPassedOn(analysis, site, [t]).has(temp);
      if (i.op === 'await' || i.op === 'cast' || i.op === 'nonnull') return i.value === temp && (i.op === 'await' || waited(t));
      const callee = i.op === 'call' ? code[i.fn] : undefined;
      return callee?.op === 'member' && callee.obj === temp && continuesPromise(callee.name) && waited(t);
    });
  return waited(site.temp);
}

/** In a loop, and not for another object each time round. */
function inLoop(analysis: Analysis, { temp, receiver, ...at }: CallSite): boolean {
  const facts = analysis.project.facts(at.file)!;
  const { code, loops } = factOf(analysis, at);
  const around = loops.filter((loop) => code[temp]!.s >= loop.s && code[temp]!.s < loop.e);
  const i = receiver === undefined ? undefined : code[receiver];
  const [made] = i?.op === 'get' ? writesOf(facts, i.v) : [];
  return around.some((loop) => made === undefined || made.fn !== at.fn || !(code[made.temp]!.s >= loop.s && code[made.temp]!.s < loop.e));
}

/** `all.map((one) => one.run())`: of each element once, and as a part of the call around it. */
function lifted(analysis: Analysis, site: CallSite): Made | undefined {
  const facts = analysis.project.facts(site.file)!;
  const fact = factOf(analysis, site);
  const i = fact.code[site.receiver!];
  const of = i?.op === 'get' ? facts.vars[i.v]! : undefined;
  if (of?.kind !== 'param' || of.owner !== site.fn || of.param !== 0 || fact.parent < 0) return undefined;
  const parent = facts.functions[fact.parent]!;
  const closure = closureIn(parent, site.fn);
  for (const { call } of closure === undefined ? [] : callsWith(parent, closure)) {
    const callee = parent.code[(parent.code[call] as InstructionOf<'call'>).fn];
    if (callee?.op !== 'member' || !/^(?:map|forEach|flatMap)$/.test(callee.name)) continue;
    const at = { file: site.file, fn: fact.parent, temp: settling(parent, call) };
    const list = referencesOf(facts).collection(fact.parent, callee.obj);
    if (isListOfFresh(analysis, at, callee.obj, 0)) return { ...at, on: 'own' };
    return { ...at, on: list && isPartOfSelf(analysis, site.file, list) && holdsFresh(analysis, site.file, list) ? 'self' : 'other' };
  }
  return undefined;
}

/** `Promise.all(calls)`: what is waited for instead. */
function settling({ code }: FunctionFact, call: Temp): Temp {
  const found = code.findIndex((i) => {
    const callee = i.op === 'call' ? code[i.fn] : undefined;
    const on = callee?.op === 'member' ? code[callee.obj] : undefined;
    return i.op === 'call' && i.args[0] === call && on?.op === 'global' && on.name === 'Promise';
  });
  return found < 0 ? call : found;
}

const parted = <T>(all: readonly T[], is: (one: T) => boolean): readonly [T[], T[]] => [all.filter(is), all.filter((one) => !is(one))];
