/**
 * Names by which locks are taken. A call by any other name, whose place has not the shape of a lock, takes none: most
 * calls of a project need no further look.
 */
import { Table } from '../freshness/live-facts.js';
import { EXPORT_ALL, type FileFacts, type FnIndex, type FunctionFact, type InstructionOf, type Temp } from '../facts/ir.js';
import type { Does } from '../../models/index.js';
import { continuesPromise } from '../../models/language.js';
import type { Analysis } from './analysis.js';
import { entryRole } from './entry-locks.js';
import { waiterQueueRole } from './home-grown.js';
import { sectionsOf } from './summarise.js';
import { writesOf } from './uses.js';
import type { FnRef } from './values.js';

export interface TakerNames {
  /** Of methods, functions and variables: the project's own, and those of the models. */
  readonly names: ReadonlySet<string>;
  /** The project's own: who calls something by such a name may take a lock, whatever is known of the rest. */
  readonly own: ReadonlySet<string>;
  /** Files whose default export takes a lock: every importer has a name of its own for it. */
  readonly defaults: ReadonlySet<string>;
}

/** By what others take a lock through a file: wrappers, acquiring functions, limiters in variables. */
export function takersIn(analysis: Analysis, file: string): { names: Set<string>; isDefault: boolean } {
  const names = new Set<string>();
  let isDefault = false;
  const facts = analysis.project.facts(file);
  if (!facts) return { names, isDefault };
  const takes = new Set<FnIndex>();
  facts.functions.forEach((fact, fn) => {
    if (fact.bodiless || fact.kind === 'module' || !mayTake(analysis, { file, fn })) return;
    const takers = new Set(sectionsOf(analysis, { file, fn }));
    if (analysis.summary({ file, fn }).acquires.length > 0) takers.add(fn);
    // A function without a name of its own goes by the names around it, and what a function returns by the function's.
    for (const taker of takers) {
      for (let at = taker; at > 0; at = facts.functions[at]!.parent) {
        takes.add(at);
        const { name } = facts.functions[at]!;
        if (name !== '') names.add(name.replace(/^#/, ''));
      }
    }
  });
  facts.vars.forEach((variable, v) => {
    if (variable.owner !== 0 || !isAlias(facts, analysis.takerNames.names, variable.name) || variable.import !== undefined) return;
    const isTaker = analysis.values.variable(file, v).some((ty) => {
      if (ty.k !== 'external') return ty.k === 'fn' || ty.k === 'applier';
      return analysis.knowledge.does(ty, false).some(doesTake);
    });
    if (isTaker) names.add(variable.name);
  });
  for (const exported of facts.exports) {
    if (!('name' in exported)) continue;
    const local = 'v' in exported ? facts.vars[exported.v]! : undefined;
    const value = 'value' in exported ? facts.functions[0]!.code[exported.value] : undefined;
    const isTaker =
      (local && (names.has(local.name) || (local.fn !== undefined && takes.has(local.fn)))) ?? (value?.op === 'fn' && takes.has(value.fn));
    if (!isTaker) continue;
    if (exported.name === 'default' || exported.name === EXPORT_ALL) isDefault = true;
    else names.add(exported.name);
  }
  return { names, isDefault };
}

/** Whether a function may take a lock: it calls something by a name by which locks are taken, or has the shape of a lock. */
export function mayTake(analysis: Analysis, ref: FnRef): boolean {
  return analysis.answer('mayTake', ref, 0, () => {
    const fact = analysis.values.fact(ref)!;
    return hasShape(analysis, ref) || fact.code.some((i, temp) => i.op === 'call' && mayCallTaker(analysis, ref, temp));
  });
}

function hasShape(analysis: Analysis, ref: FnRef): boolean {
  const facts = analysis.project.facts(ref.file)!;
  if (waiterQueueRole(facts, ref.fn) !== undefined || entryRole(facts, ref.fn) !== undefined) return true;
  const shapes = analysis.shapes(ref);
  return shapes.sections.size > 0 || shapes.acquires.size > 0 || shapes.returnsReleaser !== undefined;
}

/** Whether a call may take a lock, by the name of what it calls and, for a name of the models, by what that is. */
export function mayCallTaker(analysis: Analysis, ref: FnRef, temp: Temp): boolean {
  return analysis.answer('mayCallTaker', ref, temp, () => looksLikeTaker(analysis, ref, temp));
}

function looksLikeTaker(analysis: Analysis, ref: FnRef, temp: Temp): boolean {
  const facts = analysis.project.facts(ref.file)!;
  const fact = facts.functions[ref.fn]!;
  const i = fact.code[temp] as InstructionOf<'call'>;
  const { names, own, defaults } = analysis.takerNames;
  const says = (name: string, at: Temp): boolean => {
    const bare = name.startsWith('#') ? name.slice(1) : name;
    return own.has(bare) || isAlias(facts, names, name) || isAlias(facts, names, bare) || (names.has(bare) && isModelled(analysis, ref, at, bare));
  };
  const isTaker = (at: Temp, depth: number): boolean => {
    const callee = fact.code[at];
    if (!callee || depth > 5) return false;
    switch (callee.op) {
      case 'member':
        if (says(callee.name, at)) return true;
        // `lock.acquire().then(…)`, `lock.runExclusive.call(lock, …)`, and a namespace's member by the name of its default.
        return continuesPromise(callee.name) || /^(?:call|apply|bind)$/.test(callee.name) ? isTaker(callee.obj, depth + 1) : callee.name === 'default';
      case 'get': {
        const variable = facts.vars[callee.v]!;
        if (says(variable.name, at)) return true;
        if (variable.import === undefined) return false;
        const { name, from } = facts.imports[variable.import]!;
        if (says(name, at)) return true;
        const target = (name === 'default' || name === EXPORT_ALL) && defaults.size > 0 ? analysis.project.resolve(ref.file, from)?.file : undefined;
        return target !== undefined && defaults.has(target);
      }
      case 'global':
        return says(callee.name, at);
      case 'call':
        return isTaker(callee.fn, depth + 1);
      case 'await':
      case 'nonnull':
      case 'cast':
        return isTaker(callee.value, depth + 1);
      case 'join':
        return callee.of.some((part) => isTaker(part, depth + 1));
      case 'fn':
      case 'index':
        return true;
      default:
        return false;
    }
  };
  return isTaker(i.fn, 0) || mayBeStatement(facts, fact, i);
}

/** Whether a callee is something of which a model says that calling it takes a lock: half of all arrays have a `map`. */
function isModelled(analysis: Analysis, ref: FnRef, callee: Temp, name: string): boolean {
  const { knowledge, places, values } = analysis;
  const i = values.instruction({ ...ref, temp: callee });
  const receiver = i?.op === 'member' ? places.name(ref, i.obj) : '';
  if (knowledge.models.methods(name, receiver).some(({ is }) => doesTake(is))) return true;
  return values
    .of(ref, callee)
    .some((ty) => (ty.k === 'external' || ty.k === 'global') && [...knowledge.does(ty, false), ...knowledge.does(ty, true)].some(doesTake));
}

const doesTake = ({ does }: Does): boolean => does === 'section' || does === 'acquire';

/** Whether a call's first argument may be a statement that begins a transaction or takes an advisory lock. */
function mayBeStatement(facts: FileFacts, fact: FunctionFact, call: InstructionOf<'call'>): boolean {
  const [first] = call.args;
  if (first === undefined) return false;
  if (isStatement(fact, first)) return true;
  const i = fact.code[first];
  if (i?.op !== 'get') return false;
  if (facts.vars[i.v]!.import !== undefined) return QUERIES.test(nameOf(fact, call.fn)) || /begin|lock/i.test(facts.vars[i.v]!.name);
  return writesOf(facts, i.v).some((write) => isStatement(facts.functions[write.fn]!, write.value));
}

const STATEMENT = /^\s*(?:begin|start\s+transaction)\b|advisory_lock|get_lock/i;
const QUERIES = /quer|exec|raw|unsafe|statement|sql|prepare/i;

const nameOf = (fact: FunctionFact, temp: Temp): string => {
  const i = fact.code[temp];
  return i?.op === 'member' || i?.op === 'global' ? i.name : '';
};

function isStatement(fact: FunctionFact, query: Temp | undefined): boolean {
  const i = query !== undefined ? fact.code[query] : undefined;
  switch (i?.op) {
    case 'const':
      return typeof i.value === 'string' && STATEMENT.test(i.value);
    case 'template':
      return STATEMENT.test(i.parts.join('?'));
    // A query object, or a tagged template.
    case 'object':
      return i.props.some((p) => (p.name === 'text' || p.name === 'sql') && isStatement(fact, p.value));
    case 'call':
      return isStatement(fact, i.args[0]);
    default:
      return false;
  }
}

/** By the names by which locks are taken. */
const aliases = new WeakMap<ReadonlySet<string>, Table<FileFacts, string, true>>();

/** Whether a variable or field of a file holds what takes a lock: `const run = lock.runExclusive.bind(lock)`, `pLimit(1)`. */
function isAlias(facts: FileFacts, names: ReadonlySet<string>, name: string): boolean {
  let table = aliases.get(names);
  if (!table) aliases.set(names, (table = new Table((of) => aliasesIn(of, names))));
  return table.get(facts, name) ?? false;
}

function aliasesIn(facts: FileFacts, names: ReadonlySet<string>): ReadonlyMap<string, true> {
  const found = new Map<string, true>();
  const limiters = new Set(facts.imports.filter((i) => LIMITERS.test(i.from)).map((i) => i.v));
  const holds = (fact: FunctionFact, temp: Temp, depth: number): boolean => {
    const i = fact.code[temp];
    if (!i || depth > 5) return false;
    switch (i.op) {
      case 'member':
        return names.has(i.name);
      case 'call': {
        const callee = fact.code[i.fn];
        if (callee?.op === 'member') return callee.name === 'bind' && holds(fact, callee.obj, depth + 1);
        return callee?.op === 'get' && (limiters.has(callee.v) || names.has(facts.vars[callee.v]!.name));
      }
      case 'get':
        return limiters.has(i.v) || names.has(facts.vars[i.v]!.name);
      case 'join':
        return i.of.some((part) => holds(fact, part, depth + 1));
      case 'nonnull':
      case 'cast':
        return holds(fact, i.value, depth);
      default:
        return false;
    }
  };
  for (const fact of facts.functions) {
    for (const i of fact.code) {
      if (i.op === 'set' && holds(fact, i.value, 0)) found.set(facts.vars[i.v]!.name, true);
      else if (i.op === 'setmember' && holds(fact, i.value, 0)) found.set(i.name, true);
    }
    if (fact.kind === 'field' && fact.blocks.some((b) => b.end.k === 'return' && b.end.value !== undefined && holds(fact, b.end.value, 0))) {
      found.set(fact.name, true);
    }
  }
  return found;
}

/** Packages whose export makes a function that is the lock. */
const LIMITERS = /limit|queue|mutexify|lock|es-toolkit|throat/;
