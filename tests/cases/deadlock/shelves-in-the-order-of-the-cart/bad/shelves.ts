import { Mutex } from 'async-mutex';

const locks = new Map<string, Mutex>();

export function shelfLock(name: string): Mutex {
  let lock = locks.get(name);
  if (!lock) locks.set(name, (lock = new Mutex()));
  return lock;
}
