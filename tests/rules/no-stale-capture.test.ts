/** What `no-stale-capture` reports, and what it leaves alone. */
import { runRule } from './hosts.js';

const back = (reference: string, read: number, writer: string): string =>
  `Writes back what was read from \`${reference}\` (line ${read}) before an await: what ${writer} writes meanwhile is lost. Read and write in one stretch, or compare before writing.`;
const disposed = (reference: string, read: number, writer: string): string =>
  `Uses what was read from \`${reference}\` (line ${read}) before an await: ${writer} may have replaced and closed it. Pin it while it is used, or read it after the await.`;
const decided = (reference: string, read: number, writer: string): string =>
  `Decides by \`${reference}\` as it was before an await (line ${read}) and goes on with fields that ${writer} changes together with it. Take all of them in one snapshot.`;
const torn = (reference: string, read: number, writer: string): string =>
  `Uses a place that was computed from \`${reference}\` (line ${read}) before an await: ${writer} moves what is in the list meanwhile. Compute it after the await.`;
const collected = (reference: string, read: number, writer: string): string =>
  `Uses what was collected from \`${reference}\` (line ${read}) under a lock that is free again: ${writer} may have changed it since. Keep an immutable object, and pin it while it is used.`;

const answered = (reference: string, read: number, writer: string): string =>
  `Keeps an answer that was asked for \`${reference}\` as it was before an await (line ${read}): ${writer} may have changed that meanwhile, and emptied this in vain. Compare with it before the answer is kept.`;

const likely = { options: { confidence: 'likely' } } as const;

const pool = `
  export interface Pool { query(text: string): Promise<unknown[]>; close(): Promise<void> }
  export declare function connect(url: string): Promise<Pool>;
`;
const others = { 'pool.ts': pool };

