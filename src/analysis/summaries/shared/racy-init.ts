/** Check, await, assign: two calls both find a shared reference empty, and both fill it; or one sees it half made. */
import type { FnIndex, Temp, TypeExpr } from '../../facts/ir.js';
import type { Analysis } from '../analysis.js';
import { writesOf } from '../uses.js';
import { concurrencyOf } from './concurrency.js';
import { isEmptyValue, partsOf, plain } from './expressions.js';
import { locksOf } from './locks.js';
import { isSame, isShared, referencesOf, type Access } from './references.js';
import { AWAITED, isAwait, stretchesOf } from './stretches.js';
import { testsOf, type Test } from './tests.js';

export interface RacyInit {
  readonly test: Test;
  /** The assignment, or where it stands in another function the call that leads there. */
  readonly fn: FnIndex;
  readonly temp: Temp;
  readonly write: Access;
  /** It is assigned before it is ready. */
  readonly early: boolean;
  readonly certain: boolean;
}

export function racyInits(analysis: Analysis, file: string): RacyInit[] {
  const facts = analysis.project.facts(file);
  if (!facts) return [];
  const found = new Map<string, RacyInit>();
  facts.functions.forEach((fact, fn) => {
    if (fact.bodiless || fact.kind === 'module') return;
    for (const test of testsOf(facts, fn)) {
      if (!isShared(test.ref) || test.loose) continue;
      for (const one of racesFrom(analysis, file, test)) {
        const key = `${one.fn}:${one.temp}`;
        if (!found.has(key)) found.set(key, one);
      }
    }
  });
  return [...found.values()];
}

function racesFrom(analysis: Analysis, file: string, test: Test): RacyInit[] {
  const facts = analysis.project.facts(file)!;
  const concurrency = concurrencyOf(facts);
  const references = referencesOf(facts);
  const stretches = stretchesOf(facts);
  const { fn } = test;
  const slots = slotsIn(facts, fn);
  const hits: { write: Access; early: boolean }[] = [];
  stretches.walk(fn, test.empty, undefined, 0, {
    at(state, at, temp) {
      for (const access of references.accesses.at(at, temp)) {
        if (access.kind === 'read' || access.kind === 'has') continue;
        const same = at === fn || test.ref.entry === undefined || access.ref.entry === undefined ? access.ref.key === test.ref.key && (at !== fn || isSame(access.ref, test.ref)) : access.ref.key === test.ref.key;
        if (!same) {
          if ((state & AWAITED) === 0 && slots.has(`${at}:${temp}`) && access.ref.key !== test.ref.key) return undefined;
          continue;
        }
        const fills = (access.kind === 'write' || access.kind === 'put') && access.value !== undefined && settles(analysis, file, test, access);
        if (fills && (state & AWAITED) !== 0) hits.push({ write: access, early: false });
        return undefined;
      }
      return state;
    },
    side(state, at, block) {
      if ((state & AWAITED) === 0) return state;
      return asksAgain(facts, at, block, test) ? undefined : state;
    },
  });
  const early = hits.length === 0 ? publishedEarly(analysis, file, test) : undefined;
  if (early) hits.push({ write: early, early: true });
  if (hits.length === 0) return [];
  const task = concurrency.taskOf(fn);
  if (!concurrency.overlapsItself(task) || isExcluded(facts, test)) return [];
  const locks = locksOf(analysis, file);
  return hits.flatMap(({ write, early: isEarly }): RacyInit[] => {
    const before = locks.at(fn, test.read);
    if (before.size > 0) {
      const after = locks.at(write.fn, write.temp);
      if ([...before.keys()].some((id) => after.has(id))) return [];
    }
    if (isIdempotent(facts, write)) return [];
    return [{ test, fn: write.fn, temp: write.temp, write, early: isEarly, certain: isEarly || matters(analysis, file, write) }];
  });
}

type Facts = NonNullable<ReturnType<Analysis['project']['facts']>>;

/** Whether a write makes the test come out the other way. */
function settles(analysis: Analysis, file: string, test: Test, write: Access): boolean {
  const facts = analysis.project.facts(file)!;
  const value = write.value!;
  const i = plain(facts, write.fn, value);
  if (test.constant === undefined) return !isEmptyValue(facts, write.fn, value) && !isCounted(facts, write);
  if (i?.op !== 'const') return false;
  return test.not ? i.value === test.constant : false;
}

