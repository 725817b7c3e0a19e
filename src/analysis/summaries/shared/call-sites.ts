/**
 * Where a function is called, anywhere in the project: in its own file, and for what others can reach by the name of a
 * method or of an export. Asked only of the few functions that a report is about.
 */
import type { ClassIndex, FileFacts, FnIndex, Instruction, InstructionOf, Temp } from '../../facts/ir.js';
import { Table } from '../../freshness/live-facts.js';
import { isTestFile } from '../../project/scan.js';
import type { Analysis } from '../analysis.js';
import { callOf } from '../uses.js';
import type { FnRef } from '../values.js';
import { concurrencyOf } from './concurrency.js';

/** A call of a function. */
export interface CallSite extends FnRef {
  readonly temp: Temp;
  /** Of a method: what it is called on. */
  readonly receiver?: Temp;
}

export interface CallSites {
  readonly sites: readonly CallSite[];
  /** There may be others: nobody in the project calls it, or it is passed on. */
  readonly open: boolean;
}

const OPEN: CallSites = { sites: [], open: true };

export const callSitesOf = (analysis: Analysis, ref: FnRef): CallSites => analysis.answer('callSites', ref, 0, () => find(analysis, ref));

function find(analysis: Analysis, ref: FnRef): CallSites {
  const facts = analysis.project.facts(ref.file)!;
  const { sites, escapes } = concurrencyOf(facts).callers(ref.fn);
  if (!escapes) return { sites: sites.map(({ fn, temp }) => siteAt(analysis, { file: ref.file, fn }, temp)), open: false };
  const names = namesOf(analysis, ref);
  if (names.length === 0) return OPEN;
  const found: CallSite[] = [];
  const { cls, object } = facts.functions[ref.fn]!;
  for (const file of filesNaming(analysis, names, cls === undefined && object === undefined ? ref.file : undefined)) {
    const passed = sitesIn(analysis, file, ref, names, found);
    if (passed) return { sites: found, open: true };
  }
  return { sites: found, open: found.length === 0 };
}

/** Where objects of a class are made. */
export const constructionsOf = (analysis: Analysis, file: string, cls: ClassIndex): CallSites =>
  analysis.answer('constructions', { file, fn: 0 }, cls, () => findConstructions(analysis, file, cls));

function findConstructions(analysis: Analysis, file: string, cls: ClassIndex): CallSites {
  const { name } = analysis.project.facts(file)!.classes[cls]!;
  // An heir passes on what it is given.
  if (name === '' || analysis.hierarchy.subclasses(file, cls).length > 0) return OPEN;
  const sites = filesNaming(analysis, [name]).flatMap((other): CallSite[] => {
    const facts = analysis.project.facts(other);
    return (facts?.functions ?? []).flatMap((fact, fn) =>
      fact.code.flatMap((i, temp): CallSite[] => {
        if (i.op !== 'call' || !i.new) return [];
        const at = { file: other, fn };
        return analysis.values.of(at, i.fn).some((ty) => ty.k === 'class' && ty.file === file && ty.cls === cls) ? [{ ...at, temp }] : [];
      }),
    );
  });
  return { sites, open: sites.length === 0 };
}

/** By what other files call it: the name of the method, or those that its variable is exported by. */
function namesOf(analysis: Analysis, { file, fn }: FnRef): string[] {
  const facts = analysis.project.facts(file)!;
  const fact = facts.functions[fn]!;
  const around = fact.parent >= 0 ? facts.functions[fact.parent]! : undefined;
  if (fact.kind === 'get' || fact.kind === 'set') return [];
  if (fact.cls !== undefined || fact.object !== undefined) return fact.name === '' ? [] : [fact.name];
  if (around?.kind === 'field') return around.name === '' ? [] : [around.name];
  const v = facts.vars.findIndex((one, at) => one.fn === fn || (one.owner === 0 && one.kind === 'const' && isWrittenOnce(facts, at, fn)));
  const exported = v < 0 ? [] : facts.exports.flatMap((e) => ('v' in e && e.v === v ? [e.name] : []));
  // Whoever imports a default gives it a name of his own.
  if (exported.includes('default')) return [];
  return exported.length > 0 ? exported : fact.name === '' ? [] : [fact.name];
}

