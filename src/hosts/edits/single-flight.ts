/** Check, await, assign: the work's promise is kept while it is under way, so that whoever comes meanwhile waits for the same. */
import type { Edit, RepairKind } from '../../analysis/finding.js';
import { restOfLine } from './finally.js';
import { eolOf, indentAt, indented, indentUnit } from './layout.js';
import { declared } from './region.js';
import { around, endOf, functionAround, hasOwn, has, isFunction, mayAwait, namesIn, pathTo, startOf, textOf, type Node, type Source } from './tree.js';

type Flight = Extract<RepairKind, { do: 'keep promise' }>;

/** Whether types may be written in the file: in markup, too. */
export type Typed = Source & { readonly typed: boolean };

export function keepingPromise(source: Typed, flight: Flight): Edit[] | undefined {
  const path = pathTo(source.program, flight.write);
  const write = path?.at(-1);
  if (!path || !write || !mayAwait(path) || path.at(-2)!.type !== 'ExpressionStatement') return undefined;
  const place = placeOf(source, path, flight);
  if (!place) return undefined;
  if (write.type === 'CallExpression') return ofEntry(source, path, write, place, flight);
  if (write.type !== 'AssignmentExpression') return undefined;
  const target = holderOf(source, path, write['left'] as Node);
  if (!target) return undefined;
  const right = write['right'] as Node;
  if (!flight.early && hasOwn(right, isAwait)) return ofValue(source, path, write, target, place, flight);
  return right.type === 'Literal' && right['value'] === true ? ofFlag(source, path, target, place, flight) : undefined;
}

const isAwait = (node: Node): boolean => node.type === 'AwaitExpression';

// --- where the check is, and what is done where nothing was found

interface Place {
  /** What is done, in one list; of an assignment that asks itself, nothing but that. */
  readonly region: readonly Node[];
  readonly block?: Node;
  /** The check is an early return, and what it returns. */
  readonly early?: { readonly value: Node | null };
  readonly statement: Node;
}

function placeOf(source: Source, path: readonly Node[], { check, write }: Flight): Place | undefined {
  const statement = path.at(-2)!;
  const assignment = path.at(-1)!;
  if (assignment['operator'] === '??=') return { region: [statement], statement };
  if (assignment.type === 'AssignmentExpression' && assignment['operator'] !== '=') return undefined;
  const parent = path.at(-3)!;
  const asks = (node: Node): boolean => node.type === 'IfStatement' && node['alternate'] == null && isPlainTest(source, node['test'] as Node, check);
  if (parent.type === 'IfStatement') return asks(parent) && parent['consequent'] === statement ? { region: [statement], statement } : undefined;
  if (parent.type !== 'BlockStatement') return undefined;
  const list = parent['body'] as readonly Node[];
  const outer = path.at(-4)!;
  if (outer.type === 'IfStatement' && outer['consequent'] === parent && asks(outer)) return { region: list, block: parent, statement };
  if (functionAround(path)?.['body'] !== parent) return undefined;
  const n = list.findLastIndex((node) => asks(node) && endOf(node) <= write.start);
  const then = n < 0 ? undefined : (list[n]!['consequent'] as Node);
  const last = then?.type === 'BlockStatement' ? (then['body'] as Node[]) : [then];
  const [only] = last;
  if (last.length !== 1 || only?.type !== 'ReturnStatement') return undefined;
  return { region: list.slice(n + 1), block: parent, early: { value: only['argument'] as Node | null }, statement };
}

