/**
 * The files of one project, their facts, and what their imports and exports mean. Facts are made on demand and kept
 * until a file changes; nothing here knows about locks.
 */
import type { ExportFact, FileFacts, Temp, VarIndex } from '../facts/ir.js';
import { positionOf } from '../facts/nodes.js';
import { belongs, findSourcesSync, Folders, readSource, type Listing } from './files.js';
import { parseFacts } from './parse.js';
import { Resolver, type Target } from './resolve.js';

export interface Problem {
  readonly file: string;
  readonly message: string;
}

/** What an exported name is. */
export type Exported =
  | { readonly k: 'var'; readonly file: string; readonly v: VarIndex }
  | { readonly k: 'value'; readonly file: string; readonly temp: Temp }
  | { readonly k: 'type'; readonly file: string; readonly name: string }
  | { readonly k: 'namespace'; readonly file: string }
  | { readonly k: 'external'; readonly package: string; readonly name: string };

interface Entry {
  readonly facts: FileFacts | undefined;
  readonly problem?: string;
  /** Lazily made look-up tables. */
  exports?: ReadonlyMap<string, ExportFact>;
  types?: ReadonlyMap<string, number>;
  topVars?: ReadonlyMap<string, VarIndex>;
}

export interface ProjectOptions {
  /** Reads a file's text; for tests and editors. Throws where it cannot. */
  readonly read?: (file: string) => string;
  /** Packages that are known better from their model than from their source, where the project holds that too. */
  readonly isModelled?: (packageName: string) => boolean;
  /** Paths of sources and manifests, where they are known already. */
  readonly listing?: Listing;
}

export class Project {
  readonly problems: Problem[] = [];
  /** Files that were read and are not of the listing: imports lead out of the root, and hosts name others. */
  readonly outside = new Set<string>();
  readonly #entries = new Map<string, Entry>();
  #folders: Folders;
  readonly #read: (file: string) => string;
  readonly #isModelled: (packageName: string) => boolean;
  #listing: Listing | undefined;
  #listed: ReadonlySet<string> | undefined;
  #resolver: Resolver | undefined;
  readonly #exported = new Map<string, Exported | undefined>();
  /** Answers about texts alone, by question and file. */
  readonly #inTexts = new Map<string, Map<string, unknown>>();

  /** @param root Absolute path of the project's folder, with `/`. */
  constructor(
    readonly root: string,
    options: ProjectOptions = {},
  ) {
    this.#folders = new Folders(root);
    const read = options.read ?? readSource;
    this.#read = (file) => {
      if (!this.#isListed(file)) this.outside.add(file);
      return read(file);
    };
    this.#isModelled = options.isModelled ?? (() => false);
    this.#listing = options.listing;
  }

  /** Every source file below the root. */
  get files(): readonly string[] {
    return this.#list().files;
  }

  /** Everything below the root on which an answer may rest. */
  get inputs(): readonly string[] {
    const { files, manifests, configurations = [] } = this.#list();
    return [...files, ...manifests, ...configurations];
  }

  /** A file that has been made since the project was opened. */
  add(file: string): void {
    if (this.#isListed(file) || !belongs(this.root, file)) return;
    const { files, ...others } = this.#list();
    this.#listing = { ...others, files: [...files, file].sort() };
    this.#listed = undefined;
    this.forgetFolders();
  }

  /** Imports are resolved anew: files may have come where there were none. */
  forgetFolders(): void {
    this.#folders = new Folders(this.root);
    this.#resolver = undefined;
    this.#exported.clear();
  }

  #isListed(file: string): boolean {
    this.#listed ??= new Set(this.files);
    return this.#listed.has(file);
  }

