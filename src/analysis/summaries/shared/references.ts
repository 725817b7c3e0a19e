/**
 * Shared references of one file and every access to them, from its facts alone: fields, module variables, closure
 * variables, entries of collections, and what is reached through a field. Cheap, so that a file without a candidate
 * costs next to nothing; whatever needs types or other files is asked later, of the few accesses that matter.
 */
import { isWholeImport, type FileFacts, type FnIndex, type FunctionFact, type InstructionOf, type Temp, type VarIndex } from '../../facts/ir.js';
import { ofRecent } from '../recent.js';
import { callsWith, closureIn, writesOf } from '../uses.js';
import { partsOf } from './expressions.js';

export type Root =
  /** A field of the object (or of the class) whose method it is. */
  | { readonly k: 'this' | 'static'; readonly cls: number }
  | { readonly k: 'module' | 'closure' | 'local' | 'param' | 'import'; readonly v: VarIndex }
  /** An object literal that no variable holds. */
  | { readonly k: 'object'; readonly fn: FnIndex; readonly temp: Temp }
  | { readonly k: 'global'; readonly name: string };

export interface Reference {
  /** The same for the same reference, anywhere in the file; entries of one collection share a key. */
  readonly key: string;
  readonly root: Root;
  /** Names from the root on; `[]` for an entry. */
  readonly path: readonly string[];
  /** The entry's key in the words of the file; undefined where the last step is no entry, or an unknown one. */
  readonly entry?: string;
}

export type AccessKind =
  | 'read'
  /** Replaced: `x = value`. */
  | 'write'
  /** An entry is put there or an element added. */
  | 'put'
  /** Asked whether an entry is there. */
  | 'has'
  /** An entry is taken out. */
  | 'drop'
  /** Emptied. */
  | 'clear'
  /** Changed in place in another way: sorted, reversed. */
  | 'mutate';

export interface Access {
  readonly kind: AccessKind;
  readonly fn: FnIndex;
  readonly temp: Temp;
  readonly ref: Reference;
  readonly value?: Temp;
}

export interface Accesses {
  readonly all: readonly Access[];
  /** Of one function, in the order of its code. */
  of(fn: FnIndex): readonly Access[];
  at(fn: FnIndex, temp: Temp): readonly Access[];
  /** Everything that is done with one reference, anywhere in the file. */
  to(key: string): readonly Access[];
}

const ELEMENTS = new Set(['values', 'slice', 'filter', 'concat', 'reverse', 'toReversed', 'sort', 'toSorted', 'entries', 'splice', 'flat', 'keys']);
const ITERATES = new Set(['forEach', 'map', 'filter', 'some', 'every', 'find', 'findIndex', 'findLast', 'flatMap']);
const PUTS = new Set(['set', 'add', 'push', 'unshift']);
const CHANGES = new Set(['sort', 'reverse', 'fill', 'copyWithin']);
const DROPS = new Set(['delete', 'pop', 'shift', 'splice']);
const ASKS = new Set(['has', 'includes', 'find', 'findIndex', 'findLast', 'some', 'indexOf', 'get', 'at']);
const DEEPEST = 8;

export const referencesOf = ofRecent((facts: FileFacts) => new FileReferences(facts));

export class FileReferences {
  readonly #memo = new Map<number, Reference | null>();
  #accesses: Accesses | undefined;

  constructor(readonly facts: FileFacts) {}

  /** Which reference a temp is read from (or is the place of); undefined where it is none. */
  of(fn: FnIndex, temp: Temp, depth = 0): Reference | undefined {
    const key = fn * 2 ** 22 + temp;
    const known = this.#memo.get(key);
    if (known !== undefined) return known ?? undefined;
    if (depth > DEEPEST) return undefined;
    this.#memo.set(key, null);
    const found = this.#find(fn, temp, depth + 1);
    const one = found && this.#one(found);
    this.#memo.set(key, one ?? null);
    return one;
  }

