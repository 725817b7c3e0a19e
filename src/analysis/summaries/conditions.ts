/**
 * What must be true of a function's parameters for a part of it to run: `if (listener) …`, `if (options.silent) return`.
 * A caller that passes null, or nothing, knows which of the function's effects it cannot have.
 */
import { FactAnswers } from '../freshness/live-facts.js';
import type { BlockIndex, Constant, FileFacts, FunctionFact, Instruction, Temp } from '../facts/ir.js';
import type { ParamPath } from './effect.js';
import { writesOf } from './uses.js';
import type { FnRef } from './values.js';

type Known = Constant | undefined;

export interface Condition {
  readonly param: ParamPath;
  /** One of these values; absent: any that is true in a condition. */
  readonly is?: readonly Known[];
  /** Whether the effect needs that, or needs its opposite. */
  readonly holds: boolean;
  /** The parameter's default value: a constant, or something that is more than a constant. */
  readonly otherwise?: { readonly constant: Known } | 'value' | undefined;
}

/** What a caller passes: a constant, some object, or a parameter of its own. */
export type Passed = { readonly constant: Known } | 'value' | Named | undefined;

export const conditionKey = ({ param, is, holds }: Condition): string =>
  `${holds ? '' : '!'}${param.file}:${param.fn}:${param.index}.${param.path.join('.')}${is ? `=${is.map(String).join('|')}` : ''}`;

interface Named {
  readonly param: ParamPath;
  readonly otherwise?: Exclude<Condition['otherwise'], undefined>;
}

const answers = new FactAnswers<FunctionFact, readonly (readonly Condition[])[]>();
const NONE: readonly Condition[] = [];

/** By block: what holds of the parameters on every way there. */
export function conditionsOf(facts: FileFacts, ref: FnRef): readonly (readonly Condition[])[] {
  const fact = facts.functions[ref.fn]!;
  return answers.get(fact, () => workOut(facts, fact, ref));
}

function workOut(facts: FileFacts, fact: FunctionFact, ref: FnRef): readonly (readonly Condition[])[] {
  const tests = fact.blocks.map((block) => (block.end.k === 'branch' ? testOf(facts, ref, block.end.on, 0) : undefined));
  if (!tests.some((test) => test !== undefined)) return [];
  const entering = new Map<BlockIndex, ReadonlyMap<string, Condition>>([[0, new Map()]]);
  const pending: BlockIndex[] = [0];
  const flow = (to: BlockIndex, conditions: ReadonlyMap<string, Condition>): void => {
    const known = entering.get(to);
    if (!known) {
      entering.set(to, conditions);
      pending.push(to);
      return;
    }
    const both = new Map([...known].filter(([key]) => conditions.has(key)));
    if (both.size === known.size) return;
    entering.set(to, both);
    pending.push(to);
  };
  while (pending.length > 0) {
    const b = pending.pop()!;
    const here = entering.get(b)!;
    const { end, handler } = fact.blocks[b]!;
    if (handler !== undefined) flow(handler, here);
    if (end.k === 'goto') flow(end.to, here);
    else if (end.k === 'any') for (const to of end.to) flow(to, here);
    else if (end.k === 'branch') {
      const test = tests[b];
      for (const [to, holds] of [[end.yes, true], [end.no, false]] as const) {
        if (!test) flow(to, here);
        else {
          const condition = { ...test, holds: test.holds === holds };
          flow(to, new Map([...here, [conditionKey(condition), condition]]));
        }
      }
    }
  }
  return fact.blocks.map((_, b) => {
    const conditions = entering.get(b);
    return conditions && conditions.size > 0 ? [...conditions.values()] : NONE;
  });
}

/** The parameter that a temp is, or a member of it. */
function namedBy(facts: FileFacts, ref: FnRef, temp: Temp, depth: number): Named | undefined {
  const fact = facts.functions[ref.fn]!;
  const i = fact.code[temp];
  if (!i || depth > 8) return undefined;
  switch (i.op) {
    case 'param':
      return i.rest ? undefined : { param: { file: ref.file, fn: ref.fn, index: i.index, path: [] } };
    case 'nonnull':
    case 'cast':
      return namedBy(facts, ref, i.value, depth + 1);
    case 'member': {
      const base = namedBy(facts, ref, i.obj, depth + 1);
      return base && base.otherwise === undefined ? { param: { ...base.param, path: [...base.param.path, i.name] } } : undefined;
    }
    case 'join': {
      // A default value.
      if (i.how !== '??' || i.of.length !== 2) return undefined;
      const base = namedBy(facts, ref, i.of[0]!, depth + 1);
      return base && base.otherwise === undefined ? { ...base, otherwise: constantOf(fact.code[i.of[1]!]) ?? 'value' } : undefined;
    }
    case 'get': {
      const writes = writesOf(facts, i.v);
      const [write] = writes;
      return write && writes.length === 1 ? namedBy(facts, { file: ref.file, fn: write.fn }, write.value, depth + 1) : undefined;
    }
    default:
      return undefined;
  }
}

