/**
 * The same reference in the words of another file: a field by the class that has it (and its bases and heirs), a
 * module's variable by the name that it is exported by.
 */
import type { ClassIndex, FileFacts, VarIndex } from '../../facts/ir.js';
import { isTestFile } from '../../project/scan.js';
import type { Analysis } from '../analysis.js';
import type { Value } from '../values.js';
import { referencesOf, type Access, type Reference } from './references.js';

/** What a reference is in the whole project. */
export type Identity =
  | { readonly k: 'field'; readonly classes: readonly { readonly file: string; readonly cls: ClassIndex }[]; readonly name: string; /** Getters that give it. */ readonly getters: readonly string[] }
  | { readonly k: 'variable'; readonly file: string; readonly v: VarIndex; readonly name: string };

/** Of an access to a field (of `this`, or of an object whose class is known) or to an exported variable. */
export function identityOf(analysis: Analysis, file: string, access: Access): Identity | undefined {
  const facts = analysis.project.facts(file)!;
  const { root, path } = access.ref;
  if (root.k === 'this' && path.length === 1) return fieldOf(analysis, [{ k: 'instance', file, cls: root.cls }], path[0]!);
  if (root.k === 'module' && path.length === 0) {
    const exported = facts.exports.find((e) => 'v' in e && e.v === root.v);
    return exported && 'v' in exported ? { k: 'variable', file, v: root.v, name: exported.name } : undefined;
  }
  const i = facts.functions[access.fn]!.code[access.temp]!;
  if (i.op !== 'setmember') return undefined;
  return fieldOf(analysis, analysis.values.of({ file, fn: access.fn }, i.obj), i.name);
}

function fieldOf(analysis: Analysis, value: Value, name: string): Identity | undefined {
  const classes = value.flatMap((ty) => (ty.k === 'instance' ? kinOf(analysis, ty.file, ty.cls) : []));
  return classes.length > 0 ? { k: 'field', classes, name, getters: [...new Set(classes.flatMap(({ file, cls }) => gettersOf(analysis, file, cls, name)))] } : undefined;
}

/** `get session() { return this.#session; }` */
function gettersOf(analysis: Analysis, file: string, cls: ClassIndex, name: string): string[] {
  const facts = analysis.project.facts(file)!;
  return facts.classes[cls]!.members.flatMap((member) => {
    const fact = member.kind === 'get' && member.fn !== undefined ? facts.functions[member.fn]! : undefined;
    const end = fact?.blocks.length === 1 ? fact.blocks[0]!.end : undefined;
    const value = end?.k === 'return' && end.value !== undefined ? fact!.code[end.value] : undefined;
    return value?.op === 'member' && value.name === name && fact!.code[value.obj]?.op === 'this' ? [member.name] : [];
  });
}

const namesOf = (identity: Identity): readonly string[] => (identity.k === 'field' ? [identity.name, ...identity.getters] : [identity.name]);

/** A class, its bases and its heirs. */
function kinOf(analysis: Analysis, file: string, cls: ClassIndex): { file: string; cls: ClassIndex }[] {
  const kin = [{ file, cls }];
  for (const one of kin) {
    if (kin.length > 10) break;
    for (const base of analysis.values.superclass(one.file, one.cls)) if (base.k === 'class' && !kin.some((other) => isClass(other, base))) kin.push({ file: base.file, cls: base.cls });
  }
  return [...kin, ...analysis.hierarchy.subclasses(file, cls)];
}

const isClass = (a: { file: string; cls: ClassIndex }, b: { file: string; cls: ClassIndex }): boolean => a.file === b.file && a.cls === b.cls;

/** The other files in which it may be used. */
export function filesUsing(analysis: Analysis, file: string, identity: Identity): string[] {
  const homes = identity.k === 'field' ? identity.classes.flatMap((one) => [one.file, ...facesOf(analysis, one.file, one.cls)]) : [identity.file];
  const isPrivate = namesOf(identity).every((name) => name.startsWith('#'));
  const importers = isPrivate ? [] : [...new Set(homes)].flatMap((home) => analysis.imports.usersOf(home)).filter((one) => names(analysis, one, identity));
  return [...new Set([...homes, ...importers])].filter((one) => one !== file && !isTestFile(one.slice(analysis.project.root.length)));
}

/** The files of the interfaces by which a class is known. */
const facesOf = (analysis: Analysis, file: string, cls: ClassIndex): string[] =>
  analysis.project.facts(file)!.classes[cls]!.implements.flatMap((type) => analysis.values.fromType(file, type, undefined).flatMap((ty) => (ty.k === 'interface' ? [ty.file] : [])));

function names(analysis: Analysis, file: string, identity: Identity): boolean {
  try {
    const text = analysis.project.text(file);
    return namesOf(identity).some((name) => text.includes(identity.k === 'field' ? `.${name}` : name));
  } catch {
    return false;
  }
}

/** The keys that it has among the references of a file. */
export function keysIn(analysis: Analysis, file: string, identity: Identity): ReadonlySet<string> {
  const facts = analysis.project.facts(file);
  const found = new Set<string>();
  if (!facts) return found;
  for (const access of referencesOf(facts).accesses.all) {
    const ref = wholeOf(access.ref, identity);
    if (ref && !found.has(ref.key) && (identity.k === 'variable' ? isVariable(analysis, file, facts, ref, identity) : isField(analysis, file, facts, access, ref, identity))) found.add(ref.key);
  }
  return found;
}

/** The reference itself, where one of its entries is accessed. */
function wholeOf(ref: Reference, identity: Identity): Reference | undefined {
  const path = ref.path.at(-1) === '[]' ? ref.path.slice(0, -1) : ref.path;
  if (identity.k === 'variable' ? path.length > 0 : !namesOf(identity).includes(path.at(-1)!)) return undefined;
  return path.length === ref.path.length ? ref : { ...ref, key: ref.key.slice(0, -2), path };
}

function isVariable(analysis: Analysis, file: string, facts: FileFacts, { root }: Reference, identity: Extract<Identity, { k: 'variable' }>): boolean {
  if (root.k === 'module') return file === identity.file && root.v === identity.v;
  if (root.k !== 'import') return false;
  const imported = facts.imports[facts.vars[root.v]!.import!]!;
  const target = imported.typeOnly ? undefined : analysis.project.resolve(file, imported.from);
  const exported = target?.file === undefined ? undefined : analysis.project.exported(target.file, imported.name);
  return exported?.k === 'var' && exported.file === identity.file && exported.v === identity.v;
}

function isField(analysis: Analysis, file: string, facts: FileFacts, { fn, temp }: Access, { root, path }: Reference, { classes }: Extract<Identity, { k: 'field' }>): boolean {
  const isOne = (one: { file: string; cls: ClassIndex }): boolean => classes.some((other) => isClass(one, other));
  if (root.k === 'this' && path.length === 1) return isOne({ file, cls: root.cls });
  const i = facts.functions[fn]!.code[temp]!;
  const base = i.op === 'member' || i.op === 'setmember' ? i.obj : undefined;
  return base !== undefined && analysis.values.of({ file, fn }, base).some((ty) => (ty.k === 'instance' ? isOne(ty) : ty.k === 'interface' && analysis.hierarchy.implementers(ty.file, ty.type).some(isOne)));
}
