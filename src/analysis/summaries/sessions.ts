/**
 * Advisory locks belong to the session that took them. Statements that are sent through a pool get whichever connection
 * is free: what is taken by one of them is not given back by another.
 */
import type { FunctionFact, Instruction, InstructionOf, Temp } from '../facts/ir.js';
import type { Analysis } from './analysis.js';
import { handlesOf, rootKey, type Root } from './handles.js';
import { sqlOf } from './sql.js';
import type { FnRef } from './values.js';

export interface PooledRelease {
  /** The statement that gives the lock back. */
  readonly s: number;
  readonly e: number;
  /** The one that takes it. */
  readonly taken: { readonly s: number; readonly e: number };
  /** What both are sent through, as the source has it. */
  readonly handle: string;
}

interface Sent {
  readonly i: Instruction;
  readonly root: Root;
  readonly text: string;
}

const UNLOCKS = /advisory_unlock|RELEASE_LOCK|RELEASE_ALL_LOCKS/i;
/** A pool of one connection is a session. */
const ONE_ONLY = /\b(?:max|connectionLimit|poolSize|connection_limit)['"]?\s*[:=]\s*1\b/;

/** Releases of advisory locks through a pool, in the order of the text. */
export const pooledReleases = (analysis: Analysis, file: string): readonly PooledRelease[] =>
  analysis.answer('pooled releases', { file, fn: 0 }, 0, () => releasesIn(analysis, file));

function releasesIn(analysis: Analysis, file: string): PooledRelease[] {
  const { project } = analysis;
  if (!project.inText('gives an advisory lock back', file, (text) => UNLOCKS.test(text) && !ONE_ONLY.test(text))) return [];
  const taken: Sent[] = [];
  const given: Sent[] = [];
  project.facts(file)?.functions.forEach((fact, fn) => {
    const ref = { file, fn };
    fact.code.forEach((i, temp) => {
      const role = i.op === 'call' && i.args[0] !== undefined ? sqlOf(analysis.values, ref, i.args[0]) : undefined;
      if (i.op !== 'call' || (role !== 'lock' && role !== 'try lock' && role !== 'unlock')) return;
      const sent = sentThroughPool(analysis, ref, fact, temp, i);
      if (sent) (role === 'unlock' ? given : taken).push(sent);
    });
  });
  // A `finally` block stands in the graph once for each way into it.
  const found = new Map<number, PooledRelease>();
  for (const { i, root, text } of given) {
    const before = taken.find((one) => rootKey(one.root) === rootKey(root))?.i;
    if (before) found.set(i.s, { s: i.s, e: i.e, taken: { s: before.s, e: before.e }, handle: text });
  }
  return [...found.values()].sort((a, b) => a.s - b.s);
}

function sentThroughPool(analysis: Analysis, ref: FnRef, fact: FunctionFact, temp: Temp, i: InstructionOf<'call'>): Sent | undefined {
  const handles = handlesOf(analysis);
  const run = executed(fact, temp);
  const chain = run ? handles.chain(ref, run.handle) : handles.chain(ref, i.fn);
  if (!chain || chain.bound || chain.handle.transaction || !chain.handle.handles.pooled?.includes(chain.handle.path)) return undefined;
  const [origin, ...others] = handles.origins(chain.ref, chain.temp) ?? [];
  // What was passed in may be a transaction, or the one connection.
  if (!origin || others.length > 0 || origin.without.length > 0 || (origin.root.k !== 'fixed' && origin.root.k !== 'field')) return undefined;
  return { i: run?.i ?? i, root: origin.root, text: analysis.places.text(chain.ref, chain.temp) };
}

/** ``sql`SELECT …`.execute(db)`` */
function executed(fact: FunctionFact, statement: Temp): { readonly i: Instruction; readonly handle: Temp } | undefined {
  for (const i of fact.code) {
    const callee = i.op === 'call' ? fact.code[i.fn] : undefined;
    if (i.op === 'call' && callee?.op === 'member' && callee.obj === statement && callee.name === 'execute' && i.args[0] !== undefined) return { i, handle: i.args[0] };
  }
  return undefined;
}
