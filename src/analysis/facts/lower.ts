/**
 * One file's syntax tree -> its facts: declarations, functions and statements. Expressions are in `expressions.ts`.
 *
 * Takes the tree of ESLint's parsers and of oxc alike (`nodes.ts` says where they differ). Everything that the
 * language has for leaving a scope (return, throw, break, labelled continue, `finally`, `using`) is spelled out in
 * the graph here, once.
 */
import { assignPattern, exportAll, lowerCondition, lowerExpression } from './expressions.js';
import { GraphBuilder, type NewInstruction } from './graph.js';
import { EXPORT_ALL } from './ir.js';
import type {
  ClassFact,
  ClassIndex,
  ExportFact,
  FileFacts,
  FnIndex,
  FunctionFact,
  FunctionKind,
  ImportFact,
  MemberFact,
  ParamFact,
  Temp,
  TypeExpr,
  TypeFact,
  VarFact,
  VarIndex,
  VarKind,
} from './ir.js';
import { endOf, keyName, lineStarts, startOf, type Node } from './nodes.js';
import { hoistedVars, patternNames, Scope } from './scope.js';
import { lowerMembers, lowerType, typeArguments, typeParameters } from './types.js';

/** What is known about the function that is being lowered. */
interface FunctionContext {
  readonly index: FnIndex;
  readonly graph: GraphBuilder;
  readonly thisOf: FnIndex;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/**
 * @param program The `Program` node of ESLint's tree or of oxc's.
 * @param text The source text of the tree.
 * @throws RangeError where the source nests too deeply for the stack.
 */
export function lowerFile(program: Node, text: string): FileFacts {
  const file = new FileLowering();
  file.module(program);
  return {
    vars: file.vars,
    functions: file.functions,
    classes: file.classes,
    types: file.types,
    imports: file.imports,
    exports: file.exports,
    lines: lineStarts(text),
  };
}

/** In a Svelte component the statements stand in script elements, among elements of markup. */
const statementsOf = (program: Node): Node[] =>
  (program['body'] as Node[]).flatMap((node) => {
    if (!node.type.startsWith('Svelte')) return [node];
    return node.type === 'SvelteScriptElement' ? (node['body'] as Node[]) : [];
  });

export class FileLowering {
  readonly vars: VarFact[] = [];
  readonly functions: FunctionFact[] = [];
  readonly classes: ClassFact[] = [];
  readonly types: TypeFact[] = [];
  readonly imports: ImportFact[] = [];
  /** Declarators that are imports of CommonJS. */
  readonly #required = new Set<Node>();
  readonly exports: ExportFact[] = [];
  /** Functions and classes that are lowered already: a `finally` block is lowered once for each way out. */
  readonly #functionOf = new Map<Node, FnIndex>();
  /** Apart from functions: `field = () => …` is a function that makes a function, both of one node. */
  readonly #initialiserOf = new Map<Node, FnIndex>();
  readonly #classOf = new Map<Node, ClassIndex>();
  scope = new Scope(undefined);
  context!: FunctionContext;

  get graph(): GraphBuilder {
    return this.context.graph;
  }

  emit(instruction: NewInstruction, node: Node): Temp {
    return this.context.graph.emit(instruction, startOf(node), endOf(node));
  }

  declare(name: string, kind: VarKind, node: Node, type?: TypeExpr): VarIndex {
    const v = this.vars.length;
    const fact: Mutable<VarFact> = { name, kind, owner: this.context.index, at: startOf(node) };
    if (type) fact.type = type;
    this.vars.push(fact);
    this.scope.declare(name, v);
    return v;
  }

  inScope(body: () => void): void {
    const outer = this.scope;
    this.scope = new Scope(outer);
    body();
    this.scope = outer;
  }

  // --- functions

  module(program: Node): void {
    this.functions.push(undefined as unknown as FunctionFact);
    const graph = new GraphBuilder();
    this.context = { index: 0, graph, thisOf: 0 };
    const body = statementsOf(program);
    for (const node of body) this.#declareImport(node);
    if (!isDeclared(body, 'require')) for (const node of body) this.#declareRequired(node);
    this.#hoist(body);
    this.#statements(body);
    this.functions[0] = {
      name: '',
      // Where the program begins is told differently: at the first token, or before the comments.
      s: 0,
      e: endOf(program),
      at: 0,
      kind: 'module',
      parent: -1,
      async: true,
      thisOf: 0,
      params: [],
      code: graph.code,
      blocks: graph.build(endOf(program)),
      loops: graph.loops,
      tries: graph.tries,
    };
  }

