/** Which variable of another file an imported one is. */
import type { VarIndex } from '../../facts/ir.js';
import type { Analysis } from '../analysis.js';
import type { Reference } from './references.js';

/** The variable at home, through re-exports; undefined for a type, for what is of a package, and for what has no variable. */
export function exportedVariable(analysis: Analysis, file: string, { root }: Reference): { readonly file: string; readonly v: VarIndex } | undefined {
  if (root.k !== 'import') return undefined;
  const facts = analysis.project.facts(file)!;
  const imported = facts.imports[facts.vars[root.v]!.import!]!;
  const target = imported.typeOnly ? undefined : analysis.project.resolve(file, imported.from);
  const exported = target?.file === undefined ? undefined : analysis.project.exported(target.file, imported.name);
  return exported?.k === 'var' ? exported : undefined;
}
