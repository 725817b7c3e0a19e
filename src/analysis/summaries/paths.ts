/**
 * The ways through a function, with what is known on each of them: which of its conditions were met, and whether one
 * thing that it takes is held. Unlike the dataflow of `flow.ts` it keeps apart what only happens together (`if (wait)
 * take(); … if (wait) give();`), so that what it says about a way is true of a way that exists.
 */
import type { BlockIndex, FileFacts, FunctionFact, InstructionOf, LoopFact, Temp, VarIndex } from '../facts/ir.js';
import type { Analysis } from './analysis.js';
import { successors } from './graph.js';
import type { Throws } from './throwing.js';
import { writesOf } from './uses.js';
import type { FnRef } from './values.js';

/** `gone`: given back; `handed`: somebody else has to give it back from here on; `other`: held by another acquisition here. */
export type Keeping = 'free' | 'held' | 'gone' | 'handed' | 'other';

/** What instructions mean for the one thing whose life is followed. */
export interface Life {
  /** Held when the function is entered. */
  readonly onEntry: boolean;
  /** The instruction after which it is held. */
  readonly from?: Temp;
  /** The result of taking it is true where it is held; with `maybe`, false where it is not. */
  readonly result?: Temp;
  readonly maybe: boolean;
  act(temp: Temp): 'release' | 'hand' | undefined;
  /** Another acquisition of the same lock: what is released next is its own. */
  takesAgain(temp: Temp): boolean;
  throws(temp: Temp, keeping: Keeping): Throws;
  /** The program ends here. */
  ends(temp: Temp): boolean;
  /** Whether a value holds it, or what gives it back. */
  carries(temp: Temp): boolean;
}

/** A way out of the function on which it is held. */
export interface Leak {
  readonly how: 'return' | 'throw' | 'end';
  /** The instruction that throws, or the value of the `throw`. */
  readonly at?: Temp;
  readonly s: number;
  readonly e: number;
  readonly value?: Temp;
  /** A `throw` of its own. */
  readonly thrown?: true;
  readonly proven: boolean;
}

/** A release where it is not held. */
export interface Unheld {
  readonly at: Temp;
  /** The release before, for one that comes again. */
  readonly before?: Temp;
  /** The instruction that threw on the way, before it was taken. */
  readonly failed?: Temp;
  readonly proven: boolean;
}

export interface Ways {
  readonly leaks: readonly Leak[];
  readonly unheld: readonly Unheld[];
  /** Releases that some way reaches while it is held. */
  readonly released: ReadonlySet<Temp>;
  /** Ways on which it was given back before the function returned. */
  readonly returnsFree: readonly (Temp | undefined)[];
  readonly handed: boolean;
}

interface Walk {
  readonly block: BlockIndex;
  readonly keeping: Keeping;
  readonly since?: Temp | undefined;
  readonly failed?: Temp | undefined;
  /** What threw into the handler that this way is in. */
  readonly cause?: Temp;
  readonly known: ReadonlyMap<string, boolean>;
  readonly proven: boolean;
}

/** More ways than this are not followed; nothing is said then. */
const MOST_WALKS = 6000;
const NOTHING: Ways = { leaks: [], unheld: [], released: new Set(), returnsFree: [], handed: true };

