/**
 * No regular expression of ours takes more time than in proportion to its text: what is linted is written by others, and
 * one line of 2 MB must not hang a linter. Each expression in the sources is examined by `recheck`, which proves that it
 * is linear or finds a text on which it is not.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { checkSync } from 'recheck';
import { globSync } from 'tinyglobby';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const SOURCES = fileURLToPath(new URL('../src/', import.meta.url));

/** Those that are not linear, and why that does no harm. */
const BOUNDED: Readonly<Record<string, string>> = {
  '/\\B(?=(?:\\d{3})+$)/g': 'for the digits of one number',
  '/([\\w$]+)$/': 'for the eighty characters before a name',
};

/** Those that are put together from names when they are needed, by their source: what is put in is no expression. */
const FROM_NAMES: readonly string[] = [
  // Names of calls and handles in an option or a model; a star is as long as one name is.
  "`^${name.split('*').map((part) => part.replace(/[$()+.?[\\\\\\]^{|}]/g, '\\\\$&')).join('.*')}$`",
  "`^${parts.join('.*')}$`",
  "`^${parts.join('')}$`",
  "`(?:^|[=(])${name.replaceAll(/[$()*+.?[\\\\\\]^{|}]/g, '\\\\$&')}(?![\\\\w$])`",
  "`\\\\b(?:${[...names].map((name) => name.replaceAll('$', '\\\\$')).join('|')})\\\\b`",
  // The user's own regular expressions, and those of our models, which are literals of their own.
  'receiver',
  "asWritten[1] ?? ''",
  'pattern',
  'carried',
  "`(?:(?<![\\\\w$.#])([\\\\w$.#]+)\\\\s*=\\\\s*(?:await\\\\s+)?)?(?:${pattern})`",
];

interface Pattern {
  readonly file: string;
  readonly written: string;
  readonly source: string;
  readonly flags: string;
}

const patterns: Pattern[] = [];
const dynamic: string[] = [];
for (const file of globSync('**/*.ts', { cwd: SOURCES, ignore: ['**/dist/**'] }).sort()) {
  const source = ts.createSourceFile(file, readFileSync(SOURCES + file, 'utf8'), ts.ScriptTarget.Latest, true);
  const visit = (node: ts.Node): void => {
    if (ts.isRegularExpressionLiteral(node)) {
      const [, body = '', flags = ''] = /^\/(.*)\/([a-z]*)$/s.exec(node.text) ?? [];
      patterns.push({ file, written: node.text, source: body, flags });
    } else if (ts.isNewExpression(node) && node.expression.getText() === 'RegExp') {
      const [first, flags] = node.arguments!;
      const joined = joinedStrings(first!);
      if (joined === undefined) dynamic.push(first!.getText());
      else patterns.push({ file, written: joined, source: joined, flags: flags && ts.isStringLiteral(flags) ? flags.text : '' });
    } else if (ts.isPropertyAssignment(node) && /^(?:made|carried)$/.test(node.name.getText()) && ts.isStringLiteral(node.initializer)) {
      patterns.push({ file, written: node.initializer.text, source: node.initializer.text, flags: '' });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
}

/** `['a', 'b'].join('|')`. */
function joinedStrings(node: ts.Expression): string | undefined {
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return undefined;
  const { expression, name } = node.expression;
  if (!ts.isArrayLiteralExpression(expression) || name.text !== 'join') return undefined;
  return expression.elements.map((element) => (element as ts.StringLiteral).text).join('|');
}

/**
 * What stands between the bars outside of all brackets. A search for one of several is as long as the searches for each,
 * one after the other, and each alone is examined much faster.
 */
function alternatives(source: string): string[] {
  const found = [''];
  let depth = 0;
  let inClass = false;
  for (const [token] of source.matchAll(/\\.|[^\\]/gs)) {
    if (inClass) inClass = token !== ']';
    else if (token === '[') inClass = true;
    else if (token === '(') depth += 1;
    else if (token === ')') depth -= 1;
    if (token === '|' && depth === 0 && !inClass) found.push('');
    else found.push(found.pop()! + token);
  }
  return found;
}

/** Whether something is repeated 3 or 200 times at most is a factor, and the same for the length of the text. */
const withSmallBounds = (source: string): string =>
  source.replaceAll(/\{(\d+),(\d+)\}/g, (_, least: string, most: string) => `{${Math.min(Number(least), 2)},${Math.min(Number(most), 3)}}`);

/** Milliseconds, on a machine that has other things to do. */
const PATIENCE = 300_000;

describe('regular expressions of the sources', () => {
  it('are found, those of the cheap look among them', () => {
    expect(patterns.length).toBeGreaterThan(200);
    expect(patterns.some(({ file, source }) => file.endsWith('scan.ts') && source.includes('[sS]emaphore'))).toBe(true);
  });

  it('that are made from names are known', () => {
    expect(dynamic.filter((written) => !FROM_NAMES.includes(written))).toEqual([]);
  });

  it.each(patterns)('$file: $written', ({ written, source, flags }) => {
    if (written in BOUNDED) return;
    for (const alternative of alternatives(withSmallBounds(source))) {
      const found = checkSync(alternative, flags, { timeout: PATIENCE });
      expect(found.status, `${alternative} on ${found.status === 'vulnerable' ? found.attack.pattern : '?'}`).toBe('safe');
    }
  }, PATIENCE);
});

describe('the examination', () => {
  it('would notice one that blows up', () => {
    expect(checkSync('^(a+)+$', '').status).toBe('vulnerable');
    expect(checkSync('\\w*=', '').status).toBe('vulnerable');
  });
});
