/** `lockwright check --explain FILE:LINE`: all that is known of the locks held in one line. Prints nothing. */
import path from 'node:path';
import type { FunctionFact } from '../analysis/facts/ir.js';
import { lineStarts, positionOf } from '../analysis/facts/nodes.js';
import type { Finding } from '../analysis/finding.js';
import { isTestFile } from '../analysis/project/scan.js';
import type { Analysis } from '../analysis/summaries/analysis.js';
import type { Effect, LockRef, Step } from '../analysis/summaries/effect.js';
import type { Happening } from '../analysis/summaries/held.js';
import { identityOf, innermostFunction, regionsIn, type Lines, type Region } from '../analysis/summaries/regions.js';
import { Engine } from '../engine.js';
import { lockName } from '../rules/held-too-long.js';
import { messageOf, type CommonOptions, type Rule } from '../rules/rule.js';
import { defect, engineProblems, fileProblem, readSettings, settingProblem } from './problems.js';
import type { Problem } from './report.js';
import { Sources } from './sources.js';
import { suppressionsIn, type IsSuppressed } from './suppressions.js';
import { targetsOf } from './targets.js';

/** A call or expression with the file and line where it stands. */
export interface Spot {
  readonly label: string;
  readonly file: string;
  readonly line: number;
}

export interface ExplainedEvent {
  readonly line: number;
  readonly kind: Happening['effect']['kind'];
  /** What happens: `sleep`, `await of load()`, `takes other`. */
  readonly what: string;
  readonly confidence: 'certain' | 'likely';
  readonly verdict: string;
  readonly isReported: boolean;
  readonly chain: readonly Spot[];
}

export interface ExplainedRegion {
  /** As messages name the lock. */
  readonly lock: string;
  readonly kind: string;
  readonly identity: string;
  readonly taken: Spot;
  /** By what it is known to be taken here. */
  readonly how: string;
  readonly parts: readonly { readonly fn: string; readonly how: 'taken' | 'entered' | 'handed'; readonly lines: readonly Lines[] }[];
  readonly letGo: readonly string[];
  readonly events: readonly ExplainedEvent[];
  readonly unknown: readonly Spot[];
  /** Reports by the other rules on what stands in it, or on the acquisition. */
  readonly others: readonly string[];
}

export interface Explanation {
  readonly file: string;
  readonly line: number;
  readonly fn: string;
  readonly regions: readonly ExplainedRegion[];
  /** Where no lock is known to be held in the line. */
  readonly otherwise?: {
    readonly why: string;
    readonly nearest: readonly { readonly lock: string; readonly taken: Spot; readonly lines: readonly Lines[] }[];
    /** What calling the function around the line does. */
    readonly does: readonly { readonly kind: Effect['kind']; readonly what: string; readonly certain: boolean; readonly chain: readonly Spot[] }[];
  };
  readonly problems: readonly Problem[];
  readonly incomplete: boolean;
}

export interface ExplainOptions {
  /** Absolute; the file is relative to it. */
  readonly cwd: string;
  readonly file: string;
  readonly line: number;
  readonly rules: readonly Rule[];
}

export function explain({ cwd, file: given, line, rules }: ExplainOptions): Explanation {
  const { targets, problems } = targetsOf(cwd, [given]);
  const target = targets[0];
  const file = target && [...target.named][0];
  const nothing = { file: file ?? path.resolve(cwd, given), line, fn: '', regions: [], incomplete: true };
  if (!target || file === undefined) {
    const isFolder = (target?.folders.length ?? 0) > 0;
    return { ...nothing, problems: problems.length > 0 ? problems : [{ file: given, message: isFolder ? 'a folder; name one file' : 'nothing runs in it' }] };
  }
  const { settings, problem } = readSettings(target.root);
  const engine = new Engine(target.root, settings);
  const wrong = [...engine.settingErrors.map((message) => settingProblem(target.root, message)), ...(problem ? [problem] : [])];
  const unusable = engine.project.problemOf(file);
  if (unusable !== undefined) return { ...nothing, problems: [...wrong, fileProblem(file, unusable)] };
  const facts = engine.project.facts(file)!;
  if (line > facts.lines.length) return { ...nothing, problems: [...wrong, { file, message: `it has ${facts.lines.length} lines` }] };
  try {
    const explained = new Explainer(engine, file, line, rules).explain();
    return { ...explained, problems: [...wrong, ...engineProblems(engine.problems)], incomplete: wrong.length > 0 };
  } catch (error) {
    return { ...nothing, problems: [...wrong, defect(file, undefined, error)] };
  }
}

