/** The plugin that ESLint and oxlint load: meta, rules, configs. */
import type { ESLint, Linter } from 'eslint';
import { toESLint } from './hosts/eslint.js';
import { rules } from './rules/index.js';
import { name, version } from './version.js';

const plugin = {
  meta: { name, version, namespace: 'lockwright' },
  rules: Object.fromEntries(rules.map((rule) => [rule.name, toESLint(rule)])),
  configs: {} as Record<'recommended' | 'strict' | 'all', Linter.Config[]>,
} satisfies ESLint.Plugin;

function config(label: string, options: (rule: (typeof rules)[number]) => object | undefined): Linter.Config[] {
  const entries = rules.map((rule): [string, Linter.RuleEntry] => {
    const given = options(rule);
    return [`lockwright/${rule.name}`, given ? ['error', given] : 'error'];
  });
  return [{ name: `lockwright/${label}`, plugins: { lockwright: plugin }, rules: Object.fromEntries(entries) }];
}

Object.assign(plugin.configs, {
  /** What is certain. */
  recommended: config('recommended', () => undefined),
  /** What is likely, too. */
  strict: config('strict', () => ({ confidence: 'likely' })),
  /** Every option turned on. */
  all: config('all', (rule) => ({ confidence: 'likely', ...rule.every })),
});

export { plugin as default, plugin as 'module.exports' };
