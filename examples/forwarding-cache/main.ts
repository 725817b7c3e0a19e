/**
 * Two requests come at once to a cache that nobody has used yet. Then the settings change while a third is between its
 * check and its use, and a fourth comes after that.
 *
 * Usage: node main.js before|after
 */
import { CacheServers, type KeyMaker } from './cache-server.js';

interface ForwardingCache {
  get(key: string): Promise<string>;
  settingsChanged(): Promise<void>;
}
type Made = new (servers: CacheServers, keys: KeyMaker) => ForwardingCache;

const version = process.argv[2] === 'after' ? 'after' : 'before';
const made = (await import(`./${version}/forwarding-cache.js`)) as { ForwardingCache: Made };

let meanwhile: () => Promise<void> = async () => {};
const keys: KeyMaker = {
  qualify: async (key) => {
    await meanwhile();
    return `site:${key}`;
  },
};
const servers = new CacheServers();
const cache = new made.ForwardingCache(servers, keys);

await Promise.all([request('A'), request('B')]);
say(`connections opened: ${servers.opened}`);

meanwhile = async () => {
  meanwhile = async () => {};
  servers.address = 'second.cache';
  say('the settings change');
  await cache.settingsChanged();
};
await request('C');
await request('D');
say(`connections opened: ${servers.opened}, closed: ${servers.closed}`);

async function request(who: string): Promise<void> {
  try {
    say(`${who}: 200, ${await cache.get('page')}`);
  } catch (error) {
    say(`${who}: 500, ${String(error)}`);
  }
}

function say(event: string): void {
  console.log(`  ${event}`);
}
