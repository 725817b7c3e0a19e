/** Look-up tables over one file's facts: who writes a variable or a member, where a closure is made and passed. */
import type { FileFacts, FnIndex, FunctionFact, Temp, Instruction } from '../facts/ir.js';

interface Write {
  readonly fn: FnIndex;
  /** The writing instruction. */
  readonly temp: Temp;
  readonly value: Temp;
}

interface MemberWrite extends Write {
  readonly obj: Temp;
}

interface FileTables {
  writes?: ReadonlyMap<number, readonly Write[]>;
  memberWrites?: ReadonlyMap<string, readonly MemberWrite[]>;
}

const ofFile = new WeakMap<FileFacts, FileTables>();
const NONE: readonly never[] = [];

function tablesOf(facts: FileFacts): FileTables {
  let tables = ofFile.get(facts);
  if (!tables) ofFile.set(facts, (tables = {}));
  return tables;
}

function grouped<K, W>(add: (put: (key: K, write: W) => void) => void): ReadonlyMap<K, readonly W[]> {
  const map = new Map<K, W[]>();
  add((key, write) => {
    const list = map.get(key);
    if (list) list.push(write);
    else map.set(key, [write]);
  });
  return map;
}

/** Every write of a variable, in any function of the file. */
export function writesOf(facts: FileFacts, v: number): readonly Write[] {
  const tables = tablesOf(facts);
  tables.writes ??= grouped<number, Write>((put) =>
    facts.functions.forEach((fact, fn) =>
      fact.code.forEach((i, temp) => {
        if (i.op === 'set') put(i.v, { fn, temp, value: i.value });
      }),
    ),
  );
  return tables.writes.get(v) ?? NONE;
}

/** Every `obj.name = value` of the file, by name. */
export function memberWritesOf(facts: FileFacts): ReadonlyMap<string, readonly MemberWrite[]> {
  const tables = tablesOf(facts);
  tables.memberWrites ??= grouped<string, MemberWrite>((put) =>
    facts.functions.forEach((fact, fn) =>
      fact.code.forEach((i, temp) => {
        if (i.op === 'setmember') put(i.name, { fn, temp, value: i.value, obj: i.obj });
      }),
    ),
  );
  return tables.memberWrites;
}

interface FunctionTables {
  closures?: ReadonlyMap<FnIndex, Temp>;
  calls?: CallTable;
  pushes?: ReadonlyMap<number, readonly Temp[]>;
}

const ofFunction = new WeakMap<FunctionFact, FunctionTables>();

function functionTables(fact: FunctionFact): FunctionTables {
  let tables = ofFunction.get(fact);
  if (!tables) ofFunction.set(fact, (tables = {}));
  return tables;
}

/** What the function puts at the end of the list that a variable holds: `list.push(value)`. */
export function pushesOf(fact: FunctionFact, v: number): readonly Temp[] {
  const tables = functionTables(fact);
  tables.pushes ??= grouped<number, Temp>((put) =>
    fact.code.forEach((i) => {
      if (i.op !== 'call' || i.args.length !== 1) return;
      const method = fact.code[i.fn];
      if (method?.op !== 'member' || method.name !== 'push') return;
      const list = fact.code[method.obj];
      if (list?.op === 'get') put(list.v, i.args[0]!);
    }),
  );
  return tables.pushes.get(v) ?? NONE;
}

/** Where the function makes each of the functions written in it. */
export function closuresOf(fact: FunctionFact): ReadonlyMap<FnIndex, Temp> {
  const tables = functionTables(fact);
  if (!tables.closures) {
    const closures = new Map<FnIndex, Temp>();
    fact.code.forEach((i, temp) => {
      if (i.op === 'fn' && !closures.has(i.fn)) closures.set(i.fn, temp);
    });
    tables.closures = closures;
  }
  return tables.closures;
}

export interface CallTable {
  /** The calls that get this temp as an argument. */
  withArgument(temp: Temp): readonly { call: Temp; argument: number }[];
  /** The first call of what this temp is. */
  of(temp: Temp): Temp | undefined;
}

export function callsOf(fact: FunctionFact): CallTable {
  const tables = functionTables(fact);
  if (!tables.calls) {
    const byCallee = new Map<Temp, Temp>();
    const byArgument = grouped<Temp, { call: Temp; argument: number }>((put) =>
      fact.code.forEach((i, call) => {
        if (i.op !== 'call') return;
        if (!byCallee.has(i.fn)) byCallee.set(i.fn, call);
        i.args.forEach((arg, argument) => put(arg, { call, argument }));
      }),
    );
    tables.calls = { withArgument: (temp) => byArgument.get(temp) ?? NONE, of: (temp) => byCallee.get(temp) };
  }
  return tables.calls;
}

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
