// Which held sections the running code is inside of, so that a lock is not awaited by the code that holds it. Three
// sources, each exact about what it knows:
//   the synchronous part of a section, up to its first await: a variable, everywhere and for nearly nothing;
//   the signal of an attempt of `retryWithLock`, passed on to what belongs to it: everywhere, for one look-up;
//   the asynchronous context, where the platform has AsyncLocalStorage.
//
// What the third costs decides its design. On Node.js 20 and 22 every await of the process takes 2.7 to 3.2 times as
// long while a storage is in use, on 24 nothing more; once the storage is disabled the cost is gone again (measured,
// see docs/runtime/retry-with-lock.md). So there is one storage for the whole package, made at first use, in use only
// while some attempt runs: back-offs and waits, where a retry spends its time, are free of it.

/** One section that is held, and what it holds. */
export interface Section {
  /** Whose permits these are: a core of this package, or the lock itself where it is of another. */
  readonly of: object;
  /** How many. Of another package's lock, whose number is not known, Infinity. */
  readonly weight: number;
  /** The section that it runs inside of. */
  readonly outer: Section | undefined;
  /** False once it has been left, for all code that still has it in its context. */
  held: boolean;
  /** Where the lock was taken, of a section of a lock while lockdep is on. */
  readonly taken?: Error;
  /** The lock's name, of a section of a lock. */
  readonly lock?: string;
}

/** The part of AsyncLocalStorage that is used. */
interface ContextStorage {
  run<R>(store: Section | undefined, fn: () => R): R;
  getStore(): Section | undefined;
  disable(): void;
}

/** How many sections with an asynchronous context run now. */
let inUse = 0;
const sectionOfSignal = new WeakMap<AbortSignal, Section>();
let synchronous: Section | undefined;
let storage: ContextStorage | undefined;
/** Whether a section may have been kept by what outlives it: from the first one on that is entered with its awaits. */
export let outlived = false;

/** Runs the synchronous part of `body` inside a section: its first await leaves it. */
export function inside<R>(section: Section | undefined, body: () => R): R {
  const before = synchronous;
  synchronous = section;
  try {
    return body();
  } finally {
    synchronous = before;
  }
}

/**
 * The innermost section of the calling code; it may have ended. This and `heldAround` know the synchronous parts alone
 * until the first section is entered with its awaits, so that a bundle of locks alone has nothing of the rest.
 */
export let innermostSection = (): Section | undefined => synchronous;

/** How many permits of `of` the sections around the calling code hold, by its context and by the signal it was given. */
export let heldAround: (of: object, signal?: AbortSignal) => number = (of) => {
  let permits = 0;
  for (let section = synchronous; section; section = section.outer) if (section.of === of) permits += section.weight;
  return permits;
};

/** The section that a signal belongs to: the attempt of `retryWithLock` that it was given to. */
export function sectionOf(signal: AbortSignal | undefined): Section | undefined {
  return signal && sectionOfSignal.get(signal);
}

/** The sections around the calling code that are held, from the inside out. */
export function sectionsAround(signal?: AbortSignal): Section[] {
  const around = new Set<Section>();
  for (let section of [innermostSection(), sectionOf(signal)]) {
    for (; section; section = section.outer) if (section.held) around.add(section);
  }
  return [...around];
}

/** Starts `body` inside a section, all its awaits included, until `leaveSection`. `signal` belongs to it from now on. */
export function enterSection<R>(section: Section, signal: AbortSignal | undefined, body: () => R): R {
  if (signal !== undefined) sectionOfSignal.set(signal, section);
  inUse += 1;
  if (!outlived) {
    outlived = true;
    storage = findStorage();
    innermostSection = () => synchronous ?? storage?.getStore();
    heldAround = (of, signal) => sectionsAround(signal).reduce((sum, it) => sum + (it.of === of ? it.weight : 0), 0);
  }
  return runIn(section, body);
}

/** Ends a section, for all code that still has it in its context. */
export function leaveSection(section: Section): void {
  section.held = false;
  inUse -= 1;
  if (inUse === 0) storage?.disable();
}

/** Makes a signal stand for the section that another one stands for. */
export function shareSection(from: AbortSignal, to: AbortSignal): void {
  const section = sectionOfSignal.get(from);
  if (section !== undefined) sectionOfSignal.set(to, section);
}

/**
 * Runs `fn` as if it had been called outside of every section, and returns what it returns. For work that is started
 * inside a section but not awaited by it, and that may wait for the same lock: it gets its turn after the section.
 * (Awaiting it inside the section after all would be the deadlock that `SelfDeadlockError` otherwise tells of.)
 */
export function detached<R>(fn: () => R): R {
  return runIn(undefined, fn);
}

/** A storage that is not in use is not taken into use by this. */
function runIn<R>(section: Section | undefined, body: () => R): R {
  if (storage === undefined || inUse === 0) return inside(section, body);
  return storage.run(section, () => inside(section, body));
}

/** Node.js from 20.16 and 22.3 on, and those that follow it, give their modules synchronously and by name. */
function findStorage(): ContextStorage | undefined {
  interface Host {
    readonly process?: { getBuiltinModule?(id: string): { AsyncLocalStorage?: new () => ContextStorage } | undefined };
  }
  const hooks = (globalThis as Host).process?.getBuiltinModule?.('node:async_hooks');
  return hooks?.AsyncLocalStorage === undefined ? undefined : new hooks.AsyncLocalStorage();
}
