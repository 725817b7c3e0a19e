/** What counts as the same text having said: plain data, lists, maps and sets, however deep. */
import { expect, it } from 'vitest';
import { same, startsWith } from '../../src/analysis/freshness/same.js';

it.each<[string, unknown, unknown]>([
  ['words', 'a', 'a'],
  ['lists of objects', [{ a: 1 }, { b: [2] }], [{ a: 1 }, { b: [2] }]],
  ['keys in another order', { a: 1, b: 2 }, { b: 2, a: 1 }],
  ['maps of lists', new Map([['a', [1]]]), new Map([['a', [1]]])],
  ['sets', new Set([1, 2]), new Set([2, 1])],
])('%s are the same', (_, a, b) => {
  expect(same(a, b)).toBe(true);
  expect(same(b, a)).toBe(true);
});

it.each<[string, unknown, unknown]>([
  ['null and an object', null, {}],
  ['a list and an object', [], {}],
  ['a longer list', [1], [1, 2]],
  ['another element', [{ a: 1 }], [{ a: 2 }]],
  ['a key more', { a: 1 }, { a: 1, b: undefined }],
  ['another key', { a: 1 }, { b: 1 }],
  ['another key of which nothing is said', { a: undefined }, { b: undefined }],
  ['a map and a set', new Map(), new Set()],
  ['another value in a map', new Map([['a', 1]]), new Map([['a', 2]])],
  ['another key in a map', new Map([['a', undefined]]), new Map([['b', undefined]])],
  ['a larger map', new Map([['a', 1]]), new Map([['a', 1], ['b', 2]])],
  ['a larger set', new Set([1]), new Set([1, 2])],
  ['another element of a set', new Set([1]), new Set([2])],
])('%s is another', (_, a, b) => {
  expect(same(a, b)).toBe(false);
  expect(same(b, a)).toBe(false);
});

it('a list begins with another', () => {
  expect(startsWith([{ a: 1 }, 2], [{ a: 1 }])).toBe(true);
  expect(startsWith([{ a: 1 }], [{ a: 1 }, 2])).toBe(false);
  expect(startsWith([{ a: 1 }, 2], [{ a: 2 }])).toBe(false);
});
