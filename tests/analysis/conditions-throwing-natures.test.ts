/**
 * Three questions that rules ask of code: whether a lock is taken under a condition that a caller decides, whether work
 * can fail, and whether one thing is as good as another. What stands between « and » is reported as certain.
 */
import { noRacyInit } from '../../src/rules/no-racy-init.js';
import { noSelfDeadlock } from '../../src/rules/no-self-deadlock.js';
import { requireLockRelease } from '../../src/rules/require-lock-release.js';
import { certainTable } from '../certain-reports.js';

const LOCK = "import { Mutex } from 'async-mutex';\nconst lock = new Mutex();\ndeclare const work: () => Promise<void>;\n";

/** @param put Takes the lock, or not; `calls` run while it is held. */
const within = (put = '', calls = ''): string => `${LOCK}${put}\nexport const go = (x: any, flag: boolean) => lock.runExclusive(async () => { ${calls} });\n`;
const TAKES = 'await lock.runExclusive(work);';

certainTable('a lock that is taken under a condition', noSelfDeadlock, within, {
  'a flag': [`async function put(n: number, locked = false) { if (locked) { await work(); return; } ${TAKES} }`, 'await put(1, true); await «put(1, false)»; await «put(1)»;'],
  'a flag the other way round': [`async function put(take: boolean) { if (!take) { await work(); return; } ${TAKES} }`, 'await put(false); await «put(true)»;'],
  'a flag of which nobody knows': [`async function put(locked: boolean) { if (!locked) { ${TAKES} } }\ndeclare function ask(): boolean;`, 'await put(ask());'],
  'a flag that is passed on': [`async function near(locked: boolean) { if (!locked) { ${TAKES} } }\nasync function put(locked: boolean) { await near(locked); }`, 'await put(true); await «put(false)»;'],
  'an option': [`async function put(o: { locked?: boolean } = {}) { if (!o.locked) { ${TAKES} } }`, 'await put({ locked: true }); await «put({ locked: false })»; await «put({})»; await «put()»;'],
  'an option with a default': [`async function put(o?: { locked?: boolean }) { const locked = o?.locked ?? false; if (!locked) { ${TAKES} } }`, 'await put({ locked: true }); await «put({})»;'],
  'an option that is taken apart': [`async function put({ locked }: { locked: boolean }) { if (!locked) { ${TAKES} } }`, 'await put({ locked: true }); await «put({ locked: false })»;'],
  'an option that is spread': [`async function put(o: { locked?: boolean }) { if (!o.locked) { ${TAKES} } }`, 'const all = { locked: true }; await put({ ...all }); await put({ ...{ locked: true } }); await «put({ ...{ locked: true }, locked: false })»;'],
  'an option of an object that is kept': [`async function put(o: { locked?: boolean }) { if (!o.locked) { ${TAKES} } }\nconst all = { locked: true };`, 'await put(all); const none = {}; await «put(none)»;'],
  'an option by a computed name': [`async function put(o: any) { if (o.take) { ${TAKES} } }`, 'await «put({ [x]: true })»;'],
  'a mode': [`async function put(mode: string) { if (mode === 'take') { ${TAKES} } }`, "await «put('take')»; await put('leave');"],
  'not a mode': [`async function put(mode: string) { if (mode !== 'leave') { ${TAKES} } }`, "await «put('take')»; await put('leave');"],
  'a mode that is a constant': [`const TAKE = 'take';\nasync function put(mode: string) { if (mode === 'take') { ${TAKES} } }`, "const leave = 'leave'; await «put(TAKE)»; await put(leave);"],
  'a mode that is an object': [`async function put(mode: unknown) { if (mode === 'take') { ${TAKES} } }`, 'await put({}); await put([]);'],
  'something that is there or not': [`async function put(held?: object) { if (held) await work(); else { ${TAKES} } }`, 'await put({}); await put([]); await put(() => 1); await «put()»; await «put(undefined)»;'],
  'something that is compared with nothing': [`async function put(held?: object | null) { if (held === undefined) { ${TAKES} } }\nasync function get(held?: object | null) { if (held != null) await work(); else { ${TAKES} } }`, 'await put({}); await «put()»; await get({}); await «get()»;'],
  'one of two': [`async function put(a: boolean, b: boolean) { if (a && x()) { ${TAKES} } }\ndeclare function x(): boolean;`, 'await put(false, true); await «put(true, true)»;'],
  'one of two, by a name': [`async function put(a: boolean, b: boolean) { const due = a && x(); if (due) { ${TAKES} } }\ndeclare function x(): boolean;`, 'await put(false, true); await «put(true, true)»;'],
  'neither of two': [`async function put(a: boolean) { if (a || x()) await work(); else { ${TAKES} } }\ndeclare function x(): boolean;`, 'await put(true); await «put(false)»;'],
  'a cast one': [`async function put(o: unknown) { if ((o as any)!.take) { ${TAKES} } }`, 'await «put({ take: true })»; await put({ take: false });'],
  'of a function around': [`function make(locked: boolean) { return async () => { if (!locked) { ${TAKES} } }; }`, 'const put = make(true); await «put()»;'],
  'arguments that are spread': [`async function put(locked: boolean) { if (!locked) { ${TAKES} } }`, 'await «put(...(x as [boolean]))»;'],
});

const failing = (work = '', outside = ''): string => `${LOCK}${outside}
export async function go(x: any, list: any[]): Promise<void> {
  const release = «await lock.acquire()»;
  ${work}
  release();
}
`;

