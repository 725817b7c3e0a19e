/** A shared reference is taken away while another call is between its check and its use. */
import type { BlockIndex, FnIndex, FunctionFact, InstructionOf, Temp } from '../../facts/ir.js';
import { addsListener, continuesPromise } from '../../../models/language.js';
import { ENDS, ENDS_PROGRAM, FOR_TESTS, SWALLOWS } from '../../../models/names.js';
import { isTestFile } from '../../project/scan.js';
import type { Analysis } from '../analysis.js';
import type { LockRef } from '../effect.js';
import { beforeFirstAwait, successors } from '../graph.js';
import { memberOf } from '../places.js';
import { callsWith, closureIn, writesOf } from '../uses.js';
import type { FnRef } from '../values.js';
import { concurrencyOf } from './concurrency.js';
import { filesUsing, identityOf, keysIn } from './elsewhere.js';
import { DISPOSES, isEmptyValue, isNothing, partsOf, plain } from './expressions.js';
import { locksOf } from './locks.js';
import { areStepsForHeirs, canOverlap, isFresh, scopeOf } from './overlap.js';
import { isExcluded } from './racy-init.js';
import { entry, isSame, isShared, referencesOf, type Access, type Reference } from './references.js';
import { ASSUMED, AWAITED, isAwait, stretchesOf, type Walker } from './stretches.js';
import { testsOf } from './tests.js';
import { isInitial } from './writers.js';

export interface NullReset {
  readonly reset: Access;
  /** The file of the reader. */
  readonly readerIn: string;
  /** Who is caught between check and use: the check, and the use, which may stand in a helper. */
  readonly reader: FnIndex;
  readonly check: Temp;
  readonly useIn: FnIndex;
  readonly use: Temp;
  readonly lost: boolean;
  readonly certain: boolean;
}

type Facts = NonNullable<ReturnType<Analysis['project']['facts']>>;

interface Window {
  readonly ref: Reference;
  readonly fn: FnIndex;
  readonly check: Temp;
  /** The function that the use stands in: `fn`, or one that runs as a part of it. */
  readonly useIn: FnIndex;
  readonly use: Temp;
  /** Nothing is surely awaited in between, or what goes wrong there is caught there. */
  readonly harmless: boolean;
  /** No branch has asked: it was used with `!` before, so it was there. */
  readonly asserted?: true;
}

/** A bit of a walk's state: what the test had read was read again. */
const READ_AGAIN = 16;

export function nullResets(analysis: Analysis, file: string): NullReset[] {
  const facts = analysis.project.facts(file);
  if (!facts) return [];
  const references = referencesOf(facts);
  const found: NullReset[] = [];
  const all = references.accesses.all.filter((access) => isReset(facts, access) && !isInitial(facts, access));
  const resets = all.filter((access) => isShared(access.ref));
  if (all.length === 0) return [];
  const windows = windowsIn(facts, new Set(resets.flatMap(({ ref }) => keysOf(ref.key))));
  for (const reset of all) {
    const spared = isTaken(facts, reset) || isRefilled(facts, reset) || isFailure(facts, reset) || holdsPromise(facts, reset.ref);
    const here = spared || !isShared(reset.ref) ? [] : windows.map((one) => ({ ...one, file })).filter((one) => meets(analysis, file, reset, one));
    const caught = here.length > 0 || spared ? here : windowsElsewhere(analysis, file, reset);
    const weighed = caught.map((one) => ({ ...one, harmless: one.harmless || isForTests(facts, reset) || isEndedTwice(facts, file, reset, one) || isOwnEntry(file, reset, one) || isHandedOn(facts, analysis.project.facts(one.file)!, reset, one) || isSwallowed(analysis, one) }));
    const [window] = weighed.sort((a, b) => Number(a.harmless) - Number(b.harmless));
    if (window) {
      found.push({ reset, readerIn: window.file, reader: window.fn, check: window.check, useIn: window.useIn, use: window.use, lost: false, certain: !window.harmless && !(window.asserted && !isListener(facts, reset.fn)) && !endsProgram(analysis, { file, fn: reset.fn }, reset.temp, 0) });
      continue;
    }
    const lost = isShared(reset.ref) ? lostBy(analysis, file, reset) : undefined;
    const apart = lost && !canOverlap(analysis, { file, fn: lost.put.fn }, { file, fn: reset.fn }, scopeOf(analysis, file, reset.ref));
    if (lost && !apart) found.push({ reset, readerIn: file, reader: lost.put.fn, check: lost.read, useIn: lost.put.fn, use: lost.put.temp, lost: true, certain: lost.certain && !holdsPromise(facts, reset.ref) && !isLastAct(facts, reset.fn) && !areStepsForHeirs(analysis, { file, fn: lost.put.fn }, { file, fn: reset.fn }) });
  }
  return found;
}

