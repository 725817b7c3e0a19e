/**
 * Which functions two tasks can be in at once. A function that is only run once, or only by a task that waits for it
 * before it runs it again, is not concurrent with itself; nor is what an object does before anybody else has it.
 */
import type { ClassIndex, FileFacts, FnIndex, InstructionOf, Temp, TypeExpr } from '../../facts/ir.js';
import { continuesPromise } from '../../../models/language.js';
import { ofRecent } from '../recent.js';
import { callOf, callsWith, closureIn } from '../uses.js';
import { plain } from './expressions.js';
import { isShared } from './references.js';
import { isAwait, stretchesOf, type Stretches } from './stretches.js';
import { testsOf } from './tests.js';

interface Site {
  readonly fn: FnIndex;
  readonly temp: Temp;
}

interface Callers {
  readonly sites: readonly Site[];
  /** Others may call it: it is exported, public, kept or passed on. */
  readonly escapes: boolean;
}

class Concurrency {
  readonly #callers = new Map<FnIndex, Callers>();
  readonly #once = new Map<FnIndex, boolean>();
  readonly #stretches: Stretches;
  #named: Map<string, Site[]> | undefined;
  #got: Map<number, Site[]> | undefined;

  constructor(readonly facts: FileFacts) {
    this.#stretches = stretchesOf(facts);
  }

  /** Whether two tasks can be in the function at once. */
  overlapsItself(fn: FnIndex): boolean {
    return !this.#runsAlone(fn, new Set());
  }

  /** Runs while its object is made, and nobody else has it yet. */
  isConstruction(fn: FnIndex, depth = 0): boolean {
    const { kind, cls } = this.facts.functions[fn]!;
    if (kind === 'constructor' || kind === 'field' || kind === 'static' || kind === 'module') return true;
    if (depth > 3) return false;
    if (cls === undefined) return false;
    const { sites, escapes } = this.callers(fn);
    return !escapes && sites.length > 0 && sites.every((site) => site.fn !== fn && this.isConstruction(site.fn, depth + 1) && this.facts.functions[site.fn]!.kind !== 'module');
  }

  /** The same, and what its object goes on to do then by itself to become ready, before others have a use for it. */
  isBirth(fn: FnIndex): boolean {
    if (this.isConstruction(fn) || this.isConstruction(this.taskOf(fn))) return true;
    const { sites, escapes } = this.callers(fn);
    return !escapes && sites.length > 0 && sites.every((site) => this.isConstruction(this.taskOf(site.fn)) && this.facts.functions[this.taskOf(site.fn)]!.kind !== 'module');
  }

