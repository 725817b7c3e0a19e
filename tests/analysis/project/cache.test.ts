// What is kept between runs is never more than a saving of time: whatever becomes of it, the reports are the same.
import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { check as checkProject } from '../../../src/cli/check.js';
import { rules } from '../../../src/rules/index.js';
import { CLEAN, FETCH, project, run, SEQUENCE, type Ended } from '../../cli/projects.js';
import { emptyFolder } from '../../projects.js';

const FILES = { ...SEQUENCE, 'src/fetch.ts': FETCH, 'src/clean.ts': CLEAN } as const;
const REPORTS = ['no-await-in-lock src/fetch.ts:5', 'no-sleep-in-lock src/sequence.ts:9'];

const reportsOf = ({ stdout }: Pick<Ended, 'stdout'>, root: string): string[] =>
  (JSON.parse(stdout) as { findings: { rule: string; file: string; line: number }[] }).findings.map(
    ({ rule, file, line }) => `${rule} ${file.slice(root.length + 1)}:${line}`,
  );

/** In this process, with this folder for the cache. */
function check(root: string, cache: string): string[] {
  const before = process.env['LOCKWRIGHT_CACHE'];
  process.env['LOCKWRIGHT_CACHE'] = cache;
  try {
    const outcome = checkProject({ cwd: root, paths: [], rules, strict: false, stats: false });
    expect({ problems: outcome.problems, incomplete: outcome.incomplete }).toEqual({ problems: [], incomplete: false });
    return outcome.reports.map(({ rule, file, line }) => `${rule} ${file.slice(root.length + 1)}:${line}`);
  } finally {
    if (before === undefined) delete process.env['LOCKWRIGHT_CACHE'];
    else process.env['LOCKWRIGHT_CACHE'] = before;
  }
}

/** As a command, which is let do nothing that the environment does not let it do. */
function command(root: string, cache: string, env: NodeJS.ProcessEnv): string[] {
  const ended = run(root, ['check', '--format', 'json'], { LOCKWRIGHT_CACHE: cache, ...env });
  expect({ status: ended.status, stderr: ended.stderr }).toEqual({ status: 1, stderr: '' });
  return reportsOf(ended, root);
}

/** The one file that a run has kept. */
function keptIn(cache: string): string {
  const names = readdirSync(cache);
  expect(names).toEqual([expect.stringMatching(/^[0-9a-f]{16}\.json$/)]);
  return `${cache}/${names[0]!}`;
}

/** Moves findings to where no rule has made any, so that whoever reports them there has read them. */
function forge(file: string): void {
  writeFileSync(file, readFileSync(file, 'utf8').replaceAll(/"start":\d+,"end":\d+,"messageId"/g, '"start":0,"end":1,"messageId"'));
}

it('serves what it kept', () => {
  const root = project(FILES);
  const cache = emptyFolder();
  expect(check(root, cache)).toEqual(REPORTS);
  forge(keptIn(cache));
  expect(check(root, cache)).not.toEqual(REPORTS);
});

describe('what findings rest on has changed', () => {
  const NET = { 'net/fetching.ts': "export const go = () => fetch('/');\n", 'net/counting.ts': 'export const go = async () => 1;\n' };
  const CALLER = (from: string): string => `import { Mutex } from 'async-mutex';
import { go } from '${from}';
const lock = new Mutex();
export const load = () => lock.runExclusive(() => go());
`;

  it('a tsconfig leads an import elsewhere', () => {
    const tsconfig = (name: string): string => JSON.stringify({ compilerOptions: { paths: { '@net': [`./net/${name}.ts`] } } });
    const root = project({ ...NET, 'tsconfig.json': tsconfig('fetching'), 'src/a.ts': CALLER('@net') });
    const cache = emptyFolder();
    expect(check(root, cache)).toEqual(['no-await-in-lock src/a.ts:4']);
    writeFileSync(`${root}/tsconfig.json`, tsconfig('counting'));
    expect(check(root, cache)).toEqual([]);
  });

  it('a manifest leads an import elsewhere', () => {
    const manifest = (name: string): string => JSON.stringify({ name: '@acme/net', exports: `./${name}.ts` });
    const root = project({ ...NET, 'net/package.json': manifest('fetching'), 'src/a.ts': CALLER('@acme/net') });
    const cache = emptyFolder();
    expect(check(root, cache)).toEqual(['no-await-in-lock src/a.ts:4']);
    writeFileSync(`${root}/net/package.json`, manifest('counting'));
    expect(check(root, cache)).toEqual([]);
  });

  it('a file in a folder that projects leave out, into which an import leads', () => {
    const root = project({ 'build/net.ts': NET['net/fetching.ts'], 'src/a.ts': CALLER('../build/net.js') });
    const cache = emptyFolder();
    expect(check(root, cache)).toEqual(['no-await-in-lock src/a.ts:4']);
    expect(check(root, cache)).toEqual(['no-await-in-lock src/a.ts:4']);
    writeFileSync(`${root}/build/net.ts`, NET['net/counting.ts']);
    expect(check(root, cache)).toEqual([]);
  });

  it('the names by which locks are taken are read back, and are enough', () => {
    const root = project({
      'src/guard.ts': `import { Mutex } from 'async-mutex';
const gate = new Mutex();
export const guarded = <T>(work: () => Promise<T>): Promise<T> => gate.runExclusive(work);
`,
      'src/a.ts': "import { guarded } from './guard.js';\nexport const load = () => guarded(() => fetch('/'));\n",
    });
    const cache = emptyFolder();
    const rule = (name: string): Ended => run(root, ['check', '--format', 'json', '--rule', name], { LOCKWRIGHT_CACHE: cache });
    expect(reportsOf(rule('no-sleep-in-lock'), root)).toEqual([]);
    expect(JSON.parse(readFileSync(keptIn(cache), 'utf8'))).toMatchObject({ takers: [[expect.stringMatching(/\/guard\.ts$/), ['guarded'], false]] });
    // Nothing but the names is kept for this rule.
    expect(reportsOf(rule('no-await-in-lock'), root)).toEqual(['no-await-in-lock src/a.ts:2']);
  });
});

