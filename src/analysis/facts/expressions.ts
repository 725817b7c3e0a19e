/** Expressions and patterns -> instructions; the order of the instructions is the order of evaluation. */
import { EXPORT_ALL, type BlockIndex, type Temp } from './ir.js';
import type { FileLowering } from './lower.js';
import { keyName, type Node } from './nodes.js';
import { lowerType, typeArguments } from './types.js';

/**
 * @param name The name that a function or class gets from where its value goes (`const name = () => …`).
 * @returns The temp that is the expression's value.
 */
export function lowerExpression(l: FileLowering, node: Node, name?: string): Temp {
  switch (node.type) {
    case 'Identifier':
      return readName(l, node);
    case 'Literal':
      return literal(l, node);
    case 'TemplateLiteral':
      return template(l, node);
    case 'ThisExpression':
      return l.emit({ op: 'this' }, node);
    case 'Super':
      return l.emit({ op: 'super' }, node);
    case 'ChainExpression':
      return lowerExpression(l, node['expression'] as Node, name);
    case 'ParenthesizedExpression':
      return lowerExpression(l, node['expression'] as Node, name);
    case 'MemberExpression':
      return member(l, node);
    case 'CallExpression':
    case 'NewExpression':
      return call(l, node);
    case 'ImportExpression':
      // `import.defer()` while its argument is not there yet: typescript-eslint reads that.
      if (node['source'] == null) return l.emit({ op: 'unknown' }, node);
      return l.emit({ op: 'importcall', source: lowerExpression(l, node['source'] as Node) }, node);
    case 'TaggedTemplateExpression': {
      const fn = lowerExpression(l, node['tag'] as Node);
      const text = template(l, node['quasi'] as Node);
      return l.emit({ op: 'call', fn, args: [text] }, node);
    }
    case 'AwaitExpression':
      return l.emit({ op: 'await', value: lowerExpression(l, node['argument'] as Node) }, node);
    case 'YieldExpression': {
      const argument = node['argument'] as Node | null | undefined;
      const value = argument != null ? lowerExpression(l, argument) : undefined;
      return l.emit(
        { op: 'yield', ...(value !== undefined && { value }), ...(node['delegate'] && { star: true as const }) },
        node,
      );
    }
    case 'ArrowFunctionExpression':
      return l.emit({ op: 'fn', fn: l.function(node, 'arrow', name ?? '', node) }, node);
    case 'FunctionExpression': {
      const id = node['id'] as Node | null | undefined;
      const own = id != null ? (id['name'] as string) : (name ?? '');
      return l.emit({ op: 'fn', fn: l.function(node, 'function', own, id ?? node) }, node);
    }
    case 'ClassExpression':
      return l.class(node, (node['id']?.name as string | undefined) ?? name ?? '').value;
    case 'ObjectExpression':
      return object(l, node);
    case 'ArrayExpression':
      return array(l, node);
    case 'ConditionalExpression':
      return conditional(l, node, name);
    case 'LogicalExpression':
      return logical(l, node, name);
    case 'AssignmentExpression':
      return assignment(l, node);
    case 'UpdateExpression': {
      const target = node['argument'] as Node;
      const reference = lowerReference(l, target);
      const old = reference.read();
      const one = l.emit({ op: 'const', value: 1 }, node);
      const value = l.emit({ op: 'binary', sign: node['operator'] === '++' ? '+' : '-', left: old, right: one }, node);
      reference.write(value, node);
      return node['prefix'] ? value : old;
    }
    case 'UnaryExpression':
      return unary(l, node);
    case 'BinaryExpression':
      return binary(l, node);
    case 'SequenceExpression': {
      let last: Temp = 0;
      for (const part of node['expressions'] as Node[]) last = lowerExpression(l, part);
      return last;
    }
    case 'SpreadElement':
      return lowerExpression(l, node['argument'] as Node);
    case 'TSAsExpression':
    case 'TSTypeAssertion': {
      const value = lowerExpression(l, node['expression'] as Node, name);
      const type = lowerType(node['typeAnnotation'] as Node);
      // `as const` and casts to what says nothing leave the value as it is.
      if (!type || (type.k === 'ref' && type.name[0] === 'const')) return value;
      return l.emit({ op: 'cast', value, type }, node);
    }
    case 'TSSatisfiesExpression':
    case 'TSInstantiationExpression':
      return lowerExpression(l, node['expression'] as Node, name);
    case 'TSNonNullExpression':
      return l.emit({ op: 'nonnull', value: lowerExpression(l, node['expression'] as Node, name) }, node);
    case 'JSXElement':
    case 'JSXFragment':
      return jsx(l, node);
    default:
      return l.emit({ op: 'unknown' }, node);
  }
}