function isWrittenOnce(facts: NonNullable<ReturnType<Analysis['project']['facts']>>, v: number, fn: FnIndex): boolean {
  const { code } = facts.functions[0]!;
  return code.some((i) => i.op === 'set' && i.v === v && code[i.value]?.op === 'fn' && (code[i.value] as InstructionOf<'fn'>).fn === fn);
}

/** Adds the calls in one file; whether the function is passed on there instead. */
function sitesIn(analysis: Analysis, file: string, ref: FnRef, names: readonly string[], found: CallSite[]): boolean {
  const facts = analysis.project.facts(file);
  if (!facts) return false;
  for (const { fn, temp } of new Set(names.flatMap((name) => mentions.get(facts, name) ?? []))) {
    const fact = facts.functions[fn]!;
    const at = { file, fn };
    const call = callOf(fact, temp);
    if (call !== undefined) {
      if (analysis.targets(at, call).some((target) => isSame(target, ref))) found.push(siteAt(analysis, at, call));
    } else if (!(fn === 0 && isExport(facts, temp)) && !fact.code.some((j) => (j.op === 'member' && j.obj === temp) || isNamed(facts, j, temp, names)) && analysis.values.of(at, temp).some((ty) => ty.k === 'fn' && isSame(ty, ref))) return true;
  }
  return false;
}

/** `module.exports = { load }`: who requires it calls it by that name. */
const isExport = (facts: FileFacts, temp: Temp): boolean => facts.exports.some((e) => 'read' in e && e.read === temp);

/** `const { load } = await import('./load.js')`: what is done with it is done by that name. */
const isNamed = (facts: FileFacts, i: Instruction, temp: Temp, names: readonly string[]): boolean =>
  i.op === 'set' && i.value === temp && facts.vars[i.v]!.kind === 'const' && names.includes(facts.vars[i.v]!.name);

interface Mention {
  readonly fn: FnIndex;
  readonly temp: Temp;
}

/** Where a file reads a member or a variable, by its name, and for what is imported by the name that it has at home. */
const mentions = new Table((facts: FileFacts) => {
  const mentions = new Map<string, Mention[]>();
  const add = (name: string, mention: Mention): void => {
    const others = mentions.get(name);
    if (others) others.push(mention);
    else mentions.set(name, [mention]);
  };
  for (const [fn, fact] of facts.functions.entries()) {
    for (const [temp, i] of fact.code.entries()) {
      if (i.op !== 'member' && i.op !== 'get') continue;
      const mention = { fn, temp };
      const name = i.op === 'member' ? i.name : facts.vars[i.v]!.name;
      add(name, mention);
      const imported = i.op === 'get' ? facts.vars[i.v]!.import : undefined;
      if (imported !== undefined && facts.imports[imported]!.name !== name) add(facts.imports[imported]!.name, mention);
    }
  }
  return mentions;
});

const isSame = (a: FnRef, b: FnRef): boolean => a.file === b.file && a.fn === b.fn;

function siteAt(analysis: Analysis, at: FnRef, temp: Temp): CallSite {
  const { code } = analysis.project.facts(at.file)!.functions[at.fn]!;
  const call = code[temp];
  const callee = call?.op === 'call' ? code[call.fn] : undefined;
  return { ...at, temp, ...(callee?.op === 'member' && { receiver: callee.obj }) };
}

/** More files than this that have a name say that the name says little. */
const MOST = 60;

/** Files that have one of the names; where these are too many, those that import the file at home. */
function filesNaming({ project, imports }: Analysis, names: readonly string[], home?: string): string[] {
  const found = project.words.naming(project.files, names).filter((file) => !isTestFile(file.slice(project.root.length)));
  if (found.length <= MOST || home === undefined) return found.length > MOST ? [] : found;
  const users = new Set([home, ...imports.usersOf(home)]);
  const near = found.filter((file) => users.has(file));
  return near.length > MOST ? [] : near;
}
