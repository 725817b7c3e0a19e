/**
 * The facts of one file: a small intermediate language, plain data with offsets, so that everything after it works
 * without a parser, in any process, from a cache.
 *
 * Each function is a control-flow graph of basic blocks over one flat list of instructions. An instruction's index in
 * that list is the name of its result (a *temp*); every temp is defined once. Variables are not temps: they are read
 * with `get` and written with `set`, and belong to the file (`FileFacts.vars`), so that closures share them.
 */

/** Bumped whenever facts of the same text would differ; a cache with another number is not read. */
export const FACTS_VERSION = 5;

/** Index of an instruction in its function's `code`, and so the name of its result. */
export type Temp = number;
/** Index into `FileFacts.vars`. */
export type VarIndex = number;
/** Index into `FileFacts.functions`; 0 is the module's own body. */
export type FnIndex = number;
/** Index into `FileFacts.classes`. */
export type ClassIndex = number;
/** Index into `FunctionFact.blocks`. */
export type BlockIndex = number;

interface At {
  /** Offsets of the source of the instruction, in UTF-16 units. */
  readonly s: number;
  readonly e: number;
}

export type Constant = string | number | boolean | null;

export type Instruction = At &
  (
    | { readonly op: 'param'; readonly index: number; readonly rest?: true }
    | { readonly op: 'const'; readonly value: Constant }
    | { readonly op: 'undefined' }
    | { readonly op: 'regex' }
    | { readonly op: 'template'; readonly parts: readonly string[]; readonly args: readonly Temp[] }
    | { readonly op: 'this' }
    | { readonly op: 'super' }
    /** An identifier that nothing in the file declares. */
    | { readonly op: 'global'; readonly name: string }
    | { readonly op: 'get'; readonly v: VarIndex }
    | { op: 'set'; v: VarIndex; value: Temp; /** Declared with `using`. */ using?: 'sync' | 'async' }
    | { readonly op: 'member'; readonly obj: Temp; readonly name: string; readonly opt?: true }
    /** `obj[key]` with a key that is no literal. */
    | { readonly op: 'index'; readonly obj: Temp; readonly key: Temp; readonly opt?: true }
    | { readonly op: 'setmember'; readonly obj: Temp; readonly name: string; readonly value: Temp }
    | { readonly op: 'setindex'; readonly obj: Temp; readonly key: Temp; readonly value: Temp }
    | { readonly op: 'delete'; readonly obj: Temp; readonly name?: string; readonly key?: Temp }
    | {
        readonly op: 'call';
        readonly fn: Temp;
        readonly args: readonly Temp[];
        /** Index of the first argument that is spread: it and all after it stand for unknown positions. */
        readonly spread?: number;
        readonly new?: true;
        readonly opt?: true;
        readonly targs?: readonly TypeExpr[];
      }
    | { readonly op: 'importcall'; readonly source: Temp }
    | { readonly op: 'await'; readonly value: Temp }
    | { readonly op: 'yield'; readonly value?: Temp; readonly star?: true }
    | { readonly op: 'fn'; readonly fn: FnIndex }
    | { readonly op: 'class'; readonly cls: ClassIndex }
    | { readonly op: 'object'; readonly props: readonly PropertyFact[] }
    | { readonly op: 'array'; readonly items: readonly Temp[]; /** Indexes of `items` that are spread. */ readonly spread?: readonly number[] }
    /** One of several values, by the path taken (`a ? b : c`, `a ?? b`). */
    | { readonly op: 'join'; readonly of: readonly Temp[]; readonly how: '?:' | '??' | '||' | '&&' }
    | { readonly op: 'unary'; readonly sign: string; readonly arg: Temp }
    | { readonly op: 'binary'; readonly sign: string; readonly left: Temp; readonly right: Temp }
    /** One element of what is iterated; stands at the head of a loop. */
    | { readonly op: 'iterate'; readonly of: Temp; readonly async?: true; readonly keys?: true }
    /** What is left of an object or array after destructuring. */
    | { readonly op: 'rest'; readonly of: Temp; readonly from?: number }
    | { readonly op: 'caught' }
    | { readonly op: 'cast'; readonly value: Temp; readonly type: TypeExpr }
    /** `value!` */
    | { readonly op: 'nonnull'; readonly value: Temp }
    /** The end of the scope of a `using` declaration. */
    | { readonly op: 'dispose'; readonly v: VarIndex; readonly async?: true }
    | { readonly op: 'unknown'; readonly of?: readonly Temp[] }
  );

