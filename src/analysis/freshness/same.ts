/** Whether two pieces of plain data say the same: facts, and the tables made from them. */
export function same(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return false;
  if (Array.isArray(a)) return a.length === (b as unknown[]).length && startsWith(b as unknown[], a);
  if (a instanceof Map) return isSameMap(a, b as ReadonlyMap<unknown, unknown>);
  if (a instanceof Set) return a.size === (b as ReadonlySet<unknown>).size && [...a].every((one) => (b as ReadonlySet<unknown>).has(one));
  let left = 0;
  for (const key in a) {
    left += 1;
    if (!same((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key])) return false;
  }
  for (const key in b) {
    left -= 1;
    if (!(key in a)) return false;
  }
  return left === 0;
}

const isSameMap = (a: ReadonlyMap<unknown, unknown>, b: ReadonlyMap<unknown, unknown>): boolean =>
  a.size === b.size && [...a].every(([key, value]) => b.has(key) && same(value, b.get(key)));

/** Whether a list begins with all of another. */
export function startsWith(list: readonly unknown[], beginning: readonly unknown[]): boolean {
  if (list.length < beginning.length) return false;
  for (let at = 0; at < beginning.length; at++) if (!same(list[at], beginning[at])) return false;
  return true;
}
