/** What the branches of a function find out about shared references: whether one is there, and on which side it is. */
import type { BlockIndex, Constant, FileFacts, FnIndex, Temp } from '../../facts/ir.js';
import { ofRecent } from '../recent.js';
import { writesOf } from '../uses.js';
import { referencesOf, type Reference } from './references.js';

export interface Test {
  readonly fn: FnIndex;
  readonly block: BlockIndex;
  readonly ref: Reference;
  /** The instruction that read it. */
  readonly read: Temp;
  /** The successors on which it is absent (or not yet as wanted), and present. */
  readonly empty: BlockIndex;
  readonly full: BlockIndex;
  /** Compared with this constant instead of with nothing: `empty` is where it equals it, or (`not`) where it does not. */
  readonly constant?: Constant;
  readonly not?: true;
  /** Something of it was asked with `?.`: present on one side, unknown on the other. */
  readonly loose?: true;
  /** It was asked how many there are: the reference is the collection. */
  readonly counted?: true;
  /** The local variable that holds what was read. */
  readonly local?: number;
}

type Found = Omit<Test, 'fn' | 'block' | 'empty' | 'full'> & { readonly emptyWhen: boolean };

const ofFile = ofRecent((_: FileFacts): (readonly Test[] | undefined)[] => []);

export const testsOf = (facts: FileFacts, fn: FnIndex): readonly Test[] => (ofFile(facts)[fn] ??= find(facts, fn));

function find(facts: FileFacts, fn: FnIndex): Test[] {
  const fact = facts.functions[fn]!;
  return fact.blocks.flatMap(({ end }, block) => {
    if (end.k !== 'branch') return [];
    return [...tested(facts, fn, end.on, 0), ...guarded(facts, fn, end)].map(({ emptyWhen, ...found }): Test => {
      return { fn, block, ...found, empty: emptyWhen ? end.yes : end.no, full: emptyWhen ? end.no : end.yes };
    });
  });
}

/** `if (isOpen(this.socket)) return this.socket;`: what is given back where a question about it alone is answered with yes is there. */
function guarded(facts: FileFacts, fn: FnIndex, { on, yes, no }: { readonly on: Temp; readonly yes: BlockIndex; readonly no: BlockIndex }): Found[] {
  const { code, blocks } = facts.functions[fn]!;
  const negated = code[on]?.op === 'unary' ? code[on] : undefined;
  const asked = negated?.op === 'unary' && negated.sign === '!' ? code[negated.arg] : code[on];
  if (asked?.op !== 'call' || asked.new || asked.args.length !== 1) return [];
  const references = referencesOf(facts);
  const { end } = blocks[negated ? no : yes]!;
  const given = end.k === 'return' && end.value !== undefined ? references.of(fn, end.value) : undefined;
  const [read] = references.accesses.at(fn, asked.args[0]!).filter((access) => access.kind === 'read' && access.ref.key === given?.key);
  return read ? [{ ref: read.ref, read: read.temp, emptyWhen: negated !== undefined }] : [];
}

/** What a condition says when it holds. */
function tested(facts: FileFacts, fn: FnIndex, temp: Temp, depth: number): Found[] {
  const fact = facts.functions[fn]!;
  const i = fact.code[temp];
  if (!i || depth > 5) return [];
  const references = referencesOf(facts);
  const direct = references.accesses.at(fn, temp).filter((access) => access.kind === 'read' || access.kind === 'has');
  switch (i.op) {
    case 'get': {
      const { owner, kind } = facts.vars[i.v]!;
      const found: Found[] = direct.map(({ ref }) => ({ ref, read: temp, emptyWhen: false }));
      if (owner !== fn || kind === 'param') return found;
      for (const write of writesOf(facts, i.v)) {
        if (write.fn !== fn) continue;
        for (const one of tested(facts, fn, write.value, depth + 1)) found.push({ ...one, local: i.v });
      }
      return found;
    }
    case 'member': {
      const found: Found[] = direct.map(({ ref }) => ({ ref, read: temp, emptyWhen: false }));
      // `!list.length` asks about the list.
      if (i.name === 'length' || i.name === 'size') found.push(...tested(facts, fn, i.obj, depth + 1).map((one): Found => ({ ...one, counted: true })));
      else if (i.opt) found.push(...tested(facts, fn, i.obj, depth + 1).map((one): Found => ({ ...one, loose: true })));
      return found;
    }
    case 'index':
    case 'call':
      return direct.map(({ ref }) => ({ ref, read: temp, emptyWhen: false }));
    case 'nonnull':
    case 'cast':
    case 'await':
      return i.op === 'await' ? [] : tested(facts, fn, i.value, depth + 1);
    case 'unary':
      return i.sign === '!' ? tested(facts, fn, i.arg, depth + 1).map((one) => ({ ...one, emptyWhen: !one.emptyWhen })) : [];
    case 'binary':
      return compared(facts, fn, temp, depth);
    default:
      return [];
  }
}

function compared(facts: FileFacts, fn: FnIndex, temp: Temp, depth: number): Found[] {
  const fact = facts.functions[fn]!;
  const i = fact.code[temp];
  if (i?.op !== 'binary') return [];
  if (i.sign === 'in') {
    return referencesOf(facts).accesses.at(fn, temp).map(({ ref }) => ({ ref, read: temp, emptyWhen: false }));
  }
  if (i.sign === 'instanceof') return tested(facts, fn, i.left, depth + 1);
  const left = fact.code[i.left];
  const right = fact.code[i.right];
  const isConstant = (x: typeof left): boolean => x?.op === 'const' || x?.op === 'undefined' || (x?.op === 'unary' && x.sign === '-');
  const [other, constant] = isConstant(left) ? [i.right, left] : [i.left, right];
  if (!isConstant(constant)) return [];
  if (/^[<>]=?$/.test(i.sign)) {
    // `list.length > 0`, `list.indexOf(x) < 0`
    const asked = tested(facts, fn, other, depth + 1);
    const emptyWhen = i.sign.startsWith('<') !== isConstant(left);
    return asked.map((one) => ({ ...one, emptyWhen }));
  }
  if (!/^[=!]==?$/.test(i.sign)) return [];
  const equal = !i.sign.startsWith('!');
  const asked = fact.code[other];
  if (asked?.op === 'unary' && asked.sign === 'typeof') {
    if (constant?.op !== 'const' || constant.value !== 'undefined') return [];
    return tested(facts, fn, asked.arg, depth + 1).map((one) => ({ ...one, emptyWhen: equal }));
  }
  const found = tested(facts, fn, other, depth + 1);
  const value = constant?.op === 'const' ? constant.value : null;
  const isNothing = constant?.op !== 'const' || value === null || value === false || value === 0 || value === '';
  if (isNothing) return found.map((one) => ({ ...one, emptyWhen: one.emptyWhen ? !equal : equal }));
  if (value === true) return found.map((one) => ({ ...one, emptyWhen: one.emptyWhen ? equal : !equal }));
  // A state: where it is not the one, or where it is the one that is left.
  return found.flatMap(({ emptyWhen: _, ...one }): Found[] => [
    { ...one, emptyWhen: equal, constant: value },
    { ...one, emptyWhen: !equal, constant: value, not: true },
  ]);
}
