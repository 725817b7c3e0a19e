/** Where a value lives: identities of locks and of shared references, and how the source names them. */
import type { FnRef, Ty, Values } from './values.js';
import type { Instruction, Temp } from '../facts/ir.js';
import type { Key, Place } from './effect.js';
import { codeAt } from '../freshness/live-facts.js';
import { callsWith, closureIn, writesOf } from './uses.js';

/** Calls that give the same elements again. */
const COPIES = new Set(['values', 'slice', 'filter', 'concat', 'reverse', 'toReversed', 'sort', 'toSorted', 'entries', 'splice', 'keys']);
const ITERATORS = new Set(['forEach', 'map', 'filter', 'some', 'every', 'find', 'findIndex', 'flatMap', 'reduce']);

/** Under which names a function is kept in an entry of a collection. */
const KEPT_AS = /^(?:fn|func|cb|run|notify|next|invoke|callback|listener|handler|hook|observer|subscriber)$/i;

/** Where a function value comes from. */
export interface Source {
  /** It is an element of the collection there: one of all (`each`), or one that was looked up. */
  readonly element?: 'each' | 'keyed';
  readonly ref: FnRef;
  readonly temp: Temp;
}

/** The file in which what an identity names is declared, where that is known. */
export const declaredIn = (id: string): string | undefined => /^[MTL](.*?)[#:]\d+(?:\.|$)/.exec(id)?.[1];

/** The member that a place is, of whichever instance. */
export function memberOf(place: Place): string | undefined {
  if (place.member !== undefined) return place.member;
  return place.root === 'this' && /^\.[^.]+$/.test(place.path ?? '') ? place.id : undefined;
}

export const keyed = (place: Place, key: Key): Place => ({ ...place, keys: [...(place.keys ?? []), key] });

export class Places {
  constructor(readonly values: Values) {}

  /** The source's own words for a temp, shortened: `this.#locks.get(key)`. */
  text(ref: FnRef, temp: Temp, depth = 0): string {
    const facts = this.values.project.facts(ref.file);
    const i = codeAt(facts?.functions[ref.fn], temp);
    if (!facts || !i || depth > 6) return '…';
    switch (i.op) {
      case 'this':
        return 'this';
      case 'super':
        return 'super';
      case 'global':
        return i.name;
      case 'get':
        return facts.vars[i.v]!.name;
      case 'member':
        return `${this.text(ref, i.obj, depth + 1)}.${i.name}`;
      case 'index':
        return `${this.text(ref, i.obj, depth + 1)}[${this.text(ref, i.key, depth + 1)}]`;
      case 'call':
        return `${i.new ? 'new ' : ''}${this.text(ref, i.fn, depth + 1)}(${i.args.length > 0 ? '…' : ''})`;
      case 'await':
        return this.text(ref, i.value, depth + 1);
      case 'nonnull':
      case 'cast':
        return this.text(ref, i.value, depth + 1);
      case 'const':
        return typeof i.value === 'string' ? `'${i.value}'` : String(i.value);
      case 'fn':
        return facts.functions[i.fn]!.name || 'function';
      case 'importcall':
        return 'import(…)';
      default:
        return '…';
    }
  }

  /** The last name in the source's words: `acquire` of `this.lock.acquire`. */
  name(ref: FnRef, temp: Temp): string {
    const facts = this.values.project.facts(ref.file);
    const i = codeAt(facts?.functions[ref.fn], temp);
    if (!facts || !i) return '';
    switch (i.op) {
      case 'member':
        return i.name;
      case 'get':
        return facts.vars[i.v]!.name;
      case 'global':
        return i.name;
      case 'nonnull':
      case 'cast':
      case 'await':
        return this.name(ref, i.value);
      case 'fn':
        return facts.functions[i.fn]!.name;
      case 'call':
        return this.name(ref, i.fn);
      case 'super':
        return 'super';
      case 'this':
        return 'this';
      case 'index':
        return this.name(ref, i.obj);
      default:
        return '';
    }
  }

  of(ref: FnRef, temp: Temp, depth = 0): Place {
    const { project } = this.values;
    const facts = project.facts(ref.file);
    const i = codeAt(facts?.functions[ref.fn], temp);
    const text = this.text(ref, temp);
    const unknown = (): Place => ({ id: `?${ref.file}:${ref.fn}:${temp}`, text, root: 'unknown' });
    if (!facts || !i || depth > 8) return unknown();
    switch (i.op) {
      case 'this': {
        const own = this.values.self(ref)[0];
        if (own?.k === 'instance' || own?.k === 'class') {
          return { id: `${own.k === 'class' ? 'S' : 'T'}${own.file}#${own.cls}`, text: 'this', root: own.k === 'class' ? 'module' : 'this', path: '' };
        }
        if (own?.k === 'object') return { id: `O${own.file}:${own.fn}:${own.temp}`, text: 'this', root: 'closure', ...(own.fn > 0 && { owner: { file: own.file, fn: own.fn } }) };
        return unknown();
      }
      case 'get':
        return this.#ofVariable(ref, i.v, text, depth);
      case 'global':
        return { id: `G${i.name}`, text, root: 'global' };
      case 'member':
        return this.#member(ref, i.obj, i.name, text, depth);
      case 'index': {
        const base = this.of(ref, i.obj, depth + 1);
        return keyed({ ...base, id: `${base.id}[]`, text, ...(base.path !== undefined && { path: `${base.path}[]` }) }, this.key(ref, i.key));
      }
      case 'nonnull':
      case 'cast':
      case 'await':
        return this.of(ref, i.value, depth + 1);
      case 'join':
        return this.of(ref, i.of[0]!, depth + 1);
      case 'call':
        return this.#called(ref, i, temp, text, depth);
      case 'param': {
        const param = { file: ref.file, fn: ref.fn, index: i.index, path: [] };
        return { id: `P${ref.file}:${ref.fn}:${i.index}`, text, root: 'param', param };
      }
      default:
        return unknown();
    }
  }

  #called(ref: FnRef, i: Extract<Instruction, { op: 'call' }>, temp: Temp, text: string, depth: number): Place {
    if (i.new) return { id: `N${ref.file}:${ref.fn}:${temp}`, text, root: 'made' };
    const fn = this.values.instruction({ ...ref, temp: i.fn });
    // What a method looks up belongs to the object; two look-ups with different keys are told apart by the key.
    if (fn?.op === 'member') {
      const base = this.of(ref, fn.obj, depth + 1);
      const named = this.#keyOfLock(ref, i);
      if (named !== undefined) return { ...this.lockOfKey(base, ref, named), text };
      const key = i.args
        .map((arg) => this.values.of(ref, arg)[0])
        .map((ty) => (ty?.k === 'constant' ? String(ty.value) : '*'))
        .join(',');
      const name = `${fn.name}(${key})`;
      const place: Place = {
        ...base,
        id: `${base.id}.${name}`,
        text,
        ...(base.path !== undefined && { path: `${base.path}.${name}` }),
        ...(base.param && { param: { ...base.param, path: [...base.param.path, name] } }),
        ...(base.member !== undefined && { member: `${base.member}.${fn.name}()` }),
      };
      return i.args.reduce((whole, arg) => keyed(whole, this.key(ref, arg)), place);
    }
    const base = this.of(ref, i.fn, depth + 1);
    return { id: `${base.id}()`, text, root: base.root === 'param' ? 'unknown' : base.root === 'this' ? 'unknown' : base.root };
  }

  /** The key of which a call gives the receiver's lock: `id` of `accounts.of(id)`. */
  #keyOfLock(ref: FnRef, i: Extract<Instruction, { op: 'call' }>): Temp | undefined {
    for (const ty of this.values.of(ref, i.fn)) {
      const index = ty.k === 'external' ? this.values.external.keyOfLock(ty.package, ty.path) : undefined;
      if (index !== undefined) return i.args[index];
    }
    return undefined;
  }

  /** The lock that `base` has for a key. */
  lockOfKey(base: Place, ref: FnRef, key: Temp): Place {
    const known = this.values.of(ref, key)[0];
    const name = known?.k === 'constant' ? String(known.value) : this.text(ref, key);
    const place = { ...base, id: `${base.id}<${name}>`, ...(base.path !== undefined && { path: `${base.path}<${name}>` }) };
    return keyed(place, this.key(ref, key));
  }

  #ofVariable(ref: FnRef, v: number, text: string, depth: number): Place {
    const { project } = this.values;
    const facts = project.facts(ref.file)!;
    const variable = facts.vars[v]!;
    if (variable.import !== undefined) {
      const imported = facts.imports[variable.import]!;
      const target = project.resolve(ref.file, imported.from);
      if (target?.file !== undefined) {
        const found = project.exported(target.file, imported.name);
        if (found?.k === 'var') return { id: `M${found.file}#${found.v}`, text, root: 'module' };
        return { id: `M${target.file}#${imported.name}`, text, root: 'module' };
      }
      return { id: `E${target?.package ?? imported.from}#${imported.name}`, text, root: 'module' };
    }
    if (variable.kind === 'param' && variable.param !== undefined) {
      const param = { file: ref.file, fn: variable.owner, index: variable.param, path: [] };
      return { id: `P${ref.file}:${variable.owner}:${variable.param}`, text, root: 'param', param };
    }
    if (variable.owner === 0) return { id: `M${ref.file}#${v}`, text, root: 'module' };
    const writes = writesOf(facts, v);
    if (variable.kind === 'const' && writes.length === 1) {
      const write = writes[0]!;
      const value = codeAt(facts.functions[write.fn], write.value);
      // An alias: `const lock = this.#lock`, `const { lock } = this`.
      if (value && (value.op === 'member' || value.op === 'get' || value.op === 'index' || value.op === 'nonnull')) {
        return { ...this.of({ file: ref.file, fn: write.fn }, write.value, depth + 1), text };
      }
      if (value?.op === 'call' && !value.new && !this.#makes({ file: ref.file, fn: write.fn }, value.fn, write.value)) {
        const place = this.of({ file: ref.file, fn: write.fn }, write.value, depth + 1);
        if (place.root === 'this' || place.root === 'module') return { ...place, text };
      }
    }
    const id = `L${ref.file}:${v}`;
    return variable.owner === ref.fn ? { id, text, root: 'local' } : { id, text, root: 'closure', owner: { file: ref.file, fn: variable.owner } };
  }

  /** Whether a call gives an object or a closure of its own each time: `createLock()`. */
  #makes(ref: FnRef, callee: Temp, called: Temp): boolean {
    const makers = this.values.of(ref, callee).filter((ty) => ty.k === 'fn');
    const isOf = (file: string, fn: number): boolean => makers.some((maker) => maker.file === file && maker.fn === fn);
    return this.values.of(ref, called).some((ty) => (ty.k === 'object' && isOf(ty.file, ty.fn)) || (ty.k === 'fn' && isOf(ty.file, this.values.fact(ty)?.parent ?? 0)));
  }

  #member(ref: FnRef, obj: Temp, name: string, text: string, depth: number): Place {
    const base = this.of(ref, obj, depth + 1);
    const holder = this.values.of(ref, obj);
    const own = holder.find((ty) => ty.k === 'instance' || ty.k === 'class');
    if (base.root === 'this' && base.path === '' && own) {
      // The class that declares the member, so that a base class and its subclasses mean the same lock.
      const found = (own.k === 'instance' || own.k === 'class') && this.values.findMember(own.file, own.cls, name, own.k === 'class');
      const at = found && !('base' in found) ? `T${found.file}#${found.cls}` : base.id;
      return { id: `${at}.${name}`, text, root: 'this', path: `.${name}`, member: `${at}.${name}` };
    }
    const { member: _of, within: _before, ...rest } = base;
    const member = this.#declared(own, name) ?? (base.member !== undefined ? `${base.member}.${name}` : undefined);
    return {
      ...rest,
      id: `${base.id}.${name}`,
      text,
      ...(base.path !== undefined && { path: `${base.path}.${name}` }),
      ...(base.param && { param: { ...base.param, path: [...base.param.path, name] } }),
      ...(member !== undefined && { member }),
    };
  }

  /** A member of an instance, by the class that declares it. */
  #declared(holder: Ty | undefined, name: string): string | undefined {
    if (holder?.k !== 'instance') return undefined;
    const found = this.values.findMember(holder.file, holder.cls, name, false);
    return found && !('base' in found) ? `T${found.file}#${found.cls}.${name}` : undefined;
  }

  /** What a key is, as far as two keys can be told to be the same. */
  key(ref: FnRef, temp: Temp): Key {
    const key = this.#key(ref, temp);
    return (key.k === 'variable' || key.k === 'other') && this.#isOfOwner(ref, temp) ? { ...key, own: true } : key;
  }

  /** Whether a value is put together of members of the object, of what the module has, and of constants alone. */
  #isOfOwner(ref: FnRef, temp: Temp, depth = 0): boolean {
    const facts = this.values.project.facts(ref.file)!;
    const i = facts.functions[ref.fn]!.code[temp];
    const all = (...of: readonly Temp[]): boolean => depth < 8 && of.every((one) => this.#isOfOwner(ref, one, depth + 1));
    switch (i?.op) {
      case 'this':
      case 'const':
        return true;
      case 'member':
        return all(i.obj);
      case 'nonnull':
      case 'cast':
        return all(i.value);
      case 'template':
        return all(...i.args);
      case 'binary':
        return all(i.left, i.right);
      case 'join':
        return all(...i.of);
      case 'array':
        return all(...i.items);
      case 'get': {
        const variable = facts.vars[i.v]!;
        const writes = writesOf(facts, i.v);
        if (variable.import !== undefined || (variable.owner === 0 && writes.length <= 1)) return true;
        if (variable.kind === 'param' || writes.length !== 1) return false;
        const [{ fn, value }] = writes as readonly [(typeof writes)[number]];
        return depth < 8 && this.#isOfOwner({ file: ref.file, fn }, value, depth + 1);
      }
      default:
        return false;
    }
  }

  #key(ref: FnRef, temp: Temp): Key {
    const value = this.values.of(ref, temp);
    const known = value.length === 1 ? value[0]! : undefined;
    if (known?.k === 'constant') return { k: 'constant', value: String(known.value) };
    const facts = this.values.project.facts(ref.file)!;
    const i = codeAt(facts.functions[ref.fn], temp);
    if (i?.op === 'get') {
      const variable = facts.vars[i.v]!;
      const writes = writesOf(facts, i.v);
      if (variable.kind === 'param' && variable.param !== undefined && writes.length === 1) {
        return { k: 'param', param: { file: ref.file, fn: variable.owner, index: variable.param, path: [] } };
      }
      if (writes.length === 1 || variable.kind === 'param') return { k: 'variable', id: `${ref.file}:${i.v}` };
    }
    if (i?.op === 'member') {
      const of = this.key(ref, i.obj);
      if (of.k === 'param') return { k: 'param', param: { ...of.param, path: [...of.param.path, i.name] } };
      if (of.k === 'variable') return { k: 'variable', id: `${of.id}.${i.name}` };
      if (codeAt(facts.functions[ref.fn], i.obj)?.op === 'this') return { k: 'variable', id: this.of(ref, temp).id };
    }
    const text = value.find((ty) => ty.k === 'text');
    return text?.k === 'text' && text.head !== '' ? { k: 'other', head: text.head } : { k: 'other' };
  }

  /** The identity of a member, before anything has read it. */
  memberId(ref: FnRef, obj: Temp, name: string): string {
    return this.#member(ref, obj, name, name, 0).id;
  }

  /**
   * What a function value that is called is: an element of a collection, a place, or a parameter, followed through
   * variables, copies and iteration.
   */
  source(ref: FnRef, temp: Temp, depth = 0): Source {
    const facts = this.values.project.facts(ref.file)!;
    const fact = facts.functions[ref.fn]!;
    const i = codeAt(fact, temp);
    const here: Source = { ref, temp };
    if (!i || depth > 12) return here;
    const into = (next: Temp, at: FnRef = ref): Source => this.source(at, next, depth + 1);
    const each = (next: Temp, at: FnRef = ref): Source => ({ ...this.source(at, next, depth + 1), element: 'each' });
    const keyed = (next: Temp): Source => {
      const from = this.source(ref, next, depth + 1);
      return { ...from, element: from.element ?? 'keyed' };
    };
    switch (i.op) {
      case 'nonnull':
      case 'cast':
      case 'await':
        return into(i.value);
      case 'iterate':
        return each(i.of);
      case 'index':
        return keyed(i.obj);
      case 'join':
        return into(i.of[0]!);
      case 'member':
        // A part of an entry: `[, listener]`, `{ callback }` taken out of what is iterated.
        if (/^\d+$/.test(i.name)) return into(i.obj);
        // `{ callback, once }` kept for each listener.
        if (KEPT_AS.test(i.name)) {
          const from = this.source(ref, i.obj, depth + 1);
          if (from.element) return from;
        }
        return here;
      case 'call': {
        const callee = codeAt(fact, i.fn);
        if (callee?.op === 'member') {
          if (callee.name === 'get' || callee.name === 'at' || callee.name === 'shift' || callee.name === 'pop' || callee.name === 'find') {
            return callee.name === 'get' || callee.name === 'at' ? keyed(callee.obj) : each(callee.obj);
          }
          if (COPIES.has(callee.name)) {
            const receiver = codeAt(fact, callee.obj);
            if (receiver?.op === 'global' && i.args[0] !== undefined) return into(i.args[0]);
            return into(callee.obj);
          }
          if (callee.name === 'from' && i.args[0] !== undefined) return into(i.args[0]);
        }
        if (i.new && i.args.length === 1 && callee?.op === 'global' && (callee.name === 'Set' || callee.name === 'Array')) return into(i.args[0]!);
        return here;
      }
      case 'array':
        return i.items.length === 1 && i.spread?.includes(0) ? into(i.items[0]!) : here;
      case 'get': {
        const variable = facts.vars[i.v]!;
        const writes = writesOf(facts, i.v);
        if (variable.kind === 'param' && writes.length === 1) {
          return this.source({ file: ref.file, fn: writes[0]!.fn }, writes[0]!.value, depth + 1);
        }
        if (writes.length === 1 && variable.owner !== 0) {
          const value = codeAt(facts.functions[writes[0]!.fn], writes[0]!.value);
          const made = value && (value.op === 'call' && value.new || value.op === 'array' && value.spread === undefined || value.op === 'object' || value.op === 'fn');
          if (!made) return this.source({ file: ref.file, fn: writes[0]!.fn }, writes[0]!.value, depth + 1);
        }
        return here;
      }
      case 'param': {
        // A closure's parameter, where the closure goes to `forEach` and its like.
        if (fact.parent < 0) return here;
        const parentFact = facts.functions[fact.parent]!;
        const site = closureIn(parentFact, ref.fn);
        if (site === undefined) return here;
        for (const use of callsWith(parentFact, site)) {
          const call = codeAt(parentFact, use.call);
          const method = call?.op === 'call' ? codeAt(parentFact, call.fn) : undefined;
          if (method?.op === 'member' && ITERATORS.has(method.name) && use.argument === 0) {
            return each(method.obj, { file: ref.file, fn: fact.parent });
          }
        }
        return here;
      }
      default:
        return here;
    }
  }
}