/** Lowers a condition to jumps, so that `a && !b` tells each branch what it knows. */
export function lowerCondition(l: FileLowering, node: Node, yes: BlockIndex, no: BlockIndex): void {
  const { graph } = l;
  if (node.type === 'UnaryExpression' && node['operator'] === '!') {
    lowerCondition(l, node['argument'] as Node, no, yes);
    return;
  }
  if (node.type === 'LogicalExpression' && node['operator'] !== '??') {
    const right = graph.block();
    if (node['operator'] === '&&') lowerCondition(l, node['left'] as Node, right, no);
    else lowerCondition(l, node['left'] as Node, yes, right);
    graph.start(right);
    lowerCondition(l, node['right'] as Node, yes, no);
    return;
  }
  if (node.type === 'Literal' && typeof node['value'] === 'boolean') {
    graph.goto(node['value'] ? yes : no);
    return;
  }
  graph.finish({ k: 'branch', on: lowerExpression(l, node), yes, no });
}

function readName(l: FileLowering, node: Node): Temp {
  const name = node['name'] as string;
  if (name === 'undefined') return l.emit({ op: 'undefined' }, node);
  const v = l.scope.find(name);
  return v !== undefined ? l.emit({ op: 'get', v }, node) : l.emit({ op: 'global', name }, node);
}

function literal(l: FileLowering, node: Node): Temp {
  if (node['regex'] != null) return l.emit({ op: 'regex' }, node);
  const value: unknown = node['value'];
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
    return l.emit({ op: 'const', value }, node);
  }
  return l.emit({ op: 'unknown' }, node);
}

function template(l: FileLowering, node: Node): Temp {
  const parts = (node['quasis'] as Node[]).map((q) => ((q['value'] as { cooked?: string | null }).cooked ?? ''));
  const args = (node['expressions'] as Node[]).map((e) => lowerExpression(l, e));
  if (args.length === 0) return l.emit({ op: 'const', value: parts[0] ?? '' }, node);
  return l.emit({ op: 'template', parts, args }, node);
}

function member(l: FileLowering, node: Node): Temp {
  const obj = lowerExpression(l, node['object'] as Node);
  const property = node['property'] as Node;
  const name = keyName(property, Boolean(node['computed']));
  const opt = node['optional'] ? { opt: true as const } : {};
  if (name !== undefined) return l.emit({ op: 'member', obj, name, ...opt }, node);
  return l.emit({ op: 'index', obj, key: lowerExpression(l, property), ...opt }, node);
}

function call(l: FileLowering, node: Node): Temp {
  const fn = lowerExpression(l, node['callee'] as Node);
  let spread: number | undefined;
  const args = ((node['arguments'] ?? []) as Node[]).map((argument, i) => {
    if (argument.type === 'SpreadElement') spread ??= i;
    return lowerExpression(l, argument);
  });
  const targs = typeArguments(node);
  return l.emit(
    {
      op: 'call',
      fn,
      args,
      ...(spread !== undefined && { spread }),
      ...(node.type === 'NewExpression' && { new: true as const }),
      ...(node['optional'] && { opt: true as const }),
      ...(targs && { targs }),
    },
    node,
  );
}

