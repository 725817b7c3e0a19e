/**
 * What the conditions that were met on the way, and the values that were written, tell of the conditions that are still to
 * come: `if (lease) … if (lease)` takes the same side twice.
 */
import type { BlockIndex, FileFacts, FunctionFact, InstructionOf, LoopFact, Temp, VarIndex } from '../facts/ir.js';
import { successors } from './graph.js';
import { writesOf } from './uses.js';
import type { FnRef } from './values.js';

/** By a name for what is looked at, the same wherever the same thing is looked at: whether it is true as a condition. */
export type Known = ReadonlyMap<string, boolean>;

/** Conditions in conditions are followed so far. */
const DEEPEST = 4;

/** `a || b`, `a && b` */
const isOfParts = ({ how }: InstructionOf<'join'>): boolean => how === '||' || how === '&&';

export class BranchKnowledge {
  /** Variables that are declared without a value are empty when the function begins, and in each turn of their loop. */
  readonly #empty: readonly EmptyVariable[];
  readonly #conditions = new Map<Temp, Condition | null>();
  readonly #names = new Map<string, RegExp>();
  #asked: readonly ReadonlySet<string>[] | undefined;

  constructor(
    readonly facts: FileFacts,
    readonly ref: FnRef,
    readonly fact: FunctionFact,
  ) {
    this.#empty = emptyVariables(facts, ref, fact).filter(({ v }) => this.#isOwn(v));
  }

  get atFirst(): Known {
    return new Map(this.#empty.map(({ v }) => [`v${v}`, false]));
  }

  /** What of the facts matters where a block begins: who gets there with the same is on the same way. */
  at(block: BlockIndex, known: Known): Known {
    const asked = (this.#asked ??= this.#askedFrom())[block]!;
    const made = this.#empty.filter(({ loop }) => loop?.head === block);
    // What is computed in the block is computed anew: a loop's condition may have become another.
    const { from, to } = this.fact.blocks[block]!;
    const stays = (key: string): boolean => asked.has(key) && !(key.startsWith('t') && Number(key.slice(1)) >= from && Number(key.slice(1)) < to);
    if (made.length === 0 && (known.size === 0 || [...known.keys()].every(stays))) return known;
    const kept = new Map([...known].filter(([key]) => stays(key)));
    for (const { v } of made) if (asked.has(`v${v}`)) kept.set(`v${v}`, false);
    return kept;
  }

  /** What a branch looks at, and whether its side `true` is taken where that is false. */
  condition(temp: Temp): Condition | undefined {
    let known = this.#conditions.get(temp);
    if (known === undefined) this.#conditions.set(temp, (known = this.#condition(temp) ?? null));
    return known ?? undefined;
  }

  /** What is known of a value as a condition. */
  truth(temp: Temp, known: Known, nesting = 0): boolean | undefined {
    const i = this.fact.code[temp];
    switch (i?.op) {
      case 'const':
        return Boolean(i.value);
      case 'undefined':
        return false;
      case 'fn':
      case 'object':
      case 'array':
      case 'class':
        return true;
      case 'call':
        if (i.new) return true;
        break;
      case 'unary': {
        const inner = i.sign === '!' ? this.truth(i.arg, known, nesting) : undefined;
        return inner === undefined ? undefined : !inner;
      }
      case 'join': {
        // `const isOurs = given === undefined || …`: true wherever one of its parts is.
        if (!isOfParts(i) || nesting > DEEPEST) break;
        const decides = i.how === '||';
        const parts = i.of.map((part) => this.truth(part, known, nesting + 1));
        if (parts.includes(decides)) return decides;
        if (parts.every((is) => is === !decides)) return !decides;
        break;
      }
      default:
        break;
    }
    if (known.size === 0) return undefined;
    const asked = this.condition(temp);
    const found = known.get(`t${temp}`) ?? (asked && known.get(asked.key));
    return found === undefined ? undefined : found !== (asked?.turned ?? false);
  }

  /** Known after a write. */
  afterWrite(i: InstructionOf<'set'> | InstructionOf<'setmember'>, known: Known): Known {
    const name = this.#written(i);
    if (name === undefined) return known;
    const is = this.truth(i.value, known);
    if (is === undefined && known.size === 0) return known;
    const next = new Map(known);
    const named = this.#naming(name);
    for (const key of known.keys()) if (named.test(key)) next.delete(key);
    if (is !== undefined) next.set(name, is);
    return next;
  }

  /** An optional call of what is known to be missing does nothing. */
  isSkipped(i: InstructionOf<'call'>, known: Known): boolean {
    return known.size > 0 && this.#optional(i).some((temp) => this.truth(temp, known) === false);
  }

  /** What has to be there for a call to be made: of `a?.b?.()` a and `a.b`. */
  #optional(i: InstructionOf<'call'>): Temp[] {
    const found: Temp[] = [];
    let at: Temp | undefined = i.fn;
    let optional = i.opt === true;
    for (let n = 0; n < 4 && at !== undefined; n++) {
      if (optional) found.push(at);
      const one: FunctionFact['code'][number] | undefined = this.fact.code[at];
      if (one?.op !== 'member') break;
      optional = one.opt === true;
      at = one.obj;
    }
    return found;
  }

  #written(i: InstructionOf<'set'> | InstructionOf<'setmember'>): string | undefined {
    if (i.op === 'set') return this.#isOwn(i.v) ? `v${i.v}` : undefined;
    const base = this.#nameOf(i.obj);
    return base === undefined ? undefined : `${base}.${i.name}`;
  }