/** A condition that asks for nothing else. */
function isPlainTest(source: Source, test: Node, check: Flight['check']): boolean {
  const [asked] = test.type === 'UnaryExpression' && test['operator'] === '!' ? [test['argument'] as Node] : [test];
  const sides = asked.type === 'BinaryExpression' ? [asked['left'] as Node, asked['right'] as Node] : [asked];
  const isNothing = (node: Node): boolean => /^(?:null|undefined|false|true)$/.test(textOf(source, node));
  const [read, ...others] = sides.filter((node) => !isNothing(node));
  if (!read || others.length > 0) return false;
  if (startOf(read) === check.start && endOf(read) === check.end) return true;
  // `const known = map.get(key); if (known) return known;`
  if (read.type !== 'Identifier') return false;
  const scope = around(source.program, check);
  const declarator = scope.findLast((node) => node.type === 'VariableDeclarator');
  return declarator !== undefined && textOf(source, declarator['id'] as Node) === read['name'] && declarator['init'] != null
    && startOf(declarator['init'] as Node) === check.start && endOf(declarator['init'] as Node) === check.end;
}

/** What comes before waits for nothing, and what comes after it (but for the assignment) only hands out what there is. */
function isAlone({ region, statement }: Place, assignment: Node = statement): boolean {
  const n = region.indexOf(statement);
  const makes = (node: Node): boolean => isAwait(node) || (node.type === 'CallExpression' && !isGet(node));
  return (
    !region.slice(0, n).some((node) => hasOwn(node, isAwait))
    && region.slice(n + 1).every((node) => node === assignment || (node.type === 'ReturnStatement' && !hasOwn(node, makes)))
  );
}

const isGet = (call: Node): boolean => ((call['callee'] as Node)['property'] as { name?: string } | undefined)?.name === 'get';

// --- where the promise is kept

interface Holder {
  /** What the promise is called there: `this.#storePromise`. */
  readonly promise: string;
  /** Declares it, with this type and (for a map) this value. */
  declare(type: string, value?: string): Edit[] | undefined;
  /** What is declared for the reference itself: its type, and its first value. */
  readonly annotation: Node | undefined;
  readonly init: Node | undefined;
}

/** @param plural What is put behind the name of a reference that has many. */
function holderOf(source: Typed, path: readonly Node[], reference: Node, plural = ''): Holder | undefined {
  const name = reference.type === 'Identifier' ? (reference['name'] as string) : memberName(source, reference);
  if (name === undefined) return undefined;
  const own = `${name}Promise${plural}`;
  if (source.text.includes(own)) return undefined;
  if (reference.type === 'Identifier') return variableHolder(source, path, name, own);
  const object = textOf(source, reference['object'] as Node);
  return fieldHolder(source, path, object, name, own);
}

function memberName(source: Source, node: Node): string | undefined {
  if (node.type !== 'MemberExpression' || node['computed'] || node['optional']) return undefined;
  const object = node['object'] as Node;
  return object.type === 'ThisExpression' || object.type === 'Identifier' ? textOf(source, node['property'] as Node) : undefined;
}

function fieldHolder(source: Typed, path: readonly Node[], object: string, name: string, own: string): Holder | undefined {
  const classNode = path.findLast((node) => node.type === 'ClassDeclaration' || node.type === 'ClassExpression');
  const member = path.findLast((node) => node.type === 'MethodDefinition' || node.type === 'PropertyDefinition');
  if (!classNode || !member) return undefined;
  const isStatic = object === 'this' ? member['static'] === true : (classNode['id'] as { name?: string } | null)?.name === object;
  if (object !== 'this' && !isStatic) return undefined;
  // `this` of a function in the method is another.
  if (object === 'this' && path.slice(path.indexOf(member) + 2).some((node) => isFunction(node) && node.type !== 'ArrowFunctionExpression')) return undefined;
  const field = ((classNode['body'] as Node)['body'] as Node[]).find((node) => node.type === 'PropertyDefinition' && textOf(source, node['key'] as Node) === name && (node['static'] === true) === isStatic);
  const promise = `${object}.${own}`;
  // In JavaScript a field needs no declaration, but for a private one.
  if (!field) return source.typed || name.startsWith('#') ? undefined : { promise, annotation: undefined, init: undefined, declare: (_, value) => (value === undefined ? [] : undefined) };
  if ((field['decorators'] as Node[] | undefined)?.length || field['declare']) return undefined;
  const modifiers = `${source.typed && !name.startsWith('#') ? 'private ' : ''}${isStatic ? 'static ' : ''}`;
  return {
    promise,
    ...typeOf(field, field['value'] as Node | null),
    declare: (type, value) => [behind(source, field, value === undefined ? `${modifiers}${own}${typed(source, type)};` : `${modifiers}${source.typed ? 'readonly ' : ''}${own} = ${value};`)],
  };
}

