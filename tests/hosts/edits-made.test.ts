/**
 * What each repair makes of a text, and where it offers none: what is between « and » is what the finding names, in the
 * order in which the repair takes them. `none` stands for a text of which nothing is made.
 */
import { describe, expect, it } from 'vitest';
import type { Finding, Range, RepairKind } from '../../src/analysis/finding.js';
import { parseTree } from '../../src/analysis/project/parse.js';
import { suggestionsOf } from '../../src/hosts/edits/index.js';
import { dedent } from '../marked-code.js';

const none = undefined;

function unmarked(marked: string): { text: string; at: Range[] } {
  const at: { start: number; end: number }[] = [];
  const open: number[] = [];
  let text = '';
  for (const char of dedent(marked)) {
    if (char === '«') open.push(at.push({ start: text.length, end: 0 }) - 1);
    else if (char === '»') at[open.pop()!]!.end = text.length;
    else text += char;
  }
  return { text, at };
}

function table(name: string, make: (at: readonly Range[]) => RepairKind, cases: readonly (readonly [name: string, before: string, after: string | undefined])[], file = 'case.ts'): void {
  describe(name, () => {
    it.each(cases)('%s', (_, before, after) => {
      const { text, at } = unmarked(before);
      const program = parseTree(file, text);
      if (!program) throw new Error('does not parse');
      const finding = { file, repairs: [{ messageId: 'x', ...make(at) }] } as unknown as Finding;
      const [suggestion] = suggestionsOf(finding, () => ({ text, program }));
      const made = suggestion?.edits.toReversed().reduce((all, { start, end, text: by }) => all.slice(0, start) + by + all.slice(end), text);
      expect(made).toBe(after === undefined ? undefined : dedent(after));
      if (made !== undefined) expect(parseTree(file, made)).toBeDefined();
    });
  });
}

table('await', ([at]) => ({ do: 'await', at: at! }), [
  ['a statement', 'async () => { «work()»; };', 'async () => { await work(); };'],
  ['`void` goes', 'async () => { void «work()»; };', 'async () => { await work(); };'],
  ['`void` of which the value is used stays', 'async () => f(void «work()»);', none],
  ['behind a negation', 'async () => { if (!«work()») stop(); };', 'async () => { if (!await work()) stop(); };'],
  ['behind another sign', 'async () => { x = -«work()»; };', none],
]);

table('await what is returned', ([at]) => ({ do: 'await', at: at!, returned: true }), [
  ['as it is', 'async () => { return «work()»; };', 'async () => { return await work(); };'],
  ['on some way', 'async () => { return a ? «work()» : b; };', 'async () => { return a ? await work() : b; };'],
  ['with an optional call', 'async () => { return «work?.()»; };', 'async () => { return await work?.(); };'],
  ['not what is put somewhere', 'async () => { x = «work()»; };', none],
]);

