/**
 * What a value may be: which function, which class's instance, what of which package. From scopes, imports, classes
 * and their fields, object literals, written types and the built-in collections; never guessed. An empty value is
 * one that nothing is known about.
 */
import {
  EXPORT_ALL,
  isWholeImport,
  MOST_TEMPS,
  type ClassFact,
  type FnIndex,
  type FunctionFact,
  type InstructionOf,
  type Instruction,
  type MemberFact,
  type Temp,
  type TypeExpr,
  type TypeMember,
  type VarFact,
} from '../facts/ir.js';
import { Ground, type Keeper, within } from '../freshness/grounds.js';
import { codeAt } from '../freshness/live-facts.js';
import type { Exported, Project } from '../project/project.js';
import type { Target } from '../project/resolve.js';
import { callsWith, closureIn, memberWritesOf, putsOf, returns, writesOf } from './uses.js';

export interface FnRef {
  readonly file: string;
  readonly fn: FnIndex;
}

/** Where in the program a temp is. */
export interface TempRef extends FnRef {
  readonly temp: Temp;
}

type Env = ReadonlyMap<string, Value> | undefined;

export type Ty =
  | { readonly k: 'instance'; readonly file: string; readonly cls: number; readonly env?: Env; readonly site?: TempRef }
  | { readonly k: 'class'; readonly file: string; readonly cls: number }
  | { readonly k: 'interface'; readonly file: string; readonly type: number; readonly env?: Env }
  | { readonly k: 'fn'; readonly file: string; readonly fn: FnIndex; readonly self?: Value; readonly env?: Env; /** The call that returned it, whose arguments it has captured. */ readonly from?: TempRef }
  | { readonly k: 'signature'; readonly file: string; readonly type: FunctionType; readonly env?: Env; readonly at: number; readonly owner?: string }
  | { readonly k: 'shape'; readonly file: string; readonly members: readonly TypeMember[]; readonly env?: Env }
  | { readonly k: 'object'; readonly file: string; readonly fn: FnIndex; readonly temp: Temp }
  /** A value that a package gives; `site` is where it was made, for locks whose permits the call says. */
  | { readonly k: 'external'; readonly package: string; readonly path: string; readonly site?: TempRef }
  | { readonly k: 'global'; readonly path: string; readonly site?: TempRef }
  /** A built-in container: `Promise`, `Array`, `Map`, `Set`, `Tuple`, `Record`, `Iterable`. */
  | { readonly k: 'box'; readonly of: BoxName; readonly args: readonly Value[] }
  | { readonly k: 'boxMethod'; readonly box: Extract<Ty, { k: 'box' }>; readonly name: string }
  /** `f.bind`, `f.call`, `f.apply`. */
  | { readonly k: 'applier'; readonly of: Ty; readonly name: string }
  | { readonly k: 'namespace'; readonly file: string }
  | { readonly k: 'constant'; readonly value: string | number | boolean }
  /** A string of which only the beginning is known. */
  | { readonly k: 'text'; readonly head: string }
  | { readonly k: 'primitive'; readonly name: string }
  /** What the caller passed, as it is or a member of it. */
  | { readonly k: 'param'; readonly file: string; readonly fn: FnIndex; readonly index: number; readonly path: readonly string[] };

export type Value = readonly Ty[];
export type FunctionType = Extract<TypeExpr, { k: 'function' }>;
export type BoxName = 'Promise' | 'Array' | 'Map' | 'Set' | 'Tuple' | 'Record' | 'Iterable';

const NOTHING: Value = [];
/** More alternatives than this say nothing. */
const MOST_ALTERNATIVES = 12;
/** Deeper chains of evaluation are given up. */
const DEEPEST = 60;

/** By the name of the type; without a prototype: a type may be called `constructor`. */
const BOXES = Object.setPrototypeOf({
  Promise: 'Promise',
  PromiseLike: 'Promise',
  Array: 'Array',
  ReadonlyArray: 'Array',
  Map: 'Map',
  ReadonlyMap: 'Map',
  WeakMap: 'Map',
  Set: 'Set',
  ReadonlySet: 'Set',
  WeakSet: 'Set',
  Record: 'Record',
  Iterable: 'Iterable',
  IterableIterator: 'Iterable',
  Iterator: 'Iterable',
  Generator: 'Iterable',
  AsyncIterable: 'Iterable',
  AsyncIterableIterator: 'Iterable',
  AsyncGenerator: 'Iterable',
}, null) as Readonly<Record<string, BoxName>>;

/** Type operators that leave the members' types alone. */
const TRANSPARENT = new Set([
  'Partial',
  'Required',
  'Readonly',
  'NonNullable',
  'Awaited',
  'Pick',
  'Omit',
  'Exclude',
  'Extract',
  'NoInfer',
  'Mutable',
  'DeepReadonly',
  'WeakRef',
]);

/** What the model of a package says of a callback's parameter, and of what a call gives; the engine supplies it. */
export interface ExternalKnowledge {
  /** The path of what calling this path gives, or undefined where nothing is known of it. */
  readonly resultPath: (packageName: string, path: string) => string | undefined;
  /** The package for which a generator writes an export of this name into the project (and not always its repository). */
  readonly generated: (name: string) => string | undefined;
  readonly hasModelOf: (packageName: string) => boolean;
  /** The index of the argument that the result does the same as (`promisify(fn)`), or undefined. */
  readonly wraps: (packageName: string, path: string) => number | undefined;
  /** The index of the key whose lock it gives, a lock of the receiver's (`accounts.of(id)`), or undefined. */
  readonly keyOfLock: (packageName: string, path: string) => number | undefined;
  /** The path of the parameter that a callback passed to this path gets, where it is a handle of the package. */
  readonly handlePath: (packageName: string, path: string, argument: number, parameter: number) => string | undefined;
}

/** Where the implementers and subclasses of a declaration are found. */
export interface Hierarchy {
  implementers(file: string, type: number): readonly { file: string; cls: number }[];
  subclasses(file: string, cls: number): readonly { file: string; cls: number }[];
}

/** A temp as `fn * MOST_TEMPS + temp`; everything else by a word of its own. */
type Question = number | string;

class FileMemo implements Keeper<Question> {
  readonly settled = new Map<Question, Value>();
  /** Being worked out, with the depth at which that began. */
  readonly open = new Map<Question, number>();
  /** Answers that rest on one still being worked out; dropped when the outermost question is answered. */
  readonly provisional = new Map<Question, Value>();
  #grounds: Map<Question, Ground> | undefined;

  ground(question: Question): Ground {
    this.#grounds ??= new Map();
    let ground = this.#grounds.get(question);
    if (!ground) this.#grounds.set(question, (ground = new Ground(this, question)));
    return ground;
  }

  drop(question: Question): void {
    this.settled.delete(question);
    this.#grounds!.delete(question);
  }
}

export class Values {
  /** Per file, so that a changed file's answers can be dropped. */
  readonly #memo = new Map<string, FileMemo>();
  /** Files with provisional answers. */
  readonly #unsettled = new Set<FileMemo>();
  readonly #returning = new Set<string>();
  #depth = 0;
  /** The shallowest open question that an answer has been cut short by. */
  #cut = Infinity;

  constructor(
    readonly project: Project,
    readonly external: ExternalKnowledge,
    readonly hierarchy: Hierarchy,
  ) {}

  fact(ref: FnRef): FunctionFact | undefined {
    return this.project.facts(ref.file)?.functions[ref.fn];
  }

  instruction(ref: TempRef): Instruction | undefined {
    return codeAt(this.fact(ref), ref.temp);
  }

  // --- memo

