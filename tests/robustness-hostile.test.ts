/**
 * The project that is linted may be hostile: none of its code runs, nothing is written outside of the cache's folder, no
 * link leads out of it, and neither its settings nor a cache that somebody has prepared reaches beyond themselves.
 */
import {
  existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync,
} from 'node:fs';
import { fileURLToPath } from 'node:url';
import { globSync } from 'tinyglobby';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { check } from '../src/cli/check.js';
import type { Outcome } from '../src/cli/report.js';
import { readSource } from '../src/analysis/project/files.js';
import { Engine } from '../src/engine.js';
import { parseSettings } from '../src/models/index.js';
import { rules } from '../src/rules/index.js';
import { emptyFolder, projectOf } from './projects.js';

const SOURCES = fileURLToPath(new URL('../src/', import.meta.url));

const LOCKED = `import { Mutex } from 'async-mutex';
import { work } from './work';
const lock = new Mutex();
export const run = () => lock.runExclusive(async () => { await work(); });
`;
const WORK = `export const work = () => fetch('/');\n`;

/** Of Node's file system, what changes nothing. */
const READING = ['accessSync', 'constants', 'existsSync', 'readdirSync', 'readFileSync', 'realpathSync', 'statSync'];

const checked = (cwd: string): Outcome => check({ cwd, paths: [], rules, strict: true, stats: false });
const places = ({ reports }: Outcome): string[] => reports.map(({ rule, file, line }) => `${rule} ${file}:${line}`);

/** Every path below a folder, links as links. */
function everythingIn(folder: string): string[] {
  return (readdirSync(folder, { recursive: true, encoding: 'utf8' })).map((name) => name.replaceAll('\\', '/')).sort();
}

beforeEach(() => {
  // The cache is where it is by itself.
  vi.stubEnv('LOCKWRIGHT_CACHE', '');
});
afterEach(() => {
  vi.unstubAllEnvs();
});