describe('a cache that is damaged', () => {
  const root = project(FILES);
  const cache = emptyFolder();
  check(root, cache);
  const file = keptIn(cache);
  const whole = readFileSync(file, 'utf8');
  const stored = JSON.parse(whole) as Record<string, unknown>;
  const with_ = (more: object): string => JSON.stringify({ ...stored, ...more });

  it.each([
    ...[0, 0.1, 0.5, 0.9, 0.999].map((part) => [`cut off at ${part * 100} %`, whole.slice(0, Math.floor(whole.length * part))]),
    ['twice', whole + whole],
    ['null', 'null'],
    ['a number', '7'],
    ['an array', '[]'],
    ['of another version', with_({ version: '0.0.1' })],
    ['without files', with_({ files: null })],
    ['with files that are none', with_({ files: { 'a.ts': null } })],
    ['with looks that are none', with_({ files: Object.fromEntries(Object.keys(stored['files'] as object).map((name) => [name, { at: [0, 0], look: {} }])) })],
    ['with findings that are none', with_({ findings: { 'no-await-in-lock {}': { 'a.ts': [null] } } })],
    ['with takers that are none', with_({ takers: [['a.ts', 7, false]] })],
    ['with outside that is none', with_({ outside: null })],
    ['with a key named __proto__', whole.replace('{', '{"__proto__":{"version":"1"},')],
  ])('%s', (_, text) => {
    writeFileSync(file, text!);
    expect(check(root, cache)).toEqual(REPORTS);
    expect(check(root, cache)).toEqual(REPORTS);
  });
});

describe('a cache that cannot be written', () => {
  it('its folder is a file', () => {
    const root = project(FILES);
    const folder = emptyFolder();
    writeFileSync(`${folder}/file`, '');
    for (const cache of [`${folder}/file`, `${folder}/file/deeper`]) expect(check(root, cache)).toEqual(REPORTS);
    expect(readFileSync(`${folder}/file`, 'utf8')).toBe('');
  });

  it('its file is a folder', () => {
    const root = project(FILES);
    const cache = emptyFolder();
    check(root, cache);
    const file = keptIn(cache);
    rmSync(file);
    mkdirSync(file);
    expect(check(root, cache)).toEqual(REPORTS);
    expect(readdirSync(cache)).toHaveLength(1);
  });

  // The superuser may write everywhere.
  it.skipIf(process.getuid?.() === 0 || process.platform === 'win32')('its folder may not be written', () => {
    const root = project(FILES);
    const cache = emptyFolder();
    check(root, cache);
    chmodSync(cache, 0o555);
    try {
      writeFileSync(`${root}/src/clean.ts`, `${CLEAN}\n`);
      expect(check(root, cache)).toEqual(REPORTS);
    } finally {
      chmodSync(cache, 0o755);
    }
  });

  it.each(['EROFS', 'ENOSPC', 'EACCES'])('the system says %s', (code) => {
    const root = project(FILES);
    const cache = emptyFolder();
    const env = { NODE_OPTIONS: `--import ${fileURLToPath(new URL('full-disk.mjs', import.meta.url))}`, REFUSE_WITH: code, REFUSE_IN: cache };
    expect(command(root, cache, env)).toEqual(REPORTS);
    // Half of what was to be written is not taken for the whole.
    expect(command(root, cache, {})).toEqual(REPORTS);
    expect(readdirSync(cache)).toHaveLength(1);
  });
});

it('several processes at once on one cache: the reports of one, and what they leave is whole', async () => {
  const root = project(FILES);
  const cache = emptyFolder();
  const main = fileURLToPath(new URL('../../../dist/cli/main.js', import.meta.url));
  const start = () =>
    new Promise<string>((resolve, reject) => {
      const child = spawn(process.execPath, [main, 'check', '--format', 'json'], { cwd: root, env: { ...process.env, LOCKWRIGHT_CACHE: cache } });
      let stdout = '';
      child.stdout.on('data', (data: Buffer) => (stdout += data.toString()));
      child.on('error', reject);
      child.on('close', () => resolve(stdout));
    });
  const ended = await Promise.all(Array.from({ length: 4 }, start));
  for (const stdout of ended) expect(reportsOf({ stdout }, root)).toEqual(REPORTS);
  forge(keptIn(cache));
  expect(command(root, cache, {})).not.toEqual(REPORTS);
});
