/** Walks over control-flow graphs. */
import type { BlockIndex, FunctionFact, LoopFact, Temp } from '../facts/ir.js';

/** @param throwing Whether a throw inside the block counts as a way on. */
export function successors(fact: FunctionFact, b: BlockIndex, throwing = true): BlockIndex[] {
  const block = fact.blocks[b]!;
  const next: BlockIndex[] = [];
  switch (block.end.k) {
    case 'goto':
      next.push(block.end.to);
      break;
    case 'branch':
      next.push(block.end.yes, block.end.no);
      break;
    case 'any':
      next.push(...block.end.to);
      break;
    case 'throw':
      if (block.handler !== undefined) next.push(block.handler);
      return next;
    default:
      break;
  }
  if (throwing && block.handler !== undefined) next.push(block.handler);
  return next;
}

/** What a function returns, by each of its ways that return something. */
export const returnedBy = ({ blocks }: Pick<FunctionFact, 'blocks'>): Temp[] => blocks.flatMap(({ end }) => (end.k === 'return' && end.value !== undefined ? [end.value] : []));

/** Whether one instruction can run after another, in the same turn of every loop that both stand in. */
export function canFollow(fact: FunctionFact, first: Temp, then: Temp): boolean {
  const at = fact.blocks.findIndex((block) => first >= block.from && first < block.to);
  const { from, to } = fact.blocks[at]!;
  if (then >= from && then < to) return then > first;
  const stands = (temp: Temp, loop: LoopFact): boolean => fact.code[temp]!.s >= loop.s && fact.code[temp]!.e <= loop.e;
  const heads = new Set(fact.loops.filter((loop) => stands(first, loop) && stands(then, loop)).map((loop) => loop.head));
  const later = reach(fact, successors(fact, at).filter((b) => !heads.has(b)), heads);
  return [...later].some((b) => then >= fact.blocks[b]!.from && then < fact.blocks[b]!.to);
}

/** Blocks that can be reached from `from` (themselves included) without entering `barred`. */
export function reach(
  fact: FunctionFact,
  from: readonly BlockIndex[],
  barred: ReadonlySet<BlockIndex> = new Set(),
  throwing = true,
): Set<BlockIndex> {
  const seen = new Set<BlockIndex>(from);
  const pending = [...from];
  while (pending.length > 0) {
    const b = pending.pop()!;
    for (const next of successors(fact, b, throwing)) {
      if (seen.has(next) || barred.has(next)) continue;
      seen.add(next);
      pending.push(next);
    }
  }
  return seen;
}

/** Instructions that may run before the function's first await. */
export function beforeFirstAwait(fact: FunctionFact): ReadonlySet<Temp> {
  const early = new Set<Temp>();
  const seen = new Set<number>([0]);
  const pending = [0];
  while (pending.length > 0) {
    const b = pending.pop()!;
    const block = fact.blocks[b]!;
    let ended = false;
    for (let temp = block.from; temp < block.to; temp++) {
      early.add(temp);
      const i = fact.code[temp]!;
      if (fact.async && (i.op === 'await' || (i.op === 'iterate' && i.async))) {
        ended = true;
        break;
      }
    }
    if (ended) continue;
    for (const next of successors(fact, b)) {
      if (seen.has(next)) continue;
      seen.add(next);
      pending.push(next);
    }
  }
  // The await itself begins after what is awaited has been started.
  for (const temp of [...early]) if (fact.async && fact.code[temp]!.op === 'await') early.delete(temp);
  return early;
}
