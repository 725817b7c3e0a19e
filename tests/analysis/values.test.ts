/** What a value is: each case says what stands between the brackets of `is(…)`, in the order of its text. `?` is unknown. */
import { describe, expect, it } from 'vitest';
import { valuesIn } from './value-printer.js';

type Files = Readonly<Record<string, string>>;

function table(name: string, cases: Readonly<Record<string, readonly [string | Files, readonly string[]]>>): void {
  describe(name, () => {
    it.each(Object.entries(cases))('%s', (_, [files, expected]) => {
      expect(valuesIn(typeof files === 'string' ? { 'case.ts': files } : files)).toEqual(expected);
    });
  });
}

table('literals and operators', {
  'constants, and what is nothing': ["is(1); is('a'); is(true); is(null); is(undefined); is(/a/);", ['1', '"a"', 'true', '?', '?', 'RegExp']],
  'templates, as far as they are known': [
    "const a = 'x'; declare const b: string; is(`1${a}2`); is(`1${a}${b}3`); is(``);",
    ['"1x2"', '"1x"…', '""'],
  ],
  'strings put together, as far as they are known': [
    "declare const b: string; is('a' + 1); is('a' + b); is('a' + b + 'c'); is(b + 'a'); is(1 + 2); is(3 - 1);",
    ['"a1"', '"a"…', '"a"…', '?', '?', '?'],
  ],
  'alternatives': ["declare const c: boolean; class A {} class B {} is(c ? A : B); is(new A() ?? new B()); is(c && new A());", ['class A | class B', 'A | B', 'A | boolean']],
  'more alternatives than say anything are cut': [
    `declare const n: number; const f = () => { ${Array.from({ length: 20 }, (_, i) => `if (n === ${i}) return ${i};`).join(' ')} return 99; }; is(f());`,
    [Array.from({ length: 13 }, (_, i) => String(i)).sort().join(' | ')],
  ],
  'the global object by its names': ['is(globalThis); is(window.setTimeout); is(self.fetch); is(setTimeout);', ['global ', 'global setTimeout', 'global fetch', 'global setTimeout']],
  'non-null and satisfies': ['class A {} declare const a: A | undefined; is(a!); is(new A() satisfies object);', ['A', 'A']],
  'a cast says more than the value, but for what a caller passes': [
    'class A {} declare const x: unknown; is(x as A); function f(x: unknown) { is(x as A); is(x as unknown); }',
    ['A', 'A | given f[0]', 'given f[0]'],
  ],
});

