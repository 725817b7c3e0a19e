/**
 * What must not change what is found, for the rules on deadlocks, on lives of locks and on shared references: a fault is
 * written down once, as the state that it is about and the functions that use it. Where the state is kept, what things
 * are called, in which order and in which files they stand, through how many helpers the calls go and what else is there
 * makes no difference. The fix makes all of it.
 */
import { rmSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Engine } from '../src/engine.js';
import { rules } from '../src/rules/index.js';
import { projectOf } from './projects.js';

interface State {
  readonly name: string;
  readonly type: string;
  readonly init: string;
}

interface Func {
  readonly name: string;
  readonly params: string;
  readonly body: string;
}

/** How a program names and says things. */
interface Words {
  /** A name of its own for each of the fault's words. */
  name(word: string): string;
  /** A piece of state, as its functions say it. */
  at(word: string): string;
  /** A call of one of the functions, with the helpers that it goes through. */
  call(word: string, args?: string): string;
  /** Waiting for something, with the helpers that it goes through. */
  wait(promise: string): string;
}

interface Fault {
  readonly rule: string;
  readonly imports: readonly string[];
  readonly state: (words: Words) => readonly State[];
  readonly functions: (words: Words) => readonly Func[];
  readonly fixed: (words: Words) => readonly Func[];
  readonly found: readonly string[];
  /** What the fault needs of other files. */
  readonly others?: Readonly<Record<string, string>>;
}

const MUTEX = `import { Mutex } from 'async-mutex';`;
const AWAIT_LOCK = `import AwaitLock from 'await-lock';`;
const DB = `import { db } from './db.js';`;
const db = { 'db.ts': `import { knex } from 'knex';\nexport const db = knex({ client: 'pg' });\n` };
const config = {
  'config.ts': `
    import { existsSync } from 'node:fs';
    export const config = { port: 1, hosts: ['a'] };
    export const mainUrl = (): string => (existsSync('read-only') ? 'replica' : 'main');
  `,
  'database.ts': `
    import { mainUrl } from './config.js';
    export class Database {
      url = '';
      reconnect(open: (url: string) => void) {
        this.url = \`\${mainUrl()}?user=web\`;
        open(this.url);
      }
    }
  `,
  'connection.ts': `export class Connection { constructor(readonly url: string) {} }`,
};
const THING = `interface Thing { send(text: string): void }`;

const mutex = (word: string) => ({ name }: Words): State => ({ name: name(word), type: 'Mutex', init: 'new Mutex()' });
const thing = ({ name }: Words): State => ({ name: name('thing'), type: 'Thing | undefined', init: 'undefined' });

