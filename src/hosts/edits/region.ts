/**
 * The statements between an acquisition and its release: where they stand in one list, a `finally` or a section can be
 * put around them. Whatever is not as simple as that has no region.
 */
import type { Range, TakenHere } from '../../analysis/finding.js';
import { around, endOf, functionAround, hasOwn, namesIn, pathTo, startOf, textOf, type Node, type Source } from './tree.js';

export interface Region {
  readonly block: Node;
  /** The statement that takes it. */
  readonly taking: Node;
  /** The last statement before the region: the one that takes it, or the test whether it was got. */
  readonly before: Node;
  readonly body: readonly Node[];
  /** The statement of the list that gives it back, and those in the region that do so right before they leave it. */
  readonly release?: Node;
  readonly early: readonly Node[];
  /** What follows the region in the list. */
  readonly after: readonly Node[];
  /** A `try` whose `finally` gives it back, last in `body`. */
  readonly guarded?: Node;
  /** How it is given back, in the source's words. */
  readonly words: string;
}

export function regionOf(source: Source, { taken, releases, release: words, maybe }: TakenHere): Region | undefined {
  const start = beginning(source, taken, maybe === true);
  if (!start) return undefined;
  const { block, taking, before, rest, path } = start;
  const statements = releases.map((range) => releaseStatement(source, path, rest, range));
  const found = statements.filter((one) => one !== undefined);
  if (found.length < statements.length) return undefined;
  const guarded = rest.find((node) => node.type === 'TryStatement' && found.some((one) => one.inside(node['finalizer'] as Node | null)));
  const list = block['body'] as readonly Node[];
  const common = { block, taking, before };
  if (guarded) {
    if (!found.every((one) => one.inside(guarded['finalizer'] as Node))) return undefined;
    const n = rest.indexOf(guarded);
    const body = rest.slice(0, n + 1);
    const finalizer = guarded['finalizer'] as Node;
    const moved = declared(body.slice(0, n));
    // In the `try` a name may mean something else.
    const tried = declared((guarded['block'] as Node)['body'] as Node[]);
    if (n === 0 || mentions(body.slice(0, n), tried) || mentions([...outside(list, body), finalizer], moved)) return undefined;
    return { ...common, body, early: [], after: rest.slice(n + 1), guarded, words: textOf(source, finalizer) };
  }
  const straight = found.filter((one) => rest.includes(one.statement));
  if (straight.length > 1 || (found.length === 0 && words === undefined)) return undefined;
  const release = straight[0]?.statement;
  const early = found.filter((one) => one.statement !== release);
  if (!early.every((one) => one.leaves)) return undefined;
  const texts = new Set(found.map((one) => textOf(source, one.statement).replace(/;$/, '')));
  if (texts.size > 1) return undefined;
  const at = release ? rest.indexOf(release) : rest.length;
  if (early.some((one) => !rest.slice(0, at).some((node) => startOf(node) <= startOf(one.statement) && endOf(node) >= endOf(one.statement)))) return undefined;
  let body = rest.slice(0, at);
  let after = rest.slice(at + 1);
  const names = declared(body);
  const [last] = after;
  // A value that is only handed out is handed out from within.
  if (mentions(after, names) && after.length === 1 && last!.type === 'ReturnStatement' && isQuiet(last!['argument'] as Node | null)) {
    body = [...body, last!];
    after = [];
  }
  const disposes = body.some((node) => node.type === 'VariableDeclaration' && /using/.test(node['kind'] as string));
  if (body.length === 0 || (disposes && after.length > 0) || mentions(outside(list, release ? [...body, release] : body), names)) return undefined;
  const [text = `${words!};`] = found.map((one) => textOf(source, one.statement));
  return { ...common, body, ...(release && { release }), early: early.map((one) => one.statement), after, words: text };
}

// --- where it begins

