// What lockdep and the events have in common: each acquisition is followed from the question to the release. The plain
// ways of taking a lock hand over to this as long as somebody watches.

import type { Clock } from './clock.js';
import { type Holder, LockHeldError, LockOrderError, LockTimeoutError, SelfDeadlockError } from './errors.js';
import { FifoCore } from './fifo-core.js';
import { enterSection, innermostSection, leaveSection, type Section, sectionsAround } from './held-sections.js';
import { LocalLease } from './lease.js';
import type { LeaseQueue, LeaseSource, WaitOptions } from './lease-queue.js';
import { LockNode, LockOrder } from './lock-order.js';
import type { Events, Observer } from './observer.js';

/** Something that has lasted longer than its threshold. Told once for each hold and each wait. */
export interface LockReport {
  readonly kind: 'held-too-long' | 'stalled-wait';
  readonly lock: string;
  /** How long so far, in milliseconds. */
  readonly duration: number;
  /** Where the lock was taken, or asked for. */
  readonly stack: string;
  /** Of a wait: who holds the lock meanwhile, and for how long, as far as they were followed. */
  readonly holders: readonly Holder[];
}

/** What lockdep was told to look for. */
export interface Limits {
  readonly held: number;
  readonly stalled: number;
  readonly report: (report: LockReport) => void;
}

/** All that is published, each on the channel `lockwright:` and its name. */
export interface AllEvents extends Events {
  readonly acquire: { readonly lock: string; readonly weight: number; readonly waited: number };
  readonly wait: { readonly lock: string; readonly weight: number; readonly waiting: number };
  readonly release: { readonly lock: string; readonly weight: number; readonly held: number };
  readonly report: LockReport;
}

/** A channel of node:diagnostics_channel, as far as it is used. */
export interface Channel {
  readonly hasSubscribers: boolean;
  publish(message: unknown): void;
}

interface Hold {
  readonly since: number;
  readonly clock: Clock;
  /** Where it was taken, with lockdep on. */
  readonly taken: Error | undefined;
  /** Whether it is known which code runs under it. */
  inContext: boolean;
}

interface Host {
  readonly process?: { getBuiltinModule?(id: string): { channel?(name: string): Channel } | undefined };
}

const diagnostics = (globalThis as Host).process?.getBuiltinModule?.('node:diagnostics_channel');
const channelOf = (event: keyof AllEvents): Channel | undefined => diagnostics?.channel?.(`lockwright:${event}`);
// Constants of the module, each by itself: an engine then knows of a channel that nobody listens to without a look at it,
// and that is asked at each acquisition.
const acquire = channelOf('acquire');
const wait = channelOf('wait');
const release = channelOf('release');
const channels: { readonly [E in keyof AllEvents]: Channel | undefined } = {
  acquire,
  wait,
  release,
  reload: channelOf('reload'),
  switch: channelOf('switch'),
  deliver: channelOf('deliver'),
  report: channelOf('report'),
};

/** How many keys of one keyed lock are told apart in the order; beyond it the oldest is forgotten. */
const MOST_KEYS = 10_000;

class Watcher implements Observer {
  readonly order = new LockOrder();
  /** Undefined while lockdep is off. */
  limits: Limits | undefined;
  /** The nodes of locks, and of keyed ones by key, because a key's lock itself is gone when it is idle. */
  readonly #nodes = new WeakMap<object, LockNode>();
  readonly #keys = new WeakMap<object, Map<unknown, LockNode>>();
  readonly #holds = new WeakMap<FifoCore, Set<Hold>>();
  #lastId = 0;

  tell<E extends keyof AllEvents>(event: E, message: () => AllEvents[E]): void {
    const channel = channels[event];
    if (channel?.hasSubscribers) channel.publish(message());
  }

  source(queue: LeaseQueue, weight: number, options: WaitOptions | undefined): LeaseSource | undefined {
    if (!this.limits && !acquire?.hasSubscribers && !release?.hasSubscribers && !wait?.hasSubscribers) return undefined;
    // Of its own, because what closures see costs an object whether they are made or not.
    return this.#source(queue, weight, options);
  }