function variableHolder(source: Typed, path: readonly Node[], name: string, own: string): Holder | undefined {
  for (const node of path.toReversed()) {
    if (isFunction(node) && (node['params'] as Node[]).some((param) => namesIn(param).has(name))) return undefined;
    const list = node['body'] as unknown;
    if (!Array.isArray(list)) continue;
    for (const statement of list as Node[]) {
      const declaration = statement.type === 'ExportNamedDeclaration' ? (statement['declaration'] as Node | null) : statement;
      if (declaration?.type !== 'VariableDeclaration') continue;
      const declarators = declaration['declarations'] as Node[];
      const declarator = declarators.find((one) => (one['id'] as { name?: string }).name === name);
      if (!declarator) continue;
      if (declarators.length > 1) return undefined;
      return {
        promise: own,
        ...typeOf(declarator['id'] as Node, declarator['init'] as Node | null),
        declare: (type, value) => [behind(source, statement, value === undefined ? `let ${own}${typed(source, type)};` : `const ${own} = ${value};`)],
      };
    }
  }
  return undefined;
}

const typed = (source: Typed, type: string): string => (source.typed ? `: Promise<${type}> | undefined` : '');

function typeOf(holder: Node, init: Node | null): Pick<Holder, 'annotation' | 'init'> {
  const annotation = holder['typeAnnotation'] as Node | null | undefined;
  return { annotation: (annotation?.['typeAnnotation'] as Node | undefined) ?? undefined, init: init ?? undefined };
}

/** A line of its own behind a declaration. */
function behind({ text }: Source, node: Node, line: string): Edit {
  const at = restOfLine(text, node, undefined);
  return { start: at, end: at, text: `${eolOf(text)}${indentAt(text, startOf(node))}${line}` };
}

/** A type without what stands for nothing being there; undefined where none is written. */
function fullType(source: Source, annotation: Node | undefined): string | undefined {
  if (!annotation) return undefined;
  const parts = annotation.type === 'TSUnionType' ? (annotation['types'] as Node[]) : [annotation];
  const full = parts.filter((part) => part.type !== 'TSUndefinedKeyword' && part.type !== 'TSNullKeyword');
  return full.length === 0 ? undefined : full.map((part) => textOf(source, part)).join(' | ');
}

// --- the edits

/**
 * `try { x = await (xPromise ??= work()); } finally { xPromise = undefined; }`: it is forgotten in the very stretch in
 * which the value is there, so that nobody finds neither.
 */
function ofValue(source: Typed, path: readonly Node[], write: Node, holder: Holder, place: Place, flight: Flight): Edit[] | undefined {
  if (!isAlone(place)) return undefined;
  const right = write['right'] as Node;
  const work = workOf(source, right, flight.promise === true);
  const type = source.typed ? fullType(source, holder.annotation) : '';
  const declaration = work === undefined || type === undefined ? undefined : holder.declare(type);
  if (!declaration) return undefined;
  const { statement } = place;
  const own = textOf(source, statement);
  const at = startOf(right) - startOf(statement);
  const kept = `${own.slice(0, at)}await (${holder.promise} ??= ${work!})${own.slice(at + endOf(right) - startOf(right))}`;
  return inOrder([...declaration, replaced(source, path, place, statement, statement, (unit) => ['try {', `${unit}${kept}`, '} finally {', `${unit}${holder.promise} = undefined;`, '}'])]);
}

