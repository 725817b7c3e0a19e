// Random numbers that come out the same each time.

/**
 * Numbers from 0 to below 1 that follow from the seed alone: in place of `Math.random` where a test injects one. The
 * generator is mulberry32 (Tommy Ettinger, public domain): small, and good enough for tests.
 */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
