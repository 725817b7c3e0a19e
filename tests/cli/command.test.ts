// The command as users meet it: what it prints where, how it ends, and that one bad thing does not stop the rest.

import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CLEAN, FETCH, project, run, runHere, SEQUENCE } from './projects.js';

describe('findings', () => {
  it('prints the place, the message, the code and the way there', () => {
    const { status, stdout, stderr } = run(project(SEQUENCE), ['check']);
    expect({ status, stderr }).toEqual({ status: 1, stderr: '' });
    expect(stdout).toBe(`src/sequence.ts:9:20  lockwright/no-sleep-in-lock
  Sleeps while \`this.#lock\` (taken at line 8) is held: advance → sleep (store.ts:4) → setTimeout (sleep.ts:1). Release the lock first, and take it again after the wait.

     7 │   next(): Promise<number> {
     8 │     return this.#lock.runExclusive(async () => {
  >  9 │       return await advance();
       │                    ^^^^^^^^^
    10 │     });
    11 │   }

  1. src/sequence.ts:8  takes this.#lock
     │ return this.#lock.runExclusive(async () => {
  2. src/sequence.ts:9  advance
     │ return await advance();
  3. src/store.ts:4     sleep
     │ await sleep(1000);
  4. src/sleep.ts:1     setTimeout
     │ export const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

1 finding in 1 of 3 files.
`);
  });

  it('says so when there are none', async () => {
    const { status, stdout, stderr } = await runHere(project({ 'a.ts': CLEAN, 'types.d.ts': 'export {};' }), ['check']);
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: 'No findings in 1 file.\n', stderr: '' });
  });

  it('reports on the files named only, and follows imports through all', async () => {
    const root = project({ ...SEQUENCE, 'src/fetch.ts': FETCH });
    const sequence = await runHere(root, ['check', 'src/sequence.ts', '--format', 'json']);
    expect(findings(sequence)).toEqual(['no-sleep-in-lock src/sequence.ts:9']);
    const fetch = await runHere(`${root}/src`, ['check', '../src/fetch.ts', '--format', 'json']);
    expect(findings(fetch)).toEqual(['no-await-in-lock src/fetch.ts:5']);
    expect((await runHere(root, ['check', 'src/store.ts'])).status).toBe(0);
  });

  it('counts a file once, however often it is named', async () => {
    const root = project({ 'a/fetch.ts': FETCH });
    const { stdout } = await runHere(root, ['check', 'a', '.', 'a/fetch.ts', `${root}/a`]);
    expect(stdout.split('\n').at(-2)).toBe('1 finding in 1 of 1 file.');
  });

  it('looks into folders that projects leave out when they are named', async () => {
    const root = project({ 'build/fetch.ts': FETCH });
    expect((await runHere(root, ['check', 'build'])).status).toBe(1);
  });

  it('takes each path with its own project', async () => {
    const one = project({ 'fetch.ts': FETCH });
    const two = project({ 'clean.ts': CLEAN });
    const { status, stdout } = await runHere(one, ['check', one, two]);
    expect(status).toBe(1);
    expect(stdout.split('\n').at(-2)).toBe('1 finding in 1 of 2 files.');
  });

  it('keeps to the rules asked for', async () => {
    const root = project({ ...SEQUENCE, 'src/fetch.ts': FETCH });
    const asked = ['check', '--format', 'json', '--rule', 'no-await-in-lock', '--rule', 'lockwright/no-retry-in-lock'];
    expect(findings(await runHere(root, asked))).toEqual(['no-await-in-lock src/fetch.ts:5']);
  });

  it('names a place by where the command runs', async () => {
    const root = project({ 'src/fetch.ts': FETCH });
    expect((await runHere(`${root}/src`, ['check'])).stdout).toMatch(/^fetch\.ts:5:9 {2}/);
  });
});

