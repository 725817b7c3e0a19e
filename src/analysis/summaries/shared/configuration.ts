/** Shared configuration: which references are configuration, who writes into it, and who decides by what a reaction to a change updates. */
import { isWholeImport, type FnIndex, type FunctionFact, type InstructionOf, type Temp } from '../../facts/ir.js';
import type { Analysis } from '../analysis.js';
import { returnedBy } from '../graph.js';
import { memberWritesOf, operandsOf, ownWritesOf, writesOf } from '../uses.js';
import type { FnRef } from '../values.js';
import { callSitesOf } from './call-sites.js';
import { concurrencyOf } from './concurrency.js';
import { isEmptyValue, partsOf, plain } from './expressions.js';
import { isBuiltFromFresh } from './overlap.js';
import { referencesOf, type Access, type Reference } from './references.js';
import { testsOf } from './tests.js';

export interface ConfigMutation {
  readonly fn: FnIndex;
  readonly temp: Temp;
  /** What is written into, where it is an argument. */
  readonly target?: Temp;
  readonly ref: Reference;
  readonly how: 'mutated' | 'derived';
  readonly certain: boolean;
}

export interface ModeCheck {
  readonly fn: FnIndex;
  readonly temp: Temp;
  readonly field: Temp;
  /** Who updates the field as a reaction to the change. */
  readonly writer: { readonly file: string; readonly fn: FnIndex; readonly temp: Temp };
  readonly certain: boolean;
}

type Facts = NonNullable<ReturnType<Analysis['project']['facts']>>;

const CONFIG_MODULE = /(?:^|[/.-])(?:config|configuration|settings|env|environment)(?:\.[cm]?[jt]sx?|\/index(?:\.[cm]?[jt]s)?)?$|^(?:config|convict|nconf|dotenv|@nestjs\/config)$/i;
const CONFIG_NAME = /^#?_?(?:\w*[cC]onfig(?:uration)?|[sS]ettings|[oO]ptions)$/;
/** Functions in which configuration comes into being. */
const MAKES = /^(?:init|initiali[sz]e|configure|load|setup|with[A-Z]|set|parse|build|create|make|resolve|merge|extend|define|apply|override|reset|register|normali[sz]e|validate|default|update)/i;

/** Packages whose one export, or what it makes, is the program's configuration, whatever it is called. */
const CONFIG_PACKAGE = /^(?:config|nconf|convict)$/;

/** What a variable is imported from. */
const importOf = (facts: Facts, v: number): Facts['imports'][number] | undefined => facts.imports[facts.vars[v]!.import ?? -1];

const isOfPackage = (facts: Facts, { root }: Reference): boolean => root.k === 'import' && CONFIG_PACKAGE.test(importOf(facts, root.v)!.from);

/** Whether a reference leads into configuration that others read, too. */
function isConfiguration(analysis: Analysis, file: string, ref: Reference): boolean {
  const facts = analysis.project.facts(file)!;
  const { root, path } = ref;
  if (root.k === 'import') {
    const { from, name } = importOf(facts, root.v)!;
    if (!CONFIG_MODULE.test(from)) return false;
    return isOfPackage(facts, ref) || CONFIG_NAME.test(facts.vars[root.v]!.name) || (isWholeImport(name) && path.length > 1 && CONFIG_NAME.test(path[0]!));
  }
  if (root.k === 'module') return isMadeByConvict(facts, root.v) || isDefaults(facts, root.v);
  // What its caller gave it, and has still.
  if (root.k === 'this' && path[0] !== undefined && isNestService(facts, root.cls, path[0])) return true;
  if (root.k === 'this') return path[0] !== undefined && CONFIG_NAME.test(path[0]) && isGiven(analysis, file, root.cls, path[0]);
  return false;
}

/** `const DEFAULT_OPTIONS = { … }`: what all start from who say nothing else. */
const DEFAULTS = /^(?:DEFAULTS?(?:_\w+)?|default(?:s|[A-Z]\w*)?|Defaults?)$/;

function isDefaults(facts: Facts, v: number): boolean {
  const { name, kind } = facts.vars[v]!;
  const [write, ...others] = writesOf(facts, v);
  return kind === 'const' && DEFAULTS.test(name) && others.length === 0 && write?.fn === 0 && plain(facts, 0, write.value)?.op === 'object';
}

