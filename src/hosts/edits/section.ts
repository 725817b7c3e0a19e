/** An acquisition and its release as a section: `await mutex.runExclusive(async () => { … })`. */
import type { Edit, RepairKind } from '../../analysis/finding.js';
import { restOfLine } from './finally.js';
import { eolOf, indentAt, indented, indentUnit } from './layout.js';
import { declared, regionOf } from './region.js';
import { endOf, functionAround, has, hasOwn, namesIn, pathTo, startOf, textOf, type Node, type Source } from './tree.js';

export function throughSection(source: Source, { taken, releases, method }: Extract<RepairKind, { do: 'section' }>): Edit[] | undefined {
  const region = regionOf(source, { taken, releases });
  const path = pathTo(source.program, taken);
  if (!path || !region?.release || region.guarded || region.early.length > 0) return undefined;
  const { block, before, body, release, after } = region;
  const awaited = path.at(-1)!;
  const call = awaited.type === 'AwaitExpression' ? (awaited['argument'] as Node) : undefined;
  const callee = call?.type === 'CallExpression' ? (call['callee'] as Node) : undefined;
  if (callee?.type !== 'MemberExpression' || (call!['arguments'] as Node[]).length > 0) return undefined;
  const given = declared([before]);
  if (before.type === 'ExpressionStatement' && before['expression'] !== awaited) return undefined;
  if (body.some((node) => [...namesIn(node)].some((name) => given.has(name))) || !keepsItsTypes(source, path, before, body)) return undefined;
  const last = body.at(-1)!;
  const isMerged = endOf(last) > endOf(release);
  const own = isMerged ? body.slice(0, -1) : body;
  const isTop = functionAround(path)?.['body'] === block;
  const contains = (types: RegExp): boolean => body.some((node) => hasOwn(node, (one) => types.test(one.type)));
  if (contains(/^YieldExpression$/) || (!isTop && contains(/^(?:Break|Continue|Labeled)Statement$/))) return undefined;
  // What is returned from the section is returned by the function, where it is the last thing in it.
  const returns = contains(/^ReturnStatement$/);
  if (returns && (!isTop || after.length > 0)) return undefined;
  const { text } = source;
  const head = `${returns ? 'return' : 'await'} ${textOf(source, callee['object'] as Node)}.${method}(async () => {`;
  const end = text[endOf(release) - 1] === ';' ? '});' : '})';
  const isOneLine = !text.slice(startOf(block), endOf(block)).includes('\n');
  const start = startOf(before);
  const finish = isMerged ? endOf(last) : endOf(release);
  if (isOneLine) {
    const inner = [text.slice(startOf(body[0]!), endOf(own.at(-1)!)), ...(isMerged ? [textOf(source, last)] : [])].join(' ');
    return [{ start, end: finish, text: `${head} ${inner} ${end}` }];
  }
  const unit = indentUnit(text, before, block);
  const eol = eolOf(text);
  const from = restOfLine(text, before, body[0]);
  const stretches: (readonly [number, number])[] = isMerged ? [[from, restOfLine(text, own.at(-1)!, release)], [restOfLine(text, release, last), endOf(last)]] : [[from, startOf(release)]];
  const inner = stretches.map(([a, b]) => indented(source, a, b, unit)).join('').replace(/^(?:[ \t]*\r?\n)+/, '').trimEnd();
  // A remark on the acquisition stays where it was.
  return [{ start, end: finish, text: `${head}${text.slice(endOf(before), from)}${eol}${inner}${eol}${indentAt(text, start)}${end}` }];
}

/**
 * What a function assigns, or has looked at, before a closure is made, counts for nothing in the closure: whatever the
 * region assigns outside of itself, or reads after it was looked at, stays out of one.
 */
function keepsItsTypes({ text }: Source, path: readonly Node[], before: Node, body: readonly Node[]): boolean {
  const around = functionAround(path);
  if (!around) return false;
  const own = declared(body);
  const used = new Set<string>();
  let assigns = false;
  for (const node of body) {
    has(node, (one) => {
      const target = one.type === 'AssignmentExpression' ? (one['left'] as Node) : one.type === 'UpdateExpression' ? (one['argument'] as Node) : undefined;
      if (target && target.type !== 'MemberExpression' && [...namesIn(target)].some((name) => !own.has(name))) assigns = true;
      if (one.type === 'MemberExpression') used.add(text.slice(startOf(one), endOf(one)));
      return false;
    });
  }
  if (assigns) return false;
  return !has(around, (one) => {
    if (one.type === 'MemberExpression') return endOf(one) <= startOf(before) && used.has(text.slice(startOf(one), endOf(one)));
    // A variable that is given another value somewhere is narrowed nowhere else.
    const target = one.type === 'AssignmentExpression' ? (one['left'] as Node) : undefined;
    return target?.type === 'Identifier' && startOf(one) < startOf(before) && body.some((node) => namesIn(node).has(target['name'] as string));
  });
}
