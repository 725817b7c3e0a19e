/**
 * The files of one project, their facts, and what their imports and exports mean. Facts are made on demand and kept
 * until a file changes; nothing here knows about locks.
 */
import { Answers, Source, Sources } from '../freshness/grounds.js';
import { LiveFile, Table } from '../freshness/live-facts.js';
import { same } from '../freshness/same.js';
import { EXPORT_ALL, type ExportFact, type FileFacts, type Temp, type VarIndex } from '../facts/ir.js';
import { positionOf } from '../facts/nodes.js';
import { belongs, findSourcesSync, Folders, readSource, type Listing } from './files.js';
import { parseFacts } from './parse.js';
import { Resolver, type Target } from './resolve.js';
import { Words } from './words.js';

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
  /** Whether there are facts. */
  readonly presence: Source;
}

/** A question about texts, and the answers that are known. */
interface InTexts<T> {
  readonly work: (text: string) => T;
  readonly answers: Map<string, T | undefined>;
  readonly sources: Sources<string>;
}

type OwnExport = Exclude<ExportFact, { star: true }>;

const exportsByName = new Table((facts: FileFacts) => new Map(facts.exports.flatMap((e): [string, OwnExport][] => ('star' in e ? [] : [[e.name, e]]))));
const starsOf = new Table((facts: FileFacts) => new Map([['*', facts.exports.flatMap((e) => ('star' in e ? [e.from] : []))]]));
const typesByName = new Table((facts: FileFacts) => new Map(facts.types.map((type, i) => [type.name, i])));
/** Those of the module's own scope first. */
const varsByName = new Table((facts: FileFacts) => {
  const vars = new Map<string, VarIndex>();
  facts.vars.forEach((v, i) => {
    const known = vars.get(v.name);
    if (known === undefined || (v.owner === 0 && facts.vars[known]!.owner !== 0)) vars.set(v.name, i);
  });
  return vars;
});

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
  #exported = new Answers<string, { readonly is: Exported | undefined }>(false);
  /** Answers about texts alone, by question and file. */
  readonly #inTexts = new Map<string, InTexts<unknown>>();
  /** Files change, and it is noted what rests on them. */
  #follows = false;
  /** What was known of files whose text has changed. */
  readonly #former = new Map<string, Entry>();
  readonly #texts = new Sources<string>();
  /** The words of all texts. */
  readonly words = new Words((file) => this.#read(file));

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

  /** A file that may have been made since the project was opened; whether it has. */
  add(file: string): boolean {
    if (this.#isListed(file) || !belongs(this.root, file)) return false;
    const { files, ...others } = this.#list();
    this.#listing = { ...others, files: [...files, file].sort() };
    this.#listed = undefined;
    this.forgetFolders();
    return true;
  }

  /** Imports are resolved anew: files may have come where there were none. */
  forgetFolders(): void {
    this.#folders = new Folders(this.root);
    this.#resolver = undefined;
  }

  /** What files export is found anew. */
  forgetExports(): void {
    this.#exported = new Answers(this.#follows);
  }

  get follows(): boolean {
    return this.#follows;
  }

  /** From now on it is noted what rests on which file, so that only that goes when one changes. */
  follow(): void {
    this.#follows = true;
  }

  /** Every answer is forgotten: nothing rests on anything. */
  followAnew(): void {
    if (!this.#follows) return;
    for (const [file, { facts, problem }] of this.#entries) {
      const live = facts && new LiveFile(facts instanceof LiveFile ? facts.raw : facts);
      this.#entries.set(file, { facts: live, presence: new Source(), ...(problem !== undefined && { problem }) });
    }
    this.#exported = new Answers(true);
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
    this.#texts.read(file);
    return this.#read(file);
  }

  /**
   * The answer to a question about a file's text alone, kept until that changes; undefined where it cannot be read.
   *
   * @param question Says the same of a text whenever it is the same.
   */
  inText<T>(question: string, file: string, work: (text: string) => T): T | undefined {
    let known = this.#inTexts.get(question) as InTexts<T> | undefined;
    if (!known) this.#inTexts.set(question, (known = { work, answers: new Map(), sources: new Sources() }));
    if (this.#follows) known.sources.read(file);
    if (!known.answers.has(file)) known.answers.set(file, this.#inText(known, file));
    return known.answers.get(file);
  }

  #inText<T>({ work }: InTexts<T>, file: string): T | undefined {
    try {
      return work(this.#read(file));
    } catch {
      return undefined;
    }
  }

  facts(file: string): FileFacts | undefined {
    const { facts, presence } = this.#entry(file);
    if (this.#follows) presence.read();
    return facts;
  }

  /** Why a file has no facts; undefined where it has. */
  problemOf(file: string): string | undefined {
    return this.#entry(file).problem;
  }

  #entry(file: string): Entry {
    const known = this.#entries.get(file);
    if (known) return known;
    try {
      const { facts, problem } = parseFacts(file, this.#read(file));
      return this.#put(file, facts, problem);
    } catch (error) {
      return this.#put(file, undefined, error instanceof Error ? error.message : String(error));
    }
  }

  #put(file: string, facts: FileFacts | undefined, problem?: string): Entry {
    const before = this.#former.get(file) ?? this.#entries.get(file);
    this.#former.delete(file);
    const presence = before?.presence ?? new Source();
    const entry: Entry = { facts: facts && this.#follows ? new LiveFile(facts, before?.facts as LiveFile | undefined) : facts, presence, ...(problem !== undefined && { problem }) };
    this.#entries.set(file, entry);
    if (!this.#follows) this.#exported.clear();
    else if ((before?.facts === undefined) !== (facts === undefined)) {
      presence.change();
      if (!facts) (before?.facts as LiveFile | undefined)?.changeAll();
    }
    return entry;
  }

  /** Puts facts in place that a host or a cache has made. */
  setFacts(file: string, facts: FileFacts): void {
    this.#put(file, facts);
  }

  /** Notes that a host's text could not be made into facts. */
  setProblem(file: string, problem: string): void {
    this.#put(file, undefined, problem);
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
    const facts = this.facts(file);
    return facts && typesByName.get(facts, name);
  }

  /** A variable of this name, one of the module's own scope first. */
  varNamed(file: string, name: string): VarIndex | undefined {
    const facts = this.facts(file);
    return facts && varsByName.get(facts, name);
  }

  /** What a name exported by a file is, through any number of re-exports. */
  exported(file: string, name: string): Exported | undefined {
    const key = `${file}\0${name}`;
    const known = this.#exported.get(key);
    if (known) return known.is;
    const found = this.#exported.within(key, () => this.#findExport(file, name, new Set()));
    this.#exported.set(key, { is: found });
    return found;
  }

  #findExport(file: string, name: string, seen: Set<string>): Exported | undefined {
    if (name === '*') return { k: 'namespace', file };
    if (seen.has(file)) return undefined;
    seen.add(file);
    const facts = this.facts(file);
    if (!facts) return undefined;
    const own = exportsByName.get(facts, name);
    if (own) {
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
    // CommonJS: `module.exports = x` is the default, too.
    if (name === 'default') return exportsByName.get(facts, EXPORT_ALL) && this.exported(file, EXPORT_ALL);
    if (name === EXPORT_ALL) return { k: 'namespace', file };
    for (const from of starsOf.get(facts, '*')!) {
      const found = this.#followed(file, from, name, seen);
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

  /** What a file exports by `module.exports = …`, where it does. */
  commonJsExport(file: string): Exported | undefined {
    const whole = this.exported(file, EXPORT_ALL);
    return whole?.k === 'namespace' ? undefined : whole;
  }

  line(file: string, offset: number): number {
    const facts = this.facts(file);
    return facts ? positionOf(facts.lines, offset).line : 1;
  }

  /** Forgets what is known of a file whose text has changed. */
  change(file: string): void {
    const entry = this.#entries.get(file);
    this.#entries.delete(file);
    this.words.change(file);
    if (!this.#follows) {
      for (const { answers } of this.#inTexts.values()) answers.delete(file);
      this.#exported.clear();
      return;
    }
    if (entry) this.#former.set(file, entry);
    this.#texts.change(file);
    for (const known of this.#inTexts.values()) {
      if (!known.answers.has(file)) continue;
      const answer = this.#inText(known, file);
      if (same(answer, known.answers.get(file))) continue;
      known.answers.set(file, answer);
      known.sources.change(file);
    }
  }
}
