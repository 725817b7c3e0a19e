/**
 * The order in which the program takes its locks: a graph whose edges are the places where one lock is taken while
 * another is held. Where edges form a cycle, as many tasks can each hold what the next one waits for.
 */
import type { InstructionOf, Temp } from '../facts/ir.js';
import { isTestFile } from '../project/scan.js';
import type { Analysis } from './analysis.js';
import type { LockRef } from './effect.js';
import { isLockValue, lockOfProgram } from './identity.js';
import { nestedIn, type Nested } from './nesting.js';
import type { Target } from './outcomes.js';
import type { FnRef } from './values.js';

export interface Edge {
  readonly from: string;
  readonly to: string;
  readonly nested: Nested;
  /** Locks that are held around both: two who hold one of them do not meet. */
  readonly gates: ReadonlySet<string>;
  readonly certain: boolean;
}

/** An edge of a cycle, with the way back from the lock that is taken to the one that is held. */
export interface Inversion {
  readonly edge: Edge;
  readonly back: readonly Edge[];
  readonly certain: boolean;
}

/** The locks, each with its component. */
type Components = ReadonlyMap<string, number>;

/** The edges of the program, and what was made of them. */
interface Order {
  /** Of each file that has any: the order of another program has at least one other list. */
  readonly parts: readonly (readonly Edge[])[];
  readonly all: readonly Edge[];
  /** By whether edges that are only likely count. */
  readonly components: Map<boolean, Components>;
}

const orders = new WeakMap<Analysis, Order>();

const edgesIn = (analysis: Analysis, file: string): readonly Edge[] => analysis.answer('edges', { file, fn: 0 }, 0, () => findEdges(analysis, file));

function findEdges(analysis: Analysis, file: string): Edge[] {
  return [...nestedIn(analysis, file), ...substituted(analysis, file)].flatMap((nested): Edge[] => {
    if (nested.take.promise) return [];
    const from = lockOfProgram(analysis, nested.held.lock);
    const to = lockOfProgram(analysis, nested.take.lock);
    if (from === undefined || to === undefined || from === to) return [];
    const { held, take } = nested;
    // Between two of many implementations that a name may mean, an order says nothing.
    if (take.guessed || !held.lock.certain) return [];
    const gates = new Set(nested.besides.flatMap((lock) => lockOfProgram(analysis, lock) ?? []));
    const certain =
      held.always && take.certain && isOne(analysis, from) && isOne(analysis, to) && !isTestFile(file.slice(analysis.project.root.length));
    return [{ from, to, nested, gates, certain }];
  });
}

/** A member that several subclasses inherit is as many locks. */
function isOne(analysis: Analysis, lock: string): boolean {
  const [, file, cls] = /^T(.*?)#(\d+)\./.exec(lock) ?? [];
  return file === undefined || analysis.hierarchy.subclasses(file, Number(cls)).length < 2;
}

/** The edges of a file that are part of a cycle. */
export function inversionsIn(analysis: Analysis, file: string, likely: boolean): Inversion[] {
  const own = edgesIn(analysis, file).filter((edge) => likely || edge.certain);
  // Most files never hold two locks: nothing has to be known of the others for them.
  if (own.length === 0) return [];
  const order = orderOf(analysis);
  const { all } = order;
  const found: Inversion[] = [];
  for (const edge of own) {
    const proven = edge.certain ? wayBack(edge, all.filter((one) => one.certain), componentsOf(order, false)) : undefined;
    const back = proven ?? (likely ? wayBack(edge, all, componentsOf(order, true)) : undefined);
    if (back) found.push({ edge, back, certain: proven !== undefined });
  }
  return found;
}

/** The sum of what is known of each file: only the edges of a file that has changed are found anew. */
function orderOf(analysis: Analysis): Order {
  const parts = analysis.lockFiles().map((file) => edgesIn(analysis, file)).filter((edges) => edges.length > 0);
  const known = orders.get(analysis);
  if (known?.parts.length === parts.length && parts.every((edges, n) => edges === known.parts[n])) return known;
  const order: Order = { parts, all: parts.flat(), components: new Map() };
  orders.set(analysis, order);
  return order;
}

function componentsOf({ all, components }: Order, likely: boolean): Components {
  let known = components.get(likely);
  if (!known) components.set(likely, (known = stronglyConnected(all.filter((edge) => likely || edge.certain))));
  return known;
}