function object(l: FileLowering, node: Node): Temp {
  const functions: number[] = [];
  const props = (node['properties'] as Node[]).map((property) => {
    if (property.type === 'SpreadElement') {
      return { value: lowerExpression(l, property['argument'] as Node), kind: 'spread' as const };
    }
    const key = property['key'] as Node;
    const name = keyName(key, Boolean(property['computed']));
    if (name === undefined) lowerExpression(l, key);
    const value = property['value'] as Node;
    const accessor = property['kind'] === 'get' || property['kind'] === 'set';
    const method = accessor || Boolean(property['method']);
    let temp: Temp;
    if (method) {
      const fn = l.function(value, accessor ? (property['kind'] as 'get' | 'set') : 'method', name ?? '', key);
      functions.push(fn);
      temp = l.emit({ op: 'fn', fn }, property);
    } else {
      temp = lowerExpression(l, value, name);
      if (value.type === 'FunctionExpression') functions.push(l.function(value, 'function', name ?? '', value));
    }
    return {
      ...(name !== undefined && { name }),
      value: temp,
      ...(accessor && { kind: property['kind'] as 'get' | 'set' }),
    };
  });
  const temp = l.emit({ op: 'object', props }, node);
  for (const fn of functions) l.functions[fn]!.object ??= temp;
  return temp;
}

function array(l: FileLowering, node: Node): Temp {
  const items: Temp[] = [];
  const spread: number[] = [];
  for (const element of node['elements'] as (Node | null)[]) {
    if (element == null) {
      items.push(l.emit({ op: 'undefined' }, node));
      continue;
    }
    if (element.type === 'SpreadElement') spread.push(items.length);
    items.push(lowerExpression(l, element));
  }
  return l.emit({ op: 'array', items, ...(spread.length > 0 && { spread }) }, node);
}

function conditional(l: FileLowering, node: Node, name: string | undefined): Temp {
  const { graph } = l;
  const yes = graph.block();
  const no = graph.block();
  const after = graph.block();
  lowerCondition(l, node['test'] as Node, yes, no);
  graph.start(yes);
  const a = lowerExpression(l, node['consequent'] as Node, name);
  graph.goto(after);
  graph.start(no);
  const b = lowerExpression(l, node['alternate'] as Node, name);
  graph.goto(after);
  graph.start(after);
  return l.emit({ op: 'join', of: [a, b], how: '?:' }, node);
}

function logical(l: FileLowering, node: Node, name: string | undefined): Temp {
  const { graph } = l;
  const how = node['operator'] as '??' | '||' | '&&';
  const left = lowerExpression(l, node['left'] as Node, name);
  const other = graph.block();
  const after = graph.block();
  graph.finish(
    how === '&&' ? { k: 'branch', on: left, yes: other, no: after } : { k: 'branch', on: left, yes: after, no: other },
  );
  graph.start(other);
  const right = lowerExpression(l, node['right'] as Node, name);
  graph.goto(after);
  graph.start(after);
  return l.emit({ op: 'join', of: [left, right], how }, node);
}

interface Reference {
  read(): Temp;
  write(value: Temp, at: Node): void;
}

/** A place that can be read and written; its object and key are evaluated once. */
function lowerReference(l: FileLowering, target: Node): Reference {
  const node = unwrapTarget(target);
  if (node.type === 'Identifier') {
    return { read: () => readName(l, node), write: (value, at) => writeName(l, node, value, at) };
  }
  if (node.type === 'MemberExpression') {
    const obj = lowerExpression(l, node['object'] as Node);
    const property = node['property'] as Node;
    const name = keyName(property, Boolean(node['computed']));
    if (name !== undefined) {
      return {
        read: () => l.emit({ op: 'member', obj, name }, node),
        write: (value, at) => void l.emit({ op: 'setmember', obj, name, value }, at),
      };
    }
    const key = lowerExpression(l, property);
    return {
      read: () => l.emit({ op: 'index', obj, key }, node),
      write: (value, at) => void l.emit({ op: 'setindex', obj, key, value }, at),
    };
  }
  return { read: () => l.emit({ op: 'unknown' }, node), write: () => undefined };
}

/** `(x as T) = …` and `x! = …` write to x. */
function unwrapTarget(node: Node): Node {
  while (
    node.type === 'TSAsExpression' ||
    node.type === 'TSNonNullExpression' ||
    node.type === 'TSTypeAssertion' ||
    node.type === 'TSSatisfiesExpression' ||
    node.type === 'ParenthesizedExpression'
  ) {
    node = node['expression'] as Node;
  }
  return node;
}

