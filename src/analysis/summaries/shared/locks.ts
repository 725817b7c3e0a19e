/** Which locks are held where a shared reference is used: taken in the function, by the section around it, or by all of its callers. */
import { Answers } from '../../freshness/grounds.js';
import { restOnAll } from '../../freshness/live-facts.js';
import type { FileFacts, Temp } from '../../facts/ir.js';
import type { Analysis } from '../analysis.js';
import type { LockRef } from '../effect.js';
import { flowOf, type Flow } from '../flow.js';
import { mayTake } from '../takers.js';
import { callsWith, closureIn, readsOfFunction } from '../uses.js';
import type { FnRef } from '../values.js';
import { concurrencyOf } from './concurrency.js';

const DEEPEST = 5;

class Locks {
  readonly #flows: Answers<number, { readonly is: Flow | undefined }>;
  readonly #entries: Answers<number, ReadonlyMap<string, LockRef>>;
  readonly #mayLock: Answers<'', boolean>;

  constructor(
    readonly analysis: Analysis,
    readonly file: string,
    readonly facts: FileFacts,
  ) {
    restOnAll(facts);
    const { follows } = analysis.project;
    this.#flows = new Answers(follows);
    this.#entries = new Answers(follows);
    this.#mayLock = new Answers(follows);
  }

  /** Whether any function of the file takes a lock. */
  get any(): boolean {
    let any = this.#mayLock.get('');
    if (any === undefined) {
      any = this.#mayLock.within('', () => this.facts.functions.some((fact, fn) => !fact.bodiless && this.#takes(fn)));
      this.#mayLock.set('', any);
    }
    return any;
  }

  #takes(fn: number): boolean {
    return mayTake(this.analysis, { file: this.file, fn });
  }

  /** Locks by identity that are held before an instruction. */
  at(fn: number, temp: Temp): ReadonlyMap<string, LockRef> {
    if (!this.any) return NONE;
    const held = new Map(this.onEntry(fn, 0));
    const flow = this.#flow(fn);
    if (flow) {
      const mask = flow.before(temp);
      flow.held.forEach(({ lock }, bit) => {
        if ((mask & (1 << bit)) !== 0) held.set(lock.place.id, lock);
      });
    }
    return held;
  }

  #flow(fn: number): Flow | undefined {
    let known = this.#flows.get(fn);
    if (!known) {
      known = this.#flows.within(fn, () => ({ is: this.#takes(fn) ? flowOf(this.analysis, { file: this.file, fn }, []) : undefined }));
      this.#flows.set(fn, known);
    }
    return known.is;
  }

  /** Held by whoever runs it, whoever that is. */
  onEntry(fn: number, depth: number): ReadonlyMap<string, LockRef> {
    const known = this.#entries.get(fn);
    if (known) return known;
    if (depth > DEEPEST) return NONE;
    this.#entries.set(fn, NONE);
    const found = this.#entries.within(fn, () => this.#find(fn, depth));
    this.#entries.set(fn, found);
    return found;
  }

  #find(fn: number, depth: number): ReadonlyMap<string, LockRef> {
    const fact = this.facts.functions[fn]!;
    if (fact.parent < 0) return NONE;
    const parent = this.facts.functions[fact.parent]!;
    const site = closureIn(parent, fn);
    const ref: FnRef = { file: this.file, fn: fact.parent };
    if (site !== undefined) {
      for (const { call } of callsWith(parent, site)) {
        const around = this.#around(fact.parent, call, depth);
        const invocation = around.size > 0 || this.#takes(fact.parent) ? this.analysis.outcome(ref, call).invokes.find((one) => one.arg === site) : undefined;
        const locks = new Map(invocation?.now === true || invocation?.awaited === true ? around : []);
        for (const lock of invocation?.locks ?? []) if (!lock.shared) locks.set(lock.place.id, lock);
        if (locks.size > 0) return locks;
      }
    }
    const { sites, escapes } = concurrencyOf(this.facts).callers(fn);
    const asSection = this.#namedSection(fn);
    if (asSection) return asSection;
    if (escapes || sites.length === 0) return NONE;
    let common: Map<string, LockRef> | undefined;
    for (const { fn: caller, temp } of sites) {
      if (caller === fn || concurrencyOf(this.facts).isConstruction(caller)) continue;
      const held = this.#around(caller, temp, depth);
      common = common ? new Map([...common].filter(([id]) => held.has(id))) : new Map(held);
      if (common.size === 0) break;
    }
    return common ?? NONE;
  }

  #around(fn: number, temp: Temp, depth: number): ReadonlyMap<string, LockRef> {
    const held = new Map(this.onEntry(fn, depth + 1));
    const flow = this.#flow(fn);
    const mask = flow?.before(temp) ?? 0;
    flow?.held.forEach(({ lock }, bit) => {
      if ((mask & (1 << bit)) !== 0) held.set(lock.place.id, lock);
    });
    return held;
  }

  /** Whether it is a section by name in one of its uses: whoever wrote it relies on one such function running at a time. */
  isSection(fn: number): boolean {
    return this.any && this.#usesByName(fn).some((locks) => locks !== undefined);
  }

  /** `lock.runExclusive(section)`, with the section by name: all its uses are of this kind. */
  #namedSection(fn: number): ReadonlyMap<string, LockRef> | undefined {
    const uses = this.#usesByName(fn);
    const ids = new Map(uses.flatMap((locks) => [...(locks ?? [])]));
    const [first] = ids.values();
    if (first === undefined || uses.includes(undefined)) return undefined;
    // Another lock for each use: one of them is held, whichever.
    return uses.every((locks) => locks!.size === ids.size) ? ids : new Map([[[...ids.keys()].sort().join(' or '), first]]);
  }

  /** The locks that each use of a function by its name gives it; undefined where that is none, or the use is no section. */
  #usesByName(fn: number): (ReadonlyMap<string, LockRef> | undefined)[] {
    const v = this.facts.vars.findIndex((one) => one.fn === fn);
    if (v < 0 || this.facts.exports.some((e) => 'v' in e && e.v === v)) return [];
    return readsOfFunction(this.facts, v).map(({ fn: user, temp }) => {
      const [use] = callsWith(this.facts.functions[user]!, temp);
      if (!use || !this.#takes(user)) return undefined;
      const invocation = this.analysis.outcome({ file: this.file, fn: user }, use.call).invokes.find((one) => one.arg === temp);
      const locks = new Map((invocation?.locks ?? []).filter((lock) => !lock.shared).map((lock) => [lock.place.id, lock]));
      return locks.size === 0 ? undefined : locks;
    });
  }
}

const NONE: ReadonlyMap<string, LockRef> = new Map();

/** Kept until the file, something that it imports or the names by which locks are taken change. */
export const locksOf = (analysis: Analysis, file: string): Locks =>
  analysis.answer('locks', { file, fn: 0 }, 0, () => new Locks(analysis, file, analysis.project.facts(file)!));
