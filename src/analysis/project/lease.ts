/**
 * Threads of one linter that would all work out the same: one of them takes a lease, a file beside the cache, and the
 * others wait for it to go. Whoever cannot wait, or has waited too long, works alone: at worst the work is done twice.
 */
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs';

/** Milliseconds that a lease is worth waiting for; longer than any index takes, so an older one was left behind. */
const PATIENCE = 60_000;
const PAUSE = 20;

export interface LeaseClock {
  /** Milliseconds, as of modification times. */
  now(): number;
  /** Blocks the thread: a rule in ESLint cannot wait for a promise. */
  wait(milliseconds: number): void;
}

const REAL: LeaseClock = {
  now: () => Date.now(),
  wait: (milliseconds) => {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
  },
};

/** Runs work when no other thread does, or when it has waited long enough. */
export function oneAtATime<T>(lease: string, work: () => T, clock: LeaseClock = REAL): T {
  const began = clock.now();
  for (;;) {
    const taken = take(lease);
    if (taken === 'mine') {
      try {
        return work();
      } finally {
        remove(lease);
      }
    }
    if (taken === 'impossible' || clock.now() - began >= PATIENCE) return work();
    if (isLeftBehind(lease, clock.now())) remove(lease);
    else clock.wait(PAUSE);
  }
}

function take(lease: string): 'mine' | 'taken' | 'impossible' {
  try {
    mkdirSync(lease.slice(0, lease.lastIndexOf('/')), { recursive: true });
    const file = openSync(lease, 'wx');
    try {
      writeSync(file, String(process.pid));
    } catch {
      // On a full disk it is still a lease, of nobody.
    }
    closeSync(file);
    return 'mine';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EEXIST' ? 'taken' : 'impossible';
  }
}

/** Whatever stands in the way: what is left lying about is no reason to fail. */
export function remove(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch {
    // The folder is no folder, or nothing may be written there.
  }
}

/** Its process has gone, or it is older than any work takes. */
function isLeftBehind(lease: string, now: number): boolean {
  try {
    if (now - statSync(lease).mtimeMs > PATIENCE) return true;
    const pid = Number(readFileSync(lease, 'utf8'));
    return pid > 0 && pid !== process.pid && !isAlive(pid);
  } catch {
    // It has just gone.
    return false;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
