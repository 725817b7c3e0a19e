/** Whether a called function value belongs to somebody else: a listener, a hook, a stored callback. */
import type { FnIndex, InstructionOf, Temp } from '../facts/ir.js';
import { putsIntoCollection } from '../../models/language.js';
import { isResolver } from './home-grown.js';
import type { Places } from './places.js';
import { callsWith, closureIn, memberWritesOf, writesOf } from './uses.js';
import type { FnRef, Ty } from './values.js';

/** Names by which functions are given to be told of something. */
const TOLD = /^[_#]?(?:on[A-Z]\w*|(?:before|after|will|did)[A-Z]\w*|\w*(?:[lL]istener|[hH]andler|[cC]allback|[hH]ook|[oO]bserver|[sS]ubscriber)s?|cb)_?$/;
/** Names of functions that do something with listeners, and of those that only write a log. */
const NOT_TOLD =
  /^[_#]?(?:add|remove|off|un|register|dispatch|emit|notify|get|has|create|clear|set|make|build|with|use|invoke|call|run|fire|trigger|wrap|bind|wait)[A-Z]?\w*$|log|debug|print|stdout|stderr|console|trace|warn/i;

export interface CallbackVerdict {
  readonly certain: boolean;
  /** One function of a name that says nothing, set by another method: who waits for it, or asks it, has a collaborator. */
  readonly set?: true;
}

/**
 * @param callee The temp that is called; nothing is known about what function it is.
 * @returns undefined where it is not somebody else's: a resolver, a local function, the caller's own parameter.
 */
export function callbackVerdict(places: Places, ref: FnRef, callee: Temp): CallbackVerdict | undefined {
  const applied = places.values.instruction({ ...ref, temp: callee });
  if (applied?.op === 'member' && (applied.name === 'call' || applied.name === 'apply')) return callbackVerdict(places, ref, applied.obj);
  const source = places.source(ref, callee);
  const facts = places.values.project.facts(source.ref.file)!;
  const fact = facts.functions[source.ref.fn]!;
  const i = fact.code[source.temp];
  if (!i) return undefined;
  if (source.element) {
    const place = places.of(source.ref, source.temp);
    if (place.root !== 'this' && place.root !== 'module' && place.root !== 'closure') return undefined;
    const named = isToldName(place.text.split('.').at(-1)!) || isToldName(places.name(ref, callee));
    const isFunction = places.values.of(ref, callee).some((ty) => ty.k === 'signature');
    const verdict = registered(places, source.ref, place.id, source.element === 'each' || named || isFunction);
    // A table of callbacks that was passed in as a whole.
    return verdict && named ? { certain: true } : verdict;
  }
  if (i.op === 'member') return ofMember(places, source.ref, i);
  if (i.op === 'get') {
    const variable = facts.vars[i.v]!;
    if (variable.kind === 'param' || variable.import !== undefined || variable.fn !== undefined) return undefined;
    const writes = writesOf(facts, i.v);
    if (writes.some((w) => isResolver(facts, facts.functions[w.fn]!, w.value))) return undefined;
    // Kept from a parameter of another function: somebody registered it.
    const given = writes.some((w) => w.fn !== source.ref.fn && isParameter(places, { file: source.ref.file, fn: w.fn }, w.value));
    return given ? { certain: isToldName(variable.name) } : undefined;
  }
  return undefined;
}

/** A name that is given to be told of something, for an injected function of which nothing more is known. */
export const isToldName = (name: string): boolean => TOLD.test(name) && !NOT_TOLD.test(name);

function isParameter(places: Places, ref: FnRef, temp: Temp): boolean {
  return places.values.of(ref, temp).some((ty) => ty.k === 'param');
}

/** What is put into a collection: by somebody who registers, or our own resolvers. */
function registered(places: Places, ref: FnRef, id: string, clear: boolean): CallbackVerdict | undefined {
  const facts = places.values.project.facts(ref.file)!;
  let resolvers = 0;
  let others = 0;
  let own = 0;
  facts.functions.forEach((fact, fn) => {
    const at = { file: ref.file, fn };
    fact.code.forEach((i) => {
      let value: Temp | undefined;
      if (i.op === 'call') {
        const callee = fact.code[i.fn];
        if (callee?.op !== 'member' || !putsIntoCollection(callee.name)) return;
        if (places.of(at, callee.obj).id !== id && !isWithin(places, at, callee.obj, id)) return;
        value = i.args.at(-1);
      } else if (i.op === 'setindex') {
        if (places.of(at, i.obj).id !== id) return;
        value = i.value;
      } else return;
      if (value === undefined) return;
      if (isResolver(facts, fact, value)) resolvers += 1;
      else if (isParameter(places, at, value) || holdsParameter(places, at, value)) others += 1;
      else if (fact.code[value]?.op === 'fn') own += 1;
    });
  });
  if (others > 0) return { certain: clear };
  if (resolvers > 0 || own > 0) return undefined;
  return { certain: false };
}

/** A collection that is itself an entry of the collection: the set of listeners of one topic. */
function isWithin(places: Places, ref: FnRef, collection: Temp, id: string): boolean {
  const facts = places.values.project.facts(ref.file)!;
  const i = facts.functions[ref.fn]!.code[collection];
  const parts = i?.op === 'get' ? writesOf(facts, i.v).filter((w) => w.fn === ref.fn).map((w) => w.value) : [collection];
  return parts.some((part) => {
    const source = places.source(ref, part);
    return source.element !== undefined && places.of(source.ref, source.temp).id === id;
  });
}

/** `{ listener, once: true }` with the listener from a parameter. */
function holdsParameter(places: Places, ref: FnRef, temp: Temp): boolean {
  const i = places.values.instruction({ ...ref, temp });
  if (i?.op === 'object') return i.props.some((p) => isParameter(places, ref, p.value));
  if (i?.op === 'get') {
    const facts = places.values.project.facts(ref.file)!;
    return writesOf(facts, i.v).some((w) => w.fn === ref.fn && facts.functions[w.fn]!.code[w.value]?.op === 'object' && holdsParameter(places, ref, w.value));
  }
  return false;
}

function ofMember(places: Places, ref: FnRef, i: InstructionOf<'member'>): CallbackVerdict | undefined {
  const facts = places.values.project.facts(ref.file)!;
  const place = places.of(ref, i.obj);
  if (place.root !== 'this' && place.root !== 'module' && place.root !== 'closure') return undefined;
  if (place.root === 'this' && place.path === '') {
    const own = places.values.of(ref, i.obj).find((ty) => ty.k === 'instance' || ty.k === 'class');
    const found = own && (own.k === 'instance' || own.k === 'class') ? places.values.findMember(own.file, own.cls, i.name, own.k === 'class') : undefined;
    // An inherited method is no stored function.
    if (found && 'base' in found) return undefined;
    let given = false;
    let kept = found !== undefined;
    for (const write of memberWritesOf(facts, i.name)) {
      const writer = facts.functions[write.fn]!;
      kept = true;
      if (isResolver(facts, writer, write.value)) return undefined;
      if (writer.kind !== 'constructor' && isParameter(places, { file: ref.file, fn: write.fn }, write.value)) given = true;
    }
    if (!kept) return undefined;
    if (isToldName(i.name)) return { certain: true };
    if (given) return NOT_TOLD.test(i.name) ? undefined : { certain: true, set: true };
    // A collaborator that happens to be a function: what it does is the owner's business, as with an injected object.
    const declared = places.values.member(places.values.of(ref, i.obj), i.name);
    return declared.some((ty: Ty) => ty.k === 'signature') ? { certain: false } : undefined;
  }
  if (!isToldName(i.name)) return undefined;
  // A member of another object of which nothing is known may as well be a method of it.
  const stored = places.values.member(places.values.of(ref, i.obj), i.name).some((ty) => ty.k === 'signature' || ty.k === 'param');
  return { certain: stored || memberWritesOf(facts, i.name).length > 0 };
}

/**
 * Whether a parameter belongs to the operation that the function is part of: then the operation runs what its own
 * caller gave it to run, which is what a lock wrapper does.
 */
export function isOwnParameter(places: Places, ref: FnRef, owner: FnIndex): boolean {
  const facts = places.values.project.facts(ref.file)!;
  let fn = ref.fn;
  for (;;) {
    if (fn === owner) return true;
    const fact = facts.functions[fn]!;
    if (fact.parent < 0) return false;
    const parent = facts.functions[fact.parent]!;
    const site = closureIn(parent, fn);
    // A closure that is called in place or passed on is part of the operation; one that is kept is another operation.
    const passed = site !== undefined && (callsWith(parent, site).length > 0 || parent.code.some((i) => i.op === 'call' && i.fn === site));
    const named = site !== undefined && isPassedByName(facts, fact.parent, site);
    if (!passed && !named) return false;
    fn = fact.parent;
  }
}

/** `const section = () => …; lock.runExclusive(section)` */
function isPassedByName(facts: ReturnType<Places['values']['project']['facts']> & object, parent: FnIndex, site: Temp): boolean {
  const fact = facts.functions[parent]!;
  return fact.code.some((i) => {
    if (i.op !== 'set' || i.value !== site) return false;
    const gets = new Set(fact.code.flatMap((j, t) => (j.op === 'get' && j.v === i.v ? [t] : [])));
    return fact.code.some((j) => j.op === 'call' && (j.args.some((arg) => gets.has(arg)) || gets.has(j.fn)));
  });
}
