/**
 * The site becomes read-only, so that the primary can be taken down: nobody may be left connected to it. Both workers
 * serve a request before the switch and after it, and one request is under way at the switch.
 *
 * Usage: node main.js before|after
 */
import { Servers } from './server.js';

interface Site {
  start(): Promise<void>;
  request(worker: string): Promise<string>;
  becomeReadOnly(): Promise<void>;
}

const version = process.argv[2] === 'after' ? 'after' : 'before';
const made = (await import(`./${version}/site.js`)) as { Site: new (servers: Servers) => Site };

const servers = new Servers();
const site = new made.Site(servers);
await site.start();
for (const worker of ['A', 'B']) say(`${worker}: ${await site.request(worker)}`);

const underWay = site.request('A');
say('the site becomes read-only');
const readOnly = site.becomeReadOnly();
say(`the request under way: ${await underWay}`);
await readOnly;
for (const worker of ['A', 'B']) say(`${worker}: ${await site.request(worker)}`);
say(`connections to the primary: ${servers.connectionsTo('primary')}`);

function say(event: string): void {
  console.log(`  ${event}`);
}
