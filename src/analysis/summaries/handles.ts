/**
 * Where a handle on a database comes from: which client, pool or connection a statement is sent through, as far as
 * that can be told for sure. Whatever might be the handle of a transaction (a store of asynchronous context, a proxy,
 * a value that nothing is known about) has no origin here.
 */
import { isGlobalObject } from '../../models/language.js';
import { Answers } from '../freshness/grounds.js';
import { handleAt, isMember, lookupMember, type Handles as HandlesModel, type PackageModel } from '../../models/index.js';
import type { FileFacts, InstructionOf, Temp } from '../facts/ir.js';
import type { Analysis } from './analysis.js';
import { paramKey, type ParamPath } from './effect.js';
import { returnedBy } from './graph.js';
import { madeIn, memberWritesOf, ownWritesOf, writesOf } from './uses.js';
import type { FnRef, Ty } from './values.js';

export type Root =
  | ({ readonly k: 'param' } & ParamPath)
  /** A field of the objects of a class. */
  | {
      readonly k: 'field';
      readonly file: string;
      readonly cls: number;
      readonly path: readonly string[];
      /** Of an object that the one whose method it was holds: no caller knows which. */
      readonly far?: true;
    }
  /** A client that is made once, or the default one of a package. */
  | { readonly k: 'fixed'; readonly id: string }
  /** A connection, session or transaction of its own, and what it was taken from. */
  | { readonly k: 'connection'; readonly id: string; readonly of: readonly Origin[] }
  /** An object that is made here, with what its constructor gets. */
  | { readonly k: 'made'; readonly id: string; readonly file: string; readonly cls: number; readonly args: readonly (readonly Origin[] | undefined)[] };

export interface Origin {
  readonly root: Root;
  /** Only where none of these is given: `tx ?? db`. */
  readonly without: readonly ParamPath[];
}

/** Undefined where it may be something that nothing is known about. */
export type Origins = readonly Origin[] | undefined;

/** What a value is a handle of. */
export interface Handle {
  readonly package: string;
  readonly model: PackageModel;
  readonly handles: HandlesModel;
  readonly path: string;
  /** It is (declared as) the handle of an open transaction, and of nothing else. */
  readonly transaction: boolean;
}

/** The call on the handle itself that a chain begins with: `Model.updateOne(…)` of `Model.updateOne(…).exec()`. */
interface Asked {
  readonly ref: FnRef;
  readonly call: InstructionOf<'call'>;
  readonly name: string;
}

export interface Chain {
  readonly ref: FnRef;
  readonly temp: Temp;
  readonly handle: Handle;
  /** What says in which transaction it runs. */
  readonly bound?: { readonly ref: FnRef; readonly temp: Temp };
  /** The query was built outside of the function that sends it. */
  readonly built: boolean;
  readonly asked?: Asked;
  /** The call of the function that built the query: the handle is as that function names it. */
  readonly through?: { readonly ref: FnRef; readonly call: InstructionOf<'call'>; readonly target: FnRef };
}

const DEEPEST = 10;
/** Calls on the way to a store of context: further away it is that of a log or a tracer. */
const DEEPEST_CONTEXT = 3;

export function rootKey(root: Root): string {
  switch (root.k) {
    case 'param':
      return `p${paramKey(root)}`;
    case 'field':
      return `f${root.file}#${root.cls}.${root.path.join('.')}`;
    case 'fixed':
    case 'connection':
    case 'made':
      return `${root.k}${root.id}`;
  }
}

const only = (root: Root): Origins => [{ root, without: [] }];
const siteId = (ref: FnRef, temp: Temp): string => `${ref.file}:${ref.fn}:${temp}`;

export class Handles {
  readonly #carriedPackages: Answers<string, boolean>;
  readonly #carries: Answers<string, boolean>;
  readonly #origins: Answers<string, { readonly are: Origins }>;
  readonly #assumed: Answers<string, ReadonlyMap<string, Handle>>;
  readonly #counts: Answers<string, number>;
  readonly #open = new Set<string>();

  constructor(readonly analysis: Analysis) {
    const { follows } = analysis.project;
    this.#carriedPackages = new Answers(follows);
    this.#carries = new Answers(follows);
    this.#origins = new Answers(follows);
    this.#assumed = new Answers(follows);
    this.#counts = new Answers(follows);
  }

  // --- what is a handle

  handleOf(ref: FnRef, temp: Temp): Handle | undefined {
    const value = this.analysis.values.of(ref, temp);
    const found = value.flatMap((ty) => this.handleOfType(ty) ?? []);
    const [first] = found;
    if (first) return { ...first, transaction: found.every((one) => one.transaction) || this.#isWithin(value, first.handles) };
    return value.every((ty) => ty.k === 'param' || ty.k === 'global') ? this.#assumedAt(ref, temp) : undefined;
  }

  /** A value of which nothing is known but that, in this file, a transaction is begun on it by a method that tells all. */
  #assumedAt(ref: FnRef, temp: Temp): Handle | undefined {
    const i = this.analysis.values.instruction({ ...ref, temp });
    if (i?.op !== 'get' && i?.op !== 'member') return undefined;
    let known = this.#assumed.get(ref.file);
    if (!known) {
      this.#assumed.set(ref.file, new Map());
      this.#assumed.set(ref.file, (known = this.#assumed.within(ref.file, () => this.#assumedIn(ref.file))));
    }
    if (known.size === 0) return undefined;
    const origins = this.origins(ref, temp);
    return origins?.length === 1 ? known.get(rootKey(origins[0]!.root)) : undefined;
  }

