/**
 * Notifications that nobody waits for: the listeners run before the call returns, and what they start goes on without
 * the section. One that is the section's last act harms nobody, unless a listener wants the lock itself.
 */
import type { FileFacts, FunctionFact, Instruction, Temp } from '../facts/ir.js';
import { isTestFile } from '../project/scan.js';
import type { Analysis } from './analysis.js';
import { isToldName } from './callbacks.js';
import type { Effect, LockRef, Step } from './effect.js';
import { reach, successors } from './graph.js';
import type { FnRef } from './values.js';

/** What becomes of a call's result: nothing, the function's own result, or anything else. */
type Use = 'dropped' | 'returned' | 'used';

export function useOf(fact: FunctionFact, temp: Temp, depth = 0): Use {
  if (depth > 6) return 'used';
  if (fact.blocks.some(({ end }) => end.k === 'branch' && end.on === temp)) return 'used';
  let returned = fact.blocks.some(({ end }) => end.k === 'return' && end.value === temp);
  for (let t = temp + 1; t < fact.code.length; t++) {
    const i = fact.code[t]!;
    if (!takes(i, temp)) continue;
    let next: Use = 'used';
    if (i.op === 'join' || (i.op === 'unary' && i.sign === 'void')) next = useOf(fact, t, depth + 1);
    else if (i.op === 'member' && /^(?:then|catch|finally)$/.test(i.name)) {
      const call = fact.code.findIndex((j) => j.op === 'call' && j.fn === t);
      if (call >= 0) next = useOf(fact, call, depth + 1);
    }
    if (next === 'used') return 'used';
    returned ||= next === 'returned';
  }
  return returned ? 'returned' : 'dropped';
}

function takes(i: Instruction, temp: Temp): boolean {
  switch (i.op) {
    case 'call':
      return i.fn === temp || i.args.includes(temp);
    case 'join':
      return i.of.includes(temp);
    case 'array':
      return i.items.includes(temp);
    case 'object':
      return i.props.some((property) => property.value === temp);
    case 'template':
      return i.args.includes(temp);
    case 'binary':
      return i.left === temp || i.right === temp;
    case 'unary':
      return i.arg === temp;
    case 'member':
      return i.obj === temp;
    case 'index':
      return i.obj === temp || i.key === temp;
    case 'setmember':
      return i.obj === temp || i.value === temp;
    case 'setindex':
      return i.obj === temp || i.key === temp || i.value === temp;
    case 'iterate':
    case 'rest':
      return i.of === temp;
    case 'set':
    case 'await':
    case 'yield':
    case 'cast':
    case 'nonnull':
      return i.value === temp;
    case 'unknown':
      return i.of?.includes(temp) ?? false;
    default:
      return false;
  }
}

const CHANGES = /^(?:set|add|delete|clear|push|pop|shift|unshift|splice)$/;

/** Whether after a call something shared is still to be written: a listener that throws, or looks, meets it half done. */
export function writesAfter(analysis: Analysis, ref: FnRef, temp: Temp, isHeld: (temp: Temp) => boolean): boolean {
  const facts = analysis.project.facts(ref.file)!;
  const fact = facts.functions[ref.fn]!;
  const own = fact.blocks.findIndex((block) => temp >= block.from && temp < block.to);
  if (own < 0) return false;
  const isShared = (obj: Temp): boolean => {
    const { root } = analysis.places.of(ref, obj);
    return root === 'this' || root === 'module';
  };
  const writes = (t: Temp): boolean => {
    const i = fact.code[t]!;
    if (t === temp || !isHeld(t)) return false;
    if (i.op === 'setmember' || i.op === 'setindex' || i.op === 'delete') return isShared(i.obj);
    if (i.op === 'set') return facts.vars[i.v]!.owner === 0 && ref.fn !== 0;
    const callee = i.op === 'call' ? fact.code[i.fn] : undefined;
    return callee?.op === 'member' && CHANGES.test(callee.name) && isShared(callee.obj);
  };
  for (let t = temp + 1; t < fact.blocks[own]!.to; t++) if (writes(t)) return true;
  for (const b of reach(fact, successors(fact, own, false), new Set(), false)) {
    const { from, to } = fact.blocks[b]!;
    for (let t = from; t < to; t++) if (writes(t)) return true;
  }
  return false;
}