function writeName(l: FileLowering, node: Node, value: Temp, at: Node): void {
  const v = l.scope.find(node['name'] as string);
  if (v !== undefined) l.emit({ op: 'set', v, value }, at);
}

function assignment(l: FileLowering, node: Node): Temp {
  const left = node['left'] as Node;
  const right = node['right'] as Node;
  const operator = node['operator'] as string;
  if (operator === '=') {
    if (left.type === 'ObjectPattern' || left.type === 'ArrayPattern') {
      const value = lowerExpression(l, right);
      assignPattern(l, left, value);
      return value;
    }
    const reference = lowerReference(l, left);
    const target = unwrapTarget(left);
    const name =
      target.type === 'Identifier'
        ? (target['name'] as string)
        : target.type === 'MemberExpression'
          ? keyName(target['property'] as Node, Boolean(target['computed']))
          : undefined;
    const value = lowerExpression(l, right, name);
    reference.write(value, node);
    commonJsExport(l, target, value);
    return value;
  }
  const reference = lowerReference(l, left);
  const old = reference.read();
  if (operator === '??=' || operator === '||=' || operator === '&&=') {
    const { graph } = l;
    const how = operator.slice(0, -1) as '??' | '||' | '&&';
    const other = graph.block();
    const after = graph.block();
    graph.finish(
      how === '&&' ? { k: 'branch', on: old, yes: other, no: after } : { k: 'branch', on: old, yes: after, no: other },
    );
    graph.start(other);
    const value = lowerExpression(l, right);
    reference.write(value, node);
    graph.goto(after);
    graph.start(after);
    return l.emit({ op: 'join', of: [old, value], how }, node);
  }
  const value = l.emit(
    { op: 'binary', sign: operator.slice(0, -1), left: old, right: lowerExpression(l, right) },
    node,
  );
  reference.write(value, node);
  return value;
}

/** `module.exports = x`, `export = x`: all of it, and where that is written as an object each of its members. */
export function exportAll(l: FileLowering, value: Temp): void {
  exportValue(l, EXPORT_ALL, value);
  const whole = l.graph.code[value];
  if (whole?.op !== 'object') return;
  for (const { name, kind, value: member } of whole.props) if (name !== undefined && kind === undefined) exportValue(l, name, member);
}

function exportValue(l: FileLowering, name: string, value: Temp): void {
  const i = l.graph.code[value];
  l.exports.push(i?.op === 'get' ? { name, v: i.v, read: value } : { name, value });
}

/** `module.exports = x`, `module.exports.a = x` and `exports.a = x` at the top of a file are its exports. */
function commonJsExport(l: FileLowering, target: Node, value: Temp): void {
  if (l.context.index !== 0 || target.type !== 'MemberExpression' || target['computed']) return;
  const isGlobal = (node: Node, name: string): boolean =>
    node.type === 'Identifier' && node['name'] === name && l.scope.find(name) === undefined;
  const object = target['object'] as Node;
  const property = (target['property'] as Node)['name'] as string;
  if (isGlobal(object, 'module') && property === 'exports') exportAll(l, value);
  else if (isGlobal(object, 'exports')) exportValue(l, property, value);
  else if (
    object.type === 'MemberExpression' &&
    isGlobal(object['object'] as Node, 'module') &&
    (object['property'] as Node)['name'] === 'exports'
  ) {
    exportValue(l, property, value);
  }
}

function unary(l: FileLowering, node: Node): Temp {
  const argument = node['argument'] as Node;
  const sign = node['operator'] as string;
  if (sign === 'delete') {
    const target = unwrapTarget(argument.type === 'ChainExpression' ? (argument['expression'] as Node) : argument);
    if (target.type !== 'MemberExpression') return l.emit({ op: 'unknown' }, node);
    const obj = lowerExpression(l, target['object'] as Node);
    const name = keyName(target['property'] as Node, Boolean(target['computed']));
    if (name !== undefined) return l.emit({ op: 'delete', obj, name }, node);
    return l.emit({ op: 'delete', obj, key: lowerExpression(l, target['property'] as Node) }, node);
  }
  const value = lowerExpression(l, argument);
  // `void work()` is kept apart: it says that nobody waits, on purpose.
  if (sign === 'void' && l.graph.code[value]?.op === 'const') return l.emit({ op: 'undefined' }, node);
  return l.emit({ op: 'unary', sign, arg: value }, node);
}

