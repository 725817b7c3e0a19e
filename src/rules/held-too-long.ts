/** What the four rules about locks held too long have in common: from happenings to findings. */
import { relative } from 'node:path/posix';
import type { Finding, Suggestion, TraceStep } from '../analysis/finding.js';
import { isTestFile } from '../analysis/project/scan.js';
import type { Analysis } from '../analysis/summaries/analysis.js';
import type { LockRef, Step } from '../analysis/summaries/effect.js';
import { happeningsIn, type Happening } from '../analysis/summaries/held.js';

/** One computation for all rules of a file. */
export const happenings = (analysis: Analysis, file: string): readonly Happening[] =>
  analysis.answer('happenings', { file, fn: 0 }, 0, () => happeningsIn(analysis, file));

/** The same call has a report of its own under the lock inside; at the outer one it says little more. */
const isToldInside = ({ effect }: Happening): boolean => 'told' in effect && effect.told === true;

/** In tests locks are held on purpose, to see what happens. */
export function isCertain(analysis: Analysis, happening: Happening): boolean {
  return happening.effect.certain && !isToldInside(happening) && happening.lock.certain && !happening.lock.refuses && !isTestFile(happening.file.slice(analysis.project.root.length));
}

export function findingOf(
  analysis: Analysis,
  file: string,
  rule: string,
  messageId: string,
  happening: Happening,
  more: { data?: Record<string, string>; suggestions?: Suggestion[] } = {},
): Finding {
  const { lock, effect } = happening;
  return {
    rule,
    file,
    start: happening.s,
    end: happening.e,
    messageId,
    data: {
      ...heldData(analysis, file, lock),
      chain: chainOf(analysis, file, effect.steps),
      ...more.data,
    },
    confidence: isCertain(analysis, happening) ? 'certain' : 'likely',
    trace: nestedTrace(analysis, lock, effect.steps),
    ...(more.suggestions && more.suggestions.length > 0 && { suggestions: more.suggestions }),
  };
}

/** First where the lock was taken, then what follows. */
export function nestedTrace(analysis: Analysis, lock: LockRef, steps: readonly Step[]): TraceStep[] {
  return [traceStep(analysis, lock.taken, `takes ${lock.place.text}`), ...steps.map((step) => traceStep(analysis, step, step.label))];
}

/** What a message says of the lock that is held. */
export function heldData(analysis: Analysis, file: string, lock: LockRef): { readonly lock: string; readonly taken: string } {
  const taken = lock.taken.file === file ? `line ${analysis.project.line(file, lock.taken.s)}` : placeOf(analysis, file, lock.taken);
  return { lock: lockName(lock), taken };
}

export function lockName(lock: LockRef): string {
  if (lock.kind === 'transaction') return `the transaction of \`${lock.place.text}\``;
  return `\`${lock.place.text}\``;
}

/** `next → acquire (store.ts:40) → setTimeout (retry.ts:12)`: the reported call first, then where each further one is made. */
export function chainOf(analysis: Analysis, file: string, steps: readonly Step[]): string {
  return steps
    .map((step, n) => (n === 0 ? step.label : `${step.label} (${placeOf(analysis, file, step)})`))
    .filter((text, n, all) => n === 0 || text !== all[n - 1])
    .join(' → ');
}

/** `store.ts:40`: by its last name in the same folder, by the way there otherwise. */
export function placeOf(analysis: Analysis, file: string, step: Step): string {
  const folder = file.slice(0, file.lastIndexOf('/'));
  return `${relative(folder, step.file)}:${analysis.project.line(step.file, step.s)}`;
}

export function traceStep(analysis: Analysis, step: Step, label: string): TraceStep {
  return { label, file: step.file, start: step.s, end: step.e, line: analysis.project.line(step.file, step.s) };
}