table('one by one', ([at]) => ({ do: 'one by one', call: at! }), [
  ['a callback for each', 'async () => { «all.forEach(async (one) => { await save(one); })»; };', 'async () => { for (const one of all) { await save(one); } };'],
  ['with a return that goes on with the next', 'async () => { «all.forEach(async (one) => { if (!one) return; await save(one); })»; };', 'async () => { for (const one of all) { if (!one) continue; await save(one); } };'],
  ['a return inside of a loop would go on with that', 'async () => { «all.forEach(async (one) => { for (const x of one) return; })»; };', none],
  ['a value that is returned is lost', 'async () => { «all.forEach(async (one) => { return one; })»; };', none],
  ['a callback that is one call', 'async () => { «all.forEach((one: string) => save(one))»; };', 'async () => { for (const one of all) await save(one); };'],
  ['a callback that is one await', 'async () => { «all.forEach(async (one) => await save(one))»; };', 'async () => { for (const one of all) await save(one); };'],
  ['a callback that is something else', 'async () => { «all.forEach((one) => one.x)»; };', none],
  ['a block that waits for nothing', 'async () => { «all.forEach((one) => { save(one); })»; };', none],
  ['a parameter that is taken apart', 'async () => { «all.forEach(async ({ a }) => { await save(a); })»; };', 'async () => { for (const { a } of all) { await save(a); } };'],
  ['a parameter with a default', 'async () => { «all.forEach(async (one = 1) => { await save(one); })»; };', none],
  ['the rest of all arguments', 'async () => { «all.forEach(async (...one) => { await save(one); })»; };', none],
  ['a callback that wants the index', 'async () => { «all.forEach(async (one, n) => { await save(n); })»; };', none],
  ['a function with a `this` of its own', 'async () => { «all.forEach(async function (one) { await save(one); })»; };', none],
  ['a function that stands elsewhere', 'async () => { «all.forEach(save)»; };', none],
  ['a parameter that is written to', 'async () => { «all.forEach(async (one) => { one = 1; await save(one); })»; };', none],
  ['a parameter that is counted up', 'async () => { «all.forEach(async (one) => { one++; await save(one); })»; };', none],
  ['a variable that would be shared', 'async () => { «all.forEach(async (one) => { var x = one; await save(x); })»; };', none],
  ['with an object for `this`', 'async () => { «all.forEach(async (one) => { await save(one); }, self)»; };', none],
  ['an optional call', 'async () => { «all?.forEach(async (one) => { await save(one); })»; };', none],
  ['where the value is used', 'async () => { x = «all.forEach(async (one) => { await save(one); })»; };', none],
  ['outside of an async function', '() => { «all.forEach(async (one) => { await save(one); })»; };', none],
  ['mapped to promises', 'async () => { await «Promise.all(all.map(async (one) => { await save(one); }))»; };', 'async () => { for (const one of all) { await save(one); } };'],
  ['mapped, of which the values are used', 'async () => { const x = await «Promise.all(all.map((one) => save(one)))»; };', none],
  ['mapped with an object for `this`', 'async () => { await «Promise.all(all.map((one) => save(one), self))»; };', none],
  ['filtered', 'async () => { await «Promise.all(all.filter((one) => save(one)))»; };', none],
  ['a list', 'async () => { await «Promise.all([a(), b()])»; };', 'async () => { await a(); await b(); };'],
  ['a list in lines', `
    async () => {
      await «Promise.all([
        a(),
        b(),
      ])»;
    };
  `, `
    async () => {
      await a();
      await b();
    };
  `],
  ['a list whose results are taken apart', 'async () => { const [x, , z] = await «Promise.all([a(), b(), c()])»; };', 'async () => { const x = await a(); await b(); const z = await c(); };'],
  ['a list that is taken apart with a default', 'async () => { const [x = 1] = await «Promise.all([a()])»; };', none],
  ['a list of which the rest is taken', 'async () => { const [...x] = await «Promise.all([a()])»; };', none],
  ['more names than results', 'async () => { const [x, y] = await «Promise.all([a()])»; };', none],
  ['two declarations', 'async () => { const [x] = await «Promise.all([a()])», y = 1; };', none],
  ['a list that is kept whole', 'async () => { const x = await «Promise.all([a()])»; };', none],
  ['a list of what is no call', 'async () => { await «Promise.all([a(), ...b])»; };', none],
  ['a list with a hole', 'async () => { await «Promise.all([a(), , b()])»; };', none],
  ['a list of nothing', 'async () => { await «Promise.all([])»; };', none],
  ['a list in an `if` without a block', 'async () => { if (x) await «Promise.all([a(), b()])»; };', none],
  ['in a generator', 'async function* f() { await «Promise.all([a(yield 1), b()])»; }', none],
  ['of which nobody waits', 'async () => { x = «Promise.all([a()])»; };', none],
  ['the first of several', 'async () => { await «Promise.race([a(), b()])»; };', none],
  ['without an argument', 'async () => { await «Promise.all()»; };', none],
  ['a function that is called by a name', 'async () => { await «all([a()])»; };', none],
]);

