/**
 * Loops that are retries: the same work is tried again after it failed.
 *
 * A loop over different things that merely goes on after an error is none; neither is a worker that takes the next
 * job. What tells them apart: in a retry, success leaves the loop, and what is tried does not depend on the element.
 */
import type { BlockIndex, FunctionFact, LoopFact, Temp, TryFact } from '../facts/ir.js';
import { reach, successors } from './graph.js';

export interface RetryLoop {
  readonly loop: LoopFact;
  /** What is waited for between two attempts is in the loop itself. */
  readonly how: 'catch' | 'compare';
}

/** @param isSleep Whether awaiting at this instruction is (or contains) a sleep. */
export function retryLoops(fact: FunctionFact, isSleep: (temp: Temp) => boolean): RetryLoop[] {
  const found: RetryLoop[] = [];
  for (const loop of fact.loops) {
    if (isCatchRetry(fact, loop)) found.push({ loop, how: 'catch' });
    else if (isCompareRetry(fact, loop, isSleep)) found.push({ loop, how: 'compare' });
  }
  return found;
}

export const inside = (s: number, range: { s: number; e: number }): boolean => s >= range.s && s < range.e;

/** The innermost loop around a place. */
export function loopAround(fact: FunctionFact, s: number): LoopFact | undefined {
  let best: LoopFact | undefined;
  for (const loop of fact.loops) {
    if (inside(s, loop) && (!best || loop.e - loop.s < best.e - best.s)) best = loop;
  }
  return best;
}

function isCatchRetry(fact: FunctionFact, loop: LoopFact): boolean {
  return fact.tries.some((tried) => {
    if (tried.handler === undefined || !inside(tried.s, loop) || loopAround(fact, tried.s) !== loop) return false;
    const last = lastWork(fact, tried);
    if (last === undefined) return false;
    if (dependsOnElement(fact, loop, tried) || changesWork(fact, loop, tried)) return false;
    if (!leadsBack(fact, loop, tried, tried.handler)) return false;
    return leavesAfter(fact, loop, last, tried) || setsLoopFlag(fact, loop, tried);
  });
}

/** Whether the loop goes on after a failure. What the catch clause sets decides the branches that ask for it: `ok = false; … if (!ok) return`. */
function leadsBack(fact: FunctionFact, loop: LoopFact, tried: TryFact, handler: BlockIndex): boolean {
  const isSetIn = (v: number, s: number, e: number): boolean => fact.code.some((i) => i.op === 'set' && i.v === v && i.s >= s && i.s < e);
  const known = new Map<number, boolean>();
  for (const i of fact.code) {
    if (i.op !== 'set' || tried.catchS === undefined || i.s < tried.catchS || i.s >= tried.catchE!) continue;
    const value = fact.code[i.value];
    if (value?.op === 'const' && typeof value.value === 'boolean' && !isSetIn(i.v, tried.catchE!, loop.e)) known.set(i.v, value.value);
  }
  const answer = (temp: Temp): boolean | undefined => {
    const i = fact.code[temp];
    if (i?.op === 'get') return known.get(i.v);
    const inner = i?.op === 'unary' && i.sign === '!' ? answer(i.arg) : undefined;
    return inner === undefined ? undefined : !inner;
  };
  const seen = new Set<BlockIndex>([handler]);
  for (const b of seen) {
    const { end } = fact.blocks[b]!;
    const is = end.k === 'branch' ? answer(end.on) : undefined;
    const next = end.k === 'branch' && is !== undefined ? [is ? end.yes : end.no] : successors(fact, b);
    for (const one of next) if (one !== loop.exit) seen.add(one);
  }
  return seen.has(loop.head);
}

