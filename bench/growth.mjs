/**
 * How the cost of `lockwright check` grows: a cold run over one copy of a checked-out repository, then over two, four
 * and eight copies side by side in one project.
 *
 *   node bench/growth.mjs FOLDER [--runs N] [--write]
 *
 * Copies share names of classes, functions and events, so that whatever is looked up by name meets more candidates, as
 * it does in a larger project. CPU time and peak memory of whole processes; sizes in turn, medians of the runs. --write
 * puts the table into docs/performance.md.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { globSync } from 'tinyglobby';
import { countLines, sourceFiles } from './corpus.mjs';
import { cacheEnvironment, COMMAND } from './lockwright.mjs';
import { median, writeSection } from './page.mjs';

const SIZES = [1, 2, 4, 8];
const usage = new URL('speed/usage.mjs', import.meta.url).href;

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { runs: { type: 'string', default: '1' }, write: { type: 'boolean', default: false } },
});
const [folder] = positionals;
if (folder === undefined || positionals.length > 1) {
  console.error('Name one folder with a checked-out repository.');
  process.exit(2);
}

const root = path.resolve(folder);
const sources = sourceFiles(root);
const manifests = globSync('**/{package,tsconfig*}.json', { cwd: root, absolute: true, ignore: ['**/node_modules/**'] });
const lines = countLines(sources);
const place = mkdtempSync(path.join(tmpdir(), 'growth-'));
/** @type {Map<number, { seconds: number, megabytes: number }[]>} */
const results = new Map(SIZES.map((size) => [size, []]));
try {
  for (const size of SIZES) {
    for (let copy = 0; copy < size; copy++) {
      for (const file of [...sources, ...manifests]) {
        const to = path.join(place, String(size), `copy${copy}`, path.relative(root, file));
        mkdirSync(path.dirname(to), { recursive: true });
        cpSync(file, to);
      }
    }
    writeFileSync(path.join(place, String(size), 'package.json'), '{ "private": true }\n');
  }
  for (let run = 0; run < Number(options.runs); run++) for (const size of SIZES) results.get(size)?.push(measure(size));
} finally {
  rmSync(place, { recursive: true, force: true });
}

const base = median((results.get(1) ?? []).map(({ seconds }) => seconds));
const table = [
  '| copies | lines | CPU time | against one copy | CPU time a million lines | peak memory |',
  '| ---: | ---: | ---: | ---: | ---: | ---: |',
  ...[...results].map(([size, all]) => {
    const seconds = median(all.map((one) => one.seconds));
    const memory = median(all.map((one) => one.megabytes));
    const scaled = (seconds / ((lines * size) / 1e6)).toFixed(1);
    return `| ${size} | ${(lines * size).toLocaleString('en')} | ${seconds.toFixed(1)} s | ${(seconds / base).toFixed(2)} | ${scaled} s | ${memory.toFixed(0)} MB |`;
  }),
].join('\n');
const name = path.basename(root).replace('__', '/');
const text = `${name}, \`lockwright check\`, cold; Node ${process.versions.node}; medians of ${options.runs}.\n\n${table}`;
console.log(text);
if (options.write) writeSection('growth', text);

/** @param {number} size */
function measure(size) {
  const cache = mkdtempSync(path.join(tmpdir(), 'growth-'));
  try {
    const report = path.join(cache, 'usage.json');
    const flags = ['--max-old-space-size=16384', '--import', usage];
    const { status, signal, stderr } = spawnSync(
      process.execPath,
      [...flags, COMMAND, 'check', path.join(place, String(size)), '--format', 'json'],
      { encoding: 'utf8', maxBuffer: 1 << 30, env: { ...process.env, ...cacheEnvironment(cache), BENCH_USAGE: report } },
    );
    if (signal || status === null || status > 1) throw new Error(`${size} copies ended with ${signal ?? status}:\n${stderr.slice(-2000)}`);
    const used = JSON.parse(readFileSync(report, 'utf8'));
    console.error(`${size}: ${used.seconds.toFixed(2)} s, ${used.megabytes.toFixed(0)} MB`);
    return used;
  } finally {
    rmSync(cache, { recursive: true });
  }
}
