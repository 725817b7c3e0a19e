import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ConfigCell, derived, DerivedClosedError, DrainTimeoutError } from '../../src/runtime/index.js';
import { fateOf, gate, type Gate, ManualClock, settle } from './manual-clock.js';

describe('ConfigCell', () => {
  it('C1 a list keeps its length, holes at its end included', () => {
    const list = [1, 2];
    list.length = 4;
    expect(new ConfigCell(list).current.value).toHaveLength(4);
  });

  it('C1 nothing reachable from a snapshot can be written, and the giver keeps its own', () => {
    const given = { list: [{ host: 'a' }], deep: { port: 1 } };
    const cell = new ConfigCell(given);
    given.deep.port = 2;
    given.list.push({ host: 'b' });
    const { current } = cell;
    expect(current).toEqual({ value: { list: [{ host: 'a' }], deep: { port: 1 } }, version: 1 });
    for (const part of [current, current.value, current.value.list, current.value.list[0], current.value.deep]) {
      expect(Object.isFrozen(part)).toBe(true);
    }
    expect(cell.current).toBe(current);
  });

  it('C1 what cannot be frozen is refused, with its place, and changes nothing', () => {
    const cell = new ConfigCell<unknown>({});
    for (const bad of [new Map(), new Date(), () => 1, new (class Thing {})()]) {
      expect(() => cell.switchTo({ a: [bad] })).toThrow(/^value\.a\.0: /);
    }
    expect(cell.current.version).toBe(1);
    const circle: Record<string, unknown> = {};
    circle['self'] = circle;
    const { value } = cell.switchTo(circle) as { value: Record<string, unknown> };
    expect(value['self']).toBe(value);
    expect(value).not.toBe(circle);
  });

  it('C2 every switch counts, also to an equal value and back', () => {
    const cell = new ConfigCell('A');
    expect([cell.switchTo('A').version, cell.switchTo('B').version, cell.switchTo('A').version]).toEqual([2, 3, 4]);
    expect(cell.current).toEqual({ value: 'A', version: 4 });
  });

  it('C3 each consumer compares what it has seen itself, and never seen is a state of its own', () => {
    const cell = new ConfigCell('A');
    expect(cell.changedSince(undefined)).toBe(true);
    const [one, other] = [cell.current.version, cell.current.version];
    cell.switchTo('B');
    cell.switchTo('A');
    expect([cell.changedSince(one), cell.changedSince(one), cell.changedSince(other)]).toEqual([true, true, true]);
    expect(cell.changedSince(cell.current.version)).toBe(false);
  });

  it('C4 a pinned request has one snapshot for its length, its children too, and nobody else', async () => {
    const cell = new ConfigCell('A');
    const work = gate();
    const read = async (): Promise<string> => (await settle(), cell.current.value);
    const request = cell.pin(async (snapshot) => {
      await work.promise;
      return [snapshot.value, cell.current.value, await read(), await cell.pin(() => read()), cell.latest.value];
    });
    cell.switchTo('B');
    expect(cell.current.value).toBe('B');
    work.open();
    await expect(request).resolves.toEqual(['A', 'A', 'A', 'A', 'B']);
    expect(await read()).toBe('B');
    await expect(cell.pin(() => { throw new Error('request'); })).rejects.toThrow('request');
  });
});

/** Resources that are opened and closed by hand. */
function byHand() {
  const clock = new ManualClock();
  const cell = new ConfigCell('A');
  const opened: (Gate<void> & { readonly value: string })[] = [];
  const closes: (Gate<void> & { readonly resource: string })[] = [];
  const errors: unknown[] = [];
  const resources = derived(
    cell,
    async (value, { version }) => {
      const opening = gate();
      opened.push({ ...opening, value });
      await opening.promise;
      return `${value}${version}`;
    },
    (resource) => {
      const closing = gate();
      closes.push({ ...closing, resource });
      return closing.promise;
    },
    { name: 'pool', clock, onCloseError: (error) => errors.push(error) },
  );
  const open = async (index: number): Promise<void> => (opened[index]!.open(), settle());
  return { clock, cell, opened, closes, errors, resources, open };
}