/** Statements in the place of others, in lines of their own; in a block, where they are all that an `if` does. */
function replaced(source: Source, path: readonly Node[], place: Place, first: Node, last: Node, lines: (unit: string) => readonly string[]): Edit {
  const { text } = source;
  const eol = eolOf(text);
  const indent = indentAt(text, startOf(first));
  const unit = place.block ? indentUnit(text, place.region[0]!, place.block) : indent.startsWith('\t') ? '\t' : '  ';
  const isInIf = path.at(-3)!.type === 'IfStatement';
  const body = lines(unit).join(`${eol}${indent}${isInIf ? unit : ''}`);
  return { start: startOf(first), end: endOf(last), text: isInIf ? `{${eol}${indent}${unit}${body}${eol}${indent}}` : body };
}

/** The promise of a value that is awaited: what may be something else that can be waited for is made one, for its type. */
function workOf(source: Typed, value: Node, isPromise: boolean): string | undefined {
  const inner = value.type === 'AwaitExpression' ? (value['argument'] as Node) : value;
  // The type of a literal would be lost on the way.
  if (!/^(?:Await|Call|New|Member|Chain)Expression$/.test(value.type) || hasOwn(value, (node) => node.type === 'YieldExpression')) return undefined;
  if (inner === value || hasOwn(inner, isAwait)) return `(async () => ${textOf(source, inner)})()`;
  if (inner.type !== 'CallExpression') return undefined;
  return isPromise || !source.typed ? textOf(source, inner) : `Promise.resolve(${textOf(source, inner)})`;
}

/** A region that ends with setting a flag, as one piece of work. */
function ofFlag(source: Typed, path: readonly Node[], holder: Holder, place: Place, flight: Flight): Edit[] | undefined {
  const { region, block, statement, early } = place;
  if (!block || (early && early.value != null) || region.some((node) => hasOwn(node, (one) => /^(?:Return|Break|Continue|Labeled)Statement$|^YieldExpression$/.test(one.type)))) return undefined;
  if (region.at(-1) !== statement && !(flight.early && region[0] === statement)) return undefined;
  if (region.length < 2 || assignsOutside(region, path.at(-1)!)) return undefined;
  const declaration = holder.declare('void');
  const isOneLine = !source.text.slice(startOf(block), endOf(block)).includes('\n');
  if (!declaration || isOneLine || looksBefore(source, path, region, textOf(source, path.at(-1)!['left'] as Node))) return undefined;
  const { text } = source;
  const eol = eolOf(text);
  const indent = indentAt(text, startOf(region[0]!));
  const unit = indentUnit(text, region[0]!, block);
  const rest = flight.early ? region.slice(1) : region;
  const end = restOfLine(text, rest.at(-1)!, undefined);
  const flagged = flight.early ? `${eol}${indent}${unit}${textOf(source, statement)}` : '';
  const inner = indented(source, startOf(rest[0]!), end, unit);
  const { promise } = holder;
  const kept = [
    `${promise} ??= (async () => {`,
    `${indent}${unit}${inner}${flagged}`,
    `${indent}})().finally(() => {`,
    `${indent}${unit}${promise} = undefined;`,
    `${indent}});`,
    `${indent}await ${promise};`,
  ].join(eol);
  return inOrder([...declaration, { start: startOf(region[0]!), end, text: kept }]);
}

/** Variables of the function are known to be assigned no more where that is done in a function of its own. */
function assignsOutside(region: readonly Node[], write: Node): boolean {
  const own = declared(region);
  return region.some((node) => has(node, (one) => {
    const target = one.type === 'AssignmentExpression' ? (one['left'] as Node) : one.type === 'UpdateExpression' ? (one['argument'] as Node) : undefined;
    return one !== write && target?.type === 'Identifier' && !own.has(target['name'] as string);
  }));
}

/** What was looked at before, but for the flag, is not known any more in a function of its own. */
function looksBefore(source: Source, path: readonly Node[], region: readonly Node[], flag: string): boolean {
  const used = new Set<string>();
  const note = (node: Node): boolean => {
    if (node.type === 'MemberExpression') used.add(textOf(source, node));
    return false;
  };
  for (const node of region) has(node, note);
  used.delete(flag);
  const isLooked = (node: Node): boolean => used.has(textOf(source, node));
  return has(functionAround(path)!, (node) => node.type === 'IfStatement' && endOf(node['test'] as Node) <= startOf(region[0]!) && has(node['test'] as Node, isLooked));
}

