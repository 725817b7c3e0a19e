/** Whether two locks are one: the same object, or at least the same member of objects of one class. */
import { PerFile } from '../freshness/grounds.js';
import type { Analysis } from './analysis.js';
import type { Key, LockRef, Place } from './effect.js';
import { parameterOf } from './handed-on.js';
import { isSameKey } from './keys.js';
import type { Nested } from './nesting.js';
import { takesOf } from './nesting.js';
import { memberOf } from './places.js';
import { sectionsOf } from './summarise.js';
import { mayTake } from './takers.js';
import { classOf, type Hop } from './takes.js';
import { writesOf } from './uses.js';
import type { ClassFact, Temp } from '../facts/ir.js';
import type { FnRef } from './values.js';

/** Whether the lock that is taken is the very one that is held. */
export function isSameLock(analysis: Analysis, nested: Nested): boolean {
  const { held, take } = nested;
  const a = held.lock.place;
  const b = take.lock.place;
  // The same call once more: another turn of a loop, with another lock of many.
  if (held.at !== undefined && held.at === nested.call) return false;
  if (!agree(a.keys ?? [], b.keys ?? [])) return false;
  if (isExact(analysis, a) && isExact(analysis, b)) {
    if (isOwnMember(a) && isOwnMember(b)) return memberOf(a) === memberOf(b);
    if (a.root === b.root && withoutKeys(a.id) === withoutKeys(b.id)) return true;
  }
  return a.root === 'this' && memberOf(a) !== undefined && takenOfSameObject(analysis, nested);
}

function agree(a: readonly Key[], b: readonly Key[]): boolean {
  return a.length === b.length && a.every((key, n) => isSameKey(key, b[n]!));
}

/** A member of the object whose method it is. */
const isOwnMember = (place: Place): boolean => place.root === 'this' && /^\.[^.]+$/.test(place.path ?? '') && !place.within?.length;

const isKeyed = (id: string): boolean => id.endsWith('>') && id.includes('<');

/** The identity without what keys it was looked up by. */
const withoutKeys = (id: string): string => (isKeyed(id) ? id.slice(0, id.indexOf('<')) : id).replace(/\([^()]*\)/g, '()');

/** What gives another object each time it is called. */
const MAKES = /\.(?:create|make|new|build|open)\w*\(\)/;