  /** Lowers a function node (or the value of a method) once, and returns its index. */
  function(node: Node, kind: FunctionKind, name: string, at: Node, member?: { cls: ClassIndex; static: boolean }): FnIndex {
    const known = this.#functionOf.get(node);
    if (known !== undefined) return known;
    const index = this.functions.length;
    this.functions.push(undefined as unknown as FunctionFact);
    this.#functionOf.set(node, index);
    const outerContext = this.context;
    const outerScope = this.scope;
    const graph = new GraphBuilder();
    const thisOf = kind === 'arrow' ? outerContext.thisOf : index;
    this.context = { index, graph, thisOf };
    this.scope = new Scope(outerScope);
    const id = node['id'] as Node | null | undefined;
    if (kind === 'function' && id != null && node.type === 'FunctionExpression') {
      const self = this.declare(id['name'] as string, 'function', id);
      this.vars[self]!.fn = index;
    }
    const params = this.#params((node['params'] ?? []) as Node[]);
    const body = node['body'] as Node | null | undefined;
    if (body != null && body.type === 'BlockStatement') {
      this.#hoistVars(body['body'] as Node[]);
      this.inScope(() => {
        this.#hoist(body['body'] as Node[], false);
        this.#statements(body['body'] as Node[]);
      });
    } else if (body != null) {
      const value = lowerExpression(this, body);
      graph.return(value, startOf(body), endOf(body));
    }
    const returns = lowerType(node['returnType'] as Node);
    const typeParams = typeParameters(node);
    const fact: FunctionFact = {
      name,
      s: startOf(node),
      e: endOf(node),
      at: startOf(at),
      kind,
      parent: outerContext.index,
      ...(node['async'] && { async: true as const }),
      ...(node['generator'] && { generator: true as const }),
      ...(body == null && { bodiless: true as const }),
      ...(member && { cls: member.cls }),
      ...(member?.static && { static: true as const }),
      thisOf,
      params,
      ...(returns && { returns }),
      ...(typeParams && { typeParams }),
      code: graph.code,
      blocks: graph.build(endOf(node)),
      loops: graph.loops,
      tries: graph.tries,
    };
    this.functions[index] = fact;
    this.context = outerContext;
    this.scope = outerScope;
    return index;
  }

  /** A function that only computes a value: a field's initialiser, or a static block. */
  #initialiser(node: Node, kind: 'field' | 'static', name: string, cls: ClassIndex, isStatic: boolean): FnIndex {
    const known = this.#initialiserOf.get(node);
    if (known !== undefined) return known;
    const index = this.functions.length;
    this.functions.push(undefined as unknown as FunctionFact);
    this.#initialiserOf.set(node, index);
    const outerContext = this.context;
    const outerScope = this.scope;
    const graph = new GraphBuilder();
    this.context = { index, graph, thisOf: index };
    this.scope = new Scope(outerScope);
    if (kind === 'static') {
      const body = node['body'] as Node[];
      this.#hoistVars(body);
      this.#hoist(body, false);
      this.#statements(body);
    } else {
      graph.return(lowerExpression(this, node, name), startOf(node), endOf(node));
    }
    this.functions[index] = {
      name,
      s: startOf(node),
      e: endOf(node),
      at: startOf(node),
      kind,
      parent: outerContext.index,
      cls,
      ...(isStatic && { static: true as const }),
      thisOf: index,
      params: [],
      code: graph.code,
      blocks: graph.build(endOf(node)),
      loops: graph.loops,
      tries: graph.tries,
    };
    this.context = outerContext;
    this.scope = outerScope;
    return index;
  }

