/** Our rules as ESLint (and oxlint) load them. */
import type { Rule as ESLintRule } from 'eslint';
import type { Node } from '../analysis/facts/nodes.js';
import { isAmongMarkup, isSource, projectRootOf, slashed } from '../analysis/project/files.js';
import type { Finding } from '../analysis/finding.js';
import { Engine, written } from '../engine.js';
import type { CommonOptions, Rule } from '../rules/rule.js';
import { defectIn, pageOf } from '../rules/rule.js';
import { suggestionsOf } from './edits/index.js';

/** Engines by root and settings; an editor keeps them for as long as it runs. */
const engines = new Map<string, Engine>();
/** Wrong settings are told by one rule on one file: the first that meets them. */
const toldBy = new WeakMap<Engine, { readonly file: string; readonly rule: string }>();

function engineFor(file: string, cwd: string, settings: unknown): Engine {
  const inside = file.startsWith(`${cwd}/`);
  const root = inside ? cwd : projectRootOf(file);
  const key = `${root}\0${written(settings)}`;
  let engine = engines.get(key);
  if (!engine) {
    engine = new Engine(root, settings);
    if (engines.size === 0) process.on('exit', saveAll);
    engines.set(key, engine);
  }
  return engine;
}

function saveAll(): void {
  try {
    engines.forEach((engine) => engine.save());
  } catch {
    // The linter has done its work; what is not kept is found again.
  }
}

export function toESLint(rule: Rule): ESLintRule.RuleModule {
  return {
    meta: {
      type: 'problem',
      docs: { description: rule.description, url: pageOf(rule) },
      messages: { ...rule.messages, settings: '{{problem}}', defect: '{{problem}}' },
      schema: [
        {
          type: 'object',
          properties: {
            confidence: {
              enum: ['certain', 'likely'],
              description: 'Whether to report what is proven only, or also what rests on something taken as likely.',
            },
            ...rule.options,
          },
          additionalProperties: false,
        },
      ],
      defaultOptions: [{ confidence: 'certain', ...rule.defaults }],
      ...(rule.hasSuggestions && { hasSuggestions: true }),
    },
    create(context) {
      const file = slashed(context.physicalFilename);
      // oxlint gives each script of a component by itself: the lines that messages name would be wrong.
      if (!isSource(file) && !(isAmongMarkup(file) && /<script\b/i.test(context.sourceCode.text))) return {};
      const options = { confidence: 'certain', ...rule.defaults, ...(context.options[0] as object | undefined) } as CommonOptions;
      return {
        'Program:exit'(node) {
          const { sourceCode } = context;
          const engine = engineFor(file, slashed(context.cwd), context.settings['lockwright']);
          if (engine.settingErrors.length > 0) {
            const told = toldBy.get(engine) ?? { file, rule: rule.name };
            toldBy.set(engine, told);
            if (told.file === file && told.rule === rule.name) {
              for (const problem of engine.settingErrors) context.report({ node, messageId: 'settings', data: { problem } });
            }
          }
          let findings: readonly Finding[];
          try {
            engine.update(file, sourceCode.text, sourceCode.ast);
            findings = engine.findings(rule, file, options);
          } catch (error) {
            // A defect of ours is no reason to end the linter's run.
            context.report({ loc: { line: 1, column: 0 }, messageId: 'defect', data: { problem: defectIn(rule.name, error) } });
            return;
          }
          for (const finding of findings) {
            context.report({
              loc: { start: sourceCode.getLocFromIndex(finding.start), end: sourceCode.getLocFromIndex(finding.end) },
              messageId: finding.messageId,
              data: { ...finding.data },
              suggest: suggestionsOf(finding, () => ({ text: sourceCode.text, program: sourceCode.ast as unknown as Node })).map((suggestion) => ({
                messageId: suggestion.messageId,
                ...(suggestion.data && { data: { ...suggestion.data } }),
                fix: (fixer) => suggestion.edits.map((edit) => fixer.replaceTextRange([edit.start, edit.end], edit.text)),
              })),
            });
          }
        },
      };
    },
  };
}
