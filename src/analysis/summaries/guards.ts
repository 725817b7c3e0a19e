/** What decides whether an instruction runs: parameters that a caller may know, and state that somebody may have set. */
import { restOnAll } from '../freshness/live-facts.js';
import type { BlockIndex, Constant, FunctionFact, InstructionOf, Temp } from '../facts/ir.js';
import type { Analysis } from './analysis.js';
import { paramKey, type LockRef, type ParamPath } from './effect.js';
import { reach } from './graph.js';
import { memberOf } from './places.js';
import { memberWritesOf, writesOf } from './uses.js';
import type { FnRef } from './values.js';

/** A parameter that must have a value: to be truthy, or to equal a constant. */
export interface Condition {
  readonly param: ParamPath;
  readonly equals?: Constant;
  /** False where it must not. */
  readonly holds: boolean;
  /** What the parameter is where the caller leaves it out. */
  readonly otherwise?: Constant;
  /** It is either true or false, so that a value that nobody knows may be either. */
  readonly isFlag?: true;
}

export const nameOf = (condition: Condition): string =>
  `${paramKey(condition.param)}${condition.equals !== undefined ? `=${condition.equals}` : ''}${condition.holds ? '' : '!'}`;

interface Decision {
  readonly on: Temp;
  readonly yes: boolean;
  /** Blocks that are reached on the other side only. */
  readonly others: ReadonlySet<BlockIndex>;
  /** Blocks that are reached on this side only. */
  readonly mine: ReadonlySet<BlockIndex>;
}

const decided = new WeakMap<FunctionFact, Map<BlockIndex, readonly Decision[]>>();

/** The branches of which an instruction stands on one side. */
function decisionsOf(fact: FunctionFact, temp: Temp): readonly Decision[] {
  const b = fact.blocks.findIndex((block) => temp >= block.from && temp < block.to);
  restOnAll(fact);
  let blocks = decided.get(fact);
  if (!blocks) decided.set(fact, (blocks = new Map()));
  const known = blocks.get(b);
  if (known) return known;
  const found: Decision[] = [];
  for (const { end } of fact.blocks) {
    if (end.k !== 'branch') continue;
    const yes = reach(fact, [end.yes], undefined, false);
    const no = reach(fact, [end.no], undefined, false);
    if (yes.has(b) === no.has(b)) continue;
    const [mine, others] = yes.has(b) ? [yes, no] : [no, yes];
    found.push({ on: end.on, yes: yes.has(b), mine: without(mine, others), others: without(others, mine) });
  }
  blocks.set(b, found);
  return found;
}

const without = (a: ReadonlySet<BlockIndex>, b: ReadonlySet<BlockIndex>): Set<BlockIndex> => new Set([...a].filter((one) => !b.has(one)));

/** What must be so for an instruction to run. */
export function conditionsOf(analysis: Analysis, ref: FnRef, temp: Temp): { when: readonly Condition[]; looks: readonly string[] } {
  const fact = analysis.values.fact(ref)!;
  const when: Condition[] = [];
  const looks = new Set<string>();
  for (const { on, yes } of decisionsOf(fact, temp)) {
    const condition = conditionOn(analysis, ref, on, yes);
    if (condition) when.push(condition);
    else for (const id of lookedAt(analysis, ref, on, 0)) looks.add(id);
  }
  return { when, looks: [...looks] };
}

function conditionOn(analysis: Analysis, ref: FnRef, on: Temp, holds: boolean): Condition | undefined {
  const i = analysis.values.instruction({ ...ref, temp: on });
  if (i?.op === 'unary' && i.sign === '!') return conditionOn(analysis, ref, i.arg, !holds);
  if (i?.op === 'binary' && /^[!=]==?$/.test(i.sign)) {
    const other = analysis.values.instruction({ ...ref, temp: i.right });
    const param = paramOf(analysis, ref, i.left);
    if (!param) return undefined;
    const same = i.sign.startsWith('=') === holds;
    // `options === undefined`: truthy or not says nearly the same.
    if (other?.op === 'undefined' || (other?.op === 'const' && other.value === null)) return { ...param, holds: !same };
    return other?.op === 'const' ? { ...param, equals: other.value, holds: same } : undefined;
  }
  // `const isDue = renew && isExpired(token); if (isDue) …`
  if (i?.op === 'join' && i.how === (holds ? '&&' : '||')) {
    for (const part of i.of) {
      const condition = conditionOn(analysis, ref, part, holds);
      if (condition) return condition;
    }
    return undefined;
  }
  const kept = i?.op === 'get' ? writesOf(analysis.project.facts(ref.file)!, i.v) : [];
  const [write] = kept;
  if (write && kept.length === 1 && write.fn === ref.fn && analysis.values.instruction({ ...ref, temp: write.value })?.op === 'join') {
    const condition = conditionOn(analysis, ref, write.value, holds);
    if (condition) return condition;
  }
  const param = paramOf(analysis, ref, on);
  return param && { ...param, holds };
}