/** `map.set(key, await work())`, with a second map of what is under way. */
function ofEntry(source: Typed, path: readonly Node[], write: Node, place: Place, flight: Flight): Edit[] | undefined {
  const callee = write['callee'] as Node;
  const [key, value, ...others] = write['arguments'] as Node[];
  const isSet = callee.type === 'MemberExpression' && (callee['property'] as { name?: string }).name === 'set';
  const holder = isSet ? holderOf(source, path, callee['object'] as Node, 's') : undefined;
  const body = functionAround(path)!;
  if (!holder || !key || !value || others.length > 0 || !isSteady(body, key)) return undefined;
  const { region, statement } = place;
  const makes = (node: Node): boolean =>
    node.type === 'VariableDeclaration' && (node['declarations'] as Node[]).length === 1 && ((node['declarations'] as Node[])[0]!['id'] as { name?: string }).name === value['name'];
  const making = value.type === 'Identifier' ? region.find(makes) : statement;
  const made = making === statement ? value : ((making?.['declarations'] as Node[] | undefined)?.[0]!['init'] as Node | null | undefined);
  if (!making || !made || !isAwait(made) || !isAlone({ ...place, statement: making }, statement)) return undefined;
  const work = workOf(source, made, flight.promise === true);
  const map = mapOf(source, holder);
  const declaration = work === undefined || !map ? undefined : holder.declare('', map);
  if (!declaration || namesIn(body).has('loading')) return undefined;
  const words = textOf(source, key);
  const { promise } = holder;
  const last = making === statement ? making : region.at(-1)!;
  const own = (unit: string): string => {
    const from = indented(source, startOf(making), startOf(made), unit);
    return `${from}await loading${indented(source, endOf(made), endOf(last), unit)}`;
  };
  return inOrder([
    ...declaration,
    replaced(source, path, place, making, last, (unit) => [
      `let loading = ${promise}.get(${words});`,
      'if (!loading) {',
      `${unit}loading = ${work!};`,
      `${unit}${promise}.set(${words}, loading);`,
      '}',
      'try {',
      `${unit}${own(unit)}`,
      '} finally {',
      `${unit}${promise}.delete(${words});`,
      '}',
    ]),
  ]);
}

/** A key that is the same however often, and whenever, it is computed. */
function isSteady(body: Node, key: Node): boolean {
  const names = namesIn(key);
  if (!/^(?:Identifier|Literal|TemplateLiteral|MemberExpression)$/.test(key.type) || has(key, (node) => /^(?:Call|Await|New|TaggedTemplate|Update|Assignment)Expression$/.test(node.type))) return false;
  return !has(body, (node) => node.type === 'AssignmentExpression' && [...namesIn(node['left'] as Node)].some((name) => names.has(name)) && (node['left'] as Node).type === 'Identifier');
}

/** `new Map<string, Promise<Store>>()` for a `Map<string, Store>`. */
function mapOf(source: Typed, { annotation, init }: Holder): string | undefined {
  if (init?.type !== 'NewExpression') return undefined;
  const name = (init['callee'] as { name?: string }).name;
  if (name !== 'Map' && name !== 'WeakMap') return undefined;
  if (!source.typed) return `new ${name}()`;
  const given = annotation?.type === 'TSTypeReference' && textOf(source, annotation['typeName'] as Node) === name ? annotation : init;
  const [key, value, ...others] = ((given['typeArguments'] as Node | null | undefined)?.['params'] ?? []) as Node[];
  const type = others.length === 0 && key ? fullType(source, value) : undefined;
  return type === undefined ? undefined : `new ${name}<${textOf(source, key!)}, Promise<${type}>>()`;
}

const inOrder = (edits: Edit[]): Edit[] => edits.sort((a, b) => a.start - b.start);
