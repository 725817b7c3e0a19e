/** A value of a shared reference that was read before an await is used, or written back, when another call may have changed it. */
import type { FnIndex, Instruction, InstructionOf, Temp } from '../../facts/ir.js';
import { ENDS } from '../../../models/names.js';
import type { Analysis } from '../analysis.js';
import { callsWith, operandsOf, writesOf } from '../uses.js';
import { concurrencyOf } from './concurrency.js';
import { DISPOSES, isEmptyValue, partsOf, plain } from './expressions.js';
import { locksOf } from './locks.js';
import { canOverlap, scopeOf } from './overlap.js';
import { covers, isSame, isShared, referencesOf, type Access, type Reference } from './references.js';
import { AWAITED, stretchesOf } from './stretches.js';
import { testsOf } from './tests.js';
import { fieldWriters, writersOf, type Writer } from './writers.js';

export interface StaleCapture {
  readonly how: 'written back' | 'answered' | 'disposed' | 'decided' | 'torn' | 'collected';
  readonly fn: FnIndex;
  /** Where it is used. */
  readonly temp: Temp;
  readonly read: Temp;
  readonly writer: Writer;
  /** The use is in a closure that ran under a lock: where the value was read. */
  readonly readIn?: FnIndex;
}

const NONE: ReadonlySet<Temp> = new Set();

type Facts = NonNullable<ReturnType<Analysis['project']['facts']>>;

export function staleCaptures(analysis: Analysis, file: string): StaleCapture[] {
  const facts = analysis.project.facts(file);
  if (!facts) return [];
  const found: StaleCapture[] = [];
  facts.functions.forEach((fact, fn) => {
    if (fact.bodiless || fact.kind === 'module' || fact.kind === 'constructor' || fact.kind === 'field') return;
    if (!fact.code.some((i) => i.op === 'await' || (i.op === 'iterate' && i.async))) return;
    found.push(...writtenBack(analysis, file, facts, fn));
    found.push(...captured(analysis, file, facts, fn));
    found.push(...torn(analysis, file, facts, fn));
    found.push(...answered(analysis, file, facts, fn));
  });
  const seen = new Set<string>();
  return found.filter(({ fn, temp }) => !seen.has(`${fn}:${temp}`) && seen.add(`${fn}:${temp}`));
}

/** Whether there is a way from a read to a place over an await on which nobody looks again. */
function goesStale(facts: Facts, fn: FnIndex, read: Access, to: Temp, overwrites: ReadonlySet<Temp> = NONE): boolean {
  const references = referencesOf(facts);
  let stale = false;
  stretchesOf(facts).walkAfter(fn, read.temp, 0, {
    at(state, at, temp) {
      if (at === fn && temp === to) {
        if ((state & AWAITED) !== 0) stale = true;
        return undefined;
      }
      const own = references.accesses.at(at, temp).some((a) => (a.kind === 'put' && isSame(a.ref, read.ref)) || ((a.kind === 'write' || a.kind === 'drop') && (covers(a.ref, read.ref) || covers(read.ref, a.ref))));
      return own || (at === fn && (temp === read.temp || overwrites.has(temp))) ? undefined : state;
    },
    side(state, at, block) {
      const { end } = facts.functions[at]!.blocks[block]!;
      if (end.k !== 'branch' || (state & AWAITED) === 0) return state;
      const asked = [...partsOf(facts, at, end.on, false)].some((part) =>
        references.accesses.at(at, part).some((a) => (a.kind === 'read' || a.kind === 'has') && isShared(a.ref) && (covers(a.ref, read.ref) || covers(read.ref, a.ref) || a.ref.path.length > 0)),
      );
      return asked ? undefined : state;
    },
    deep: false,
  });
  return stale;
}