/** `const config = convict({ … })` */
function isMadeByConvict(facts: Facts, v: number): boolean {
  const [write] = writesOf(facts, v);
  const made = write && facts.functions[write.fn]!.code[write.value];
  const callee = made?.op === 'call' ? facts.functions[write!.fn]!.code[made.fn] : undefined;
  return callee?.op === 'get' && importOf(facts, callee.v)?.from === 'convict';
}

function isNestService(facts: Facts, cls: number, name: string): boolean {
  const type = facts.classes[cls]!.members.find((m) => m.name === name)?.type;
  if (type?.k !== 'ref' || type.name.length !== 1) return false;
  return facts.imports.some((one) => one.from === '@nestjs/config' && one.name === 'ConfigService' && facts.vars.some((v) => v.name === type.name[0] && facts.imports[v.import ?? -1] === one));
}

/** What a part of a shallow copy is a part of still: `own.db` of `const own = { ...config }`. */
function sharedThrough(facts: Facts, access: Access): Reference | undefined {
  const { root, path, key } = access.ref;
  const [part] = path;
  if ((root.k !== 'local' && root.k !== 'closure') || part === undefined || path.length < (access.kind === 'mutate' || access.kind === 'clear' ? 1 : 2)) return undefined;
  const references = referencesOf(facts);
  const writes = writesOf(facts, root.v);
  const isReplaced = (a: Access): boolean => a.kind === 'write' && (a.fn !== access.fn || a.temp < access.temp);
  if (writes.length !== 1 || references.accesses.to(`${key.slice(0, key.indexOf('.'))}.${part}`).some(isReplaced)) return undefined;
  const { code } = facts.functions[writes[0]!.fn]!;
  const made = code[writes[0]!.value];
  const callee = made?.op === 'call' ? code[made.fn] : undefined;
  const object = callee?.op === 'member' && callee.name === 'assign' ? code[callee.obj] : undefined;
  let source: Temp | undefined;
  const kept = made?.op === 'object' ? made.props.find((p) => p.name === part) : undefined;
  if (kept) return keptFrom(facts, writes[0]!.fn, kept.value, key.slice(key.indexOf('.')), path);
  if (made?.op === 'object') source = made.props.find((p) => p.kind === 'spread')?.value;
  else if (made?.op === 'call' && made.args.length === 2 && object?.op === 'global' && object.name === 'Object' && code[made.args[0]!]?.op === 'object') source = made.args[1];
  const from = source === undefined ? undefined : givenOr(facts, writes[0]!.fn, source);
  return from && { key: from.key + key.slice(key.indexOf('.')), root: from.root, path: [...from.path, ...path] };
}

/** What a value is read from, or one of the two that it may be: `given ?? {}`. */
function givenOr(facts: Facts, fn: FnIndex, temp: Temp): Reference | undefined {
  const i = plain(facts, fn, temp);
  for (const one of i?.op === 'join' ? i.of : [temp]) {
    const from = referencesOf(facts).of(fn, one);
    if (from) return from;
  }
  return undefined;
}

/** What `own.name` writes into where `const own = isShared ? SHARED : { … }`: whoever writes there means an object of his own. */
function sometimesOf(facts: Facts, { kind, ref: { root, path, key } }: Access): Reference | undefined {
  if ((root.k !== 'local' && root.k !== 'closure') || (kind === 'write' && path.length === 0)) return undefined;
  const [write, ...others] = writesOf(facts, root.v);
  const made = write && plain(facts, write.fn, write.value);
  if (others.length > 0 || made?.op !== 'join') return undefined;
  const isMade = (temp: Temp): boolean => /^(?:object|array)$/.test(plain(facts, write!.fn, temp)?.op ?? '');
  const from = made.of.some(isMade) ? givenOr(facts, write!.fn, write!.value) : undefined;
  return from && { key: from.key + key.slice(`V${root.v}`.length), root: from.root, path: [...from.path, ...path] };
}

/** `const ARGUMENTS = ['-y', …]`: something of the module that nobody changes by its name. */
function isConstant(facts: Facts, { root }: Reference): boolean {
  if (root.k !== 'module' || facts.vars[root.v]!.kind !== 'const' || !/^[A-Z][A-Z\d_]{2,}$/.test(facts.vars[root.v]!.name)) return false;
  const [write] = writesOf(facts, root.v);
  const made = write && plain(facts, write.fn, write.value);
  const holds = made?.op === 'array' ? made.items.length > 0 : made?.op === 'object' && made.props.length > 0;
  return holds && referencesOf(facts).accesses.all.every((a) => a.kind === 'read' || a.kind === 'has' || !('v' in a.ref.root) || a.ref.root.v !== root.v || a.ref.path.length === 0);
}

