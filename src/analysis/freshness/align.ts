/**
 * Numbers the variables of a file's new facts as the facts before did, as far as they are the same: a variable that has
 * come would else move all that come after it, and no function would be what it was.
 */
import type { FileFacts, Instruction, VarFact, VarIndex } from '../facts/ir.js';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** In the place of a variable that is no more. */
const GONE: VarFact = { name: '', kind: 'let', owner: -1, at: -1 };
/** More gaps than one in so many variables, and they are numbered anew. */
const MOST_GAPS = 8;

const keyOf = ({ name, kind, owner }: VarFact): string => `${owner} ${kind} ${name}`;

/** Works on the new facts in place. */
export function alignVars(facts: FileFacts, before: FileFacts): void {
  const open = new Map<string, VarIndex[]>();
  before.vars.forEach((variable, v) => {
    if (variable.owner < 0) return;
    const key = keyOf(variable);
    const others = open.get(key);
    if (others) others.push(v);
    else open.set(key, [v]);
  });
  const numbers = facts.vars.map((variable) => open.get(keyOf(variable))?.shift());
  if (numbers.every((number, v) => number === v) && facts.vars.length >= before.vars.length) return;
  const taken = new Set(numbers);
  const gaps = before.vars.flatMap((_, v) => (taken.has(v) ? [] : [v]));
  let next = before.vars.length;
  numbers.forEach((number, v) => {
    numbers[v] = number ?? gaps.shift() ?? next++;
  });
  if (gaps.length * MOST_GAPS > facts.vars.length) return;
  renumber(facts, numbers as VarIndex[], next);
}

function renumber(facts: FileFacts, numbers: readonly VarIndex[], length: number): void {
  const vars = new Array<VarFact>(length).fill(GONE);
  facts.vars.forEach((variable, v) => {
    vars[numbers[v]!] = variable;
  });
  (facts as Mutable<FileFacts>).vars = vars;
  const move = (of: { readonly v?: VarIndex }): void => {
    if (of.v !== undefined) (of as { v: VarIndex }).v = numbers[of.v]!;
  };
  for (const fact of facts.functions) {
    fact.params.forEach(move);
    for (const i of fact.code) if (hasVar(i)) move(i);
    for (const loop of fact.loops) (loop as Mutable<typeof loop>).vars = loop.vars.map((v) => numbers[v]!);
  }
  facts.imports.forEach(move);
  facts.classes.forEach(move);
  for (const exported of facts.exports) if ('v' in exported) move(exported);
}

const hasVar = (i: Instruction): i is Extract<Instruction, { v: VarIndex }> => i.op === 'get' || i.op === 'set' || i.op === 'dispose';
