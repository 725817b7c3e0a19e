/**
 * Facts of files that may change: like facts, but what is read of them is noted as a ground of the answer in the making.
 * When a file's facts are made anew, what is the same as before stays, and so does what rests on it alone.
 */
import type { ClassFact, ClassIndex, ExportFact, FileFacts, FnIndex, FunctionFact, FunctionKind, ImportFact, Instruction, LoopFact, ParamFact, Temp, TryFact, TypeExpr, TypeFact, VarFact, Block } from '../facts/ir.js';
import { alignVars } from './align.js';
import { apart, Ground, Source, Sources, within } from './grounds.js';
import { same, startsWith } from './same.js';

/** A list of which single elements are read by their index, or all of them. */
class LiveList<T> extends Array<T> {
  whole!: Source;

  /** What is made of the list is a list like any other. */
  static override get [Symbol.species](): ArrayConstructor {
    return Array;
  }
}

const READ_ALL = [
  'at', 'concat', 'entries', 'every', 'filter', 'find', 'findIndex', 'findLast', 'findLastIndex', 'flat', 'flatMap', 'forEach', 'includes', 'indexOf', 'join',
  'keys', 'lastIndexOf', 'map', 'reduce', 'reduceRight', 'slice', 'some', 'values', Symbol.iterator,
] as const;
for (const name of READ_ALL) {
  const plain = Reflect.get(Array.prototype, name) as (...args: unknown[]) => unknown;
  Object.defineProperty(LiveList.prototype, name, {
    value(this: LiveList<unknown>, ...args: unknown[]) {
      this.whole.read();
      return plain.apply(this, args);
    },
  });
}

function liveList<T>(elements: readonly T[], whole: Source): readonly T[] {
  const list = new LiveList<T>();
  for (const element of elements) list.push(element);
  list.whole = whole;
  return list;
}

/** A list in facts, and who has read single elements of it or all. */
class ListPart<T> {
  readonly #elements: Source;
  readonly #whole: Source;
  readonly #list: readonly T[];

  constructor(
    readonly raw: readonly T[],
    before: ListPart<T> | undefined,
  ) {
    this.#elements = before ? before.#elements : new Source();
    this.#whole = before ? before.#whole : new Source();
    this.#list = before?.raw === raw ? before.#list : liveList(raw, this.#whole);
  }

  get read(): readonly T[] {
    this.#elements.read();
    return this.#list;
  }

  /** The list where its elements tell by themselves who has read them. */
  get list(): readonly T[] {
    return this.#list;
  }

  /** Tells who has read what is another now. */
  changeFrom(before: ListPart<T>): void {
    if (!startsWith(this.raw, before.raw)) this.#elements.change();
    else if (this.raw.length === before.raw.length) return;
    this.#whole.change();
  }

  /** There are more elements now, or fewer. */
  changeLength(): void {
    this.#whole.change();
  }

  changeAll(): void {
    this.#elements.change();
    this.#whole.change();
  }
}

/**
 * A list that notes which of its elements are read. Slower than others: for the code of a module, of which all functions
 * read what they use of its variables, and which grows with each of them.
 */
function watched<T>(list: readonly T[], elements: Sources<number>): readonly T[] {
  return new Proxy(list, {
    get(target, key) {
      if (typeof key === 'string' && key >= '0' && key <= ':') elements.read(Number(key));
      const value = Reflect.get(target, key) as unknown;
      return typeof value === 'function' ? (value as () => unknown).bind(target) : value;
    },
  });
}

/** One of several things in a file's facts that is read by itself: a variable, an import, a class, a type. */
interface LiveElement<T> {
  readonly raw: T;
  readonly source: Source;
}

/** Makes such things: what is read of one is noted. */
function elementsOf<T extends object>(fields: readonly (keyof T)[]): new (raw: T, source: Source) => LiveElement<T> {
  const Element = class implements LiveElement<T> {
    constructor(
      readonly raw: T,
      readonly source: Source,
    ) {}
  };
  for (const field of fields) {
    Object.defineProperty(Element.prototype, field, {
      get(this: LiveElement<T>) {
        this.source.read();
        return this.raw[field];
      },
    });
  }
  return Element;
}

