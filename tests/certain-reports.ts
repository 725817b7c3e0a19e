/** Small projects in which « and » mark what a rule reports as certain: all of it, and nothing else. */
import { describe, expect, it } from 'vitest';
import { Engine } from '../src/engine.js';
import type { Rule } from '../src/rules/rule.js';
import { dedent } from './marked-code.js';
import { projectOf } from './projects.js';

/** The files of one; the first is the one that is looked at. */
export type Files = Readonly<Record<string, string>>;

/** The code without its marks, and what was between them. */
function marked(text: string): { code: string; places: string[] } {
  const places: string[] = [];
  const code = dedent(text).replaceAll(/«([^»]*)»/g, (_, inner: string) => {
    places.push(withoutAwait(inner));
    return inner;
  });
  return { code, places };
}

const withoutAwait = (code: string): string => code.replace(/^await /, '');

export function expectCertain(rule: Rule, files: Files, settings?: unknown): void {
  const [main] = Object.keys(files) as [string];
  const { code, places } = marked(files[main]!);
  const others = Object.fromEntries(Object.entries(files).map(([name, text]) => [name, dedent(text)]));
  const root = projectOf({ ...others, [main]: code });
  const engine = new Engine(root, settings);
  const found = engine.findings(rule, `${root}/${main}`, { ...rule.defaults, confidence: 'certain' });
  expect(found.map(({ start, end }) => withoutAwait(code.slice(start, end)))).toEqual(places);
}

/** Cases of one question: by what they show, the parts of which `code` makes the file that is looked at. */
export function certainTable(name: string, rule: Rule, code: (...parts: string[]) => string, cases: Readonly<Record<string, readonly string[]>>): void {
  describe(name, () => {
    it.each(Object.entries(cases))('%s', (_, parts) => expectCertain(rule, { 'case.ts': code(...parts) }));
  });
}