export function waysOf(analysis: Analysis, ref: FnRef, fact: FunctionFact, life: Life): Ways {
  const facts = analysis.project.facts(ref.file)!;
  const leaks: Leak[] = [];
  const unheld: Unheld[] = [];
  const released = new Set<Temp>();
  const returnsFree: (Temp | undefined)[] = [];
  let handed = false;
  const seen = new Set<string>();
  const pending: Walk[] = [];

  const put = (next: Walk): void => {
    let walk = next;
    const inner = empty.filter(({ loop }) => loop?.head === walk.block);
    if (inner.length > 0) walk = { ...walk, known: new Map([...walk.known, ...inner.map(({ v }): [string, boolean] => [`v${v}`, false])]) };
    const known = [...walk.known].map(([key, value]) => `${value ? '+' : '-'}${key}`).sort().join(';');
    const key = `${walk.block}|${walk.keeping}|${walk.since ?? ''}|${walk.failed ?? ''}|${walk.proven}|${known}`;
    if (seen.has(key)) return;
    seen.add(key);
    pending.push(walk);
  };

  /** A variable that closures write may change between two looks at it. */
  const isOwn = (v: VarIndex): boolean => writesOf(facts, v).every((write) => write.fn === ref.fn || facts.vars[v]!.owner !== ref.fn);

  const empty = emptyVariables(facts, ref, fact).filter(({ v }) => isOwn(v));

  /** A name for what is looked at, the same wherever the same thing is looked at. */
  const nameOf = (temp: Temp, depth = 0): string | undefined => {
    const i = fact.code[temp];
    if (!i || depth > 5) return undefined;
    switch (i.op) {
      case 'get':
        return isOwn(i.v) ? `v${i.v}` : undefined;
      case 'this':
        return 'this';
      case 'global':
        return `g${i.name}`;
      case 'const':
        return JSON.stringify(i.value);
      case 'undefined':
        return 'null';
      case 'member': {
        const base = nameOf(i.obj, depth + 1);
        return base === undefined ? undefined : `${base}.${i.name}`;
      }
      case 'nonnull':
      case 'cast':
        return nameOf(i.value, depth);
      case 'call': {
        const callee = fact.code[i.fn];
        if (i.new || callee?.op !== 'member') return undefined;
        const parts = [i.fn, ...i.args].map((part) => nameOf(part, depth + 1));
        return parts.includes(undefined) ? undefined : `${parts.join('(')})`;
      }
      default:
        return undefined;
    }
  };

  const isNothing = (temp: Temp): boolean => {
    const i = fact.code[temp];
    return i?.op === 'undefined' || (i?.op === 'const' && (i.value === null || i.value === false));
  };

  /** What a branch looks at, and which side of it is meant by `true`. */
  const condition = (temp: Temp): { key: string; turned: boolean } | undefined => {
    const i = fact.code[temp];
    if (i?.op === 'unary' && i.sign === '!') {
      const inner = condition(i.arg);
      return inner && { ...inner, turned: !inner.turned };
    }
    if (i?.op === 'binary' && /^[!=]==?$/.test(i.sign)) {
      const differs = i.sign.startsWith('!');
      const right = fact.code[i.right];
      if (isNothing(i.right)) {
        const key = keyOf(i.left);
        return key === undefined ? undefined : { key, turned: !differs };
      }
      if (right?.op === 'const' && right.value === true) {
        const key = keyOf(i.left);
        return key === undefined ? undefined : { key, turned: differs };
      }
      const names = [nameOf(i.left), nameOf(i.right)];
      return names.includes(undefined) ? undefined : { key: names.sort().join('='), turned: differs };
    }
    if (i?.op === 'binary' && i.sign === 'instanceof') {
      const names = [nameOf(i.left), nameOf(i.right)];
      return names.includes(undefined) ? undefined : { key: names.join(' instanceof '), turned: false };
    }
    const key = keyOf(temp);
    return key === undefined ? undefined : { key, turned: false };
  };

  const keyOf = (temp: Temp): string | undefined => {
    const i = fact.code[temp];
    if (i?.op === 'nonnull' || i?.op === 'cast') return keyOf(i.value);
    return nameOf(temp) ?? `t${temp}`;
  };

  /** What is known of a value as a condition. */
  const truth = (temp: Temp, known: ReadonlyMap<string, boolean>): boolean | undefined => {
    const i = fact.code[temp];
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
        const inner = i.sign === '!' ? truth(i.arg, known) : undefined;
        return inner === undefined ? undefined : !inner;
      }
      default:
        break;
    }
    const asked = condition(temp);
    const found = known.get(`t${temp}`) ?? (asked && known.get(asked.key));
    return found === undefined ? undefined : found !== (asked?.turned ?? false);
  };

  const forgetting = (known: ReadonlyMap<string, boolean>, name: string): Map<string, boolean> => {
    const next = new Map(known);
    for (const key of next.keys()) if (new RegExp(`(?:^|[=(])${name.replaceAll(/[$()*+.?[\\\]^{|}]/g, '\\$&')}(?![\\w$])`).test(key)) next.delete(key);
    return next;
  };

  /** Facts after a write. */
  const writing = (known: ReadonlyMap<string, boolean>, name: string | undefined, value: Temp): ReadonlyMap<string, boolean> => {
    if (name === undefined) return known;
    const is = truth(value, known);
    const next = forgetting(known, name);
    if (is !== undefined) next.set(name, is);
    return next;
  };

  /** An optional call of what is known to be missing does nothing. */
  const isSkipped = (i: InstructionOf<'call'>, known: ReadonlyMap<string, boolean>): boolean => {
    let at: Temp | undefined = i.fn;
    let optional = i.opt === true;
    for (let n = 0; n < 4 && at !== undefined; n++) {
      if (optional && truth(at, known) === false) return true;
      const one: FunctionFact['code'][number] | undefined = fact.code[at];
      if (one?.op !== 'member') return false;
      optional = one.opt === true;
      at = one.obj;
    }
    return false;
  };

  const leave = (walk: Walk, leak: Omit<Leak, 'proven'>, proven: boolean): void => {
    if (walk.keeping === 'held') leaks.push({ ...leak, proven });
    else if (leak.how !== 'throw' && (walk.keeping === 'gone' || walk.keeping === 'free')) returnsFree.push(leak.value);
  };

  const step = (start: Walk): void => {
    const block = fact.blocks[start.block]!;
    let walk = start;
    for (let temp = block.from; temp < block.to; temp++) {
      const i = fact.code[temp]!;
      if (i.op === 'call' && isSkipped(i, walk.known)) continue;
      if (i.op === 'call' && life.ends(temp)) return;
      const act = life.act(temp);
      const throws = act === 'release' ? 'no' : life.throws(temp, walk.keeping);
      if (throws !== 'no') {
        const thrown: Walk = {
          ...walk,
          keeping: act === 'hand' && walk.keeping === 'held' ? 'handed' : walk.keeping,
          proven: walk.proven && throws === 'yes',
          ...(walk.keeping === 'free' && { failed: temp }),
        };
        if (block.handler !== undefined) put({ ...thrown, block: block.handler, cause: temp });
        else leave(thrown, { how: 'throw', at: temp, s: i.s, e: i.e }, thrown.proven);
      }
      if (act === 'release') {
        if (walk.keeping === 'held') {
          released.add(temp);
          walk = { ...walk, keeping: 'gone', since: temp };
        } else if (walk.keeping === 'gone') unheld.push({ at: temp, ...(walk.since !== undefined && { before: walk.since }), proven: walk.proven });
        else if (walk.keeping === 'free') unheld.push({ at: temp, ...(walk.failed !== undefined && { failed: walk.failed }), proven: walk.proven });
        else if (walk.keeping === 'other') walk = { ...walk, keeping: 'free', since: undefined, failed: undefined };
      } else if (act === 'hand' && walk.keeping === 'held') {
        handed = true;
        walk = { ...walk, keeping: 'handed' };
      } else if ((walk.keeping === 'gone' || walk.keeping === 'free') && life.takesAgain(temp)) walk = { ...walk, keeping: 'other' };
      if (i.op === 'set') walk = { ...walk, known: writing(walk.known, isOwn(i.v) ? `v${i.v}` : undefined, i.value) };
      else if (i.op === 'setmember') {
        const base = nameOf(i.obj);
        walk = { ...walk, known: writing(walk.known, base === undefined ? undefined : `${base}.${i.name}`, i.value) };
      }
      if (temp === life.from && walk.keeping !== 'handed') {
        const { result } = life;
        if (life.maybe && result !== undefined && walk.keeping !== 'held') {
          // Refused: the rest of the block is walked by itself, as if it began here.
          rest({ ...walk, known: new Map(walk.known).set(`t${result}`, false) }, temp + 1);
        }
        walk = { ...walk, keeping: 'held', since: undefined, failed: undefined };
        if (result !== undefined) walk = { ...walk, known: new Map(walk.known).set(`t${result}`, true) };
      }
    }
    finish(walk);
  };

  const rests: { walk: Walk; at: Temp }[] = [];
  const rest = (walk: Walk, at: Temp): void => {
    rests.push({ walk, at });
  };

  /** The rest of a block from an instruction on, where the thing was refused. */
  const stepRest = ({ walk: start, at }: { walk: Walk; at: Temp }): void => {
    const block = fact.blocks[start.block]!;
    let walk = start;
    for (let temp = at; temp < block.to; temp++) {
      const i = fact.code[temp]!;
      if (i.op === 'set') walk = { ...walk, known: writing(walk.known, isOwn(i.v) ? `v${i.v}` : undefined, i.value) };
      if (life.act(temp) === 'release') unheld.push({ at: temp, proven: false });
      if (life.throws(temp, 'free') === 'yes' && block.handler !== undefined) put({ ...walk, block: block.handler, failed: temp });
    }
    finish(walk);
  };

  const finish = (walk: Walk): void => {
    const block = fact.blocks[walk.block]!;
    const { end } = block;
    switch (end.k) {
      case 'branch': {
        const asked = condition(end.on);
        const is = truth(end.on, walk.known);
        for (const side of [true, false]) {
          if (is !== undefined && is !== side) continue;
          const known = asked && is === undefined ? new Map(walk.known).set(asked.key, side !== asked.turned) : walk.known;
          put({ ...walk, block: side ? end.yes : end.no, known });
        }
        return;
      }
      case 'return': {
        if (walk.keeping === 'held' && end.value !== undefined && life.carries(end.value)) {
          handed = true;
          return;
        }
        const how = end.value === undefined && end.s === end.e ? 'end' : 'return';
        leave(walk, { how, s: end.s, e: end.e, ...(end.value !== undefined && { value: end.value }) }, walk.proven);
        return;
      }
      case 'throw': {
        if (block.handler !== undefined) {
          put({ ...walk, block: block.handler, ...(walk.keeping === 'free' && { failed: end.value }) });
          return;
        }
        // What is caught and thrown on was thrown before.
        const at = fact.code[end.value]?.op === 'caught' && walk.cause !== undefined ? walk.cause : end.value;
        const i = fact.code[at];
        leave(walk, { how: 'throw', at, s: i?.s ?? fact.s, e: i?.e ?? fact.s, ...(at === end.value && { thrown: true as const }) }, walk.proven);
        return;
      }
      case 'stop':
        return;
      case 'any': {
        // A switch may have a case for everything that there is: that none fits is no proven way.
        const past = fact.loops.some((loop) => end.to.includes(loop.exit)) ? undefined : end.to.at(-1);
        for (const next of end.to) put({ ...walk, block: next, proven: walk.proven && next !== past });
        return;
      }
      default:
        for (const next of successors(fact, walk.block, false)) put({ ...walk, block: next });
    }
  };

  put({ block: 0, keeping: life.onEntry ? 'held' : 'free', known: new Map(empty.map(({ v }) => [`v${v}`, false])), proven: true });
  for (let steps = 0; pending.length > 0 || rests.length > 0; steps++) {
    if (steps > MOST_WALKS) return NOTHING;
    const refused = rests.pop();
    if (refused) stepRest(refused);
    else step(pending.pop()!);
  }
  return { leaks, unheld, released, returnsFree, handed };
}

/** Variables that are declared without a value (`let lease;`), with the innermost loop whose every turn makes a new one. */
function emptyVariables(facts: FileFacts, ref: FnRef, fact: FunctionFact): { readonly v: VarIndex; readonly loop?: LoopFact }[] {
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
