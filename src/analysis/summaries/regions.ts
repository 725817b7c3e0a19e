/**
 * The held regions of a file, one by one, for people who ask what is known of one: where each lock is taken, held and
 * given back, and everything that happens in between, reported or not.
 */
import type { FnIndex, FunctionFact, Temp } from '../facts/ir.js';
import { positionOf } from '../facts/nodes.js';
import type { Analysis } from './analysis.js';
import type { LockRef, Place, Step } from './effect.js';
import type { Flow, Held } from './flow.js';
import { walkHeld, type Happening } from './held.js';
import { nestedIn, type Nested } from './nesting.js';
import type { Invocation } from './outcomes.js';
import type { FnRef } from './values.js';

/** First and last line, counted from one. */
export type Lines = readonly [number, number];

interface Span {
  readonly s: number;
  readonly e: number;
}

/** A function, or closure, in which the lock is held. */
export interface RegionPart {
  readonly fn: FnIndex;
  /** It is taken here; the function is entered with it; or the function is handed to the section, and is none of this file. */
  readonly how: 'taken' | 'entered' | 'handed';
  readonly lines: readonly Lines[];
  /** Instructions that give it back. */
  readonly releases: readonly Span[];
  /** Returns at which it is still held, where it is not meant to be held until the end. */
  readonly kept: readonly Span[];
}

export interface Region {
  readonly lock: LockRef;
  /** The function in which it is taken, and the call that does; absent for a lock of the project's own making, taken in place. */
  readonly fn: FnIndex;
  readonly call?: Temp;
  /** Absent for a section. */
  readonly held?: Held;
  readonly parts: readonly RegionPart[];
  readonly happenings: readonly Happening[];
  /** Locks that are taken while it is held. */
  readonly nested: readonly Nested[];
  /** Calls of which nothing is known. */
  readonly unknown: readonly Step[];
}

type Draft = { -readonly [K in keyof Region]: Region[K] extends readonly (infer E)[] ? E[] : Region[K] };

const keyOf = ({ place, taken }: LockRef): string => `${place.id}|${taken.file}:${taken.s}`;

/**
 * In the order of the text.
 *
 * @param weigh Whether it is asked of happenings what speaks against a report.
 */
export function regionsIn(analysis: Analysis, file: string, weigh = true): readonly Region[] {
  const facts = analysis.project.facts(file);
  if (!facts) return [];
  const drafts = new Map<string, Draft>();
  const draftOf = (lock: LockRef): Draft => {
    let draft = drafts.get(keyOf(lock));
    if (!draft) {
      const fn = innermostFunction(facts.functions, lock.taken.s);
      const call = facts.functions[fn]!.code.findIndex((i) => i.op === 'call' && i.s === lock.taken.s && i.e === lock.taken.e);
      drafts.set(keyOf(lock), (draft = { lock, fn, ...(call >= 0 && { call }), parts: [], happenings: [], nested: [], unknown: [] }));
    }
    return draft;
  };
  const lineOf = (offset: number): number => positionOf(facts.lines, offset).line;

  walkHeld(
    analysis,
    file,
    (happening) => {
      const { happenings } = draftOf(happening.lock);
      const known = happenings.findIndex((one) => one.effect.kind === happening.effect.kind && one.s === happening.s && one.e === happening.e);
      if (known < 0) happenings.push(happening);
      else if (happening.effect.certain && !happenings[known]!.effect.certain) happenings[known] = happening;
    },
    {
      flow(ref, flow, entries, before) {
        const fact = facts.functions[ref.fn]!;
        flow.held.forEach((held, bit) => {
          const draft = draftOf(held.lock);
          if (bit >= entries) draft.held = held;
          const how = bit < entries ? 'entered' : 'taken';
          const part = partOf(fact, ref.fn, how, flow, bit, before, lineOf);
          if (part.lines.length === 0) return;
          addPart(draft.parts, part);
          const releases = (i: Span): boolean => part.releases.some(({ s, e }) => s === i.s && e === i.e);
          addUnknown(analysis, ref, fact, (temp) => (before(temp) & (1 << bit)) !== 0 && !releases(fact.code[temp]!), draft.unknown);
        });
      },
      section(ref, call, { locks }: Invocation) {
        const i = facts.functions[ref.fn]!.code[call]!;
        const lines: Lines = [lineOf(i.s), lineOf(i.e)];
        for (const lock of locks) addPart(draftOf(lock).parts, { fn: ref.fn, how: 'handed', lines: [lines], releases: [], kept: [] });
      },
    },
    weigh,
  );
  for (const nested of nestedIn(analysis, file)) drafts.get(keyOf(nested.held.lock))?.nested.push(nested);
  return [...drafts.values()]
    .map((draft) => ({ ...draft, happenings: draft.happenings.sort((a, b) => a.s - b.s || a.e - b.e) }))
    .sort((a, b) => a.lock.taken.s - b.lock.taken.s);
}

