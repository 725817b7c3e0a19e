/**
 * Whatever the text is: no exception comes out of a rule, and no report points outside of the file. Texts are mutations
 * of our own sources and cases, deep nestings, and files that are odd in other ways.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import tsParser from '@typescript-eslint/parser';
import { Linter } from 'eslint';
import fc from 'fast-check';
import { globSync } from 'tinyglobby';
import { describe, expect, it } from 'vitest';
import plugin from '../src/index.js';
import { rules } from '../src/rules/index.js';
import { projectOf } from './projects.js';
import { engineOf, everything, expectInside, expectPlacesInside, findingsIn } from './robustness.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const SEED = 20_000_229;

const sources = globSync(
  ['tests/cases/**/*.ts', 'src/runtime/*.ts', 'src/rules/*.ts', 'examples/**/{before,after}/*.ts'],
  { cwd: ROOT, ignore: ['**/dist/**'] },
).sort().map((file) => readFileSync(ROOT + file, 'utf8')).filter((text) => text.length < 8000);

/** As ESLint runs it. Its own parser may refuse the text; a rule that throws has a message of its own. */
function lint(text: string, file = 'case.mjs'): Linter.LintMessage[] {
  const folder = projectOf({ [file]: text });
  const messages = new Linter({ cwd: folder }).verify(text, {
    files: ['**/*.{mjs,ts}'],
    ...(file.endsWith('.ts') && { languageOptions: { parser: tsParser } }),
    plugins: { lockwright: plugin },
    rules: Object.fromEntries(Object.keys(plugin.rules).map((name) => [`lockwright/${name}`, 'error'])),
  } as Linter.Config, { filename: `${folder}/${file}` });
  expect(messages.filter(({ messageId }) => messageId === 'defect')).toEqual([]);
  return messages;
}

const tokensOf = (text: string): string[] => text.match(/\s+|[\w$]+|[^\s\w$]/g) ?? [];

type Mutation = { readonly how: 'delete' | 'repeat' | 'swap' | 'truncate'; readonly at: number; readonly to: number };

function mutate(text: string, mutations: readonly Mutation[]): string {
  const tokens = tokensOf(text);
  for (const { how, at, to } of mutations) {
    const i = Math.floor(at * tokens.length);
    const j = Math.floor(to * tokens.length);
    if (tokens.length === 0) break;
    if (how === 'delete') tokens.splice(i, 1 + (j % 3));
    else if (how === 'repeat') tokens.splice(j, 0, ...tokens.slice(i, i + 1 + (j % 40)));
    else if (how === 'swap') [tokens[i], tokens[j]] = [tokens[j]!, tokens[i]!];
    else if (at > 0.5) tokens.length = i;
  }
  return tokens.join('');
}

const source = fc.constantFrom(...sources);
const part = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const mutation = fc.record<Mutation>({
  how: fc.constantFrom('delete', 'delete', 'repeat', 'swap', 'truncate'), at: part, to: part,
});

describe('mutated sources', () => {
  it('begin with texts in which there is much to find', () => {
    expect(sources.filter((text) => findingsIn(text, 'case.ts').length > 0).length).toBeGreaterThan(sources.length / 5);
  });

  it('tokens deleted, repeated, swapped and cut off', () => {
    fc.assert(
      fc.property(source, fc.array(mutation, { minLength: 1, maxLength: 4 }), (text, mutations) => {
        expectInside(mutate(text, mutations));
      }),
      { seed: SEED, numRuns: 2500 },
    );
  });

  it('statements in another order still parse, and more of the analysis runs on them', () => {
    fc.assert(
      fc.property(source, fc.array(fc.tuple(part, part), { minLength: 1, maxLength: 6 }), (text, swaps) => {
        const lines = text.split('\n');
        for (const [a, b] of swaps) {
          const i = Math.floor(a * lines.length);
          const j = Math.floor(b * lines.length);
          [lines[i], lines[j]] = [lines[j]!, lines[i]!];
        }
        expectInside(lines.join('\n'));
      }),
      { seed: SEED, numRuns: 2000 },
    );
  });

  it('the beginning of one file and the end of another, in one project with both', () => {
    // Files that are there, so that the imports lead to them; what they say is the texts'.
    const root = projectOf({ 'a.ts': '', 'b.ts': '', 'c.ts': '' });
    fc.assert(
      fc.property(source, source, part, part, (one, other, cut, paste) => {
        const spliced = one.slice(0, Math.floor(cut * one.length)) + other.slice(Math.floor(paste * other.length));
        const texts: Record<string, string> = { 'a.ts': spliced, 'b.ts': `import * as a from './a';\n${one}`, 'c.ts': `export * from './a';\n${other}` };
        const engine = engineOf(texts, root);
        const lengthOf = (path: string): number => texts[path.slice(root.length + 1)]!.length;
        for (const rule of rules) {
          expectPlacesInside(engine.findings(rule, `${root}/a.ts`, everything(rule)), lengthOf);
          expectPlacesInside(engine.findings(rule, `${root}/b.ts`, everything(rule)), lengthOf);
        }
      }),
      { seed: SEED, numRuns: 300 },
    );
  });

  it('identifiers exchanged for others of the same file: calls in circles, locks of locks', () => {
    fc.assert(
      fc.property(source, fc.array(fc.tuple(part, part), { minLength: 1, maxLength: 5 }), (text, pairs) => {
        const tokens = tokensOf(text);
        const names = tokens.flatMap((token, n) => (/^[a-zA-Z_$]\w{3,}$/.test(token) ? [n] : []));
        for (const [a, b] of pairs) {
          const from = names[Math.floor(a * names.length)];
          const to = names[Math.floor(b * names.length)];
          if (from !== undefined && to !== undefined) tokens[from] = tokens[to]!;
        }
        expectInside(tokens.join(''));
      }),
      { seed: SEED, numRuns: 2500 },
    );
  });
});

