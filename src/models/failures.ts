/** What fails by design: functions that throw for input that is to be expected. */

/** Functions of the language. */
export const throwsByDesign = (global: string): boolean => /^(?:JSON\.parse|decodeURI(?:Component)?|structuredClone|BigInt|atob|URL)$/.test(global);

/** Exports of packages, by what of them throws. */
const THROWING_EXPORTS = new Map(Object.entries({
  'fs': /Sync$/,
  'fs-extra': /Sync$/,
  'child_process': /Sync$/,
  'assert': /./,
  'zod': /(?:^|[.#()])parse$/,
  'valibot': /^parse$/,
  'tiny-invariant': /./,
  'ts-invariant': /./,
  'js-yaml': /^(?:safe)?[lL]oad$/,
  'yaml': /^parse$/,
}));
const ASSERTING = new Set(['assert', 'assert/strict', 'tiny-invariant', 'ts-invariant']);

const withoutScheme = (name: string): string => name.replace(/^node:/, '');

/** Whether what a package exports under a path is known to throw for ordinary input. */
export const exportThrows = (name: string, path: string): boolean => THROWING_EXPORTS.get(withoutScheme(name))?.test(path) ?? false;

/** Packages whose functions throw only where the program is wrong. */
export const asserts = (name: string): boolean => ASSERTING.has(withoutScheme(name));
