/** Which files of the project import which, by the specifiers that the cheap look found in their texts. */
import { Source } from '../freshness/grounds.js';
import type { Look } from './cache.js';
import type { Project } from './project.js';

/** Barrels of barrels: as deep as their re-exports are followed. */
const BARREL_DEPTH = 3;

export class Imports {
  readonly #imported = new Map<string, readonly string[]>();
  readonly #handedOn = new Map<string, readonly string[]>();
  #importers: ReadonlyMap<string, readonly string[]> | undefined;
  readonly #read = new Source();

  constructor(
    readonly project: Project,
    readonly look: (file: string) => Pick<Look, 'imports' | 'reexports' | 'heirs'>,
  ) {}

  /** The files of the project that a file imports or re-exports from. */
  of(file: string): readonly string[] {
    return this.#resolved(this.#imported, file, this.look(file).imports);
  }

  #reexported(file: string): readonly string[] {
    return this.#resolved(this.#handedOn, file, this.look(file).reexports);
  }

  #resolved(kept: Map<string, readonly string[]>, file: string, specifiers: readonly string[]): readonly string[] {
    this.#read.read();
    let targets = kept.get(file);
    if (!targets) {
      targets = specifiers.length === 0 ? NONE : specifiers.flatMap((specifier) => this.project.resolve(file, specifier)?.file ?? []);
      kept.set(file, targets);
    }
    return targets;
  }

  /** The files that a file imports, directly or not, nearest first and itself included; so many at most. */
  near(file: string, most: number): string[] {
    const near = new Set([file]);
    for (const one of near) {
      for (const target of this.of(one)) {
        if (near.size >= most) return [...near];
        near.add(target);
      }
    }
    return [...near];
  }

  /** A file, and every file with facts that imports it, directly or not: what is known of it may rest on it. */
  restingOn(file: string): string[] {
    const seen = new Set([file]);
    for (const one of seen) {
      for (const importer of this.importersOf(one)) if (this.project.has(importer)) seen.add(importer);
      // Who knows the base only may call what the heir has made of it.
      if (this.project.has(one)) for (const base of this.basesOf(one)) seen.add(base);
    }
    return [...seen];
  }

  /** The files, and every one that imports one of them, directly or not. */
  importing(files: readonly string[]): string[] {
    const seen = new Set(files);
    for (const one of seen) for (const importer of this.importersOf(one)) seen.add(importer);
    return [...seen];
  }

  /** The files of classes and interfaces that classes of the file extend or implement. */
  basesOf(file: string): string[] {
    const { heirs } = this.look(file);
    const facts = heirs.length > 0 ? this.project.facts(file) : undefined;
    return (facts?.imports ?? []).flatMap(({ v, name, from }) => {
      if (!heirs.includes(name) && !heirs.includes(facts!.vars[v]!.name)) return [];
      const target = this.project.resolve(file, from)?.file;
      if (target === undefined) return [];
      const declared = this.project.exported(target, name);
      return declared && 'file' in declared && declared.file !== target ? [target, declared.file] : [target];
    });
  }

  /** The files of the project that import a file. */
  importersOf(file: string): readonly string[] {
    this.#read.read();
    this.#importers ??= this.#turnedRound();
    return this.#importers.get(file) ?? NONE;
  }

  /** Files that import a file, also through one file that hands its exports on. */
  usersOf(file: string): string[] {
    return this.importersOf(file).flatMap((importer) => [importer, ...(this.#reexported(importer).includes(file) ? this.importersOf(importer) : [])]);
  }

  #turnedRound(): Map<string, string[]> {
    const importers = new Map<string, string[]>();
    for (const importer of this.project.files) {
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

  /** Imports are resolved anew. */
  forget(): void {
    this.#imported.clear();
    this.#handedOn.clear();
    this.#importers = undefined;
    this.#read.change();
  }

  /** A file's imports have changed. */
  change(file: string): void {
    this.#imported.delete(file);
    this.#handedOn.delete(file);
    this.#importers = undefined;
    this.#read.change();
  }
}

const NONE: readonly string[] = [];
