/**
 * Whether two tasks can be in one function at once, which is told by who calls it: `open` fills a field of its object, and
 * is a race where two of its calls, on one object, can be under way together.
 */
import { describe, it } from 'vitest';
import { noRacyInit } from '../../src/rules/no-racy-init.js';
import { expectCertain } from '../certain-reports.js';

const JOB = `
declare function connect(): Promise<object>;
export class Job {
  #connection: object | undefined;
  async open(): Promise<object> {
    if (!this.#connection) «this.#connection = await connect()»;
    return this.#connection;
  }
  self(): this {
    return this;
  }
}
`;

const once = (use: string) => ({ 'case.ts': JOB.replace(/[«»]/g, ''), 'use.ts': `import { Job } from './case.js';\ndeclare const names: string[];\n${use}\n` });
const together = (use: string) => ({ ...once(use), 'case.ts': JOB });

describe('one at a time', () => {
  it.each(Object.entries({
    'on an object of the caller\'s own': 'async function main() { const job = new Job(); await job.open(); await job.open(); } void main();',
    'on one that a function of the project makes': 'const make = () => new Job(); async function main() { const job = make(); await job.open(); } void main();',
    'on one that is given on as it is': 'async function main() { const job = new Job().self(); await job.open(); } void main();',
    'on one that is the one or the other': 'async function main() { const job = names.length > 1 ? new Job() : new Job(); await job!.open(); } void main();',
    'on one for each time round, though nobody waits': 'function main() { for (const _ of names) { const job = new Job(); void job.open(); } } main();',
    'on each of a list of its own': 'async function main() { const jobs = names.map(() => new Job()); await Promise.all(jobs.map((job) => job.open())); } void main();',
    'on each of a list that is written down': 'async function main() { const jobs = [new Job(), new Job()]; await Promise.all(jobs.map((job) => job.open())); } void main();',
    'on one that each caller has made': 'async function run(job: Job) { await job.open(); } async function main() { await run(new Job()); const job = new Job(); await run(job); } void main();',
    'where the call is returned': 'function run(job: Job) { return job.open(); } async function main() { await run(new Job()); } void main();',
    'where the module calls it': 'const job = new Job(); await job.open();',
    'on a part of an object of the caller\'s own': 'class Service { readonly #job = new Job(); async start() { await this.#job.open(); } } async function main() { const service = new Service(); await service.start(); } void main();',
    'on a part that the constructor makes': 'class Service { job: Job; constructor() { this.job = new Job(); } async start() { await this.job.open(); } } async function main() { await new Service().start(); } void main();',
    'on each of a list that the object keeps': 'class Service { readonly #jobs: Job[] = []; add(): void { this.#jobs.push(new Job()); } async start(): Promise<void> { await Promise.all(this.#jobs.map((job) => job.open())); } } async function main() { const service = new Service(); service.add(); await service.start(); } void main();',
    'on each of a list that the object makes': 'class Service { #jobs: Job[] = []; constructor() { this.#jobs = names.map(() => new Job()); } async start(): Promise<void> { await Promise.all(this.#jobs.map((job) => job.open())); } } async function main() { await new Service().start(); } void main();',
    'in functions that one call of a module waits for': 'const job = new Job(); async function first() { await job.open(); } async function second() { await job.open(); } async function main() { await first(); await second(); } void main();',
    'in functions that a module waits for': 'const job = new Job(); async function first() { await job.open(); } async function second() { await job.open(); } await first(); await second();',
    'by a function that calls itself': 'const job = new Job(); async function again(n: number): Promise<void> { await job.open(); if (n > 0) await again(n - 1); } await again(3);',
  }))('%s', (_, use) => expectCertain(noRacyInit, once(use)));
});

describe('together', () => {
  it.each(Object.entries({
    'on an object of the module': 'const job = new Job(); export async function run() { await job.open(); }',
    'on one that others are given': 'export async function run(job: Job) { await job.open(); }',
    'twice on one of its own, of which nobody waits': 'async function main() { const job = new Job(); void job.open(); void job.open(); } void main();',
    'in a loop on one of its own, of which nobody waits': 'async function main() { const job = new Job(); for (const _ of names) void job.open(); } void main();',
    'for each of something else': 'async function main() { const job = new Job(); await Promise.all(names.map(() => job.open())); } void main();',
    'on a part of an object that all have': 'class Service { readonly #job = new Job(); async get(name: string) { return { name, job: await this.#job.open() }; } } const service = new Service(); export const get = (name: string) => service.get(name);',
    'on a part that somebody else has made': 'class Service { constructor(readonly job: Job) {} async get(name: string) { return { name, job: await this.job.open() }; } } const job = new Job(); export async function get(name: string) { return await new Service(job).get(name); }',
    'in functions of which nobody waits': 'const job = new Job(); async function first() { await job.open(); } async function second() { await job.open(); } void first(); void second();',
    'on each of a list that others fill': 'class Service { readonly #jobs: Job[] = []; add(job: Job): void { this.#jobs.push(job); } async all(name: string) { return { name, all: await Promise.all(this.#jobs.map((job) => job.open())) }; } } const service = new Service(); export const add = (job: Job) => service.add(job); export const all = (name: string) => service.all(name);',
    'on one that a function keeps': 'let kept: Job | undefined; const make = () => { const job = new Job(); kept = job; return job; }; export async function main() { const job = make(); await job.open(); void kept; }',
  }))('%s', (_, use) => expectCertain(noRacyInit, together(use)));
});

describe('in a factory', () => {
  const factory = (use: string) => `
    declare function connect(): Promise<object>;
    function make() {
      let connection: object | undefined;
      async function open(): Promise<object> {
        if (!connection) «connection = await connect()»;
        return connection;
      }
      return { open, twice: async () => { await open(); await open(); } };
    }
    ${use}
  `;
  it('and what is kept in an object of it', () =>
    expectCertain(noRacyInit, { 'case.ts': "declare function connect(): Promise<object>;\nfunction make() { const state: { connection?: object } = {}; const open = async () => { if (!state.connection) «state.connection = await connect()»; return state.connection; }; return { open }; }\nconst one = make();\nexport const open = () => one.open();" }));
  it('all calls of one have one', () => expectCertain(noRacyInit, { 'case.ts': factory('const one = make(); export const open = () => one.open();') }));
});

describe('a step in the life of an object', () => {
  const service = (methods: string) => `
    declare function connect(): Promise<object>;
    export class Service {
      #connection: object | undefined;
      ${methods}
    }
  `;
  const open = (name: string, type = 'Promise<void>', params = '') => `async ${name}(${params}): ${type} { if (!this.#connection) this.#connection = await connect(); }`;
  it.each(Object.entries({
    'its owner starts it': open('start'),
    'what starts it calls it': `${open('#open')} async start(): Promise<void> { await this.#open(); }`,
    'what starts it gives what that gives': `${open('#open')} start() { return this.#open(); }`,
    'what starts it says whether it was done': `async start(): Promise<boolean> { if (this.#connection) return false; this.#connection = await connect(); return true; }`,
    'a timer calls it': `${open('#open')} start(): void { setTimeout(() => { void this.#open(); }, 10); }`,
  }))('%s', (_, methods) => expectCertain(noRacyInit, { 'case.ts': service(methods) }));
  it('whoever asks for something is anybody', () =>
    expectCertain(noRacyInit, { 'case.ts': service('async get(name: string): Promise<object> { if (!this.#connection) «this.#connection = await connect()»; return this.#connection; }') }));
});
