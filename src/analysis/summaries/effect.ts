/** The words of the analysis as data: locks, effects with the way to them, and what a function's summary holds. */
import type { LockKind } from '../../models/index.js';
import type { FnIndex } from '../facts/ir.js';
import { conditionKey, type Condition } from './conditions.js';

/** A call or an expression on the way to an effect. */
export interface Step {
  readonly label: string;
  readonly file: string;
  readonly s: number;
  readonly e: number;
}

/** What a caller passed: a parameter, or a member of it. */
export interface ParamPath {
  readonly file: string;
  readonly fn: FnIndex;
  readonly index: number;
  readonly path: readonly string[];
}

export const paramKey = (p: ParamPath): string => `${p.file}:${p.fn}:${p.index}.${p.path.join('.')}`;

/** Where a lock (or anything shared) lives. */
export interface Place {
  /** The same for the same place, wherever it is named. */
  readonly id: string;
  /** As the source has it: `this.#lock`. */
  readonly text: string;
  /** `this`: a member of the object whose method it is; a caller knows which object that is. */
  readonly root: 'this' | 'module' | 'local' | 'closure' | 'param' | 'global' | 'made' | 'unknown';
  /** With root `this`: what follows; with root `param`: which one. */
  readonly path?: string;
  readonly param?: ParamPath;
  /** With root `closure`: the function whose variable it is, of each call its own. */
  readonly owner?: { readonly file: string; readonly fn: FnIndex };
  /** The state of a home-grown lock: whoever uses the lock names the lock, not its state. */
  readonly state?: true;
  /** The same for this member of every instance of the class that declares it: `Pool.#lock`, of whichever pool. */
  readonly member?: string;
  /** What `member` was in the methods that the place was named by on its way here, innermost first. */
  readonly within?: readonly string[];
  /** By which keys it was looked up in what holds it: two places with one `id` are one only if these agree. */
  readonly keys?: readonly Key[];
}

/** What names one lock of many. */
export type Key =
  | { readonly k: 'constant'; readonly value: string }
  | { readonly k: 'param'; readonly param: ParamPath }
  /** A variable that is written once; `own`: the same for every call of one object. */
  | { readonly k: 'variable'; readonly id: string; readonly own?: true }
  /** Nothing is known of it, or the beginning at most. */
  | { readonly k: 'other'; readonly head?: string; readonly own?: true };

export interface LockRef {
  readonly place: Place;
  readonly kind: LockKind;
  readonly certain: boolean;
  /** Where it is taken, for the message: the acquisition or the section's call. */
  readonly taken: Step;
  /** More than one may hold it at once. */
  readonly shared?: true;
  /** A slot of a limiter that has several: only who holds one and waits for another is held up by it. */
  readonly slot?: true;
  /** It ends when the section's callback returns, even if that has a promise to give. */
  readonly atOnce?: true;
  /** Its holder may take it again. */
  readonly reentrant?: true;
  /** What runs under it is fetched once for all who wait. */
  readonly once?: true;
  /** It is given at once or not at all: nobody waits for it. */
  readonly tries?: true;
  /** Work hung on a chain of promises, one after the other. */
  readonly chain?: true;
  /** Whoever finds it taken is refused: what takes long in it holds nobody up. */
  readonly refuses?: true;
}

export type EffectKind = 'sleep' | 'retry' | 'network' | 'process' | 'event' | 'storage' | 'callback' | 'acquire';

export interface Effect {
  readonly kind: EffectKind;
  readonly certain: boolean;
  /** From the place in the summarised function down to what happens; never empty. */
  readonly steps: readonly Step[];
  readonly engine?: string;
  /** A sleep for as long as the caller says; no sleep where it says 0. */
  readonly delay?: ParamPath;
  /** A sleep that who gave this signal can end, or a retry with no other sleep. */
  readonly signal?: ParamPath;
  /** Happens under a lock that the function itself holds, and has its report there. */
  readonly told?: true;
  /** Scheduled to run as a microtask: before anything that must wait, and so before a transaction can commit. */
  readonly micro?: true;
  /** Happens only where this holds of parameters of the function, or of one around it. */
  readonly given?: readonly Condition[];
  /** A notification whose result is dropped; `returned`: left to the caller to await or to drop. */
  readonly unawaited?: 'dropped' | 'returned';
  /** What a listener throws is caught where it is told. */
  readonly caught?: true;
}

