/** What a project says of its locks: `callerHolds`, `@holds`, `@guardedBy`, re-entrant locks, reads that are safe. */
import { it } from 'vitest';
import { noSelfDeadlock } from '../../src/rules/no-self-deadlock.js';
import { noUnguardedAccess } from '../../src/rules/no-unguarded-access.js';
import { expectCertain } from '../certain-reports.js';

const stock = (declared: string, helper: string): { 'case.ts': string } => ({
  'case.ts': `
    import { Mutex } from 'async-mutex';
    export class Stock {
      readonly #gate = new Mutex();
      ${declared}
      #left = 10;
      async take(pay: () => Promise<void>) {
        await this.#gate.runExclusive(async () => {
          if (this.#left === 0) throw new Error('sold out');
          await pay();
          this.#left -= 1;
        });
      }
      async refill(load: () => Promise<number>) {
        const release = await this.#gate.acquire();
        try { this.#left += await load(); } finally { release(); }
      }
      ${helper}
    }
  `,
});

it('a name says nothing without a setting', () => {
  expectCertain(noUnguardedAccess, stock('', 'recountUnlocked(n: number) { «this.#left = n»; }'));
});

it('a name that `callerHolds` has', () => {
  expectCertain(noUnguardedAccess, stock('', 'recountUnlocked(n: number) { this.#left = n; }'), { callerHolds: ['*Unlocked'] });
});

it('`@holds` in a doc comment', () => {
  expectCertain(noUnguardedAccess, stock('', `
      /** Counts again. @holds #gate */
      async recount(n: number) { this.#left = n; }
      recountToo(n: number) { «this.#left = n»; }`));
});

/** Two of three uses are without the lock. */
const rarely = (declared: string): { 'case.ts': string } => ({
  'case.ts': `
    import { Mutex } from 'async-mutex';
    export class Numbers {
      readonly #gate = new Mutex();
      ${declared}
      #last = 0;
      async next(): Promise<number> {
        const release = await this.#gate.acquire();
        try { return ++this.#last; } finally { release(); }
      }
      reset() { ${declared === '' ? 'this.#last = 0' : '«this.#last = 0»'}; }
      skip(n: number) { ${declared === '' ? 'this.#last = n' : '«this.#last = n»'}; }
    }
  `,
});

it('a field that is seldom used under a lock', () => expectCertain(noUnguardedAccess, rarely('')));

it('`@guardedBy` in the doc comment of a field', () => expectCertain(noUnguardedAccess, rarely('/** The last one. @guardedBy this.#gate */')));

it('a re-entrant lock of the user\'s own', () => {
  const files = (call: string) => ({
    'case.ts': `
      import { Gate } from '@acme/locks';
      const gate = new Gate();
      const inner = (): Promise<void> => gate.pass(async () => undefined);
      export const outer = (): Promise<void> => gate.pass(async () => { await ${call}; });
    `,
  });
  const settings = (reentrant: boolean) => ({
    models: [{ package: '@acme/locks', members: { Gate: { does: 'make lock', ...(reentrant && { reentrant }) }, 'Gate#pass': { does: 'section', callback: 0 } } }],
  });
  expectCertain(noSelfDeadlock, files('«inner()»'), settings(false));
  expectCertain(noSelfDeadlock, files('inner()'), settings(true));
});
