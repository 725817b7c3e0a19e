/** `await` before an expression whose promise was dropped, kept or returned. */
import type { Edit, RepairKind } from '../../analysis/finding.js';
import { mayAwait, pathTo, startOf, type Node, type Source } from './tree.js';

/** Where `await` before an operand needs no parentheses around the two. */
const ROOM = new Set(['ExpressionStatement', 'VariableDeclarator', 'ReturnStatement', 'IfStatement', 'ConditionalExpression', 'LogicalExpression', 'AssignmentExpression']);

export function awaiting({ program }: Source, { at, returned }: Extract<RepairKind, { do: 'await' }>): Edit[] | undefined {
  const path = pathTo(program, at);
  if (!path || !mayAwait(path) || (returned && !isReturned(path))) return undefined;
  const outer = path.filter((node) => node.type !== 'ChainExpression').at(-2)!;
  const start = startOf(path.at(-1)!);
  if (outer.type === 'UnaryExpression') {
    // `void work()`: what it says is that nobody waits.
    if (outer['operator'] === 'void' && isStatement(path, outer)) return [{ start: startOf(outer), end: start, text: 'await ' }];
    return outer['operator'] === '!' ? [{ start, end: start, text: 'await ' }] : undefined;
  }
  return ROOM.has(outer.type) ? [{ start, end: start, text: 'await ' }] : undefined;
}

/** What is returned is this value, or on some way this one. */
function isReturned(path: readonly Node[]): boolean {
  const passes = new Set(['ChainExpression', 'ConditionalExpression', 'LogicalExpression']);
  return path.slice(0, -1).findLast((node) => !passes.has(node.type))?.type === 'ReturnStatement';
}

const isStatement = (path: readonly Node[], node: Node): boolean => path[path.indexOf(node) - 1]?.type === 'ExpressionStatement';
