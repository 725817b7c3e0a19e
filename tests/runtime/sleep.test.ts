import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { sleep } from '../../src/runtime/index.js';
import { fateOf, listenerCount, ManualClock, settle } from './manual-clock.js';

describe('sleep', () => {
  it.each([[100, 100], [0, 0], [-5, 0], [2 ** 31 + 5, 2 ** 31 + 5]])('for %s ms ends after %s', async (ms, after) => {
    const clock = new ManualClock();
    const fate = fateOf(sleep(ms, { clock }));
    await settle();
    if (after > 0) clock.advance(after - 1);
    await settle();
    expect(fate.state).toBe('pending');
    clock.advance(after > 0 ? 1 : 0);
    await settle();
    expect([fate.state, clock.pending]).toEqual(['fulfilled', 0]);
  });

  it('an abort ends it at once with its reason, and no timer and no listener is left', async () => {
    const clock = new ManualClock();
    const controller = new AbortController();
    const { signal } = controller;
    const fate = fateOf(sleep(100, { clock, signal }));
    expect([clock.pending, listenerCount(signal)]).toEqual([1, 1]);
    const reason = { some: 'reason' };
    controller.abort(reason);
    await settle();
    expect([fate, clock.pending, listenerCount(signal)]).toEqual([{ state: 'rejected', error: reason }, 0, 0]);
    expect(fate.error).toBe(reason);
  });

  it('no listener is left when it ends by itself', async () => {
    const clock = new ManualClock();
    const { signal } = new AbortController();
    const fate = fateOf(sleep(100, { clock, signal }));
    clock.advance(100);
    await settle();
    expect([fate.state, listenerCount(signal)]).toEqual(['fulfilled', 0]);
  });

  it('an aborted signal rejects without a timer', async () => {
    const clock = new ManualClock();
    const set = vi.spyOn(clock, 'setTimer');
    await expect(sleep(100, { clock, signal: AbortSignal.abort('no') })).rejects.toBe('no');
    expect(set).not.toHaveBeenCalled();
  });

  it('Infinity sets no timer, and an abort ends it; NaN rejects', async () => {
    const clock = new ManualClock();
    const controller = new AbortController();
    const fate = fateOf(sleep(Infinity, { clock, signal: controller.signal }));
    await settle();
    expect([fate.state, clock.pending]).toEqual(['pending', 0]);
    controller.abort('enough');
    await settle();
    expect(fate.error).toBe('enough');
    await expect(sleep(Number.NaN, { clock })).rejects.toBeInstanceOf(RangeError);
  });

  it('a thousand sleepers on one signal are one listener, and none is left', async () => {
    const clock = new ManualClock();
    const { signal } = new AbortController();
    const all = Promise.all(Array.from({ length: 1000 }, (_, index) => sleep(index, { clock, signal })));
    expect(listenerCount(signal)).toBe(1);
    clock.advance(1000);
    await all;
    expect([listenerCount(signal), clock.pending]).toEqual([0, 0]);
  });
});

describe('sleep by the system\'s clock', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('uses the timers that are there when it is called', async () => {
    const fate = fateOf(sleep(100));
    await vi.advanceTimersByTimeAsync(99);
    expect(fate.state).toBe('pending');
    await vi.advanceTimersByTimeAsync(1);
    expect([fate.state, vi.getTimerCount()]).toEqual(['fulfilled', 0]);
  });
});
