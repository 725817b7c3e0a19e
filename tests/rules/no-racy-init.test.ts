import { runRule } from './hosts.js';

const twice = (name: string, reference: string, check: number): string =>
  `Two calls of \`${name}\` can both find \`${reference}\` unset (line ${check}) before either assigns it here: both do the work, and the later replaces the earlier.`
  + ' Keep the promise instead of its result, check again after the await, or use `SharedRef`.';

const early = (name: string, reference: string, check: number): string =>
  `\`${reference}\` is set before it is ready: another call of \`${name}\` finds it set (line ${check}) and goes on with it while this one still waits.`
  + ' Keep the promise of the finished work instead, or use `SharedRef`.';

const store = `
  export interface Store { put(key: string): void }
  export declare function open(): Promise<Store>;
`;

const socket = {
  'socket.ts': `
    export interface Socket { send(text: string): Promise<string>; close(): void }
    export declare function dial(): Promise<Socket>;
  `,
};

/** A class in a file of its own, of which others make objects. */
const job = (opens: string): string => `
  import { dial, type Socket } from './socket.js';
  export class Job {
    socket?: Socket;
    async run(text: string) {
      const socket = await this.open();
      return socket.send(text);
    }
    async open() {
      if (!this.socket) ${opens};
      return this.socket!;
    }
  }
`;

const likely = { options: { confidence: 'likely' } } as const;