  #remember(file: string, question: Question, work: () => Value): Value {
    const memo = this.#memoOf(file);
    const ground = this.project.follows ? memo.ground(question) : undefined;
    ground?.rest();
    const known = memo.settled.get(question);
    if (known) return known;
    const started = memo.open.get(question);
    if (started !== undefined) {
      this.#cut = Math.min(this.#cut, started);
      return NOTHING;
    }
    const provisional = memo.provisional.get(question);
    if (provisional) {
      this.#cut = 0;
      return provisional;
    }
    if (this.#depth > DEEPEST) {
      this.#cut = 0;
      return NOTHING;
    }
    const depth = this.#depth++;
    const outerCut = this.#cut;
    this.#cut = Infinity;
    memo.open.set(question, depth);
    const value = distinct(within(ground, work));
    memo.open.delete(question);
    this.#depth = depth;
    if (this.#cut >= depth) {
      memo.settled.set(question, value);
      this.#cut = outerCut;
    } else {
      memo.provisional.set(question, value);
      this.#unsettled.add(memo);
      this.#cut = Math.min(this.#cut, outerCut);
    }
    if (depth === 0) {
      for (const one of this.#unsettled) one.provisional.clear();
      this.#unsettled.clear();
      this.#cut = Infinity;
    }
    return value;
  }

