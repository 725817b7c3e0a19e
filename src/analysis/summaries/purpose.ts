/**
 * What a lock exists for. Where all who take it come for something slow, and nothing quick is ever done under it, nobody
 * is held up but who wants just that: a rate limit, one login, one download at a time.
 */
import type { BlockIndex, FunctionFact, LoopFact, Temp } from '../facts/ir.js';
import { isTestFile } from '../project/scan.js';
import type { Analysis } from './analysis.js';
import type { EffectKind, LockRef, Step } from './effect.js';
import { successors } from './graph.js';
import type { Happening } from './held.js';
import { isExecutor } from './home-grown.js';
import { lockOfProgram } from './identity.js';
import { isSharedWrite } from './notices.js';
import { declaredIn } from './places.js';
import { innermostFunction, regionsIn, type Region } from './regions.js';
import { tells } from './telling.js';
import type { FnRef } from './values.js';

// --- sections of the whole program

interface Section {
  readonly lock: string;
  readonly file: string;
  readonly region: Region;
}

const sectionsIn = (analysis: Analysis, file: string): readonly Section[] =>
  analysis.answer('sectionsIn', { file, fn: 0 }, 0, () =>
    regionsIn(analysis, file, false).flatMap((region) => {
      const lock = lockOfProgram(analysis, region.lock);
      return lock === undefined || region.parts.length === 0 || isOfCallee(analysis, file, region) ? [] : [{ lock, file, region }];
    }),
  );

/** The call of a function with a section of its own, which is handed nothing that runs in it. */
function isOfCallee(analysis: Analysis, file: string, { fn, call, parts }: Region): boolean {
  if (call === undefined || parts.some(({ how }) => how !== 'handed')) return false;
  return analysis.outcome({ file, fn }, call).invokes.every(({ arg, locks }) => locks.length === 0 || arg === undefined);
}

/** Every section of a lock in the program; none where they cannot all be known. */
function sectionsOf(analysis: Analysis, lock: LockRef): readonly Section[] {
  const name = lockOfProgram(analysis, lock);
  const declared = name === undefined ? undefined : declaredIn(name);
  if (declared === undefined) return [];
  const near = new Set(analysis.imports.importing([declared, ...analysis.imports.basesOf(declared)]));
  return analysis
    .lockFiles()
    .filter((file) => near.has(file) && !isTestFile(file.slice(analysis.project.root.length)))
    .flatMap((file) => sectionsIn(analysis, file).filter((section) => section.lock === name));
}

/**
 * Whether all who take a lock come for something slow, and leave nothing behind that others share. Of queues alone, and of
 * what works as one (work hung on a promise, a flag): whoever makes a mutex has something to protect.
 */
export function isForSlowWork(analysis: Analysis, lock: LockRef): boolean {
  if (lock.kind !== 'queue' && !lock.chain && !lock.place.state) return false;
  const sections = sectionsOf(analysis, lock);
  return sections.length > 0 && sections.every((section) => !servesQuickly(analysis, section) && !leavesSomething(analysis, section));
}

/** Whether a section changes something that is there for others, too: that is what its lock protects. */
function leavesSomething(analysis: Analysis, { file, region }: Section): boolean {
  return region.parts.some(({ fn, how, lines }) => {
    if (how === 'handed') return true;
    const ref = { file, fn };
    const isHeld = (s: number): boolean => lines.some(([first, last]) => first <= analysis.project.line(file, s) && analysis.project.line(file, s) <= last);
    return !isExecutor(analysis.project.facts(file)!, fn) && analysis.values.fact(ref)!.code.some((i, temp) => isHeld(i.s) && keeps(analysis, ref, temp));
  });
}

/** Calls in calls of the section's function: those further away are left. */
const DEEPEST = 2;

/** Whether an instruction, or a function that it calls, puts something where it stays; what only resets a state does not. */
function keeps(analysis: Analysis, ref: FnRef, temp: Temp, depth = 0): boolean {
  const { code } = analysis.values.fact(ref)!;
  const i = code[temp]!;
  const within = (to: FnRef): boolean => depth < DEEPEST && (analysis.values.fact(to)?.code ?? []).some((_, t) => keeps(analysis, to, t, depth + 1));
  // What makes a promise keeps what settles it: part of the exchange that is waited for.
  if (i.op === 'fn') return !isExecutor(analysis.project.facts(ref.file)!, i.fn) && within({ file: ref.file, fn: i.fn });
  if (i.op === 'call') {
    const callee = code[i.fn];
    if (callee?.op === 'member' && TAKES_OUT.test(callee.name)) return false;
    return isSharedWrite(analysis, ref, temp) || analysis.targets(ref, temp).some((to) => to.certain && within(to));
  }
  const value = i.op === 'setmember' || i.op === 'setindex' || i.op === 'set' ? code[i.value] : undefined;
  return value !== undefined && value.op !== 'const' && value.op !== 'undefined' && isSharedWrite(analysis, ref, temp);
}

const TAKES_OUT = /^(?:delete|clear|shift|pop)$/;

// --- ways through one section

const SLOW: ReadonlySet<EffectKind | 'await'> = new Set(['network', 'process', 'event', 'sleep']);