const faults: Readonly<Record<string, Fault>> = {
  nullReset: {
    rule: 'no-null-reset',
    imports: [THING],
    state: (w) => [thing(w)],
    functions: (w) => [
      { name: w.name('put'), params: 'value: Thing', body: `${w.at('thing')} = value;` },
      { name: w.name('use'), params: 'text: Promise<string>', body: `if (!${w.at('thing')}) return; const said = await ${w.wait('text')}; ${w.at('thing')}.send(said);` },
      { name: w.name('drop'), params: '', body: `${w.at('thing')} = undefined;` },
    ],
    fixed: (w) => [
      { name: w.name('put'), params: 'value: Thing', body: `${w.at('thing')} = value;` },
      { name: w.name('use'), params: 'text: Promise<string>', body: `const said = await ${w.wait('text')}; if (!${w.at('thing')}) return; ${w.at('thing')}.send(said);` },
      { name: w.name('drop'), params: '', body: `${w.at('thing')} = undefined;` },
    ],
    found: ['reset'],
  },
  racyInit: {
    rule: 'no-racy-init',
    imports: [THING, 'declare function open(): Promise<Thing>;'],
    state: (w) => [thing(w)],
    functions: (w) => [
      { name: w.name('use'), params: 'text: string', body: `if (!${w.at('thing')}) ${w.at('thing')} = await ${w.wait('open()')}; ${w.at('thing')}.send(text);` },
    ],
    fixed: (w) => [
      {
        name: w.name('use'),
        params: 'text: string',
        body: `if (!${w.at('thing')}) { const made = await ${w.wait('open()')}; ${w.at('thing')} ??= made; } ${w.at('thing')}.send(text);`,
      },
    ],
    found: ['twice'],
  },
  staleCapture: {
    rule: 'no-stale-capture',
    imports: [],
    state: (w) => [{ name: w.name('total'), type: 'number', init: '0' }],
    functions: (w) => [
      { name: w.name('add'), params: 'n: Promise<number>', body: `const before = ${w.at('total')}; const more = await ${w.wait('n')}; ${w.at('total')} = before + more;` },
      { name: w.name('clear'), params: '', body: `${w.at('total')} = 0;` },
    ],
    fixed: (w) => [
      { name: w.name('add'), params: 'n: Promise<number>', body: `const more = await ${w.wait('n')}; const before = ${w.at('total')}; ${w.at('total')} = before + more;` },
      { name: w.name('clear'), params: '', body: `${w.at('total')} = 0;` },
    ],
    found: ['back'],
  },
  unguarded: {
    rule: 'no-unguarded-access',
    imports: [MUTEX],
    state: (w) => [mutex('gate')(w), { name: w.name('level'), type: 'number', init: '0' }],
    functions: (w) => [
      { name: w.name('raise'), params: 'n: Promise<number>', body: section(w, 'gate', `const before = ${w.at('level')}; const more = await ${w.wait('n')}; ${w.at('level')} = before + more;`) },
      { name: w.name('lower'), params: 'n: Promise<number>', body: section(w, 'gate', `const before = ${w.at('level')}; const less = await ${w.wait('n')}; ${w.at('level')} = before - less;`) },
      { name: w.name('clear'), params: '', body: `${w.at('level')} = 0;` },
    ],
    fixed: (w) => [
      { name: w.name('raise'), params: 'n: Promise<number>', body: section(w, 'gate', `const before = ${w.at('level')}; const more = await ${w.wait('n')}; ${w.at('level')} = before + more;`) },
      { name: w.name('lower'), params: 'n: Promise<number>', body: section(w, 'gate', `const before = ${w.at('level')}; const less = await ${w.wait('n')}; ${w.at('level')} = before - less;`) },
      { name: w.name('clear'), params: '', body: section(w, 'gate', `${w.at('level')} = 0;`) },
    ],
    found: ['unguarded'],
  },
  configMutation: {
    rule: 'no-config-mutation',
    imports: [`import { config } from './config.js';`],
    state: () => [],
    functions: (w) => [{ name: w.name('prefer'), params: 'host: Promise<string>', body: `const first = await ${w.wait('host')}; config.hosts.unshift(first);` }],
    fixed: (w) => [{ name: w.name('prefer'), params: 'host: Promise<string>', body: `const first = await ${w.wait('host')}; return [first, ...config.hosts];` }],
    found: ['mutated'],
    others: config,
  },
  sharedModeCheck: {
    rule: 'no-shared-mode-check',
    imports: [`import { mainUrl } from './config.js';`, `import type { Database } from './database.js';`, `import type { Connection } from './connection.js';`],
    state: () => [],
    functions: (w) => [{ name: w.name('isOld'), params: 'one: Database', body: 'return one.url !== mainUrl();' }],
    fixed: (w) => [{ name: w.name('isOld'), params: 'one: Connection', body: 'return one.url !== mainUrl();' }],
    found: ['shared'],
    others: config,
  },
  selfDeadlock: {
    rule: 'no-self-deadlock',
    imports: [MUTEX],
    state: (w) => [mutex('gate')(w)],
    functions: (w) => [
      { name: w.name('inner'), params: '', body: section(w, 'gate', 'console.log(1);') },
      { name: w.name('outer'), params: '', body: section(w, 'gate', `await ${w.call('inner')};`) },
    ],
    fixed: (w) => [
      { name: w.name('inner'), params: '', body: section(w, 'gate', 'console.log(1);') },
      { name: w.name('outer'), params: '', body: `${section(w, 'gate', 'console.log(2);')} await ${w.call('inner')};` },
    ],
    found: ['again'],
  },
  lockOrder: {
    rule: 'no-lock-order-inversion',
    imports: [MUTEX],
    state: (w) => [mutex('left')(w), mutex('right')(w)],
    functions: (w) => [
      { name: w.name('inLeft'), params: '', body: section(w, 'left', 'console.log(1);') },
      { name: w.name('inRight'), params: '', body: section(w, 'right', 'console.log(2);') },
      { name: w.name('leftRight'), params: '', body: section(w, 'left', `await ${w.call('inRight')};`) },
      { name: w.name('rightLeft'), params: '', body: section(w, 'right', `await ${w.call('inLeft')};`) },
    ],
    fixed: (w) => [
      { name: w.name('inLeft'), params: '', body: section(w, 'left', 'console.log(1);') },
      { name: w.name('inRight'), params: '', body: section(w, 'right', 'console.log(2);') },
      { name: w.name('leftRight'), params: '', body: section(w, 'left', `await ${w.call('inRight')};`) },
      { name: w.name('rightLeft'), params: '', body: `await ${w.call('inRight')}; await ${w.call('inLeft')};` },
    ],
    found: ['inversion', 'inversion'],
  },
  lockRelease: {
    rule: 'require-lock-release',
    imports: [MUTEX],
    state: (w) => [mutex('gate')(w)],
    functions: (w) => [
      { name: w.name('take'), params: 'work: () => Promise<void>', body: `const release = await ${w.at('gate')}.acquire(); await ${w.wait('work()')}; release();` },
    ],
    fixed: (w) => [
      { name: w.name('take'), params: 'work: () => Promise<void>', body: `const release = await ${w.at('gate')}.acquire(); try { await ${w.wait('work()')}; } finally { release(); }` },
    ],
    found: ['throws'],
  },
  floatingLock: {
    rule: 'no-floating-lock',
    imports: [MUTEX],
    state: (w) => [mutex('gate')(w)],
    functions: (w) => [{ name: w.name('start'), params: 'work: () => Promise<void>', body: `${w.at('gate')}.runExclusive(async () => { await ${w.wait('work()')}; });` }],
    fixed: (w) => [{ name: w.name('start'), params: 'work: () => Promise<void>', body: section(w, 'gate', `await ${w.wait('work()')};`) }],
    found: ['section'],
  },
  releaseUnheld: {
    rule: 'no-release-unheld',
    imports: [AWAIT_LOCK],
    state: (w) => [{ name: w.name('lock'), type: 'AwaitLock', init: 'new AwaitLock()' }],
    functions: (w) => [
      { name: w.name('take'), params: 'work: () => Promise<void>', body: `try { await ${w.at('lock')}.acquireAsync({ timeout: 100 }); await ${w.wait('work()')}; } finally { ${w.at('lock')}.release(); }` },
    ],
    fixed: (w) => [
      { name: w.name('take'), params: 'work: () => Promise<void>', body: `await ${w.at('lock')}.acquireAsync({ timeout: 100 }); try { await ${w.wait('work()')}; } finally { ${w.at('lock')}.release(); }` },
    ],
    found: ['neverTaken'],
  },
  workPastRelease: {
    rule: 'no-work-past-release',
    imports: [MUTEX, `import { writeFile } from 'node:fs/promises';`],
    state: (w) => [mutex('gate')(w)],
    functions: (w) => [
      { name: w.name('save'), params: '', body: `await writeFile('state', '');` },
      { name: w.name('take'), params: '', body: `const release = await ${w.at('gate')}.acquire(); try { return ${w.call('save')}; } finally { release(); }` },
    ],
    fixed: (w) => [
      { name: w.name('save'), params: '', body: `await writeFile('state', '');` },
      { name: w.name('take'), params: '', body: `const release = await ${w.at('gate')}.acquire(); try { return await ${w.call('save')}; } finally { release(); }` },
    ],
    found: ['returned'],
  },
  transactionHandle: {
    rule: 'use-transaction-handle',
    imports: [DB],
    state: () => [],
    functions: (w) => [
      { name: w.name('log'), params: '', body: `await db('log').insert({});` },
      { name: w.name('move'), params: '', body: `await db.transaction(async (trx) => { await trx('rows').del(); await ${w.call('log')}; });` },
    ],
    fixed: (w) => [
      { name: w.name('log'), params: '', body: `await db('log').insert({});` },
      { name: w.name('move'), params: '', body: `await db.transaction(async (trx) => { await trx('rows').del(); }); await ${w.call('log')};` },
    ],
    found: ['outer'],
    others: db,
  },
};