table('copy', ([at]) => ({ do: 'copy', call: at! }), [
  ['sorted', 'const f = (list) => { return «list.sort()»; };', 'const f = (list) => { return [...list].sort(); };'],
  ['put together', 'const f = (a, b) => { return «Object.assign(a, b)»; };', 'const f = (a, b) => { return Object.assign({}, a, b); };'],
  ['by a function', 'const f = (a, b) => { return «defaultsDeep(a, b)»; };', 'const f = (a, b) => { return defaultsDeep({}, a, b); };'],
  ['defaults', 'const f = (a, b) => { return «_.defaults(a, b)»; };', 'const f = (a, b) => { return _.defaults({}, a, b); };'],
  ['by another function', 'const f = (a, b) => { return «fill(a, b)»; };', none],
  ['by a computed name', "const f = (a, b) => { return «_['merge'](a, b)»; };", none],
  ['where the value is dropped', 'const f = (list) => { «list.sort()»; };', none],
  ['where it is looked at afterwards', 'const f = (list) => { const x = «list.sort()»; return [x, list]; };', none],
  ['an optional one', 'const f = (list) => { return «list?.sort()»; };', none],
  ['of what is spread', 'const f = (list) => { return «Object.assign(...list)»; };', none],
  ['outside of a function', 'x = «list.sort()»;', none],
]);

table('take before', ([taken, release]) => ({ do: 'take before', taken: taken!, release: release! }), [
  ['the first statement of a `try`', 'async () => { try { «await lock()»; await work(); } finally { «release()»; } };', 'async () => { await lock(); try { await work(); } finally { release(); } };'],
  ['in lines of its own', `
    async () => {
      try {
        held = «await lock()»; // ours
        await work();
      } finally {
        «release()»;
      }
    };
  `, `
    async () => {
      held = await lock(); // ours
      try {
        await work();
      } finally {
        release();
      }
    };
  `],
  ['not the first', 'async () => { try { await first(); «await lock()»; await work(); } finally { «release()»; } };', none],
  ['the only one', 'async () => { try { «await lock()»; } finally { «release()»; } };', none],
  ['of which the failure is caught', 'async () => { try { «await lock()»; await work(); } catch {} finally { «release()»; } };', none],
  ['a part of a statement', 'async () => { try { f(«await lock()»); await work(); } finally { «release()»; } };', none],
  ['a declaration', 'async () => { try { const x = «await lock()»; await work(); } finally { «release()»; } };', none],
  ['released elsewhere', 'async () => { try { «await lock()»; await work(); } finally { x(); } «release()»; };', none],
  ['not in a `try`', 'async () => { «await lock()»; await work(); «release()»; };', none],
]);

const remove = ([at]: readonly Range[]): RepairKind => ({ do: 'remove', at: at! });
table('remove', remove, [
  ['a statement', 'async () => { a(); «release()»; b(); };', 'async () => { a(); b(); };'],
  ['that is awaited', 'async () => { await «release()»; b(); };', 'async () => { b(); };'],
  ['a part of one', 'async () => { f(«release()»); };', none],
  ['all that an `if` does', 'async () => { if (x) «release()»; };', none],
  ['a value', 'const x = () => «release()»;', none],
]);
const removeBeside = ([at, other]: readonly Range[]): RepairKind => ({ do: 'remove', at: at!, other: other!.start });
table('remove what another makes needless', removeBeside, [
  ['beside it', 'async () => { «release()»; a(); «release()»; };', 'async () => { a(); release(); };'],
  ['in a `finally` around it', 'async () => { try { «release()»; a(); } finally { «release()»; } };', 'async () => { try { a(); } finally { release(); } };'],
  ['on another way only', 'async () => { if (x) { «release()»; } else { «release()»; } };', none],
  ['in the `finally` that it stands in', 'async () => { try { a(); } finally { if (x) { «release()»; } «release()»; } };', none],
]);

table('pass', ([call]) => ({ do: 'pass', call: call!, index: 0, value: 'tx' }), [
  ['what two functions around have a parameter for', '(tx) => { all((tx) => { «save()»; }); };', none],
  ['what one has', '(tx) => { «save()»; };', '(tx) => { save(tx); };'],
  ['to what is constructed', '(tx) => { «new Save()»; };', none],
]);