/** The last await (or, where there is none, call) of the tried block. */
function lastWork(fact: FunctionFact, tried: TryFact): Temp | undefined {
  let last: Temp | undefined;
  let awaited = false;
  fact.code.forEach((i, temp) => {
    if (!inside(i.s, tried)) return;
    if (i.op === 'await') {
      last = temp;
      awaited = true;
    } else if (i.op === 'call' && !awaited) last = temp;
  });
  // `return attempt()` in an async function is awaited work all the same, but its failure is not caught here.
  return awaited ? last : undefined;
}

/** The catch clause, or what follows it in the round, changes what is tried next: a fail-over to something else. Counters and delays are not what is tried. */
function changesWork(fact: FunctionFact, loop: LoopFact, tried: TryFact): boolean {
  const { used, chosenBy } = workOf(fact, loop, tried);
  return fact.code.some((i) => {
    if (i.op !== 'set' || tried.catchS === undefined || i.s < tried.catchS || i.s >= loop.e) return false;
    // `keys[n]` of which the next is tried, where `n` is counted on.
    if (chosenBy.has(i.v)) return true;
    if (!used.has(i.v)) return false;
    const value = fact.code[i.value];
    const counts = value?.op === 'binary' || value?.op === 'const' || value?.op === 'caught' || value?.op === 'undefined';
    return !counts;
  });
}

/** Variables that the work uses, and those that choose an element for it, in what the round prepares for it, too. */
function workOf(fact: FunctionFact, loop: LoopFact, tried: TryFact): { readonly used: ReadonlySet<number>; readonly chosenBy: ReadonlySet<number> } {
  const used = new Set<number>();
  const chosenBy = new Set<number>();
  const prepares = new Set<number>();
  const take = (s: number, e: number, into: Set<number>): void => {
    for (const i of fact.code) {
      if (i.s < s || i.e > e) continue;
      if (i.op === 'get') into.add(i.v);
      const key = i.op === 'index' ? fact.code[i.key] : undefined;
      if (key?.op === 'get') chosenBy.add(key.v);
    }
  };
  take(tried.s, tried.e, used);
  for (const v of used) prepares.add(v);
  for (const v of prepares) {
    for (const i of fact.code) {
      if (i.op === 'set' && i.v === v && inside(i.s, loop) && i.s < tried.s) take(fact.code[i.value]!.s, fact.code[i.value]!.e, prepares);
    }
  }
  return { used, chosenBy };
}

/** The work is on the element of a `for … of`: each round does something else. */
function dependsOnElement(fact: FunctionFact, loop: LoopFact, tried: TryFact): boolean {
  if (loop.kind !== 'of' && loop.kind !== 'in') {
    // `items[i]` inside the try: a loop over items with an index.
    const counter = new Set(loop.vars);
    return fact.code.some((i) => {
      if (i.op !== 'index' || !inside(i.s, tried)) return false;
      const key = fact.code[i.key];
      return key?.op === 'get' && counter.has(key.v);
    });
  }
  const vars = new Set(loop.vars);
  return fact.code.some((i) => i.op === 'get' && vars.has(i.v) && inside(i.s, tried));
}

/** After the last work of the attempt a way leads out of the loop that does not begin another round. */
function leavesAfter(fact: FunctionFact, loop: LoopFact, last: Temp, tried: TryFact): boolean {
  const from = blockOf(fact, last);
  if (from === undefined) return false;
  const barred = new Set<BlockIndex>([loop.head]);
  if (tried.handler !== undefined) barred.add(tried.handler);
  const end = fact.blocks[from]!.end;
  const starts = end.k === 'return' ? [] : successors(fact, from, false);
  if (end.k === 'return') return true;
  const after = reach(fact, starts.filter((b) => !barred.has(b)), barred, false);
  return [...after].some((b) => {
    if (b === loop.exit) return true;
    const block = fact.blocks[b]!;
    return block.end.k === 'return' && (block.end.s >= loop.s && block.end.e <= loop.e);
  });
}

