/**
 * The analysis of one project as hosts use it: opened once for a folder, asked file by file.
 *
 * Work is done only where there is something to find: a file is analysed when its own text may take a lock, or the text
 * of something that it imports.
 */
import { statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { FACTS_VERSION } from './analysis/facts/ir.js';
import { lowerFile } from './analysis/facts/lower.js';
import type { Node } from './analysis/facts/nodes.js';
import { isFindingIn, type Finding } from './analysis/finding.js';
import { Cache, hashOf, type Look } from './analysis/project/cache.js';
import { isSource, readSource } from './analysis/project/files.js';
import { Project, type Problem, type ProjectOptions } from './analysis/project/project.js';
import { hasWord, heirsIn, importsIn, isTestFile, mayConfigure, mayLock, mayRace, reexportsIn } from './analysis/project/scan.js';
import { Analysis } from './analysis/summaries/analysis.js';
import { forgetHandles } from './analysis/summaries/handles.js';
import { forgetNesting } from './analysis/summaries/nesting.js';
import { forgetOrder } from './analysis/summaries/order.js';
import { forgetStatements } from './analysis/summaries/statements.js';
import { takersIn, type TakerNames } from './analysis/summaries/takers.js';
import { builtIn, type Models, modelsWith, parseSettings } from './models/index.js';
import { forgetListeners } from './analysis/summaries/listeners.js';
import type { CommonOptions, Rule } from './rules/rule.js';

const NOTHING_SEEN: Look = { locks: false, races: false, configures: false, heirs: [], imports: [], reexports: [], hash: '' };
/** Barrels of barrels: as deep as their re-exports are followed. */
const BARREL_DEPTH = 3;
/** Wrappers of wrappers of wrappers, each in a file that names no lock. */
const MOST_ROUNDS = 4;

const { version } = createRequire(import.meta.url)('../package.json') as { version: string };

/** When this was built: findings of another build of one version are not served. */
const BUILT = statSync(fileURLToPath(import.meta.url)).mtimeMs;

/** A text that a host has given. */
interface Given {
  readonly hash: string;
  readonly length: number;
  /** The text itself, where it is not what is on disk. */
  readonly unsaved?: string;
}

interface Takers extends TakerNames {
  readonly names: Set<string>;
  readonly own: Set<string>;
  readonly defaults: Set<string>;
}

export class Engine {
  readonly project: Project;
  readonly #models: Models;
  readonly #callerHolds: Analysis['callerHolds'];
  #analysis: Analysis;
  /** What is wrong with the user's settings, one sentence each. */
  readonly settingErrors: readonly string[];
  readonly #looks = new Map<string, Look>();
  readonly #given = new Map<string, Given>();
  /** The host's tree of the file that it is at; those before it are let go. */
  #tree: { readonly file: string; readonly text: string; readonly program: unknown } | undefined;
  readonly #cache: Cache | undefined;
  /** A host has given a text that is not on disk: findings that rest on it are not kept. */
  #unsaved = false;
  #heirs: Map<string, string[]> | undefined;
  #takers: Takers | undefined;
  /** Who imports a file, among files with facts. */
  #importers: Map<string, string[]> | undefined;
  readonly #interesting = new Map<string, boolean>();
  /** Names in the user's own models: a text with one of them may take a lock, too. */
  readonly #words: RegExp | undefined;

  /**
   * @param root Absolute path of the project's folder, with `/`.
   * @param settings The value of `settings.lockwright`, as the user wrote it.
   * @param options With `read`, nothing is cached: the texts are not those on disk.
   */
  constructor(root: string, settings?: unknown, options: ProjectOptions = {}) {
    const parsed = parseSettings(settings);
    this.settingErrors = parsed.errors;
    this.#callerHolds = parsed.settings.callerHolds;
    this.#models = settings === undefined ? builtIn : modelsWith(parsed.settings.models);
    this.project = new Project(root, {
      isModelled: (name) => this.#models.package(name) !== undefined,
      // A text that a host holds goes before what is on disk.
      read: (file) => this.#given.get(file)?.unsaved ?? readSource(file),
      ...options,
    });
    this.#words = wordsOf(settings);
    this.#analysis = this.#newAnalysis();
    if (options.read === undefined) {
      const key = `${version}\0${BUILT}\0${FACTS_VERSION}\0${written(settings)}`;
      this.#cache = new Cache(root, key, () => this.project.files);
    }
  }

  get analysis(): Analysis {
    return this.#analysis;
  }

  #newAnalysis(): Analysis {
    const analysis = new Analysis(this.project, this.#models, (name) => this.#heirsOf(name));
    analysis.callerHolds = this.#callerHolds;
    analysis.look = (file) => this.#look(file);
    analysis.lockFiles = () => this.project.files.filter((file) => this.isInteresting(file));
    return analysis;
  }

  get problems(): readonly Problem[] {
    return this.project.problems.length > 0 ? this.project.problems : (this.#cache?.notes ?? []);
  }

  /** Files that were looked into and could not be analysed, each with the reason in one sentence. */
  get fileProblems(): readonly Problem[] {
    const found = new Map((this.#cache?.problems ?? []).map((problem) => [problem.file, problem]));
    for (const file of this.project.files) {
      if (!this.project.has(file)) continue;
      const message = this.project.problemOf(file);
      if (message !== undefined) found.set(file, { file, message });
      else found.delete(file);
    }
    return [...found.values()];
  }

  /**
   * Tells the engine of a file's text and tree as the host has them.
   *
   * @param program The `Program` node of ESLint's tree; absent, the text is parsed when it is needed.
   */
  update(file: string, text: string, program?: unknown): void {
    this.#tree = { file, text, program };
    const before = this.#given.get(file);
    const old = this.#look(file);
    const hash = hashOf(text);
    if (before?.hash === hash) return;
    const saved = old.hash === hash;
    this.#given.set(file, { hash, length: text.length, ...(!saved && { unsaved: text }) });
    if (saved && before === undefined) return;
    if (!saved) this.#unsaved = true;
    const look = this.#lookAt(text);
    this.#looks.set(file, look);
    this.#interesting.delete(file);
    if (!this.project.has(file) && before === undefined) return;
    const touched = this.#resting(file);
    this.project.change(file);
    this.analysis.forget(touched);
    forgetListeners(this.analysis);
    forgetHandles(this.analysis);
    forgetStatements(this.analysis);
    forgetNesting(this.analysis, touched);
    forgetOrder(this.analysis, touched);
    if (old.heirs.join() !== look.heirs.join()) this.#heirs = undefined;
    if (old.imports.join() !== look.imports.join()) this.#importers = undefined;
    // The names by which locks are taken hardly ever change with a file; what it adds is found when it is looked at.
    if (!this.#takers) return;
    this.#adopt(file);
    if (this.#addTakers([file], this.#takers)) this.#interesting.clear();
  }

  /** The file, and every file with facts that imports it, directly or not: what is known of them may rest on it. */
  #resting(file: string): string[] {
    if (!this.#importers) {
      this.#importers = new Map();
      for (const importer of this.project.files) {
        if (!this.project.has(importer)) continue;
        for (const specifier of this.#look(importer).imports) {
          const target = this.project.resolve(importer, specifier)?.file;
          if (target === undefined) continue;
          const known = this.#importers.get(target);
          if (known) known.push(importer);
          else this.#importers.set(target, [importer]);
        }
      }
    }
    const seen = new Set([file]);
    for (const one of seen) for (const importer of this.#importers.get(one) ?? []) seen.add(importer);
    return [...seen];
  }

  /** Makes the facts of a text that a host has given from the host's own tree. */
  #adopt(file: string): void {
    if (this.project.has(file) || this.#tree?.file !== file || this.#tree.program === undefined) return;
    try {
      this.project.setFacts(file, lowerFile(this.#tree.program as Node, this.#tree.text));
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      this.project.setProblem(file, 'nested too deeply to analyse');
    }
  }

  /** Whether there can be anything to find in a file. */
  isInteresting(file: string): boolean {
    const known = this.#interesting.get(file) ?? (this.#unsaved ? undefined : this.#cache?.interesting(file));
    if (known !== undefined) return known;
    const answer = this.#look(file).locks || (this.#importsLock(file) && this.#namesTaker(file));
    this.#interesting.set(file, answer);
    return answer;
  }

  /** Whether a rule can find anything in a file; a rule about something else than locks has a test of its own. */
  #concerns<O extends CommonOptions>(rule: Rule<O>, file: string, options: O): boolean {
    if (rule.interest === undefined) return this.isInteresting(file);
    // What is found in tests is likely at most.
    if (options.confidence !== 'likely' && isTestFile(file.slice(this.project.root.length))) return false;
    const look = this.#look(file);
    return rule.interest === 'races' ? look.races : look.configures;
  }

  #importsLock(file: string): boolean {
    return this.#look(file).imports.some((specifier) => this.#leadsToLock(file, specifier, 0));
  }

  /** Whether the text has a name of a function of the project that takes a lock for its caller. */
  #namesTaker(file: string): boolean {
    this.#takers ??= this.#findTakers();
    return this.#textHas(file, this.#takers);
  }

  #textHas(file: string, { names, defaults }: TakerNames): boolean {
    if (defaults.size > 0 && this.#look(file).imports.some((specifier) => defaults.has(this.project.resolve(file, specifier)?.file ?? ''))) return true;
    if (names.size === 0) return false;
    try {
      return hasWord(this.#given.get(file)?.unsaved ?? this.project.text(file), names);
    } catch {
      return false;
    }
  }

  /**
   * Names of functions that take a lock for their caller, and of values that are locks when called, found round by
   * round: first where locks are taken at first hand, then where those names are used, and so on.
   */
  #findTakers(): Takers {
    const all: Takers = { names: new Set(), own: new Set(), defaults: new Set() };
    const looked = new Set<string>();
    let next = this.project.files.filter((file) => this.#look(file).locks);
    for (let round = 0; round < MOST_ROUNDS && next.length > 0; round++) {
      for (const file of next) looked.add(file);
      const fresh = this.#addTakers(next, all);
      if (!fresh) break;
      next = this.project.files.filter((file) => (looked.has(file) || this.#importsLock(file)) && this.#textHas(file, fresh));
    }
    return all;
  }

  /** Adds what locks are taken by through these files to what is known; gives what is new, if anything is. */
  #addTakers(files: readonly string[], known: Takers): TakerNames | undefined {
    const { analysis } = this;
    const names = new Set<string>();
    const defaults = new Set<string>();
    for (const file of files) {
      const found = takersIn(analysis, file);
      for (const name of found.names) if (!analysis.takerNames.own.has(name)) names.add(name);
      if (found.isDefault && !known.defaults.has(file)) defaults.add(file);
    }
    if (names.size === 0 && defaults.size === 0) return undefined;
    for (const name of names) {
      known.names.add(name);
      known.own.add(name);
    }
    for (const file of defaults) known.defaults.add(file);
    analysis.takerNames = {
      names: new Set([...analysis.takerNames.names, ...names]),
      own: new Set([...analysis.takerNames.own, ...names]),
      defaults: new Set(known.defaults),
    };
    return { names, own: names, defaults };
  }

  #leadsToLock(file: string, specifier: string, depth: number): boolean {
    const target = this.project.resolve(file, specifier);
    if (target?.file === undefined) return false;
    const look = this.#look(target.file);
    if (look.locks) return true;
    if (depth < BARREL_DEPTH && look.reexports.some((next) => this.#leadsToLock(target.file, next, depth + 1))) return true;
    // What a container hands out may come from one file further.
    return depth === 0 && look.imports.some((next) => this.#leadsToLock(target.file, next, BARREL_DEPTH));
  }

  #look(file: string): Look {
    let look = this.#looks.get(file) ?? this.#cache?.look(file);
    if (!look) {
      try {
        look = this.#lookAt(this.project.text(file));
      } catch {
        look = NOTHING_SEEN;
      }
    }
    this.#looks.set(file, look);
    return look;
  }

  #lookAt(text: string): Look {
    return {
      locks: mayLock(text) || (this.#words?.test(text) ?? false),
      races: mayRace(text),
      configures: mayConfigure(text),
      heirs: heirsIn(text),
      imports: importsIn(text),
      reexports: reexportsIn(text),
      hash: hashOf(text),
    };
  }

  #heirsOf(name: string): readonly string[] {
    if (!this.#heirs) {
      this.#heirs = new Map();
      for (const file of this.project.files) {
        if (isTestFile(file.slice(this.project.root.length))) continue;
        for (const base of this.#look(file).heirs) {
          const files = this.#heirs.get(base);
          if (files) files.push(file);
          else this.#heirs.set(base, [file]);
        }
      }
    }
    return this.#heirs.get(name) ?? [];
  }

  /** @throws Error only on a defect of ours; bad input has no findings. */
  findings<O extends CommonOptions>(rule: Rule<O>, file: string, options: O): readonly Finding[] {
    const key = `${rule.name} ${JSON.stringify(options)}`;
    if (!this.#unsaved) {
      const kept = this.#cache?.findings(key, file);
      if (kept !== undefined && this.#areSound(rule, file, kept)) return kept;
    }
    let found: Finding[] = [];
    if (this.#concerns(rule, file, options)) {
      this.#adopt(file);
      // Before anything is asked: answers rest on the names by which locks are taken.
      this.#takers ??= this.#findTakers();
      try {
        found = rule.find(this.analysis, file, options);
      } catch (error) {
        // What was in the making is half done: the next question begins anew.
        const { takerNames } = this.analysis;
        this.#analysis = this.#newAnalysis();
        this.#analysis.takerNames = takerNames;
        throw error;
      }
    }
    if (!this.#unsaved) this.#cache?.keep(key, file, found);
    return found;
  }

  /** Whether findings out of the cache can be ours: hosts take them as they are. */
  #areSound(rule: Rule<CommonOptions>, file: string, kept: readonly Finding[]): boolean {
    if (kept.length === 0) return true;
    const here = { path: file, length: this.#given.get(file)?.length ?? this.#lengthOf(file) };
    return kept.every(
      (finding) =>
        isFindingIn(here, finding) && finding.rule === rule.name &&
        [finding, ...(finding.suggestions ?? [])].every(({ messageId }) => Object.hasOwn(rule.messages, messageId)) &&
        // A host reads the files of a trace.
        finding.trace.every((step) => step.file.startsWith(`${this.project.root}/`) && isSource(step.file)),
    );
  }

  #lengthOf(file: string): number {
    try {
      return this.project.text(file).length;
    } catch {
      return 0;
    }
  }

  /** Keeps what was found for the next run. */
  save(): void {
    if (!this.#unsaved) this.#cache?.save(this.#looks, this.#interesting, this.fileProblems, this.problems);
  }
}

/** Settings as text, by which engines and caches are told apart. */
export function written(settings: unknown): string {
  if (settings === undefined) return '';
  try {
    return JSON.stringify(settings, (_, value: unknown) => (value instanceof RegExp ? String(value) : value)) ?? '';
  } catch {
    // In circles, or nested without end: the check of the settings says what is wrong with them.
    return '';
  }
}

/** The names that the user's models speak of. */
function wordsOf(settings: unknown): RegExp | undefined {
  const text = written(settings);
  if (text === '') return undefined;
  const names = new Set<string>();
  const collect = (value: unknown): void => {
    if (typeof value === 'string') {
      for (const word of value.split(/[^\w$]+/)) if (word.length > 2) names.add(word);
    } else if (Array.isArray(value)) value.forEach(collect);
    else if (typeof value === 'object' && value !== null) Object.entries(value).flat().forEach(collect);
  };
  collect(JSON.parse(text));
  return names.size > 0 ? new RegExp(`\\b(?:${[...names].map((name) => name.replaceAll('$', '\\$')).join('|')})\\b`) : undefined;
}