export type Op = Instruction['op'];
export type InstructionOf<O extends Op> = Extract<Instruction, { op: O }>;

export interface PropertyFact {
  /** Absent for a computed name. */
  readonly name?: string;
  readonly value: Temp;
  readonly kind?: 'get' | 'set' | 'spread';
}

export type Terminator =
  | { readonly k: 'goto'; readonly to: BlockIndex }
  | { readonly k: 'branch'; readonly on: Temp; readonly yes: BlockIndex; readonly no: BlockIndex }
  /** To any of several (a switch, the head of a for-of, a fallible region). */
  | { readonly k: 'any'; readonly to: readonly BlockIndex[] }
  | { readonly k: 'return'; readonly value?: Temp; readonly s: number; readonly e: number }
  | { readonly k: 'throw'; readonly value: Temp }
  | { readonly k: 'stop' };

export interface Block {
  /** The block's instructions: `code[from]` up to but without `code[to]`. */
  readonly from: number;
  readonly to: number;
  readonly end: Terminator;
  /** Where a throw inside goes; absent: out of the function. */
  readonly handler?: BlockIndex;
}

export interface LoopFact extends At {
  readonly kind: 'for' | 'while' | 'do' | 'of' | 'in';
  /** End of the loop's head (`for (…)`), so that a report need not underline its whole body. */
  readonly headEnd: number;
  readonly head: BlockIndex;
  readonly exit: BlockIndex;
  /** The `iterate` of a for-of or for-in. */
  readonly element?: Temp;
  /** Variables that the head declares. */
  readonly vars: readonly VarIndex[];
}

export interface TryFact {
  /** Offsets of the block that is tried. */
  readonly s: number;
  readonly e: number;
  /** First block of the catch clause, where there is one. */
  readonly handler?: BlockIndex;
  readonly catchS?: number;
  readonly catchE?: number;
}

export interface ParamFact {
  /** Absent for a destructured parameter. */
  readonly v?: VarIndex;
  readonly type?: TypeExpr;
  readonly rest?: true;
  readonly optional?: true;
}

export type FunctionKind = 'module' | 'function' | 'arrow' | 'method' | 'get' | 'set' | 'constructor' | 'field' | 'static';

export interface FunctionFact extends At {
  readonly name: string;
  /** Start of the name, or of the function where it has none. */
  readonly at: number;
  readonly kind: FunctionKind;
  readonly parent: FnIndex;
  readonly async?: true;
  readonly generator?: true;
  /** No body: an overload, an abstract or a declared function. */
  readonly bodiless?: true;
  /** The class whose member it is (arrow functions inside do not carry it). */
  readonly cls?: ClassIndex;
  readonly static?: true;
  /** The function whose `this` it sees: itself, or for an arrow function an enclosing one. */
  readonly thisOf: FnIndex;
  /** The object literal whose method it is: instruction of the parent. */
  object?: Temp;
  readonly params: readonly ParamFact[];
  readonly returns?: TypeExpr;
  readonly typeParams?: readonly string[];
  readonly code: readonly Instruction[];
  readonly blocks: readonly Block[];
  readonly loops: readonly LoopFact[];
  readonly tries: readonly TryFact[];
}

export type VarKind = 'var' | 'let' | 'const' | 'using' | 'param' | 'function' | 'class' | 'import' | 'catch' | 'enum' | 'namespace';

export interface VarFact {
  readonly name: string;
  readonly kind: VarKind;
  /** The function in whose body (or head) it is declared. */
  readonly owner: FnIndex;
  readonly at: number;
  type?: TypeExpr;
  /** For a function declaration. */
  fn?: FnIndex;
  /** For a class declaration. */
  cls?: ClassIndex;
  /** For an import: index into `imports`. */
  import?: number;
  /** For a parameter: its position. */
  param?: number;
}

/** The name of all that a CommonJS module exports: `module.exports`, `export =`. */
export const EXPORT_ALL = 'export=';

/** Whether an import is of a module as a whole. */
export const isWholeImport = (name: string): boolean => name === '*' || name === EXPORT_ALL;