table('declared types', {
  'arrays, tuples, unions, intersections, literals and keywords': [
    `class A {} class B {}
     declare const a: A[], t: [A, B], u: A | B, i: A & B, l: 'x' | 1, k: string, n: null, o: readonly A[], named: [first: A, second?: B];
     is(a); is(t); is(u); is(i); is(l); is(k); is(n); is(o); is(named);`,
    ['Array<A>', 'Tuple<A, B>', 'A | B', 'A | B', '"x" | 1', 'string', '?', 'Array<A>', 'Tuple<A, B>'],
  ],
  'functions, objects, interfaces and aliases': [
    `type F = (a: string) => void; interface I { m(): void; p: F } type S = { a: number; b(): string };
     declare const f: F, i: I, s: S; is(f); is(i); is(i.m); is(i.p); is(s); is(s.a); is(s.b); is(s.b()); is(i.none);`,
    ['signature', 'interface I', 'signature I.m', 'signature', '{ a, b }', 'number', 'signature', 'string', '?'],
  ],
  'a member is looked for in the bases of an interface': [
    'interface A { a: string } interface B extends A { b: number } declare const b: B; is(b.a); is(b.b); is(b.c);',
    ['string', 'number', '?'],
  ],
  'getters of an interface, and call and construct signatures': [
    `class A {} interface I { get g(): A; (): A; new (): A } declare const i: I; is(i.g); is(i());
     type T = { (): A }; declare const t: T; is(t()); declare const none: { new (): A }; is(none());`,
    ['A', 'A', 'A', '?'],
  ],
  'index signatures': [
    `class A {} interface I { [key: string]: A; own: string } declare const i: I, s: { [n: number]: A }, k: string; is(i[k]); is(i.other); is(i.own); is(s[0]); is(({} as { a: A })[k]);`,
    ['A', 'A', 'A | string', 'A', '?'],
  ],
  'indexed access': [
    `class A {} interface I { a: A; list: A[] } declare const x: I['a'], y: I['list'][number], z: I[string], t: [A, string][1]; is(x); is(y); is(z); is(t);`,
    ['A', 'A', '?', 'string'],
  ],
  'typeof': [
    'class A { static make() { return new A(); } } const o = { a: new A() }; declare const a: typeof A, b: typeof o.a, g: typeof fetch; is(a); is(b); is(g);',
    ['class A', 'A', 'global fetch'],
  ],
  'utility types': [
    `class A { a = 1 } const make = () => new A(); declare const p: Partial<A>, r: ReturnType<typeof make>, i: InstanceType<typeof A>, w: Awaited<Promise<A>>, q: Parameters<typeof make>, f: Function, n: NonNullable<A>, none: ReturnType, noInstance: InstanceType, bare: Partial;
     is(p); is(r); is(i); is(w); is(q); is(f); is(n); is(none); is(noInstance); is(bare);`,
    ['A', 'A', 'A', 'A', '?', '?', 'A', '?', '?', '?'],
  ],
  'boxes by their names': [
    `class A {} declare const p: PromiseLike<A>, w: WeakMap<object, A>, s: ReadonlySet<A>, r: Record<string, A>, g: Generator<A>, k: string;
     is(p); is(w.get({})); is(s); is(r[k]); is(r.any); is(g);`,
    ['Promise<A>', 'A', 'Set<A>', 'A', 'A', 'Iterable<A>'],
  ],
  'a type of the platform': ['declare const d: Date, n: NodeJS.Timeout, o: Object; is(d); is(n); is(o);', ['global Date#', 'global NodeJS.Timeout#', '?']],
  'types that say nothing': [
    "declare const c: string extends number ? 1 : 2, m: { [K in 'a']: K }, i: import('x').Y, u: unique symbol, k: keyof object; is(c); is(m); is(i); is(u); is(k);",
    ['?', '?', '?', '?', '?'],
  ],
  'generic aliases and interfaces': [
    `class A {} type List<T> = T[]; interface Box<T> { value: T; or: T | undefined } type Pair<T, U> = [T, U];
     declare const l: List<A>, b: Box<A>, p: Pair<A, string>, bare: Box, q: Pair<A>; is(l); is(b.value); is(p); is(bare.value); is(q);`,
    ['Array<A>', 'A', 'Tuple<A, string>', '?', 'Tuple<A, ?>'],
  ],
  'the class of a namespace': ['namespace N { export class A {} } declare const a: N.A; is(a);', ['?']],
  'interfaces that extend each other': ['interface A extends B { a: 1 } interface B extends A {} declare const a: A; is(a.a); is(a.none);', ['1', '?']],
  'an enum': ["enum E { A = 'a' } declare const e: E; is(e);", ['?']],
});

