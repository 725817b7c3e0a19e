/** Written types of a syntax tree -> `TypeExpr`: what of them helps to find out what a call calls. */
import type { Constant, TypeExpr, TypeMember, TypeParam } from './ir.js';
import { keyName, startOf, type Node } from './nodes.js';

/** Undefined for a type that says nothing about callees (conditional, mapped, template literal types). */
export function lowerType(node: Node | null | undefined): TypeExpr | undefined {
  if (node == null) return undefined;
  switch (node.type) {
    case 'TSTypeAnnotation':
    case 'TSParenthesizedType':
    case 'TSOptionalType':
    case 'TSRestType':
      return lowerType(node['typeAnnotation'] as Node);
    case 'TSNamedTupleMember':
      return lowerType(node['elementType'] as Node);
    case 'TSTypeReference':
    case 'TSInterfaceHeritage':
    case 'TSClassImplements':
    case 'TSExpressionWithTypeArguments': {
      const name = entityName((node['typeName'] ?? node['expression']) as Node);
      if (!name) return undefined;
      const args = typeArguments(node);
      return args ? { k: 'ref', name, args } : { k: 'ref', name };
    }
    case 'TSArrayType': {
      const of = lowerType(node['elementType'] as Node);
      return of && { k: 'array', of };
    }
    case 'TSTupleType':
      return { k: 'tuple', of: (node['elementTypes'] as Node[]).map((n) => lowerType(n) ?? { k: 'keyword', name: 'any' }) };
    case 'TSUnionType':
      return { k: 'union', of: lowerTypes(node['types'] as Node[]) };
    case 'TSIntersectionType':
      return { k: 'both', of: lowerTypes(node['types'] as Node[]) };
    case 'TSFunctionType':
    case 'TSConstructorType':
      return functionType(node);
    case 'TSTypeLiteral':
      return { k: 'object', members: lowerMembers(node['members'] as Node[]) };
    case 'TSTypeQuery': {
      const name = entityName(node['exprName'] as Node);
      return name && { k: 'typeof', name };
    }
    case 'TSIndexedAccessType': {
      const of = lowerType(node['objectType'] as Node);
      const index = node['indexType'] as Node;
      if (!of) return undefined;
      if (index.type === 'TSLiteralType') {
        const value: unknown = (index['literal'] as Node)['value'];
        if (typeof value === 'string' || typeof value === 'number') return { k: 'access', of, key: String(value) };
      }
      return index.type === 'TSNumberKeyword' ? { k: 'access', of, key: '[]' } : undefined;
    }
    case 'TSTypeOperator':
      return node['operator'] === 'readonly' ? lowerType(node['typeAnnotation'] as Node) : undefined;
    case 'TSLiteralType': {
      const value: unknown = (node['literal'] as Node)['value'];
      return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
        ? { k: 'literal', value: value as Constant }
        : { k: 'keyword', name: 'any' };
    }
    case 'TSThisType':
      return { k: 'this' };
    case 'TSTypePredicate':
      return { k: 'keyword', name: 'boolean' };
    case 'TSImportType':
      return undefined;
    default:
      if (node.type.startsWith('TS') && node.type.endsWith('Keyword')) {
        return { k: 'keyword', name: node.type.slice(2, -7).toLowerCase() };
      }
      return undefined;
  }
}

const lowerTypes = (nodes: readonly Node[]): TypeExpr[] =>
  nodes.map((n) => lowerType(n)).filter((t): t is TypeExpr => t !== undefined);

export function typeArguments(node: Node): TypeExpr[] | undefined {
  const args = (node['typeArguments'] ?? node['typeParameters']) as Node | null | undefined;
  if (args == null || !Array.isArray(args['params'])) return undefined;
  return (args['params'] as Node[]).map((n) => lowerType(n) ?? { k: 'keyword', name: 'any' });
}

export function typeParameters(node: Node): string[] | undefined {
  const declared = node['typeParameters'] as Node | null | undefined;
  if (declared == null || !Array.isArray(declared['params'])) return undefined;
  return (declared['params'] as Node[]).map((p) =>
    typeof p['name'] === 'string' ? p['name'] : ((p['name'] as Node | undefined)?.['name'] as string),
  );
}

/** `A.B.C` as its parts; undefined where it is no plain name. */
function entityName(node: Node | null | undefined): string[] | undefined {
  if (node == null) return undefined;
  if (node.type === 'Identifier') return [node['name'] as string];
  if (node.type === 'TSQualifiedName' || node.type === 'MemberExpression') {
    const left = entityName((node['left'] ?? node['object']) as Node);
    const right = (node['right'] ?? node['property']) as Node;
    return left && right.type === 'Identifier' ? [...left, right['name'] as string] : undefined;
  }
  return undefined;
}

function functionType(node: Node): TypeExpr {
  const returns = lowerType((node['returnType'] ?? node['typeAnnotation']) as Node);
  const typeParams = typeParameters(node);
  return {
    k: 'function',
    params: lowerParams((node['params'] ?? node['parameters'] ?? []) as Node[]),
    ...(returns && { returns }),
    ...(typeParams && { typeParams }),
    ...(node.type === 'TSConstructorType' && { new: true as const }),
  };
}

function lowerParams(nodes: readonly Node[]): TypeParam[] {
  const params: TypeParam[] = [];
  for (const node of nodes) {
    const target = (node.type === 'RestElement' ? node['argument'] : node) as Node;
    const name = (target['name'] as string | undefined) ?? '';
    if (name === 'this') continue;
    const type = lowerType((target['typeAnnotation'] ?? node['typeAnnotation']) as Node);
    params.push({ name, ...(type && { type }), ...(node.type === 'RestElement' && { rest: true as const }) });
  }
  return params;
}

/** Members of an interface or a type literal. */
export function lowerMembers(nodes: readonly Node[]): TypeMember[] {
  const members: TypeMember[] = [];
  for (const node of nodes) {
    const at = startOf(node);
    const optional = node['optional'] ? { optional: true as const } : {};
    switch (node.type) {
      case 'TSPropertySignature': {
        const name = keyName(node['key'] as Node, node['computed'] as boolean);
        const type = lowerType(node['typeAnnotation'] as Node);
        if (name !== undefined) members.push({ name, kind: 'property', at, ...(type && { type }), ...optional });
        break;
      }
      case 'TSMethodSignature': {
        const name = keyName(node['key'] as Node, node['computed'] as boolean);
        if (name === undefined) break;
        if (node['kind'] === 'get' || node['kind'] === 'set') {
          const type = lowerType(node['returnType'] as Node);
          if (node['kind'] === 'get') members.push({ name, kind: 'property', at, ...(type && { type }) });
        } else members.push({ name, kind: 'method', at, type: functionType(node), ...optional });
        break;
      }
      case 'TSCallSignatureDeclaration':
        members.push({ name: '', kind: 'call', at, type: functionType(node) });
        break;
      case 'TSConstructSignatureDeclaration':
        members.push({ name: '', kind: 'new', at, type: functionType(node) });
        break;
      case 'TSIndexSignature': {
        const type = lowerType(node['typeAnnotation'] as Node);
        members.push({ name: '[]', kind: 'index', at, ...(type && { type }) });
        break;
      }
      default:
        break;
    }
  }
  return members;
}