runRule('no-stale-capture', {
  reported: [
    {
      name: 'an answer for the branch before is kept, after the branch was set and what is kept emptied',
      code: `
        export class Model {
          #base = 'main';
          #files: string[] | undefined;
          #log: string[] | undefined;
          constructor(private readonly diff: (base: string) => Promise<string[]>) {}
          set base(value: string) {
            this.#base = value;
            this.update();
          }
          private update() {
            this.#files = undefined;
            this.#log = undefined;
          }
          async files() {
            if (this.#files === undefined) «this.#files = await this.diff(this.#base)»;
            return this.#files;
          }
          async log() {
            if (this.#log !== undefined) return this.#log;
            const found = await this.diff(\`log \${this.#base}\`);
            «this.#log = found.slice(0, 10)»;
            return this.#log;
          }
        }
      `,
      reports: [answered('this.#base', 15, '`base` (line 7)'), answered('this.#base', 20, '`base` (line 7)')],
    },
    {
      name: 'the same by variables of a module, and of a factory',
      code: `
        declare function load(user: string): Promise<{ name: string }>;
        let user = 'a';
        let profile: { name: string } | null = null;
        export function logIn(name: string) { user = name; profile = null; }
        export async function profileOf() {
          if (!profile) «profile = await load(user)»;
          return profile;
        }
        export const createDesk = () => {
          let current = 'a';
          let found: { name: string } | undefined;
          return {
            async find() {
              const answer = await load(current);
              «found = answer»;
              return found;
            },
            choose: (name: string) => { found = undefined; current = name; },
          };
        };
      `,
      reports: [answered('user', 6, '`logIn` (line 4)'), answered('current', 14, '`choose` (line 18)')],
    },
    {
      name: 'asked in time first, and after the object around it was replaced asked once more',
      code: `
        interface Visa { token: string; expires: number }
        export class Desk {
          #visa: Visa = { token: '', expires: 0 };
          constructor(private readonly issue: () => Promise<Visa>) {}
          async renew() { this.#visa = await this.issue(); }
          async stamp(now: () => number) {
            const expires = this.#visa.expires;
            if (now() > expires - 60) await this.renew();
            if («expires» && now() > expires) return '';
            return this.#visa.token;
          }
        }
      `,
      reports: [decided('this.#visa.expires', 7, '`renew` (line 5)')],
    },
    {
      name: 'a place in a list, computed from what is moved together with the list',
      code: `
        export class Tape {
          #items: string[] = [];
          #base = 0;
          write(item: string) { this.#items.push(item); }
          cut(upTo: number) {
            this.#items.splice(0, upTo - this.#base);
            this.#base = upTo;
          }
          async readFrom(offset: number, more: (at: number) => Promise<void>) {
            let at = offset - this.#base;
            if (at < 0) at = 0;
            await more(at);
            return «this.#items.slice(at)»;
          }
          async one(offset: number, wait: () => Promise<void>) {
            const at = offset - this.#base;
            await wait();
            return «this.#items[at]»;
          }
        }
      `,
      reports: [torn('this.#base', 10, '`cut` (line 7)'), torn('this.#base', 16, '`cut` (line 7)')],
    },
    {
      name: 'a sum of a field, in one statement and in several',
      code: `
        export class Wallet {
          #balance = 0;
          async add(amount: () => Promise<number>) {
            «this.#balance += await amount()»;
          }
          async take(amount: () => Promise<number>) {
            const before = this.#balance;
            const less = await amount();
            «this.#balance = before - less»;
          }
          async addTwice(amount: () => Promise<number>) {
            «this.#balance = this.#balance + 2 * (await amount())»;
          }
        }
      `,
      reports: [back('this.#balance', 4, '`take` (line 9)'), back('this.#balance', 7, '`add` (line 4)'), back('this.#balance', 12, '`add` (line 4)')],
    },
    {
      name: 'a static counter',
      code: `
        export class Ids {
          static last = 0;
          static async next(persist: (id: number) => Promise<void>) {
            const id = Ids.last + 1;
            await persist(id);
            «Ids.last = id»;
            return id;
          }
        }
      `,
      reports: [back('Ids.last', 4, '`next` (line 6)')],
    },
    {
      name: 'a closure variable of a factory',
      code: `
        export function counter(save: (n: number) => Promise<number>) {
          let count = 0;
          return {
            async increment() {
              const now = count;
              «count = await save(now) + now»;
            },
            reset() { count = 0; },
          };
        }
      `,
      reports: [back('count', 5, '`reset` (line 8)')],
    },
    {
      name: 'an entry of a Map, and of a plain registry',
      code: `
        const seen = new Map<string, number>();
        const hits: Record<string, number> = {};
        export async function see(key: string, weigh: () => Promise<number>) {
          const before = seen.get(key) ?? 0;
          const weight = await weigh();
          «seen.set(key, before + weight)»;
        }
        export async function hit(key: string, weigh: () => Promise<number>) {
          const before = hits[key] ?? 0;
          const weight = await weigh();
          «hits[key] = before + weight»;
        }
      `,
      reports: [back('seen', 4, '`see` (line 6)'), back('hits[key]', 9, '`hit` (line 11)')],
    },
    {
      name: 'a snapshot is spread and written back over what others wrote',
      code: `
        export interface Profile { readonly name: string; readonly avatar: string }
        let profile: Profile = { name: '', avatar: '' };
        export async function rename(check: () => Promise<string>) {
          const current = profile;
          const name = await check();
          «profile = { ...current, name }»;
        }
        export function setAvatar(avatar: string) {
          profile = { ...profile, avatar };
        }
      `,
      reports: [back('profile', 4, '`setAvatar` (line 9)')],
    },
    {
      name: 'a list is read, filtered over an await, and written back',
      code: `
        export class Watches {
          list: readonly string[] = [];
          add(url: string) { this.list = [...this.list, url]; }
          async prune(alive: (url: string) => Promise<boolean>) {
            const kept: string[] = [];
            for (const url of this.list) if (await alive(url)) kept.push(url);
            «this.list = kept»;
          }
        }
      `,
      reports: [back('this.list', 6, '`add` (line 3)')],
    },
    {
      name: 'state of an object that a field holds',
      code: `
        export class Cart {
          readonly state = { total: 0, items: 0 };
          async add(price: () => Promise<number>) {
            const total = this.state.total;
            «this.state.total = total + await price()»;
            this.state.items++;
          }
          clear() { this.state.total = 0; this.state.items = 0; }
        }
      `,
      reports: [back('this.state.total', 4, '`clear` (line 8)')],
    },
    {
      name: 'read by a helper of the class and written back by another',
      code: `
        export class Journal {
          #entries: readonly string[] = [];
          #read() { return this.#entries; }
          #write(entries: readonly string[]) { this.#entries = entries; }
          async append(line: () => Promise<string>) {
            const entries = this.#entries;
            const next = [...entries, await line()];
            «this.#write(next)»;
          }
          size() { return this.#read().length; }
        }
      `,
      reports: [back('this.#entries', 6, '`#write` (line 4)')],
    },
    {
      name: 'read under a lock that is free when it is written back',
      code: `
        import { Mutex } from 'async-mutex';
        export class Quota {
          readonly #gate = new Mutex();
          #left = 100;
          async use(cost: () => Promise<number>) {
            const release = await this.#gate.acquire();
            const left = this.#left;
            release();
            const spent = await cost();
            «this.#left = left - spent»;
          }
          async refill() {
            await this.#gate.runExclusive(() => { this.#left = 100; });
          }
        }
      `,
      reports: [back('this.#left', 7, '`refill` (line 13)')],
    },
    {
      name: 'read before the lock is taken, written back under it',
      code: `
        import { Mutex } from 'async-mutex';
        const gate = new Mutex();
        let version = 1;
        export async function bump() {
          const now = version;
          const release = await gate.acquire();
          try {
            «version = now + 1»;
          } finally {
            release();
          }
        }
      `,
      reports: [back('version', 5, '`bump` (line 8)')],
    },
    {
      name: 'a handle that a reconnect replaces and closes',
      others,
      code: `
        import { connect, type Pool } from './pool.js';
        export class Store {
          constructor(private pool: Pool) {}
          async find(key: () => Promise<string>) {
            const pool = this.pool;
            const k = await key();
            return «pool.query(k)»;
          }
          async reconnect(url: string) {
            const old = this.pool;
            this.pool = await connect(url);
            await old.close();
          }
        }
      `,
      reports: [disposed('this.pool', 5, '`reconnect` (line 11)')],
    },
    {
      name: 'a module-wide handle that another function closes and replaces',
      others,
      code: `
        import { connect, type Pool } from './pool.js';
        let pool: Pool;
        export async function find(key: Promise<string>) {
          const used = pool;
          const k = await key;
          return «used.query(k)»;
        }
        export async function rotate(url: string) {
          const fresh = await connect(url);
          void pool.close();
          pool = fresh;
        }
      `,
      reports: [disposed('pool', 4, '`rotate` (line 11)')],
    },
    {
      name: 'cookies that are collected under a lock and used when it is free',
      code: `
        import { Mutex } from 'async-mutex';
        export class Peer { cookie = 0; paused = false; }
        export class Notifier {
          readonly #gate = new Mutex();
          readonly #peers: Peer[] = [];
          add(peer: Peer) { this.#peers.push(peer); }
          async reconnect(peer: Peer, cookie: number) { await this.#gate.runExclusive(() => { peer.cookie = cookie; }); }
          async wake(notify: (cookie: number) => void) {
            const cookies = await this.#gate.runExclusive(() => this.#peers.filter((peer) => peer.paused).map((peer) => peer.cookie));
            for (const cookie of «cookies») notify(cookie);
          }
        }
      `,
      reports: [collected('peer.cookie', 9, '`reconnect` (line 7)')],
    },
    {
      name: 'a mode that is read before an await and acted on after it',
      code: `
        export class Gateway {
          mode: 'live' | 'drill' = 'live';
          target = 'https://live.example';
          drill(target: string) { this.mode = 'drill'; this.target = target; }
          async send(body: () => Promise<string>, post: (url: string, body: string) => void) {
            const mode = this.mode;
            const text = await body();
            if («mode» === 'live') post(this.target, text);
          }
        }
      `,
      reports: [decided('this.mode', 6, '`drill` (line 4)')],
    },
    {
      name: 'the writer stands in the file that exports the variable',
      others: {
        'state.ts': `
          export const state = { total: 0 };
          export function reset() { state.total = 0; }
        `,
      },
      code: `
        import { state } from './state.js';
        export async function add(n: () => Promise<number>) {
          const before = state.total;
          const more = await n();
          «state.total = before + more»;
        }
      `,
      reports: [back('state.total', 3, '`reset` (state.ts:2)')],
    },
  ],
  silent: [
    {
      name: 'what was asked about is set on one way, and the answer is emptied on another',
      code: `
        export class Resource {
          #limits: { size: number } | undefined;
          #version: string | undefined;
          constructor(readonly read: (limits?: { size: number }) => Promise<{ version: string }>, readonly confirm: () => Promise<boolean>) {}
          get version() { return this.#version; }
          async content(): Promise<string> {
            try {
              const stat = await this.read(this.#limits);
              this.#version = stat.version;
              return stat.version;
            } catch (error) {
              if (error instanceof RangeError && (await this.confirm())) {
                this.#limits = { size: 100 };
                return this.content();
              }
              this.#version = undefined;
              throw error;
            }
          }
        }
      `,
    },
    {
      name: 'compared before it is kept; emptied by who does not set what was asked for; emptied at the end of all; set by nobody',
      code: `
        export class Careful {
          #base = 'main';
          #files: string[] | undefined;
          constructor(private readonly diff: (base: string) => Promise<string[]>) {}
          set base(value: string) { this.#base = value; this.#files = undefined; }
          async files() {
            const base = this.#base;
            const files = await this.diff(base);
            if (base === this.#base) this.#files = files;
            return files;
          }
        }
        export class Refreshed {
          #base = 'main';
          #files: string[] | undefined;
          constructor(private readonly diff: (base: string) => Promise<string[]>) {}
          refresh() { this.#files = undefined; }
          rename(value: string) { this.#base = value; }
          async files() {
            const files = await this.diff(this.#base);
            this.#files = files;
            return this.#files;
          }
        }
        interface Token { refresh: string }
        export class Renewed {
          #token: Token | undefined;
          constructor(private readonly renew: (refresh: string) => Promise<Token>) {}
          start(token: Token) { this.#token = token; }
          signOut() { this.#token = undefined; }
          async refresh() {
            if (!this.#token) return;
            this.#token = await this.renew(this.#token.refresh);
          }
        }
        export class Timed {
          #base = 'main';
          #timer: object | undefined;
          constructor(private readonly send: (base: string) => Promise<number>, private readonly after: (ms: number) => object) {}
          change(value: string) { this.#base = value; this.#timer = undefined; }
          async report() {
            const wait = await this.send(this.#base);
            this.#timer = this.after(wait);
          }
        }
        export class Ended {
          #base: string | undefined = 'main';
          #files: string[] | undefined;
          constructor(private readonly diff: (base: string | undefined) => Promise<string[]>) {}
          close() { this.#base = undefined; this.#files = undefined; }
          async files() {
            const files = await this.diff(this.#base);
            this.#files = files;
            return files;
          }
        }
      `,
    },
    {
      name: 'a place that is computed after the await, and what was there at first taken from the front',
      code: `
        export class Tape {
          #items: string[] = [];
          #base = 0;
          write(item: string) { this.#items.push(item); }
          cut(upTo: number) {
            this.#items.splice(0, upTo - this.#base);
            this.#base = upTo;
          }
          async readFrom(offset: number, wait: () => Promise<void>) {
            await wait();
            const at = offset - this.#base;
            return this.#items.slice(at);
          }
          async flush(send: (items: string[]) => Promise<void>) {
            const count = this.#items.length;
            await send(this.#items.slice(0, count));
            this.#items.splice(0, count);
          }
        }
      `,
    },
    {
      name: 'what was asked before is asked of the new object',
      code: `
        interface Visa { token: string; expires: number }
        export class Desk {
          #visa: Visa = { token: '', expires: 0 };
          constructor(private readonly issue: () => Promise<Visa>) {}
          async renew() { this.#visa = await this.issue(); }
          async stamp(now: () => number) {
            const expires = this.#visa.expires;
            if (now() > expires - 60) await this.renew();
            const visa = this.#visa;
            if (visa.expires && now() > visa.expires) return '';
            return visa.token;
          }
        }
      `,
    },
    {
      name: 'what it was and what it is are compared',
      code: `
        export class Port {
          private rejected = false;
          private next = 0;
          constructor(private readonly send: (n: number) => void) {}
          async received(text: () => Promise<number>) {
            const before = this.rejected;
            this.accept(await text());
            if (!before && this.rejected) this.send(this.next);
          }
          private accept(n: number) {
            if (n !== this.next) {
              this.rejected = true;
              return;
            }
            this.rejected = false;
            this.next = n + 1;
          }
        }
      `,
    },
    {
      name: 'the object that is this is another one for each call of what was handed over',
      code: `
        import { Cards } from './cards.js';
        Cards.helpers({
          async copy(this: { title: string; id?: string }, title: string) {
            const wanted = title === '' ? this.title : title;
            await Promise.resolve();
            this.title = wanted;
          },
        });
      `,
      others: { 'cards.ts': 'export declare const Cards: { helpers(all: object): void };' },
    },
    {
      name: 'a function of the runtime that is taken aside for a while',
      code: `
        export async function quietly<T>(work: () => Promise<T>, silent: boolean): Promise<T> {
          const write = process.stdout.write;
          if (silent) process.stdout.write = () => true;
          const result = await work();
          if (silent) process.stdout.write = write;
          return result;
        }
      `,
    },
    {
      name: 'the other writer is a step of the same task, which waits for it',
      code: `
        declare function count(of: string): Promise<number>;
        const state = { total: 0 };
        async function migrate(names: string[]): Promise<void> {
          for (const name of names) state.total += await count(name);
          async function files(name: string): Promise<void> {
            state.total += (await count(name)) * 2;
          }
          await files('a');
          await files('b');
        }
        await migrate(['x']);
      `,
    },
    {
      name: 'one flush at a time, whose promise is kept under a name of its own',
      code: `
        export class Stream {
          private sequence = 0;
          private current: Promise<void> | null = null;
          async flush(send: (n: number) => Promise<void>) {
            while (this.current) await this.current;
            const p = this.doFlush(send);
            this.current = p;
            try { await p; } finally { this.current = null; }
          }
          private async doFlush(send: (n: number) => Promise<void>) {
            const next = this.sequence + 1;
            await send(next);
            this.sequence = next;
          }
        }
      `,
    },
    {
      name: 'the state of a parser that each call makes for itself',
      ...likely,
      others: {
        'parse.ts': `
          import { Parser } from './parser.js';
          export async function parse(read: () => Promise<number>) {
            const parser = new Parser();
            await parser.step(read);
            return parser.step(read);
          }
        `,
      },
      file: 'parser.ts',
      code: `
        export class Parser {
          at = 0;
          async step(read: () => Promise<number>) {
            this.at = this.at + (await read());
          }
        }
      `,
    },
    {
      name: 'what is written back was fetched; what was read goes another way',
      code: `
        const cache = new Map<string, { data: string; until: number }>();
        export async function get(key: string, now: number, load: () => Promise<string>): Promise<string> {
          const cached = cache.get(key);
          let data: string;
          if (cached && now < cached.until) {
            data = cached.data;
          } else {
            data = await load();
            cache.set(key, { data, until: now + 1000 });
          }
          return data;
        }
      `,
    },
    {
      name: 'read and written in one stretch, after the wait',
      ...likely,
      code: `
        export class Wallet {
          #balance = 0;
          async add(amount: () => Promise<number>) {
            const more = await amount();
            this.#balance += more;
          }
          async addAll(amounts: AsyncIterable<number>) {
            for await (const amount of amounts) this.#balance = this.#balance + amount;
          }
        }
        let total = 0;
        export const add = (amount: Promise<number>) => amount.then((n) => { total += n; });
      `,
    },
    {
      name: 'read and written under one lock',
      ...likely,
      code: `
        import { Mutex } from 'async-mutex';
        export class Quota {
          readonly #gate = new Mutex();
          #left = 100;
          async use(cost: () => Promise<number>) {
            const release = await this.#gate.acquire();
            try {
              const left = this.#left;
              this.#left = left - (await cost());
            } finally { release(); }
          }
          async refill(most: () => Promise<number>) {
            await this.#gate.runExclusive(async () => { this.#left = Math.min(this.#left + 10, await most()); });
          }
          async spend(cost: () => Promise<number>) { return this.#gate.runExclusive(() => this.#spendUnlocked(cost)); }
          async #spendUnlocked(cost: () => Promise<number>) { const left = this.#left; this.#left = left - (await cost()); }
        }
      `,
    },
    {
      name: 'an immutable snapshot is what is wanted',
      ...likely,
      code: `
        export interface Settings { readonly url: string; readonly retries: number }
        export class Client {
          #settings: Settings;
          constructor(settings: Settings) { this.#settings = Object.freeze({ ...settings }); }
          configure(settings: Settings) { this.#settings = Object.freeze({ ...settings }); }
          async get(path: Promise<string>, fetchFrom: (url: string, retries: number) => Promise<string>) {
            const settings = this.#settings;
            const p = await path;
            return fetchFrom(settings.url + p, settings.retries);
          }
        }
      `,
    },
    {
      name: 'a pinned lease',
      ...likely,
      others,
      code: `
        import { SharedRef } from 'lockwright';
        import { connect, type Pool } from './pool.js';
        export class Store {
          readonly #pool = new SharedRef<Pool>({ load: () => connect('a'), dispose: (pool) => pool.close() });
          async find(key: Promise<string>) {
            await using lease = await this.#pool.acquire();
            const k = await key;
            return lease.value.query(k);
          }
        }
      `,
    },
    {
      name: 'a generation is compared before it is written back',
      ...likely,
      code: `
        export class Cache {
          #generation = 0;
          #rows: string[] = [];
          async load(fetchRows: (old: string[]) => Promise<string[]>) {
            const generation = this.#generation;
            const old = this.#rows;
            const rows = await fetchRows(old);
            if (generation !== this.#generation) return;
            this.#rows = [...old, ...rows];
          }
          invalidate() { this.#generation++; this.#rows = []; }
        }
      `,
    },
    {
      name: 'read again before it is used',
      ...likely,
      others,
      code: `
        import type { Pool } from './pool.js';
        export class Store {
          constructor(private pool: Pool) {}
          async find(key: Promise<string>) {
            const pool = this.pool;
            const k = await key;
            if (pool !== this.pool) throw new Error('reconnected meanwhile');
            return pool.query(k);
          }
          async reconnect(fresh: Pool) {
            const old = this.pool;
            this.pool = fresh;
            await old.close();
          }
        }
      `,
    },
    {
      name: 'a copy of the listeners, for notification',
      ...likely,
      code: `
        export class Bus {
          readonly #listeners = new Set<(text: string) => Promise<void>>();
          on(listener: (text: string) => Promise<void>) { this.#listeners.add(listener); return () => this.#listeners.delete(listener); }
          async emit(text: string) {
            const listeners = [...this.#listeners];
            for (const listener of listeners) await listener(text);
          }
        }
      `,
    },
    {
      name: 'one thing is read and another is written',
      ...likely,
      code: `
        export class Page {
          url = '';
          body = '';
          title = '';
          go(url: string) { this.url = url; }
          async load(get: (url: string) => Promise<string>) {
            this.body = await get(this.url);
            this.title = \`\${this.url}: \${(await get('title'))}\`;
          }
        }
      `,
    },
    {
      name: 'read early on purpose: the old one is closed when the new one is there',
      ...likely,
      others,
      code: `
        import { connect, type Pool } from './pool.js';
        export class Store {
          constructor(private pool: Pool) {}
          async reconnect(url: string) {
            const old = this.pool;
            this.pool = await connect(url);
            await old.close();
          }
          async stop() {
            const last = this.pool;
            await null;
            await last.close();
          }
        }
      `,
    },
    {
      name: 'nobody else writes it',
      ...likely,
      code: `
        export class Report {
          readonly title: string;
          #lines: string[];
          constructor(title: string) { this.title = title; this.#lines = []; this.#lines = [...this.#lines, title]; }
          async render(translate: (text: string) => Promise<string>) {
            const title = this.title;
            const lines = this.#lines;
            const text = await translate(title);
            return [text, ...lines].join();
          }
        }
      `,
    },
    {
      name: 'a loop that runs once, and a variable of one call',
      ...likely,
      code: `
        let ticks = 0;
        async function main(wait: () => Promise<number>) {
          for (;;) {
            const before = ticks;
            ticks = before + (await wait());
          }
        }
        void main(async () => 1);
        export async function sum(parts: (() => Promise<number>)[]) {
          let total = 0;
          for (const part of parts) total += await part();
          return total;
        }
      `,
    },
    {
      name: 'what one call made itself, and what it took out',
      ...likely,
      code: `
        interface Job { id: number; left: number; run(): Promise<number> }
        const jobs: Job[] = [];
        export const add = (job: Job) => { jobs.push(job); };
        export async function work() {
          const job = jobs.shift();
          if (!job) return;
          const left = job.left;
          job.left = left - (await job.run());
          const made = { total: 0 };
          made.total += await job.run();
          return made;
        }
      `,
    },
    {
      name: 'other entries of the collection',
      ...likely,
      code: `
        const sizes: Record<string, number> = {};
        export async function copy(weigh: () => Promise<number>) {
          const before = sizes['from'] ?? 0;
          sizes['to'] = before + (await weigh());
        }
        export function set(n: number) { sizes['from'] = n; }
      `,
    },
    {
      name: 'a flag of a task at work that is taken back at its end',
      ...likely,
      code: `
        export class Sync {
          #running = false;
          async run(work: () => Promise<void>) {
            if (this.#running) return;
            this.#running = true;
            try { await work(); } finally { this.#running = false; }
          }
        }
      `,
    },
    {
      name: 'in tests',
      file: 'wallet.test.ts',
      code: `
        let balance = 0;
        export async function add(amount: () => Promise<number>) { balance += await amount(); }
      `,
    },
    {
      name: 'written back without waiting, or with what was made after the wait',
      ...likely,
      code: `
        interface Item { key?: string; state: string }
        const items = new Map<string, Item>();
        export async function persist(id: string, write: (state: string) => Promise<string>) {
          const item = items.get(id);
          if (!item) return;
          let { key } = item;
          if (!key) key = await write(item.state);
          items.set(id, { key, state: '' });
        }
        export const drop = (id: string) => { items.set(id, { state: '' }); };
      `,
    },
  ],
});
