// SARIF: the log has the standard's shape, and says of a finding what the other formats say.

import { expect, it } from 'vitest';
import { sarif } from '../../../src/cli/formats/sarif.js';
import { rules } from '../../../src/rules/index.js';
import { example, outcomeOf } from '../outcomes.js';
import { project, runHere, SEQUENCE } from '../projects.js';
import { mistakesIn } from './sarif-shape.js';

const TOOL = { name: 'eslint-plugin-lockwright', version: '1.2.3' };

function logOf(more: Parameters<typeof example>[0] = {}, outcome: Parameters<typeof outcomeOf>[2] = {}) {
  const { sources, report } = example(more);
  return JSON.parse(sarif(outcomeOf(sources, [report], outcome), TOOL));
}

it('has the shape of SARIF 2.1.0', () => {
  expect(mistakesIn(logOf())).toEqual([]);
  expect(mistakesIn(logOf({ trace: [] }, { problems: [{ message: 'a' }, { file: '/p/x.ts', message: 'b' }] }))).toEqual([]);
});

it('which would not be found in what is no SARIF', () => {
  expect(mistakesIn({ version: '2.1.0', runs: [{ tool: {}, results: [{}] }] })).toEqual([
    ".runs[0].tool should have required property 'driver'",
    ".runs[0].results[0] should have required property 'message'",
  ]);
  const log = logOf();
  log.runs[0].results[0].ruleIndex += 1;
  log.runs[0].results[0].locations[0].physicalLocation.artifactLocation.uriBaseId = 'ELSEWHERE';
  expect(mistakesIn(log)).toEqual(['no base ELSEWHERE', expect.stringMatching(/^rule \d+ is not lockwright\/no-sleep-in-lock$/)]);
  const odd = logOf();
  odd.runs[0].tool.driver.rules[0].helpUri = 'not a URI';
  expect(mistakesIn(odd)).toEqual(['.runs[0].tool.driver.rules[0].helpUri should match format "uri"']);
});

it('says where, what, and by which way', () => {
  const [run0] = logOf().runs;
  const near = { uri: 'src/a%20b.ts', uriBaseId: 'PROJECT' };
  expect(run0.originalUriBaseIds.PROJECT.uri).toBe('file:///p/');
  expect(run0.results).toEqual([
    {
      ruleId: 'lockwright/no-sleep-in-lock',
      ruleIndex: rules.findIndex(({ name }) => name === 'no-sleep-in-lock'),
      level: 'error',
      message: { text: 'Sleeps: go → a → b → sleep.' },
      locations: [
        { physicalLocation: { artifactLocation: near, region: { startLine: 3, startColumn: 9, endLine: 3, endColumn: 16 } } },
      ],
      codeFlows: [
        {
          threadFlows: [
            {
              locations: [
                {
                  location: {
                    physicalLocation: {
                      artifactLocation: near,
                      region: { startLine: 2, startColumn: 1, endLine: 2, endColumn: 11 },
                    },
                    message: { text: 'takes lock' },
                  },
                },
                {
                  location: {
                    physicalLocation: {
                      artifactLocation: { uri: 'src/far.ts', uriBaseId: 'PROJECT' },
                      region: { startLine: 1, startColumn: 34, endLine: 1, endColumn: 42 },
                    },
                    message: { text: 'sleep' },
                  },
                },
              ],
            },
          ],
        },
      ],
      properties: { confidence: 'certain' },
    },
  ]);
});

it('describes every rule, with its page', () => {
  const described = logOf().runs[0].tool.driver.rules;
  expect(described).toHaveLength(rules.length);
  for (const { id, helpUri, shortDescription } of described) {
    expect(helpUri).toMatch(new RegExp(`/docs/rules/${id.replace('lockwright/', '')}\\.md$`));
    expect(shortDescription.text).toMatch(/^(?:Disallow|Require) .*\.$/);
  }
});

it('warns of what is likely', () => {
  expect(logOf({ confidence: 'likely' }).runs[0].results[0].level).toBe('warning');
});

it('offers suggestions as fixes', () => {
  const suggestions = [{ message: 'Turn it.', edits: [{ start: 42, end: 44, text: 'come' }] }];
  const log = logOf({ suggestions });
  expect(mistakesIn(log)).toEqual([]);
  expect(log.runs[0].results[0].fixes[0].artifactChanges[0].replacements).toEqual([
    { deletedRegion: { startLine: 3, startColumn: 9, endLine: 3, endColumn: 11 }, insertedContent: { text: 'come' } },
  ]);
});

it('tells whether all went well', () => {
  const problems = [{ file: '/elsewhere/x.ts', message: 'no such file or folder' }];
  const [invocation] = logOf({}, { problems, incomplete: true }).runs[0].invocations;
  expect(invocation).toEqual({
    executionSuccessful: false,
    toolExecutionNotifications: [
      {
        level: 'warning',
        message: { text: 'no such file or folder' },
        locations: [{ physicalLocation: { artifactLocation: { uri: 'file:///elsewhere/x.ts' } } }],
      },
    ],
  });
});

it('is what the command prints, chains, suggestions and problems included', async () => {
  const files = {
    ...SEQUENCE,
    'src/broken.ts': "import { Mutex } from 'async-mutex';\nconst = new Mutex();\n",
    'src/a b#ü.ts': `import { Mutex } from 'async-mutex';
import pRetry from 'p-retry';
const lock = new Mutex();
export const load = (url: string) => lock.runExclusive(() => pRetry(() => fetch(url)));
`,
  };
  const log = JSON.parse((await runHere(project(files), ['check', '--format', 'sarif', '--strict'])).stdout);
  expect(mistakesIn(log)).toEqual([]);
  const { results, invocations } = log.runs[0];
  expect(results.map(({ ruleId }: { ruleId: string }) => ruleId)).toEqual(expect.arrayContaining(['lockwright/no-retry-in-lock', 'lockwright/no-sleep-in-lock']));
  expect(results.filter(({ fixes }: { fixes?: unknown }) => fixes)).not.toEqual([]);
  expect(results.every(({ codeFlows }: { codeFlows?: unknown[] }) => codeFlows?.length === 1)).toBe(true);
  expect(invocations[0].toolExecutionNotifications).toHaveLength(1);
});

it('has a code flow from the acquisition to what happens in the end', async () => {
  const { status, stdout } = await runHere(project(SEQUENCE), ['check', '--format', 'sarif', '--stats']);
  expect(status).toBe(1);
  const log = JSON.parse(stdout);
  expect(mistakesIn(log)).toEqual([]);
  const { results } = log.runs[0];
  expect(results).toHaveLength(1);
  expect(results[0].locations[0].physicalLocation.artifactLocation.uri).toBe('src/sequence.ts');
  expect(results[0].codeFlows[0].threadFlows[0].locations).toHaveLength(4);
});
