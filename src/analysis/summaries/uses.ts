/** Look-up tables over one file's facts: who writes a variable or a member, where a closure is made and passed. */
import { Table } from '../freshness/live-facts.js';
import type { ClassIndex, FileFacts, FnIndex, FunctionFact, Temp, Instruction, VarIndex } from '../facts/ir.js';

interface Read {
  readonly fn: FnIndex;
  readonly temp: Temp;
}

interface Write {
  readonly fn: FnIndex;
  /** The writing instruction. */
  readonly temp: Temp;
  readonly value: Temp;
}

export interface MemberWrite extends Write {
  readonly obj: Temp;
}

const NONE: readonly never[] = [];

function grouped<K, W>(add: (put: (key: K, write: W) => void) => void): ReadonlyMap<K, readonly W[]> {
  const map = new Map<K, W[]>();
  add((key, write) => {
    const list = map.get(key);
    if (list) list.push(write);
    else map.set(key, [write]);
  });
  return map;
}

const writes = new Table((facts: FileFacts) =>
  grouped<number, Write>((put) =>
    facts.functions.forEach((fact, fn) =>
      fact.code.forEach((i, temp) => {
        if (i.op === 'set') put(i.v, { fn, temp, value: i.value });
      }),
    ),
  ),
);

/** Every write of a variable, in any function of the file. */
export const writesOf = (facts: FileFacts, v: number): readonly Write[] => writes.get(facts, v) ?? NONE;

const gets = new Table((facts: FileFacts) =>
  grouped<VarIndex, Read>((put) =>
    facts.functions.forEach((fact, fn) =>
      fact.code.forEach((i, temp) => {
        if (i.op === 'get' && facts.vars[i.v]!.fn !== undefined) put(i.v, { fn, temp });
      }),
    ),
  ),
);

/** Where the file reads the variable that a declared function is. */
export const readsOfFunction = (facts: FileFacts, v: VarIndex): readonly Read[] => gets.get(facts, v) ?? NONE;

const memberWrites = new Table((facts: FileFacts) =>
  grouped<string, MemberWrite>((put) =>
    facts.functions.forEach((fact, fn) =>
      fact.code.forEach((i, temp) => {
        if (i.op === 'setmember') put(i.name, { fn, temp, value: i.value, obj: i.obj });
      }),
    ),
  ),
);

/** Every `obj.name = value` of the file for a name. */
export const memberWritesOf = (facts: FileFacts, name: string): readonly MemberWrite[] => memberWrites.get(facts, name) ?? NONE;

/** What the functions of a class write to a field of their own object: `this.name = value`. */
export const ownWritesOf = (facts: FileFacts, cls: ClassIndex, name: string): readonly MemberWrite[] =>
  memberWritesOf(facts, name).filter(({ fn, obj }) => {
    const fact = facts.functions[fn]!;
    return fact.code[obj]?.op === 'this' && facts.functions[fact.thisOf]!.cls === cls;
  });

const pushes = new Table((fact: FunctionFact) =>
  grouped<number, Temp>((put) =>
    fact.code.forEach((i) => {
      if (i.op !== 'call' || i.args.length !== 1) return;
      const method = fact.code[i.fn];
      if (method?.op !== 'member' || method.name !== 'push') return;
      const list = fact.code[method.obj];
      if (list?.op === 'get') put(list.v, i.args[0]!);
    }),
  ),
);

/** What the function puts at the end of the list that a variable holds: `list.push(value)`. */
export const pushesOf = (fact: FunctionFact, v: number): readonly Temp[] => pushes.get(fact, v) ?? NONE;

const closures = new Table((fact: FunctionFact) => {
  const closures = new Map<FnIndex, Temp>();
  fact.code.forEach((i, temp) => {
    if (i.op === 'fn' && !closures.has(i.fn)) closures.set(i.fn, temp);
  });
  return closures;
});

/** Where the function makes one of the functions written in it. */
export const closureIn = (fact: FunctionFact, fn: FnIndex): Temp | undefined => closures.get(fact, fn);

/** The functions that are made in a function. */
export function madeIn(fact: FunctionFact): FnIndex[] {
  return [...new Set(fact.code.flatMap((i) => (i.op === 'fn' ? [i.fn] : [])))];
}

const puts = new Table((fact: FunctionFact) =>
  grouped<Temp, VarIndex>((put) =>
    fact.code.forEach((i) => {
      if (i.op === 'set') put(i.value, i.v);
    }),
  ),
);

/** The variables that the function puts a value in. */
export const putsOf = (fact: FunctionFact, value: Temp): readonly VarIndex[] => puts.get(fact, value) ?? NONE;

const returned = new Table((fact: FunctionFact) => new Map(fact.blocks.flatMap(({ end }): [Temp, true][] => (end.k === 'return' && end.value !== undefined ? [[end.value, true]] : []))));

/** Whether the function returns a value as it is. */
export const returns = (fact: FunctionFact, value: Temp): boolean => returned.get(fact, value) ?? false;

interface ArgumentOf {
  readonly call: Temp;
  readonly argument: number;
}

const uses = new Table((fact: FunctionFact) =>
  grouped<Temp, ArgumentOf>((put) =>
    fact.code.forEach((i, call) => {
      if (i.op === 'call') i.args.forEach((arg, argument) => put(arg, { call, argument }));
    }),
  ),
);
const calls = new Table((fact: FunctionFact) => {
  const calls = new Map<Temp, Temp>();
  fact.code.forEach((i, call) => {
    if (i.op === 'call' && !calls.has(i.fn)) calls.set(i.fn, call);
  });
  return calls;
});

/** The calls that get this temp as an argument. */
export const callsWith = (fact: FunctionFact, temp: Temp): readonly ArgumentOf[] => uses.get(fact, temp) ?? NONE;

/** The first call of what this temp is. */
export const callOf = (fact: FunctionFact, temp: Temp): Temp | undefined => calls.get(fact, temp);

/** The temps that an instruction takes. */
export function operandsOf(i: Instruction): readonly (Temp | undefined)[] {
  switch (i.op) {
    case 'template':
      return i.args;
    case 'set':
    case 'await':
    case 'yield':
    case 'cast':
    case 'nonnull':
      return [i.value];
    case 'member':
      return [i.obj];
    case 'index':
      return [i.obj, i.key];
    case 'setmember':
      return [i.obj, i.value];
    case 'setindex':
      return [i.obj, i.key, i.value];
    case 'delete':
      return [i.obj, i.key];
    case 'call':
      return [i.fn, ...i.args];
    case 'importcall':
      return [i.source];
    case 'object':
      return i.props.map((p) => p.value);
    case 'array':
      return i.items;
    case 'join':
      return i.of;
    case 'unary':
      return [i.arg];
    case 'binary':
      return [i.left, i.right];
    case 'iterate':
    case 'rest':
      return [i.of];
    case 'unknown':
      return i.of ?? [];
    default:
      return [];
  }
}
