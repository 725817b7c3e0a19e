// The synchronous core against a plain model: every sequence of operations up to a length, so that a mistake comes out
// as the shortest sequence that shows it.

import { describe, expect, it } from 'vitest';
import { FifoCore, type Link, type Waiter } from '../../src/runtime/fifo-core.js';
import { LeaseQueue } from '../../src/runtime/lease-queue.js';
import { leaseOf, type LocalLease } from '../../src/runtime/lease.js';

const LENGTH = 7;

const OPERATIONS = [
  'acquire 1', 'acquire 2', 'try 1', 'try 2', 'give up first', 'give up last', 'abort unseen', 'release first',
  'release last', 'release again',
] as const;
type Operation = (typeof OPERATIONS)[number];

/** What both sides are asked for: who holds, who waits, who was turned away, in order, and what is free. */
interface View {
  readonly holders: readonly number[];
  readonly waiters: readonly number[];
  readonly refused: readonly number[];
  readonly free: number;
  readonly lastTry: boolean | undefined;
}

/** The lock as one would explain it: a list of holders and a list of waiters. */
class Model {
  #holders: { id: number; weight: number }[] = [];
  #waiters: { id: number; weight: number; wanted: boolean }[] = [];
  #refused: number[] = [];
  #lastTry: boolean | undefined;
  #lastId = 0;

  constructor(readonly capacity: number) {}