/** Where a variable that carries what was read gets another value: on such a way nothing of it comes to its end. */
function overwritten(facts: Facts, fn: FnIndex, parts: ReadonlySet<Temp>, read: Temp): ReadonlySet<Temp> {
  const { code } = facts.functions[fn]!;
  const found = new Set<Temp>();
  const carries = (value: Temp): boolean => partsOf(facts, fn, value, true, isResult(facts, fn)).has(read);
  const variables = new Set([...parts].flatMap((temp) => (code[temp]?.op === 'set' ? [code[temp].v] : [])));
  for (const v of variables) {
    const writes = writesOf(facts, v).filter((write) => write.fn === fn);
    if (writes.some(({ value }) => carries(value))) for (const { temp, value } of writes) if (!carries(value)) found.add(temp);
  }
  return found;
}

/** A writer that can come in between; undefined where none can. */
function otherWriter(analysis: Analysis, file: string, facts: Facts, fn: FnIndex, read: Access, use: Temp, is?: (writer: Writer) => boolean): Writer | undefined {
  const concurrency = concurrencyOf(facts);
  const task = concurrency.taskOf(fn);
  const locks = locksOf(analysis, file);
  const held = locks.any ? new Set([...locks.at(fn, read.temp).keys()].filter((id) => locks.at(fn, use).has(id))) : new Set<string>();
  const writers = writersOf(analysis, file, read.ref).filter((writer) => {
    if (is && (writer.file !== file || !is(writer))) return false;
    if (writer.file !== file) return true;
    if (concurrency.taskOf(writer.access.fn) === task && !concurrency.overlapsItself(task)) return false;
    if (held.size > 0 && [...locks.at(writer.access.fn, writer.access.temp).keys()].some((id) => held.has(id))) return false;
    return canOverlap(analysis, { file, fn }, { file, fn: writer.access.fn }, scopeOf(analysis, file, read.ref));
  });
  return writers.find((writer) => writer.file !== file || concurrency.taskOf(writer.access.fn) !== task) ?? writers[0];
}

/** `this.total = this.total + await f()`, `const old = this.state; await g(); this.state = { ...old, a }`, also in a helper. */
function writtenBack(analysis: Analysis, file: string, facts: Facts, fn: FnIndex): StaleCapture[] {
  const references = referencesOf(facts);
  const found: StaleCapture[] = [];
  const check = (value: Temp, target: Access, at: Temp): void => {
    const parts = new Set(partsWritten(facts, fn, value));
    for (const part of parts) {
      for (const read of references.accesses.at(fn, part)) {
        if (read.kind !== 'read' || !isShared(read.ref) || !(covers(target.ref, read.ref) || isSame(target.ref, read.ref))) continue;
        if (!goesStale(facts, fn, read, at, overwritten(facts, fn, parts, read.temp))) continue;
        const writer = otherWriter(analysis, file, facts, fn, read, at);
        if (writer) found.push({ how: 'written back', fn, temp: at, read: read.temp, writer });
      }
    }
  };
  for (const write of references.accesses.of(fn)) {
    // What the runtime has is taken aside for a while; an object that is handed over is copied into others, which are `this`.
    if (write.value === undefined || !isShared(write.ref) || write.ref.root.k === 'global' || isHandedOver(facts, write.ref)) continue;
    if (write.kind === 'write' || (write.kind === 'put' && write.ref.entry !== undefined && !isKept(facts, fn, write.value))) check(write.value, write, write.temp);
  }
  const { code } = facts.functions[fn]!;
  code.forEach((i, temp) => {
    if (i.op !== 'call') return;
    for (const target of stretchesOf(facts).callees(fn, i)) {
      for (const write of references.accesses.of(target)) {
        if (write.kind !== 'write' || write.value === undefined || !isShared(write.ref)) continue;
        for (const part of partsOf(facts, target, write.value, true, (j) => j.op === 'call' || j.op === 'await')) {
          const param = facts.functions[target]!.code[part];
          const v = param?.op === 'get' ? facts.vars[param.v]! : undefined;
          const arg = v?.kind === 'param' && v.owner === target && v.param !== undefined ? i.args[v.param] : undefined;
          if (arg !== undefined && code[arg]?.op === 'get') check(arg, write, temp);
        }
      }
    }
  });
  return found;
}

/** `Cards.helpers({ async copy() { this.title = … } })` */
const isHandedOver = (facts: Facts, { root }: Reference): boolean =>
  root.k === 'object' && callsWith(facts.functions[root.fn]!, root.temp).length > 0;

