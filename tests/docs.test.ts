/**
 * The code in README.md, docs/rules and docs/settings.md does what the text says. Blocks are marked behind their
 * language: `incorrect` has a report in each line that says `// reported` (by the page's rule, or the one that is named
 * there) and no others, `correct` has none; `settings` counts for the examples below it; other files begin with `// file: name`.
 */
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { spawnSync } from 'node:child_process';
import tsParser from '@typescript-eslint/parser';
import { ESLint, type Linter } from 'eslint';
import { describe, expect, it } from 'vitest';
import plugin from '../src/index.js';
import { parseSettings } from '../src/models/index.js';
import { projectOf } from './projects.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

interface Block {
  readonly title: string;
  readonly page: string;
  readonly mark: string;
  readonly code: string;
  /** Of the nearest block with settings above it. */
  readonly settings: unknown;
}

function blocksOf(page: string): Block[] {
  const blocks: Block[] = [];
  let settings: unknown;
  for (const [, mark, code] of readFileSync(ROOT + page, 'utf8').matchAll(/^```\w+ ?(.*)\n([\s\S]*?)^```$/gm)) {
    if (mark!.endsWith('settings')) settings = evaluate(code!);
    const title = `${page}, block ${blocks.length + 1}, ${mark || 'text'}`;
    blocks.push({ title, page, mark: mark!, code: code!, settings });
  }
  return blocks;
}

function evaluate(code: string): unknown {
  return new Function(`${code}\nreturn lockwright;`)() as unknown;
}

/** File name -> text; what stands before the first `// file:` is the file that is linted. */
function filesOf(code: string): Record<string, string> {
  const [own = '', ...others] = code.split(/^\/\/ file: /m);
  return {
    'case.ts': own,
    ...Object.fromEntries(others.map((text) => [/^\S+/.exec(text)![0], text.slice(text.indexOf('\n') + 1)])),
  };
}

async function lint(code: string, settings: unknown, rules: Linter.RulesRecord): Promise<Linter.LintMessage[]> {
  const files = filesOf(code);
  const cwd = projectOf(files);
  const eslint = new ESLint({
    cwd,
    overrideConfigFile: true,
    overrideConfig: [{
      files: ['**/*.ts'],
      languageOptions: { parser: tsParser },
      plugins: { lockwright: plugin },
      rules,
      ...(settings !== undefined && { settings: { lockwright: settings } }),
    }],
  });
  const [result] = await eslint.lintFiles(['case.ts']);
  return result!.messages;
}

const ruleNames = Object.keys(plugin.rules);
const rulePages = readdirSync(`${ROOT}docs/rules`).map((name) => `docs/rules/${name}`);
const pages = [...rulePages, 'docs/settings.md', 'README.md'];
const blocks = pages.flatMap(blocksOf);
const marked = (mark: string) =>
  blocks.filter((block) => block.mark === mark).map((block) => [block.title, block] as const);

it('each rule has a page, with code that is wrong and code that is right', () => {
  expect(rulePages).toEqual([...ruleNames].sort().map((name) => `docs/rules/${name}.md`));
  for (const page of rulePages) {
    const marks = new Set(blocksOf(page).map(({ mark }) => mark));
    marks.delete('settings');
    expect([...marks].sort(), page).toEqual(['correct', 'incorrect']);
  }
});

describe('incorrect', () => {
  it.each(marked('incorrect'))('%s', async (_, { page, code, settings }) => {
    const ruleOfPage = /docs\/rules\/(.*)\.md/.exec(page)?.[1];
    const rules = ruleOfPage === undefined ? ruleNames : [ruleOfPage];
    const errors = Object.fromEntries(rules.map((name) => [`lockwright/${name}`, 'error' as const]));
    const messages = await lint(code, settings, errors);
    const expected = filesOf(code)['case.ts']!.split('\n').flatMap((line, n) => {
      const [, named] = /\/\/ reported(?:: (\S+))?/.exec(line) ?? [];
      return line.includes('// reported') ? [`${n + 1}: lockwright/${named ?? ruleOfPage}`] : [];
    });
    expect(expected).not.toEqual([]);
    const told = messages.map(({ line, ruleId, fatal, message }) => (fatal ? message : `${line}: ${ruleId}`));
    expect(told).toEqual(expected);
  });
});

