/** Facts as text that a person can read: each function's graph, with variables by name and results as `%n`. */
import type {
  Block, ClassFact, ExportFact, FileFacts, FunctionFact, Instruction, PropertyFact, Temp, Terminator, TypeExpr, VarIndex,
} from '../../../src/analysis/facts/ir.js';

export function printFacts(facts: FileFacts): string {
  return [
    ...facts.imports.map(({ v, from, name, typeOnly }) => {
      return `import ${typeOnly ? 'type ' : ''}${name} of '${from}' as ${nameOf(facts, v)}`;
    }),
    ...facts.types.map((type) => {
      const bases = type.extends ? ` extends ${type.extends.map(printType).join(', ')}` : '';
      const members = type.members ? ` ${printType({ k: 'object', members: type.members })}` : '';
      return `${type.kind} ${type.name}${bases}${members}${type.type ? ` = ${printType(type.type)}` : ''}`;
    }),
    ...facts.classes.map((fact) => printClass(fact)),
    ...facts.functions.map((fact, index) => printFunction(facts, fact, index)).filter((text) => text !== ''),
    ...facts.exports.map((fact) => printExport(facts, fact)),
  ].join('\n');
}

function printExport(facts: FileFacts, fact: ExportFact): string {
  if ('star' in fact) return `export * from '${fact.from}'`;
  if ('v' in fact) return `export ${fact.name} = ${nameOf(facts, fact.v)}`;
  if ('value' in fact) return `export ${fact.name} = ${temp(fact.value)}`;
  if ('type' in fact) return `export ${fact.name} = type ${fact.type}`;
  return `export ${fact.name} = ${fact.imported} of '${fact.from}'`;
}

function printClass({ name, super: base, implements: interfaces, members }: ClassFact): string {
  const heritage = base === undefined ? '' : ` extends ${temp(base)}`;
  const promised = interfaces.length > 0 ? ` implements ${interfaces.map(printType).join(', ')}` : '';
  return [
    `class ${name}${heritage}${promised}`,
    ...members.map((member) => {
      const flags = [member.static && 'static', member.readonly && 'readonly', member.private && 'private'];
      const words = [...flags.filter(Boolean), member.kind, member.name || '(no name)'];
      const type = member.type ? `: ${printType(member.type)}` : '';
      const from = member.param === undefined ? '' : ` = parameter ${member.param}`;
      return `  ${words.join(' ')}${type}${member.fn === undefined ? '' : ` -> f${member.fn}`}${from}`;
    }),
  ].join('\n');
}

/** Nothing for a module body that does nothing. */
function printFunction(facts: FileFacts, fact: FunctionFact, index: number): string {
  const live = reachable(fact);
  if (fact.kind === 'module' && fact.code.length === 0) return '';
  const isAsync = fact.async && fact.kind !== 'module';
  const flags = [isAsync && 'async', fact.generator && 'generator', fact.static && 'static'];
  const parameters = fact.params.map(({ v, type, rest, optional }) => {
    const name = `${rest ? '...' : ''}${v === undefined ? '{…}' : nameOf(facts, v)}${optional ? '?' : ''}`;
    return type ? `${name}: ${printType(type)}` : name;
  });
  const returns = fact.returns ? `: ${printType(fact.returns)}` : '';
  const head = [`f${index}`, ...flags.filter(Boolean), fact.kind, fact.name || '(no name)'].join(' ');
  return [
    `${head}(${parameters.join(', ')})${returns}${fact.bodiless ? ' without a body' : ''}`,
    ...fact.loops.map((loop) => {
      const vars = loop.vars.map((v) => nameOf(facts, v)).join(', ');
      return `  loop ${loop.kind}: head b${loop.head}, exit b${loop.exit}${vars === '' ? '' : `, over ${vars}`}`;
    }),
    ...fact.tries.map(({ handler }) => `  try: ${handler === undefined ? 'no catch' : `catch b${handler}`}`),
    ...fact.blocks.flatMap((block, b) => (live.has(b) ? printBlock(facts, fact, block, b) : [])),
  ].join('\n');
}

/** Blocks after a jump stay in the graph, and say nothing. */
function reachable({ blocks }: FunctionFact): ReadonlySet<number> {
  const seen = new Set<number>([0]);
  for (const b of seen) {
    const { end, handler } = blocks[b]!;
    for (const next of [...targetsOf(end), ...(handler === undefined ? [] : [handler])]) seen.add(next);
  }
  return seen;
}

function targetsOf(end: Terminator): readonly number[] {
  switch (end.k) {
    case 'goto':
      return [end.to];
    case 'branch':
      return [end.yes, end.no];
    case 'any':
      return end.to;
    default:
      return [];
  }
}

function printBlock(facts: FileFacts, fact: FunctionFact, block: Block, b: number): string[] {
  const lines = fact.code.slice(block.from, block.to).map((i, n) => `    ${temp(block.from + n)} = ${print(facts, i)}`);
  const throwsTo = block.handler === undefined ? '' : ` (throws to b${block.handler})`;
  return [`  b${b}${throwsTo}`, ...lines, `    ${printEnd(block.end)}`];
}

function printEnd(end: Terminator): string {
  switch (end.k) {
    case 'goto':
      return `goto b${end.to}`;
    case 'branch':
      return `if ${temp(end.on)} goto b${end.yes} else b${end.no}`;
    case 'any':
      return `goto any of ${end.to.map((b) => `b${b}`).join(', ')}`;
    case 'return':
      return end.value === undefined ? 'return' : `return ${temp(end.value)}`;
    case 'throw':
      return `throw ${temp(end.value)}`;
    case 'stop':
      return 'stop';
  }
}

