/**
 * The questions that rules ask of a project, and the answers kept: what calls do, what functions do in sum, which locks
 * are held where. Summaries are worked out from callees to callers; functions that call each other are repeated until
 * nothing changes.
 */
import type { Models } from '../../models/index.js';
import { PerFile } from '../freshness/grounds.js';
import { MOST_TEMPS, type InstructionOf, type Temp } from '../facts/ir.js';
import { Imports } from '../project/imports.js';
import type { Project } from '../project/project.js';
import type { Look } from '../project/cache.js';
import { heirsIn, importsIn, mayLock, reexportsIn } from '../project/scan.js';
import { awaitedBy, awaitsOf, type Awaited, type Awaits } from './awaiting.js';
import { EMPTY_SUMMARY, keyOfEffect, paramKey, type Aspect, type Aspects, type Effect, type LockRef, type NetAcquire, type NetRelease, type ParamCall, type ParamPath, type Step, type Summary } from './effect.js';
import { flowOf, type Flow } from './flow.js';
import { ProjectHierarchy } from './hierarchy.js';
import { shapeOps, type ShapeOps } from './home-grown.js';
import { Knowledge } from './knowledge.js';
import { Outcomes, type AcquireOutcome, type Invocation, type Outcome, type OutcomePart, type ReleaseOutcome, type Target } from './outcomes.js';
import { Places } from './places.js';
import { summarise } from './summarise.js';
import type { TakerNames } from './takers.js';
import { Values, type FnRef } from './values.js';

interface Open {
  readonly depth: number;
  /** The shallowest function in progress that this one's answer rests on. */
  low: number;
  /** Somebody asked for it while it was in progress. */
  again: boolean;
}

const ASPECTS: readonly Aspect[] = ['effects', 'runs', 'acquires', 'releases'];

/** An answer, with the shallowest function in progress that it rests on. */
interface Kept<T> {
  readonly answer: T;
  readonly low: number;
  readonly epoch: number;
}

/** Rounds after which a group of functions that call each other is taken as it is. */
const MOST_ROUNDS = 6;
/** Chains of calls deeper than this are cut: the stack has an end, and nobody reads such a message. */
const DEEPEST = 200;

/** A function's answers of one kind, each worked out when it is asked for. */
class LazySummary implements Summary {
  constructor(
    readonly analysis: Analysis,
    readonly ref: FnRef,
  ) {}

  get sync(): readonly Effect[] {
    return this.analysis.part(this.ref, 'effects').sync;
  }

  get done(): readonly Effect[] {
    return this.analysis.part(this.ref, 'effects').done;
  }

  get calls(): readonly ParamCall[] {
    return this.analysis.part(this.ref, 'runs').calls;
  }

  get awaits(): readonly ParamPath[] {
    return this.analysis.part(this.ref, 'runs').awaits;
  }

  get acquires(): readonly NetAcquire[] {
    return this.analysis.part(this.ref, 'acquires').acquires;
  }

  get releases(): readonly NetRelease[] {
    return this.analysis.part(this.ref, 'releases').releases;
  }
}

/** What a call does, each kind worked out when it is asked for. */
class LazyOutcome implements Outcome {
  constructor(
    readonly analysis: Analysis,
    readonly ref: FnRef,
    readonly temp: Temp,
  ) {}

  #part(aspect: Aspect): OutcomePart {
    return this.analysis.callPart(this.ref, this.temp, aspect);
  }

  get step(): Step {
    return this.analysis.stepOf(this.ref, this.temp);
  }

  get sync(): readonly Effect[] {
    return this.#part('effects').sync;
  }

  get done(): readonly Effect[] {
    return this.#part('effects').done;
  }

  get invokes(): readonly Invocation[] {
    return this.#part('runs').invokes;
  }

  get paramCalls(): readonly ParamCall[] {
    return this.#part('runs').paramCalls;
  }

  get awaitsArgs(): Outcome['awaitsArgs'] {
    return this.#part('runs').awaitsArgs;
  }

  get awaitsParams(): readonly ParamPath[] {
    return this.#part('runs').awaitsParams;
  }

  get acquires(): readonly AcquireOutcome[] {
    return this.#part('acquires').acquires;
  }

  get releases(): readonly ReleaseOutcome[] {
    return this.#part('releases').releases;
  }

  get targets(): readonly Target[] {
    return this.analysis.targets(this.ref, this.temp);
  }

  get known(): boolean {
    return this.#part('runs').known;
  }
}