/** `this.count += 1`, `[...list, item]`: not what was missing, but more of what is there. */
function isCounted(facts: Facts, write: Access): boolean {
  for (const part of partsOf(facts, write.fn, write.value!, false)) {
    for (const access of referencesOf(facts).accesses.at(write.fn, part)) if (access.kind === 'read' && access.ref.key === write.ref.key && write.kind === 'write') return true;
  }
  return false;
}

/** Places where a function tests another reference and sets it in the same stretch: whoever comes next is turned away. */
function slotsIn(facts: Facts, fn: FnIndex): ReadonlySet<string> {
  const references = referencesOf(facts);
  const found = new Set<string>();
  for (const test of testsOf(facts, fn)) {
    if (!isShared(test.ref)) continue;
    stretchesOf(facts).walk(fn, test.empty, undefined, 0, {
      at(state, at, temp, i) {
        if (isAwait(facts.functions[at]!, i)) return undefined;
        for (const access of references.accesses.at(at, temp)) {
          const puts = access.kind === 'write' || access.kind === 'put';
          if (puts && access.ref.key === test.ref.key && !isEmptyValue(facts, at, access.value!)) found.add(`${at}:${temp}`);
        }
        return state;
      },
      deep: false,
    });
  }
  return found;
}

/** Whether the test itself can only be reached by the one task that has taken a slot before. */
function isExcluded(facts: Facts, test: Test): boolean {
  const slots = slotsIn(facts, test.fn);
  const own = new Set(referencesOf(facts).accesses.to(test.ref.key).map((access) => `${access.fn}:${access.temp}`));
  let reached = false;
  stretchesOf(facts).walk(test.fn, 0, undefined, 0, {
    at(state, at, temp) {
      if (slots.has(`${at}:${temp}`) && !own.has(`${at}:${temp}`)) return undefined;
      if (at === test.fn && temp === test.read) reached = true;
      return state;
    },
    deep: false,
  });
  return !reached;
}

/** Whether a branch after the await asks for the reference again, or for what tells that it has changed. */
function asksAgain(facts: Facts, fn: FnIndex, block: number, test: Test): boolean {
  const { end } = facts.functions[fn]!.blocks[block]!;
  if (end.k !== 'branch') return false;
  const references = referencesOf(facts);
  for (const part of partsOf(facts, fn, end.on, true)) {
    for (const access of references.accesses.at(fn, part)) {
      if ((access.kind === 'read' || access.kind === 'has') && access.ref.key === test.ref.key && (fn !== test.fn || part !== test.read)) return true;
    }
  }
  // `if (generation !== this.generation) return`
  const i = facts.functions[fn]!.code[end.on];
  if (i?.op !== 'binary') return false;
  const shared = (temp: Temp): boolean => references.accesses.at(fn, temp).some((a) => a.kind === 'read' && isShared(a.ref));
  const local = (temp: Temp): boolean => facts.functions[fn]!.code[temp]?.op === 'get' && !shared(temp);
  return (shared(i.left) && local(i.right)) || (shared(i.right) && local(i.left));
}

/** A module that is loaded twice is loaded once. */
function isIdempotent(facts: Facts, write: Access): boolean {
  return [...partsOf(facts, write.fn, write.value!, true)].some((part) => facts.functions[write.fn]!.code[part]?.op === 'importcall');
}