/** Whether there is a way through a section on which something is done, and nothing of it slow. */
function servesQuickly(analysis: Analysis, { file, region }: Section): boolean {
  const isSure = ({ effect }: Happening): boolean => effect.certain && effect.steps.slice(1).every((step) => !isPassable(analysis, step));
  const slow = region.happenings.filter((happening) => SLOW.has(happening.effect.kind) && isSure(happening));
  if (slow.length === 0) return true;
  const part = region.parts.find(({ how }) => how !== 'handed');
  if (!part) return false;
  const fact = analysis.project.facts(file)!.functions[part.fn]!;
  const barred = new Set(slow.flatMap((happening) => blocksOf(analysis, fact, part.fn, happening)));
  const from = part.how === 'taken' ? (region.held?.from ?? 0) : 0;
  const passed = passable(fact, blockOf(fact, from), barred);
  const ends = (b: BlockIndex): boolean => {
    const { from: first, to, end } = fact.blocks[b]!;
    return end.k === 'return' || part.releases.some(({ s }) => fact.code.slice(first, to).some((i) => i.s === s));
  };
  const isDone = (b: BlockIndex): boolean => {
    const { from: first, to, end } = fact.blocks[b]!;
    if (end.k === 'return' && end.value !== undefined && !/^(?:const|undefined)$/.test(fact.code[end.value]!.op)) return true;
    for (let temp = Math.max(first, from + 1); temp < to; temp++) if (changes(analysis, { file, fn: part.fn }, fact, temp)) return true;
    return false;
  };
  return [...passed].some(ends) && [...passed].some(isDone);
}

const blockOf = (fact: FunctionFact, temp: Temp): BlockIndex => fact.blocks.findIndex((block) => temp >= block.from && temp < block.to);

/** The block of a section in which something surely takes long; in a closure there, on all ways through that. */
function blocksOf(analysis: Analysis, fact: FunctionFact, fn: number, { s, e, file, fn: own }: Happening): BlockIndex[] {
  if (own !== fn && isPassable(analysis, { file, s, e })) return [];
  const at = innermostAt(fact, s, e);
  return at === undefined ? [] : [blockOf(fact, at)];
}

/** The smallest instruction that takes time and holds a stretch of the text. */
function innermostAt(fact: FunctionFact, s: number, e: number): Temp | undefined {
  let at: Temp | undefined;
  fact.code.forEach((i, temp) => {
    if (i.op !== 'call' && i.op !== 'await' && i.op !== 'iterate') return;
    if (i.s <= s && i.e >= e && (at === undefined || i.e - i.s < fact.code[at]!.e - fact.code[at]!.s)) at = temp;
  });
  return at;
}

/** Whether the function around a step returns on some ways without it; what a catch clause does is such a step. */
function isPassable(analysis: Analysis, { file, s, e }: Pick<Step, 'file' | 's' | 'e'>): boolean {
  return analysis.answer('isPassable', { file, fn: s }, e - s, () => {
    const { functions } = analysis.project.facts(file) ?? { functions: [] };
    const fact = functions[innermostFunction(functions, s)];
    const at = fact && innermostAt(fact, s, e);
    if (!fact || at === undefined) return false;
    return [...passable(fact, 0, new Set([blockOf(fact, at)]))].some((b) => fact.blocks[b]!.end.k === 'return');
  });
}

/** Blocks on ways from one to a return that enter none of the barred ones. Loops around these are gone through once. */
function passable(fact: FunctionFact, from: BlockIndex, barred: ReadonlySet<BlockIndex>): ReadonlySet<BlockIndex> {
  const isIn = (b: BlockIndex, { s, e }: LoopFact): boolean => {
    const { from: first, to } = fact.blocks[b]!;
    return to > first && fact.code[first]!.s >= s && fact.code[to - 1]!.e <= e;
  };
  const around = fact.loops.filter((loop) => [...barred].some((b) => isIn(b, loop)));
  const seen = new Set<BlockIndex>(barred.has(from) ? [] : [from]);
  // A round that came back to the head without any of them: the loop may be left.
  const isPassed = (loop: LoopFact): boolean => [...seen].some((b) => b !== loop.head && isIn(b, loop) && successors(fact, b, false).includes(loop.head));
  for (let grown = seen.size > 0; grown; ) {
    grown = false;
    for (const b of [...seen]) {
      for (const next of successors(fact, b, false)) {
        const left = around.find(({ head, exit }) => head === b && exit === next);
        if (seen.has(next) || barred.has(next) || (left && !isPassed(left))) continue;
        seen.add(next);
        grown = true;
      }
    }
  }
  return seen;
}

/** Names of questions: whoever is only asked has changed nothing. */
const ASKED = /^[_#]?(?:is|has|have|can|should|must|needs|get|find|includes|exists|some|every|test|check|keys|values|entries)(?:[A-Z_]\w*)?$/;

/** Whether an instruction does something that somebody may want: writes what is shared, or calls what may. */
function changes(analysis: Analysis, ref: FnRef, fact: FunctionFact, temp: Temp): boolean {
  const i = fact.code[temp]!;
  if (isSharedWrite(analysis, ref, temp)) return true;
  if (i.op !== 'call' || i.new) return false;
  return !ASKED.test(analysis.places.name(ref, i.fn)) && !tells(analysis.places, ref, i);
}