/** What a call gives is something new; what it is given is no part of it. */
const isResult = (facts: Facts, fn: FnIndex) => (i: Instruction, temp: Temp): boolean =>
  (i.op === 'call' && referencesOf(facts).of(fn, temp) === undefined) || i.op === 'await';

/** What goes into a value that is written: not what calls are given, but what a list of the function was filled with. */
function partsWritten(facts: Facts, fn: FnIndex, value: Temp): Set<Temp> {
  const { code } = facts.functions[fn]!;
  const of = (temp: Temp): ReadonlySet<Temp> => partsOf(facts, fn, temp, true, isResult(facts, fn));
  const parts = new Set(of(value));
  for (const part of parts) {
    const list = code[part];
    if (list?.op !== 'get' || facts.vars[list.v]!.owner !== fn) continue;
    for (const i of code) {
      const callee = i.op === 'call' ? code[i.fn] : undefined;
      const receiver = callee?.op === 'member' && callee.name === 'push' ? code[callee.obj] : undefined;
      if (i.op === 'call' && receiver?.op === 'get' && receiver.v === list.v) i.args.flatMap((arg) => [...of(arg)]).forEach((one) => parts.add(one));
    }
  }
  return parts;
}

/** The very object that was there, put there once more. */
function isKept(facts: Facts, fn: FnIndex, value: Temp): boolean {
  const i = plain(facts, fn, value);
  return i?.op === 'join' ? i.of.some((one) => isKept(facts, fn, one)) : i?.op === 'get' || i?.op === 'call' || i?.op === 'index' || i?.op === 'member';
}

function captured(analysis: Analysis, file: string, facts: Facts, fn: FnIndex): StaleCapture[] {
  const references = referencesOf(facts);
  const { code } = facts.functions[fn]!;
  const found: StaleCapture[] = [];
  code.forEach((i, temp) => {
    if (i.op !== 'set' || facts.vars[i.v]!.owner !== fn || facts.vars[i.v]!.kind === 'param' || writesOf(facts, i.v).length !== 1) return;
    const collected = collectedUnderLock(analysis, file, facts, fn, i, temp);
    if (collected) found.push(collected);
    const [read] = references.accesses.at(fn, i.value).filter((a) => a.kind === 'read' && isShared(a.ref));
    if (!read) return;
    const uses = usesAfter(facts, fn, i.v, temp);
    const [first] = uses;
    if (first === undefined) return;
    if (!goesStale(facts, fn, read, first)) {
      const decided = decidedLater(analysis, file, facts, fn, read, i.v, uses);
      if (decided) found.push(decided);
      return;
    }
    const writer = otherWriter(analysis, file, facts, fn, read, first);
    if (!writer) return;
    const call = code.findIndex((j) => j.op === 'member' && j.obj === first);
    const method = code[call];
    if (method?.op === 'member' && !DISPOSES.test(method.name) && isDisposed(facts, file, writer, read)) {
      const at = code.findIndex((j) => j.op === 'call' && j.fn === call);
      found.push({ how: 'disposed', fn, temp: at < 0 ? first : at, read: read.temp, writer });
      return;
    }
    // `if (!before && this.rejected)`: what it was and what it is are compared.
    if (testsOf(facts, fn).some((test) => test.ref.key === read.ref.key && test.read > first)) return;
    if (testsOf(facts, fn).some((test) => test.local === i.v) && code.every((j) => j.op !== 'call' || !j.args.includes(first))) {
      const together = writtenTogether(analysis, facts, fn, first, read, writer);
      if (together) found.push({ how: 'decided', fn, temp: first, read: read.temp, writer });
    }
  });
  return found;
}

/** Where a local variable is read after it was written. */
const usesAfter = ({ functions }: Facts, fn: FnIndex, v: number, temp: Temp): Temp[] =>
  functions[fn]!.code.flatMap((i, t) => (i.op === 'get' && i.v === v && t > temp ? [t] : []));

