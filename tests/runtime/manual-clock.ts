// What tests need to run without any real waiting.

import { getEventListeners } from 'node:events';

export { ManualClock } from '../../src/runtime/testing/index.js';

/** Lets all promises settle that can settle without time or input: a turn of the event loop comes after all of them. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** A promise with its ends. */
export interface Gate<T> {
  readonly promise: Promise<T>;
  readonly open: (value: T) => void;
  readonly fail: (error: unknown) => void;
}

export function gate<T = void>(): Gate<T> {
  let open!: (value: T) => void;
  let fail!: (error: unknown) => void;
  const promise = new Promise<T>((resolve, reject) => {
    open = resolve;
    fail = reject;
  });
  return { promise, open, fail };
}

export function listenerCount(signal: AbortSignal): number {
  return getEventListeners(signal, 'abort').length;
}

/** What became of a promise, readable at any moment. */
export interface Fate<T> {
  state: 'pending' | 'fulfilled' | 'rejected';
  value?: T;
  error?: unknown;
}

export function fateOf<T>(promise: PromiseLike<T>): Fate<T> {
  const fate: Fate<T> = { state: 'pending' };
  promise.then(
    (value) => Object.assign(fate, { state: 'fulfilled', value }),
    (error: unknown) => Object.assign(fate, { state: 'rejected', error }),
  );
  return fate;
}