table('rarely written syntax', {
  'types that say a part only': [
    `class A {} declare const t: [unique symbol, A], q: typeof import('x'), n: (string extends 1 ? 2 : 3)['a'], k: A[keyof A], l: 1n, p: A['a' | 'b'];
     is(t); is(q); is(n); is(k); is(l); is(p);`,
    ['Tuple<?, A>', '?', '?', '?', '?', '?'],
  ],
  'functions with a `this`, with a parameter that is taken apart, and constructors': [
    `class A {} declare const f: (this: A, a: A) => void, g: ({ a }: { a: A }) => void, h: new () => A; const x: typeof f = (a) => is(a); const y: typeof g = ({ a }) => is(a); is(h);`,
    ['A | given x[0]', 'A | given y[0].a', 'signature'],
  ],
  'members with computed names, accessors and constructors': [
    `class A {} declare const k: string; interface I { [k]: A; [k](): A; set s(a: A); get g(): A; ['lit']: A; new (): A } declare const i: I; is(i.s); is(i.g); is(i.lit);`,
    ['?', 'A', 'A'],
  ],
  'classes with static blocks, accessors and decorators': [
    `class A {} const tools = { gate: (f: unknown) => f, made: () => tools.gate }; class C { static at: A; static { this.at = new A(); } accessor x = new A(); @tools.gate m() { return new A(); } @tools.made() n() { return 1; } @(tools as any) o() { return 2; } abstract z: A; constructor(public { a }: any) {} }
     is(C.at); is(new C().x); is(new C().m()); is(new C().n()); is(new C().o());`.replace('abstract z: A; constructor(public { a }: any) {} ', ''),
    ['A', 'A', 'A', '1', '2'],
  ],
  'imports and exports by `=`': [
    { 'case.ts': "import own = require('./own.js'); import fs = require('node:fs'); import Short = own.Made; is(own.a); is(fs.readFile); is(Short);", 'own.ts': 'const a = 1; export = { a };' },
    ['1', 'fs:readFile', '?'],
  ],
  'types that are exported by default': [
    { 'case.ts': "import type One from './one.js'; import type Two from './two.js'; declare const a: One, b: Two; is(a.x); is(b.y);", 'one.ts': 'export default interface One { x: 1 }', 'two.ts': 'interface Two { y: 2 } export default Two;' },
    ['1', '2'],
  ],
  'an import that is exported': [
    { 'case.ts': "import { a, b, c, d } from './on.js'; is(a); is(b); is(c); is(d);", 'on.ts': "import { x as a } from './own.js'; import * as b from './own.js'; import { Pool as c } from 'pg'; export { a, b, c }; export * from './on.js'; export * from 'pg';", 'own.ts': 'export const x = 1;' },
    ['1', 'all of own.ts', 'pg:Pool', '?'],
  ],
  'the whole of a CommonJS module as its default': [
    { 'case.ts': "import own from './own.cjs'; import none from './none.cjs'; is(own); is(none);", 'own.cjs': 'module.exports = 1;', 'none.cjs': 'exports.a = 1;' },
    ['1', '?'],
  ],
  'namespaces': [
    { 'case.ts': "namespace N { export const a = 1; const b = 2; export function f() { return a; } is(b); } namespace A.B { export const c = 1; } declare namespace D { const d: number } declare module 'x' { const e: number; } is(N); is(A);" },
    ['2', '?', '?'],
  ],
  'a member of what may not be there, deleted': ['const o: any = { a: 1 }; delete o?.a; delete o.b; is(o.a); is(#x in o);'.replace(' is(#x in o);', ''), ['1']],
  'a private name that is asked for': ['class C { #x = 1; static has(o: object) { return #x in o; } } is(C.has({}));', ['?']],
  'JSX': [{ 'case.tsx': 'const A = () => <><b title="x">{/* none */}{1}{...[2]}</b></>; is(A()); is(<A {...{}} />);' }, ['?', '?']],
  'a class in a switch, and a function without a name': ['switch (1) { case 1: class K {} is(K); } export default function () { return 2; }', ['class K']],
});

table('type parameters', {
  'of a function, from its arguments': [
    `class A {} function id<T>(x: T): T { return x; } function all<T>(list: T[]): T { return list[0]!; } function run<T>(work: () => T): T { return work(); }
     function later<T>(work: Promise<T> | T): T { return work as T; }
     is(id(new A())); is(all([new A()])); is(run(() => new A())); is(later(Promise.resolve(new A()))); is(id<A>(JSON.parse('')));`,
    ['A', 'A', 'A', 'A', 'A'],
  ],
  'of a map and a promise': [
    `class A {} function get<K, V>(map: Map<K, V>, key: K): V { return map.get(key)!; } async function wait<T>(p: Promise<T>): Promise<T> { return await p; }
     is(get(new Map<string, A>(), 'a')); is(await wait(Promise.resolve(new A())));`,
    ['A', 'A'],
  ],
  'of an iterable, from a tuple': ['class A {} function first<T>(of: Iterable<T>): T { for (const one of of) return one; throw 0; } is(first([new A()]));', ['A']],
  'of a class, written and from its arguments': [
    `class A {} class Cell<T> { constructor(readonly value: T) {} get(): T { return this.value; } }
     is(new Cell<A>(null as never).get()); is(new Cell(new A()).value); is(new Cell());`,
    ['A', 'A | given constructor[0]', 'Cell<?>'],
  ],
  'of a base class': [
    'class A {} class Base<T> { item!: T; other(): T { return this.item; } } class Heir extends Base<A> {} class Far extends Heir {} is(new Heir().item); is(new Heir().other()); is(new Far().item);',
    ['A', 'A', '?'],
  ],
  'of a signature': [
    'class A {} declare const id: <T>(x: T) => T; declare const run: <T>(work: () => Promise<T>) => Promise<T>; is(id(new A())); is(id<A>(0 as never)); is(await run(async () => new A()));',
    ['A', 'A', 'A'],
  ],
  'inside of it nothing is known of one': ['function f<T>(x: T, y: T[]): void { is(x); is(y); } class C<T> { v!: T; m(): void { is(this.v); } }', ['given f[0]', 'Array<?> | given f[1]', '?']],
});

