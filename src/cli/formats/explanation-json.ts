/**
 * An explanation for other programs; docs/explain.md shows one. The shape is a promise, as that of json.ts is: keys may
 * be added; one that changes its meaning or goes makes a new `version`. What is written for people (`how`, `what`,
 * `verdict`, `why` and the like) may be worded otherwise at any time.
 */
import type { Confidence } from '../../analysis/finding.js';
import type { ExplainedEvent, ExplainedRegion, Explanation, Spot } from '../explain.js';

/** Lines count from one, and ranges of them include both ends; files are absolute. */
export interface JsonExplanation {
  readonly version: 1;
  readonly file: string;
  readonly line: number;
  /** The innermost function around the line; empty where the file could not be read. */
  readonly function: string;
  /** The locks held in the line, each with the whole of its region. */
  readonly regions: readonly JsonRegion[];
  /** Only where no lock is known to be held in the line. */
  readonly none?: {
    readonly why: string;
    readonly nearest: readonly { readonly lock: string; readonly taken: Spot; readonly lines: readonly LineRange[] }[];
    /** What calling the function does. */
    readonly does: readonly { readonly kind: string; readonly what: string; readonly confidence: Confidence; readonly chain: readonly Spot[] }[];
  };
  readonly problems: readonly { readonly file?: string; readonly message: string; readonly stack?: string }[];
}

type LineRange = readonly [first: number, last: number];

export interface JsonRegion {
  /** As messages name the lock. */
  readonly lock: string;
  /** Which lock it is across the program. */
  readonly identity: string;
  readonly kind: string;
  readonly taken: Spot;
  readonly how: string;
  /** Where it is held: by the function that took it, by one that is entered with it, or by one that it is handed. */
  readonly held: readonly { readonly function: string; readonly as: 'taken' | 'entered' | 'handed'; readonly lines: readonly LineRange[] }[];
  readonly letGo: readonly string[];
  /** What happens while it is held, in order of lines. */
  readonly events: readonly JsonEvent[];
  /** Calls of which nothing is known. */
  readonly unknown: readonly Spot[];
  /** What other rules report on the acquisition or in the region. */
  readonly others: readonly string[];
}

export interface JsonEvent {
  readonly line: number;
  /** `sleep`, `retry`, `network`, `process`, `event`, `storage`, `callback`, `acquire`, or `await` of what nothing is known. */
  readonly kind: string;
  readonly what: string;
  readonly confidence: Confidence;
  /** Whether `check` reports it, with its defaults. */
  readonly reported: boolean;
  /** Why, or why not. */
  readonly verdict: string;
  readonly chain: readonly Spot[];
}

export function explanationJson({ file, line, fn, regions, otherwise, problems }: Explanation): string {
  const output: JsonExplanation = {
    version: 1,
    file,
    line,
    function: fn,
    regions: regions.map(regionOf),
    ...(otherwise && { none: noneOf(otherwise) }),
    problems,
  };
  return `${JSON.stringify(output, null, 2)}\n`;
}

/** Key by key, as in json.ts. */
function regionOf({ lock, identity, kind, taken, how, parts, letGo, events, unknown, others }: ExplainedRegion): JsonRegion {
  return {
    lock,
    identity,
    kind,
    taken: spotOf(taken),
    how,
    held: parts.map(({ fn, how: as, lines }) => ({ function: fn, as, lines })),
    letGo,
    events: events.map(eventOf),
    unknown: unknown.map(spotOf),
    others,
  };
}

function eventOf({ line, kind, what, confidence, isReported, verdict, chain }: ExplainedEvent): JsonEvent {
  return { line, kind, what, confidence, reported: isReported, verdict, chain: chain.map(spotOf) };
}

function noneOf({ why, nearest, does }: NonNullable<Explanation['otherwise']>): NonNullable<JsonExplanation['none']> {
  return {
    why,
    nearest: nearest.map(({ lock, taken, lines }) => ({ lock, taken: spotOf(taken), lines })),
    does: does.map(({ kind, what, certain, chain }) => ({ kind, what, confidence: certain ? 'certain' : 'likely', chain: chain.map(spotOf) })),
  };
}

function spotOf({ label, file, line }: Spot): Spot {
  return { label, file, line };
}
