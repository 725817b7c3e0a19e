/**
 * What is known about waiting: sleeps, retries, events that another party must produce, and emitters, which hand
 * control to listeners.
 */

import { each } from './entries.js';
import type { Effect, GlobalModel, Nothing, PackageModel, Retry } from './format.js';

const sleep: Effect = { does: 'sleep', ms: 0 };
const event: Effect = { does: 'event' };
const nothing: Nothing = { does: 'nothing' };
/** Listeners run before `emit` returns. */
const emits: Effect = { does: 'callback', sync: true };
const retriesFirst: Retry = { does: 'retry', callback: 0 };
const retriesLast: Retry = { does: 'retry', callback: 'last' };

const sleepPackages: readonly PackageModel[] = [
  {
    package: 'node:timers/promises',
    members: {
      'setTimeout': sleep,
      'setInterval': sleep,
      'setImmediate': nothing,
      'scheduler.wait': sleep,
      'scheduler.yield': nothing,
    },
  },
  {
    package: 'node:timers',
    members: { 'promises.setTimeout': sleep, 'promises.setInterval': sleep, 'promises.scheduler.wait': sleep },
  },
  {
    // What `promisify(setTimeout)` gives, where the argument is that global; of any other function, what that does.
    package: 'node:util',
    members: { 'promisify(setTimeout)': sleep, 'promisify': { does: 'nothing', wraps: 0 } },
  },
  {
    package: 'delay',
    members: {
      'default': sleep,
      'range': sleep,
      'rangeDelay': sleep,
      'reject': sleep,
      'clearDelay': nothing,
      'createDelay': { does: 'nothing', gives: 'default' },
    },
  },
  { package: ['sleep-promise', 'yoctodelay', 'p-sleep', 'await-sleep'], members: { 'default': sleep } },
  { package: 'nanodelay', members: { 'delay': sleep } },
  {
    // Blocks the whole thread.
    package: 'sleep',
    members: each('', { does: 'sleep', sync: true }, 'sleep msleep usleep'),
  },
  { package: ['es-toolkit', 'es-toolkit/promise'], members: { 'delay': sleep, 'timeout': sleep } },
  { package: ['es-toolkit', 'es-toolkit/function'], members: { 'retry': retriesFirst } },
  { package: 'radash', members: { 'sleep': sleep, 'retry': retriesLast } },
  {
    package: ['@std/async', '@std/async/delay', '@std/async/retry'],
    members: { 'delay': sleep, 'retry': retriesFirst },
  },
  { package: 'bluebird', members: { 'delay': sleep } },
  { package: 'modern-async', members: each('', sleep, 'asyncSleep asyncSleepCancellable asyncSleepPrecise') },
  { package: 'p-wait-for', members: { 'default': { does: 'sleep' } } },
];

const retryPackages: readonly PackageModel[] = [
  {
    package: 'p-retry',
    members: { 'default': retriesFirst, 'makeRetriable': { does: 'retry', callback: 0, wraps: true } },
  },
  { package: 'async-retry', members: { 'default': retriesFirst } },
  {
    package: 'retry',
    members: { 'operation': { does: 'nothing', gives: 'RetryOperation#' }, 'RetryOperation#attempt': retriesFirst },
  },
  {
    // A wrapped policy may hold a retry or not, which the call does not show; a bulkhead limits how many run.
    package: 'cockatiel',
    members: {
      'retry': { does: 'nothing', gives: 'RetryPolicy#' },
      'RetryPolicy#execute': retriesFirst,
      'bulkhead': { does: 'make lock', kind: 'queue', permits: { argument: 0 } },
      'BulkheadPolicy#execute': { does: 'section', callback: 0, kind: 'queue' },
      ...each('', { does: 'nothing', gives: 'IPolicy#' }, 'wrap circuitBreaker timeout fallback'),
      'IPolicy#execute': { does: 'nothing', invokes: [0] },
    },
    aliases: {
      'bulkhead()': 'BulkheadPolicy#',
      'noop': 'IPolicy#',
      'CircuitBreakerPolicy#': 'IPolicy#',
      'TimeoutPolicy#': 'IPolicy#',
    },
  },
  { package: 'exponential-backoff', members: { 'backOff': retriesFirst } },
  { package: '@lifeomic/attempt', members: { 'retry': retriesFirst, 'sleep': sleep } },
  {
    package: 'ts-retry-promise',
    members: {
      'retry': retriesFirst,
      'retryDecorator': { does: 'retry', callback: 0, wraps: true },
      'customizeRetry': { does: 'nothing', gives: 'retry' },
      'customizeDecorator': { does: 'nothing', gives: 'retryDecorator' },
      'wait': sleep,
    },
  },
  {
    package: 'ts-retry',
    members: {
      ...each('', retriesFirst, 'retry retryAsync retryUntilTruthy retryAsyncUntilTruthy retryUntilDefined '
        + 'retryAsyncUntilDefined retryAsyncUntilResponse'),
      ...each('', { does: 'retry', callback: 0, wraps: true }, 'retryDecorator retryAsyncDecorator '
        + 'retryUntilTruthyDecorator retryAsyncUntilTruthyDecorator retryUntilDefinedDecorator '
        + 'retryAsyncUntilDefinedDecorator retryAsyncUntilResponseDecorator'),
      'wait': sleep,
    },
  },
  { package: 'axios-retry', members: { 'default': { does: 'make retrying', argument: 0 } } },
  { package: 'retry-axios', members: { 'attach': { does: 'make retrying', argument: 0 } } },
  // Both orders of options and function are allowed.
  { package: 'promise-retry', members: { 'default': retriesLast } },
  {
    package: 'async',
    members: { 'retry': retriesLast, 'retryable': { does: 'retry', callback: 'last', wraps: true } },
  },
  { package: 'node-fetch-retry', members: { 'default': [{ does: 'retry' }, { does: 'network' }] } },
  { package: 'fetch-retry', members: { 'default': nothing, 'default()': [{ does: 'retry' }, { does: 'network' }] } },
  { package: 'zx', members: { 'sleep': sleep, 'retry': retriesLast } },
];