describe('derived', () => {
  it('C5 one resource for all users of a version, with the snapshot it was made from', async () => {
    const { resources, opened, open, cell } = byHand();
    const both = [resources.acquire(), resources.acquire()];
    await open(0);
    const leases = await Promise.all(both);
    expect(leases.map(({ resource }) => resource)).toEqual(['A1', 'A1']);
    expect(leases[0]!.snapshot).toBe(cell.latest);
    expect(opened).toHaveLength(1);
  });

  it('C5 one whose opening a switch has overtaken is closed and never handed out', async () => {
    const { resources, cell, closes, open } = byHand();
    const user = fateOf(resources.use((resource) => resource));
    cell.switchTo('B');
    const drained = fateOf(resources.drained());
    await settle();
    expect([user.state, drained.state, resources.remaining]).toEqual([
      'pending', 'pending', [{ version: 1, state: 'opening', users: 1 }],
    ]);
    await open(0);
    expect(closes.map(({ resource }) => resource)).toEqual(['A1']);
    await open(1);
    expect([user.value, drained.state]).toEqual(['B2', 'pending']);
    closes[0]!.open();
    await settle();
    expect(drained.state).toBe('fulfilled');
  });

  it('C6 idle old ones are closed in the step of the switch, those in use when their user lets go', async () => {
    const { resources, cell, closes, open } = byHand();
    const first = resources.acquire();
    await open(0);
    const lease = await first;
    cell.switchTo('B');
    await settle();
    expect([closes.length, lease.resource]).toEqual([0, 'A1']);
    lease.release();
    lease.release();
    await settle();
    expect(closes.map(({ resource }) => resource)).toEqual(['A1']);
    const second = resources.use(() => 'done');
    await open(1);
    await second;
    cell.switchTo('C');
    await settle();
    expect(closes.map(({ resource }) => resource)).toEqual(['A1', 'B2']);
  });

  it('C6 drained tells who is still in, at its time-out, and ends on an abort', async () => {
    const { resources, cell, clock, open } = byHand();
    const first = resources.acquire();
    await open(0);
    await first;
    cell.switchTo('B');
    const timed = fateOf(resources.drained(2, { timeout: 100 }));
    const controller = new AbortController();
    const aborted = fateOf(resources.drained(2, { signal: controller.signal }));
    clock.advance(100);
    controller.abort('enough');
    await settle();
    expect(timed.error).toBeInstanceOf(DrainTimeoutError);
    expect(timed.error).toMatchObject({ left: [{ version: 1, state: 'open', users: 1 }] });
    expect([aborted.error, clock.pending]).toEqual(['enough', 0]);
    await expect(resources.drained(2, { signal: controller.signal })).rejects.toBe('enough');
    await expect(resources.drained(1)).resolves.toBeUndefined();
  });

  it('C7 a close that throws is reported and one that hangs holds up nobody else', async () => {
    const { resources, cell, closes, errors, open } = byHand();
    for (const [index, next] of ['B', 'C'].entries()) {
      const use = resources.use(() => 'used');
      await open(index);
      await use;
      cell.switchTo(next);
      await settle();
    }
    expect(closes.map(({ resource }) => resource)).toEqual(['A1', 'B2']);
    closes[1]!.fail(new Error('close'));
    await settle();
    expect(errors).toEqual([new Error('close')]);
    expect(resources.remaining).toEqual([{ version: 1, state: 'closing', users: 0 }]);
    const use = fateOf(resources.use((resource) => resource));
    await open(2);
    expect(use.value).toBe('C3');
  });

  it('C8 a switch during a switch: the last one wins, and drained for both resolves', async () => {
    const { resources, cell, closes, open } = byHand();
    const first = resources.acquire();
    await open(0);
    const lease = await first;
    cell.switchTo('B');
    const user = fateOf(resources.use((resource) => resource));
    const drains = [fateOf(resources.drained(2))];
    cell.switchTo('A');
    drains.push(fateOf(resources.drained(3)));
    await open(1);
    await open(2);
    expect(user.value).toBe('A3');
    lease.release();
    await settle();
    for (const close of closes) close.open();
    await settle();
    expect(closes.map(({ resource }) => resource).sort()).toEqual(['A1', 'B2']);
    expect(drains.map(({ state }) => state)).toEqual(['fulfilled', 'fulfilled']);
  });

  it('C5 an opening that fails is the error of its users, and the next one tries again', async () => {
    const { resources, cell, opened, open } = byHand();
    const one = fateOf(resources.acquire());
    opened[0]!.fail(new Error('no server'));
    await settle();
    expect(one.error).toEqual(new Error('no server'));
    expect(resources.remaining).toEqual([]);
    const overtaken = fateOf(resources.acquire());
    cell.switchTo('B');
    opened[1]!.fail(new Error('no server'));
    await settle();
    await open(2);
    expect(overtaken.value?.resource).toBe('B2');
  });

  it('C6 close waits for users, closes everything, and nothing begins after it', async () => {
    const { resources, closes, open } = byHand();
    const [first, second] = [resources.acquire(), fateOf(resources.acquire())];
    await open(0);
    const lease = await first;
    second.value!.release();
    const closed = fateOf(resources.close());
    await expect(resources.acquire()).rejects.toBeInstanceOf(DerivedClosedError);
    await settle();
    expect(closed.state).toBe('pending');
    lease.release();
    await settle();
    closes[0]!.open();
    await settle();
    expect([closed.state, closes.length]).toEqual(['fulfilled', 1]);
  });

  it('C5 C6 C8 under any order of steps users get the latest, and each is closed once and never under a user', async () => {
    const step = fc.constantFrom('acquire', 'release', 'switch', 'opened', 'open fails', 'closed', 'settle');
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        const { resources, cell, opened, closes } = byHand();
        const leases: { resource: string; release: () => void }[] = [];
        let [ends, closed, wanted, settled] = [0, 0, 0, 0];
        for (const action of steps) {
          if (action === 'acquire') {
            wanted += 1;
            resources.acquire().then((lease) => leases.push(lease), () => {}).finally(() => (settled += 1));
          }
          if (action === 'release') leases.shift()?.release();
          if (action === 'switch') cell.switchTo('A');
          if (action === 'opened' && ends < opened.length) opened[(ends += 1) - 1]!.open();
          if (action === 'open fails' && ends < opened.length) opened[(ends += 1) - 1]!.fail('failed');
          if (action === 'closed' && closed < closes.length) closes[(closed += 1) - 1]!.open();
          if (action === 'settle') await settle();
          for (const { resource } of leases) expect(closes.map((close) => close.resource)).not.toContain(resource);
        }
        for (let turn = 0; turn < 10; turn += 1) {
          for (; ends < opened.length; ends += 1) opened[ends]!.open();
          await settle();
        }
        expect(settled).toBe(wanted);
        for (const lease of leases) lease.release();
        const end = fateOf(resources.close());
        await settle();
        for (; closed < closes.length; closed += 1) closes[closed]!.open();
        await settle();
        expect(end.state).toBe('fulfilled');
        expect(new Set(closes.map(({ resource }) => resource)).size).toBe(closes.length);
      }),
      { numRuns: 400 },
    );
  });
});

it('C6 a closed derived is no longer told of switches, and can be collected', async () => {
  const cell = new ConfigCell(1);
  let listeners = 0;
  const subscribe = cell.subscribe.bind(cell);
  cell.subscribe = (listener) => {
    const stop = subscribe(listener);
    listeners += 1;
    return () => {
      listeners -= 1;
      stop();
    };
  };
  const numbers = derived(cell, (value) => value, () => {});
  expect(listeners).toBe(1);
  await numbers.close();
  expect(listeners).toBe(0);
});
