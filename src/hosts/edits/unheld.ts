/** Releases of what is not held: the acquisition goes before the `try`, or the release goes. */
import type { Edit, RepairKind } from '../../analysis/finding.js';
import { lineOf, restOfLine } from './finally.js';
import { eolOf, indentAt } from './layout.js';
import { around, endOf, pathTo, startOf, type Node, type Source } from './tree.js';

/** The first statement of a `try` without a `catch`, whose failure its `finally` must not see. */
export function takingBefore({ program, text }: Source, { taken, release }: Extract<RepairKind, { do: 'take before' }>): Edit[] | undefined {
  const path = pathTo(program, taken);
  const n = path?.findLastIndex((node) => node.type === 'ExpressionStatement') ?? -1;
  const statement = path?.[n];
  const tried = path?.[n - 2];
  if (!path || !statement || tried?.type !== 'TryStatement' || tried['handler'] != null || path[n - 3]?.type !== 'BlockStatement') return undefined;
  const expression = statement['expression'] as Node;
  const isAll = [expression, expression['right'], expression['argument'], (expression['right'] as Node | undefined)?.['argument']].includes(path.at(-1));
  const body = (tried['block'] as Node)['body'] as readonly Node[];
  const finalizer = tried['finalizer'] as Node;
  if (!isAll || body[0] !== statement || body.length < 2 || startOf(finalizer) > release.start || endOf(finalizer) < release.end) return undefined;
  const [start, end] = lineOf(text, statement);
  const own = text.slice(startOf(statement), restOfLine(text, statement, body[1]));
  const isOneLine = !text.slice(startOf(tried), endOf(tried)).includes('\n');
  const separator = isOneLine ? ' ' : eolOf(text) + indentAt(text, startOf(tried));
  return [
    { start: startOf(tried), end: startOf(tried), text: own + separator },
    { start, end, text: '' },
  ];
}

/** A statement that nothing hangs on, and that another one makes needless wherever it is come to. */
export function removing({ program, text }: Source, { at, other }: Extract<RepairKind, { do: 'remove' }>): Edit[] | undefined {
  const path = around(program, at);
  const n = path.findLastIndex((node) => node.type === 'ExpressionStatement');
  const statement = path[n];
  const block = path[n - 1];
  if (!statement || block?.type !== 'BlockStatement') return undefined;
  const expression = statement['expression'] as Node;
  const inner = expression.type === 'AwaitExpression' ? (expression['argument'] as Node) : expression;
  if (startOf(inner) !== at.start || endOf(inner) !== at.end) return undefined;
  if (other !== undefined) {
    const isOther = (node: Node): boolean => node !== statement && node.type === 'ExpressionStatement' && startOf(node) <= other && other < endOf(node);
    const isBeside = (block['body'] as Node[]).some(isOther);
    const isAfterwards = path.some((node, at) => node.type === 'TryStatement' && node['finalizer'] != null && path[at + 1] !== node['finalizer'] && ((node['finalizer'] as Node)['body'] as Node[]).some(isOther));
    if (!isBeside && !isAfterwards) return undefined;
  }
  const [start, end] = lineOf(text, statement);
  return [{ start, end, text: '' }];
}
