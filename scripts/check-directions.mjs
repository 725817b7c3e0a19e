/**
 * Checks that modules import one way only: hosts -> rules -> summaries -> project -> facts; models know nobody, the
 * runtime knows nothing of the rest, and nothing outside facts knows node types. Prints what is wrong; exit status 1.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const SOURCE = fileURLToPath(new URL('../src/', import.meta.url));

/** Layers, and those that each may import besides itself. */
const MAY_IMPORT = {
  'analysis/facts': [],
  'analysis/freshness': ['analysis/facts'],
  'analysis/project': ['analysis/facts', 'analysis/freshness', 'analysis/finding'],
  'analysis/finding': [],
  'analysis/summaries': ['analysis/facts', 'analysis/freshness', 'analysis/project', 'analysis/finding', 'models'],
  models: [],
  rules: ['analysis/facts', 'analysis/project', 'analysis/summaries', 'analysis/finding'],
  version: [],
  engine: ['analysis/facts', 'analysis/freshness', 'analysis/project', 'analysis/summaries', 'analysis/finding', 'models', 'rules', 'version'],
  // Edits are made in the tree that the host has.
  'hosts/edits': ['analysis/facts', 'analysis/finding'],
  hosts: ['hosts/edits', 'analysis/facts', 'engine', 'rules', 'analysis/project', 'analysis/finding', 'version'],
  cli: ['hosts/edits', 'engine', 'rules', 'models', 'analysis/facts', 'analysis/project', 'analysis/summaries', 'analysis/finding', 'version'],
  index: ['hosts', 'rules', 'version'],
  runtime: [],
};

/** Packages that a layer may import; others may import Node's own modules only. */
const PACKAGES = {
  'analysis/project': ['oxc-parser', 'oxc-resolver'],
  models: ['valibot'],
  hosts: ['eslint'],
  cli: ['oxc-parser'],
  index: ['eslint'],
};

const layerOf = (file) => {
  const relative = path.relative(SOURCE, file).split(path.sep).join('/').replace(/\.[jt]s$/, '');
  return Object.keys(MAY_IMPORT).find((layer) => relative === layer || relative.startsWith(`${layer}/`));
};

const files = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts') && !/(?:^|[\\/])dist[\\/]|\.d\.ts$/.test(name))
  .map((name) => path.join(SOURCE, name));

const wrong = [];
for (const file of files) {
  const layer = layerOf(file);
  const name = path.relative(SOURCE, file);
  if (layer === undefined) {
    wrong.push(`${name}: belongs to no layer`);
    continue;
  }
  for (const [, specifier] of readFileSync(file, 'utf8').matchAll(/^(?:import|export)\b[^'";]*?from '([^']+)'/gm)) {
    if (specifier.startsWith('.')) {
      const target = layerOf(path.resolve(path.dirname(file), specifier));
      if (target !== layer && !MAY_IMPORT[layer].includes(target)) wrong.push(`${name}: ${layer} must not import ${target ?? specifier}`);
    } else if (!specifier.startsWith('node:') && !(PACKAGES[layer] ?? []).some((allowed) => specifier === allowed || specifier.startsWith(`${allowed}/`))) {
      wrong.push(`${name}: ${layer} must not import ${specifier}`);
    }
  }
}
if (files.length === 0) wrong.push('no sources found');
for (const line of wrong) console.error(line);
console.log(`${files.length} modules, ${wrong.length} imports in a wrong direction`);
process.exitCode = wrong.length > 0 ? 1 : 0;