const OPTIONS_NAME = /(?:^|[a-z])(?:[cC]onfig(?:uration)?|[sS]ettings|[oO]ptions)$/;

/** Whether a function returns the closure, or one around it, by itself or in an object. */
function isHandedOut(facts: Facts, fn: FnIndex, owner: FnIndex): boolean {
  let outer = fn;
  while (outer > 0 && facts.functions[outer]!.parent !== owner) outer = facts.functions[outer]!.parent;
  const maker = facts.functions[owner]!;
  return outer > 0 && returnedBy(maker).some((value) =>
    [...partsOf(facts, owner, value, true, (i) => i.op === 'call' || i.op === 'await')].some((part) => {
      const i = maker.code[part]!;
      return (i.op === 'fn' && i.fn === outer) || (i.op === 'get' && facts.vars[i.v]!.fn === outer);
    }),
  );
}

/** What a factory was given, written into by a function that it hands out, each time that is called. */
function isKeptByFactory(analysis: Analysis, file: string, { fn, kind, value, ref }: Access, { root, path }: Reference): boolean {
  if (root.k !== 'param' || kind !== 'write' || path.length === 0 || ref.path.length !== 1) return false;
  const facts = analysis.project.facts(file)!;
  // A mark for whoever gave it.
  if (value === undefined || facts.functions[fn]!.code[value]?.op === 'const') return false;
  const { name, owner, param } = facts.vars[root.v]!;
  if (param === undefined || !OPTIONS_NAME.test(name) || !isHandedOut(facts, fn, owner)) return false;
  const { sites } = callSitesOf(analysis, { file, fn: owner });
  const isOfCaller = (site: (typeof sites)[number]): boolean => {
    const { code } = analysis.project.facts(site.file)!.functions[site.fn]!;
    const call = code[site.temp];
    return call?.op === 'call' && /^(?:object|undefined)?$/.test(code[call.args[param] ?? -1]?.op ?? '');
  };
  for (let at = fn; at !== owner; at = facts.functions[at]!.parent) if (SETS.test(facts.functions[at]!.name)) return false;
  return sites.length === 0 || !sites.every(isOfCaller);
}

/** `const own = { ...given, options: given.options ?? {} }`: `own.options` is the one that was given, where one was. */
function keptFrom(facts: Facts, fn: FnIndex, value: Temp, key: string, path: readonly string[]): Reference | undefined {
  const i = facts.functions[fn]!.code[value];
  for (const one of i?.op === 'join' ? i.of : [value]) {
    const from = referencesOf(facts).of(fn, one);
    if (from && from.path.at(-1) === path[0]) return { key: from.key + key.slice(path[0]!.length + 1), root: from.root, path: [...from.path, ...path.slice(1)] };
  }
  return undefined;
}

/** A part of what the caller gave, which a copy of the rest was to keep from being changed. */
const isGivenPart = (facts: Facts, { root, path }: Reference): boolean =>
  root.k === 'param' && path.length > 1 && (CONFIG_NAME.test(facts.vars[root.v]!.name) || CONFIG_NAME.test(path[0]!));

/** The field holds what the constructor was given, as it is; and who gave it did not make it for this one object. */
function isGiven(analysis: Analysis, file: string, cls: number, name: string): boolean {
  const facts = analysis.project.facts(file)!;
  const member = facts.classes[cls]!.members.find((m) => m.name === name);
  const given = (param: number | undefined): boolean => param === undefined || !isBuiltFromFresh(analysis, file, cls, param);
  if (member?.param !== undefined) return given(member.param);
  const writes = ownWritesOf(facts, cls, name);
  return (
    writes.length > 0 &&
    writes.every((write) => {
      const value = plain(facts, write.fn, write.value);
      if (facts.functions[write.fn]!.kind !== 'constructor') return false;
      const param = value?.op === 'join' ? value.of.map((one) => plain(facts, write.fn, one)).find((one) => one?.op === 'param') : value;
      if (param?.op === 'param') return given(param.index);
      const v = value?.op === 'get' ? facts.vars[value.v] : undefined;
      return v?.kind === 'param' && writesOf(facts, (value as InstructionOf<'get'>).v).length === 1 && given(v.param);
    })
  );
}

