// Threads that would all work out the same, with a clock by hand: nobody waits for ever, and nobody's work is lost.
import { existsSync, mkdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { oneAtATime, type LeaseClock } from '../../../src/analysis/project/lease.js';
import { emptyFolder } from '../../projects.js';

const MINUTE = 60_000;

/** A clock that goes on when somebody waits, and may do something in the meantime. */
function clock(meanwhile: (waited: number) => void = () => {}): LeaseClock & { waited: number } {
  const began = Date.now();
  return {
    waited: 0,
    now() {
      return began + this.waited;
    },
    wait(milliseconds) {
      this.waited += milliseconds;
      meanwhile(this.waited);
    },
  };
}

it('works at once where nobody else does, and gives the lease back', () => {
  const lease = `${emptyFolder()}/deep/cache.lease`;
  const time = clock();
  expect(oneAtATime(lease, () => readFileSync(lease, 'utf8'), time)).toBe(String(process.pid));
  expect([time.waited, existsSync(lease)]).toEqual([0, false]);
});

it('gives the lease back when the work throws', () => {
  const lease = `${emptyFolder()}/cache.lease`;
  expect(() => oneAtATime(lease, () => { throw new Error('no'); }, clock())).toThrow('no');
  expect(existsSync(lease)).toBe(false);
});

it('waits for who has the lease', () => {
  const lease = `${emptyFolder()}/cache.lease`;
  writeFileSync(lease, String(process.pid));
  const time = clock((waited) => { if (waited >= 1000) rmSync(lease, { force: true }); });
  expect(oneAtATime(lease, () => time.waited, time)).toBe(1000);
});

it('loses patience with who never ends, and works all the same', () => {
  const lease = `${emptyFolder()}/cache.lease`;
  // Taken anew all the time, so that its age says nothing.
  const renew = (waited: number): void => {
    if (waited % 5000 !== 0) return;
    writeFileSync(lease, String(process.pid));
    const at = (Date.now() + waited) / 1000;
    utimesSync(lease, at, at);
  };
  renew(0);
  const time = clock(renew);
  expect(oneAtATime(lease, () => 'done', time)).toBe('done');
  expect(time.waited).toBe(MINUTE);
  expect(existsSync(lease)).toBe(true);
});

it('takes the lease of a process that has gone', () => {
  const lease = `${emptyFolder()}/cache.lease`;
  const { pid } = spawnSync(process.execPath, ['--version']);
  writeFileSync(lease, String(pid));
  const time = clock();
  expect(oneAtATime(lease, () => readFileSync(lease, 'utf8'), time)).toBe(String(process.pid));
  expect([time.waited, existsSync(lease)]).toEqual([0, false]);
});

it('takes a lease that is older than any work', () => {
  const lease = `${emptyFolder()}/cache.lease`;
  writeFileSync(lease, '');
  const old = (Date.now() - 2 * MINUTE) / 1000;
  utimesSync(lease, old, old);
  const time = clock();
  expect(oneAtATime(lease, () => 'done', time)).toBe('done');
  expect(time.waited).toBe(0);
});

it('works alone where no lease can be', () => {
  const folder = emptyFolder();
  writeFileSync(`${folder}/file`, '');
  expect(oneAtATime(`${folder}/file/cache.lease`, () => 'done', clock())).toBe('done');
  // A folder in its place cannot be opened, and never goes.
  mkdirSync(`${folder}/cache.lease`);
  const time = clock();
  expect(oneAtATime(`${folder}/cache.lease`, () => 'done', time)).toBe('done');
});
