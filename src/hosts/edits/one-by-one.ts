/** What was begun all at once, one step after the other. */
import type { Edit, Range } from '../../analysis/finding.js';
import { eolOf, indentAt } from './layout.js';
import { childrenOf, endOf, has, hasOwn, isFunction, mayAwait, namesIn, pathTo, startOf, textOf, type Node, type Source } from './tree.js';

export function oneByOne(source: Source, range: Range): Edit[] | undefined {
  const path = pathTo(source.program, range);
  const call = path?.at(-1);
  if (!path || call?.type !== 'CallExpression' || !mayAwait(path)) return undefined;
  const [only, ...others] = call['arguments'] as Node[];
  if (!only || others.length > 0) return undefined;
  const waits = path.at(-2)!.type === 'AwaitExpression';
  const statement = path.at(waits ? -3 : -2)!;
  const isAlone = statement.type === 'ExpressionStatement';
  const method = methodOf(call);
  if (method === 'forEach') return isAlone && !waits ? replaced(statement, loop(source, call, only)) : undefined;
  if (method !== 'all' || !waits) return undefined;
  if (only.type === 'ArrayExpression') return steps(source, path, only, isAlone ? statement : undefined);
  if (only.type !== 'CallExpression' || !isAlone || methodOf(only) !== 'map') return undefined;
  const [each, ...more] = only['arguments'] as Node[];
  return each && more.length === 0 ? replaced(statement, loop(source, only, each)) : undefined;
}

function methodOf(call: Node): string | undefined {
  const callee = call['callee'] as Node;
  return callee.type === 'MemberExpression' && !callee['computed'] && !callee['optional'] ? (callee['property'] as { name?: string }).name : undefined;
}

const replaced = (node: Node, text: string | undefined): Edit[] | undefined => (text === undefined ? undefined : [{ start: startOf(node), end: endOf(node), text }]);

/** `for (const item of items) { … }` of a callback for each item. */
function loop(source: Source, call: Node, callback: Node): string | undefined {
  const [param, ...others] = (callback['params'] ?? []) as Node[];
  if (callback.type !== 'ArrowFunctionExpression' || !param || others.length > 0) return undefined;
  if (param.type !== 'Identifier' && !param.type.endsWith('Pattern') || param.type === 'AssignmentPattern') return undefined;
  const body = callback['body'] as Node;
  const names = namesIn(param);
  if (has(body, (node) => writes(node, names) || (node.type === 'VariableDeclaration' && node['kind'] === 'var'))) return undefined;
  const annotation = param['typeAnnotation'] as Node | null | undefined;
  const element = source.text.slice(startOf(param), annotation == null ? endOf(param) : startOf(annotation)).trimEnd();
  const head = `for (const ${element} of ${textOf(source, (call['callee'] as Node)['object'] as Node)})`;
  if (body.type === 'BlockStatement') {
    const block = callback['async'] === true ? continuing(source, body) : undefined;
    return block === undefined ? undefined : `${head} ${block}`;
  }
  const work = waited(source, body);
  return work === undefined ? undefined : `${head} ${work};`;
}

function writes(node: Node, names: ReadonlySet<string>): boolean {
  const target = node.type === 'AssignmentExpression' ? (node['left'] as Node) : node.type === 'UpdateExpression' ? (node['argument'] as Node) : undefined;
  return target !== undefined && [...namesIn(target)].some((name) => names.has(name));
}

const BINDS = /^(?:For|While|DoWhile|Switch|Labeled)/;

/** A body in which `return;` goes on with the next element. */
function continuing(source: Source, body: Node): string | undefined {
  const returns: Node[] = [];
  const collect = (node: Node, bound: boolean): boolean => {
    if (node.type === 'ReturnStatement') {
      if (bound || node['argument'] != null) return false;
      returns.push(node);
    }
    return childrenOf(node).every((child) => isFunction(child) || collect(child, bound || BINDS.test(node.type)));
  };
  if (!collect(body, false)) return undefined;
  let text = '';
  let at = startOf(body);
  for (const node of returns) {
    text += `${source.text.slice(at, startOf(node))}continue`;
    at = startOf(node) + 'return'.length;
  }
  return text + source.text.slice(at, endOf(body));
}

function waited(source: Source, node: Node): string | undefined {
  if (node.type === 'AwaitExpression') return textOf(source, node);
  return node.type === 'CallExpression' ? `await ${textOf(source, node)}` : undefined;
}

/** `await Promise.all([a(), b()])` as `await a(); await b();`, also where their results are taken apart. */
function steps(source: Source, path: readonly Node[], list: Node, alone: Node | undefined): Edit[] | undefined {
  const elements = list['elements'] as (Node | null)[];
  const work = elements.map((one) => (one ? waited(source, one) : undefined));
  if (work.length === 0 || work.includes(undefined)) return undefined;
  let parts = work as string[];
  let statement = alone;
  if (!statement) {
    const declarator = path.at(-3)!;
    statement = path.at(-4)!;
    const pattern = declarator['id'] as Node | undefined;
    if (declarator.type !== 'VariableDeclarator' || pattern?.type !== 'ArrayPattern' || (statement['declarations'] as Node[]).length !== 1) return undefined;
    const names = pattern['elements'] as (Node | null)[];
    if (pattern['typeAnnotation'] != null || names.length > parts.length || names.some((name) => name?.type === 'AssignmentPattern' || name?.type === 'RestElement')) return undefined;
    parts = parts.map((part, n) => (names[n] ? `${statement!['kind'] as string} ${textOf(source, names[n])} = ${part}` : part));
  }
  const block = path[path.indexOf(statement) - 1]!;
  if (block.type !== 'BlockStatement' || hasOwn(list, (node) => node.type === 'YieldExpression')) return undefined;
  const isOneLine = !source.text.slice(startOf(block), endOf(block)).includes('\n');
  const separator = isOneLine ? ' ' : eolOf(source.text) + indentAt(source.text, startOf(statement));
  return replaced(statement, parts.map((part) => `${part};`).join(separator));
}