  #list(): Listing {
    this.#listing ??= findSourcesSync(this.root);
    return this.#listing;
  }

  /** The text as it is on disk (or as the host's `read` gives it). Throws where it cannot be read. */
  text(file: string): string {
    return this.#read(file);
  }

  /**
   * The answer to a question about a file's text alone, kept until that changes; undefined where it cannot be read.
   *
   * @param question Says the same of a text whenever it is the same.
   */
  inText<T>(question: string, file: string, work: (text: string) => T): T | undefined {
    let answers = this.#inTexts.get(question) as Map<string, T | undefined> | undefined;
    if (!answers) this.#inTexts.set(question, (answers = new Map()));
    if (!answers.has(file)) {
      let answer: T | undefined;
      try {
        answer = work(this.#read(file));
      } catch {
        answer = undefined;
      }
      answers.set(file, answer);
    }
    return answers.get(file);
  }

  facts(file: string): FileFacts | undefined {
    return this.#entry(file).facts;
  }

  /** Why a file has no facts; undefined where it has. */
  problemOf(file: string): string | undefined {
    return this.#entry(file).problem;
  }

  #entry(file: string): Entry {
    const known = this.#entries.get(file);
    if (known) return known;
    let entry: Entry;
    try {
      const { facts, problem } = parseFacts(file, this.#read(file));
      entry = { facts, ...(problem !== undefined && { problem }) };
    } catch (error) {
      entry = { facts: undefined, problem: error instanceof Error ? error.message : String(error) };
    }
    this.#entries.set(file, entry);
    return entry;
  }

  /** Puts facts in place that a host or a cache has made. */
  setFacts(file: string, facts: FileFacts): void {
    this.#entries.set(file, { facts });
    this.#exported.clear();
  }

  /** Notes that a host's text could not be made into facts. */
  setProblem(file: string, problem: string): void {
    this.#entries.set(file, { facts: undefined, problem });
    this.#exported.clear();
  }

  /** How many files have been made into facts. */
  get size(): number {
    return this.#entries.size;
  }

  has(file: string): boolean {
    return this.#entries.has(file);
  }

  resolve(from: string, specifier: string): Target | undefined {
    this.#resolver ??= new Resolver(this.root, this.#list().manifests, this.#folders, (file, message) =>
      this.problems.push({ file, message }),
    );
    if (!/^[./#]/.test(specifier) && this.#isModelled(specifier)) {
      this.#resolver.checkConfiguration(from, specifier);
      return { package: specifier.replace(/^node:/, '') };
    }
    const target = this.#resolver.resolve(from, specifier);
    if (target?.file === undefined) return target;
    // A package that is known is what it is by whatever path it is imported.
    const name = this.#resolver.packageBehind(target.file, from);
    return name !== undefined && this.#isModelled(name) ? { package: name } : target;
  }

  /** Index of the type declaration of this name. */
  typeNamed(file: string, name: string): number | undefined {
    const entry = this.#entry(file);
    entry.types ??= new Map(entry.facts?.types.map((type, i) => [type.name, i]));
    return entry.types.get(name);
  }

  /** A variable of this name, one of the module's own scope first. */
  varNamed(file: string, name: string): VarIndex | undefined {
    const entry = this.#entry(file);
    if (!entry.topVars) {
      const vars = new Map<string, VarIndex>();
      entry.facts?.vars.forEach((v, i) => {
        const known = vars.get(v.name);
        if (known === undefined || (v.owner === 0 && entry.facts!.vars[known]!.owner !== 0)) vars.set(v.name, i);
      });
      entry.topVars = vars;
    }
    return entry.topVars.get(name);
  }

  /** What a name exported by a file is, through any number of re-exports. */
  exported(file: string, name: string): Exported | undefined {
    const key = `${file}\0${name}`;
    if (this.#exported.has(key)) return this.#exported.get(key);
    const found = this.#findExport(file, name, new Set());
    this.#exported.set(key, found);
    return found;
  }

  #findExport(file: string, name: string, seen: Set<string>): Exported | undefined {
    if (name === '*') return { k: 'namespace', file };
    if (seen.has(file)) return undefined;
    seen.add(file);
    const entry = this.#entry(file);
    const { facts } = entry;
    if (!facts) return undefined;
    entry.exports ??= new Map(
      facts.exports.filter((e): e is Exclude<ExportFact, { star: true }> => !('star' in e)).map((e) => [e.name, e]),
    );
    const own = entry.exports.get(name);
    if (own && !('star' in own)) {
      if ('v' in own) {
        const variable = facts.vars[own.v]!;
        if (variable.import !== undefined) {
          const imported = facts.imports[variable.import]!;
          return this.#followed(file, imported.from, imported.name, seen);
        }
        return { k: 'var', file, v: own.v };
      }
      if ('value' in own) return { k: 'value', file, temp: own.value };
      if ('type' in own) return { k: 'type', file, name: own.type };
      return this.#followed(file, own.from, own.imported, seen);
    }
    // CommonJS: `module.exports = x` is both the default and, through its members, every name.
    const whole = entry.exports.get('export=');
    if (whole && 'value' in whole && name === 'default') return { k: 'value', file, temp: whole.value };
    for (const star of facts.exports) {
      if (!('star' in star) || name === 'default') continue;
      const found = this.#followed(file, star.from, name, seen);
      if (found && found.k !== 'external') return found;
    }
    return undefined;
  }

  #followed(file: string, specifier: string, name: string, seen: Set<string>): Exported | undefined {
    const target = this.resolve(file, specifier);
    if (target === undefined) return undefined;
    if (target.file === undefined) return { k: 'external', package: target.package, name };
    return this.#findExport(target.file, name, seen);
  }

  /** The temp of `module.exports = …`, where a file has it. */
  commonJsExport(file: string): Temp | undefined {
    const found = this.facts(file)?.exports.find((e) => !('star' in e) && e.name === 'export=');
    return found && 'value' in found ? found.value : undefined;
  }

  line(file: string, offset: number): number {
    const facts = this.facts(file);
    return facts ? positionOf(facts.lines, offset).line : 1;
  }

  /** Forgets what is known of a file whose text has changed. */
  change(file: string): void {
    for (const answers of this.#inTexts.values()) answers.delete(file);
    this.#entries.delete(file);
    this.#exported.clear();
  }
}
