/** Objects that belong to several: what an object is given by the one that makes it, and keeps. */
import type { Temp } from '../facts/ir.js';
import type { Analysis } from './analysis.js';
import type { Place } from './effect.js';
import { returnedBy } from './graph.js';
import { memberWritesOf, ownWritesOf, type MemberWrite } from './uses.js';
import type { FnRef } from './values.js';

interface Written {
  readonly ref: FnRef;
  readonly value: Temp;
}

/** Everything that is written to a field of the objects of a class, by their own methods; undefined where others may write it. */
function writesOfField(analysis: Analysis, file: string, cls: number, name: string): readonly Written[] | undefined {
  const facts = analysis.project.facts(file)!;
  const found: Written[] = [];
  for (const { kind, fn } of facts.classes[cls]!.members.filter((one) => one.name === name && !one.static)) {
    if (kind !== 'field') return undefined;
    if (fn === undefined) continue;
    for (const value of returnedBy(facts.functions[fn]!)) found.push({ ref: { file, fn }, value });
  }
  const isOther = ({ fn, obj }: MemberWrite): boolean =>
    facts.functions[fn]!.code[obj]?.op !== 'this' && analysis.values.of({ file, fn }, obj).some((ty) => ty.k === 'instance' && ty.file === file && ty.cls === cls);
  if (memberWritesOf(facts, name).some(isOther)) return undefined;
  return [...found, ...ownWritesOf(facts, cls, name).map(({ fn, value }) => ({ ref: { file, fn }, value }))];
}

/** The constructor's parameter that a field is. */
export function parameterOf(analysis: Analysis, file: string, cls: number, name: string): number | undefined {
  const found = analysis.values.findMember(file, cls, name, false);
  if (!found || 'base' in found) return undefined;
  if (found.member.param !== undefined) return found.member.param;
  const facts = analysis.project.facts(found.file)!;
  for (const write of memberWritesOf(facts, name)) {
    const given = analysis.values.of({ file: found.file, fn: write.fn }, write.value).find((ty) => ty.k === 'param');
    if (given?.k === 'param' && given.path.length === 0 && facts.functions[given.fn]!.kind === 'constructor') return given.index;
  }
  return undefined;
}

/**
 * A field of an object that a field holds, as the one who made the object knows it: after `this.sync = new Sync(this.store)`,
 * where a `Sync` keeps what it is given as its `store`, `this.sync.store` is `this.store`.
 *
 * @param holder The field that holds the object: `this.sync`.
 * @param inner A place in the object's own methods: `this.store.lock`.
 * @returns The place of what was given, and what follows it in `inner`: `this.store`, `.lock`.
 */
export function asMaker(analysis: Analysis, holder: Place, inner: Place): { readonly place: Place; readonly rest: string } | undefined {
  const own = fieldOf(holder.id);
  const kept = fieldOf(inner.id);
  if (!own || !kept || own.rest !== '' || kept.rest === '' || holder.root !== 'this' || inner.root !== 'this') return undefined;
  const { file, cls, name } = own;
  const writes = writesOfField(analysis, file, cls, name);
  const stored = writesOfField(analysis, kept.file, kept.cls, kept.name);
  const position = parameterOf(analysis, kept.file, kept.cls, kept.name);
  if (writes?.length !== 1 || position === undefined || !stored || stored.length > 1) return undefined;
  const { ref, value } = writes[0]!;
  const made = analysis.values.instruction({ ...ref, temp: value });
  if (made?.op !== 'call' || !made.new || made.spread !== undefined) return undefined;
  const isOfClass = analysis.values.of(ref, made.fn).some((ty) => ty.k === 'class' && analysis.constructorOf(ty.file, ty.cls)?.file === kept.file && ty.cls === kept.cls);
  const given = made.args[position];
  if (!isOfClass || given === undefined) return undefined;
  const place = analysis.places.of(ref, given);
  if (place.root === 'this' || place.root === 'module') return { place, rest: kept.rest };
  // Given to both: the maker keeps it in a field of its own.
  const field = place.root === 'param' && place.param?.path.length === 0 ? fieldThatIs(analysis, file, cls, place.param.index) : undefined;
  return field && { place: field, rest: kept.rest };
}

/** The one field that keeps a parameter of its class's constructor. */
function fieldThatIs(analysis: Analysis, file: string, cls: number, index: number): Place | undefined {
  const facts = analysis.project.facts(file)!;
  const names = new Set(facts.classes[cls]!.members.filter((one) => one.kind === 'field' && !one.static).map((one) => one.name));
  for (const name of names) {
    const writes = writesOfField(analysis, file, cls, name);
    if (!writes || writes.length > 1 || parameterOf(analysis, file, cls, name) !== index) continue;
    const id = `T${file}#${cls}.${name}`;
    return { id, text: `this.${name}`, root: 'this', path: `.${name}`, member: id };
  }
  return undefined;
}

function fieldOf(id: string): { readonly file: string; readonly cls: number; readonly name: string; readonly rest: string } | undefined {
  const at = id.startsWith('T') ? /#(\d+)\./.exec(id) : null;
  const path = at ? id.slice(at.index + at[0].length) : '';
  if (!at || !/^[#\w$.]+$/.test(path)) return undefined;
  const [name = '', ...more] = path.split('.');
  return { file: id.slice(1, at.index), cls: Number(at[1]), name, rest: more.map((part) => `.${part}`).join('') };
}