runRule('no-racy-init', {
  silent: [
    {
      name: 'a record that brings functions to look further',
      code: `
        export interface Log { readonly entries: string[]; readonly more?: (limit: number) => Promise<Log> }
        declare function read(limit: number): Promise<Log>;
        export class Branch {
          private log?: Log;
          async entries(limit: number): Promise<string[]> {
            this.log ??= await read(limit);
            return this.log.entries;
          }
        }
      `,
    },
    {
      name: 'a method whose decorator lets one call in at a time',
      others: { ...socket, 'gate.ts': 'export declare function gate(): (target: object, name: string) => void;' },
      code: `
        import { gate } from './gate.js';
        import { dial, type Socket } from './socket.js';
        export class Providers {
          private readonly sockets = new Map<string, Socket>();
          @gate()
          async open(name: string): Promise<Socket> {
            const known = this.sockets.get(name);
            if (known) return known;
            const socket = await dial();
            this.sockets.set(name, socket);
            return socket;
          }
        }
      `,
    },
    {
      name: 'published before it is ready: who finds it is refused, or only tells it to stop',
      others: { 'gateway.ts': 'export declare class Gateway { init(): Promise<void>; stop(): void; port(): number; }' },
      code: `
        import { Gateway } from './gateway.js';
        let only: Gateway | undefined;
        export async function start(): Promise<void> {
          if (only) throw new Error('already running');
          only = new Gateway();
          await only.init();
        }
        export class Doorbell {
          private gateway?: Gateway;
          async update(): Promise<void> {
            if (this.gateway) {
              this.gateway.stop();
              delete this.gateway;
            }
            this.gateway = new Gateway();
            await this.gateway.init();
            this.listen(this.gateway.port());
          }
          private listen(port: number) {}
        }
      `,
    },
    {
      name: 'a window that whoever finds it only shows',
      others: { 'window.ts': 'export declare class Window { show(): void; loadPage(url: string): Promise<void>; on(name: string, listener: () => void): void; }' },
      code: `
        import { Window } from './window.js';
        let asking: Window | null = null;
        export async function ask(url: string): Promise<void> {
          if (asking) {
            asking.show();
            return;
          }
          asking = new Window();
          await asking.loadPage(url);
          asking.on('close', () => {});
        }
      `,
    },
    {
      name: 'data in a collection of objects of any kind',
      code: `
        declare function details(): Promise<{ alias: string }>;
        export class Connector {
          private cache = new Map<string, object>();
          async info(key: string): Promise<object> {
            const known = this.cache.get(key);
            if (known) return known;
            const { alias } = await details();
            const info = { data: { alias } };
            this.cache.set(key, info);
            return info;
          }
        }
      `,
    },
    {
      name: 'an interface whose methods only say what there is',
      code: `
        interface Block<B> { block: B; getHeader(): { height: number } }
        export abstract class Worker<B> {
          private blocks: Record<number, Block<B>> = {};
          protected abstract read(height: number): Promise<Block<B>>;
          async fetch(height: number): Promise<Block<B>> {
            if (!this.blocks[height]) {
              const block = await this.read(height);
              this.blocks[height] = block;
            }
            return this.blocks[height]!;
          }
        }
      `,
    },
    {
      name: 'what stands before the check in the next turn is not guarded by it',
      ...likely,
      code: `
        declare function acquire(key: string): Promise<boolean>;
        declare function owner(key: string): Promise<string>;
        declare function sleep(ms: number): Promise<void>;
        const pending = new Map<string, { stop(): void }>();
        function register(key: string, stream: { stop(): void }) { pending.set(key, stream); }
        export async function take(key: string, stream: { stop(): void }): Promise<boolean> {
          for (;;) {
            if (await acquire(key)) {
              register(key, stream);
              return true;
            }
            if (!pending.has(key)) await owner(key);
            await sleep(200);
          }
        }
      `,
    },
    {
      name: 'a helper fills the place in the stretch of the check',
      others: socket,
      ...likely,
      code: `
        import type { Socket } from './socket.js';
        declare class Line implements Socket { send(text: string): Promise<string>; close(): void; }
        export class Lines {
          private readonly lines: Record<string, Line | undefined> = {};
          async open(name: string): Promise<Line> {
            let line = this.lines[name];
            if (!line) {
              line = new Line();
              this.set(name, line);
            }
            try {
              await line.send('hello');
              return line;
            } catch (error) {
              this.set(name, undefined);
              throw error;
            }
          }
          private set(name: string, line: Line | undefined) {
            if (!line) delete this.lines[name];
            else this.lines[name] = line;
          }
        }
      `,
    },
    {
      name: 'the promise of the work is there until the work sets it anew',
      ...likely,
      code: `
        declare function select(): Promise<void>;
        declare function later(): Promise<void>;
        export class Devices {
          private opening: Promise<void> | undefined;
          init(again: boolean): Promise<void> {
            if (!this.opening) this.opening = this.open(again);
            return this.opening;
          }
          private open(again: boolean): Promise<void> {
            return select().catch(() => {
              this.opening = again ? this.reopen(again) : undefined;
            });
          }
          private reopen(again: boolean): Promise<void> { return later().then(() => this.open(again)); }
        }
      `,
    },
    {
      name: 'a flag that says that something has come to its end',
      code: `
        export class Reader {
          private isDone = false;
          private completed = false;
          private closed = false;
          private readonly chunks: { size: number }[] = [];
          constructor(private readonly next: () => Promise<{ size: number } | undefined>) {}
          async read(size: number): Promise<unknown> {
            if (!this.isDone) await this.fill(size);
            return this.chunks.shift();
          }
          private async fill(size: number) {
            for (let read = 0; read < size; ) {
              const chunk = await this.next();
              if (!chunk) {
                this.isDone = true;
                break;
              }
              this.chunks.push(chunk);
              read += chunk.size;
            }
          }
          async discover(listen: (listener: () => void) => void): Promise<void> {
            while (!this.completed) {
              const found = await this.next();
              listen(() => {});
              if (found) this.chunks.push(found);
              else this.completed = true;
            }
          }
          async end(text: string): Promise<void> {
            if (this.closed) return;
            const last = await this.next();
            if (last) this.chunks.push(last);
            this.closed = true;
          }
        }
      `,
    },
    {
      name: 'what another call has made meanwhile is ended before it is replaced',
      others: socket,
      code: `
        import { dial, type Socket } from './socket.js';
        export class View {
          private socket?: Socket;
          async show(key: string): Promise<Socket> {
            if (this.socket) return this.socket;
            const socket = await dial();
            this.socket?.close();
            this.socket = socket;
            return socket;
          }
        }
      `,
    },
    {
      name: 'the work asks again, and its promise is kept where all who come look first',
      others: { 'hub.ts': 'export declare class Hub { ready(): Promise<void>; close(): void; }' },
      code: `
        import { Hub } from './hub.js';
        export class Hubs {
          private static instance: Hub | undefined;
          private static opening: Promise<Hub> | null = null;
          static async get(): Promise<Hub> {
            if (this.instance) return this.instance;
            if (this.opening) return this.opening;
            this.opening = (async () => {
              try {
                if (!this.instance) {
                  const hub = new Hub();
                  await hub.ready();
                  this.instance = hub;
                }
                return this.instance;
              } finally {
                this.opening = null;
              }
            })();
            return this.opening;
          }
        }
      `,
    },
    {
      name: 'a state that is left by a call of its setter before anything is awaited',
      others: socket,
      code: `
        import { dial, type Socket } from './socket.js';
        export class Client {
          private state: 'disconnected' | 'connecting' | 'connected' = 'disconnected';
          private socket: Socket | null = null;
          async connect(url: string): Promise<void> {
            if (this.state !== 'disconnected') throw new Error('invalid state');
            if (this.socket !== null) return;
            this.change('connecting');
            const socket = await dial();
            this.socket = socket;
            this.change('connected');
          }
          protected change(state: 'disconnected' | 'connecting' | 'connected') {
            console.log(url(this.state), state);
            this.state = state;
          }
        }
        const url = (state: string) => 'client:' + state;
      `,
    },
    {
      name: 'a further element fills no place of a list that was asked for',
      ...likely,
      code: `
        interface Held { text?: string }
        export class Recognition {
          private held: Held[] = [];
          private holding = true;
          async flush(next: () => Promise<Held>): Promise<void> {
            for (let i = 0; i < this.held.length; i++) {
              const one = this.held[i];
              if (!one) {
                await this.heard(await next());
                continue;
              }
              await next();
            }
          }
          private async heard(one: Held): Promise<void> {
            if (this.holding) this.held.push(one);
          }
        }
      `,
    },
    {
      name: 'a record that is fetched twice, of which nothing has to be ended and which nobody changes here',
      others: {
        'user.ts': `
          export class User {
            name = '';
            constructor(readonly key: string) {}
            rename(name: string) { this.name = name; }
          }
          export declare function keyOf(secret: string): Promise<string>;
        `,
        'other.ts': "import { User } from './user.js'; export const rename = (user: User) => user.rename('x');",
      },
      code: `
        import { keyOf, User } from './user.js';
        export class Signer {
          private own?: User;
          async user(secret: string): Promise<User> {
            if (this.own) return this.own;
            this.own = new User(await keyOf(secret));
            return this.own;
          }
        }
      `,
    },
    {
      name: 'whoever finds it there replaces it, too',
      others: socket,
      code: `
        import { dial, type Socket } from './socket.js';
        export class Monitor {
          private socket?: Socket;
          async start(text: string) {
            if (this.socket) this.socket.close();
            const socket = await dial();
            await socket.send(text);
            this.socket = socket;
          }
        }
      `,
    },
    {
      name: 'a start that tells whether it was done',
      others: socket,
      code: `
        import { dial, type Socket } from './socket.js';
        export class Server {
          private running = false;
          private timer?: NodeJS.Timeout;
          private socket?: Socket;
          async start(): Promise<boolean> {
            if (this.running) return false;
            this.socket = await dial();
            this.timer = setInterval(() => void this.socket?.send('still here'), 1000);
            this.running = true;
            return true;
          }
          stop() { clearInterval(this.timer); this.socket?.close(); }
        }
      `,
    },
    {
      name: 'nobody who finds it there goes on with it',
      code: `
        class Controller { private all: string[] = []; async initialize() { await Promise.resolve(); this.all.push('x'); } }
        interface Changes { on(name: string, listener: () => void): void }
        export class Manager {
          private controller?: Controller;
          constructor(changes: Changes) { changes.on('change', () => void this.register()); }
          private async register(): Promise<void> {
            if (!this.controller) {
              this.controller = new Controller();
              await this.controller.initialize();
            }
          }
        }
      `,
    },
    {
      name: 'a letter that the caller has made, and a list that is looked through again after the await',
      ...likely,
      code: `
        class Tool { done = false; constructor(readonly id: string) {} }
        class Letter { tools: Tool[] = []; }
        export async function write(ids: string[], load: (id: string) => Promise<void>) {
          const letter = new Letter();
          await fill(letter, ids, load);
          return letter;
        }
        async function fill(letter: Letter, ids: string[], load: (id: string) => Promise<void>) {
          for (const id of ids) {
            const known = letter.tools.find((tool) => tool.id === id);
            if (!known) letter.tools.push(await build(id, load));
          }
        }
        async function build(id: string, load: (id: string) => Promise<void>) {
          await load(id);
          return new Tool(id);
        }
        export class Switchboard {
          calls: Tool[] = [];
          callOf(id: string) { return this.calls.find((call) => call.id === id); }
          async ring(id: string, load: (id: string) => Promise<void>) {
            if (this.callOf(id)) return;
            await load(id);
            if (this.callOf(id)) return;
            this.calls.push(new Tool(id));
          }
        }
      `,
    },
    {
      name: 'the owner sees to one run at a time, and waits for it through a helper',
      ...likely,
      others: {
        ...socket,
        'tried.ts': `
          export async function tried<T>(promise: Promise<T>): Promise<[unknown, T | undefined]> {
            try { return [undefined, await promise]; } catch (error) { return [error, undefined]; }
          }
        `,
        'owner.ts': `
          import { Run } from './run.js';
          import { tried } from './tried.js';
          export class Owner {
            private run: Run | undefined;
            private running: Promise<void> | undefined;
            async begin(text: string) {
              if (this.running) return;
              const execution = async () => {
                this.run = new Run();
                await this.run.execute(text);
              };
              this.running = execution();
              await tried(this.running);
            }
          }
        `,
      },
      file: 'run.ts',
      code: `
        import { dial, type Socket } from './socket.js';
        import { tried } from './tried.js';
        export class Run {
          private socket?: Socket;
          async execute(text: string) {
            await tried(this.attempt(text));
          }
          private async attempt(text: string) {
            if (!this.socket) this.socket = await dial();
            const answer = await this.socket.send(text);
            if (answer === 'again') await this.again(text);
          }
          private async again(text: string) {
            await tried(this.attempt(text));
          }
        }
      `,
    },
    {
      name: 'two calls, each of which the program waits for on its one way',
      ...likely,
      others: {
        ...socket,
        'cli.ts': `
          const { main } = await import('./main.js');
          await main(['a']);
        `,
        'main.ts': `
          export async function main(args: string[]) {
            if (args.length === 0) {
              const { wizard } = await import('./wizard.js');
              return await wizard();
            }
            const { Banner } = await import('./banner.js');
            const banner = await Banner.instance();
            await banner.show();
          }
        `,
        'wizard.ts': `
          import { Banner } from './banner.js';
          export async function wizard() {
            const banner = await Banner.instance();
            await banner.show();
          }
        `,
      },
      file: 'banner.ts',
      code: `
        import { dial, type Socket } from './socket.js';
        export class Banner {
          static #instance: Banner | undefined;
          #shown = 0;
          constructor(readonly socket: Socket) {}
          static async instance(): Promise<Banner> {
            if (this.#instance === undefined) this.#instance = new Banner(await dial());
            return this.#instance;
          }
          async show() { this.#shown += 1; }
        }
      `,
    },
    {
      name: 'an object that others only read, or change where they have it from an object of their own',
      others: {
        'read.ts': 'export declare function read(path: string): Promise<Record<string, string>>;',
        'types.ts': 'export interface Ring { get(key: string): string | undefined; put(key: string, value: string): void }',
        'tasks.ts': `
          import { Loader } from './loader.js';
          export async function put(path: string, key: string, value: string) {
            const loader = new Loader(path);
            const ring = await loader.load();
            ring.put(key, value);
          }
          export class Hooks {
            loader: Loader | undefined;
            async value(path: string, key: string) {
              this.loader ??= new Loader(path);
              const ring = await this.loader.load();
              return ring.get(key);
            }
          }
        `,
        'ring.ts': `
          import type { Ring as AnyRing } from './types.js';
          export class Ring implements AnyRing {
            #all: Record<string, string>;
            constructor(all: Record<string, string>) { this.#all = all; }
            get(key: string) { return this.#all[key]; }
            put(key: string, value: string) { this.#all = { ...this.#all, [key]: value }; }
          }
        `,
      },
      file: 'loader.ts',
      code: `
        import { read } from './read.js';
        import { Ring } from './ring.js';
        export class Loader {
          #ring: Ring | undefined;
          constructor(readonly path: string) {}
          async load(): Promise<Ring> {
            if (this.#ring === undefined) this.#ring = new Ring(await read(this.path));
            return this.#ring;
          }
        }
      `,
    },
    {
      name: 'jobs that are taken from a queue one after the other',
      ...likely,
      others: {
        ...socket,
        'queue.ts': `
          export declare function queue<T>(): AsyncIterable<T> & { push(one: T): void };
          export declare function pipe<T>(from: AsyncIterable<T>, to: (from: AsyncIterable<T>) => Promise<void>): Promise<void>;
        `,
      },
      code: `
        import { queue, pipe } from './queue.js';
        import { dial, type Socket } from './socket.js';
        export class Dialler {
          private readonly sockets = new Map<string, Socket>();
          private readonly wanted = queue<string>();
          start() {
            void pipe(this.wanted, async (source) => {
              for await (const name of source) await this.open(name);
            });
          }
          want(name: string) { this.wanted.push(name); }
          private async open(name: string) {
            if (this.sockets.has(name)) return;
            this.sockets.set(name, await dial());
          }
        }
      `,
    },
    {
      name: 'a flag that another method sets: it says that this is over',
      ...likely,
      others: socket,
      code: `
        import { dial, type Socket } from './socket.js';
        export class Port {
          private closing = false;
          private socket?: Socket;
          async reset(): Promise<boolean> {
            if (this.closing) return false;
            await this.open();
            return true;
          }
          async stop(): Promise<void> {
            this.closing = true;
            this.socket?.close();
          }
          private async open() {
            try {
              this.socket = await dial();
            } catch (error) {
              await this.stop();
              throw error;
            }
          }
        }
      `,
    },
    {
      name: 'what is ended twice is over all the same',
      code: `
        interface Socket { close(): Promise<void>; push(text: string): void }
        export class Connection {
          private closed = false;
          private said: object[] = [];
          constructor(private readonly socket: Socket) {}
          async close(): Promise<void> {
            if (this.closed) return;
            this.said.push({ type: 'close' });
            await this.socket.close();
            this.closed = true;
          }
        }
      `,
    },
    {
      name: 'what is set for a while is set back, and no part of this way to the flag',
      code: `
        interface Module { start(from?: string): Promise<void> }
        const globals = globalThis as { fetch?: () => void };
        let started = false;
        async function patched(work: () => Promise<void>): Promise<void> {
          const before = globals.fetch;
          globals.fetch = () => undefined;
          try { await work(); } finally { globals.fetch = before; }
        }
        export async function ensure(module: Module, from: string | undefined): Promise<void> {
          if (started) return;
          if (from !== undefined) {
            await module.start(from);
            started = true;
            return;
          }
          await patched(() => module.start());
          started = true;
        }
      `,
    },
    {
      name: 'a promise that is kept with ??, and what it stands for',
      ...likely,
      code: `
        type Make = () => object;
        let make: Make | undefined;
        let loading: Promise<void> | undefined;
        async function load(): Promise<void> {
          if (make) return;
          const { create } = await import('./create.js') as { create: Make };
          await Promise.resolve();
          make = () => create();
        }
        export async function made(): Promise<object> {
          if (!make) {
            loading = loading ?? load();
            await loading;
          }
          return make!();
        }
        export function reset(): void { make = undefined; loading = undefined; }
      `,
    },
    {
      name: 'next of an iterator that a function gives',
      ...likely,
      code: `
        interface Source { next(): Promise<IteratorResult<Uint8Array>> }
        interface LineIterator { next(): Promise<IteratorResult<string>> }
        export function lines(source: Source): LineIterator {
          const lengths: object[] = [];
          let done = false;
          return {
            next: async () => {
              if (done) return { done: true, value: undefined };
              const { done: over, value } = await source.next();
              lengths.push({ length: value?.length });
              if (over) done = true;
              return { done: false, value: String(value) };
            },
          };
        }
        export function all(source: Source) {
          const lengths: object[] = [];
          let done = false;
          return {
            async next(): Promise<IteratorResult<string>> {
              if (done) return { done: true, value: undefined };
              const { done: over, value } = await source.next();
              lengths.push({ length: value?.length });
              if (over) done = true;
              return { done: false, value: String(value) };
            },
          };
        }
      `,
    },
    {
      name: 'a section by name, under the one lock or the other',
      others: socket,
      code: `
        import { Mutex } from 'async-mutex';
        import { dial, type Socket } from './socket.js';
        const sockets = new Map<string, Socket>();
        const mutex = new Mutex();
        export function open(name: string, apart: boolean): Promise<Socket> {
          async function opened(): Promise<Socket> {
            let socket = sockets.get(name);
            if (!socket) {
              socket = await dial();
              sockets.set(name, socket);
            }
            return socket;
          }
          return apart ? navigator.locks.request('open', opened) : mutex.runExclusive(opened);
        }
      `,
    },
    {
      name: 'a section by name of a lock, and of something that may be one',
      others: { ...socket, 'across.ts': 'export declare function across(name: string, work: () => Promise<unknown>): Promise<unknown>;' },
      code: `
        import { Mutex } from 'async-mutex';
        import { across } from './across.js';
        import { dial, type Socket } from './socket.js';
        const sockets = new Map<string, Socket>();
        const mutex = new Mutex();
        export function open(name: string, apart: boolean): Promise<unknown> {
          async function opened(): Promise<Socket> {
            let socket = sockets.get(name);
            if (!socket) {
              socket = await dial();
              sockets.set(name, socket);
            }
            return socket;
          }
          return apart ? across('open', opened) : mutex.runExclusive(opened);
        }
      `,
    },
    {
      name: 'what an object does to become ready, which its constructor hands on together with it',
      ...likely,
      others: { 'construction.ts': 'export declare function construction(of: object, work: () => Promise<void>): Promise<void>;' },
      code: `
        import { construction } from './construction.js';
        interface Point { on(name: string, listener: () => void): void }
        export class Node {
          private ready = false;
          readonly constructed: Promise<void>;
          constructor(private readonly points: Point[]) {
            this.constructed = construction(this, async () => {
              await this.restore();
            });
          }
          private async restore(): Promise<void> {
            if (this.ready) return;
            for (const point of this.points) point.on('change', () => undefined);
            await Promise.resolve();
            this.ready = true;
          }
        }
      `,
    },
    {
      name: 'a list that is put back without what was taken out',
      ...likely,
      code: `
        interface Channel { readonly id: string; close(): Promise<void> }
        export class Channels {
          private readonly byPeer = new Map<string, Channel[]>();
          add(peer: string, channel: Channel) { this.byPeer.set(peer, [...(this.byPeer.get(peer) ?? []), channel]); }
          async remove(peer: string, id: string): Promise<void> {
            const channels = this.byPeer.get(peer) ?? [];
            const at = channels.findIndex((one) => one.id === id);
            if (at < 0) return;
            const [channel] = channels.splice(at, 1);
            await channel!.close();
            this.byPeer.set(peer, channels);
          }
        }
      `,
    },
    {
      name: 'whether an entry is there is only a part of the question',
      others: { ...socket, 'exchange.ts': 'export class Exchange { said = 0; constructor(readonly from: string) {} say() { this.said += 1; } }' },
      code: `
        import { Exchange } from './exchange.js';
        import { dial } from './socket.js';
        export class Exchanges {
          private readonly all = new Map<string, Exchange>();
          async received(id: string, from: string): Promise<void> {
            let exchange = this.all.get(id);
            if (exchange !== undefined && exchange.from !== from) exchange = undefined;
            if (exchange !== undefined) {
              exchange.say();
              return;
            }
            await dial();
            this.all.set(id, new Exchange(from));
          }
        }
      `,
    },
    {
      name: 'a step in the life of an object, which is told nothing and gives nothing',
      others: socket,
      code: `
        import { dial, type Socket } from './socket.js';
        export class Service {
          private socket?: Socket;
          async start(): Promise<void> {
            await this.connect();
            this.socket!.send('ready');
          }
          private async connect(): Promise<void> {
            if (!this.socket) this.socket = await dial();
            setTimeout(() => void this.connect(), 1000);
          }
        }
      `,
    },
    {
      name: 'the new object is asked for something: it is ready to be asked',
      code: `
        import { Pool, type PoolClient } from 'pg';
        export class Channel {
          private pool?: Pool;
          private client?: PoolClient;
          async connect(url: string) {
            if (!this.pool) this.pool = new Pool({ connectionString: url });
            this.client = await this.pool.connect();
          }
        }
      `,
    },
    {
      name: 'what is awaited of the new object only looks at it',
      code: `
        class Meter {
          constructor(readonly unit: string) {}
          async read(): Promise<string> { return this.unit; }
        }
        let meter: Meter | undefined;
        export async function measure() {
          if (!meter) {
            meter = new Meter('m');
            await meter.read();
          }
          return meter;
        }
      `,
    },
    {
      name: 'who finds it set has left at an earlier check',
      ...likely,
      code: `
        declare function setUp(): Promise<string>;
        let connected: boolean | null = null;
        let host: string | undefined;
        export async function initialise() {
          if (connected) return;
          if (connected === null) {
            connected = true;
            host = await setUp();
          } else {
            connected = true;
            console.log(host);
          }
        }
        export const lost = () => { connected = false; };
      `,
    },
    {
      name: 'an object that each of its callers makes for himself, and waits for',
      ...likely,
      others: {
        ...socket,
        'server.ts': `
          import { Job } from './job.js';
          export async function handle(text: string) {
            const job = new Job();
            await job.open();
            return job.run(text);
          }
          export const all = (texts: string[]) => Promise.all(texts.map((text) => new Job().run(text)));
        `,
      },
      file: 'job.ts',
      code: job('this.socket = await dial()'),
    },
    {
      name: 'an object of one request that a factory makes, and that is handed on to a helper',
      ...likely,
      others: {
        ...socket,
        'server.ts': `
          import { Job } from './job.js';
          const create = (): Job => new Job();
          async function prepare(job: Job) { await job.open(); }
          export async function handle(text: string) {
            const job = create();
            await prepare(job);
            return job.run(text);
          }
        `,
      },
      file: 'job.ts',
      code: job('this.socket = await dial()'),
    },
    {
      name: 'a loop that waits, and looks before it assigns in each turn',
      code: `
        import { dial, type Socket } from './socket.js';
        declare function open(text: string): Socket;
        export class Dialogs {
          #current: Socket | null = null;
          async updated(texts: readonly string[]) {
            for (const text of texts) {
              const found = await (await dial()).send(text);
              if (found === '') continue;
              if (this.#current != null) this.#current.close();
              this.#show(found);
            }
          }
          #show(text: string) { this.#current = open(text); }
        }
      `,
      others: socket,
    },
    {
      name: 'what is waited for waits for nothing: nobody else comes in between but at once',
      code: `
        import { dial, type Socket } from './socket.js';
        class Channel {
          constructor(readonly id: string) {}
          send(text: string) { return dial().then((socket: Socket) => socket.send(this.id + text)); }
          close() {}
        }
        export class Channels {
          readonly #open = new Map<string, Channel>();
          async ensure(id: string): Promise<Channel> {
            const channel = this.#open.get(id) || await this.make(id);
            this.#open.set(id, channel);
            return channel;
          }
          protected async make(id: string): Promise<Channel> {
            const channel = new Channel(id);
            return channel;
          }
        }
      `,
      others: socket,
    },
    {
      name: 'a method that the program calls once',
      ...likely,
      others: {
        ...socket,
        'main.ts': `
          import { Job } from './job.js';
          const job = new Job();
          void (async () => { await job.start(); })();
        `,
      },
      file: 'job.ts',
      code: `
        import { dial, type Socket } from './socket.js';
        export class Job {
          socket?: Socket;
          async start() { if (!this.socket) this.socket = await dial(); }
        }
      `,
    },
    {
      name: 'the closures of an object that each call of a factory makes',
      ...likely,
      others: {
        ...socket,
        'server.ts': `
          import { poke } from './poke.js';
          export async function handle(texts: string[]) {
            const handler = poke();
            for (const text of texts) await handler.add(text);
          }
        `,
      },
      file: 'poke.ts',
      code: `
        import { dial, type Socket } from './socket.js';
        export function poke() {
          let socket: Socket | undefined;
          const ready = async () => {
            if (!socket) socket = await dial();
            return socket;
          };
          return { add: async (text: string) => (await ready()).send(text) };
        }
      `,
    },
    {
      name: 'who finds it set is told off: a check against wrong use',
      others: socket,
      code: `
        import { dial, type Socket } from './socket.js';
        export class Manager {
          private socket?: Socket;
          async initialize() {
            if (this.socket) { console.warn('initialized already'); return; }
            this.socket = await dial();
          }
        }
      `,
    },
    {
      name: 'all who come meanwhile await one promise, which is kept in a place of its own, and assign what it gives',
      ...likely,
      others: { 'store.ts': store },
      code: `
        import { open, type Store } from './store.js';
        const byName = new Map<string, Store>();
        const opening = new Map<string, Promise<Store>>();
        export async function named(name: string): Promise<Store> {
          const known = byName.get(name);
          if (known) return known;
          let loading = opening.get(name);
          if (!loading) {
            loading = open();
            opening.set(name, loading);
          }
          try {
            const made = await loading;
            byName.set(name, made);
            return made;
          } finally {
            opening.delete(name);
          }
        }
        export class Holder {
          #store: Store | undefined;
          #opening: Promise<Store> | undefined;
          async get(): Promise<Store> {
            if (!this.#store) this.#store = await (this.#opening ??= open().finally(() => { this.#opening = undefined; }));
            return this.#store;
          }
          async again(): Promise<Store> {
            if (this.#store) return this.#store;
            if (!this.#opening) this.#opening = open();
            this.#store = await this.#opening;
            return this.#store;
          }
        }
      `,
    },
    {
      name: 'what a promise that is kept gives to all who wait for it',
      code: `
        interface Socket { send(text: string): void; close(): void }
        declare function dial(): Promise<Socket>;
        export class Client {
          private raw: Socket | undefined;
          private readonly opening: Promise<Socket> = dial();
          private async ready(): Promise<Socket> {
            if (this.raw) return this.raw;
            this.raw = await this.opening;
            return this.raw;
          }
          async send(text: string): Promise<void> { (await this.ready()).send(text); }
        }
      `,
    },
    {
      name: 'the promise is kept in a Map, a WeakMap, a registry, and dropped when it fails',
      ...likely,
      others: { 'store.ts': store },
      code: `
        import { open, type Store } from './store.js';
        const byName = new Map<string, Promise<Store>>();
        const byOwner = new WeakMap<object, Promise<Store>>();
        const registry: Record<string, Promise<Store>> = {};
        export function named(name: string): Promise<Store> {
          let opening = byName.get(name);
          if (!opening) {
            opening = open();
            byName.set(name, opening);
            opening.catch(() => byName.delete(name));
          }
          return opening;
        }
        export async function owned(owner: object): Promise<Store> {
          if (!byOwner.has(owner)) byOwner.set(owner, open());
          return await byOwner.get(owner)!;
        }
        export const registered = (name: string): Promise<Store> => (registry[name] ??= open());
      `,
    },
    {
      name: 'only one task runs it: a worker that begins anew when it is done',
      ...likely,
      others: { 'store.ts': store },
      code: `
        import { open, type Store } from './store.js';
        let store: Store | undefined;
        async function tick(): Promise<void> {
          if (!store) store = await open();
          store.put('tick');
          setTimeout(() => { void tick(); }, 1000);
        }
        void tick();
      `,
    },
    {
      name: 'a lock around check and assignment, in a section, with a releaser, by the caller',
      ...likely,
      others: { 'store.ts': store },
      code: `
        import { Mutex } from 'async-mutex';
        import { open, type Store } from './store.js';
        export class Holder {
          readonly #gate = new Mutex();
          #store: Store | undefined;
          #other: Store | undefined;
          get(): Promise<Store> { return this.#gate.runExclusive(() => this.#getUnlocked()); }
          async #getUnlocked(): Promise<Store> {
            if (!this.#store) this.#store = await open();
            return this.#store;
          }
          async other(): Promise<Store> {
            const release = await this.#gate.acquire();
            try {
              if (!this.#other) this.#other = await open();
              return this.#other;
            } finally { release(); }
          }
        }
      `,
    },
    {
      name: 'the promise is kept',
      others: { 'store.ts': store },
      code: `
        import { open, type Store } from './store.js';
        let opening: Promise<Store> | undefined;
        export const store = (): Promise<Store> => (opening ??= open());
      `,
    },
    {
      name: 'it is checked again after the await',
      others: { 'store.ts': store },
      code: `
        import { open, type Store } from './store.js';
        const stores = new Map<string, Store>();
        export async function storeFor(name: string): Promise<Store> {
          if (stores.has(name)) return stores.get(name)!;
          const made = await open();
          if (stores.has(name)) return stores.get(name)!;
          stores.set(name, made);
          return made;
        }
      `,
    },
    {
      name: 'double-checked locking',
      others: { 'store.ts': store },
      code: `
        import { Mutex } from 'async-mutex';
        import { open, type Store } from './store.js';
        const mutex = new Mutex();
        let store: Store | undefined;
        export async function get(): Promise<Store> {
          if (!store) {
            await mutex.runExclusive(async () => {
              if (!store) store = await open();
            });
          }
          return store!;
        }
      `,
    },
    {
      name: 'the await comes before the check',
      others: { 'store.ts': store },
      code: `
        import { open, type Store } from './store.js';
        export class Holder {
          #store: Store | undefined;
          async get(): Promise<Store> {
            const made = await open();
            if (!this.#store) this.#store = made;
            return this.#store;
          }
        }
      `,
    },
    {
      name: 'a busy flag lets only one task in',
      others: { 'store.ts': store },
      code: `
        import { open, type Store } from './store.js';
        export class Holder {
          #store: Store | undefined;
          #busy = false;
          async prepare(): Promise<void> {
            if (this.#busy) return;
            this.#busy = true;
            if (!this.#store) this.#store = await open();
            this.#busy = false;
          }
        }
      `,
    },
    {
      name: 'a variable of one call',
      others: { 'store.ts': store },
      code: `
        import { open, type Store } from './store.js';
        export async function once(keys: string[]): Promise<void> {
          let store: Store | undefined;
          for (const key of keys) {
            if (!store) store = await open();
            store.put(key);
          }
        }
      `,
    },
    {
      name: 'a function that the module runs once',
      others: { 'store.ts': store },
      code: `
        import { open, type Store } from './store.js';
        let store: Store | undefined;
        async function main(): Promise<void> {
          if (!store) store = await open();
          store.put('x');
        }
        await main();
      `,
    },
    {
      name: 'a module is loaded once, however often it is imported',
      code: `
        let path: typeof import('node:path') | undefined;
        export async function join(a: string, b: string): Promise<string> {
          path ??= await import('node:path');
          return path.join(a, b);
        }
      `,
    },
    {
      name: 'a flag for work that leaves nothing behind: a folder is ensured twice',
      code: `
        import { mkdir } from 'node:fs/promises';
        export class Journal {
          #ready = false;
          async prepare(folder: string): Promise<void> {
            if (this.#ready) return;
            await mkdir(folder, { recursive: true });
            this.#ready = true;
          }
        }
      `,
    },
    {
      name: 'a value object that is made twice is the same value',
      code: `
        class Address {
          constructor(private readonly host: string) {}
          url(): string { return 'http://' + this.host; }
        }
        let address: Address | undefined;
        export async function get(find: () => Promise<string>): Promise<Address> {
          if (!address) address = new Address(await find());
          return address;
        }
      `,
    },
    {
      name: 'a function that is loaded twice is the same function',
      code: `
        let format: (new () => { end(): void }) | undefined;
        export async function get(load: () => Promise<unknown>) {
          if (!format) format = (await load()) as new () => { end(): void };
          return format;
        }
      `,
    },
    {
      name: 'own methods that are called as those of a collection',
      others: { 'store.ts': store },
      code: `
        import { open, type Store } from './store.js';
        export class Stores {
          readonly all: Store[] = [];
          get(key: string): Store | undefined { return this.all[key.length]; }
          add(store: Store): Store { return store; }
          async find(key: string): Promise<Store> {
            return this.get(key) ?? this.add(await open());
          }
        }
      `,
    },
    {
      name: 'the promise of the work is kept by its only caller',
      others: { 'store.ts': store },
      code: `
        import { open, type Store } from './store.js';
        export class Holder {
          store: Store | undefined;
          ready: Promise<void> | undefined;
          async prepare(): Promise<void> {
            if (!this.ready) this.ready = this.#load();
            await this.ready;
          }
          async #load(): Promise<void> {
            if (!this.store) this.store = await open();
          }
        }
      `,
    },
    {
      name: 'one that is there already is chosen',
      code: `
        export interface Source { sample(): Promise<number> }
        export class Sampler {
          #chosen: Source | undefined;
          constructor(private readonly sources: Source[]) {}
          async sample(): Promise<number> {
            if (this.#chosen) return this.#chosen.sample();
            for (const source of this.sources) {
              const value = await source.sample();
              this.#chosen = source;
              return value;
            }
            return 0;
          }
        }
      `,
    },
    {
      name: 'text that is read twice is the same text',
      code: `
        export class File {
          #text: string | undefined;
          async load(read: () => Promise<string | undefined>): Promise<string> {
            if (!this.#text) {
              if ((await read()) === undefined) this.#text = '{}';
            }
            return this.#text ?? '';
          }
        }
      `,
    },
    {
      name: 'a helper lets only one task in',
      code: `
        export class Cache {
          #made = false;
          #making = false;
          #work: Promise<void> | undefined;
          async get(open: () => Promise<void>): Promise<void> {
            if (!this.#made) await this.#make(open);
          }
          async #make(open: () => Promise<void>): Promise<void> {
            if (this.#making) return this.#work;
            this.#making = true;
            this.#work = open();
            await this.#work;
            setInterval(() => {}, 1000);
            this.#made = true;
          }
        }
      `,
    },
    {
      name: 'a second check in a function that an unknown lock runs',
      others: { 'store.ts': store },
      code: `
        import { exclusive } from 'somewhere';
        import { open, type Store } from './store.js';
        const stores = new WeakMap<object, Store>();
        export async function storeOf(owner: object): Promise<Store> {
          let found = stores.get(owner);
          if (found === undefined) {
            found = await exclusive.run(async () => {
              const again = stores.get(owner);
              if (again !== undefined) return again;
              const made = await open();
              stores.set(owner, made);
              return made;
            });
          }
          return found!;
        }
      `,
    },
    {
      name: 'a flag that says who holds the lock',
      code: `
        import { Mutex } from 'async-mutex';
        export class Client {
          #lock = new Mutex();
          #held = false;
          timer: ReturnType<typeof setInterval> | undefined;
          async run(work: () => Promise<void>): Promise<void> {
            if (this.#held) return work();
            await this.#lock.runExclusive(async () => {
              try {
                this.#held = true;
                this.timer = setInterval(() => {}, 1000);
                await work();
              } finally {
                this.#held = false;
              }
            });
          }
        }
      `,
    },
    {
      name: 'the button that asks for it is disabled meanwhile',
      others: { 'store.ts': store },
      code: `
        import { open, type Store } from './store.js';
        let store: Store | undefined;
        export async function connect(button: { disabled: boolean }): Promise<void> {
          if (store) return;
          button.disabled = true;
          store = await open();
          button.disabled = false;
        }
      `,
    },
    {
      name: 'a free worker is taken, or one more is made',
      code: `
        export interface Worker { busy: boolean; end(): void }
        export class Pool {
          #workers: Worker[] = [];
          async take(make: () => Promise<Worker>): Promise<Worker> {
            const free = this.#workers.find((one) => !one.busy);
            if (free) {
              free.busy = true;
              return free;
            }
            const made = await make();
            this.#workers.push(made);
            return made;
          }
        }
      `,
    },
    {
      name: 'what is found is removed',
      code: `
        export interface Filter { stop(): void }
        const filters: Filter[] = [];
        export async function remove(filter: Filter, ready: Promise<void>): Promise<void> {
          const at = filters.indexOf(filter);
          if (at !== -1) filters.splice(at, 1);
          await ready;
          await add();
        }
        export async function add(filter?: Filter): Promise<void> {
          if (filter) filters.push(filter);
        }
      `,
    },
    {
      name: 'a check against wrong use',
      others: { 'store.ts': store },
      code: `
        import { open, type Store } from './store.js';
        export class Holder {
          #store: Store | undefined;
          async prepare(): Promise<void> {
            if (this.#store) throw new Error('prepared already');
            this.#store = await open();
          }
        }
      `,
    },
    {
      name: 'an option is switched on in passing',
      code: `
        export class Publisher {
          readonly options = { dynamic: false };
          layers: number[] = [];
          async publish(load: () => Promise<number[]>): Promise<number[]> {
            if (!this.options.dynamic) this.options.dynamic = true;
            this.layers = await load();
            return this.layers;
          }
        }
      `,
    },
    {
      name: 'a step of an iterator: whoever goes over it waits for each',
      others: { 'store.ts': store },
      code: `
        import { open, type Store } from './store.js';
        export const keys = () => ({
          [Symbol.asyncIterator]() {
            let store: Store | undefined;
            return {
              async next(): Promise<IteratorResult<Store>> {
                if (!store) store = await open();
                return { done: false, value: store };
              },
            };
          },
        });
      `,
    },
    {
      name: 'a protected method that its own class calls once, for one task',
      others: { 'store.ts': store },
      code: `
        import { open, type Store } from './store.js';
        export class Holder {
          protected store: Store | undefined;
          protected readonly ready = this.prepare();
          protected async prepare(): Promise<void> {
            if (!this.store) this.store = await open();
          }
        }
      `,
    },
    {
      name: 'a method that by its name is the own class\'s, which calls it under a lock',
      others: { 'store.ts': store },
      code: `
        import { Mutex } from 'async-mutex';
        import { open, type Store } from './store.js';
        export class Holder {
          gate = new Mutex();
          store: Store | undefined;
          async get(): Promise<Store> {
            const release = await this.gate.acquire();
            try {
              return await this._get();
            } finally {
              release();
            }
          }
          async _get(): Promise<Store> {
            if (!this.store) this.store = await open();
            return this.store;
          }
        }
      `,
    },
    {
      name: 'a harness and a client for tests',
      file: 'dev/debug-harness/test-client.ts',
      others: { 'store.ts': store },
      code: `
        import { open, type Store } from '../../store.js';
        let store: Store | undefined;
        export async function get(): Promise<Store> {
          if (!store) store = await open();
          return store;
        }
      `,
    },
    {
      name: 'a lock that the constructor puts into a class that extends another package\'s',
      ...likely,
      file: 'pool.js',
      code: `
        import { EventEmitter } from 'node:events';
        import { Mutex } from 'async-mutex';
        import { connect } from 'pool';
        export class Pool extends EventEmitter {
          constructor() {
            super();
            this.gate = new Mutex();
          }
          async client() {
            const release = await this.gate.acquire();
            try {
              if (!this.opened) this.opened = await connect();
              return this.opened;
            } finally {
              release();
            }
          }
        }
      `,
    },
    {
      name: 'a flag beside which the promise of the work is kept: whoever finds it waits for that',
      others: { 'gateway.ts': 'export declare class Gateway { init(): Promise<void>; run(): void; }' },
      code: `
        import { Gateway } from './gateway.js';
        export class Loop {
          private started = false;
          private starting: Promise<void> | undefined;
          private gateway: Gateway | undefined;
          async start(): Promise<void> {
            if (this.started) {
              await this.starting;
              return;
            }
            this.started = true;
            this.starting = this.open(new Gateway());
            try {
              await this.starting;
            } finally {
              this.starting = undefined;
            }
          }
          private async open(gateway: Gateway): Promise<void> {
            await gateway.init();
            this.gateway = gateway;
          }
        }
      `,
    },
    {
      name: 'the promise of data, which is the same when it is fetched twice',
      code: `
        export class Blocks {
          private readonly pending = new Map<string, Promise<Uint8Array>>();
          constructor(private readonly headers: () => Promise<Map<string, string>>, private readonly read: (key: string) => Promise<Uint8Array>) {}
          async get(key: string): Promise<Uint8Array> {
            let pending = this.pending.get(key);
            if (pending === undefined) {
              await this.headers();
              pending = this.read(key);
              this.pending.set(key, pending);
            }
            return pending;
          }
        }
      `,
    },
    {
      name: 'made anew by both, unless there is nothing to make it of',
      others: { 'socket.ts': socket['socket.ts'] },
      code: `
        import { dial, type Socket } from './socket.js';
        export class Peer {
          private best?: Socket;
          async latest(of: () => Promise<string | undefined>): Promise<void> {
            let key = 'status';
            if (this.best) key = await this.best.send('best');
            const result = await of();
            if (result === undefined) return;
            this.best = await dial();
            await this.best.send(key);
          }
        }
      `,
    },
    {
      name: 'whoever finds it published stops it first, and waits for that',
      others: { 'gateway.ts': 'export declare class Gateway { start(): Promise<void>; stop(): Promise<void>; }' },
      code: `
        import { Gateway } from './gateway.js';
        export class Io {
          private gateway?: Gateway;
          async start(token: string): Promise<void> {
            if (this.gateway) {
              await this.gateway.stop();
              this.gateway = undefined;
            }
            this.gateway = new Gateway();
            await this.gateway.start();
          }
        }
      `,
    },
    {
      name: 'what an editor calls once',
      others: { 'controller.ts': 'export class Controller { private on = false; async activate(): Promise<void> { await null; this.on = true; } dispose(): void {} }', 'vscode.ts': 'export interface ExtensionContext { subscriptions: { dispose(): void }[] }' },
      code: `
        import { Controller } from './controller.js';
        import type { ExtensionContext } from './vscode.js';
        let controller: Controller | undefined;
        export async function activate(context: ExtensionContext): Promise<void> {
          if (!controller) {
            controller = new Controller();
            await controller.activate();
            context.subscriptions.push(controller);
          }
        }
      `,
    },
    {
      name: 'a document that is opened twice is shown once',
      code: `
        declare const workspace: { openTextDocument(uri: string): Promise<unknown> };
        export class Playground {
          private result: unknown;
          async show(uri: string): Promise<void> {
            if (!this.result) this.result = await workspace.openTextDocument(uri);
          }
        }
      `,
    },
    {
      name: 'all the steps of an iterator',
      ...likely,
      others: socket,
      code: `
        import { dial, type Socket } from './socket.js';
        export class Cursor {
          private socket: Socket | null = null;
          async *[Symbol.asyncIterator](): AsyncGenerator<string, void, void> {
            while (true) {
              if (this.socket === null) this.socket = await dial();
              yield await this.socket.send('next');
            }
          }
        }
      `,
    },
    {
      name: 'a quick look that another check comes after, whose both sides make it anew',
      others: socket,
      code: `
        import { dial, type Socket } from './socket.js';
        export class Dog {
          private target?: Socket;
          listen(on: (listener: (text: string) => Promise<void>) => void) {
            on(async (text) => {
              if (this.target && !text.startsWith('attach')) {
                await this.target.send(text);
                return;
              }
              await this.execute(text);
            });
          }
          private async execute(text: string): Promise<void> {
            if (this.target) console.log('again', text);
            this.target = await dial();
          }
        }
      `,
    },
    {
      name: 'helpers of tests',
      file: 'testing/test-utils.ts',
      others: { 'store.ts': store },
      code: `
        import { open, type Store } from '../store.js';
        let store: Store | undefined;
        export async function get(): Promise<Store> {
          if (!store) store = await open();
          return store;
        }
      `,
    },
    {
      name: 'an array of numbers that is loaded twice is the same array',
      code: `
        let primes: number[] | undefined;
        export async function get(load: () => Promise<number[]>): Promise<number[]> {
          if (!primes) primes = await load();
          return primes;
        }
      `,
    },
  ],
  reported: [
    {
      name: 'a class is imported between the check and the assignment: it is one, what is made of it is not',
      others: { 'manager.ts': 'export class Manager { readonly #seen = new Set<string>(); read(name: string) { this.#seen.add(name); return name; } close() {} }' },
      code: `
        import type { Manager } from './manager.js';
        export class Lazy {
          #manager: Manager | undefined;
          async read(name: string) { return (await this.#get()).read(name); }
          async #get() {
            if (this.#manager === undefined) {
              const { Manager } = await import('./manager.js');
              «this.#manager = new Manager()»;
            }
            return this.#manager;
          }
        }
        let shared: Manager | undefined;
        export const manager = async () => {
          if (shared) return shared;
          const all = await import('./manager.js');
          «shared = new all.Manager()»;
          return shared;
        };
      `,
      reports: [twice('#get', 'this.#manager', 6), twice('manager', 'shared', 15)],
    },
    {
      name: 'a promise that is kept only after something else was awaited',
      code: `
        export class Line {
          #opening: Promise<void> | null = null;
          constructor(private readonly token: () => Promise<string>, private readonly dial: (token: string) => Promise<void>) {}
          async open() {
            if (this.#opening) return this.#opening;
            const token = await this.token();
            «this.#opening = this.dial(token)»;
            return this.#opening;
          }
        }
      `,
      reports: [twice('open', 'this.#opening', 5)],
    },
    {
      name: 'a list that one method looks through and another adds to',
      code: `
        interface Call { readonly user: string; place(): Promise<void> }
        export class Switchboard {
          calls: Call[] = [];
          callOf(user: string) { return this.calls.find((call) => call.user === user); }
          private add(call: Call) { «this.calls.push(call)»; }
          async ring(user: string, make: (user: string) => Call) {
            const known = this.callOf(user);
            if (known) return known;
            const call = make(user);
            await call.place();
            this.add(call);
            return call;
          }
        }
      `,
      reports: [twice('ring', 'this.calls', 7)],
    },
    {
      name: 'a question about the field alone, and a call whose name says that it opens something',
      code: `
        export abstract class Client<Api> {
          api: Api | undefined;
          protected abstract isConnected(api: Api | undefined): api is Api;
          protected abstract tryConnect(url: string): Promise<Api>;
          async connect(urls: string[]) {
            if (this.isConnected(this.api)) return this.api;
            for (const url of urls) {
              const api = await this.tryConnect(url).catch(() => undefined);
              if (api) {
                «this.api = api»;
                return api;
              }
            }
            throw new Error('none answers');
          }
        }
      `,
      reports: [twice('connect', 'this.api', 6)],
    },
    {
      name: 'a list of an entry that was found in a map or put there',
      code: `
        class Tool { done = false; constructor(readonly id: string) {} }
        class Letter { tools: Tool[] = []; }
        export class Post {
          readonly #letters = new Map<string, Letter>();
          constructor(private readonly load: (id: string) => Promise<void>) {}
          async receive(id: string, tools: string[]) {
            let letter = this.#letters.get(id);
            if (!letter) {
              letter = new Letter();
              this.#letters.set(id, letter);
            }
            await this.fill(letter, tools);
          }
          private async fill(letter: Letter, ids: string[]) {
            for (const id of ids) {
              const known = letter.tools.find((tool) => tool.id === id);
              if (!known) «letter.tools.push(await this.build(id))»;
            }
          }
          private async build(id: string) {
            await this.load(id);
            return new Tool(id);
          }
        }
      `,
      reports: [twice('fill', 'letter.tools', 16)],
    },
    {
      name: 'an object that its caller starts twice without waiting',
      others: {
        ...socket,
        'server.ts': `
          import { Job } from './job.js';
          export async function handle(texts: string[]) {
            const job = new Job();
            await Promise.all(texts.map((text) => job.run(text)));
          }
        `,
      },
      file: 'job.ts',
      code: job('«this.socket = await dial()»'),
      reports: [
        {
          message: twice('open', 'this.socket', 9),
          suggests: {
            'Keep the promise while the work is under way.': `
              import { dial, type Socket } from './socket.js';
              export class Job {
                socket?: Socket;
                private socketPromise: Promise<Socket> | undefined;
                async run(text: string) {
                  const socket = await this.open();
                  return socket.send(text);
                }
                async open() {
                  if (!this.socket) {
                    try {
                      this.socket = await (this.socketPromise ??= dial());
                    } finally {
                      this.socketPromise = undefined;
                    }
                  }
                  return this.socket!;
                }
              }
            `,
          },
        },
      ],
    },

    {
      name: 'an object that is kept in a variable of the module',
      others: {
        ...socket,
        'server.ts': `
          import { Job } from './job.js';
          const job = new Job();
          export const handle = (text: string) => job.run(text);
        `,
      },
      file: 'job.ts',
      code: job('«this.socket = await dial()»'),
      reports: [
        {
          message: twice('open', 'this.socket', 9),
          suggests: {
            'Keep the promise while the work is under way.': `
              import { dial, type Socket } from './socket.js';
              export class Job {
                socket?: Socket;
                private socketPromise: Promise<Socket> | undefined;
                async run(text: string) {
                  const socket = await this.open();
                  return socket.send(text);
                }
                async open() {
                  if (!this.socket) {
                    try {
                      this.socket = await (this.socketPromise ??= dial());
                    } finally {
                      this.socketPromise = undefined;
                    }
                  }
                  return this.socket!;
                }
              }
            `,
          },
        },
      ],
    },

    {
      name: 'an object that is kept in a field of something shared',
      others: {
        ...socket,
        'server.ts': `
          import { Job } from './job.js';
          export class Server {
            private job = new Job();
            async handle(text: string) { await this.job.run(text); }
          }
        `,
      },
      file: 'job.ts',
      code: job('«this.socket = await dial()»'),
      reports: [
        {
          message: twice('open', 'this.socket', 9),
          suggests: {
            'Keep the promise while the work is under way.': `
              import { dial, type Socket } from './socket.js';
              export class Job {
                socket?: Socket;
                private socketPromise: Promise<Socket> | undefined;
                async run(text: string) {
                  const socket = await this.open();
                  return socket.send(text);
                }
                async open() {
                  if (!this.socket) {
                    try {
                      this.socket = await (this.socketPromise ??= dial());
                    } finally {
                      this.socketPromise = undefined;
                    }
                  }
                  return this.socket!;
                }
              }
            `,
          },
        },
      ],
    },

    {
      name: 'an object of one call whose method is handed to a listener, too',
      others: {
        ...socket,
        'server.ts': `
          import { Job } from './job.js';
          import { on } from 'node:events';
          export async function handle(text: string, bus: { on(name: string, run: () => void): void }) {
            const job = new Job();
            bus.on('again', () => { void job.open(); });
            await job.run(text);
          }
        `,
      },
      file: 'job.ts',
      code: job('«this.socket = await dial()»'),
      reports: [
        {
          message: twice('open', 'this.socket', 9),
          suggests: {
            'Keep the promise while the work is under way.': `
              import { dial, type Socket } from './socket.js';
              export class Job {
                socket?: Socket;
                private socketPromise: Promise<Socket> | undefined;
                async run(text: string) {
                  const socket = await this.open();
                  return socket.send(text);
                }
                async open() {
                  if (!this.socket) {
                    try {
                      this.socket = await (this.socketPromise ??= dial());
                    } finally {
                      this.socketPromise = undefined;
                    }
                  }
                  return this.socket!;
                }
              }
            `,
          },
        },
      ],
    },

    {
      name: 'a variable of the module, in a method of an object of one call',
      others: {
        ...socket,
        'server.ts': `
          import { Job } from './job.js';
          export async function handle() { await new Job().run(); }
        `,
      },
      file: 'job.ts',
      code: `
        import { dial, type Socket } from './socket.js';
        let socket: Socket | undefined;
        export class Job {
          async run() {
            if (!socket) «socket = await dial()»;
            return socket;
          }
        }
      `,
      reports: [
        {
          message: twice('run', 'socket', 5),
          suggests: {
            'Keep the promise while the work is under way.': `
              import { dial, type Socket } from './socket.js';
              let socket: Socket | undefined;
              let socketPromise: Promise<Socket> | undefined;
              export class Job {
                async run() {
                  if (!socket) {
                    try {
                      socket = await (socketPromise ??= dial());
                    } finally {
                      socketPromise = undefined;
                    }
                  }
                  return socket;
                }
              }
            `,
          },
        },
      ],
    },
    {
      name: 'a collection that objects of one call are given',
      others: {
        ...socket,
        'server.ts': `
          import { Job } from './job.js';
          import type { Socket } from './socket.js';
          const sockets = new Map<string, Socket>();
          export async function handle() { await new Job(sockets).run('a'); }
        `,
      },
      file: 'job.ts',
      code: `
        import { dial, type Socket } from './socket.js';
        export class Job {
          constructor(private readonly sockets: Map<string, Socket>) {}
          async run(key: string) {
            if (!this.sockets.has(key)) «this.sockets.set(key, await dial())»;
            return this.sockets.get(key);
          }
        }
      `,
      reports: [twice('run', 'this.sockets', 5)],
    },
    {
      name: 'a promise that each call puts in the place of the one before',
      others: { 'store.ts': store },
      code: `
        import { open, type Store } from './store.js';
        export class Holder {
          #store: Store | undefined;
          #opening: Promise<Store> | undefined;
          async get(): Promise<Store> {
            if (!this.#store) {
              this.#opening = open();
              «this.#store = await this.#opening»;
            }
            return this.#store;
          }
        }
      `,
      reports: [twice('get', 'this.#store', 6)],
    },
    {
      name: 'the suggestion: a type with null, an early return, what is awaited is not known to be a promise, or is a part of the value',
      ...likely,
      others: { 'store.ts': store },
      code: `
        import { connect, type Client } from 'some-client';
        let client: Client | null = null;
        export async function get(url: string): Promise<Client> {
          if (client !== null) return client;
          const options = { url };
          «client = await connect(options)»;
          return client;
        }
        export class Pool {
          private client?: Client;
          async send(text: string): Promise<void> {
            if (!this.client) {
              // Only once.
              «this.client = (await connect({ url: '' })).pooled()»;
            }
            await this.client.send(text);
          }
        }
      `,
      reports: [
        {
          message: twice('get', 'client', 4),
          suggests: {
            'Keep the promise while the work is under way.': `
              import { connect, type Client } from 'some-client';
              let client: Client | null = null;
              let clientPromise: Promise<Client> | undefined;
              export async function get(url: string): Promise<Client> {
                if (client !== null) return client;
                const options = { url };
                try {
                  client = await (clientPromise ??= Promise.resolve(connect(options)));
                } finally {
                  clientPromise = undefined;
                }
                return client;
              }
              export class Pool {
                private client?: Client;
                async send(text: string): Promise<void> {
                  if (!this.client) {
                    // Only once.
                    this.client = (await connect({ url: '' })).pooled();
                  }
                  await this.client.send(text);
                }
              }
            `,
          },
        },
        {
          message: twice('send', 'this.client', 12),
          suggests: {
            'Keep the promise while the work is under way.': `
              import { connect, type Client } from 'some-client';
              let client: Client | null = null;
              export async function get(url: string): Promise<Client> {
                if (client !== null) return client;
                const options = { url };
                client = await connect(options);
                return client;
              }
              export class Pool {
                private client?: Client;
                private clientPromise: Promise<Client> | undefined;
                async send(text: string): Promise<void> {
                  if (!this.client) {
                    // Only once.
                    try {
                      this.client = await (this.clientPromise ??= (async () => (await connect({ url: '' })).pooled())());
                    } finally {
                      this.clientPromise = undefined;
                    }
                  }
                  await this.client.send(text);
                }
              }
            `,
          },
        },
      ],
    },
    {
      name: 'the suggestion in JavaScript',
      ...likely,
      file: 'case.mjs',
      others: { 'store.mjs': 'export async function open() { return { put() {}, close() {} }; }' },
      code: `
        import { open } from './store.mjs';
        export class Holder {
          constructor() { this.store = null; }
          async get() {
            if (!this.store) «this.store = await open()»;
            return this.store;
          }
        }
        const stores = new Map();
        export async function named(name) {
          if (stores.has(name)) return stores.get(name);
          const made = await open();
          «stores.set(name, made)»;
          return made;
        }
      `,
      reports: [
        {
          message: twice('get', 'this.store', 5),
          suggests: {
            'Keep the promise while the work is under way.': `
              import { open } from './store.mjs';
              export class Holder {
                constructor() { this.store = null; }
                async get() {
                  if (!this.store) {
                    try {
                      this.store = await (this.storePromise ??= open());
                    } finally {
                      this.storePromise = undefined;
                    }
                  }
                  return this.store;
                }
              }
              const stores = new Map();
              export async function named(name) {
                if (stores.has(name)) return stores.get(name);
                const made = await open();
                stores.set(name, made);
                return made;
              }
            `,
          },
        },
        {
          message: twice('named', 'stores', 11),
          suggests: {
            'Keep the promise while the work is under way.': `
              import { open } from './store.mjs';
              export class Holder {
                constructor() { this.store = null; }
                async get() {
                  if (!this.store) this.store = await open();
                  return this.store;
                }
              }
              const stores = new Map();
              const storesPromises = new Map();
              export async function named(name) {
                if (stores.has(name)) return stores.get(name);
                let loading = storesPromises.get(name);
                if (!loading) {
                  loading = open();
                  storesPromises.set(name, loading);
                }
                try {
                  const made = await loading;
                  stores.set(name, made);
                  return made;
                } finally {
                  storesPromises.delete(name);
                }
              }
            `,
          },
        },
      ],
    },
    {
      name: 'no suggestion where more is asked, awaited or done, or the name is taken',
      others: { 'store.ts': store },
      code: `
        import { open, type Store } from './store.js';
        export class Holder {
          #a: Store | undefined;
          #b: Store | undefined;
          #c: Store | undefined;
          #d: Store | undefined;
          #dPromise = 0;
          async a(force: boolean): Promise<void> {
            if (!this.#a || force) «this.#a = await open()»;
          }
          async b(_key: string): Promise<void> {
            if (!this.#b) {
              await open();
              «this.#b = await open()»;
            }
          }
          async c(_key: string): Promise<void> {
            if (!this.#c) {
              «this.#c = await open()»;
              this.#c.put('x');
            }
          }
          async d(_key: string): Promise<void> {
            if (!this.#d) «this.#d = await open()»;
            this.#dPromise += 1;
          }
        }
      `,
      reports: [twice('a', 'this.#a', 9), twice('b', 'this.#b', 12), twice('c', 'this.#c', 18), twice('d', 'this.#d', 24)],
    },
    {
      name: 'an entry of a Map, of a WeakMap, and of a plain registry',
      others: { 'store.ts': store },
      code: `
        import { open, type Store } from './store.js';
        const byName = new Map<string, Store>();
        const byOwner = new WeakMap<object, Store>();
        const registry: Record<string, Store> = {};
        export async function named(name: string): Promise<Store> {
          if (!byName.has(name)) «byName.set(name, await open())»;
          return byName.get(name)!;
        }
        export async function owned(owner: object): Promise<Store> {
          const known = byOwner.get(owner);
          if (known) return known;
          const made = await open();
          «byOwner.set(owner, made)»;
          return made;
        }
        export async function registered(name: string): Promise<Store> {
          if (name in registry) return registry[name]!;
          «registry[name] = await open()»;
          return registry[name];
        }
      `,
      reports: [
        {
          message: twice('named', 'byName', 6),
          suggests: {
            'Keep the promise while the work is under way.': `
              import { open, type Store } from './store.js';
              const byName = new Map<string, Store>();
              const byNamePromises = new Map<string, Promise<Store>>();
              const byOwner = new WeakMap<object, Store>();
              const registry: Record<string, Store> = {};
              export async function named(name: string): Promise<Store> {
                if (!byName.has(name)) {
                  let loading = byNamePromises.get(name);
                  if (!loading) {
                    loading = open();
                    byNamePromises.set(name, loading);
                  }
                  try {
                    byName.set(name, await loading);
                  } finally {
                    byNamePromises.delete(name);
                  }
                }
                return byName.get(name)!;
              }
              export async function owned(owner: object): Promise<Store> {
                const known = byOwner.get(owner);
                if (known) return known;
                const made = await open();
                byOwner.set(owner, made);
                return made;
              }
              export async function registered(name: string): Promise<Store> {
                if (name in registry) return registry[name]!;
                registry[name] = await open();
                return registry[name];
              }
            `,
          },
        },
        {
          message: twice('owned', 'byOwner', 10),
          suggests: {
            'Keep the promise while the work is under way.': `
              import { open, type Store } from './store.js';
              const byName = new Map<string, Store>();
              const byOwner = new WeakMap<object, Store>();
              const byOwnerPromises = new WeakMap<object, Promise<Store>>();
              const registry: Record<string, Store> = {};
              export async function named(name: string): Promise<Store> {
                if (!byName.has(name)) byName.set(name, await open());
                return byName.get(name)!;
              }
              export async function owned(owner: object): Promise<Store> {
                const known = byOwner.get(owner);
                if (known) return known;
                let loading = byOwnerPromises.get(owner);
                if (!loading) {
                  loading = open();
                  byOwnerPromises.set(owner, loading);
                }
                try {
                  const made = await loading;
                  byOwner.set(owner, made);
                  return made;
                } finally {
                  byOwnerPromises.delete(owner);
                }
              }
              export async function registered(name: string): Promise<Store> {
                if (name in registry) return registry[name]!;
                registry[name] = await open();
                return registry[name];
              }
            `,
          },
        }, twice('registered', 'registry[…]', 17)],
    },
    {
      name: 'a static field, and a list that is looked through first',
      others: { 'store.ts': store },
      code: `
        import { open, type Store } from './store.js';
        export class Stores {
          static #main: Store | null = null;
          static readonly all: { name: string; store: Store }[] = [];
          static async main(): Promise<Store> {
            if (Stores.#main === null) «Stores.#main = await open()»;
            return Stores.#main;
          }
          static async add(name: string): Promise<void> {
            if (Stores.all.some((one) => one.name === name)) return;
            «Stores.all.push({ name, store: await open() })»;
          }
        }
      `,
      reports: [
        {
          message: twice('main', 'Stores.#main', 6),
          suggests: {
            'Keep the promise while the work is under way.': `
              import { open, type Store } from './store.js';
              export class Stores {
                static #main: Store | null = null;
                static #mainPromise: Promise<Store> | undefined;
                static readonly all: { name: string; store: Store }[] = [];
                static async main(): Promise<Store> {
                  if (Stores.#main === null) {
                    try {
                      Stores.#main = await (Stores.#mainPromise ??= open());
                    } finally {
                      Stores.#mainPromise = undefined;
                    }
                  }
                  return Stores.#main;
                }
                static async add(name: string): Promise<void> {
                  if (Stores.all.some((one) => one.name === name)) return;
                  Stores.all.push({ name, store: await open() });
                }
              }
            `,
          },
        }, twice('add', 'Stores.all', 10)],
    },
    {
      name: 'of several ways from one check the first is told',
      others: socket,
      code: `
        import { dial, type Socket } from './socket.js';
        export class Provider {
          private socket?: Socket;
          async get(local: boolean): Promise<Socket> {
            if (!this.socket) {
              if (local) «this.socket = await dial()»;
              else this.socket = await dial();
            }
            return this.socket;
          }
        }
      `,
      reports: [twice('get', 'this.socket', 5)],
    },
    {
      name: 'published before it is connected',
      code: `
        export class Connection { async connect(): Promise<void> { await null; } send(text: string): void { console.log(text); } }
        let connection: Connection | undefined;
        export async function get(): Promise<Connection> {
          if (!connection) {
            «connection = new Connection()»;
            await connection.connect();
          }
          return connection;
        }
      `,
      reports: [early('get', 'connection', 4)],
    },
    {
      name: 'after a failure, too: the check is an early return',
      others: { 'store.ts': store },
      code: `
        import { open, type Store } from './store.js';
        export class Holder {
          private store: Store | undefined;
          async get(): Promise<Store> {
            if (this.store !== undefined) return this.store;
            try {
              «this.store = await open()»;
              return this.store;
            } catch {
              throw new Error('cannot open');
            }
          }
        }
      `,
      reports: [twice('get', 'this.store', 5)],
    },
    {
      name: 'a field',
      others: { 'store.ts': store },
      code: `
        import { open, type Store } from './store.js';
        export class Holder {
          #store: Store | undefined;
          async get(): Promise<Store> {
            if (this.#store === undefined) «this.#store = await open()»;
            return this.#store;
          }
        }
      `,
      reports: [
        {
          message: twice('get', 'this.#store', 5),
          suggests: {
            'Keep the promise while the work is under way.': `
              import { open, type Store } from './store.js';
              export class Holder {
                #store: Store | undefined;
                #storePromise: Promise<Store> | undefined;
                async get(): Promise<Store> {
                  if (this.#store === undefined) {
                    try {
                      this.#store = await (this.#storePromise ??= open());
                    } finally {
                      this.#storePromise = undefined;
                    }
                  }
                  return this.#store;
                }
              }
            `,
          },
        },
      ],
    },
    {
      name: 'an assignment that asks with ??=',
      others: { 'store.ts': store },
      code: `
        import { open, type Store } from './store.js';
        let store: Store | undefined;
        export async function get(): Promise<Store> {
          «store ??= await open()»;
          return store;
        }
      `,
      reports: [
        {
          message: twice('get', 'store', 4),
          suggests: {
            'Keep the promise while the work is under way.': `
              import { open, type Store } from './store.js';
              let store: Store | undefined;
              let storePromise: Promise<Store> | undefined;
              export async function get(): Promise<Store> {
                try {
                  store ??= await (storePromise ??= open());
                } finally {
                  storePromise = undefined;
                }
                return store;
              }
            `,
          },
        },
      ],
    },
    {
      name: 'a closure variable of a factory',
      others: { 'store.ts': store },
      code: `
        import { open, type Store } from './store.js';
        export function provider() {
          let store: Store | undefined;
          return {
            async get(): Promise<Store> {
              if (!store) «store = await open()»;
              return store;
            },
          };
        }
      `,
      reports: [
        {
          message: twice('get', 'store', 6),
          suggests: {
            'Keep the promise while the work is under way.': `
              import { open, type Store } from './store.js';
              export function provider() {
                let store: Store | undefined;
                let storePromise: Promise<Store> | undefined;
                return {
                  async get(): Promise<Store> {
                    if (!store) {
                      try {
                        store = await (storePromise ??= open());
                      } finally {
                        storePromise = undefined;
                      }
                    }
                    return store;
                  },
                };
              }
            `,
          },
        },
      ],
    },
    {
      name: 'the work is done in then',
      others: { 'store.ts': store },
      code: `
        import { open, type Store } from './store.js';
        let store: Store | undefined;
        export function get(): Promise<Store> {
          if (store) return Promise.resolve(store);
          return open().then((made) => {
            «store = made»;
            return made;
          });
        }
      `,
      reports: [twice('get', 'store', 4)],
    },
    {
      name: 'a helper makes it',
      others: { 'store.ts': store },
      code: `
        import { open, type Store } from './store.js';
        export class Holder {
          #store: Store | undefined;
          async get(): Promise<Store> {
            if (!this.#store) await this.#fill();
            return this.#store!;
          }
          async #fill(): Promise<void> {
            «this.#store = await open()»;
          }
        }
      `,
      reports: [twice('get', 'this.#store', 5)],
    },
    {
      name: 'under a lock without a second check',
      others: { 'store.ts': store },
      code: `
        import { Mutex } from 'async-mutex';
        import { open, type Store } from './store.js';
        const mutex = new Mutex();
        let store: Store | undefined;
        export async function get(): Promise<Store> {
          if (!store) {
            await mutex.runExclusive(async () => {
              «store = await open()»;
            });
          }
          return store!;
        }
      `,
      reports: [twice('get', 'store', 6)],
    },
    {
      name: 'a flag that is set after the work',
      code: `
        export class Server {
          #started = false;
          async start(listen: () => Promise<void>): Promise<void> {
            if (this.#started) return;
            await listen();
            setInterval(() => this.#tick(), 1000);
            «this.#started = true»;
          }
          #tick(): void {}
        }
      `,
      reports: [
        {
          message: twice('start', 'this.#started', 4),
          suggests: {
            'Keep the promise while the work is under way.': `
              export class Server {
                #started = false;
                #startedPromise: Promise<void> | undefined;
                async start(listen: () => Promise<void>): Promise<void> {
                  if (this.#started) return;
                  this.#startedPromise ??= (async () => {
                    await listen();
                    setInterval(() => this.#tick(), 1000);
                    this.#started = true;
                  })().finally(() => {
                    this.#startedPromise = undefined;
                  });
                  await this.#startedPromise;
                }
                #tick(): void {}
              }
            `,
          },
        },
      ],
    },
    {
      name: 'a flag that is set before what it stands for is there',
      code: `
        export class Names {
          #loaded = false;
          #names: string[] = [];
          async get(load: () => Promise<string[]>): Promise<string[]> {
            if (!this.#loaded) {
              «this.#loaded = true»;
              this.#names = await load();
            }
            return this.#names;
          }
        }
      `,
      reports: [
        {
          message: early('get', 'this.#loaded', 5),
          suggests: {
            'Keep the promise while the work is under way.': `
              export class Names {
                #loaded = false;
                #loadedPromise: Promise<void> | undefined;
                #names: string[] = [];
                async get(load: () => Promise<string[]>): Promise<string[]> {
                  if (!this.#loaded) {
                    this.#loadedPromise ??= (async () => {
                      this.#names = await load();
                      this.#loaded = true;
                    })().finally(() => {
                      this.#loadedPromise = undefined;
                    });
                    await this.#loadedPromise;
                  }
                  return this.#names;
                }
              }
            `,
          },
        },
      ],
    },
  ],
});
