/** What one run of the command has found out, ready for any format: findings with their text and positions. */
import type { Confidence, Edit, Finding, TraceStep } from '../analysis/finding.js';
import { suggestionsOf } from '../hosts/edits/index.js';
import { messageOf, type Rule } from '../rules/rule.js';
import type { Sources } from './sources.js';

/** A stretch of a file. Lines and columns count from one, columns in UTF-16 units; the end is exclusive. */
export interface Place {
  /** Absolute path, with `/`. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  /** Offsets in UTF-16 units, without a byte order mark. */
  readonly start: number;
  readonly end: number;
}

export interface Step extends Place {
  readonly label: string;
}

export interface ReportSuggestion {
  readonly message: string;
  readonly edits: readonly Edit[];
}

export interface Report extends Place {
  /** The rule's name without a prefix. */
  readonly rule: string;
  readonly message: string;
  /** The message for readers who see the trace below it: a long chain of calls is told by its ends. */
  readonly brief: string;
  readonly confidence: Confidence;
  readonly trace: readonly Step[];
  readonly suggestions?: readonly ReportSuggestion[];
}

/** What could not be done, in one sentence. */
export interface Problem {
  readonly file?: string;
  readonly message: string;
  /** Of a defect of ours. */
  readonly stack?: string;
}

/** What `--stats` tells. */
export interface Statistics {
  readonly files: number;
  /** Those in which there can be anything to find. */
  readonly interestingFiles: number;
  /** Since the process was started, in milliseconds. */
  readonly wallTime: number;
  /** Of all threads, in milliseconds. */
  readonly cpuTime: number;
  /** Files at which more than a second of CPU time went by, the first to ask for what all share among them. */
  readonly slowFiles: readonly { readonly file: string; readonly cpuTime: number }[];
  /** The most that the process has ever used, in bytes. */
  readonly peakMemory: number;
  readonly findings: Readonly<Record<string, number>>;
  /** Findings that a comment silences. */
  readonly suppressed: number;
  /** Calls in the interesting files, by whether it is known what they call. */
  readonly callees: { readonly resolved: number; readonly unknown: number };
}

export interface Outcome {
  /** By file, then place. */
  readonly reports: readonly Report[];
  readonly problems: readonly Problem[];
  /** How many files were looked at. */
  readonly files: number;
  readonly suppressed: number;
  /** Some of what was asked for could not be done. */
  readonly incomplete: boolean;
  /** The folder that holds everything that was checked. */
  readonly root: string;
  readonly rules: readonly Rule[];
  readonly sources: Sources;
  readonly statistics?: Statistics;
}

export function reportOf(rule: Rule, finding: Finding, sources: Sources): Report {
  const suggestions = suggestionsOf(finding, () => sources.tree(finding.file)).map((suggestion) => ({
    message: messageOf(rule, { messageId: suggestion.messageId, data: suggestion.data ?? {} }),
    edits: suggestion.edits,
  }));
  return {
    rule: finding.rule,
    ...sources.place(finding),
    message: messageOf(rule, finding),
    brief: messageOf(rule, { messageId: finding.messageId, data: withShortChain(finding.data) }),
    confidence: finding.confidence,
    trace: finding.trace.map((step: TraceStep) => ({ label: step.label, ...sources.place(step) })),
    ...(suggestions.length > 0 && { suggestions }),
  };
}

const ARROW = ' → ';

function withShortChain(data: Finding['data']): Finding['data'] {
  const calls = data['chain']?.split(ARROW) ?? [];
  return calls.length > 3 ? { ...data, chain: [calls[0], '…', calls.at(-1)].join(ARROW) } : data;
}