const section = ([taken, ...releases]: readonly Range[]): RepairKind => ({ do: 'section', taken: taken!, releases, method: 'runExclusive' });
table('section', section, [
  ['in one line', 'async () => { const release = «await m.acquire()»; await work(); «release()»; };', 'async () => { await m.runExclusive(async () => { await work(); }); };'],
  ['with what is returned', 'async () => { const release = «await m.acquire()»; const x = await work(); «release()»; return x; };', 'async () => { return m.runExclusive(async () => { const x = await work(); return x; }); };'],
  ['with arguments', 'async () => { const release = «await m.acquire(1)»; await work(); «release()»; };', none],
  ['by a function', 'async () => { const release = «await acquire()»; await work(); «release()»; };', none],
  ['without an await', 'async () => { const release = «m.acquire()»; await work(); «release()»; };', none],
  ['that mentions what was given', 'async () => { const release = «await m.acquire()»; await work(release); «release()»; };', none],
  ['that goes on with a loop', 'async () => { for (const x of all) { const release = «await m.acquire()»; if (x) continue; «release()»; } };', none],
  ['that yields', 'async function* f() { const release = «await m.acquire()»; yield 1; «release()»; }', none],
  ['that returns from within a block', 'async () => { if (x) { const release = «await m.acquire()»; if (y) return 1; «release()»; } };', none],
  ['that assigns what is outside', 'async () => { let x; const release = «await m.acquire()»; x = await work(); «release()»; return x; };', none],
  ['that counts what is outside', 'async () => { let x = 0; const release = «await m.acquire()»; x++; «release()»; };', none],
  ['that reads what was looked at before', 'async () => { if (!a.b) return; const release = «await m.acquire()»; await work(a.b); «release()»; };', none],
  ['that reads a variable that was assigned before', 'async () => { let x; x = one(); const release = «await m.acquire()»; await work(x); «release()»; };', none],
  ['that gives it back twice', 'async () => { const release = «await m.acquire()»; if (x) { «release()»; return; } await work(); «release()»; };', none],
]);

const releasing = ([taken, ...releases]: readonly Range[]): RepairKind => ({ do: 'finally', taken: taken!, releases });
table('finally', releasing, [
  ['with an early way out', `
    async () => {
      const release = «await lock()»;
      if (await skip()) {
        «release()»;
        return;
      }
      await work();
      «release()»;
    };
  `, `
    async () => {
      const release = await lock();
      try {
        if (await skip()) {
          return;
        }
        await work();
      } finally {
        release();
      }
    };
  `],
  ['with an early way out, in one line', 'async () => { const release = «await lock()»; if (x) { «release()»; return; } await work(); «release()»; };', 'async () => { const release = await lock(); try { if (x) { return; } await work(); } finally { release(); } };'],
  ['an early way out that goes on', 'async () => { const release = «await lock()»; if (x) { «release()»; await more(); } await work(); «release()»; };', none],
  ['an early way out that computes something', 'async () => { const release = «await lock()»; if (x) { «release()»; return more(); } await work(); «release()»; };', none],
  ['an early way out that throws', 'async () => { const release = «await lock()»; if (x) { «release()»; throw new Error(`no ${x}`); } await work(); «release()»; };', 'async () => { const release = await lock(); try { if (x) { throw new Error(`no ${x}`); } await work(); } finally { release(); } };'],
  ['given back in other words', 'async () => { const release = «await lock()»; if (x) { «release(1)»; return; } await work(); «release()»; };', none],
  ['given back twice in a row', 'async () => { const release = «await lock()»; await work(); «release()»; await more(); «release()»; };', none],
  ['guarded already, in part', `
    async () => {
      const release = «await lock()»;
      await first();
      try {
        await work();
      } finally {
        «release()»;
      }
    };
  `, `
    async () => {
      const release = await lock();
      try {
        await first();
        await work();
      } finally {
        release();
      }
    };
  `],
  ['guarded already, with a catch', `
    async () => {
      const release = «await lock()»;
      await first();
      try {
        await work();
      } catch (error) {
        log(error);
      } finally {
        «release()»;
      }
    };
  `, `
    async () => {
      const release = await lock();
      try {
        await first();
        try {
          await work();
        } catch (error) {
          log(error);
        }
      } finally {
        «release()»;
      }
    };
  `.replaceAll(/[«»]/g, '')],
  ['guarded already, with a catch, in one line', 'async () => { const release = «await lock()»; await first(); try { await work(); } catch {} finally { «release()»; } };', none],
  ['guarded from the beginning', 'async () => { const release = «await lock()»; try { await work(); } finally { «release()»; } };', none],
  ['guarded and given back outside, too', 'async () => { const release = «await lock()»; await first(); try { await work(); } finally { «release()»; } «release()»; };', none],
  ['a name that means something else in the `try`', 'async () => { const release = «await lock()»; await first(x); try { const x = 1; await work(x); } finally { «release()»; } };', none],
  ['where the try begins in the line of its body', `
    async () => {
      const release = «await lock()»;
      await first();
      try { await work(); } finally { «release()»; }
    };
  `, none],
  ['what is declared is needed later', 'async () => { const release = «await lock()»; const x = await work(); «release()»; await more(x); };', none],
  ['what is declared is returned', 'async () => { const release = «await lock()»; const x = await work(); «release()»; return x.y; };', 'async () => { const release = await lock(); try { const x = await work(); return x.y; } finally { release(); } };'],
  ['what is declared is deleted as it is returned', 'async () => { const release = «await lock()»; const x = await work(); «release()»; return delete x.y; };', none],
  ['assigned', 'async () => { let release; release = «await lock()»; await work(); «release()»; };', 'async () => { let release; release = await lock(); try { await work(); } finally { release(); } };'],
  ['added', 'async () => { let n = 0; n += «await lock()»; await work(); «release()»; };', none],
  ['not used', 'async () => { «await lock()»; await work(); «release()»; };', 'async () => { await lock(); try { await work(); } finally { release(); } };'],
  ['for a disposal', 'async () => { await using held = «await lock()»; await work(); «release()»; };', none],
  ['in an `if` without a block', 'async () => { if (x) «await lock()»; await work(); «release()»; };', none],
  ['with tabs', 'async () => {\n\tconst release = «await lock()»;\n\tawait work();\n\t«release()»;\n};\n', 'async () => {\n\tconst release = await lock();\n\ttry {\n\t\tawait work();\n\t} finally {\n\t\trelease();\n\t}\n};\n'],
  ['in code that is not indented', 'async () => {\nconst release = «await lock()»;\nawait work();\n«release()»;\n};', 'async () => {\nconst release = await lock();\ntry {\n  await work();\n} finally {\n  release();\n}\n};'],
]);

