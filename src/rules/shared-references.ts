/** What the rules about shared references have in common. */
import { relative } from 'node:path/posix';
import type { Confidence, Finding } from '../analysis/finding.js';
import { isTestFile } from '../analysis/project/scan.js';
import type { Analysis } from '../analysis/summaries/analysis.js';
import type { FnIndex, Temp } from '../analysis/facts/ir.js';

const confidenceOf = (analysis: Analysis, file: string, certain: boolean): Confidence =>
  certain && !isTestFile(file.slice(analysis.project.root.length)) ? 'certain' : 'likely';

/** The source's words for the reference that an instruction reads or writes. */
export function wordsFor(analysis: Analysis, file: string, fn: FnIndex, temp: Temp): string {
  const facts = analysis.project.facts(file)!;
  const ref = { file, fn };
  const i = facts.functions[fn]!.code[temp];
  switch (i?.op) {
    case 'set':
      return facts.vars[i.v]!.name;
    case 'setmember':
      // `list.length = 0` is something that is done with the list.
      return analysis.places.text(ref, i.obj) + (i.name === 'length' ? '' : `.${i.name}`);
    case 'setindex':
      return `${analysis.places.text(ref, i.obj)}[…]`;
    case 'delete':
      return `${analysis.places.text(ref, i.obj)}${i.name === undefined ? '[…]' : `.${i.name}`}`;
    case 'binary':
      return analysis.places.text(ref, i.right);
    case 'call': {
      const callee = facts.functions[fn]!.code[i.fn];
      return callee?.op === 'member' ? analysis.places.text(ref, callee.obj) : analysis.places.text(ref, temp);
    }
    default:
      return analysis.places.text(ref, temp);
  }
}

/** The name that a reader knows a function by: its own, or that of the nearest function around it that has one. */
export function functionName(analysis: Analysis, file: string, fn: FnIndex): string {
  const facts = analysis.project.facts(file)!;
  for (let at = fn; at > 0; at = facts.functions[at]!.parent) {
    const { name, kind } = facts.functions[at]!;
    if (name !== '') return kind === 'constructor' ? `constructor of ${facts.classes[facts.functions[at]!.cls!]!.name}` : name;
  }
  return 'the function';
}

export const lineOf = (analysis: Analysis, file: string, fn: FnIndex, temp: Temp): string =>
  String(analysis.project.line(file, analysis.project.facts(file)!.functions[fn]!.code[temp]!.s));

/** `rotate (line 12)`, with the file where it is another one. */
export function placeIn(analysis: Analysis, file: string, at: { readonly file: string; readonly fn: FnIndex; readonly temp: Temp }): string {
  const line = lineOf(analysis, at.file, at.fn, at.temp);
  const where = at.file === file ? `line ${line}` : `${relative(file.slice(0, file.lastIndexOf('/')), at.file)}:${line}`;
  return `\`${functionName(analysis, at.file, at.fn)}\` (${where})`;
}

/** A finding at an instruction. */
export function findingAt(
  analysis: Analysis,
  file: string,
  rule: string,
  at: { readonly fn: FnIndex; readonly temp: Temp; readonly certain: boolean },
  messageId: string,
  data: Readonly<Record<string, string>>,
): Finding {
  const { s, e } = analysis.project.facts(file)!.functions[at.fn]!.code[at.temp]!;
  return { rule, file, start: s, end: e, messageId, data, confidence: confidenceOf(analysis, file, at.certain), trace: [] };
}

/** In the order of the text, each place once, as sure as is asked for. */
export function reported(findings: readonly Finding[], confidence: Confidence | undefined): Finding[] {
  const seen = new Set<string>();
  return findings
    .filter((one) => confidence === 'likely' || one.confidence === 'certain')
    .sort((a, b) => a.start - b.start)
    .filter(({ start, end }) => !seen.has(`${start}:${end}`) && seen.add(`${start}:${end}`));
}
