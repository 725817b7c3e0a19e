/** What values are, in words: for tests of `analysis/summaries/values.ts`. */
import type { Analysis } from '../../src/analysis/summaries/analysis.js';
import type { Ty, Value } from '../../src/analysis/summaries/values.js';
import { Engine } from '../../src/engine.js';
import { dedent } from '../marked-code.js';
import { projectOf } from '../projects.js';


/** What the arguments of the calls of `is` are, in the order of the text of the first file. */
export function valuesIn(files: Readonly<Record<string, string>>): string[] {
  const [main] = Object.keys(files) as [string];
  const root = projectOf(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, dedent(text)])));
  const { prepared: analysis } = new Engine(root);
  const file = `${root}/${main}`;
  const { functions } = analysis.project.facts(file)!;
  const asked = functions.flatMap(({ code }, fn) =>
    code.flatMap((i) => {
      const callee = i.op === 'call' ? code[i.fn] : undefined;
      return i.op === 'call' && callee?.op === 'global' && callee.name === 'is' ? [{ at: i.s, ref: { file, fn }, temp: i.args[0]! }] : [];
    }),
  );
  return asked.sort((a, b) => a.at - b.at).map(({ ref, temp }) => printed(analysis, analysis.values.of(ref, temp)));
}

/** Alternatives stand in the order of the alphabet: which comes first says nothing. */
function printed(analysis: Analysis, value: Value): string {
  return value.length === 0 ? '?' : value.map((ty) => one(analysis, ty)).sort().join(' | ');
}

function one(analysis: Analysis, ty: Ty): string {
  const { project } = analysis;
  const several = (values: readonly Value[]): string => values.map((value) => printed(analysis, value)).join(', ');
  const withArguments = (name: string, env: ReadonlyMap<string, Value> | undefined): string => (env ? `${name}<${several([...env.values()])}>` : name);
  const nameOfFn = (file: string, fn: number): string => project.facts(file)!.functions[fn]!.name || `#${fn}`;
  switch (ty.k) {
    case 'instance':
      return withArguments(project.facts(ty.file)!.classes[ty.cls]!.name, ty.env);
    case 'class':
      return `class ${project.facts(ty.file)!.classes[ty.cls]!.name}`;
    case 'interface':
      return `interface ${withArguments(project.facts(ty.file)!.types[ty.type]!.name, ty.env)}`;
    case 'fn':
      return `${ty.self?.length === 1 ? `${one(analysis, ty.self[0]!)}'s ` : ''}function ${nameOfFn(ty.file, ty.fn)}`;
    case 'signature':
      return `signature${ty.owner !== undefined ? ` ${ty.owner}` : ''}`;
    case 'shape':
      return `{ ${ty.members.map(({ name }) => name).join(', ')} }`;
    case 'object':
      return 'object';
    case 'external':
      return `${ty.package}:${ty.path}`;
    case 'global':
      return `global ${ty.path}`;
    case 'box':
      return `${ty.of}<${several(ty.args)}>`;
    case 'boxMethod':
      return `${ty.box.of}.${ty.name}`;
    case 'applier':
      return `${ty.name} of ${one(analysis, ty.of)}`;
    case 'namespace':
      return `all of ${ty.file.split('/').at(-1)!}`;
    case 'constant':
      return JSON.stringify(ty.value);
    case 'text':
      return `${JSON.stringify(ty.head)}…`;
    case 'primitive':
      return ty.name;
    case 'param':
      return `given ${[`${nameOfFn(ty.file, ty.fn)}[${ty.index}]`, ...ty.path].join('.')}`;
  }
}
