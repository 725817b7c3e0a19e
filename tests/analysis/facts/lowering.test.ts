/**
 * Each kind of statement and expression as the graph that it is lowered to, in `__snapshots__`; and the same facts from
 * ESLint's trees as from oxc's.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { globSync } from 'tinyglobby';
import { describe, expect, it } from 'vitest';
import { dedent } from '../../marked-code.js';
import { printFacts } from './print.js';
import { factsByESLint, factsByOxc } from './trees.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** By what they show. A name that ends in `(JavaScript)` is read as a script of Node's, in `(JSX)` as TSX. */
const snippets: Readonly<Record<string, string>> = {
  'a call that is awaited': `
    export async function f(lock) {
      await lock.acquire();
    }
  `,
  'if and else': `
    function f(a, b) {
      if (a && !b) return 1;
      else if (a || b) g();
      return a ? 2 : 3;
    }
  `,
  'for': `
    function f(n) {
      for (let i = 0; i < n; i += 1) {
        if (i === 3) continue;
        if (i === 5) break;
        g(i);
      }
    }
  `,
  'for without an end': `
    async function f() {
      for (;;) await g();
    }
  `,
  'for of, for await and for in': `
    async function f(list, stream, object) {
      for (const [key, { value }] of list) g(key, value);
      for await (const chunk of stream) g(chunk);
      for (let name in object) g(name);
    }
  `,
  'while and do': `
    function f() {
      while (g()) h();
      do h(); while (g());
    }
  `,
  'labels': `
    function f(rows) {
      outer: for (const row of rows) {
        for (const cell of row) {
          if (cell === 1) continue outer;
          if (cell === 2) break outer;
        }
      }
      block: {
        if (rows) break block;
        g();
      }
    }
  `,
  'switch, with a fall through and without a default': `
    function f(kind) {
      switch (kind) {
        case 'a':
        case 'b':
          g();
        case 'c':
          h();
          break;
        case 'd':
          return 1;
      }
      return 2;
    }
  `,
  'try and catch': `
    async function f() {
      try {
        await g();
      } catch ({ message }) {
        h(message);
      }
    }
  `,
  'try and finally: on each way out': `
    async function f(lock) {
      const release = await lock.acquire();
      try {
        if (g()) return h();
        await g();
      } finally {
        release();
      }
    }
  `,
  'try, catch and finally in a loop': `
    async function f(lock) {
      for (;;) {
        await lock.lock();
        try {
          return await g();
        } catch (error) {
          if (h(error)) throw error;
          continue;
        } finally {
          lock.unlock();
        }
      }
    }
  `,
  'using and await using: to the end of the block': `
    async function f(lock) {
      {
        using lease = await lock.acquire();
        if (lease.lost) return;
        await using other = open(), third = open();
        g();
      }
      h();
    }
  `,
  'throw': `
    function f() {
      throw new RangeError(\`not \${g()}\`, { cause: 1 });
    }
  `,
  'generators': `
    function* f(list) {
      const told = yield 1;
      yield* list;
      yield;
      return told;
    }
  `,
  'optional chaining': `
    const value = a?.b.c?.(d)?.[e];
  `,
  'logical and compound assignment': `
    let a, b;
    a ??= f();
    a.b ||= f();
    a[b] &&= f();
    a += 1;
    b = a++;
    a.n--;
  `,
  'destructuring': `
    const { a, b: { c = d() }, ['x' + a]: e, ...others } = f();
    const [first, , third = 3, ...more] = g();
    [h.i, h[j]] = [h[j], h.i];
  `,
  'parameters': `
    function f(a, b = 1, { c, d: e }: { c: number; d: string }, [g]: number[] = [], ...rest: string[]) {
      return [a, b, c, e, g, rest];
    }
  `,
  'functions': `
    export default async function () {}
    const arrow = async (x) => x;
    const boxed = (x) => ({ x: (arrow(x)) });
    const named = function self() { return self; };
    function declared() { return hoisted; }
    var hoisted = declared();
    new.target;
  `,
  'objects': `
    const o = { a: 1, 'b-c': 2, [d()]: 3, ...e, f() { return this; }, get g() { return 1; }, set g(v) {}, h: () => this };
  `,
  'classes': `
    class A extends B<number> implements C, D.E {
      static #count = 0;
      readonly name: string = 'a';
      declare later: number;
      static { A.#count += 1; }
      constructor(private readonly store: Store, public size = 1) { super(); }
      get n() { return A.#count; }
      set n(value) { this.#put(value); }
      async #put(value) { await this.store.put(value); }
      [Symbol.dispose]() {}
      accessor x = 1;
    }
    const K = class Inner {};
  `,
  'abstract classes and overloads': `
    abstract class A {
      abstract run(): Promise<void>;
      protected abstract readonly x: number;
    }
    function f(a: string): string;
    function f(a: number): number;
    function f(a: any) { return a; }
  `,
  'types of all kinds': `
    interface Store<T> extends Base<T>, Other { get(key: string): Promise<T>; readonly n?: number; (x: T): void; new (): T; [key: string]: unknown }
    type Fn = (a: string, ...rest: number[]) => void;
    type Mix = string | Fn & { a: 1 } | [x: number, y?: string] | typeof store | Store<T>['get'] | readonly T[];
    type Choice<T> = T extends string ? 1 : 2;
    enum Mode { A, B = 'b' }
    declare function given(x: Fn): asserts x;
  `,
  'casts': `
    const a = b as Store<number>;
    const c = <Store>d;
    const e = f!.g;
    const h = { i: 1 } satisfies Other;
  `,
  'namespaces': `
    namespace N {
      export const a = 1;
      export function f() { return a; }
      const hidden = f();
    }
    N.f();
  `,
  'imports and exports': `
    import d, { a, b as c, type T } from 'x';
    import * as all from 'y';
    import type { U } from 'z';
    import old = require('old');
    export { a, c as renamed };
    export { default } from 'x';
    export * from 'y';
    export * as space from 'z';
    export const e = 1, { f } = g();
    export type V = T;
    const lazy = await import('w');
  `,
  'decorators': `
    @sealed
    class A {
      @observed x = 1;
      @bound() run() {}
    }
  `,
  'JSX (JSX)': `
    const view = <List {...props} of={items} onPick={() => pick()}>{items.map((item) => <b key={item}>{item}</b>)} text</List>;
  `,
  'CommonJS (JavaScript)': `
    const { a } = require('./a.cjs');
    module.exports = { a };
    exports.b = function () {};
  `,
  'imports of CommonJS, and what is none (JavaScript)': `
    const all = require('a'), { b, c: d } = require('b'), e = require('c').e;
    var old = require('d');
    let later = require('e');
    const { f: { g } } = require('f'), { h = 1 } = require('g'), { ...rest } = require('h');
    const made = require('i')(1), named = require(all);
    function inner() { const j = require('j'); }
    module.exports = { b, run: () => d, ...rest, get late() { return later; } };
  `,
  'a function of the file that is called require (JavaScript)': `
    const a = require('./a');
    function require(name) { return load(name); }
  `,
  'tagged templates, sequences, spread, delete, typeof, in': `
    const a = sql\`select \${b} from \${c}\`;
    const d = (e(), f(...g, 1));
    delete a.b;
    delete a[d];
    const h = typeof a === 'string' && 'b' in a && void 0;
  `,
  'scopes and shadowing': `
    const x = 1;
    { const x = 2; f(x); }
    function g(x) { if (x) { let x = 3; f(x); } return x; }
    f(x);
  `,
  'dead code': `
    function f() {
      return 1;
      g();
    }
  `,
};