/** A place that is one object for as long as the function runs. */
function isExact(analysis: Analysis, place: Place): boolean {
  if (place.root === 'unknown' || place.root === 'made') return false;
  const id = withoutKeys(place.id);
  if (id.startsWith('E') && !place.keys?.length) return false;
  const lookups = (id.match(/\(\)|\[\]/g) ?? []).length + (isKeyed(place.id) ? 1 : 0);
  if (lookups > (place.keys?.length ?? 0) || MAKES.test(id)) return false;
  const variable = /^[ML](.*?)[#:](\d+)/.exec(id);
  const facts = variable && analysis.project.facts(variable[1]!);
  return !facts || writesOf(facts, Number(variable[2])).length <= 1;
}

/**
 * Whether the way from the holder leads back to the holder: out of its own objects, through objects of other classes,
 * the last of which keeps a single object of the holder's class. Elements of a structure that point to each other are
 * others of their kind.
 */
function takenOfSameObject(analysis: Analysis, { held, take, ...ref }: Nested): boolean {
  const own = classOf(analysis, ref);
  const ways = [...(take.lock.place.within ?? []), memberOf(take.lock.place)];
  // From where on the way it is named as the holder names it: what lies before is inside the object.
  const at = ways.indexOf(memberOf(held.lock.place));
  const hops = at < 0 ? [] : (take.hops?.slice(at) ?? []);
  const [first] = hops;
  if (own === undefined || hops.length < 2 || first!.field === undefined || hops.some((hop) => !hop.own)) return false;
  if (hops.at(-1)!.cls !== own || hops.slice(0, -1).some((hop) => hop.cls === undefined || isKin(analysis, hop.cls, own))) return false;
  return !isGivenAnother(analysis, own, first!);
}

export function isKin(analysis: Analysis, a: string, b: string): boolean {
  return a === b || ancestry(analysis, a).includes(b) || ancestry(analysis, b).includes(a);
}

function ancestry(analysis: Analysis, cls: string): string[] {
  const found: string[] = [];
  let at: string | undefined = cls;
  while (at !== undefined && found.length < 10) {
    const { file, index } = parsed(at);
    const base: ReturnType<Analysis['values']['superclass']>[number] | undefined = analysis.values.superclass(file, index)[0];
    at = base?.k === 'class' ? `${base.file}#${base.cls}` : undefined;
    if (at !== undefined) found.push(at);
  }
  return found;
}

function parsed(cls: string): { file: string; index: number } {
  const at = cls.lastIndexOf('#');
  return { file: cls.slice(0, at), index: Number(cls.slice(at + 1)) };
}

/** Whether the holder's class makes the object that points back, and has it point to something else than itself. */
function isGivenAnother(analysis: Analysis, own: string, hop: Hop): boolean {
  const { file, index } = parsed(own);
  const maker = parsed(hop.cls!);
  const name = hop.field!.slice(hop.field!.lastIndexOf('.') + 1);
  const position = parameterOf(analysis, maker.file, maker.index, name);
  const facts = analysis.project.facts(file)!;
  if (position === undefined) return false;
  return facts.functions.some((fact, fn) =>
    fact.code.some((i) => {
      if (i.op !== 'call' || !i.new || classOf(analysis, { file, fn }) !== `${file}#${index}`) return false;
      if (!analysis.values.of({ file, fn }, i.fn).some((ty) => ty.k === 'class' && ty.file === maker.file && ty.cls === maker.index)) return false;
      const given = i.args[position];
      return given !== undefined && fact.code[given]?.op !== 'this';
    }),
  );
}

// --- the program's locks

/**
 * Which lock of the program it is, whatever object it belongs to and by whatever name a function knows it: the member
 * of the class that takes it, unless all that the class does is to be a lock; then the member (or variable) that holds it.
 */
export function lockOfProgram(analysis: Analysis, lock: LockRef): string | undefined {
  const { place, kind } = lock;
  const suffix = (place.keys ?? []).map(nameOfKey).join('');
  if (kind === 'web lock') return place.keys?.[0] && place.keys[0].k !== 'param' && nameOfKey(place.keys[0]) !== '<*>' ? `W${suffix}` : undefined;
  const ways = [...(place.within ?? []), topOf(place)];
  for (const [n, way] of ways.entries()) {
    if (way === undefined) continue;
    if (n < ways.length - 1 && ways.slice(n + 1).some((next) => next !== undefined) && isLockClass(analysis, way)) continue;
    return withoutKeys(way) + suffix;
  }
  return undefined;
}

function topOf(place: Place): string | undefined {
  const member = memberOf(place);
  if (member !== undefined) return member;
  const id = withoutKeys(place.id);
  // What a function gives may be another each time.
  if (place.root === 'param' || place.root === 'unknown' || place.root === 'made' || place.root === 'this' || /[#:]\w+\(\)/.test(id)) return undefined;
  return id.startsWith('E') && !place.keys?.length ? undefined : id;
}

function nameOfKey(key: Key): string {
  if (key.k === 'constant') return `<${key.value}>`;
  return key.k === 'other' && key.head !== undefined ? `<${key.head}*>` : '<*>';
}

const lockClasses = new WeakMap<Analysis, PerFile<boolean>>();

/** Whether a class takes its locks only for its callers. */
function isLockClass(analysis: Analysis, member: string): boolean {
  const [, file, index] = /^T(.*?)#(\d+)\./.exec(member) ?? [];
  const cls = file !== undefined ? analysis.project.facts(file)?.classes[Number(index)] : undefined;
  if (file === undefined || !cls) return false;
  let answers = lockClasses.get(analysis);
  if (!answers) lockClasses.set(analysis, (answers = new PerFile(analysis.project.follows)));
  const known = answers.get(file, Number(index));
  if (known !== undefined) return known;
  answers.set(file, Number(index), false);
  const answer = answers.within(file, Number(index), () => findsLockClass(analysis, file, Number(index), cls));
  answers.set(file, Number(index), answer);
  return answer;
}

function findsLockClass(analysis: Analysis, file: string, index: number, cls: ClassFact): boolean {
  const own = cls.members.filter((one) => one.kind === 'method' && one.fn !== undefined && !one.static).map((one) => ({ file, fn: one.fn! }));
  const gives = own.filter((ref) => givesLock(analysis, ref));
  return (
    gives.length > 0 &&
    analysis.hierarchy.subclasses(file, index).length === 0 &&
    own.every((ref) => gives.includes(ref) || !takesOf(analysis, ref).some((take) => memberOf(take.lock.place)?.startsWith(`T${file}#${index}.`)))
  );
}

/** Whether a function takes a lock for its caller. */
function givesLock(analysis: Analysis, ref: FnRef): boolean {
  if (!mayTake(analysis, ref)) return false;
  return analysis.summary(ref).acquires.length > 0 || sectionsOf(analysis, ref).size > 0;
}

/** Whether its owner says that a lock may be taken again by its holder. */
export function isReentrant(analysis: Analysis, lock: LockRef): boolean {
  if (lock.reentrant) return true;
  const ways = [...(lock.place.within ?? []), memberOf(lock.place)];
  return ways.some((way) => {
    const [, file, index] = /^T(.*?)#(\d+)\./.exec(way ?? '') ?? [];
    const name = file !== undefined ? analysis.project.facts(file)?.classes[Number(index)]?.name : undefined;
    return name !== undefined && analysis.knowledge.doesOwn(file!, name, true).some((does) => does.does === 'make lock' && does.reentrant === true);
  });
}

/** Whether a value is a lock: an object of a package's lock class, or of a class that takes locks for its callers. */
export function isLockValue(analysis: Analysis, ref: FnRef, temp: Temp): boolean {
  return analysis.values.of(ref, temp).some((ty) => {
    if (ty.k === 'instance') {
      return analysis.answer('isLockClass', { file: ty.file, fn: 0 }, ty.cls, () => {
        const { members } = analysis.project.facts(ty.file)!.classes[ty.cls]!;
        return members.some((one) => one.kind === 'method' && one.fn !== undefined && givesLock(analysis, { file: ty.file, fn: one.fn }));
      });
    }
    if (ty.k !== 'external') return false;
    return analysis.knowledge.does({ k: 'external', package: ty.package, path: ty.path.split('#', 1)[0]! }, true).some((does) => does.does === 'make lock');
  });
}
