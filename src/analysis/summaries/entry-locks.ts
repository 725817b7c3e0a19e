/**
 * Locks that a project keeps as entries of a collection, or as files: who finds an entry for the key is refused or has
 * to wait, who finds none puts one there, and deleting it gives the lock back. The entries say nothing but that they are
 * there.
 */
import { Table } from '../freshness/live-facts.js';
import type { BlockIndex, FileFacts, FnIndex, FunctionFact, InstructionOf, Temp } from '../facts/ir.js';
import { reach } from './graph.js';
import { writesOf } from './uses.js';

export interface EntryRole {
  readonly role: 'acquire' | 'release';
  /** The collection, as the function names it; absent where it is the file system. */
  readonly collection?: Temp;
  readonly key: Temp;
  /** Who finds an entry gets an error at once, and nobody waits. */
  readonly refuses?: true;
  /** The key is a member of this parameter: a lease. */
  readonly lease?: number;
}

const NONE: ReadonlyMap<FnIndex, EntryRole> = new Map();

const roles = new Table(findEntryLocks);

/** Which side of such a lock a function is. */
export const entryRole = (facts: FileFacts, fn: FnIndex): EntryRole | undefined => roles.get(facts, fn);

/** What is done with one collection, by the functions of its group. */
interface Uses {
  readonly acquires: Map<FnIndex, EntryRole>;
  readonly releases: Map<FnIndex, EntryRole>;
  /** Something else is done with it: its entries are more than a lock. */
  others: boolean;
}

/** Asking whether there is anything at all changes nothing. */
const ASKS = new Set(['has', 'clear']);

function findEntryLocks(facts: FileFacts): ReadonlyMap<FnIndex, EntryRole> {
  const uses = new Map<string, Uses>();
  facts.functions.forEach((fact, fn) => {
    if (!fact.bodiless) observe(facts, fact, fn, uses);
  });
  let found: Map<FnIndex, EntryRole> | undefined;
  for (const { acquires, releases, others } of [...uses.values(), lockFiles(facts)]) {
    if (others || acquires.size === 0 || releases.size === 0) continue;
    found ??= new Map();
    for (const [fn, role] of [...acquires, ...releases]) if (!found.has(fn)) found.set(fn, role);
  }
  return found ?? NONE;
}

/** Functions that make a file only where there is none, and that remove it. */
function lockFiles(facts: FileFacts): Uses {
  const found: Uses = { acquires: new Map(), releases: new Map(), others: false };
  if (!facts.imports.some(({ from }) => FILES.test(from))) return found;
  facts.functions.forEach((fact, fn) => {
    for (const i of fact.code) {
      if (i.op !== 'call' || !fact.async || i.args[0] === undefined || !isParameter(facts, fact, i.args[0])) continue;
      const name = fileCall(facts, fact, i);
      if (name === undefined) continue;
      const key = i.args[0];
      if (/^(?:rm|unlink|remove)$/.test(name)) found.releases.set(fn, { role: 'release', key });
      else if (isExclusive(facts, fact, name, i, key)) found.acquires.set(fn, { role: 'acquire', key, refuses: true });
    }
  });
  return found;
}

const FILES = /^(?:node:)?fs(?:\/promises)?$|^fs-extra$/;

/** What a call calls of the file system: `open`, `rm`. */
function fileCall(facts: FileFacts, fact: FunctionFact, i: InstructionOf<'call'>): string | undefined {
  const callee = fact.code[i.fn];
  let base = callee;
  while (base?.op === 'member') base = fact.code[base.obj];
  const variable = base?.op === 'get' ? facts.vars[base.v] : undefined;
  const imported = variable?.import === undefined ? undefined : facts.imports[variable.import];
  if (!imported || !FILES.test(imported.from)) return undefined;
  return callee?.op === 'member' ? callee.name : imported.name;
}

/** `open(path, 'wx')`, `writeFile(path, String(process.pid), { flag: 'wx' })` */
function isExclusive(facts: FileFacts, fact: FunctionFact, name: string, i: InstructionOf<'call'>, key: Temp): boolean {
  const isFlag = (temp: Temp | undefined): boolean => {
    const flag = temp === undefined ? undefined : fact.code[temp];
    if (flag?.op === 'object') return flag.props.some((p) => p.name === 'flag' && isFlag(p.value));
    return flag?.op === 'const' && typeof flag.value === 'string' && /^[wa]x/.test(flag.value);
  };
  if (name === 'open') return isFlag(i.args[1]) && !fact.code.some((j) => j.op === 'member' && /^(?:write|append)/.test(j.name));
  return name === 'writeFile' && isFlag(i.args[2]) && i.args[1] !== undefined && saysNothing(facts, fact, i.args[1], key);
}

