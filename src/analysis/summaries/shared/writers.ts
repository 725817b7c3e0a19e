/** Who else writes a shared reference: in the same file, in the file that exports it, and where a public field is written by its name. */
import type { Analysis } from '../analysis.js';
import type { FileFacts } from '../../facts/ir.js';
import { concurrencyOf } from './concurrency.js';
import { exportedVariable } from './exported.js';
import { covers, referencesOf, type Access, type Reference } from './references.js';

export interface Writer {
  readonly file: string;
  readonly access: Access;
}

const WRITES = new Set(['write', 'put', 'drop', 'clear', 'mutate']);

/** Writes after construction of the reference, or of what holds it. */
export function writersOf(analysis: Analysis, file: string, ref: Reference): Writer[] {
  const found = here(analysis, file, ref);
  if (ref.root.k !== 'import') return found;
  const exported = exportedVariable(analysis, file, ref);
  if (!exported) return found;
  const key = `V${exported.v}${ref.key.slice(`V${ref.root.v}`.length)}`;
  return [...found, ...here(analysis, exported.file, { key, root: { k: 'module', v: exported.v }, path: ref.path })];
}

function here(analysis: Analysis, file: string, ref: Reference): Writer[] {
  const facts = analysis.project.facts(file);
  if (!facts) return [];
  return referencesOf(facts)
    .accesses.all.filter((access) => WRITES.has(access.kind) && (access.ref.key === ref.key || covers(access.ref, ref)) && !isInitial(facts, access))
    .map((access) => ({ file, access }));
}

/** In a constructor, or in the factory whose variable it is: nobody else has it yet. */
export const isInitial = (facts: FileFacts, { fn, ref: { root } }: Access): boolean =>
  concurrencyOf(facts).isConstruction(fn) || (root.k === 'closure' && facts.vars[root.v]!.owner === fn);

/** Writes of a field of a class through a variable, in the file and those that it imports. */
export function fieldWriters(analysis: Analysis, file: string, cls: { readonly file: string; readonly cls: number }, name: string): Writer[] {
  const files = new Set([file, cls.file, ...analysis.imports.of(file)]);
  return [...files].flatMap((one): Writer[] => {
    const facts = analysis.project.facts(one);
    if (!facts) return [];
    return facts.functions.flatMap((fact, fn) =>
      fact.code.flatMap((i, temp): Writer[] => {
        if (i.op !== 'setmember' || i.name !== name || concurrencyOf(facts).isConstruction(fn)) return [];
        const of = analysis.values.of({ file: one, fn }, i.obj);
        if (!of.some((ty) => ty.k === 'instance' && ty.file === cls.file && ty.cls === cls.cls)) return [];
        return [{ file: one, access: { kind: 'write', fn, temp, value: i.value, ref: { key: '', root: { k: 'global', name: '' }, path: [name] } } }];
      }),
    );
  });
}
