/** Where a handle on a database comes from: each case says it of what stands between the brackets of `from(…)`. */
import { describe, expect, it } from 'vitest';
import { handlesOf, type Origin, type Origins } from '../../src/analysis/summaries/handles.js';
import type { Analysis } from '../../src/analysis/summaries/analysis.js';
import { Engine } from '../../src/engine.js';
import { dedent } from '../marked-code.js';
import { projectOf } from '../projects.js';

type Files = Readonly<Record<string, string>>;

function originsIn(files: Files): string[] {
  const [main] = Object.keys(files) as [string];
  const root = projectOf(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, dedent(text)])));
  const { prepared: analysis } = new Engine(root);
  const file = `${root}/${main}`;
  const asked = analysis.project.facts(file)!.functions.flatMap(({ code }, fn) =>
    code.flatMap((i) => {
      const callee = i.op === 'call' ? code[i.fn] : undefined;
      return i.op === 'call' && callee?.op === 'global' && callee.name === 'from' ? [{ at: i.s, ref: { file, fn }, temp: i.args[0]! }] : [];
    }),
  );
  return asked.sort((a, b) => a.at - b.at).map(({ ref, temp }) => all(analysis, handlesOf(analysis).origins(ref, temp)));
}

const all = (analysis: Analysis, origins: Origins): string => (origins ? origins.map((one) => printed(analysis, one)).join(' or ') : '?');

function printed(analysis: Analysis, { root, without }: Origin): string {
  const factsOf = (file: string) => analysis.project.facts(file)!;
  const param = ({ file, fn, index, path }: { file: string; fn: number; index: number; path: readonly string[] }): string =>
    [`${factsOf(file).functions[fn]!.name}[${index}]`, ...path].join('.');
  const unless = without.length > 0 ? ` unless ${without.map(param).join(', ')}` : '';
  switch (root.k) {
    case 'param':
      return `given ${param(root)}${unless}`;
    case 'field':
      return `${root.far ? 'far ' : ''}field ${[factsOf(root.file).classes[root.cls]!.name, ...root.path].join('.')}${unless}`;
    case 'fixed':
      return `${fixed(analysis, root.id)}${unless}`;
    case 'connection':
      return `a connection of ${root.of.map((one) => printed(analysis, one)).join(', ')}${unless}`;
    case 'made':
      return `a ${factsOf(root.file).classes[root.cls]!.name}(${root.args.map((arg) => all(analysis, arg)).join(', ')})${unless}`;
  }
}

/** `M` of a variable of a module, `N` of a client that is made, `E` of an export of a package, `D` of a package's default. */
function fixed(analysis: Analysis, id: string): string {
  const variable = /^M(.*)#(\d+)(.*)$/.exec(id);
  if (variable) return `module ${analysis.project.facts(variable[1]!)!.vars[Number(variable[2])]!.name}${variable[3]!}`;
  const made = /^N.*?:\d+:\d+(.*)$/.exec(id);
  return made ? `a client${made[1]!}` : { E: 'package ', D: 'default of ' }[id[0]!]! + id.slice(1);
}

function table(name: string, cases: Readonly<Record<string, readonly [string | Files, readonly string[]]>>): void {
  describe(name, () => {
    it.each(Object.entries(cases))('%s', (_, [files, expected]) => {
      expect(originsIn(typeof files === 'string' ? { 'case.ts': files } : files)).toEqual(expected);
    });
  });
}

const PG = "import { Pool, type PoolClient } from 'pg';\n";