const locked = (body: string): string => `
import { Mutex } from 'async-mutex';
const mutex = new Mutex();
export const f = (a) => mutex.runExclusive(async () => { ${body} });
`;

/** So deep that a recursion of a few frames a level comes to the end of the stack; and less, where parsers still go. */
const DEEP = 5000;
const DEPTHS = [200, 600, 1500, DEEP];
const around = (open: string, inner: string, close: string, deep: number): string =>
  open.repeat(deep) + inner + close.repeat(deep);

const nestings: Readonly<Record<string, (deep: number) => string>> = {
  'a sum': (deep) => `await fetch(${'a + '.repeat(deep)}a);`,
  'parentheses': (deep) => `await fetch(${around('(', 'a', ')', deep)});`,
  'calls of calls': (deep) => `await fetch(${around('a(', 'a', ')', deep)});`,
  'a chain of calls': (deep) => `await a${'.then(a)'.repeat(deep)};`,
  'a chain of members': (deep) => `await a${'.b'.repeat(deep)}();`,
  'arrays': (deep) => `await fetch(${around('[', 'a', ']', deep)});`,
  'objects': (deep) => `await fetch(${around('{ a: ', 'a', ' }', deep)});`,
  'arrow functions': (deep) => `await fetch(${around('() => ', 'a', '', deep)});`,
  'conditions': (deep) => `await fetch(${around('a ? a : ', 'a', '', deep)});`,
  'nullish': (deep) => `await fetch(${'a ?? '.repeat(deep)}a);`,
  'awaits': (deep) => `${around('await ', 'fetch(a)', '', deep)};`,
  'negations': (deep) => `await fetch(${around('!', 'a', '', deep)});`,
  'templates': (deep) => `await fetch(${around('`${', 'a', '}`', deep)});`,
  'blocks': (deep) => around('{', 'await fetch(a);', '}', deep),
  'ifs': (deep) => around('if (a) ', 'await fetch(a);', '', deep),
  'else ifs': (deep) => `${'if (a) a(); else '.repeat(deep)}await fetch(a);`,
  'loops': (deep) => around('for (;;) ', 'await fetch(a);', '', deep),
  'try and finally': (deep) => around('try { ', 'await fetch(a);', ' } finally { a(); }', deep / 20),
  'labels': (deep) => `${Array.from({ length: deep }, (_, n) => `l${n}: `).join('')}await fetch(a);`,
  'sections in sections': (deep) =>
    around('await mutex.runExclusive(async () => { ', 'await fetch(a);', ' });', deep / 10),
  'functions in functions': (deep) => around('await (async () => { ', 'await fetch(a);', ' })();', deep / 10),
  'destructuring': (deep) => `const ${around('{ b: ', 'c', ' }', deep)} = await fetch(a);`,
};

