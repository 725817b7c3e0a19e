/**
 * What users say of their own code, under `settings.lockwright`: the format, its check, and errors that say where.
 */

import * as v from 'valibot';
import type { Does, Knowledge, MethodModel, PackageModel } from './format.js';

/** The settings after they were read. What was wrong in them is left out. */
export interface Settings {
  readonly models: Knowledge;
  /** Functions with such a name are called with their lock held. */
  readonly callerHolds: readonly RegExp[];
}

/**
 * Reads `settings.lockwright`.
 *
 * @returns what is right in it, and one sentence for each thing that is wrong, which begins with the path of the key.
 *
 * @example
 * const members = { 'Lock#with': { does: 'section', callback: 'first' } };
 * parseSettings({ models: [{ package: '@acme/lock', members }] }).errors
 *   // [`settings.lockwright.models[0].members["Lock#with"].callback: expected a number or 'last'`]
 */
export function parseSettings(input: unknown): { settings: Settings; errors: string[] } {
  const errors: string[] = [];
  const packages: PackageModel[] = [];
  const globals: Record<string, Does | readonly Does[]> = {};
  const methods: MethodModel[] = [];
  const files: FileModel[] = [];
  const callerHolds: RegExp[] = [];
  const settings = { models: { packages, globals, methods, files }, callerHolds };
  if (input === undefined) return { settings, errors };

  const whole = v.safeParse(settingsSchema, input);
  for (const issue of whole.issues ?? []) errors.push(sentence([], issue));
  const given = isObject(input) ? input : {};

  for (const [at, model] of asArray(given['models']).entries()) {
    const read = v.safeParse(modelSchema, model);
    for (const issue of read.issues ?? []) errors.push(sentence(['models', at], issue));
    if (!read.success) continue;
    const output = read.output as UserModel;
    if ('package' in output) packages.push(output);
    else if ('file' in output) files.push({ ...output, file: output.file.replace(/^\.\//, '') });
    else if ('global' in output) Object.assign(globals, output.global);
    else methods.push(methodModel(output));
  }
  for (const [at, pattern] of asArray(given['callerHolds']).entries()) {
    const read = v.safeParse(patternSchema, pattern);
    for (const issue of read.issues ?? []) errors.push(sentence(['callerHolds', at], issue));
    if (read.success) callerHolds.push(namePattern(read.output));
  }
  return { settings, errors };
}

/** A model as users write it. */
export type UserModel =
  | PackageModel
  | FileModel
  | { readonly global: PackageModel['members'] }
  | { readonly method: string; readonly is: Does; readonly certain?: boolean; readonly receiver?: string };

type FileModel = Knowledge['files'][number];

/** How the message of an unknown key begins, before the names of the known ones. */
const unknownKey = 'unknown key; known: ';

const text = v.pipe(v.string('expected a string'), v.nonEmpty('expected a string that is not empty'));
const flag = v.boolean('expected true or false');
const yes = v.literal(true, 'expected true');
const index = v.pipe(
  v.number('expected a number'), v.integer('expected a whole number'), v.minValue(0, 'expected a number from 0 up'),
);
const indexOrLast = v.union(
  [v.pipe(v.number(), v.integer(), v.minValue(0)), v.literal('last')], "expected a number or 'last'",
);
const kind = oneOf([
  'mutex', 'semaphore', 'keyed lock', 'queue', 'web lock', 'file lock', 'distributed lock', 'transaction',
]);
const when = oneOf(['callback', 'no callback']);
const path = v.pipe(
  text,
  v.regex(/^(?:[\w$*#.-]|\(\))+$/, "expected a path such as 'Mutex', 'Mutex#acquire' or 'default().get'"),
);
const permits = v.lazy((input): v.GenericSchema => (isObject(input)
  ? closed({ argument: index, property: v.optional(text), otherwise: v.optional(v.number('expected a number')) })
  : v.number('expected a number, or an object with `argument`')));

const reentrant = v.lazy((input): v.GenericSchema => (isObject(input) ? closed({ argument: index, property: text }) : yes));

const effect = {
  sync: v.optional(flag),
  engine: v.optional(text),
  ms: v.optional(index),
  gives: v.optional(path),
  chain: v.optional(yes),
  when: v.optional(when),
};

/** By `does`: the other keys that an entry may have. */
const keysOf = {
  'section': {
    callback: indexOrLast,
    key: v.optional(index),
    lock: v.optional(index),
    kind: v.optional(kind),
    handle: v.optional(index),
    handleIs: v.optional(path),
    wraps: v.optional(yes),
    permits: v.optional(permits),
    atOnce: v.optional(yes),
    reentrant: v.optional(yes),
    done: v.optional(closed({ parameter: index, arity: index })),
    when: v.optional(when),
  },
  'acquire': {
    gives: oneOf(['releaser', 'lease', 'pair', 'boolean', 'nothing', 'any']),
    releasedBy: v.optional(v.array(text, 'expected an array of method names')),
    leaseIs: v.optional(path),
    maybe: v.optional(yes),
    waitsWith: v.optional(v.strictObject({ argument: index, property: text })),
    key: v.optional(index),
    kind: v.optional(kind),
    sync: v.optional(flag),
    reentrant: v.optional(yes),
    when: v.optional(when),
  },
  'release': { key: v.optional(index), lease: v.optional(index), ifHeld: v.optional(yes) },
  'check out': {
    releasedBy: v.array(text, 'expected an array of method names'), once: v.optional(yes), apart: v.optional(v.array(text, 'expected an array of names of properties')),
    when: v.optional(when),
  },
  'retry': { callback: v.optional(indexOrLast), property: v.optional(text), wraps: v.optional(yes) },
  'make retrying': { argument: index },
  'make lock': {
    kind: v.optional(kind), permits: v.optional(permits), key: v.optional(index), of: v.optional(index),
    reentrant: v.optional(reentrant),
  },
  'nothing': {
    gives: v.optional(path),
    wraps: v.optional(index),
    invokes: v.optional(v.array(index, 'expected an array of argument indexes')),
    key: v.optional(index),
  },
  'sleep': effect,
  'network': effect,
  'process': effect,
  'event': effect,
  'storage': effect,
  'callback': effect,
} satisfies Record<Does['does'], v.ObjectEntries>;

const roles = Object.keys(keysOf) as Does['does'][];

const does = v.lazy((input): v.GenericSchema => {
  if (!isObject(input)) return v.never("expected an object with `does`, such as { does: 'sleep' }");
  const role = roles.find((name) => name === input['does']);
  return role === undefined
    ? v.object({ does: oneOf(roles) }, 'expected `does`')
    : closed({ does: v.literal(role), ...keysOf[role] });
});
const entry = v.lazy((input): v.GenericSchema => (Array.isArray(input) ? v.array(does) : does));
const members = v.record(path, entry, 'expected an object: path -> what a call does');
const anyEffect = v.lazy((input): v.GenericSchema => {
  const effects = roles.filter((name) => keysOf[name] === effect);
  return isObject(input) && effects.includes(input['does'] as Does['does'])
    ? does
    : v.object({ does: oneOf(effects) }, 'expected an effect, such as { does: \'network\' }');
});

const names = v.array(text, 'expected an array of names');
const paths = v.array(path, 'expected an array of paths');
const pattern = v.pipe(text, v.check(isRegExp, 'expected a regular expression'));
const handles = v.lazy((): v.GenericSchema => closed({
  of: paths,
  transactions: v.optional(paths),
  connections: v.optional(paths),
  pooled: v.optional(paths),
  shared: v.optional(paths),
  generated: v.optional(names),
  within: v.optional(closed({ exports: names, unless: text })),
  aside: v.optional(names),
  option: v.optional(closed({ property: text, at: v.optional(v.record(text, index)), otherwise: index })),
  binds: v.optional(names),
  argument: v.optional(v.record(path, index, 'expected an object: path -> index')),
  made: v.optional(pattern),
  carried: v.optional(v.union([yes, pattern], 'expected true or a regular expression')),
}, 'expected an object with `of`'));

const packageModel = closed({
  package: v.union(
    [text, v.pipe(v.array(text), v.minLength(1))], 'expected the name of a package, or an array of names',
  ),
  calls: v.optional(anyEffect),
  members: v.optional(members, {}),
  aliases: v.optional(v.record(path, path, 'expected an object: path -> path')),
  handles: v.optional(handles),
});
const fileModel = closed({
  file: text, members, aliases: v.optional(v.record(path, path, 'expected an object: path -> path')),
  handles: v.optional(handles),
});
const globalModel = closed({ global: members });
const methodSchema = closed({
  method: text,
  is: does,
  certain: v.optional(flag),
  receiver: v.optional(v.pipe(text, v.check(isRegExp, 'expected a regular expression'))),
});

const modelSchema = v.lazy((input): v.GenericSchema => {
  if (isObject(input)) {
    if ('package' in input) return packageModel;
    if ('file' in input) return fileModel;
    if ('global' in input) return globalModel;
    if ('method' in input) return methodSchema;
  }
  return v.never('expected an object with `package`, `file`, `global` or `method`');
});

const patternSchema = v.pipe(
  text, v.check((name) => !/^\/.*\/[a-z]*$/s.test(name) || isRegExp(name.slice(1, name.lastIndexOf('/'))),
    'expected a name, in which * stands for any characters, or a /regular expression/'),
);

const settingsSchema = closed({
  models: v.optional(v.array(v.unknown(), 'expected an array')),
  callerHolds: v.optional(v.array(v.unknown(), 'expected an array')),
}, 'expected an object with `models` or `callerHolds`');

/** An object that has no other keys. The names of those that it may have stand in the message, for `sentence`. */
function closed<const E extends v.ObjectEntries>(entries: E, message = 'expected an object') {
  return v.objectWithRest(entries, v.never(unknownKey + Object.keys(entries).join(' ')), message);
}

function oneOf<const O extends readonly string[]>(options: O) {
  return v.picklist(options, `expected ${listed(options.map((option) => `'${option}'`))}`);
}

type Key = string | number;

function sentence(start: readonly Key[], issue: v.BaseIssue<unknown>): string {
  const keys = [...start, ...(issue.path ?? []).map((item) => item.key as Key)];
  const where = keys.map((key) => {
    if (typeof key === 'number') return `[${key}]`;
    return /^[A-Za-z_$][\w$]*$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
  });
  return `settings.lockwright${where.join('')}: ${what(issue, keys.at(-1))}`;
}

function what(issue: v.BaseIssue<unknown>, last: Key | undefined): string {
  if (issue.message.startsWith(unknownKey)) {
    const known = issue.message.slice(unknownKey.length).split(' ');
    const near = nearest(String(last), known);
    return near === undefined
      ? `unknown key, expected ${listed(known.map((key) => `\`${key}\``))}`
      : `unknown key, did you mean \`${near}\`?`;
  }
  const missing = issue.kind === 'schema' && issue.input === undefined && issue.expected === `"${String(last)}"`;
  return missing ? 'is required' : issue.message;
}

/** The name that is at most a third wrong. */
function nearest(name: string, known: readonly string[]): string | undefined {
  const [best] = known
    .map((key) => ({ key, distance: distance(name.toLowerCase(), key.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance);
  return best && best.distance <= Math.max(1, Math.floor(Math.max(name.length, best.key.length) / 3))
    ? best.key
    : undefined;
}

/** Levenshtein's: how many letters to insert, delete or replace. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

function methodModel(given: Extract<UserModel, { method: string }>): MethodModel {
  const { method, is, certain = true, receiver } = given;
  return { method, is, certain, ...(receiver === undefined ? {} : { receiver: new RegExp(receiver) }) };
}

/** `_*` and `*Unlocked` have a star for any characters; `/…/i` is a regular expression. */
function namePattern(written: string): RegExp {
  const asWritten = /^\/(.*)\/([a-z]*)$/s.exec(written);
  if (asWritten) return new RegExp(asWritten[1] ?? '', asWritten[2]);
  const parts = written.split('*').map((part) => part.replace(/[$()+.?[\\\]^{|}]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`);
}

function isRegExp(pattern: string): boolean {
  try {
    new RegExp(pattern);
    return true;
  } catch {
    return false;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function asArray(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** `a, b or c`. */
function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`;
}