/** Which rule speaks of what happens. */
const RULE_OF: Readonly<Record<Happening['effect']['kind'], string>> = {
  sleep: 'no-sleep-in-lock',
  retry: 'no-retry-in-lock',
  callback: 'no-callback-in-lock',
  network: 'no-await-in-lock',
  process: 'no-await-in-lock',
  event: 'no-await-in-lock',
  storage: 'no-await-in-lock',
  acquire: 'no-self-deadlock',
  await: 'no-await-in-lock',
};

const NAMES: Readonly<Record<Effect['kind'], string>> = {
  sleep: 'a sleep',
  retry: 'a retry',
  network: 'the network',
  process: 'another process',
  event: 'an event that another party must bring about',
  storage: 'storage',
  callback: 'code of others',
  acquire: 'an acquisition',
};

const DOUBTS: Readonly<Record<NonNullable<Happening['doubt']>, string>> = {
  harmless: 'nobody waits for the notification, and nothing here rests on what it does',
  ended: 'the signal of the section ends the wait',
  once: 'it is done once for all who wait for the lock',
  shared: 'who is called is given the transaction, and works in it',
  far: 'the way there hangs on many conditions',
  same: 'it is one lock of many: who waits for it wants the same thing',
  purpose: 'the lock exists for it: all who take it come for something that takes long',
};

const OF_NESTED: ReadonlySet<string> = new Set(['no-self-deadlock', 'no-lock-order-inversion']);

interface Level {
  readonly findings: readonly Finding[];
}

class Explainer {
  readonly #analysis: Analysis;
  readonly #starts: readonly number[];
  readonly #isSuppressed: IsSuppressed;
  /** By default, with what is likely, and with every option turned on. */
  readonly #levels: { readonly certain: Level; readonly likely: Level; readonly every: Level };
  readonly #rules: ReadonlyMap<string, Rule>;