  /** Names that say something of what a name stands for. */
  #naming(name: string): RegExp {
    let known = this.#names.get(name);
    if (!known) this.#names.set(name, (known = new RegExp(`(?:^|[=(])${name.replaceAll(/[$()*+.?[\\\]^{|}]/g, '\\$&')}(?![\\w$])`)));
    return known;
  }

  /** A variable that closures write may change between two looks at it. */
  #isOwn(v: VarIndex): boolean {
    return this.facts.vars[v]!.owner !== this.ref.fn || writesOf(this.facts, v).every((write) => write.fn === this.ref.fn);
  }

  #nameOf(temp: Temp, depth = 0): string | undefined {
    const i = this.fact.code[temp];
    if (!i || depth > 5) return undefined;
    switch (i.op) {
      case 'get':
        return this.#isOwn(i.v) ? `v${i.v}` : undefined;
      case 'this':
        return 'this';
      case 'global':
        return `g${i.name}`;
      case 'const':
        return JSON.stringify(i.value);
      case 'undefined':
        return 'null';
      case 'member': {
        const base = this.#nameOf(i.obj, depth + 1);
        return base === undefined ? undefined : `${base}.${i.name}`;
      }
      case 'nonnull':
      case 'cast':
        return this.#nameOf(i.value, depth);
      case 'call': {
        const callee = this.fact.code[i.fn];
        if (i.new || callee?.op !== 'member') return undefined;
        const parts = [i.fn, ...i.args].map((part) => this.#nameOf(part, depth + 1));
        return parts.includes(undefined) ? undefined : `${parts.join('(')})`;
      }
      default:
        return undefined;
    }
  }

  #keyOf(temp: Temp): string {
    const i = this.fact.code[temp];
    if (i?.op === 'nonnull' || i?.op === 'cast') return this.#keyOf(i.value);
    return this.#nameOf(temp) ?? `t${temp}`;
  }

  #condition(temp: Temp): Condition | undefined {
    const { code } = this.fact;
    const i = code[temp];
    if (i?.op === 'unary' && i.sign === '!') {
      const inner = this.condition(i.arg);
      return inner && { key: inner.key, turned: !inner.turned };
    }
    if (i?.op === 'binary' && /^[!=]==?$/.test(i.sign)) {
      const differs = i.sign.startsWith('!');
      const right = code[i.right];
      if (isNothing(right)) return { key: this.#keyOf(i.left), turned: !differs };
      if (right?.op === 'const' && right.value === true) return { key: this.#keyOf(i.left), turned: differs };
      const names = [this.#nameOf(i.left), this.#nameOf(i.right)];
      return names.includes(undefined) ? undefined : { key: names.sort().join('='), turned: differs };
    }
    if (i?.op === 'binary' && i.sign === 'instanceof') {
      const names = [this.#nameOf(i.left), this.#nameOf(i.right)];
      return names.includes(undefined) ? undefined : { key: names.join(' instanceof '), turned: false };
    }
    return { key: this.#keyOf(temp), turned: false };
  }

  /** By block, the names that are asked for in it or after it. */
  #askedFrom(): ReadonlySet<string>[] {
    const { blocks, code } = this.fact;
    const asked = blocks.map((block) => {
      const names = new Set<string>();
      for (let temp = block.from; temp < block.to; temp++) {
        const i = code[temp]!;
        if (i.op === 'call') this.#optional(i).forEach((part) => this.#addNames(part, names));
        else if (i.op === 'set' || i.op === 'setmember') this.#addNames(i.value, names);
      }
      if (block.end.k === 'branch') this.#addNames(block.end.on, names);
      return names;
    });
    for (let changed = true; changed; ) {
      changed = false;
      for (let b = blocks.length - 1; b >= 0; b--) {
        const own = asked[b]!;
        const before = own.size;
        for (const next of successors(this.fact, b)) asked[next]!.forEach((name) => own.add(name));
        if (own.size > before) changed = true;
      }
    }
    return asked;
  }

  /** The names by which `truth` looks at a value. */
  #addNames(temp: Temp, names: Set<string>, nesting = 0): void {
    names.add(`t${temp}`);
    const condition = this.condition(temp);
    if (condition) names.add(condition.key);
    const i = this.fact.code[temp];
    if (i?.op === 'unary') this.#addNames(i.arg, names);
    else if (i?.op === 'join' && isOfParts(i) && nesting <= DEEPEST) for (const part of i.of) this.#addNames(part, names, nesting + 1);
  }
}

interface Condition {
  readonly key: string;
  readonly turned: boolean;
}

const isNothing = (i: FunctionFact['code'][number] | undefined): boolean =>
  i?.op === 'undefined' || (i?.op === 'const' && (i.value === null || i.value === false));

interface EmptyVariable {
  readonly v: VarIndex;
  /** The innermost loop, whose every turn makes a new one. */
  readonly loop?: LoopFact;
}

function emptyVariables(facts: FileFacts, ref: FnRef, fact: FunctionFact): EmptyVariable[] {
  return facts.vars.flatMap((variable, v) => {
    if (variable.owner !== ref.fn || (variable.kind !== 'let' && variable.kind !== 'var')) return [];
    const writes = writesOf(facts, v);
    const isGiven = writes.some((write) => {
      const i = facts.functions[write.fn]!.code[write.temp]!;
      return i.s <= variable.at && variable.at < i.e;
    });
    if (isGiven || writes.length === 0) return [];
    const around = fact.loops.filter((loop) => loop.s <= variable.at && variable.at < loop.e);
    const loop = variable.kind === 'let' ? around.sort((a, b) => b.s - a.s)[0] : undefined;
    return [{ v, ...(loop && { loop }) }];
  });
}
