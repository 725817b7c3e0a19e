/**
 * What must not change what is found: a small program takes a lock and does something under it, by way of a few
 * functions. Where the functions stand, what they are called, how they are written and in which style the lock is taken
 * makes no difference. Taking the lock away makes all of it.
 */
import { rmSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Engine } from '../src/engine.js';
import { rules } from '../src/rules/index.js';
import { projectOf } from './projects.js';

/** What is done under the lock, and what the rules call it. */
const effects = {
  sleep: { imports: `import { setTimeout as sleep } from 'node:timers/promises';`, does: 'sleep(10)', found: 'sleep' },
  timer: { imports: '', does: 'new Promise((resolve) => setTimeout(resolve, 10))', found: 'sleep' },
  network: { imports: '', does: `fetch('https://example.org/')`, found: 'network' },
  process: { imports: `import { execa } from 'execa';`, does: `execa('ls')`, found: 'process' },
  event: { imports: `import { once } from 'node:events';`, does: `once(process, 'exit')`, found: 'event' },
  retry: { imports: `import pRetry from 'p-retry';`, does: 'pRetry(async () => 1)', found: 'retry' },
  callback: {
    imports: `import { EventEmitter } from 'node:events';\nconst emitter = new EventEmitter();`,
    does: `emitter.emit('x')`,
    found: 'callback',
  },
  // Past the transaction, where there is one.
  statement: { imports: `import { db } from './db.js';`, does: `db('rows').del()`, found: undefined },
  storage: { imports: `import { readFile } from 'node:fs/promises';`, does: `readFile('state')`, found: undefined },
} as const;

/** How a function of the chain is written; each calls what `inner` says and lets its caller wait for it. */
const spellings = {
  await: (name: string, inner: string) => `export async function ${name}() { await ${inner}; }`,
  return: (name: string, inner: string) => `export function ${name}() { return ${inner}; }`,
  arrow: (name: string, inner: string) => `export const ${name} = async () => ${inner};`,
  then: (name: string, inner: string) => `export function ${name}() { return Promise.resolve().then(() => ${inner}); }`,
  helper: (name: string, inner: string) => `
    function ${name}Then<T, U>(promise: Promise<T>, next: (value: T) => Promise<U>): Promise<U> {
      return promise.then(next);
    }
    export function ${name}() { return ${name}Then(Promise.resolve(1), () => ${inner}); }`,
  method: (name: string, inner: string) => `
    class ${name}Class { async run() { await ${inner}; } }
    const ${name}Object = new ${name}Class();
    export const ${name} = () => ${name}Object.run();`,
  object: (name: string, inner: string) => `
    const ${name}Object = { async run() { await ${inner}; } };
    export async function ${name}() { await ${name}Object.run(); }`,
  tried: (name: string, inner: string) => `
    export async function ${name}() { try { await ${inner}; } catch (error) { throw new Error(String(error)); } }`,
  inherited: (name: string, inner: string) => `
    abstract class ${name}Base { async run() { await this.step(); } protected abstract step(): Promise<unknown>; }
    class ${name}Class extends ${name}Base { protected override async step() { return ${inner}; } }
    export const ${name} = () => new ${name}Class().run();`,
  bound: (name: string, inner: string) => `
    class ${name}Class { run = async () => { await ${inner}; }; }
    const { run: ${name}Run } = new ${name}Class();
    export const ${name} = ${name}Run.bind(undefined);`,
  passed: (name: string, inner: string) => `
    async function ${name}Apply<T>(run: () => Promise<T>): Promise<T> { return await run(); }
    export function ${name}() { return ${name}Apply(async () => ${inner}); }`,
  later: (name: string, inner: string) => `
    export async function ${name}() { const promise = (async () => ${inner})(); await promise; }`,
  looped: (name: string, inner: string) => `
    export async function ${name}() { for (const _ of [1, 2]) if (Math.random() > 0) { await ${inner}; } }`,
  made: (name: string, inner: string) => `
    function ${name}Maker() { return { run: async () => { await ${inner}; } }; }
    const ${name}Made = ${name}Maker();
    export const ${name} = async () => ${name}Made?.run();`,
  all: (name: string, inner: string) => `export const ${name} = async () => { await Promise.all([${inner}, 1]); };`,
} as const;