/** Written in the stretch of the check, and only then made ready. */
function publishedEarly(analysis: Analysis, file: string, test: Test): Access | undefined {
  const facts = analysis.project.facts(file)!;
  const references = referencesOf(facts);
  const fact = facts.functions[test.fn]!;
  let found: Access | undefined;
  for (const write of references.accesses.of(test.fn)) {
    if (write.kind !== 'write' || write.ref.key !== test.ref.key || write.value === undefined || isEmptyValue(facts, test.fn, write.value)) continue;
    if (!isFirstWrite(facts, test, write)) continue;
    const made = plain(facts, test.fn, write.value);
    const kept = fact.code[write.value];
    const isObject = (made?.op === 'call' && made.new === true) || made?.op === 'object';
    const isFlag = made?.op === 'const' && made.value === true;
    if (!isObject && !isFlag) continue;
    let ready = false;
    let reset = false;
    const later = new Set<string>();
    stretchesOf(facts).walkAfter(test.fn, write.temp, 0, {
      at(state, at, temp, i) {
        for (const access of references.accesses.at(at, temp)) {
          if (access.kind === 'write' && access.ref.key === test.ref.key) {
            reset = true;
            return undefined;
          }
          if (access.kind === 'write' && (state & AWAITED) !== 0 && isShared(access.ref)) later.add(access.ref.key);
        }
        if (isObject && at === test.fn && i.op === 'await') {
          const call = fact.code[i.value];
          const callee = call?.op === 'call' ? fact.code[call.fn] : undefined;
          if (callee?.op === 'member' && READIES.test(callee.name)) {
            const on = references.of(test.fn, callee.obj);
            const receiver = fact.code[callee.obj];
            const same = on?.key === test.ref.key || (receiver?.op === 'get' && kept?.op === 'get' && receiver.v === kept.v);
            if (same) ready = true;
          }
        }
        return state;
      },
    });
    // A flag that is taken back at the end says that somebody is at work, not that the work is done.
    if (isFlag && reset) continue;
    // A function that does not wait itself has nothing to keep the second caller waiting with.
    if (isFlag) ready = fact.async === true && readsLater(facts, test, later);
    if (ready) found = write;
  }
  return found;
}

/** Methods that make an object ready: until they are done it is only half there. */
const READIES = /^(?:init|setup|set[A-Z]|start|open|connect|load|register|prepare|boot|configure|authenticate|login|sync|restore|read|hydrate|migrate|build|install|subscribe|ready|add|use)/i;

function isFirstWrite(facts: Facts, test: Test, write: Access): boolean {
  let first = false;
  stretchesOf(facts).walk(test.fn, test.empty, undefined, 0, {
    at(state, at, temp, i) {
      if (at === write.fn && temp === write.temp) {
        first = true;
        return undefined;
      }
      return isAwait(facts.functions[at]!, i) ? undefined : state;
    },
    deep: false,
  });
  return first;
}

/** Whether somebody who finds the flag set goes on to use what is written only after the await. */
function readsLater(facts: Facts, test: Test, later: ReadonlySet<string>): boolean {
  if (later.size === 0) return false;
  const references = referencesOf(facts);
  let reads = false;
  const look = (state: number, at: FnIndex, temp: Temp): number => {
    for (const access of references.accesses.at(at, temp)) if (access.kind === 'read' && later.has(access.ref.key)) reads = true;
    return state;
  };
  stretchesOf(facts).walk(test.fn, test.full, undefined, 0, { at: look });
  if (reads) return true;
  for (const { fn, temp } of concurrencyOf(facts).callers(test.fn).sites) {
    if (fn !== test.fn && stretchesOf(facts).settled(fn).has(temp)) stretchesOf(facts).walkAfter(fn, temp, 0, { at: look, deep: false });
  }
  return reads;
}

/** Whether a second one made does harm: a connection, an object with a life of its own, an entry that is there twice. Plain data does none. */
function matters(analysis: Analysis, file: string, write: Access): boolean {
  const facts = analysis.project.facts(file)!;
  const fact = facts.functions[write.fn]!;
  const value = plain(facts, write.fn, write.value!);
  // A flag: what was done to set it is done twice.
  if (value?.op === 'const') return write.kind === 'write' && (value.value === true || typeof value.value === 'string');
  const call = fact.code[write.temp];
  const callee = call?.op === 'call' ? fact.code[call.fn] : undefined;
  const declared = declaredType(facts, write);
  const listed = callee?.op === 'member' && /^(?:push|unshift)$/.test(callee.name);
  if (listed && declared?.k !== 'keyword') return declared !== undefined;
  const nature = declared ? natureOfType(analysis, file, declared, 0) : undefined;
  if (nature !== undefined && nature !== 'unknown') return nature === 'resource';
  return natureOfValue(analysis, file, write) === 'resource';
}

