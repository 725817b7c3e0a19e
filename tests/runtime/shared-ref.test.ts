import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AwaitedInsideLoadError, Mutex, NotLoadedError, RefClosedError, SharedRef } from '../../src/runtime/index.js';
import { fateOf, gate, type Gate, listenerCount, settle } from './manual-clock.js';

interface Client {
  readonly id: number;
}

/** A reference whose loads are ended by hand, and what it disposed. */
function byHand(extra: { failDispose?: boolean } = {}) {
  const loads: (Gate<Client> & { signal: AbortSignal })[] = [];
  const disposed: number[] = [];
  const errors: unknown[] = [];
  const ref = new SharedRef<Client>(
    ({ signal }) => {
      const load = gate<Client>();
      loads.push({ ...load, signal });
      return load.promise;
    },
    {
      name: 'backend',
      dispose: async ({ id }) => {
        disposed.push(id);
        if (extra.failDispose) throw new Error('dispose');
      },
      onDisposeError: (error) => errors.push(error),
    },
  );
  const finish = async (index: number): Promise<void> => {
    loads[index]!.open({ id: index + 1 });
    await settle();
  };
  return { ref, loads, disposed, errors, finish };
}

const unhandled: unknown[] = [];
const note = (error: unknown): void => void unhandled.push(error);
beforeAll(() => void process.on('unhandledRejection', note));
afterAll(() => {
  process.off('unhandledRejection', note);
  expect(unhandled).toEqual([]);
});

