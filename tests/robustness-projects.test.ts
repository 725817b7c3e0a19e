/** Projects that are odd as a whole: circles of files, files that cannot be read, encodings, tsconfigs, sizes. */
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { check } from '../src/cli/check.js';
import type { Outcome } from '../src/cli/report.js';
import { Engine } from '../src/engine.js';
import { rules } from '../src/rules/index.js';
import { projectOf } from './projects.js';
import { engineOf, everything, expectPlacesInside } from './robustness.js';

const IN_LOCK = `import { Mutex } from 'async-mutex';
const mutex = new Mutex();
export const f = () => mutex.runExclusive(async () => { await fetch('/'); });
`;

const checked = (cwd: string, paths: readonly string[] = []): Outcome => check({ cwd, paths, rules, strict: false, stats: false });
const places = ({ reports }: Outcome): string[] => reports.map(({ rule, file, line }) => `${rule} ${file.split('/').at(-1)!}:${line}`);

describe('circles of imports', () => {
  it('three hundred files that import, call and re-export each other', () => {
    const count = 300;
    const texts = Object.fromEntries(
      Array.from({ length: count }, (_, n) => [
        `f${n}.ts`,
        `import { lock } from './lock';
        import { f${(n + 1) % count} } from './f${(n + 1) % count}';
        import { f${(n * 7 + 3) % count} as other } from './f${(n * 7 + 3) % count}';
        export * from './f${(n + 2) % count}';
        export const f${n} = (): Promise<void> => lock.runExclusive(async () => { await f${(n + 1) % count}(); await other(); });`,
      ]),
    );
    const root = projectOf({ ...texts, 'lock.ts': `import { Mutex } from 'async-mutex'; export const lock = new Mutex(); export * from './f0';` });
    const engine = new Engine(root);
    for (const file of ['f0.ts', 'f150.ts']) {
      const found = rules.flatMap((rule) => engine.findings(rule, `${root}/${file}`, everything(rule)));
      expectPlacesInside(found, (path) => texts[path.slice(root.length + 1)]!.length);
      // The next file takes the same lock again: the imports were followed.
      expect(found.map(({ messageId }) => messageId)).toContain('again');
    }
  });
});

