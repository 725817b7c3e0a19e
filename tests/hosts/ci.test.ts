// What docs/ci.md tells to do.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { FETCH, project, SEQUENCE } from '../cli/projects.js';
import { mistakesIn } from '../cli/formats/sarif-shape.js';
import { projectOf } from '../projects.js';
import { eslint, ESLINTS, IMPORTS, MAIN } from './command.js';

const PAGE = readFileSync(fileURLToPath(new URL('../../docs/ci.md', import.meta.url)), 'utf8');

describe.skipIf(process.platform === 'win32')('the workflow', () => {
  const command = / run: (npx eslint-plugin-lockwright .*)/.exec(PAGE)![1]!;
  const shell = (cwd: string, line: string) =>
    spawnSync('bash', ['-e', '-c', line.replace('npx eslint-plugin-lockwright', `'${process.execPath}' '${MAIN}'`)], { cwd, encoding: 'utf8' });

  it('fails where something is found, and leaves a whole log', () => {
    const root = project(SEQUENCE);
    expect(shell(root, command).status).toBe(1);
    expect(mistakesIn(JSON.parse(readFileSync(`${root}/lockwright.sarif`, 'utf8')))).toEqual([]);
  });

  it('or passes, as the page says, but not where something could not be checked', () => {
    const tolerant = `${command} ${/`… > lockwright\.sarif (\|\| [^`]*)`/.exec(PAGE)![1]!}`;
    expect(shell(project(SEQUENCE), tolerant).status).toBe(0);
    expect(shell(project({ 'README.md': '' }), tolerant).status).not.toBe(0);
  });
});

describe.each(Object.entries(ESLINTS))('%s --suppress-all', (_, command) => {
  const code = FETCH.replace('(url: string)', '(url)');
  const folder = projectOf({ 'eslint.config.mjs': `${IMPORTS}export default [...lockwright.configs.recommended];\n`, 'src/fetch.js': code });
  const lint = (...args: string[]) => eslint(command, folder, [...args, 'src']);

  it('lets old code pass, and what is new not', () => {
    expect(lint().reports).toEqual(['src/fetch.js:5 no-await-in-lock']);
    expect(lint('--suppress-all')).toMatchObject({ reports: [], status: 0 });
    expect(existsSync(`${folder}/eslint-suppressions.json`)).toBe(true);
    expect(lint()).toMatchObject({ reports: [], status: 0 });
    writeFileSync(`${folder}/src/fetch.js`, code.replace('await fetch(url);', 'await fetch(url);\n  await fetch(url);'));
    expect(lint()).toMatchObject({ reports: ['src/fetch.js:5 no-await-in-lock', 'src/fetch.js:6 no-await-in-lock'], status: 1 });
    writeFileSync(`${folder}/src/fetch.js`, code.replace('await fetch(url);', ''));
    expect(lint('--prune-suppressions')).toMatchObject({ reports: [], status: 0 });
    writeFileSync(`${folder}/src/fetch.js`, code);
    expect(lint()).toMatchObject({ reports: ['src/fetch.js:5 no-await-in-lock'], status: 1 });
  });
});
