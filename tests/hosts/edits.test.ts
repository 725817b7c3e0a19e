/** Edits of suggestions, on the tree as the command makes it: what the suites of rules do not show of how they are laid out. */
import { expect, it } from 'vitest';
import type { Finding, RepairKind } from '../../src/analysis/finding.js';
import { parseTree } from '../../src/analysis/project/parse.js';
import { suggestionsOf } from '../../src/hosts/edits/index.js';
import { dedent } from '../marked-code.js';

type Make = (at: (part: string) => { start: number; end: number }) => RepairKind;

/** The text after the repair; undefined where there is none. */
function repaired(text: string, make: Make, file = 'case.ts'): string | undefined {
  const at = (part: string) => {
    const start = text.indexOf(part);
    if (start < 0) throw new Error(part);
    return { start, end: start + part.length };
  };
  const program = parseTree(file, text);
  if (!program) throw new Error('does not parse');
  const finding = { file, repairs: [{ messageId: 'x', ...make(at) }] } as unknown as Finding;
  const [suggestion] = suggestionsOf(finding, () => ({ text, program }));
  const after = suggestion?.edits.toReversed().reduce((all, { start, end, text: by }) => all.slice(0, start) + by + all.slice(end), text);
  if (after !== undefined) expect(parseTree(file, after), after).toBeDefined();
  return after;
}

const inFinally: Make = (at) => ({ do: 'finally', taken: at('await lock()'), releases: [at('release()')] });
const withSection: Make = (at) => ({ do: 'section', taken: at('await mutex.acquire()'), releases: [at('release()')], method: 'runExclusive' });

it('a finally keeps remarks where they belong, and what stands in texts as it is', () => {
  const code = dedent(`
    async function f() {
      const release = await lock(); // ours now

      // first
      const text = \`
      one
      \${[
        'two',
      ]}\`;
      await save(text); // slow

      // and give it back
      release(); // done
      return 1;
    }
  `);
  expect(repaired(code, inFinally)).toBe(
    dedent(`
      async function f() {
        const release = await lock(); // ours now
        try {
          // first
          const text = \`
        one
        \${[
            'two',
          ]}\`;
          await save(text); // slow
        } finally {
          // and give it back
          release(); // done
        }
        return 1;
      }
    `),
  );
});

it('a finally keeps the line endings of the file, and does without semicolons', () => {
  const code = 'async function f() {\r\n\tconst release = await lock()\r\n\tawait save()\r\n\trelease()\r\n}\r\n';
  expect(repaired(code, inFinally)).toBe(
    'async function f() {\r\n\tconst release = await lock()\r\n\ttry {\r\n\t\tawait save()\r\n\t} finally {\r\n\t\trelease()\r\n\t}\r\n}\r\n',
  );
});

it('a finally in one line', () => {
  expect(repaired('async () => { const release = await lock(); const a = await save(); release(); return a; };', inFinally)).toBe(
    'async () => { const release = await lock(); try { const a = await save(); return a; } finally { release(); } };',
  );
  expect(repaired('async () => { const release = await lock(); await save(); try { await save(); } finally { release(); } };', inFinally)).toBe(
    'async () => { const release = await lock(); try { await save(); await save(); } finally { release(); } };',
  );
});

it('a section keeps remarks, and texts', () => {
  const code = dedent(`
    async function f() {
        const release = await mutex.acquire(); // ours
        await save(\`
    text\`); // slow
        release();
        await rest();
    }
  `);
  expect(repaired(code, withSection)).toBe(
    dedent(`
      async function f() {
          await mutex.runExclusive(async () => { // ours
              await save(\`
      text\`); // slow
          });
          await rest();
      }
    `),
  );
});

it.each([
  ['the acquisition is one of several in a declaration', 'async () => { const a = 1, release = await lock(); await save(a); release(); };'],
  ['it is one part of an expression', 'async () => { const release = wrap(await lock()); await save(); release(); };'],
  ['the release is part of an expression', 'async () => { const release = await lock(); await save(); done(release()); };'],
  ['the release is in a function of its own', 'async () => { const release = await lock(); await save(() => { release(); }); };'],
  ['nothing is between the two', 'async () => { const release = await lock(); release(); };'],
  ['a disposal would come before what follows', 'async () => { const release = await lock(); using file = await open(); release(); await file.read(); };'],
  ['it is at the top of a module', 'const release = await lock(); await save(); release();'],
])('no finally where %s', (_, code) => {
  expect(repaired(code, inFinally)).toBeUndefined();
});

