/** `lockwright check`: from paths to what there is to report. Prints nothing. */
import { accessSync, constants } from 'node:fs';
import { calleesIn } from '../analysis/summaries/statistics.js';
import { Engine } from '../engine.js';
import type { CommonOptions, Rule } from '../rules/rule.js';
import { defect, engineProblems, fileProblem, readSettings, settingProblem } from './problems.js';
import { reportOf, type Outcome, type Problem, type Report, type Statistics } from './report.js';
import { Sources } from './sources.js';
import { suppressionsIn } from './suppressions.js';
import { filesOf, targetsOf, type Target } from './targets.js';

export interface CheckOptions {
  /** Absolute; paths are relative to it. */
  readonly cwd: string;
  readonly paths: readonly string[];
  readonly rules: readonly Rule[];
  /** Report what is likely, too. */
  readonly strict: boolean;
  readonly stats: boolean;
  /** The CPU time used so far, in milliseconds. */
  readonly cpuTime?: () => number;
  /** Told before each file. */
  readonly onFile?: (file: string, done: number, total: number) => void;
}

export function check(options: CheckOptions): Outcome {
  const { targets, problems } = targetsOf(options.cwd, options.paths);
  const run = new Run(options, problems);
  for (const target of targets) run.project(target);
  // Paths that lead to declarations only were checked: there is nothing in them.
  if (run.files === 0 && targets.some(({ folders }) => folders.length > 0)) {
    run.problems.push({ message: 'nothing to check: there is no JavaScript or TypeScript file in the folders named' });
    run.incomplete = true;
  }
  const reports = run.reports.sort(byPlace);
  return {
    reports,
    problems: run.problems,
    files: run.files,
    suppressed: run.suppressed,
    incomplete: run.incomplete || (run.files > 0 && run.usable === 0),
    root: commonFolder(targets.map(({ root }) => root)) ?? options.cwd,
    rules: options.rules,
    sources: run.sources,
    ...(options.stats && { statistics: run.statistics() }),
  };
}

class Run {
  readonly reports: Report[] = [];
  readonly problems: Problem[];
  readonly sources = new Sources();
  /** Files of which nothing could be said. */
  readonly unchecked = new Set<string>();
  files = 0;
  /** Of these files, how many could be read and parsed as far as was needed. */
  usable = 0;
  suppressed = 0;
  incomplete: boolean;
  readonly #options: CheckOptions;
  #interesting = 0;
  #resolved = 0;
  #unknown = 0;
  readonly #slow: { file: string; cpuTime: number }[] = [];
  #used = { wall: 0, cpu: 0, memory: 0 };

  constructor(options: CheckOptions, problems: readonly Problem[]) {
    this.#options = options;
    this.problems = [...problems];
    this.incomplete = problems.length > 0;
  }

  project(target: Target): void {
    const { settings, problem } = readSettings(target.root);
    const engine = new Engine(target.root, settings);
    const wrong = engine.settingErrors.map((message) => settingProblem(target.root, message));
    if (problem) wrong.push(problem);
    this.problems.push(...wrong);
    if (wrong.length > 0) this.incomplete = true;

    const files = filesOf(target, engine.project.files);
    const interesting: string[] = [];
    for (const [done, file] of files.entries()) {
      this.#options.onFile?.(file, done, files.length);
      const before = this.#cpuTime();
      if (this.#file(engine, file, target.named.has(file))) interesting.push(file);
      const cpuTime = Math.round(this.#cpuTime() - before);
      if (cpuTime > SLOW) this.#slow.push({ file, cpuTime });
    }
    this.files += files.length;
    this.#interesting += interesting.length;
    this.#pause();

    // Files on the way count as well: what was to be found through them is missing.
    for (const { file, message } of engine.fileProblems) if (!this.unchecked.has(file)) this.#unusable(file, message);
    this.usable += files.filter((file) => !this.unchecked.has(file)).length;
    this.problems.push(...engineProblems(engine.problems));
    engine.save();
    if (!this.#options.stats) return;
    for (const file of interesting) this.#count(engine, file);
  }

  #cpuTime(): number {
    return (this.#options.cpuTime ?? usedTime)();
  }

  /** @returns whether there can be anything to find in it. */
  #file(engine: Engine, file: string, named: boolean): boolean {
    try {
      const interesting = engine.isInteresting(file);
      // Whoever names a file wants to know that it could be read, whatever is in it.
      const message = named || !isReadable(file) ? engine.project.problemOf(file) : undefined;
      if (message !== undefined) {
        this.#unusable(file, message);
        this.incomplete ||= named;
      }
      if (!interesting && this.#options.rules.every(({ interest }) => interest === undefined)) return false;
    } catch (error) {
      this.#failed(defect(file, undefined, error));
      return false;
    }
    const { rules, strict } = this.#options;
    const found: Report[] = [];
    for (const rule of rules) {
      const options: CommonOptions = { ...rule.defaults, confidence: strict ? 'likely' : 'certain' };
      try {
        for (const finding of engine.findings(rule, file, options)) found.push(reportOf(rule, finding, this.sources));
      } catch (error) {
        this.#failed(defect(file, rule.name, error));
      }
    }
    if (found.length === 0) return true;
    const isSuppressed = suppressionsIn(file, this.sources.text(file) ?? '');
    const kept = found.filter(({ rule, start }) => !isSuppressed(rule, start));
    this.reports.push(...kept);
    this.suppressed += found.length - kept.length;
    return true;
  }

  #unusable(file: string, message: string): void {
    this.unchecked.add(file);
    this.problems.push(fileProblem(file, message));
  }

  #failed(problem: Problem): void {
    this.problems.push(problem);
    this.incomplete = true;
  }

  #count(engine: Engine, file: string): void {
    try {
      const { resolved, unknown } = calleesIn(engine.analysis, file);
      this.#resolved += resolved;
      this.#unknown += unknown;
    } catch (error) {
      this.#failed(defect(file, 'counting callees', error));
    }
  }

  /** The figures so far: counting callees is not part of checking. */
  #pause(): void {
    this.#used = {
      wall: performance.now(),
      cpu: this.#cpuTime(),
      memory: process.resourceUsage().maxRSS * 1024,
    };
  }

  statistics(): Statistics {
    const findings: Record<string, number> = Object.fromEntries(this.#options.rules.map(({ name }) => [name, 0]));
    for (const { rule } of this.reports) findings[rule] = (findings[rule] ?? 0) + 1;
    return {
      files: this.files,
      interestingFiles: this.#interesting,
      wallTime: Math.round(this.#used.wall),
      cpuTime: Math.round(this.#used.cpu),
      slowFiles: this.#slow,
      peakMemory: this.#used.memory,
      findings,
      suppressed: this.suppressed,
      callees: { resolved: this.#resolved, unknown: this.#unknown },
    };
  }
}

/** What a file may cost, in milliseconds of CPU time, before it is told of. */
const SLOW = 1000;

function usedTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function isReadable(file: string): boolean {
  try {
    accessSync(file, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}

function byPlace(a: Report, b: Report): number {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  return a.start - b.start || a.end - b.end || (a.rule < b.rule ? -1 : a.rule > b.rule ? 1 : 0);
}

function commonFolder(folders: readonly string[]): string | undefined {
  const [first, ...others] = folders.map((folder) => folder.split('/'));
  if (!first) return undefined;
  const differs = first.findIndex((part, i) => others.some((other) => other[i] !== part));
  return first.slice(0, differs < 0 ? undefined : differs).join('/') || '/';
}
