// oxlint, as its command runs the built plugin; the cases of every rule run under it, too (tests/rules/hosts.ts).
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { rules } from '../../src/rules/index.js';
import { projectOf } from '../projects.js';

const COMMAND = path.join(path.dirname(createRequire(import.meta.url).resolve('oxlint/package.json')), 'bin/oxlint');
const PLUGIN = fileURLToPath(new URL('../../dist/index.js', import.meta.url));

interface Diagnostic {
  readonly filename: string;
  readonly message: string;
  readonly labels: readonly { readonly span: { readonly line: number } }[];
}

/** Writes the project with a config of these rules, and gives its folder. */
function project(files: Readonly<Record<string, string>>, config: object): string {
  const jsPlugins = [{ name: 'lockwright', specifier: PLUGIN }];
  return projectOf({ ...files, '.oxlintrc.json': JSON.stringify({ plugins: [], jsPlugins, categories: { correctness: 'off' }, ...config }) });
}

function lint(folder: string): string[] {
  const { stdout, stderr } = spawnSync(process.execPath, [COMMAND, '--format', 'json', '.'], { cwd: folder, encoding: 'utf8' });
  if (!stdout.startsWith('{')) throw new Error(`oxlint did not lint: ${stdout}${stderr}`);
  return (JSON.parse(stdout) as { diagnostics: Diagnostic[] }).diagnostics
    .map(({ filename, message, labels }) => `${filename}:${labels[0]!.span.line} ${message.split('.')[0]!}`)
    .sort();
}

const ONE_RULE = { rules: { 'lockwright/no-await-in-lock': 'error' } };
const LOCK = "import { Mutex } from 'async-mutex';\nexport const lock = new Mutex();\n";
const section = (body: string): string => `export const load = () => lock.runExclusive(() => ${body});\n`;

it('every rule has its cases run under every host', () => {
  for (const { name } of rules) {
    const text = readFileSync(fileURLToPath(new URL(`../rules/${name}.test.ts`, import.meta.url)), 'utf8');
    expect(text).toContain(`runRule('${name}',`);
  }
});

it('comments of both linters silence a report', () => {
  const code = ['oxlint', 'eslint'].map((host) => `// ${host}-disable-next-line lockwright/no-await-in-lock -- ours\n${section("fetch('/')").replace('load', host)}`);
  expect(lint(project({ 'a.mjs': `${LOCK}${code.join('')}${section("fetch('/')")}` }, ONE_RULE))).toEqual([
    'a.mjs:7 Waits for the network while `lock` (taken at line 7) is held: fetch',
  ]);
});

it('settings describe own locks, and a wrong one is told once', () => {
  const files = { 'a.mjs': "import { gate } from '@acme/locks';\nexport const load = () => gate.pass(() => fetch('/'));\n", 'b.mjs': 'export const b = 1;\n' };
  const models = [{ package: '@acme/locks', members: { 'gate': { does: 'make lock' }, 'gate.pass': { does: 'section', callback: 0 } } }];
  expect(lint(project(files, { ...ONE_RULE, settings: { lockwright: { models } } }))).toEqual([
    'a.mjs:2 Waits for the network while `gate` (taken at line 2) is held: fetch',
  ]);
  const wrong = lint(project(files, { ...ONE_RULE, settings: { lockwright: { modles: [] } } }));
  expect(wrong).toHaveLength(1);
  expect(wrong[0]).toContain('settings');
});

describe('between runs', () => {
  it('what was found is kept, and goes with a change in another file', () => {
    const folder = project({ 'a.mjs': `${LOCK}import { go } from './go.mjs';\n${section('go()')}`, 'go.mjs': "export const go = () => fetch('/');\n", 'node_modules/.keep': '' }, ONE_RULE);
    const reported = ['a.mjs:4 Waits for the network while `lock` (taken at line 4) is held: go → fetch (go'];
    expect(lint(folder)).toEqual(reported);
    expect(existsSync(`${folder}/node_modules/.cache/lockwright`)).toBe(true);
    expect(readdirSync(`${folder}/node_modules/.cache/lockwright`)).toHaveLength(1);
    expect(lint(folder)).toEqual(reported);
    writeFileSync(`${folder}/go.mjs`, 'export const go = async () => 1;\n');
    expect(lint(folder)).toEqual([]);
  });
});