describe('files', () => {
  it('that cannot be read, or go away, are told of, and the others are checked', () => {
    const root = projectOf({ 'good.ts': IN_LOCK });
    mkdirSync(`${root}/folder.ts`);
    symlinkSync(`${root}/gone.ts`, `${root}/broken.ts`);
    expect(places(checked(root))).toEqual(['no-await-in-lock good.ts:3']);
    const read = (file: string): string => {
      if (file.endsWith('good.ts')) return IN_LOCK.replace("'async-mutex';", "'async-mutex'; import './bad';");
      throw Object.assign(new Error('EACCES: permission denied'), { code: 'EACCES' });
    };
    const engine = new Engine('/nowhere', undefined, { read, listing: { files: ['/nowhere/bad.ts', '/nowhere/good.ts'], manifests: [] } });
    const found = (file: string) => rules.flatMap((rule) => engine.findings(rule, file, { ...rule.defaults, confidence: 'certain' }));
    expect(found('/nowhere/good.ts').map(({ rule }) => rule)).toEqual(['no-await-in-lock']);
    expect(found('/nowhere/bad.ts')).toEqual([]);
  });

  const encoded: Readonly<Record<string, Buffer>> = {
    'UTF-8 with a byte order mark': Buffer.from(`\uFEFF${IN_LOCK}`),
    'UTF-16, little end first': Buffer.from(`\uFEFF${IN_LOCK}`, 'utf16le'),
    'UTF-16, big end first': Buffer.from(`\uFEFF${IN_LOCK}`, 'utf16le').swap16(),
    'Latin-1': Buffer.from(`// \u00E4\u00F6\u00FC\n${IN_LOCK}`, 'latin1'),
    'zeros': Buffer.alloc(5000),
    'noise': Buffer.from(Array.from({ length: 5000 }, (_, n) => (n * 7919 + ((n * n) >> 3)) & 255)),
    'CRLF': Buffer.from(IN_LOCK.replaceAll('\n', '\r\n')),
  };
  const READ = new Set(['UTF-8 with a byte order mark', 'Latin-1', 'CRLF']);

  it.each(Object.entries(encoded))('in %s', (name, bytes) => {
    const root = projectOf({ 'good.ts': IN_LOCK });
    writeFileSync(`${root}/odd.ts`, bytes);
    const outcome = checked(root);
    const line = name === 'Latin-1' ? 4 : 3;
    expect(places(outcome)).toEqual(['no-await-in-lock good.ts:3', ...(READ.has(name) ? [`no-await-in-lock odd.ts:${line}`] : [])]);
    expect(outcome.problems.filter(({ stack }) => stack !== undefined)).toEqual([]);
  });

  it('of a hundred thousand lines', () => {
    const lines = Array.from({ length: 100_000 }, (_, n) => `f(${n});`);
    lines.splice(50_000, 0, ...IN_LOCK.trimEnd().split('\n'));
    const engine = engineOf({ 'long.ts': lines.join('\n') });
    const found = rules.flatMap((rule) => engine.findings(rule, '/nowhere/long.ts', { ...rule.defaults, confidence: 'certain' }));
    expect(found.map(({ rule, file, start }) => `${rule} ${engine.project.line(file, start)}`)).toEqual(['no-await-in-lock 50003']);
  });

  it('of five megabytes are left out, given by a linter, too, and told of where they are named', () => {
    const text = `${IN_LOCK}${'// lock lock lock lock lock\n'.repeat(190_000)}`;
    const root = projectOf({ 'good.ts': IN_LOCK, 'large.ts': text });
    expect(places(checked(root))).toEqual(['no-await-in-lock good.ts:3']);
    expect(checked(root, ['large.ts']).problems.map(({ message }) => message)).toEqual(['larger than 2 MB, taken as generated']);
    const engine = engineOf({ 'large.ts': text });
    engine.update('/nowhere/large.ts', text, { type: 'Program', body: [], range: [0, text.length] });
    expect(rules.flatMap((rule) => engine.findings(rule, '/nowhere/large.ts', everything(rule)))).toEqual([]);
    expect(engine.project.problemOf('/nowhere/large.ts')).toBe('larger than 2 MB, taken as generated');
  });

  it('what a minifier has left of lines is left out, a file with a line of data is not', () => {
    const root = projectOf({
      'packed.ts': `${IN_LOCK}${'function a(){var b=1;return b}'.repeat(1_000)}\n`,
      'data.ts': `${IN_LOCK}export const image = '${'iVBORw0KGgoAAAANSUhEUgAA'.repeat(4_000)}';\n`,
    });
    expect(checked(root, ['packed.ts']).problems.map(({ message }) => message)).toEqual(['in lines that nobody writes, taken as generated']);
    expect(places(checked(root, ['data.ts']))).toEqual(['no-await-in-lock data.ts:3']);
  });

  it('what a bundler has put together is left out', () => {
    const root = projectOf({ 'worker.js': `var __defProp = Object.defineProperty;\nvar __commonJS = (cb) => cb;\n${IN_LOCK}` });
    expect(checked(root, ['worker.js']).problems.map(({ message }) => message)).toEqual(['put together by a bundler, taken as generated']);
    const rolled = projectOf({ 'updater.mjs': `import require$$0 from 'fs';\n\nvar commonjsGlobal = typeof globalThis !== 'undefined' ? globalThis : {};\n${IN_LOCK}` });
    expect(checked(rolled, ['updater.mjs']).problems.map(({ message }) => message)).toEqual(['put together by a bundler, taken as generated']);
  });
});

describe('tsconfigs', () => {
  const odd: Readonly<Record<string, string>> = {
    'that extends itself': '{ "extends": "./tsconfig.json" }',
    'that extends another which extends it': '{ "extends": "./base.json" }',
    'that extends what is not there': '{ "extends": "@nobody/tsconfig/base.json" }',
    'that is no JSON': '{ "compilerOptions": ',
    'that is an array': '[]',
    'that is null': 'null',
    'that is empty': '',
    'with paths of another kind': '{ "compilerOptions": { "paths": { "@/*": "src", "*": [1] }, "baseUrl": 7 } }',
    'with references in a circle': '{ "references": [{ "path": "." }, { "path": "./base.json" }, { "path": "./gone" }] }',
    'in UTF-16': '\uFEFF{ }',
  };

  it.each(Object.entries(odd))('one %s: relative imports lead where they lead', (name, text) => {
    const root = projectOf({
      'base.json': '{ "extends": "./tsconfig.json" }',
      'work.ts': `export const work = () => fetch('/');`,
      'run.ts': `import { other } from '@/other'; import { nobody } from 'nobody';\n${IN_LOCK.replace('await fetch', 'other; nobody; await work')}import { work } from './work';`,
    });
    writeFileSync(`${root}/tsconfig.json`, Buffer.from(text, name === 'in UTF-16' ? 'utf16le' : 'utf8'));
    const outcome = checked(root);
    expect(places(outcome)).toEqual(['no-await-in-lock run.ts:4']);
    expect(outcome.problems.filter(({ stack }) => stack !== undefined)).toEqual([]);
  });
});