describe('usage', () => {
  const root = project({ 'a.ts': CLEAN });

  it('prints its help and its version', () => {
    expect(run(root, ['--help'])).toMatchObject({ status: 0, stdout: expect.stringContaining('Usage: lockwright check') });
    expect(run(root, ['check', '-h'])).toMatchObject({ status: 0, stderr: '' });
    expect(run(root, ['--version']).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it.each([
    [[], 'say what to do'],
    [['chek'], 'unknown command `chek`'],
    [['check', '--frmat', 'json'], "unknown option '--frmat'"],
    [['check', '--format', 'xml'], 'unknown format `xml`; there are pretty, json, sarif'],
    [['check', '--format'], "option '--format <value>' argument missing"],
    [['check', '--strict=yes'], "option '--strict' does not take an argument"],
    [['check', '--rule', 'no-such-rule'], 'unknown rule `no-such-rule`; there are no-await-in-lock,'],
  ])('refuses %j', (args, because) => {
    const { status, stdout, stderr } = run(root, args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(/^lockwright: .*`lockwright --help` tells more\.\n$/);
    expect(stderr).toContain(because);
  });
});

describe('what cannot be checked', () => {
  it('tells of a path that does not exist, and checks the others', async () => {
    const { status, stdout, stderr } = await runHere(project({ 'a/fetch.ts': FETCH }), ['check', 'b', 'a', 'a/none.ts']);
    expect(stderr).toBe('lockwright: b: no such file or folder\nlockwright: a/none.ts: no such file or folder\n');
    expect(status).toBe(2);
    expect(stdout).toContain('a/fetch.ts:5:9');
    expect(stdout.split('\n').at(-2)).toBe('1 finding in 1 of 1 file; 2 problems on standard error.');
  });

  it('tells of a file that is no source', async () => {
    const { status, stderr } = await runHere(project({ 'README.md': '', 'a.ts': CLEAN }), ['check', 'README.md', 'a.ts']);
    expect({ status, stderr }).toEqual({ status: 2, stderr: 'lockwright: README.md: not a JavaScript or TypeScript file\n' });
  });

  it('finds nothing wrong with declarations, which run nothing', async () => {
    const { status, stderr } = await runHere(project({ 'a.d.ts': 'export {};' }), ['check', 'a.d.ts']);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });

  it('tells when there is nothing at all', async () => {
    const { status, stdout, stderr } = await runHere(project({ 'README.md': '' }), ['check']);
    expect(status).toBe(2);
    expect(stderr).toBe('lockwright: nothing to check: there is no JavaScript or TypeScript file in the folders named\n');
    expect(stdout).toBe('No findings in 0 files; 1 problem on standard error.\n');
  });

  it('tells of a file that cannot be parsed; met in a folder, it does not change the exit status', async () => {
    const root = project({ 'clean.ts': CLEAN, 'broken.ts': `${FETCH}\nconst = ;\n` });
    const line = 'lockwright: broken.ts: syntax error at 8:7: Unexpected token\n';
    expect(await runHere(root, ['check'])).toMatchObject({ status: 0, stderr: line });
    expect(await runHere(root, ['check', 'clean.ts', 'broken.ts'])).toMatchObject({ status: 2, stderr: line });
    expect(await runHere(root, ['check', 'broken.ts'])).toMatchObject({ status: 2, stderr: line });
  });

  it('tells of a named file that cannot be parsed, though no lock is in it', async () => {
    const root = project({ 'plain.ts': 'const = ;\n' });
    const { status, stderr } = await runHere(root, ['check', 'plain.ts']);
    expect({ status, stderr }).toEqual({ status: 2, stderr: 'lockwright: plain.ts: syntax error at 1:7: Unexpected token\n' });
  });

  it('tells of broken files on the way to what a named file reaches', async () => {
    const root = project({ ...SEQUENCE, 'src/store.ts': 'export async function advance( => 1;\n' });
    const { status, stderr } = await runHere(root, ['check', 'src/sequence.ts']);
    expect(stderr).toMatch(/^lockwright: src\/store\.ts: syntax error at 1:\d+: .*\n$/);
    expect(status).toBe(0);
  });

  it('is incomplete when no file could be parsed', async () => {
    expect((await runHere(project({ 'broken.ts': `${FETCH}\nconst = ;\n` }), ['check'])).status).toBe(2);
  });

  // The superuser may read everything.
  it.skipIf(process.getuid?.() === 0 || process.platform === 'win32')('tells of a file that cannot be read', async () => {
    const root = project({ 'secret.ts': FETCH, 'clean.ts': CLEAN });
    chmodSync(`${root}/secret.ts`, 0);
    const line = 'lockwright: secret.ts: no permission to read it\n';
    expect(await runHere(root, ['check'])).toMatchObject({ status: 0, stderr: line });
    expect(await runHere(root, ['check', 'secret.ts'])).toMatchObject({ status: 2, stderr: line });
  });

  it('tells of a file that is too large', async () => {
    const root = project({ 'large.js': `${FETCH}//${'x'.repeat(2 * 1024 * 1024)}\n`, 'clean.ts': CLEAN });
    const { status, stderr } = await runHere(root, ['check', 'large.js', 'clean.ts']);
    expect({ status, stderr }).toEqual({ status: 2, stderr: 'lockwright: large.js: larger than 2 MB, taken as generated\n' });
  });

  it('tells of a tsconfig that is no JSON, once, and resolves without it', async () => {
    const root = project({ ...SEQUENCE, 'src/a/fetch.ts': FETCH, 'tsconfig.json': '{ "compilerOptions": ' });
    const { status, stdout, stderr } = await runHere(root, ['check']);
    expect(stderr).toMatch(/^lockwright: tsconfig\.json: no valid JSON at 1:\d+: .*; imports are resolved without this tsconfig\n$/);
    expect(status).toBe(1);
    expect(stdout).toContain('2 findings in 2 of 4 files');
  });

  it('tells of a tsconfig that extends what is not there, once for all that do', async () => {
    const tsconfig = '{ "extends": "@acme/tsconfig" }';
    const root = project({
      ...SEQUENCE,
      'packages/a/fetch.ts': FETCH,
      'packages/a/tsconfig.json': tsconfig,
      'packages/b/fetch.ts': FETCH,
      'packages/b/tsconfig.json': tsconfig,
    });
    const { stderr, stdout } = await runHere(root, ['check']);
    expect(stderr).toBe(
      'lockwright: packages/a/tsconfig.json (and 1 other): extends `@acme/tsconfig`, which cannot be found (not installed?); '
        + 'imports are resolved without this tsconfig\n',
    );
    expect(stdout).toContain('3 findings in 3 of 5 files');
  });

  it('tells of a folder that looks like a file', async () => {
    const root = project({ 'a.ts': CLEAN });
    mkdirSync(`${root}/folder.ts`);
    writeFileSync(`${root}/folder.ts/b.ts`, FETCH);
    expect((await runHere(root, ['check', 'folder.ts'])).status).toBe(1);
  });
});

describe('settings in package.json', () => {
  const withSettings = (lockwright: unknown): string =>
    project({
      'package.json': JSON.stringify({ type: 'module', lockwright }),
      'a.ts': `import { Turnstile } from '@acme/turnstile';
const gate = new Turnstile();

export const load = (url: string) => gate.pass(async () => {
  await fetch(url);
});
`,
    });
  const members = { 'Turnstile#pass': { does: 'section', callback: 0 } };

  it('teaches the command the locks of the project', async () => {
    expect((await runHere(withSettings(undefined), ['check'])).status).toBe(0);
    const { status, stdout, stderr } = await runHere(withSettings({ models: [{ package: '@acme/turnstile', members }] }), ['check']);
    expect({ status, stderr }).toEqual({ status: 1, stderr: '' });
    expect(stdout).toContain('a.ts:5:9  lockwright/no-await-in-lock');
  });

  it('tells of each mistake, and uses the rest', async () => {
    const models = [{ package: '@acme/turnstile', members }, { package: '@acme/other', members: { x: { does: 'locks' } } }];
    const { status, stdout, stderr } = await runHere(withSettings({ models, model: [] }), ['check']);
    expect(status).toBe(2);
    expect(stderr.split('\n')).toEqual([
      expect.stringMatching(/^lockwright: package\.json: "lockwright"\.model: unknown key/),
      expect.stringMatching(/^lockwright: package\.json: "lockwright"\.models\[1\]\.members\.x\.does: expected /),
      '',
    ]);
    expect(stdout).toContain('a.ts:5:9  lockwright/no-await-in-lock');
  });

  it('tells of a package.json that is no JSON', async () => {
    const root = project({ 'package.json': '{ "name": ', 'fetch.ts': FETCH });
    const { status, stdout, stderr } = await runHere(root, ['check']);
    expect(status).toBe(2);
    expect(stderr).toMatch(/^lockwright: package\.json: no valid JSON, so its settings are not read: .*\n$/);
    expect(stdout).toContain('1 finding in 1 of 1 file');
  });
});

describe('comments that silence', () => {
  it('are honoured and counted', async () => {
    const reason = '  // eslint-disable-next-line lockwright/no-await-in-lock -- the answer decides who is next\n';
    const root = project({ 'a.ts': FETCH.replace('  await', `${reason}  await`) });
    const { status, stdout } = await runHere(root, ['check']);
    expect({ status, stdout }).toEqual({ status: 0, stdout: 'No findings in 1 file; 1 silenced by comments.\n' });
  });

  it('leave what they do not name', async () => {
    const root = project({ 'a.ts': FETCH.replace('fetch(url);', 'fetch(url); // eslint-disable-line lockwright/no-sleep-in-lock') });
    expect((await runHere(root, ['check'])).status).toBe(1);
  });
});

describe('output', () => {
  const root = project({ 'fetch.ts': FETCH });

  it('is plain in a pipe, coloured on request', async () => {
    const escape = '\u001b[';
    expect((await runHere(root, ['check'])).stdout).not.toContain(escape);
    expect((await runHere(root, ['check'], { FORCE_COLOR: '1' })).stdout).toContain(`${escape}1mfetch.ts:5:9${escape}22m`);
    expect((await runHere(root, ['check'], { FORCE_COLOR: '0' })).stdout).not.toContain(escape);
    expect((await runHere(root, ['check', '--format', 'json'], { FORCE_COLOR: '1' })).stdout).not.toContain(escape);
  });

  it('is JSON, with the problems in it', async () => {
    const { status, stdout, stderr } = await runHere(root, ['check', 'none', '.', '--format', 'json']);
    expect(status).toBe(2);
    expect(stderr).toBe('lockwright: none: no such file or folder\n');
    expect(JSON.parse(stdout)).toMatchObject({
      version: 1,
      findings: [{ rule: 'no-await-in-lock', file: `${root}/fetch.ts`, line: 5, column: 9, endLine: 5, endColumn: 19 }],
      problems: [{ file: `${root}/none`, message: 'no such file or folder' }],
    });
  });

  it('counts with --stats', async () => {
    const { stats } = JSON.parse((await runHere(root, ['check', '--stats', '--format', 'json'])).stdout) as { stats: Record<string, unknown> };
    expect(stats).toMatchObject({ files: 1, interestingFiles: 1, suppressed: 0 });
    expect(stats['findings']).toMatchObject({ 'no-await-in-lock': 1, 'no-sleep-in-lock': 0 });
    expect(stats['callees']).toEqual({ resolved: 3, unknown: 0 });
    for (const key of ['wallTime', 'cpuTime', 'peakMemory']) expect(stats[key]).toBeGreaterThan(0);
    expect((await runHere(root, ['check', '--stats'])).stdout).toMatch(/callees +3 of 3 resolved \(100\.0 %\), 0 unknown\n/);
  });

  it('is the same for every run', async () => {
    const sequence = project(SEQUENCE);
    for (const format of ['pretty', 'json', 'sarif']) {
      const args = ['check', '--strict', '--format', format];
      expect((await runHere(sequence, args)).stdout).toBe((await runHere(sequence, args)).stdout);
    }
  });
});

/** `rule file:line` of each finding in JSON. */
function findings({ stdout }: { stdout: string }): string[] {
  const output = JSON.parse(stdout) as { findings: { rule: string; file: string; line: number }[] };
  return output.findings.map(({ rule, file, line }) => `${rule} ${file.slice(file.indexOf('/src/') + 1)}:${line}`);
}