export class Analysis {
  readonly hierarchy: ProjectHierarchy;
  readonly knowledge: Knowledge;
  readonly values: Values;
  readonly places: Places;
  readonly #outcomes: Outcomes;
  readonly #parts: { readonly [A in Aspect]: PerFile<Aspects[A]> };
  readonly #approximations = new Map<string, Aspects[Aspect]>();
  readonly #open = new Map<string, Open>();
  /** Worked out, but resting on a function that is still in progress. */
  readonly #pending = new Map<string, { readonly round: number; readonly low: number }>();
  #waiting: string[] = [];
  #round = 0;
  readonly #shapes: PerFile<ShapeOps>;
  readonly #calls: { readonly [A in Aspect]: PerFile<Kept<OutcomePart>> };
  readonly #awaits: PerFile<Awaits>;
  readonly #flows: PerFile<Kept<Flow | undefined>>;
  readonly #targets: PerFile<readonly Target[]>;
  /** Small questions about functions and calls, by name. */
  readonly #answers = new Map<string, PerFile<unknown>>();
  #takers: TakerNames;
  /** Counts changes of approximations. */
  #epoch = 0;
  /** The shallowest function in progress that the answer in the making rests on. */
  #lowest = Infinity;

  constructor(
    readonly project: Project,
    models: Models,
    heirs: (name: string) => readonly string[],
  ) {
    const { follows } = project;
    const perFile = <T>(): PerFile<T> => new PerFile(follows);
    this.#parts = { effects: perFile(), runs: perFile(), acquires: perFile(), releases: perFile() };
    this.#calls = { effects: perFile(), runs: perFile(), acquires: perFile(), releases: perFile() };
    this.#shapes = perFile();
    this.#awaits = perFile();
    this.#flows = perFile();
    this.#targets = perFile();
    this.hierarchy = new ProjectHierarchy(project, () => this.values, heirs);
    this.knowledge = new Knowledge(models, project.root);
    this.#takers = { names: this.knowledge.models.takers, own: this.knowledge.models.ownTakers, defaults: new Set() };
    this.values = new Values(project, this.knowledge, this.hierarchy);
    this.places = new Places(this.values);
    this.#outcomes = new Outcomes(this);
    this.imports = new Imports(project, (file) => this.look(file));
  }