function observe(facts: FileFacts, fact: FunctionFact, fn: FnIndex, uses: Map<string, Uses>): void {
  const receivers = new Set<Temp>();
  const of = (collection: string): Uses => {
    let known = uses.get(collection);
    if (!known) uses.set(collection, (known = { acquires: new Map(), releases: new Map(), others: false }));
    return known;
  };
  fact.code.forEach((i, temp) => {
    const callee = i.op === 'call' ? fact.code[i.fn] : undefined;
    if (i.op !== 'call' || callee?.op !== 'member') return;
    const collection = collectionName(facts, fact, callee.obj);
    if (collection === undefined) return;
    receivers.add(callee.obj);
    if (ASKS.has(callee.name)) return;
    if (callee.name === 'set' || callee.name === 'add') {
      const role = acquiringRole(facts, fact, i, temp, callee.obj, callee.name === 'set' ? 2 : 1);
      if (role) of(collection).acquires.set(fn, role);
      else of(collection).others = true;
    } else if (callee.name === 'delete' && i.args[0] !== undefined) {
      const key = i.args[0];
      const lease = parameterWithMember(facts, fact, key);
      if (lease !== undefined || isParameter(facts, fact, key)) {
        of(collection).releases.set(fn, { role: 'release', collection: callee.obj, key, ...(lease !== undefined && { lease }) });
      }
    } else if (callee.name !== 'get' || !isTested(fact, temp)) of(collection).others = true;
  });
  fact.code.forEach((i, temp) => {
    if ((i.op !== 'member' && i.op !== 'get') || receivers.has(temp)) return;
    const collection = collectionName(facts, fact, temp);
    if (collection === undefined || !uses.has(collection)) return;
    // Counting entries is no use of what they are.
    const counts = fact.code.some((j) => j.op === 'member' && j.obj === temp && j.name === 'size');
    if (!counts) of(collection).others = true;
  });
}

/** A field of `this` by its class, or a variable of an enclosing function or the module. */
function collectionName(facts: FileFacts, fact: FunctionFact, temp: Temp): string | undefined {
  const i = fact.code[temp];
  if (i?.op === 'member' && fact.code[i.obj]?.op === 'this') {
    const { cls } = facts.functions[fact.thisOf]!;
    return cls === undefined ? undefined : `${cls}.${i.name}`;
  }
  if (i?.op !== 'get') return undefined;
  const { owner, kind } = facts.vars[i.v]!;
  return kind !== 'param' && kind !== 'import' && facts.functions[owner] !== fact ? `$${i.v}` : undefined;
}

/** An entry that is put in only where a look at the collection, with nothing awaited since, has found none. */
function acquiringRole(facts: FileFacts, fact: FunctionFact, put: InstructionOf<'call'>, at: Temp, collection: Temp, most: number): EntryRole | undefined {
  const [key, value] = put.args;
  if (!fact.async || key === undefined || put.args.length > most || !isParameter(facts, fact, key)) return undefined;
  if (value !== undefined && !saysNothing(facts, fact, value, key)) return undefined;
  const home = blockOf(fact, at);
  for (const [b, block] of fact.blocks.entries()) {
    if (block.end.k !== 'branch') continue;
    const look = lookBehind(fact, block.end.on);
    const i = look && fact.code[look.call];
    const callee = i?.op === 'call' ? fact.code[i.fn] : undefined;
    if (!look || i?.op !== 'call' || callee?.op !== 'member' || (callee.name !== 'has' && callee.name !== 'get')) continue;
    if (i.args[0] === undefined || !isSame(fact, i.args[0], key) || !isSame(fact, callee.obj, collection)) continue;
    const [found, none] = look.turned ? [block.end.no, block.end.yes] : [block.end.yes, block.end.no];
    if (home === undefined || !leadsOn(fact, none, home, at)) continue;
    const refused = reach(fact, [found], new Set([b]), false);
    if (refused.has(home)) continue;
    const ends = [...refused].map((one) => fact.blocks[one]!.end.k);
    if (ends.includes('return')) continue;
    const waits = [...refused].some((one) => awaitsIn(fact, fact.blocks[one]!.from, fact.blocks[one]!.to));
    if (!waits && !ends.includes('throw')) continue;
    return { role: 'acquire', collection, key, ...(!waits && { refuses: true as const }) };
  }
  return undefined;
}