  get #free(): number {
    return this.capacity - this.#holders.reduce((sum, { weight }) => sum + weight, 0);
  }

  /** Answers false when the operation has nothing to act on. */
  apply(operation: Operation, releasedBefore: boolean): boolean {
    this.#lastTry = undefined;
    switch (operation) {
      case 'acquire 1':
      case 'acquire 2':
        this.#waiters.push({ id: (this.#lastId += 1), weight: Number(operation.at(-1)), wanted: true });
        break;
      case 'try 1':
      case 'try 2': {
        const weight = Number(operation.at(-1));
        this.#lastId += 1;
        this.#lastTry = this.#waiters.length === 0 && weight <= this.#free;
        if (this.#lastTry) this.#holders.push({ id: this.#lastId, weight });
        break;
      }
      case 'give up first':
      case 'give up last': {
        const gone = operation === 'give up first' ? this.#waiters.shift() : this.#waiters.pop();
        if (gone === undefined) return false;
        this.#refused.push(gone.id);
        break;
      }
      case 'abort unseen': {
        const wanted = this.#waiters.find((waiter) => waiter.wanted);
        if (wanted === undefined) return false;
        wanted.wanted = false;
        break;
      }
      case 'release first':
        if (this.#holders.shift() === undefined) return false;
        break;
      case 'release last':
        if (this.#holders.pop() === undefined) return false;
        break;
      case 'release again':
        return releasedBefore;
    }
    for (let head = this.#waiters[0]; head !== undefined && head.weight <= this.#free; head = this.#waiters[0]) {
      this.#waiters.shift();
      if (head.wanted) this.#holders.push(head);
      else this.#refused.push(head.id);
    }
    return true;
  }

  view(): View {
    return {
      holders: this.#holders.map(({ id }) => id),
      waiters: this.#waiters.map(({ id }) => id),
      refused: this.#refused,
      free: this.#free,
      lastTry: this.#lastTry,
    };
  }
}

/** The core itself, driven the way lease-queue.ts drives it, but without promises. */
class Real {
  readonly #queue: LeaseQueue;
  readonly #core: FifoCore;
  #holders: { id: number; lease: LocalLease }[] = [];
  #waiters: RealWaiter[] = [];
  #refused: number[] = [];
  #released: LocalLease | undefined;
  #lastTry: boolean | undefined;
  #lastId = 0;

  constructor(capacity: number) {
    this.#queue = new LeaseQueue(capacity, 'lock');
    this.#core = this.#queue;
  }

  get releasedBefore(): boolean {
    return this.#released !== undefined;
  }

  apply(operation: Operation): void {
    this.#lastTry = undefined;
    const weight = Number(operation.at(-1));
    switch (operation) {
      case 'acquire 1':
      case 'acquire 2': {
        const id = (this.#lastId += 1);
        if (this.#core.tryAcquire(weight)) {
          this.#hold(id, weight);
          break;
        }
        const waiter = new RealWaiter(id, weight, (granted) => {
          this.#waiters.splice(this.#waiters.indexOf(waiter), 1);
          if (granted) this.#hold(id, weight);
          else this.#refused.push(id);
        });
        this.#waiters.push(waiter);
        this.#core.add(waiter);
        break;
      }
      case 'try 1':
      case 'try 2':
        this.#lastId += 1;
        this.#lastTry = this.#core.tryAcquire(weight);
        if (this.#lastTry) this.#hold(this.#lastId, weight);
        break;
      case 'give up first':
      case 'give up last': {
        const gone = this.#waiters.at(operation === 'give up first' ? 0 : -1)!;
        this.#waiters.splice(this.#waiters.indexOf(gone), 1);
        this.#refused.push(gone.id);
        this.#core.delete(gone);
        this.#core.delete(gone);
        break;
      }
      case 'abort unseen':
        this.#waiters.find((waiter) => waiter.wanted)!.wanted = false;
        break;
      case 'release first':
      case 'release last': {
        const { lease } = operation === 'release first' ? this.#holders.shift()! : this.#holders.pop()!;
        // One permit is held by a lease that its user keeps, two by a section, whose lease may serve the next.
        if (lease.weight === 1) (this.#released = lease).release();
        else lease.end();
        break;
      }
      case 'release again':
        this.#released!.release();
    }
  }

  #hold(id: number, weight: number): void {
    this.#holders.push({ id, lease: leaseOf(this.#queue, weight) });
  }

  view(): View {
    if (this.#core.waiting !== this.#waiters.length) throw new Error('the count of waiters is wrong');
    const leases = new Set(this.#holders.map(({ lease }) => lease));
    if (leases.size !== this.#holders.length) throw new Error('two hold by one lease');
    for (const { held } of leases) if (!held) throw new Error('somebody holds by a lease that has ended');
    if (this.#released?.held) throw new Error('a lease that was released is held again');
    return {
      holders: this.#holders.map(({ id }) => id),
      waiters: this.#waiters.map(({ id }) => id),
      refused: this.#refused,
      free: this.#core.free,
      lastTry: this.#lastTry,
    };
  }
}

class RealWaiter implements Waiter {
  prev: Link | undefined;
  next: Link | undefined;
  wanted = true;

  constructor(
    readonly id: number,
    readonly weight: number,
    readonly settled: (granted: boolean) => void,
  ) {}

  refuses(): boolean {
    this.settled(this.wanted);
    return !this.wanted;
  }
}

describe('the core against a plain model', () => {
  it.each([2, 3])(`M2 M3 every sequence of up to ${LENGTH} operations on %i permits`, (capacity) => {
    let sequences = 0;
    const extend = (sequence: readonly Operation[]): void => {
      for (const operation of OPERATIONS) {
        const longer = [...sequence, operation];
        const model = new Model(capacity);
        const real = new Real(capacity);
        let possible = true;
        for (const step of longer) {
          possible = model.apply(step, real.releasedBefore);
          if (!possible) break;
          real.apply(step);
        }
        if (!possible) continue;
        sequences += 1;
        const [expected, actual] = [JSON.stringify(model.view()), JSON.stringify(real.view())];
        if (expected !== actual) throw new Error(`${longer.join(', ')}:\nmodel ${expected}\ncore  ${actual}`);
        if (longer.length < LENGTH) extend(longer);
      }
    };
    extend([]);
    expect(sequences).toBeGreaterThan(50_000);
  });
});

describe('the queue as a list', () => {
  it('M2 taking a waiter out of the middle touches its neighbours only', () => {
    let touched = 0;
    class CountingWaiter implements Waiter {
      readonly weight = 1;
      #previous: Link | undefined;
      #next: Link | undefined;

      get prev(): Link | undefined {
        touched += 1;
        return this.#previous;
      }
      set prev(waiter) {
        touched += 1;
        this.#previous = waiter;
      }
      get next(): Link | undefined {
        touched += 1;
        return this.#next;
      }
      set next(waiter) {
        touched += 1;
        this.#next = waiter;
      }
      refuses(): boolean {
        return false;
      }
    }
    const core = new FifoCore(1);
    core.tryAcquire(1);
    const waiters = Array.from({ length: 1001 }, () => new CountingWaiter());
    for (const waiter of waiters) core.add(waiter);
    touched = 0;
    core.delete(waiters[500]!);
    expect(touched).toBeLessThan(10);
    expect(core.waiting).toBe(1000);
  });

  it('M3 a waiter that is not in the queue cannot be taken out of it', () => {
    const core = new FifoCore(1);
    core.tryAcquire(1);
    const [inside, outside] = [new RealWaiter(1, 1, () => {}), new RealWaiter(2, 1, () => {})];
    core.add(inside);
    core.delete(outside);
    expect(core.waiting).toBe(1);
    core.release(1);
    core.delete(inside);
    expect(core.waiting).toBe(0);
  });
});