  #memoOf(file: string): FileMemo {
    let memo = this.#memo.get(file);
    if (!memo) this.#memo.set(file, (memo = new FileMemo()));
    return memo;
  }

  // --- temps

  /** What an instruction's result may be. */
  of(ref: FnRef, temp: Temp): Value {
    return this.#remember(ref.file, ref.fn * MOST_TEMPS + temp, () => this.#evaluate(ref, temp));
  }

  #evaluate(ref: FnRef, temp: Temp): Value {
    const i = codeAt(this.fact(ref), temp);
    if (!i) return NOTHING;
    switch (i.op) {
      case 'const':
        return i.value === null ? NOTHING : [{ k: 'constant', value: i.value }];
      case 'template':
        return this.#template(ref, i);
      case 'regex':
        return [{ k: 'primitive', name: 'RegExp' }];
      case 'param':
        return this.#param(ref, i);
      case 'this':
        return this.self(ref);
      case 'super':
        return this.#superOf(ref, this.fact(ref)!.code.some((c) => c.op === 'call' && c.fn === temp));
      case 'global':
        return i.name === 'globalThis' || i.name === 'window' || i.name === 'self'
          ? [{ k: 'global', path: '' }]
          : [{ k: 'global', path: i.name }];
      case 'get':
        return this.variable(ref.file, i.v);
      case 'member':
        return this.member(this.of(ref, i.obj), i.name);
      case 'index':
        return this.element(this.of(ref, i.obj));
      case 'call':
        return this.#called(ref, temp, i);
      case 'importcall':
        return this.#imported(ref, i.source);
      case 'await':
        return this.awaited(this.of(ref, i.value));
      case 'yield':
        return NOTHING;
      case 'fn':
        return [{ k: 'fn', file: ref.file, fn: i.fn }];
      case 'class':
        return [{ k: 'class', file: ref.file, cls: i.cls }];
      case 'object':
        return [{ k: 'object', file: ref.file, fn: ref.fn, temp }];
      case 'array': {
        const items = i.items.map((item, at) =>
          i.spread?.includes(at) ? this.iterated(this.of(ref, item)) : this.of(ref, item),
        );
        return i.spread || items.length > 6 || items.length === 0
          ? [{ k: 'box', of: 'Array', args: [union(...items)] }]
          : [{ k: 'box', of: 'Tuple', args: items }];
      }
      case 'join':
        return union(...i.of.map((t) => this.of(ref, t)));
      case 'cast': {
        const cast = this.fromType(ref.file, i.type, this.envOf(ref));
        const value = this.of(ref, i.value);
        // What was passed is still what was passed: its callers know more of it than the type says.
        return cast.length > 0 ? [...cast, ...value.filter(({ k }) => k === 'param')] : value;
      }
      case 'nonnull':
        return this.of(ref, i.value);
      case 'iterate':
        return i.keys ? [{ k: 'primitive', name: 'string' }] : this.iterated(this.of(ref, i.of), Boolean(i.async));
      case 'rest':
        return i.from === undefined ? this.of(ref, i.of) : [{ k: 'box', of: 'Array', args: [this.iterated(this.of(ref, i.of))] }];
      case 'set':
        return this.of(ref, i.value);
      case 'binary':
        return this.#concatenation(ref, i);
      default:
        return NOTHING;
    }
  }

  #template(ref: FnRef, i: InstructionOf<'template'>): Value {
    let text = i.parts[0] ?? '';
    for (let n = 0; n < i.args.length; n++) {
      const value = this.of(ref, i.args[n]!);
      const constant = value.length === 1 && value[0]!.k === 'constant' ? value[0].value : undefined;
      if (constant === undefined) return [{ k: 'text', head: text }];
      text += String(constant) + (i.parts[n + 1] ?? '');
    }
    return [{ k: 'constant', value: text }];
  }

  #concatenation(ref: FnRef, i: InstructionOf<'binary'>): Value {
    if (i.sign !== '+') return NOTHING;
    const left = this.of(ref, i.left)[0];
    if (left?.k === 'text') return [left];
    if (left?.k !== 'constant' || typeof left.value !== 'string') return NOTHING;
    const right = this.of(ref, i.right)[0];
    return right?.k === 'constant'
      ? [{ k: 'constant', value: left.value + String(right.value) }]
      : [{ k: 'text', head: left.value }];
  }

  // --- variables and parameters

  variable(file: string, v: number): Value {
    return this.#remember(file, `v${v}`, () => {
      const facts = this.project.facts(file);
      const variable = facts?.vars[v];
      if (!facts || !variable) return NOTHING;
      if (variable.import !== undefined) {
        const imported = facts.imports[variable.import]!;
        return this.#import(file, imported.from, imported.name);
      }
      if (variable.cls !== undefined) return [{ k: 'class', file, cls: variable.cls }];
      if (variable.fn !== undefined) return [{ k: 'fn', file, fn: variable.fn }];
      const written = writesOf(facts, v).map((write) => this.of({ file, fn: write.fn }, write.value));
      const declared = variable.type
        ? this.fromType(file, variable.type, this.envOf({ file, fn: variable.owner }))
        : NOTHING;
      if (variable.kind === 'param') return union(...written);
      return prefer(union(...written), declared, variable.kind === 'const' || variable.kind === 'using');
    });
  }

  #import(file: string, specifier: string, name: string): Value {
    const target = this.project.resolve(file, specifier);
    const generated = this.#generated(target, name);
    if (generated !== undefined) return [{ k: 'external', package: generated, path: name }];
    if (!target) return NOTHING;
    if (target.file === undefined) return [{ k: 'external', package: target.package, path: isWholeImport(name) ? '' : name }];
    return this.exportedValue(target.file, name);
  }

  /** Of a file that is not there yet, by whatever path: relative, or one that would be a package's name. */
  #generated(target: Target | undefined, name: string): string | undefined {
    const isThere = target && (target.file !== undefined || this.external.hasModelOf(target.package));
    return isThere ? undefined : this.external.generated(name);
  }

  exportedValue(file: string, name: string): Value {
    const found = this.project.exported(file, name);
    // What is put on `exports` beside it belongs to it.
    if (found && name === EXPORT_ALL && found.k !== 'namespace') return union(this.#exportedValue(found), [{ k: 'namespace', file }]);
    if (found) return this.#exportedValue(found);
    const whole = this.project.commonJsExport(file);
    if (whole !== undefined) return this.member(this.#exportedValue(whole), name);
    const generated = this.external.generated(name);
    return generated !== undefined ? [{ k: 'external', package: generated, path: name }] : NOTHING;
  }

  #exportedValue(found: Exported): Value {
    switch (found.k) {
      case 'var':
        return this.variable(found.file, found.v);
      case 'value':
        return this.of({ file: found.file, fn: 0 }, found.temp);
      case 'namespace':
        return [{ k: 'namespace', file: found.file }];
      case 'external':
        return [{ k: 'external', package: found.package, path: isWholeImport(found.name) ? '' : found.name }];
      case 'type':
        return NOTHING;
    }
  }

  #imported(ref: FnRef, source: Temp): Value {
    const specifier = this.of(ref, source)[0];
    if (specifier?.k !== 'constant' || typeof specifier.value !== 'string') return NOTHING;
    return [{ k: 'box', of: 'Promise', args: [this.#import(ref.file, specifier.value, '*')] }];
  }

  #param(ref: FnRef, i: InstructionOf<'param'>): Value {
    const fact = this.fact(ref)!;
    const declared = fact.params[i.index]?.type;
    const symbol: Value = i.rest ? NOTHING : [{ k: 'param', file: ref.file, fn: ref.fn, index: i.index, path: [] }];
    if (declared) {
      const value = this.fromType(ref.file, declared, this.envOf(ref));
      if (value.length > 0) return union(value, symbol);
    }
    const contextual = this.#contextual(ref, i.index);
    const value = i.rest ? [{ k: 'box', of: 'Array', args: [contextual] } as const] : contextual;
    return union(value, symbol);
  }

  /** What a closure's parameter gets from whom the closure is passed to. */
  #contextual(ref: FnRef, index: number): Value {
    const fact = this.fact(ref)!;
    const facts = this.project.facts(ref.file)!;
    if (fact.parent < 0) return NOTHING;
    const parent = { file: ref.file, fn: fact.parent };
    const site = closureIn(facts.functions[fact.parent]!, ref.fn);
    if (site === undefined) return NOTHING;
    for (const use of callsWith(facts.functions[fact.parent]!, site)) {
      const call = codeAt(facts.functions[fact.parent], use.call) as InstructionOf<'call'>;
      const value = this.#callbackParameter(parent, call, use.argument, index);
      if (value.length > 0) return value;
    }
    // Of a method in an object literal, the type is written where the literal goes.
    const expected = fact.object === undefined ? this.#expectedAt(parent, site) : this.member(this.#expectedAt(parent, fact.object), fact.name);
    for (const ty of expected) {
      if (ty.k === 'signature') return this.#signatureParam(ty, index);
    }
    return NOTHING;
  }

  #callbackParameter(parent: FnRef, call: InstructionOf<'call'>, argument: number, index: number): Value {
    for (const ty of this.of(parent, call.fn)) {
      switch (ty.k) {
        case 'boxMethod': {
          const value = boxCallback(ty, index);
          if (value.length > 0) return value;
          break;
        }
        case 'external': {
          const path = this.external.handlePath(ty.package, ty.path, argument, index);
          if (path !== undefined) return [{ k: 'external', package: ty.package, path }];
          break;
        }
        case 'global':
          if (ty.path === 'Array.from' && argument === 1 && index === 0) {
            return this.iterated(this.of(parent, call.args[0]!));
          }
          break;
        case 'fn':
        case 'class': {
          const target = ty.k === 'class' ? this.#constructorOf(ty.file, ty.cls) : ty;
          const fact = target && this.fact(target);
          const param = fact && (fact.params[argument] ?? fact.params.find((p) => p.rest));
          if (!target || !param?.type) break;
          const env = this.#inferred(parent, call, target, ty.k === 'fn' ? ty.env : undefined);
          for (const expected of this.fromType(target.file, param.type, env)) {
            if (expected.k === 'signature') return this.#signatureParam(expected, index);
          }
          break;
        }
        case 'signature': {
          const param = ty.type.params[argument];
          if (!param?.type) break;
          for (const expected of this.fromType(ty.file, param.type, ty.env)) {
            if (expected.k === 'signature') return this.#signatureParam(expected, index);
          }
          break;
        }
        default:
          break;
      }
    }
    return NOTHING;
  }

  #signatureParam(signature: Extract<Ty, { k: 'signature' }>, index: number): Value {
    const param = signature.type.params[index] ?? signature.type.params.find((p) => p.rest);
    if (!param?.type) return NOTHING;
    const value = this.fromType(signature.file, param.type, signature.env);
    return param.rest ? this.iterated(value) : value;
  }

  /** The type that a place asks of the value put there: a declared variable, a field, a return type. */
  #expectedAt(parent: FnRef, site: Temp): Value {
    const facts = this.project.facts(parent.file)!;
    const fact = facts.functions[parent.fn]!;
    for (const v of putsOf(fact, site)) {
      const { type } = facts.vars[v]!;
      if (type) return this.fromType(parent.file, type, this.envOf(parent));
    }
    if (fact.kind === 'field' && fact.cls !== undefined) {
      const member = facts.classes[fact.cls]!.members.find((m) => m.fn === parent.fn);
      if (member?.type) return this.fromType(parent.file, member.type, this.#classEnv(parent.file, fact.cls));
    }
    if (fact.returns && returns(fact, site)) return this.fromType(parent.file, fact.returns, this.envOf(parent));
    return NOTHING;
  }

  // --- this, classes

  /** `this` inside a function. */
  self(ref: FnRef): Value {
    const facts = this.project.facts(ref.file);
    const own = facts?.functions[ref.fn];
    if (!facts || !own) return NOTHING;
    const holder = facts.functions[own.thisOf]!;
    if (holder.cls !== undefined) {
      return holder.static
        ? [{ k: 'class', file: ref.file, cls: holder.cls }]
        : [{ k: 'instance', file: ref.file, cls: holder.cls }];
    }
    if (holder.object !== undefined) return [{ k: 'object', file: ref.file, fn: holder.parent, temp: holder.object }];
    return NOTHING;
  }

  #superOf(ref: FnRef, called: boolean): Value {
    const own = this.self(ref)[0];
    if (own?.k !== 'instance' && own?.k !== 'class') return NOTHING;
    const base = this.superclass(own.file, own.cls);
    // `super(…)` calls the class, `super.method()` is of its instance.
    return own.k === 'class' || called ? base : base.flatMap((ty) => this.#instanceOf(ty));
  }

  superclass(file: string, cls: number): Value {
    const fact = this.project.facts(file)?.classes[cls];
    if (fact?.super === undefined) return NOTHING;
    // `extends (EventEmitter as new () => TypedEmitter<Events>)`
    const written = this.instruction({ file, fn: fact.owner, temp: fact.super });
    return this.of({ file, fn: fact.owner }, written?.op === 'cast' ? written.value : fact.super);
  }

  #instanceOf(ty: Ty, env?: Env, site?: TempRef): Value {
    switch (ty.k) {
      case 'class':
        return [{ k: 'instance', file: ty.file, cls: ty.cls, ...(env && { env }), ...(site && { site }) }];
      case 'external':
        return [{ k: 'external', package: ty.package, path: `${ty.path}#`, ...(site && { site }) }];
      case 'global':
        return this.#globalInstance(ty.path, site);
      case 'fn':
        return NOTHING;
      default:
        return NOTHING;
    }
  }

  #globalInstance(path: string, site?: TempRef): Value {
    const box = BOXES[path];
    if (box) return [{ k: 'box', of: box, args: [] }];
    return [{ k: 'global', path: `${path}#`, ...(site && { site }) }];
  }

  #constructorOf(file: string, cls: number): FnRef | undefined {
    const fact = this.project.facts(file)?.classes[cls];
    const member = fact?.members.find((m) => m.kind === 'constructor' && m.fn !== undefined && !this.#bodiless(file, m.fn));
    if (member?.fn !== undefined) return { file, fn: member.fn };
    const base = this.superclass(file, cls)[0];
    return base?.k === 'class' && (base.file !== file || base.cls !== cls) ? this.#constructorOf(base.file, base.cls) : undefined;
  }

  #bodiless(file: string, fn: FnIndex): boolean {
    return Boolean(this.project.facts(file)?.functions[fn]?.bodiless);
  }

  /** The class or its nearest ancestor in the project that has a member of this name, with that member. */
  findMember(
    file: string,
    cls: number,
    name: string,
    isStatic: boolean,
    seen = 0,
  ): { file: string; cls: number; fact: ClassFact; member: MemberFact } | { base: Ty } | undefined {
    const fact = this.project.facts(file)?.classes[cls];
    if (!fact || seen > 12) return undefined;
    let bodiless;
    for (const member of fact.members) {
      if (member.name !== name || Boolean(member.static) !== isStatic || member.kind === 'constructor') continue;
      if (member.kind === 'set') continue;
      const found = { file, cls, fact, member };
      if (member.kind === 'method' && member.fn !== undefined && this.#bodiless(file, member.fn)) bodiless ??= found;
      else return found;
    }
    if (bodiless) return bodiless;
    for (const base of this.superclass(file, cls)) {
      if (base.k === 'class') {
        const found = this.findMember(base.file, base.cls, name, isStatic, seen + 1);
        if (found) return found;
      } else if (base.k === 'external' || base.k === 'global') return { base };
    }
    return undefined;
  }

  #classEnv(file: string, cls: number, args?: readonly TypeExpr[], outer?: Env): Env {
    const params = this.project.facts(file)?.classes[cls]?.typeParams;
    if (!params) return undefined;
    const env = new Map<string, Value>();
    params.forEach((name, i) => env.set(name, args?.[i] ? this.fromType(file, args[i], outer) : NOTHING));
    return env;
  }

  /** Type parameters that are in scope inside a function, each unknown. */
  envOf(ref: FnRef): Env {
    const facts = this.project.facts(ref.file);
    let env: Map<string, Value> | undefined;
    let fn = ref.fn;
    while (facts && fn >= 0) {
      const fact = facts.functions[fn];
      if (!fact) break;
      const names = [...(fact.typeParams ?? []), ...(fact.cls !== undefined ? (facts.classes[fact.cls]!.typeParams ?? []) : [])];
      for (const name of names) {
        env ??= new Map();
        if (!env.has(name)) env.set(name, NOTHING);
      }
      fn = fact.parent;
    }
    return env;
  }

  // --- members

  member(value: Value, name: string): Value {
    if (value.length === 0) return NOTHING;
    return union(...value.map((ty) => this.#memberOf(ty, name)));
  }

  #memberOf(ty: Ty, name: string): Value {
    switch (ty.k) {
      case 'instance':
      case 'class':
        return this.#classMember(ty, name);
      case 'interface':
        return this.#typeMember(ty, name);
      case 'shape':
        return this.#shapeMember(ty.file, ty.members, name, ty.env);
      case 'object':
        return this.#remember(ty.file, `o${ty.fn}:${ty.temp}:${name}`, () => this.#objectMember(ty, name));
      case 'external':
        return [{ k: 'external', package: ty.package, path: join(ty.path, name), ...(ty.site && { site: ty.site }) }];
      case 'global':
        return [{ k: 'global', path: ty.path === '' ? name : join(ty.path, name), ...(ty.site && { site: ty.site }) }];
      case 'box':
        if (ty.of === 'Record') return ty.args[1] ?? NOTHING;
        if (ty.of === 'Tuple' && /^\d+$/.test(name)) return ty.args[Number(name)] ?? NOTHING;
        if (ty.of === 'Array' && /^\d+$/.test(name)) return ty.args[0] ?? NOTHING;
        return [{ k: 'boxMethod', box: ty, name }];
      case 'namespace':
        return this.exportedValue(ty.file, name);
      case 'fn':
      case 'signature':
        return name === 'bind' || name === 'call' || name === 'apply' ? [{ k: 'applier', of: ty, name }] : this.#functionMember(ty, name);
      case 'param':
        return ty.path.length < 3 ? [{ ...ty, path: [...ty.path, name] }] : NOTHING;
      default:
        return NOTHING;
    }
  }

  /** A property put on a function (`f.retry = …`). */
  #functionMember(ty: Ty, name: string): Value {
    if (ty.k !== 'fn') return NOTHING;
    const facts = this.project.facts(ty.file);
    const v = facts?.vars.findIndex((x) => x.fn === ty.fn) ?? -1;
    if (!facts || v < 0) return NOTHING;
    const values: Value[] = [];
    for (const write of memberWritesOf(facts, name)) {
      const obj = codeAt(facts.functions[write.fn], write.obj);
      if (obj?.op === 'get' && obj.v === v) values.push(this.of({ file: ty.file, fn: write.fn }, write.value));
    }
    return union(...values);
  }

  #classMember(ty: Extract<Ty, { k: 'instance' | 'class' }>, name: string): Value {
    const found = this.findMember(ty.file, ty.cls, name, ty.k === 'class');
    if (!found) {
      const written = this.#fieldWrites(ty.file, ty.cls, name, ty.k === 'class');
      return union(...written);
    }
    if ('base' in found) {
      // `class Pool extends EventEmitter { constructor() { this.lock = new Mutex(); } }`
      const written = union(...this.#fieldWrites(ty.file, ty.cls, name, ty.k === 'class'));
      if (written.length > 0) return written;
      return found.base.k === 'external' || found.base.k === 'global'
        ? this.#memberOf(ty.k === 'class' ? found.base : { ...found.base, path: `${found.base.path}#` }, name)
        : NOTHING;
    }
    const env = ty.k === 'instance' ? (found.cls === ty.cls && found.file === ty.file ? ty.env : this.#inheritedEnv(ty, found)) : undefined;
    const { member } = found;
    if (member.kind === 'method') {
      return [{ k: 'fn', file: found.file, fn: member.fn!, self: [ty], ...(env && { env }) }];
    }
    return this.#remember(found.file, `f${found.cls}:${name}:${ty.k}:${envKey(env)}`, () =>
      this.#field(found, ty.k === 'class', env),
    );
  }

  /** Type arguments of an ancestor, as the classes in between pass them on; one step is enough in practice. */
  #inheritedEnv(ty: Extract<Ty, { k: 'instance' | 'class' }>, found: { file: string; cls: number }): Env {
    const fact = this.project.facts(ty.file)?.classes[ty.cls];
    const base = this.superclass(ty.file, ty.cls)[0];
    if (!fact?.superArgs || base?.k !== 'class' || base.cls !== found.cls || base.file !== found.file) return undefined;
    const params = this.project.facts(found.file)?.classes[found.cls]?.typeParams;
    if (!params) return undefined;
    const env = new Map<string, Value>();
    params.forEach((name, i) => {
      const arg = fact.superArgs![i];
      env.set(name, arg ? this.fromType(ty.file, arg, ty.k === 'instance' ? ty.env : undefined) : NOTHING);
    });
    return env;
  }

  #field(found: { file: string; cls: number; fact: ClassFact; member: MemberFact }, isStatic: boolean, env: Env): Value {
    const { file, member } = found;
    const classEnv = env ?? this.#classEnv(file, found.cls);
    if (member.kind === 'get') {
      const type = member.type ? this.fromType(file, member.type, classEnv) : NOTHING;
      return type.length > 0 ? type : this.returned({ file, fn: member.fn! });
    }
    const declared = member.type ? this.fromType(file, member.type, classEnv) : NOTHING;
    const initial = member.fn !== undefined ? this.#initial({ file, fn: member.fn }) : NOTHING;
    if (declared.length === 0) {
      return union(initial, ...this.#fieldWrites(file, found.cls, member.name, isStatic));
    }
    // A private field that is written only here is what is written, whatever wider type it is declared with.
    if (member.readonly || member.private) {
      const written = union(initial, ...this.#fieldWrites(file, found.cls, member.name, isStatic));
      return prefer(written, declared, true);
    }
    // What is called through a field that declares no more than a shape is what the class itself puts there.
    return prefer(declared.every(isVague) ? union(initial, ...this.#fieldWrites(file, found.cls, member.name, isStatic)) : initial, declared, false);
  }

  #initial(ref: FnRef): Value {
    const fact = this.fact(ref)!;
    const values: Value[] = [];
    for (const block of fact.blocks) {
      if (block.end.k === 'return' && block.end.value !== undefined) values.push(this.of(ref, block.end.value));
    }
    return union(...values);
  }

  /** Values that the class's own functions write to `this.name`. */
  #fieldWrites(file: string, cls: number, name: string, isStatic: boolean): Value[] {
    const facts = this.project.facts(file);
    if (!facts) return [];
    const values: Value[] = [];
    for (const write of memberWritesOf(facts, name)) {
      const fact = facts.functions[write.fn]!;
      const obj = codeAt(fact, write.obj);
      if (obj?.op !== 'this') continue;
      const holder = facts.functions[fact.thisOf]!;
      if (holder.cls !== cls || Boolean(holder.static) !== isStatic) continue;
      values.push(this.of({ file, fn: write.fn }, write.value));
    }
    return values;
  }

  #objectMember(ty: Extract<Ty, { k: 'object' }>, name: string): Value {
    const ref = { file: ty.file, fn: ty.fn };
    const i = this.instruction({ ...ref, temp: ty.temp });
    if (i?.op !== 'object') return NOTHING;
    for (let n = i.props.length - 1; n >= 0; n--) {
      const property = i.props[n]!;
      if (property.kind === 'spread') {
        const spread = this.member(this.of(ref, property.value), name);
        if (spread.length > 0) return spread;
      } else if (property.name === name && property.kind !== 'set') {
        const value = this.of(ref, property.value);
        if (property.kind === 'get') {
          return value.flatMap((fn) => (fn.k === 'fn' ? this.returned(fn) : []));
        }
        return value.map((fn) => (fn.k === 'fn' && fn.self === undefined ? { ...fn, self: [ty] } : fn));
      }
    }
    // Properties added later: `obj.name = …` in the same file.
    const facts = this.project.facts(ty.file)!;
    const values: Value[] = [];
    for (const write of memberWritesOf(facts, name)) {
      const objects = this.of({ file: ty.file, fn: write.fn }, write.obj);
      if (objects.some((o) => o.k === 'object' && o.fn === ty.fn && o.temp === ty.temp)) {
        values.push(this.of({ file: ty.file, fn: write.fn }, write.value));
      }
    }
    return union(...values);
  }

  /** A member of an interface by name, its bases included; interfaces of broken code extend each other. */
  #typeMember({ file, type, env }: Extract<Ty, { k: 'interface' }>, name: string, seen = new Set<string>()): Value {
    const key = `${file}:${type}`;
    if (seen.has(key)) return NOTHING;
    seen.add(key);
    const fact = this.project.facts(file)!.types[type]!;
    const own = this.#shapeMember(file, fact.members!, name, env, fact.name);
    if (own.length > 0) return own;
    for (const base of fact.extends ?? []) {
      const found = union(...this.fromType(file, base, env).map((ty) => (ty.k === 'interface' ? this.#typeMember(ty, name, seen) : this.#memberOf(ty, name))));
      if (found.length > 0) return found;
    }
    return NOTHING;
  }

  #shapeMember(file: string, members: readonly TypeMember[], name: string, env: Env, owner?: string): Value {
    const values: Value[] = [];
    for (const member of members) {
      if (member.name !== name && member.kind !== 'index') continue;
      if (member.kind === 'index' && values.length > 0) continue;
      if (!member.type) continue;
      if (member.kind === 'method' && member.type.k === 'function') {
        values.push([
          { k: 'signature', file, type: member.type, at: member.at, ...(env && { env }), ...(owner && { owner: `${owner}.${name}` }) },
        ]);
      } else values.push(this.fromType(file, member.type, env));
    }
    return union(...values);
  }

  /** `obj[key]` with an unknown key. */
  element(value: Value): Value {
    return union(
      ...value.map((ty) => {
        if (ty.k === 'box') {
          if (ty.of === 'Array') return ty.args[0] ?? NOTHING;
          if (ty.of === 'Tuple') return union(...ty.args);
          if (ty.of === 'Record') return ty.args[1] ?? NOTHING;
          return NOTHING;
        }
        if (ty.k === 'shape' || ty.k === 'interface') {
          const members = ty.k === 'shape' ? ty.members : (this.project.facts(ty.file)?.types[ty.type]?.members ?? []);
          const index = members.find((m) => m.kind === 'index');
          return index?.type ? this.fromType(ty.file, index.type, ty.env) : NOTHING;
        }
        if (ty.k === 'object') {
          const i = this.instruction(ty);
          if (i?.op !== 'object' || i.props.length > 8) return NOTHING;
          return union(...i.props.map((p) => (p.name !== undefined ? this.#memberOf(ty, p.name) : NOTHING)));
        }
        return NOTHING;
      }),
    );
  }

  /** What a `for … of` over the value gives. */
  iterated(value: Value, async = false): Value {
    return union(
      ...value.map((ty) => {
        if (ty.k === 'external') return [{ k: 'external', package: ty.package, path: join(ty.path, '[]') } as const];
        if (ty.k !== 'box') return NOTHING;
        let element: Value;
        switch (ty.of) {
          case 'Array':
          case 'Set':
          case 'Iterable':
            element = ty.args[0] ?? NOTHING;
            break;
          case 'Tuple':
            element = union(...ty.args);
            break;
          case 'Map':
            return [{ k: 'box', of: 'Tuple', args: [ty.args[0] ?? NOTHING, ty.args[1] ?? NOTHING] } as const];
          default:
            return NOTHING;
        }
        return async ? this.awaited(element) : element;
      }),
    );
  }

  awaited(value: Value): Value {
    return union(
      ...value.map((ty) => (ty.k === 'box' && ty.of === 'Promise' ? this.awaited(ty.args[0] ?? NOTHING) : [ty])),
    );
  }

  // --- calls

  #called(ref: FnRef, temp: Temp, i: InstructionOf<'call'>): Value {
    const callee = this.of(ref, i.fn);
    return union(...callee.map((ty) => this.#callOf(ty, ref, temp, i)));
  }

  #callOf(ty: Ty, ref: FnRef, temp: Temp, i: InstructionOf<'call'>): Value {
    const site = { ...ref, temp };
    if (i.new) {
      const args = i.targs;
      if (ty.k === 'class') {
        const env = args
          ? this.#classEnv(ty.file, ty.cls, undefined) && new Map((this.project.facts(ty.file)?.classes[ty.cls]?.typeParams ?? []).map((name, n) => [name, args[n] ? this.fromType(ref.file, args[n], this.envOf(ref)) : NOTHING]))
          : this.#inferredForClass(ref, i, ty);
        return this.#instanceOf(ty, env, site);
      }
      if (ty.k === 'global' && BOXES[ty.path]) {
        const typed = (args ?? []).map((arg) => this.fromType(ref.file, arg, this.envOf(ref)));
        if (typed.length === 0 && (ty.path === 'Set' || ty.path === 'Map') && i.args[0] !== undefined) {
          const elements = this.iterated(this.of(ref, i.args[0]));
          if (ty.path === 'Set') return [{ k: 'box', of: 'Set', args: [elements] }];
          const pair = elements[0];
          if (pair?.k === 'box' && pair.of === 'Tuple') return [{ k: 'box', of: 'Map', args: pair.args }];
        }
        return [{ k: 'box', of: BOXES[ty.path]!, args: typed }];
      }
      return this.#instanceOf(ty, undefined, site);
    }
    switch (ty.k) {
      case 'fn':
        return this.#returnedAt(ref, i, ty).map((given): Ty => (given.k === 'fn' && given.file === ty.file && this.fact(given)?.parent === ty.fn ? { ...given, from: site } : given));
      case 'signature':
        return ty.type.returns ? this.fromType(ty.file, ty.type.returns, this.#inferredFromSignature(ref, i, ty)) : NOTHING;
      case 'external': {
        const wrapped = this.external.wraps(ty.package, ty.path);
        if (wrapped !== undefined && i.args[wrapped] !== undefined) {
          return this.of(ref, i.args[wrapped]).map((inner): Ty =>
            // A timer takes its callback first; what is left of it is a sleep.
            (inner.k === 'global' && inner.path === 'setTimeout') || (inner.k === 'external' && /(?:^|\/)timers$/.test(inner.package) && inner.path === 'setTimeout')
              ? { k: 'external', package: ty.package, path: `${ty.path}(setTimeout)` }
              : inner,
          );
        }
        const path = this.external.resultPath(ty.package, ty.path);
        return path === undefined ? NOTHING : [{ k: 'external', package: ty.package, path, site: ty.site ?? site }];
      }
      case 'global':
        return this.#globalCall(ty.path, ref, i, site);
      case 'boxMethod':
        return this.#boxCall(ty, ref, i);
      case 'applier':
        if (ty.name === 'bind') return [ty.of.k === 'fn' && i.args[0] !== undefined ? { ...ty.of, self: this.of(ref, i.args[0]) } : ty.of];
        return ty.of.k === 'fn' ? this.returned(ty.of) : NOTHING;
      case 'interface':
      case 'shape': {
        const members = ty.k === 'shape' ? ty.members : (this.project.facts(ty.file)?.types[ty.type]?.members ?? []);
        const signature = members.find((m) => m.kind === 'call')?.type;
        return signature?.k === 'function' && signature.returns ? this.fromType(ty.file, signature.returns, ty.env) : NOTHING;
      }
      default:
        return NOTHING;
    }
  }

  #globalCall(path: string, ref: FnRef, i: InstructionOf<'call'>, site: TempRef): Value {
    const first = i.args[0] !== undefined ? this.of(ref, i.args[0]) : NOTHING;
    switch (path) {
      case 'require': {
        const specifier = first[0];
        return specifier?.k === 'constant' && typeof specifier.value === 'string' ? this.#import(ref.file, specifier.value, EXPORT_ALL) : NOTHING;
      }
      case 'Promise.all':
      case 'Promise.allSettled': {
        const tuple = first.find((ty) => ty.k === 'box' && ty.of === 'Tuple');
        if (tuple?.k === 'box' && path === 'Promise.all') {
          return [{ k: 'box', of: 'Promise', args: [[{ k: 'box', of: 'Tuple', args: tuple.args.map((a) => this.awaited(a)) }]] }];
        }
        if (path === 'Promise.allSettled') return NOTHING;
        return [{ k: 'box', of: 'Promise', args: [[{ k: 'box', of: 'Array', args: [this.awaited(this.iterated(first))] }]] }];
      }
      case 'Promise.race':
      case 'Promise.any':
        return [{ k: 'box', of: 'Promise', args: [this.awaited(this.iterated(first))] }];
      case 'Promise.resolve':
        return [{ k: 'box', of: 'Promise', args: [this.awaited(first)] }];
      case 'Object.values':
        return [{ k: 'box', of: 'Array', args: [this.element(first)] }];
      case 'Object.entries':
        return [{ k: 'box', of: 'Array', args: [[{ k: 'box', of: 'Tuple', args: [NOTHING, this.element(first)] }]] }];
      case 'Object.freeze':
      case 'Object.seal':
      case 'structuredClone':
        return first;
      case 'Object.assign':
        return union(...i.args.map((arg) => this.of(ref, arg)));
      case 'Array.from': {
        const mapped = i.args[1] !== undefined ? this.#returnsOf(this.of(ref, i.args[1])) : undefined;
        return [{ k: 'box', of: 'Array', args: [mapped ?? this.iterated(first)] }];
      }
      default:
        return path.includes('(') || path === '' ? NOTHING : [{ k: 'global', path: `${path}()`, site }];
    }
  }

  /** `function make(): Made` beside `type Made = ReturnType<typeof make>` says nothing, and has no end. */
  #returnedOnce(ref: FnRef): Value {
    const key = `${ref.file}:${ref.fn}`;
    if (this.#returning.has(key)) return NOTHING;
    this.#returning.add(key);
    try {
      return this.returned(ref);
    } finally {
      this.#returning.delete(key);
    }
  }

  #returnsOf(callback: Value): Value {
    return union(...callback.map((ty) => {
      if (ty.k === 'fn') return this.#returnedOnce(ty);
      return ty.k === 'signature' && ty.type.returns ? this.fromType(ty.file, ty.type.returns, ty.env) : NOTHING;
    }));
  }

  #boxCall(method: Extract<Ty, { k: 'boxMethod' }>, ref: FnRef, i: InstructionOf<'call'>): Value {
    const { box, name } = method;
    const element = box.of === 'Tuple' ? union(...box.args) : (box.args[0] ?? NOTHING);
    const callback = (): Value => (i.args[0] !== undefined ? this.#returnsOf(this.of(ref, i.args[0])) : NOTHING);
    const array = (of: Value): Value => [{ k: 'box', of: 'Array', args: [of] }];
    switch (box.of) {
      case 'Promise':
        if (name === 'then') {
          const next = this.awaited(callback());
          return [{ k: 'box', of: 'Promise', args: [next] }];
        }
        return name === 'catch' || name === 'finally' ? [box] : NOTHING;
      case 'Array':
      case 'Tuple':
        switch (name) {
          case 'find':
          case 'findLast':
          case 'at':
          case 'pop':
          case 'shift':
            return element;
          case 'filter':
          case 'slice':
          case 'concat':
          case 'sort':
          case 'reverse':
          case 'splice':
          case 'toSorted':
          case 'toReversed':
          case 'toSpliced':
          case 'with':
          case 'fill':
          case 'values':
            return array(element);
          case 'map':
            return array(callback());
          case 'flatMap': {
            const out = callback();
            return array(union(this.iterated(out), out.filter((ty) => ty.k !== 'box')));
          }
          case 'flat':
            return array(union(this.iterated(element), element.filter((ty) => ty.k !== 'box')));
          case 'entries':
            return array([{ k: 'box', of: 'Tuple', args: [NOTHING, element] }]);
          case 'reduce':
          case 'reduceRight':
            return i.args[1] !== undefined ? union(this.of(ref, i.args[1]), callback()) : element;
          default:
            return NOTHING;
        }
      case 'Map': {
        const value = box.args[1] ?? NOTHING;
        switch (name) {
          case 'get':
            return value;
          case 'set':
            return [box];
          case 'values':
            return array(value);
          case 'keys':
            return array(element);
          case 'entries':
            return array([{ k: 'box', of: 'Tuple', args: [element, value] }]);
          default:
            return NOTHING;
        }
      }
      case 'Set':
        if (name === 'values' || name === 'keys') return array(element);
        return name === 'add' ? [box] : NOTHING;
      case 'Iterable':
        if (name === 'map') return array(callback());
        return name === 'filter' || name === 'toArray' || name === 'take' || name === 'drop' ? array(element) : NOTHING;
      default:
        return NOTHING;
    }
  }

  /** What a call of a function of the project gives, whoever calls. */
  returned(ty: { file: string; fn: FnIndex; self?: Value; env?: Env }): Value {
    const ref = { file: ty.file, fn: ty.fn };
    const fact = this.fact(ref);
    if (!fact) return NOTHING;
    if (!fact.returns || fact.returns.k === 'this') {
      if (fact.returns?.k === 'this' && ty.self) return ty.self;
      return this.inferredReturn(ref);
    }
    const declared = this.fromType(ty.file, fact.returns, ty.env ?? this.envOf(ref), ty.self);
    return this.#narrowed(declared, ref);
  }

  /** A declared type that says no more than a shape: the function's own return statements say what it is. */
  #narrowed(declared: Value, ref: FnRef): Value {
    if (declared.length === 0) return this.inferredReturn(ref);
    if (declared.every(isVague)) return prefer(this.inferredReturn(ref), declared, true);
    const [promise] = declared;
    if (declared.length === 1 && promise!.k === 'box' && promise.of === 'Promise' && promise.args[0]?.length && promise.args[0].every(isVague)) {
      const inferred = this.awaited(this.inferredReturn(ref));
      return [{ k: 'box', of: 'Promise', args: [prefer(inferred, promise.args[0], true)] }];
    }
    return declared;
  }

  /** What a function's own return statements give, whatever type is written. */
  inferredReturn(ref: FnRef): Value {
    return this.#remember(ref.file, `r${ref.fn}`, () => {
      const fact = this.fact(ref);
      if (!fact) return NOTHING;
      if (fact.generator) {
        const yields = fact.code
          .filter((i): i is InstructionOf<'yield'> => i.op === 'yield')
          .map((i) => (i.value === undefined ? NOTHING : i.star ? this.iterated(this.of(ref, i.value)) : this.of(ref, i.value)));
        return [{ k: 'box', of: 'Iterable', args: [union(...yields)] }];
      }
      const value = this.#initial(ref);
      return fact.async ? [{ k: 'box', of: 'Promise', args: [this.awaited(value)] }] : value;
    });
  }

  #returnedAt(ref: FnRef, i: InstructionOf<'call'>, ty: Extract<Ty, { k: 'fn' }>): Value {
    const fact = this.fact(ty);
    if (!fact) return NOTHING;
    if (!fact.typeParams || !fact.returns) return this.returned(ty);
    const env = this.#inferred(ref, i, ty, ty.env);
    return this.#narrowed(this.fromType(ty.file, fact.returns, env, ty.self), ty);
  }

  // --- type arguments

  #inferred(ref: FnRef, i: InstructionOf<'call'>, target: FnRef, outer: Env): Env {
    const fact = this.fact(target);
    const names = fact?.typeParams;
    if (!fact || !names) return outer ?? this.envOf(target);
    const env = new Map<string, Value>(outer ?? this.envOf(target) ?? []);
    names.forEach((name, n) => {
      const written = i.targs?.[n];
      env.set(name, written ? this.fromType(ref.file, written, this.envOf(ref)) : NOTHING);
    });
    if (i.targs) return env;
    fact.params.forEach((param, n) => {
      const arg = i.args[n];
      if (param.type && arg !== undefined) this.#unify(param.type, () => this.of(ref, arg), env, names, 0);
    });
    return env;
  }

  #inferredFromSignature(ref: FnRef, i: InstructionOf<'call'>, ty: Extract<Ty, { k: 'signature' }>): Env {
    const names = ty.type.typeParams;
    if (!names) return ty.env;
    const env = new Map<string, Value>(ty.env ?? []);
    names.forEach((name, n) => {
      const written = i.targs?.[n];
      env.set(name, written ? this.fromType(ref.file, written, this.envOf(ref)) : NOTHING);
    });
    if (!i.targs) {
      ty.type.params.forEach((param, n) => {
        const arg = i.args[n];
        if (param.type && arg !== undefined) this.#unify(param.type, () => this.of(ref, arg), env, names, 0);
      });
    }
    return env;
  }

  #inferredForClass(ref: FnRef, i: InstructionOf<'call'>, ty: Extract<Ty, { k: 'class' }>): Env {
    const names = this.project.facts(ty.file)?.classes[ty.cls]?.typeParams;
    const constructor = names && this.#constructorOf(ty.file, ty.cls);
    const fact = constructor && this.fact(constructor);
    if (!names || !fact) return undefined;
    const env = new Map<string, Value>(names.map((name) => [name, NOTHING]));
    fact.params.forEach((param, n) => {
      const arg = i.args[n];
      if (param.type && arg !== undefined) this.#unify(param.type, () => this.of(ref, arg), env, names, 0);
    });
    return env;
  }

  /** Finds what type parameters stand for, from a written type and the value that meets it. */
  #unify(type: TypeExpr, value: () => Value, env: Map<string, Value>, names: readonly string[], depth: number): void {
    if (depth > 4) return;
    switch (type.k) {
      case 'ref': {
        const [name] = type.name;
        if (type.name.length === 1 && names.includes(name!)) {
          const known = env.get(name!) ?? NOTHING;
          env.set(name!, union(known, value()));
          return;
        }
        if (!type.args) return;
        const box = BOXES[name!];
        if (box === undefined) return;
        const boxed = value().find((ty) => ty.k === 'box' && (ty.of === box || (box === 'Array' && ty.of === 'Tuple') || box === 'Iterable'));
        if (boxed?.k !== 'box') return;
        type.args.forEach((arg, n) => {
          const part = boxed.of === 'Tuple' ? union(...boxed.args) : (boxed.args[n] ?? NOTHING);
          this.#unify(arg, () => part, env, names, depth + 1);
        });
        return;
      }
      case 'array':
        this.#unify(type.of, () => this.iterated(value()), env, names, depth + 1);
        return;
      case 'function':
        if (type.returns) this.#unify(type.returns, () => this.#returnsOf(value()), env, names, depth + 1);
        return;
      case 'union': {
        // `Promise<T> | T`: the promise's own shape first, what is left is T.
        const promise = type.of.find((part) => part.k === 'ref' && BOXES[part.name[0]!] === 'Promise');
        if (promise) this.#unify(promise, value, env, names, depth + 1);
        for (const part of type.of) {
          if (part === promise) continue;
          this.#unify(part, () => value().filter((ty) => !(promise && ty.k === 'box' && ty.of === 'Promise')), env, names, depth + 1);
        }
        return;
      }
      default:
        return;
    }
  }

  // --- written types

  fromType(file: string, type: TypeExpr, env: Env, self?: Value, depth = 0): Value {
    if (depth > 12) return NOTHING;
    switch (type.k) {
      case 'ref':
        return this.#reference(file, type, env, depth);
      case 'array':
        return [{ k: 'box', of: 'Array', args: [this.fromType(file, type.of, env, self, depth + 1)] }];
      case 'tuple':
        return [{ k: 'box', of: 'Tuple', args: type.of.map((t) => this.fromType(file, t, env, self, depth + 1)) }];
      case 'union':
      case 'both':
        return union(...type.of.map((t) => this.fromType(file, t, env, self, depth + 1)));
      case 'function':
        return [{ k: 'signature', file, type, at: -1, ...(env && { env }) }];
      case 'object':
        return [{ k: 'shape', file, members: type.members, ...(env && { env }) }];
      case 'typeof': {
        const [first, ...rest] = type.name;
        const v = this.project.varNamed(file, first!);
        let value: Value = v !== undefined ? this.variable(file, v) : [{ k: 'global', path: first! }];
        for (const name of rest) value = this.member(value, name);
        return value;
      }
      case 'access': {
        const of = this.fromType(file, type.of, env, self, depth + 1);
        return type.key === '[]' ? this.element(of) : this.member(of, type.key);
      }
      case 'this':
        return self ?? NOTHING;
      case 'literal':
        return type.value === null ? NOTHING : [{ k: 'constant', value: type.value }];
      case 'keyword':
        return type.name === 'string' || type.name === 'number' || type.name === 'boolean'
          ? [{ k: 'primitive', name: type.name }]
          : NOTHING;
    }
  }

  #reference(file: string, type: Extract<TypeExpr, { k: 'ref' }>, env: Env, depth: number): Value {
    const [first, ...rest] = type.name as [string, ...string[]];
    const bound = rest.length === 0 ? env?.get(first) : undefined;
    if (bound) return bound;
    const args = (): Value[] => (type.args ?? []).map((arg) => this.fromType(file, arg, env, undefined, depth + 1));
    const local = this.project.typeNamed(file, first);
    if (local !== undefined && rest.length === 0) return this.#namedType(file, local, args, depth);
    const v = this.project.varNamed(file, first);
    const variable = v !== undefined ? this.project.facts(file)!.vars[v]! : undefined;
    if (variable) {
      const found = this.#typeOfVariable(file, variable, rest, args, depth);
      if (found) return found;
    }
    if (rest.length > 0) return [{ k: 'global', path: `${type.name.join('.')}#` }];
    if (TRANSPARENT.has(first)) {
      const inner = args()[0] ?? NOTHING;
      return first === 'Awaited' ? this.awaited(inner) : inner;
    }
    if (BOXES[first]) return [{ k: 'box', of: BOXES[first], args: args() }];
    switch (first) {
      case 'ReturnType':
        return this.#returnsOf(args()[0] ?? NOTHING);
      case 'InstanceType':
        return (args()[0] ?? NOTHING).flatMap((ty) => this.#instanceOf(ty));
      case 'Parameters':
      case 'ConstructorParameters':
      case 'Function':
      case 'Object':
        return NOTHING;
      default:
        return env?.has(first) ? NOTHING : [{ k: 'global', path: `${first}#` }];
    }
  }

  #namedType(file: string, index: number, args: () => Value[], depth: number): Value {
    const fact = this.project.facts(file)!.types[index]!;
    let env: Env;
    if (fact.typeParams) {
      const given = args();
      env = new Map(fact.typeParams.map((name, n) => [name, given[n] ?? NOTHING]));
    }
    if (fact.kind === 'interface') return [{ k: 'interface', file, type: index, ...(env && { env }) }];
    if (fact.kind === 'alias' && fact.type) return this.fromType(file, fact.type, env, undefined, depth + 1);
    return NOTHING;
  }

  #typeOfVariable(file: string, variable: VarFact, rest: readonly string[], args: () => Value[], depth: number): Value | undefined {
    if (variable.cls !== undefined && rest.length === 0) {
      const params = this.project.facts(file)!.classes[variable.cls]!.typeParams;
      const given = params ? args() : [];
      const env = params && new Map(params.map((name, n) => [name, given[n] ?? NOTHING]));
      return [{ k: 'instance', file, cls: variable.cls, ...(env && { env }) }];
    }
    if (variable.import === undefined) {
      if (rest.length === 0) return undefined;
      // A class in a namespace.
      let value = this.variable(file, this.project.varNamed(file, variable.name)!);
      for (const name of rest) value = this.member(value, name);
      return value.flatMap((ty) => this.#instanceOf(ty));
    }
    const imported = this.project.facts(file)!.imports[variable.import]!;
    const target = this.project.resolve(file, imported.from);
    const generated = this.#generated(target, imported.name);
    if (generated !== undefined) return [{ k: 'external', package: generated, path: `${[imported.name, ...rest].join('.')}#` }];
    if (!target) return NOTHING;
    if (target.file === undefined) {
      const path = [...(isWholeImport(imported.name) ? [] : [imported.name]), ...rest].join('.');
      return [{ k: 'external', package: target.package, path: `${path}#` }];
    }
    const names = imported.name === '*' || (imported.name === EXPORT_ALL && rest.length > 0) ? [...rest] : [imported.name, ...rest];
    return this.#exportedType(target.file, names, args, depth);
  }

  #exportedType(file: string, names: readonly string[], args: () => Value[], depth: number): Value {
    const [name, ...rest] = names;
    if (name === undefined) return NOTHING;
    const found = this.project.exported(file, name);
    const generated = found ? undefined : this.external.generated(name);
    if (generated !== undefined) return [{ k: 'external', package: generated, path: `${names.join('.')}#` }];
    if (!found) return NOTHING;
    switch (found.k) {
      case 'type': {
        const index = this.project.typeNamed(found.file, found.name);
        if (index !== undefined && rest.length === 0) return this.#namedType(found.file, index, args, depth + 1);
        return NOTHING;
      }
      case 'var': {
        const variable = this.project.facts(found.file)!.vars[found.v]!;
        const named = rest.length === 0 ? this.project.typeNamed(found.file, variable.name) : undefined;
        if (named !== undefined && variable.cls === undefined) return this.#namedType(found.file, named, args, depth + 1);
        return this.#typeOfVariable(found.file, variable, rest, args, depth + 1) ?? NOTHING;
      }
      case 'external':
        return [{ k: 'external', package: found.package, path: `${[...(isWholeImport(found.name) ? [] : [found.name]), ...rest].join('.')}#` }];
      case 'namespace':
        return this.#exportedType(found.file, rest, args, depth + 1);
      case 'value':
        return this.of({ file: found.file, fn: 0 }, found.temp).flatMap((ty) => this.#instanceOf(ty));
    }
  }
}