/** `Settings.set('level', 2)` of a class of the project: what it does with it is for its method to say. */
const isOwnFunction = (analysis: Analysis, file: string, { fn, temp }: Access): boolean =>
  analysis.project.facts(file)!.functions[fn]!.code[temp]?.op === 'call' && analysis.targets({ file, fn }, temp).length > 0;

export function configMutations(analysis: Analysis, file: string): ConfigMutation[] {
  const facts = analysis.project.facts(file);
  if (!facts) return [];
  const references = referencesOf(facts);
  const concurrency = concurrencyOf(facts);
  const found: ConfigMutation[] = [];
  for (const access of references.accesses.all) {
    if (access.kind === 'read' || access.kind === 'has' || concurrency.isConstruction(access.fn)) continue;
    const through = sharedThrough(facts, access);
    const sometimes = through ? undefined : sometimesOf(facts, access);
    const ref = through ?? sometimes ?? access.ref;
    // Whoever copies what he was given means to leave it alone, whatever he makes of it.
    const copied = through !== undefined && isGivenPart(facts, through);
    const constant = sometimes !== undefined && isConstant(facts, sometimes);
    const unaware = constant || isKeptByFactory(analysis, file, access, ref);
    const least = unaware || ref.root.k === 'import' || ref.root.k === 'module' ? 1 : 2;
    const deep = access.kind === 'mutate' || access.kind === 'clear' ? ref.path.length >= least - 1 && (constant || ref.path.length > 0) : ref.path.length >= least;
    if (!deep || !(copied || unaware || isConfiguration(analysis, file, ref)) || (!constant && isResource(analysis, file, access.fn, access.temp) && !isOfPackage(facts, ref)) || isOwnFunction(analysis, file, access)) continue;
    found.push({ fn: access.fn, temp: access.temp, ref, how: 'mutated', certain: (copied || unaware || !(isOfDefaults(facts, ref) ? isSetting : isMaking)(analysis, file, access.fn)) && !isOwn(ref) && !isDefault(facts, access) && !isItsKey(facts, access) });
  }
  found.push(...givenMutations(analysis, file, facts));
  facts.functions.forEach((fact, fn) => {
    if (fact.bodiless || concurrency.isConstruction(fn)) return;
    fact.code.forEach((i, temp) => {
      if (i.op === 'call' && i.args.length > 1) {
        const callee = fact.code[i.fn];
        const name = callee?.op === 'member' ? callee.name : callee?.op === 'get' ? facts.vars[callee.v]!.name : '';
        const object = callee?.op === 'member' ? fact.code[callee.obj] : undefined;
        const assigns = name === 'assign' && object?.op === 'global' && object.name === 'Object';
        const lodash = /^(?:set|merge|defaultsDeep|unset|mergeWith|assign|defaults)$/.test(name) && isLodash(facts, object ?? callee);
        if (!assigns && !lodash) return;
        const ref = references.of(fn, i.args[0]!);
        if (ref && isConfiguration(analysis, file, ref)) found.push({ fn, temp, target: i.args[0]!, ref, how: 'mutated', certain: !(isOfDefaults(facts, ref) ? isSetting : isMaking)(analysis, file, fn) });
        const given = ref && assigns ? givenAs(analysis, file, facts, fn, i.args[0]!) : undefined;
        if (given) found.push({ fn, temp, target: i.args[0]!, ref: ref!, how: 'mutated', certain: !isMaking(analysis, given.file, given.fn) });
      }
      if (i.op === 'setmember' && isDerived(analysis, file, fn, temp)) {
        const ref = references.of(fn, i.obj);
        if (ref?.root.k !== 'this' || ref.path.length > 0) return;
        const member = facts.classes[ref.root.cls]!.members.find((m) => m.name === i.name);
        if (!member || member.private) return;
        found.push({ fn, temp, ref, how: 'derived', certain: !isMaking(analysis, file, fn) });
      }
    });
  });
  return found;
}