const maybe = ([taken, ...releases]: readonly Range[]): RepairKind => ({ do: 'finally', taken: taken!, releases, maybe: true });
table('finally of what may be refused', maybe, [
  ['asked at once', 'async () => { if (!«await tryLock()») return; await work(); «release()»; };', 'async () => { if (!await tryLock()) return; try { await work(); } finally { release(); } };'],
  ['asked next', 'async () => { const held = «await tryLock()»; if (!held) { log(); return; } await work(); «release()»; };', 'async () => { const held = await tryLock(); if (!held) { log(); return; } try { await work(); } finally { release(); } };'],
  ['not asked', 'async () => { const held = «await tryLock()»; await work(); «release()»; };', none],
  ['asked, and gone on with', 'async () => { const held = «await tryLock()»; if (!held) log(); await work(); «release()»; };', none],
  ['asked with another way', 'async () => { if (!«await tryLock()») return; else log(); await work(); «release()»; };', none],
  ['something else is asked', 'async () => { const held = «await tryLock()»; if (!other) return; await work(); «release()»; };', none],
]);

const unreleased = ([taken]: readonly Range[]): RepairKind => ({ do: 'finally', taken: taken!, releases: [], release: 'm.release()' });
table('finally of what nobody gives back', unreleased, [
  ['to the end', `
    async () => {
      «await m.acquire()»;
      await work();
    };
  `, `
    async () => {
      await m.acquire();
      try {
        await work();
      } finally {
        m.release();
      }
    };
  `],
  ['to the end, in one line', 'async () => { «await m.acquire()»; await work(); };', 'async () => { await m.acquire(); try { await work(); } finally { m.release(); } };'],
  ['where nothing follows', 'async () => { «await m.acquire()»; };', none],
]);