const LISTENS = /^(?:on|once|addListener|addEventListener|prependListener|prependOnceListener)$/;
const LISTENING = /\.(?:on|once|addListener|addEventListener|prependListener|prependOnceListener)\(\s*(?:(['"`])([^'"`\n]+)\1|([\w$.]+))\s*,|\.(\w+)\s*=\s/g;
const EMITS = /^(?:emit|dispatchEvent|fire|trigger)$/;

/** The files that listen to an event (by its name, or the last name of a constant), or set a field to be told by. */
const listening = new WeakMap<Analysis, Map<string, Set<string>>>();

export function forgetListeners(analysis: Analysis): void {
  listening.delete(analysis);
}

function listeningFiles(analysis: Analysis, event: string): ReadonlySet<string> {
  let index = listening.get(analysis);
  if (!index) {
    listening.set(analysis, (index = new Map()));
    for (const file of analysis.project.files) {
      if (isTestFile(file.slice(analysis.project.root.length))) continue;
      let text = '';
      try {
        text = analysis.project.text(file);
      } catch {
        continue;
      }
      for (const [, , literal, constant, field] of text.matchAll(LISTENING)) {
        const name = literal ?? constant?.split('.').at(-1) ?? field!;
        if (field !== undefined && !isToldName(field)) continue;
        const files = index.get(name);
        if (files) files.add(file);
        else index.set(name, new Set([file]));
      }
    }
  }
  return index.get(event) ?? new Set();
}

/** Name of an event: a string, or the last name of a constant that holds it. */
function eventOf(facts: FileFacts, fact: FunctionFact, temp: Temp | undefined): string | undefined {
  const i = temp !== undefined ? fact.code[temp] : undefined;
  if (i?.op === 'const') return typeof i.value === 'string' ? i.value : undefined;
  if (i?.op === 'member') return i.name;
  if (i?.op === 'cast' || i?.op === 'nonnull') return eventOf(facts, fact, i.value);
  if (i?.op === 'call' && i.new) return eventOf(facts, fact, i.args[0]);
  if (i?.op !== 'get') return undefined;
  const variable = facts.vars[i.v]!;
  return variable.kind === 'const' || variable.kind === 'import' ? variable.name : undefined;
}

/** What a notification is known by: the event that is emitted on the way to it, or the field that is called. */
function toldBy(analysis: Analysis, steps: readonly Step[]): string | undefined {
  for (const [n, step] of [...steps].reverse().entries()) {
    const facts = analysis.project.facts(step.file);
    for (const fact of facts?.functions ?? []) {
      const i = fact.s <= step.s && fact.e >= step.e ? fact.code.find((j) => j.op === 'call' && j.s === step.s && j.e === step.e) : undefined;
      if (i?.op !== 'call') continue;
      const callee = fact.code[i.fn];
      const name = callee?.op === 'member' ? callee.name : '';
      if (n === 0 && !EMITS.test(name)) return name !== '' ? name : undefined;
      const event = eventOf(facts!, fact, i.args[0]);
      if (event !== undefined) return event;
      break;
    }
  }
  return undefined;
}

function listenersOf(analysis: Analysis, event: string): FnRef[] {
  const found: FnRef[] = [];
  for (const file of listeningFiles(analysis, event)) {
    const facts = analysis.project.facts(file);
    facts?.functions.forEach((fact, fn) => {
      const ref = { file, fn };
      for (const i of fact.code) {
        let value: Temp | undefined;
        if (i.op === 'setmember' && i.name === event) value = i.value;
        else if (i.op === 'call') {
          const callee = fact.code[i.fn];
          if (callee?.op === 'member' && LISTENS.test(callee.name) && eventOf(facts, fact, i.args[0]) === event) value = i.args[1];
        }
        if (value === undefined) continue;
        for (const ty of analysis.values.of(ref, value)) {
          if (ty.k === 'fn') found.push({ file: ty.file, fn: ty.fn });
          else if (ty.k === 'applier' && ty.of.k === 'fn') found.push({ file: ty.of.file, fn: ty.of.fn });
        }
      }
    });
  }
  return found;
}

/** More functions than a listener's are not looked at. */
const MOST_FUNCTIONS = 300;

/** Whether one of these functions, or what it calls, takes the lock. */
function takesLock(analysis: Analysis, start: readonly FnRef[], lock: LockRef): boolean {
  const keyOf = (ref: FnRef): string => `${ref.file}:${ref.fn}`;
  const pending = [...start];
  const seen = new Set(pending.map(keyOf));
  const isIt = (taken: LockRef): boolean => taken.place.id === lock.place.id;
  for (const ref of pending) {
    const fact = analysis.values.fact(ref);
    if (!fact || seen.size > MOST_FUNCTIONS) continue;
    if (analysis.flow(ref)?.held.some((held) => isIt(held.lock))) return true;
    const add = (next: FnRef): void => {
      if (seen.has(keyOf(next))) return;
      seen.add(keyOf(next));
      pending.push(next);
    };
    fact.code.forEach((i, temp) => {
      if (i.op === 'fn') add({ file: ref.file, fn: i.fn });
      if (i.op === 'call') for (const target of analysis.outcome(ref, temp).targets) add(target);
    });
    const takes = fact.code.some((i, temp) => i.op === 'call' && analysis.outcome(ref, temp).invokes.some((run) => run.locks.some(isIt)));
    if (takes) return true;
  }
  return false;
}

/**
 * Whether a listener may want the lock that is held while it is told: one that is known and takes it, or strangers,
 * where nobody in the project listens.
 */
export function mayReenter(analysis: Analysis, effect: Effect, lock: LockRef): boolean {
  const event = toldBy(analysis, effect.steps);
  const listeners = event === undefined ? [] : listenersOf(analysis, event);
  return listeners.length === 0 || takesLock(analysis, listeners, lock);
}
