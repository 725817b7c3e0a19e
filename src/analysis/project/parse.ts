/** The text of a file that nobody has parsed yet -> its facts. */
import { parseSync, type ParserOptions } from 'oxc-parser';
import { lowerFile } from '../facts/lower.js';
import type { FileFacts } from '../facts/ir.js';
import { positionOf, lineStarts, type Node } from '../facts/nodes.js';

export interface Parsed {
  readonly facts?: FileFacts;
  /** One sentence, with line and column where the parser gave them. */
  readonly problem?: string;
}

export function parseFacts(file: string, text: string): Parsed {
  if (isTooDeep(text)) return { problem: TOO_DEEP };
  try {
    const result = parseSync(file, text, parserOptions(file));
    const program = result.program as unknown as Node;
    const first = result.errors[0];
    if (first !== undefined && (program['body'] as Node[]).length === 0) {
      const offset = first.labels[0]?.start;
      const at = offset !== undefined ? positionOf(lineStarts(text), offset) : undefined;
      return { problem: `syntax error${at ? ` at ${at.line}:${at.column + 1}` : ''}: ${first.message}` };
    }
    return { facts: lowerFile(program, text) };
  } catch (error) {
    return { problem: error instanceof RangeError ? TOO_DEEP : String(error) };
  }
}

/** The tree alone; undefined where the text does not parse. */
export function parseTree(file: string, text: string): Node | undefined {
  if (isTooDeep(text)) return undefined;
  const { program, errors } = parseSync(file, text, parserOptions(file));
  return errors.length > 0 ? undefined : (program);
}

const TOO_DEEP = 'nested too deeply to analyse';
/** Brackets in brackets. The parser's own stack ends at some 4,000, and the process with it. */
const DEEPEST_NESTING = 2000;

/** Brackets in strings count as well: that errs towards leaving a file out that nobody wrote by hand. */
function isTooDeep(text: string): boolean {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    // ( [ {
    if (c === 40 || c === 91 || c === 123) {
      depth += 1;
      if (depth > DEEPEST_NESTING) return true;
    } else if ((c === 41 || c === 93 || c === 125) && depth > 0) depth -= 1;
  }
  return false;
}

/** How the parser reads a file of this name. */
export function parserOptions(file: string): ParserOptions {
  const lang = /\.tsx$/.test(file) ? 'tsx' : /\.[cm]?ts$/.test(file) ? 'ts' : 'jsx';
  // Parentheses are no nodes in ESLint's trees either.
  return { lang, sourceType: /\.c[jt]s$/.test(file) ? 'script' : 'unambiguous', preserveParens: false };
}
