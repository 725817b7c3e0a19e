// The order in which locks are taken, as it was seen: an edge from one lock to another says that somebody held the one
// while asking for the other. A circle is a deadlock that has not happened yet. The idea is that of Linux's lockdep
// (Documentation/locking/lockdep-design.rst); that locks held around a whole circle make it harmless is from Havelund,
// "Using runtime analysis to guide model checking of Java programs" (SPIN 2000).
//
// Locks are told apart one by one, not by the place where they were made: two keys of a keyed lock that are always taken
// in the order of their names are no circle.

/** A lock in the graph. */
export class LockNode {
  /** Those that were asked for while this one was held. */
  readonly after = new Map<LockNode, LockEdge>();

  constructor(
    readonly id: number,
    readonly name: string,
  ) {}
}

/** `to` was asked for while `from` was held. */
export interface LockEdge {
  readonly from: LockNode;
  readonly to: LockNode;
  /** Where `from` was taken. */
  readonly held: Error;
  /** Where `to` was asked for. */
  readonly asked: Error;
  /** Locks that were held as well each time, whose holders cannot be two. */
  guards: ReadonlySet<LockNode>;
}

/** How many edges are kept; beyond it the oldest is forgotten, so that short-lived locks fill no memory. */
const MOST_EDGES = 10_000;

export class LockOrder {
  readonly #edges = new Set<LockEdge>();

  get edges(): ReadonlySet<LockEdge> {
    return this.#edges;
  }

  /**
   * Learns an edge; answers with the circle that it would close, its own edge first, and then learns nothing.
   *
   * @param guards exclusive locks that are held as well
   */
  learn(from: LockNode, to: LockNode, guards: ReadonlySet<LockNode>, held: Error, asked: Error): LockEdge[] | undefined {
    const known = from.after.get(to);
    const common = known === undefined ? guards : intersection(known.guards, guards);
    if (known !== undefined && common.size === known.guards.size) return undefined;
    const edge: LockEdge = { from, to, held, asked, guards: common };
    const back = from === to && common.size === 0 ? [] : path(to, from, common, new Set());
    if (back !== undefined) return [edge, ...back];
    if (known !== undefined) known.guards = common;
    else this.#add(edge);
    return undefined;
  }

  forget(): void {
    for (const { from, to } of this.#edges) from.after.delete(to);
    this.#edges.clear();
  }

  #add(edge: LockEdge): void {
    edge.from.after.set(edge.to, edge);
    this.#edges.add(edge);
    if (this.#edges.size <= MOST_EDGES) return;
    const [oldest] = this.#edges as Iterable<LockEdge> as [LockEdge];
    oldest.from.after.delete(oldest.to);
    this.#edges.delete(oldest);
  }
}

/** A way from one lock to another on which nothing guards all edges; undefined where there is none. */
function path(
  from: LockNode,
  to: LockNode,
  guards: ReadonlySet<LockNode>,
  seen: Set<LockNode>,
): LockEdge[] | undefined {
  seen.add(from);
  for (const edge of from.after.values()) {
    if (seen.has(edge.to)) continue;
    const common = intersection(guards, edge.guards);
    if (edge.to === to && common.size === 0) return [edge];
    const rest = edge.to === to ? undefined : path(edge.to, to, common, seen);
    if (rest !== undefined) return [edge, ...rest];
  }
  // What could not be reached from here under guards may be reached without them on another way.
  if (guards.size > 0) seen.delete(from);
  return undefined;
}

function intersection<T>(a: ReadonlySet<T>, b: ReadonlySet<T>): ReadonlySet<T> {
  return a.size === 0 || b.size === 0 ? new Set() : new Set([...a].filter((member) => b.has(member)));
}