  #params(nodes: readonly Node[]): ParamFact[] {
    const params: ParamFact[] = [];
    let index = 0;
    for (const node of nodes) {
      let target = node.type === 'TSParameterProperty' ? (node['parameter'] as Node) : node;
      if (target.type === 'Identifier' && target['name'] === 'this') continue;
      const rest = target.type === 'RestElement';
      if (rest) target = target['argument'] as Node;
      const initial = target.type === 'AssignmentPattern' ? (target['right'] as Node) : undefined;
      if (initial) target = target['left'] as Node;
      const type = lowerType((target['typeAnnotation'] ?? node['typeAnnotation']) as Node);
      let value = this.emit({ op: 'param', index, ...(rest && { rest: true as const }) }, node);
      if (initial) {
        const otherwise = lowerExpression(this, initial);
        value = this.emit({ op: 'join', of: [value, otherwise], how: '??' }, node);
      }
      let v: VarIndex | undefined;
      if (target.type === 'Identifier') {
        v = this.declare(target['name'] as string, 'param', target, type);
        this.vars[v]!.param = index;
        this.emit({ op: 'set', v, value }, target);
      } else {
        for (const name of patternNames(target)) this.declare(name['name'] as string, 'param', name);
        assignPattern(this, target, value);
      }
      if (node.type === 'TSParameterProperty' && target.type === 'Identifier') {
        const self = this.emit({ op: 'this' }, node);
        this.emit({ op: 'setmember', obj: self, name: target['name'] as string, value }, node);
      }
      params.push({
        ...(v !== undefined && { v }),
        ...(type && { type }),
        ...(rest && { rest: true as const }),
        ...((target['optional'] || initial) && { optional: true as const }),
      });
      index += 1;
    }
    return params;
  }

  // --- classes

  class(node: Node, name: string, v?: VarIndex): { cls: ClassIndex; value: Temp } {
    const known = this.#classOf.get(node);
    if (known !== undefined) return { cls: known, value: this.emit({ op: 'class', cls: known }, node) };
    const cls = this.classes.length;
    this.classes.push(undefined as unknown as ClassFact);
    this.#classOf.set(node, cls);
    const outerScope = this.scope;
    this.scope = new Scope(outerScope);
    const id = node['id'] as Node | null | undefined;
    if (id != null && v === undefined) {
      v = this.declare(id['name'] as string, 'class', id);
      this.vars[v]!.cls = cls;
    }
    for (const decorator of (node['decorators'] ?? []) as Node[]) lowerExpression(this, decorator['expression'] as Node);
    const superClass = node['superClass'] as Node | null | undefined;
    const superTemp = superClass != null ? lowerExpression(this, superClass) : undefined;
    const superArgs = superTypeArguments(node);
    const members: MemberFact[] = [];
    for (const member of (node['body'] as Node)['body'] as Node[]) this.#member(member, cls, members);
    const typeParams = typeParameters(node);
    this.classes[cls] = {
      name,
      s: startOf(node),
      e: endOf(node),
      ...(v !== undefined && { v }),
      owner: this.context.index,
      ...(superTemp !== undefined && { super: superTemp }),
      ...(superArgs && { superArgs }),
      implements: ((node['implements'] ?? []) as Node[])
        .map((n) => lowerType(n))
        .filter((t): t is TypeExpr => t !== undefined),
      ...(typeParams && { typeParams }),
      ...(node['abstract'] && { abstract: true as const }),
      members,
    };
    this.scope = outerScope;
    return { cls, value: this.emit({ op: 'class', cls }, node) };
  }

  #member(node: Node, cls: ClassIndex, members: MemberFact[]): void {
    if (node.type === 'StaticBlock') {
      const fn = this.#initialiser(node, 'static', '', cls, true);
      members.push({ name: '', kind: 'field', at: startOf(node), static: true, fn });
      return;
    }
    const key = node['key'] as Node | null | undefined;
    if (key == null) return;
    const decorators = ((node['decorators'] ?? []) as Node[]).map((decorator) => decorator['expression'] as Node);
    for (const decorator of decorators) lowerExpression(this, decorator);
    const computed = Boolean(node['computed']);
    const name = keyName(key, computed) ?? '[]';
    if (computed) lowerExpression(this, key);
    const isStatic = Boolean(node['static']);
    const common = {
      at: startOf(key),
      ...(isStatic && { static: true as const }),
      ...(node['readonly'] && { readonly: true as const }),
      ...((node['accessibility'] === 'private' || name.startsWith('#')) && { private: true as const }),
      ...(node['accessibility'] === 'protected' && { protected: true as const }),
      ...(node['optional'] && { optional: true as const }),
    };
    const value = node['value'] as Node | null | undefined;
    switch (node.type) {
      case 'MethodDefinition':
      case 'TSAbstractMethodDefinition': {
        const kind = node['kind'] as 'method' | 'get' | 'set' | 'constructor';
        if (value == null) return;
        const fn = this.function(value, kind, name, key, { cls, static: isStatic });
        const abstract = node.type === 'TSAbstractMethodDefinition';
        const type = kind === 'get' ? lowerType(value['returnType'] as Node) : undefined;
        const names = decorators.flatMap(decoratorName);
        members.push({ name, kind, fn, ...common, ...(names.length > 0 && { decorators: names }), ...(abstract && { abstract: true as const }), ...(type && { type }) });
        if (kind === 'constructor') this.#parameterProperties(value, members);
        return;
      }
      case 'PropertyDefinition':
      case 'AccessorProperty':
      case 'TSAbstractPropertyDefinition':
      case 'TSAbstractAccessorProperty': {
        const type = lowerType(node['typeAnnotation'] as Node);
        const fn = value != null ? this.#initialiser(value, 'field', name, cls, isStatic) : undefined;
        members.push({ name, kind: 'field', ...common, ...(type && { type }), ...(fn !== undefined && { fn }) });
        return;
      }
      default:
        return;
    }
  }

  #parameterProperties(fn: Node, members: MemberFact[]): void {
    let index = 0;
    for (const param of (fn['params'] ?? []) as Node[]) {
      if (param.type === 'TSParameterProperty') {
        let target = param['parameter'] as Node;
        if (target.type === 'AssignmentPattern') target = target['left'] as Node;
        if (target.type === 'Identifier') {
          const type = lowerType(target['typeAnnotation'] as Node);
          members.push({
            name: target['name'] as string,
            kind: 'field',
            at: startOf(target),
            ...(param['readonly'] && { readonly: true as const }),
            ...(param['accessibility'] === 'private' && { private: true as const }),
            ...(param['accessibility'] === 'protected' && { protected: true as const }),
            ...(type && { type }),
            param: index,
          });
        }
      }
      index += 1;
    }
  }

  // --- declarations

  #hoistVars(statements: readonly Node[]): void {
    for (const name of hoistedVars(statements)) {
      if (this.scope.own(name['name'] as string) === undefined) {
        this.declare(name['name'] as string, 'var', name, lowerType(name['typeAnnotation'] as Node));
      }
    }
  }

  /** Declares what a list of statements declares, and lowers its function declarations. */
  #hoist(statements: readonly Node[], withVars = true): void {
    if (withVars) this.#hoistVars(statements);
    const functions: Node[] = [];
    for (const statement of statements) {
      const node = declarationOf(statement);
      if (node == null) continue;
      switch (node.type) {
        case 'VariableDeclaration':
          if (node['kind'] === 'var') break;
          for (const declarator of node['declarations'] as Node[]) {
            if (this.#required.has(declarator)) continue;
            for (const name of patternNames(declarator['id'] as Node)) {
              const kind = (node['kind'] as string).includes('using') ? 'using' : (node['kind'] as VarKind);
              this.declare(name['name'] as string, kind, name, lowerType(name['typeAnnotation'] as Node));
            }
          }
          break;
        case 'FunctionDeclaration':
        case 'TSDeclareFunction':
          if (node['id'] != null) {
            const id = node['id'] as Node;
            // Overloads come first and share the implementation's variable.
            const known = this.scope.own(id['name'] as string);
            if (known === undefined || this.vars[known]!.kind !== 'function') {
              this.declare(id['name'] as string, 'function', id);
            }
          }
          functions.push(node);
          break;
        case 'ClassDeclaration':
          if (node['id'] != null) this.declare(node['id'].name as string, 'class', node['id'] as Node);
          break;
        case 'TSEnumDeclaration':
          this.declare(node['id'].name as string, 'enum', node['id'] as Node);
          break;
        case 'TSModuleDeclaration':
          this.#declareNamespace(node['id'] as Node);
          break;
        case 'TSImportEqualsDeclaration':
          this.#importEquals(node);
          break;
        default:
          break;
      }
    }
    for (const node of functions) {
      const id = node['id'] as Node | null | undefined;
      const fn = this.function(node, 'function', id != null ? (id['name'] as string) : 'default', id ?? node);
      if (id == null) continue;
      const v = this.scope.own(id['name'] as string)!;
      const known = this.vars[v]!.fn;
      if (known === undefined || this.functions[known]!.bodiless) this.vars[v]!.fn = fn;
    }
  }

  #import(local: Node, from: string, name: string, typeOnly: boolean): void {
    const v = this.declare(local['name'] as string, 'import', local);
    this.vars[v]!.import = this.imports.length;
    this.imports.push({ v, from, name, ...(typeOnly && { typeOnly: true as const }) });
  }

  #declareImport(node: Node): void {
    if (node.type !== 'ImportDeclaration') return;
    const from = (node['source'] as Node)['value'] as string;
    for (const specifier of node['specifiers'] as Node[]) {
      const typeOnly = node['importKind'] === 'type' || specifier['importKind'] === 'type';
      const imported = specifier['imported'] as Node | undefined;
      const name =
        specifier.type === 'ImportNamespaceSpecifier'
          ? '*'
          : specifier.type === 'ImportDefaultSpecifier'
            ? 'default'
            : nameOf(imported!);
      this.#import(specifier['local'] as Node, from, name, typeOnly);
    }
  }

  /** `const fs = require('fs')`, `const { open } = require('fs')`, `const open = require('fs').open` at the top of a file. */
  #declareRequired(node: Node): void {
    if (node.type !== 'VariableDeclaration' || node['kind'] === 'let') return;
    for (const declarator of node['declarations'] as Node[]) {
      const id = declarator['id'] as Node;
      const required = requiredBy(declarator['init'] as Node | null | undefined);
      const names = required?.name === EXPORT_ALL && id.type === 'ObjectPattern' ? namesIn(id) : undefined;
      if (required === undefined || (id.type !== 'Identifier' && names === undefined)) continue;
      this.#required.add(declarator);
      if (names === undefined) this.#import(id, required.from, required.name, false);
      else for (const { local, name } of names) this.#import(local, required.from, name, false);
    }
  }

  /** `namespace A {`, `namespace A.B {`; that of a module in quotes has no name. */
  #declareNamespace(id: Node): void {
    if (id.type === 'TSQualifiedName') this.#declareNamespace(id['left'] as Node);
    else if (id.type === 'Identifier' && this.scope.own(id['name'] as string) === undefined) this.declare(id['name'] as string, 'namespace', id);
  }

  #importEquals(node: Node): void {
    const reference = node['moduleReference'] as Node;
    if (reference.type !== 'TSExternalModuleReference') {
      // `import Short = Some.Long.Name`: a name of the file, and none of the platform.
      this.declare(node['id'].name as string, 'const', node['id'] as Node);
      return;
    }
    const source: unknown = (reference['expression'] as Node)['value'];
    if (typeof source === 'string') this.#import(node['id'] as Node, source, EXPORT_ALL, node['importKind'] === 'type');
  }

  // --- statements

  #statements(statements: readonly Node[], from = 0): void {
    for (let i = from; i < statements.length; i++) {
      const statement = statements[i]!;
      this.statement(statement);
      const using = usingKind(statement);
      if (using === undefined) continue;
      const vars = (statement['declarations'] as Node[])
        .flatMap((d) => patternNames(d['id'] as Node))
        .map((name) => this.scope.find(name['name'] as string)!)
        .reverse();
      const at = endOf(statement);
      this.graph.withCleanup(
        () => this.#statements(statements, i + 1),
        () => vars.forEach((v) => this.graph.dispose(v, using === 'async', startOf(statement), at)),
        startOf(statement),
        at,
      );
      return;
    }
  }

  statement(node: Node): void {
    const labels = this.graph.takeLabels();
    switch (node.type) {
      case 'ExpressionStatement':
        lowerExpression(this, node['expression'] as Node);
        return;
      case 'VariableDeclaration':
        this.#variables(node);
        return;
      case 'ReturnStatement': {
        const argument = node['argument'] as Node | null | undefined;
        const value = argument != null ? lowerExpression(this, argument) : undefined;
        this.graph.return(value, startOf(node), endOf(node));
        return;
      }
      case 'ThrowStatement':
        this.graph.throw(lowerExpression(this, node['argument'] as Node));
        return;
      case 'BlockStatement':
        this.#block(node);
        return;
      case 'IfStatement':
        this.#if(node);
        return;
      case 'ForStatement':
        this.#for(node, labels);
        return;
      case 'WhileStatement':
        this.#while(node, labels);
        return;
      case 'DoWhileStatement':
        this.#doWhile(node, labels);
        return;
      case 'ForOfStatement':
      case 'ForInStatement':
        this.#forOf(node, labels);
        return;
      case 'SwitchStatement':
        this.#switch(node, labels);
        return;
      case 'TryStatement':
        this.#try(node);
        return;
      case 'BreakStatement':
      case 'ContinueStatement':
        this.graph.jump(
          node.type === 'BreakStatement' ? 'break' : 'continue',
          (node['label'] as Node | null | undefined)?.['name'] as string | undefined,
        );
        return;
      case 'LabeledStatement': {
        const after = this.graph.block();
        const all = [...labels, (node['label'] as Node)['name'] as string];
        this.graph.pendingLabels = all;
        this.graph.withTarget(after, undefined, all, () => this.statement(node['body'] as Node));
        this.graph.goto(after);
        this.graph.start(after);
        return;
      }
      case 'FunctionDeclaration':
      case 'TSDeclareFunction':
        // Hoisted; a declaration in an odd place (`if (x) function f() {}`) is lowered here.
        this.function(node, 'function', (node['id']?.name as string | undefined) ?? 'default', (node['id'] as Node) ?? node);
        return;
      case 'ClassDeclaration':
        this.#classDeclaration(node);
        return;
      case 'ExportNamedDeclaration':
        this.#exportNamed(node);
        return;
      case 'ExportDefaultDeclaration':
        this.#exportDefault(node);
        return;
      case 'ExportAllDeclaration':
        this.#exportAll(node);
        return;
      case 'TSExportAssignment':
        exportAll(this, lowerExpression(this, node['expression'] as Node));
        return;
      case 'TSInterfaceDeclaration':
        this.#interface(node);
        return;
      case 'TSTypeAliasDeclaration': {
        const typeParams = typeParameters(node);
        const type = lowerType(node['typeAnnotation'] as Node);
        this.types.push({
          name: (node['id'] as Node)['name'] as string,
          kind: 'alias',
          at: startOf(node),
          ...(typeParams && { typeParams }),
          ...(type && { type }),
        });
        return;
      }
      case 'TSEnumDeclaration':
        this.types.push({ name: (node['id'] as Node)['name'] as string, kind: 'enum', at: startOf(node) });
        return;
      case 'TSModuleDeclaration':
        this.#namespace(node);
        return;
      case 'WithStatement':
        lowerExpression(this, node['object'] as Node);
        this.statement(node['body'] as Node);
        return;
      default:
        // Imports are declared up front; EmptyStatement and DebuggerStatement do nothing.
        return;
    }
  }

  #variables(node: Node): void {
    const using = usingKind(node);
    for (const declarator of node['declarations'] as Node[]) {
      const id = declarator['id'] as Node;
      const init = declarator['init'] as Node | null | undefined;
      if (init == null || this.#required.has(declarator)) continue;
      const value = lowerExpression(this, init, id.type === 'Identifier' ? (id['name'] as string) : undefined);
      if (id.type === 'Identifier') {
        const v = this.scope.find(id['name'] as string);
        if (v !== undefined) {
          // The whole declarator: a report on an acquisition underlines it.
          this.emit({ op: 'set', v, value, ...(using && { using }) }, declarator);
        }
      } else assignPattern(this, id, value);
    }
  }

  #block(node: Node): void {
    this.inScope(() => {
      this.#hoist(node['body'] as Node[], false);
      this.#statements(node['body'] as Node[]);
    });
  }

  #if(node: Node): void {
    const { graph } = this;
    const yes = graph.block();
    const no = graph.block();
    const after = graph.block();
    lowerCondition(this, node['test'] as Node, yes, no);
    graph.start(yes);
    this.statement(node['consequent'] as Node);
    graph.goto(after);
    graph.start(no);
    if (node['alternate'] != null) this.statement(node['alternate'] as Node);
    graph.goto(after);
    graph.start(after);
  }

  #loopFact(
    node: Node,
    kind: 'for' | 'while' | 'do' | 'of' | 'in',
    head: number,
    exit: number,
    vars: readonly VarIndex[],
    element?: Temp,
  ): void {
    const body = node['body'] as Node;
    this.graph.loops.push({
      s: startOf(node),
      e: endOf(node),
      kind,
      headEnd: kind === 'do' ? startOf(node) + 2 : Math.max(startOf(node), startOf(body) - 1),
      head,
      exit,
      vars,
      ...(element !== undefined && { element }),
    });
  }

  #headVars(init: Node | null | undefined): VarIndex[] {
    if (init == null || init.type !== 'VariableDeclaration') return [];
    return (init['declarations'] as Node[])
      .flatMap((d) => patternNames(d['id'] as Node))
      .map((n) => this.scope.find(n['name'] as string))
      .filter((v): v is VarIndex => v !== undefined);
  }

  #for(node: Node, labels: readonly string[]): void {
    this.inScope(() => {
      const { graph } = this;
      const init = node['init'] as Node | null | undefined;
      if (init != null) {
        if (init.type === 'VariableDeclaration') {
          this.#hoist([init], false);
          this.#variables(init);
        } else lowerExpression(this, init);
      }
      const head = graph.block();
      const body = graph.block();
      const update = graph.block();
      const exit = graph.block();
      graph.goto(head);
      graph.start(head);
      const test = node['test'] as Node | null | undefined;
      if (test != null) lowerCondition(this, test, body, exit);
      else graph.goto(body);
      graph.start(body);
      graph.withTarget(exit, update, labels, () => this.statement(node['body'] as Node));
      graph.goto(update);
      graph.start(update);
      if (node['update'] != null) lowerExpression(this, node['update'] as Node);
      graph.goto(head);
      this.#loopFact(node, 'for', head, exit, this.#headVars(init));
      graph.start(exit);
    });
  }

  #while(node: Node, labels: readonly string[]): void {
    const { graph } = this;
    const head = graph.block();
    const body = graph.block();
    const exit = graph.block();
    graph.goto(head);
    graph.start(head);
    lowerCondition(this, node['test'] as Node, body, exit);
    graph.start(body);
    graph.withTarget(exit, head, labels, () => this.statement(node['body'] as Node));
    graph.goto(head);
    this.#loopFact(node, 'while', head, exit, []);
    graph.start(exit);
  }

  #doWhile(node: Node, labels: readonly string[]): void {
    const { graph } = this;
    const body = graph.block();
    const test = graph.block();
    const exit = graph.block();
    graph.goto(body);
    graph.start(body);
    graph.withTarget(exit, test, labels, () => this.statement(node['body'] as Node));
    graph.goto(test);
    graph.start(test);
    lowerCondition(this, node['test'] as Node, body, exit);
    this.#loopFact(node, 'do', body, exit, []);
    graph.start(exit);
  }

  #forOf(node: Node, labels: readonly string[]): void {
    this.inScope(() => {
      const { graph } = this;
      const left = node['left'] as Node;
      const right = node['right'] as Node;
      const keys = node.type === 'ForInStatement';
      const iterated = lowerExpression(this, right);
      if (left.type === 'VariableDeclaration') this.#hoist([left], false);
      const head = graph.block();
      const body = graph.block();
      const exit = graph.block();
      graph.goto(head);
      graph.start(head);
      const element = this.emit(
        { op: 'iterate', of: iterated, ...(node['await'] && { async: true as const }), ...(keys && { keys: true as const }) },
        node['await'] ? left : right,
      );
      graph.finish({ k: 'any', to: [body, exit] });
      graph.start(body);
      const using = usingKind(left);
      graph.withTarget(exit, head, labels, () => {
        if (left.type !== 'VariableDeclaration') {
          assignPattern(this, left, element);
          this.statement(node['body'] as Node);
          return;
        }
        const id = (left['declarations'] as Node[])[0]!['id'] as Node;
        assignPattern(this, id, element);
        if (using === undefined) {
          this.statement(node['body'] as Node);
          return;
        }
        const v = this.scope.find(id['name'] as string)!;
        graph.withCleanup(
          () => this.statement(node['body'] as Node),
          () => graph.dispose(v, using === 'async', startOf(left), endOf(left)),
          startOf(left),
          endOf(left),
        );
      });
      graph.goto(head);
      this.#loopFact(node, keys ? 'in' : 'of', head, exit, this.#headVars(left), element);
      graph.start(exit);
    });
  }

  #switch(node: Node, labels: readonly string[]): void {
    const { graph } = this;
    lowerExpression(this, node['discriminant'] as Node);
    this.inScope(() => {
      const cases = node['cases'] as Node[];
      this.#hoist(
        cases.flatMap((c) => c['consequent'] as Node[]),
        false,
      );
      for (const c of cases) if (c['test'] != null) lowerExpression(this, c['test'] as Node);
      const blocks = cases.map(() => graph.block());
      const exit = graph.block();
      const hasDefault = cases.some((c) => c['test'] == null);
      graph.finish({ k: 'any', to: hasDefault ? blocks : [...blocks, exit] });
      graph.withTarget(exit, undefined, labels, () => {
        cases.forEach((c, i) => {
          graph.goto(blocks[i]!);
          graph.start(blocks[i]!);
          this.#statements(c['consequent'] as Node[]);
        });
      });
      graph.goto(exit);
      graph.start(exit);
    });
  }

  #try(node: Node): void {
    const { graph } = this;
    const tried = node['block'] as Node;
    const clause = node['handler'] as Node | null | undefined;
    const finalizer = node['finalizer'] as Node | null | undefined;
    const withCatch = (): void => {
      if (clause == null) {
        graph.tries.push({ s: startOf(tried), e: endOf(tried) });
        this.#block(tried);
        return;
      }
      const handler = graph.block();
      const after = graph.block();
      graph.guarded(handler, () => this.#block(tried));
      graph.goto(after);
      graph.tries.push({
        s: startOf(tried),
        e: endOf(tried),
        handler,
        catchS: startOf(clause),
        catchE: endOf(clause),
      });
      graph.start(handler);
      this.inScope(() => {
        const error = this.emit({ op: 'caught' }, clause);
        const param = clause['param'] as Node | null | undefined;
        if (param != null) {
          for (const name of patternNames(param)) this.declare(name['name'] as string, 'catch', name);
          assignPattern(this, param, error);
        }
        this.#block(clause['body'] as Node);
      });
      graph.goto(after);
      graph.start(after);
    };
    if (finalizer == null) withCatch();
    else graph.withCleanup(withCatch, () => this.#block(finalizer), startOf(finalizer), endOf(finalizer));
  }

  #classDeclaration(node: Node): ClassIndex {
    const id = node['id'] as Node | null | undefined;
    const v = id != null ? this.scope.find(id['name'] as string) : undefined;
    const { cls, value } = this.class(node, (id?.['name'] as string | undefined) ?? 'default', v);
    if (v !== undefined) {
      this.vars[v]!.cls = cls;
      this.emit({ op: 'set', v, value }, node);
    }
    return cls;
  }

  #interface(node: Node): void {
    const typeParams = typeParameters(node);
    const bases = ((node['extends'] ?? []) as Node[]).map((n) => lowerType(n)).filter((t): t is TypeExpr => t !== undefined);
    this.types.push({
      name: (node['id'] as Node)['name'] as string,
      kind: 'interface',
      at: startOf(node),
      ...(typeParams && { typeParams }),
      ...(bases.length > 0 && { extends: bases }),
      members: lowerMembers((node['body'] as Node)['body'] as Node[]),
    });
  }

  /** A namespace is a scope of the module; what it exports is a member of its variable. */
  #namespace(node: Node): void {
    const body = node['body'] as Node | null | undefined;
    if (body == null || node['declare']) return;
    if (body.type === 'TSModuleDeclaration') {
      this.#namespace(body);
      return;
    }
    const id = node['id'] as Node;
    const v = id.type === 'Identifier' ? this.scope.find(id['name'] as string) : undefined;
    this.inScope(() => {
      const statements = body['body'] as Node[];
      this.#hoist(statements, true);
      for (const statement of statements) {
        const inner = declarationOf(statement);
        const exported = statement.type === 'ExportNamedDeclaration' && inner != null && inner !== statement;
        if (!exported) {
          if (!statement.type.startsWith('Export')) this.statement(statement);
          continue;
        }
        this.statement(inner);
        if (v === undefined) continue;
        for (const name of declaredNames(inner)) {
          const own = this.scope.find(name);
          if (own === undefined) continue;
          const space = this.emit({ op: 'get', v }, id);
          const value = this.emit({ op: 'get', v: own }, id);
          this.emit({ op: 'setmember', obj: space, name, value }, id);
        }
      }
    });
  }

  // --- exports

  #exportNamed(node: Node): void {
    const declaration = node['declaration'] as Node | null | undefined;
    if (declaration != null) {
      this.statement(declaration);
      for (const name of declaredNames(declaration)) {
        const v = this.scope.find(name);
        if (v !== undefined) this.exports.push({ name, v });
      }
      if (declaration.type === 'TSInterfaceDeclaration' || declaration.type === 'TSTypeAliasDeclaration') {
        const name = (declaration['id'] as Node)['name'] as string;
        this.exports.push({ name, type: name });
      }
      return;
    }
    const source = node['source'] as Node | null | undefined;
    for (const specifier of (node['specifiers'] ?? []) as Node[]) {
      const local = nameOf(specifier['local'] as Node);
      const name = nameOf(specifier['exported'] as Node);
      if (source != null) this.exports.push({ name, from: source['value'] as string, imported: local });
      else {
        const v = this.scope.find(local);
        this.exports.push(v !== undefined ? { name, v } : { name, type: local });
      }
    }
  }

  #exportDefault(node: Node): void {
    const declaration = node['declaration'] as Node;
    const id = declaration['id'] as Node | null | undefined;
    switch (declaration.type) {
      case 'FunctionDeclaration':
      case 'TSDeclareFunction': {
        this.statement(declaration);
        const v = id != null ? this.scope.find(id['name'] as string) : undefined;
        if (v !== undefined) this.exports.push({ name: 'default', v });
        else {
          const fn = this.function(declaration, 'function', 'default', declaration);
          this.exports.push({ name: 'default', value: this.emit({ op: 'fn', fn }, declaration) });
        }
        return;
      }
      case 'ClassDeclaration': {
        const cls = this.#classDeclaration(declaration);
        const v = id != null ? this.scope.find(id['name'] as string) : undefined;
        if (v !== undefined) this.exports.push({ name: 'default', v });
        else this.exports.push({ name: 'default', value: this.emit({ op: 'class', cls }, declaration) });
        return;
      }
      case 'TSInterfaceDeclaration':
        this.#interface(declaration);
        this.exports.push({ name: 'default', type: (id as Node)['name'] as string });
        return;
      default: {
        const v =
          declaration.type === 'Identifier' ? this.scope.find(declaration['name'] as string) : undefined;
        if (v !== undefined) this.exports.push({ name: 'default', v });
        else if (declaration.type === 'Identifier' && this.types.some((t) => t.name === declaration['name'])) {
          this.exports.push({ name: 'default', type: declaration['name'] as string });
        } else this.exports.push({ name: 'default', value: lowerExpression(this, declaration, 'default') });
      }
    }
  }

  #exportAll(node: Node): void {
    const from = (node['source'] as Node)['value'] as string;
    const exported = node['exported'] as Node | null | undefined;
    if (exported != null) this.exports.push({ name: nameOf(exported), from, imported: '*' });
    else this.exports.push({ star: true, from });
  }
}