it.each([
  ['outside of an async function', '() => { work(); };'],
  ['in a parameter of one', 'async (x = work()) => x;'],
  ['in a field of a class in one', 'async () => class { x = work(); };'],
  ['where parentheses would be needed', 'async () => { const x = work().size; return x; };'],
])('no await %s', (_, code) => {
  expect(repaired(code, (at) => ({ do: 'await', at: at('work()') }))).toBeUndefined();
});

it('passes an argument, or a property of the last one, only where its place is known', () => {
  const pass = (code: string, index: number, property?: string) =>
    repaired(code, (at) => ({ do: 'pass', call: at(code.slice(0, -1)), index, value: 'tx', ...(property !== undefined && { property }) }));
  expect(pass('f();', 0)).toBe('f(tx);');
  expect(pass('f();', 1)).toBeUndefined();
  expect(pass('f(a, /* b */);', 1)).toBe('f(a, tx, /* b */);');
  expect(pass('f(...a);', 1)).toBeUndefined();
  expect(pass('f(a);', 1, 'transaction')).toBe('f(a, { transaction: tx });');
  expect(pass('f(a);', 1, 'tx')).toBe('f(a, { tx });');
  expect(pass('f(a, {});', 1, 'tx')).toBe('f(a, { tx });');
  expect(pass('f(a, { b, });', 1, 'session')).toBe('f(a, { b, session: tx, });');
  expect(pass('f(a, options);', 1, 'session')).toBeUndefined();
});

/** Runs a function of the repaired text: calls it once, and again after so many turns of the queue; how often did it load? */
async function loadsOf(text: string, turns: number, fails: boolean): Promise<number> {
  let loads = 0;
  const load = async (): Promise<object> => {
    loads += 1;
    await null;
    if (fails && loads === 1) throw new Error('first');
    return {};
  };
  const get = (new Function('load', `${text}\nreturn get;`) as (work: typeof load) => () => Promise<object | undefined>)(load);
  const calls = [get(), get()];
  for (let turn = 0; turn < turns; turn++) await null;
  calls.push(get());
  const results = await Promise.allSettled(calls);
  if (!fails) expect(new Set(results.map((result) => (result as PromiseFulfilledResult<unknown>).value)).size).toBe(1);
  else expect(results[0]!.status).toBe('rejected');
  await get();
  return loads;
}

const flights: Record<string, string> = {
  'a variable': `
    let kept;
    async function get() {
      if (!kept) kept = await load();
      return kept;
    }
  `,
  'an entry': `
    const all = new Map();
    const key = 'k';
    async function get() {
      const known = all.get(key);
      if (known) return known;
      const made = await load();
      all.set(key, made);
      return made;
    }
  `,
  'a flag': `
    let ready = false;
    async function get() {
      if (ready) return;
      await load();
      ready = true;
    }
  `,
};

it.each(Object.entries(flights))('whoever comes at whatever turn waits for the same work, and a failure is tried again: %s', async (_, marked) => {
  const code = dedent(marked);
  const [write] = /kept = await load\(\)|all\.set\(key, made\)|ready = true/.exec(code)!;
  const [check] = /all\.get\(key\)|(?<=if \(!?)\w+/.exec(code)!;
  // The check is the second time that its name is written.
  const from = code.indexOf(check, code.indexOf('async'));
  const after = repaired(code, (at) => ({ do: 'keep promise', write: at(write), check: { start: from, end: from + check.length } }), 'case.mjs')!;
  for (let turns = 0; turns < 12; turns++) {
    expect(await loadsOf(after, turns, false), `${turns} turns\n${after}`).toBe(1);
    expect(await loadsOf(after, turns, true), `${turns} turns\n${after}`).toBe(2);
  }
});