/** `while (!done) { try { …; done = true } catch { … } }` */
function setsLoopFlag(fact: FunctionFact, loop: LoopFact, tried: TryFact): boolean {
  const tested = new Set<number>();
  fact.code.forEach((i) => {
    const inHead = loop.kind === 'do' ? i.s > tried.e && inside(i.s, loop) : i.s >= loop.s && i.e <= loop.headEnd;
    if (i.op === 'get' && inHead) tested.add(i.v);
  });
  return fact.code.some((i) => {
    if (i.op !== 'set' || !tested.has(i.v) || !inside(i.s, tried)) return false;
    const value = fact.code[i.value];
    return value?.op === 'const' && typeof value.value === 'boolean';
  });
}

/** Compare and swap with a delay, or polling: an awaited answer ends the loop, otherwise it sleeps and asks again. */
function isCompareRetry(fact: FunctionFact, loop: LoopFact, isSleep: (temp: Temp) => boolean): boolean {
  if (loop.kind === 'of' || loop.kind === 'in') return false;
  const own = fact.code
    .map((i, temp) => ({ i, temp }))
    .filter(({ i }) => i.op === 'await' && inside(i.s, loop) && loopAround(fact, i.s) === loop);
  const sleeps = own.filter(({ temp }) => isSleep(temp));
  if (sleeps.length === 0) return false;
  return own.some(({ temp }) => {
    if (sleeps.some((sleep) => sleep.temp === temp)) return false;
    const block = blockOf(fact, temp);
    if (block === undefined) return false;
    return branchesOn(fact, temp).some((at) => {
      const end = fact.blocks[at]!.end;
      if (end.k !== 'branch') return false;
      const barred = new Set<BlockIndex>([loop.head, ...sleeps.map((s) => blockOf(fact, s.temp)!)]);
      // On the other side nothing but the wait: a loop that works on after the answer makes progress.
      const stays = [end.yes, end.no].some((way) => {
        const rest = way === loop.head ? new Set<BlockIndex>() : reach(fact, [way], new Set([loop.head, loop.exit]), false);
        const waits = own.filter((o) => rest.has(blockOf(fact, o.temp)!) && o.temp !== temp);
        return (way === loop.head || reach(fact, [way], new Set([loop.exit]), false).has(loop.head)) && waits.every((o) => isSleep(o.temp));
      });
      if (!stays) return false;
      return [end.yes, end.no].some((way) => {
        const after = way === loop.exit ? new Set([way]) : reach(fact, barred.has(way) ? [] : [way], barred, false);
        return [...after].some((b) => b === loop.exit || (fact.blocks[b]!.end.k === 'return' && inside((fact.blocks[b]!.end as { s: number }).s, loop)));
      });
    });
  });
}

/** Blocks that end in a branch on (something computed from) this value. */
function branchesOn(fact: FunctionFact, temp: Temp): BlockIndex[] {
  const from = new Set<Temp>([temp]);
  const vars = new Set<number>();
  fact.code.forEach((i, t) => {
    switch (i.op) {
      case 'set':
        if (from.has(i.value)) vars.add(i.v);
        break;
      case 'get':
        if (vars.has(i.v)) from.add(t);
        break;
      case 'member':
        if (from.has(i.obj)) from.add(t);
        break;
      case 'unary':
        if (from.has(i.arg)) from.add(t);
        break;
      case 'binary':
        if (from.has(i.left) || from.has(i.right)) from.add(t);
        break;
      case 'nonnull':
      case 'cast':
        if (from.has(i.value)) from.add(t);
        break;
      default:
        break;
    }
  });
  const found: BlockIndex[] = [];
  fact.blocks.forEach((block, b) => {
    if (block.end.k === 'branch' && from.has(block.end.on)) found.push(b);
  });
  return found;
}

function blockOf(fact: FunctionFact, temp: Temp): BlockIndex | undefined {
  const found = fact.blocks.findIndex((block) => temp >= block.from && temp < block.to);
  return found < 0 ? undefined : found;
}