/** The function that holds an offset, and no other function around it. */
export function innermostFunction(functions: readonly FunctionFact[], offset: number): FnIndex {
  let best = 0;
  functions.forEach(({ s, e }, fn) => {
    if (s <= offset && offset < e && e - s <= functions[best]!.e - functions[best]!.s) best = fn;
  });
  return best;
}

function partOf(
  fact: FunctionFact,
  fn: FnIndex,
  how: 'taken' | 'entered',
  flow: Flow,
  bit: number,
  before: (temp: Temp) => number,
  lineOf: (offset: number) => number,
): RegionPart {
  const mask = 1 << bit;
  const held = new Set<number>();
  const free = new Set<number>();
  const releases = new Map<number, Span>();
  const kept: Span[] = [];
  const untilEnd = how === 'entered' || flow.held[bit]!.untilEnd || (flow.untilSettled & mask) !== 0;
  fact.blocks.forEach((block, b) => {
    if (!flow.reaches(b)) return;
    const end = flow.atEnd(b);
    for (let temp = block.from; temp < block.to; temp++) {
      const { s, e } = fact.code[temp]!;
      const isHeld = (before(temp) & mask) !== 0;
      (isHeld ? held : free).add(lineOf(s));
      const after = temp + 1 < block.to ? flow.before(temp + 1) : end;
      if (isHeld && (after & mask) === 0) releases.set(s, { s, e });
    }
    if (block.end.k !== 'return') return;
    const { s, e } = block.end;
    ((end & mask) !== 0 ? held : free).add(lineOf(s));
    if ((end & mask) !== 0 && !untilEnd) kept.push({ s, e });
  });
  return { fn, how, lines: ranges(held, free), releases: [...releases.values()].sort((a, b) => a.s - b.s), kept };
}

/** Lines with nothing between them that is not held make one range. */
function ranges(held: ReadonlySet<number>, free: ReadonlySet<number>): Lines[] {
  const found: [number, number][] = [];
  for (const line of [...held].sort((a, b) => a - b)) {
    const last = found.at(-1);
    const isApart = last === undefined || [...free].some((one) => !held.has(one) && one > last[1] && one < line);
    if (isApart) found.push([line, line]);
    else last[1] = line;
  }
  return found;
}

/** A function that is looked at under several sets of locks has one part. */
function addPart(parts: RegionPart[], part: RegionPart): void {
  const known = parts.findIndex((one) => one.fn === part.fn && one.how === part.how);
  if (known < 0) parts.push(part);
  else if (lengthOf(part) > lengthOf(parts[known]!)) parts[known] = part;
}

const lengthOf = ({ lines }: RegionPart): number => lines.reduce((sum, [first, last]) => sum + last - first + 1, 0);

function addUnknown(analysis: Analysis, ref: FnRef, fact: FunctionFact, isHeld: (temp: Temp) => boolean, unknown: Step[]): void {
  fact.code.forEach((i, temp) => {
    if (i.op !== 'call' || !isHeld(temp) || unknown.some(({ s, e }) => s === i.s && e === i.e)) return;
    const { known, targets, sync, done, invokes, acquires, releases } = analysis.outcome(ref, temp);
    if (known || [targets, sync, done, invokes, acquires, releases].some((list) => list.length > 0)) return;
    unknown.push({ label: analysis.places.text(ref, i.fn), file: ref.file, s: i.s, e: i.e });
  });
}

/** Which lock it is across the program, in words: `Sequence#lock`, `locks.ts#ledger`. */
export function identityOf(analysis: Analysis, { id, root, text, param }: Place): string {
  const { project } = analysis;
  const name = (file: string): string => (file.startsWith(`${project.root}/`) ? file.slice(project.root.length + 1) : file);
  if (root === 'param' && param) {
    const { file, fn, index, path } = param;
    const { name: of } = project.facts(file)!.functions[fn]!;
    return `what the caller of ${of === '' ? 'the function' : `\`${of}\``} passes as argument ${index + 1}${path.length > 0 ? `, its \`${path.join('.')}\`` : ''}`;
  }
  const member = /^[TS](.*)#(\d+)(.*)$/s.exec(id);
  if (member) {
    const [, file, cls, path] = member as unknown as [string, string, string, string];
    const of = project.facts(file)?.classes[Number(cls)]?.name ?? '';
    const each = id.startsWith('T') ? ', one for each instance' : '';
    return `${of === '' ? 'a class' : of}#${path.replace(/^\./, '').replace(/^#/, '')} (${name(file)}${each})`;
  }
  const variable = /^([ML])(.*?)[#:](\d+)(.*)$/s.exec(id);
  if (variable) {
    const [, where, file, v, path] = variable as unknown as [string, string, string, string, string];
    const of = project.facts(file)?.vars[Number(v)]?.name ?? text;
    return where === 'M' ? `${name(file)}#${of}${path}` : `${of}${path}, a variable of a function in ${name(file)}`;
  }
  if (root === 'global') return `the global \`${id.slice(1)}\``;
  if (id.startsWith('E')) return id.slice(1);
  if (root === 'made') return 'made here, and known to nobody else';
  return `whatever \`${text}\` is here`;
}
