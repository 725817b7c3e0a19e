/**
 * Measures the CPU time and peak memory of linting a checked-out repository, ours beside what others take.
 *
 *   node bench/speed.mjs FOLDER... [--runs N] [--only NAME,...] [--peers FOLDER] [--write]
 *
 * Each measurement is a process of its own; runs go through all measurements in turn, so that a slow minute of the
 * machine hits them alike, and medians are shown. `recommended` and `check` start with an empty cache (cold), then run
 * again with what they left (warm). --peers names a folder in which `eslint-plugin-import-x` and
 * `eslint-import-resolver-typescript` are installed. --only takes names of the first column. What is not built or not
 * installed is left out with a line that says so. --write puts the table into docs/performance.md.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { countLines, sourceFiles } from './corpus.mjs';
import { cacheEnvironment, COMMAND, commandIsBuilt, pluginIsBuilt } from './lockwright.mjs';
import { median, writeSection } from './page.mjs';


/**
 * @typedef {object} Measurement
 * @property {string} name
 * @property {(folder: string) => string[]} command what Node runs
 * @property {'cold' | 'warm'} [cache] warm ones follow the cold one whose cache they use
 * @property {() => string | undefined} [missing] why it cannot be run
 *
 * @typedef {{ seconds: number, megabytes: number, note: string }} Result
 */

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    runs: { type: 'string', default: '3' },
    only: { type: 'string' },
    peers: { type: 'string' },
    write: { type: 'boolean', default: false },
  },
});
if (positionals.length === 0) {
  console.error('Name at least one folder with a checked-out repository.');
  process.exit(2);
}

const eslintProcess = fileURLToPath(new URL('speed/eslint.mjs', import.meta.url));
const parseProcess = fileURLToPath(new URL('speed/parse.mjs', import.meta.url));
const editorProcess = fileURLToPath(new URL('speed/editor.mjs', import.meta.url));
const usage = new URL('speed/usage.mjs', import.meta.url).href;

/** @param {string} rules */
const eslint = (rules) => (/** @type {string} */ folder) => [eslintProcess, folder, rules, options.peers ?? ''];
const plugin = () => (pluginIsBuilt() ? undefined : 'the plugin is not built');
const command = () => (commandIsBuilt() ? undefined : 'the command is not built');
/** @param {string} folder */
const check = (folder) => [COMMAND, 'check', folder, '--format', 'json'];

/** @type {readonly Measurement[]} */
const MEASUREMENTS = [
  { name: 'ESLint, no rules', command: eslint('zero') },
  { name: 'ESLint, lockwright recommended, cold', command: eslint('recommended'), cache: 'cold', missing: plugin },
  { name: 'ESLint, lockwright recommended, warm', command: eslint('recommended'), cache: 'warm', missing: plugin },
  { name: 'ESLint, require-atomic-updates', command: eslint('require-atomic-updates') },
  { name: 'ESLint, import-x/no-cycle', command: eslint('no-cycle'), missing: importXMissing },
  { name: 'ESLint, no-floating-promises (typed)', command: eslint('no-floating-promises') },
  { name: 'lockwright check, cold', command: check, cache: 'cold', missing: command },
  { name: 'lockwright check, warm', command: check, cache: 'warm', missing: command },
  { name: 'parsing only, oxc-parser', command: (folder) => [parseProcess, folder] },
];
const BASE = 'ESLint, no rules';

const wanted = options.only?.split(',');
const chosen = MEASUREMENTS.filter(({ name, missing }) => {
  if (wanted && !wanted.some((part) => name.includes(part.trim()))) return false;
  const reason = missing?.();
  if (reason !== undefined) console.error(`${name}: left out, ${reason}`);
  return reason === undefined;
});

const sections = [];
for (const folder of positionals.map((name) => path.resolve(name))) {
  // ESLint, given no files, would lint the whole folder.
  if (sourceFiles(folder, ['ts', 'tsx']).length === 0) {
    console.error(`${path.basename(folder)}: left out, it has no TypeScript files`);
    continue;
  }
  const results = measure(folder);
  sections.push(`${title(folder)}\n\n${table(folder, results)}${editorLine(folder)}`);
  console.log(`\n${sections.at(-1)}`);
}
if (options.write) writeSection('speed', sections.join('\n\n'));

/**
 * @param {string} folder
 * @returns {Map<string, Result[]>} by name of the measurement
 */
function measure(folder) {
  /** @type {Map<string, Result[]>} */
  const results = new Map(chosen.map(({ name }) => [name, []]));
  for (let run = 1; run <= Number(options.runs); run++) {
    let cache = '';
    for (const measurement of chosen) {
      // A warm measurement whose cold one was left out by --only has to make its cache first.
      if (measurement.cache === 'cold' || (measurement.cache === 'warm' && cache === '')) {
        if (cache !== '') rmSync(cache, { recursive: true });
        cache = mkdtempSync(path.join(tmpdir(), 'speed-'));
        if (measurement.cache === 'warm') runOnce(measurement, folder, cache);
      }
      const result = runOnce(measurement, folder, cache);
      results.get(measurement.name)?.push(result);
      const seconds = result.seconds.toFixed(2);
      console.error(`run ${run}: ${measurement.name}: ${seconds} s, ${result.megabytes.toFixed(0)} MB, ${result.note}`);
      if (measurement.cache === 'warm') {
        rmSync(cache, { recursive: true });
        cache = '';
      }
    }
    if (cache !== '') rmSync(cache, { recursive: true });
  }
  return results;
}