  constructor(
    readonly engine: Engine,
    readonly file: string,
    readonly line: number,
    rules: readonly Rule[],
  ) {
    this.#analysis = engine.prepared;
    this.#rules = new Map(rules.map((rule) => [rule.name, rule]));
    const text = new Sources().text(file) ?? '';
    this.#starts = lineStarts(text);
    this.#isSuppressed = suppressionsIn(file, text);
    const level = (options: (rule: Rule) => CommonOptions): Level => ({ findings: rules.flatMap((rule) => engine.findings(rule, file, options(rule))) });
    this.#levels = {
      certain: level(({ defaults }) => ({ ...defaults, confidence: 'certain' })),
      likely: level(({ defaults }) => ({ ...defaults, confidence: 'likely' })),
      every: level(({ defaults, every }) => ({ ...defaults, ...every, confidence: 'likely' })),
    };
  }

  explain(): Omit<Explanation, 'problems' | 'incomplete'> {
    const { file, line } = this;
    const regions = regionsIn(this.#analysis, file);
    const here = regions.filter((region) => this.#isAt(region));
    const fn = this.#functionHere();
    return {
      file,
      line,
      fn: nameOf(this.#functions[fn]!),
      regions: here.map((region) => this.#region(region)),
      ...(here.length === 0 && {
        otherwise: {
          why: this.#whyNone(regions),
          nearest: this.#nearest(regions),
          does: this.#does(fn),
        },
      }),
    };
  }

  get #functions(): readonly FunctionFact[] {
    return this.#analysis.project.facts(this.file)!.functions;
  }

  #lineOf(offset: number): number {
    return positionOf(this.#starts, offset).line;
  }

  #spot({ label, file, s }: Step): Spot {
    return { label, file, line: this.#analysis.project.line(file, s) };
  }

  /** The function around the first thing that the line says. */
  #functionHere(): number {
    const start = this.#starts[this.line - 1]!;
    const text = (new Sources().line(this.file, this.line) ?? '').search(/\S/);
    return innermostFunction(this.#functions, start + Math.max(0, text));
  }

  /** It is taken in the line, or held there by a function that does something in the line or is the innermost around it. */
  #isAt({ lock, fn: taker, parts }: Region): boolean {
    const around = this.#functionHere();
    const first = this.#lineOf(lock.taken.s);
    if (first === this.line || (around === taker && first < this.line && this.line <= this.#lineOf(lock.taken.e))) return true;
    return parts.some(({ fn, lines }) => {
      if (!lines.some(([first, last]) => first <= this.line && this.line <= last)) return false;
      return fn === around || this.#functions[fn]!.code.some(({ s }) => this.#lineOf(s) === this.line);
    });
  }

  #region(region: Region): ExplainedRegion {
    const { lock, parts } = region;
    const known = new Set<Finding>();
    const events = [...this.#events(region, known), ...this.#nested(region, known)].sort((a, b) => a.line - b.line);
    return {
      lock: lockName(lock),
      kind: kindOf(lock),
      identity: identityOf(this.#analysis, lock.place),
      taken: this.#spot(lock.taken),
      how: this.#how(region),
      parts: parts.map(({ fn, how, lines }) => ({ fn: nameOf(this.#functions[fn]!), how, lines })),
      letGo: this.#letGo(region),
      events,
      unknown: region.unknown.map((step) => this.#spot(step)),
      others: this.#others(region, known),
    };
  }

  #how({ lock, fn, call, held }: Region): string {
    const { file } = this;
    if (call === undefined) return 'a lock of the project\'s own making, known by its shape';
    const ref = { file, fn };
    const targets = this.#analysis.targets(ref, call);
    const what = held ? 'an acquisition' : lock.chain ? 'work hung on a chain of promises' : 'a section';
    if (targets.length > 0) {
      const names = targets.map((target) => {
        const fact = this.#analysis.project.facts(target.file)!.functions[target.fn]!;
        return `${nameOf(fact)} (${this.#name(target.file)}:${this.#analysis.project.line(target.file, fact.s)})`;
      });
      const how = targets.some(({ modelled }) => modelled) ? 'which your settings describe' : 'found by what that does';
      return `${what} through ${names.join(' or ')} of this project, ${how}`;
    }
    const i = this.#functions[fn]!.code[call]!;
    const value = i.op === 'call' ? this.#analysis.values.of(ref, i.fn) : [];
    const external = value.find((ty) => ty.k === 'external');
    if (external?.k === 'external') return `${what}, by the model of ${external.package}`;
    return value.some((ty) => ty.k === 'global') ? `${what}, by the model of the platform` : `${what}, known by its shape`;
  }

  #letGo(region: Region): string[] {
    const { parts } = region;
    const source = new Sources();
    const text = source.text(this.file) ?? '';
    const said = new Set<string>();
    for (const { releases, kept, how } of parts) {
      for (const { s, e } of releases) said.add(`line ${this.#lineOf(s)}: ${snippet(text.slice(s, e))}`);
      for (const { s } of kept) said.add(`not at the return in line ${this.#lineOf(s)}: it is still held there`);
      if (how === 'handed') said.add('when the promise of the function that it runs has settled');
    }
    if (region.held === undefined && !parts.some(({ how }) => how === 'handed')) {
      said.add(parts.some(({ releases }) => releases.length > 0) ? 'at the latest when the section has ended' : 'when the promise of the section has settled');
    } else if (region.held && said.size === 0) said.add(region.held.untilEnd ? 'when the promise of the function has settled' : 'nowhere in this function');
    return [...said];
  }

  #events({ happenings, nested }: Region, known: Set<Finding>): ExplainedEvent[] {
    const told = happenings.filter(({ effect }) => effect.kind !== 'await');
    // An await is worth a line of its own where nothing else is said of what it waits for.
    const silent = happenings.filter(({ effect, s, e }) => effect.kind === 'await' && ![...told, ...nested].some((one) => one.s >= s && one.e <= e));
    return [...told, ...silent].map((happening) => {
      const { effect } = happening;
      const rule = RULE_OF[effect.kind];
      const isOne = (finding: Finding): boolean =>
        finding.rule === rule && finding.start === happening.s && finding.end === happening.e && (rule !== 'no-await-in-lock' || finding.messageId === this.#messageOf(happening));
      for (const { findings } of Object.values(this.#levels)) for (const finding of findings) if (isOne(finding)) known.add(finding);
      return {
        line: this.#lineOf(happening.s),
        kind: effect.kind,
        what: effect.kind === 'await' ? `await of \`${effect.steps[0]!.label}\`` : NAMES[effect.kind],
        confidence: effect.certain && happening.lock.certain ? 'certain' : 'likely',
        ...this.#verdict(rule, isOne, happening),
        chain: effect.kind === 'await' ? [] : effect.steps.map((step) => this.#spot(step)),
      };
    });
  }

  /** As no-await-in-lock words it. */
  #messageOf({ effect, s, e }: Happening): string {
    if (effect.kind === 'await') return 'any';
    const asNetwork = this.#levels.every.findings.some(({ rule, messageId, start, end }) => rule === RULE_OF.network && messageId === 'network' && start === s && end === e);
    return effect.kind === 'storage' && asNetwork ? 'network' : effect.kind;
  }

  #verdict(rule: string, isOne: (finding: Finding) => boolean, happening: Happening): Pick<ExplainedEvent, 'verdict' | 'isReported'> {
    const { certain, likely, every } = this.#levels;
    const reported = certain.findings.find(isOne);
    if (reported) return this.#reported(reported);
    if (likely.findings.some(isOne)) return { isReported: false, verdict: `reported with --strict only, by lockwright/${rule}: ${this.#doubt(happening)}` };
    if (every.findings.some(isOne)) return { isReported: false, verdict: `not reported: ${this.#option(rule, happening)}` };
    const { effect } = happening;
    if ('told' in effect && effect.told) return { isReported: false, verdict: 'not reported here: it is told where the lock inside is held' };
    return { isReported: false, verdict: 'not reported here: it is told of another lock or by another way to it' };
  }

  #reported(finding: Finding): Pick<ExplainedEvent, 'verdict' | 'isReported'> {
    const { rule, start } = finding;
    if (this.#isSuppressed(rule, start)) return { isReported: false, verdict: `silenced by a comment: lockwright/${rule}` };
    return { isReported: true, verdict: `reported by lockwright/${rule}` };
  }

  #option(rule: string, { effect }: Happening): string {
    const wanted = effect.kind === 'await' ? 'any' : effect.kind;
    const why = effect.kind === 'storage' ? 'waiting for what it protects is what a lock is for' : 'nothing is known of what it waits for';
    return `${why}; { effects: ['${wanted}'] } of lockwright/${rule} reports it`;
  }

  #doubt({ effect, lock, doubt }: Happening): string {
    if (isTestFile(this.file.slice(this.#analysis.project.root.length))) return 'in tests locks are held on purpose';
    if (lock.refuses) return 'whoever finds this lock taken is refused, so nobody waits for it';
    if (doubt) return DOUBTS[doubt];
    if (!lock.certain) return 'that this lock is held here is taken as likely';
    return effect.certain ? 'it rests on something taken as likely' : 'the way there rests on something taken as likely';
  }

  /** Locks that are taken meanwhile. */
  #nested({ nested }: Region, known: Set<Finding>): ExplainedEvent[] {
    return nested.map(({ take, s, e }) => {
      const isOne = (finding: Finding): boolean => OF_NESTED.has(finding.rule) && finding.start === s && finding.end === e;
      const { certain, likely } = this.#levels;
      for (const finding of [...certain.findings, ...likely.findings]) if (isOne(finding)) known.add(finding);
      const reported = certain.findings.find(isOne);
      const strict = likely.findings.find(isOne);
      const verdict = reported
        ? this.#reported(reported)
        : { isReported: false, verdict: strict ? `reported with --strict only, by lockwright/${strict.rule}` : 'not reported: it is another lock, and nowhere known to be taken the other way round' };
      return {
        line: this.#lineOf(s),
        kind: 'acquire',
        what: take.promise ? `waits for the promise of work in \`${take.lock.place.text}\`` : `takes ${lockName(take.lock)}`,
        confidence: take.certain ? ('certain' as const) : ('likely' as const),
        ...verdict,
        chain: take.steps.map((step) => this.#spot(step)),
      };
    });
  }

  #others({ lock, parts }: Region, known: ReadonlySet<Finding>): string[] {
    const isIn = (line: number): boolean => parts.some(({ lines }) => lines.some(([first, last]) => first <= line && line <= last));
    const taken = this.#lineOf(lock.taken.s);
    return this.#levels.certain.findings
      .filter((finding) => !known.has(finding) && !(finding.rule in BY_EFFECT))
      .map((finding) => ({ finding, line: this.#lineOf(finding.start) }))
      .filter(({ line }) => line === taken || isIn(line))
      .map(({ finding, line }) => {
        const silenced = this.#isSuppressed(finding.rule, finding.start) ? ' (silenced by a comment)' : '';
        return `line ${line}: lockwright/${finding.rule}${silenced}: ${messageOf(this.#rules.get(finding.rule)!, finding)}`;
      });
  }

  #whyNone(regions: readonly Region[]): string {
    if (regions.length > 0) return 'No lock is known to be held in this line.';
    const { engine, file } = this;
    if (!engine.isInteresting(file)) return 'No lock is known in this file: nothing in it, or in what it imports by name, is known to take one.';
    return 'No lock is known to be held anywhere in this file.';
  }

  #nearest(regions: readonly Region[]): NonNullable<Explanation['otherwise']>['nearest'] {
    const away = ({ lock }: Region): number => Math.abs(this.#lineOf(lock.taken.s) - this.line);
    return [...regions]
      .sort((a, b) => away(a) - away(b))
      .slice(0, 3)
      .map(({ lock, parts }) => ({ lock: lockName(lock), taken: this.#spot(lock.taken), lines: parts.flatMap(({ lines }) => lines) }));
  }

  /** What a caller of the function would do under its lock. */
  #does(fn: number): NonNullable<Explanation['otherwise']>['does'] {
    if (fn === 0) return [];
    const summary = this.#analysis.summary({ file: this.file, fn });
    return [...summary.sync, ...summary.done].map(({ kind, certain, steps }) => ({ kind, what: NAMES[kind], certain, chain: steps.map((step) => this.#spot(step)) }));
  }

  #name(file: string): string {
    const { root } = this.#analysis.project;
    return file.startsWith(`${root}/`) ? file.slice(root.length + 1) : file;
  }
}

/** Rules whose reports stand in the list of what happens. */
const BY_EFFECT: Readonly<Record<string, true>> = Object.fromEntries([...Object.values(RULE_OF), ...OF_NESTED].map((rule) => [rule, true]));

function nameOf({ name, kind }: FunctionFact): string {
  if (kind === 'module') return 'the module';
  return name === '' ? 'a function without a name' : name;
}

function kindOf(lock: LockRef): string {
  const more = [
    ...(lock.reentrant ? ['its holder may take it again'] : []),
    ...(lock.refuses || lock.tries ? ['nobody waits for it'] : []),
    ...(lock.once ? ['what runs in it is done once for all who wait'] : []),
    ...(lock.certain ? [] : ['likely']),
  ];
  return [lock.kind, ...more].join(', ');
}

/** On one line. */
function snippet(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > 60 ? `${line.slice(0, 59)}…` : line;
}
