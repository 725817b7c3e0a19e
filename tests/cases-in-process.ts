/**
 * The projects under `tests/cases`, checked in the tests' own process, so that what they take of `src` is counted
 * (docs/coverage.md). The gate runs the same through ESLint with the built plugin: this is run by `npm run coverage` only.
 */
import { cpSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { check } from '../src/cli/check.js';
import { rules } from '../src/rules/index.js';
import { emptyFolder } from './projects.js';

interface Place {
  readonly file: string;
  readonly line: number;
}

interface Spec {
  readonly title: string;
  readonly fit?: 'direct' | 'stretch' | 'none';
  readonly expect?: readonly (Place & { readonly rule: string; readonly alt?: readonly Place[] })[];
  readonly allowInGood?: readonly string[];
}

const ROOT = new URL('cases', import.meta.url).pathname;

const casesIn = (folder: string): string[] =>
  existsSync(`${folder}/case.json`)
    ? [folder]
    : readdirSync(folder)
        .map((name) => `${folder}/${name}`)
        .filter((entry) => statSync(entry).isDirectory())
        .flatMap(casesIn);

function reportsIn(sources: string): (Place & { readonly rule: string })[] {
  if (!existsSync(sources)) return [];
  const root = emptyFolder();
  cpSync(sources, root, { recursive: true });
  writeFileSync(`${root}/package.json`, '{ "name": "case", "private": true, "type": "module" }\n');
  writeFileSync(`${root}/tsconfig.json`, '{ "compilerOptions": { "strict": true, "module": "NodeNext" }, "include": ["**/*.ts"] }\n');
  const { reports, problems } = check({ cwd: root, paths: [], rules, strict: false, stats: false });
  expect(problems).toEqual([]);
  return reports.map(({ rule, file, line }) => ({ rule, file: file.slice(root.length + 1), line }));
}

const isAt = (report: Place, { file, line }: Place): boolean => report.file === file && report.line >= line && report.line <= line + 4;

const cases = casesIn(ROOT).map((folder) => ({ name: folder.slice(ROOT.length + 1), folder, spec: JSON.parse(readFileSync(`${folder}/case.json`, 'utf8')) as Spec }));

it('as many reports as recorded are found', () => {
  const found = cases.flatMap(({ folder, spec: { fit = 'direct', expect: wanted = [] } }) => {
    const reports = fit === 'direct' ? reportsIn(`${folder}/bad`) : [];
    return wanted.filter(({ rule, alt = [], ...place }) => reports.some((report) => report.rule === rule && [place, ...alt].some((one) => isAt(report, one))));
  });
  const recorded = JSON.parse(readFileSync(new URL('cases-found.json', import.meta.url), 'utf8')) as { own: { direct: number } };
  expect(found.length).toBeGreaterThanOrEqual(recorded.own.direct);
});

it.each(cases.map(({ name, ...one }) => [name, one] as const))('%s is silent once mended', (_, { folder, spec }) => {
  expect(reportsIn(`${folder}/good`).filter(({ rule }) => !spec.allowInGood?.includes(rule))).toEqual([]);
});
