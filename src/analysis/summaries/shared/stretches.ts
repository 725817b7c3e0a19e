/**
 * Walks over what one task does from some place on, and which parts of it are one synchronous stretch: nothing of
 * another task can run before the next await. Functions of the same file that the task calls and waits for, and
 * closures that it passes on, are part of the walk.
 */
import type { BlockIndex, FileFacts, FnIndex, FunctionFact, Instruction, InstructionOf, Temp } from '../../facts/ir.js';
import { callsLater, continuesPromise } from '../../../models/language.js';
import { successors } from '../graph.js';
import { ofRecent } from '../recent.js';
import { writesOf } from '../uses.js';
import { isShared, referencesOf, type FileReferences } from './references.js';

/** Bits of a walk's state. */
export const AWAITED = 1;
/** With `AWAITED`: only because a function was passed on that may run later; for all that is known it has run at once. */
export const ASSUMED = 2;

export interface Walker {
  /** The state after an instruction; undefined where this way is of no more interest. */
  at(state: number, fn: FnIndex, temp: Temp, i: Instruction): number | undefined;
  /** The state on one side of a branch; undefined where that side is of no interest. */
  side?(state: number, fn: FnIndex, block: BlockIndex, to: BlockIndex): number | undefined;
  /** Whether to go into functions that are called: `false` stays in this one. */
  readonly deep?: boolean;
}

export const isAwait = (fact: FunctionFact, i: Instruction): boolean =>
  i.op === 'await' || (i.op === 'iterate' && i.async === true) || (i.op === 'dispose' && i.async === true) || (i.op === 'yield' && fact.async === true);

const DEEPEST = 3;
const MOST_STEPS = 4000;

export class Stretches {
  readonly references: FileReferences;
  readonly #settled: (ReadonlySet<Temp> | undefined)[] = [];
  readonly #stored: (ReadonlySet<Temp> | undefined)[] = [];

  constructor(readonly facts: FileFacts) {
    this.references = referencesOf(facts);
  }

  /** Follows every way from before `temp` in `block` on. */
  walk(fn: FnIndex, block: BlockIndex, temp: Temp | undefined, state: number, walker: Walker): void {
    new Walking(this, walker).from(fn, block, temp, state, 0);
  }

  /** From just after an instruction. */
  walkAfter(fn: FnIndex, temp: Temp, state: number, walker: Walker): void {
    const block = this.blockOf(fn, temp);
    if (block !== undefined) this.walk(fn, block, temp + 1, state, walker);
  }

  blockOf(fn: FnIndex, temp: Temp): BlockIndex | undefined {
    const { blocks } = this.facts.functions[fn]!;
    const found = blocks.findIndex((b) => temp >= b.from && temp < b.to);
    return found < 0 ? undefined : found;
  }

