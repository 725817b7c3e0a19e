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
//   free + the weights granted and not given back = size;
//   the head, where there is one, does not fit: its weight is greater than free.

/** One place in the list, which is a ring: the core itself stands between the last waiter and the first. */
export interface Link {
  readonly weight: number;
  /** Written by the core only. */
  prev: Link | undefined;
  /** Written by the core only; undefined of a waiter that is not in the queue. */
  next: Link | undefined;
}

/** One who waits. The core links it, unlinks it, and on unlinking it for a grant calls `refuses` once. */
export interface Waiter extends Link {
  /**
   * The permits are this waiter's now. Answering true gives them back on the spot, and the next waiter is looked at:
   * that is how a waiter whose signal has been aborted a moment ago passes the lock on.
   */
  refuses(): unknown;
}

/** A place in a table of locks, which is filled only while the lock is not idle. */
export interface TablePlace {
  readonly table: { set(key: unknown, core: FifoCore): unknown; delete(key: unknown, core: FifoCore): unknown };
  readonly key: unknown;
}

/** Permits and the queue for them. Whoever unlinks a waiter settles it: a grant here, a removal at the caller. */
export class FifoCore implements Link {
  declare readonly size: number;
  /** Permits that nobody holds; they can be more than 0 while others wait, see Fairness above. Written by the core only. */
  declare free: number;
  /** How many waiters stand in the queue. Written by the core only. */
  waiting = 0;
  /** As a link of the ring it is a waiter that never fits, so looking for one that does ends here. */
  readonly weight = Infinity;
  prev: Link = this;
  next: Link = this;
  #pins = 0;
  /** Where it is to be found exactly while somebody holds it, waits for it or has pinned it. */
  declare readonly place: TablePlace | undefined;

  constructor(size: number, place?: TablePlace) {
    this.size = this.free = size;
    this.place = place;
  }

  /** Takes the permits if they are free and nobody waits; answers whether it did. */
  tryAcquire(weight: number): boolean {
    if (this.waiting || weight > this.free) return false;
    this.free -= weight;
    this.pin(0);
    return true;
  }

  /** Puts a waiter at the end. To be called only after `tryAcquire` has refused its weight, in the same step. */
  add(waiter: Waiter): void {
    const last = this.prev;
    waiter.prev = last;
    waiter.next = this;
    last.next = this.prev = waiter;
    this.waiting += 1;
  }

  /**
   * Takes a waiter that gives up out of the queue, in O(1), if it is still in it. Those behind it may fit where it did
   * not, so the head is looked at again.
   */
  delete(waiter: Waiter): void {
    if (!waiter.next) return;
    this.#unlink(waiter);
    this.#grant();
  }

  /** Gives permits back, once for each grant; hands them on in the same step. */
  release(weight: number): void {
    this.free += weight;
    this.#grant();
    this.pin(0);
  }

  /** Pinned, it counts as in use without holding anything: it is in its table, if it has one, while it is in use. */
  pin(change: number): void {
    const { place } = this;
    place?.table[(this.#pins += change) || this.free < this.size ? 'set' : 'delete'](place.key, this);
  }

  #grant(): void {
    while (this.next.weight <= this.free) {
      const head = this.next as Waiter;
      this.#unlink(head);
      this.free -= head.weight;
      if (head.refuses()) this.free += head.weight;
    }
  }

  #unlink(waiter: Waiter): void {
    waiter.prev!.next = waiter.next;
    waiter.next!.prev = waiter.prev;
    waiter.next = undefined;
    this.waiting -= 1;
  }
}