  #runsAlone(fn: FnIndex, open: Set<FnIndex>): boolean {
    const known = this.#once.get(fn);
    if (known !== undefined) return known;
    const { kind, parent } = this.facts.functions[fn]!;
    if (kind === 'module' || kind === 'constructor' || kind === 'field' || kind === 'static' || this.#isStep(fn) || this.#isActivation(fn)) return true;
    if (open.has(fn)) return true;
    open.add(fn);
    const { sites, escapes } = this.callers(fn);
    let alone: boolean;
    if (escapes) alone = false;
    else if (sites.length === 0) alone = this.#isPart(fn, parent) && this.#runsAlone(parent, open);
    else {
      const others = sites.filter((site) => site.fn !== fn && !this.isInside(site.fn, fn));
      alone = others.length <= 1 && others.every((site) => this.isKept(site) || this.isServed(site) || (!this.#inLoop(site) && this.#runsAlone(site.fn, open)));
    }
    open.delete(fn);
    if (open.size === 0) this.#once.set(fn, alone);
    return alone;
  }

  /** `this.ready ??= this.load()`: who comes later finds the promise there, and does not call again. */
  isKept({ fn, temp }: Site): boolean {
    if (!this.#stretches.stored(fn).has(temp)) return false;
    const { accesses } = this.#stretches.references;
    const call = this.facts.functions[fn]!.code[temp];
    // By a name of its own, too: `const loading = this.load(); this.loading = loading`.
    const isIt = (value: Temp | undefined): boolean => {
      const is = value === undefined ? undefined : plain(this.facts, fn, value);
      return is === call || (is?.op === 'join' && is.of.some(isIt));
    };
    return accesses.of(fn).some((a) => (a.kind === 'write' || a.kind === 'put') && isShared(a.ref) && isIt(a.value) && testsOf(this.facts, fn).some((test) => test.ref.key === a.ref.key && this.#leads(fn, test.empty, a.temp)));
  }

  /** `for await (const job of queue) await this.run(job)`: one after the other, in the order in which they come. */
  isServed({ fn, temp }: Site): boolean {
    const { code, loops } = this.facts.functions[fn]!;
    const { s } = code[temp]!;
    const served = loops.some((loop) => {
      const each = loop.element === undefined || s < loop.s || s >= loop.e ? undefined : code[loop.element];
      return each?.op === 'iterate' && each.async === true;
    });
    return served && code.some((i) => i.op === 'await' && i.value === temp);
  }

  /** Whether a way leads to an instruction with no await on it. */
  #leads(fn: FnIndex, block: number, to: Temp): boolean {
    let leads = false;
    this.#stretches.walk(fn, block, undefined, 0, {
      at: (state, at, temp, i) => {
        leads ||= at === fn && temp === to;
        return isAwait(this.facts.functions[at]!, i) ? undefined : state;
      },
      deep: false,
    });
    return leads;
  }

  /** `activate(context: ExtensionContext)`: an editor calls it once. */
  #isActivation(fn: FnIndex): boolean {
    const { name, params } = this.facts.functions[fn]!;
    return name === 'activate' && names(params[0]?.type, /^ExtensionContext$/);
  }

  /** `next` of an iterator, or all of its steps: whoever goes over it waits for one before it asks for another. */
  #isStep(fn: FnIndex): boolean {
    const { name, object, parent, returns, generator } = this.facts.functions[fn]!;
    const maker = this.facts.functions[parent];
    if (name === '@@asyncIterator' && generator === true) return true;
    if (!/^(?:next|return|throw)$/.test(name)) return false;
    return (object !== undefined && maker?.name === '@@asyncIterator') || names(maker?.returns, /Iterat|Generator/) || names(returns, /^IteratorResult$/);
  }

  isInside(fn: FnIndex, outer: FnIndex): boolean {
    for (let at = fn; at >= 0; at = this.facts.functions[at]!.parent) if (at === outer) return true;
    return false;
  }

  /** A closure that the function around it runs, once, as a part of itself. */
  #isPart(fn: FnIndex, parent: FnIndex): boolean {
    if (parent < 0) return false;
    const fact = this.facts.functions[parent]!;
    const site = closureIn(fact, fn);
    if (site === undefined) return false;
    for (const { call } of callsWith(fact, site)) {
      const i = fact.code[call] as InstructionOf<'call'>;
      const callee = fact.code[i.fn];
      const name = callee?.op === 'member' || callee?.op === 'global' ? callee.name : '';
      if (continuesPromise(name) || name === 'Promise') return true;
      // `ready(this, async () => …)` in a constructor: what the object does to become ready.
      if (fact.kind === 'constructor' && i.args.some((arg) => fact.code[arg]?.op === 'this')) return true;
      if (this.#stretches.settled(parent).has(call) && !/^(?:map|forEach|flatMap)$/.test(name)) return true;
    }
    return fact.code.some((i) => i.op === 'call' && i.fn === site);
  }

