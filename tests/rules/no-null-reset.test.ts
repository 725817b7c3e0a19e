/** What `no-null-reset` reports, and what it leaves alone. */
import { runRule } from './hosts.js';

const reset = (reference: string, reader: string, check: number | string, use: number | string): string =>
  `Takes \`${reference}\` away while \`${reader}\` can be between its check (line ${check}) and its use (line ${use}), with an await between them.`
  + ' Replace the old value by a new one, or take it out and let its users finish.';

const lost = (reference: string, check: number, put: string): string =>
  `Empties \`${reference}\` after waiting with what was in it (line ${check}): what ${put} adds meanwhile is lost. Swap the batch out before the await.`;

const likely = { options: { confidence: 'likely' } } as const;

const socket = `
  export interface Socket { readonly open: boolean; send(text: string): Promise<void>; close(): void }
  export declare function dial(url: string): Promise<Socket>;
`;
const others = { 'socket.ts': socket };

runRule('no-null-reset', {
  reported: [
    {
      name: 'reset at the end of each turn of a loop: the next turn sets it again, but there may be none',
      others,
      code: `
        import type { Socket } from './socket.js';
        export class Player {
          current?: Socket;
          readonly queue: Socket[] = [];
          constructor(private readonly more: () => Promise<void>) {}
          add(socket: Socket) { this.queue.push(socket); }
          async run() {
            for (;;) {
              await this.more();
              while (this.queue.length > 0) {
                this.current = this.queue.shift();
                await this.current!.send('play');
                «this.current = undefined»;
              }
            }
          }
          async turn(paused: Promise<void>) {
            if (!this.current) return;
            await paused;
            this.current.close();
          }
        }
      `,
      reports: [reset('this.current', 'turn', 18, 20)],
    },
    {
      name: 'the same by a variable of a factory, in arrow functions',
      others,
      code: `
        import type { Socket } from './socket.js';
        export function createPlayer(sockets: () => Promise<Socket[]>) {
          let current: Socket | null = null;
          const run = async () => {
            for (const socket of await sockets()) {
              current = socket;
              await current.send('play');
              «current = null»;
            }
          };
          const turn = async (paused: Promise<void>) => {
            if (current === null) return;
            await paused;
            current!.close();
          };
          return { run, turn };
        }
      `,
      reports: [reset('current', 'turn', 12, 14)],
    },
    {
      name: 'what a method of it has answered is not it: a login that failed takes away what another uses',
      others: { 'cloud.ts': 'export declare class Cloud { constructor(user: string); login(): Promise<boolean>; fetchAll(): Promise<boolean>; readonly devices: string[] }' },
      code: `
        import { Cloud } from './cloud.js';
        export class Devices {
          api: Cloud | undefined;
          readonly all = new Set<string>();
          async connect(user: string) {
            this.api = new Cloud(user);
            const success = await this.api.login();
            if (!success) {
              «this.api = undefined»;
              throw new Error('login failed');
            }
          }
          async discover(user: string) {
            await this.connect(user);
            if (!this.api) return;
            await this.api.fetchAll();
            for (const device of this.api.devices) this.all.add(device);
          }
        }
      `,
      reports: [reset('this.api', 'discover', 15, 17)],
    },
    {
      name: 'a copy of a batch is gone through, an await in each turn, and the batch emptied at the end',
      code: `
        export class Outbox {
          batch: string[] = [];
          add(text: string) { this.batch.push(text); }
          async flush(send: (text: string) => Promise<void>) {
            for (const text of [...this.batch]) await send(text);
            «this.batch = []»;
          }
        }
      `,
      reports: [lost('this.batch', 5, '`add` (line 3)')],
    },
    {
      name: 'all of a list are sent at once, and its length set to nothing when they are',
      code: `
        const waiting: string[] = [];
        export function add(text: string) { waiting.push(text); }
        export async function flush(send: (text: string) => Promise<void>) {
          await Promise.all(waiting.map((text) => send(text)));
          «waiting.length = 0»;
        }
      `,
      reports: [lost('waiting', 4, '`add` (line 2)')],
    },
    {
      name: 'used twice as what is surely there, with an await in between, and reset by a listener',
      others,
      code: `
        import { dial, type Socket } from './socket.js';
        export class Debugger {
          socket?: Socket;
          async attach(url: string, onClose: (listener: () => void) => void) {
            this.socket = await dial(url);
            onClose(() => { «this.socket = undefined»; });
          }
          async sync(removed: string[], added: string[]) {
            await this.socket!.send(removed.join());
            await this.socket!.send(added.join());
          }
        }
      `,
      reports: [reset('this.socket', 'sync', 9, 10)],
    },
    {
      name: 'the reader knows the field by a getter, of an interface that the class has',
      others: { ...others, 'statistics.ts': `
          import type { Model } from './model.js';
          export async function countOf(model: Model, ready: Promise<void>): Promise<number> {
            if (!model.session) return 0;
            await ready;
            return Number(model.session.open);
          }
`, 'model.ts': `
          import type { Socket } from './socket.js';
          export interface Model { readonly session?: Socket }
` },
      code: `
        import type { Model } from './model.js';
        import type { Socket } from './socket.js';
        import { countOf } from './statistics.js';
        export class Live implements Model {
          #session: Socket | undefined;
          get session(): Socket | undefined { return this.#session; }
          open(session: Socket) { this.#session = session; }
          count(ready: Promise<void>) { return countOf(this, ready); }
          dispose() { this.#session?.close(); «this.#session = undefined»; }
          async first(ready: Promise<void>) {
            if (!this.session) return;
            await ready;
            this.session?.close();
          }
        }
      `,
      reports: [reset('this.#session', 'countOf', '3 of statistics.ts', 5)],
    },
    {
      name: 'a field that others read through a getter, and know by an interface',
      others: {
        'desk.ts': `
          export interface Visitor { readonly pass?: { stamp(): void } | undefined }
          export async function admit(visitor: Visitor, wait: () => Promise<void>) {
            if (!visitor.pass) return;
            await wait();
            visitor.pass.stamp();
          }
        `,
      },
      code: `
        import type { Visitor } from './desk.js';
        export class Guest implements Visitor {
          private _pass: { stamp(): void } | undefined;
          get pass() { return this._pass; }
          enter() { this._pass ??= { stamp() {} }; }
          leave() {
            «this._pass = undefined»;
          }
        }
      `,
      reports: [reset('this._pass', 'admit', '3 of desk.ts', 5)],
    },
    {
      name: 'asserted before the await and after it, and taken away by an event',
      code: `
        import type { EventEmitter } from 'node:events';
        interface Line { send(text: string): Promise<void> }
        export class Phone {
          line?: Line;
          constructor(private readonly exchange: EventEmitter) {}
          open(line: Line) {
            this.line = line;
            this.exchange.on('cut', () => { «this.line = undefined»; });
          }
          async say(first: string, second: string) {
            await this.line!.send(first);
            await this.line!.send(second);
          }
        }
      `,
      reports: [reset('this.line', 'say', 11, 12)],
    },
    {
      name: 'a helper in another file takes it away',
      others: { ...others, 'uplink.ts': `
          import type { Socket } from './socket.js';
          export class Uplink {
            socket: Socket | null = null;
            attach(socket: Socket) { this.socket = socket; }
            async send(text: Promise<string>) {
              if (!this.socket) throw new Error('closed');
              const said = await text;
              await this.socket.send(said);
            }
          }
` },
      code: `
        import type { Uplink } from './uplink.js';
        export function drop(uplink: Uplink) { «uplink.socket = null»; }
      `,
      reports: [reset('uplink.socket', 'send', '6 of uplink.ts', 8)],
    },
    {
      name: 'a subclass in another file takes it away',
      others: { ...others, 'uplink.ts': `
          import type { Socket } from './socket.js';
          export class Uplink {
            socket: Socket | null = null;
            attach(socket: Socket) { this.socket = socket; }
            async send(text: Promise<string>) {
              if (!this.socket) throw new Error('closed');
              const said = await text;
              await this.socket.send(said);
            }
          }
` },
      code: `
        import { Uplink } from './uplink.js';
        export class Radio extends Uplink {
          off() { «this.socket = null»; }
        }
      `,
      reports: [reset('this.socket', 'send', '6 of uplink.ts', 8)],
    },
    {
      name: 'the base takes away what a subclass in another file waits with',
      others: {
        ...others,
        'radio.ts': `
          import { Uplink } from './case.js';
          export class Radio extends Uplink {
            async send(text: Promise<string>) {
              if (!this.socket) throw new Error('closed');
              const said = await text;
              await this.socket.send(said);
            }
          }
        `,
      },
      code: `
        import type { Socket } from './socket.js';
        export class Uplink {
          socket: Socket | null = null;
          attach(socket: Socket) { this.socket = socket; }
          off() { «this.socket = null»; }
        }
      `,
      reports: [reset('this.socket', 'send', '4 of radio.ts', 6)],
    },
    {
      name: 'a function of another file uses the field of an object that it is given',
      others: {
        ...others,
        'say.ts': `
          import { Uplink } from './case.js';
          export async function say(uplink: Uplink, text: Promise<string>) {
            if (!uplink.socket) return;
            const said = await text;
            await uplink.socket.send(said);
          }
        `,
      },
      code: `
        import type { Socket } from './socket.js';
        export class Uplink {
          socket: Socket | null = null;
          attach(socket: Socket) { this.socket = socket; }
          off() { «this.socket = null»; }
        }
      `,
      reports: [reset('this.socket', 'say', '3 of say.ts', 5)],
    },
    {
      name: 'a variable of the module that others see as a live binding',
      others: {
        ...others,
        'say.ts': `
          import { socket } from './case.js';
          export async function say(text: Promise<string>) {
            if (!socket) return;
            const said = await text;
            await socket.send(said);
          }
        `,
      },
      code: `
        import { dial, type Socket } from './socket.js';
        export let socket: Socket | null = null;
        export async function open() { socket = await dial('x'); }
        export function close() {
          «socket = null»;
        }
      `,
      reports: [reset('socket', 'say', '3 of say.ts', 5)],
    },
    {
      name: 'an object of one request that a timer closes while it is used',
      others: {
        ...others,
        'server.ts': `
          import { Uplink } from './uplink.js';
          export async function handle(text: Promise<string>) {
            const uplink = new Uplink();
            await uplink.open();
            setTimeout(() => { void uplink.close(); }, 1000);
            await uplink.send(text);
          }
        `,
      },
      file: 'uplink.ts',
      code: `
        import { dial, type Socket } from './socket.js';
        export class Uplink {
          private socket?: Socket;
          async open() { this.socket = await dial('x'); }
          async send(text: Promise<string>) {
            if (!this.socket) throw new Error('closed');
            const said = await text;
            await this.socket.send(said);
          }
          async close() { this.socket?.close(); «this.socket = undefined»; }
        }
      `,
      reports: [reset('this.socket', 'send', 6, 8)],
    },
    {
      name: 'a member whose name every object has is no end of the program',
      others,
      code: `
        import type { Socket } from './socket.js';
        export class Uplink {
          private socket: Socket | undefined;
          attach(socket: Socket) { this.socket = socket; }
          async say(text: Promise<string>) {
            if (!this.socket) return;
            const said = await text;
            await this.socket.send(said);
          }
          stop() {
            «this.socket = undefined»;
            this.constructor.toString();
          }
        }
      `,
      reports: [reset('this.socket', 'say', 6, 8)],
    },
    {
      name: 'a helper that is given nothing puts that in its place once more',
      others,
      code: `
        import type { Socket } from './socket.js';
        export class Branch {
          private socket: Socket | undefined;
          attach(socket: Socket) { return this.update(socket); }
          async say(text: Promise<string>) {
            if (!this.socket) return;
            const said = await text;
            await this.socket.send(said);
          }
          async clear() {
            «this.socket = undefined»;
            await this.update(undefined);
          }
          private async update(socket: Socket | undefined) {
            this.socket = socket;
            await socket?.send('hello');
          }
        }
      `,
      reports: [reset('this.socket', 'say', 6, 8)],
    },
    {
      name: 'a field is set to undefined while a sender waits',
      others,
      code: `
        import type { Socket } from './socket.js';
        export class Uplink {
          socket?: Socket;
          async send(text: () => Promise<string>) {
            if (!this.socket) throw new Error('closed');
            const said = await text();
            await this.socket.send(said);
          }
          drop() { «this.socket = undefined»; }
        }
      `,
      reports: [reset('this.socket', 'send', 5, 7)],
    },
    {
      name: 'a #private field, read with ! after the wait',
      others,
      code: `
        import type { Socket } from './socket.js';
        export class Uplink {
          #socket: Socket | null = null;
          attach(socket: Socket) { this.#socket = socket; }
          async send(text: () => Promise<string>) {
            if (this.#socket === null) return;
            const said = await text();
            await this.#socket!.send(said);
          }
          detach() { «this.#socket = null»; }
        }
      `,
      reports: [reset('this.#socket', 'send', 6, 8)],
    },
    {
      name: 'a static field',
      others,
      code: `
        import { dial, type Socket } from './socket.js';
        export class Hub {
          static #main: Socket | undefined;
          static async open() { Hub.#main = await dial('wss://hub'); }
          static async announce(text: Promise<string>) {
            if (Hub.#main === undefined) return;
            const said = await text;
            await Hub.#main.send(said);
          }
          static close() {
            Hub.#main?.close();
            «Hub.#main = undefined»;
          }
        }
      `,
      reports: [reset('Hub.#main', 'announce', 6, 8)],
    },
    {
      name: 'a module variable',
      others,
      code: `
        import type { Socket } from './socket.js';
        let current: Socket | undefined;
        export const use = (socket: Socket) => { current = socket; };
        export async function relay(lines: AsyncIterable<string>) {
          if (current == null) return;
          for await (const line of lines) await current.send(line);
        }
        export function stop() {
          «current = undefined»;
        }
      `,
      reports: [reset('current', 'relay', 5, 6)],
    },
    {
      name: 'a closure variable of a factory',
      others,
      code: `
        import type { Socket } from './socket.js';
        export function createRelay(first: Socket) {
          let socket: Socket | null = first;
          return {
            async tell(text: Promise<string>) {
              if (!socket) return;
              const said = await text;
              await socket.send(said);
            },
            end() {
              «socket = null»;
            },
          };
        }
      `,
      reports: [reset('socket', 'tell', 6, 8)],
    },
    {
      name: 'an object literal of the module keeps it',
      others,
      code: `
        import type { Socket } from './socket.js';
        const state: { socket: Socket | undefined } = { socket: undefined };
        export const attach = (socket: Socket) => { state.socket = socket; };
        export async function tell(text: Promise<string>) {
          if (!state.socket) return;
          const said = await text;
          await state.socket.send(said);
        }
        export const detach = () => { «state.socket = undefined»; };
      `,
      reports: [reset('state.socket', 'tell', 5, 7)],
    },
    {
      name: 'a field is deleted',
      others,
      code: `
        import type { Socket } from './socket.js';
        export class Uplink {
          socket?: Socket;
          async send(text: () => Promise<string>) {
            if (!this.socket) return;
            const said = await text();
            this.socket.send(said).catch(console.error);
          }
          drop() { «delete this.socket»; }
        }
      `,
      reports: [reset('this.socket', 'send', 5, 7)],
    },
    {
      name: 'an entry of a Map is deleted, and the Map is cleared',
      others,
      code: `
        import type { Socket } from './socket.js';
        export class Rooms {
          readonly #rooms = new Map<string, Socket>();
          join(name: string, socket: Socket) { this.#rooms.set(name, socket); }
          async say(name: string, text: Promise<string>) {
            if (!this.#rooms.has(name)) return;
            const said = await text;
            await this.#rooms.get(name)!.send(said);
          }
          leave(name: string) { «this.#rooms.delete(name)»; }
          shut() { «this.#rooms.clear()»; }
        }
      `,
      reports: [reset('this.#rooms', 'say', 6, 8), reset('this.#rooms', 'say', 6, 8)],
    },
    {
      name: 'an entry of a WeakMap is deleted',
      others,
      code: `
        import type { Socket } from './socket.js';
        const sockets = new WeakMap<object, Socket>();
        export const bind = (owner: object, socket: Socket) => { sockets.set(owner, socket); };
        export async function tell(owner: object, text: Promise<string>) {
          if (!sockets.get(owner)) return;
          const said = await text;
          await sockets.get(owner)!.send(said);
        }
        export function unbind(owner: object) {
          «sockets.delete(owner)»;
        }
      `,
      reports: [reset('sockets', 'tell', 5, 7)],
    },
    {
      name: 'an entry of a plain registry is deleted',
      others,
      code: `
        import type { Socket } from './socket.js';
        const registry: Record<string, Socket> = {};
        export const register = (id: string, socket: Socket) => { registry[id] = socket; };
        export async function tell(id: string, text: Promise<string>) {
          if (!(id in registry)) throw new Error(id);
          const said = await text;
          await registry[id].send(said);
        }
        export function unregister(id: string) {
          «delete registry[id]»;
        }
      `,
      reports: [reset('registry[…]', 'tell', 5, 7)],
    },
    {
      name: 'a collection is replaced by an empty one',
      others,
      code: `
        import type { Socket } from './socket.js';
        export class Rooms {
          rooms = new Map<string, Socket>();
          list: Socket[] = [];
          async say(name: string, text: Promise<string>) {
            if (!this.rooms.has(name)) return;
            const said = await text;
            await this.rooms.get(name)!.send(said);
          }
          async first(text: Promise<string>) {
            if (this.list.length === 0) return;
            const said = await text;
            await this.list[0].send(said);
          }
          join(name: string, socket: Socket) { this.rooms.set(name, socket); this.list.push(socket); }
          forgetRooms() { «this.rooms = new Map()»; }
          forgetList() { «this.list = []»; }
        }
      `,
      reports: [reset('this.rooms', 'say', 6, 8), reset('this.list', 'first', 11, 13)],
    },
    {
      name: 'the state of an object that a field holds',
      code: `
        export interface Session { token: string | undefined; readonly id: number }
        export class Client {
          constructor(private readonly session: Session) {}
          async headers(sign: (text: string) => Promise<string>) {
            if (!this.session.token) throw new Error('logged out');
            const signature = await sign('x');
            return [signature, this.session.token.toUpperCase()];
          }
          logout() { «this.session.token = undefined»; }
        }
      `,
      reports: [reset('this.session.token', 'headers', 5, 7)],
    },
    {
      name: 'checked where a helper of the class is called, used in the helper',
      others,
      code: `
        import type { Socket } from './socket.js';
        export class Uplink {
          #socket: Socket | undefined;
          attach(socket: Socket) { this.#socket = socket; }
          async send(text: Promise<string>) {
            if (!this.#socket) return;
            const said = await text;
            await this.#write(said);
          }
          async #write(text: string) { await this.#socket!.send(text); }
          drop() { «this.#socket = undefined»; }
        }
      `,
      reports: [reset('this.#socket', 'send', 6, 10)],
    },
    {
      name: 'made by the caller itself before it waits, taken away by another',
      others,
      code: `
        import { dial, type Socket } from './socket.js';
        export class Uplink {
          #socket: Socket | null = null;
          async send(text: string) {
            if (!this.#socket) {
              this.#socket = await dial('wss://a');
            }
            await this.#prepare();
            await this.#socket.send(text);
          }
          async #prepare() { await null; }
          drop() { «this.#socket = null»; }
        }
      `,
      reports: [reset('this.#socket', 'send', 5, 9)],
    },
    {
      name: 'under a lock that the reset does not take',
      others,
      code: `
        import { Mutex } from 'async-mutex';
        import type { Socket } from './socket.js';
        export class Uplink {
          readonly #gate = new Mutex();
          #socket: Socket | undefined;
          attach(socket: Socket) { this.#socket = socket; }
          async send(text: Promise<string>) {
            await this.#gate.runExclusive(async () => {
              if (!this.#socket) return;
              const said = await text;
              await this.#socket.send(said);
            });
          }
          drop() { «this.#socket = undefined»; }
        }
      `,
      reports: [reset('this.#socket', 'send', 9, 11)],
    },
    {
      name: 'the same function takes away what another call of it waits with',
      others,
      code: `
        import type { Socket } from './socket.js';
        let shared: Socket | null = null;
        export const attach = (socket: Socket) => { shared = socket; };
        export async function once(text: Promise<string>) {
          if (shared === null) return;
          const said = await text;
          await shared.send(said);
          «shared = null»;
        }
      `,
      reports: [reset('shared', 'once', 5, 7)],
    },
    {
      name: 'a batch is emptied after it was sent',
      code: `
        export class Log {
          #lines: string[] = [];
          add(line: string) { this.#lines.push(line); }
          async flush(send: (lines: string[]) => Promise<void>) {
            await send(this.#lines);
            «this.#lines = []»;
          }
        }
      `,
      reports: [lost('this.#lines', 5, '`add` (line 3)')],
    },
    {
      name: 'a Map of counts is cleared after it was sent',
      code: `
        const counts = new Map<string, number>();
        export const count = (name: string) => { counts.set(name, (counts.get(name) ?? 0) + 1); };
        export async function report(send: (all: Map<string, number>) => Promise<void>) {
          await send(counts);
          «counts.clear()»;
        }
      `,
      reports: [lost('counts', 4, '`count` (line 2)')],
    },
  ],
  silent: [
    {
      name: 'filled again in the same stretch, whichever way is taken; a live list, of which nothing is lost; an end of all',
      others,
      code: `
        import { dial, type Socket } from './socket.js';
        export class Either {
          socket: Socket | null = null;
          constructor(private readonly spare: Socket, private readonly other: Socket) {}
          swap(first: boolean) {
            this.socket = null;
            if (first) this.socket = this.spare;
            else this.socket = this.other;
          }
          async say(ready: Promise<void>) {
            if (!this.socket) return;
            await ready;
            await this.socket.send('a');
          }
        }
        export class Live {
          batch: string[] = [];
          readonly open: Socket[] = [];
          add(text: string) { this.batch.push(text); }
          async dial(url: string) { this.open.push(await dial(url)); }
          async flush(send: (text: string) => Promise<void>) {
            for (const text of this.batch) await send(text);
            this.batch = [];
          }
          async taken(send: (text: string) => Promise<void>) {
            for (const text of this.batch.splice(0)) await send(text);
          }
          async closeAll(bye: (socket: Socket) => Promise<void>) {
            await Promise.all(this.open.map((socket) => bye(socket)));
            this.open.length = 0;
          }
        }
      `,
    },
    {
      name: 'methods of what is called like a member of every object',
      others,
      code: `
        import type { Socket } from './socket.js';
        export class Kept {
          static closed = 0;
          static close() { Kept.closed++; }
          socket?: Socket;
          open(socket: Socket) { this.socket = socket; }
          drop(toString: { log(text: string): void }) {
            this.socket = undefined;
            (this.constructor as typeof Kept).close();
            toString.log('dropped');
          }
        }
      `,
    },
    {
      name: 'used twice, with a look or a new value in between, or with nothing awaited',
      others,
      code: `
        import { dial, type Socket } from './socket.js';
        export class Debugger {
          socket?: Socket;
          drop() { this.socket = undefined; }
          async one(text: string) { await this.socket!.send(text); if (this.socket) this.socket!.close(); }
          async two(text: string) { await this.socket!.send(text); this.socket = await dial(text); this.socket!.close(); }
          three(text: string) { void this.socket!.send(text); this.socket!.close(); }
        }
      `,
    },
    {
      name: 'in the same stretch there is another one',
      others,
      code: `
        import type { Socket } from './socket.js';
        declare function make(): Socket;
        export class Bar {
          private socket: Socket | undefined;
          attach(anew: boolean) {
            if (anew) {
              this.socket?.close();
              this.socket = undefined;
            }
            this.socket = this.socket ?? make();
          }
          async say(text: Promise<string>) {
            if (!this.socket) return;
            const said = await text;
            await this.socket.send(said);
          }
        }
      `,
    },
    {
      name: 'a flag lets only one task in, which takes it away itself',
      others,
      code: `
        import type { Socket } from './socket.js';
        export class Session {
          private socket: Socket | undefined;
          private closing = false;
          attach(socket: Socket) { this.socket = socket; }
          async finish(said: Promise<string>) {
            if (this.closing) return;
            this.closing = true;
            if (this.socket) {
              await said;
              await this.socket.send('bye');
            }
            this.socket = undefined;
          }
        }
      `,
    },
    {
      name: 'what fails in the chain is caught at its end',
      others,
      code: `
        import type { Socket } from './socket.js';
        export class Transporter {
          private socket: Socket | undefined;
          attach(socket: Socket) { this.socket = socket; }
          detach() { this.socket = undefined; }
          say(text: Promise<string>): Promise<unknown> | undefined {
            if (!this.socket) return undefined;
            return text.then((said) => this.socket!.send(said)).then(() => 'sent').catch((error) => console.warn(error));
          }
        }
      `,
    },
    {
      name: 'ended twice',
      others,
      code: `
        import type { Socket } from './socket.js';
        export class Transporter {
          private socket: Socket | undefined;
          attach(socket: Socket) { this.socket = socket; }
          async disconnect(said: Promise<string>) {
            if (!this.socket) return;
            await said;
            this.socket.close();
            this.socket = undefined;
          }
        }
      `,
    },
    {
      name: 'an object that both were given, which is passed along within one task',
      others: {
        'state.ts': 'export class State { response: { text: string } | undefined; turn = 0; }',
        'resume.ts': `
          import type { State } from './state.js';
          export async function resume(options: { state: State }, done: Promise<void>): Promise<string> {
            const { state } = options;
            if (!state.response) throw new Error('nothing to resume');
            await done;
            return state.response.text;
          }
        `,
      },
      code: `
        import { resume } from './resume.js';
        import { State } from './state.js';
        export async function run(state: State, done: Promise<void>): Promise<string> {
          const text = await resume({ state }, done);
          state.response = undefined;
          return text;
        }
      `,
    },
    {
      name: 'something of it is asked with ?. right before the use',
      others,
      code: `
        import type { Socket } from './socket.js';
        export class Track {
          private socket: Socket | undefined;
          attach(socket: Socket) { this.socket = socket; }
          async apply(text: Promise<string>) {
            if (!this.socket) return;
            await text;
            this.say('x');
          }
          private say(text: string) {
            if (this.socket?.open) return this.socket.send(text);
            return undefined;
          }
          drop() { this.socket = undefined; }
        }
      `,
    },
    {
      name: 'asserted twice, and taken away by whoever ends it; or asked again in between',
      code: `
        import type { EventEmitter } from 'node:events';
        interface Line { send(text: string): Promise<void> }
        export class Phone {
          line?: Line;
          open(line: Line) { this.line = line; }
          hangUp() { this.line = undefined; }
          async say(first: string, second: string) {
            await this.line!.send(first);
            await this.line!.send(second);
          }
        }
        export class Careful {
          line?: Line;
          constructor(private readonly exchange: EventEmitter) {}
          open(line: Line) {
            this.line = line;
            this.exchange.on('cut', () => { this.line = undefined; });
          }
          async say(first: string, second: string) {
            await this.line!.send(first);
            if (!this.line) return;
            await this.line!.send(second);
          }
        }
      `,
    },
    {
      name: 'one at a time empties what is its own: who finds it filled does not begin',
      code: `
        declare function more(): Promise<boolean>;
        export class Search {
          result: { query: string } | null = null;
          #loading: { query: string } | null = null;
          async loadAll() {
            if (this.#loading != null) return;
            this.#loading = this.result ?? null;
            try {
              while (this.#loading && (await more())) console.log(this.#loading.query);
            } finally {
              this.#loading = null;
            }
          }
        }
      `,
    },
    {
      name: 'the page is loaded anew right after',
      others: {
        ...others,
        'window.ts': `
          export interface WindowService { reload(): void }
          export class BrowserWindow implements WindowService {
            reload(): void { this.safe().then((safe) => { if (safe) window.location.reload(); }); }
            private safe(): Promise<boolean> { return Promise.resolve(true); }
          }
        `,
      },
      code: `
        import type { Socket } from './socket.js';
        import type { WindowService } from './window.js';
        export class Workspace {
          private socket: Socket | undefined;
          constructor(private readonly window: WindowService) {}
          open(socket: Socket) { this.socket = socket; }
          async send(text: Promise<string>) {
            if (!this.socket) return;
            const said = await text;
            await this.socket.send(said);
          }
          async close(saved: Promise<void>) {
            this.socket = undefined;
            await saved;
            this.restart();
          }
          private restart() { this.window.reload(); }
        }
      `,
    },
    {
      name: 'the handler goes on by itself, whatever is thrown after it',
      others,
      code: `
        import type { Socket } from './socket.js';
        export class Transporter {
          private socket: Socket | undefined;
          attach(socket: Socket) { this.socket = socket; }
          detach() { this.socket = undefined; }
          async restart(ping: () => Promise<boolean>) {
            if (this.socket) {
              if (await ping()) return;
              try {
                this.socket.close();
              } catch {}
            }
            if (!(await ping())) throw new Error('not reached');
          }
        }
      `,
    },
    {
      name: 'a helper catches what the function that it is given throws',
      others,
      code: `
        import type { Socket } from './socket.js';
        export class Viewer {
          private socket: Socket | undefined;
          attach(socket: Socket) { this.socket = socket; }
          dispose() { this.socket = undefined; }
          show(text: Promise<string>) {
            return this.tried(async () => {
              if (!this.socket) return;
              const said = await text;
              await this.socket.send(said);
            });
          }
          private async tried(work: () => Promise<void>) {
            try {
              await work();
            } catch (error) {
              console.error(error);
            }
          }
        }
      `,
    },
    {
      name: 'a decorator catches what the method throws',
      others: { ...others, 'decorators.ts': 'export declare function swallowExceptions(): (method: unknown, context: unknown) => void;' },
      code: `
        import { swallowExceptions } from './decorators.js';
        import type { Socket } from './socket.js';
        export class Monitor {
          private socket: Socket | undefined;
          attach(socket: Socket) { this.socket = socket; }
          dispose() { this.socket = undefined; }
          @swallowExceptions()
          async changed(text: Promise<string>) {
            if (!this.socket) return;
            const said = await text;
            await this.socket.send(said);
          }
        }
      `,
    },
    {
      name: 'only tests call it',
      others,
      code: `
        import type { Socket } from './socket.js';
        let shared: Socket | null = null;
        export const attach = (socket: Socket) => { shared = socket; };
        export async function say(text: Promise<string>) {
          if (!shared) return;
          const said = await text;
          await shared.send(said);
        }
        export function resetForTesting() { shared = null; }
      `,
    },
    {
      name: 'whoever found an entry takes it out when it is done with',
      others,
      code: `
        const waiting: Record<string, { silent: boolean; fail(reason: string): void }> = {};
        declare function report(id: string): Promise<void>;
        export function ask(id: string, fail: (reason: string) => void) { waiting[id] = { silent: false, fail }; }
        export async function answered(id: string) {
          if (!waiting[id]) return;
          await report(id);
          waiting[id].fail('refused');
          delete waiting[id];
        }
      `,
    },
    {
      name: 'a function that is called in the same stretch makes another one',
      others: { 'channel.ts': 'export declare class Channel { open(): Promise<void>; post(text: string): void; onEnd(listener: () => void): void; }' },
      code: `
        import { Channel } from './channel.js';
        let channel: Channel | null = null;
        export const start = (): Promise<void> => {
          if (!channel) channel = new Channel();
          channel.onEnd(() => {
            channel = null;
            void start();
          });
          return channel.open().then(() => channel.post('ready'));
        };
      `,
    },
    {
      name: 'an array of promises that are waited for and forgotten',
      code: `
        let pending = new Array<Promise<void>>();
        export function watch(work: Promise<void>) { pending.push(work); }
        export const settled = async () => {
          await Promise.allSettled(pending);
          pending = [];
        };
      `,
    },
    {
      name: 'asked with ?. for something else, and used with ! in the same stretch, whatever the answer',
      code: `
        export class Auth {
          private credentials: { client: string; organization?: string } | null = null;
          enter(client: string) { this.credentials = { client }; }
          leave() { this.credentials = null; }
          async token(send: (client: string, form: Map<string, string>) => Promise<string>) {
            const form = new Map<string, string>();
            if (this.credentials?.organization !== undefined) form.set('organization', this.credentials.organization);
            return await send(this.credentials!.client, form);
          }
        }
      `,
    },
    {
      name: 'a list that is counted anew before it is gone through',
      code: `
        export class History {
          private said: { role: string }[] = [];
          begin() { this.said = []; }
          add(role: string) { this.said.push({ role }); }
          async resume(saved: () => Promise<{ role: string }[]>, details: () => Promise<void>) {
            if (this.said.length === 0) this.said = await saved();
            await details();
            for (let i = this.said.length - 1; i >= 0; i--) {
              if (this.said[i]!.role === 'user') return i;
            }
            return -1;
          }
        }
      `,
    },
    {
      name: 'what is added while an object is disposed of is too late in any case',
      code: `
        export class Emulators {
          private ids = new Set<string>();
          add(id: string) { this.ids.add(id); }
          async disposeAsync(stop: (ids: Set<string>) => Promise<void> = async () => {}) { await stop(this.ids); }
          async dispose() {
            await this.stop(this.ids);
            this.ids.clear();
          }
          private async stop(ids: Set<string>) { for (const id of ids) await fetch(id); }
        }
      `,
    },
    {
      name: 'a batch of one method that the base of the class calls',
      code: `
        declare abstract class Migration { protected abstract migrate(): Promise<void>; }
        declare const table: { insert(rows: string[]): Promise<void>; read(): Promise<string[]> };
        export class Up extends Migration {
          private rows: string[] = [];
          private users: string[] = [];
          protected async migrate() {
            for (const key of await table.read()) await this.add(key);
            await this.emptyUsers();
            await this.empty();
          }
          private async add(key: string) {
            this.rows.push(key);
            this.users.push(key);
            if (this.rows.length > 50) await this.empty();
          }
          private async emptyUsers() {
            await table.insert(this.users);
            this.users = [];
          }
          private async empty() {
            await this.emptyUsers();
            await table.insert(this.rows);
            this.rows = [];
          }
        }
      `,
    },
    {
      name: 'in another file: an object that the function has just made, and one of another class',
      ...likely,
      others: { ...others, 'uplink.ts': `
          import type { Socket } from './socket.js';
          export class Uplink {
            socket: Socket | null = null;
            attach(socket: Socket) { this.socket = socket; }
            async send(text: Promise<string>) {
              if (!this.socket) throw new Error('closed');
              const said = await text;
              await this.socket.send(said);
            }
          }
` },
      code: `
        import { Uplink } from './uplink.js';
        class Line { socket: string | null = ''; }
        export function fresh() {
          const uplink = new Uplink();
          uplink.socket = null;
          return uplink;
        }
        export function cut(line: Line) { line.socket = null; }
      `,
    },
    {
      name: 'in another file: checked again, asked with ?., and read in one stretch',
      ...likely,
      others: {
        ...others,
        'say.ts': `
          import { socket } from './case.js';
          export async function say(text: Promise<string>) {
            if (!socket) return;
            const said = await text;
            if (!socket) return;
            await socket.send(said);
          }
          export async function murmur(text: Promise<string>) {
            if (!socket) return;
            socket?.send(await text);
            const now = socket;
            const said = await text;
            await now.send(said);
          }
        `,
      },
      code: `
        import { dial, type Socket } from './socket.js';
        export let socket: Socket | null = null;
        export async function open() { socket = await dial('x'); }
        export function close() { socket = null; }
      `,
    },
    {
      name: 'in another file: under one lock',
      ...likely,
      others: {
        ...others,
        'uplink.ts': `
          import { Mutex } from 'async-mutex';
          import type { Socket } from './socket.js';
          export class Uplink {
            readonly lock = new Mutex();
            socket: Socket | null = null;
            attach(socket: Socket) { this.socket = socket; }
            send(text: Promise<string>) {
              return this.lock.runExclusive(async () => {
                if (!this.socket) throw new Error('closed');
                const said = await text;
                await this.socket.send(said);
              });
            }
          }
        `,
      },
      code: `
        import type { Uplink } from './uplink.js';
        export const drop = (uplink: Uplink) => uplink.lock.runExclusive(() => { uplink.socket = null; });
      `,
    },
    {
      name: 'an object of one request: opened, used and closed one after the other',
      ...likely,
      others: {
        ...others,
        'server.ts': `
          import { Uplink } from './uplink.js';
          export async function handle(text: Promise<string>) {
            const uplink = new Uplink();
            await uplink.open();
            try { await uplink.send(text); } finally { await uplink.close(); }
          }
        `,
      },
      file: 'uplink.ts',
      code: `
        import { dial, type Socket } from './socket.js';
        export class Uplink {
          private socket?: Socket;
          async open() { this.socket = await dial('x'); }
          async send(text: Promise<string>) {
            if (!this.socket) throw new Error('closed');
            const said = await text;
            await this.socket.send(said);
          }
          async close() { this.socket?.close(); this.socket = undefined; }
        }
      `,
    },
    {
      name: 'handles of timers',
      ...likely,
      code: `
        export class Poller {
          #timer: ReturnType<typeof setInterval> | null = null;
          #later: NodeJS.Timeout | undefined;
          async start(ready: Promise<void>) {
            if (this.#timer) return;
            await ready;
            clearInterval(this.#timer!);
            this.#later?.unref();
          }
          async pause(ready: Promise<void>) {
            if (!this.#later) return;
            await ready;
            clearTimeout(this.#later);
            this.#later = undefined;
          }
          stop() {
            if (this.#timer) clearInterval(this.#timer);
            this.#timer = null;
          }
        }
      `,
    },
    {
      name: 'taken out: who takes it has it to himself',
      ...likely,
      others,
      code: `
        import type { Socket } from './socket.js';
        export class Uplink {
          #socket: Socket | undefined;
          attach(socket: Socket) { this.#socket = socket; }
          async send(text: Promise<string>) {
            const socket = this.#socket;
            if (!socket) return;
            await socket.send(await text);
          }
          close() {
            const socket = this.#socket;
            this.#socket = undefined;
            socket?.close();
          }
        }
        let spare: Socket | null = null;
        export const park = (socket: Socket) => { spare = socket; };
        export function take() {
          const taken = spare;
          spare = null;
          return taken;
        }
      `,
    },
    {
      name: 'swapped out for a fresh one',
      ...likely,
      others,
      code: `
        import { dial, type Socket } from './socket.js';
        export class Uplink {
          constructor(private socket: Socket, private lines: string[] = []) {}
          async renew() {
            const fresh = await dial('wss://b');
            const old = this.socket;
            this.socket = fresh;
            old.close();
          }
          async send(text: Promise<string>) {
            if (!this.socket.open) return;
            const said = await text;
            await this.socket.send(said);
          }
          add(line: string) { this.lines.push(line); }
          async flush() {
            const batch = this.lines;
            this.lines = [];
            for (const line of batch) await this.socket.send(line);
          }
        }
      `,
    },
    {
      name: 'the slot of a promise is cleared when it fails',
      ...likely,
      others,
      code: `
        import { dial, type Socket } from './socket.js';
        export class Uplink {
          #opening: Promise<Socket> | undefined;
          readonly #pages = new Map<string, Promise<string>>();
          async socket() {
            this.#opening ??= dial('wss://a').catch((error: unknown) => { this.#opening = undefined; throw error; });
            return this.#opening;
          }
          async page(url: string) {
            let page = this.#pages.get(url);
            if (!page) {
              page = this.#load(url);
              this.#pages.set(url, page);
              page.catch(() => this.#pages.delete(url));
            }
            return page;
          }
          async #load(url: string) { return url; }
        }
      `,
    },
    {
      name: 'entries that readers get and check in one stretch',
      ...likely,
      others,
      code: `
        import type { Socket } from './socket.js';
        const rooms = new Map<string, Socket>();
        export const join = (name: string, socket: Socket) => { rooms.set(name, socket); };
        export async function say(name: string, text: Promise<string>) {
          const said = await text;
          const room = rooms.get(name);
          if (!room) return;
          await room.send(said);
        }
        export async function shout(name: string, text: Promise<string>) {
          const room = rooms.get(name);
          if (room) await room.send(await text);
        }
        export const leave = (name: string) => { rooms.delete(name); };
        export const shut = () => { rooms.clear(); };
      `,
    },
    {
      name: 'checked again after the wait',
      ...likely,
      others,
      code: `
        import type { Socket } from './socket.js';
        export class Uplink {
          #socket: Socket | null = null;
          attach(socket: Socket) { this.#socket = socket; }
          async send(text: Promise<string>) {
            if (!this.#socket) throw new Error('closed');
            const said = await text;
            if (!this.#socket) throw new Error('closed meanwhile');
            await this.#socket.send(said);
          }
          async tryToSend(text: Promise<string>) {
            if (this.#socket) {
              const said = await text;
              if (this.#socket === null) return false;
              await this.#socket.send(said);
            }
            return true;
          }
          async drain(lines: AsyncIterable<string>) {
            for await (const line of lines) {
              if (!this.#socket) return;
              await this.#socket.send(line);
            }
          }
          detach() { this.#socket = null; }
        }
      `,
    },
    {
      name: 'asked with ?. both times',
      ...likely,
      others,
      code: `
        import type { Socket } from './socket.js';
        export class Uplink {
          #socket: Socket | null = null;
          attach(socket: Socket) { this.#socket = socket; }
          async send(text: Promise<string>) {
            if (!this.#socket?.open) return;
            const said = await text;
            await this.#socket?.send(said);
          }
          detach() { this.#socket = null; }
        }
      `,
    },
    {
      name: 'nobody else takes it away: constructors, field initialisers, the object is not out yet',
      ...likely,
      others,
      code: `
        import type { Socket } from './socket.js';
        export class Uplink {
          #socket: Socket | null;
          #list: Socket[] = [];
          constructor(socket: Socket) {
            this.#socket = null;
            this.#reset();
            this.#socket = socket;
          }
          #reset() { this.#list = []; }
          async send(text: Promise<string>) {
            if (!this.#socket) return;
            if (this.#list.length === 0) this.#list.push(this.#socket);
            const said = await text;
            await this.#socket.send(said);
            await this.#list[0].send(said);
          }
        }
      `,
    },
    {
      name: 'a variable of one call, and an object that one call made',
      ...likely,
      others,
      code: `
        import { dial, type Socket } from './socket.js';
        export async function relay(lines: AsyncIterable<string>) {
          let socket: Socket | undefined;
          const state: { last?: Socket } = {};
          for await (const line of lines) {
            if (!socket) socket = state.last = await dial('wss://a');
            await socket.send(line);
            if (line === 'end') { socket.close(); socket = undefined; state.last = undefined; }
          }
        }
      `,
    },
    {
      name: 'check, use and reset under one lock',
      ...likely,
      others,
      code: `
        import { Mutex } from 'async-mutex';
        import type { Socket } from './socket.js';
        export class Uplink {
          readonly #gate = new Mutex();
          #socket: Socket | undefined;
          async attach(socket: Socket) { await this.#gate.runExclusive(() => { this.#socket = socket; }); }
          async send(text: Promise<string>) {
            await this.#gate.runExclusive(async () => {
              if (!this.#socket) return;
              const said = await text;
              await this.#socket.send(said);
            });
          }
          async drop() {
            const release = await this.#gate.acquire();
            try { this.#dropUnlocked(); } finally { release(); }
          }
          #dropUnlocked() { this.#socket?.close(); this.#socket = undefined; }
        }
      `,
    },
    {
      name: 'another entry of the same collection',
      ...likely,
      others,
      code: `
        import type { Socket } from './socket.js';
        const sockets: Record<string, Socket> = {};
        export const attach = (name: string, socket: Socket) => { sockets[name] = socket; };
        export async function main(text: Promise<string>) {
          if (!sockets['main']) return;
          const said = await text;
          await sockets['main'].send(said);
        }
        export const dropSpare = () => { delete sockets['spare']; };
      `,
    },
    {
      name: 'a loop of the module that runs once is not concurrent with itself',
      ...likely,
      others,
      code: `
        import { dial, type Socket } from './socket.js';
        let socket: Socket | undefined;
        async function main() {
          for (;;) {
            if (!socket) socket = await dial('wss://a');
            try {
              await socket.send('ping');
            } catch {
              socket.close();
              socket = undefined;
            }
          }
        }
        void main();
      `,
    },
    {
      name: 'what is used after the wait is what was read before it',
      ...likely,
      others,
      code: `
        import type { Socket } from './socket.js';
        let current: Socket | null = null;
        export const attach = (socket: Socket) => { current = socket; };
        export async function tell(text: Promise<string>) {
          if (!current) return;
          const socket = current;
          const said = await text;
          await socket.send(said);
        }
        export const detach = () => { current = null; };
      `,
    },
    {
      name: 'an empty collection that readers go over whatever is in it',
      ...likely,
      code: `
        export class Bus {
          #listeners: ((text: string) => void)[] = [];
          add(listener: (text: string) => void) { this.#listeners.push(listener); }
          async emit(text: Promise<string>) {
            if (this.#listeners.length === 0) return;
            const said = await text;
            for (const listener of this.#listeners) listener(said);
          }
          reset() { this.#listeners = []; }
        }
      `,
    },
    {
      name: 'what is set to another value than nothing',
      ...likely,
      code: `
        export class Meter {
          unit: { name: string } | undefined = { name: 'm' };
          async show(n: Promise<number>) {
            if (!this.unit) return '';
            const value = await n;
            return value + this.unit.name;
          }
          feet() { this.unit = { name: 'ft' }; }
        }
      `,
    },
    {
      name: 'in tests',
      file: 'uplink.test.ts',
      others,
      code: `
        import type { Socket } from './socket.js';
        let current: Socket | null = null;
        export const attach = (socket: Socket) => { current = socket; };
        export async function tell(text: Promise<string>) {
          if (!current) return;
          const said = await text;
          await current.send(said);
        }
        export const detach = () => { current = null; };
      `,
    },
    {
      name: 'a batch that is emptied under the lock under which it is added to',
      ...likely,
      code: `
        import { Mutex } from 'async-mutex';
        export class Tree {
          #lock = new Mutex();
          #changed = new Map<string, string>();
          put(key: string, node: string) { return this.#lock.runExclusive(async () => { this.#note(key, node); }); }
          #note(key: string, node: string) { this.#changed.set(key, node); }
          flush(write: (all: Map<string, string>) => Promise<void>) {
            return this.#lock.runExclusive(async () => {
              await write(this.#changed);
              this.#changed.clear();
            });
          }
        }
      `,
    },
    {
      name: 'a batch under the lock of @rocicorp/lock',
      ...likely,
      code: `
        import { Lock } from '@rocicorp/lock';
        export class Tree {
          #lock = new Lock();
          #changed = new Map<string, string>();
          put(key: string, node: string) { return this.#lock.withLock(() => { this.#changed.set(key, node); }); }
          flush(write: (all: Map<string, string>) => Promise<void>) {
            return this.#lock.withLock(async () => {
              await write(this.#changed);
              this.#changed.clear();
            });
          }
        }
      `,
    },
  ],
});
