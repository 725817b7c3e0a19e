/** What a rule is: a function from the analysis and one of its files to findings, and what hosts need to know of it. */
import type { Analysis } from '../analysis/summaries/analysis.js';
import type { Finding } from '../analysis/finding.js';

/** Options that every rule takes. */
export interface CommonOptions {
  /** `certain` (the default) reports what is proven; `likely` also what rests on something taken as likely. */
  readonly confidence?: 'certain' | 'likely';
}

export interface Rule<Options extends CommonOptions = CommonOptions> {
  readonly name: string;
  readonly description: string;
  /** Message templates by id; `{{name}}` is replaced by `data.name`. */
  readonly messages: Readonly<Record<string, string>>;
  /** JSON schemas of the options besides `confidence`. */
  readonly options?: Readonly<Record<string, object>>;
  readonly defaults: Options;
  /** Options that `all` turns on. */
  readonly every?: Partial<Options>;
  readonly hasSuggestions?: boolean;
  /** Which files it looks at: those that may take a lock (the default), or those whose text shows what it is about. */
  readonly interest?: 'races' | 'configuration';
  find(analysis: Analysis, file: string, options: Options): Finding[];
}

/** The text of a finding's message. */
export function messageOf(rule: Rule, finding: Pick<Finding, 'messageId' | 'data'>): string {
  return rule.messages[finding.messageId]!.replaceAll(/\{\{\s*(\w+)\s*\}\}/g, (_, name: string) => finding.data[name] ?? '');
}

/** Where a rule is explained. */
export const pageOf = (rule: Pick<Rule, 'name'>): string => `https://github.com/lockwright/lockwright/blob/main/docs/rules/${rule.name}.md`;

/** A defect of ours in words for users: what failed, how, and where in our code. */
export function defectIn(what: string, error: unknown): string {
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  const where = /\n +at (.*)/.exec(stack ?? '')?.[1] ?? 'an unknown place';
  return `${what} failed, which is a defect of lockwright: ${message} (${where})`;
}
