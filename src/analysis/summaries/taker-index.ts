/**
 * Where in the project locks are taken for callers, found once before anything is asked: most files can get at none of
 * these functions, or have no call by such a name, and need no further look.
 */
import { Ground, type Keeper, within } from '../freshness/grounds.js';
import type { KeptTakers } from '../project/cache.js';
import type { Imports } from '../project/imports.js';
import { usesWord } from '../project/scan.js';
import type { Analysis } from './analysis.js';
import { takersIn } from './takers.js';

/** Wrappers of wrappers of wrappers, each in a file that names no lock. */
const MOST_ROUNDS = 4;

/** What a file has that takes a lock for its callers. */
interface Offered {
  readonly names: Set<string>;
  /** Its default export, which every importer calls by a name of its own. */
  isDefault: boolean;
}

export class TakerIndex implements Keeper<string> {
  readonly #offered = new Map<string, Offered>();
  /** What the answers about files rest on, where that is followed. */
  readonly #grounds = new Map<string, Ground>();
  /** Files whose answer rests on something that is another now. */
  readonly #gone = new Set<string>();

  /**
   * @param analysis The analysis of now: another takes its place where a rule failed half-way.
   * @param text A file's text as it is now; undefined where it cannot be read.
   */
  constructor(
    readonly analysis: () => Analysis,
    readonly imports: Imports,
    readonly text: (file: string) => string | undefined,
  ) {}

  /** Looks at the files that take locks at first hand, then round by round at those that call what was found. */
  find(firstHand: readonly string[]): void {
    this.#spread(this.#add(firstHand));
  }

  #spread(first: ReadonlyMap<string, Offered>): void {
    let fresh = first;
    for (let round = 1; round < MOST_ROUNDS && fresh.size > 0; round++) {
      fresh = this.#add(this.analysis().project.files.filter((file) => this.#usesOf(file, fresh)));
    }
  }

  drop(file: string): void {
    this.#grounds.delete(file);
    this.#gone.add(file);
  }

  /** Nothing is followed any more. */
  letGo(): void {
    this.#grounds.clear();
    this.#gone.clear();
  }

  /**
   * Looks again at what may offer something else since a file has changed; whether there is anything new.
   *
   * @param isLookedAt Whether a file can have something to offer at all.
   */
  change(file: string, isLookedAt: (file: string) => boolean): boolean {
    // What was found before changes were followed may rest on anything that it imports.
    const unsure = this.imports.restingOn(file).filter((one) => !this.#grounds.has(one) && isLookedAt(one));
    const again = new Set([file, ...this.#gone, ...unsure]);
    this.#gone.clear();
    const fresh = this.#add([...again]);
    this.#spread(fresh);
    return fresh.size > 0;
  }

  /** As plain data, for a later run over the same files. */
  kept(): KeptTakers {
    return [...this.#offered].map(([file, { names, isDefault }]) => [file, [...names], isDefault]);
  }

  restore(kept: KeptTakers): void {
    this.#take(new Map(kept.map(([file, names, isDefault]) => [file, { names: new Set(names), isDefault }])));
  }

  /** Takes up what these files offer; gives what of it is new. */
  #add(files: readonly string[]): ReadonlyMap<string, Offered> {
    const analysis = this.analysis();
    const fresh = new Map<string, Offered>();
    for (const file of files) {
      const ground = analysis.project.follows ? new Ground(this, file) : undefined;
      if (ground) this.#grounds.set(file, ground);
      const found = within(ground, () => takersIn(analysis, file));
      if (found.names.size === 0 && !found.isDefault) continue;
      // Callers may know no more than the interface.
      for (const place of this.#contractsOf(file)) {
        const known = of(this.#offered, place);
        for (const name of found.names) if (!known.names.has(name)) of(fresh, place).names.add(name);
        if (found.isDefault && !known.isDefault && place === file) of(fresh, place).isDefault = true;
      }
    }
    this.#take(fresh);
    return fresh;
  }

  /** The file, and those of the classes and interfaces that its classes extend and implement, directly or not. */
  #contractsOf(file: string): ReadonlySet<string> {
    const found = new Set([file]);
    for (const one of found) for (const base of this.imports.basesOf(one)) found.add(base);
    return found;
  }

  #take(fresh: ReadonlyMap<string, Offered>): void {
    const analysis = this.analysis();
    const names = new Set<string>();
    const defaults = new Set<string>();
    for (const [file, offered] of fresh) {
      const known = of(this.#offered, file);
      for (const name of offered.names) {
        known.names.add(name);
        if (!analysis.takerNames.own.has(name)) names.add(name);
      }
      if (offered.isDefault) {
        known.isDefault = true;
        defaults.add(file);
      }
    }
    if (names.size > 0 || defaults.size > 0) {
      const { takerNames } = analysis;
      analysis.takerNames = {
        names: new Set([...takerNames.names, ...names]),
        own: new Set([...takerNames.own, ...names]),
        defaults: new Set([...takerNames.defaults, ...defaults]),
      };
    }
  }

  /** Whether a file can get at something that takes a lock for its caller, and has a use of its name. */
  uses(file: string): boolean {
    return this.#usesOf(file, this.#offered);
  }

  #usesOf(file: string, offered: ReadonlyMap<string, Offered>): boolean {
    const names = new Set<string>();
    for (const place of this.imports.reached(file, offered)) {
      const { names: some, isDefault } = offered.get(place)!;
      if (isDefault) return true;
      for (const name of some) names.add(name);
    }
    if (names.size === 0) return false;
    const text = this.text(file);
    return text !== undefined && usesWord(text, names);
  }
}

function of(offered: Map<string, Offered>, file: string): Offered {
  let known = offered.get(file);
  if (!known) offered.set(file, (known = { names: new Set(), isDefault: false }));
  return known;
}