/** Used in time first, and after an await decided by once more, next to what has taken the place of the rest of it. */
function decidedLater(analysis: Analysis, file: string, facts: Facts, fn: FnIndex, read: Access, v: number, uses: readonly Temp[]): StaleCapture | undefined {
  for (const test of testsOf(facts, fn)) {
    if (test.local !== v) continue;
    const { end } = facts.functions[fn]!.blocks[test.block]!;
    const asked = end.k === 'branch' ? partsOf(facts, fn, end.on, false) : NONE;
    const use = uses.find((temp) => asked.has(temp) && goesStale(facts, fn, read, temp));
    const writer = use === undefined ? undefined : otherWriter(analysis, file, facts, fn, read, use);
    if (use !== undefined && writer && isReplacedWhole(read, writer) && writtenTogether(analysis, facts, fn, use, read, writer)) return { how: 'decided', fn, temp: use, read: read.temp, writer };
  }
  return undefined;
}

/** Whether it is the object around a field that the writer replaces. */
const isReplacedWhole = (read: Access, { access: { kind, ref } }: Writer): boolean => kind === 'write' && ref.key !== '' && read.ref.key.startsWith(`${ref.key}.`);

/** Methods that are told a place in a list. */
const AT_A_PLACE = /^(?:slice|splice|at|with|subarray)$/;

/** A place in a list, computed before an await from what is changed together with the list. */
function torn(analysis: Analysis, file: string, facts: Facts, fn: FnIndex): StaleCapture[] {
  const references = referencesOf(facts);
  const { code } = facts.functions[fn]!;
  const found: StaleCapture[] = [];
  code.forEach((i, temp) => {
    if (i.op !== 'set' || facts.vars[i.v]!.owner !== fn || facts.vars[i.v]!.kind === 'param') return;
    const others = writesOf(facts, i.v).filter((write) => write.fn !== fn || write.temp !== temp);
    if (others.some((write) => write.fn !== fn || plain(facts, fn, write.value)?.op !== 'const')) return;
    const overwrites = new Set(others.map((write) => write.temp));
    const reads = [...partsOf(facts, fn, i.value, false, isResult(facts, fn))].flatMap((part) => references.accesses.at(fn, part).filter((a) => a.kind === 'read' && isShared(a.ref)));
    for (const use of reads.length > 0 ? usesAfter(facts, fn, i.v, temp) : []) {
      const list = listAt(facts, fn, use);
      if (!list) continue;
      for (const read of reads) {
        // How many there were, taken from the front: those, and no others.
        if (covers(read.ref, list.ref) || covers(list.ref, read.ref) || !goesStale(facts, fn, read, use, overwrites)) continue;
        const writer = otherWriter(analysis, file, facts, fn, read, use);
        if (writer && writer.file === file && changesAlso(facts, writer.access.fn, list.ref.key)) found.push({ how: 'torn', fn, temp: list.temp, read: read.temp, writer });
      }
    }
  });
  return found;
}

/** The shared list in which a value is used as a place, and where. */
function listAt(facts: Facts, fn: FnIndex, use: Temp): { temp: Temp; ref: Access['ref'] } | undefined {
  const { code } = facts.functions[fn]!;
  for (const [temp, i] of code.entries()) {
    if (i.op !== 'call' && i.op !== 'index') continue;
    const callee = i.op === 'call' ? code[i.fn] : undefined;
    if (i.op === 'call' && (callee?.op !== 'member' || !AT_A_PLACE.test(callee.name))) continue;
    const places = i.op === 'call' ? i.args : [i.key];
    const obj = i.op === 'call' ? (callee as InstructionOf<'member'>).obj : i.obj;
    const ref = places.some((place) => partsOf(facts, fn, place, false).has(use)) ? referencesOf(facts).of(fn, obj) : undefined;
    if (ref && isShared(ref)) return { temp, ref };
  }
  return undefined;
}

/**
 * `this.files = await this.diff(this.branch)`, where whoever sets the branch forgets the files in the same stretch: what is
 * kept is the answer for the branch before, and nobody forgets that.
 */
