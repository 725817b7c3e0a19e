/**
 * What the analysis does grows no faster than what it is given: the instructions that it looks at are counted, with
 * every rule and option, on generated files of one and two times the size. Counted, not timed: the same on any machine.
 */
import { expect, it } from 'vitest';
import { rules } from '../src/rules/index.js';
import { engineOf, everything } from './robustness.js';

const HEAD = `import { Mutex } from 'async-mutex';
const m = new Mutex();
let shared; const map = new Map();
`;
const lines = (n: number, line: (i: number) => string): string => Array.from({ length: n }, (_, i) => line(i)).join('\n');

/** Files with `n` of something. */
const files: Readonly<Record<string, (n: number) => string>> = {
  'sections, each a function': (n) =>
    lines(n, (i) => `export const f${i} = () => m.runExclusive(async () => { await fetch('/'); });`),
  'statements in one section': (n) =>
    `export const f = () => m.runExclusive(async () => { ${lines(n, (i) => `await fetch('/${i}');`)} });`,
  'branches in one section': (n) =>
    `export const f = () => m.runExclusive(async () => { ${lines(n, (i) => `if (a${i % 7}) await g(${i}); else shared = await h();`)} });`,
  'acquisitions in one function': (n) =>
    `export async function f() { ${lines(n, (i) => `const r${i} = await m.acquire(); try { await w(${i}); } finally { r${i}(); }`)} }`,
  'releasers in one list': (n) =>
    `export async function f() { const all = []; ${lines(n, () => `all.push(await m.acquire());`)} all.forEach((release) => release()); }`,
  'locks that are taken in a circle': (n) =>
    lines(n, (i) => `const m${i} = new Mutex(); export const l${i} = () => m${i}.runExclusive(() => l${(i * 7 + 1) % n}());`),
  'functions in a chain': (n) =>
    `${lines(n, (i) => `async function f${i}() { await f${i + 1}(); }`)}
    async function f${n}() { await fetch('/'); } export const g = () => m.runExclusive(() => f0());`,
  'functions in circles': (n) =>
    `${lines(n, (i) => `async function f${i}(g) { await f${(i * 7 + 1) % n}(g); await f${(i + 1) % n}(f${i}); await g(f${i}); }`)}
    export const g = () => m.runExclusive(() => f0());`,
  'methods around one field': (n) =>
    `export class C { #v; #m = new Mutex(); ${lines(n, (i) => `
      async a${i}() { if (!this.#v) this.#v = await make(${i}); return this.#v; }
      async b${i}() { await this.#m.runExclusive(async () => { this.x${i} = await this.a${i}(); }); }`)} }`,
  'functions around one variable': (n) =>
    lines(n, (i) => `export async function f${i}() { if (!shared) { shared = await make(); } await w(); map.set(${i}, shared); shared = null; }`),
  'loops in loops': (n) =>
    `export async function f() { const r = await m.acquire(); ${'for (;;) {'.repeat(n / 4)} await g(); ${'}'.repeat(n / 4)} r(); }`,
  'finally in finally': (n) =>
    `export async function f() { const r = await m.acquire(); ${'try {'.repeat(n / 8)} await g(); ${'} finally { await h(); }'.repeat(n / 8)} r(); }`,
};

/** How many instructions all rules look at, those that they look at again among them. */
function looksAt(text: string): number {
  const engine = engineOf({ 'a.mjs': text });
  const facts = engine.project.facts('/nowhere/a.mjs')!;
  let looks = 0;
  for (const fact of facts.functions) {
    const counted = new Proxy(fact.code, {
      get(code, key, receiver) {
        if (typeof key === 'string' && key >= '0' && key <= ':') looks += 1;
        return Reflect.get(code, key, receiver) as unknown;
      },
    });
    Object.assign(fact, { code: counted });
  }
  for (const rule of rules) engine.findings(rule, '/nowhere/a.mjs', everything(rule));
  return looks;
}

/**
 * Large enough for the bounds on what one function's summary holds (docs/architecture.md) to be reached: up to there, n
 * locks that all lead to each other are n squared pairs.
 */
const SIZE = 64;
/** Of twice the file, twice the work; four times as much would be quadratic. */
const MOST = 3;

it.each(Object.entries(files))('%s', (_, file) => {
  const work = looksAt(HEAD + file(SIZE));
  expect(work).toBeGreaterThan(SIZE);
  expect(looksAt(HEAD + file(2 * SIZE)) / work).toBeLessThan(MOST);
});
