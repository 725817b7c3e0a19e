/** Lines and indentation, as the file has them. */
import { endOf, startOf, walk, type Node, type Source } from './tree.js';

export const eolOf = (text: string): string => (text.includes('\r\n') ? '\r\n' : '\n');

/** Where the line of an offset begins. */
export function lineStart(text: string, offset: number): number {
  let at = offset;
  while (at > 0 && text[at - 1] !== '\n') at--;
  return at;
}

/** Where the line of an offset ends, before its terminator. */
export function lineEnd(text: string, offset: number): number {
  const end = text.indexOf('\n', offset);
  if (end < 0) return text.length;
  return text[end - 1] === '\r' && end - 1 >= offset ? end - 1 : end;
}

/** What the line of an offset begins with. */
export const indentAt = (text: string, offset: number): string => /^[ \t]*/.exec(text.slice(lineStart(text, offset)))![0];

/** One step of indentation, as the block around a statement has it. */
export function indentUnit(text: string, statement: Node, block: Node): string {
  const inner = indentAt(text, startOf(statement));
  const outer = indentAt(text, endOf(block) - 1);
  if (inner.length > outer.length && inner.startsWith(outer)) return inner.slice(outer.length);
  return inner.startsWith('\t') ? '\t' : '  ';
}

/** Adds to (or, with a negative `by`, takes from) the indentation of the lines of a stretch of the file, but for what stands in texts. */
export function indented({ text, program }: Source, from: number, to: number, unit: string): string {
  const texts: (readonly [number, number])[] = [];
  const inside: (readonly [number, number])[] = [];
  walk(
    program,
    (node) => {
      if (node.type === 'TemplateLiteral') {
        texts.push([startOf(node), endOf(node)]);
        for (const one of node['expressions'] as Node[]) inside.push([startOf(one), endOf(one)]);
      } else if (node.type === 'Literal') texts.push([startOf(node), endOf(node)]);
    },
    (child) => startOf(child) < to && endOf(child) > from,
  );
  const isText = (at: number): boolean => {
    const within = ([start, end]: readonly [number, number]): boolean => start < at && at < end;
    const narrow = (all: readonly (readonly [number, number])[]): number => Math.min(...all.filter(within).map(([start, end]) => end - start));
    // In a text, and not in an expression in it.
    return narrow(texts) < narrow(inside);
  };
  let result = '';
  for (let at = from; at < to; ) {
    const newline = text.indexOf('\n', at);
    const end = newline < 0 || newline >= to ? to : newline + 1;
    const line = text.slice(at, end);
    const isStart = at === 0 || text[at - 1] === '\n';
    result += isStart && line.trim() !== '' && !isText(at) ? unit + line : line;
    at = end;
  }
  return result;
}