describe('correct, for all rules, also where something is only likely', () => {
  it.each(marked('correct'))('%s', async (_, { code, settings }) => {
    const strict: Linter.RulesRecord = {};
    for (const name of ruleNames) strict[`lockwright/${name}`] = ['error', { confidence: 'likely' }];
    expect(await lint(code, settings, strict)).toEqual([]);
  });
});

describe('settings', () => {
  it.each(marked('settings'))('%s is right', (_, { settings }) => {
    expect(parseSettings(settings).errors).toEqual([]);
  });

  it.each(marked('wrong settings'))('%s has the error that follows it', (_, { page, code, settings }) => {
    const own = blocks.filter((block) => block.page === page);
    const next = own[own.findIndex((block) => block.code === code) + 1]!;
    expect(parseSettings(settings).errors).toEqual([next.code.trim()]);
  });

  it('every role is on the page', () => {
    const text = readFileSync(`${ROOT}docs/settings.md`, 'utf8');
    const [error = ''] = parseSettings({ models: [{ package: 'x', members: { x: { does: 'unheard of' } } }] }).errors;
    for (const [role] of error.split(': expected ')[1]!.matchAll(/'[^']+'/g)) expect(text).toContain(role);
  });
});

describe('README.md, as a new user follows it', () => {
  const counter = [
    `import { Mutex } from 'async-mutex';`,
    `import { pause } from './pause.js';`,
    `const mutex = new Mutex();`,
    `export const tick = (): Promise<void> => mutex.runExclusive(() => pause());`,
  ].join('\n');
  const pause = 'export const pause = (): Promise<void> => new Promise((done) => setTimeout(done, 100));';

  /** A project that has installed the plugin, as built. */
  function installed(config: 'eslint.config.js' | '.oxlintrc.json', mark: string = config): string {
    const folder = projectOf({ 'src/counter.ts': counter, 'src/pause.ts': pause });
    writeFileSync(`${folder}/${config}`, blocks.find((block) => block.mark === mark)!.code);
    mkdirSync(`${folder}/node_modules`);
    for (const name of ['eslint', 'oxlint', 'typescript-eslint', 'eslint-plugin-lockwright']) {
      const target = name === 'eslint-plugin-lockwright' ? ROOT : `${ROOT}node_modules/${name}`;
      symlinkSync(target, `${folder}/node_modules/${name}`, 'dir');
    }
    return folder;
  }

  function run(folder: string, ...args: string[]): string {
    const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
    return stdout + stderr;
  }

  it('eslint.config.js of three lines', () => {
    const folder = installed('eslint.config.js');
    expect(blocks.find(({ mark }) => mark === 'eslint.config.js')!.code.trim().split('\n')).toHaveLength(3);
    const output = run(folder, `${ROOT}node_modules/eslint/bin/eslint.js`, '.');
    expect(output).toMatch(/counter\.ts\n +4:67 +error +Sleeps while `mutex` .* lockwright\/no-sleep-in-lock/);
    expect(output).toContain('1 problem');
  });

  it('eslint.config.js with a digest, for --cache', () => {
    const folder = installed('eslint.config.js', 'eslint.config.js with a digest');
    writeFileSync(`${folder}/src/counter.js`, counter.replaceAll(': Promise<void>', ''));
    const cached = (): string => run(folder, `${ROOT}node_modules/eslint/bin/eslint.js`, '--cache', '.');
    expect(cached()).toMatch(/counter\.js\n +4:52 +error +Sleeps while `mutex` .* lockwright\/no-sleep-in-lock/);
    writeFileSync(`${folder}/src/pause.ts`, 'export const pause = async (): Promise<void> => {};');
    expect(cached()).toBe('');
  });

  it('.oxlintrc.json', () => {
    const output = run(installed('.oxlintrc.json'), `${ROOT}node_modules/oxlint/bin/oxlint`, '--format', 'unix', 'src');
    expect(output).toMatch(/src\/counter\.ts:4:67: Sleeps while `mutex`/);
    expect(output).toContain('1 problem');
  });
});
