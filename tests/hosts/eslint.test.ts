import { Linter } from 'eslint';
import { expect, it } from 'vitest';
import { toESLint } from '../../src/hosts/eslint.js';
import { rules } from '../../src/rules/index.js';
import type { Rule } from '../../src/rules/rule.js';
import { projectOf } from '../projects.js';

const CODE = `
import { Mutex } from 'async-mutex';
const lock = new Mutex();
export const load = () => lock.runExclusive(() => fetch('https://example.org'));
`;

it('a rule that throws is told of, and the other rules go on', () => {
  let asked = 0;
  const broken: Rule = {
    name: 'broken',
    description: 'disallow it',
    messages: {},
    defaults: {},
    find(analysis, file) {
      asked += 1;
      // In the middle of an answer on which others may rest.
      analysis.answer('broken', { file, fn: 0 }, 0, () => {
        throw new TypeError('cannot read\nof undefined');
      });
      return [];
    },
  };
  const working = rules.find(({ name }) => name === 'no-await-in-lock')!;
  const folder = projectOf({ 'load.mjs': CODE });
  const messages = new Linter({ cwd: folder }).verify(
    CODE,
    {
      files: ['**/*.mjs'],
      plugins: { lockwright: { rules: { broken: toESLint(broken), [working.name]: toESLint(working) } } },
      rules: { 'lockwright/broken': 'error', [`lockwright/${working.name}`]: 'error' },
    } as Linter.Config,
    { filename: `${folder}/load.mjs` },
  );
  expect(asked).toBe(1);
  expect(messages).toMatchObject([
    { ruleId: 'lockwright/broken', line: 1, message: expect.stringContaining('broken failed, which is a defect of lockwright: cannot read') },
    { ruleId: 'lockwright/no-await-in-lock', line: 4 },
  ]);
});
