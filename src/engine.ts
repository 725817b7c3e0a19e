/**
 * The analysis of one project as hosts use it: opened once for a folder, asked file by file.
 *
 * Work is done only where there is something to find: a file is analysed when its own text may take a lock, or the text
 * of something that it imports.
 */
import { isMainThread } from 'node:worker_threads';
import { FACTS_VERSION } from './analysis/facts/ir.js';
import { lowerFile } from './analysis/facts/lower.js';
import type { Node } from './analysis/facts/nodes.js';
import { isFindingIn, type Finding } from './analysis/finding.js';
import { Source, Sources } from './analysis/freshness/grounds.js';
import { Cache, hashOf, type Index, type Look } from './analysis/project/cache.js';
import { isSource, readSource, whyGenerated } from './analysis/project/files.js';
import { Imports } from './analysis/project/imports.js';
import { Project, type Problem, type ProjectOptions } from './analysis/project/project.js';
import { heirsIn, importsIn, isTestFile, mayConfigure, mayLock, mayRace, reexportsIn } from './analysis/project/scan.js';
import { Analysis } from './analysis/summaries/analysis.js';
import { TakerIndex } from './analysis/summaries/taker-index.js';
import { builtIn, type Models, modelsWith, parseSettings } from './models/index.js';
import type { CommonOptions, Rule } from './rules/rule.js';
import { BUILT, version } from './version.js';

const NOTHING_SEEN: Look = { locks: false, races: false, configures: false, heirs: [], imports: [], reexports: [], hash: '' };

/** Files that are looked at for changes each time, and those that are when it is their turn: some 2 ms together. */
const MOST_NEAR = 200;
const MOST_IN_TURN = 100;

