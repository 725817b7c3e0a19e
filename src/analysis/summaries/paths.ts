/**
 * The ways through a function, with what is known on each of them: which of its conditions were met, and whether one
 * thing that it takes is held. Unlike the dataflow of `flow.ts` it keeps apart what only happens together (`if (wait)
 * take(); … if (wait) give();`), so that what it says about a way is true of a way that exists.
 */
import type { BlockIndex, FunctionFact, Temp } from '../facts/ir.js';
import type { Analysis } from './analysis.js';
import { successors } from './graph.js';
import type { Throws } from './throwing.js';
import { BranchKnowledge, type Known } from './branch-knowledge.js';
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
  readonly known: Known;
  readonly proven: boolean;
}

/** More ways than this are not followed; nothing is said then. */
const MOST_WALKS = 6000;
const NOTHING: Ways = { leaks: [], unheld: [], released: new Set(), returnsFree: [], handed: true };

export function waysOf(analysis: Analysis, ref: FnRef, fact: FunctionFact, life: Life): Ways {
  const branches = new BranchKnowledge(analysis.project.facts(ref.file)!, ref, fact);
  const leaks: Leak[] = [];
  const unheld: Unheld[] = [];
  const released = new Set<Temp>();
  const returnsFree: (Temp | undefined)[] = [];
  let handed = false;
  const seen = new Set<string>();
  const pending: Walk[] = [];

  const put = (next: Walk): void => {
    const known = branches.at(next.block, next.known);
    const facts = [...known].map(([what, is]) => `${is ? '+' : '-'}${what}`).sort().join(';');
    const key = `${next.block}|${next.keeping}|${next.since ?? ''}|${next.failed ?? ''}|${next.proven}|${facts}`;
    if (seen.has(key)) return;
    seen.add(key);
    pending.push(known === next.known ? next : { ...next, known });
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
      if (i.op === 'call' && branches.isSkipped(i, walk.known)) continue;
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
      if (i.op === 'set' || i.op === 'setmember') walk = { ...walk, known: branches.afterWrite(i, walk.known) };
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
      if (i.op === 'set') walk = { ...walk, known: branches.afterWrite(i, walk.known) };
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
        const asked = branches.condition(end.on);
        const is = branches.truth(end.on, walk.known);
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

  put({ block: 0, keeping: life.onEntry ? 'held' : 'free', known: branches.atFirst, proven: true });
  for (let steps = 0; pending.length > 0 || rests.length > 0; steps++) {
    if (steps > MOST_WALKS) return NOTHING;
    const refused = rests.pop();
    if (refused) stepRest(refused);
    else step(pending.pop()!);
  }
  return { leaks, unheld, released, returnsFree, handed };
}
