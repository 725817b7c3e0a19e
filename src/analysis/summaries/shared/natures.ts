/** Whether what is kept in a shared reference has a life of its own, or is as good as another one made the same way. */
import type { ClassIndex, FnIndex, FunctionFact, Temp, TypeExpr, TypeMember } from '../../facts/ir.js';
import { continuesPromise } from '../../../models/language.js';
import { goesOn, LOOKS, OPENS } from '../../../models/names.js';
import type { Analysis } from '../analysis.js';
import { returnedBy } from '../graph.js';
import { writesOf } from '../uses.js';
import type { FnRef, Value } from '../values.js';
import { callSitesOf } from './call-sites.js';
import { concurrencyOf } from './concurrency.js';
import { DISPOSES, plain } from './expressions.js';
import { isFresh } from './overlap.js';
import { referencesOf, type Access } from './references.js';

type Facts = NonNullable<ReturnType<Analysis['project']['facts']>>;

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

function natureOfType(analysis: Analysis, file: string, type: TypeExpr, depth: number, asked: Asked | undefined): Nature {
  if (depth > 4) return 'unknown';
  switch (type.k) {
    case 'keyword':
      return type.name === 'object' ? 'resource' : type.name === 'any' || type.name === 'unknown' ? 'unknown' : 'plain';
    case 'literal':
      return 'plain';
    case 'function':
      return type.new ? 'plain' : 'resource';
    case 'array':
      return natureOfType(analysis, file, type.of, depth + 1, asked);
    case 'tuple':
    case 'union':
    case 'both': {
      const parts = type.of.map((part) => natureOfType(analysis, file, part, depth + 1, asked));
      return parts.includes('resource') ? 'resource' : parts.includes('unknown') ? 'unknown' : 'plain';
    }
    case 'object':
      // A record may bring functions to look further, or to look at it; what is there to act has to have others.
      return type.members.some((m) => m.kind === 'call' || (m.optional !== true && (m.kind === 'method' || m.type?.k === 'function') && !isLook(m))) ? 'resource' : 'plain';
    case 'ref': {
      if (/^(?:Record|Array|ReadonlyArray|Partial|Readonly|Date|Buffer|Uint8Array|Set|Map)$/.test(type.name.at(-1)!)) {
        return type.args && type.args.length > 0 ? natureOfType(analysis, file, type.args.at(-1)!, depth + 1, asked) : 'plain';
      }
      const value = analysis.values.fromType(file, type, undefined);
      const natures = value.map((ty): Nature => {
        if (ty.k === 'signature') return ty.type.new ? 'plain' : 'resource';
        if (ty.k === 'instance') return natureOfClass(analysis, ty.file, ty.cls, depth, asked);
        if (ty.k === 'interface') {
          const { members } = analysis.project.facts(ty.file)!.types[ty.type]!;
          return natureOfType(analysis, ty.file, { k: 'object', members: members! }, depth + 1, asked);
        }
        if (ty.k === 'shape') return natureOfType(analysis, ty.file, { k: 'object', members: ty.members }, depth + 1, asked);
        return ty.k === 'primitive' || ty.k === 'constant' || ty.k === 'text' || ty.k === 'box' ? 'plain' : 'unknown';
      });
      return natures.includes('resource') ? 'resource' : natures.length > 0 && natures.every((n) => n === 'plain') ? 'plain' : 'unknown';
    }
    default:
      return 'unknown';
  }
}

/** `getHeader(): Header`: told nothing, it gives what is there, at once. */
const isLook = ({ name, type }: TypeMember): boolean =>
  LOOKS.test(name) && type?.k === 'function' && type.params.length === 0 && type.returns !== undefined && type.returns.k !== 'this' && !(type.returns.k === 'keyword' && /^(?:void|undefined|never)$/.test(type.returns.name)) && !(type.returns.k === 'ref' && type.returns.name.at(-1) === 'Promise');

/** The reference that is asked about, and the function that gives what is in it. */
interface Asked {
  readonly file: string;
  readonly key: string;
  readonly by: FnIndex;
}

/**
 * An object is as good as another one made the same way where nothing of it has to be ended, it goes on with nothing by
 * itself, and nobody changes it through the reference: a record that was fetched, a user, a set of rates.
 */