const eventPackages: readonly PackageModel[] = [
  {
    package: 'node:events',
    members: {
      'once': event,
      'on': event,
      'EventEmitter.once': event,
      'EventEmitter.on': event,
      ...emitter('EventEmitter#'),
    },
    aliases: { 'default#': 'EventEmitter#', 'EventEmitterAsyncResource#': 'EventEmitter#' },
  },
  {
    package: 'eventemitter3',
    members: emitter('EventEmitter#'),
    aliases: { 'default#': 'EventEmitter#' },
  },
  {
    package: 'eventemitter2',
    members: {
      ...emitter('EventEmitter2#'),
      'EventEmitter2#emitAsync': { does: 'callback' },
      'EventEmitter2#waitFor': event,
    },
    aliases: { 'default#': 'EventEmitter2#', 'EventEmitter#': 'EventEmitter2#' },
  },
  { package: 'mitt', members: emitter('Emitter#'), aliases: { 'default()': 'Emitter#' } },
  { package: 'nanoevents', members: emitter('Emitter#'), aliases: { 'createNanoEvents()': 'Emitter#' } },
  {
    package: ['tiny-emitter', 'strict-event-emitter'],
    members: emitter('Emitter#'),
    aliases: { 'default#': 'Emitter#', 'TinyEmitter#': 'Emitter#' },
  },
  {
    package: 'emittery',
    members: {
      'default#emit': { does: 'callback' },
      'default#emitSerial': { does: 'callback' },
      'default#once': event,
      'default#on': nothing,
      'default#off': nothing,
    },
  },
  { package: 'p-event', members: { 'default': event, ...each('', event, 'pEvent pEventMultiple pEventIterator') } },
  {
    package: 'rxjs',
    members: { 'Subject#next': emits, 'firstValueFrom': event, 'lastValueFrom': event },
    aliases: { 'BehaviorSubject#': 'Subject#', 'ReplaySubject#': 'Subject#', 'AsyncSubject#': 'Subject#' },
  },
  { package: 'vscode', members: { 'EventEmitter#fire': emits } },
  {
    package: 'tapable',
    members: {
      '*Hook#call': emits, '*Hook#callAsync': { does: 'callback' }, '*Hook#promise': { does: 'callback' },
    },
  },
  // Someone at a terminal must answer.
  {
    package: 'node:readline/promises',
    members: { 'createInterface': { does: 'nothing', gives: 'Interface#' }, 'Interface#question': event },
  },
  {
    package: 'node:readline',
    members: { 'createInterface': { does: 'nothing', gives: 'Interface#' }, 'Interface#question': event },
  },
  { package: 'inquirer', members: { 'prompt': event } },
  { package: ['prompts', 'enquirer'], members: { 'default': event, 'prompt': event } },
  { package: '@inquirer/prompts', members: { '*': event } },
  { package: 'bullmq', members: { 'Job#waitUntilFinished': event } },
];

export const waitPackages: readonly PackageModel[] = [...sleepPackages, ...retryPackages, ...eventPackages];

export const waitGlobals: GlobalModel = {
  // A timer that is set is not waited for; a promise around it is.
  'setTimeout': nothing,
  'setInterval': nothing,
  'setImmediate': nothing,
  'queueMicrotask': nothing,
  'Bun.sleep': sleep,
  'Bun.sleepSync': { does: 'sleep', ms: 0, sync: true },
  'Atomics.wait': { does: 'sleep', ms: 3, sync: true },
  'scheduler.wait': sleep,
  'scheduler.yield': nothing,
  'EventTarget#dispatchEvent': emits,
  'dispatchEvent': emits,
  'document.dispatchEvent': emits,
  // These stop the page until someone answers.
  'alert': { does: 'event', sync: true },
  'confirm': { does: 'event', sync: true },
  'prompt': { does: 'event', sync: true },
};

function emitter(of: string): PackageModel['members'] {
  return {
    [`${of}emit`]: emits,
    ...each(of, nothing, 'on once off addListener removeListener removeAllListeners listenerCount'),
  };
}
