/**
 * Makes a rule with the scaffold in a copy of this repository and checks what the gate would say of it as it is: types,
 * lint, dead code, the rule's own tests, its page, its case. Prints what is wrong; exit status 1.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const NAME = 'no-scaffold-in-lock';
const LEFT_OUT = new Set(['node_modules', 'dist', '.git', 'coverage']);

const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'scaffold-')));
const copy = path.join(folder, 'copy');
try {
  cpSync(ROOT, copy, {
    recursive: true,
    filter: (source) => !LEFT_OUT.has(path.basename(source)) || source.includes(`${path.sep}cases${path.sep}`),
  });
  symlinkSync(path.join(ROOT, 'node_modules'), path.join(copy, 'node_modules'), 'dir');
  succeeds('npm', 'run', 'scaffold', '--', 'rule', NAME);
  succeeds('npm', 'run', 'docs');
  succeeds('npm', 'run', 'docs:check');
  succeeds('npm', 'run', 'typecheck');
  succeeds('npx', 'eslint', `src/rules/${NAME}.ts`, 'src/rules/index.ts', `tests/rules/${NAME}.test.ts`);
  succeeds('node', 'scripts/check-directions.mjs');
  succeeds('npm', 'run', 'dead');
  succeeds('npx', 'vitest', 'run', `tests/rules/${NAME}.test.ts`, 'tests/docs.test.ts', '-t', `${NAME}|has a page`);
  const cases = path.join(ROOT, '../shared/cases/run.mjs');
  const said = succeeds('node', cases, `tests/cases/scaffold`, '--json');
  if (JSON.parse(said.slice(said.indexOf('{'))).direct.found !== 1) fail('its case: the report is missing', said);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** @param {string[]} command */
function succeeds(...[command = '', ...args]) {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: copy, encoding: 'utf8', maxBuffer: 1 << 28 });
  if (status !== 0) fail([command, ...args].join(' '), stdout + stderr);
  return stdout;
}

/**
 * @param {string} what
 * @param {string} output
 */
function fail(what, output) {
  console.error(`${what}\n${output.trim().split('\n').slice(-40).join('\n')}`);
  rmSync(folder, { recursive: true, force: true });
  process.exit(1);
}