function beginning(source: Source, taken: Range, maybe: boolean) {
  const path = pathTo(source.program, taken);
  if (!path) return undefined;
  const passes = /^(?:AwaitExpression|ChainExpression|TSAsExpression|TSNonNullExpression|TSSatisfiesExpression)$/;
  let at = path.length - 2;
  while (passes.test(path[at]!.type)) at--;
  const holder = path[at]!;
  let before: Node | undefined;
  let result: Node | undefined;
  if (holder.type === 'ExpressionStatement') before = holder;
  else if (holder.type === 'AssignmentExpression' && holder['operator'] === '=' && path[at - 1]!.type === 'ExpressionStatement') {
    before = path[at - 1];
    result = holder['left'] as Node;
  } else if (holder.type === 'VariableDeclarator') {
    before = path[at - 1];
    result = holder['id'] as Node;
    if ((before!['declarations'] as Node[]).length !== 1 || /using/.test(before!['kind'] as string)) return undefined;
  } else if (maybe && holder.type === 'UnaryExpression' && holder['operator'] === '!' && leavesIf(path[at - 1]!, holder)) before = path[at - 1];
  const block = before && path[path.indexOf(before) - 1];
  if (!before || block?.type !== 'BlockStatement') return undefined;
  const list = block['body'] as readonly Node[];
  const taking = before;
  if (maybe && before.type !== 'IfStatement') {
    const test = list[list.indexOf(before) + 1];
    const asked = test?.type === 'IfStatement' ? (test['test'] as Node) : undefined;
    const isAsked = asked?.type === 'UnaryExpression' && asked['operator'] === '!' && result?.type === 'Identifier' && textOf(source, asked['argument'] as Node) === result['name'];
    if (!isAsked || !leavesIf(test!, asked)) return undefined;
    before = test!;
  }
  return { block, taking, before, rest: list.slice(list.indexOf(before) + 1), path };
}

/** `if (…) return;` */
function leavesIf(node: Node, test: Node): boolean {
  if (node.type !== 'IfStatement' || node['test'] !== test || node['alternate'] != null) return false;
  const then = node['consequent'] as Node;
  const last = then.type === 'BlockStatement' ? (then['body'] as Node[]).at(-1) : then;
  return last !== undefined && /^(?:Return|Throw|Continue|Break)Statement$/.test(last.type);
}

// --- where it ends

function releaseStatement(source: Source, path: readonly Node[], rest: readonly Node[], range: Range) {
  const way = around(source.program, range);
  let at = way.length - 1;
  while (at > 0 && (startOf(way[at]!) > range.start || endOf(way[at]!) < range.end || way[at]!.type !== 'ExpressionStatement')) at--;
  const statement = way[at]!;
  if (statement.type !== 'ExpressionStatement' || functionAround(way.slice(0, at + 1)) !== functionAround(path)) return undefined;
  const expression = statement['expression'] as Node;
  const inner = expression.type === 'AwaitExpression' ? (expression['argument'] as Node) : expression;
  if (startOf(inner) !== range.start || endOf(inner) !== range.end) return undefined;
  if (!rest.some((node) => way.includes(node))) return undefined;
  const list = (way[at - 1]!['body'] ?? way[at - 1]!['consequent']) as readonly Node[] | Node;
  const next = Array.isArray(list) ? (list as readonly Node[])[(list as readonly Node[]).indexOf(statement) + 1] : undefined;
  const leaves = next !== undefined && /^(?:Return|Throw)Statement$/.test(next.type) && isQuiet(next['argument'] as Node | null);
  return { statement, leaves, inside: (node: Node | null | undefined): boolean => node != null && way.includes(node) };
}

const QUIET = new Set([
  'Identifier', 'PrivateIdentifier', 'Literal', 'TemplateLiteral', 'TemplateElement', 'MemberExpression', 'ChainExpression', 'ThisExpression', 'ObjectExpression', 'Property',
  'SpreadElement', 'ArrayExpression', 'UnaryExpression', 'BinaryExpression', 'LogicalExpression', 'ConditionalExpression', 'TSAsExpression', 'TSNonNullExpression', 'TSSatisfiesExpression',
]);

/** Nobody can tell whether it is computed before the release or after it. */
function isQuiet(node: Node | null | undefined): boolean {
  if (node == null) return true;
  // `throw new RangeError('…')`
  const made = node.type === 'NewExpression' && /Error$/.test((node['callee'] as { name?: string }).name ?? '');
  if (made) return (node['arguments'] as Node[]).every(isQuiet);
  if (node.type === 'UnaryExpression' && node['operator'] === 'delete') return false;
  return !hasOwn(node, (one) => !QUIET.has(one.type) && !one.type.startsWith('TS'));
}

// --- names

/** What statements declare for their list. */
export function declared(statements: readonly Node[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const node of statements) {
    if (node.type === 'VariableDeclaration' && node['kind'] !== 'var') for (const one of node['declarations'] as Node[]) namesIn(one['id'] as Node, names);
    else if (/(?:Declaration|TSEnumDeclaration)$/.test(node.type) && node.type !== 'VariableDeclaration' && node['id'] != null) namesIn(node['id'] as Node, names);
  }
  return names;
}

const outside = (list: readonly Node[], body: readonly Node[]): Node[] => list.filter((node) => !body.includes(node));

const mentions = (nodes: readonly Node[], names: ReadonlySet<string>): boolean =>
  names.size > 0 && nodes.some((node) => [...namesIn(node)].some((name) => names.has(name)));
