/**
 * The same reference in the words of another file: a field by the class that has it (and its bases and heirs), a
 * module's variable by the name that it is exported by.
 */
import type { ClassIndex, FileFacts, Temp, VarIndex } from '../../facts/ir.js';
import { isTestFile } from '../../project/scan.js';
import type { Analysis } from '../analysis.js';
import type { Value } from '../values.js';
import { exportedVariable } from './exported.js';
import { plain } from './expressions.js';
import { referencesOf, type Access, type Reference } from './references.js';

/** What a reference is in the whole project. */
export type Identity =
  | {
      readonly k: 'field';
      readonly classes: readonly { readonly file: string; readonly cls: ClassIndex }[];
      /** Of the field, and of the getters that give nothing but it. */
      readonly names: readonly string[];
    }
  | { readonly k: 'variable'; readonly file: string; readonly v: VarIndex; readonly names: readonly string[] };

/** Of an access to a field (of `this`, or of an object whose class is known) or to an exported variable. */
export function identityOf(analysis: Analysis, file: string, access: Access): Identity | undefined {
  const facts = analysis.project.facts(file)!;
  const { root, path } = access.ref;
  if (root.k === 'this' && path.length === 1) return fieldOf(analysis, [{ k: 'instance', file, cls: root.cls }], path[0]!);
  if (root.k === 'module' && path.length === 0) {
    const exported = facts.exports.find((e) => 'v' in e && e.v === root.v);
    return exported && 'v' in exported ? { k: 'variable', file, v: root.v, names: [exported.name] } : undefined;
  }
  const i = facts.functions[access.fn]!.code[access.temp]!;
  if (i.op !== 'setmember') return undefined;
  return fieldOf(analysis, analysis.values.of({ file, fn: access.fn }, i.obj), i.name);
}

function fieldOf(analysis: Analysis, value: Value, name: string): Identity | undefined {
  const classes = value.flatMap((ty) => (ty.k === 'instance' ? kinOf(analysis, ty.file, ty.cls) : []));
  return classes.length > 0 ? { k: 'field', classes, names: [name, ...classes.flatMap((one) => gettersOf(analysis, one, name))] } : undefined;
}

/** The getters of a class that give a field as it is. */
function gettersOf(analysis: Analysis, { file, cls }: { readonly file: string; readonly cls: ClassIndex }, name: string): string[] {
  const facts = analysis.project.facts(file)!;
  return facts.classes[cls]!.members.flatMap((member) => {
    const fact = member.kind === 'get' && !member.static && member.fn !== undefined ? facts.functions[member.fn] : undefined;
    const returned = fact?.blocks.flatMap(({ end }) => (end.k === 'return' ? [end.value] : [])) ?? [];
    const isField = (temp: Temp | undefined): boolean => {
      const i = temp === undefined ? undefined : plain(facts, member.fn!, temp);
      return i?.op === 'member' && i.name === name && fact!.code[i.obj]?.op === 'this';
    };
    return returned.length > 0 && returned.every(isField) ? [member.name] : [];
  });
}

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
  const homes = identity.k === 'field' ? identity.classes.flatMap((one) => [one.file, ...interfacesOf(analysis, one)]) : [identity.file];
  const isPrivate = identity.names.every((name) => name.startsWith('#'));
  const importers = isPrivate ? [] : [...new Set(homes)].flatMap((home) => analysis.imports.usersOf(home)).filter((one) => names(analysis, one, identity));
  return [...new Set([...homes, ...importers])].filter((one) => one !== file && !isTestFile(one.slice(analysis.project.root.length)));
}

/** The files of the interfaces that a class says it has. */
const interfacesOf = (analysis: Analysis, { file, cls }: { readonly file: string; readonly cls: ClassIndex }): string[] =>
  analysis.project.facts(file)!.classes[cls]!.implements.flatMap((type) => analysis.values.fromType(file, type, undefined).flatMap((ty) => (ty.k === 'interface' ? [ty.file] : [])));

function names(analysis: Analysis, file: string, { k, names: all }: Identity): boolean {
  try {
    const text = analysis.project.text(file);
    return all.some((name) => text.includes(k === 'field' ? `.${name}` : name));
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
    if (ref && !found.has(ref.key) && (identity.k === 'variable' ? isVariable(analysis, file, ref, identity) : isField(analysis, file, facts, access, ref, identity))) found.add(ref.key);
  }
  return found;
}

/** The reference itself, where one of its entries is accessed. */
function wholeOf(ref: Reference, { k, names: all }: Identity): Reference | undefined {
  const path = ref.path.at(-1) === '[]' ? ref.path.slice(0, -1) : ref.path;
  if (k === 'variable' ? path.length > 0 : !all.includes(path.at(-1) ?? '')) return undefined;
  return path.length === ref.path.length ? ref : { ...ref, key: ref.key.slice(0, -2), path };
}

function isVariable(analysis: Analysis, file: string, ref: Reference, identity: Extract<Identity, { k: 'variable' }>): boolean {
  if (ref.root.k === 'module') return file === identity.file && ref.root.v === identity.v;
  const exported = exportedVariable(analysis, file, ref);
  return exported?.file === identity.file && exported.v === identity.v;
}

function isField(analysis: Analysis, file: string, facts: FileFacts, { fn, temp }: Access, { root, path }: Reference, { classes }: Extract<Identity, { k: 'field' }>): boolean {
  const isOne = (one: { file: string; cls: ClassIndex }): boolean => classes.some((other) => isClass(one, other));
  if (root.k === 'this' && path.length === 1) return isOne({ file, cls: root.cls });
  const i = facts.functions[fn]!.code[temp]!;
  const base = i.op === 'member' || i.op === 'setmember' ? i.obj : undefined;
  const isOf = (ty: Value[number]): boolean => (ty.k === 'instance' ? isOne(ty) : ty.k === 'interface' && analysis.hierarchy.implementers(ty.file, ty.type).some(isOne));
  return base !== undefined && analysis.values.of({ file, fn }, base).some(isOf);
}