/** What is required, and which part of it: `require('fs')`, `require('fs').promises`. */
function requiredBy(init: Node | null | undefined): { readonly from: string; readonly name: string } | undefined {
  if (init?.type === 'MemberExpression') {
    const whole = requiredBy(init['object'] as Node);
    const name = keyName(init['property'] as Node, Boolean(init['computed']));
    return whole?.name === EXPORT_ALL && name !== undefined ? { from: whole.from, name } : undefined;
  }
  if (init?.type !== 'CallExpression' || (init['arguments'] as Node[]).length !== 1) return undefined;
  const callee = init['callee'] as Node;
  const from: unknown = (init['arguments'] as Node[])[0]!['value'];
  return callee.type === 'Identifier' && callee['name'] === 'require' && typeof from === 'string' ? { from, name: EXPORT_ALL } : undefined;
}

/** The variables of `{ open, read: readFrom }` and the names that they have at home; undefined for a pattern that does more. */
function namesIn(pattern: Node): { readonly local: Node; readonly name: string }[] | undefined {
  const names: { local: Node; name: string }[] = [];
  for (const property of pattern['properties'] as Node[]) {
    const name = property.type === 'RestElement' ? undefined : keyName(property['key'] as Node, Boolean(property['computed']));
    const local = property['value'] as Node;
    if (name === undefined || local.type !== 'Identifier') return undefined;
    names.push({ local, name });
  }
  return names;
}