/** A call of something that a caller passed in. */
export interface ParamCall {
  readonly param: ParamPath;
  /** Awaited (or its promise returned), so that all of it happens; otherwise what it does before its first await. */
  readonly awaited: boolean;
  /** Happens before the function's own first await. */
  readonly early: boolean;
  /** Held around the call. */
  readonly locks: readonly LockRef[];
  readonly steps: readonly Step[];
  readonly certain: boolean;
  readonly micro?: true;
}

/** A lock that a function's caller holds when it returns. */
export interface NetAcquire {
  readonly lock: LockRef;
  readonly gives: 'releaser' | 'lease' | 'pair' | 'boolean' | 'nothing' | 'any';
  readonly releasedBy?: readonly string[];
  /** Held when the call returns, not only when its promise settles. */
  readonly sync: boolean;
  /** Some ways through the function return without it. */
  readonly maybe: boolean;
}

/** A lock that a function gives back though it did not take it. */
export interface NetRelease {
  readonly place?: Place;
  /** The lease or releaser that it was passed. */
  readonly param?: ParamPath;
  /** It would if what is called there were a releaser, which nothing says but that it is called. */
  readonly guess?: true;
}

export interface Summary {
  /** What happens before a call returns. */
  readonly sync: readonly Effect[];
  /** What happens from then on until its promise settles. */
  readonly done: readonly Effect[];
  readonly calls: readonly ParamCall[];
  /** Promises that were passed in and are awaited. */
  readonly awaits: readonly ParamPath[];
  readonly acquires: readonly NetAcquire[];
  readonly releases: readonly NetRelease[];
}

/** The parts of a summary, each with its own reason to be asked for. */
export interface Aspects {
  readonly effects: Pick<Summary, 'sync' | 'done'>;
  /** What it runs, or waits for, of what it was passed. */
  readonly runs: Pick<Summary, 'calls' | 'awaits'>;
  readonly acquires: Pick<Summary, 'acquires'>;
  readonly releases: Pick<Summary, 'releases'>;
}

export type Aspect = keyof Aspects;

export const EMPTY_SUMMARY: Summary = { sync: [], done: [], calls: [], awaits: [], acquires: [], releases: [] };

/** A function whose effects hang on more conditions than this: the first ones are enough. */
const MOST_EFFECTS = 40;

/** Effects by kind (and by the conditions that they hang on), each with the best proof met: certain before likely, then the shortest way. */
export class Effects {
  readonly #best = new Map<string, Effect>();

  add(effect: Effect): void {
    const key = keyOfEffect(effect);
    if (effect.given && this.#best.size > MOST_EFFECTS && !this.#best.has(key)) return;
    const known = this.#best.get(key);
    if (!known || isBetter(effect, known)) this.#best.set(key, effect);
  }

  addAll(effects: Iterable<Effect>): void {
    for (const effect of effects) this.add(effect);
  }

  get list(): readonly Effect[] {
    return [...this.#best.values()];
  }
}

export const keyOfEffect = (effect: Effect): string =>
  `${effect.kind}${effect.engine ?? ''}${effect.micro ? '~' : ''}${effect.signal ? '!' : ''}${effect.given ? `?${effect.given.map(conditionKey).sort().join()}` : ''}`;

function isBetter(a: Effect, b: Effect): boolean {
  if (a.told !== b.told) return !a.told;
  if (a.certain !== b.certain) return a.certain;
  if ((a.unawaited === undefined) !== (b.unawaited === undefined)) return a.unawaited === undefined;
  return a.steps.length < b.steps.length;
}

/** Longer ways are cut in the middle: nobody reads the twentieth call. */
const LONGEST_WAY = 12;

/** The effect as a caller sees it. */
export function through(step: Step, effect: Effect, certain = true): Effect {
  return { ...effect, certain: effect.certain && certain, steps: wayThrough(step, effect.steps) };
}

export function wayThrough(step: Step, steps: readonly Step[]): readonly Step[] {
  return steps.length < LONGEST_WAY ? [step, ...steps] : [step, ...steps.slice(0, LONGEST_WAY - 2), steps.at(-1)!];
}
