/** Which files have which words in their text: by a few bytes a word, where one that shares them costs a look at a file. */
import { Sources } from '../freshness/grounds.js';
import { isInWord } from './scan.js';

/** Words after a dot, before a bracket of arguments or a comma: their numbers, in ascending order. */
function wordsIn(text: string): Uint32Array {
  const words = new Set<number>();
  let at = 0;
  while ((at = nextWord(text, at)) < text.length) {
    const start = at;
    let hash = FIRST;
    for (; at < text.length && isInWord(text.charCodeAt(at)); at++) hash = Math.imul(hash ^ text.charCodeAt(at), PRIME);
    if (isMember(text, start) || isUsed(text, at)) words.add(hash >>> 0);
  }
  return Uint32Array.from(words).sort();
}

function nextWord(text: string, from: number): number {
  let at = from;
  while (at < text.length && !isInWord(text.charCodeAt(at))) at++;
  return at;
}

/** `.word`, `.#word`, and with the dot at the end of the line before. */
function isMember(text: string, start: number): boolean {
  let at = start - 1;
  if (text[at] === '#') at--;
  while (isSpace(text.charCodeAt(at))) at--;
  return text[at] === '.';
}

/** `word(`, `word<Type>(`, `word,`. */
function isUsed(text: string, end: number): boolean {
  let at = end;
  while (isSpace(text.charCodeAt(at))) at++;
  if (text[at] === ',' || text[at] === '(') return true;
  if (text[at] !== '<') return false;
  do at++;
  while (at < text.length && !BRACKETS.has(text[at]!));
  return text[at] === '>' && text[at + 1] === '(';
}

const BRACKETS: ReadonlySet<string> = new Set('<>()');

const isSpace = (code: number): boolean => code === 32 || (code >= 9 && code <= 13);

/** FNV-1a, 32 bits (http://www.isthe.com/chongo/tech/comp/fnv/). */
const FIRST = 0x811c9dc5;
const PRIME = 0x01000193;

function numberOf(word: string): number {
  let hash = FIRST;
  for (let at = 0; at < word.length; at++) hash = Math.imul(hash ^ word.charCodeAt(at), PRIME);
  return hash >>> 0;
}

const NONE = new Uint32Array(0);

/** @param words In ascending order. */
function has(words: Uint32Array, number: number): boolean {
  let from = 0;
  let to = words.length;
  while (from < to) {
    const middle = (from + to) >>> 1;
    const one = words[middle]!;
    if (one === number) return true;
    if (one < number) from = middle + 1;
    else to = middle;
  }
  return false;
}

export class Words {
  readonly #words = new Map<string, Uint32Array>();
  readonly #sources = new Sources<number>();

  /** @param read A file's text; throws where there is none. */
  constructor(readonly read: (file: string) => string) {}

  /** Those of some files whose text has one of the words. */
  naming(files: readonly string[], words: readonly string[]): string[] {
    const numbers = words.map(numberOf);
    for (const one of numbers) this.#sources.read(one);
    return files.filter((file) => {
      const own = this.#of(file);
      return numbers.some((one) => has(own, one));
    });
  }

  #of(file: string): Uint32Array {
    let words = this.#words.get(file);
    if (!words) this.#words.set(file, (words = this.#find(file)));
    return words;
  }

  #find(file: string): Uint32Array {
    try {
      return wordsIn(this.read(file));
    } catch {
      return NONE;
    }
  }

  /** A file has another text. */
  change(file: string): void {
    const before = this.#words.get(file);
    if (!before) return;
    this.#words.delete(file);
    const used = this.#sources.inUse;
    if (used.length === 0) return;
    const now = this.#of(file);
    for (const one of used) if (has(before, one) !== has(now, one)) this.#sources.change(one);
  }
}
