import { shelfLock } from './shelves.js';

export async function checkOut(names: readonly string[], pack: (name: string) => void): Promise<void> {
  const releases: (() => void)[] = [];
  try {
    for (const name of [...new Set(names)].sort()) {
      releases.push(await shelfLock(name).acquire());
    }
    names.forEach(pack);
  } finally {
    for (const release of releases) release();
  }
}