table('classes', {
  'fields, accessors and methods': [
    `class A {} class C { a = new A(); declare b: A; get g(): A { return this.a; } get h() { return this.a; } set h(v) {} m() { return this.a; } static s = new A(); static make() { return new C(); } }
     const c = new C(); is(c.a); is(c.b); is(c.g); is(c.h); is(c.m); is(c.m()); is(C.s); is(C.make()); is(C.make); is(c.s);`,
    ['A', 'A', 'A', 'A', "C's function m", 'A', 'A', 'C', "class C's function make", '?'],
  ],
  'a field without a type is what is written to it': [
    'class A {} class B {} class C { x; constructor() { this.x = new A(); } swap() { this.x = new B(); } } is(new C().x); class D { constructor() { this.y = new A(); } } is(new D().y);',
    ['A | B', 'A'],
  ],
  'a static field that is written later': ['class A {} class C { static at; static open() { this.at = new A(); } } is(C.at);', ['A']],
  'a private field is what is written, whatever interface it is declared with': [
    'interface I { m(): void } class A implements I { m() {} } class C { #x: I; readonly y: I = new A(); z: I = new A(); constructor() { this.#x = new A(); } get() { is(this.#x); is(this.y); is(this.z); } }',
    ['A', 'A', 'A | interface I'],
  ],
  'inherited members, and what a base outside has': [
    `import { EventEmitter } from 'node:events'; class Base { a = 1; static b = 2 } class Heir extends Base {} class Ours extends EventEmitter {} class Odd extends Date {}
     is(new Heir().a); is(Heir.b); is(new Ours().emit); is(Ours.once); is(new Odd().getTime);`,
    ['1', '2', 'events:EventEmitter#emit', 'events:EventEmitter.once', 'global Date#getTime'],
  ],
  'super': [
    'class Base { m() { return 1; } static s() { return 2; } } class Heir extends Base { m() { is(super.m); is(super.m()); return 1; } static s() { is(super.s); return 2; } } const o = { m() { is(super.m); } };',
    ["Base's function m", '1', "class Base's function s", '?'],
  ],
  'a base that is cast': ["import { EventEmitter } from 'events'; class E extends (EventEmitter as new () => object) { m() { is(this.on); } }", ['events:EventEmitter#on']],
  'this in functions': [
    'class C { m() { is(this); (() => is(this))(); } static s() { is(this); } } function f() { is(this); } const o = { a: 1, m() { is(this); is(this.a); } };',
    ['C', 'C', 'class C', '?', 'object', '1'],
  ],
  'overloads': ['class C { m(a: string): string; m(a: number): number; m(a: unknown) { return a; } } is(new C().m);', ["C's function m"]],
  'an abstract method': ['class A {} abstract class C { abstract m(): A; abstract p: A; } declare const c: C; is(c.m()); is(c.p);', ['A', 'A']],
  'parameter properties': ['class A {} class C { constructor(private readonly a: A, public b = new A()) { is(this.a); is(this.b); } }', ['A | given constructor[0]', 'A | given constructor[1]']],
  'classes that extend each other': ['class A extends B {} class B extends A {} is(new A().none); class C extends C {} is(new C());', ['?', 'C']],
  'a method that returns this': ['class C { m(): this { return this; } n() { return this; } } is(new C().m()); is(new C().n()); declare function f(): this; is(f());', ['C', 'C', '?']],
});

