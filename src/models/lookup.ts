/**
 * Finds what the tables know: from a package's name to its model, and from a path within it to what a call there does.
 * Everything is a map that is made once; a path that was asked for before costs one look.
 */

import type { Does, Effect, GlobalModel, PackageModel } from './format.js';

/** Whether the path is called (`pLimit(1)`) or constructed (`new PQueue()`). */
export type How = 'call' | 'new';

const noEffect: readonly Does[] = Object.freeze([]);

/** Packages by name. Several models of one package are taken together; of two entries for a path the later one wins. */
export class Packages {
  readonly #byName = new Map<string, PackageModel>();
  /** Families, the longest prefix first. */
  readonly #families: { prefix: string; model: PackageModel }[] = [];
  /** What a family's name turned out to be, and names that are not known. */
  readonly #answers = new Map<string, PackageModel | undefined>();
  /** Export -> package, for what generators write into projects. */
  readonly generated = new Map<string, string>();

  constructor(models: Iterable<PackageModel>) {
    const parts = new Map<string, PackageModel[]>();
    for (const model of models) {
      for (const name of typeof model.package === 'string' ? [model.package] : model.package) {
        const bare = bareName(name);
        parts.set(bare, [...(parts.get(bare) ?? []), model]);
        for (const one of model.handles?.generated ?? []) if (!this.generated.has(one)) this.generated.set(one, bare);
      }
    }
    for (const [name, models] of parts) {
      if (name.endsWith('*')) this.#families.push({ prefix: name.slice(0, -1), model: together(name, models) });
    }
    this.#families.sort((a, b) => b.prefix.length - a.prefix.length);
    for (const [name, models] of parts) {
      if (name.endsWith('*')) continue;
      const family = this.#families.find(({ prefix }) => name.startsWith(prefix))?.model;
      this.#byName.set(name, together(name, family ? [family, ...models] : models));
    }
  }