certainTable('work that can fail', requireLockRelease, failing, {
  'what is awaited of somebody else': ['await x.work();'],
  'what is thrown': ['if (x) throw new Error("no");'],
  'what throws by design': ['JSON.parse(x);'],
  'a function that checks what it is given, and nothing else': ['check(x);', 'function check(x: unknown) { if (!x) throw new Error("no"); }'],
  'a function that throws': ['check(x);', 'function check(x: unknown) { if (x === 1) throw new Error("no"); }'],
  'a function that is run': ['list.forEach((one) => { if (one === 1) throw new Error("no"); });'],
  'a promise that is rejected': ['await Promise.reject(x);'],
  'one of several': ['await Promise.all([Promise.resolve(1), x.work()]);'],
  'one for each': ['await Promise.all(list.map((one) => fetch(one)));'],
  'one for each of which nobody knows': ['await Promise.all(list.map(x));'],
  'all that there are': ['await Promise.all(list);'],
  'what is resolved with it': ['await Promise.resolve(x.work());'],
  'one that is made by hand': ['await new Promise((resolve, reject) => { x.on(resolve); });'],
  'one that is made by hand and throws': ['await new Promise((resolve) => { if (!x) throw new Error("no"); resolve(x); });'],
  'one that goes on': ['await x.work().then(() => 1);'],
  'one whose handler fails': ['await Promise.resolve(1).then(() => { throw new Error("no"); });'],
  'one whose end fails': ['await Promise.resolve(1).finally(() => { throw new Error("no"); });'],
  'one whose failure is dealt with badly': ['await x.work().catch(() => { throw new Error("no"); });'],
  'an async function that fails': ['await check(x);', 'async function check(x: unknown) { if (x === 1) throw new Error("no"); }'],
  'what is read bit by bit': ['for await (const one of x) list.push(one);'],
  'either of two': ['await (x ? x.work() : Promise.resolve());'],
  'what a variable holds': ['const done = x.work(); await done;'],
});

certainTable('work that cannot fail', requireLockRelease, (...parts) => failing(...parts).replace(/[«»]/g, ''), {
  'none': [''],
  'plain code': ['const n = list.length + 1; list.push(n); list[0] = `${n}`;'],
  'a constant that is awaited': ['await 1; await undefined; await {}; await []; await (x! as 1 | undefined && 2); await (() => 1);'],
  'a promise that is resolved': ['await Promise.resolve(); await Promise.resolve(1);'],
  'all that have settled': ['await Promise.allSettled([x.work()]);'],
  'one that is made by hand': ['await new Promise<void>((resolve) => { resolve(); });'],
  'a sleep': ['await new Promise((resolve) => setTimeout(resolve, 1));'],
  'a function that does not fail': ['await fine(); plain();', 'async function fine() { return 1; }\nfunction plain() { return 2; }'],
  'several of these': ['await Promise.all([fine(), Promise.resolve(1)]); await Promise.all(list.map(async () => 1));', 'async function fine() { return 1; }'],
  'a failure that is dealt with': ['await x.work().catch(() => undefined);'],
  'a failure that is dealt with by the second handler': ['await x.work().then(() => 1, () => 2);'],
  'nothing to deal with': ['await Promise.resolve(1).catch(() => { throw new Error("no"); }); await Promise.resolve(1).finally(); await Promise.resolve(1).then();'],
  'what is told': ['console.log(x);'],
  'a function that insists on being given what it reads from': ['check(x);', 'function check(x: any) { if (!x) throw new Error("no"); console.log(x.name); }'],
  'a name of the platform that is constructed': ['new Map(); new Set(list);'],
});

const filled = (type = '', more = ''): string => `
${more}
declare function make(name: string): Promise<${type}>;
export class Store {
  #one: ${type} | undefined;
  async get(name: string): Promise<${type}> {
    if (!this.#one) «this.#one = await make(name)»;
    return this.#one;
  }
}
`;

certainTable('what there should be one of', noRacyInit, filled, {
  'a function': ['(() => void)'],
  'an object that can do something': ['{ send(text: string): void }'],
  'an interface that can': ['Sender', 'interface Sender { send(text: string): void }'],
  'a type by another name': ['Sender', 'type Sender = { send(text: string): void };'],
  'a function by another name': ['Send', 'type Send = (text: string) => void;'],
  'a list of those': ['Sender[]', 'interface Sender { send(text: string): void }'],
  'a record of those': ['Record<string, Sender>', 'interface Sender { send(text: string): void }'],
  'a pair with one': ['[number, Sender]', 'interface Sender { send(text: string): void }'],
  'any object': ['object'],
  'a class that is ended': ['Job', 'declare class Job { close(): void }'],
  'a class that is stopped': ['Job', 'class Job { stop() {} }'],
  'a class that goes on by itself': ['Job', 'class Job { constructor() { setInterval(() => {}, 10); } }'],
  'a class that makes such a one': ['Job', 'class Job { inner: Inner; constructor() { this.inner = new Inner(); } }\nclass Inner { close() {} }'],
  'a class whose base is one': ['Job', 'class Base { close() {} }\nclass Job extends Base {}'],
  'a class that others listen to': ['Job', 'class Job { readonly listeners: (() => void)[] = []; on(listener: () => void) { this.listeners.push(listener); } }'],
});

certainTable('of what one is as good as another', noRacyInit, (...parts) => filled(...parts).replace(/[«»]/g, ''), {
  'a number': ['number'],
  'a literal': ["'a'"],
  'what is constructed later': ['(new () => object)'],
  'a class by another name': ['Make', 'type Make = new () => object;'],
  'a record': ['{ name: string }'],
  'a record that may have a function': ['{ name: string; format?(text: string): string }'],
  'an interface': ['User', 'interface User { name: string }'],
  'a list of strings': ['string[]'],
  'a map': ['Map<string, number>'],
  'a date': ['Date'],
  'a pair': ['[number, string]'],
  'a class that only holds': ['User', 'class User { constructor(readonly name: string) {} }'],
  'of which nobody knows': ['unknown'],
});