const LiveVar = elementsOf<VarFact>(['name', 'kind', 'owner', 'at', 'type', 'fn', 'cls', 'import', 'param']);
const LiveImport = elementsOf<ImportFact>(['v', 'from', 'name', 'typeOnly']);
const LiveClass = elementsOf<ClassFact>(['name', 'v', 'owner', 'super', 'superArgs', 'implements', 'typeParams', 'abstract', 'members', 's', 'e']);
const LiveType = elementsOf<TypeFact>(['name', 'kind', 'at', 'typeParams', 'extends', 'members', 'type']);

/** A list of such things. */
class ElementsPart<T extends object> {
  readonly #elements: readonly LiveElement<T>[];
  readonly #whole: Source;
  readonly #list: readonly T[];

  constructor(
    readonly raw: readonly T[],
    Element: new (raw: T, source: Source) => LiveElement<T>,
    before: ElementsPart<T> | undefined,
  ) {
    this.#whole = before ? before.#whole : new Source();
    const known = before ? before.#elements : [];
    this.#elements = raw.map((one, n) => {
      const was = known[n];
      if (was?.raw === one) return was;
      return new Element(one, was ? was.source : new Source());
    });
    this.#list = liveList(this.#elements as unknown as readonly T[], this.#whole);
  }

  get list(): readonly T[] {
    return this.#list;
  }

  /** Tells who has read what is another now. */
  changeFrom(before: ElementsPart<T>): void {
    before.#elements.forEach((was, n) => {
      if (!same(was.raw, this.raw[n])) was.source.change();
    });
    this.#whole.change();
  }

  changeAll(): void {
    for (const { source } of this.#elements) source.change();
    this.#whole.change();
  }
}

/** A part of a file's facts, as it is compared with the one before. */
interface Part {
  readonly raw: readonly unknown[];
  changeFrom(before: Part): void;
}

/** Readings of facts that are not those of the file any more: each is by an answer that has been kept for too long. */
let outdated = 0;
export const outdatedReadings = (): number => outdated;

/** Something with tables made from it. */
abstract class Live {
  readonly #tables = new Set<LiveTable>();
  /** Changes with anything in it. */
  readonly any: Source;
  protected isGone = false;

  constructor(before: Live | undefined) {
    this.any = before ? before.any : new Source();
  }

  add(table: LiveTable): void {
    this.#tables.add(table);
  }

