// Telling others that there is something for them, without a lock: each is told with what is its own at that moment, and
// what it is told with is not let go underfoot.

import { contextHere } from './async-context.js';
import { alarm, assertNumber, type Clock, systemClock } from './clock.js';
import { type CancelReason, DeliveryCancelledError, NotifierClosedError } from './errors.js';
import { detached, enterSection, leaveSection, type Section, sectionsAround } from './held-sections.js';
import { observer } from './observer.js';

/** Somebody to be told, for as long as it is open and through all its payloads: a consumer, known by name. */
export interface NotifierSession {
  /** Which payload it has, from 1 on. */
  readonly generation: number;
  /** While it is suspended, marks wait. */
  readonly state: 'open' | 'suspended' | 'closed';
}

/** What one delivery is made with. Nothing of it changes, and the payload is not released before the delivery has ended. */
export interface Delivery<P> {
  readonly session: NotifierSession;
  readonly payload: P;
  readonly generation: number;
  /** Aborted when the payload is no longer the session's, or the session is suspended or closed: there is no use going on. */
  readonly signal: AbortSignal;
  /** True of the one that `shutdown` makes: no other comes after it. */
  readonly last: boolean;
}

export interface NotifierOptions<P> {
  /** What errors call it; by default `notifier`. */
  readonly name?: string | undefined;
  /** Called once for each payload that is no longer used; it may be asynchronous. Without it nothing is released. */
  readonly release?: ((payload: P) => unknown) | undefined;
  /** Told what a delivery threw or rejected with; without it such an error is ignored. */
  readonly onDeliveryError?: ((error: unknown, delivery: Delivery<P>) => void) | undefined;
  /** Told what `release` threw or rejected with; without it such an error is ignored. */
  readonly onReleaseError?: ((error: unknown, payload: P) => void) | undefined;
  readonly clock?: Clock | undefined;
}

/** Limits a call to the payload that its caller knows. */
export interface OfGeneration {
  /** Does nothing where the session has another payload by now: a dead connection does not take its successor along. */
  readonly generation?: number | undefined;
}

/** A payload, from when it is given until it is released. */
interface Held<P> {
  readonly payload: P;
  /** How many deliveries run with it. */
  users: number;
  /** No longer the session's; goes when its last delivery has ended. */
  retired: boolean;
  releasing: boolean;
}

interface Member<P> {
  readonly session: NotifierSession;
  /** The current payload, and those before it that are not released yet. */
  readonly held: Set<Held<P>>;
  current: Held<P>;
  generation: number;
  /** It is to be told. */
  marked: boolean;
  /** What it was told may not have arrived: its delivery failed, or it was suspended meanwhile. */
  owed: boolean;
  running: AbortController | undefined;
  /** Ends the wait for the end of the suspension. */
  suspension: (() => void) | undefined;
  /** The next delivery is the last, and whether that has begun. */
  last: 'not yet' | 'next' | 'begun';
  closed: boolean;
}

/**
 * Tells sessions that there is something for them. A mark never waits and never calls anybody; what is called comes later,
 * with no lock held, and with the payload that the session has then. When not to use it, and its numbered promises:
 * docs/runtime/notifier.md.
 *
 * @example
 * const notifier = new Notifier<Socket>(({ payload }) => payload.write('work\n'), { release: (socket) => socket.end() });
 * const session = notifier.open(socket);
 * notifier.mark(session);
 */
export class Notifier<P> {
  readonly name: string;
  readonly #deliver: (delivery: Delivery<P>) => unknown;
  readonly #options: NotifierOptions<P>;
  readonly #clock: Clock;
  readonly #inContext = contextHere();
  readonly #members = new WeakMap<NotifierSession, Member<P>>();
  /** All of which something is left. */
  readonly #present = new Set<Member<P>>();
  /** Who is told in the next round, in this order. */
  readonly #ready = new Set<Member<P>>();
  /** Asked again whenever a payload is gone. */
  readonly #waits = new Set<() => void>();
  #roundComes = false;
  /** Ends the wait for the next turn of the event loop; there is one round a turn. */
  #turn: (() => void) | undefined;
  #ending = false;

  /** @param deliver tells a session; called once at a time for each of them, and never inside of any other call */
  constructor(deliver: (delivery: Delivery<P>) => unknown, options: NotifierOptions<P> = {}) {
    this.#deliver = deliver;
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.name = options.name ?? 'notifier';
  }

