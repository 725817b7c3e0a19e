// The one queue behind every lock of this package: a number of permits and a first-in-first-out list of waiters, each
// asking for a weight. All transitions are synchronous and know nothing of promises, time or signals, so that every
// sequence of operations up to a length can be run against a plain model.
//
// Fairness: nobody takes a permit past a waiter, whatever the weights. A large request at the head therefore waits for
// permits to add up while smaller ones stand behind it, and cannot be starved by them; the price is that permits may
// lie idle meanwhile. A reader-writer lock is this queue with readers of weight 1 and writers of all there is, and its
// promise to starve neither side is this one.
//
// Invariants, true whenever no transition runs:
//   free + the weights granted and not given back = capacity;
//   the head, where there is one, does not fit: its weight is greater than free.

/** One place in the queue. The core links it, unlinks it, and on unlinking it for a grant calls `granted` once. */
export interface Waiter {
  readonly weight: number;
  /** Links of the list, written by the core only. */
  previous: Waiter | undefined;
  /** Links of the list, written by the core only. */
  next: Waiter | undefined;
  /**
   * The permits are this waiter's now. Answering false gives them back on the spot, and the next waiter is looked at:
   * that is how a waiter whose signal has been aborted a moment ago passes the lock on.
   */
  granted(): boolean;
}

/** A place in a table of locks, which is filled only while the lock is not idle. */
export interface TablePlace {
  readonly table: Map<unknown, unknown>;
  readonly key: unknown;
}

/** Permits and the queue for them. Whoever unlinks a waiter settles it: a grant here, a removal at the caller. */
export class FifoCore {
  readonly capacity: number;
  /** Permits that nobody holds; they can be more than 0 while others wait, see Fairness above. Written by the core only. */
  free: number;
  /** How many waiters stand in the queue. Written by the core only. */
  waiting = 0;
  #pins = 0;
  #head: Waiter | undefined = undefined;
  #tail: Waiter | undefined = undefined;
  /** Where it is to be found exactly while somebody holds it, waits for it or has pinned it. */
  readonly place: TablePlace | undefined;

  constructor(capacity: number, place?: TablePlace) {
    this.capacity = capacity;
    this.free = capacity;
    this.place = place;
  }

  /** Takes the permits if they are free and nobody waits; answers whether it did. */
  tryTake(weight: number): boolean {
    if (this.#head !== undefined || weight > this.free) return false;
    this.free -= weight;
    if (this.place !== undefined) this.#keepPlace(this.place);
    return true;
  }

  /** Puts a waiter at the end. To be called only after `tryTake` has refused its weight, in the same step. */
  enqueue(waiter: Waiter): void {
    const tail = this.#tail;
    waiter.previous = tail;
    if (tail === undefined) this.#head = waiter;
    else tail.next = waiter;
    this.#tail = waiter;
    this.waiting += 1;
  }

  /**
   * Takes a waiter that gives up out of the queue, in O(1); answers false when it is no longer in it. Those behind it
   * may fit where it did not, so the head is looked at again.
   */
  remove(waiter: Waiter): boolean {
    if (waiter.previous === undefined && this.#head !== waiter) return false;
    const wasHead = this.#head === waiter;
    this.#unlink(waiter);
    if (wasHead) this.#grant();
    return true;
  }

  /** Gives permits back, once for each grant; hands them on in the same step. */
  give(weight: number): void {
    this.free += weight;
    // Asked here as well, because a call that does nothing is a tenth of the whole.
    if (this.#head !== undefined) this.#grant();
    if (this.place !== undefined) this.#keepPlace(this.place);
  }

  /** Counts as in use until `unpin`, once for each, without holding anything. */
  pin(): void {
    this.#pin(1);
  }

  unpin(): void {
    this.#pin(-1);
  }

  /** Is in the table, where it has one, exactly while it is not idle. */
  #keepPlace({ table, key }: TablePlace): void {
    if (this.free === this.capacity && this.#pins === 0) table.delete(key);
    else table.set(key, this);
  }

  #pin(change: number): void {
    this.#pins += change;
    if (this.place !== undefined) this.#keepPlace(this.place);
  }

  #grant(): void {
    for (let head = this.#head; head !== undefined && head.weight <= this.free; head = this.#head) {
      this.#unlink(head);
      this.free -= head.weight;
      if (!head.granted()) this.free += head.weight;
    }
  }

  #unlink(waiter: Waiter): void {
    const { previous, next } = waiter;
    if (previous === undefined) this.#head = next;
    else previous.next = next;
    if (next === undefined) this.#tail = previous;
    else next.previous = previous;
    waiter.previous = undefined;
    waiter.next = undefined;
    this.waiting -= 1;
  }
}