export interface ImportFact {
  readonly v: VarIndex;
  readonly from: string;
  /** `default`, `*` for the whole namespace, `EXPORT_ALL`, or the exported name. */
  readonly name: string;
  readonly typeOnly?: true;
}

export type ExportFact =
  /** With `read`, CommonJS: the value of the module body by which the variable is put there. */
  | { readonly name: string; readonly v: VarIndex; readonly read?: Temp }
  /** `export default <expression>`: a value of the module body. */
  | { readonly name: string; readonly value: Temp }
  | { readonly name: string; readonly from: string; readonly imported: string }
  | { readonly star: true; readonly from: string }
  /** A type that is no value. */
  | { readonly name: string; readonly type: string };

export interface MemberFact {
  readonly name: string;
  readonly kind: 'method' | 'get' | 'set' | 'field' | 'constructor';
  readonly at: number;
  readonly static?: true;
  readonly readonly?: true;
  readonly private?: true;
  readonly protected?: true;
  readonly optional?: true;
  readonly abstract?: true;
  /** The method, or for a field the function that computes its initial value. */
  readonly fn?: FnIndex;
  readonly type?: TypeExpr;
  /** For a parameter property: the constructor's parameter. */
  readonly param?: number;
  /** The names of a method's decorators: `gate` of `@gate()`, `@gate` and `@tools.gate()`. */
  readonly decorators?: readonly string[];
}

export interface ClassFact extends At {
  readonly name: string;
  readonly v?: VarIndex;
  /** The function in whose body it stands. */
  readonly owner: FnIndex;
  /** Temp of the owner that is the superclass. */
  readonly super?: Temp;
  readonly superArgs?: readonly TypeExpr[];
  readonly implements: readonly TypeExpr[];
  readonly typeParams?: readonly string[];
  readonly abstract?: true;
  readonly members: readonly MemberFact[];
}

/** A written type, as far as it helps to find out what a call calls. */
export type TypeExpr =
  | { readonly k: 'ref'; readonly name: readonly string[]; readonly args?: readonly TypeExpr[]; readonly at?: number }
  | { readonly k: 'array'; readonly of: TypeExpr }
  | { readonly k: 'tuple'; readonly of: readonly TypeExpr[] }
  | { readonly k: 'union'; readonly of: readonly TypeExpr[] }
  | { readonly k: 'both'; readonly of: readonly TypeExpr[] }
  | { readonly k: 'function'; readonly params: readonly TypeParam[]; readonly returns?: TypeExpr; readonly typeParams?: readonly string[]; readonly new?: true }
  | { readonly k: 'object'; readonly members: readonly TypeMember[] }
  | { readonly k: 'typeof'; readonly name: readonly string[] }
  | { readonly k: 'access'; readonly of: TypeExpr; readonly key: string }
  | { readonly k: 'keyword'; readonly name: string }
  | { readonly k: 'literal'; readonly value: Constant }
  | { readonly k: 'this' };

export interface TypeParam {
  readonly name: string;
  readonly type?: TypeExpr;
  readonly rest?: true;
}

export interface TypeMember {
  readonly name: string;
  readonly type?: TypeExpr;
  readonly at: number;
  readonly optional?: true;
  /** A method signature, a call signature (name '') or an index signature (name '[]'). */
  readonly kind: 'property' | 'method' | 'call' | 'new' | 'index';
}

export interface TypeFact {
  readonly name: string;
  readonly kind: 'interface' | 'alias' | 'enum';
  readonly at: number;
  readonly typeParams?: readonly string[];
  readonly extends?: readonly TypeExpr[];
  readonly members?: readonly TypeMember[];
  readonly type?: TypeExpr;
}

export interface FileFacts {
  readonly vars: readonly VarFact[];
  readonly functions: readonly FunctionFact[];
  readonly classes: readonly ClassFact[];
  readonly types: readonly TypeFact[];
  readonly imports: readonly ImportFact[];
  readonly exports: readonly ExportFact[];
  /** Offsets at which lines begin. */
  readonly lines: readonly number[];
  /** Facts of the text as it last parsed; the text on disk has a syntax error now. */
  readonly stale?: string;
}

/** More instructions than any function has; for keys made of a function and one of its temps. */
export const MOST_TEMPS = 2 ** 22;