/** Long chains (`'a' + 'b' + …`) nest to the left, thousands deep in generated code: walked without recursion. */
function binary(l: FileLowering, node: Node): Temp {
  const chain: Node[] = [];
  let leftmost = node;
  while (leftmost.type === 'BinaryExpression') {
    chain.push(leftmost);
    leftmost = leftmost['left'] as Node;
  }
  let value =
    leftmost.type === 'PrivateIdentifier' ? l.emit({ op: 'unknown' }, leftmost) : lowerExpression(l, leftmost);
  for (let i = chain.length - 1; i >= 0; i--) {
    const part = chain[i]!;
    const right = lowerExpression(l, part['right'] as Node);
    value = l.emit({ op: 'binary', sign: part['operator'] as string, left: value, right }, part);
  }
  return value;
}

/** What JSX evaluates; the functions in it run later. */
function jsx(l: FileLowering, node: Node): Temp {
  const of: Temp[] = [];
  const visit = (part: Node | null | undefined): void => {
    if (part == null) return;
    switch (part.type) {
      case 'JSXElement':
        for (const attribute of (part['openingElement'] as Node)['attributes'] as Node[]) {
          if (attribute.type === 'JSXSpreadAttribute') of.push(lowerExpression(l, attribute['argument'] as Node));
          else visit(attribute['value'] as Node);
        }
        for (const child of part['children'] as Node[]) visit(child);
        break;
      case 'JSXFragment':
        for (const child of part['children'] as Node[]) visit(child);
        break;
      case 'JSXExpressionContainer':
      case 'JSXSpreadChild': {
        const inner = part['expression'] as Node;
        if (inner.type !== 'JSXEmptyExpression') of.push(lowerExpression(l, inner));
        break;
      }
      default:
        break;
    }
  };
  visit(node);
  return l.emit({ op: 'unknown', of }, node);
}

// --- patterns

/** Writes the parts of `value` to the places of a pattern; variables in it have been declared already. */
export function assignPattern(l: FileLowering, pattern: Node, value: Temp): void {
  switch (pattern.type) {
    case 'Identifier':
    case 'MemberExpression':
    case 'TSAsExpression':
    case 'TSNonNullExpression':
      lowerReference(l, pattern).write(value, pattern);
      return;
    case 'AssignmentPattern': {
      const otherwise = lowerExpression(l, pattern['right'] as Node);
      assignPattern(l, pattern['left'] as Node, l.emit({ op: 'join', of: [value, otherwise], how: '??' }, pattern));
      return;
    }
    case 'ObjectPattern': {
      const typed = withType(l, pattern, value);
      for (const property of pattern['properties'] as Node[]) {
        if (property.type === 'RestElement') {
          assignPattern(l, property['argument'] as Node, l.emit({ op: 'rest', of: typed }, property));
          continue;
        }
        const name = keyName(property['key'] as Node, Boolean(property['computed']));
        const part =
          name !== undefined
            ? l.emit({ op: 'member', obj: typed, name }, property)
            : l.emit({ op: 'index', obj: typed, key: lowerExpression(l, property['key'] as Node) }, property);
        assignPattern(l, property['value'] as Node, part);
      }
      return;
    }
    case 'ArrayPattern': {
      const typed = withType(l, pattern, value);
      (pattern['elements'] as (Node | null)[]).forEach((element, i) => {
        if (element == null) return;
        if (element.type === 'RestElement') {
          assignPattern(l, element['argument'] as Node, l.emit({ op: 'rest', of: typed, from: i }, element));
        } else assignPattern(l, element, l.emit({ op: 'member', obj: typed, name: String(i) }, element));
      });
      return;
    }
    default:
      return;
  }
}

/** `({ a }: T)`: what is taken apart has the written type. */
function withType(l: FileLowering, pattern: Node, value: Temp): Temp {
  const type = lowerType(pattern['typeAnnotation'] as Node);
  return type ? l.emit({ op: 'cast', value, type }, pattern) : value;
}