function fileOf(name: string): string {
  if (name.endsWith('(JavaScript)')) return 'case.cjs';
  return name.endsWith('(JSX)') ? 'case.tsx' : 'case.ts';
}

describe('the graph of', () => {
  it.each(Object.entries(snippets))('%s', (name, snippet) => {
    const text = dedent(snippet);
    const facts = factsByOxc(text, fileOf(name));
    expect(`\n${text}\n${printFacts(facts)}\n`).toMatchSnapshot();
  });
});

describe('the same facts of both trees', () => {
  it.each(Object.entries(snippets))('%s', (name, snippet) => {
    const text = dedent(snippet);
    expect(factsByESLint(text, fileOf(name))).toEqual(factsByOxc(text, fileOf(name)));
  });

  it('espree and typescript-eslint agree on JavaScript', () => {
    for (const [name, snippet] of Object.entries(snippets)) {
      const text = dedent(snippet);
      let byEspree;
      try {
        byEspree = factsByESLint(text, 'case.mjs');
      } catch {
        continue; // It has types.
      }
      expect(byEspree, name).toEqual(factsByESLint(text, fileOf(name).replace('.cjs', '.ts')));
    }
  });

  const ours = globSync(['src/**/*.ts', 'tests/**/*.ts', 'bench/**/*.{ts,mjs}', '*.{ts,js}'], {
    cwd: ROOT, ignore: ['**/dist/**', '**/node_modules/**', '**/*.d.ts'],
  }).sort();

  it.each(ours)('%s', (file) => {
    const text = readFileSync(ROOT + file, 'utf8');
    const facts = factsByESLint(text, file);
    expect(facts).toEqual(factsByOxc(text, file));
    for (const i of facts.functions.flatMap(({ code }) => code)) {
      expect(i.s >= 0 && i.s <= i.e && i.e <= text.length, `${i.op} ${i.s}-${i.e}`).toBe(true);
    }
  });
});