  /**
   * Begins a session with its first payload, which is the notifier's to release from now on.
   *
   * @throws `NotifierClosedError` after `shutdown`; the payload then stays the caller's
   */
  open(payload: P): NotifierSession {
    if (this.#ending) throw new NotifierClosedError(this.name);
    const current = newHeld(payload);
    const member: Member<P> = {
      session: Object.freeze<NotifierSession>({
        get generation() {
          return member.generation;
        },
        get state() {
          if (member.closed) return 'closed';
          return member.suspension === undefined ? 'open' : 'suspended';
        },
      }),
      held: new Set([current]),
      current,
      generation: 1,
      marked: false,
      owed: false,
      running: undefined,
      suspension: undefined,
      last: 'not yet',
      closed: false,
    };
    this.#members.set(member.session, member);
    this.#present.add(member);
    return member.session;
  }

  /**
   * Sees to it that the session is told, by a delivery that starts after this call. Marks before that start are one.
   *
   * @returns false where no delivery will come, because the session is closed
   */
  mark(session: NotifierSession): boolean {
    const member = this.#member(session);
    if (member.closed || member.last === 'begun') return false;
    member.marked = true;
    this.#enlist(member);
    return true;
  }

  /**
   * Gives the session another payload, in one step: no delivery starts with the old one after this, and what was to be
   * told, or may not have arrived, is told with the new one. It ends a suspension.
   *
   * @returns the generation of the new payload; undefined where the session is closed, and the payload then stays the
   *   caller's
   */
  replace(session: NotifierSession, payload: P): number | undefined {
    const member = this.#member(session);
    if (member.closed || this.#ending) return undefined;
    const { current: old, running } = member;
    const known = [...member.held].find((held) => Object.is(held.payload, payload) && !held.releasing);
    member.current = known ?? newHeld(payload);
    member.current.retired = false;
    member.held.add(member.current);
    member.generation += 1;
    if (running !== undefined) member.owed = true;
    this.#goOn(member);
    if (old !== member.current) this.#retire(member, old);
    this.#cancel(running, 'replaced');
    return member.generation;
  }

  /**
   * Makes marks wait until `resume` or `replace`; if neither has come after `ms` milliseconds, the session is closed.
   *
   * @param ms 0 or less: at the next timer; Infinity: never; NaN is a RangeError
   * @returns false where nothing was done: the session is closed, or has another payload than `generation` says
   */
  suspend(session: NotifierSession, ms: number, { generation }: OfGeneration = {}): boolean {
    assertNumber('ms', ms);
    const member = this.#member(session);
    if (member.closed || isOther(member, generation)) return false;
    if (this.#ending) {
      this.#end(member, 'closed');
      return true;
    }
    const { running } = member;
    member.suspension?.();
    const stop = alarm(this.#clock, Math.max(ms, 0), () => {
      if (member.suspension === stop) this.#end(member, 'expired');
    });
    member.suspension = stop;
    if (running !== undefined) member.owed = true;
    this.#cancel(running, 'suspended');
    return true;
  }

  /**
   * Ends a suspension, if there is one, with the payload that there was, and tells again what may not have arrived.
   *
   * @returns false where the session is closed
   */
  resume(session: NotifierSession): boolean {
    const member = this.#member(session);
    if (member.closed) return false;
    this.#goOn(member);
    return true;
  }

  /**
   * Ends a session: no delivery starts after this, and the signal of one that runs is aborted. Resolves when that has
   * ended and everything the session had is released. Harmless when repeated. Inside a delivery of this notifier it
   * waits for nothing, since that could be for itself.
   */
  close(session: NotifierSession, { generation }: OfGeneration = {}): Promise<void> {
    const member = this.#member(session);
    if (isOther(member, generation)) return Promise.resolve();
    this.#end(member, 'closed');
    return this.#isInside() ? Promise.resolve() : this.#until(() => member.held.size === 0);
  }

  /**
   * Ends all: every session that is not suspended is told once more, with `last`, and then closed; none can be opened.
   * Resolves when everything is released, or after `timeout` milliseconds: what has not begun by then does not, and the
   * signals of what still runs are aborted. Inside a delivery it waits for nothing, as `close`.
   *
   * @returns the sessions of which something is left
   */
  async shutdown({ timeout = Infinity }: { readonly timeout?: number | undefined } = {}): Promise<NotifierSession[]> {
    assertNumber('timeout', timeout);
    if (!this.#ending) this.#tellAllForTheLastTime();
    const atRest = this.#until(() => this.#present.size === 0, timeout, () => this.#giveUp());
    if (!this.#isInside()) await atRest;
    return [...this.#present].map(({ session }) => session);
  }

  #tellAllForTheLastTime(): void {
    this.#ending = true;
    for (const member of this.#present) {
      if (member.suspension !== undefined) {
        this.#end(member, 'closed');
        continue;
      }
      member.last = 'next';
      member.marked = true;
      this.#enlist(member);
    }
  }

  /** The time for a shutdown is over: nothing begins any more, and nothing is left that would keep the process alive. */
  #giveUp(): void {
    for (const member of this.#present) this.#end(member, 'shutdown');
    this.#endTurn();
  }

  #endTurn(): void {
    this.#turn?.();
    this.#turn = undefined;
  }

  #member(session: NotifierSession): Member<P> {
    const member = this.#members.get(session);
    if (member === undefined) throw new TypeError(`${this.name}: not a session of this notifier`);
    return member;
  }

  #goOn(member: Member<P>): void {
    member.suspension?.();
    member.suspension = undefined;
    member.marked ||= member.owed;
    this.#enlist(member);
  }