function constantOf(i: Instruction | undefined): { readonly constant: Known } | undefined {
  if (i?.op === 'const') return { constant: i.value };
  return i?.op === 'undefined' ? { constant: undefined } : undefined;
}

function testOf(facts: FileFacts, ref: FnRef, on: Temp, depth: number): Condition | undefined {
  const { code } = facts.functions[ref.fn]!;
  const i = code[on];
  if (i?.op === 'unary' && i.sign === '!' && depth < 4) {
    const inner = testOf(facts, ref, i.arg, depth + 1);
    return inner && { ...inner, holds: !inner.holds };
  }
  if (i?.op === 'binary' && /^[!=]==?$/.test(i.sign)) {
    for (const [side, other] of [[i.left, i.right], [i.right, i.left]] as const) {
      const compared = constantOf(code[other]);
      const named = compared && namedBy(facts, ref, side, 0);
      if (!named) continue;
      const vague = i.sign.length === 2;
      if (vague && compared.constant != null) return undefined;
      return { ...named, is: vague ? [null, undefined] : [compared.constant], holds: i.sign.startsWith('=') };
    }
    return undefined;
  }
  const named = namedBy(facts, ref, on, 0);
  return named && { ...named, holds: true };
}

/** @returns Whether a value makes the condition true; undefined where that is not known. */
function meets({ is, holds }: Condition, value: { readonly constant: Known } | 'value'): boolean {
  const answer = value === 'value' ? is === undefined : is ? is.includes(value.constant) : Boolean(value.constant);
  return answer === holds;
}

/**
 * A condition on a callee's parameter, as its caller sees it.
 *
 * @param passed What the caller passes there; undefined where that cannot be told.
 * @returns `never` where it cannot be met, a condition on the caller's own parameter, or nothing more to say.
 */
export function conditionFor(condition: Condition, passed: Passed): 'never' | Condition | undefined {
  if (passed === undefined) return undefined;
  if (passed !== 'value' && 'param' in passed) {
    // Left out there, it has the default there; what is undefined all the same has the default here.
    const otherwise = passed.otherwise ?? condition.otherwise;
    return { param: passed.param, holds: condition.holds, ...(condition.is && { is: condition.is }), ...(otherwise && { otherwise }) };
  }
  const value = passed !== 'value' && passed.constant === undefined && condition.otherwise !== undefined ? condition.otherwise : passed;
  return meets(condition, value) ? undefined : 'never';
}

/** What a caller passes for a parameter (or a member of it), as far as the text says. */
export function passedBy(facts: FileFacts, ref: FnRef, argument: Temp | undefined, path: readonly string[], depth = 0): Passed {
  if (argument === undefined) return path.length === 0 ? { constant: undefined } : undefined;
  const { code } = facts.functions[ref.fn]!;
  const i = code[argument];
  if (!i || depth > 6) return undefined;
  const constant = constantOf(i);
  if (constant) return path.length === 0 || constant.constant == null ? (path.length === 0 ? constant : { constant: undefined }) : undefined;
  switch (i.op) {
    case 'object': {
      if (path.length === 0) return 'value';
      const own = i.props.findLast((property) => property.name === path[0]);
      if (own) return own.kind === undefined ? passedBy(facts, ref, own.value, path.slice(1), depth + 1) : undefined;
      return i.props.every((property) => property.name !== undefined) ? { constant: undefined } : undefined;
    }
    case 'fn':
    case 'class':
    case 'array':
    case 'regex':
      return path.length === 0 ? 'value' : undefined;
    case 'nonnull':
    case 'cast':
      return passedBy(facts, ref, i.value, path, depth + 1);
    case 'call':
      return i.new && path.length === 0 ? 'value' : undefined;
    default: {
      const named = namedBy(facts, ref, argument, 0);
      if (named && path.length === 0) return named;
      if (named) return named.otherwise === undefined ? { param: { ...named.param, path: [...named.param.path, ...path] } } : undefined;
      if (i.op !== 'get' || facts.vars[i.v]!.kind !== 'const') return undefined;
      const [write] = writesOf(facts, i.v);
      return write ? passedBy(facts, { file: ref.file, fn: write.fn }, write.value, path, depth + 1) : undefined;
    }
  }
}
