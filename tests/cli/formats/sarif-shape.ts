/**
 * The part of SARIF 2.1.0's schema that we use, written as a table: for each kind of object its properties, with `!` for
 * those that must be there, and nothing else allowed. Section numbers of the standard stand beside them.
 */
const KINDS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  // 3.13
  log: { '$schema': 'uri', 'version!': 'version', 'runs!': 'run[]' },
  // 3.14
  run: {
    'tool!': 'tool', 'invocations': 'invocation[]', 'results': 'result[]', 'columnKind': 'columnKind',
    'newlineSequences': 'string[]', 'originalUriBaseIds': 'bases', 'properties': 'any',
  },
  // 3.18, 3.19
  tool: { 'driver!': 'driver' },
  driver: { 'name!': 'string', 'semanticVersion': 'semver', 'informationUri': 'uri', 'rules': 'rule[]' },
  // 3.49
  rule: {
    'id!': 'string', 'shortDescription': 'message', 'helpUri': 'uri', 'defaultConfiguration': 'configuration',
    'properties': 'any',
  },
  configuration: { level: 'level' },
  // 3.20, 3.58
  invocation: { 'executionSuccessful!': 'boolean', 'toolExecutionNotifications': 'notification[]' },
  notification: { 'message!': 'message', 'level': 'level', 'locations': 'location[]' },
  // 3.27
  result: {
    'message!': 'message', 'ruleId': 'string', 'ruleIndex': 'count', 'level': 'level', 'locations': 'location[]',
    'codeFlows': 'codeFlow[]', 'fixes': 'fix[]', 'properties': 'any',
  },
  // 3.36 to 3.38
  codeFlow: { 'threadFlows!': 'threadFlow[]' },
  threadFlow: { 'locations!': 'threadFlowLocation[]' },
  threadFlowLocation: { location: 'location' },
  // 3.28 to 3.30, 3.4
  location: { physicalLocation: 'physicalLocation', message: 'message' },
  physicalLocation: { 'artifactLocation!': 'artifactLocation', 'region': 'region' },
  artifactLocation: { 'uri!': 'reference', 'uriBaseId': 'baseId' },
  base: { 'uri!': 'folder', 'description': 'message' },
  region: { 'startLine!': 'positive', 'startColumn': 'positive', 'endLine': 'positive', 'endColumn': 'positive' },
  // 3.55 to 3.57
  fix: { 'artifactChanges!': 'artifactChange[]', 'description': 'message' },
  artifactChange: { 'artifactLocation!': 'artifactLocation', 'replacements!': 'replacement[]' },
  replacement: { 'deletedRegion!': 'region', 'insertedContent': 'content' },
  content: { text: 'string' },
  // 3.11
  message: { 'text!': 'string' },
};

const isString = (value: unknown): value is string => typeof value === 'string';
const isWhole = (value: unknown, least: number): boolean => Number.isInteger(value) && (value as number) >= least;

const VALUES: Readonly<Record<string, (value: unknown) => boolean>> = {
  any: () => true,
  string: isString,
  boolean: (value) => typeof value === 'boolean',
  count: (value) => isWhole(value, 0),
  positive: (value) => isWhole(value, 1),
  version: (value) => value === '2.1.0',
  semver: (value) => isString(value) && /^\d+\.\d+\.\d+/.test(value),
  level: (value) => ['none', 'note', 'warning', 'error'].includes(value as string),
  columnKind: (value) => ['utf16CodeUnits', 'unicodeCodePoints'].includes(value as string),
  uri: (value) => isString(value) && URL.canParse(value),
  folder: (value) => isString(value) && URL.canParse(value) && value.endsWith('/'),
  reference: (value) => isString(value) && /^[\w.~!$&'()*+,;=:@/%-]*$/.test(value) && !/%(?![0-9A-F]{2})/i.test(value),
  baseId: (value) => isString(value) && value !== '',
};

/** What is wrong with a log, each with its path; and what the standard says in words: indexes and bases must exist. */
export function mistakesIn(log: unknown): string[] {
  const mistakes: string[] = [];
  see(log, 'log', '$', mistakes);
  if (mistakes.length > 0) return mistakes;
  for (const run of (log as { runs: Run[] }).runs) {
    const bases = new Set(Object.keys(run.originalUriBaseIds ?? {}));
    for (const [, base] of JSON.stringify(run).matchAll(/"uriBaseId":"([^"]*)"/g)) {
      if (!bases.has(base!)) mistakes.push(`no base ${base!}`);
    }
    for (const { ruleId, ruleIndex } of run.results) {
      if (run.tool.driver.rules[ruleIndex]?.id !== ruleId) mistakes.push(`rule ${ruleIndex} is not ${ruleId}`);
    }
  }
  return mistakes;
}

interface Run {
  tool: { driver: { rules: { id: string }[] } };
  originalUriBaseIds?: object;
  results: { ruleId: string; ruleIndex: number }[];
}

function see(value: unknown, kind: string, path: string, mistakes: string[]): void {
  if (kind.endsWith('[]')) {
    if (!Array.isArray(value)) mistakes.push(`${path}: expected an array`);
    else for (const [n, item] of value.entries()) see(item, kind.slice(0, -2), `${path}[${n}]`, mistakes);
    return;
  }
  if (kind === 'bases') {
    for (const [id, base] of Object.entries(value as object)) see(base, 'base', `${path}.${id}`, mistakes);
    return;
  }
  const properties = KINDS[kind];
  if (!properties) {
    if (!VALUES[kind]!(value)) mistakes.push(`${path}: no ${kind}: ${JSON.stringify(value)}`);
    return;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    mistakes.push(`${path}: expected an object`);
    return;
  }
  const known = new Map(Object.entries(properties).map(([name, type]) => [name.replace('!', ''), type]));
  for (const name of Object.keys(properties)) {
    if (name.endsWith('!') && !Object.hasOwn(value, name.slice(0, -1))) mistakes.push(`${path}: needs ${name.slice(0, -1)}`);
  }
  for (const [name, child] of Object.entries(value)) {
    const type = known.get(name);
    if (type === undefined) mistakes.push(`${path}: unknown ${name}`);
    else see(child, type, `${path}.${name}`, mistakes);
  }
}
