/** Keys of keyed locks: whether two of them name the same lock, and whether there is one lock for each request. */
import { paramKey, type Key, type LockRef } from './effect.js';

export function isSameKey(a: Key, b: Key): boolean {
  if (a.k === 'constant') return b.k === 'constant' && a.value === b.value;
  if (a.k === 'param') return b.k === 'param' && paramKey(a.param) === paramKey(b.param);
  return a.k === 'variable' && b.k === 'variable' && a.id === b.id;
}

/** As far as is known; `no`: two that can never be one. */
export function agreement(a: readonly Key[] = [], b: readonly Key[] = []): 'same' | 'maybe' | 'no' {
  if (a.length !== b.length) return 'maybe';
  let all: 'same' | 'maybe' = 'same';
  for (const [n, key] of a.entries()) {
    const other = b[n]!;
    if (isSameKey(key, other)) continue;
    const [one, two] = [beginning(key), beginning(other)];
    if (one !== undefined && two !== undefined) {
      if (!one.text.startsWith(two.text) && !two.text.startsWith(one.text)) return 'no';
      if (one.whole && two.whole) return 'no';
      // `job:${id}` twice.
      if (!one.whole && one.text === two.text) continue;
    }
    all = 'maybe';
  }
  return all;
}

function beginning(key: Key): { readonly text: string; readonly whole: boolean } | undefined {
  if (key.k === 'constant') return { text: key.value, whole: true };
  return key.k === 'other' && key.head !== undefined ? { text: key.head, whole: false } : undefined;
}

/** Whether it is another lock for each request: who waits for it wants the same thing. */
export function isOfRequest({ kind, place }: LockRef): boolean {
  // A transaction, or the session of an advisory lock, keeps a connection busy meanwhile, whatever its key.
  if (kind === 'transaction' || place.id.endsWith('<advisory>')) return false;
  return place.keys?.some((key) => key.k !== 'constant' && !isOfOwner(key)) ?? false;
}

const isOfOwner = (key: Key): boolean => 'own' in key && key.own === true;