  #assumedIn(file: string): ReadonlyMap<string, Handle> {
    const { knowledge, places, project } = this.analysis;
    const found = new Map<string, Handle>();
    project.facts(file)?.functions.forEach((fact, fn) => {
      for (const i of fact.code) {
        const callee = i.op === 'call' ? fact.code[i.fn] : undefined;
        if (callee?.op !== 'member') continue;
        for (const { on } of knowledge.models.methods(callee.name, places.name({ file, fn }, callee.obj))) {
          const model = on && knowledge.models.package(on.package);
          if (!model?.handles || this.handleOf({ file, fn }, callee.obj)) continue;
          for (const { root } of this.origins({ file, fn }, callee.obj) ?? []) {
            found.set(rootKey(root), { package: on!.package, model, handles: model.handles, path: on!.path, transaction: false });
          }
        }
      }
    });
    return found;
  }

  /** A parameter of a function that is run in a transaction: that of a migration. */
  #isWithin(value: readonly Ty[], { within }: HandlesModel): boolean {
    const param = value.find((ty) => ty.k === 'param');
    if (!within || param?.k !== 'param' || param.index !== 0) return false;
    const { project } = this.analysis;
    const { name } = project.facts(param.file)!.functions[param.fn]!;
    if (!within.exports.includes(name)) return false;
    const isExported = (one: string): boolean => project.facts(param.file)!.exports.some((e) => 'name' in e && e.name === one);
    const whole = project.commonJsExport(param.file) !== undefined;
    return (isExported(name) || whole) && !isExported(within.unless);
  }

  handleOfType(ty: Ty, depth = 0): Handle | undefined {
    const { knowledge, values, project } = this.analysis;
    if (depth > 6) return undefined;
    switch (ty.k) {
      case 'external': {
        const model = knowledge.models.package(ty.package);
        const at = model && handleAt(model, ty.path);
        return at && { package: ty.package, model, handles: model.handles!, ...at };
      }
      case 'instance':
      case 'class': {
        const name = project.facts(ty.file)?.classes[ty.cls]?.name ?? '';
        const own = knowledge.modelOfFile(ty.file);
        const at = own && handleAt(own, ty.k === 'instance' ? `${name}#` : name);
        if (at) return { package: ty.file, model: own, handles: own.handles!, ...at };
        for (const base of values.superclass(ty.file, ty.cls)) {
          const instance = ty.k === 'instance' && base.k === 'external' ? { ...base, path: `${base.path}#` } : base;
          const found = this.handleOfType(ty.k === 'instance' && base.k === 'class' ? { ...base, k: 'instance' } : instance, depth + 1);
          if (found) return found;
        }
        return undefined;
      }
      default:
        return undefined;
    }
  }

  /** Whether the statements of a package find their transaction by themselves. */
  isCarried({ package: name, handles }: Handle): boolean {
    if (handles.carried === undefined || handles.carried === true) return handles.carried === true;
    let known = this.#carriedPackages.get(name);
    if (known === undefined) {
      const { carried } = handles;
      known = this.#carriedPackages.within(name, () => new RegExp(carried).test(name) || this.#inProject(carried) > 0);
      this.#carriedPackages.set(name, known);
    }
    return known;
  }

  /** How many clients of the package the project's own texts make; one variable that is written twice is one. */
  clientsOf({ handles }: Handle): number {
    return handles.made === undefined ? 0 : this.#inProject(handles.made);
  }

  #inProject(pattern: string): number {
    let count = this.#counts.get(pattern);
    if (count === undefined) this.#counts.set(pattern, (count = this.#counts.within(pattern, () => this.#count(pattern))));
    return count;
  }

  #count(pattern: string): number {
    let count = 0;
    const { project } = this.analysis;
    const some = new RegExp(pattern);
    const every = new RegExp(`(?:(?<![\\w$.#])([\\w$.#]+)\\s*=\\s*(?:await\\s+)?)?(?:${pattern})`, 'g');
    for (const file of project.files) {
      if (NO_SOURCE.test(file.slice(project.root.length))) continue;
      // Most texts have none: that is told in a fraction of the time.
      count +=
        project.inText(`made ${pattern}`, file, (text) =>
          some.test(text) ? new Set([...text.matchAll(every)].map((match) => match[1] ?? String(match.index))).size : 0,
        ) ?? 0;
    }
    return count;
  }

  // --- where it comes from

  origins(ref: FnRef, temp: Temp, depth = 0): Origins {
    const key = siteId(ref, temp);
    const known = this.#origins.get(key);
    if (known) return known.are;
    if (depth > DEEPEST || this.#open.has(key)) return undefined;
    this.#open.add(key);
    const found = this.#origins.within(key, () => this.#find(ref, temp, depth));
    this.#open.delete(key);
    // What was cut short may be found when it is asked for by itself.
    if (found || depth === 0) this.#origins.set(key, { are: found });
    return found;
  }

  #find(ref: FnRef, temp: Temp, depth: number): Origins {
    const { values } = this.analysis;
    const i = values.instruction({ ...ref, temp });
    switch (i?.op) {
      case 'param':
        return i.rest ? undefined : only({ k: 'param', file: ref.file, fn: ref.fn, index: i.index, path: [] });
      case 'get':
        return this.#variable(ref.file, i.v, depth);
      case 'set':
      case 'await':
      case 'nonnull':
      case 'cast':
        return this.origins(ref, i.value, depth + 1);
      case 'this': {
        const self = values.self(ref)[0];
        return self?.k === 'instance' ? only({ k: 'field', file: self.file, cls: self.cls, path: [] }) : undefined;
      }
      case 'join':
        return this.#joined(ref, i, depth);
      case 'member':
        return this.#member(ref, temp, i, depth);
      case 'call':
        return this.#called(ref, temp, i, depth);
      default:
        return undefined;
    }
  }

  #joined(ref: FnRef, i: InstructionOf<'join'>, depth: number): Origins {
    const [first, second] = i.of as [Temp, Temp];
    if (i.how === '&&') return this.origins(ref, second, depth + 1);
    const left = this.#isGlobal(ref, first) ? [] : this.origins(ref, first, depth + 1);
    const right = this.#isGlobal(ref, second) || this.#isEmpty(ref, second) ? [] : this.origins(ref, second, depth + 1);
    if (!left || !right) return undefined;
    const params = (origins: readonly Origin[]): ParamPath[] => origins.flatMap(({ root }) => (root.k === 'param' ? [root] : []));
    // Of two parameters one is the default of the other: `tx ? tx : db`.
    const lacking = (origins: readonly Origin[], missing: readonly ParamPath[]): Origin[] =>
      origins.map((one) => ({ ...one, without: [...one.without, ...missing.filter((param) => one.root.k !== 'param' || paramKey(one.root) !== paramKey(param))] }));
    if (i.how === '?:') return [...lacking(left, params(right)), ...lacking(right, params(left))];
    // A field before the default may hold the transaction, or not.
    if (left.some(({ root }) => root.k !== 'param')) return left.length > 0 ? undefined : right;
    return [...left, ...right.map((one) => ({ ...one, without: [...one.without, ...params(left)] }))];
  }

  /** `options = {}` */
  #isEmpty(ref: FnRef, temp: Temp): boolean {
    const i = this.analysis.values.instruction({ ...ref, temp });
    return i?.op === 'object' && i.props.length === 0;
  }

  /** `globalThis.prisma`, where a module keeps what it has made. */
  #isGlobal(ref: FnRef, temp: Temp): boolean {
    const i = this.analysis.values.instruction({ ...ref, temp });
    if (i?.op === 'member') return this.#isGlobal(ref, i.obj);
    if (i?.op === 'cast' || i?.op === 'nonnull') return this.#isGlobal(ref, i.value);
    if (i?.op === 'get') {
      const facts = this.analysis.project.facts(ref.file)!;
      const writes = writesOf(facts, i.v);
      return facts.vars[i.v]!.owner === 0 && writes.length === 1 && this.#isGlobal({ file: ref.file, fn: writes[0]!.fn }, writes[0]!.value);
    }
    return i?.op === 'global' && isGlobalObject(i.name);
  }

  #variable(file: string, v: number, depth: number): Origins {
    const { project } = this.analysis;
    const facts = project.facts(file)!;
    const variable = facts.vars[v]!;
    if (variable.import !== undefined) {
      const imported = facts.imports[variable.import]!;
      const target = project.resolve(file, imported.from);
      if (target?.file === undefined) return target ? only({ k: 'fixed', id: `E${target.package}#${imported.name}` }) : undefined;
      return this.#exported(target.file, imported.name, depth);
    }
    if (variable.cls !== undefined) return this.#defaultOf(this.handleOfType({ k: 'class', file, cls: variable.cls }));
    if (variable.owner === 0) return this.#moduleVariable(file, v, depth);
    const writes = writesOf(facts, v);
    if (writes.length === 0 || writes.length > 4) return undefined;
    const all: Origin[] = [];
    for (const write of writes) {
      if (isNothing(facts, write.fn, write.value)) continue;
      const origins = this.origins({ file, fn: write.fn }, write.value, depth + 1);
      if (!origins) return undefined;
      all.push(...origins);
    }
    return all.length > 0 ? all : undefined;
  }

  #exported(file: string, name: string, depth: number): Origins {
    const { project } = this.analysis;
    const found = project.exported(file, name);
    switch (found?.k) {
      case 'var':
        return this.#variable(found.file, found.v, depth + 1);
      case 'value':
        return this.origins({ file: found.file, fn: 0 }, found.temp, depth + 1);
      case 'external':
        return only({ k: 'fixed', id: `E${found.package}#${found.name}` });
      default:
        return undefined;
    }
  }

  /** Statements of a model's class go through the connection that the package (or its class) was given. */
  #defaultOf(handle: Pick<Handle, 'package'> | undefined): Origins {
    return handle && only({ k: 'fixed', id: `D${handle.package}` });
  }

  #moduleVariable(file: string, v: number, depth: number): Origins {
    const { project } = this.analysis;
    const facts = project.facts(file)!;
    const itself = only({ k: 'fixed', id: `M${file}#${v}` });
    for (const write of writesOf(facts, v)) {
      if (isNothing(facts, write.fn, write.value)) continue;
      const ref = { file, fn: write.fn };
      if (this.#makesCarrying(ref, write.value, 0) || this.handleOf(ref, write.value)?.transaction) return undefined;
      const i = facts.functions[write.fn]!.code[write.value];
      const alias = i?.op === 'get' || i?.op === 'member' || (i?.op === 'call' && !i.new) || (i?.op === 'call' && this.#isOwnClass(ref, i));
      if (!alias) continue;
      const origins = this.origins(ref, write.value, depth + 1);
      if (origins?.some(({ root }) => root.k !== 'fixed' || !root.id.startsWith('N'))) return origins;
      // What a module makes once, by a function that does not ask the context, is no transaction.
      const makers = i.op === 'call' && !origins ? this.analysis.targets(ref, write.value) : [];
      if (makers.some((target) => this.#carriesContext(target, DEEPEST_CONTEXT))) return undefined;
    }
    return itself;
  }

  #isOwnClass(ref: FnRef, i: InstructionOf<'call'>): boolean {
    return this.analysis.values.of(ref, i.fn).some((ty) => ty.k === 'class');
  }

  #member(ref: FnRef, temp: Temp, i: InstructionOf<'member'>, depth: number): Origins {
    const { values } = this.analysis;
    // `dataSource.manager`, `users.manager`
    const holder = this.handleOf(ref, i.obj);
    if (holder && this.handleOf(ref, temp)?.package === holder.package && values.instruction({ ...ref, temp: i.obj })?.op !== 'this') {
      return this.origins(ref, i.obj, depth + 1);
    }
    for (const ty of values.of(ref, i.obj)) {
      if (ty.k === 'namespace') return this.#exported(ty.file, i.name, depth);
      if (ty.k === 'external' && !holder) return only({ k: 'fixed', id: `E${ty.package}#${ty.path}.${i.name}` });
    }
    const literal = this.literal(ref, i.obj);
    if (literal) {
      const property = literal.object.props.find((p) => p.name === i.name && p.kind === undefined);
      return property && this.origins(literal.ref, property.value, depth + 1);
    }
    const returned = this.#ofReturned(ref, i.obj, i.name, depth);
    if (returned) return returned.are;
    const base = this.origins(ref, i.obj, depth + 1);
    return base && this.extended(base, [i.name], depth);
  }

  /** A property of the object that a function of the project makes and returns: `const { db } = await connect();` */
  #ofReturned(ref: FnRef, temp: Temp, name: string, depth: number): { readonly are: Origins } | undefined {
    const { values, project } = this.analysis;
    if (depth > DEEPEST) return undefined;
    const i = values.instruction({ ...ref, temp });
    switch (i?.op) {
      case 'await':
      case 'nonnull':
      case 'cast':
        return this.#ofReturned(ref, i.value, name, depth + 1);
      case 'get': {
        const facts = project.facts(ref.file)!;
        const [write, ...others] = writesOf(facts, i.v);
        return write && others.length === 0 && facts.vars[i.v]!.owner !== 0 ? this.#ofReturned({ file: ref.file, fn: write.fn }, write.value, name, depth + 1) : undefined;
      }
      case 'call': {
        const [target, ...others] = i.new ? [] : this.analysis.targets(ref, temp);
        const fact = target && others.length === 0 ? values.fact(target) : undefined;
        const returned = fact ? returnedBy(fact).map((one) => this.literal(target!, one)?.object.props.filter((p) => p.name === name)) : [];
        if (returned.length === 0 || !returned.every((props) => props?.length === 1 && props[0]!.kind === undefined)) return undefined;
        if (this.#carriesContext(target!, 0)) return { are: undefined };
        const all = returned.map((props) => this.origins(target!, props![0]!.value, depth + 1));
        return { are: all.includes(undefined) ? undefined : this.substituted(all.flatMap((one) => one!), ref, i, target!, depth) };
      }
      default:
        return undefined;
    }
  }

  /** The object literal that a temp is, or that a constant holds. */
  literal(ref: FnRef, temp: Temp): { ref: FnRef; object: InstructionOf<'object'> } | undefined {
    const { values, project } = this.analysis;
    const i = values.instruction({ ...ref, temp });
    if (i?.op === 'object') return { ref, object: i };
    if (i?.op === 'cast' || i?.op === 'nonnull') return this.literal(ref, i.value);
    if (i?.op !== 'get') return undefined;
    const facts = project.facts(ref.file)!;
    const writes = writesOf(facts, i.v);
    if (writes.length !== 1 || facts.vars[i.v]!.kind !== 'const') return undefined;
    const made = facts.functions[writes[0]!.fn]!.code[writes[0]!.value];
    return made?.op === 'object' ? { ref: { file: ref.file, fn: writes[0]!.fn }, object: made } : undefined;
  }

  /** Members of what has these origins. */
  extended(origins: readonly Origin[], path: readonly string[], depth = 0): Origins {
    let all: readonly Origin[] = origins;
    for (const name of path) {
      const next: Origin[] = [];
      for (const { root, without } of all) {
        const found = this.#extend(root, name, depth + 1);
        if (!found) return undefined;
        next.push(...found.map((one) => ({ root: one.root, without: [...without, ...one.without] })));
      }
      all = next;
    }
    return all;
  }

  #extend(root: Root, name: string, depth: number): Origins {
    if (depth > DEEPEST) return undefined;
    switch (root.k) {
      case 'param':
        return root.path.length < 4 ? only({ ...root, path: [...root.path, name] }) : undefined;
      case 'connection':
        return only(root);
      case 'fixed':
        return only({ ...root, id: `${root.id}.${name}` });
      case 'made':
        return this.#fieldOfMade(root, name, depth);
      case 'field':
        return root.path.length === 0 ? this.#field(root.file, root.cls, name, depth) : this.#deeper(root, name, depth);
    }
  }

  /** `this.users.db`: from how `this.users` is made, or else the field of whatever object of its class that is. */
  #deeper(root: Extract<Root, { k: 'field' }>, name: string, depth: number): Origins {
    const { values } = this.analysis;
    let value = [{ k: 'instance', file: root.file, cls: root.cls }] as readonly Ty[];
    for (const one of root.path) value = values.member(value, one);
    const instance = value.filter((ty) => ty.k === 'instance');
    if (instance.length === 1) return farther(this.#field(instance[0]!.file, instance[0]!.cls, name, depth + 1));
    return root.path.length < 4 ? only({ ...root, path: [...root.path, name] }) : undefined;
  }

  #field(file: string, cls: number, name: string, depth: number): Origins {
    const { values, project } = this.analysis;
    const found = values.findMember(file, cls, name, false);
    const at = found && !('base' in found) ? found : undefined;
    if (at?.member.kind === 'get' && at.member.fn !== undefined) {
      const getter = { file: at.file, fn: at.member.fn };
      return this.#carriesContext(getter, 0) ? undefined : this.#returned(getter, depth + 1);
    }
    const holder = at ? { file: at.file, cls: at.cls } : { file, cls };
    const itself = only({ k: 'field', ...holder, path: [name] });
    const facts = project.facts(holder.file)!;
    const written: { ref: FnRef; temp: Temp }[] = [];
    if (at?.member.fn !== undefined && at.member.kind === 'field') {
      const ref = { file: at.file, fn: at.member.fn };
      for (const temp of returnedBy(facts.functions[ref.fn]!)) written.push({ ref, temp });
    }
    for (const write of ownWritesOf(facts, holder.cls, name)) written.push({ ref: { file: holder.file, fn: write.fn }, temp: write.value });
    const declared = values.member([{ k: 'instance', file, cls }], name).flatMap((ty) => this.handleOfType(ty) ?? []);
    if (declared.length > 0 && declared.every((one) => one.transaction)) return undefined;
    const settled: Origin[] = [];
    for (const { ref, temp } of written) {
      if (isNothing(facts, ref.fn, temp)) continue;
      if (this.#makesCarrying(ref, temp, 0)) return undefined;
      const origins = this.origins(ref, temp, depth + 1);
      if (!origins) {
        // What a class makes for itself; of anything else it may be the transaction that is kept there.
        if (values.instruction({ ...ref, temp })?.op === 'param') continue;
        if (this.handleOf(ref, temp)?.transaction !== false) return undefined;
        continue;
      }
      for (const one of origins) {
        if (one.root.k === 'connection') return undefined;
        if (one.root.k === 'param') {
          // Given by a method, and not by who makes the object: it may be a transaction.
          if (facts.functions[one.root.fn]!.kind !== 'constructor') return undefined;
        } else if (one.root.k === 'fixed' && !one.root.id.startsWith('N')) settled.push(one);
        else if (one.root.k === 'made') settled.push(one);
      }
    }
    return settled.length === 1 && written.length === 1 ? settled : itself;
  }

  #fieldOfMade(root: Extract<Root, { k: 'made' }>, name: string, depth: number): Origins {
    const origins = this.#field(root.file, root.cls, name, depth + 1);
    const [one] = origins ?? [];
    if (!one || origins!.length !== 1 || one.root.k !== 'field') return origins;
    const holder = one.root;
    const { project } = this.analysis;
    const facts = project.facts(holder.file)!;
    const constructor = this.analysis.constructorOf(holder.file, holder.cls);
    if (!constructor) return only(holder);
    const args = holder.cls === root.cls && holder.file === root.file ? root.args : this.#superArgs(root, depth);
    for (const write of memberWritesOf(facts, name)) {
      const fact = facts.functions[write.fn]!;
      if (write.fn !== constructor.fn || fact.code[write.obj]?.op !== 'this') continue;
      const given = this.origins(constructor, write.value, depth + 1);
      if (given?.every((one) => one.root.k === 'fixed')) return only(holder);
      return given && args && this.#withArguments(given, constructor, args, depth);
    }
    // The object makes it for itself.
    return only(holder);
  }

  /** What the constructor passes on with `super(…)`. */
  #superArgs(root: Extract<Root, { k: 'made' }>, depth: number): readonly Origins[] | undefined {
    const constructor = this.analysis.constructorOf(root.file, root.cls);
    const fact = constructor && this.analysis.values.fact(constructor);
    if (!fact || constructor.file !== root.file || fact.cls !== root.cls) return root.args;
    const call = fact.code.find((i) => i.op === 'call' && fact.code[i.fn]?.op === 'super');
    if (call?.op !== 'call') return undefined;
    return call.args.map((arg) => {
      const given = this.origins(constructor, arg, depth + 1);
      return given && this.#withArguments(given, constructor, root.args, depth);
    });
  }

  #withArguments(origins: readonly Origin[], fn: FnRef, args: readonly Origins[], depth: number): Origins {
    const all: Origin[] = [];
    for (const one of origins) {
      if (one.root.k !== 'param' || one.root.fn !== fn.fn || one.root.file !== fn.file) {
        const absent = one.without.every((p) => p.fn !== fn.fn || p.file !== fn.file || (p.path.length === 0 && args.length <= p.index));
        if (absent) all.push({ root: one.root, without: [] });
        continue;
      }
      if (args.length <= one.root.index && origins.length > 1) continue;
      const given = args[one.root.index];
      const found = given && this.extended(given, one.root.path, depth);
      if (!found) return undefined;
      all.push(...found);
    }
    return all.length > 0 ? all : undefined;
  }

  #called(ref: FnRef, temp: Temp, i: InstructionOf<'call'>, depth: number): Origins {
    const { values, knowledge } = this.analysis;
    const callee = values.instruction({ ...ref, temp: i.fn });
    for (const ty of values.of(ref, i.fn)) {
      if (ty.k === 'class' && i.new) {
        const args = i.spread === undefined ? i.args.map((arg) => this.origins(ref, arg, depth + 1)) : [];
        return only({ k: 'made', id: siteId(ref, temp), file: ty.file, cls: ty.cls, args });
      }
      if (ty.k === 'global' && ty.path === 'Proxy') return undefined;
      if (ty.k !== 'external') continue;
      const model = knowledge.models.package(ty.package);
      if (!model?.handles) continue;
      const shared = isMember(model, ty.path, model.handles.shared);
      const own = shared ? this.#defaultOf({ package: ty.package }) : callee?.op === 'member' && !i.new ? this.#sender(ref, callee.obj, depth) : undefined;
      const begins = lookupMember(model, ty.path).some((does) => does.does === 'acquire' && does.kind === 'transaction' && does.gives === 'lease');
      if (begins || isMember(model, ty.path, model.handles.connections)) {
        return only({ k: 'connection', id: siteId(ref, temp), of: own ?? [] });
      }
      if (own) return own;
      return this.handleOf(ref, temp) ? only({ k: 'fixed', id: `N${siteId(ref, temp)}` }) : undefined;
    }
    const targets = this.analysis.targets(ref, temp);
    if (targets.length !== 1 || i.new || this.#carriesContext(targets[0]!, 0)) return undefined;
    const given = this.#returned(targets[0]!, depth + 1);
    return given && this.substituted(given, ref, i, targets[0]!, depth);
  }

  #sender(ref: FnRef, temp: Temp, depth: number): Origins {
    const chain = this.chain(ref, temp);
    return chain && this.origins(chain.ref, chain.temp, depth + 1);
  }

  /**
   * The handle that a chain of calls and members begins with: `db` of `db('tasks').where(…)`, with what binds it.
   *
   * @param last The call at the end of the chain. With it, a query that a function of the project has built is followed
   *   into that function (`through`).
   */
  chain(ref: FnRef, temp: Temp, last?: InstructionOf<'call'>): Chain | undefined {
    const { values, project } = this.analysis;
    let at = { ...ref, temp };
    let bound: { ref: FnRef; temp: Temp } | undefined;
    const binders: { name: string; ref: FnRef; arg: Temp }[] = [];
    let built = false;
    let asked: Asked | undefined;
    let through: Chain['through'];
    const ending = last && values.instruction({ ...ref, temp: last.fn });
    if (ending?.op === 'member' && last?.args[0] !== undefined) binders.push({ name: ending.name, ref, arg: last.args[0] });
    for (let steps = 0; steps < 60; steps++) {
      const i = values.instruction(at);
      const handle = this.handleOf(at, at.temp);
      if (handle) {
        const binder = binders.find(({ name }) => handle.handles.binds?.includes(name));
        if (binder) bound = { ref: binder.ref, temp: binder.arg };
        return { ref: { file: at.file, fn: at.fn }, temp: at.temp, handle, ...(bound && { bound }), built, ...(asked && { asked }), ...(through && { through }) };
      }
      switch (i?.op) {
        case 'member':
          at = { ...at, temp: i.obj };
          break;
        case 'call': {
          const callee = values.instruction({ ...at, temp: i.fn });
          // `new User().$query(trx)`: nothing is asked of the class.
          if (!i.new) asked = { ref: { file: at.file, fn: at.fn }, call: i, name: callee?.op === 'member' ? callee.name : '' };
          if (callee?.op === 'member' && i.args[0] !== undefined) binders.push({ name: callee.name, ref: { file: at.file, fn: at.fn }, arg: i.args[0] });
          const builder = last && !through ? this.#builder(at) : undefined;
          if (builder) through = { ref: { file: at.file, fn: at.fn }, call: i, target: builder };
          at = builder ?? { ...at, temp: i.fn };
          break;
        }
        case 'nonnull':
        case 'cast':
        case 'await':
          at = { ...at, temp: i.value };
          break;
        case 'get': {
          // A query that is built in several statements.
          const facts = project.facts(at.file)!;
          const [write, ...others] = writesOf(facts, i.v);
          if (!write || others.length > 0 || facts.functions[write.fn]!.code[write.value]?.op !== 'call') return undefined;
          built ||= write.fn !== at.fn;
          at = { file: at.file, fn: write.fn, temp: write.value };
          break;
        }
        default:
          return undefined;
      }
    }
    return undefined;
  }

  /** What a function of the project gives that is no promise of its own: the one thing that it returns. */
  #builder(call: FnRef & { temp: Temp }): (FnRef & { temp: Temp }) | undefined {
    if (!this.#isNamed(call)) return undefined;
    const [target, ...others] = this.analysis.targets(call, call.temp);
    const fact = target && others.length === 0 ? this.analysis.values.fact(target) : undefined;
    if (!fact || fact.async || fact.generator) return undefined;
    const returned = new Set(returnedBy(fact));
    const [temp] = returned;
    return returned.size === 1 ? { file: target!.file, fn: target!.fn, temp: temp! } : undefined;
  }

  /** Whether a call says by name what it calls: `trx ?? models`, or a parameter of such a type, may be something else. */
  #isNamed({ file, fn, temp }: FnRef & { temp: Temp }): boolean {
    const facts = this.analysis.project.facts(file)!;
    const { code } = facts.functions[fn]!;
    const call = code[temp];
    const callee = call?.op === 'call' ? code[call.fn] : undefined;
    if (callee?.op !== 'get') return callee?.op === 'member';
    const { import: imported, fn: declared } = facts.vars[callee.v]!;
    if (imported !== undefined || declared !== undefined) return true;
    const [write, ...others] = writesOf(facts, callee.v);
    return write !== undefined && others.length === 0 && facts.functions[write.fn]!.code[write.value]?.op === 'fn';
  }

  #returned(ref: FnRef, depth: number): Origins {
    const fact = this.analysis.values.fact(ref);
    if (!fact || depth > DEEPEST) return undefined;
    const all: Origin[] = [];
    for (const block of fact.blocks) {
      if (block.end.k !== 'return' || block.end.value === undefined) continue;
      const origins = this.origins(ref, block.end.value, depth + 1);
      if (!origins) return undefined;
      all.push(...origins);
    }
    return all.length > 0 ? all : undefined;
  }

  /** Origins as a function names them -> as the caller does; those that need what is not given are left out. */
  substituted(origins: readonly Origin[], ref: FnRef, i: InstructionOf<'call'>, target: FnRef, depth = 0): Origins {
    const all: Origin[] = [];
    for (const { root, without } of origins) {
      const rest = this.conditions(without, ref, i, target);
      if (!rest) continue;
      const given = this.#substitute(root, ref, i, target, depth);
      if (given === 'absent') continue;
      if (!given) return undefined;
      all.push(...given.map((one) => ({ root: one.root, without: [...one.without, ...rest] })));
    }
    return all.length > 0 ? all : undefined;
  }

  #substitute(root: Root, ref: FnRef, i: InstructionOf<'call'>, target: FnRef, depth: number): Origins | 'absent' {
    switch (root.k) {
      case 'fixed':
        return only(root);
      case 'connection': {
        const of = root.of.flatMap((one) => {
          const given = this.#substitute(one.root, ref, i, target, depth);
          return given === 'absent' || !given ? [] : given;
        });
        return only({ ...root, id: `${root.id}@${i.s}`, of });
      }
      case 'made':
        return only({ ...root, args: root.args.map((arg) => arg && this.substituted(arg, ref, i, target, depth)) });
      case 'field': {
        const callee = this.analysis.values.instruction({ ...ref, temp: i.fn });
        if (callee?.op !== 'member') return only(root);
        const receiver = this.analysis.values.instruction({ ...ref, temp: callee.obj });
        if (receiver?.op === 'this' || receiver?.op === 'super') return only(root);
        const base = this.origins(ref, callee.obj, depth + 1);
        // The object is of a class that names its own field; which one it is decides only where it was made.
        const known = base?.every((one) => one.root.k === 'made' || one.root.k === 'connection' || one.root.k === 'param');
        if (root.far && known) return undefined;
        return known ? this.extended(base!, root.path, depth) : base ? this.#ofObject(base, root, depth) : undefined;
      }
      case 'param': {
        if (root.fn !== target.fn || root.file !== target.file) return this.#captured(root, ref, i, target, depth);
        if (this.given(root, ref, i) === 'absent') return 'absent';
        const arg = i.args[root.index]!;
        let path = root.path;
        let at: { ref: FnRef; temp: Temp } = { ref, temp: arg };
        for (let literal = this.literal(at.ref, at.temp); literal && path.length > 0; literal = this.literal(at.ref, at.temp)) {
          const property = literal.object.props.find((p) => p.name === path[0] && p.kind === undefined);
          if (!property) return undefined;
          at = { ref: literal.ref, temp: property.value };
          path = path.slice(1);
        }
        const given = this.origins(at.ref, at.temp, depth + 1);
        return given && this.extended(given, path, depth);
      }
    }
  }

  /** A parameter of the function that made the callee: `users(db).add()`. */
  #captured(root: Extract<Root, { k: 'param' }>, ref: FnRef, i: InstructionOf<'call'>, target: FnRef, depth: number): Origins | 'absent' {
    const { project, values } = this.analysis;
    if (root.file !== target.file || project.facts(target.file)!.functions[target.fn]!.parent !== root.fn || depth > DEEPEST) return only(root);
    const callee = values.instruction({ ...ref, temp: i.fn });
    let at: FnRef & { temp: Temp } = { ...ref, temp: callee?.op === 'member' ? callee.obj : i.fn };
    for (let steps = 0; steps < 4; steps++) {
      const made = values.instruction(at);
      if (made?.op === 'call') {
        const maker = { file: root.file, fn: root.fn };
        const isMaker = this.analysis.targets(at, at.temp).some((one) => one.file === maker.file && one.fn === maker.fn);
        return isMaker ? this.#substitute(root, at, made, maker, depth + 1) : only(root);
      }
      const writes = made?.op === 'get' ? writesOf(project.facts(at.file)!, made.v) : [];
      if (writes.length !== 1) return only(root);
      at = { file: at.file, fn: writes[0]!.fn, temp: writes[0]!.value };
    }
    return only(root);
  }

  /** The field of an object that a field or a module holds. */
  #ofObject(base: readonly Origin[], root: Extract<Root, { k: 'field' }>, depth: number): Origins {
    const all: Origin[] = [];
    for (const one of base) {
      if ((one.root.k === 'field' && one.root.path.length > 0) || one.root.k === 'fixed') all.push({ root: { ...root, far: true }, without: one.without });
      else {
        const found = this.#extend(one.root, root.path[0] ?? '', depth + 1);
        if (!found) return undefined;
        all.push(...found);
      }
    }
    return all;
  }

  /** What has to be absent, as the caller names it; undefined where something of it is given (or may be). */
  conditions(params: readonly ParamPath[], ref: FnRef, i: InstructionOf<'call'>, target: FnRef): ParamPath[] | undefined {
    const rest: ParamPath[] = [];
    for (const param of params) {
      if (param.fn !== target.fn || param.file !== target.file) {
        rest.push(param);
        continue;
      }
      const state = this.given(param, ref, i);
      if (state === 'absent') continue;
      if (typeof state === 'string') return undefined;
      rest.push(state);
    }
    return rest;
  }

  /** Whether a call gives its callee this parameter (or member of one); the caller's own, where it passes that on. */
  given(param: ParamPath, ref: FnRef, i: InstructionOf<'call'>): 'absent' | 'given' | 'unknown' | ParamPath {
    if (i.spread !== undefined && param.index >= i.spread) return 'unknown';
    const arg = i.args[param.index];
    return arg === undefined ? 'absent' : this.#presence(ref, arg, param.path);
  }

  #presence(ref: FnRef, temp: Temp, path: readonly string[]): 'absent' | 'given' | 'unknown' | ParamPath {
    const facts = this.analysis.project.facts(ref.file)!;
    if (isNothing(facts, ref.fn, temp)) return 'absent';
    const [name, ...rest] = path;
    const literal = this.literal(ref, temp);
    if (literal && name !== undefined) {
      for (const property of [...literal.object.props].reverse()) {
        if (property.kind === 'spread') {
          const spread = this.#presence(literal.ref, property.value, path);
          if (spread !== 'absent') return spread;
        } else if (property.name === name) return this.#presence(literal.ref, property.value, rest);
        else if (property.name === undefined) return 'unknown';
      }
      return 'absent';
    }
    const origins = this.origins(ref, temp);
    const [one] = origins ?? [];
    if (one?.root.k === 'param' && origins!.length === 1) {
      const declared = this.analysis.values.fact(one.root)?.params[one.root.index];
      const whole = [...one.root.path, ...path];
      if (whole.length > 0 || declared?.optional) return { file: one.root.file, fn: one.root.fn, index: one.root.index, path: whole };
      return 'given';
    }
    return name === undefined ? 'given' : 'unknown';
  }

  // --- transactions that travel with the asynchronous context

  /** The value is made with functions that ask the context: a proxy, an extension of a client. */
  #makesCarrying(ref: FnRef, temp: Temp, depth: number): boolean {
    const { values } = this.analysis;
    const i = values.instruction({ ...ref, temp });
    if (!i || depth > 4) return false;
    switch (i.op) {
      case 'call': {
        if (i.new && values.of(ref, i.fn).some((ty) => ty.k === 'global' && ty.path === 'Proxy')) return true;
        const callee = values.instruction({ ...ref, temp: i.fn });
        return (callee?.op === 'member' && this.#makesCarrying(ref, callee.obj, depth + 1)) || i.args.some((arg) => this.#makesCarrying(ref, arg, depth + 1));
      }
      case 'object':
        return i.props.some((p) => this.#makesCarrying(ref, p.value, depth + 1));
      case 'fn':
        return this.#carriesContext({ file: ref.file, fn: i.fn }, depth);
      case 'join':
        return i.of.some((part) => this.#makesCarrying(ref, part, depth + 1));
      case 'cast':
      case 'nonnull':
      case 'await':
        return this.#makesCarrying(ref, i.value, depth + 1);
      default:
        return false;
    }
  }

  /** A function that reads a store of asynchronous context (or makes a proxy that may), itself or through what it calls. */
  #carriesContext(ref: FnRef, depth: number): boolean {
    const key = `${ref.file}:${ref.fn}`;
    const known = this.#carries.get(key);
    if (known !== undefined || depth > DEEPEST_CONTEXT) return known ?? false;
    this.#carries.set(key, false);
    const found = this.#carries.within(key, () => this.#findsContext(ref, depth));
    if (found || depth === 0) this.#carries.set(key, found);
    else this.#carries.forget(key);
    return found;
  }

  #findsContext(ref: FnRef, depth: number): boolean {
    const { values } = this.analysis;
    const fact = values.fact(ref);
    return Boolean(
      fact?.code.some((i, temp) => {
        if (i.op === 'member') return i.name === 'getStore' || values.of(ref, i.obj).some((ty) => ty.k === 'external' && CONTEXTS.test(ty.package));
        if (i.op === 'call' && i.new && values.of(ref, i.fn).some((ty) => ty.k === 'global' && ty.path === 'Proxy')) return true;
        if (i.op === 'call') return depth < DEEPEST_CONTEXT && this.analysis.targets(ref, temp).some((target) => this.#carriesContext(target, depth + 1));
        return false;
      }) || (fact && madeIn(fact).some((fn) => this.#carriesContext({ file: ref.file, fn }, depth))),
    );
  }
}

const farther = (origins: Origins): Origins => origins?.map((one) => (one.root.k === 'field' ? { ...one, root: { ...one.root, far: true } } : one));

/** Packages that keep values with the asynchronous context. */
const CONTEXTS = /^(?:node:)?(?:async_hooks|cls-hooked|continuation-local-storage|nestjs-cls|cls-rtracer|asynchronous-local-storage)$/;

/** Texts that make clients of their own: tests, seeds, scripts, examples. */
const NO_SOURCE = /(?:^|\/)(?:__tests__|__mocks__|tests?|specs?|e2e|fixtures?|mocks?|scripts?|seeds?|examples?|bench(?:marks?)?|migrations?)(?:\/|\.[cm]?[jt]sx?$)|\.(?:test|spec|seed)\.[cm]?[jt]sx?$|\.d\.[cm]?ts$/;

/** `undefined` or `null`. */
function isNothing(facts: FileFacts, fn: number, temp: Temp): boolean {
  const i = facts.functions[fn]!.code[temp];
  return i?.op === 'undefined' || (i?.op === 'const' && i.value === null) || (i?.op === 'global' && i.name === 'undefined');
}

const kept = new WeakMap<Analysis, Handles>();

export function handlesOf(analysis: Analysis): Handles {
  let handles = kept.get(analysis);
  if (!handles) kept.set(analysis, (handles = new Handles(analysis)));
  return handles;
}

