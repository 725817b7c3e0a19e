/**
 * A mutation run over src/runtime: changes one thing at a time and looks whether a test notices.
 *
 *   node scripts/mutation/run.mjs [--sample 200] [--seed 1] [--file shared-ref] [--jobs 1] [--out mutation.json]
 *   node scripts/mutation/run.mjs --survivors mutation.json    those that were not noticed, once more, on the same sources
 *
 * --file is a regular expression over the names of the files. Without --sample all mutants are run, which takes hours; a
 * sample is drawn evenly and by the seed, so that it can be repeated. Each mutant meets only the tests that look at its
 * file, and the first that fails ends it. One on which the tests do not end in time counts as noticed. Not part of CI, for
 * its length.
 */
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { mutantsOf } from './mutants.mjs';

const { values } = parseArgs({
  options: {
    sample: { type: 'string' },
    seed: { type: 'string', default: '1' },
    file: { type: 'string', default: '' },
    jobs: { type: 'string', default: '1' },
    out: { type: 'string' },
    survivors: { type: 'string' },
    timeout: { type: 'string', default: '240' },
  },
});

/** Which tests look at which sources: the quick ones first, because most mutants end there. */
const LOCKS = [['locks', 'lease-queue', 'rw-keyed-many', 'semaphore'], ['mutex', 'interruption', 'lockdep', 'retry-with-lock'], ['fifo-core', 'interleavings']];
const RETRY = [['retry-with-lock'], ['retry-interruption', 'sequence-counter', 'lockdep'], ['interleavings']];
const TESTS = [
  [/^testing\//, [['explore']]],
  [/^(?:lockdep|watcher|lock-order|observer|node)\.ts/, [['lockdep'], ['locks', 'interruption']]],
  [/^(?:retry|attempts|backoff)/, RETRY],
  [/^held-sections/, [['lockdep', 'locks'], ['retry-with-lock', 'config-cell', 'shared-ref'], ['mutex', 'retry-interruption']]],
  [/^shared-ref/, [['shared-ref', 'interruption'], ['lockdep'], ['interleavings']]],
  [/^(?:config-cell|derived)/, [['config-cell', 'interruption'], ['lockdep'], ['interleavings']]],
  [/^notifier/, [['notifier'], ['interruption', 'lockdep'], ['interleavings']]],
  [/^sleep/, [['sleep'], ['interruption']]],
  [/^errors/, [['locks', 'retry-with-lock', 'lockdep', 'shared-ref', 'config-cell']]],
  [/^(?:clock|abort-listeners)/, [['lease-queue', 'locks', 'semaphore', 'sleep'], ['retry-with-lock', 'interruption', 'mutex', 'config-cell']]],
  [/./, LOCKS],
];

const only = new RegExp(values.file);
const SOURCES = new URL('../../src/runtime/', import.meta.url);
const existing = new Set(readdirSync(new URL('../../tests/runtime/', import.meta.url)));

const files = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts') && !name.startsWith('dist') && !/(?:^|\/)index\.ts$/.test(name) && only.test(name))
  .sort();
const all = files.flatMap((name) =>
  mutantsOf(name, readFileSync(new URL(name, SOURCES), 'utf8')).map((mutant) => ({ ...mutant, file: `src/runtime/${name}`, name })),
);

/** So many, spread evenly over all: from each stretch of the list one, at a place that follows from the seed. */
function sampled(list, size, seed) {
  const stretch = list.length / size;
  let state = seed;
  return Array.from({ length: size }, (_, index) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return list[Math.floor(index * stretch + (state / 2 ** 32) * stretch)];
  });
}
const chosen = values.survivors
  ? JSON.parse(readFileSync(values.survivors, 'utf8')).survivors
  : values.sample && Number(values.sample) < all.length
    ? sampled(all, Number(values.sample), Number(values.seed))
    : all;
console.log(`${all.length} mutants in ${files.length} files, ${chosen.length} to run`);

/** @returns {Promise<'passed' | 'failed' | 'hangs'>} */
function test(mutant, names) {
  const run = names.map((name) => `${name}.test.ts`).filter((name) => existing.has(name)).map((name) => `tests/runtime/${name}`);
  if (run.length === 0) return Promise.resolve('passed');
  return new Promise((resolve) => {
    const child = spawn('node_modules/.bin/vitest', ['run', '-c', 'scripts/mutation/vitest.config.mjs', ...run], {
      stdio: 'ignore',
      detached: true,
      env: { ...process.env, ...(mutant && { MUTANT: JSON.stringify(mutant) }) },
    });
    // The whole group: a worker that spins does not hear of its parent's end.
    const timer = setTimeout(() => process.kill(-child.pid, 'SIGKILL'), Number(values.timeout) * 1000);
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      resolve(signal === 'SIGKILL' ? 'hangs' : code === 0 ? 'passed' : 'failed');
    });
  });
}

const survivors = [];
const killed = { failed: 0, hangs: 0 };
const queue = [...chosen];
async function work() {
  for (let mutant = queue.shift(); mutant !== undefined; mutant = queue.shift()) {
    const [, stages] = TESTS.find(([pattern]) => pattern.test(mutant.name));
    let fate = 'passed';
    for (const names of stages) if (fate === 'passed') fate = await test(mutant, names);
    if (fate === 'passed') survivors.push(mutant);
    else killed[fate] += 1;
    const done = killed.failed + killed.hangs + survivors.length;
    console.log(`${done}/${chosen.length} ${fate === 'passed' ? 'SURVIVED' : fate} ${mutant.file}:${mutant.line} ${mutant.what}`);
  }
}

if ((await test(undefined, ['locks'])) !== 'passed') throw new Error('the tests fail without any mutant');
await Promise.all(Array.from({ length: Number(values.jobs) }, work));
const noticed = killed.failed + killed.hangs;
console.log(`${noticed} of ${chosen.length} noticed, ${((100 * noticed) / chosen.length).toFixed(1)} %`);
for (const { file, line, what } of survivors.sort((a, b) => a.file.localeCompare(b.file) || a.line - b.line)) console.log(`survived: ${file}:${line} ${what}`);
if (values.out) writeFileSync(values.out, `${JSON.stringify({ all: all.length, run: chosen.length, killed, survivors }, null, 2)}\n`);