  /** Calls whose promise the function waits for or returns. */
  settled(fn: FnIndex): ReadonlySet<Temp> {
    return (this.#settled[fn] ??= this.#flowInto(fn, (i) => (i.op === 'await' ? [i.value] : i.op === 'iterate' && i.async ? [i.of] : []), true));
  }

  /** Calls whose promise is kept in a shared reference: who finds it there waits for the same work. */
  stored(fn: FnIndex): ReadonlySet<Temp> {
    return (this.#stored[fn] ??= this.#flowInto(fn, (_, temp) => {
      return this.references.accesses.at(fn, temp).flatMap((access) =>
        access.value !== undefined && isShared(access.ref) && (access.kind === 'write' || access.kind === 'put') ? [access.value] : [],
      );
    }, false));
  }

  #flowInto(fn: FnIndex, sinks: (i: Instruction, temp: Temp) => readonly Temp[], returned: boolean): ReadonlySet<Temp> {
    const fact = this.facts.functions[fn]!;
    const found = new Set<Temp>();
    const visit = (temp: Temp): void => {
      if (found.has(temp)) return;
      const i = fact.code[temp];
      if (!i) return;
      found.add(temp);
      switch (i.op) {
        case 'join':
          i.of.forEach(visit);
          return;
        case 'cast':
        case 'nonnull':
          visit(i.value);
          return;
        case 'array':
          i.items.forEach(visit);
          return;
        case 'get':
          for (const write of writesOf(this.facts, i.v)) if (write.fn === fn) visit(write.value);
          return;
        case 'call': {
          const callee = fact.code[i.fn];
          if (callee?.op !== 'member') return;
          if (continuesPromise(callee.name)) visit(callee.obj);
          else {
            const receiver = fact.code[callee.obj];
            if (receiver?.op === 'global' && receiver.name === 'Promise') i.args.forEach(visit);
          }
          return;
        }
        default:
          return;
      }
    };
    fact.code.forEach((i, temp) => sinks(i, temp).forEach(visit));
    if (returned) for (const { end } of fact.blocks) if (end.k === 'return' && end.value !== undefined) visit(end.value);
    return found;
  }

  /**
   * Functions of the file that run as part of the task at a call; `later`: after the task has given way at least once,
   * which is `sure` of the callbacks of a promise, and only likely of those of other functions.
   */
  partsAt(fn: FnIndex, temp: Temp, i: InstructionOf<'call'>): readonly { fn: FnIndex; later: boolean; sure?: true }[] {
    const fact = this.facts.functions[fn]!;
    const parts: { fn: FnIndex; later: boolean; sure?: true }[] = [];
    const settled = this.settled(fn).has(temp) && !this.stored(fn).has(temp);
    const callee = fact.code[i.fn];
    for (const target of this.callees(fn, i)) {
      if (settled || !this.facts.functions[target]!.async) parts.push({ fn: target, later: false });
    }
    const name = callee?.op === 'member' || callee?.op === 'global' ? callee.name : callee?.op === 'get' ? this.facts.vars[callee.v]!.name : '';
    for (const arg of i.args) {
      const value = fact.code[arg];
      if (value?.op !== 'fn') continue;
      if (continuesPromise(name)) {
        if (!this.stored(fn).has(temp)) parts.push({ fn: value.fn, later: true, sure: true });
      } else if (i.new && name === 'Promise') parts.push({ fn: value.fn, later: false });
      else if (RUNS_NOW.test(name) && callee?.op === 'member') parts.push({ fn: value.fn, later: false });
      else if (settled && !isForLater(name)) parts.push({ fn: value.fn, later: true });
    }
    return parts;
  }

  /** The functions of this file that a call surely means: `this.load()`, `load()`, a closure called in place. */
  callees(fn: FnIndex, i: InstructionOf<'call'>): readonly FnIndex[] {
    if (i.new) return [];
    const fact = this.facts.functions[fn]!;
    const callee = fact.code[i.fn];
    switch (callee?.op) {
      case 'fn':
        return [callee.fn];
      case 'get': {
        const variable = this.facts.vars[callee.v]!;
        if (variable.fn !== undefined) return [variable.fn];
        const writes = variable.kind === 'const' ? writesOf(this.facts, callee.v) : [];
        const value = writes.length === 1 ? this.facts.functions[writes[0]!.fn]!.code[writes[0]!.value] : undefined;
        return value?.op === 'fn' ? [value.fn] : [];
      }
      case 'member': {
        const base = this.references.of(fn, callee.obj);
        if (!base || base.path.length > 0) return [];
        if (base.root.k === 'this' || base.root.k === 'static') return this.methods(base.root.cls, callee.name);
        if (base.root.k === 'module' || base.root.k === 'closure') {
          for (const { fn: at, value } of writesOf(this.facts, base.root.v)) {
            const object = this.facts.functions[at]!.code[value];
            const property = object?.op === 'object' ? object.props.find((p) => p.name === callee.name) : undefined;
            const made = property && this.facts.functions[at]!.code[property.value];
            if (made?.op === 'fn') return [made.fn];
          }
        }
        return [];
      }
      default:
        return [];
    }
  }

  methods(cls: number, name: string): readonly FnIndex[] {
    const member = this.facts.classes[cls]!.members.find((m) => m.name === name && (m.kind === 'method' || m.kind === 'field') && m.fn !== undefined);
    if (member?.fn === undefined) return [];
    if (member.kind === 'method') return this.facts.functions[member.fn]!.bodiless ? [] : [member.fn];
    // `load = async () => …`
    for (const { end } of this.facts.functions[member.fn]!.blocks) {
      const value = end.k === 'return' && end.value !== undefined ? this.facts.functions[member.fn]!.code[end.value] : undefined;
      if (value?.op === 'fn') return [value.fn];
    }
    return [];
  }
}

const RUNS_NOW = /^(?:forEach|map|filter|some|every|find|findIndex|findLast|flatMap|reduce|sort)$/;
/** Calls that keep a function for later: what it does is another task. */
const isForLater = (name: string): boolean => callsLater(name) || /^(?:subscribe|on[A-Z]\w*)$/.test(name);

class Walking {
  readonly #seen = new Set<string>();
  #steps = 0;

  constructor(
    readonly stretches: Stretches,
    readonly walker: Walker,
  ) {}

  from(fn: FnIndex, block: BlockIndex, temp: Temp | undefined, state: number, depth: number): void {
    const { facts } = this.stretches;
    const fact = facts.functions[fn]!;
    const pending: { block: BlockIndex; temp: Temp | undefined; state: number }[] = [{ block, temp, state }];
    while (pending.length > 0 && this.#steps++ < MOST_STEPS) {
      const next = pending.pop()!;
      const key = `${fn}:${next.block}:${next.temp ?? ''}:${next.state}`;
      if (this.#seen.has(key)) continue;
      this.#seen.add(key);
      const { from, to, handler } = fact.blocks[next.block]!;
      let now: number | undefined = next.state;
      const thrown = new Set<number>();
      for (let t = next.temp ?? from; t < to && now !== undefined; t++) {
        const i = fact.code[t]!;
        if (i.op === 'call' && this.walker.deep !== false && depth < DEEPEST) {
          for (const part of this.stretches.partsAt(fn, t, i)) {
            this.from(part.fn, 0, undefined, part.later && (now & AWAITED) === 0 ? now | (part.sure ? AWAITED : AWAITED | ASSUMED) : now, depth + 1);
          }
        }
        if (handler !== undefined && (i.op === 'call' || i.op === 'await')) thrown.add(now);
        now = this.walker.at(now, fn, t, i);
        if (now !== undefined && isAwait(fact, i)) now = (now | AWAITED) & ~ASSUMED;
        if (handler !== undefined && now !== undefined && i.op === 'await') thrown.add(now);
      }
      if (handler !== undefined) for (const one of thrown) pending.push({ block: handler, temp: undefined, state: one });
      if (now === undefined) continue;
      for (const successor of successors(fact, next.block, false)) {
        const on: number | undefined = this.walker.side ? this.walker.side(now, fn, next.block, successor) : now;
        if (on !== undefined) pending.push({ block: successor, temp: undefined, state: on });
      }
    }
  }
}

export const stretchesOf = ofRecent((facts: FileFacts) => new Stretches(facts));
