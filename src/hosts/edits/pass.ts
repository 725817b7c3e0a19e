/** The transaction, passed to a call that was not given it. */
import type { Edit, RepairKind } from '../../analysis/finding.js';
import { endOf, isShadowed, pathTo, startOf, type Node, type Source } from './tree.js';

export function passing({ program, text }: Source, { call, index, property, value }: Extract<RepairKind, { do: 'pass' }>): Edit[] | undefined {
  const node = pathTo(program, call)?.at(-1);
  if (node?.type !== 'CallExpression' || isShadowed(program, call, value)) return undefined;
  const args = node['arguments'] as readonly Node[];
  if (args.some((arg) => arg.type === 'SpreadElement')) return undefined;
  const entry = property === undefined || property === value ? value : `${property}: ${value}`;
  if (args.length === index) {
    const argument = property === undefined ? entry : `{ ${entry} }`;
    const last = args.at(-1);
    if (last) return [{ start: endOf(last), end: endOf(last), text: `, ${argument}` }];
    // `f()`: before the closing parenthesis, whatever stands between the two.
    const end = endOf(node) - 1;
    return text[end] === ')' ? [{ start: end, end, text: argument }] : undefined;
  }
  const given = args[index];
  if (property === undefined || given?.type !== 'ObjectExpression' || args.length !== index + 1) return undefined;
  const properties = given['properties'] as readonly Node[];
  const last = properties.at(-1);
  if (!last) return [{ start: startOf(given), end: endOf(given), text: `{ ${entry} }` }];
  // What is spread behind it could take it away again.
  return [{ start: endOf(last), end: endOf(last), text: `, ${entry}` }];
}
