/** What `no-config-mutation` reports, and what it leaves alone. */
import { runRule } from './hosts.js';

const mutated = (reference: string): string =>
  `Writes into shared configuration (\`${reference}\`): who read it before and who reads it later disagree, and so do all who were given the same object. Copy it first, and pass the copy on.`;
const derived = (reference: string): string =>
  `Keeps what it computed from live configuration in \`${reference}\`, a field that others can read: one task changes it under the others. Compute it into a constant, and give each connection its own.`;

const likely = { options: { confidence: 'likely' } } as const;

const others = {
  'config.ts': `
    export const config = {
      hosts: ['a', 'b'], port: 1, db: { url: 'postgres://main', pool: { max: 4 } }, flags: new Map<string, boolean>(), names: new Set<string>(),
    };
    export const dbUrl = (): string => config.db.url;
  `,
  'settings.ts': `export interface Settings { level: string; tags: string[] }\nexport const settings: Settings = { level: 'info', tags: [] };\nexport default settings;`,
};

const commonJs = {
  'config.js': `
    const config = { hosts: ['a'], db: { url: 'postgres://main' } };
    module.exports = config;
  `,
  'settings.js': `
    exports.settings = { level: 'info' };
    const options = { depth: 1 };
    module.exports.options = options;
  `,
};