function section(w: Words, lock: string, body: string): string {
  return `await ${w.at(lock)}.runExclusive(async () => { ${body} });`;
}

/** Where the state is kept, and how the functions that use it are written. */
const holders = {
  private: {
    at: (name: string) => `this.#${name}`,
    call: (name: string, args: string) => `this.${name}(${args})`,
    program: (holder: string, state: readonly State[], functions: readonly Func[]) => `
      export class ${holder} {
        ${state.map((s) => `#${s.name}: ${s.type} = ${s.init};`).join('\n')}
        ${functions.map((f) => `async ${f.name}(${f.params}) { ${f.body} }`).join('\n')}
      }`,
  },
  field: {
    at: (name: string) => `this.${name}`,
    call: (name: string, args: string) => `this.${name}(${args})`,
    program: (holder: string, state: readonly State[], functions: readonly Func[]) => `
      export class ${holder} {
        ${state.map((s) => `private ${s.name}: ${s.type} = ${s.init};`).join('\n')}
        ${functions.map((f) => `${f.name} = async (${f.params}) => { ${f.body} };`).join('\n')}
      }`,
  },
  static: {
    at: (name: string, holder: string) => `${holder}.${name}`,
    call: (name: string, args: string, holder: string) => `${holder}.${name}(${args})`,
    program: (holder: string, state: readonly State[], functions: readonly Func[]) => `
      export class ${holder} {
        ${state.map((s) => `static ${s.name}: ${s.type} = ${s.init};`).join('\n')}
        ${functions.map((f) => `static async ${f.name}(${f.params}) { ${f.body} }`).join('\n')}
      }`,
  },
  module: {
    at: (name: string) => name,
    call: (name: string, args: string) => `${name}(${args})`,
    program: (_: string, state: readonly State[], functions: readonly Func[]) => `
      ${state.map((s) => `let ${s.name}: ${s.type} = ${s.init};`).join('\n')}
      ${functions.map((f) => `export async function ${f.name}(${f.params}) { ${f.body} }`).join('\n')}`,
  },
  arrows: {
    at: (name: string) => name,
    call: (name: string, args: string) => `${name}(${args})`,
    program: (_: string, state: readonly State[], functions: readonly Func[]) => `
      ${state.map((s) => `let ${s.name}: ${s.type} = ${s.init};`).join('\n')}
      ${functions.map((f) => `export const ${f.name} = async (${f.params}) => { ${f.body} };`).join('\n')}`,
  },
  factory: {
    at: (name: string) => name,
    call: (name: string, args: string) => `${name}(${args})`,
    program: (holder: string, state: readonly State[], functions: readonly Func[]) => `
      export function ${holder}() {
        ${state.map((s) => `let ${s.name}: ${s.type} = ${s.init};`).join('\n')}
        ${functions.map((f) => `async function ${f.name}(${f.params}) { ${f.body} }`).join('\n')}
        return { ${functions.map((f) => f.name).join(', ')} };
      }`,
  },
} as const;

/** Helpers that only pass on what they wait for or call: each stands in a file of its own, or where the fault is. */
const helpers = {
  await: (name: string) => `export async function ${name}<T>(promise: Promise<T>): Promise<T> { return await promise; }`,
  return: (name: string) => `export function ${name}<T>(promise: Promise<T>): Promise<T> { return promise; }`,
  arrow: (name: string) => `export const ${name} = async <T>(promise: Promise<T>): Promise<T> => promise;`,
} as const;

/** What has nothing to do with it. */
const unrelated = [
  '',
  `export function unrelatedSum(numbers: readonly number[]) { let sum = 0; for (const n of numbers) sum += n; return sum; }`,
  `export class UnrelatedCounter { #count = 0; up() { this.#count += 1; return this.#count; } get now() { return this.#count; } }`,
  `const unrelatedNames = new Map<string, string>();\nexport const unrelatedName = (key: string) => unrelatedNames.get(key) ?? key;\nexport const nameUnrelated = (key: string, name: string) => { unrelatedNames.set(key, name); };`,
  `export async function unrelatedRead(read: () => Promise<string>) { const text = await read(); return text.trim(); }`,
] as const;

interface Program {
  readonly fault: keyof typeof faults;
  readonly holder: keyof typeof holders;
  readonly names: readonly string[];
  /** Where each function comes in the order of all. */
  readonly order: readonly number[];
  readonly helpers: readonly { readonly spelling: keyof typeof helpers; readonly apart: boolean }[];
  readonly before: number;
  readonly after: number;
  readonly fixed: boolean;
}

function filesOf({ fault, holder, names, order, helpers: through, before, after, fixed }: Program): Record<string, string> {
  const { imports, state, functions, fixed: right, others = {} } = faults[fault]!;
  const style = holders[holder];
  const given = new Map<string, string>();
  const name = (word: string): string => {
    if (!given.has(word)) given.set(word, names[given.size % names.length]! + (given.size >= names.length ? String(given.size) : ''));
    return given.get(word)!;
  };
  const holderName = `${name('holder')}Holder`;
  const helperName = (n: number): string => `passOn${n}`;
  const wrapped = (expression: string): string => through.reduce((inner, _, n) => `${helperName(n)}(${inner})`, expression);
  const words: Words = {
    name,
    at: (word) => style.at(name(word), holderName),
    call: (word, args = '') => wrapped(style.call(name(word), args, holderName)),
    wait: wrapped,
  };
  const all = [...(fixed ? right : functions)(words)].map((one, n) => ({ one, at: order[n % order.length]! })).sort((a, b) => a.at - b.at).map(({ one }) => one);
  const apart = Object.fromEntries(through.flatMap(({ spelling, apart: away }, n) => (away ? [[`helper${n}.ts`, helpers[spelling](helperName(n))]] : [])));
  const text = [
    ...through.flatMap(({ apart: away }, n) => (away ? [`import { ${helperName(n)} } from './helper${n}.js';`] : [])),
    ...imports,
    unrelated[before]!,
    ...through.flatMap(({ spelling, apart: away }, n) => (away ? [] : [helpers[spelling](helperName(n))])),
    style.program(holderName, state(words), all),
    unrelated[after]!,
  ].join('\n');
  return { ...others, ...apart, '0.ts': text };
}

/** What the rule of the fault finds where the fault is, and in the helpers. */
function foundIn(program: Program): string[] {
  const files = filesOf(program);
  const root = projectOf(files);
  const engine = new Engine(root);
  const rule = rules.find(({ name }) => name === faults[program.fault]!.rule)!;
  const own = Object.keys(files).filter((file) => !(file in (faults[program.fault]!.others ?? {})));
  const found = own.flatMap((file) =>
    engine.findings(rule, `${root}/${file}`, { ...rule.defaults, confidence: 'certain' }).map(({ messageId }) => messageId),
  );
  rmSync(root, { recursive: true });
  return found.sort();
}

const expected = ({ fault, fixed }: Program): readonly string[] => (fixed ? [] : faults[fault]!.found);
const print = (program: Program): string => Object.entries(filesOf(program)).map(([file, text]) => `// ${file}\n${text}`).join('\n');
const keysOf = <T extends object>(table: T): (keyof T)[] => Object.keys(table) as (keyof T)[];

const names = fc.uniqueArray(
  fc.constantFrom('alpha', 'beta', 'gamma', 'delta', 'x1', '$it', '_own', 'Größe', 'value', 'item', 'one', 'it', 'thing', 'mine', 'theirs'),
  { minLength: 8, maxLength: 8 },
);
const order = fc.uniqueArray(fc.nat({ max: 20 }), { minLength: 4, maxLength: 4 });
const helper = fc.record({ spelling: fc.constantFrom(...keysOf(helpers)), apart: fc.boolean() });
const nothing = fc.constant(0);
const plain: fc.Arbitrary<Omit<Program, 'fault'>> = fc.record({
  holder: fc.constantFrom(...keysOf(holders)),
  names,
  order: fc.constant([0, 1, 2, 3]),
  helpers: fc.constant([]),
  before: nothing,
  after: nothing,
  fixed: fc.constant(false),
});

/** What is found of each fault is what is expected, before and after the change. */
function holds<T>(choice: fc.Arbitrary<T>, change: (given: Program, choice: T) => Program): void {
  for (const fault of keysOf(faults)) {
    it(faults[fault]!.rule, () => {
      fc.assert(
        fc.property(plain, choice, (given, chosen) => {
          const before = { ...given, fault };
          const after = change(before, chosen);
          expect(foundIn(before), print(before)).toEqual(expected(before));
          expect(foundIn(after), print(after)).toEqual(expected(after));
        }),
        { seed: 7_735, numRuns: 12 },
      );
    });
  }
}

describe('what is found stays the same when the state is kept elsewhere', () => {
  holds(fc.constantFrom(...keysOf(holders)), (given, holder) => ({ ...given, holder }));
});

describe('what is found stays the same when everything is renamed', () => {
  holds(names, (given, chosen) => ({ ...given, names: chosen }));
});

describe('what is found stays the same when functions stand in another order', () => {
  holds(order, (given, chosen) => ({ ...given, order: chosen }));
});

describe('what is found stays the same when calls go through helpers, in this file or in others', () => {
  holds(fc.array(helper, { minLength: 1, maxLength: 3 }), (given, chosen) => ({ ...given, helpers: chosen }));
});

describe('what is found stays the same when there is more in the file', () => {
  const index = fc.nat({ max: unrelated.length - 1 });
  holds(fc.record({ before: index, after: index }), (given, { before, after }) => ({
    ...given, before, after: before === after ? 0 : after,
  }));
});

describe('nothing is found when the fault is mended', () => {
  holds(fc.record({ helpers: fc.array(helper, { maxLength: 2 }), order }), (given, chosen) => ({ ...given, ...chosen, fixed: true }));
});