function answered(analysis: Analysis, file: string, facts: Facts, fn: FnIndex): StaleCapture[] {
  const references = referencesOf(facts);
  const { code } = facts.functions[fn]!;
  const found: StaleCapture[] = [];
  for (const write of references.accesses.of(fn)) {
    if (write.kind !== 'write' || write.value === undefined || !isShared(write.ref) || isEmptyValue(facts, fn, write.value)) continue;
    const emptied = references.accesses.to(write.ref.key).filter((a) => a.kind === 'write' && isEmptyValue(facts, a.fn, a.value!) && !concurrencyOf(facts).isConstruction(a.fn));
    if (emptied.length === 0) continue;
    for (const part of answersIn(facts, fn, write.value)) {
      const awaited = code[part];
      const call = awaited?.op === 'await' ? code[awaited.value] : undefined;
      const asked = call?.op === 'call' ? call.args.flatMap((arg) => [...partsOf(facts, fn, arg, true)]) : [];
      for (const read of asked.flatMap((temp) => references.accesses.at(fn, temp))) {
        // A part of what is replaced says nothing of what it was asked for.
        if (read.kind !== 'read' || !isShared(read.ref) || covers(write.ref, read.ref) || covers(read.ref, write.ref) || !goesStale(facts, fn, read, write.temp)) continue;
        const writer = otherWriter(analysis, file, facts, fn, read, write.temp, ({ access }) => forgets(facts, access, write.ref.key));
        if (writer) found.push({ how: 'answered', fn, temp: write.temp, read: read.temp, writer });
      }
    }
  }
  return found;
}

/** What was waited for, as far as it is in a value: not what was made with it as an argument. */
function answersIn(facts: Facts, fn: FnIndex, value: Temp): ReadonlySet<Temp> {
  const { code } = facts.functions[fn]!;
  const found = new Set<Temp>();
  const seen = new Set<Temp>();
  const visit = (temp: Temp | undefined): void => {
    const i = temp === undefined ? undefined : code[temp];
    if (!i || temp === undefined || seen.has(temp)) return;
    seen.add(temp);
    if (i.op === 'await') found.add(temp);
    else if (i.op === 'get') for (const write of writesOf(facts, i.v)) visit(write.fn === fn ? write.value : undefined);
    else if (i.op === 'call') {
      // `answer.slice(0, 10)`
      const callee = code[i.fn];
      if (callee?.op === 'member') visit(callee.obj);
    } else for (const one of operandsOf(i)) visit(one);
  };
  visit(value);
  return found;
}