describe('no code of the project runs', () => {
  it('neither its configuration, nor what manifests and tsconfigs name, nor its modules', () => {
    const ran = `require('node:fs').writeFileSync(require('node:path').join(__dirname, 'ran'), ''); globalThis.lockwrightRan = true;`;
    const runs = `import fs from 'node:fs'; fs.writeFileSync('ran', ''); globalThis.lockwrightRan = true;`;
    const root = projectOf({
      'package.json': JSON.stringify({
        name: 'hostile', main: './main.cjs', exports: { '.': './main.cjs' }, lockwright: { models: [] },
        scripts: { preinstall: 'node main.cjs', install: 'node main.cjs', prepare: 'node main.cjs' },
      }),
      'main.cjs': ran,
      'eslint.config.js': runs,
      'lockwright.config.js': runs,
      '.lockwrightrc.cjs': ran,
      'tsconfig.json': JSON.stringify({ extends: './base', compilerOptions: { plugins: [{ name: 'evil' }, { transform: './main.cjs' }], paths: { '@/*': ['./*'] } } }),
      'base.json': '{}',
      'node_modules/evil/package.json': '{ "name": "evil", "main": "index.js" }',
      'node_modules/evil/index.js': ran,
      'node_modules/async-mutex/package.json': '{ "name": "async-mutex", "main": "index.js" }',
      'node_modules/async-mutex/index.js': ran,
      'run.ts': `import 'evil'; import 'hostile'; import '@/main.cjs'; ${LOCKED}`,
      'work.ts': `${WORK}${runs}`,
    });
    expect(places(checked(root))).toContain(`no-await-in-lock ${root}/run.ts:4`);
    expect(everythingIn(root).filter((file) => file.endsWith('ran'))).toEqual([]);
    expect('lockwrightRan' in globalThis).toBe(false);
  });

  it('for there is nothing in the sources that could run it', () => {
    const names = globSync('**/*.ts', { cwd: SOURCES, ignore: ['runtime/**'] });
    expect(names.length).toBeGreaterThan(50);
    for (const name of names) {
      const text = readFileSync(SOURCES + name, 'utf8').replaceAll(/\/\*.*?\*\/|\/\/.*$/gms, '');
      expect(text, name).not.toMatch(/from 'node:(?:child_process|vm|http|https|net)'/);
      expect(text, name).not.toMatch(/\bWorker\b|\beval\(|new Function\(|\bimport\((?!'\.)(?!…)/);
      // `createRequire` is there for our own manifest.
      for (const [, what] of text.matchAll(/createRequire\(import\.meta\.url\)(.*)$/gm)) expect(what).toContain('/package.json\')');
      const used = [...text.matchAll(/import (.*?) from 'node:fs[^']*'/gs)].flatMap(([, what]) => what!.match(/\w+/g));
      if (!/^analysis\/project\/(?:cache|lease)\.ts$/.test(name)) expect(READING, name).toEqual(expect.arrayContaining(used));
    }
  });
});

describe('nothing is written outside of the cache', () => {
  const files = { 'run.ts': LOCKED, 'work.ts': WORK };

  it('nothing at all where there is no node_modules', () => {
    const root = projectOf(files);
    const before = everythingIn(root);
    expect(checked(root).reports).not.toEqual([]);
    expect(everythingIn(root)).toEqual(before);
  });

  it('one file in its folder where there is', () => {
    const root = projectOf({ ...files, 'node_modules/.keep': '' });
    const before = new Set(everythingIn(root));
    checked(root);
    const fresh = everythingIn(root).filter((file) => !before.has(file));
    expect(fresh.slice(0, 2)).toEqual(['node_modules/.cache', 'node_modules/.cache/lockwright']);
    expect(fresh.slice(2)).toEqual([expect.stringMatching(/^node_modules\/\.cache\/lockwright\/[0-9a-f]{16}\.json$/)]);
  });

  it.each(['node_modules', 'node_modules/.cache', 'node_modules/.cache/lockwright'])('nothing where %s is a link that leads out', (link) => {
    const outside = emptyFolder();
    const root = projectOf(files);
    mkdirSync(`${root}/${link}`.slice(0, -1 - link.split('/').at(-1)!.length), { recursive: true });
    symlinkSync(outside, `${root}/${link}`);
    expect(checked(root).reports).not.toEqual([]);
    expect(everythingIn(outside)).toEqual([]);
  });

  it('nothing through a link in the place of the cache itself', () => {
    const outside = emptyFolder();
    const root = projectOf({ ...files, 'node_modules/.keep': '' });
    checked(root);
    const folder = `${root}/node_modules/.cache/lockwright`;
    const cache = `${folder}/${readdirSync(folder)[0]!}`;
    const victim = `${outside}/victim.json`;
    renameSync(cache, victim);
    symlinkSync(victim, cache);
    const before = readFileSync(victim, 'utf8');
    writeFileSync(`${root}/more.ts`, LOCKED);
    checked(root);
    expect(readFileSync(victim, 'utf8')).toBe(before);
    expect(lstatSync(cache).isSymbolicLink()).toBe(false);
  });
});

describe('links do not lead out of the project', () => {
  /** What an engine finds in run.ts, and every file that it reads. */
  function readBy(root: string): { found: number; read: string[] } {
    const read: string[] = [];
    const engine = new Engine(root, undefined, {
      read: (file) => {
        read.push(file);
        return readSource(file);
      },
    });
    const found = rules.flatMap((rule) => engine.findings(rule, `${root}/run.ts`, { ...rule.defaults, confidence: 'likely' }));
    return { found: found.length, read };
  }

  it('neither as files, nor as folders, nor by dots', () => {
    const outside = projectOf({ 'work.ts': WORK, 'folder/work.ts': WORK });
    const root = projectOf({ 'src/keep.ts': '' });
    symlinkSync(`${outside}/work.ts`, `${root}/work.ts`);
    symlinkSync(`${outside}/folder`, `${root}/folder`);
    const dots = `../${outside.split('/').at(-1)!}/work`;
    for (const specifier of ['./work', './folder/work', dots, `${outside}/work`]) {
      writeFileSync(`${root}/run.ts`, LOCKED.replace('./work', specifier));
      expect(readBy(root), specifier).toEqual({ found: 0, read: expect.arrayContaining([`${root}/run.ts`]) });
      expect(readBy(root).read.filter((file) => file.includes('work'))).toEqual([]);
    }
  });

  it('those that stay within are followed', () => {
    const root = projectOf({ 'real/work.ts': WORK, 'run.ts': LOCKED });
    symlinkSync(`${root}/real/work.ts`, `${root}/work.ts`);
    expect(readBy(root).found).toBeGreaterThan(0);
    writeFileSync(`${root}/run.ts`, LOCKED.replace('./work', './folder/work'));
    symlinkSync(`${root}/real`, `${root}/folder`);
    expect(readBy(root).found).toBeGreaterThan(0);
  });

  it('links in circles, and links that lead nowhere, end nothing', () => {
    const root = projectOf({ 'run.ts': LOCKED });
    symlinkSync(`${root}/work.ts`, `${root}/work.ts`);
    symlinkSync(root, `${root}/self`);
    symlinkSync(`${root}/gone`, `${root}/nowhere.ts`);
    expect(readBy(root).found).toBe(0);
    expect(checked(root).problems).toEqual([]);
  });

  it('a project that is reached through a link itself is one like any other', () => {
    const real = projectOf({ 'run.ts': LOCKED, 'work.ts': WORK });
    const link = `${emptyFolder()}/link`;
    symlinkSync(real, link);
    expect(readBy(link).found).toBeGreaterThan(0);
  });
});

describe('Object.prototype stays as it is', () => {
  const names = Object.getOwnPropertyNames(Object.prototype).sort();
  afterEach(() => {
    expect(Object.getOwnPropertyNames(Object.prototype).sort()).toEqual(names);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    expect(([] as { polluted?: unknown }).polluted).toBeUndefined();
  });

  it('whatever the settings are', () => {
    const polluting = '{ "does": "sleep", "polluted": true }';
    const written = [
      `{ "__proto__": { "polluted": true }, "constructor": { "prototype": { "polluted": true } } }`,
      `{ "models": [{ "global": { "__proto__": ${polluting}, "constructor": { "does": "sleep" } } }] }`,
      `{ "models": [{ "package": "__proto__", "members": { "__proto__": ${polluting} }, "aliases": { "__proto__": "polluted" } }] }`,
      `{ "models": [{ "file": "__proto__", "members": { "constructor#prototype": { "does": "sleep" } } }] }`,
      `{ "models": [{ "method": "__proto__", "is": { "does": "sleep", "__proto__": { "polluted": true } } }], "callerHolds": ["__proto__"] }`,
      `[]`, `null`, `1`, `"text"`, `${'['.repeat(5000)}${']'.repeat(5000)}`, `{ "models": ${'['.repeat(50_000)}${']'.repeat(50_000)} }`,
    ];
    for (const text of written) {
      const settings: unknown = JSON.parse(text);
      const { errors } = parseSettings(settings);
      expect(Array.isArray(errors)).toBe(true);
      const root = projectOf({ 'package.json': `{ "lockwright": ${text} }`, 'run.ts': LOCKED, 'work.ts': WORK });
      expect(places(checked(root)), text.slice(0, 80)).toContain(`no-await-in-lock ${root}/run.ts:4`);
    }
  });

  it('settings in circles are told like any that are wrong', () => {
    const circle: Record<string, unknown> = { models: [] };
    circle['self'] = circle;
    expect(new Engine(projectOf({}), circle).settingErrors).toEqual([expect.stringContaining('settings.lockwright.self')]);
  });

  it('whatever the names of files, exports, classes, members and packages are', () => {
    const root = projectOf({
      'package.json': '{ "name": "__proto__", "workspaces": ["constructor"] }',
      'constructor/package.json': `{ "name": "constructor", "exports": ${'{ "default": '.repeat(5000)}"./x.js"${' }'.repeat(5000)} }`,
      '__proto__.ts': `export { constructor as __proto__ } from './constructor'; export * from './__proto__'; export default class __proto__ { toString() { return fetch('/'); } }`,
      'constructor.ts': `import { Mutex } from 'async-mutex'; export const constructor = new Mutex(); export const hasOwnProperty = () => fetch('/');`,
      'toString/valueOf.ts': `
        import prototype, { __proto__ } from '../__proto__';
        import * as toString from '../constructor';
        import { hasOwnProperty } from '../constructor';
        import 'constructor'; import '__proto__/constructor'; import 'toString';
        class constructor extends prototype {
          __proto__ = __proto__; toString: Promise<__proto__>; valueOf?: hasOwnProperty<valueOf>;
          ['hasOwnProperty']() { return this.__proto__.runExclusive(() => this.toString()); }
          isPrototypeOf() { return __proto__.runExclusive(async () => { await hasOwnProperty(); await toString.hasOwnProperty(); }); }
        }
        const valueOf: constructor = new constructor();
        export const { __proto__: toLocaleString, constructor: propertyIsEnumerable } = valueOf;
        export const run = (constructor: toString, __proto__: hasOwnProperty[]) => toString.constructor.runExclusive(async () => {
          __proto__.forEach(constructor); await constructor.toString(); await fetch('/');
        });`,
    });
    const found = checked(root);
    expect(found.problems).toEqual([]);
    expect(places(found)).toContain(`no-await-in-lock ${root}/toString/valueOf.ts:9`);
  });
});

describe('a cache that somebody has prepared', () => {
  type Json = { [key: string]: Json } | Json[] | string | number | boolean | null;

  /** The cache of a project after `change`, and what is found with it. */
  function withCache(change: (cache: Record<string, Json>) => unknown): { clean: string[]; found: string[]; problems: number } {
    const root = projectOf({ 'run.ts': LOCKED, 'work.ts': WORK, 'node_modules/.keep': '' });
    const clean = places(checked(root));
    const folder = `${root}/node_modules/.cache/lockwright`;
    const file = `${folder}/${readdirSync(folder)[0]!}`;
    const cache = JSON.parse(readFileSync(file, 'utf8')) as Record<string, Json>;
    const other = change(cache);
    writeFileSync(file, typeof other === 'string' ? other : JSON.stringify(cache));
    const outcome = checked(root);
    return { clean, found: places(outcome), problems: outcome.problems.length };
  }

  type Lists = Record<string, Record<string, Record<string, Json>[]>>;
  const eachFinding = (change: (finding: Record<string, Json>) => unknown) => (cache: Record<string, Json>) => {
    for (const files of Object.values(cache['findings'] as Lists)) for (const list of Object.values(files)) list.forEach(change);
  };
  const eachFile = (change: (file: Record<string, Json>) => unknown) => (cache: Record<string, Json>) => {
    Object.values(cache['files'] as Record<string, Record<string, Json>>).forEach(change);
  };

  it('is used as it is where it is sound', () => {
    const { clean, found } = withCache(eachFinding((finding) => Object.assign(finding, { start: 0, end: 1 })));
    expect(clean.length).toBeGreaterThan(0);
    expect(found).toEqual(clean.map((place) => place.replace(/\d+$/, '1')));
  });

  const changes: Readonly<Record<string, (cache: Record<string, Json>) => unknown>> = {
    'offsets before the file': eachFinding((f) => { f['start'] = -1; }),
    'offsets behind the file': eachFinding((f) => { f['end'] = 1e9; }),
    'offsets in the wrong order': eachFinding((f) => { f['start'] = f['end']!; f['end'] = 0; }),
    'offsets that are none': eachFinding((f) => { f['start'] = '0'; }),
    'offsets in parts': eachFinding((f) => { f['start'] = 0.5; }),
    'a message that the rule does not have': eachFinding((f) => { f['messageId'] = 'constructor'; }),
    'no message': eachFinding((f) => { delete f['messageId']; }),
    'data of another kind': eachFinding((f) => { f['data'] = { lock: { toString: 1 } }; }),
    'no data': eachFinding((f) => { f['data'] = null; }),
    'another file': eachFinding((f) => { f['file'] = '/etc/passwd'; }),
    'another rule': eachFinding((f) => { f['rule'] = '__proto__'; }),
    'a confidence that is none': eachFinding((f) => { f['confidence'] = 2; }),
    'a trace that is none': eachFinding((f) => { f['trace'] = {}; }),
    'steps that are none': eachFinding((f) => { f['trace'] = [null]; }),
    'a trace that leads out': eachFinding((f) => { f['trace'] = [{ label: 'x', file: '/dev/zero', start: 0, end: 0, line: 1 }]; }),
    'edits that are none': eachFinding((f) => { f['suggestions'] = [{ messageId: 'x', edits: [{ start: -5, end: 1e9, text: 1 }] }]; }),
    'findings that are none': (cache) => { cache['findings'] = { '__proto__': [1], 'x': { '/y': null } }; },
    'a finding that is null': (cache) => { for (const files of Object.values(cache['findings'] as Lists)) for (const list of Object.values(files)) list.push(null as never); },
    'imports that are none': eachFile((file) => { (file['look'] as Record<string, Json>)['imports'] = [1, null, {}]; }),
    'heirs that are none': eachFile((file) => { (file['look'] as Record<string, Json>)['heirs'] = [[]]; }),
    'times that are none': eachFile((file) => { file['at'] = []; }),
    'files that are null': (cache) => { cache['files'] = { '/x': null }; },
    'silence of rules that are none': eachFile((file) => { file['silent'] = [-1, 1e9, 'x']; }),
    'problems that are none': (cache) => { cache['problems'] = [null, 1]; },
    'notes that are none': (cache) => { cache['notes'] = [{}]; },
    'keys that are none': (cache) => { cache['keys'] = [null]; },
    'a prototype': () => '{ "__proto__": { "polluted": true }, "version": "1" }',
    'an array': () => '[]',
    'null': () => 'null',
    'nothing': () => '',
    'half of it': (cache) => JSON.stringify(cache).slice(0, 700),
    'brackets without end': () => '['.repeat(1_000_000),
  };

  it.each(Object.entries(changes))('%s: everything is found anew', (_, change) => {
    const { clean, found, problems } = withCache(change);
    expect(found).toEqual(clean);
    expect(problems).toBe(0);
  });

  it('that is a folder, or a link to itself', () => {
    const root = projectOf({ 'run.ts': LOCKED, 'work.ts': WORK, 'node_modules/.keep': '' });
    const clean = places(checked(root));
    const folder = `${root}/node_modules/.cache/lockwright`;
    const file = `${folder}/${readdirSync(folder)[0]!}`;
    rmSync(file);
    mkdirSync(`${file}/sub`, { recursive: true });
    expect(places(checked(root))).toEqual(clean);
    rmSync(file, { recursive: true });
    symlinkSync(file, file);
    expect(places(checked(root))).toEqual(clean);
    expect(existsSync(file)).toBe(true);
    utimesSync(`${root}/run.ts`, 1, 1);
    expect(places(checked(root))).toEqual(clean);
  });
});