/** One end of something in the middle of another: who ends it twice is told of no failure that matters. */
const isEndedTwice = (facts: Facts, file: string, reset: Access, window: Window & { readonly file: string }): boolean =>
  window.file === file && concurrencyOf(facts).taskOf(window.fn) === concurrencyOf(facts).taskOf(reset.fn) && ENDS.test(taskName(facts, reset.fn));

/** `async dispose() { … }`: what is added after that is too late in any case. */
const isLastAct = (facts: Facts, fn: FnIndex): boolean => facts.functions[concurrencyOf(facts).taskOf(fn)]!.params.length === 0 && DISPOSES.test(taskName(facts, fn));

const taskName = (facts: Facts, fn: FnIndex): string => facts.functions[concurrencyOf(facts).taskOf(fn)]!.name.replace(/^[#_]+/, '');

/** `export function resetForTesting() { … }` */
const isForTests = (facts: Facts, { fn }: Access): boolean => FOR_TESTS.test(facts.functions[concurrencyOf(facts).taskOf(fn)]!.name);

/** An entry that whoever found it takes out when it is done with: only a second call for the same one would miss it. */
const isOwnEntry = (file: string, reset: Access, window: Window & { readonly file: string }): boolean =>
  window.file === file && window.fn === reset.fn && reset.kind === 'drop' && reset.ref.path.at(-1) === '[]';

/** Who resets it and who reads it were both given the object: it is passed along within one task. */
const isHandedOn = (facts: Facts, there: Facts, reset: Access, window: Window): boolean => isGiven(facts, reset.ref) && isGiven(there, window.ref);

const isGiven = (facts: Facts, { root, path }: Reference): boolean =>
  path.length > 0 && (root.k === 'param' || root.k === 'local') && facts.vars[root.v]!.owner !== 0;

/** Whether what comes after ends the program or the page: nobody is left to find it gone. */
function endsProgram(analysis: Analysis, ref: FnRef, after: Temp | undefined, depth: number): boolean {
  const facts = analysis.project.facts(ref.file)!;
  let ends = false;
  const walker: Walker = {
    at(state, fn, temp, i) {
      ends ||= i.op === 'call' && (isEndOfProgram(facts, fn, i) || (depth < DEEPEST && analysis.targets({ file: ref.file, fn }, temp).some((target) => endsProgram(analysis, target, undefined, depth + 1))));
      return ends ? undefined : state;
    },
  };
  if (after === undefined) stretchesOf(facts).walk(ref.fn, 0, undefined, 0, walker);
  else stretchesOf(facts).walkAfter(ref.fn, after, 0, walker);
  return ends;
}

/** Helpers of helpers of helpers: no deeper. */
const DEEPEST = 3;

function isEndOfProgram(facts: Facts, fn: FnIndex, { fn: called }: InstructionOf<'call'>): boolean {
  const { code } = facts.functions[fn]!;
  const callee = code[called];
  if (callee?.op !== 'member') return false;
  const on = code[callee.obj];
  const v = on?.op === 'get' ? facts.vars[on.v]! : undefined;
  const name = on?.op === 'global' || on?.op === 'member' ? on.name : v?.import === undefined ? '' : v.name;
  return Object.hasOwn(ENDS_PROGRAM, name) && ENDS_PROGRAM[name]!.includes(callee.name);
}

/** A reference's own key, and that of its entries. */
const keysOf = (key: string): readonly string[] => [key, `${key}[]`];

/** Whether it is its entries that a reset takes away, and leaves the collection. */
const isOfEntries = (facts: Facts, { kind, fn, value }: Access): boolean => kind === 'clear' || (kind === 'write' && !isNothing(plain(facts, fn, value!)));

/** Whether a reset can come in the middle of a window of the same file. */
function meets(analysis: Analysis, file: string, reset: Access, window: Window & { readonly file: string }): boolean {
  const facts = analysis.project.facts(file)!;
  if (window.ref.key !== (isOfEntries(facts, reset) ? `${reset.ref.key}[]` : reset.ref.key)) return false;
  const concurrency = concurrencyOf(facts);
  if (concurrency.taskOf(window.fn) === concurrency.taskOf(reset.fn)) {
    if (!concurrency.overlapsItself(concurrency.taskOf(window.fn)) || isExcluded(facts, { fn: window.fn, ref: window.ref, read: window.check })) return false;
  }
  if (window.fn === reset.fn && turnsAway(facts, reset)) return false;
  return !excludes(analysis, file, reset, window) && canOverlap(analysis, { file, fn: window.fn }, { file, fn: reset.fn }, scopeOf(analysis, file, reset.ref));
}

/** `if (this.job) return; this.job = …; try { await … } finally { this.job = null; }`: one at a time, and it is its own. */
function turnsAway(facts: Facts, { fn, ref }: Access): boolean {
  const fact = facts.functions[fn]!;
  const early = beforeFirstAwait(fact);
  const takes = referencesOf(facts).accesses.of(fn).some(({ kind, ref: written, temp, value }) => kind === 'write' && written.key === ref.key && early.has(temp) && !isNothing(fact.code[value!]));
  return takes && testsOf(facts, fn).some((test) => test.ref.key === ref.key && early.has(test.read) && fact.blocks[test.full]!.end.k === 'return');
}

/** Windows in other files: of a field in those that have the class or use it, of a variable in those that import it. */
function windowsElsewhere(analysis: Analysis, file: string, reset: Access): (Window & { readonly file: string })[] {
  const facts = analysis.project.facts(file)!;
  const i = facts.functions[reset.fn]!.code[reset.temp]!;
  if (reset.kind !== 'write' || isTestFile(file.slice(analysis.project.root.length))) return [];
  const identity = identityOf(analysis, file, reset);
  if (!identity || (i.op === 'setmember' && isFresh(analysis, { file, fn: reset.fn }, i.obj))) return [];
  const entries = isOfEntries(facts, reset);
  // By another name than `this` it may be a field of a class of the same file, and by a getter it is another reference there.
  const own = (reset.ref.root.k === 'this' && identity.names.length === 1) || identity.k === 'variable' ? [] : [file];
  return [...own, ...filesUsing(analysis, file, identity)].flatMap((other) => {
    const there = analysis.project.facts(other);
    if (!there) return [];
    const keys = keysIn(analysis, other, identity);
    if (keys.size === 0) return [];
    return windowsIn(there, new Set([...keys].flatMap(keysOf)))
      .map((window) => ({ ...window, file: other }))
      .filter((window) => other !== file || window.ref.key !== reset.ref.key)
      .filter((window) => keys.has(entries ? window.ref.key.replace(/\[\]$/, '') : window.ref.key) && window.ref.key.endsWith('[]') === entries)
      .filter((window) => !concurrencyOf(there).isBirth(window.fn) && !excludes(analysis, file, reset, window))
      .filter((window) => canOverlap(analysis, { file: other, fn: window.fn }, { file, fn: reset.fn }, identity.k === 'field' ? 'object' : 'program'));
  });
}

function isReset(facts: Facts, { kind, fn, temp, value }: Access): boolean {
  if (kind === 'clear') return true;
  if (kind === 'write') {
    const i = facts.functions[fn]!.code[value!];
    return isNothing(i) || (isEmptyValue(facts, fn, value!) && i?.op !== 'const');
  }
  if (kind !== 'drop') return false;
  const i = facts.functions[fn]!.code[temp]!;
  if (i.op === 'delete') return true;
  const callee = i.op === 'call' ? facts.functions[fn]!.code[i.fn] : undefined;
  return callee?.op === 'member' && callee.name === 'delete';
}

/** From a check (or an own assignment) over an await to a use that takes the check for granted. */
function windowsIn(facts: Facts, keys: ReadonlySet<string>): Window[] {
  const references = referencesOf(facts);
  const stretches = stretchesOf(facts);
  const found: Window[] = [];
  facts.functions.forEach((fact, fn) => {
    if (fact.bodiless) return;
    for (const window of betweenUses(facts, fn, keys)) found.push(window);
    for (const test of testsOf(facts, fn)) {
      if (!keys.has(test.ref.key) || test.constant !== undefined) continue;
      const isUsed = (ref: Reference, at: FnIndex): boolean => (ref.key === test.ref.key && (at !== fn || isSame(ref, test.ref))) || (test.counted === true && isElement(ref, test.ref));
      const uses = (state: number, at: FnIndex, temp: Temp): boolean => {
        const read = references.accesses.at(at, temp).find((a) => a.kind === 'read' && isUsed(a.ref, at));
        const through = read ? takenForGranted(facts, at, temp) : undefined;
        if (!read || through === undefined) return false;
        // `if (!this.x?.isOver) this.x!.stop()`: the check itself lets it through.
        const letThrough = test.loose === true && through === 'nonnull' && (state & AWAITED) === 0 && !(at === fn && comesTo(facts, fn, test.full, temp));
        if ((state & AWAITED) === 0 && !letThrough) return false;
        const harmless = (state & ASSUMED) !== 0 || isCaught(facts, at, temp) || isCaughtInChain(facts, at);
        const ofList = isElement(read.ref, test.ref);
        found.push({ ref: ofList ? entry(test.ref, undefined) : test.ref, fn, check: test.read, useIn: at, use: temp, harmless });
        // Of a list, an element may be used next.
        return ofList || test.counted !== true;
      };
      stretches.walk(fn, test.loose ? test.empty : test.full, undefined, 0, {
        at(state, at, temp) {
          if (uses(state, at, temp)) return undefined;
          if ((state & AWAITED) !== 0 && test.counted === true && isCountedAnew(facts, at, temp, test.ref.key)) return undefined;
          const written = references.accesses.at(at, temp).some((a) => a.ref.key === test.ref.key && (a.kind === 'write' || a.kind === 'put' || a.kind === 'drop'));
          return written ? undefined : at === fn && temp === test.read ? state | READ_AGAIN : state;
        },
        side(state, at, block, to) {
          const first = at === fn && (state & READ_AGAIN) === 0 ? test.read : undefined;
          return asksAfresh(facts, at, block, to, test.ref.key, first) ? undefined : state;
        },
      });
    }
  });
  return found;
}

/** Whether a way leads from a block to an instruction of the function. */
function comesTo(facts: Facts, fn: FnIndex, from: BlockIndex, temp: Temp): boolean {
  const { blocks } = facts.functions[fn]!;
  return [...reachable(facts.functions[fn]!, from, new Set())].some((block) => temp >= blocks[block]!.from && temp < blocks[block]!.to);
}

/** `for (let i = list.length - 1; …)`: how many there are now is what it goes by. */
const isCountedAnew = (facts: Facts, fn: FnIndex, temp: Temp, key: string): boolean => {
  const i = facts.functions[fn]!.code[temp];
  return i?.op === 'member' && (i.name === 'length' || i.name === 'size') && referencesOf(facts).of(fn, i.obj)?.key === key;
};

/** A function that an event calls: who calls a method that takes something away is asked to wait until nobody uses it. */
function isListener(facts: Facts, fn: FnIndex): boolean {
  const { parent } = facts.functions[fn]!;
  const site = parent < 0 ? undefined : closureIn(facts.functions[parent]!, fn);
  if (site === undefined) return false;
  const { code } = facts.functions[parent]!;
  return callsWith(facts.functions[parent]!, site).some(({ call }) => {
    const i = code[call];
    const callee = i?.op === 'call' ? code[i.fn] : undefined;
    return (callee?.op === 'member' && addsListener(callee.name)) || (callee?.op === 'get' && /^on[A-Z]/.test(facts.vars[callee.v]!.name));
  });
}

/** From one use of what `!` says is there over an await to the next: the first of them is the check. */
function betweenUses(facts: Facts, fn: FnIndex, keys: ReadonlySet<string>): Window[] {
  const references = referencesOf(facts);
  const found: Window[] = [];
  const isUse = (access: Access): boolean => access.kind === 'read' && takenForGranted(facts, access.fn, access.temp) === 'nonnull';
  for (const first of references.accesses.of(fn)) {
    if (!keys.has(first.ref.key) || !isUse(first)) continue;
    stretchesOf(facts).walkAfter(fn, first.temp, 0, {
      at(state, at, temp) {
        const here = references.accesses.at(at, temp).filter((a) => a.ref.key === first.ref.key);
        const next = here.find((a) => (at !== fn || isSame(a.ref, first.ref)) && isUse(a));
        if (next && (state & AWAITED) !== 0) {
          found.push({ ref: first.ref, fn, check: first.temp, useIn: at, use: temp, harmless: (state & ASSUMED) !== 0 || isCaught(facts, at, temp), asserted: true });
        }
        return next || here.some((a) => a.kind !== 'read') ? undefined : state;
      },
      side: (state, at, block, to) => (asksAfresh(facts, at, block, to, first.ref.key, undefined) ? undefined : state),
    });
  }
  return found;
}

/** In a `try` whose handler goes on by itself: that something is not there is one of the failures it deals with. */
function isCaught(facts: Facts, fn: FnIndex, temp: Temp): boolean {
  const fact = facts.functions[fn]!;
  const { blocks } = fact;
  const at = blocks.findIndex((b) => temp >= b.from && temp < b.to);
  const handler = blocks[at]?.handler;
  if (handler === undefined) return false;
  // What comes after the `try`, failed or not, is no part of its handler.
  const after = reachable(fact, at, new Set());
  return [...reachable(fact, handler, after)].every((block) => blocks[block]!.end.k !== 'throw');
}

/** Blocks that a block leads to, itself included, with nothing thrown on the way and none of the `others`. */
function reachable(fact: FunctionFact, from: BlockIndex, others: ReadonlySet<BlockIndex>): ReadonlySet<BlockIndex> {
  const found = new Set<BlockIndex>();
  const pending = [from];
  while (pending.length > 0) {
    const block = pending.pop()!;
    if (found.has(block) || others.has(block)) continue;
    found.add(block);
    pending.push(...successors(fact, block, false));
  }
  return found;
}

/** `closed.then(() => this.x.close()).catch(warn)`: the same, in a chain of promises. */
function isCaughtInChain(facts: Facts, fn: FnIndex): boolean {
  const { parent } = facts.functions[fn]!;
  const site = parent < 0 ? undefined : closureIn(facts.functions[parent]!, fn);
  if (site === undefined) return false;
  const { code } = facts.functions[parent]!;
  const [first] = callsWith(facts.functions[parent]!, site);
  for (let link = first?.call; link !== undefined; ) {
    const next = code.findIndex((i) => i.op === 'member' && i.obj === link && continuesPromise(i.name));
    const member = code[next];
    if (member?.op !== 'member') return false;
    if (member.name === 'catch') return true;
    const call = code.findIndex((i) => i.op === 'call' && i.fn === next);
    link = call < 0 ? undefined : call;
  }
  return false;
}

/** `this.tried(async () => …)`, `@swallowErrors() async update() { … }`: whoever runs it goes on by itself where it fails. */
function isSwallowed(analysis: Analysis, { file, useIn }: Window & { readonly file: string }): boolean {
  const facts = analysis.project.facts(file)!;
  for (let fn = useIn; ; fn = facts.functions[fn]!.parent) {
    const { parent, cls } = facts.functions[fn]!;
    const around = parent < 0 ? undefined : facts.functions[parent]!;
    const site = around && closureIn(around, fn);
    if (site === undefined) return cls !== undefined && facts.classes[cls]!.members.some((m) => m.fn === fn && m.decorators?.some((name) => SWALLOWS.test(name)) === true);
    const passed = callsWith(around!, site);
    if (passed.some(({ call, argument }) => analysis.targets({ file, fn: parent }, call).some((target) => triesParam(analysis, target, argument)))) return true;
  }
}

/** Whether a function waits for each call of one of its parameters in a `try` whose handler goes on by itself. */
function triesParam(analysis: Analysis, { file, fn }: FnRef, param: number): boolean {
  const facts = analysis.project.facts(file)!;
  const { code } = facts.functions[fn]!;
  const calls = code.flatMap((i, temp) => {
    const callee = i.op === 'call' ? code[i.fn] : undefined;
    const v = callee?.op === 'get' ? facts.vars[callee.v]! : undefined;
    return v?.kind === 'param' && v.owner === fn && v.param === param ? [temp] : [];
  });
  return calls.length > 0 && calls.every((call) => code.some((i, temp) => i.op === 'await' && i.value === call && isCaught(facts, fn, temp)));
}

/** `list[i]`, `list[0]` of `list`. */
const isElement = (ref: Reference, list: Reference): boolean => ref.key.startsWith(list.key) && /^(?:\[\]|\.\d+)$/.test(ref.key.slice(list.key.length));

function asksAfresh(facts: Facts, fn: FnIndex, block: number, to: number, key: string, first: Temp | undefined): boolean {
  const { end } = facts.functions[fn]!.blocks[block]!;
  if (end.k !== 'branch') return false;
  if (testsOf(facts, fn).some((test) => test.block === block && test.ref.key === key && test.read !== first && (!test.loose || test.full === to))) return true;
  // `Array.isArray(this.x)`, `isReady(this.x)`
  const references = referencesOf(facts);
  const { code } = facts.functions[fn]!;
  return [...partsOf(facts, fn, end.on, false)].some((part) => {
    const i = code[part]!;
    return i.op === 'call' && i.args.some((arg) => arg !== first && references.accesses.at(fn, arg).some((a) => a.kind === 'read' && a.ref.key === key));
  });
}

/** Whether what was read is used as if it were surely there. */
function takenForGranted(facts: Facts, fn: FnIndex, read: Temp): 'use' | 'nonnull' | undefined {
  const { code } = facts.functions[fn]!;
  for (const [temp, i] of code.entries()) {
    if (i.op === 'nonnull' && i.value === read) {
      if (code.some((j) => (j.op === 'member' && j.obj === temp && !j.opt) || (j.op === 'call' && j.fn === temp))) return 'nonnull';
    } else if (i.op === 'member' && i.obj === read && !i.opt) return 'use';
    else if (i.op === 'call' && i.fn === read && !i.opt && !i.new) return 'use';
  }
  return undefined;
}

/** Whether one lock is held from the check to the use, and at the reset. */
function excludes(analysis: Analysis, file: string, reset: Access, window: Window & { readonly file: string }): boolean {
  const locks = locksOf(analysis, window.file);
  if (!locks.any) return false;
  const held = locks.at(window.useIn, window.use);
  if (held.size === 0) return false;
  const checked = locks.at(window.fn, window.check);
  return [...locksOf(analysis, file).at(reset.fn, reset.temp).values()].some((lock) => holdsSame(held, lock) && holdsSame(checked, lock));
}

/** The lock itself, or the lock of the same field, which another file names in other words. */
function holdsSame(held: ReadonlyMap<string, LockRef>, { place }: LockRef): boolean {
  const member = memberOf(place);
  return held.has(place.id) || (member !== undefined && [...held.values()].some((lock) => memberOf(lock.place) === member));
}

/** `try { this.x = await make() } catch { this.x = undefined }`: it was to be replaced, and nothing came. */
function isFailure(facts: Facts, reset: Access): boolean {
  const { blocks } = facts.functions[reset.fn]!;
  const own = blocks.findIndex((b) => reset.temp >= b.from && reset.temp < b.to);
  const writes = referencesOf(facts).accesses.of(reset.fn).filter((a) => a.kind === 'write' && a.ref.key === reset.ref.key && a.temp !== reset.temp);
  return blocks.some((b) => b.handler === own && writes.some((a) => a.temp >= b.from && a.temp < b.to));
}

/** `const old = this.x; this.x = undefined`: who takes it out has it to himself. */
function isTaken(facts: Facts, reset: Access): boolean {
  const references = referencesOf(facts);
  const { code } = facts.functions[reset.fn]!;
  return code.some((i, temp) => {
    if (i.op !== 'set' || temp > reset.temp || facts.vars[i.v]!.owner !== reset.fn) return false;
    // `const ok = await this.x.open()`: what is waited for is not it.
    return [...partsOf(facts, reset.fn, i.value, false, (one) => one.op === 'await')].some((part) => references.accesses.at(reset.fn, part).some((a) => a.kind === 'read' && a.ref.key === reset.ref.key));
  });
}

/** `this.x = undefined; this.x ??= make()`: in the same stretch there is another one, whichever way is taken. */
function isRefilled(facts: Facts, reset: Access): boolean {
  if (reset.kind !== 'write') return false;
  const references = referencesOf(facts);
  const fact = facts.functions[reset.fn]!;
  // What another function makes fills it; what that is given may be nothing.
  const makes = (fn: FnIndex, value: Temp): boolean => !isEmptyValue(facts, fn, value) && (fn === reset.fn || plain(facts, fn, value)?.op === 'call');
  const fills = (fn: FnIndex, temp: Temp): boolean => references.accesses.at(fn, temp).some((a) => a.kind === 'write' && a.ref.key === reset.ref.key && makes(fn, a.value!));
  const pending = [{ block: stretchesOf(facts).blockOf(reset.fn, reset.temp)!, from: reset.temp + 1 }];
  const seen = new Set<number>();
  for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
    const { to } = fact.blocks[at.block]!;
    let temp = at.from;
    const isFilled = (): boolean => fills(reset.fn, temp) || fillsAtOnce(facts, reset.fn, temp, fills);
    while (temp < to && !isFilled() && !isAwait(fact, fact.code[temp]!)) temp++;
    if (temp < to && !isFilled()) return false;
    if (temp < to) continue;
    const next = successors(fact, at.block, false);
    if (next.length === 0) return false;
    for (const block of next) if (!seen.has(block) && seen.add(block)) pending.push({ block, from: fact.blocks[block]!.from });
  }
  return true;
}

/** In a function that it calls: that runs up to its first await at once. */
function fillsAtOnce(facts: Facts, fn: FnIndex, temp: Temp, fills: (fn: FnIndex, temp: Temp) => boolean): boolean {
  const i = facts.functions[fn]!.code[temp]!;
  if (i.op !== 'call') return false;
  let filled = false;
  for (const part of stretchesOf(facts).partsAt(fn, temp, i)) {
    if (part.later) continue;
    stretchesOf(facts).walk(part.fn, 0, undefined, 0, {
      at(state, at, t) {
        filled ||= (state & AWAITED) === 0 && fills(at, t);
        return filled || (state & AWAITED) !== 0 ? undefined : state;
      },
    });
  }
  return filled;
}

/** A slot of a promise: who has read it keeps the promise. */
function holdsPromise(facts: Facts, ref: Reference): boolean {
  const { root, path } = ref;
  const type = root.k === 'this' || root.k === 'static' ? facts.classes[root.cls]!.members.find((m) => m.name === path[0])?.type : 'v' in root ? facts.vars[root.v]!.type : undefined;
  // `let pending = new Array<Promise<void>>()`
  const made = type === undefined && 'v' in root ? writesOf(facts, root.v).map(({ fn, value }) => facts.functions[fn]!.code[value]) : [];
  return [type, ...made.map((i) => (i?.op === 'call' ? i.targs : undefined))].some((one) => one !== undefined && JSON.stringify(one).includes('"Promise"'));
}

/** A batch is handed on and emptied after the await: what came in meanwhile is lost. */
function lostBy(analysis: Analysis, file: string, reset: Access): { read: Temp; put: Access; certain: boolean } | undefined {
  const facts = analysis.project.facts(file)!;
  const references = referencesOf(facts);
  const empties = reset.kind === 'clear' || (reset.kind === 'write' && facts.functions[reset.fn]!.code[reset.value!]?.op === 'array');
  if (!empties) return undefined;
  const locks = locksOf(analysis, file);
  const held = locks.at(reset.fn, reset.temp);
  const put = references.accesses
    .to(`${reset.ref.key}[]`)
    .find((a) => a.kind === 'put' && ![...locks.at(a.fn, a.temp).keys()].some((id) => held.has(id)));
  if (!put) return undefined;
  const { code } = facts.functions[reset.fn]!;
  const call = code[reset.temp]!;
  const callee = call.op === 'call' ? code[call.fn] : undefined;
  const receiver = callee?.op === 'member' ? callee.obj : call.op === 'setmember' ? call.obj : undefined;
  for (const read of references.accesses.of(reset.fn)) {
    if (read.kind !== 'read' || read.ref.key !== reset.ref.key || read.temp > reset.temp) continue;
    const turns = isGoneThrough(facts, reset.fn, read);
    if (!turns && !code.some((i) => i.op === 'call' && i.args.includes(read.temp))) continue;
    let reached = false;
    stretchesOf(facts).walkAfter(reset.fn, read.temp, 0, {
      at(state, at, temp) {
        if (at === reset.fn && temp === reset.temp) {
          if ((state & AWAITED) !== 0) reached = true;
          return undefined;
        }
        const isReceiver = at === reset.fn && temp === receiver;
        return !isReceiver && references.accesses.at(at, temp).some((a) => a.ref.key === reset.ref.key) ? undefined : state;
      },
      deep: false,
    });
    // Where the batch has a lock, who adds to it from elsewhere may well hold it.
    // Who ends all that is there wants no more of it.
    const ends = turns && ENDS.test(facts.functions[concurrencyOf(facts).taskOf(reset.fn)]!.name.replace(/^[#_]+/, ''));
    if (reached) return { read: read.temp, put, certain: !ends && (held.size === 0 || concurrencyOf(facts).callers(put.fn).escapes) };
  }
  return undefined;
}

/** Calls that give a list of its own of what is in a collection: what is added later is not in it. */
const COPIES = /^(?:slice|filter|map|flatMap|concat|from|toSorted|toReversed)$/;

/** `for (const one of [...this.batch]) await send(one)`, `await Promise.all(this.batch.map(send))`: what was there when it began. */
function isGoneThrough(facts: Facts, fn: FnIndex, read: Access): boolean {
  const { code } = facts.functions[fn]!;
  const references = referencesOf(facts);
  const settled = stretchesOf(facts).settled(fn);
  const isCopy = (temp: Temp): boolean => {
    const i = code[temp];
    const callee = i?.op === 'call' ? code[i.fn] : undefined;
    return i?.op === 'array' ? i.spread !== undefined : callee?.op === 'member' && COPIES.test(callee.name);
  };
  return code.some((i, temp) => {
    if (i.op === 'iterate') return references.collection(fn, i.of)?.key === read.ref.key && [...partsOf(facts, fn, i.of, false)].some((part) => isCopy(part)) && partsOf(facts, fn, i.of, false).has(read.temp);
    const callee = i.op === 'call' ? code[i.fn] : undefined;
    return callee?.op === 'member' && callee.obj === read.temp && /^(?:map|flatMap)$/.test(callee.name) && settled.has(temp);
  });
}