/** What a constructor writes into the configuration that it was given, and what is sorted in its place in somebody's options. */
function givenMutations(analysis: Analysis, file: string, facts: Facts): ConfigMutation[] {
  return referencesOf(facts).accesses.all.flatMap((access): ConfigMutation[] => {
    const { fn, temp, ref, kind } = access;
    if (ref.root.k !== 'param') return [];
    const { name, owner, param } = facts.vars[ref.root.v]!;
    const { cls } = facts.functions[owner]!;
    if (kind === 'write' && facts.functions[fn]!.kind === 'constructor' && owner === fn && ref.path.length > 0 && CONFIG_NAME.test(name)) {
      if (param === undefined || cls === undefined || isBuiltFromFresh(analysis, file, cls, param) || isResource(analysis, file, fn, temp)) return [];
      return [{ fn, temp, ref, how: 'mutated', certain: true }];
    }
    if (kind !== 'mutate' || !isUsed(facts, fn, temp)) return [];
    const isOption = (ref.path.length > 0 && CONFIG_NAME.test(name)) || (ref.path.length === 0 && isGivenOption(analysis, file, owner, param));
    return isOption ? [{ fn, temp, ref, how: 'mutated', certain: true }] : [];
  });
}

/** Whether somebody does something with what an expression gives. */
const isUsed = (facts: Facts, fn: FnIndex, temp: Temp): boolean => {
  const { code, blocks } = facts.functions[fn]!;
  return blocks.some(({ end }) => end.k === 'return' && end.value === temp) || code.some((i) => operandsOf(i).includes(temp));
};

/** Whether a caller passes a part of somebody's options: `sorted(options.layers)`. */
const isGivenOption = (analysis: Analysis, file: string, fn: FnIndex, param: number | undefined): boolean =>
  argumentsFor(analysis, { file, fn }, param).some(({ site, ref }) => {
    const facts = analysis.project.facts(site.file)!;
    if (ref.root.k === 'param') return ref.path.length > 0 && CONFIG_NAME.test(facts.vars[ref.root.v]!.name);
    return isConfiguration(analysis, site.file, ref);
  });

/** Who passes shared configuration as a parameter that is written into here. */
function givenAs(analysis: Analysis, file: string, facts: Facts, fn: FnIndex, target: Temp): FnRef | undefined {
  const i = facts.functions[fn]!.code[target];
  const v = i?.op === 'get' ? facts.vars[i.v]! : undefined;
  if (i?.op !== 'get' || v?.kind !== 'param' || v.owner !== fn) return undefined;
  // Whatever else it is set to, it is after this.
  if (writesOf(facts, i.v).some((write) => write.fn !== fn || (write.temp < target && facts.functions[fn]!.code[write.value]?.op !== 'param'))) return undefined;
  return argumentsFor(analysis, { file, fn }, v.param).find(({ site, ref }) => !concurrencyOf(analysis.project.facts(site.file)!).isConstruction(site.fn) && isConfiguration(analysis, site.file, ref))?.site;
}

function argumentsFor(analysis: Analysis, ref: FnRef, param: number | undefined): { site: FnRef; ref: Reference }[] {
  if (param === undefined) return [];
  return callSitesOf(analysis, ref).sites.flatMap((site) => {
    const facts = analysis.project.facts(site.file)!;
    const call = facts.functions[site.fn]!.code[site.temp];
    const given = call?.op === 'call' && call.args[param] !== undefined ? referencesOf(facts).of(site.fn, call.args[param]) : undefined;
    return given ? [{ site, ref: given }] : [];
  });
}

const isOfDefaults = (facts: Facts, { root }: Reference): boolean => root.k === 'module' && isDefaults(facts, root.v);

/** Functions whose whole purpose it is to change what all start from. */
const SETS = /^(?:set|configure|update|override|reset|init|extend|register|add|use|load|with[A-Z])/i;