  #byAspect(): PerFile<unknown>[] {
    return ASPECTS.flatMap((aspect): PerFile<unknown>[] => [this.#parts[aspect] as PerFile<unknown>, this.#calls[aspect] as PerFile<unknown>]);
  }

  /**
   * Names by which locks are taken in this project: calls by other names take none, and are not looked into when a lock
   * is looked for. Those of the models, until more are told.
   */
  get takerNames(): TakerNames {
    return this.#takers;
  }

  set takerNames(names: TakerNames) {
    this.#takers = names;
    // What was answered with fewer names.
    this.#flows.clear();
    this.#answers.clear();
    for (const answers of this.#byAspect()) answers.clear();
  }

  /** The answer to a question that rests on values and names alone, kept. */
  answer<T>(question: string, ref: FnRef, temp: Temp, work: () => T): T {
    let answers = this.#answers.get(question) as PerFile<{ readonly is: T }> | undefined;
    if (!answers) this.#answers.set(question, (answers = new PerFile(this.project.follows)));
    const key = ref.fn * MOST_TEMPS + temp;
    let known = answers.get(ref.file, key);
    if (!known) answers.set(ref.file, key, (known = { is: answers.within(ref.file, key, work) }));
    return known.is;
  }

  shapes(ref: FnRef): ShapeOps {
    return this.#once(this.#shapes, ref.file, ref.fn, () => shapeOps(this.places, ref));
  }

  #once<T extends object>(answers: PerFile<T>, file: string, key: number, work: () => T): T {
    let known = answers.get(file, key);
    if (!known) answers.set(file, key, (known = answers.within(file, key, work)));
    return known;
  }

  /** What a call does. */
  outcome(ref: FnRef, temp: Temp): Outcome {
    return new LazyOutcome(this, ref, temp);
  }

  callPart(ref: FnRef, temp: Temp, aspect: Aspect): OutcomePart {
    return this.#kept(this.#calls[aspect], ref.file, ref.fn * MOST_TEMPS + temp, () => this.#outcomes.of(ref, temp, aspect));
  }

  stepOf(ref: FnRef, temp: Temp): Step {
    return this.#outcomes.step(ref, temp);
  }

  awaits(ref: FnRef): Awaits {
    return this.#once(this.#awaits, ref.file, ref.fn, () => awaitsOf(this, ref));
  }

  /** Which locks a function holds where, entered with none; undefined where it takes none. */
  flow(ref: FnRef): Flow | undefined {
    return this.#kept(this.#flows, ref.file, ref.fn, () => flowOf(this, ref, []));
  }

  /**
   * Keeps an answer for good if it rests on nothing in progress, and otherwise until some approximation changes; in
   * that case who asks again rests on the same functions in progress.
   */
  #kept<T>(answers: PerFile<Kept<T>>, file: string, key: number, work: () => T): T {
    const known = answers.get(file, key);
    if (known && (known.low === Infinity || known.epoch === this.#epoch)) {
      if (known.low !== Infinity) this.#restOn(known.low);
      return known.answer;
    }
    const outer = this.#lowest;
    this.#lowest = Infinity;
    const answer = answers.within(file, key, work);
    answers.set(file, key, { answer, low: this.#lowest, epoch: this.#epoch });
    this.#lowest = Math.min(outer, this.#lowest);
    return answer;
  }

  /** What the cheap look at a file's text says of it. */
  look: (file: string) => Pick<Look, 'locks' | 'imports' | 'reexports' | 'heirs'> = (file) => {
    const text = this.project.text(file);
    return { locks: mayLock(text), imports: importsIn(text), reexports: reexportsIn(text), heirs: heirsIn(text) };
  };

  /** Which files import which. */
  imports: Imports;

  /** The files that may take a lock, for questions about the whole program. */
  lockFiles: () => readonly string[] = () => this.project.files;
  /** Names of functions whose callers hold the lock. */
  callerHolds: readonly RegExp[] = [];

  /** What waiting for a value of the function would wait for. */
  awaitedValue(ref: FnRef, temp: Temp): Awaited {
    return awaitedBy(this, ref, this.values.fact(ref)!, temp);
  }

  /** The functions of the project that a call may reach. */
  targets(ref: FnRef, temp: Temp): readonly Target[] {
    return this.#once(this.#targets, ref.file, ref.fn * MOST_TEMPS + temp, () => this.#outcomes.reached(ref, temp));
  }

  /** A lock as a callee names it -> as the caller does. */
  substitute(ref: FnRef, i: InstructionOf<'call'>, target: Target, lock: LockRef, taken: Step): LockRef {
    return this.#outcomes.substitute(ref, i, { k: 'fn', file: target.file, fn: target.fn }, lock, target.shift, taken, target.certain);
  }

  constructorOf(file: string, cls: number, depth = 0): FnRef | undefined {
    const fact = this.project.facts(file)?.classes[cls];
    if (!fact || depth > 10) return undefined;
    const own = fact.members.find((m) => m.kind === 'constructor' && m.fn !== undefined);
    if (own?.fn !== undefined) {
      const bodies = fact.members.filter((m) => m.kind === 'constructor' && m.fn !== undefined && !this.project.facts(file)!.functions[m.fn]!.bodiless);
      return { file, fn: (bodies[0] ?? own).fn! };
    }
    const base = this.values.superclass(file, cls)[0];
    return base?.k === 'class' ? this.constructorOf(base.file, base.cls, depth + 1) : undefined;
  }

  summary(ref: FnRef): Summary {
    return new LazySummary(this, ref);
  }

  /** One aspect of what a function does in sum. */
  part<A extends Aspect>(ref: FnRef, aspect: A): Aspects[A] {
    const kept = this.#parts[aspect] as PerFile<Aspects[A]>;
    const known = kept.get(ref.file, ref.fn);
    if (known) return known;
    const fact = this.values.fact(ref);
    if (!fact || fact.bodiless) return EMPTY_SUMMARY;
    const key = `${aspect}\0${ref.file}\0${ref.fn}`;
    const approximation = (): Aspects[A] => (this.#approximations.get(key) as Aspects[A] | undefined) ?? EMPTY_SUMMARY;
    const open = this.#open.get(key);
    if (open) {
      this.#restOn(open.depth);
      return approximation();
    }
    const pending = this.#pending.get(key);
    if (pending?.round === this.#round) {
      this.#restOn(pending.low);
      return approximation();
    }
    const depth = this.#open.size;
    if (depth > DEEPEST) {
      this.#restOn(0);
      return approximation();
    }
    const mine: Open = { depth, low: depth, again: false };
    this.#open.set(key, mine);
    const outer = this.#lowest;
    this.#lowest = Infinity;
    const first = this.#waiting.length;
    let part: Aspects[A] = EMPTY_SUMMARY;
    for (let round = 0; round < MOST_ROUNDS; round++) {
      mine.low = depth;
      mine.again = false;
      const before = approximation();
      part = kept.within(ref.file, ref.fn, () => summarise(this, ref, aspect));
      this.#approximations.set(key, part);
      if (mine.again || mine.low < depth) this.#epoch += 1;
      // Only the head of a group of functions that call each other repeats, and only while something changes.
      if (mine.low < depth || !mine.again || digest(before) === digest(part)) break;
      this.#round += 1;
    }
    this.#open.delete(key);
    if (mine.low < depth) {
      this.#pending.set(key, { round: this.#round, low: mine.low });
      this.#waiting.push(key);
      this.#lowest = outer;
      this.#restOn(mine.low);
      return part;
    }
    this.#lowest = outer;
    kept.set(ref.file, ref.fn, part);
    this.#approximations.delete(key);
    if (mine.again) this.#epoch += 1;
    for (const member of this.#waiting.splice(first)) {
      const settled = this.#approximations.get(member);
      const [of, file, fn] = member.split('\0') as [Aspect, string, string];
      const answers = this.#parts[of] as PerFile<Aspects[Aspect]>;
      if (settled && !answers.get(file, Number(fn))) answers.set(file, Number(fn), settled);
      this.#approximations.delete(member);
      this.#pending.delete(member);
    }
    return part;
  }

  /** Notes that every function in progress that is deeper rests on the one at this depth, which has to repeat. */
  #restOn(depth: number): void {
    this.#lowest = Math.min(this.#lowest, depth);
    for (const open of this.#open.values()) {
      if (open.depth > depth) open.low = Math.min(open.low, depth);
      else if (open.depth === depth) open.again = true;
    }
  }
}

/** Two answers with the same digest say the same. */
function digest(part: Partial<Summary>): string {
  return [
    part.sync?.map(keyOfEffect).sort().join(),
    part.done?.map(keyOfEffect).sort().join(),
    part.calls?.map((c) => paramKey(c.param) + String(c.awaited) + String(c.locks.length)).sort().join(),
    part.awaits?.map(paramKey).sort().join(),
    part.acquires?.map((x) => x.lock.place.id).sort().join(),
    part.releases?.map((x) => `${x.guess ? '?' : ''}${x.place?.id ?? (x.param ? paramKey(x.param) : '')}`).sort().join(),
  ].join('|');
}
