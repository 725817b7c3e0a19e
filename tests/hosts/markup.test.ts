// Scripts among markup, as ESLint hands them over from the parsers of Vue and Svelte; and CommonJS and JSX.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import * as tsParser from '@typescript-eslint/parser';
import { Linter as Linter10 } from 'eslint';
import { Linter as Linter9 } from 'eslint9';
import { describe, expect, it } from 'vitest';
import * as svelteParser from 'svelte-eslint-parser';
import plugin from '../../src/index.js';
import { run } from '../cli/projects.js';
import { dedent, unmark } from '../marked-code.js';
import { projectOf } from '../projects.js';
import { eslint, ESLINTS, TYPESCRIPT } from './command.js';

const require = createRequire(import.meta.url);
const vueParser = require('vue-eslint-parser') as object;

const SLOW = {
  'load.ts': "import { fetchAll } from './net';\nexport const load = async (): Promise<void> => { await fetchAll(); };\n",
  'net.ts': "export const fetchAll = () => fetch('https://example.org');\n",
};
const LOCK = "import { Mutex } from 'async-mutex';\nexport const lock = new Mutex();\n";

const CONFIG = [
  { files: ['**/*.vue'], languageOptions: { parser: vueParser, parserOptions: { parser: tsParser, sourceType: 'module' } } },
  { files: ['**/*.svelte'], languageOptions: { parser: svelteParser, parserOptions: { parser: tsParser } } },
  { files: ['**/*.ts'], languageOptions: { parser: tsParser } },
  { files: ['**/*.jsx'], languageOptions: { parserOptions: { ecmaFeatures: { jsx: true } } } },
  { files: ['**/*.cjs'], languageOptions: { sourceType: 'commonjs' } },
  { files: ['**/*.{vue,svelte,ts,js,mjs,cjs,jsx}'], plugins: { lockwright: plugin }, rules: plugin.configs.recommended[0]!.rules },
] as object[];

interface Found {
  readonly ruleId: string | null;
  readonly message: string;
  readonly line: number;
  readonly column: number;
  readonly endLine?: number | undefined;
  readonly endColumn?: number | undefined;
}

/** Lints the marked code of a file in both ESLints: each mark has the report of this rule, and nothing else has one. */
function expectReports(file: string, marked: string, others: Readonly<Record<string, string>>, rule: string, message: RegExp): void {
  const { code, places } = unmark(dedent(marked));
  const folder = projectOf({ ...others, [file]: code });
  for (const Linter of [Linter10, Linter9] as unknown as (new (options: object) => { verify(code: string, config: object[], options: object): Found[] })[]) {
    const messages = new Linter({ cwd: folder }).verify(code, CONFIG, { filename: `${folder}/${file}` });
    expect(messages.map(({ ruleId, line, column, endLine, endColumn }) => ({ ruleId, line, column, endLine, endColumn }))).toEqual(
      places.map((place) => ({ ruleId: `lockwright/${rule}`, ...place })),
    );
    for (const { message: said } of messages) expect(said).toMatch(message);
  }
}