describe('nestings', () => {
  const all = Object.entries(nestings).flatMap(([name, body]) => DEPTHS.map((deep) => [name, deep, body] as const));

  it.each(all)('%s, %i deep', (_, deep, body) => {
    const text = locked(body(deep));
    expectInside(text, 'case.mjs');
    expectInside(text, 'case.ts');
    // ESLint's own parser or traversal may be the one that cannot go so deep, and says or throws so itself.
    let messages: Linter.LintMessage[] = [];
    try {
      messages = lint(text);
    } catch (error) {
      expect((error as Error).message).not.toContain('Rule: "lockwright/');
    }
    const lines = text.split('\n');
    for (const { fatal, line, column } of messages) {
      if (!fatal) expect(column - 1).toBeLessThanOrEqual(lines[line - 1]!.length);
    }
  });

  it('types', () => {
    const array = `type T = ${'a'}${'[]'.repeat(DEEP)};`;
    const generic = `type T = ${around('A<', 'a', '>', 2000)};`;
    for (const type of [array, generic]) expectInside(`${type}\n${locked('await fetch(a as T);')}`);
  });

  it('long chains of functions, each calling the next', () => {
    const functions = Array.from({ length: DEEP }, (_, n) => `async function f${n}() { await f${n + 1}(); }`);
    functions.push(`async function f${DEEP}() { await fetch('/'); }`, locked('await f0();'));
    expectInside(functions.join('\n'), 'case.mjs');
  });

  it('functions that call each other in circles', () => {
    const functions = Array.from({ length: 60 }, (_, n) => {
      const [a, b, c] = [(n * 7 + 1) % 60, (n * 11 + 5) % 60, (n + 1) % 60];
      return `async function f${n}(g) { await f${a}(g); await f${b}(f${n}); await g(f${c}); }`;
    });
    expectInside(`${functions.join('\n')}\n${locked('await f0(f1);')}`, 'case.mjs');
  });

  it('a type of what a function returns that is declared to return it', () => {
    const made = 'type Made = Awaited<ReturnType<typeof make>>; async function make(): Promise<Made> { return {}; }';
    const both = 'type A = ReturnType<typeof b>; type B = ReturnType<typeof a>; declare function a(): A; declare function b(): B;';
    for (const types of [made, both]) expectInside(`${types}\n${locked('await (a as Made & A).b.fetch();')}`);
  });
});

describe('odd files', () => {
  const inLock = [
    `import { Mutex } from 'async-mutex';`,
    'const mutex = new Mutex();',
    `export const f = () => mutex.runExclusive(() => fetch('/'));`,
    '',
  ].join('\n');
  const odd: Readonly<Record<string, string>> = {
    'empty': '',
    'only white space': ' \n\t\n',
    'only comments': '// runExclusive\n/* lock */',
    'only a byte order mark': '\uFEFF',
    'a hashbang': `#!/usr/bin/env node\n${inLock}`,
    'no line break at the end': inLock.trimEnd(),
    'CRLF': inLock.replaceAll('\n', '\r\n'),
    'CR': inLock.replaceAll('\n', '\r'),
    'line separators': inLock.replaceAll('\n', '\u2028'),
    'a byte order mark': `\uFEFF${inLock}`,
    'one huge line': `${inLock.replaceAll('\n', ' ')}const s = "${'x'.repeat(1_500_000)}";`,
    'lone surrogates': `const s = "\uD800";\n${inLock}`,
    'a null character': `${inLock}\0`,
    'not JavaScript': '<?php lock($mutex); ?>',
    'a merge conflict': `<<<<<<< a\n${inLock}=======\n${inLock}>>>>>>> b\n`,
    'names of Object.prototype': `${inLock}
      export const constructor = { toString() {}, __proto__: mutex, hasOwnProperty: 1 };
      export const g = () => mutex.runExclusive(async () => {
        await constructor.toString(); await ({}).valueOf(); await __proto__();
      });
      import { toString, valueOf as hasOwnProperty } from 'constructor';
      export { mutex as __proto__, toString };
      class A { constructor() { this.constructor(); } static prototype() {} get __proto__() { return mutex; } }
      await mutex.runExclusive(async () => { await toString(); await hasOwnProperty.call(); });`,
  };

  it.each(Object.entries(odd))('%s', (_, text) => {
    expectInside(text.replace(/^\uFEFF/, ''), 'case.ts');
    expectInside(text.replace(/^\uFEFF/, ''), 'case.mjs');
    const lines = text.replace(/^\uFEFF/, '').split(/\r\n|[\n\r\u2028\u2029]/);
    for (const file of ['case.mjs', 'case.ts']) {
      for (const { fatal, line, column, endLine = line, endColumn = column } of lint(text, file)) {
        if (fatal) continue;
        expect(endLine).toBeLessThanOrEqual(lines.length);
        expect(endColumn - 1).toBeLessThanOrEqual(lines[endLine - 1]!.length);
      }
    }
  });

  it('an import of nothing, as typescript-eslint reads it', () => {
    const messages = lint(`${inLock}import.defer();`, 'case.ts');
    expect(messages.map(({ ruleId }) => ruleId)).toEqual(['lockwright/no-await-in-lock']);
  });

  const readable = [
    'CRLF', 'CR', 'line separators', 'a hashbang', 'a byte order mark', 'one huge line', 'no line break at the end',
  ];

  it.each(readable)(
    'the finding is there all the same: %s', (name) => {
      expect(lint(odd[name]!).map(({ ruleId }) => ruleId)).toEqual(['lockwright/no-await-in-lock']);
    },
  );
});