function natureOfClass(analysis: Analysis, file: string, cls: ClassIndex, depth: number, asked: Asked | undefined): Nature {
  if (depth > 4) return 'resource';
  const facts = analysis.project.facts(file)!;
  const { members } = facts.classes[cls]!;
  if (members.some((m) => DISPOSES.test(m.name) || /^(?:stop|unsubscribe)/.test(m.name))) return 'resource';
  if (facts.functions.some((fact, fn) => isOf(facts, fn, cls) && concurrencyOf(facts).isConstruction(fn) && livesOn(analysis, { file, fn }, fact, depth))) return 'resource';
  if (isListenedTo(facts, cls) || isChanged(analysis, file, cls, asked)) return 'resource';
  return analysis.values.superclass(file, cls).some((base) => base.k === 'class' && natureOfClass(analysis, base.file, base.cls, depth + 1, asked) === 'resource') ? 'resource' : 'plain';
}

/** Whether others leave functions with it, to be told: who does so with one of two hears nothing of the other. */
const isListenedTo = (facts: Facts, cls: ClassIndex): boolean =>
  referencesOf(facts).accesses.all.some(({ ref, kind, fn, value }) => {
    if (kind !== 'put' || value === undefined || ref.root.k !== 'this' || ref.root.cls !== cls) return false;
    const i = plain(facts, fn, value);
    return i?.op === 'param' && facts.functions[fn]!.params[i.index]?.type?.k === 'function';
  });

const isOf = (facts: Facts, fn: FnIndex, cls: ClassIndex): boolean => facts.functions[facts.functions[fn]!.thisOf]?.cls === cls;

/** Whether something goes on from here by itself, or the object makes itself something that lives on. */
const livesOn = (analysis: Analysis, ref: FnRef, fact: FunctionFact, depth: number): boolean => {
  const { code } = fact;
  const kept = code.flatMap((i) => (i.op === 'setmember' && code[i.obj]?.op === 'this' ? [i.value] : []));
  const owns = [...returnedBy(fact), ...kept].some((value) => {
    const i = code[value];
    return i?.op === 'call' && i.new === true && natureOf(analysis, analysis.values.of(ref, value), depth + 1, undefined) === 'resource';
  });
  return owns || code.some((i) => {
    const callee = i.op === 'call' ? code[i.fn] : undefined;
    return i.op === 'call' && (callee?.op === 'member' || callee?.op === 'global') && goesOn(callee.name) && i.args.length > 0;
  });
};

/**
 * Whether anybody changes such an object after it was shared: calls one of its methods that do on what is in the
 * reference, or on what the function gives that is asked about; without a reference, on any object that is not his own.
 */
function isChanged(analysis: Analysis, file: string, cls: ClassIndex, asked: Asked | undefined): boolean {
  const facts = analysis.project.facts(file)!;
  const changing = new Set<FnIndex>();
  for (const { ref, kind, fn } of referencesOf(facts).accesses.all) {
    if (ref.root.k === 'this' && ref.root.cls === cls && kind !== 'read' && kind !== 'has' && facts.functions[fn]!.kind !== 'get' && !concurrencyOf(facts).isConstruction(fn)) changing.add(facts.functions[fn]!.thisOf);
  }
  for (const fn of changing) {
    const { sites, open } = callSitesOf(analysis, { file, fn });
    if (open && !asked) return true;
    for (const site of sites) {
      const inside = site.file === file && isOf(facts, site.fn, cls);
      if (inside && !concurrencyOf(facts).isConstruction(site.fn)) changing.add(facts.functions[site.fn]!.thisOf);
      else if (!inside && (site.receiver === undefined || (asked ? isIt(analysis, site, site.receiver, asked) : !isOfOwn(analysis, site, site.receiver)))) return true;
    }
  }
  return asked !== undefined && referencesOf(analysis.project.facts(asked.file)!).accesses.all.some((a) => a.kind !== 'read' && a.kind !== 'has' && a.ref.key.startsWith(`${asked.key}.`));
}

/** What is in the reference, or what the function gives. */
function isIt(analysis: Analysis, ref: FnRef, temp: Temp, asked: Asked): boolean {
  if (isOfOwn(analysis, ref, temp)) return false;
  const facts = analysis.project.facts(ref.file)!;
  const { code } = facts.functions[ref.fn]!;
  const i = code[temp];
  const values = i?.op === 'get' ? writesOf(facts, i.v).filter((write) => write.fn === ref.fn).map(({ value }) => value) : [temp];
  return values.some((value) => {
    if (ref.file === asked.file && referencesOf(facts).of(ref.fn, value)?.key === asked.key) return true;
    const one = plain(facts, ref.fn, value);
    const call = one?.op === 'await' ? one.value : code.indexOf(one!);
    return code[call]?.op === 'call' && analysis.targets(ref, call).some((target) => target.file === asked.file && target.fn === asked.by);
  });
}