  /** The model of what `import … from 'name'` gives; `node:fs` and `fs` are the same. */
  lookup(name: string): PackageModel | undefined {
    const bare = bareName(name);
    const known = this.#byName.get(bare);
    if (known || this.#answers.has(bare)) return known ?? this.#answers.get(bare);
    const family = this.#families.find(({ prefix }) => bare.startsWith(prefix))?.model;
    this.#answers.set(bare, family);
    return family;
  }

  /** Last names of everything that takes a lock: `acquire`, `runExclusive`, `transaction`. */
  get takers(): Set<string> {
    const names = new Set<string>();
    for (const model of [...this.#byName.values(), ...this.#families.map((family) => family.model)]) takersOf(model, names);
    return names;
  }

  get names(): string[] {
    return [...this.#byName.keys(), ...this.#families.map(({ prefix }) => `${prefix}*`)];
  }
}

/**
 * What a call of this path does, outermost first; nothing where the package says nothing about it.
 *
 * @param path as in format.ts, of the callee: `Mutex#acquire`, `default()`, `transaction().commit`.
 * @param how `'new'` for a constructor, to which a package's `calls` do not apply.
 */
export function lookupMember(model: PackageModel, path: string, how: How = 'call'): readonly Does[] {
  const index = indexOf(model);
  const found = answer(index, canonical(path));
  if (found.does.length > 0 || found.listed) return found.does;
  return how === 'call' && model.calls && found.within ? index.calls : noEffect;
}

/**
 * The path of what a call of this path gives: undefined where nothing is known about it.
 *
 * @param awaited whether the value is what the promise resolves to; a builder ends there.
 */
export function resultPath(model: PackageModel, path: string, awaited = false): string | undefined {
  const does = lookupMember(model, path);
  const named = givenBy(does);
  if (named !== undefined) return named;
  const effect = does.find(isEffect);
  if (effect && !(effect.chain === true && !awaited)) return undefined;
  return `${canonical(path)}()`;
}

/** The shortest way of writing a path, so that `default.create`, `create` and `.create` are one. */
export function canonical(path: string): string {
  let rest = path;
  while (/^(?:default)?\./.test(rest)) rest = rest.slice(rest.indexOf('.') + 1);
  return rest === '' || rest.startsWith('(') || rest.startsWith('#') ? `default${rest}` : rest;
}

/** The path in a call's result, where an entry names it. */
export function givenBy(does: readonly Does[]): string | undefined {
  for (const one of does) {
    if (one.does === 'acquire') {
      if (one.leaseIs !== undefined) return one.leaseIs;
    } else if ('gives' in one && one.gives !== undefined) {
      return one.gives;
    }
  }
  return undefined;
}

/** Which handle of the package a value of this path is, and whether it is that of an open transaction. */
export function handleAt(model: PackageModel, path: string): { readonly path: string; readonly transaction: boolean } | undefined {
  const { handles } = model;
  if (!handles) return undefined;
  let at = canonical(path);
  let transaction = false;
  for (let depth = 0; depth <= deepest; depth++) {
    transaction ||= handles.transactions?.some((one) => canonical(one) === at) ?? false;
    if (handles.of.some((one) => canonical(one) === at)) return { path: at, transaction };
    if (transaction) return { path: at, transaction };
    const next = indexOf(model).aliases.get(at) ?? (at.endsWith('()') ? givenBy(lookupMember(model, at.slice(0, -2))) : undefined);
    if (next === undefined) return undefined;
    at = canonical(next);
  }
  return undefined;
}

/** Whether a path is one of these, by itself or by what it is another name of. */
export function isMember(model: PackageModel, path: string, among: readonly string[] | undefined): boolean {
  if (!among) return false;
  const wanted = new Set(among.map(canonical));
  let at = canonical(path);
  if (wanted.has(at)) return true;
  const hash = at.lastIndexOf('#');
  const dot = at.lastIndexOf('.');
  const holder = dot > hash ? at.slice(0, dot) : at.slice(0, hash + 1);
  const found = handleAt(model, holder);
  if (!found) return false;
  at = `${found.path}${found.path.endsWith('#') ? '' : '.'}${at.slice(holder.length).replace(/^\./, '')}`;
  return wanted.has(at);
}

/** Globals as the model of one nameless package, so that they are looked up the same way. */
export function globalsAsPackage(globals: GlobalModel): PackageModel {
  return { package: 'globals', members: globals };
}

/** Adds the last name of each path that takes a lock (or gives something that does). */
export function takersOf(model: PackageModel, names: Set<string>): void {
  for (const [path, value] of Object.entries(model.members)) {
    const does: readonly Does[] = Array.isArray(value) ? (value as readonly Does[]) : [value as Does];
    if (!does.some((one) => one.does === 'section' || one.does === 'acquire')) continue;
    const name = path.replace(/\(\)/g, '').split(/[#.]/).at(-1);
    if (name !== undefined && name !== '' && name !== 'default') names.add(name);
  }
}

interface Answer {
  readonly does: readonly Does[];
  readonly listed: boolean;
  /** The path still belongs to the package: it does not go through what a response or a row is. */
  readonly within: boolean;
}

interface Index {
  readonly members: ReadonlyMap<string, readonly Does[]>;
  readonly patterns: readonly { pattern: RegExp; does: readonly Does[] }[];
  readonly aliases: ReadonlyMap<string, string>;
  readonly calls: readonly Does[];
  readonly answers: Map<string, Answer>;
}

const indexes = new WeakMap<PackageModel, Index>();

function indexOf(model: PackageModel): Index {
  const known = indexes.get(model);
  if (known) return known;
  const members = new Map<string, readonly Does[]>();
  const patterns: { pattern: RegExp; does: readonly Does[] }[] = [];
  for (const [key, value] of Object.entries(model.members)) {
    const does = Array.isArray(value) ? (value as readonly Does[]) : [value as Does];
    const path = canonical(key);
    if (path.includes('*')) patterns.push({ pattern: asPattern(path), does });
    else members.set(path, does);
  }
  const aliases = new Map(
    Object.entries(model.aliases ?? {}).map(([from, to]) => [canonical(from), canonical(to)] as const),
  );
  const index = { members, patterns, aliases, calls: model.calls ? [model.calls] : noEffect, answers: new Map() };
  indexes.set(model, index);
  return index;
}

function answer(index: Index, path: string): Answer {
  const known = index.answers.get(path);
  if (known) return known;
  const found = derive(index, path, 0);
  index.answers.set(path, found);
  return found;
}

const outside: Answer = { does: noEffect, listed: false, within: false };

/** Deeper than any real chain of names; ends a table whose aliases run in a circle. */
const deepest = 12;

function derive(index: Index, path: string, depth: number): Answer {
  const listed = index.members.get(path) ?? index.patterns.find(({ pattern }) => pattern.test(path))?.does;
  if (listed) return { does: listed, listed: true, within: true };
  if (depth > deepest) return outside;
  for (const end of boundaries(path)) {
    const prefix = path.slice(0, end);
    const alias = index.aliases.get(prefix);
    if (alias !== undefined) return derive(index, canonical(joined(alias, path.slice(end))), depth + 1);
    if (!prefix.endsWith('()')) continue;
    const { does, listed: known, within } = derive(index, prefix.slice(0, -2), depth + 1);
    const given = givenBy(does);
    if (given !== undefined) return derive(index, canonical(joined(canonical(given), path.slice(end))), depth + 1);
    const effects = known ? does : within ? index.calls : noEffect;
    const effect = effects.find(isEffect);
    if (!within || (effect && effect.chain !== true)) return outside;
    if (effect && end < path.length) {
      return continues(path.slice(end)) ? { does: [effect], listed: true, within: true } : outside;
    }
  }
  return { does: noEffect, listed: false, within: true };
}

/**
 * Whether a builder goes on: by a method of what the call itself gave. What its answer holds (`got(url).items.map`)
 * and the methods of an answer that is a list do not belong to it.
 */
function continues(rest: string): boolean {
  const method = /^\.([\w$]+)$/.exec(rest)?.[1];
  return method !== undefined && !/^(?:map|flatMap|forEach|reduce|some|every|entries|slice|push)$/.test(method);
}

/** `Knex#` and `.raw` are `Knex#raw`; `default()` and `map` are `default().map`. */
function joined(start: string, rest: string): string {
  if (start.endsWith('#')) return start + (rest.startsWith('.') ? rest.slice(1) : rest);
  return /^[^#.(]/.test(rest) ? `${start}.${rest}` : start + rest;
}

/** Where a path can be cut into a known beginning and the rest, the longest beginning first. */
function boundaries(path: string): number[] {
  const ends = [path.length];
  for (let at = path.length - 1; at > 0; at--) {
    const next = path[at];
    if (next === '#' || next === '.' || next === '(' || path[at - 1] === '#') ends.push(at);
  }
  return ends;
}

/** `*` is one name, as far as the next `#`, `.` or `(`; `**` is any number of members. */
function asPattern(path: string): RegExp {
  const parts = path.split(/(\*\*?)/).map((part) => {
    if (part === '**') return '[^()]+';
    return part === '*' ? '[^#.()]+' : part.replace(/[$()+.?[\\\]^{|}]/g, '\\$&');
  });
  return new RegExp(`^${parts.join('')}$`);
}

function isEffect(one: Does): one is Effect {
  switch (one.does) {
    case 'sleep': case 'network': case 'process': case 'event': case 'storage': case 'callback': return true;
    default: return false;
  }
}

function bareName(name: string): string {
  return name.startsWith('node:') ? name.slice('node:'.length) : name;
}

function together(name: string, models: readonly PackageModel[]): PackageModel {
  const [only] = models;
  if (only && models.length === 1 && only.package === name) return only;
  const calls = models.map((model) => model.calls).findLast((effect) => effect !== undefined);
  const handles = models.map((model) => model.handles).findLast((one) => one !== undefined);
  return {
    package: name,
    ...(calls ? { calls } : {}),
    members: Object.assign({}, ...models.map(({ members }) => members)) as PackageModel['members'],
    aliases: Object.assign({}, ...models.map(({ aliases }) => aliases ?? {})) as Record<string, string>,
    ...(handles ? { handles } : {}),
  };
}
