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
