/** What findings suggest, as edits of the file that they are in. */
import type { Edit, Finding, Repair, Suggestion } from '../../analysis/finding.js';
import { awaiting } from './await.js';
import { copying } from './copy.js';
import { releasing } from './finally.js';
import { oneByOne } from './one-by-one.js';
import { passing } from './pass.js';
import { throughSection } from './section.js';
import { keepingPromise, type Typed } from './single-flight.js';
import { removing, takingBefore } from './unheld.js';
import { isShadowed, type Source } from './tree.js';

/** @param source Asked for only where the finding has something to repair. */
export function suggestionsOf(finding: Finding, source: () => Source | undefined): readonly Suggestion[] {
  const { suggestions = [], repairs = [] } = finding;
  const given = repairs.length > 0 ? tried(source) : undefined;
  if (!given) return suggestions;
  const repaired = repairs.flatMap((repair): Suggestion[] => {
    const edits = tried(() => editsOf(repair, { ...given, typed: !/\.[cm]?jsx?$/.test(finding.file) }));
    return edits ? [{ messageId: repair.messageId, ...(repair.data && { data: repair.data }), edits }] : [];
  });
  return [...suggestions, ...repaired];
}

/** A defect of an edit (or a tree too deep for the stack) is no reason to lose the report. */
function tried<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}

function editsOf(repair: Repair, source: Typed): readonly Edit[] | undefined {
  switch (repair.do) {
    case 'await':
      return awaiting(source, repair);
    case 'replace': {
      const { start, end } = repair.at;
      return source.text.slice(start, end) === repair.was && !isShadowed(source.program, repair.at, repair.by) ? [{ start, end, text: repair.by }] : undefined;
    }
    case 'pass':
      return passing(source, repair);
    case 'finally':
      return releasing(source, repair);
    case 'section':
      return throughSection(source, repair);
    case 'take before':
      return takingBefore(source, repair);
    case 'remove':
      return removing(source, repair);
    case 'copy':
      return copying(source, repair.call);
    case 'keep promise':
      return keepingPromise(source, repair);
    case 'one by one':
      return oneByOne(source, repair.call);
  }
}