type Param = Pick<Condition, 'param' | 'otherwise' | 'isFlag'>;

/** A parameter of the function, or a member of it, as the source has it: `locked`, `options?.locked ?? false`. */
function paramOf(analysis: Analysis, ref: FnRef, temp: Temp, depth = 0): Param | undefined {
  const facts = analysis.project.facts(ref.file)!;
  const fact = facts.functions[ref.fn]!;
  const i = fact.code[temp];
  const into = (next: Temp): Param | undefined => (depth > 8 ? undefined : paramOf(analysis, ref, next, depth + 1));
  switch (i?.op) {
    case 'param': {
      const type = fact.params[i.index]?.type;
      const isFlag = type?.k === 'keyword' && type.name === 'boolean';
      return { param: { ...ref, index: i.index, path: [] }, ...(isFlag && { isFlag: true as const }) };
    }
    case 'get': {
      // Of the function itself, or of one around it.
      const [write, ...others] = writesOf(facts, i.v);
      return write && others.length === 0 && depth <= 8 ? paramOf(analysis, { file: ref.file, fn: write.fn }, write.value, depth + 1) : undefined;
    }
    case 'cast':
    case 'nonnull':
      return into(i.value);
    case 'join': {
      const [first, second] = i.of;
      const param = i.how === '??' && first !== undefined ? into(first) : undefined;
      const otherwise = second !== undefined ? fact.code[second] : undefined;
      if (!param || otherwise?.op !== 'const') return param;
      return { ...param, otherwise: otherwise.value, ...(typeof otherwise.value === 'boolean' && { isFlag: true as const }) };
    }
    case 'member': {
      const of = into(i.obj);
      return of && { param: { ...of.param, path: [...of.param.path, i.name] } };
    }
    default:
      return undefined;
  }
}

type Reached = { readonly ref: FnRef; readonly temp: Temp | undefined } | { readonly param: ParamPath };

/** What a path of members leads to: a value (or none), or a member of a parameter; undefined where that is not known. */
function along(analysis: Analysis, ref: FnRef, temp: Temp, path: readonly string[]): Reached | undefined {
  const [name, ...rest] = path;
  if (name === undefined) return { ref, temp };
  const literal = literalOf(analysis, ref, temp, name);
  if (!literal) {
    const of = paramOf(analysis, ref, temp);
    return of && { param: { ...of.param, path: [...of.param.path, ...path] } };
  }
  // `{ ...options, more: 1 }`: what is not named after it comes from what is spread.
  const last = literal.object.props.findLast((p) => p.name === name || p.name === undefined || p.kind === 'spread');
  if (!last) return { ref: literal.ref, temp: undefined };
  if (last.kind === 'spread') return along(analysis, literal.ref, last.value, path);
  return last.name === undefined ? undefined : along(analysis, literal.ref, last.value, rest);
}

/** An object literal, or the one that a variable holds of which nobody sets this member. */
function literalOf(analysis: Analysis, ref: FnRef, temp: Temp, name: string): { ref: FnRef; object: InstructionOf<'object'> } | undefined {
  const facts = analysis.project.facts(ref.file)!;
  const i = facts.functions[ref.fn]!.code[temp];
  if (i?.op === 'object') return { ref, object: i };
  const [write, ...others] = i?.op === 'get' ? writesOf(facts, i.v) : [];
  const made = write && others.length === 0 ? facts.functions[write.fn]!.code[write.value] : undefined;
  return made?.op === 'object' && memberWritesOf(facts, name).length === 0 ? { ref: { file: ref.file, fn: write!.fn }, object: made } : undefined;
}

/** What a condition on a callee's parameter comes to at a call: decided, open, or a condition on the caller's own. */
export function under(condition: Condition, analysis: Analysis, ref: FnRef, i: InstructionOf<'call'>, shift: number): 'met' | 'refuted' | 'open' | Condition {
  const { values } = analysis;
  const index = condition.param.index + shift;
  if (index >= (i.spread ?? Infinity)) return 'met';
  const answer = (value: Constant | undefined): 'met' | 'refuted' => {
    const given = value ?? condition.otherwise;
    const so = condition.equals !== undefined ? given === condition.equals : Boolean(given);
    return so === condition.holds ? 'met' : 'refuted';
  };
  const reached: Reached | undefined = i.args[index] === undefined ? { ref, temp: undefined } : along(analysis, ref, i.args[index], condition.param.path);
  if (!reached) return condition.isFlag ? 'open' : 'met';
  if ('param' in reached) return { ...condition, param: reached.param };
  const { ref: at, temp } = reached;
  if (temp === undefined) return answer(undefined);
  const given = values.instruction({ ...at, temp });
  if (given?.op === 'undefined') return answer(undefined);
  if (given?.op === 'const') return answer(given.value);
  if (given?.op === 'object' || given?.op === 'array' || given?.op === 'fn') return condition.equals === undefined ? answer(true) : answer('');
  const value = values.of(at, temp);
  if (value.length === 1 && value[0]!.k === 'constant') return answer(value[0].value);
  const param = paramOf(analysis, at, temp);
  if (param) return { ...condition, param: param.param };
  return condition.isFlag ? 'open' : 'met';
}

