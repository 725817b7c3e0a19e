/** What a rule says about a place, before any host has turned it into its own kind of report. Plain data. */

/** Whether everything that the finding rests on was proven, or something was taken as likely. */
export type Confidence = 'certain' | 'likely';

/** One step of the way from a reported place to what happens there in the end. */
export interface TraceStep {
  /** What is called or reached here: `withRetry`, `setTimeout`. */
  readonly label: string;
  /** Absolute path of the file, with `/`. */
  readonly file: string;
  /** Offsets in UTF-16 units of the call or expression. */
  readonly start: number;
  readonly end: number;
  /** One-based line of `start`. */
  readonly line: number;
}

export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

export interface Suggestion {
  readonly messageId: string;
  readonly data?: Readonly<Record<string, string>>;
  readonly edits: readonly Edit[];
}

export interface Range {
  readonly start: number;
  readonly end: number;
}

/**
 * What a suggestion is to do, and where. Facts do not say how a statement is written: whoever has the file's tree turns
 * it into edits, or into none where the code has another shape than the repair is made for.
 */
export type Repair = { readonly messageId: string; readonly data?: Readonly<Record<string, string>> } & RepairKind;

export type RepairKind =
  /** Wait for the value of an expression; with `returned`, where it is returned as it is. */
  | { readonly do: 'await'; readonly at: Range; readonly returned?: true }
  /** Put other text in the place of the text that is there. */
  | { readonly do: 'replace'; readonly at: Range; readonly was: string; readonly by: string }
  /** Give a call an argument that it was not given; with `property`, as a property of an object. */
  | { readonly do: 'pass'; readonly call: Range; readonly index: number; readonly property?: string; readonly value: string }
  /** Turn a callback for each element, or a list of promises, into one step after the other. */
  | { readonly do: 'one by one'; readonly call: Range }
  /** Give back in a `finally` what is taken here. */
  | ({ readonly do: 'finally' } & TakenHere)
  /** Take it before the `try` whose `finally` gives it back. */
  | { readonly do: 'take before'; readonly taken: Range; readonly release: Range }
  /** Leave out a statement; `other`: where the one begins that makes it needless on every way. */
  | { readonly do: 'remove'; readonly at: Range; readonly other?: number }
  /** Change a copy instead of what others have, too. */
  | { readonly do: 'copy'; readonly call: Range }
  /** Keep the promise of the work while it is under way; `promise`: what is awaited is known to be one. */
  | { readonly do: 'keep promise'; readonly write: Range; readonly check: Range; readonly promise?: true; readonly early?: true }
  /** Hold the lock through a section instead of taking it and giving it back. */
  | { readonly do: 'section'; readonly taken: Range; readonly releases: readonly Range[]; readonly method: string };

export interface TakenHere {
  /** The expression that takes it. */
  readonly taken: Range;
  /** What gives it back, wherever in the function that stands. */
  readonly releases: readonly Range[];
  /** What gives it back where nothing in the function does. */
  readonly release?: string;
  /** It may be refused: it is held from where that has been looked at. */
  readonly maybe?: true;
}

export interface Finding {
  /** The rule's name without a prefix: `no-await-in-lock`. */
  readonly rule: string;
  /** Absolute path of the file, with `/`. */
  readonly file: string;
  readonly start: number;
  readonly end: number;
  readonly messageId: string;
  /** Values for the message's placeholders. */
  readonly data: Readonly<Record<string, string>>;
  readonly confidence: Confidence;
  /** First where the lock was taken, then the chain of calls; empty where the message says it all. */
  readonly trace: readonly TraceStep[];
  readonly suggestions?: readonly Suggestion[];
  readonly repairs?: readonly Repair[];
}

/** Whether what a cache holds can be a finding in this file; anybody may have written into a cache. */
export function isFindingIn(file: { readonly path: string; readonly length: number }, value: unknown): value is Finding {
  const finding = value as Partial<Finding> | null;
  return (
    typeof finding === 'object' && finding !== null && finding.file === file.path && isPlace(finding, file.length) &&
    isText(finding.messageId) && areTexts(finding.data) &&
    (finding.confidence === 'certain' || finding.confidence === 'likely') &&
    areAll(finding.trace, isStep) &&
    (finding.suggestions === undefined || areAll(finding.suggestions, (one) => isSuggestion(one, file.length)))
  );
}

const isText = (value: unknown): value is string => typeof value === 'string';

const areTexts = (value: unknown): boolean => typeof value === 'object' && value !== null && Object.values(value).every(isText);

const areAll = <T>(value: readonly T[] | undefined, is: (one: Partial<T> | null) => boolean): boolean =>
  Array.isArray(value) && value.every(is);

/** Offsets from 0 up to the length, in their order. */
function isPlace(value: { readonly start?: number; readonly end?: number }, length: number): boolean {
  const { start, end } = value;
  return Number.isInteger(start) && Number.isInteger(end) && start! >= 0 && start! <= end! && end! <= length;
}

const isStep = (step: Partial<TraceStep> | null): boolean =>
  typeof step === 'object' && step !== null && isText(step.label) && isText(step.file) && Number.isInteger(step.line) && isPlace(step, Infinity);

const isSuggestion = (suggestion: Partial<Suggestion> | null, length: number): boolean =>
  typeof suggestion === 'object' && suggestion !== null && isText(suggestion.messageId) &&
  (suggestion.data === undefined || areTexts(suggestion.data)) &&
  areAll(suggestion.edits, (edit) => typeof edit === 'object' && edit !== null && isText(edit.text) && isPlace(edit, length));