  #inLoop({ fn, temp }: Site): boolean {
    const { s } = this.facts.functions[fn]!.code[temp]!;
    const waits = this.#stretches.settled(fn).has(temp);
    return !waits && this.facts.functions[fn]!.loops.some((loop) => s >= loop.s && s < loop.e);
  }

  callers(fn: FnIndex): Callers {
    let known = this.#callers.get(fn);
    if (!known) this.#callers.set(fn, (known = this.#find(fn)));
    return known;
  }

  #find(fn: FnIndex): Callers {
    const fact = this.facts.functions[fn]!;
    const { facts } = this;
    if (fact.cls !== undefined && (fact.kind === 'method' || fact.kind === 'get' || fact.kind === 'set')) {
      return this.#ofMember(fact.cls, fact.name, (at) => at.name === fact.name && at.fn === fn);
    }
    if (fact.parent < 0) return { sites: [], escapes: false };
    const parent = facts.functions[fact.parent]!;
    // `load = async () => …` of a class
    if (parent.kind === 'field' && parent.cls !== undefined) {
      return this.#ofMember(parent.cls, parent.name, (at) => at.fn === fact.parent);
    }
    if (fact.kind === 'get' || fact.kind === 'set' || fact.object !== undefined) return { sites: [], escapes: true };
    const v = facts.vars.findIndex((one) => one.fn === fn);
    if (v >= 0) return this.#ofVariable(v);
    const site = closureIn(parent, fn);
    if (site === undefined) return { sites: [], escapes: false };
    const kept = parent.code.find((i): i is InstructionOf<'set'> => i.op === 'set' && i.value === site);
    if (kept) return this.#ofVariable(kept.v);
    const called = parent.code.flatMap((i, temp) => (i.op === 'call' && i.fn === site ? [{ fn: fact.parent, temp }] : []));
    if (called.length > 0) return { sites: called, escapes: false };
    return { sites: [], escapes: !this.#isPart(fn, fact.parent) };
  }

  #ofMember(cls: ClassIndex, name: string, isIt: (member: { name: string; fn?: FnIndex }) => boolean): Callers {
    const member = this.facts.classes[cls]!.members.find((m) => isIt(m));
    const sites: Site[] = [];
    let passed = false;
    for (const site of this.#byName().get(name) ?? []) {
      const call = this.#callOf(site);
      if (call === undefined) passed = true;
      else sites.push({ fn: site.fn, temp: call });
    }
    // What a class keeps for its subclasses, or by its name for itself, is called by itself, where it calls it at all.
    const isOwn = member?.private === true || ((member?.protected === true || name.startsWith('_')) && sites.length > 0);
    return { sites, escapes: !isOwn || passed };
  }

  #ofVariable(v: number): Callers {
    const sites: Site[] = [];
    let escapes = this.facts.exports.some((e) => 'v' in e && e.v === v);
    for (const site of this.#byVariable().get(v) ?? []) {
      const call = this.#callOf(site);
      if (call === undefined) escapes = true;
      else sites.push({ fn: site.fn, temp: call });
    }
    return { sites, escapes };
  }

  #callOf({ fn, temp }: Site): Temp | undefined {
    return callOf(this.facts.functions[fn]!, temp);
  }

  #byName(): Map<string, Site[]> {
    if (!this.#named) {
      this.#named = new Map();
      this.#each((fn, temp) => {
        const i = this.facts.functions[fn]!.code[temp]!;
        return i.op === 'member' ? i.name : undefined;
      }, this.#named);
    }
    return this.#named;
  }

  #byVariable(): Map<number, Site[]> {
    if (!this.#got) {
      this.#got = new Map();
      this.#each((fn, temp) => {
        const i = this.facts.functions[fn]!.code[temp]!;
        return i.op === 'get' ? i.v : undefined;
      }, this.#got);
    }
    return this.#got;
  }

  #each<K>(keyOf: (fn: FnIndex, temp: Temp) => K | undefined, map: Map<K, Site[]>): void {
    this.facts.functions.forEach((fact, fn) => {
      for (let temp = 0; temp < fact.code.length; temp++) {
        const key = keyOf(fn, temp);
        if (key === undefined) continue;
        const known = map.get(key);
        if (known) known.push({ fn, temp });
        else map.set(key, [{ fn, temp }]);
      }
    });
  }

  /** The functions around a function that are one task with it, itself first: what a closure runs in. */
  taskOf(fn: FnIndex): FnIndex {
    let at = fn;
    for (;;) {
      const { parent } = this.facts.functions[at]!;
      if (parent <= 0 || !this.#isPart(at, parent)) return at;
      at = parent;
    }
  }
}

/** Whether a type, or what a promise of it gives, goes by such a name. */
function names(type: TypeExpr | undefined, name: RegExp): boolean {
  return type?.k === 'ref' && (name.test(type.name.at(-1)!) || (type.name.at(-1) === 'Promise' && names(type.args?.[0], name)));
}

export const concurrencyOf = ofRecent((facts: FileFacts) => new Concurrency(facts));