describe('Vue', () => {
  it('<script setup lang="ts">, through imports into two other files', () => {
    expectReports('App.vue', `
      <template>
        <button @click="refresh()">{{ count }}</button>
      </template>

      <script setup lang="ts">
      import { ref } from 'vue';
      import { lock } from './lock';
      import { load } from './load';

      const count = ref<number>(0);
      async function refresh(): Promise<void> {
        await lock.runExclusive(async () => {
          await «load()»;
          count.value += 1;
        });
      }
      </script>

      <style scoped>
      button { color: red; }
      </style>
    `, { ...SLOW, 'lock.ts': LOCK }, 'no-await-in-lock', /\(taken at line 12\) is held: load → fetchAll \(load\.ts:2\) → fetch \(net\.ts:1\)/);
  });

  it('<script> with options, in JavaScript', () => {
    expectReports('App.vue', `
      <script>
      import { Mutex } from 'async-mutex';
      const lock = new Mutex();
      export default {
        methods: {
          async refresh() {
            const release = await lock.acquire();
            try {
              await «fetch('/items')»;
            } finally {
              release();
            }
          },
        },
      };
      </script>
      <template><p>lock.runExclusive</p></template>
    `, {}, 'no-await-in-lock', /Waits for the network while `lock`/);
  });

  it('both blocks of one component are one module', () => {
    expectReports('App.vue', `
      <script lang="ts">
      import { Mutex } from 'async-mutex';
      const lock = new Mutex();
      export default { inheritAttrs: false };
      </script>
      <script setup lang="ts">
      const refresh = () => lock.runExclusive(async () => {
        await «lock.runExclusive(async () => {})»;
      });
      defineExpose({ refresh });
      </script>
    `, {}, 'no-self-deadlock', /Takes `lock` again/);
  });

  it('a component without a script, and one that is right', () => {
    expectReports('App.vue', '<template><p>lock.acquire()</p></template>\n', {}, '', /^$/);
    expectReports('App.vue', `
      <script setup lang="ts">
      import { lock } from './lock';
      let count = 0;
      const next = () => lock.runExclusive(async () => ++count);
      </script>
    `, { 'lock.ts': LOCK }, '', /^$/);
  });
});

describe('Svelte', () => {
  it('<script lang="ts">, through imports into two other files', () => {
    expectReports('App.svelte', `
      <script lang="ts">
        import { lock } from './lock';
        import { load } from './load';
        let count: number = $state(0);
        async function refresh(): Promise<void> {
          await lock.runExclusive(async () => {
            await «load()»;
            count += 1;
          });
        }
      </script>

      <button onclick={() => refresh()}>{count}</button>
      {#if count > 0}<p>lock</p>{/if}
    `, { ...SLOW, 'lock.ts': LOCK }, 'no-await-in-lock', /\(taken at line 6\) is held: load → fetchAll \(load\.ts:2\)/);
  });

  it('the module script and the one of the instance', () => {
    expectReports('App.svelte', `
      <script module>
        import { Mutex } from 'async-mutex';
        const lock = new Mutex();
      </script>
      <script>
        const refresh = () => lock.runExclusive(async () => {
          await «lock.runExclusive(async () => {})»;
        });
      </script>
      <button on:click={refresh}>again</button>
    `, {}, 'no-self-deadlock', /Takes `lock` again/);
  });
});

describe('JavaScript', () => {
  it('CommonJS, through require into another file', () => {
    expectReports('use.cjs', `
      const { Mutex } = require('async-mutex');
      const { load } = require('./load.cjs');
      const lock = new Mutex();
      module.exports.refresh = () => lock.runExclusive(() => «load()»);
    `, { 'load.cjs': "exports.load = () => fetch('https://example.org');\n" }, 'no-await-in-lock', /load → fetch \(load\.cjs:1\)/);
  });

  it('module.exports as a whole', () => {
    expectReports('use.cjs', `
      const mutexes = require('async-mutex');
      const net = require('./net.cjs');
      const lock = new mutexes.Mutex();
      exports.refresh = async function () {
        const release = await lock.acquire();
        try { await «net.load()»; } finally { release(); }
      };
    `, { 'net.cjs': "module.exports = { load: () => fetch('https://example.org') };\n" }, 'no-await-in-lock', /load → fetch \(net\.cjs:1\)/);
  });

  it('modules that import CommonJS', () => {
    expectReports('use.mjs', `
      import { Mutex } from 'async-mutex';
      import { load } from './load.cjs';
      const lock = new Mutex();
      export const refresh = () => lock.runExclusive(() => «load()»);
    `, { 'load.cjs': "exports.load = () => fetch('https://example.org');\n" }, 'no-await-in-lock', /load → fetch \(load\.cjs:1\)/);
  });

  it('JSX, with a handler written in an attribute', () => {
    expectReports('view.jsx', `
      import { Mutex } from 'async-mutex';
      import { load } from './load.js';
      const lock = new Mutex();
      export const View = ({ items }) => (
        <ul onClick={() => lock.runExclusive(() => «load()»)}>
          {items.map((item) => <li key={item.id}>{item.name}</li>)}
        </ul>
      );
    `, { 'load.js': "export const load = () => fetch('https://example.org');\n" }, 'no-await-in-lock', /load → fetch \(load\.js:1\)/);
  });
});