/** How the lock is taken around a statement. */
const styles = {
  section: {
    imports: `import { Mutex } from 'async-mutex';`,
    region: (lock: string, body: string) => `
      const ${lock} = new Mutex();
      export async function region() { await ${lock}.runExclusive(async () => { ${body} }); }`,
  },
  releaser: {
    imports: `import { Mutex } from 'async-mutex';`,
    region: (lock: string, body: string) => `
      const ${lock} = new Mutex();
      export async function region() {
        const giveBack = await ${lock}.acquire();
        try { ${body} } finally { giveBack(); }
      }`,
  },
  acquireAndRelease: {
    imports: `import AwaitLock from 'await-lock';`,
    region: (lock: string, body: string) => `
      const ${lock} = new AwaitLock();
      export async function region() {
        await ${lock}.acquireAsync();
        try { ${body} } finally { ${lock}.release(); }
      }`,
  },
  lease: {
    imports: `import { Mutex } from 'lockwright';`,
    region: (lock: string, body: string) => `
      const ${lock} = new Mutex();
      export async function region() { using lease = await ${lock}.acquire(); ${body} }`,
  },
  field: {
    imports: `import { Mutex } from 'async-mutex';`,
    region: (lock: string, body: string) => `
      export class Region {
        readonly #${lock} = new Mutex();
        async region() { return this.#${lock}.runExclusive(async () => { ${body} }); }
      }`,
  },
  wrapper: {
    imports: `import { Mutex } from 'async-mutex';`,
    region: (lock: string, body: string) => `
      const ${lock} = new Mutex();
      async function exclusively<T>(section: () => Promise<T>): Promise<T> {
        const giveBack = await ${lock}.acquire();
        try { return await section(); } finally { giveBack(); }
      }
      export const region = () => exclusively(async () => { ${body} });`,
  },
  keyed: {
    imports: `import AsyncLock from 'async-lock';`,
    region: (lock: string, body: string) => `
      const ${lock} = new AsyncLock();
      export const region = () => ${lock}.acquire('all', async () => { ${body} });`,
  },
  queue: {
    imports: `import pLimit from 'p-limit';`,
    region: (lock: string, body: string) => `
      const ${lock} = pLimit(1);
      async function section() { ${body} }
      export const region = () => ${lock}(section);`,
  },
  webLock: {
    imports: '',
    region: (lock: string, body: string) => `
      const ${lock} = 'name';
      export const region = () => navigator.locks.request(${lock}, { mode: 'exclusive' }, async () => { ${body} });`,
  },
  chained: {
    imports: `import { Mutex } from 'async-mutex';`,
    region: (lock: string, body: string) => `
      const ${lock} = new Mutex();
      export const region = () => ${lock}.acquire().then(async (giveBack) => {
        try { ${body} } finally { giveBack(); }
      });`,
  },
  homeGrown: {
    imports: '',
    region: (lock: string, body: string) => `
      class Serial {
        #tail: Promise<unknown> = Promise.resolve();
        run<T>(section: () => Promise<T>): Promise<T> {
          const result = this.#tail.then(section);
          this.#tail = result.catch(() => undefined);
          return result;
        }
      }
      const ${lock} = new Serial();
      export const region = () => ${lock}.run(async () => { ${body} });`,
  },
  transaction: {
    imports: `import { db } from './db.js';`,
    region: (lock: string, body: string) => `
      export const region = () => db.transaction(async (${lock}) => { await ${lock}('own').del(); ${body} });`,
  },
  none: {
    imports: '',
    region: (lock: string, body: string) => `
      const ${lock} = 1;
      export async function region() { if (${lock}) { ${body} } }`,
  },
} as const;

interface Link {
  readonly spelling: keyof typeof spellings;
  /** The file that it stands in: that of the region is 0. */
  readonly file: number;
}

interface Program {
  readonly effect: keyof typeof effects;
  readonly style: keyof typeof styles;
  readonly lock: string;
  /** Of the functions, from the region to the effect. */
  readonly names: readonly string[];
  readonly links: readonly Link[];
  readonly returned: boolean;
  readonly commonJs?: true;
}

/** A module that requires what it needs, and exports by its names. */
function asCommonJs(text: string): string {
  const exported: string[] = [];
  const plain = text
    .replace(/^import (?:(\w+)|(\{.*?\})) from ('.*?');/gmu, (_, whole: string | undefined, named: string | undefined, from: string) => `const ${whole ?? named!.replaceAll(' as ', ': ')} = require(${from});`)
    .replace(/^(\s*)export ((?:async )?function|const|class) ([\p{ID_Continue}$]+)/gmu, (_, indent: string, kind: string, own: string) => {
      exported.push(own);
      return `${indent}${kind} ${own}`;
    });
  return `${plain}\nmodule.exports = { ${exported.join(', ')} };\n`;
}

/** The region is in 0.ts; each file imports what it needs of the others. */
function filesOf({ effect, style, lock, names, links, returned, commonJs }: Program): Record<string, string> {
  const { imports, does } = effects[effect];
  const texts = new Map<number, { imports: Set<string>; body: string }>();
  const textOf = (file: number): { imports: Set<string>; body: string } => {
    const known = texts.get(file) ?? { imports: new Set<string>(), body: '' };
    texts.set(file, known);
    return known;
  };
  const callFrom = (file: number, link: number): string => {
    const next = links[link];
    if (!next) {
      textOf(file).imports.add(imports);
      return does;
    }
    if (next.file !== file) textOf(file).imports.add(`import { ${names[link]} } from './${next.file}.js';`);
    return `${names[link]}()`;
  };
  links.forEach(({ file, spelling }, n) => {
    textOf(file).body += `${spellings[spelling](names[n]!, callFrom(file, n + 1))}\n`;
  });
  const call = callFrom(0, 0);
  textOf(0).imports.add(styles[style].imports);
  // Something that others share: a lock around nothing but slow work exists for that.
  textOf(0).imports.add('const counts = { calls: 0 };');
  textOf(0).body += styles[style].region(lock, `counts.calls += 1; ${returned ? `return await ${call};` : `await ${call};`}`);
  const db = `import { knex } from 'knex';\nexport const db = knex({ client: 'pg' });\n`;
  const own = Object.fromEntries(
    [...texts].map(([file, { imports: lines, body }]) => [`${file}.ts`, `${[...lines].join('\n')}\n${body}`]),
  );
  const files = { ...own, 'db.ts': db };
  return commonJs ? Object.fromEntries(Object.entries(files).map(([file, text]) => [file, asCommonJs(text)])) : files;
}