/**
 * @param {Measurement} measurement
 * @param {string} folder
 * @param {string} cache
 * @returns {Result}
 */
function runOnce(measurement, folder, cache) {
  const place = path.join(mkdtempSync(path.join(tmpdir(), 'speed-')), 'usage.json');
  try {
    const flags = ['--max-old-space-size=8192', '--import', usage];
    const { status, signal, stdout, stderr } = spawnSync(process.execPath, [...flags, ...measurement.command(folder)], {
      encoding: 'utf8',
      maxBuffer: 1 << 30,
      env: { ...process.env, ...(measurement.cache ? cacheEnvironment(cache) : {}), BENCH_USAGE: place },
    });
    // The command ends with 1 when it has findings; 2 and a signal are failures, and so is any other end of ESLint's.
    const isCheck = measurement.name.startsWith('lockwright check');
    if (signal || status === null || status > (isCheck ? 1 : 0)) {
      throw new Error(`${measurement.name} ended with ${signal ?? status}:\n${stderr.slice(-2000)}`);
    }
    const note = isCheck ? '' : JSON.parse(stdout.trim().split('\n').at(-1) ?? '{}').note;
    return { ...JSON.parse(readFileSync(place, 'utf8')), note };
  } finally {
    rmSync(path.dirname(place), { recursive: true });
  }
}

function importXMissing() {
  if (options.peers === undefined) return 'no --peers';
  try {
    const fromPeers = createRequire(path.join(path.resolve(options.peers), 'package.json'));
    for (const name of ['eslint-plugin-import-x', 'eslint-import-resolver-typescript']) fromPeers.resolve(name);
    return undefined;
  } catch {
    return 'it or eslint-import-resolver-typescript is not installed in --peers';
  }
}

/**
 * The repository's name and commit, from the LIST.tsv beside it where there is one.
 *
 * @param {string} folder
 */
function title(folder) {
  const name = path.basename(folder).replace('__', '/');
  const list = path.join(path.dirname(folder), 'LIST.tsv');
  const rows = existsSync(list) ? readFileSync(list, 'utf8').split('\n') : [];
  const line = rows.find((row) => row.startsWith(`${name}\t`));
  const files = sourceFiles(folder, ['ts', 'tsx']);
  const commit = line ? ` at ${line.split('\t')[1]?.slice(0, 12)}` : '';
  const size = `${files.length.toLocaleString('en')} files, ${countLines(files).toLocaleString('en')} lines`;
  const node = `Node ${process.versions.node}, ${availableParallelism()} cores`;
  return `### ${name}${commit}\n\n${size} of TypeScript; ${node}; medians of ${options.runs}.`;
}

/**
 * @param {string} folder
 * @param {ReadonlyMap<string, Result[]>} results
 */
function table(folder, results) {
  const millions = countLines(sourceFiles(folder, ['ts', 'tsx'])) / 1e6;
  const base = median(results.get(BASE)?.map(({ seconds }) => seconds) ?? []);
  const rows = [
    '| measured | CPU time | against no rules | CPU time a million lines | peak memory | |',
    '| --- | ---: | ---: | ---: | ---: | --- |',
  ];
  for (const [name, all] of results) {
    const seconds = median(all.map((result) => result.seconds));
    const memory = median(all.map((result) => result.megabytes));
    const ratio = base > 0 ? (seconds / base).toFixed(2) : '';
    const scaled = (seconds / millions).toFixed(1);
    const cells = [`${seconds.toFixed(2)} s`, ratio, `${scaled} s`, `${memory.toFixed(0)} MB`, all[0]?.note];
    rows.push(`| ${name} | ${cells.join(' | ')} |`);
  }
  return rows.join('\n');
}

/** @param {string} folder */
function editorLine(folder) {
  if (!pluginIsBuilt() || (wanted && !wanted.includes('editor'))) return '';
  const cache = mkdtempSync(path.join(tmpdir(), 'speed-'));
  try {
    const { status, stdout, stderr } = spawnSync(process.execPath, [editorProcess, folder], {
      encoding: 'utf8',
      env: { ...process.env, ...cacheEnvironment(cache) },
    });
    if (status !== 0) throw new Error(`the editor measurement ended with ${status}:\n${stderr.slice(-2000)}`);
    const { files, milliseconds } = JSON.parse(stdout.trim().split('\n').at(-1) ?? '{}');
    const added = `${milliseconds.toFixed(1)} ms on top of ESLint's own work`;
    return `\n\nOne changed file in an editor, 95th percentile over ${files} files that mention a lock: ${added}.`;
  } finally {
    rmSync(cache, { recursive: true });
  }
}
