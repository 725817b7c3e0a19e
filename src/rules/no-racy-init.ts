/** Reports initialising a shared reference in more than one stretch: check, await, assign. */
import type { Repair } from '../analysis/finding.js';
import type { Analysis } from '../analysis/summaries/analysis.js';
import { plain } from '../analysis/summaries/shared/expressions.js';
import { racyInits, type RacyInit } from '../analysis/summaries/shared/racy-init.js';
import type { Rule } from './rule.js';
import { findingAt, functionName, lineOf, reported, wordsFor } from './shared-references.js';

export const noRacyInit: Rule = {
  name: 'no-racy-init',
  interest: 'races',
  description: 'disallow initialising a shared reference with an await between the check and the assignment',
  messages: {
    twice:
      'Two calls of `{{name}}` can both find `{{reference}}` unset (line {{check}}) before either assigns it here: both do the work, and the later replaces the earlier. Keep the promise instead of its result, check again after the await, or use `SharedRef`.',
    early:
      '`{{reference}}` is set before it is ready: another call of `{{name}}` finds it set (line {{check}}) and goes on with it while this one still waits. Keep the promise of the finished work instead, or use `SharedRef`.',
    keep: 'Keep the promise while the work is under way.',
  },
  hasSuggestions: true,
  defaults: {},
  find(analysis, file, { confidence }) {
    const found = racyInits(analysis, file).map(({ early, test, write, ...at }) => ({
      ...findingAt(analysis, file, 'no-racy-init', at, early ? 'early' : 'twice', {
        name: functionName(analysis, file, test.fn),
        reference: wordsFor(analysis, file, at.fn, at.temp),
        check: lineOf(analysis, file, test.fn, test.read),
      }),
      ...(write.fn === test.fn && at.fn === test.fn && at.temp === write.temp && { repairs: [repairOf(analysis, file, test, write, early)] }),
    }));
    return reported(found, confidence);
  },
};

function repairOf(analysis: Analysis, file: string, { fn, read }: RacyInit['test'], write: RacyInit['write'], early: boolean): Repair {
  const facts = analysis.project.facts(file)!;
  const { code } = facts.functions[fn]!;
  const rangeOf = (temp: number): { start: number; end: number } => ({ start: code[temp]!.s, end: code[temp]!.e });
  const waits = write.value === undefined ? undefined : plain(facts, fn, write.value);
  const isPromise = waits?.op === 'await' && analysis.values.of({ file, fn }, waits.value).some((ty) => ty.k === 'box' && ty.of === 'Promise');
  return { messageId: 'keep', do: 'keep promise', write: rangeOf(write.temp), check: rangeOf(read), ...(isPromise && { promise: true }), ...(early && { early: true }) };
}