/** A text that a host has given. */
interface Given {
  readonly hash: string;
  readonly length: number;
  /** The text itself, where it is not what is on disk. */
  readonly unsaved?: string;
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
  /** A text is not what it was on disk at first: findings that rest on it are not kept, nor are kept ones true. */
  #moved = false;
  /** Where the next look for changed files begins. */
  #turn = 0;
  #heirs: Map<string, string[]> | undefined;
  readonly #heirsRead = new Source();
  readonly #looksRead = new Sources<string>();
  readonly #lockFilesRead = new Source();
  #takers: TakerIndex | undefined;
  readonly #imports: Imports;
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
    this.#imports = new Imports(this.project, (file) => this.#look(file));
    this.#words = wordsOf(settings);
    this.#analysis = this.#newAnalysis();
    if (options.read === undefined) {
      const key = `${version}\0${BUILT}\0${FACTS_VERSION}\0${written(settings)}`;
      this.#cache = new Cache(key, this.project);
    }
  }

  get analysis(): Analysis {
    return this.#analysis;
  }

  /** The same with the names known by which locks are taken: for questions that no rule asks. */
  get prepared(): Analysis {
    this.#takersOfAll();
    return this.#analysis;
  }

  #newAnalysis(): Analysis {
    const analysis = new Analysis(this.project, this.#models, (name) => {
      this.#heirsRead.read();
      return this.#heirsOf(name);
    });
    analysis.callerHolds = this.#callerHolds;
    analysis.look = (file) => {
      this.#looksRead.read(file);
      return this.#look(file);
    };
    analysis.imports = this.#imports;
    analysis.lockFiles = () => {
      this.#lockFilesRead.read();
      return this.project.files.filter((file) => this.isInteresting(file));
    };
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
    const last = this.#tree;
    if (program !== undefined && last?.file === file && last.program === program && last.text === text) return;
    this.#tree = { file, text, program };
    // The same file comes again only to a process that lives on: an editor's.
    if (this.#given.has(file)) this.#refresh(file);
    else if (isSource(file) && this.project.add(file)) this.#comes();
    const before = this.#given.get(file);
    const old = this.#look(file);
    const hash = hashOf(text);
    if (before?.hash === hash) return;
    const saved = old.hash === hash;
    this.#given.set(file, { hash, length: text.length, ...(!saved && { unsaved: text }) });
    if (saved && before === undefined) return;
    if (!saved) this.#moved = true;
    this.#replace(file, old, this.#lookAt(text));
  }

  /** What is known of a file, and of all that rests on it, is of another text. */
  #replace(file: string, old: Look, look: Look): void {
    const isKnown = this.project.has(file);
    const wasInteresting = this.#interesting.get(file);
    this.#looks.set(file, look);
    if (old.locks === look.locks) this.#interesting.delete(file);
    else this.#interesting.clear();
    if (!this.project.follows) {
      // From the first change on it is noted what rests on what; what has been answered until then was not.
      this.project.follow();
      this.#beginAnew();
    }
    this.project.change(file);
    this.#adopt(file);
    // What has changed in it is found by comparing.
    if (isKnown) this.project.facts(file);
    const differs = (part: 'heirs' | 'imports' | 'reexports'): boolean => old[part].join() !== look[part].join();
    if (differs('heirs')) {
      this.#heirs = undefined;
      this.#heirsRead.change();
    }
    if (differs('imports') || differs('reexports')) {
      this.#imports.change(file);
      this.#interesting.clear();
    }
    if (old.locks !== look.locks || old.races !== look.races || old.configures !== look.configures) this.#looksRead.change(file);
    const isInteresting = this.#takers && this.isInteresting(file);
    if (wasInteresting !== isInteresting || differs('imports') || differs('reexports')) this.#lockFilesRead.change();
    // Names by which locks are taken come; that one takes none any more is found when it is looked at.
    if (!this.#takers?.change(file, (one) => this.isInteresting(one))) return;
    this.#interesting.clear();
    this.#beginAnew();
  }

  /** Forgets every answer, but for the names by which locks are taken. */
  #beginAnew(): void {
    const { takerNames } = this.#analysis;
    this.project.followAnew();
    this.#takers?.letGo();
    this.#analysis = this.#newAnalysis();
    this.#analysis.takerNames = takerNames;
  }

  /** Files have come or gone: imports may lead elsewhere. */
  #comes(): void {
    this.project.forgetFolders();
    this.project.forgetExports();
    this.#imports.forget();
    this.#heirs = undefined;
    this.#interesting.clear();
    this.#beginAnew();
  }

  /**
   * Looks for files that have changed on disk since they were read: those that a file leads to each time, and the
   * others in turn, so that what it costs does not grow with the project.
   */
  #refresh(file: string): void {
    for (const changed of this.#cache?.changed([...this.#imports.near(file, MOST_NEAR), ...this.#inTurn()]) ?? []) {
      if (changed === file) continue;
      const old = this.#looks.get(changed);
      // Of two texts that differ, the one on disk is the later: who has typed the other will come with it again.
      this.#given.delete(changed);
      let look = NOTHING_SEEN;
      try {
        look = this.#lookAt(this.project.text(changed));
      } catch {
        // It has gone.
      }
      this.#moved = true;
      this.#replace(changed, old ?? NOTHING_SEEN, look);
      if ((old ?? NOTHING_SEEN) === NOTHING_SEEN || look === NOTHING_SEEN) this.#comes();
    }
    const look = this.#look(file);
    const missing = look.imports.filter((specifier) => mayBeSource(specifier) && this.project.resolve(file, specifier) === undefined);
    if (missing.length === 0) return;
    this.project.forgetFolders();
    if (!missing.some((specifier) => this.project.resolve(file, specifier) !== undefined)) return;
    this.#moved = true;
    this.#comes();
  }

  #inTurn(): string[] {
    const { files } = this.project;
    if (this.#turn >= files.length) this.#turn = 0;
    const from = this.#turn;
    this.#turn += MOST_IN_TURN;
    return files.slice(from, from + MOST_IN_TURN);
  }

  /** Makes the facts of a text that a host has given from the host's own tree. */
  #adopt(file: string): void {
    if (this.project.has(file) || this.#tree?.file !== file || this.#tree.program === undefined) return;
    const problem = whyGenerated(this.#tree.text);
    if (problem !== undefined) {
      this.project.setProblem(file, problem);
      return;
    }
    try {
      this.project.setFacts(file, lowerFile(this.#tree.program as Node, this.#tree.text));
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      this.project.setProblem(file, 'nested too deeply to analyse');
    }
  }

  /** Whether there can be anything to find in a file. */
  isInteresting(file: string): boolean {
    const known = this.#interesting.get(file) ?? (this.#moved ? undefined : this.#cache?.interesting(file));
    if (known !== undefined) return known;
    const answer = this.#look(file).locks || this.#takersOfAll().uses(file);
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

  /** Where locks are taken for callers, found when it is first asked for. */
  #takersOfAll(): TakerIndex {
    if (!this.#takers) {
      const takers = new TakerIndex(
        () => this.analysis,
        this.#imports,
        (file) => this.#textOf(file),
      );
      this.#takers = takers;
      const find = (): true => {
        takers.find(this.project.files.filter((file) => this.#look(file).locks));
        // Other threads wait for it.
        if (!isMainThread) this.#cache?.write(this.#index());
        return true;
      };
      const restore = (): true | undefined => {
        const kept = this.#cache?.takers;
        if (kept) takers.restore(kept);
        return kept && true;
      };
      if (this.#moved || !this.#cache) find();
      else this.#cache.once(restore, find);
    }
    return this.#takers;
  }

  #textOf(file: string): string | undefined {
    try {
      return this.#given.get(file)?.unsaved ?? this.project.text(file);
    } catch {
      return undefined;
    }
  }

  /** What other threads and later runs are spared. */
  #index(): Index {
    const takers = this.#takers?.kept();
    return { looks: this.#looks, interesting: this.#interesting, problems: this.fileProblems, notes: this.problems, ...(takers && { takers }) };
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
    this.#cache?.begin();
    const key = `${rule.name} ${JSON.stringify(options)}`;
    if (!this.#moved) {
      const kept = this.#cache?.findings(key, file);
      if (kept !== undefined && this.#areSound(rule, file, kept)) return kept;
    }
    let found: Finding[] = [];
    if (this.#concerns(rule, file, options)) {
      this.#adopt(file);
      // Before anything is asked: answers rest on the names by which locks are taken.
      this.#takersOfAll();
      try {
        found = rule.find(this.analysis, file, options);
      } catch (error) {
        // What was in the making is half done: the next question begins anew.
        this.#beginAnew();
        throw error;
      }
    }
    if (!this.#moved) this.#cache?.keep(key, file, found);
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
    if (!this.#moved) this.#cache?.save(this.#index());
  }
}

/** A relative import that names a file of ours, and no stylesheet or picture. */
const mayBeSource = (specifier: string): boolean => /^\.{1,2}(?:$|\/(?:.*\/)?(?:[^./]*|[^/]*\.[cm]?[jt]sx?)$)/.test(specifier);

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
