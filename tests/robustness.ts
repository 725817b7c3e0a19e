/** What tests of robustness share: every rule with every option over a text, and whether what it says lies in there. */
import { expect } from 'vitest';
import type { Finding } from '../src/analysis/finding.js';
import { Engine } from '../src/engine.js';
import { rules } from '../src/rules/index.js';
import type { CommonOptions, Rule } from '../src/rules/rule.js';

export const everything = (rule: Rule): CommonOptions => ({ ...rule.defaults, ...rule.every, confidence: 'likely' });

/** A project of nothing but these texts, which are on no disk; the names are relative to its root. */
export function engineOf(texts: Readonly<Record<string, string>>, root = '/nowhere'): Engine {
  const known = new Map(Object.entries(texts).map(([name, text]) => [`${root}/${name}`, text]));
  const read = (asked: string): string => {
    const text = known.get(asked);
    if (text === undefined) throw new Error('no such file');
    return text;
  };
  return new Engine(root, undefined, { read, listing: { files: [...known.keys()], manifests: [] } });
}

/** Reports by every rule with all options on, from the text alone; it is parsed by us. */
export function findingsIn(text: string, file: string): Finding[] {
  const engine = engineOf({ [file]: text });
  return rules.flatMap((rule) => engine.findings(rule, `/nowhere/${file}`, everything(rule)));
}

/** @param length Of the file's text, or by path of each file's. */
export function expectPlacesInside(findings: readonly Finding[], length: number | ((file: string) => number)): void {
  const lengthOf = typeof length === 'number' ? () => length : length;
  for (const { file, start, end, trace, suggestions = [] } of findings) {
    for (const place of [{ file, start, end }, ...trace, ...suggestions.flatMap(({ edits }) => edits.map((edit) => ({ file, ...edit })))]) {
      const isInside = place.start >= 0 && place.start <= place.end && place.end <= lengthOf(place.file);
      expect(isInside, `${place.file}:${place.start}-${place.end}`).toBe(true);
    }
  }
}

export const expectInside = (text: string, file = 'case.ts'): void =>
  expectPlacesInside(findingsIn(text, file), text.length);
