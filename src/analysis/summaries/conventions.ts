/** What a project says by convention: that whoever calls a function holds its lock, and which lock guards a field. */
import type { Analysis } from './analysis.js';
import type { Reference } from './shared/references.js';
import type { FnRef } from './values.js';

/** What may stand between a doc comment and the name of what it is about. */
const BEFORE_NAME = /\*\/\s*(?:@\w+(?:\([^()]*\))?\s*)*(?:(?:export|default|public|private|protected|static|async|override|readonly|declare|function|const|let|var)\s+|[*#]\s*)*$/;

/** Whether the settings' `callerHolds` says so of the function's name, or `@holds` in its doc comment; or of one around it. */
export function callerHolds(analysis: Analysis, { file, fn }: FnRef): boolean {
  const facts = analysis.project.facts(file)!;
  for (let at = fn; at > 0; at = facts.functions[at]!.parent) {
    const { name, at: start } = facts.functions[at]!;
    const bare = name.replace(/^#/, '');
    if (bare !== '' && analysis.callerHolds.some((pattern) => pattern.test(bare) || pattern.test(name))) return true;
    if (/@holds\b/.test(commentBefore(analysis, file, start))) return true;
  }
  return false;
}

/** The last name of the lock that `@guardedBy` in the doc comment of a field (or variable) names: `lock` of `this.#lock`. */
export function guardedBy(analysis: Analysis, file: string, { root, path }: Reference): string | undefined {
  const facts = analysis.project.facts(file)!;
  let at: number | undefined;
  if (root.k === 'this' || root.k === 'static') at = facts.classes[root.cls]?.members.find(({ name }) => name === path[0])?.at;
  else if (root.k === 'module') at = facts.vars[root.v]!.at;
  const lock = at === undefined ? undefined : /@guardedBy\s+([\w.#$]+)/.exec(commentBefore(analysis, file, at))?.[1];
  return lock === undefined ? undefined : lastName(lock);
}

export const lastName = (text: string): string => text.split('.').at(-1)!.replace(/^#/, '');

/** The doc comment of what is named at an offset. */
function commentBefore(analysis: Analysis, file: string, at: number): string {
  const before = analysis.project.text(file).slice(0, at);
  return BEFORE_NAME.test(before.slice(-400)) ? before.slice(before.lastIndexOf('/**')) : '';
}