  readonly #ones = new Map<string, Reference>();

  /** The same object for the same reference: a field is read a hundred times in its file. */
  #one(found: Reference): Reference {
    const key = found.entry === undefined ? found.key : `${found.key}\0${found.entry}`;
    const one = this.#ones.get(key);
    if (!one) this.#ones.set(key, found);
    return one ?? found;
  }

  #find(fn: FnIndex, temp: Temp, depth: number): Reference | undefined {
    const fact = this.facts.functions[fn]!;
    const i = fact.code[temp];
    switch (i?.op) {
      case 'this':
        return this.#this(fact);
      case 'get':
        return this.#variable(fn, i.v, depth);
      case 'global':
        return { key: `G${i.name}`, root: { k: 'global', name: i.name }, path: [] };
      case 'member': {
        const base = this.of(fn, i.obj, depth);
        return base && below(base, i.name);
      }
      case 'index': {
        const base = this.of(fn, i.obj, depth);
        return base && entry(base, this.words(fn, i.key));
      }
      case 'nonnull':
      case 'cast':
        return this.of(fn, i.value, depth);
      case 'iterate': {
        const base = this.collection(fn, i.of, depth);
        return base && entry(base, undefined);
      }
      case 'call':
        return this.#looked(fn, i, depth);
      case 'param':
        return this.#iterated(fn, i, depth);
      default:
        return undefined;
    }
  }

  #this(fact: FunctionFact): Reference | undefined {
    const holder = this.facts.functions[fact.thisOf]!;
    if (holder.cls !== undefined) {
      const k = holder.static ? 'static' : 'this';
      return { key: `${k === 'this' ? 'T' : 'S'}${holder.cls}`, root: { k, cls: holder.cls }, path: [] };
    }
    if (holder.object === undefined) return undefined;
    const parent = this.facts.functions[holder.parent]!;
    const kept = parent.code.find((j): j is InstructionOf<'set'> => j.op === 'set' && j.value === holder.object);
    if (kept) return this.#root(kept.v);
    const { parent: owner, object } = holder;
    return { key: `O${owner}:${object}`, root: { k: 'object', fn: owner, temp: object }, path: [] };
  }

  #root(v: VarIndex): Reference {
    const variable = this.facts.vars[v]!;
    const k =
      variable.import !== undefined
        ? 'import'
        : variable.owner === 0
          ? 'module'
          : variable.kind === 'param' && writesOf(this.facts, v).length <= 1
            ? 'param'
            : this.#outlives(v)
              ? 'closure'
              : 'local';
    return { key: `V${v}`, root: { k, v }, path: [] };
  }

  readonly #outliving = new Map<VarIndex, boolean>();

  /** Whether the variable outlives the call that declares it: the call hands out a function that uses it. */
  #outlives(v: VarIndex): boolean {
    let known = this.#outliving.get(v);
    if (known === undefined) {
      const { owner } = this.facts.vars[v]!;
      const given = this.#givenBy(owner);
      known = given.size > 0 && this.facts.functions.some((fact, fn) => fn !== owner && this.#isIn(fn, given) && fact.code.some((i) => (i.op === 'get' || i.op === 'set') && i.v === v));
      this.#outliving.set(v, known);
    }
    return known;
  }

  #isIn(fn: FnIndex, outer: ReadonlySet<FnIndex>): boolean {
    for (let at = fn; at >= 0; at = this.facts.functions[at]!.parent) if (outer.has(at)) return true;
    return false;
  }

  readonly #given = new Map<FnIndex, ReadonlySet<FnIndex>>();

  /** Functions that a call of this one returns, by themselves or in an object. */
  #givenBy(owner: FnIndex): ReadonlySet<FnIndex> {
    let known = this.#given.get(owner);
    if (!known) {
      const fact = this.facts.functions[owner]!;
      const found = new Set<FnIndex>();
      for (const { end } of fact.blocks) {
        if (end.k !== 'return' || end.value === undefined) continue;
        for (const part of partsOf(this.facts, owner, end.value, true, (i) => i.op === 'call' || i.op === 'await')) {
          const i = fact.code[part]!;
          if (i.op === 'fn') found.add(i.fn);
          const declared = i.op === 'get' ? this.facts.vars[i.v]!.fn : undefined;
          if (declared !== undefined) found.add(declared);
        }
      }
      this.#given.set(owner, (known = found));
    }
    return known;
  }

  /** A variable, or what it is another name of: `const state = this.state`. */
  #variable(fn: FnIndex, v: VarIndex, depth: number): Reference | undefined {
    const variable = this.facts.vars[v]!;
    if (variable.cls !== undefined) return { key: `S${variable.cls}`, root: { k: 'static', cls: variable.cls }, path: [] };
    if (variable.fn !== undefined || variable.kind === 'function' || variable.kind === 'class') return undefined;
    if (variable.kind === 'const' && variable.owner !== 0) {
      const writes = writesOf(this.facts, v);
      if (writes.length === 1) {
        const { fn: at, value } = writes[0]!;
        const i = this.facts.functions[at]!.code[value];
        if (i && i.op !== 'global' && i.op !== 'param') {
          const alias = this.of(at, value, depth);
          if (alias) return alias;
        }
      }
    }
    if (variable.kind === 'let' && variable.owner === fn) {
      const found = this.#foundOrPut(fn, v, depth);
      if (found) return found;
    }
    if (variable.kind === 'param') {
      const writes = writesOf(this.facts, v);
      const value = writes.length === 1 ? this.facts.functions[writes[0]!.fn]!.code[writes[0]!.value] : undefined;
      if (value?.op === 'param') {
        const element = this.of(writes[0]!.fn, writes[0]!.value, depth);
        if (element) return element;
      }
    }
    return this.#root(v);
  }

  /** `let one = map.get(key); if (!one) { one = new One(); map.set(key, one); }`: the entry, found or put there. */
  #foundOrPut(fn: FnIndex, v: VarIndex, depth: number): Reference | undefined {
    const [first, ...others] = writesOf(this.facts, v);
    if (first === undefined || others.length === 0 || [first, ...others].some((write) => write.fn !== fn)) return undefined;
    const { code } = this.facts.functions[fn]!;
    if (code[first.value]?.op !== 'call') return undefined;
    const found = this.of(fn, first.value, depth);
    if (found?.path.at(-1) !== '[]') return undefined;
    const puts = code.filter((i) => {
      const callee = i.op === 'call' ? code[i.fn] : undefined;
      const value = i.op === 'call' && callee?.op === 'member' && callee.name === 'set' ? code[i.args[1] ?? -1] : undefined;
      if (value?.op !== 'get' || value.v !== v || callee?.op !== 'member') return false;
      const into = this.of(fn, callee.obj, depth);
      return into !== undefined && entry(into, undefined).key === found.key;
    });
    return puts.length >= others.length ? found : undefined;
  }

  /** `map.get(key)`, `list.find(…)`, `list.at(0)`: an entry of the collection. */
  #looked(fn: FnIndex, i: InstructionOf<'call'>, depth: number): Reference | undefined {
    const callee = this.facts.functions[fn]!.code[i.fn];
    if (callee?.op !== 'member' || i.new) return undefined;
    const helped = this.#lookedByMethod(fn, i, depth);
    if (helped) return helped;
    if (callee.name === 'get' || callee.name === 'at') {
      if (i.args.length !== 1) return undefined;
      const base = this.of(fn, callee.obj, depth);
      return base && !this.#hasMethods(base) ? entry(base, this.words(fn, i.args[0]!)) : undefined;
    }
    if (callee.name === 'find' || callee.name === 'findLast') {
      const base = this.collection(fn, callee.obj, depth);
      return base && !this.#hasMethods(base) ? entry(base, undefined) : undefined;
    }
    return undefined;
  }

  /** `this.callOf(user)`, where `callOf(user) { return this.calls.find(…); }`: some entry of the collection. */
  #lookedByMethod(fn: FnIndex, i: InstructionOf<'call'>, depth: number): Reference | undefined {
    const callee = this.facts.functions[fn]!.code[i.fn];
    const base = callee?.op === 'member' ? this.of(fn, callee.obj, depth) : undefined;
    if (callee?.op !== 'member' || base?.root.k !== 'this' || base.path.length > 0) return undefined;
    const target = this.facts.classes[base.root.cls]!.members.find((m) => m.name === callee.name && m.kind === 'method' && m.fn !== undefined)?.fn;
    const fact = target === undefined ? undefined : this.facts.functions[target]!;
    const end = fact && !fact.async && fact.blocks.length === 1 ? fact.blocks[0]!.end : undefined;
    const looked = end?.k === 'return' && end.value !== undefined && fact!.code[end.value]?.op === 'call' ? this.of(target!, end.value, depth) : undefined;
    if (looked?.root.k !== 'this' || looked.path.at(-1) !== '[]') return undefined;
    return { key: looked.key, root: looked.root, path: looked.path };
  }

  /** The object whose method it is, its class, or a whole module: what their functions do is for them to say. */
  #hasMethods({ root, path }: Reference): boolean {
    if (path.length > 0) return false;
    if (root.k === 'import') return isWholeImport(this.facts.imports[this.facts.vars[root.v]!.import!]!.name);
    return root.k === 'this' || root.k === 'static' || root.k === 'object';
  }

  /** The parameter of a closure that goes over a collection. */
  #iterated(fn: FnIndex, i: InstructionOf<'param'>, depth: number): Reference | undefined {
    const fact = this.facts.functions[fn]!;
    if (fact.parent < 0 || i.index !== 0) return undefined;
    const parent = this.facts.functions[fact.parent]!;
    const site = closureIn(parent, fn);
    if (site === undefined) return undefined;
    for (const use of callsWith(parent, site)) {
      const call = parent.code[use.call];
      const method = call?.op === 'call' ? parent.code[call.fn] : undefined;
      if (use.argument !== 0 || method?.op !== 'member' || !ITERATES.has(method.name)) continue;
      const base = this.collection(fact.parent, method.obj, depth);
      if (base) return entry(base, undefined);
    }
    return undefined;
  }

  /** The collection whose elements a temp has: through copies, filters and `Object.values`. */
  collection(fn: FnIndex, temp: Temp, depth = 0): Reference | undefined {
    if (depth > DEEPEST) return undefined;
    const fact = this.facts.functions[fn]!;
    const i = fact.code[temp];
    if (i?.op === 'call') {
      const callee = fact.code[i.fn];
      if (callee?.op === 'member') {
        const receiver = fact.code[callee.obj];
        const ofObject = receiver?.op === 'global' && (receiver.name === 'Object' || receiver.name === 'Array');
        if (ofObject && i.args[0] !== undefined) return this.collection(fn, i.args[0], depth + 1);
        if (ELEMENTS.has(callee.name)) return this.collection(fn, callee.obj, depth + 1);
      }
    }
    if (i?.op === 'array' && i.spread?.length === 1 && i.items.length === 1) return this.collection(fn, i.items[0]!, depth + 1);
    return this.of(fn, temp, depth + 1);
  }

  /** An expression in words that are the same for the same value: the key of an entry. Undefined for what may differ. */
  words(fn: FnIndex, temp: Temp, depth = 0): string | undefined {
    const fact = this.facts.functions[fn]!;
    const i = fact.code[temp];
    if (!i || depth > 5) return undefined;
    switch (i.op) {
      case 'const':
        return JSON.stringify(i.value);
      case 'get':
      case 'this':
      case 'global': {
        if (i.op === 'get') {
          const variable = this.facts.vars[i.v]!;
          const writes = writesOf(this.facts, i.v);
          if (variable.kind === 'const' && writes.length === 1 && variable.owner !== 0) {
            const written = this.words(writes[0]!.fn, writes[0]!.value, depth + 1);
            if (written !== undefined) return written;
          }
          return `V${i.v}`;
        }
        return this.of(fn, temp)?.key ?? i.op;
      }
      case 'member': {
        const base = this.words(fn, i.obj, depth + 1);
        return base === undefined ? undefined : `${base}.${i.name}`;
      }
      case 'nonnull':
      case 'cast':
        return this.words(fn, i.value, depth + 1);
      case 'template': {
        const parts = i.args.map((arg) => this.words(fn, arg, depth + 1));
        return parts.includes(undefined) ? undefined : `\`${i.parts.join('$')}:${parts.join()}`;
      }
      case 'binary': {
        const left = this.words(fn, i.left, depth + 1);
        const right = this.words(fn, i.right, depth + 1);
        return left === undefined || right === undefined ? undefined : `${left}${i.sign}${right}`;
      }
      case 'call': {
        const callee = this.words(fn, i.fn, depth + 1);
        const args = i.args.map((arg) => this.words(fn, arg, depth + 1));
        return callee === undefined || args.includes(undefined) ? undefined : `${callee}(${args.join()})`;
      }
      default:
        return undefined;
    }
  }

  get accesses(): Accesses {
    this.#accesses ??= this.#collect();
    return this.#accesses;
  }

  #collect(): Accesses {
    const all: Access[] = [];
    const byFn: Access[][] = this.facts.functions.map(() => []);
    const byKey = new Map<string, Access[]>();
    const byTemp = this.facts.functions.map(() => new Map<Temp, Access[]>());
    const put = (kind: AccessKind, fn: FnIndex, temp: Temp, ref: Reference | undefined, value?: Temp): void => {
      if (!ref) return;
      const access: Access = { kind, fn, temp, ref, ...(value !== undefined && { value }) };
      all.push(access);
      byFn[fn]!.push(access);
      const same = byKey.get(ref.key);
      if (same) same.push(access);
      else byKey.set(ref.key, [access]);
      const here = byTemp[fn]!.get(temp);
      if (here) here.push(access);
      else byTemp[fn]!.set(temp, [access]);
    };
    this.facts.functions.forEach((fact, fn) => {
      const callees = new Set<Temp>();
      for (const i of fact.code) if (i.op === 'call') callees.add(i.fn);
      fact.code.forEach((i, temp) => {
        switch (i.op) {
          case 'get': {
            const { kind, owner } = this.facts.vars[i.v]!;
            if (owner !== fn || kind === 'let' || kind === 'var') put('read', fn, temp, this.#plain(i.v));
            return;
          }
          case 'set': {
            if (this.facts.vars[i.v]!.kind === 'param') return;
            put('write', fn, temp, this.#plain(i.v), i.value);
            return;
          }
          case 'member':
            if (!callees.has(temp)) put('read', fn, temp, this.of(fn, temp));
            return;
          case 'index':
            put('read', fn, temp, this.of(fn, temp));
            return;
          case 'setmember': {
            const base = this.of(fn, i.obj);
            // `list.length = 0`
            const none = fact.code[i.value];
            if (i.name === 'length' && none?.op === 'const' && none.value === 0) put('clear', fn, temp, base);
            else put('write', fn, temp, base && below(base, i.name), i.value);
            return;
          }
          case 'setindex': {
            const base = this.of(fn, i.obj);
            put('put', fn, temp, base && entry(base, this.words(fn, i.key)), i.value);
            return;
          }
          case 'delete': {
            const base = this.of(fn, i.obj);
            if (i.name !== undefined) put('drop', fn, temp, base && below(base, i.name));
            else put('drop', fn, temp, base && entry(base, i.key === undefined ? undefined : this.words(fn, i.key)));
            return;
          }
          case 'binary':
            if (i.sign === 'in') {
              const base = this.of(fn, i.right);
              put('has', fn, temp, base && entry(base, this.words(fn, i.left)));
            }
            return;
          case 'call':
            this.#call(fact, fn, temp, i, put);
            return;
          default:
            return;
        }
      });
    });
    const none: readonly Access[] = [];
    return {
      all,
      of: (fn) => byFn[fn] ?? none,
      at: (fn, temp) => byTemp[fn]?.get(temp) ?? none,
      to: (key) => byKey.get(key) ?? none,
    };
  }

  #plain(v: VarIndex): Reference | undefined {
    const { fn, cls, kind } = this.facts.vars[v]!;
    return fn !== undefined || cls !== undefined || kind === 'function' || kind === 'class' ? undefined : this.#root(v);
  }

  #call(
    fact: FunctionFact,
    fn: FnIndex,
    temp: Temp,
    i: InstructionOf<'call'>,
    put: (kind: AccessKind, fn: FnIndex, temp: Temp, ref: Reference | undefined, value?: Temp) => void,
  ): void {
    const callee = fact.code[i.fn];
    if (callee?.op !== 'member' || i.new) return;
    const { name } = callee;
    const base = this.of(fn, callee.obj);
    // `this.add(…)` is a method of the class, whatever it is called.
    if (!base || this.#hasMethods(base)) {
      if (base) put('read', fn, temp, this.#lookedByMethod(fn, i, 0));
      return;
    }
    if (PUTS.has(name)) {
      const keyed = name === 'set' && i.args.length === 2;
      if (!keyed && (name === 'set' || i.args.length === 0)) return;
      put('put', fn, temp, entry(base, keyed || name === 'add' ? this.words(fn, i.args[0]!) : undefined), i.args[keyed ? 1 : 0]);
    } else if (DROPS.has(name)) {
      put('drop', fn, temp, entry(base, name === 'delete' && i.args[0] !== undefined ? this.words(fn, i.args[0]) : undefined));
    } else if (name === 'clear' && i.args.length === 0) put('clear', fn, temp, base);
    else if (CHANGES.has(name)) put('mutate', fn, temp, base);
    else if (ASKS.has(name) && i.args.length > 0) {
      const key = name === 'get' || name === 'has' || name === 'includes' || name === 'at' ? this.words(fn, i.args[0]!) : undefined;
      put(name === 'get' || name === 'find' || name === 'findLast' || name === 'at' ? 'read' : 'has', fn, temp, entry(base, key));
    }
  }
}

const below = (base: Reference, name: string): Reference => ({
  key: `${base.key}.${name}`,
  root: base.root,
  path: base.path.concat(name),
});

export const entry = (base: Reference, words: string | undefined): Reference => ({
  key: `${base.key}[]`,
  root: base.root,
  path: base.path.concat('[]'),
  ...(words !== undefined && { entry: words }),
});

/** Whether the two are surely not different entries of one collection. */
export const isSame = (a: Reference, b: Reference): boolean => a.key === b.key && (a.entry === undefined || b.entry === undefined || a.entry === b.entry);

/** Whether one is the other or holds it: a write of `this.state` replaces `this.state.token`, too. */
export const covers = (outer: Reference, inner: Reference): boolean =>
  isSame(outer, inner) || (inner.key.startsWith(outer.key) && /^[.[]/.test(inner.key.slice(outer.key.length)));

/** Whether more than one call can reach it at all, as far as the file tells. */
export const isShared = ({ root, path }: Reference): boolean => {
  switch (root.k) {
    case 'module':
    case 'closure':
    case 'static':
      return true;
    case 'this':
    case 'object':
    case 'import':
    case 'global':
      return path.length > 0;
    default:
      return false;
  }
};
