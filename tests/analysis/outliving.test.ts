/** Work that goes on when its transaction or lock has ended. What stands between « and » is reported as certain. */
import { noWorkPastRelease } from '../../src/rules/no-work-past-release.js';
import { certainTable } from '../certain-reports.js';

const transaction = (work = '', outside = ''): string => `
import type { Knex } from 'knex';
${outside}
export const go = (db: Knex, rows: string[], x: any) => db.transaction(async (trx) => {
  ${work}
});
`;
const SAVE = 'async function save(trx: Knex.Transaction, row: string): Promise<void> { await trx("rows").insert({ row }); await trx("log").insert({ row }); }';

certainTable('dropped in a transaction', noWorkPastRelease, transaction, {
  'a call that is given it': ['«save(trx, "a")»;', SAVE],
  'a call of which only the promise is made': ['void x; «save(trx, "a")»; await save(trx, "b");', SAVE],
  'given it in an object': ['«store({ trx })»;', 'async function store(o: { trx: Knex.Transaction }): Promise<void> { await o.trx("a").del(); }'],
  'given it in a list': ['«store([trx])»;', 'async function store(o: Knex.Transaction[]): Promise<void> { await o[0]!("a").del(); }'],
  'given it by another name': ['const same = trx!; «save(same, "a")»;', SAVE],
  'for each, and nobody waits': ['«rows.forEach(async (row) => { await save(trx, row); })»;', SAVE],
});

certainTable('fine in a transaction', noWorkPastRelease, transaction, {
  'awaited, returned, or kept until it is': ['await save(trx, "a"); const done = save(trx, "b"); await done; return save(trx, "c");', SAVE],
  'one after the other': ['for (const row of rows) await save(trx, row);', SAVE],
  'what has nothing to do with it': ['other(); void x.work();', 'async function other(): Promise<void> {}'],
  'listeners and events': ['trx.on("query", () => {}); trx.emit("a");'],
  'a call that gives no promise': ['note(trx);', 'function note(trx: unknown) { console.log(trx); }'],
  'a query that is built': ['const query = trx("a"); query.where({ a: 1 }); await query;'],
  'all that have settled': ['await Promise.allSettled(rows.map((row) => save(trx, row)));', SAVE],
});

certainTable('the first failure of several in a transaction', noWorkPastRelease, transaction, {
  'of two that do several things': ['await «Promise.all([save(trx, "a"), save(trx, "b")])»;', SAVE],
  'of one for each': ['await «Promise.all(rows.map((row) => save(trx, row)))»;', SAVE],
  'of one': ['await Promise.all([save(trx, "a")]);', SAVE],
  'of those that others have made': ['await Promise.all(x);', SAVE],
  'of one for each of something else': ['await Promise.all(rows.map(async (row) => row.length));', SAVE],
});

const LOCK = "import { writeFile } from 'node:fs/promises';\nimport { Mutex } from 'async-mutex';\nconst mutex = new Mutex();\n";
const held = (work = '', outside = ''): string => `${LOCK}${outside}
export class Store {
  #state = 0;
  readonly go = (names: string[], signal: AbortSignal) => mutex.runExclusive(async () => { ${work} });
  async save(name: string, _more?: unknown): Promise<void> { this.#state += 1; await writeFile(name, String(this.#state)); await writeFile(name, ''); this.#state += 1; }
}
`;
const TIMER = 'const timeout = (ms: number) => new Promise<never>((_, reject) => setTimeout(() => reject(new Error("late")), ms));';

certainTable('a race against time', noWorkPastRelease, held, {
  'of work that goes on': ['await «Promise.race([this.save("a"), timeout(10)])»;', TIMER],
  'of work that stops with a signal': ['await Promise.race([this.save("a", { signal }), timeout(10)]);', TIMER],
  'of work that stops with a signal of its own': ['const controller = new AbortController(); await Promise.race([this.save("a", controller), timeout(10)]);', TIMER],
  'of work that stops with a signal, further in': ['await Promise.race([this.save("a", { more: { signal } }), timeout(10)]);', TIMER],
  'whose end is looked at': ['let late = false; await Promise.race([this.save("a"), new Promise<void>((done) => setTimeout(() => { late = true; done(); }, 10))]); if (late) return;'],
  'whose end is told': ['if (await Promise.race([this.save("a").then(() => false), timeout(10)])) return;', TIMER],
  'through a function that does it': ['await «limited(this.save("a"), 10)»;', `${TIMER}\nconst limited = <T>(work: Promise<T>, ms: number): Promise<T> => Promise.race([work, timeout(ms)]);`],
  'through a function that is told to stop': ['await limited(this.save("a"), signal);', `${TIMER}\nconst limited = <T>(work: Promise<T>, signal: AbortSignal): Promise<T> => Promise.race([work, timeout(10)]);`],
  'through a function that races something else': ['await limited(this.save("a"), 10);', `${TIMER}\nasync function limited<T>(work: Promise<T>, ms: number): Promise<T> { void Promise.race([timeout(ms)]); return work; }`],
  'of what somebody else made': ['await Promise.race(names as never);', TIMER],
  'against no time': ['await Promise.race([this.save("a"), this.save("b")]);'],
});

certainTable('the first failure of several under a lock', noWorkPastRelease, held, {
  'of two': ['await «Promise.all([this.save("a"), this.save("b")])»;'],
  'of one': ['await Promise.all([this.save("a")]);'],
  'of those that fail never': ['await Promise.all([this.save("a").catch(() => {}), this.save("b").catch(() => {})]);'],
});