/** Shared state that an expression reads, by identity. */
function lookedAt(analysis: Analysis, ref: FnRef, temp: Temp, depth: number): string[] {
  const { places, values } = analysis;
  const i = values.instruction({ ...ref, temp });
  const into = (next: Temp): string[] => (depth > 6 ? [] : lookedAt(analysis, ref, next, depth + 1));
  switch (i?.op) {
    case 'member':
    case 'get': {
      const place = places.of(ref, temp);
      if (place.root === 'this' || place.root === 'module' || place.root === 'closure') return [stateOf(place)];
      const facts = analysis.project.facts(ref.file)!;
      // `const held = this.#holders.has(id); if (held) …`
      if (i.op === 'get') return writesOf(facts, i.v).flatMap((write) => (write.fn === ref.fn ? into(write.value) : []));
      return into(i.obj);
    }
    case 'call': {
      const callee = values.instruction({ ...ref, temp: i.fn });
      return [...(callee?.op === 'member' ? into(callee.obj) : []), ...i.args.flatMap(into)];
    }
    case 'binary':
      return [...into(i.left), ...into(i.right)];
    case 'unary':
      return into(i.arg);
    case 'join':
      return i.of.flatMap(into);
    case 'await':
    case 'nonnull':
    case 'cast':
      return into(i.value);
    case 'index':
      return into(i.obj);
    default:
      return [];
  }
}

const stateOf = (place: LockRef['place']): string => memberOf(place) ?? place.id;

/** State that a function (or one in it) sets, counts, fills or enters: what may tell others that a lock is held. */
export function flagsOf(analysis: Analysis, file: string, fn: number): ReadonlySet<string> {
  const facts = analysis.project.facts(file)!;
  const found = new Set<string>();
  const marks = (fact: FunctionFact, value: Temp): boolean => {
    const i = fact.code[value];
    return (i?.op === 'const' && i.value !== false && i.value !== null) || i?.op === 'binary' || i?.op === 'object' || i?.op === 'call' || i?.op === 'get';
  };
  facts.functions.forEach((fact, inner) => {
    let at = inner;
    while (at > fn) at = facts.functions[at]!.parent;
    if (at !== fn) return;
    const ref = { file, fn: inner };
    for (const i of fact.code) {
      if (i.op === 'setmember' && marks(fact, i.value)) found.add(analysis.places.memberId(ref, i.obj, i.name));
      else if (i.op === 'set' && facts.vars[i.v]!.owner !== inner && marks(fact, i.value)) found.add(`M${file}#${i.v}`).add(`L${file}:${i.v}`);
      else if (i.op === 'call') {
        const callee = fact.code[i.fn];
        if (callee?.op === 'member' && ENTERS.test(callee.name)) found.add(stateOf(analysis.places.of(ref, callee.obj)));
      }
    }
  });
  return found;
}

/** Calls that put something where it can be looked at: an async context, a set or a map of holders. */
const ENTERS = /^(?:run|enterWith|add|set|push)$/;

/**
 * Whether the function does without the lock, on the other side of a branch, what it does with it: whoever holds the
 * lock already is let through.
 */
export function isExcused(analysis: Analysis, ref: FnRef, at: Temp, { lock }: { readonly lock: LockRef }): boolean {
  const fact = analysis.values.fact(ref)!;
  const decisions = decisionsOf(fact, at);
  if (decisions.length === 0) return false;
  const { calls } = analysis.summary(ref);
  const under = calls.filter((call) => call.locks.some((one) => one.place.id === lock.place.id));
  const isLetThrough = under.some(({ param }) => calls.some((call) => call.locks.length === 0 && paramKey(call.param) === paramKey(param)));
  if (isLetThrough) return true;
  const passed = analysis.values.instruction({ ...ref, temp: at });
  const closures = passed?.op === 'call' ? passed.args.flatMap((arg) => (fact.code[arg]?.op === 'fn' ? [(fact.code[arg]).fn] : [])) : [];
  return decisions.some(({ mine, others }) => {
    const without = calledIn(analysis, ref, others);
    if (without.size === 0) return false;
    const within = [calledIn(analysis, ref, mine), ...closures.map((fn) => calledIn(analysis, { file: ref.file, fn }))];
    return within.some((called) => [...called].some((one) => without.has(one)));
  });
}

/** Functions whose calls are awaited or returned in these blocks. */
function calledIn(analysis: Analysis, ref: FnRef, blocks?: ReadonlySet<BlockIndex>): Set<string> {
  const fact = analysis.values.fact(ref)!;
  const found = new Set<string>();
  for (const call of analysis.awaits(ref).calls) {
    const b = fact.blocks.findIndex((block) => call >= block.from && call < block.to);
    if (blocks && !blocks.has(b)) continue;
    for (const target of analysis.outcome(ref, call).targets) found.add(`${target.file}:${target.fn}`);
  }
  return found;
}