// --- values as sets

function union(...values: readonly Value[]): Value {
  const some = values.filter((v) => v.length > 0);
  if (some.length === 0) return NOTHING;
  if (some.length === 1) return some[0]!;
  return distinct(some.flat());
}

function distinct(value: Value): Value {
  if (value.length < 2) return value;
  const seen = new Map<string, Ty>();
  for (const ty of value) {
    const key = keyOf(ty);
    if (!seen.has(key)) seen.set(key, ty);
    if (seen.size > MOST_ALTERNATIVES) break;
  }
  return [...seen.values()];
}

function keyOf(ty: Ty): string {
  switch (ty.k) {
    case 'instance':
      return `i${ty.file}:${ty.cls}${envKey(ty.env)}`;
    case 'class':
      return `c${ty.file}:${ty.cls}`;
    case 'interface':
      return `n${ty.file}:${ty.type}${envKey(ty.env)}`;
    case 'fn':
      return `f${ty.file}:${ty.fn}${siteKey(ty.from)}`;
    case 'signature':
      return `s${ty.file}:${ty.at}:${ty.owner ?? ''}:${ty.type.params.length}`;
    case 'shape':
      return `h${ty.file}:${ty.members[0]?.at ?? ''}`;
    case 'object':
      return `o${ty.file}:${ty.fn}:${ty.temp}`;
    case 'external':
      return `e${ty.package}:${ty.path}:${siteKey(ty.site)}`;
    case 'global':
      return `g${ty.path}:${siteKey(ty.site)}`;
    case 'box':
      return `b${ty.of}<${ty.args.map((arg) => arg.map(shallowKey).join('|')).join(',')}>`;
    case 'boxMethod':
      return `m${ty.box.of}.${ty.name}<${ty.box.args.map((arg) => arg.map(shallowKey).join('|')).join(',')}>`;
    case 'applier':
      return `a${ty.name}:${keyOf(ty.of)}`;
    case 'namespace':
      return `*${ty.file}`;
    case 'constant':
      return `k${typeof ty.value}${String(ty.value)}`;
    case 'text':
      return `x${ty.head}`;
    case 'primitive':
      return `p${ty.name}`;
    case 'param':
      return `q${ty.file}:${ty.fn}:${ty.index}.${ty.path.join('.')}`;
  }
}

