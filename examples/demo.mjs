/**
 * What `npm run demo` shows: the sequence counter, or the examples that are named, with its bug, what the command says
 * about it, the fix, on which it is silent, and both of them running. Ends with a status other than 0 if any of that is
 * not so.
 *
 * Usage: npm run demo [-- example... | all]
 */
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** What each shows, and lines that it must print when it runs. */
const examples = {
  'sequence-counter': {
    bug: 'The bug, split over three files: what is held while sequence.ts waits shows only in retryer.ts',
    fix: 'The fix: retryWithLock takes the lock inside each attempt and backs off without it',
    bugRuns: ['B waits for the back-off of A', ['0 s  B asks', '10 s  A gets 11', '10 s  B gets 12']],
    fixRuns: ['B gets a number while A backs off', ['0 s  B gets 11', '10 s  A gets 12']],
  },
  'forwarding-cache': {
    bug: 'The bug: the shared backend is reset to nothing, and loaded by everybody who finds it missing',
    fix: 'The fix: a SharedRef has one load, and the old backend serves until the new one is there',
    bugRuns: ['an error 500, and a connection that nobody closes', ['C: 500, TypeError', 'opened: 3, closed: 1']],
    fixRuns: ['C is served by the backend that it has', ['C: 200, site:page from first', 'opened: 2, closed: 1']],
  },
  'read-only-switch': {
    bug: 'The bug: all compare with a shared address, which the first to see the switch rewrites',
    fix: 'The fix: a connection derived from a snapshot of the configuration goes when that is replaced',
    bugRuns: ['B stays on the primary', ['B: answered by the primary', 'connections to the primary: 1']],
    fixRuns: ['nobody is left there', ['B: answered by the replica', 'connections to the primary: 0']],
  },
  'tap-notifier': {
    bug: 'The bug: the lock that keeps cookies from being swapped is held while a worker takes its own',
    fix: 'The fix: a Notifier wakes with the cookie of that moment, and holds nothing',
    bugRuns: ['both wait for ever', ['the notifier waits for ever', 'alice waits for ever']],
    fixRuns: ['both are done', ['the notifier is done', 'alice is done', 'woken: 8, 1']],
  },
};

node([createRequire(import.meta.url).resolve('typescript/bin/tsc'), '-p', 'examples'], 0);
const [first = 'sequence-counter', ...others] = process.argv.slice(2);
for (const name of first === 'all' ? Object.keys(examples) : [first, ...others]) show(name, examples[name]);

console.log('\nThe demo went as it should.');

function show(name, { bug, fix, bugRuns, fixRuns }) {
  const folder = `examples/${name}`;
  title(`${name} 1. ${bug}`);
  check(`${folder}/before`, 1);
  title(`${name} 2. ${fix}`);
  check(`${folder}/after`, 0);
  title(`${name} 3. The bug runs: ${bugRuns[0]}`);
  run(name, 'before', bugRuns[1]);
  title(`${name} 4. The fix runs: ${fixRuns[0]}`);
  run(name, 'after', fixRuns[1]);
}

function title(text) {
  console.log(`\n== ${text}\n`);
}

/** Lints one version of an example, also for what is only likely. */
function check(folder, status) {
  console.log(`$ npx lockwright check ${folder} --strict\n`);
  node(['dist/cli/main.js', 'check', folder, '--strict'], status);
}

/** Runs one version of an example, whose output must have these lines. No real time passes in it. */
function run(name, version, lines) {
  // The mocked clock of `node:test` warns on Node 20 that it is experimental.
  const output = node(['--no-warnings', `examples/dist/${name}/main.js`, version], 0);
  const missing = lines.filter((line) => !output.includes(line));
  if (missing.length > 0) fail(`${name}, ${version}, should have printed "${missing[0]}"`);
}

/** Runs Node in the repository, prints what it prints, and returns that. */
function node(args, status) {
  const run = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
  process.stdout.write(run.stdout);
  process.stderr.write(run.stderr);
  if (run.status !== status) fail(`${path.basename(args[0])} ended with ${run.status} instead of ${status}`);
  return run.stdout;
}

function fail(because) {
  console.error(`\nThe demo went wrong: ${because}.`);
  process.exit(1);
}