/** The call whose result a condition looks at; `turned`: the condition holds where there is no entry. */
function lookBehind(fact: FunctionFact, temp: Temp, depth = 0): { call: Temp; turned: boolean } | undefined {
  const i = fact.code[temp];
  if (depth > 4) return undefined;
  if (i?.op === 'call') return { call: temp, turned: false };
  if (i?.op === 'unary' && i.sign === '!') {
    const inner = lookBehind(fact, i.arg, depth + 1);
    return inner && { ...inner, turned: !inner.turned };
  }
  if (i?.op !== 'binary' || !/^[!=]==?$/.test(i.sign)) return undefined;
  const right = fact.code[i.right];
  if (right?.op !== 'undefined' && !(right?.op === 'const' && right.value === null)) return undefined;
  const inner = lookBehind(fact, i.left, depth + 1);
  return inner && (i.sign.startsWith('!') ? inner : { ...inner, turned: !inner.turned });
}

/** From a block straight on to an instruction, without an await on the way. */
function leadsOn(fact: FunctionFact, from: BlockIndex, to: BlockIndex, at: Temp): boolean {
  let b = from;
  for (let steps = 0; steps < 6; steps++) {
    const block = fact.blocks[b]!;
    if (awaitsIn(fact, block.from, b === to ? at : block.to)) return false;
    if (b === to) return true;
    if (block.end.k !== 'goto') return false;
    b = block.end.to;
  }
  return false;
}

const awaitsIn = (fact: FunctionFact, from: Temp, to: Temp): boolean => fact.code.slice(from, to).some((i) => i.op === 'await');

function blockOf(fact: FunctionFact, temp: Temp): BlockIndex | undefined {
  const found = fact.blocks.findIndex((block) => temp >= block.from && temp < block.to);
  return found < 0 ? undefined : found;
}

/** Whether the function looks at the result only to see whether there is one. */
const isTested = (fact: FunctionFact, call: Temp): boolean =>
  fact.blocks.some((block) => block.end.k === 'branch' && lookBehind(fact, block.end.on)?.call === call) &&
  !fact.code.some((i) => i.op === 'set' && i.value === call);

/** Two temps of one value, as far as the source shows it. */
function isSame(fact: FunctionFact, a: Temp, b: Temp): boolean {
  if (a === b) return true;
  const left = fact.code[a];
  const right = fact.code[b];
  if (left?.op === 'this') return right?.op === 'this';
  if (left?.op === 'get') return right?.op === 'get' && left.v === right.v;
  return left?.op === 'member' && right?.op === 'member' && left.name === right.name && isSame(fact, left.obj, right.obj);
}

function isParameter(facts: FileFacts, fact: FunctionFact, temp: Temp): boolean {
  const i = fact.code[temp];
  return i?.op === 'get' && facts.vars[i.v]!.kind === 'param' && facts.functions[facts.vars[i.v]!.owner] === fact;
}

/** `lock` of `lock.key`. */
function parameterWithMember(facts: FileFacts, fact: FunctionFact, temp: Temp): number | undefined {
  const i = fact.code[temp];
  if (i?.op !== 'member' || !isParameter(facts, fact, i.obj)) return undefined;
  const holder = fact.code[i.obj] as InstructionOf<'get'>;
  return facts.vars[holder.v]!.param;
}

/** A value that no caller has passed: a constant, a token, the time that it lasts until. */
function saysNothing(facts: FileFacts, fact: FunctionFact, temp: Temp, key: Temp, depth = 0): boolean {
  const i = fact.code[temp];
  const inner = (one: Temp): boolean => saysNothing(facts, fact, one, key, depth + 1);
  if (!i || depth > 6) return false;
  switch (i.op) {
    case 'const':
    case 'undefined':
    case 'global':
    case 'this':
    case 'binary':
      return true;
    case 'get': {
      if (isSame(fact, temp, key)) return true;
      const { kind, owner } = facts.vars[i.v]!;
      if (kind === 'import') return true;
      const writes = writesOf(facts, i.v);
      return kind !== 'param' && facts.functions[owner] === fact && writes.length === 1 && inner(writes[0]!.value);
    }
    case 'member':
      return inner(i.obj);
    case 'template':
      return i.args.every(inner);
    case 'object':
      return i.props.every((p) => inner(p.value));
    case 'call':
      return inner(i.fn) && i.args.every(inner);
    case 'cast':
    case 'nonnull':
      return inner(i.value);
    default:
      return false;
  }
}
