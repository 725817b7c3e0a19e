/** A release moved into a `finally`. */
import type { Edit, TakenHere } from '../../analysis/finding.js';
import { eolOf, indentAt, indented, indentUnit, lineEnd, lineStart } from './layout.js';
import { regionOf } from './region.js';
import { endOf, startOf, type Node, type Source } from './tree.js';

export function releasing(source: Source, taken: TakenHere): Edit[] | undefined {
  const region = regionOf(source, taken);
  if (!region) return undefined;
  const { block, before, body, release, after, guarded, words, early } = region;
  const { text } = source;
  const last = body.at(-1)!;
  const isMerged = release !== undefined && endOf(last) > endOf(release);
  const isOneLine = !text.slice(startOf(block), endOf(block)).includes('\n');
  const start = endOf(before);
  if (isOneLine) {
    const cuts = [...early, ...(isMerged ? [release] : [])];
    const end = release && !isMerged ? endOf(release) : endOf(last);
    const inner = without(text, startOf(body[0]!), guarded ? startOf(guarded) : endOf(last), cuts.map((node) => rangeWithSpace(text, node))).trim();
    if (!guarded) return [{ start, end, text: ` try { ${inner} } finally { ${words} }` }];
    return guarded['handler'] == null ? intoTry(source, start, guarded, ` try { ${inner}`) : undefined;
  }
  const eol = eolOf(text);
  const indent = indentAt(text, startOf(before));
  const unit = indentUnit(text, before, block);
  const from = restOfLine(text, before, body[0]);
  const lines = (pieces: readonly (readonly [number, number])[]): string =>
    pieces.map(([a, b]) => indented(source, a, b, unit)).join('').replace(/^(?:[ \t]*\r?\n)+/, '').trimEnd();
  const head = (inner: string): string => `${text.slice(start, from)}${eol}${indent}try {${eol}${inner}`;
  if (guarded && guarded['handler'] == null) {
    const open = startOf(guarded['block'] as Node) + 1;
    return /^[ \t]*\r?\n/.test(text.slice(open)) ? intoTry(source, start, guarded, head(lines([[from, startOf(guarded)]]))) : undefined;
  }
  if (guarded) {
    const tried = endOf(guarded['handler'] as Node);
    return [{ start, end: endOf(guarded), text: `${head(lines([[from, tried]]))}${eol}${indent}} finally ${words}` }];
  }
  const next = (node: Node): Node | undefined => [...body, ...(release ? [release] : []), ...after].find((one) => startOf(one) >= endOf(node));
  const to = restOfLine(text, last, next(last));
  const cuts = [...early, ...(isMerged ? [release] : [])].map((node) => lineOf(text, node));
  const inner = lines(pieces(from, to, cuts));
  const isMoved = release !== undefined && !isMerged;
  const end = isMoved ? restOfLine(text, release, after[0]) : to;
  // Comments before the release go with it, and so does one behind it.
  const remark = isMoved ? text.slice(to, startOf(release)).trim() : '';
  const said = isMoved ? text.slice(startOf(release), end).trimEnd() : words;
  const tail = [...(remark === '' ? [] : remark.split(/\r?\n/).map((line) => line.trim())), said].map((line) => `${indent}${unit}${line}${eol}`).join('');
  return [{ start, end, text: `${head(inner)}${eol}${indent}} finally {${eol}${tail}${indent}}` }];
}

/** What stood before a `try` goes to its beginning. */
function intoTry({ text }: Source, start: number, guarded: Node, head: string): Edit[] {
  const open = startOf(guarded['block'] as Node) + 1;
  return [{ start, end: open, text: /^\s/.test(text.slice(open)) ? head : `${head} ` }];
}

/** The end of a node's line, where what follows there is a remark on it. */
export function restOfLine(text: string, node: Node, next: Node | undefined): number {
  const end = lineEnd(text, endOf(node));
  const rest = text.slice(endOf(node), end);
  if ((next && startOf(next) < end) || !/^[ \t]*(?:\/\/.*|\/\*.*\*\/[ \t]*)?$/.test(rest)) return endOf(node);
  return end;
}

/** The whole line of a statement that has one for itself. */
export function lineOf(text: string, node: Node): readonly [number, number] {
  const start = lineStart(text, startOf(node));
  const end = lineEnd(text, endOf(node));
  const isAlone = text.slice(start, startOf(node)).trim() === '' && /^[ \t]*(?:\/\/.*)?$/.test(text.slice(endOf(node), end));
  return isAlone ? [start, text.indexOf('\n', end) + 1 || end] : rangeWithSpace(text, node);
}

function rangeWithSpace(text: string, node: Node): readonly [number, number] {
  let end = endOf(node);
  while (text[end] === ' ') end++;
  return [startOf(node), end];
}

function pieces(from: number, to: number, cuts: readonly (readonly [number, number])[]): (readonly [number, number])[] {
  const found: (readonly [number, number])[] = [];
  let at = from;
  for (const [start, end] of [...cuts].sort((a, b) => a[0] - b[0])) {
    found.push([at, start]);
    at = end;
  }
  return [...found, [at, to]];
}

const without = (text: string, from: number, to: number, cuts: readonly (readonly [number, number])[]): string =>
  pieces(from, to, cuts).map(([a, b]) => text.slice(a, b)).join('');