describe('SharedRef', () => {
  it('S1 S4 readers have the old instance until the new one is complete, and never none', async () => {
    const { ref, finish } = byHand();
    expect(() => ref.get()).toThrow(NotLoadedError);
    const first = ref.ready();
    await finish(0);
    await expect(first).resolves.toEqual({ id: 1 });
    const again = ref.reload();
    await settle();
    expect([ref.get().id, ref.generation]).toEqual([1, 1]);
    await finish(1);
    expect([ref.get().id, ref.generation]).toEqual([2, 2]);
    await again;
  });

  it('S2 S7 what is leased is not disposed, however many reloads happen, and once afterwards', async () => {
    const { ref, disposed, finish } = byHand();
    void ref.ready();
    await finish(0);
    const lease = ref.lease();
    const work = gate();
    const using = ref.use(async ({ id }) => (await work.promise, id));
    for (const index of [1, 2, 3]) {
      void ref.reload();
      await finish(index);
    }
    expect([lease.value.id, lease.generation]).toEqual([1, 1]);
    expect(disposed).toEqual([2, 3]);
    lease.release();
    lease.release();
    lease[Symbol.dispose]();
    await settle();
    expect(disposed).toEqual([2, 3]);
    work.open();
    await expect(using).resolves.toBe(1);
    expect(disposed).toEqual([2, 3, 1]);
  });

  it('S3 a reload asked for during a load starts after it, and all such share one', async () => {
    const { ref, loads, finish } = byHand();
    const first = fateOf(ref.reload());
    const later = [ref.reload(), ref.reload(), ref.reload()].map((promise) => fateOf(promise));
    expect(loads).toHaveLength(1);
    await finish(0);
    expect([first.value?.id, later[0]!.state, loads.length]).toEqual([1, 'pending', 2]);
    await finish(1);
    expect(later.map(({ value }) => value?.id)).toEqual([2, 2, 2]);
    expect(loads).toHaveLength(2);
  });

  it('S5 S6 a failed load changes nothing, is the same error for all, and the next tries again', async () => {
    const { ref, loads, disposed, finish } = byHand();
    for (const generation of [0, 1]) {
      const error = new Error(`load ${generation}`);
      const [one, other] = [fateOf(ref.reloadIf(generation)), fateOf(ref.reloadIf(generation))];
      loads.at(-1)!.fail(error);
      await settle();
      expect([one.error, other.error]).toEqual([error, error]);
      expect(one.error).toBe(error);
      expect(ref.generation).toBe(generation);
      if (generation === 1) expect(ref.get().id).toBe(2);
      void ref.reload();
      await finish(loads.length - 1);
      expect(ref.generation).toBe(generation + 1);
    }
    expect(disposed).toEqual([2]);
  });

  it('S6 a loader that throws synchronously is no different', async () => {
    const ref = new SharedRef(() => { throw new Error('at once'); });
    await expect(ref.ready()).rejects.toThrow('at once');
    await expect(ref.reload()).rejects.toThrow('at once');
  });

  it('S7 an error of the disposal goes to its hook and nowhere else', async () => {
    const { ref, errors, finish } = byHand({ failDispose: true });
    void ref.ready();
    await finish(0);
    const reload = ref.reload();
    await finish(1);
    await expect(reload).resolves.toEqual({ id: 2 });
    expect(errors).toEqual([new Error('dispose')]);
    await ref.close();
    expect(errors).toHaveLength(2);
  });

  it('S8 of many who found the same generation wanting, one loads', async () => {
    const { ref, loads, finish } = byHand();
    void ref.ready();
    await finish(0);
    const all = [1, 1, 1].map((seen) => fateOf(ref.reloadIf(seen)));
    expect(loads).toHaveLength(2);
    await finish(1);
    expect(all.map(({ value }) => value?.id)).toEqual([2, 2, 2]);
    await expect(ref.reloadIf(1)).resolves.toEqual({ id: 2 });
    expect(loads).toHaveLength(2);
  });

  it('S9 an aborted waiter rejects at once, and the load goes on for the others', async () => {
    const { ref, loads, disposed, finish } = byHand();
    const controller = new AbortController();
    const [gone, other] = [fateOf(ref.ready({ signal: controller.signal })), fateOf(ref.ready())];
    controller.abort('enough');
    await settle();
    expect([gone.error, other.state, loads[0]!.signal.aborted]).toEqual(['enough', 'pending', false]);
    await finish(0);
    expect([other.value?.id, disposed, listenerCount(controller.signal)]).toEqual([1, [], 0]);
  });

  it('S9 a load that nobody waits for is aborted, and what it gives is disposed', async () => {
    const { ref, loads, disposed, finish } = byHand();
    const controller = new AbortController();
    ref.ready({ signal: controller.signal }).catch(() => {});
    controller.abort();
    expect(loads[0]!.signal.aborted).toBe(true);
    const next = fateOf(ref.ready());
    await finish(0);
    expect([disposed, ref.generation]).toEqual([[1], 0]);
    await finish(1);
    expect([next.value?.id, ref.get().id, ref.generation]).toEqual([2, 2, 1]);
  });

  it('S9 a queued load that nobody waits for any more is not begun', async () => {
    const { ref, loads, finish } = byHand();
    void ref.ready();
    const controller = new AbortController();
    ref.reload({ signal: controller.signal }).catch(() => {});
    controller.abort();
    await finish(0);
    expect(loads).toHaveLength(1);
    await expect(ref.reload({ signal: controller.signal })).rejects.toBe(controller.signal.reason);
  });

  it('S10 close rejects those who wait, waits for leases, and disposes what is current and in flight, once', async () => {
    const { ref, disposed, finish } = byHand();
    void ref.ready();
    await finish(0);
    const lease = ref.lease();
    const [running, queued] = [fateOf(ref.reload()), fateOf(ref.reload())];
    const closed = fateOf(ref.close());
    await settle();
    expect([running.error, queued.error].every((error) => error instanceof RefClosedError)).toBe(true);
    expect(() => ref.get()).toThrow(RefClosedError);
    await expect(ref.use(() => 1)).rejects.toBeInstanceOf(RefClosedError);
    await expect(ref.reload()).rejects.toBeInstanceOf(RefClosedError);
    await finish(1);
    expect([closed.state, disposed]).toEqual(['pending', [2]]);
    lease.release();
    await settle();
    expect([closed.state, disposed]).toEqual(['fulfilled', [2, 1]]);
    await ref.close();
    expect(disposed).toEqual([2, 1]);
  });

  it('S10 a reference that was never loaded closes at once', async () => {
    await new SharedRef(() => 1).close();
  });

  it.each([['before its first await', false], ['after it', true]])(
    'S11 a loader may get and reload, %s, but not await that',
    async (_, late) => {
      let loads = 0;
      const seen: unknown[] = [];
      const ref: SharedRef<number> = new SharedRef(async () => {
        loads += 1;
        if (loads === 2) {
          if (late) await settle();
          seen.push(ref.get());
          await ref.reload().catch((error: unknown) => seen.push(error));
        }
        return loads;
      });
      await ref.ready();
      await expect(ref.reload()).resolves.toBe(2);
      expect(seen).toEqual([1, expect.any(AwaitedInsideLoadError)]);
      await settle();
      expect([loads, ref.get()]).toEqual([3, 3]);
    },
  );

  it('S8 S11 a loader that awaits reloadIf is told so, as with reload', async () => {
    const ref: SharedRef<number> = new SharedRef(async () => {
      await settle();
      await ref.reloadIf(ref.generation);
      return 1;
    });
    await expect(ref.ready()).rejects.toMatchObject({ code: 'REF_AWAITED_INSIDE_LOAD' });
  });

  it('S8 a reloadIf in a section of something else joins the load that runs', async () => {
    let loads = 0;
    const ref = new SharedRef(async () => (await settle(), (loads += 1)));
    const first = ref.ready();
    await new Mutex().withLock(() => ref.reloadIf(0));
    await first;
    expect(loads).toBe(1);
  });

  it('S11 the inner reload can be awaited when the loader has ended', async () => {
    let inner: Promise<number> | undefined;
    let loads = 0;
    const ref: SharedRef<number> = new SharedRef(() => {
      loads += 1;
      if (loads === 1) inner = ref.reload();
      return loads;
    });
    await ref.ready();
    await expect(Promise.resolve(inner)).resolves.toBe(2);
  });

  it('S12 the same instance again is not disposed, not even one that had been retired', async () => {
    const disposed: string[] = [];
    const answers = ['a', 'a', 'b', 'a', 'c'];
    const ref = new SharedRef(() => answers.shift()!, { dispose: (value) => disposed.push(value) });
    await ref.ready();
    await ref.reload();
    expect([ref.generation, disposed]).toEqual([2, []]);
    const lease = ref.lease();
    await ref.reload();
    await ref.reload();
    lease.release();
    await settle();
    expect(disposed).toEqual(['b']);
    await ref.reload();
    await settle();
    expect(disposed).toEqual(['b', 'a']);
  });

  it('S13 subscribers run after the swap; one that throws hurts nobody', async () => {
    const errors: unknown[] = [];
    const ref = new SharedRef(() => 1, { onSubscriberError: (error) => errors.push(error) });
    const told: unknown[] = [];
    ref.subscribe(() => { throw new Error('subscriber'); });
    const stop = ref.subscribe((generation) => told.push([generation, ref.generation, ref.get()]));
    await ref.ready();
    stop();
    await ref.reload();
    expect(told).toEqual([[1, 1, 1]]);
    expect(errors).toHaveLength(2);
  });

  it('S1 S2 S3 S5 S7 S9 S10 under any order of steps nothing in use is disposed and nothing is left', async () => {
    const step = fc.constantFrom('reload', 'reload if', 'abort', 'load ends', 'load fails', 'lease', 'release', 'settle');
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        const { ref, loads, disposed } = byHand();
        const leases: ReturnType<typeof ref.lease>[] = [];
        const fates: ReturnType<typeof fateOf<Client>>[] = [];
        let controller = new AbortController();
        let ended = 0;
        for (const action of steps) {
          const before = ref.generation;
          if (action === 'reload') fates.push(fateOf(ref.reload({ signal: controller.signal })));
          if (action === 'reload if') fates.push(fateOf(ref.reloadIf(before)));
          if (action === 'abort') {
            controller.abort('aborted');
            controller = new AbortController();
          }
          if (action === 'load ends' && ended < loads.length) loads[ended]!.open({ id: (ended += 1) });
          if (action === 'load fails' && ended < loads.length) loads[(ended += 1) - 1]!.fail('failed');
          if (action === 'lease' && before > 0) leases.push(ref.lease());
          if (action === 'release') leases.shift()?.release();
          if (action === 'settle') await settle();
          expect(ref.generation).toBeGreaterThanOrEqual(before);
          expect(loads.length - ended).toBeLessThanOrEqual(1);
          if (before > 0) expect(disposed).not.toContain(ref.get().id);
          for (const { value } of leases) expect(disposed).not.toContain(value.id);
        }
        const closed = fateOf(ref.close());
        for (const lease of leases) lease.release();
        for (const load of loads.slice(ended)) load.open({ id: (ended += 1) });
        await settle();
        expect(closed.state).toBe('fulfilled');
        expect(fates.every(({ state }) => state !== 'pending')).toBe(true);
        expect(new Set(disposed).size).toBe(disposed.length);
        expect(listenerCount(controller.signal)).toBe(0);
      }),
      { numRuns: 500 },
    );
  });
});
