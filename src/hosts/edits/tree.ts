/** Ways through the syntax tree of the file at hand, as ESLint, oxlint or oxc made it. */
import { endOf, startOf, type Node } from '../../analysis/facts/nodes.js';
import type { Range } from '../../analysis/finding.js';

export { endOf, startOf, type Node };

/** The file that edits are made for. */
export interface Source {
  readonly text: string;
  readonly program: Node;
}
export const textOf = ({ text }: Source, node: Node): string => text.slice(startOf(node), endOf(node));

/** Keys of a node that do not lead to its children. */
const ASIDE = new Set(['parent', 'loc', 'range', 'tokens', 'comments']);

export function childrenOf(node: Node): Node[] {
  const found: Node[] = [];
  for (const key of Object.keys(node)) {
    if (ASIDE.has(key)) continue;
    const value: unknown = node[key];
    for (const one of Array.isArray(value) ? value : [value]) if (isNode(one)) found.push(one);
  }
  return found;
}

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string';

/** From the program down to the innermost node of exactly this range; undefined where there is none. */
export function pathTo(program: Node, { start, end }: Range): readonly Node[] | undefined {
  const path = around(program, { start, end });
  const last = path.at(-1)!;
  return startOf(last) === start && endOf(last) === end ? path : undefined;
}

/** Nodes around a range, from the program inwards. */
export function around(program: Node, { start, end }: Range): readonly Node[] {
  const path: Node[] = [];
  let at: Node | undefined = program;
  while (at) {
    path.push(at);
    at = childrenOf(at).find((child) => startOf(child) <= start && endOf(child) >= end);
  }
  return path;
}

/** Whether two functions around a place have a parameter of this name: which of them is meant would have to be found out. */
export const isShadowed = (program: Node, at: Range, name: string): boolean =>
  around(program, at).filter((node) => isFunction(node) && (node['params'] as Node[]).some((param) => namesIn(param).has(name))).length > 1;

const FUNCTIONS = new Set(['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression']);

export const isFunction = (node: Node): boolean => FUNCTIONS.has(node.type);

/** The function whose body a path ends in; undefined at the top, in a parameter, and where a class is made. */
export function functionAround(path: readonly Node[]): Node | undefined {
  for (let n = path.length - 2; n >= 0; n--) {
    const node = path[n]!;
    if (isFunction(node)) return node['body'] === path[n + 1] ? node : undefined;
    if (node.type === 'StaticBlock' || (node.type.endsWith('Definition') && node['value'] === path[n + 1])) return undefined;
  }
  return undefined;
}

/** Whether `await` may stand where a path ends. */
export const mayAwait = (path: readonly Node[]): boolean => functionAround(path)?.['async'] === true;

/** @param into Whether to look into a node; functions are looked into unless it says no. */
export function walk(node: Node, visit: (node: Node) => void, into: (node: Node) => boolean = () => true): void {
  visit(node);
  for (const child of childrenOf(node)) if (into(child)) walk(child, visit, into);
}

/** Whether some node below satisfies a condition. */
export function has(node: Node, is: (node: Node) => boolean, into?: (node: Node) => boolean): boolean {
  let found = false;
  walk(node, (one) => (found ||= is(one)), into);
  return found;
}

/** The same, without looking into functions. */
export const hasOwn = (node: Node, is: (node: Node) => boolean): boolean => has(node, is, (child) => !isFunction(child));

/** Names that a node uses for variables and types; names of properties are none. */
export function namesIn(node: Node, found = new Set<string>()): Set<string> {
  if (node.type === 'Identifier' || node.type === 'JSXIdentifier') found.add(node['name'] as string);
  const name = node.type === 'MemberExpression' ? 'property' : 'key';
  const aside = node['computed'] !== true ? (node[name] as Node | undefined) : undefined;
  for (const child of childrenOf(node)) if (child !== aside) namesIn(child, found);
  return found;
}
