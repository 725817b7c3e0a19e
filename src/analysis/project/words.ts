/** Which files have which words in their text: by a few bytes a word, where one that shares them costs a look at a file. */
import { Sources } from '../freshness/grounds.js';

/** Words after a dot, before a bracket of arguments, or between braces of an import. */
const WORD = /\.\s*#?([\w$]+)|(?<![\w$])([\w$]+)\s*(?:<[^<>()]*>)?\(|(?<![\w$])([\w$]+)\s*,/g;

function wordsIn(text: string): Uint32Array {
  const words = new Set<number>();
  for (const [, member, called, listed] of text.matchAll(WORD)) words.add(numberOf((member ?? called ?? listed)!));
  return Uint32Array.from(words);
}

/** FNV-1a, 32 bits (http://www.isthe.com/chongo/tech/comp/fnv/). */
function numberOf(word: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < word.length; at++) hash = Math.imul(hash ^ word.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}

const NONE = new Uint32Array(0);

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
      const has = this.#of(file);
      return numbers.some((one) => has.includes(one));
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
    for (const one of used) if (before.includes(one) !== now.includes(one)) this.#sources.change(one);
  }
}
