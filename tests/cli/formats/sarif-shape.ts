/** SARIF 2.1.0's own schema, as Microsoft's matchers for Jest ship it, and what the standard says in words only. */
import { createRequire } from 'node:module';
import Ajv from 'ajv';

const require = createRequire(import.meta.url);

const ajv = new Ajv({ schemaId: 'id', meta: false, allErrors: true, format: 'full' });
ajv.addMetaSchema(require('ajv/lib/refs/json-schema-draft-04.json') as object);
const validate = ajv.compile(require('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json') as object);

interface Run {
  tool: { driver: { rules: { id: string }[] } };
  originalUriBaseIds?: Record<string, { uri: string }>;
  results: { ruleId: string; ruleIndex: number }[];
}

/** What is wrong with a log, each with its path; and what the standard says in words: indexes and bases must exist. */
export function mistakesIn(log: unknown): string[] {
  if (!validate(log)) return (validate.errors ?? []).map(({ dataPath, message }) => `${dataPath === '' ? '$' : dataPath} ${message}`);
  const mistakes: string[] = [];
  for (const run of (log as { runs: Run[] }).runs) {
    const bases = run.originalUriBaseIds ?? {};
    for (const [, base] of JSON.stringify(run).matchAll(/"uriBaseId":"([^"]*)"/g)) {
      if (!Object.hasOwn(bases, base!)) mistakes.push(`no base ${base!}`);
    }
    // 3.14.14: the URI of a base ends with a slash.
    for (const { uri } of Object.values(bases)) if (!uri.endsWith('/')) mistakes.push(`no folder: ${uri}`);
    for (const { ruleId, ruleIndex } of run.results) {
      if (run.tool.driver.rules[ruleIndex]?.id !== ruleId) mistakes.push(`rule ${ruleIndex} is not ${ruleId}`);
    }
  }
  return mistakes;
}