runRule('no-config-mutation', {
  reported: [
    {
      name: 'a function that CommonJS exports is still called with the options of somebody',
      file: 'case.js',
      code: `
        function sorted(layers) {
          return «layers.sort((a, b) => a.width - b.width)»;
        }
        function encodings(options) {
          return sorted(options.layers).map((layer) => layer.width);
        }
        module.exports = { encodings, sorted };
      `,
      reports: [{ message: mutated('layers'), suggests: 1 }],
    },
    {
      name: 'what CommonJS modules export: all of it, by name, and through the whole',
      file: 'case.js',
      code: `
        const config = require('./config');
        const { settings } = require('./settings.js');
        const all = require('./settings.js');
        function start(url) {
          «config.db.url = url»;
          «settings.level = 'debug'»;
          «all.options.depth = 2»;
        }
        module.exports = { start };
      `,
      others: commonJs,
      reports: [mutated('config.db.url'), mutated('settings.level'), mutated('all.options.depth')],
    },
    {
      name: 'a constant of the module or a list of its own, by what was asked: pushed to as if it were always the latter',
      code: `
        const ARGUMENTS = ['-loglevel', '0'];
        const HEADERS = { accept: 'text/plain' } as Record<string, string>;
        export function argumentsFor(input: string | undefined, seek?: number) {
          const args = input === undefined ? ARGUMENTS : ['-i', input, ...ARGUMENTS];
          if (seek) «args.push('-ss', String(seek))»;
          return args;
        }
        export const headersFor = (token?: string) => {
          const headers = token ? { ...HEADERS } : HEADERS;
          «headers['x-time'] = String(Date.now())»;
          return headers;
        };
      `,
      reports: [mutated('args'), mutated('headers.x-time')],
    },
    {
      name: 'a factory fills what it was given for each request, by another name, directly, or of one call and another',
      code: `
        interface Cookie { maxAge?: number; expires?: Date }
        interface Reply { cookie(name: string, cookie: Cookie): void }
        const expiry = (age: number): Date => new Date(age);
        export default function setCookie(authOptions: { cookie?: Cookie; age: number }) {
          return function (reply: Reply) {
            const options = authOptions.cookie || {};
            if (options.expires === undefined) «options.expires = expiry(authOptions.age)»;
            reply.cookie('session', options);
          };
        }
        export const handler = (options: { age: number; until?: Date }) => async (reply: Reply) => {
          «options.until ??= expiry(options.age)»;
          reply.cookie('session', { expires: options.until });
        };
      `,
      reports: [mutated('options.expires'), mutated('options.until')],
    },
    {
      name: 'a copy of what was given or of nothing, below which a part is changed, and replaced later',
      code: `
        interface Track { deviceId?: string | { exact: string } }
        interface Options { audio?: Track; video?: Track }
        export function constraints(options?: Options): Options {
          const own = { ...(options ?? {}) };
          if (own.audio && typeof own.audio.deviceId === 'string') {
            «own.audio.deviceId = { exact: own.audio.deviceId }»;
          }
          if (!own.audio) own.audio = { deviceId: 'default' };
          return own;
        }
      `,
      reports: [mutated('own.audio.deviceId')],
    },
    {
      name: 'a constructor fills in defaults on what it was given',
      code: `
        interface ClientOptions { host?: string; retries?: number }
        export class Client {
          readonly #host: string;
          constructor(options: ClientOptions) {
            if (!options.host) «options.host = 'localhost'»;
            «options.retries ??= 3»;
            this.#host = options.host;
          }
          get host() { return this.#host; }
        }
      `,
      reports: [mutated('options.host'), mutated('options.retries')],
    },
    {
      name: 'a part that was given, below a copy of the rest',
      code: `
        interface Request { path: string; options?: { timeout?: number; tags?: string[] } }
        export function applyDefaults(request: Request) {
          const own = { ...request, options: request.options ?? {} };
          «own.options.timeout = own.options.timeout ?? 100»;
          return own;
        }
        export function applyTags(options: { headers: Record<string, string> }, tag: string) {
          const own = { ...options };
          «own.headers.tag = tag»;
          return own;
        }
      `,
      reports: [mutated('own.options.timeout'), mutated('own.headers.tag')],
    },
    {
      name: 'the defaults of a module, written by a function that makes something of them',
      code: `
        const DEFAULT_OPTIONS = { agent: 'lib/1', tags: [] as string[] };
        const defaults = { depth: 1 };
        export function normalise(options: { agent?: string }) {
          if (options.agent) «DEFAULT_OPTIONS.agent += ' ' + options.agent»;
          return { ...DEFAULT_OPTIONS, ...options };
        }
        export function create(options: { depth?: number }) {
          return «Object.assign(defaults, options)»;
        }
      `,
      reports: [mutated('DEFAULT_OPTIONS.agent'), { message: mutated('defaults'), suggests: 1 }],
    },
    {
      name: 'a part of the options of another is sorted in its place',
      code: `
        interface Layer { rate: number }
        export function plan(options: { layers: Layer[]; names: string[] }) {
          const layers = byRate(options.layers);
          const [first] = «options.names.sort()»;
          return { layers, first };
        }
        function byRate(layers: Layer[]) {
          return «layers.sort((a, b) => a.rate - b.rate)»;
        }
      `,
      reports: [{ message: mutated('options.names'), suggests: 1 }, { message: mutated('layers'), suggests: 1 }],
    },
    {
      name: 'parsed options are assigned onto those of the driver',
      code: `
        interface Options { url?: string; host?: string }
        export class Driver {
          constructor(readonly options: Options, private readonly open: (o: Options) => Promise<object>) {}
          connect() { return this.create(this.options); }
          private create(credentials: Options) {
            credentials = «Object.assign(credentials, { host: 'a' })»;
            return this.open(credentials);
          }
        }
      `,
      reports: [mutated('credentials')],
    },
    {
      name: 'a field that is the defaults which the constructor was given, or others',
      code: `
        type Settings = Record<string, unknown>;
        export class Session {
          readonly _settings: Settings;
          constructor(defaultSettings: Settings = {}) { this._settings = defaultSettings; }
          change(name: string, value: unknown) {
            «this._settings[name] = value»;
          }
        }
      `,
      reports: [mutated('this._settings[…]')],
    },
    {
      name: 'a field is given what a function of the module of configuration says',
      others,
      code: `
        import { dbUrl } from './config.js';
        export class Database {
          url = dbUrl();
          reconnect() {
            «this.url = dbUrl()»;
          }
        }
      `,
      reports: [derived('this.url')],
    },
    {
      name: 'a field is given what a helper in another file has from configuration',
      others: { ...others, 'database-url.ts': `import { dbUrl } from './config.js';\nexport const mainDatabase = () => dbUrl() + '?user=web';` },
      code: `
        import { mainDatabase } from './database-url.js';
        export class Database {
          url = '';
          reconnect() {
            «this.url = mainDatabase()»;
          }
        }
      `,
      reports: [derived('this.url')],
    },
    {
      name: 'a property of imported configuration, near and deep, by name and by key',
      others,
      code: `
        import { config } from './config.js';
        export async function degrade(key: 'port', drained: Promise<void>) {
          await drained;
          «config.port = 2»;
          «config.db.pool.max = 1»;
          «config[key] = 3»;
          «config.port++»;
          «delete (config as { port?: number }).port»;
        }
      `,
      reports: [mutated('config.port'), mutated('config.db.pool.max'), mutated('config[…]'), mutated('config.port'), mutated('config.port')],
    },
    {
      name: 'a default import, a namespace import, and another name for a part of it',
      others,
      code: `
        import settings from './settings.js';
        import * as all from './config.js';
        import { config } from './config.js';
        export function quiet() {
          «settings.level = 'error'»;
          «all.config.port = 2»;
          const db = config.db;
          «db.url = 'postgres://replica'»;
          const { pool } = config.db;
          «pool.max = 2»;
        }
      `,
      reports: [mutated('settings.level'), mutated('all.config.port'), mutated('db.url'), mutated('pool.max')],
    },
    {
      name: 'lists that are sorted, reversed, and added to in place',
      others,
      code: `
        import { config } from './config.js';
        export function order(more: string) {
          for (const host of «config.hosts.reverse()») console.log(host);
          const first = «config.hosts.sort()»[0];
          «config.hosts.push(more)»;
          «config.hosts.unshift(more)»;
          «config.hosts.splice(0, 1)»;
          «config.hosts.pop()»;
          «config.hosts.shift()»;
          return first;
        }
      `,
      reports: [mutated('config.hosts'), mutated('config.hosts'), mutated('config.hosts'), mutated('config.hosts'), mutated('config.hosts'), mutated('config.hosts'), mutated('config.hosts')],
    },
    {
      name: 'the suggestion: a copy where the value is used, and nothing counts on the change',
      others,
      code: `
        import _ from 'lodash';
        import { config } from './config.js';
        export function order() {
          const first = «config.hosts.sort()»[0];
          return [first, «_.merge(config.db, { url: 'x' })», «Object.assign(config, { port: 3 })»];
        }
        export function counts() {
          const last = «config.hosts.reverse()»[0];
          return config.hosts.indexOf(last!);
        }
      `,
      reports: [
        {
          message: mutated('config.hosts'),
          suggests: {
            'Change a copy.': `
              import _ from 'lodash';
              import { config } from './config.js';
              export function order() {
                const first = [...config.hosts].sort()[0];
                return [first, _.merge(config.db, { url: 'x' }), Object.assign(config, { port: 3 })];
              }
              export function counts() {
                const last = config.hosts.reverse()[0];
                return config.hosts.indexOf(last!);
              }
            `,
          },
        },
        {
          message: mutated('config.db'),
          suggests: {
            'Change a copy.': `
              import _ from 'lodash';
              import { config } from './config.js';
              export function order() {
                const first = config.hosts.sort()[0];
                return [first, _.merge({}, config.db, { url: 'x' }), Object.assign(config, { port: 3 })];
              }
              export function counts() {
                const last = config.hosts.reverse()[0];
                return config.hosts.indexOf(last!);
              }
            `,
          },
        },
        {
          message: mutated('config'),
          suggests: {
            'Change a copy.': `
              import _ from 'lodash';
              import { config } from './config.js';
              export function order() {
                const first = config.hosts.sort()[0];
                return [first, _.merge(config.db, { url: 'x' }), Object.assign({}, config, { port: 3 })];
              }
              export function counts() {
                const last = config.hosts.reverse()[0];
                return config.hosts.indexOf(last!);
              }
            `,
          },
        }, mutated('config.hosts')],
    },
    {
      name: 'Maps and Sets of configuration',
      others,
      code: `
        import { config } from './config.js';
        export function toggle(flag: string) {
          «config.flags.set(flag, true)»;
          «config.names.add(flag)»;
          «config.flags.delete(flag)»;
          «config.names.clear()»;
        }
      `,
      reports: [mutated('config.flags'), mutated('config.names'), mutated('config.flags'), mutated('config.names')],
    },
    {
      name: 'Object.assign and lodash',
      others,
      code: `
        import _ from 'lodash';
        import merge from 'lodash/merge';
        import { set } from 'lodash-es';
        import { config } from './config.js';
        export function listenOn(port: number) {
          «Object.assign(config, { port })»;
          «Object.assign(config.db, { url: 'x' })»;
          «_.set(config, 'db.url', 'y')»;
          «set(config, 'db.url', 'z')»;
          «merge(config.db, { pool: { max: 9 } })»;
          «_.merge(config, { port })»;
        }
      `,
      reports: [mutated('config'), mutated('config.db'), mutated('config'), mutated('config'), mutated('config.db'), mutated('config')],
    },
    {
      name: 'through a shallow copy',
      others,
      code: `
        import { config } from './config.js';
        export function replica(url: string) {
          const own = { ...config };
          own.port = 2;
          «own.db.url = url»;
          const other = Object.assign({}, config);
          «other.hosts.push(url)»;
          return [own, other];
        }
      `,
      reports: [mutated('own.db.url'), mutated('other.hosts')],
    },
    {
      name: 'options that the constructor was given and that others have still',
      code: `
        export interface ClientOptions { headers: Record<string, string>; servers: string[] }
        export class Client {
          constructor(private readonly config: ClientOptions) {}
          async call(token: Promise<string>) {
            «this.config.headers['authorization'] = await token»;
            const server = «this.config.servers.shift()»;
            return server;
          }
        }
        export class Other {
          readonly #settings: ClientOptions;
          constructor(settings: ClientOptions) { this.#settings = settings; }
          prefer(server: string) { «this.#settings.servers.unshift(server)»; }
        }
      `,
      reports: [mutated('this.config.headers.authorization'), mutated('this.config.servers'), mutated('this.#settings.servers')],
    },
    {
      name: 'node-config, nconf, convict, and the service of NestJS',
      code: `
        import config from 'config';
        import nconf from 'nconf';
        import convict from 'convict';
        import { ConfigService } from '@nestjs/config';
        const schema = convict({ port: { default: 1 } });
        export class Switch {
          constructor(private readonly configService: ConfigService) {}
          flip(url: string) {
            «config.db.url = url»;
            «nconf.set('db:url', url)»;
            «schema.set('port', 2)»;
            «this.configService.set('db.url', url)»;
          }
        }
      `,
      reports: [mutated('config.db.url'), mutated('nconf'), mutated('schema'), mutated('this.configService')],
    },
    {
      name: 'a field that is computed from live configuration again and again',
      others,
      code: `
        import { config, dbUrl } from './config.js';
        export class Database {
          dsn = '';
          limit = 1;
          reconnect(open: (dsn: string) => void) {
            «this.dsn = \`\${dbUrl()}?user=web\`»;
            open(this.dsn);
          }
          resize() { «this.limit = config.db.pool.max * 2»; }
        }
      `,
      reports: [derived('this.dsn'), derived('this.limit')],
    },
  ],
  silent: [
    {
      name: 'a class of settings whose own method is called',
      file: 'case.js',
      code: `
        const { Settings } = require('./settings.js');
        async function start() {
          await Settings.set('state', 'migrated');
        }
        module.exports = { start };
      `,
      others: {
        'settings.js': `
          class Settings {
            static async set(key, value) { await this.write(key, value); }
          }
          module.exports = { Settings };
        `,
      },
    },
    {
      name: 'a registry or another one, a copy in each case, a mark for the caller, a setter that a factory hands out, what is given afresh',
      code: `
        const SHARED = new Map<string, number>();
        const ROUTES = { '/': 'home' } as Record<string, string>;
        const NAMES = ['a'];
        export function cacheFor(own: boolean) {
          const cache = own ? new Map<string, number>() : SHARED;
          cache.set('a', 1);
          return cache;
        }
        export function addRoute(path: string, name: string) { ROUTES[path] = name; }
        export function routes(own: boolean) {
          const all = own ? {} : ROUTES;
          (all as Record<string, string>)['/now'] = 'now';
          return all;
        }
        export function names(more?: string[]) {
          const all = more ? [...more] : NAMES.slice();
          all.push('b');
          return all;
        }
        export const rule = (options: { context: { used: Record<string, boolean> }; seen?: boolean }) => (text: string) => {
          options.context.used.math = true;
          options.seen = true;
          return text;
        };
        export function connect(options: { token?: string }) {
          return { setToken(token: string) { options.token = token; }, get: () => options.token };
        }
        function counter(options: { at: number }) {
          return () => { options.at = options.at + 1; return options.at; };
        }
        export const count = counter({ at: 0 });
      `,
    },
    {
      name: 'settings that are an object with methods, which says itself how it keeps them',
      code: `
        import settings from './settings.js';
        export function joined(session: string) { settings.session = session; }
      `,
      others: {
        'settings.ts': `
          export interface Settings { init: (storage: Map<string, string>) => void; session: string }
          let kept = new Map<string, string>();
          const settings: Settings = {
            init(storage) { kept = storage; },
            get session() { return kept.get('session') ?? ''; },
            set session(session: string) { kept.set('session', session); },
          };
          export default settings;
        `,
      },
    },
    {
      name: 'what was found out, put among the options of this very object',
      code: `
        export class Connection {
          constructor(private readonly options: { deployment: { shard?: string } }) {}
          found(shard: string) { this.options.deployment.shard = shard; }
        }
      `,
    },
    {
      name: 'options that whoever makes the object has made for it, and a copy in the constructor',
      code: `
        interface Options { host?: string }
        class Client {
          constructor(options: Options) { options.host ??= 'localhost'; }
        }
        export const connect = (host: string) => new Client({ host });
        export class Other {
          readonly #options: Options;
          constructor(options: Options) {
            const own = { ...options };
            own.host ??= 'localhost';
            this.#options = own;
          }
          get host() { return this.#options.host; }
        }
      `,
    },
    {
      name: 'copies of the part, a sorted copy, a sort for its own sake, and functions that set defaults',
      code: `
        interface Request { options?: { timeout?: number } }
        export function applyDefaults(request: Request) {
          const own = { ...request, options: { ...request.options } };
          own.options.timeout ??= 100;
          return own;
        }
        export function plan(options: { names: string[] }) { return options.names.slice().sort(); }
        export function sortInPlace(names: string[]) { names.sort(); }
        const defaults = { depth: 1 };
        export function setDefaults(options: { depth?: number }) { Object.assign(defaults, options); }
        export const depth = () => defaults.depth;
      `,
    },
    {
      name: 'an entry is told the name that it is kept by',
      code: `
        import { config } from './config.js';
        export function user(name: string) {
          config.users[name]!.username = name;
          return config.users[name];
        }
      `,
      others: { 'config.ts': 'export const config: { users: Record<string, { username?: string }> } = { users: {} };' },
    },
    {
      name: 'a setter, which is there for that',
      code: `
        export class App {
          readonly #config: { storage: string };
          constructor(config: { storage: string }) { this.#config = config; }
          set storage(storage: string) { this.#config.storage = storage; }
        }
      `,
    },
    {
      name: 'nothing is put where nothing was',
      others: { 'settings.ts': `export const settings: { users?: Record<string, string> } = {};` },
      code: `
        import { settings } from './settings.js';
        export function users() {
          if (settings.users == null) settings.users = {};
          return settings.users;
        }
      `,
    },
    {
      name: 'what a helper makes of configuration is an object with a life of its own, or says nothing of configuration',
      ...likely,
      others: {
        ...others,
        'pools.ts': `
          import { dbUrl } from './config.js';
          export class Pool { constructor(readonly url: string) {} close() {} }
          export const makePool = () => new Pool(dbUrl());
          export const now = (): number => Date.now();
        `,
      },
      code: `
        import { makePool, now, type Pool } from './pools.js';
        export class Database {
          pool: Pool | undefined;
          at = 0;
          reconnect() {
            this.pool = makePool();
            this.at = now();
          }
        }
      `,
    },
    {
      name: 'a function that only runs while the program starts',
      others: {
        ...others,
        'main.ts': `
          import { fromArguments } from './case.js';
          function main() { fromArguments(process.argv); }
          main();
        `,
      },
      code: `
        import { config } from './config.js';
        export function fromArguments(argv: string[]) {
          config.port = Number(argv[2]);
        }
      `,
    },
    {
      name: 'the state of one object that its maker has put together for it',
      ...likely,
      others: {
        'join.ts': `
          import { Voice } from './case.js';
          export interface Joined { channel: string | null }
          const make = (joinConfig: Joined) => new Voice(joinConfig);
          export const join = (channel: string) => {
            const joinConfig = { channel };
            return make(joinConfig);
          };
        `,
      },
      code: `
        import type { Joined } from './join.js';
        export class Voice {
          constructor(readonly joinConfig: Joined) {}
          async leave(told: Promise<void>) {
            await told;
            this.joinConfig.channel = null;
          }
        }
      `,
    },
    {
      name: 'copies: spread, slice, toSorted, structuredClone',
      ...likely,
      others,
      code: `
        import { config } from './config.js';
        export function hosts(more: string) {
          const sorted = [...config.hosts].sort();
          const reversed = config.hosts.slice().reverse();
          const kept = config.hosts.filter((host) => host !== more).sort();
          const own = structuredClone(config);
          own.db.url = more;
          own.hosts.push(more);
          return [sorted, reversed, kept, config.hosts.toSorted(), own];
        }
      `,
    },
    {
      name: 'drafts that are copied first, and frozen or returned',
      ...likely,
      others,
      code: `
        import { config } from './config.js';
        export function replica(url: string) {
          const draft = { ...config, db: { ...config.db } };
          draft.port = 2;
          draft.db.url = url;
          return Object.freeze(draft);
        }
        export function withPort(port: number) {
          return { ...config, port };
        }
        export const merged = (port: number) => Object.assign({}, config, { port });
      `,
    },
    {
      name: 'builders and withX copies',
      ...likely,
      code: `
        interface Options { readonly url: string; readonly tags: readonly string[] }
        export class ClientBuilder {
          #options = { url: '', tags: [] as string[] };
          url(url: string) { this.#options.url = url; return this; }
          tag(tag: string) { this.#options.tags.push(tag); return this; }
          build(): Options { return Object.freeze({ ...this.#options }); }
        }
        export class Client {
          constructor(readonly options: Options) {}
          withUrl(url: string) { return new Client({ ...this.options, url }); }
        }
      `,
    },
    {
      name: 'options of one request',
      ...likely,
      code: `
        export interface RequestOptions { headers: Record<string, string>; retries?: number }
        export async function request(url: string, options: RequestOptions) {
          options.headers['accept'] = 'text/html';
          options.retries ??= 3;
          const settings: { timeout?: number } = {};
          settings.timeout = 5;
          return [url, options, settings];
        }
      `,
    },
    {
      name: 'the module that owns it replaces it whole',
      ...likely,
      file: 'config.ts',
      code: `
        export interface Config { readonly port: number }
        let config: Config = Object.freeze({ port: 1 });
        export const current = (): Config => config;
        export async function reload(read: () => Promise<Config>) {
          config = Object.freeze(await read());
        }
      `,
    },
    {
      name: 'a whole resource is made from configuration and swapped in',
      ...likely,
      others: { ...others, 'pool.ts': `export class Pool { constructor(readonly url: string) {} close() {} }` },
      code: `
        import { config, dbUrl } from './config.js';
        import { Pool } from './pool.js';
        export class Database {
          pool = new Pool(config.db.url);
          reconnect() {
            const old = this.pool;
            this.pool = new Pool(dbUrl());
            old.close();
          }
        }
      `,
    },
    {
      name: 'while the program starts: the body of a module, constructors',
      others,
      code: `
        import { config } from './config.js';
        config.port = Number(process.env['PORT'] ?? 1);
        process.env['TZ'] = 'UTC';
        export class Client {
          readonly url: string;
          constructor() { this.url = \`\${config.db.url}/x\`; }
        }
      `,
    },
    {
      name: 'reading, iterating, and methods that only look',
      ...likely,
      others,
      code: `
        import { config } from './config.js';
        export function show() {
          const { port, hosts } = config;
          hosts.forEach((host) => console.log(host, port));
          return hosts.map(String).concat(config.hosts.join()).includes('a') && config.flags.has('x') && config.names.size > 0;
        }
      `,
    },
    {
      name: 'what is named alike and is none: an import of another module, a local variable',
      ...likely,
      others: { 'form.ts': `export const fields = { options: [] as string[] };` },
      code: `
        import { fields } from './form.js';
        export function add(option: string) {
          fields.options.push(option);
          const config = { hosts: [] as string[] };
          config.hosts.push(option);
          return config;
        }
      `,
    },
    {
      name: 'in tests configuration is set on purpose',
      file: 'client.test.ts',
      others,
      code: `
        import { config } from './config.js';
        export function before() { config.port = 0; config.hosts.push('test'); }
      `,
    },
    {
      name: 'a method of the class that keeps the configuration',
      ...likely,
      others: {
        'config.ts': `
          export class Config {
            #values: Record<string, boolean> = {};
            set(key: string, value: boolean): void { this.#values = { ...this.#values, [key]: value }; }
            add(key: string): void { this.set(key, true); }
          }
          const config = new Config();
          export default config;
        `,
      },
      code: `
        import Config from './config.js';
        export function remember(checked: boolean) {
          Config.set('minimise', checked);
          Config.add('asked');
        }
      `,
    },
  ],
});
