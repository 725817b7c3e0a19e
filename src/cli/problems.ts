/** What stood in the way of the analysis, put so that a user knows which file it is and what to do. */
import { existsSync, readFileSync } from 'node:fs';
import { defectIn } from '../rules/rule.js';
import type { Problem } from './report.js';

/** Why a file has no facts, in words for users. */
export function fileProblem(file: string, message: string): Problem {
  const code = /^(E[A-Z]+): /.exec(message)?.[1];
  if (code === 'EACCES' || code === 'EPERM') return { file, message: 'no permission to read it' };
  if (code === 'ENOENT') return { file, message: 'has gone, or is a link that leads nowhere' };
  return { file, message };
}

/** A defect of ours: the other rules and files go on. */
export function defect(file: string, rule: string | undefined, error: unknown): Problem {
  const stack = error instanceof Error ? error.stack : undefined;
  return { file, message: defectIn(rule ?? 'the analysis', error), ...(stack !== undefined && { stack }) };
}

/**
 * The engine's problems, each once. It tells of a tsconfig that cannot be used with the name of the first file of each
 * folder whose imports ask for it; what users have to know is which tsconfig.
 */
export function engineProblems(problems: readonly { file: string; message: string }[]): Problem[] {
  const known = new Map<string, Problem>();
  for (const problem of problems) {
    const told = tsconfigProblem(problem) ?? problem;
    known.set(`${told.file ?? ''}\0${told.message}`, told);
  }
  return [...known.values()];
}

function tsconfigProblem({ file, message }: { file: string; message: string }): Problem | undefined {
  if (!/tsconfig/i.test(message)) return undefined;
  const without = 'imports are resolved without this tsconfig';
  const named = /"([^"]+\.json)"|path: "([^"]+)"/.exec(message);
  const tsconfig = named?.[1] ?? named?.[2] ?? nearestTsconfig(file);
  if (tsconfig === undefined) return undefined;
  const missing = /Tsconfig not found (.*)/i.exec(message)?.[1];
  if (missing !== undefined) {
    const reason = `extends \`${missing.trim()}\`, which cannot be found (not installed?)`;
    return { file: tsconfig, message: `${reason}; ${without}` };
  }
  const syntax = /message: "((?:[^"\\]|\\.)*)"(?:, line: (\d+), column: (\d+))?/.exec(message);
  if (syntax) {
    const reason = syntax[1]!.replace(/ at line \d+ column \d+$/, '');
    const at = syntax[2] !== undefined ? ` at ${syntax[2]}:${Number(syntax[3]) + 1}` : '';
    return { file: tsconfig, message: `no valid JSON${at}: ${reason}; ${without}` };
  }
  const reason = message.replace(/^its imports are resolved without a tsconfig: /, '');
  return { file: tsconfig, message: `${reason}; ${without}` };
}

function nearestTsconfig(file: string): string | undefined {
  for (let folder = file; folder.includes('/'); ) {
    folder = folder.slice(0, folder.lastIndexOf('/'));
    if (existsSync(`${folder}/tsconfig.json`)) return `${folder}/tsconfig.json`;
  }
  return undefined;
}

/** The value of the key `lockwright` in a project's package.json: as `settings.lockwright` in ESLint's config. */
export function readSettings(root: string): { settings?: unknown; problem?: Problem } {
  const file = `${root}/package.json`;
  let text;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    // A project without a manifest has no settings.
    return {};
  }
  try {
    const manifest = JSON.parse(text.replace(/^\uFEFF/, '')) as { lockwright?: unknown } | null;
    return manifest?.lockwright === undefined ? {} : { settings: manifest.lockwright };
  } catch (error) {
    return { problem: { file, message: `no valid JSON, so its settings are not read: ${(error as Error).message}` } };
  }
}

/** As the engine words it for ESLint's settings -> as it stands in package.json. */
export const settingProblem = (root: string, message: string): Problem => ({
  file: `${root}/package.json`,
  message: message.replace(/^settings\.lockwright/, '"lockwright"'),
});