/** Tarjan's, without recursion: each lock with the number of its component. */
function stronglyConnected(edges: readonly Edge[]): Map<string, number> {
  const next = new Map<string, string[]>();
  for (const { from, to } of edges) {
    const out = next.get(from);
    if (out) out.push(to);
    else next.set(from, [to]);
  }
  const component = new Map<string, number>();
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  let components = 0;
  for (const root of next.keys()) {
    if (index.has(root)) continue;
    const calls: { lock: string; at: number }[] = [{ lock: root, at: 0 }];
    while (calls.length > 0) {
      const call = calls.at(-1)!;
      const { lock } = call;
      if (call.at === 0) {
        index.set(lock, index.size);
        low.set(lock, index.get(lock)!);
        stack.push(lock);
      }
      const follower = next.get(lock)?.[call.at++];
      if (follower !== undefined) {
        if (!index.has(follower)) calls.push({ lock: follower, at: 0 });
        else if (!component.has(follower)) low.set(lock, Math.min(low.get(lock)!, index.get(follower)!));
        continue;
      }
      calls.pop();
      const caller = calls.at(-1)?.lock;
      if (caller !== undefined) low.set(caller, Math.min(low.get(caller)!, low.get(lock)!));
      if (low.get(lock) !== index.get(lock)) continue;
      for (;;) {
        const member = stack.pop()!;
        component.set(member, components);
        if (member === lock) break;
      }
      components += 1;
    }
  }
  return component;
}

/** The shortest way from the lock that is taken to the one that is held, past edges that a gate keeps from meeting. */
function wayBack(edge: Edge, edges: readonly Edge[], component: ReadonlyMap<string, number>): Edge[] | undefined {
  if (component.get(edge.from) === undefined || component.get(edge.from) !== component.get(edge.to)) return undefined;
  const meets = (a: Edge, b: Edge): boolean => ![...a.gates].some((gate) => b.gates.has(gate));
  const ways = new Map<string, readonly Edge[]>([[edge.to, []]]);
  const pending = [edge.to];
  for (const lock of pending) {
    const way = ways.get(lock)!;
    for (const one of edges) {
      if (one.from !== lock || ways.has(one.to) || component.get(one.to) !== component.get(edge.from)) continue;
      if (![edge, ...way].every((other) => meets(other, one))) continue;
      const whole = [...way, one];
      if (one.to === edge.from) return whole;
      ways.set(one.to, whole);
      pending.push(one.to);
    }
  }
  return undefined;
}

// --- locks that are passed in

/** Calls of functions that take locks which they are given, one inside the other: the pair as the caller names it. */
const substituted = (analysis: Analysis, file: string, depth = 0): readonly Nested[] =>
  analysis.answer('substituted', { file, fn: 0 }, depth, () => findSubstituted(analysis, file, depth));

function findSubstituted(analysis: Analysis, file: string, depth: number): Nested[] {
  const facts = analysis.project.facts(file);
  const found: Nested[] = [];
  facts?.functions.forEach((fact, fn) => {
    if (fact.bodiless) return;
    const ref = { file, fn };
    fact.code.forEach((i, call) => {
      if (i.op !== 'call' || i.args.length < 2 || !i.args.some((arg) => isLockValue(analysis, ref, arg))) return;
      for (const target of analysis.outcome(ref, call).targets) {
        for (const nested of openIn(analysis, target, depth)) found.push(asCaller(analysis, ref, i, call, target, nested));
      }
    });
  });
  return found;
}

/** Wrappers of wrappers of what takes two locks. */
const DEEPEST = 3;

function openIn(analysis: Analysis, target: FnRef, depth: number): Nested[] {
  const isOpen = ({ place }: LockRef): boolean => place.root === 'param' && place.param?.fn === target.fn && place.param.file === target.file;
  const all = [...nestedIn(analysis, target.file), ...(depth < DEEPEST ? substituted(analysis, target.file, depth + 1) : [])];
  return all.filter(({ held, take }) => isOpen(held.lock) || isOpen(take.lock));
}

function asCaller(analysis: Analysis, ref: FnRef, i: InstructionOf<'call'>, call: Temp, target: Target, nested: Nested): Nested {
  const { held, take } = nested;
  const step = { label: analysis.places.name(ref, i.fn), file: ref.file, s: i.s, e: i.e };
  const { at: _at, ...rest } = held;
  return {
    ...ref,
    held: { ...rest, lock: analysis.substitute(ref, i, target, held.lock, step), by: ref },
    take: { ...take, lock: analysis.substitute(ref, i, target, take.lock, step), steps: [step, ...take.steps] },
    besides: nested.besides.map((lock) => analysis.substitute(ref, i, target, lock, step)),
    call,
    s: i.s,
    e: i.e,
  };
}