const temp = (t: Temp): string => `%${t}`;
const temps = (list: readonly Temp[]): string => list.map(temp).join(', ');
const quoted = (value: unknown): string => JSON.stringify(value);

/** Names of which there are several carry their number. */
function nameOf(facts: FileFacts, v: VarIndex): string {
  const { name } = facts.vars[v]!;
  return facts.vars.filter((other) => other.name === name).length > 1 ? `${name}#${v}` : name;
}

function print(facts: FileFacts, i: Instruction): string {
  switch (i.op) {
    case 'param':
      return `parameter ${i.index}${i.rest ? ' and the rest' : ''}`;
    case 'const':
      return quoted(i.value);
    case 'undefined':
    case 'regex':
    case 'this':
    case 'super':
    case 'caught':
      return i.op;
    case 'template':
      return `template ${i.parts.map(quoted).join(' ')} with ${temps(i.args)}`;
    case 'global':
      return `global ${i.name}`;
    case 'get':
      return `get ${nameOf(facts, i.v)}`;
    case 'set':
      return `set ${nameOf(facts, i.v)} to ${temp(i.value)}${i.using ? ` (${i.using} using)` : ''}`;
    case 'member':
      return `${temp(i.obj)}${i.opt ? '?.' : '.'}${i.name}`;
    case 'index':
      return `${temp(i.obj)}${i.opt ? '?.' : ''}[${temp(i.key)}]`;
    case 'setmember':
      return `set ${temp(i.obj)}.${i.name} to ${temp(i.value)}`;
    case 'setindex':
      return `set ${temp(i.obj)}[${temp(i.key)}] to ${temp(i.value)}`;
    case 'delete':
      return `delete ${temp(i.obj)}${i.name === undefined ? `[${temp(i.key!)}]` : `.${i.name}`}`;
    case 'call':
      return printCall(i);
    case 'importcall':
      return `import(${temp(i.source)})`;
    case 'await':
      return `await ${temp(i.value)}`;
    case 'yield':
      return `yield${i.star ? '*' : ''}${i.value === undefined ? '' : ` ${temp(i.value)}`}`;
    case 'fn':
      return `function f${i.fn}`;
    case 'class':
      return `class ${facts.classes[i.cls]!.name}`;
    case 'object':
      return `{ ${i.props.map(printProperty).join(', ')} }`;
    case 'array':
      return `[${i.items.map((item, n) => `${i.spread?.includes(n) ? '...' : ''}${temp(item)}`).join(', ')}]`;
    case 'join':
      return i.of.map(temp).join(` ${i.how} `);
    case 'unary':
      return `${i.sign} ${temp(i.arg)}`;
    case 'binary':
      return `${temp(i.left)} ${i.sign} ${temp(i.right)}`;
    case 'iterate':
      return `each ${i.keys ? 'key ' : ''}of ${temp(i.of)}${i.async ? ' (awaited)' : ''}`;
    case 'rest':
      return `rest of ${temp(i.of)}${i.from === undefined ? '' : ` from ${i.from}`}`;
    case 'cast':
      return `${temp(i.value)} as ${printType(i.type)}`;
    case 'nonnull':
      return `${temp(i.value)}!`;
    case 'dispose':
      return `${i.async ? 'await ' : ''}dispose ${nameOf(facts, i.v)}`;
    case 'unknown':
      return `unknown${i.of ? ` of ${temps(i.of)}` : ''}`;
  }
}

function printCall({ fn, args, spread, new: isNew, opt, targs }: Extract<Instruction, { op: 'call' }>): string {
  const list = args.map((arg, n) => `${n === spread ? '...' : ''}${temp(arg)}`).join(', ');
  const types = targs ? `<${targs.map(printType).join(', ')}>` : '';
  return `${isNew ? 'new' : 'call'} ${temp(fn)}${opt ? '?.' : ''}${types}(${list})`;
}

function printProperty({ name, value, kind }: PropertyFact): string {
  if (kind === 'spread') return `...${temp(value)}`;
  return `${kind ? `${kind} ` : ''}${name ?? '[…]'}: ${temp(value)}`;
}

function printType(type: TypeExpr): string {
  switch (type.k) {
    case 'ref':
      return `${type.name.join('.')}${type.args ? `<${type.args.map(printType).join(', ')}>` : ''}`;
    case 'array':
      return `${printType(type.of)}[]`;
    case 'tuple':
      return `[${type.of.map(printType).join(', ')}]`;
    case 'union':
      return type.of.map(printType).join(' | ');
    case 'both':
      return type.of.map(printType).join(' & ');
    case 'function': {
      const params = type.params.map((p) => `${p.rest ? '...' : ''}${p.name}${p.type ? `: ${printType(p.type)}` : ''}`);
      return `(${params.join(', ')}) => ${type.returns ? printType(type.returns) : '?'}`;
    }
    case 'object':
      return `{ ${type.members.map((m) => `${m.kind} ${m.name}${m.type ? `: ${printType(m.type)}` : ''}`).join('; ')} }`;
    case 'typeof':
      return `typeof ${type.name.join('.')}`;
    case 'access':
      return `${printType(type.of)}[${quoted(type.key)}]`;
    case 'keyword':
      return type.name;
    case 'literal':
      return quoted(type.value);
    case 'this':
      return 'this';
  }
}
