/** Which files of the project import which, by the specifiers that the cheap look found in their texts. */
import type { Look } from './cache.js';
import type { Project } from './project.js';

/** Barrels of barrels: as deep as their re-exports are followed. */
const BARREL_DEPTH = 3;

export class Imports {
  readonly #imported = new Map<string, readonly string[]>();
  readonly #handedOn = new Map<string, readonly string[]>();
  #importers: ReadonlyMap<string, readonly string[]> | undefined;

  constructor(
    readonly project: Project,
    readonly look: (file: string) => Look,
  ) {}

  /** The files of the project that a file imports or re-exports from. */
  of(file: string): readonly string[] {
    return this.#resolved(this.#imported, file, this.look(file).imports);
  }

  #reexported(file: string): readonly string[] {
    return this.#resolved(this.#handedOn, file, this.look(file).reexports);
  }

  #resolved(kept: Map<string, readonly string[]>, file: string, specifiers: readonly string[]): readonly string[] {
    let targets = kept.get(file);
    if (!targets) {
      targets = specifiers.length === 0 ? NONE : specifiers.flatMap((specifier) => this.project.resolve(file, specifier)?.file ?? []);
      kept.set(file, targets);
    }
    return targets;
  }

  /** The file, and every file with facts that imports it, directly or not: what is known of them may rest on it. */
  restingOn(file: string): string[] {
    this.#importers ??= this.#importersWithFacts();
    const seen = new Set([file]);
    for (const one of seen) for (const importer of this.#importers.get(one) ?? []) seen.add(importer);
    return [...seen];
  }

  #importersWithFacts(): Map<string, string[]> {
    const importers = new Map<string, string[]>();
    for (const importer of this.project.files) {
      if (!this.project.has(importer)) continue;
      for (const target of this.of(importer)) {
        const known = importers.get(target);
        if (known) known.push(importer);
        else importers.set(target, [importer]);
      }
    }
    return importers;
  }

  /**
   * Those of some files that a file can get at: it imports them, perhaps through barrels, or imports a file that imports
   * them, as a container does. A file gets at what is its own.
   */
  reached(from: string, files: ReadonlyMap<string, unknown>): ReadonlySet<string> {
    const found = new Set<string>();
    const handedOn = (file: string, depth: number): void => {
      if (files.has(file)) found.add(file);
      if (depth < BARREL_DEPTH) for (const next of this.#reexported(file)) handedOn(next, depth + 1);
    };
    if (files.has(from)) found.add(from);
    for (const imported of this.of(from)) {
      handedOn(imported, 0);
      for (const next of this.of(imported)) if (files.has(next)) found.add(next);
    }
    return found;
  }

  /** A file's imports have changed. */
  change(file: string): void {
    this.#imported.delete(file);
    this.#handedOn.delete(file);
    this.#importers = undefined;
  }
}

const NONE: readonly string[] = [];
