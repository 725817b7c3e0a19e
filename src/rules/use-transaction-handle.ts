/** Reports statements that go past the transaction that is open around them. */
import { relative } from 'node:path/posix';
import type { Analysis } from '../analysis/summaries/analysis.js';
import type { Finding, Repair } from '../analysis/finding.js';
import { isTestFile } from '../analysis/project/scan.js';
import type { Statement } from '../analysis/summaries/statements.js';
import { bypassesIn, type Bypass } from '../analysis/summaries/transactions.js';
import { chainOf } from './held-too-long.js';
import type { CommonOptions, Rule } from './rule.js';

export interface UseTransactionHandleOptions extends CommonOptions {
  /** Calls and handles, as the source has them, that may go past the transaction. */
  readonly allow: readonly string[];
}

const NAME = 'use-transaction-handle';

export const useTransactionHandle: Rule<UseTransactionHandleOptions> = {
  name: NAME,
  description: 'disallow going past an open transaction through another handle on the same database',
  messages: {
    outer:
      'Goes past the transaction of `{{lock}}` (begun at {{taken}}), through `{{handle}}`: {{chain}}. What it writes is not rolled back, and it does not see what the transaction wrote. Use {{given}}.',
    omitted:
      '`{{callee}}` is not given the transaction of `{{lock}}` (begun at {{taken}}) and goes past it, through `{{handle}}`: {{chain}}. Pass it {{given}}.',
    built:
      'This query was built on `{{handle}}`, and goes past the transaction of `{{lock}}` (begun at {{taken}}): {{chain}}. Build it on {{given}}.',
    use: 'Use `{{given}}`.',
    pass: 'Pass it `{{given}}`.',
  },
  hasSuggestions: true,
  options: {
    allow: {
      type: 'array',
      items: { type: 'string' },
      uniqueItems: true,
      description: 'Calls and handles that may go past a transaction, as the source has them; `*` stands for any characters.',
    },
  },
  defaults: { allow: [] },
  find(analysis, file, { confidence, allow }) {
    const allowed = allow.map((name) => new RegExp(`^${name.split('*').map((part) => part.replace(/[$()+.?[\\\]^{|}]/g, '\\$&')).join('.*')}$`));
    const isAllowed = ({ statement }: Bypass): boolean =>
      allowed.some((pattern) => pattern.test(statement.text) || statement.steps.some((step) => pattern.test(step.label)));
    return bypassesIn(analysis, file)
      .map((bypass) => ({ ...bypass, certain: bypass.certain && !isTestFile(file.slice(analysis.project.root.length)) }))
      .filter((bypass) => (confidence === 'likely' || bypass.certain) && !isAllowed(bypass))
      .map((bypass) => findingOf(analysis, file, bypass));
  },
};

function findingOf(analysis: Analysis, file: string, { statement, lock, given, alike, s, e, certain }: Bypass): Finding {
  const line = (at: { file: string; s: number }): number => analysis.project.line(at.file, at.s);
  const last = statement.steps.at(-1)!;
  const where = lock.taken.file === file ? `line ${line(lock.taken)}` : `${relative(file.slice(0, file.lastIndexOf('/')), lock.taken.file)}:${line(lock.taken)}`;
  return {
    rule: NAME,
    file,
    start: s,
    end: e,
    messageId: statement.omitted !== undefined ? 'omitted' : statement.built ? 'built' : 'outer',
    data: {
      lock: lock.place.text,
      taken: where,
      handle: statement.text,
      callee: statement.omitted ?? last.label,
      chain: chainOf(analysis, file, statement.steps),
      given: given !== undefined ? `\`${given}\`` : 'the handle of the transaction',
    },
    ...(given !== undefined && { repairs: repairsOf(statement, alike, given, s) }),
    confidence: certain ? 'certain' : 'likely',
    trace: [
      { label: `begins ${lock.place.text}`, file: lock.taken.file, start: lock.taken.s, end: lock.taken.e, line: line(lock.taken) },
      ...statement.steps.map((step) => ({ label: step.label, file: step.file, start: step.s, end: step.e, line: line(step) })),
    ],
  };
}

function repairsOf({ missing, text, omitted, steps }: Statement, alike: boolean, given: string, s: number): Repair[] {
  const data = { given };
  const [property, ...deeper] = missing?.param.path ?? [];
  // The call that leaves it out is the one that is reported.
  if (missing && deeper.length === 0 && missing.call.s === steps[0]!.s) {
    const call = { start: missing.call.s, end: missing.call.e };
    return [{ messageId: 'pass', data, do: 'pass', call, index: missing.param.index, ...(property !== undefined && { property }), value: given }];
  }
  if (omitted !== undefined || !alike) return [];
  return [{ messageId: 'use', data, do: 'replace', at: { start: s, end: s + text.length }, was: text, by: given }];
}