table('objects', {
  'properties, accessors, spreads, and what is added later': [
    `class A {} const base = { s: new A() }; const o = { a: 1, 'b': 2, get g() { return new A(); }, m() { return 3; }, ...base, a: 4 }; o.late = 5;
     declare const k: string; is(o.a); is(o.b); is(o.g); is(o.m()); is(o.s); is(o.late); is(o[k]); is(o.none);`,
    ['4', '2', 'A', '3', 'A', '5', "2 | 4 | A | object's function m", '?'],
  ],
  'destructured, with defaults and rests': [
    'class A {} const { a, b: { c = 2 }, ...rest } = { a: new A(), b: {}, d: 3 }; const [x, , y = 1, ...zs] = [new A(), 2]; is(a); is(c); is(rest.d); is(x); is(y); is(zs);',
    ['A', '2', '3', 'A', '1', 'Array<2 | A>'],
  ],
  'a property of a function': ['class A {} function f() {} f.extra = new A(); const g = () => 1; is(f.extra); is(f.none); is(g.none); declare const s: () => void; is(s.none);', ['A', '?', '?', '?']],
  'frozen, copied and assigned': [
    'class A {} const o = Object.freeze({ a: new A() }); is(o.a); is(structuredClone(o).a); is(Object.assign({ b: 1 }, o).a); declare const r: Record<string, A>; is(Object.values(r)); is(Object.entries(r)); is(Object.keys(r));',
    ['A', 'A', 'A', 'Array<A>', 'Array<Tuple<?, A>>', 'global Object.keys()'],
  ],
});

table('functions', {
  'what they return': [
    `class A {} const f = () => new A(); async function g() { return new A(); } function* h() { yield new A(); yield* [1]; yield; } function none() {} async function* k() { yield new A(); }
     is(f()); is(g()); is(await g()); is(h()); is(none()); for (const x of h()) is(x); for await (const x of k()) is(x);`,
    ['A', 'Promise<A>', 'A', 'Iterable<1 | A>', '?', '1 | A', 'A'],
  ],
  'a declared interface is narrowed to what is returned': [
    'interface I { m(): void } class A implements I { m() {} } function f(): I { return new A(); } async function g(): Promise<I> { return new A(); } function h(): I { throw 0; } is(f()); is(await g()); is(h());',
    ['A', 'A', 'interface I'],
  ],
  'bound, called and applied': [
    'class A {} class C { m() { return new A(); } } const c = new C(); const b = c.m.bind(c); is(b); is(b()); is(c.m.call(c)); is(c.m.apply(c, [])); declare const s: () => A; is(s.bind(null)); is(s.call(null)); is(c.m.bind());',
    ["C's function m", 'A', 'A', 'A', 'signature', '?', "C's function m"],
  ],
  'parameters, from whom a closure is passed to': [
    `class A {} [new A()].forEach((a, i) => is(a)); new Map([['k', new A()]]).forEach((v, k) => { is(v); is(k); }); new Set([new A()]).forEach((a) => is(a)); Promise.resolve(new A()).then((a) => is(a));
     [new A()].reduce((sum, a) => { is(a); return sum; }, 0); [new A()].sort((a, b) => { is(b); return 0; }); Array.from([new A()], (a) => is(a)); Array.from([new A()], (a, i) => is(i));`,
    ['A | given #1[0]', 'A | given #2[0]', '"k" | given #2[1]', 'A | given #3[0]', 'A | given #4[0]', 'A | given #5[1]', 'A | given #6[1]', 'A | given #7[0]', 'given #8[1]'],
  ],
  'parameters, from the type of the parameter that a closure is passed for': [
    `class A {} function use(work: (a: A) => void): void {} declare const also: (work: (...all: A[]) => void) => void; class C { constructor(work: (a: A) => void) {} } function each<T>(list: T[], work: (one: T) => void): void {}
     use((a) => is(a)); also((a, b) => is(b)); new C((a) => is(a)); each([new A()], (a) => is(a)); use(1, (a) => is(a)); function many(...work: ((a: A) => void)[]) {} many((a) => is(a));`,
    ['A | given #5[0]', 'A | given #6[1]', 'A | given #7[0]', 'A | given #8[0]', 'given #9[0]', 'given #10[0]'],
  ],
  'parameters, from the type that is asked for where the closure goes': [
    `class A {} type Work = (a: A) => void; const w: Work = (a) => { is(a); }; class C { work: Work = (a) => { is(a); }; } function make(): Work { return (a) => { is(a); }; }
     interface Hooks { on(a: A): void } const hooks: Hooks = { on(a) { is(a); } }; const untyped = { on(a) { is(a); } };`,
    ['A | given w[0]', 'A | given work[0]', 'A | given #2[0]', 'A | given on[0]', 'given on[0]'],
  ],
  'parameters with defaults, rests and members': [
    'class A {} function f(a = new A(), o: { p: A }, ...rest: A[]) { is(a); is(o.p); is(rest); } function g(x, ...y) { is(x.a.b.c); is(x.a.b.c.d); is(y); }',
    ['A | given f[0]', 'A | given f[1].p', 'Array<A>', 'given g[0].a.b.c', '?', 'Array<?>'],
  ],
});

