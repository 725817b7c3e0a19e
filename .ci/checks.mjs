/** What `.ci/run` checks after the installation. Each check is one line; the tests count one by one. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const shared = path.resolve('../shared/cases/run.mjs');
const recorded = JSON.parse(readFileSync('tests/cases-found.json', 'utf8'));
const rules = [
  'no-await-in-lock',
  'no-sleep-in-lock',
  'no-retry-in-lock',
  'no-callback-in-lock',
  'use-transaction-handle',
  'no-self-deadlock',
  'no-lock-order-inversion',
  'no-null-reset',
  'no-racy-init',
  'no-stale-capture',
  'no-unguarded-access',
  'no-config-mutation',
  'no-shared-mode-check',
  'require-lock-release',
  'no-floating-lock',
  'no-release-unheld',
  'no-work-past-release',
];
let passed = 0;
let failed = 0;

function run(command, args, env = {}) {
  return spawnSync(command, args, { encoding: 'utf8', maxBuffer: 1 << 28, env: { ...process.env, ...env } });
}

/** @param {() => string | undefined} work Says what is wrong; nothing where all is well. */
function check(name, work) {
  const began = Date.now();
  let wrong;
  try {
    wrong = work();
  } catch (error) {
    wrong = String(error);
  }
  if (wrong === undefined) passed += 1;
  else failed += 1;
  console.log(`${wrong === undefined ? 'ok  ' : 'FAIL'} ${name} (${Math.round((Date.now() - began) / 1000)} s)`);
  if (wrong !== undefined) console.log(wrong);
}

const succeeds = (name, command, args, env) =>
  check(name, () => {
    const { status, stdout, stderr } = run(command, args, env);
    return status === 0 ? undefined : `${stdout}\n${stderr}`.trim().split('\n').slice(-60).join('\n');
  });

const scratch = mkdtempSync(path.join(tmpdir(), 'lockwright-ci-'));
const report = path.join(scratch, 'tests.json');
check('npm test', () => {
  const { status, stdout, stderr } = run('npm', ['test', '--', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`]);
  if (existsSync(report)) {
    const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(report, 'utf8'));
    passed += numPassedTests;
    failed += numFailedTests;
    console.log(`     ${numPassedTests} tests passed, ${numFailedTests} failed`);
    if (numPassedTests === 0) return 'no test was run';
  }
  return status === 0 ? undefined : `${stdout}\n${stderr}`.trim().split('\n').slice(-120).join('\n');
});
succeeds('npm run demo', 'npm', ['run', 'demo']);
succeeds('type check', 'npm', ['run', 'typecheck']);
succeeds('own lint, with our own rules', 'npm', ['run', 'lint']);
succeeds('directions of imports', 'node', ['scripts/check-directions.mjs']);
succeeds('dead code and unused dependencies', 'npm', ['run', 'dead']);
succeeds('a rule made by the scaffold', 'node', ['scripts/check-scaffold.mjs']);
succeeds('documents of rules', 'npm', ['run', 'docs:check']);
succeeds('packages', 'node', ['scripts/check-packages.mjs']);

/** Holds a run over cases against the numbers recorded: what was found stays found, and nothing is falsely reported. */
function cases(name, folder, least, extra = []) {
  check(name, () => {
    const { stdout, stderr } = run('node', [shared, ...(folder ? [folder] : []), '--json', ...extra]);
    let result;
    try {
      result = JSON.parse(stdout);
    } catch {
      return `${stdout}\n${stderr}`;
    }
    const { direct, stretch, falseAlarms } = result;
    console.log(`     ${direct.found} direct and ${stretch.found} stretch reports found, ${falseAlarms} false alarms`);
    if (falseAlarms > 0) return JSON.stringify(result.rows.flatMap((row) => row.falseAlarms), null, 2);
    if (direct.found < least.direct || stretch.found < least.stretch) return `fewer than the ${least.direct} direct and ${least.stretch} stretch recorded`;
    return undefined;
  });
}

if (existsSync(shared)) {
  cases('shared cases of the rules that exist', undefined, recorded.shared, rules.flatMap((rule) => ['--rule', rule]));
  cases('no false alarm in any shared case', undefined, { direct: 0, stretch: 0 });
  cases('own cases', 'tests/cases', recorded.own);
} else {
  failed += 1;
  console.log('FAIL ../shared/cases/run.mjs is missing');
}

rmSync(scratch, { recursive: true, force: true });
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
