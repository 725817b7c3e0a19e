/** What the pages for those who work on this say is so: figures, files and scripts that they name. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const read = (file: string): string => readFileSync(ROOT + file, 'utf8');

it('the decisions have numbers of their own, and are all in the index', () => {
  const pages = readdirSync(`${ROOT}docs/decisions`).filter((name) => name !== 'README.md').sort();
  const index = [...read('docs/decisions/README.md').matchAll(/^\| (\d+) \| \[(.+)\]\((.+)\) \|$/gm)];
  expect(index.map(([, , , file]) => file)).toEqual(pages);
  for (const [, number, title, file] of index) {
    expect(file).toMatch(new RegExp(`^${number!.padStart(4, '0')}-`));
    expect(read(`docs/decisions/${file}`).split('\n')[0]).toBe(`# ${number}. ${title}`);
  }
});

/** A row of the table of bounds, and where its figure stands in the sources. */
const bounds: readonly (readonly [row: string, file: string, source: RegExp])[] = [
  ['brackets in brackets', 'project/parse', /DEEPEST_NESTING = (\d+)/],
  ['locks held in one function', 'summaries/flow', /MOST_HELD = (\d+)/],
  ['visits of blocks in a flow', 'summaries/flow', /steps\+\+ < ([\d_]+)/],
  ['rounds of functions that call each other', 'summaries/analysis', /MOST_ROUNDS = (\d+)/],
  ['functions in progress at once', 'summaries/analysis', /DEEPEST = (\d+)/],
  ['effects of a summary', 'summaries/effect', /MOST_EFFECTS = (\d+)/],
  ['locks that a function takes', 'summaries/takes', /MOST_TAKES = (\d+)/],
  ['alternatives that a value can be', 'summaries/values', /MOST_ALTERNATIVES = (\d+)/],
  ['ways through a function', 'summaries/paths', /MOST_WALKS = (\d+)/],
  ['steps over a shared reference', 'summaries/shared/stretches', /MOST_STEPS = (\d+)/],
  ['copies of one `finally`', 'facts/graph', /MOST_COPIES = (\d+)/],
  ['functions that one event leads to', 'summaries/listeners', /MOST_FUNCTIONS = (\d+)/],
  ['rounds for names', 'summaries/taker-index', /MOST_ROUNDS = (\d+)/],
];

it.each(bounds)('the bound of the architecture page is that of the sources: %s', (row, file, source) => {
  const written = read('docs/architecture.md').split('\n').find((line) => line.startsWith(`| ${row}`));
  const figure = Number(source.exec(read(`src/analysis/${file}.ts`))![1]!.replaceAll('_', ''));
  expect(written).toMatch(new RegExp(`\\b${figure.toLocaleString('en')}\\b`));
});

it.each(['CONTRIBUTING.md', 'docs/architecture.md'])('%s names files and scripts that exist', (page) => {
  const text = read(page);
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  for (const [, name] of text.matchAll(/npm run ([\w:]+)/g)) expect(Object.keys(scripts)).toContain(name);
  const named = [...text.matchAll(/`((?:src|tests|bench|scripts|docs|\.ci)\/[\w./-]+)`/g)].map(([, file]) => file!);
  expect(named.length).toBeGreaterThan(2);
  for (const file of named) expect(existsSync(ROOT + file), file).toBe(true);
});
