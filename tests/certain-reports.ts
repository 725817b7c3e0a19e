/** Small projects in which « and » mark what a rule reports as certain: all of it, and nothing else. */
import { expect } from 'vitest';
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
