import Locks from './Locks';

export default async function fetchPage(token: string, list: (token: string) => Promise<string[]>, record: (id: string) => Promise<void>) {
  await Locks.withLock('drive:changes', async (lock) => {
    for (const id of await list(token)) {
      await Locks.renew(lock);
      await record(id);
    }
  });
}