function isSetting(analysis: Analysis, file: string, fn: FnIndex): boolean {
  const { functions } = analysis.project.facts(file)!;
  for (let at = fn; at > 0; at = functions[at]!.parent) if (SETS.test(functions[at]!.name.replace(/^[#_]+/, ''))) return true;
  return runsAtStart(analysis, { file, fn }, 0);
}

/** `if (settings.users == null) settings.users = {}`: nothing is put where nothing was. */
function isDefault(facts: Facts, { kind, fn, temp, value, ref }: Access): boolean {
  if (kind !== 'write' || value === undefined || !isEmptyValue(facts, fn, value)) return false;
  const { blocks } = facts.functions[fn]!;
  return testsOf(facts, fn).some((test) => test.ref.key === ref.key && test.constant === undefined && temp >= blocks[test.empty]!.from && temp < blocks[test.empty]!.to);
}

/** `settings.users[name].name = name`: what it is kept by, which is the same each time. */
function isItsKey(facts: Facts, { fn, temp, value }: Access): boolean {
  const { code } = facts.functions[fn]!;
  const i = code[temp];
  const entry = i?.op === 'setmember' ? plain(facts, fn, i.obj) : undefined;
  if (entry?.op !== 'index' || value === undefined) return false;
  const words = (of: Temp): string | undefined => referencesOf(facts).words(fn, of);
  return words(value) !== undefined && words(value) === words(entry.key);
}

/** Options of this very object, and no configuration among them: who made it may not look at them again. */
const isOwn = ({ root, path }: Reference): boolean => root.k === 'this' && path.length >= 2 && /options$/i.test(path[0]!) && !path.slice(1).some((step) => CONFIG_NAME.test(step));

/** An object with a life of its own that configuration happens to hold. */
function isResource(analysis: Analysis, file: string, fn: FnIndex, temp: Temp): boolean {
  const { code } = analysis.project.facts(file)!.functions[fn]!;
  const i = code[temp]!;
  const callee = i.op === 'call' ? code[i.fn] : undefined;
  // `Config.set(…)` of a class of the project: how it keeps its configuration is for it to say.
  if (callee?.op === 'member') return analysis.values.of({ file, fn }, callee.obj).some((ty) => ty.k === 'instance' || ty.k === 'object');
  if (i.op !== 'setmember') return false;
  const { name } = i;
  const isSetter = (one: FunctionFact, at: FnIndex, of: Temp): boolean => one.kind === 'set' && one.name === name && one.parent === at && one.object === of;
  return analysis.values.of({ file, fn }, i.obj).some((ty) => {
    if (ty.k === 'instance' || ty.k === 'external') return true;
    if (ty.k === 'object') return analysis.project.facts(ty.file)!.functions.some((one) => isSetter(one, ty.fn, ty.temp));
    const type = ty.k === 'interface' ? analysis.project.facts(ty.file)!.types[ty.type]! : undefined;
    if (ty.k !== 'interface' || !type) return false;
    if (type.members?.some((member) => member.kind === 'method' || member.type?.k === 'function')) return true;
    return type.extends?.some((base) => analysis.values.fromType(ty.file, base, undefined).some((one) => one.k === 'instance' || one.k === 'external')) ?? false;
  });
}

/** By its name, as a setter, which is there for that, or because it only runs while the program starts. */
function isMaking(analysis: Analysis, file: string, fn: FnIndex): boolean {
  const { functions } = analysis.project.facts(file)!;
  if (functions[fn]!.kind === 'set') return true;
  for (let at = fn; at > 0; at = functions[at]!.parent) if (MAKES.test(functions[at]!.name.replace(/^[#_]+/, ''))) return true;
  return runsAtStart(analysis, { file, fn }, 0);
}

/** Called by nobody but the body of a module, and what that calls. */
function runsAtStart(analysis: Analysis, ref: FnRef, depth: number): boolean {
  const { sites, open } = callSitesOf(analysis, ref);
  return !open && sites.length > 0 && sites.every(({ file, fn }) => fn === 0 || (depth < DEEPEST && runsAtStart(analysis, { file, fn }, depth + 1)));
}

function isLodash(facts: Facts, i: Facts['functions'][number]['code'][number] | undefined): boolean {
  const v = i?.op === 'get' ? facts.vars[i.v] : undefined;
  return v?.import !== undefined && /^(?:lodash|lodash-es|es-toolkit)\b/.test(facts.imports[v.import]!.from);
}

/** Whether a text is put together from live configuration: a call into its module, a value of it, or what a function makes of those. */
function fromConfiguration(analysis: Analysis, file: string, fn: FnIndex, temp: Temp, depth = 0): boolean {
  const facts = analysis.project.facts(file)!;
  return [...partsOf(facts, fn, temp, true)].some((part) => {
    const i = facts.functions[fn]!.code[part]!;
    const v = i.op === 'get' ? facts.vars[i.v]! : undefined;
    if (v?.import !== undefined && !facts.imports[v.import]!.typeOnly && CONFIG_MODULE.test(facts.imports[v.import]!.from)) return true;
    // A variable of the module of configuration itself.
    if (depth > 0 && v?.owner === 0 && v.fn === undefined && v.import === undefined && CONFIG_MODULE.test(file)) return true;
    return i.op === 'call' && !i.new && givesDerived(analysis, { file, fn }, part, depth);
  });
}

/** Helpers of helpers: no deeper. */
const DEEPEST = 2;

/** Whether a call gives a text or a number that its function has from configuration. */
function givesDerived(analysis: Analysis, ref: FnRef, call: Temp, depth: number): boolean {
  if (depth >= DEEPEST) return false;
  const targets = analysis.targets(ref, call);
  return (
    targets.length > 0 &&
    targets.every(({ file, fn }) => {
      const fact = analysis.project.facts(file)!.functions[fn]!;
      const { returns, code } = fact;
      const returned = returnedBy(fact);
      if (returned.length === 0) return false;
      const isText = returns?.k === 'keyword' ? /^(?:string|number|boolean)$/.test(returns.name) : returned.every((value) => code[value]?.op === 'template');
      return (isText && CONFIG_MODULE.test(file)) || returned.some((value) => isDerivedValue(analysis, { file, fn }, value, depth + 1));
    })
  );
}

/** A resource made from configuration is swapped as a whole; a text or a number is configuration still. */
function isDerivedValue(analysis: Analysis, ref: FnRef, temp: Temp, depth: number): boolean {
  const facts = analysis.project.facts(ref.file)!;
  const value = plain(facts, ref.fn, temp);
  if (value?.op === 'join') return value.of.some((one) => isDerivedValue(analysis, ref, one, depth));
  if (value?.op === 'call' && !value.new) return givesDerived(analysis, ref, facts.functions[ref.fn]!.code.indexOf(value), depth);
  return (value?.op === 'template' || value?.op === 'binary' || value?.op === 'member') && fromConfiguration(analysis, ref.file, ref.fn, temp, depth);
}

function isDerived(analysis: Analysis, file: string, fn: FnIndex, temp: Temp): boolean {
  const i = analysis.project.facts(file)!.functions[fn]!.code[temp];
  return i?.op === 'setmember' && isDerivedValue(analysis, { file, fn }, i.value, 0);
}

export function modeChecks(analysis: Analysis, file: string): ModeCheck[] {
  const facts = analysis.project.facts(file);
  if (!facts) return [];
  const found: ModeCheck[] = [];
  facts.functions.forEach((fact, fn) => {
    fact.code.forEach((i, temp) => {
      if (i.op !== 'binary' || !/^[=!]==?$/.test(i.sign)) return;
      for (const [field, other] of [[i.left, i.right], [i.right, i.left]] as const) {
        const read = plain(facts, fn, field);
        if (read?.op !== 'member' || !fromConfiguration(analysis, file, fn, other) || fromConfiguration(analysis, file, fn, field)) continue;
        const writer = updaterOf(analysis, file, fn, read);
        // Who compares with a field of his own reacts for himself: nobody else is kept from it.
        if (writer) found.push({ fn, temp, field, writer, certain: facts.functions[fn]!.code[read.obj]?.op !== 'this' });
      }
    });
  });
  return found;
}

/** Who writes the field again, from the configuration of then, when the object is long in use. */
function updaterOf(analysis: Analysis, file: string, fn: FnIndex, read: InstructionOf<'member'>): ModeCheck['writer'] | undefined {
  for (const ty of analysis.values.of({ file, fn }, read.obj)) {
    if (ty.k !== 'instance' && ty.k !== 'object') continue;
    const facts = analysis.project.facts(ty.file)!;
    for (const write of memberWritesOf(facts, read.name)) {
      if (concurrencyOf(facts).isConstruction(write.fn)) continue;
      const own = analysis.values.of({ file: ty.file, fn: write.fn }, write.obj);
      const same = own.some((one) => (one.k === 'instance' && ty.k === 'instance' && one.cls === ty.cls) || (one.k === 'object' && ty.k === 'object' && one.temp === ty.temp));
      if (same && isDerived(analysis, ty.file, write.fn, write.temp)) return { file: ty.file, fn: write.fn, temp: write.temp };
    }
  }
  return undefined;
}
