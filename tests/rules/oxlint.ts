/**
 * Runs cases under oxlint's own command, which loads the built plugin from `dist`; its RuleTester needs Node 22. One run
 * lints all cases of a rule, each with a configuration beside it; another applies the suggestions.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, it } from 'vitest';
import { emptyFolder } from '../projects.js';
import type { TesterCase } from './hosts.js';

const PLUGIN = fileURLToPath(new URL('../../dist/index.js', import.meta.url));
const OXLINT = path.join(path.dirname(createRequire(import.meta.url).resolve('oxlint/package.json')), 'bin/oxlint');

/** What of a report in oxlint's JSON is compared. */
interface Diagnostic {
  readonly message: string;
  readonly filename: string;
  readonly labels: readonly { readonly span: { readonly offset: number; readonly length: number } }[];
}

/** Registers one test for each case, and one for its suggestions where it has any. */
export function runOxlint(rule: string, cases: readonly TesterCase[]): void {
  let diagnostics: readonly Diagnostic[] = [];
  const fixed = new Map<string, string>();

  beforeAll(() => {
    for (const { filename, options = [], settings } of cases) {
      const config = {
        plugins: [],
        jsPlugins: [{ name: 'lockwright', specifier: PLUGIN }],
        categories: { correctness: 'off' },
        rules: { [`lockwright/${rule}`]: ['error', ...options] },
        ...(settings && { settings }),
      };
      writeFileSync(path.join(path.dirname(filename), '.oxlintrc.json'), JSON.stringify(config));
    }
    const files = cases.map(({ filename }) => filename);
    diagnostics = oxlint(['--format', 'json', ...files]);
    oxlint(['--format', 'json', '--fix-suggestions', ...files]);
    for (const file of files) fixed.set(file, readFileSync(file, 'utf8'));
    // All cases in two runs, perhaps beside other work.
  }, 60_000);

  it.each(cases.map((given) => [given.name, given] as const))('%s', (_, { filename, code, errors = [] }) => {
    const own = diagnostics.filter((diagnostic) => path.resolve('/', diagnostic.filename) === path.resolve(filename));
    const expected = errors.map(({ suggestions: _, ...error }) => error);
    expect(own.map((diagnostic) => asESLintSays(diagnostic, code)).sort(byPlace)).toEqual([...expected].sort(byPlace));
  });

  // It applies all that do not overlap: where only one report has any, the result is one of those.
  const suggesting = cases.filter(({ errors = [] }) => {
    const told = errors.filter(({ suggestions }) => suggestions);
    return told.length === 1 && typeof told[0]!.suggestions === 'object';
  });
  if (suggesting.length === 0) return;
  it.each(suggesting.map((given) => [given.name, given] as const))('suggestion: %s', (_, { filename, errors }) => {
    const outputs = errors!.flatMap(({ suggestions }) => (typeof suggestions === 'object' ? suggestions.map(({ output }) => output) : []));
    expect(outputs).toContain(fixed.get(filename));
  });
}

/** Run from an empty folder, so that each case is found to be a project of its own. */
function oxlint(args: readonly string[]): readonly Diagnostic[] {
  const { stdout, stderr } = spawnSync(process.execPath, [OXLINT, ...args], { cwd: emptyFolder(), encoding: 'utf8' });
  if (!stdout.startsWith('{')) throw new Error(`oxlint did not lint: ${stdout}${stderr}`);
  return (JSON.parse(stdout) as { diagnostics: Diagnostic[] }).diagnostics;
}

/** With ESLint's one-based columns in UTF-16 units instead of offsets in UTF-8 bytes. */
function asESLintSays({ message, labels }: Diagnostic, code: string) {
  const bytes = Buffer.from(code);
  const { offset, length } = labels[0]!.span;
  const place = (at: number) => {
    const lines = bytes.subarray(0, at).toString().split('\n');
    return { line: lines.length, column: lines.at(-1)!.length + 1 };
  };
  const end = place(offset + length);
  return { message, ...place(offset), endLine: end.line, endColumn: end.column };
}

function byPlace(a: { line: number; column: number }, b: { line: number; column: number }): number {
  return a.line - b.line || a.column - b.column;
}
