/**
 * Who takes over what gives a lock back: each case has a way out (`if (x) return;`) that does not give it back, which is
 * a leak unless somebody else has it by then. What stands between « and » is reported as certain.
 */
import { describe, it } from 'vitest';
import { requireLockRelease } from '../../src/rules/require-lock-release.js';
import { certainTable, expectCertain } from '../certain-reports.js';

const LOCK = `import { Mutex } from 'async-mutex';
const lock = new Mutex();
let kept: (() => void) | undefined;
const all = new Map<string, () => void>();
declare function other(x: unknown): Promise<void>;
`;

const leaks = (use = '', outside = ''): string => `${LOCK}${outside}
export async function f(x: boolean, key: string): Promise<unknown> {
  const release = «await lock.acquire()»;
  ${use}
  if (x) return;
  release();
}
`;
const keeps = (use = '', outside = ''): string => leaks(use, outside).replace(/[«»]/g, '');

certainTable('it is left', requireLockRelease, leaks, {
  'nobody has it': ['await other(1);'],
  'a list of its own': ['const mine: (() => void)[] = []; mine.push(release);'],
  'an object of its own': ['const mine: { r?: () => void } = {}; mine.r = release;'],
  'a variable of its own': ['let mine; mine = release;'],
  'it is given back where the work succeeds': ['void work().then(() => release());', 'async function work() { await fetch("/"); throw new Error("always"); }'],
});

certainTable('it is handed over', requireLockRelease, keeps, {
  'to a function of somebody else': ['await other(release);'],
  'to one that gives it back': ['use(release);', 'function use(r: () => void) { r(); }'],
  'to one that keeps it': ['use(release);', 'function use(r: () => void) { kept = r; }'],
  'to one that keeps it in a map': ['use(release);', 'function use(r: () => void) { all.set("a", r); }'],
  'to one that passes it on': ['use(release);', 'function use(r: () => void) { void other(r); }'],
  'to one that returns it': ['kept = use(release);', 'function use(r: () => void) { return r; }'],
  'to one that puts it into an object': ['use(release);', 'function use(r: () => void) { const o = { r }; void other(o); }'],
  'to one that puts it into a list': ['use(release);', 'function use(r: () => void) { void other([r]); }'],
  'to one that makes a function of it': ['use(release);', 'function use(r: () => void) { setTimeout(() => r(), 1); }'],
  'to one that takes it apart': ['use({ release });', 'function use({ release }: { release: () => void }) { kept = release; }'],
  'to one that puts it into a member': ['use(release, all);', 'function use(r: () => void, o: any) { o.r = r; }'],
  'into a variable of the module': ['kept = release;'],
  'into a map of the module': ['all.set(key, release);'],
  'into an object that is given': ['const o: any = await other(1); o.r = release;'],
  'by a key': ['const o: any = {}; o[key] = release; await other(o);'],
  'into an object that is passed on': ['const mine: { r?: () => void } = {}; mine.r = release; await other(mine);'],
  'into a timer': ['setTimeout(release, 1);'],
  'into a listener': ['process.on("exit", () => release());'],
  'into the rest of a promise': ['void other(1).then(() => release(), () => release());'],
  'to all that are given back in a loop': ['const mine = [release]; for (const one of mine) one();'],
  'to a generator\'s consumer': ['const give = function* () { yield release; }; await other(give());'],
  'to whom a closure gives it': ['const give = () => release; kept = give();'],
});

const LEASE = `import Redlock from 'redlock';
const locks = new Redlock([]);
let kept: unknown;
declare function other(x: unknown): Promise<void>;
`;
const leaseLeaks = (use = '', outside = ''): string => `${LEASE}${outside}
export async function f(x: boolean): Promise<unknown> {
  const lease = «await locks.acquire(['a'], 1000)»;
  ${use}
  if (x) return;
  await lease.release();
}
`;
certainTable('a lease that is left', requireLockRelease, leaseLeaks, {
  'a function looks at it': ['await use(lease);', 'async function use(r: any) { await other(r.expiration); }'],
  'a function does nothing with it': ['use(1, lease);', 'function use(n: number, r: unknown) { return n; }'],
});
certainTable('a lease that is handed over', requireLockRelease, (use, outside) => leaseLeaks(use, outside).replace(/[«»]/g, ''), {
  'to a function of somebody else': ['await other(lease);'],
  'to one that gives it back': ['await use(lease);', 'async function use(r: any) { await r.release(); }'],
  'to one that keeps it': ['use(lease);', 'function use(r: unknown) { kept = r; }'],
  'to one that keeps it in a member': ['use(lease, kept);', 'function use(r: unknown, o: any) { o.r = r; }'],
  'to one that passes it on': ['use(lease);', 'function use(r: unknown) { void other(r); }'],
  'to one that calls it': ['use(lease);', 'function use(r: any) { r(); }'],
  'to one that returns it': ['kept = use(lease);', 'function use(r: unknown) { return r; }'],
  'to one that puts it into an object': ['use(lease);', 'function use(r: unknown) { void other({ r }); }'],
  'to one that puts it into a list': ['use(lease);', 'function use(r: unknown) { void other([r]); }'],
  'to one that makes a function of it': ['use(lease);', 'function use(r: any) { setTimeout(() => r.release(), 1); }'],
  'to one that takes it apart': ['use(lease);', 'function use({ release }: any) { kept = release; }'],
});