const flight = ([check, write]: readonly Range[]): RepairKind => ({ do: 'keep promise', check: check!, write: write! });
const FIELD = (type: string, method: string, modifiers = ''): string => `class C { ${modifiers}store${type}; ${method} }`;
table('keep promise, typed', flight, [
  ['of a field', `
    class C {
      store?: Store;
      async get() {
        if (!«this.store») «this.store = await load()»;
        return this.store;
      }
    }
  `, `
    class C {
      store?: Store;
      private storePromise: Promise<Store> | undefined;
      async get() {
        if (!this.store) {
          try {
            this.store = await (this.storePromise ??= Promise.resolve(load()));
          } finally {
            this.storePromise = undefined;
          }
        }
        return this.store;
      }
    }
  `],
  ['of a static field, in a block', `
    class C {
      static store: Store | undefined;
      static async get() {
        if (C.store === undefined) {
          «C.store = await load()»;
        }
        return C.store;
      }
    }
  `.replace('C.store ===', '«C.store» ==='), `
    class C {
      static store: Store | undefined;
      private static storePromise: Promise<Store> | undefined;
      static async get() {
        if (C.store === undefined) {
          try {
            C.store = await (C.storePromise ??= Promise.resolve(load()));
          } finally {
            C.storePromise = undefined;
          }
        }
        return C.store;
      }
    }
  `],
  ['of a map of a class', `
    class C {
      readonly #stores: Map<string, Store> = new Map();
      async get(key: string) {
        const known = «this.#stores.get(key)»;
        if (known) return known;
        const store = await load(key);
        «this.#stores.set(key, store)»;
        return store;
      }
    }
  `, `
    class C {
      readonly #stores: Map<string, Store> = new Map();
      readonly #storesPromises = new Map<string, Promise<Store>>();
      async get(key: string) {
        const known = this.#stores.get(key);
        if (known) return known;
        let loading = this.#storesPromises.get(key);
        if (!loading) {
          loading = Promise.resolve(load(key));
          this.#storesPromises.set(key, loading);
        }
        try {
          const store = await loading;
          this.#stores.set(key, store);
          return store;
        } finally {
          this.#storesPromises.delete(key);
        }
      }
    }
  `],
  ['of a map whose types are given to the constructor', `
    const stores = new Map<string, Store>();
    async function get(key: string) {
      if (!«stores.get(key)») «stores.set(key, await load(key))»;
    }
  `, `
    const stores = new Map<string, Store>();
    const storesPromises = new Map<string, Promise<Store>>();
    async function get(key: string) {
      if (!stores.get(key)) {
        let loading = storesPromises.get(key);
        if (!loading) {
          loading = Promise.resolve(load(key));
          storesPromises.set(key, loading);
        }
        try {
          stores.set(key, await loading);
        } finally {
          storesPromises.delete(key);
        }
      }
    }
  `],
  ['of a map without types', 'const stores = new Map();\nasync function get(key: string) {\n  if (!«stores.get(key)») «stores.set(key, await load(key))»;\n}\n', none],
  ['of a map that is no map', 'const stores = new Store<string, Store>();\nasync function get(key: string) {\n  if (!«stores.get(key)») «stores.set(key, await load(key))»;\n}\n', none],
  ['of a map that is given', 'async function get(stores: Map<string, Store>, key: string) {\n  if (!«stores.get(key)») «stores.set(key, await load(key))»;\n}\n', none],
  ['of a map that comes from a call', 'const stores: Map<string, Store> = make();\nasync function get(key: string) {\n  if (!«stores.get(key)») «stores.set(key, await load(key))»;\n}\n', none],
  ['of a key that is computed anew', 'const stores = new Map<string, Store>();\nasync function get(key: string) {\n  if (!«stores.get(key())») «stores.set(key(), await load(key))»;\n}\n', none],
  ['of a key that changes', 'const stores = new Map<string, Store>();\nasync function get(key: string) {\n  key = key.trim();\n  if (!«stores.get(key)») «stores.set(key, await load(key))»;\n}\n', none],
  ['of a key to whose members is written', 'const stores = new Map<string, Store>();\nasync function get(key: any) {\n  key.used = true;\n  if (!«stores.get(key)») «stores.set(key, await key)»;\n}\n', none],
  ['where the word is taken', 'const stores = new Map<string, Store>();\nasync function get(key: string) {\n  const loading = 1;\n  if (!«stores.get(key)») «stores.set(key, await load(key, loading))»;\n}\n', none],
  ['of a set', 'const stores = new Map<string, Store>();\nasync function get(key: string) {\n  if (!«stores.get(key)») «stores.add(await load(key))»;\n}\n', none],
  ['of a value that waits for nothing', 'const stores = new Map<string, Store>();\nasync function get(key: string) {\n  if (!«stores.get(key)») «stores.set(key, load(key))»;\n}\n', none],
  ['of a type that is nothing', FIELD('?: undefined', 'async get() { if (!«this.store») «this.store = await load()»; }'), none],
  ['of a field without a type', FIELD('', 'async get() { if (!«this.store») «this.store = await load()»; }'), none],
  ['of a declared field', FIELD('?: Store', 'async get() { if (!«this.store») «this.store = await load()»; }', 'declare '), none],
  ['of a field with a decorator', FIELD('?: Store', 'async get() { if (!«this.store») «this.store = await load()»; }', '@inject() '), none],
  ['of a field that is not declared', 'class C { async get() { if (!«this.store») «this.store = await load()»; } }', none],
  ['of a field whose promise has a name already', FIELD('?: Store', 'storePromise = 1; async get() { if (!«this.store») «this.store = await load()»; }'), none],
  ['of an object that is not `this`', FIELD('?: Store', 'async get(other: C) { if (!«other.store») «other.store = await load()»; }'), none],
  ['of a member of a member', FIELD('?: Store', 'async get() { if (!«this.a.store») «this.a.store = await load()»; }'), none],
  ['of a computed member', FIELD('?: Store', 'async get() { if (!«this[a]») «this[a] = await load()»; }'), none],
  ['of a `this` of another function', FIELD('?: Store', 'get() { return async function (this: any) { if (!«this.store») «this.store = await load()»; }; }'), none],
  ['outside of a class', 'async function get(this: any) { if (!«this.store») «this.store = await load()»; }', none],
  ['of a parameter', 'async function get(store?: Store) { if (!«store») «store = await load()»; }', none],
  ['of a variable that is nowhere declared', 'async function get() { if (!«store») «store = await load()»; }', none],
  ['of one of two variables', 'let a, store: Store | undefined; async function get() { if (!«store») «store = await load()»; }', none],
  ['of an exported variable, of what waits twice', `
    export let store: Store | null = null;
    async function get() {
      if (!«store») «store = await load(await url())»;
    }
  `, `
    export let store: Store | null = null;
    let storePromise: Promise<Store> | undefined;
    async function get() {
      if (!store) {
        try {
          store = await (storePromise ??= (async () => load(await url()))());
        } finally {
          storePromise = undefined;
        }
      }
    }
  `],
  ['of a literal with an await in it', 'let store: Store | undefined; async function get() { if (!«store») «store = { a: await load() }»; }', none],
  ['of what yields', 'let store: Store | undefined; async function* get() { if (!«store») «store = await load(yield)»; }', none],
  ['of what is no call', 'let store: Store | undefined; async function get() { if (!«store») «store = await pending»; }', none],
  ['in an expression', 'let store: Store | undefined; async function get() { if (!«store») return («store = await load()»); }', none],
  ['with another sign', 'let store = 0; async function get() { if (!«store») «store += await load()»; }', none],
  ['of something else than an assignment', 'let store = 0; async function get() { if (!«store») «store++»; }', none],
  ['with another way', 'let store: Store | undefined; async function get() { if (!«store») «store = await load()»; else log(); }', none],
  ['in a switch', 'let store: Store | undefined; async function get() { switch (1) { case 1: if («store») break; «store = await load()»; } }', none],
  ['where more is asked', 'let store: Store | undefined; async function get() { if (!«store» && other) «store = await load()»; }', none],
  ['where two things are compared', 'let store: Store | undefined; async function get() { if («store» === other) «store = await load()»; }', none],
  ['in a block of its own', 'let store: Store | undefined; async function get() { if («store») return; { «store = await load()»; } }', none],
  ['where the early way out does more', 'let store: Store | undefined; async function get() { if («store») { log(); return; } «store = await load()»; }', none],
  ['where more is done behind it', 'let store: Store | undefined; async function get() { if (!«store») { «store = await load()»; await more(); } }', none],
  ['where something is waited for before it', 'let store: Store | undefined; async function get() { if (!«store») { await first(); «store = await load()»; } }', none],
  ['where something is made as it is returned', 'let store: Store | undefined; async function get() { if («store») return store; «store = await load()»; return make(store); }', none],
]);

