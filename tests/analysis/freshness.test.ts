// An engine that an editor keeps: what is found in a file follows changes of others.
import { expect, it } from 'vitest';
import { Engine } from '../../src/engine.js';
import { rules } from '../../src/rules/index.js';
import { projectOf } from '../projects.js';

const inversion = rules.find(({ name }) => name === 'no-lock-order-inversion')!;

const FILES = {
  'locks.ts': `
    import { Mutex } from 'async-mutex';
    export const stock = new Mutex();
    export const ledger = new Mutex();
  `,
  'book.ts': `
    import { ledger } from './locks';
    export const book = (write: () => void) => ledger.runExclusive(write);
  `,
  'take.ts': `
    import { stock } from './locks';
    import { book } from './book';
    export const take = () => stock.runExclusive(async () => { await book(() => {}); });
  `,
  'count.ts': `
    import { ledger, stock } from './locks';
    export const count = () => ledger.runExclusive(async () => { await stock.runExclusive(() => {}); });
  `,
};
/** As before, without the lock. */
const UNLOCKED = `
    import { ledger } from './locks';
    export const book = async (write: () => void) => { write(); return ledger.isLocked(); };
  `;

function countsIn(root: string, engine: Engine): number {
  return engine.findings(inversion, `${root}/count.ts`, { ...inversion.defaults, confidence: 'certain' }).length;
}

it('a cycle that a change in a third file has broken is no longer reported, and is again when the change is undone', () => {
  const root = projectOf(FILES);
  const engine = new Engine(root);
  expect(countsIn(root, engine)).toBe(1);
  engine.update(`${root}/book.ts`, UNLOCKED);
  expect(countsIn(root, engine)).toBe(0);
  engine.update(`${root}/book.ts`, FILES['book.ts']);
  expect(countsIn(root, engine)).toBe(1);
});

const GUARD = `
  import { Mutex } from 'async-mutex';
  const gate = new Mutex();
  export const guarded = <T>(section: () => Promise<T>): Promise<T> => gate.runExclusive(section);
`;

it('a field is no longer guarded when the wrapper in another file takes no lock any more', () => {
  const root = projectOf({
    'guard.ts': GUARD,
    'stock.ts': `
      import { guarded } from './guard';
      export class Stock {
        #left = 10;
        async take(save: () => Promise<void>) { await guarded(async () => { this.#left -= 1; await save(); this.#left += 0; }); }
        async fill(save: () => Promise<void>) { await guarded(async () => { this.#left += 9; await save(); this.#left += 0; }); }
        drop() { this.#left = 0; }
      }
    `,
  });
  const engine = new Engine(root);
  const unguarded = rules.find(({ name }) => name === 'no-unguarded-access')!;
  const count = (): number => engine.findings(unguarded, `${root}/stock.ts`, { ...unguarded.defaults, confidence: 'likely' }).length;
  expect(count()).toBe(1);
  engine.update(`${root}/guard.ts`, GUARD.replace('gate.runExclusive(section)', 'section()'));
  expect(count()).toBe(0);
});
