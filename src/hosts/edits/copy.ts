/** A change in place whose value is used, done to a copy instead. */
import type { Edit, Range } from '../../analysis/finding.js';
import { endOf, functionAround, has, pathTo, startOf, textOf, type Node, type Source } from './tree.js';

export function copying(source: Source, range: Range): Edit[] | undefined {
  const path = pathTo(source.program, range);
  const call = path?.at(-1);
  const around = path && functionAround(path);
  // Where the value is dropped, the change itself is what was wanted.
  if (!path || !around || call?.type !== 'CallExpression' || path.at(-2)!.type === 'ExpressionStatement') return undefined;
  const callee = call['callee'] as Node;
  const name = callee.type === 'MemberExpression' && !callee['computed'] ? (callee['property'] as { name?: string }).name : (callee as { name?: string }).name;
  const isList = name === 'sort' || name === 'reverse';
  const changed = isList ? (callee['object'] as Node) : (call['arguments'] as Node[])[0];
  if (!changed || callee['optional'] || path.at(-2)!.type === 'ChainExpression' || changed.type === 'SpreadElement') return undefined;
  if (!isList && name !== 'assign' && name !== 'merge' && name !== 'defaults' && name !== 'defaultsDeep') return undefined;
  // What looks at it afterwards may count on the change.
  const words = textOf(source, changed);
  if (has(around, (node) => startOf(node) >= endOf(call) && textOf(source, node) === words)) return undefined;
  if (isList) return [{ start: startOf(changed), end: endOf(changed), text: `[...${words}]` }];
  return [{ start: startOf(changed), end: startOf(changed), text: '{}, ' }];
}