  /** Has a member told in the next round, if it can be. The round is never inside of this. */
  #enlist(member: Member<P>): void {
    if (!isReady(member)) return;
    this.#ready.add(member);
    if (this.#roundComes || this.#turn !== undefined) return;
    this.#roundComes = true;
    queueMicrotask(() => {
      this.#roundComes = false;
      this.#round();
    });
  }

  /** Tells all who are to be told, each once. Who is marked meanwhile is told in another turn, so that all get theirs. */
  #round(): void {
    // A copy: who is closed or suspended meanwhile is looked at again, who is marked meanwhile comes later.
    const ready = [...this.#ready];
    this.#ready.clear();
    if (ready.length === 0) return;
    this.#turn = alarm(this.#clock, 0, () => {
      this.#turn = undefined;
      this.#round();
    });
    for (const member of ready) {
      if (isReady(member)) this.#start(member);
    }
  }

  #start(member: Member<P>): void {
    const { session, current, generation } = member;
    const running = new AbortController();
    const { signal } = running;
    // Cleared before the call, so that a mark inside of it counts.
    member.marked = false;
    member.owed = false;
    member.running = running;
    if (member.last === 'next') member.last = 'begun';
    current.users += 1;
    const last = member.last === 'begun';
    const delivery = Object.freeze({ session, payload: current.payload, generation, signal, last });
    observer?.tell('deliver', () => ({ notifier: this.name, generation }));
    const section: Section = { of: this, weight: 0, outer: undefined, held: true };
    const work = new Promise((resolve) => {
      resolve(this.#inContext(() => enterSection(section, signal, () => this.#deliver(delivery))));
    });
    work
      .catch((error: unknown) => {
        member.owed = true;
        if (!signal.aborted || error !== signal.reason) this.#report(() => this.#options.onDeliveryError?.(error, delivery));
      })
      .finally(() => {
        leaveSection(section);
        this.#ended(member, current);
      });
  }

  #ended(member: Member<P>, held: Held<P>): void {
    member.running = undefined;
    held.users -= 1;
    if (member.last === 'begun') this.#end(member, 'closed');
    else this.#enlist(member);
    this.#releaseIfUnused(member, held);
  }

  /** Closes a member. What it says to others, by an abort, it says when everything is as it is to be. */
  #end(member: Member<P>, because: CancelReason): void {
    member.closed = true;
    member.suspension?.();
    this.#retire(member, member.current);
    this.#cancel(member.running, because);
  }

  #cancel(running: AbortController | undefined, because: CancelReason): void {
    running?.abort(new DeliveryCancelledError(this.name, because));
  }

  #retire(member: Member<P>, held: Held<P>): void {
    held.retired = true;
    this.#releaseIfUnused(member, held);
  }

  /** The hook is never called inside of a call of the user's: it may be made under a lock. */
  #releaseIfUnused(member: Member<P>, held: Held<P>): void {
    const isUnused = (): boolean => held.retired && held.users === 0 && !held.releasing;
    if (!isUnused()) return;
    queueMicrotask(() => {
      if (!isUnused()) return;
      held.releasing = true;
      void this.#release(member, held);
    });
  }

  async #release(member: Member<P>, held: Held<P>): Promise<void> {
    const { release, onReleaseError } = this.#options;
    try {
      await this.#outside(() => release?.(held.payload));
    } catch (error) {
      this.#report(() => onReleaseError?.(error, held.payload));
    }
    member.held.delete(held);
    if (member.held.size === 0) this.#present.delete(member);
    if (this.#ending && this.#present.size === 0) this.#endTurn();
    for (const look of [...this.#waits]) look();
  }

  /** Calls a hook for errors. There is nobody left who could be told what it throws itself. */
  #report(hook: () => void): void {
    try {
      this.#outside(hook);
    } catch {
      // As said.
    }
  }

  /** Calls a function of the user's as if from where the notifier was made, and not from whoever has marked last. */
  #outside<R>(fn: () => R): R {
    return this.#inContext(() => detached(fn));
  }

  /** Whether the calling code belongs to a delivery of this notifier, as far as its context tells. */
  #isInside(): boolean {
    return [...sectionsAround()].some(({ of }) => of === this);
  }

  /** Resolves when `done` says so; at the deadline calls `giveUp`, and then resolves. */
  #until(done: () => boolean, timeout = Infinity, giveUp?: () => void): Promise<void> {
    if (done()) return Promise.resolve();
    return new Promise((resolve) => {
      const end = (): void => {
        this.#waits.delete(look);
        stop();
        resolve();
      };
      const look = (): void => {
        if (done()) end();
      };
      const stop = alarm(this.#clock, Math.max(timeout, 0), () => {
        giveUp?.();
        end();
      });
      this.#waits.add(look);
    });
  }
}

function newHeld<P>(payload: P): Held<P> {
  return { payload, users: 0, retired: false, releasing: false };
}

/** Whether it can be told now. */
function isReady<P>({ marked, closed, running, suspension }: Member<P>): boolean {
  return marked && !closed && running === undefined && suspension === undefined;
}

function isOther<P>(member: Member<P>, generation: number | undefined): boolean {
  return generation !== undefined && generation !== member.generation;
}