  #source(queue: LeaseQueue, weight: number, options: WaitOptions | undefined): LeaseSource {
    const { clock, name } = queue;
    const asked = this.limits && new Error(`${name} was taken here`);
    const mayWait = !((options?.timeout ?? Infinity) <= 0);
    // A question that does not wait is no part of a deadlock.
    if (asked !== undefined && mayWait) this.#learn(queue, weight, asked, options?.signal);
    let waited = (): number => 0;
    return {
      lease: () => this.#hold(queue, weight, waited(), asked),
      follow: async (wait) => {
        const since = clock.now();
        waited = () => clock.now() - since;
        if (mayWait) this.tell('wait', () => ({ lock: name, weight, waiting: queue.waiting }));
        const cancel = this.#after(clock, this.limits?.stalled, () => {
          this.#report({ kind: 'stalled-wait', lock: name, duration: waited(), stack: stackOf(asked), holders: this.#holders(queue) });
        });
        try {
          return await wait;
        } catch (error) {
          if (error instanceof LockTimeoutError) Object.assign(error, { holders: this.#holders(queue) });
          throw error;
        } finally {
          cancel();
        }
      },
    };
  }

  mightSleep(what: string): void {
    if (this.limits === undefined) return;
    for (const { lock, taken } of sectionsAround()) {
      if (lock !== undefined) throw new LockHeldError(lock, what, taken && { cause: taken });
    }
  }

  /**
   * Whether the calling code may hold a lock. False is certain; what was taken as a lease belongs to nobody's context,
   * so a lock that is held so may be anybody's.
   */
  mayHold(core: FifoCore): boolean {
    if (core.free === core.size) return false;
    if (this.limits === undefined) return true;
    const holds = [...(this.#holds.get(core) ?? [])];
    if (holds.length === 0 || holds.some(({ inContext }) => !inContext)) return true;
    return sectionsAround().some(({ of }) => of === core);
  }

  /** A lease for permits that have just been taken, followed until its release. */
  #hold(queue: LeaseQueue, weight: number, waited: number, taken: Error | undefined): LocalLease {
    const { clock, name } = queue;
    const hold: Hold = { since: clock.now(), clock, taken, inContext: false };
    const holds = this.#holds.get(queue) ?? new Set();
    this.#holds.set(queue, holds.add(hold));
    this.tell('acquire', () => ({ lock: name, weight, waited }));
    const duration = (): number => clock.now() - hold.since;
    const cancel = this.#after(clock, this.limits?.held, () => {
      this.#report({ kind: 'held-too-long', lock: name, duration: duration(), stack: stackOf(taken), holders: [] });
    });
    return new WatchedLease(queue, weight, hold, () => {
      cancel();
      holds.delete(hold);
      this.tell('release', () => ({ lock: name, weight, held: duration() }));
    });
  }

  #holders(queue: LeaseQueue): Holder[] {
    return [...(this.#holds.get(queue) ?? [])].map(({ taken, clock, since }) => {
      return { stack: stackOf(taken), duration: clock.now() - since };
    });
  }

  /** Throws where the acquisition could wait for ever, now or some other time. */
  #learn(queue: LeaseQueue, weight: number, asked: Error, signal: AbortSignal | undefined): void {
    const { size, name } = queue;
    const held = sectionsAround(signal).filter(({ taken }) => taken !== undefined) as (Section & { taken: Error })[];
    const own = held.filter(({ of }) => of === queue);
    const permits = own.reduce((sum, section) => sum + section.weight, 0);
    if (own[0] !== undefined && size - permits < weight) {
      throw new SelfDeadlockError(name, { cause: own[0].taken });
    }
    const to = this.#nodeOf(queue);
    const known = held.flatMap((section) => {
      const node = this.#nodes.get(section.of);
      return node === undefined ? [] : [{ node, taken: section.taken, guards: section.weight === capacityOf(section) }];
    });
    for (const { node: from, taken } of known) {
      const guards = new Set(known.filter(({ node, guards }) => guards && node !== from && node !== to).map(({ node }) => node));
      const circle = this.order.learn(from, to, guards, taken, asked);
      if (circle === undefined) continue;
      throw new LockOrderError(name, circle.map((edge) => ({
        from: edge.from.name,
        to: edge.to.name,
        heldStack: stackOf(edge.held),
        askedStack: stackOf(edge.asked),
      })));
    }
  }

  #nodeOf(queue: LeaseQueue): LockNode {
    const { name, place } = queue;
    let node = this.#nodes.get(queue);
    if (node !== undefined) return node;
    const keys = place && (this.#keys.get(place.table) ?? new Map<unknown, LockNode>());
    node = keys?.get(place?.key) ?? new LockNode((this.#lastId += 1), name);
    this.#nodes.set(queue, node);
    if (place === undefined || keys === undefined) return node;
    this.#keys.set(place.table, keys.set(place.key, node));
    if (keys.size > MOST_KEYS) keys.delete(keys.keys().next().value);
    return node;
  }

  #report(report: LockReport): void {
    this.tell('report', () => report);
    this.limits?.report(report);
  }

  /** A timer that keeps no process alive, where the platform tells such timers apart. */
  #after(clock: Clock, limit: number | undefined, callback: () => void): () => void {
    if (limit === undefined || limit > 2 ** 31 - 1) return () => {};
    const timer = clock.setTimer(callback, limit) as { unref?(): void } | undefined;
    timer?.unref?.();
    return () => clock.clearTimer(timer);
  }
}

/** The one of this copy of the package. */
export const watcher = new Watcher();

/** A lease that says when it ends. With lockdep on it is known which code runs under it, awaits included. */
class WatchedLease extends LocalLease {
  override readonly lock: string;
  readonly #hold: Hold;
  readonly #ended: () => void;
  #entered = false;

  constructor(queue: LeaseQueue, weight: number, hold: Hold, ended: () => void) {
    super();
    Object.assign(this, { of: queue, weight, held: true });
    this.lock = queue.name;
    if (hold.taken !== undefined) Object.assign(this, { taken: hold.taken });
    this.#hold = hold;
    this.#ended = ended;
  }

  override run<R>(fn: () => R): R {
    this.#hold.inContext = true;
    if (this.taken === undefined) return super.run(fn);
    this.outer = innermostSection();
    this.#entered = true;
    return enterSection(this, undefined, fn);
  }

  override release(): void {
    if (!this.held) return;
    this.#ended();
    super.release();
    if (this.#entered) leaveSection(this);
  }

  override end(): void {
    this.release();
  }
}

function capacityOf({ of }: Section): number {
  return of instanceof FifoCore ? of.size : Infinity;
}

/** The frames alone: V8 puts the error's own words before them. */
function stackOf(trace: Error | undefined): string {
  return trace?.stack?.replace(/^Error.*\n/, '') ?? '';
}