table('keep promise of an assignment that asks itself', ([write, check]) => ({ do: 'keep promise', check: check!, write: write! }), [
  ['of a variable', `
    let store: Store | undefined;
    async function get() {
      ««store» ??= await load()»;
    }
  `, `
    let store: Store | undefined;
    let storePromise: Promise<Store> | undefined;
    async function get() {
      try {
        store ??= await (storePromise ??= Promise.resolve(load()));
      } finally {
        storePromise = undefined;
      }
    }
  `],
]);

table('keep promise, untyped', flight, [
  ['of a field that is nowhere declared', `
    class C {
      async get() {
        if (!«this.store») «this.store = await load()»;
      }
    }
  `, `
    class C {
      async get() {
        if (!this.store) {
          try {
            this.store = await (this.storePromise ??= load());
          } finally {
            this.storePromise = undefined;
          }
        }
      }
    }
  `],
  ['of a private field', `
    class C {
      #store;
      async get() {
        if (!«this.#store») «this.#store = await load()»;
      }
    }
  `, `
    class C {
      #store;
      #storePromise;
      async get() {
        if (!this.#store) {
          try {
            this.#store = await (this.#storePromise ??= load());
          } finally {
            this.#storePromise = undefined;
          }
        }
      }
    }
  `],
  ['of a map of a class', `
    class C {
    	stores = new WeakMap();
    	async get(key) {
    		if (!«this.stores.get(key)») «this.stores.set(key, await load(key))»;
    	}
    }
  `, `
    class C {
    	stores = new WeakMap();
    	storesPromises = new WeakMap();
    	async get(key) {
    		if (!this.stores.get(key)) {
    			let loading = this.storesPromises.get(key);
    			if (!loading) {
    				loading = load(key);
    				this.storesPromises.set(key, loading);
    			}
    			try {
    				this.stores.set(key, await loading);
    			} finally {
    				this.storesPromises.delete(key);
    			}
    		}
    	}
    }
  `],
  ['of a flag', `
    let ready = false;
    async function get() {
      if («ready») return;
      await load();
      «ready = true»;
    }
  `, `
    let ready = false;
    let readyPromise;
    async function get() {
      if (ready) return;
      readyPromise ??= (async () => {
        await load();
        ready = true;
      })().finally(() => {
        readyPromise = undefined;
      });
      await readyPromise;
    }
  `],
  ['of a flag, with a value that is returned early', 'let ready = false;\nasync function get() {\n  if («ready») return 1;\n  await load();\n  «ready = true»;\n}\n', none],
  ['of a flag, with more behind it', 'let ready = false;\nasync function get() {\n  if («ready») return;\n  await load();\n  «ready = true»;\n  log();\n}\n', none],
  ['of a flag alone', 'let ready = false;\nasync function get() {\n  if («ready») return;\n  «ready = true»;\n}\n', none],
  ['of a flag, in one line', 'let ready = false; async function get() { if («ready») return; await load(); «ready = true»; }', none],
  ['of a flag, with a way out', 'let ready = false;\nasync function get() {\n  if («ready») return;\n  if (await load()) return;\n  «ready = true»;\n}\n', none],
  ['of a flag, with a variable that is set', 'let ready = false, n = 0;\nasync function get() {\n  if («ready») return;\n  n++;\n  «ready = true»;\n}\n', none],
  ['of a flag, with what was looked at before', 'let ready = false;\nasync function get(a) {\n  if (!a.b) return;\n  if («ready») return;\n  await load(a.b);\n  «ready = true»;\n}\n', none],
], 'case.mjs');

table('replace', ([at]) => ({ do: 'replace', at: at!, was: 'all', by: 'allSettled' }), [
  ['what stands there', 'Promise.«all»([]);', 'Promise.allSettled([]);'],
  ['something else stands there', 'Promise.«any»([]);', none],
]);

it('a file that cannot be parsed has no repairs, and keeps its suggestions', () => {
  const given = { messageId: 'y', edits: [] };
  const finding = { file: 'case.ts', suggestions: [given], repairs: [{ messageId: 'x', do: 'await', at: { start: 0, end: 1 } }] } as unknown as Finding;
  expect(suggestionsOf(finding, () => undefined)).toEqual([given]);
  expect(suggestionsOf(finding, () => { throw new RangeError('too deep'); })).toEqual([given]);
});
