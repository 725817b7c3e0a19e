/** What an expression is made of: the instructions whose results go into a temp. */
import type { FileFacts, FnIndex, Instruction, Temp } from '../../facts/ir.js';
import { operandsOf, writesOf } from '../uses.js';

/** What goes into the value of an instruction: of an assignment what is assigned, not where. */
function operands(i: Instruction): readonly Temp[] {
  switch (i.op) {
    case 'setmember':
    case 'setindex':
      return [i.value];
    case 'delete':
    case 'importcall':
    case 'yield':
      return [];
    default:
      return operandsOf(i).filter((temp) => temp !== undefined);
  }
}

/**
 * Every instruction that goes into a temp, itself included.
 *
 * @param locals Whether variables of the same function are followed to what is written to them.
 */
export function partsOf(facts: FileFacts, fn: FnIndex, temp: Temp, locals: boolean, skip: (i: Instruction, temp: Temp) => boolean = () => false): ReadonlySet<Temp> {
  const fact = facts.functions[fn]!;
  const found = new Set<Temp>();
  const pending = [temp];
  while (pending.length > 0 && found.size < 300) {
    const t = pending.pop()!;
    const i = fact.code[t];
    if (!i || found.has(t) || skip(i, t)) continue;
    found.add(t);
    pending.push(...operands(i));
    if (locals && i.op === 'get' && facts.vars[i.v]!.owner === fn) {
      for (const write of writesOf(facts, i.v)) if (write.fn === fn) pending.push(write.temp);
    }
  }
  return found;
}

/** Through casts, `!` and the one write of a constant: what a temp is. */
export function plain(facts: FileFacts, fn: FnIndex, temp: Temp, depth = 0): Instruction | undefined {
  const i = facts.functions[fn]!.code[temp];
  if (!i || depth > 6) return i;
  if (i.op === 'cast' || i.op === 'nonnull') return plain(facts, fn, i.value, depth + 1);
  if (i.op === 'get') {
    const writes = writesOf(facts, i.v);
    if (writes.length === 1 && facts.vars[i.v]!.owner === fn && writes[0]!.fn === fn) return plain(facts, fn, writes[0]!.value, depth + 1);
  }
  return i;
}

/** Names of methods that end the life of an object. */
export const DISPOSES = /^(?:close|dispose|destroy|end|terminate|disconnect|release|kill|free|shutdown|quit|retire|teardown)/;

/** `null`, `undefined`, `false`, an empty collection: what stands for nothing being there. */
export function isEmptyValue(facts: FileFacts, fn: FnIndex, temp: Temp): boolean {
  const i = facts.functions[fn]!.code[temp];
  switch (i?.op) {
    case 'undefined':
      return true;
    case 'const':
      return i.value === null || i.value === false || i.value === '' || i.value === 0;
    case 'array':
      return i.items.length === 0;
    case 'object':
      return i.props.length === 0;
    case 'cast':
    case 'nonnull':
      return isEmptyValue(facts, fn, i.value);
    case 'call': {
      const callee = facts.functions[fn]!.code[i.fn];
      return i.new === true && i.args.length === 0 && callee?.op === 'global' && /^(?:Weak)?(?:Map|Set)$|^Array$/.test(callee.name);
    }
    default:
      return false;
  }
}

export const isNothing = (i: Instruction | undefined): boolean => i?.op === 'undefined' || (i?.op === 'const' && i.value === null);