/** Whether a function of the file's own has this name. */
const isDeclared = (body: readonly Node[], name: string): boolean =>
  body.some((node) => node.type === 'FunctionDeclaration' && (node['id'] as Node | null | undefined)?.['name'] === name);

const nameOf = (node: Node): string => (node.type === 'Identifier' ? node['name'] : node['value']) as string;

function declarationOf(statement: Node): Node | undefined {
  if (statement.type === 'ExportNamedDeclaration') return (statement['declaration'] as Node | null | undefined) ?? undefined;
  if (statement.type === 'ExportDefaultDeclaration') {
    const declaration = statement['declaration'] as Node;
    return declaration.type.endsWith('Declaration') || declaration.type === 'TSDeclareFunction' ? declaration : undefined;
  }
  return statement;
}

function declaredNames(node: Node): string[] {
  if (node.type === 'VariableDeclaration') {
    return (node['declarations'] as Node[]).flatMap((d) => patternNames(d['id'] as Node)).map((n) => n['name'] as string);
  }
  const id = node['id'] as Node | null | undefined;
  return id != null && id.type === 'Identifier' ? [id['name'] as string] : [];
}

function usingKind(node: Node): 'sync' | 'async' | undefined {
  if (node.type !== 'VariableDeclaration') return undefined;
  if (node['kind'] === 'using') return 'sync';
  return node['kind'] === 'await using' ? 'async' : undefined;
}

function superTypeArguments(node: Node): TypeExpr[] | undefined {
  const params = (node['superTypeArguments'] ?? node['superTypeParameters']) as Node | null | undefined;
  return params == null ? undefined : typeArguments({ type: '', typeArguments: params });
}

/** `gate` of `@gate()`, `@gate` and `@tools.gate()`. */
function decoratorName(expression: Node): string[] {
  const callee = expression.type === 'CallExpression' ? (expression['callee'] as Node) : expression.type === 'TSInstantiationExpression' ? (expression['expression'] as Node) : expression;
  const name = callee.type === 'MemberExpression' ? (callee['property'] as Node) : callee;
  return name.type === 'Identifier' ? [name['name'] as string] : [];
}