/** What is found in which file, by the recommended rules. */
function foundIn(program: Program): string[] {
  const files = filesOf(program);
  const root = projectOf(files);
  const engine = new Engine(root);
  const found = Object.keys(files).flatMap((file) =>
    rules.flatMap((rule) => {
      const findings = engine.findings(rule, `${root}/${file}`, { ...rule.defaults, confidence: 'certain' });
      return findings.map(({ messageId }) => `${file}: ${messageId}`);
    }),
  );
  rmSync(root, { recursive: true });
  return found.sort();
}

function expected({ effect, style }: Program): string[] {
  const found = effect === 'statement' && style === 'transaction' ? 'outer' : effects[effect].found;
  return style === 'none' || found === undefined ? [] : [`0.ts: ${found}`];
}

const keysOf = <T extends object>(table: T): (keyof T)[] => Object.keys(table) as (keyof T)[];
const locking = keysOf(styles).filter((style) => style !== 'none');

const name = fc.constantFrom(
  'alpha', 'beta', 'load', 'next', 'update', 'x1', '$it', '_own', 'Größe', 'value', 'state', 'lock', 'unlock', 'get',
);
const names = fc.uniqueArray(name, { minLength: 6, maxLength: 6 });
const link: fc.Arbitrary<Link> = fc.record({
  spelling: fc.constantFrom(...keysOf(spellings)), file: fc.nat({ max: 3 }),
});
const program: fc.Arbitrary<Program> = fc
  .record({
    effect: fc.constantFrom(...keysOf(effects)),
    style: fc.constantFrom(...locking),
    names,
    links: fc.array(link, { maxLength: 4 }),
    returned: fc.boolean(),
  })
  .map(({ names: [lock, ...rest], ...others }) => ({ ...others, lock: `${lock!}Lock`, names: rest }));

const parameters = { seed: 7_735, numRuns: 250 };

interface Choice {
  readonly names: readonly string[];
  readonly file: number;
  readonly spelling: keyof typeof spellings;
  readonly style: keyof typeof styles;
}

/** What is found is what is expected, before and after the change. */
function holds(change: (given: Program, choice: Choice) => Program, programs: fc.Arbitrary<Program> = program): void {
  const choices: fc.Arbitrary<Choice> = fc.record({
    names,
    file: fc.nat({ max: 3 }),
    spelling: fc.constantFrom(...keysOf(spellings)),
    style: fc.constantFrom(...locking),
  });
  fc.assert(
    fc.property(programs, choices, (given, choice) => {
      const changed = change(given, choice);
      const before = foundIn(given);
      expect(before, print(given)).toEqual(expected(given));
      expect(foundIn(changed), print(changed)).toEqual(expected(changed));
    }),
    parameters,
  );
}

function print(given: Program): string {
  return Object.entries(filesOf(given)).map(([file, text]) => `// ${file}\n${text}`).join('\n');
}

describe('what is found stays the same', () => {
  it('when functions move to another file', () => {
    holds((given, { file }) => {
      return { ...given, links: given.links.map((one) => ({ ...one, file: (one.file + file) % 4 })) };
    });
  });

  it('when functions and the lock are renamed', () => {
    holds((given, { names: [lock, ...rest] }) => ({ ...given, lock: lock!, names: rest.map((one) => `${one}2`) }));
  });

  it('when a function that only calls is put in between', () => {
    holds((given, { file, spelling }) => ({ ...given, links: [{ file, spelling }, ...given.links] }));
  });

  it('when functions are written in another way, with `then` or with await', () => {
    holds((given, { spelling }) => ({ ...given, links: given.links.map((one) => ({ ...one, spelling })) }));
  });

  it('when modules are written as CommonJS', () => {
    holds((given) => ({ ...given, commonJs: true }));
  });

  it('when the lock is taken in another style', () => {
    holds((given, { style }) => ({ ...given, style }));
  });
});

it('a statement goes past a transaction by whatever way, and past nothing where there is none', () => {
  const past = program.map((given): Program => ({ ...given, effect: 'statement', style: 'transaction' }));
  holds((given, { file, spelling }) => ({ ...given, style: 'none', links: [{ file, spelling }, ...given.links] }), past);
});

it('nothing is found when the lock is taken away', () => {
  holds((given) => ({ ...given, style: 'none' }));
});