describe('lockwright check', () => {
  const MARKUP = "<script>\nimport { Mutex } from 'async-mutex';\nconst lock = new Mutex();\nexport default { load: () => lock.runExclusive(() => fetch('/')) };\n</script>\n";
  const files = { 'App.vue': MARKUP, 'App.svelte': MARKUP, 'use.ts': `${LOCK}import App from './App.vue';\nexport const use = () => lock.runExclusive(() => App.load());\n` };

  it('leaves such files out, and goes on where one is imported', () => {
    const ended = run(projectOf(files), ['check']);
    expect(ended).toEqual({ status: 0, stdout: 'No findings in 1 file.\n', stderr: '' });
  });

  it('says so of one that is named', () => {
    const { status, stderr } = run(projectOf(files), ['check', 'App.vue']);
    expect({ status, stderr }).toEqual({ status: 2, stderr: 'lockwright: App.vue: a component; ESLint with its parser hands it to the rules, this command does not read it\n' });
  });
});

it('oxlint, which gives each script of a component by itself, is given no reports, whose lines would be wrong', () => {
  const component = `<template><p/></template>\n<script>\n${LOCK}export const load = () => lock.runExclusive(() => fetch('/'));\n</script>\n`;
  const folder = projectOf({ 'App.vue': component, 'App.svelte': component, 'a.mjs': `${LOCK}export const load = () => lock.runExclusive(() => fetch('/'));\n` });
  const config = {
    plugins: [],
    jsPlugins: [{ name: 'lockwright', specifier: fileURLToPath(new URL('../../dist/index.js', import.meta.url)) }],
    categories: { correctness: 'off' },
    rules: { 'lockwright/no-await-in-lock': 'error' },
  };
  writeFileSync(`${folder}/.oxlintrc.json`, JSON.stringify(config));
  const command = path.join(path.dirname(require.resolve('oxlint/package.json')), 'bin/oxlint');
  const { stdout } = spawnSync(process.execPath, [command, '--format', 'json', '.'], { cwd: folder, encoding: 'utf8' });
  const { diagnostics, number_of_files: files } = JSON.parse(stdout) as { diagnostics: { filename: string }[]; number_of_files: number };
  expect({ files, diagnostics: diagnostics.map(({ filename }) => filename) }).toEqual({ files: 3, diagnostics: ['a.mjs'] });
});

it('what is kept of a component, or of a file in a folder that is left out, goes when that changes', () => {
  const [, command] = Object.entries(ESLINTS)[0]!;
  const vue = JSON.stringify(require.resolve('vue-eslint-parser'));
  const config = `${TYPESCRIPT}
import { createRequire } from 'node:module';
const vue = createRequire(import.meta.url)(${vue});
export default [typescript, { files: ['**/*.vue'], languageOptions: { parser: vue } }, ...lockwright.configs.recommended, { ignores: ['!.storybook/'] }];
`;
  const script = (body: string): string => `import { Mutex } from 'async-mutex';\nconst lock = new Mutex();\nexport const load = () => lock.runExclusive(() => ${body});\n`;
  const component = (body: string): string => `<script>\n${script(body)}</script>\n`;
  const folder = projectOf({ 'eslint.config.mjs': config, 'App.vue': component("fetch('/')"), '.storybook/main.ts': script("fetch('/')"), 'node_modules/.keep': '' });
  const lint = () => eslint(command, folder, ['.', '.storybook/main.ts']).reports;
  expect(lint()).toEqual(['.storybook/main.ts:3 no-await-in-lock', 'App.vue:4 no-await-in-lock']);
  writeFileSync(`${folder}/App.vue`, component('1'));
  writeFileSync(`${folder}/.storybook/main.ts`, script('1'));
  expect(lint()).toEqual([]);
});