/** Made by the task itself, or given by a method of an object that it has made. */
function isOfOwn(analysis: Analysis, ref: FnRef, temp: Temp): boolean {
  if (isFresh(analysis, ref, temp)) return true;
  const facts = analysis.project.facts(ref.file)!;
  const value = plain(facts, ref.fn, temp);
  const call = value?.op === 'await' ? plain(facts, ref.fn, value.value) : value;
  const callee = call?.op === 'call' ? facts.functions[ref.fn]!.code[call.fn] : undefined;
  return callee?.op === 'member' && isFresh(analysis, ref, callee.obj);
}

const natureOf = (analysis: Analysis, value: Value, depth: number, asked: Asked | undefined): Nature =>
  value.some((ty) => ty.k === 'fn' || (ty.k === 'instance' && natureOfClass(analysis, ty.file, ty.cls, depth, asked) === 'resource')) ? 'resource' : 'plain';

/** Whether what is written has a life of its own; `by`: the function whose callers get at it. */
export function isResourceAt(analysis: Analysis, file: string, write: Access, by: FnIndex): boolean {
  const facts = analysis.project.facts(file)!;
  const fact = facts.functions[write.fn]!;
  const call = fact.code[write.temp];
  const callee = call?.op === 'call' ? fact.code[call.fn] : undefined;
  const declared = declaredType(facts, write);
  // In a list it is there twice, whatever it is.
  const listed = callee?.op === 'member' && /^(?:push|unshift)$/.test(callee.name);
  if (listed && declared?.k !== 'keyword') return declared !== undefined || analysis.values.of({ file, fn: write.fn }, write.value!).some((ty) => ty.k === 'instance');
  // `object` says nothing of what is put there.
  if (declared?.k === 'keyword' && declared.name === 'object' && isRecord(facts, write.fn, write.value!)) return false;
  const asked = { file, key: write.ref.key, by };
  const nature = declared ? natureOfType(analysis, file, declared, 0, asked) : undefined;
  if (nature !== undefined && nature !== 'unknown') return nature === 'resource';
  return natureOf(analysis, analysis.values.of({ file, fn: write.fn }, write.value!), 0, asked) === 'resource' || isOpened(facts, write.fn, write.value!);
}

/** `{ name, rates: await … }`: a literal without functions. */
function isRecord(facts: Facts, fn: FnIndex, temp: Temp): boolean {
  const value = plain(facts, fn, temp);
  return value?.op === 'object' && value.props.every((prop) => facts.functions[fn]!.code[prop.value]?.op !== 'fn');
}

/** `await this.connect(url).then(…)`: what a call gives that says so by its name. */
function isOpened(facts: Facts, fn: FnIndex, temp: Temp): boolean {
  const { code } = facts.functions[fn]!;
  const value = plain(facts, fn, temp);
  let at = value?.op === 'await' ? value.value : undefined;
  while (at !== undefined) {
    const call = plain(facts, fn, at);
    const callee = call?.op === 'call' && !call.new ? code[call.fn] : undefined;
    if (callee?.op === 'get') return OPENS.test(facts.vars[callee.v]!.name);
    if (callee?.op !== 'member') return false;
    if (!continuesPromise(callee.name)) return OPENS.test(callee.name);
    at = callee.obj;
  }
  return false;
}

/** A promise is kept so that work is done once: kept after an await, it keeps nobody from it. Data that is fetched twice is the same. */
export function isSlot(analysis: Analysis, file: string, write: Access): boolean {
  const type = declaredType(analysis.project.facts(file)!, write);
  if (type) return (type.k === 'union' ? type.of : [type]).some((one) => one.k === 'ref' && one.name.at(-1) === 'Promise' && !isData(analysis, file, one.args?.[0]));
  const value = analysis.values.of({ file, fn: write.fn }, write.value!);
  return value.length > 0 && value.every((ty) => ty.k === 'box' && ty.of === 'Promise');
}

/** A text, bytes, a record; not whether something was done. */
function isData(analysis: Analysis, file: string, type: TypeExpr | undefined): boolean {
  if (type === undefined || type.k === 'literal' || (type.k === 'keyword' && /^(?:void|undefined|null|never|boolean)$/.test(type.name))) return false;
  return natureOfType(analysis, file, type, 0, undefined) === 'plain';
}
