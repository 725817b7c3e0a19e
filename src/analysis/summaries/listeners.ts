/**
 * Who listens to what is told: by the name of the event or of the field, or by the method through which listeners are
 * registered. Where nobody in the project does, the listeners are strangers.
 */
import type { FileFacts, FunctionFact, Temp } from '../facts/ir.js';
import { cut, isTestFile } from '../project/scan.js';
import { addsListener, putsIntoCollection } from '../../models/language.js';
import type { Analysis } from './analysis.js';
import { isToldName } from './callbacks.js';
import { passedBy } from './conditions.js';
import type { Effect, LockRef, Step } from './effect.js';
import { beforeFirstAwait } from './graph.js';
import { isKin } from './identity.js';
import { writesOf } from './uses.js';
import type { FnRef, Ty, Value } from './values.js';

const LISTENING =
  /\.(?:on|once|addListener|addEventListener|prependListener|prependOnceListener)\(\s*(?:(['"`])([^'"`\n]+)\1|([\w$.]+))\s*,|(?:\.|\b)(\w+)\s*(?:=|:|\()\s?/g;
const EMITS = /^(?:emit|dispatchEvent|fire|trigger)$/;

/** The project's files but for its tests. */
const sources = ({ project }: Analysis): string[] => project.files.filter((file) => !isTestFile(file.slice(project.root.length)));

/** Events that a text listens to (by their names, or the last name of a constant), and fields by which it is told. */
function heardIn(text: string): ReadonlySet<string> {
  const names = new Set<string>();
  for (const [, , literal, constant, field] of text.matchAll(LISTENING)) {
    if (field === undefined || isToldName(field)) names.add(cut(literal ?? constant?.split('.').at(-1) ?? field!));
  }
  return names;
}

const listeningFiles = (analysis: Analysis, event: string): string[] =>
  sources(analysis).filter((file) => analysis.project.inText('heard', file, heardIn)?.has(event));

/** Names that an event may have: a string, or the last name of a constant that holds it. */
function eventsOf(facts: FileFacts, fact: FunctionFact, temp: Temp | undefined): string[] {
  const i = temp !== undefined ? fact.code[temp] : undefined;
  switch (i?.op) {
    case 'const':
      return typeof i.value === 'string' ? [i.value] : [];
    case 'member':
      return [i.name];
    case 'cast':
    case 'nonnull':
      return eventsOf(facts, fact, i.value);
    case 'join':
      return i.of.flatMap((one) => eventsOf(facts, fact, one));
    case 'call':
      return i.new ? eventsOf(facts, fact, i.args[0]) : [];
    case 'get': {
      const variable = facts.vars[i.v]!;
      return variable.kind === 'const' || variable.kind === 'import' ? [variable.name] : [];
    }
    default:
      return [];
  }
}

/** What a notification is known by. */
interface Told {
  /** The event that is emitted on the way to it, or the field that is called. */
  readonly names: readonly string[];
  /** Functions by which listeners come to where they are kept. */
  readonly registrars: readonly string[];
  /** What the object is that tells. */
  readonly by: Value;
}

function toldBy(analysis: Analysis, steps: readonly Step[]): Told | undefined {
  for (const [n, step] of [...steps].reverse().entries()) {
    const facts = analysis.project.facts(step.file);
    for (const [fn, fact] of (facts?.functions ?? []).entries()) {
      const i = fact.s <= step.s && fact.e >= step.e ? fact.code.find((j) => j.op === 'call' && j.s === step.s && j.e === step.e) : undefined;
      if (i?.op !== 'call') continue;
      const callee = fact.code[i.fn];
      const name = callee?.op === 'member' ? callee.name : '';
      const ref = { file: step.file, fn };
      const by = callee?.op === 'member' ? analysis.values.of(ref, callee.obj) : [];
      if (n === 0 && !EMITS.test(name)) return { names: name !== '' ? [name] : [], registrars: registrarsOf(analysis, ref, i.fn, name), by };
      const names = eventsOf(facts!, fact, i.args[0]);
      if (names.length > 0) return { names, registrars: [], by };
      break;
    }
  }
  return undefined;
}

/** The functions of the file that put what they are given where this callee comes from. */
function registrarsOf(analysis: Analysis, ref: FnRef, callee: Temp, field: string): string[] {
  const { places, values } = analysis;
  const facts = analysis.project.facts(ref.file)!;
  const source = places.source(ref, callee);
  const kept = source.element ? places.of(source.ref, source.temp) : undefined;
  const value = values.instruction({ ...source.ref, temp: source.temp });
  const given = value?.op === 'get' && source.ref.file === ref.file ? new Set(writesOf(facts, value.v).map((w) => `${w.fn}:${w.value}`)) : undefined;
  const last = (id: string): string => id.split('.').at(-1)!;
  return facts.functions.flatMap((fact, fn) => {
    const at = { file: ref.file, fn };
    const isGiven = (temp: Temp): boolean => {
      if (values.of(at, temp).some((ty) => ty.k === 'param' && ty.fn === fn)) return true;
      const passed = passedBy(facts, at, temp, []);
      return typeof passed === 'object' && 'param' in passed && passed.param.fn === fn;
    };
    const registers = fact.code.some((i) => {
      if (i.op === 'setmember') return field !== '' && i.name === field && isGiven(i.value);
      if (i.op === 'set') return given?.has(`${fn}:${i.value}`) === true && isGiven(i.value);
      const method = i.op === 'call' ? fact.code[i.fn] : undefined;
      if (i.op !== 'call' || !kept || method?.op !== 'member' || !putsIntoCollection(method.name) || !i.args.some(isGiven)) return false;
      // The same field of another value of its type: the state of one topic of many.
      return places.of(at, method.obj).id === kept.id || last(places.text(at, method.obj)) === last(kept.text);
    });
    return registers && fact.name !== '' ? [fact.name] : [];
  });
}

const isFunction = (analysis: Analysis, ref: FnRef, temp: Temp | undefined): boolean =>
  temp !== undefined && analysis.values.of(ref, temp).some((ty) => ty.k === 'fn' || (ty.k === 'applier' && ty.of.k === 'fn'));

/** Goes over the code of a file until somebody has found what is asked for. */
function someCode(analysis: Analysis, file: string, test: (ref: FnRef, fact: FunctionFact, i: FunctionFact['code'][number]) => boolean): boolean {
  const functions = analysis.project.facts(file)?.functions ?? [];
  return functions.some((fact, fn) => fact.code.some((i) => test({ file, fn }, fact, i)));
}

/** @param heard Is told of each listener, with the object that it listens to (where that is known); true ends the search. */
function someListener(analysis: Analysis, event: string, heard: (ref: FnRef, listener: Temp, to: Temp | undefined) => boolean): boolean {
  return listeningFiles(analysis, event).some((file) =>
    someCode(analysis, file, (ref, fact, i) => {
      const hears = (listener: Temp | undefined, to?: Temp): boolean => listener !== undefined && isFunction(analysis, ref, listener) && heard(ref, listener, to);
      if (i.op === 'setmember') return i.name === event && hears(i.value, i.obj);
      if (i.op === 'object') return i.props.some((p) => p.name === event && hears(p.value));
      const callee = i.op === 'call' ? fact.code[i.fn] : undefined;
      if (i.op !== 'call' || callee?.op !== 'member' || !addsListener(callee.name)) return false;
      return eventsOf(analysis.project.facts(file)!, fact, i.args[0]).includes(event) && hears(i.args[1], callee.obj);
    }),
  );
}

/** Whether somebody hands a function to a function of this name. */
function isRegisteredBy(analysis: Analysis, name: string): boolean {
  for (const file of sources(analysis)) {
    if (!analysis.project.inText(`calls ${name}`, file, (text) => text.includes(`${name}(`))) continue;
    const found = someCode(analysis, file, (ref, fact, i) => {
      const callee = i.op === 'call' ? fact.code[i.fn] : undefined;
      const called = callee?.op === 'member' ? callee.name : callee?.op === 'get' ? analysis.project.facts(file)!.vars[callee.v]!.name : undefined;
      return i.op === 'call' && called === name && i.args.some((arg) => isFunction(analysis, ref, arg));
    });
    if (found) return true;
  }
  return false;
}

/** More functions than a listener's are not looked at. */
const MOST_FUNCTIONS = 300;

/** Whether one of these functions takes the lock before it first waits. */
function takesAtOnce(analysis: Analysis, start: readonly FnRef[], lock: LockRef): boolean {
  const keyOf = (ref: FnRef): string => `${ref.file}:${ref.fn}`;
  const pending = [...start];
  const seen = new Set(pending.map(keyOf));
  const isIt = (taken: { readonly lock: LockRef }): boolean => taken.lock.place.id === lock.place.id;
  for (const ref of pending) {
    const fact = analysis.values.fact(ref);
    if (!fact || seen.size > MOST_FUNCTIONS) continue;
    for (const temp of beforeFirstAwait(fact)) {
      if (fact.code[temp]!.op !== 'call') continue;
      const outcome = analysis.outcome(ref, temp);
      if (outcome.acquires.some(isIt) || outcome.invokes.some((run) => run.locks.some((held) => isIt({ lock: held })))) return true;
      for (const next of outcome.targets) {
        if (seen.has(keyOf(next))) continue;
        seen.add(keyOf(next));
        pending.push(next);
      }
    }
  }
  return false;
}

const isClass = (ty: Ty): ty is Extract<Ty, { k: 'instance' | 'class' }> => ty.k === 'instance' || ty.k === 'class';

/** Whether two values can be one object: nothing is known of one, or their classes are related. */
function canBeOne(analysis: Analysis, a: Value, b: Value): boolean {
  const classes = (value: Value): string[] => value.filter(isClass).map((ty) => `${ty.file}#${ty.cls}`);
  const [one, other] = [classes(a), classes(b)];
  return one.length === 0 || other.length === 0 || one.some((cls) => other.some((kin) => isKin(analysis, cls, kin)));
}

/**
 * Whether who is told may want the lock that is held meanwhile: a listener that takes it at once, or strangers, where
 * nobody in the project listens.
 */
export function mayWant(analysis: Analysis, effect: Effect, lock: LockRef): boolean {
  const told = toldBy(analysis, effect.steps);
  if (!told) return true;
  let known = false;
  const wants = told.names.some((name) =>
    someListener(analysis, name, (ref, listener, to) => {
      known = true;
      if (to !== undefined && !canBeOne(analysis, told.by, analysis.values.of(ref, to))) return false;
      const functions = analysis.values.of(ref, listener).flatMap((ty) => (ty.k === 'applier' ? [ty.of] : [ty])).filter((ty) => ty.k === 'fn');
      return takesAtOnce(analysis, functions, lock);
    }),
  );
  return wants || (!known && !told.registrars.some((name) => isRegisteredBy(analysis, name)));
}