/** Whether who sets what was asked about empties what was answered, in the same stretch; he goes on with both. */
function forgets(facts: Facts, { fn, temp: set }: Access, key: string): boolean {
  if (ENDS.test(facts.functions[fn]!.name.replace(/^[#_]+/, ''))) return false;
  let empties = false;
  let sets = false;
  stretchesOf(facts).walk(fn, 0, undefined, 0, {
    at(state, at, temp) {
      if ((state & AWAITED) !== 0) return undefined;
      sets ||= at === fn && temp === set;
      empties ||= referencesOf(facts).accesses.at(at, temp).some((a) => a.kind === 'write' && a.ref.key === key && isEmptyValue(facts, at, a.value!));
      return state;
    },
  });
  return sets && empties;
}

/** Whether a function changes a list, or what is in it. */
const changesAlso = (facts: Facts, fn: FnIndex, key: string): boolean =>
  referencesOf(facts).accesses.of(fn).some((a) => a.kind !== 'read' && a.kind !== 'has' && (a.ref.key === key || a.ref.key === `${key}[]`));

/** Whether the writer that replaces a value also closes the one before. */
function isDisposed(facts: Facts, file: string, writer: Writer, read: Access): boolean {
  if (writer.file !== file) return false;
  const { fn } = writer.access;
  const { code } = facts.functions[fn]!;
  return code.some((i) => {
    const callee = i.op === 'call' ? code[i.fn] : undefined;
    if (callee?.op !== 'member' || !DISPOSES.test(callee.name)) return false;
    if (referencesOf(facts).of(fn, callee.obj)?.key === read.ref.key) return true;
    return [...partsOf(facts, fn, callee.obj, true)].some((part) => referencesOf(facts).accesses.at(fn, part).some((a) => a.kind === 'read' && a.ref.key === read.ref.key));
  });
}

/** Whether what is used after the decision is another field that the writer changes together with the one decided by. */
function writtenTogether(analysis: Analysis, facts: Facts, fn: FnIndex, from: Temp, read: Access, writer: Writer): boolean {
  const references = referencesOf(facts);
  const others = referencesOf(analysis.project.facts(writer.file)!)
    .accesses.of(writer.access.fn)
    .filter((a) => a.kind === 'write' && a.ref.path.length > 0 && a.ref.path.length === writer.access.ref.path.length && a.ref.path.at(-1) !== read.ref.path.at(-1));
  const names = new Set(others.map((a) => a.ref.path.join('.')));
  const base = read.ref.key.slice(0, read.ref.key.lastIndexOf('.'));
  const whole = isReplacedWhole(read, writer);
  let used = false;
  stretchesOf(facts).walkAfter(fn, from, 0, {
    at(state, at, temp) {
      const hit = references.accesses.at(at, temp).some((a) => a.kind === 'read' && a.ref.key.startsWith(`${base}.`) && (whole ? a.ref.key !== read.ref.key : names.has(a.ref.path.join('.'))));
      if (hit) used = true;
      return state;
    },
    deep: false,
  });
  return used;
}

/** `const cookies = await lock.run(() => this.all.map((c) => c.cookie))`, used when the lock is free again. */
function collectedUnderLock(analysis: Analysis, file: string, facts: Facts, fn: FnIndex, set: InstructionOf<'set'>, temp: Temp): StaleCapture | undefined {
  const { code } = facts.functions[fn]!;
  const awaited = code[set.value];
  const call = awaited?.op === 'await' ? code[awaited.value] : undefined;
  if (awaited?.op !== 'await' || call?.op !== 'call') return undefined;
  const closures = call.args.flatMap((arg) => (code[arg]?.op === 'fn' ? [(code[arg]).fn] : []));
  if (closures.length !== 1 || !locksOf(analysis, file).any || locksOf(analysis, file).onEntry(closures[0]!, 0).size === 0) return undefined;
  for (const inner of [closures[0]!, ...mappers(facts, closures[0]!)]) {
    const fact = facts.functions[inner]!;
    for (const { end } of fact.blocks) {
      const returned = end.k === 'return' && end.value !== undefined ? fact.code[end.value] : undefined;
      if (returned?.op !== 'member' || end.k !== 'return') continue;
      const ref = referencesOf(facts).of(inner, end.value!);
      if (!ref || !isShared(ref) || !ref.path.includes('[]')) continue;
      const [owner] = analysis.values.of({ file, fn: inner }, returned.obj).filter((ty) => ty.k === 'instance');
      if (owner?.k !== 'instance') continue;
      const declared = analysis.project.facts(owner.file)!.classes[owner.cls]!.members.find((m) => m.name === returned.name);
      if (!declared || declared.readonly || isObjectType(analysis, file, inner, end.value!)) continue;
      const [writer] = fieldWriters(analysis, file, owner, returned.name);
      const use = code.findIndex((i, t) => i.op === 'get' && i.v === set.v && t > temp);
      if (writer && use >= 0) return { how: 'collected', fn, temp: use, read: end.value!, readIn: inner, writer };
    }
  }
  return undefined;
}

const isObjectType = (analysis: Analysis, file: string, fn: FnIndex, temp: Temp): boolean =>
  analysis.values.of({ file, fn }, temp).some((ty) => ty.k === 'instance' || ty.k === 'object');

/** Closures whose results are what the section gives: not those of a filter. */
function mappers(facts: Facts, outer: FnIndex): FnIndex[] {
  const { code } = facts.functions[outer]!;
  return code.flatMap((i) => {
    const callee = i.op === 'call' ? code[i.fn] : undefined;
    if (i.op !== 'call' || callee?.op !== 'member' || !/^(?:map|flatMap|from)$/.test(callee.name)) return [];
    return i.args.flatMap((arg) => (code[arg]?.op === 'fn' ? [(code[arg]).fn] : []));
  });
}