type Nature = 'plain' | 'resource' | 'unknown';

/** The written type of the field or variable, of one entry where it is a collection. */
function declaredType(facts: Facts, { ref, kind }: Access): TypeExpr | undefined {
  let type: TypeExpr | undefined;
  const [first, ...rest] = ref.path;
  const { root } = ref;
  if (root.k === 'this' || root.k === 'static') {
    if (rest.some((step) => step !== '[]')) return undefined;
    const member = facts.classes[root.cls]!.members.find((m) => m.name === first && m.kind === 'field');
    type = member?.type ?? (member?.fn !== undefined ? madeType(facts, member.fn) : undefined);
  } else if (root.k === 'module' || root.k === 'closure') {
    if (ref.path.some((step) => step !== '[]')) return undefined;
    type = facts.vars[root.v]!.type;
    if (!type) {
      const [write] = writesOf(facts, root.v);
      const i = write && facts.functions[write.fn]!.code[write.value];
      if (i?.op === 'call' && i.targs) type = { k: 'ref', name: ['Map'], args: i.targs };
    }
  }
  if (type && kind === 'put' && ref.path.at(-1) === '[]') return type.k === 'array' ? type.of : type.k === 'ref' ? type.args?.at(-1) : undefined;
  return type;
}

function madeType(facts: Facts, fn: FnIndex): TypeExpr | undefined {
  for (const { end } of facts.functions[fn]!.blocks) {
    const i = end.k === 'return' && end.value !== undefined ? facts.functions[fn]!.code[end.value] : undefined;
    if (i?.op === 'call' && i.targs) return { k: 'ref', name: ['Map'], args: i.targs };
  }
  return undefined;
}

function natureOfType(analysis: Analysis, file: string, type: TypeExpr, depth: number): Nature {
  if (depth > 4) return 'unknown';
  switch (type.k) {
    case 'keyword':
      return type.name === 'object' ? 'resource' : type.name === 'any' || type.name === 'unknown' ? 'unknown' : 'plain';
    case 'literal':
      return 'plain';
    case 'function':
      return 'resource';
    case 'array':
      return natureOfType(analysis, file, type.of, depth + 1);
    case 'tuple':
    case 'union':
    case 'both': {
      const parts = type.of.map((part) => natureOfType(analysis, file, part, depth + 1));
      return parts.includes('resource') ? 'resource' : parts.includes('unknown') ? 'unknown' : 'plain';
    }
    case 'object':
      return type.members.some((m) => m.kind === 'method' || m.kind === 'call' || m.type?.k === 'function') ? 'resource' : 'plain';
    case 'ref': {
      if (/^(?:Record|Array|ReadonlyArray|Partial|Readonly|Date|Buffer|Uint8Array|Set|Map)$/.test(type.name.at(-1)!)) {
        return type.args && type.args.length > 0 ? natureOfType(analysis, file, type.args.at(-1)!, depth + 1) : 'plain';
      }
      const value = analysis.values.fromType(file, type, undefined);
      const natures = value.map((ty): Nature => {
        if (ty.k === 'instance' || ty.k === 'signature') return 'resource';
        if (ty.k === 'interface') {
          const fact = analysis.project.facts(ty.file)!.types[ty.type]!;
          if (fact.members) return natureOfType(analysis, ty.file, { k: 'object', members: fact.members }, depth + 1);
          return fact.type ? natureOfType(analysis, ty.file, fact.type, depth + 1) : 'unknown';
        }
        if (ty.k === 'shape') return natureOfType(analysis, ty.file, { k: 'object', members: ty.members }, depth + 1);
        return ty.k === 'primitive' || ty.k === 'constant' || ty.k === 'text' || ty.k === 'box' ? 'plain' : 'unknown';
      });
      return natures.includes('resource') ? 'resource' : natures.length > 0 && natures.every((n) => n === 'plain') ? 'plain' : 'unknown';
    }
    default:
      return 'unknown';
  }
}

function natureOfValue(analysis: Analysis, file: string, write: Access): Nature {
  const value = analysis.values.of({ file, fn: write.fn }, write.value!);
  if (value.some((ty) => ty.k === 'instance' || ty.k === 'fn')) return 'resource';
  return 'plain';
}
