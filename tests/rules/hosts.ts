/**
 * Runs one table of cases for a rule under ESLint 10, ESLint 9 and oxlint.
 *
 * In the code of a case, each report stands between « and »; the marks are taken out before linting, and give its line,
 * column, end line and end column. A case may have other files: each case is a small project in a folder of its own.
 */
import path from 'node:path';
import tsParser from '@typescript-eslint/parser';
import { Linter as Linter10, RuleTester as ESLint10, type Rule } from 'eslint';
import { Linter as Linter9, RuleTester as ESLint9 } from 'eslint9';
import { describe, expect, it } from 'vitest';
import plugin from '../../src/index.js';
import { dedent, unmark, type Place } from '../marked-code.js';
import { projectOf } from '../projects.js';
import { runOxlint } from './oxlint.js';

export interface Case {
  readonly name: string;
  /** The linted file; the code of a `.ts` file is read by typescript-eslint's parser, of a `.js` file by espree. */
  readonly file?: `${string}.${'ts' | 'tsx' | 'js' | 'mjs' | 'cjs'}`;
  readonly code: string;
  /** Texts of the other files of the project, by name. */
  readonly others?: Readonly<Record<string, string>>;
  readonly options?: Readonly<Record<string, unknown>>;
  /** What stands under `settings.lockwright`. */
  readonly settings?: Readonly<Record<string, unknown>>;
}

/** A report with suggestions: what each says -> the file after it, or where that is not what the case is about, how many. */
interface Suggesting {
  readonly message: string;
  readonly suggests: Readonly<Record<string, string>> | number;
}

export interface ReportedCase extends Case {
  /** One for each mark in `code`, in the same order: the message, and what the file is after each suggestion. */
  readonly reports: readonly (string | Suggesting)[];
}

/** A case as ESLint's testers take it. */
export interface TesterCase {
  readonly name: string;
  readonly others: Readonly<Record<string, string>>;
  readonly filename: string;
  readonly code: string;
  readonly options?: readonly [object];
  readonly settings?: object;
  readonly errors?: readonly TesterError[];
}

export interface TesterError extends Place {
  readonly message: string;
  readonly suggestions?: number | readonly { readonly desc: string; readonly output: string }[];
}

function testerCase(given: Case | ReportedCase): TesterCase {
  const { name, file = 'case.ts', others = {}, options, settings } = given;
  const { code, places } = unmark(dedent(given.code));
  const dedented = Object.fromEntries(Object.entries(others).map(([other, text]) => [other, dedent(text)]));
  const folder = projectOf({ ...dedented, [file]: code });
  const reports = 'reports' in given ? given.reports : [];
  if (reports.length !== places.length) throw new Error(`${name}: ${places.length} marks for ${reports.length} reports`);
  return {
    name,
    others: dedented,
    filename: path.join(folder, file),
    code,
    ...(options && { options: [options] }),
    ...(settings && { settings: { lockwright: settings } }),
    ...('reports' in given && {
      errors: given.reports.map((report, n) => {
        if (typeof report === 'string') return { message: report, ...places[n]! };
        if (typeof report.suggests === 'number') return { message: report.message, ...places[n]!, suggestions: report.suggests };
        const suggestions = Object.entries(report.suggests).map(([desc, output]) => ({ desc, output: dedent(output) }));
        return { message: report.message, ...places[n]!, suggestions };
      }),
    }),
  };
}

const parserOf = (file: string): object => (/\.[cm]?tsx?$/.test(file) ? { parser: tsParser } : {});
const sourceTypeOf = (file: string): object => (file.endsWith('.cjs') ? { sourceType: 'commonjs' } : {});

const forESLint = ({ others: _, ...given }: TesterCase): object => ({
  ...given,
  languageOptions: { ...parserOf(given.filename), ...sourceTypeOf(given.filename) },
});

/** What ESLint's testers of both versions have in common. */
interface Tester {
  run(name: string, rule: object, cases: { valid: object[]; invalid: object[] }): void;
}

for (const tester of [ESLint10, ESLint9]) Object.assign(tester, { describe, it, itOnly: it.only });

const eslints: readonly (readonly [string, () => Tester])[] = [
  ['ESLint 10', () => new ESLint10() as Tester],
  ['ESLint 9', () => new ESLint9() as Tester],
];

type MakeLinter = (options: { cwd: string }) => Linter10;

const linters: readonly (readonly [string, MakeLinter])[] = [
  ['ESLint 10', (options) => new Linter10(options)],
  ['ESLint 9', (options) => new Linter9(options) as unknown as Linter10],
];

/** Each suggestion gives code that parses, and that the rule has one thing less to say about. */
function staysSilent(linterFor: MakeLinter, rule: string, { filename, code, options, settings, others }: TesterCase): void {
  const config: Linter10.Config = {
    files: ['**/*.{ts,tsx,js,mjs,cjs}'],
    languageOptions: { ...parserOf(filename), ...sourceTypeOf(filename) },
    plugins: { lockwright: plugin },
    rules: { [`lockwright/${rule}`]: ['error', ...(options ?? [])] },
    ...(settings && { settings: settings as Record<string, unknown> }),
  };
  const lint = (folder: string, text: string) => linterFor({ cwd: folder }).verify(text, [config], { filename: path.join(folder, path.basename(filename)) });
  const messages = lint(path.dirname(filename), code);
  const suggestions = messages.flatMap((message) => message.suggestions ?? []);
  expect(suggestions).not.toEqual([]);
  for (const { desc, fix } of suggestions) {
    const output = code.slice(0, fix.range[0]) + fix.text + code.slice(fix.range[1]);
    const after = lint(projectOf({ ...others, [path.basename(filename)]: output }), output);
    expect(after.filter(({ fatal }) => fatal), desc).toEqual([]);
    expect(after.map(({ message }) => message), `${desc}\n${output}`).toHaveLength(messages.length - 1);
  }
}

/** Registers the cases of a rule under every host. */
export function runRule(
  name: string,
  { silent, reported }: { readonly silent: readonly Case[]; readonly reported: readonly ReportedCase[] },
): void {
  const rule = (plugin.rules as Record<string, Rule.RuleModule>)[name]!;
  if (silent.length === 0 || reported.length === 0) throw new Error(`${name}: cases of one kind only prove nothing`);
  const valid = silent.map(testerCase);
  const invalid = reported.map(testerCase);
  for (const [host, tester] of eslints) {
    describe(host, () => tester().run(name, rule, { valid: valid.map(forESLint), invalid: invalid.map(forESLint) }));
  }
  const suggesting = invalid.filter(({ errors = [] }) => errors.some(({ suggestions }) => suggestions));
  for (const [host, linter] of suggesting.length > 0 ? linters : []) {
    describe(`${host}: after a suggestion`, () => {
      it.each(suggesting.map((given) => [given.name, given] as const))('%s', (_, given) => staysSilent(linter, name, given));
    });
  }
  describe('oxlint', () => runOxlint(name, [...valid, ...invalid]));
}