describe('an object of its own that is returned takes with it what it holds', () => {
  it('it is the caller\'s', () =>
    expectCertain(requireLockRelease, {
      'case.ts': `${LOCK}
        export async function f(): Promise<{ r?: () => void }> {
          const release = await lock.acquire();
          const mine: { r?: () => void } = {};
          mine.r = release;
          return mine;
        }
      `,
    }));
});

const flag = (check = '', outside = '', more = ''): string => `
${outside}
class Job {
  #busy = false;
  ${more}
  async run(): Promise<void> {
    ${check}
    «this.#busy = true»;
    await fetch('/');
    this.#busy = false;
  }
}
export const job = new Job();
`;

certainTable('a busy flag that a failure leaves set', requireLockRelease, flag, {
  'looked at': ['if (this.#busy) return;'],
  'looked at the other way round': ['if (!this.#busy) { await fetch("/first"); } else return;'],
  'looked at by a function that gives it': ['if (this.#isBusy()) return;', '', '#isBusy() { return this.#busy; }'],
  'looked at by a function that says whether it may go on': ['if (!this.#may()) return;', '', '#may() { if (this.#busy) return false; return Date.now() > 0; }'],
});

const unguarded = (check = '', outside = '', more = ''): string => flag(check, outside, more).replace(/[«»]/g, '');
certainTable('a flag that keeps nobody out', requireLockRelease, unguarded, {
  'nobody looks': [''],
  'something else is looked at': ['if (this.other) return;', '', 'other = false;'],
  'a function that says nothing of it': ['if (this.#may()) return;', '', '#may() { return Date.now() > 0; }'],
  'a function of somebody else': ['if (ask(this)) return;', 'declare function ask(x: unknown): boolean;'],
});

describe('a busy flag of a function that is called by those who have looked', () => {
  const looked = (call: string, mark = true): string => {
    const code = `
      class Job {
        #busy = false;
        async tick(): Promise<void> {
          ${call}
        }
        async #run(): Promise<void> {
          «this.#busy = true»;
          await fetch('/');
          this.#busy = false;
        }
      }
      export const job = new Job();
    `;
    return mark ? code : code.replace(/[«»]/g, '');
  };
  it.each([
    ['all have looked', 'if (!this.#busy) await this.#run();', true],
    ['all have looked and left', 'if (this.#busy) return; await this.#run();', true],
    ['one has not', 'if (!this.#busy) await this.#run(); await this.#run();', false],
    ['the wrong way round', 'if (this.#busy) await this.#run();', false],
    ['nobody waits for it', 'if (!this.#busy) void this.#run();', false],
  ])('%s', (_, call, mark) => expectCertain(requireLockRelease, { 'case.ts': looked(call, mark) }));
});

describe('a flag of a function', () => {
  const inner = (calls: string, mark: boolean): string => {
    const code = `
      export async function outer(list: number[]): Promise<void> {
        let busy = false;
        async function run(): Promise<void> {
          if (busy) return;
          «busy = true»;
          await fetch('/');
          busy = false;
        }
        ${calls}
      }
    `;
    return mark ? code : code.replace(/[«»]/g, '');
  };
  it.each([
    ['that is called once ends with the one around it', 'await run();', false],
    ['that is called twice', 'await run(); await run();', true],
    ['that is called in a loop', 'for (const _ of list) await run();', true],
    ['that is given away', 'setInterval(run, 10);', true],
    ['that another one calls', 'list.forEach(() => void run());', true],
  ])('%s', (_, calls, mark) => expectCertain(requireLockRelease, { 'case.ts': inner(calls, mark) }));
});
