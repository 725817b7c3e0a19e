/** What is made from a file's facts while the file is looked at, and can be made again. */

import type { FileFacts } from '../facts/ir.js';
import { rawOf, restOnAll } from '../freshness/live-facts.js';

/** Tables of so many files are kept at least, and of twice as many at most; a file's own hardly ever ask beyond its imports. */
const KEPT = 48;

/** Makes a table for each file that it is asked for, and lets go of those that have not been asked for lately. */
export function ofRecent<K extends FileFacts, V>(make: (key: K) => V): (key: K) => V {
  let young = new Map<K, V>();
  let old = new Map<K, V>();
  return (key) => {
    restOnAll(key);
    const known = young.get(key);
    if (known !== undefined) return known;
    const table = old.get(key) ?? make(rawOf(key));
    if (young.size >= KEPT) {
      old = young;
      young = new Map();
    }
    young.set(key, table);
    return table;
  };
}