table('collections', {
  'array methods': [
    `class A {} const a = [new A(), ...[new A()]]; declare const n: A[][], k: number;
     is(a.find(Boolean)); is(a.filter(Boolean)); is(a.map((x) => 1)); is(a.flatMap((x) => [x])); is(a.flatMap((x) => x)); is(n.flat()); is(a.entries()); is(a.reduce((s, x) => s, 1)); is(a.reduce((s, x) => x)); is(a.join()); is(a[k]); is(a[0]); is(a.map()); is(a.at(0));`,
    ['A', 'Array<A>', 'Array<1>', 'Array<A | given #2[0]>', 'Array<A | given #3[0]>', 'Array<A>', 'Array<Tuple<?, A>>', '1 | given #4[0]', 'A', '?', 'A', 'A', 'Array<?>', 'A'],
  ],
  'tuples': ['class A {} const t = [new A(), 1] as const; is(t[0]); is(t[1]); is(t[5]); is(t.find(Boolean)); declare const k: number; const u = [new A(), 1]; is(u[k]); for (const x of u) is(x); is([]);', ['A', '1', '?', '1 | A', '1 | A', '1 | A', 'Array<?>']],
  'maps and sets': [
    `class A {} const m = new Map<string, A>(), s = new Set([new A()]), p = new Map([['a', new A()]]), e = new Map(); declare const k: object;
     is(m.get('a')); is(m.set('a', new A())); is(m.values()); is(m.keys()); is(m.entries()); is(m.size); is(m.has('a')); for (const [key, value] of m) { is(key); is(value); } for (const x of s) is(x);
     is(s.values()); is(s.add(new A())); is(s.has(1)); is(p.get('a')); is(e.get(1)); is(m[k]); is(new WeakMap());`,
    ['A', 'Map<string, A>', 'Array<A>', 'Array<string>', 'Array<Tuple<string, A>>', 'Map.size', '?', 'string', 'A', 'A', 'Array<A>', 'Set<A>', '?', 'A', '?', '?', 'Map<>'],
  ],
  'promises': [
    `class A {} const p = Promise.resolve(new A());
     is(p.then((a) => 1)); is(p.catch(() => 1)); is(p.finally()); is(p.other()); is(await Promise.all([p, 1])); is(Promise.all(new Set([p]))); is(Promise.race([p])); is(Promise.any([p])); is(Promise.allSettled([p])); is(await Promise.resolve(p)); is(p.then()); is(new Promise((r) => r(1)));`,
    ['Promise<1>', 'Promise<A>', 'Promise<A>', '?', 'Tuple<A, 1>', 'Promise<Array<A>>', 'Promise<A>', 'Promise<A>', '?', 'A', 'Promise<?>', 'Promise<>'],
  ],
  'iterables': [
    `class A {} declare const i: Iterable<A>, r: Record<string, A>, x: AsyncIterable<A>; for (const a of i) is(a); for (const a of r) is(a); for (const k in r) is(k); for await (const a of x) is(a);
     declare const g: IterableIterator<A>; is(g.map((a) => 1)); is(g.filter(Boolean)); is(g.next()); is(Array.from(i)); is(Array.from(i, () => 1)); is([...i]);`,
    ['A', '?', 'string', 'A', 'Array<1>', 'Array<A>', '?', 'Array<A>', 'Array<1>', 'Array<A>'],
  ],
});

