/**
 * Which answers rest on what, kept while a process lives on and files change under it. Every answer has a ground; while
 * it is worked out, all that is read is noted to be rested on by it: parts of files and other answers. When a part of a
 * file changes, the answers that rest on it go, and those that rest on them; all others stay.
 *
 * Nothing is noted in a process that looks at each file once: nobody asks for a ground there.
 */

/** Where answers are kept: one of them has to go. */
export interface Keeper<K> {
  drop(key: K): void;
}

const NONE: Ground[] = [];
/** Notes of the same answer are thrown out when there are so many. */
const FIRST_SWEEP = 16;

/** What an answer stands on, and which others stand on it. */
export class Ground {
  /** Taken back: whatever rests on it has to be worked out again. */
  gone = false;
  #users: Ground[] = NONE;
  #sweepAt = FIRST_SWEEP;

  constructor(
    readonly keeper?: Keeper<unknown>,
    readonly key?: unknown,
  ) {}

  /** Notes that the answer in the making rests on this. */
  rest(): void {
    if (current === undefined || current === this) return;
    if (this.#users === NONE) {
      this.#users = [current];
      return;
    }
    if (this.#users[this.#users.length - 1] === current) return;
    this.#users.push(current);
    if (this.#users.length < this.#sweepAt) return;
    this.#users = [...new Set(this.#users)].filter((user) => !user.gone);
    this.#sweepAt = Math.max(FIRST_SWEEP, this.#users.length * 2);
  }

  /** Who rests on it; it is done with after that. */
  take(): readonly Ground[] {
    const users = this.#users;
    this.#users = NONE;
    return users;
  }
}

/** The answer in the making. */
let current: Ground | undefined;

/** Works something out that rests on what is read meanwhile. */
export function within<T>(ground: Ground | undefined, work: () => T): T {
  if (ground === undefined || ground === current) return work();
  const outer = current;
  current = ground;
  try {
    return work();
  } finally {
    current = outer;
  }
}

/** Works something out whose readings concern nobody. */
export function apart<T>(work: () => T): T {
  const outer = current;
  current = undefined;
  try {
    return work();
  } finally {
    current = outer;
  }
}

/** Takes grounds back, and whatever rests on them. */
function takeBack(grounds: Iterable<Ground | undefined>): void {
  const pending = [...grounds];
  for (const ground of pending) {
    if (ground === undefined || ground.gone) continue;
    ground.gone = true;
    ground.keeper?.drop(ground.key);
    for (const user of ground.take()) if (!user.gone) pending.push(user);
  }
}

/** Something that is read, and changes: each time it does, those who have read it learn of it. */
export class Source {
  #ground: Ground | undefined;

  read(): void {
    if (current === undefined) return;
    this.#ground ??= new Ground();
    this.#ground.rest();
  }

  get isRead(): boolean {
    return this.#ground !== undefined;
  }

  change(): void {
    const ground = this.#ground;
    this.#ground = undefined;
    takeBack([ground]);
  }
}

/** Sources by key, each made when it is first read. */
export class Sources<K> {
  readonly #sources = new Map<K, Source>();

  read(key: K): void {
    if (current === undefined) return;
    let source = this.#sources.get(key);
    if (!source) this.#sources.set(key, (source = new Source()));
    source.read();
  }

  change(key: K): void {
    this.#sources.get(key)?.change();
  }

  changeAll(): void {
    for (const source of this.#sources.values()) source.change();
  }

  /** Keys that somebody rests on. */
  get inUse(): K[] {
    return [...this.#sources].flatMap(([key, source]) => (source.isRead ? [key] : []));
  }
}

/** Answers by key. One that is being worked out may be asked for: what is known of it until then is given. */
export class Answers<K, T> implements Keeper<K> {
  readonly #known = new Map<K, T>();
  #grounds: Map<K, Ground> | undefined;

  /** @param follows Whether changes are followed: without that nothing is noted. */
  constructor(readonly follows: boolean) {}

  get(key: K): T | undefined {
    if (this.follows) this.#ground(key).rest();
    return this.#known.get(key);
  }

  set(key: K, answer: T): void {
    this.#known.set(key, answer);
  }

  /** Works something out for the answer of this key. */
  within<R>(key: K, work: () => R): R {
    return this.follows ? within(this.#ground(key), work) : work();
  }

  /** What is known of it is not the whole answer. */
  forget(key: K): void {
    this.#known.delete(key);
  }

  drop(key: K): void {
    this.#known.delete(key);
    this.#grounds?.delete(key);
  }

  clear(): void {
    this.#known.clear();
  }

  #ground(key: K): Ground {
    this.#grounds ??= new Map();
    let ground = this.#grounds.get(key);
    if (!ground) this.#grounds.set(key, (ground = new Ground(this, key)));
    return ground;
  }
}

/** Answers by file and a number: what is asked of functions and their temps. */
export class PerFile<T> {
  readonly #files = new Map<string, Answers<number, T>>();

  constructor(readonly follows: boolean) {}

  get(file: string, key: number): T | undefined {
    return this.follows ? this.#of(file).get(key) : this.#files.get(file)?.get(key);
  }

  set(file: string, key: number, answer: T): void {
    this.#of(file).set(key, answer);
  }

  /** Works something out for an answer. */
  within<R>(file: string, key: number, work: () => R): R {
    return this.follows ? this.#of(file).within(key, work) : work();
  }

  clear(): void {
    for (const answers of this.#files.values()) answers.clear();
  }

  #of(file: string): Answers<number, T> {
    let answers = this.#files.get(file);
    if (!answers) this.#files.set(file, (answers = new Answers(this.follows)));
    return answers;
  }
}
