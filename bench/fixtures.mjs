/**
 * Runs the whole engine with all rules and all options over any files, one at a time, and counts what must not be:
 * crashes (ours, or of the process), reports outside of the file, and files that cost more than a second.
 *
 *   node bench/fixtures.mjs [FOLDER...] [--out FILE]
 *
 * Without folders: the fixtures of the package test262-parser-tests, and every script and declaration below
 * node_modules. Others worth a run are checkouts of babel/babel, prettier/prettier, typescript-eslint/typescript-eslint
 * and oxc-project/oxc, whose parser fixtures no package ships.
 *
 * Most fixtures know nothing of locks, and no rule would look at them. Each is therefore analysed four times: as it is
 * and under a lock that is taken around it, from our parser's tree and from that of typescript-eslint, and the rules
 * are asked though the text test would pass them over. A file that takes five minutes counts as a crash. Exit status 1 when
 * anything crashed or lay outside.
 */
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { pluginIsBuilt } from './lockwright.mjs';

/**
 * @typedef {object} Outcome
 * @property {string} folder
 * @property {number} files
 * @property {number} analysed files that have facts in one of the ways at least
 * @property {number} reports
 * @property {{ file: string, error: string }[]} crashes
 * @property {string[]} outside files with a report outside of them
 * @property {{ file: string, milliseconds: number }[]} slow files of more than a second of CPU time, in all four ways together
 */

const { values: options, positionals } = parseArgs({ allowPositionals: true, options: { out: { type: 'string' } } });
if (!pluginIsBuilt()) {
  console.error('Run `npm run build` first.');
  process.exit(2);
}
const modules = fileURLToPath(new URL('../node_modules', import.meta.url));
const folders = positionals.length > 0 ? positionals : [modules];
const child = fileURLToPath(new URL('fixtures/files.mjs', import.meta.url));

/** @type {Outcome[]} */
const outcomes = [];
for (const folder of folders) {
  const outcome = await run(path.resolve(folder));
  print(outcome);
  outcomes.push(outcome);
}
const total = {
  files: sum(({ files }) => files),
  analysed: sum(({ analysed }) => analysed),
  reports: sum(({ reports }) => reports),
  crashes: sum(({ crashes }) => crashes.length),
  outside: sum(({ outside }) => outside.length),
  slow: sum(({ slow }) => slow.length),
};
console.log('all:', JSON.stringify(total));
if (options.out !== undefined) writeFileSync(options.out, `${JSON.stringify({ total, folders: outcomes }, null, 2)}\n`);
if (total.crashes + total.outside > 0) process.exitCode = 1;

/**
 * In one process, begun anew behind a file on which it dies.
 *
 * @param {string} folder
 * @returns {Promise<Outcome>}
 */
async function run(folder) {
  /** @type {Outcome} */
  const outcome = { folder, files: 0, analysed: 0, reports: 0, crashes: [], outside: [], slow: [] };
  for (let first = 0; ; ) {
    const files = spawn(process.execPath, ['--max-old-space-size=4096', child, folder, String(first)]);
    const ended = new Promise((resolve) => {
      files.on('close', (status, signal) => resolve(status === 0 ? undefined : `the process ended with ${signal ?? status}`));
    });
    let complaints = '';
    files.stderr.on('data', (data) => (complaints += data));
    let open = '';
    let index = first - 1;
    const watch = setTimeout(() => files.kill('SIGKILL'), 300_000);
    for await (const line of createInterface({ input: files.stdout })) {
      watch.refresh();
      const entry = JSON.parse(line);
      if (entry.begin !== undefined) {
        ({ index, begin: open } = entry);
        outcome.files += 1;
        continue;
      }
      count(outcome, open, entry);
      open = '';
    }
    clearTimeout(watch);
    const how = await ended;
    if (how === undefined) return outcome;
    outcome.crashes.push({ file: open, error: `${how}: ${complaints.slice(-2000)}` });
    // It died before the first file: it would die again.
    if (index < first) return outcome;
    first = index + 1;
  }
}

/**
 * @param {Outcome} outcome
 * @param {string} file
 * @param {import('./fixtures/analyse.mjs').Analysed & { milliseconds: number }} entry
 */
function count(outcome, file, { analysed, reports, crash, outside, milliseconds }) {
  if (analysed) outcome.analysed += 1;
  outcome.reports += reports;
  if (crash !== undefined) outcome.crashes.push({ file, error: crash });
  if (outside) outcome.outside.push(file);
  if (milliseconds > 1000) outcome.slow.push({ file, milliseconds });
}

/** @param {(outcome: Outcome) => number} count */
function sum(count) {
  return outcomes.reduce((before, outcome) => before + count(outcome), 0);
}

/** @param {Outcome} outcome */
function print({ folder, files, analysed, reports, crashes, outside, slow }) {
  console.log(
    `${folder}: ${files} files, ${analysed} analysed, ${reports} reports, ${crashes.length} crashes, ` +
      `${outside.length} outside, ${slow.length} over a second`,
  );
  for (const { file, error } of crashes.slice(0, 20)) console.log(`  crash ${file}: ${error.split('\n').slice(0, 3).join(' ')}`);
  for (const file of outside.slice(0, 20)) console.log(`  outside ${file}`);
  for (const { file, milliseconds } of slow) console.log(`  ${milliseconds} ms ${file}`);
}
