/**
 * What is known about libraries, from all tables together. Everything outside this folder asks here.
 */

import type { Does, Knowledge, MethodModel, PackageModel } from './format.js';
import { handlePackages } from './handles.js';
import { ioGlobals, ioPackages } from './io.js';
import { lockGlobals, lockPackages } from './locks.js';
import { globalsAsPackage, lookupMember, Packages, takersOf, type How } from './lookup.js';
import { methodModels } from './methods.js';
import { runnerPackages } from './runners.js';
import { transactionPackages } from './transactions.js';
import { waitGlobals, waitPackages } from './waits.js';

export type * from './format.js';
export { parseSettings } from './settings.js';
export { givenBy, handleAt, isMember, lookupMember, resultPath, type How } from './lookup.js';

/** One set of knowledge: ours, or ours with a user's own on top. */
export class Models {
  readonly packages: Packages;
  readonly globals: PackageModel;
  readonly #methods = new Map<string, MethodModel[]>();
  readonly #files: ReadonlyMap<string, PackageModel>;
  #takers: Set<string> | undefined;

  constructor(known: Knowledge) {
    this.packages = new Packages(known.packages);
    this.globals = globalsAsPackage(known.globals);
    for (const model of known.methods) {
      this.#methods.set(model.method, [...(this.#methods.get(model.method) ?? []), model]);
    }
    this.#files = new Map(known.files.map(({ file, ...model }) => [file, { package: file, ...model }]));
  }

  /** Last names of everything known that takes a lock, by whatever it is reached. */
  get takers(): ReadonlySet<string> {
    if (!this.#takers) {
      this.#takers = this.packages.takers;
      takersOf(this.globals, this.#takers);
      for (const [name, models] of this.#methods) {
        if (models.some(({ is }) => is.does === 'section' || is.does === 'acquire')) this.#takers.add(name);
      }
      for (const model of this.#files.values()) takersOf(model, this.#takers);
    }
    return this.#takers;
  }

  /** Names of what the user says that files of the project export. */
  get ownTakers(): ReadonlySet<string> {
    const names = new Set<string>();
    for (const model of this.#files.values()) takersOf(model, names);
    return names;
  }

  /** What `import … from 'name'` gives, if the package is known; subpaths are names of their own. */
  package(name: string): PackageModel | undefined {
    return this.packages.lookup(name);
  }

  /** The package for which a generator writes an export of this name into the project. */
  generated(name: string): string | undefined {
    return this.packages.generated.get(name);
  }

  /** What a user says that this file exports; the path is from the project's root, with `/`. */
  file(path: string): PackageModel | undefined {
    return this.#files.get(path);
  }

  /** What a call of this global does: `fetch`, `window.fetch`, `navigator.locks.request`, `LockManager#request`. */
  global(path: string, how: How = 'call'): readonly Does[] {
    return lookupMember(this.globals, path.replace(/^(?:(?:globalThis|window|self|global)\.)+/, ''), how);
  }

  /**
   * What a method of this name does on a receiver of which nothing else is known.
   *
   * @param receiver the receiver's own name: `lock` of `this.#lock.acquire()`.
   */
  methods(name: string, receiver = ''): readonly MethodModel[] {
    return (this.#methods.get(name) ?? []).filter((model) => !model.receiver || model.receiver.test(receiver));
  }
}

export const builtInKnowledge: Knowledge = {
  packages: [...lockPackages, ...transactionPackages, ...waitPackages, ...ioPackages, ...runnerPackages, ...handlePackages],
  globals: { ...lockGlobals, ...waitGlobals, ...ioGlobals },
  methods: methodModels,
  files: [],
};

export const builtIn = new Models(builtInKnowledge);

/** Our knowledge and a user's; where both say something of one path, the user's counts. */
export function modelsWith(user: Knowledge): Models {
  return new Models({
    packages: [...builtInKnowledge.packages, ...user.packages],
    globals: { ...builtInKnowledge.globals, ...user.globals },
    methods: [...user.methods, ...builtInKnowledge.methods],
    files: user.files,
  });
}

/** What our own tables know of a package. */
export function lookupPackage(name: string): PackageModel | undefined {
  return builtIn.package(name);
}

/** What our own tables know of globals: `lookupMember(globals, 'fetch')`. */
export const globals: PackageModel = builtIn.globals;