table('other files and packages', {
  'imports of every kind': [
    {
      'case.ts': `import def, { named, renamed as r, Type } from './a.js'; import * as all from './a.js'; import { far } from './b.js'; import type { T } from './a.js'; import none from './none.js'; import { x } from './a.js';
        is(def); is(named); is(r); is(all); is(all.named); is(far); is(none); is(x); declare const t: T, u: all.T, v: Type; is(t); is(u); is(v); is(await import('./a.js')); is(import(named)); is(await import('./' + t));`,
      'a.ts': 'export default class Def {} export const named = 1; const inner = 2; export { inner as renamed }; export interface T { a: 1 } export class Type {}',
      'b.ts': "export * from './none.js'; export * from './a.js'; export { named as far } from './a.js';",
    },
    ['class Def', '1', '2', 'all of a.ts', '1', '1', '?', '?', 'interface T', 'interface T', 'Type', 'all of a.ts', '?', '?'],
  ],
  'CommonJS': [
    {
      'case.cjs': "const a = require('./a.cjs'); const { b } = require('./b.cjs'); const fs = require('node:fs'); is(a); is(a.x); is(b); is(fs.readFile); is(require('./none.cjs')); is(require(a)); const { c } = require('./b.cjs'); is(c);",
      'a.cjs': 'module.exports = { x: 1 };',
      'b.cjs': 'exports.b = 2; module.exports.c = 3;',
    },
    ['all of a.cjs | object', '1', '2', 'fs:readFile', '?', '?', '3'],
  ],
  'a package, its classes, and what calls of it give': [
    "import { Pool } from 'pg'; import * as p from 'unknown-package'; import type { Redis } from 'ioredis'; const pool = new Pool(); is(pool); is(await pool.connect()); is(p.make().it); is(p); declare const r: Redis; is(r); is(new p.Thing().m); for (const x of p.all) is(x);",
    ['pg:Pool#', 'pg:Client#', 'unknown-package:make().it', 'unknown-package:', 'ioredis:Redis#', 'unknown-package:Thing#m', 'unknown-package:all.[]'],
  ],
  'a timer made into a promise': [
    "import { promisify } from 'node:util'; import { setTimeout as wait } from 'node:timers'; const f = () => 1; is(promisify(setTimeout)); is(promisify(wait)); is(promisify(f)); is(promisify());",
    ['util:promisify(setTimeout)', 'util:promisify(setTimeout)', 'function f', 'util:promisify()'],
  ],
  'types of packages': [
    "import * as pg from 'pg'; import type { Pool } from 'pg'; import def from 'pg'; declare const a: pg.Pool, b: Pool, c: def.Pool; is(a); is(b); is(c);",
    ['pg:Pool#', 'pg:Pool#', 'pg:default.Pool#'],
  ],
  'types through re-exports': [
    {
      'case.ts': "import { Pool, Own, ns, Made, Both } from './types.js'; declare const a: Pool, b: Own, c: ns.Own, d: InstanceType<typeof Made>, e: Both, f: ns.None, g: ns; is(a); is(b); is(c); is(d); is(e); is(f); is(g);",
      'types.ts': "export { Pool } from 'pg'; export { Own } from './own.js'; export * as ns from './own.js'; import { Own } from './own.js'; export const Made = Own; export interface Both { a: 1 } export const Both = 1;",
      'own.ts': 'export class Own {}',
    },
    ['pg:Pool#', 'Own', 'Own', 'Own', 'interface Both', '?', '?'],
  ],
  'a default export that is a value, as a type': [
    { 'case.ts': "import Made from './made.js'; declare const m: Made; is(m); is(new Made());", 'made.ts': 'class Own {} export default Own as typeof Own;' },
    ['Own', 'Own'],
  ],
});