table('modules', {
  'a client of the module, by itself, by another name and as a member': [
    `${PG}const pool = new Pool(); const same = pool; const held = { pool }; from(pool); from(same); from(held.pool); from(new Pool());`,
    ['module pool', 'module pool', 'module pool', 'a client'],
  ],
  'through imports of every kind': [
    {
      'case.ts': `import { pool, made, again } from './db.js'; import whole from './db.js'; import * as all from './db.js'; import { none } from './none.js'; import { db } from 'somewhere'; import * as some from 'somewhere';
        from(pool); from(made); from(again); from(whole); from(all.pool); from(all.none); from(none); from(db); from(some.db);`,
      'db.ts': `${PG}export const pool = new Pool(); export { db as made } from 'elsewhere'; export { pool as again }; export default pool as Pool;`,
    },
    ['module pool', 'package elsewhere#db', 'module pool', 'module pool', 'module pool', '?', '?', 'package somewhere#db', 'package somewhere#.db'],
  ],
  'through CommonJS': [
    { 'case.ts': "import { pool, none } from './db.cjs'; from(pool); from(none);", 'db.cjs': "const { Pool } = require('pg'); const own = new Pool(); module.exports = { pool: own, get none() { return own; } };" },
    ['module own', '?'],
  ],
  'kept on the global object': [
    `${PG}const keep = globalThis as { pool?: Pool }; export const pool = keep.pool ?? new Pool(); export const other = (globalThis as any).other || new Pool(); const set = keep.pool && new Pool(); from(pool); from(other); from(set); from(keep.pool);`,
    ['module pool', 'module other', 'module set', 'module keep.pool'],
  ],
  'made later, or not at all': [
    `${PG}let pool: Pool | undefined; let none: Pool | null = null; function open() { pool = undefined; pool ??= new Pool(); from(pool); } from(none);`,
    ['module pool', 'module none'],
  ],
  'the handle of an open transaction is none of the module': [
    "import { Kysely, type Transaction } from 'kysely'; declare function begin(): Transaction<unknown>; const tx: Transaction<unknown> = begin(); const own = begin() as Transaction<unknown>; from(own);",
    ['?'],
  ],
  'by a function of the project, with what it gets': [
    `${PG}const pool = new Pool(); const get = () => pool; const give = (db: Pool) => db; const both = (db?: Pool) => db ?? pool; from(get()); from(give(pool)); from(both()); from(both(pool)); function f(tx?: Pool) { from(both(tx)); from(both(undefined)); }
     const none = () => {}; from(none());`,
    ['module pool', 'module pool', 'module pool', 'module pool', 'given f[0] or module pool unless f[0]', 'module pool', '?'],
  ],
  'members of members, up to a depth': [
    "declare const made: any; const a = made; function f(x: any) { from(x.a.b.c.d); from(x.a.b.c.d.e); from(a.b); }",
    ['given f[0].a.b.c.d', '?', 'module made.b'],
  ],
});

table('parameters and locals', {
  'as given, with a default, or the rest': [
    `${PG}const pool = new Pool(); function f(db: Pool, tx: Pool = pool, { client }: { client: Pool }, ...rest: Pool[]) { from(db); from(tx); from(client); from(rest); from(rest[0]); }`,
    ['given f[0]', 'given f[1] or module pool unless f[1]', 'given f[2].client', '?', '?'],
  ],
  'one or the other': [
    `${PG}const pool = new Pool(); function f(tx: Pool | undefined, o: { db?: Pool } = {}) { from(tx ? tx : pool); from(tx || pool); from(tx && tx); from(o.db ?? pool); from(pool ?? tx); from(tx! ?? (pool as Pool)); from(f() ?? tx); }`,
    [
      'given f[0] or module pool unless f[0]',
      'given f[0] or module pool unless f[0]',
      'given f[0]',
      'given f[1].db or module pool unless f[1].db',
      '?',
      'given f[0] or module pool unless f[0]',
      '?',
    ],
  ],
  'put into a variable': [
    `${PG}const pool = new Pool(); async function f(tx?: Pool) { const one = await tx; let many = pool; many = tx!; let later: Pool | undefined = undefined; later = pool; let none; from(one); from(many); from(later); from(none); let odd = undefined; odd = null; from(odd); }`,
    ['given f[0]', 'module pool or given f[0]', 'module pool', '?', '?'],
  ],
  'nothing is known of them': ['from(1); from(`a`); function f() { from(this); } from(from);', ['?', '?', '?', '?']],
});

table('connections', {
  'taken from a pool, wherever that is': [
    `${PG}const pool = new Pool(); async function f(db: Pool) { const client = await pool.connect(); from(client); from(await db.connect()); from((await db.connect()).none); } const open = (db: Pool) => db.connect(); async function g() { from(await open(pool)); }`,
    ['a connection of module pool', 'a connection of given f[0]', 'a connection of given f[0]', 'a connection of module pool'],
  ],
  'of what the package itself holds': ["import mongoose from 'mongoose'; import { getRepository } from 'typeorm'; async function f() { from(await mongoose.startSession()); from(getRepository(1)); }", ['a connection of default of mongoose', 'default of typeorm']],
});