/** Enough of a nested value's key to tell apart what calls tell apart. */
function shallowKey(ty: Ty): string {
  return ty.k === 'box' ? `b${ty.of}` : keyOf(ty);
}

const siteKey = (site: TempRef | undefined): string => (site ? `${site.file}:${site.fn}:${site.temp}` : '');

function envKey(env: Env): string {
  if (!env) return '';
  return `<${[...env.values()].map((value) => value.map(shallowKey).join('|')).join(',')}>`;
}

function join(path: string, name: string): string {
  if (path === '') return name;
  return path.endsWith('#') ? `${path}${name}` : `${path}.${name}`;
}

/**
 * Of what is written and what is declared: the written one where it says more (a class, where an interface is
 * declared, and nothing else is ever written), the declared one otherwise.
 */
function prefer(written: Value, declared: Value, final: boolean): Value {
  if (declared.length === 0) return written;
  const concrete = written.filter((ty) => ty.k !== 'param' && ty.k !== 'constant' && ty.k !== 'primitive');
  if (concrete.length === 0) return written.some((ty) => ty.k === 'param') ? union(declared, written.filter((ty) => ty.k === 'param')) : declared;
  if (final && declared.every(isVague) && concrete.every((ty) => ty.k !== 'interface' && ty.k !== 'signature' && ty.k !== 'shape')) {
    return written;
  }
  const keepsMore = declared.every((ty) => ty.k === 'box') && concrete.every((ty) => ty.k === 'box');
  if (keepsMore) return declared;
  // A declared class of a package may carry a site (permits) only where it was made.
  const sameMaker = concrete.some((ty) => (ty.k === 'external' || ty.k === 'instance' || ty.k === 'global') && ty.site);
  if (sameMaker && final) return written;
  return union(declared, concrete.filter((ty) => ty.k === 'fn' || ty.k === 'object' || ty.k === 'instance'), written.filter((ty) => ty.k === 'param'));
}

/** Says what members there are, not what they do. */
const isVague = (ty: Ty): boolean => ty.k === 'interface' || ty.k === 'shape' || ty.k === 'signature';

/** What array methods and their like pass to their callback. */
function boxCallback(method: Extract<Ty, { k: 'boxMethod' }>, index: number): Value {
  const { box, name } = method;
  const element = box.of === 'Tuple' ? union(...box.args) : (box.args[0] ?? NOTHING);
  switch (box.of) {
    case 'Array':
    case 'Tuple':
    case 'Iterable':
      if (name === 'reduce' || name === 'reduceRight') return index === 1 ? element : NOTHING;
      if (name === 'sort' || name === 'toSorted') return index < 2 ? element : NOTHING;
      return index === 0 ? element : NOTHING;
    case 'Map':
      return index === 0 ? (box.args[1] ?? NOTHING) : index === 1 ? element : NOTHING;
    case 'Set':
      return index === 0 ? element : NOTHING;
    case 'Promise':
      return name === 'then' && index === 0 ? element : NOTHING;
    default:
      return NOTHING;
  }
}