  protected passTables(before: Live): void {
    for (const table of before.#tables) table.succeed(before, this);
  }

  protected dropTables(): void {
    for (const table of this.#tables) table.changeAll(this);
  }

  protected check(): void {
    if (this.isGone) outdated += 1;
  }
}

/** A `FunctionFact`; what is optional there is undefined here. */
class LiveFunction extends Live {
  readonly #head: Source;
  readonly #place: Source;
  readonly #graph: Source;
  readonly #code: ListPart<Instruction>;
  readonly #instructions: Sources<Temp>;
  /** The code, where it is noted which of it is read. */
  readonly #watched: readonly Instruction[] | undefined;

  constructor(
    readonly raw: FunctionFact,
    before?: LiveFunction,
  ) {
    super(before);
    this.#head = before ? before.#head : new Source();
    this.#place = before ? before.#place : new Source();
    this.#graph = before ? before.#graph : new Source();
    this.#code = new ListPart(raw.code, before && before.#code);
    this.#instructions = before ? before.#instructions : new Sources();
    this.#watched = raw.kind === 'module' ? watched(this.#code.list, this.#instructions) : undefined;
  }

  /** Tells who has read what is another now. */
  changeFrom(before: LiveFunction): void {
    before.isGone = true;
    this.any.change();
    if (!sameHead(this.raw, before.raw)) this.#head.change();
    if (this.raw.s !== before.raw.s || this.raw.e !== before.raw.e || this.raw.at !== before.raw.at) this.#place.change();
    this.#code.changeFrom(before.#code);
    for (const temp of this.#instructions.inUse) if (!same(this.raw.code[temp], before.raw.code[temp])) this.#instructions.change(temp);
    if (!same(this.raw.blocks, before.raw.blocks) || !same(this.raw.loops, before.raw.loops) || !same(this.raw.tries, before.raw.tries)) this.#graph.change();
    this.passTables(before);
  }

  changeAll(): void {
    this.isGone = true;
    for (const part of [this.any, this.#head, this.#place, this.#graph]) part.change();
    this.#code.changeAll();
    this.#instructions.changeAll();
    this.dropTables();
  }

  #headed(): FunctionFact {
    this.check();
    this.#head.read();
    return this.raw;
  }

  #placed(): FunctionFact {
    this.check();
    this.#place.read();
    return this.raw;
  }

  #graphed(): FunctionFact {
    this.check();
    this.#graph.read();
    return this.raw;
  }

  get name(): string {
    return this.#headed().name;
  }
  get kind(): FunctionKind {
    return this.#headed().kind;
  }
  get parent(): FnIndex {
    return this.#headed().parent;
  }
  get async(): true | undefined {
    return this.#headed().async;
  }
  get generator(): true | undefined {
    return this.#headed().generator;
  }
  get bodiless(): true | undefined {
    return this.#headed().bodiless;
  }
  get cls(): ClassIndex | undefined {
    return this.#headed().cls;
  }
  get static(): true | undefined {
    return this.#headed().static;
  }
  get thisOf(): FnIndex {
    return this.#headed().thisOf;
  }
  get object(): Temp | undefined {
    return this.#headed().object;
  }
  get params(): readonly ParamFact[] {
    return this.#headed().params;
  }
  get returns(): TypeExpr | undefined {
    return this.#headed().returns;
  }
  get typeParams(): readonly string[] | undefined {
    return this.#headed().typeParams;
  }
  get s(): number {
    return this.#placed().s;
  }
  get e(): number {
    return this.#placed().e;
  }
  get at(): number {
    return this.#placed().at;
  }
  get code(): readonly Instruction[] {
    this.check();
    return this.#watched ?? this.#code.read;
  }

  instruction(temp: Temp): Instruction | undefined {
    this.check();
    this.#instructions.read(temp);
    return this.raw.code[temp];
  }
  get blocks(): readonly Block[] {
    return this.#graphed().blocks;
  }
  get loops(): readonly LoopFact[] {
    return this.#graphed().loops;
  }
  get tries(): readonly TryFact[] {
    return this.#graphed().tries;
  }
}

const HEAD = ['name', 'kind', 'parent', 'async', 'generator', 'bodiless', 'cls', 'static', 'thisOf', 'object', 'params', 'returns', 'typeParams'] as const;
const sameHead = (a: FunctionFact, b: FunctionFact): boolean => HEAD.every((key) => same(a[key], b[key]));

export class LiveFile extends Live implements FileFacts {
  readonly #vars: ElementsPart<VarFact>;
  readonly #functions: ListPart<LiveFunction>;
  readonly #classes: ElementsPart<ClassFact>;
  readonly #types: ElementsPart<TypeFact>;
  readonly #imports: ElementsPart<ImportFact>;
  readonly #exports: ListPart<ExportFact>;
  readonly #lines: ListPart<number>;
  readonly stale?: string;

  /** @param before The file's facts until now: what has changed of them is taken back. */
  constructor(
    readonly raw: FileFacts,
    before?: LiveFile,
  ) {
    super(before);
    if (before) alignVars(raw, before.raw);
    if (raw.stale !== undefined) this.stale = raw.stale;
    this.#vars = new ElementsPart(raw.vars, LiveVar, before && before.#vars);
    this.#classes = new ElementsPart(raw.classes, LiveClass, before && before.#classes);
    this.#types = new ElementsPart(raw.types, LiveType, before && before.#types);
    this.#imports = new ElementsPart(raw.imports, LiveImport, before && before.#imports);
    this.#exports = new ListPart(raw.exports, before && before.#exports);
    this.#lines = new ListPart(raw.lines, before && before.#lines);
    const known = before ? before.#functions.raw : [];
    const functions = raw.functions.map((fact, fn) => (known[fn] && same(known[fn].raw, fact) ? known[fn] : new LiveFunction(fact, known[fn])));
    this.#functions = new ListPart(functions, before && before.#functions);
    if (before) this.#changeFrom(before);
  }

  #changeFrom(before: LiveFile): void {
    before.isGone = true;
    const known = before.#functions.raw;
    let isSame = true;
    known.forEach((fact, fn) => {
      const now = this.#functions.raw[fn];
      if (now === fact) return;
      isSame = false;
      if (now) now.changeFrom(fact);
      else fact.changeAll();
    });
    // Elements are as they are by themselves: how many there are is left.
    if (known.length !== this.#functions.raw.length) {
      isSame = false;
      this.#functions.changeLength();
    }
    for (const [now, was] of [
      [this.#vars, before.#vars],
      [this.#classes, before.#classes],
      [this.#types, before.#types],
      [this.#imports, before.#imports],
      [this.#exports, before.#exports],
      [this.#lines, before.#lines],
    ] as [Part, Part][]) {
      if (same(now.raw, was.raw)) continue;
      isSame = false;
      now.changeFrom(was);
    }
    if (!isSame) this.any.change();
    this.passTables(before);
  }

  changeAll(): void {
    this.isGone = true;
    this.any.change();
    for (const fact of this.#functions.raw) fact.changeAll();
    for (const part of [this.#functions, this.#vars, this.#classes, this.#types, this.#imports, this.#exports, this.#lines]) part.changeAll();
    this.dropTables();
  }

  get vars(): readonly VarFact[] {
    this.check();
    return this.#vars.list;
  }
  get functions(): readonly FunctionFact[] {
    this.check();
    return this.#functions.list as unknown as readonly FunctionFact[];
  }
  get classes(): readonly ClassFact[] {
    this.check();
    return this.#classes.list;
  }
  get types(): readonly TypeFact[] {
    this.check();
    return this.#types.list;
  }
  get imports(): readonly ImportFact[] {
    this.check();
    return this.#imports.list;
  }
  get exports(): readonly ExportFact[] {
    this.check();
    return this.#exports.read;
  }
  get lines(): readonly number[] {
    this.check();
    return this.#lines.read;
  }
}

/** Whether facts may change: what rests on them is noted, and nothing may be kept without. */
export const isLive = (facts: FileFacts): boolean => facts instanceof Live;

/** An instruction of a function: who asks for it so rests on this one alone. */
export const codeAt = (fact: FunctionFact | undefined, temp: Temp): Instruction | undefined => (fact instanceof Live ? (fact as unknown as LiveFunction).instruction(temp) : fact?.code[temp]);

/** Facts as they were made, for what rests on all of them. */
export const rawOf = <O extends FileFacts | FunctionFact>(facts: O): O => (facts instanceof Live ? (facts as unknown as { readonly raw: O }).raw : facts);

/** Notes that an answer rests on all of a file, or of a function. */
export function restOnAll(facts: FileFacts | FunctionFact): void {
  if (facts instanceof Live) facts.any.read();
}

interface LiveTable {
  succeed(before: Live, now: Live): void;
  changeAll(of: Live): void;
}

interface Made<K, V> {
  readonly table: ReadonlyMap<K, V>;
  readonly sources?: Sources<K>;
}

/**
 * A table made from a file's facts or from a function, kept with them. Who looks a key up rests on what the table says
 * of it and on nothing else.
 */
export class Table<O extends FileFacts | FunctionFact, K, V> implements LiveTable {
  readonly #made = new WeakMap<O, Made<K, V>>();

  constructor(readonly make: (of: O) => ReadonlyMap<K, V>) {}

  get(of: O, key: K): V | undefined {
    const { table, sources } = this.#of(of);
    sources?.read(key);
    return table.get(key);
  }

  #of(of: O): Made<K, V> {
    let made = this.#made.get(of);
    if (!made) {
      const live = of instanceof Live;
      // What is read for it is told by comparing.
      made = { table: apart(() => this.make(rawOf(of))), ...(live && { sources: new Sources<K>() }) };
      this.#made.set(of, made);
      if (live) of.add(this);
    }
    return made;
  }

  succeed(before: Live, now: Live): void {
    const was = this.#made.get(before as unknown as O)!;
    const { table } = this.#of(now as unknown as O);
    this.#made.set(now as unknown as O, { table, ...(was.sources && { sources: was.sources }) });
    for (const key of was.sources?.inUse ?? []) if (!same(was.table.get(key), table.get(key))) was.sources!.change(key);
  }

  changeAll(of: Live): void {
    this.#made.get(of as unknown as O)?.sources?.changeAll();
  }
}


interface Answered<T> {
  readonly answer: T;
  readonly ground?: Ground;
}

/** Answers about files or functions that rest on their facts alone, kept with them. */
export class FactAnswers<O extends FileFacts | FunctionFact, T> {
  readonly #answers = new WeakMap<O, Answered<T>>();

  get(of: O, work: () => T): T {
    let known = this.#answers.get(of);
    if (!known || known.ground?.gone) {
      const ground = of instanceof Live ? new Ground() : undefined;
      known = { answer: within(ground, work), ...(ground && { ground }) };
      this.#answers.set(of, known);
    }
    known.ground?.rest();
    return known.answer;
  }
}