table('objects', {
  'a field, as the constructor was given it': [
    `${PG}const pool = new Pool(); class Store { constructor(private db: Pool, readonly other = pool) {} own() { from(this.db); from(this); from(this.other); } } const store = new Store(pool); from(store.db); from(new Store(pool).other); function f(db: Pool) { from(new Store(db).db); }`,
    ['field Store.db', 'field Store', 'module pool unless constructor[1]', 'module pool', 'module pool unless constructor[1]', 'given f[0]'],
  ],
  'a field that the class makes': [
    `${PG}class Store { db = new Pool(); late: Pool; constructor() { this.late = new Pool(); } own() { from(this.db); from(this.late); } } from(new Store().db); from(new Store().late);`,
    ['field Store.db', 'field Store.late', 'field Store.db', 'field Store.late'],
  ],
  'a field that is one of the module': [
    `${PG}const pool = new Pool(); class Store { db = pool; get own() { return this.db; } f() { from(this.db); from(this.own); } } from(new Store().db);`,
    ['module pool', 'module pool', 'module pool'],
  ],
  'a field that a method sets, or that holds a connection': [
    `${PG}class Store { tx?: Pool; client?: PoolClient; begin(tx: Pool) { this.tx = tx; } async open(pool: Pool) { this.client = await pool.connect(); } f() { from(this.tx); from(this.client); } }`,
    ['?', '?'],
  ],
  'a field that is nothing at first': [
    `${PG}const pool = new Pool(); class Store { db: Pool | null = null; constructor() { this.db = pool; } f() { from(this.db); } }`,
    ['field Store.db'],
  ],
  'a field of something that nothing is known of': [
    `${PG}class Store { a = unknown(); b: any; constructor() { this.b = unknown().c; } f() { from(this.a); from(this.b); from(this.none); } }`,
    ['?', '?', 'field Store.none'],
  ],
  'the constructor of a base class, and what is passed to it': [
    `${PG}const pool = new Pool(); class Base { constructor(protected db: Pool) {} } class Heir extends Base { constructor(own: Pool) { super(own); } } class Plain extends Base {} class Odd extends Base { constructor() { const s = super; } } class Fixed extends Base { constructor() { super(pool); } }
     from(new Heir(pool).db); from(new Plain(pool).db); from(new Odd().db); from(new Fixed().db); function f(tx: Pool) { from(new Heir(tx).db); }`,
    ['module pool', 'module pool', '?', 'module pool', 'given f[0]'],
  ],
  'an object of an object': [
    `${PG}const pool = new Pool(); class Users { db: Pool; constructor(db: Pool) { this.db = db; } } class App { users = new Users(pool); f() { from(this.users.db); } } function f(app: App) { from(app.users.db); } from(new App().users.db);`,
    ['module pool', 'given f[0].users.db', 'module pool'],
  ],
  'a method of an object gives what the object has': [
    `${PG}const pool = new Pool(); class Store { constructor(private db: Pool) {} get() { return this.db; } own() { from(this.get()); } } const store = new Store(pool); from(store.get()); function f(store: Store) { from(store.get()); } class App { store = new Store(pool); f() { from(this.store.get()); } }`,
    ['field Store.db', 'module pool', 'given f[0].db', 'module pool'],
  ],
  'a constructor of which the arguments are spread': [`${PG}class Store { constructor(public db: Pool) {} } declare const all: [Pool]; from(new Store(...all).db);`, ['?']],
  'a static one': [`${PG}class Store { static db = new Pool(); static f() { from(this.db); } } from(Store.db);`, ['?', '?']],
});

table('functions that make functions', {
  'what the maker was given': [
    `${PG}const pool = new Pool(); const users = (db: Pool) => ({ get: () => db }); const own = users(pool); from(own.get()); from(users(pool).get()); function f(tx: Pool) { const mine = users(tx); from(mine.get()); } declare const other: ReturnType<typeof users>; from(other.get());`,
    ['module pool', 'module pool', 'given f[0]', 'given users[0]'],
  ],
  'a function that is returned': [`${PG}const pool = new Pool(); const getter = (db: Pool) => () => db; const get = getter(pool); from(get()); from(getter(pool)());`, ['module pool', 'module pool']],
});

table('what travels with the asynchronous context', {
  'a proxy, an extension, a store': [
    `${PG}import { AsyncLocalStorage } from 'node:async_hooks'; const store = new AsyncLocalStorage<Pool>(); const pool = new Pool(); const proxied = new Proxy(pool, {}); const made = extend(pool, { get: () => store.getStore() }); const current = () => store.getStore() ?? pool; const far = () => current(); const kept = far();
     from(proxied); from(made); from(current()); from(far()); from(kept); from(store.getStore()); class C { db = new Proxy(pool, {}); get own() { return store.getStore()!; } f() { from(this.db); from(this.own); } }
     const lazily = () => new Proxy(pool, {}); from(lazily()); declare function extend<T>(x: T, y: object): T;`,
    ['?', '?', '?', '?', '?', '?', '?', '?', '?'],
  ],
});
