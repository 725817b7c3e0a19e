/**
 * The format in which knowledge about libraries is written: one table entry for each thing that a package exports.
 *
 * A *path* says how a value is reached from what the package exports:
 *
 *   `Mutex`             the export of that name; `default` is the default export and `module.exports` alike
 *   `Mutex#acquire`     a member of an instance: `new Mutex().acquire`, or of a value declared as `: Mutex`
 *   `default()`         what calling the export returns: `pLimit(1)`
 *   `default().get`     a member of what a call returns: `axios.create().get` is `default.create().get`
 *   `Knex.Transaction#` an instance itself, where a path is the answer: what a handle or a call's result is
 *   `*#send`            `*` stands for any one name or end of one (`waitUntil*`), `Stripe#**` for members of any depth;
 *                       a path spelt out goes before one with stars, and of these the one that is written first
 *
 * `default.x` and `x` are the same path (CommonJS and ES modules name the same thing differently), and an `await`
 * leaves no mark. Where one path has several entries, all of those apply whose `when` fits, the outermost first:
 * `retryWithLock` is a retry of a section, and holds nothing between two attempts.
 *
 * The same entries, under `settings.lockwright.models`, are how users describe their own code.
 */

/** Which of the things called locks it is; messages name it, and some effects matter only under some of them. */
export type LockKind =
  | 'mutex' | 'semaphore' | 'keyed lock' | 'queue' | 'web lock' | 'file lock' | 'distributed lock' | 'transaction';

/** How many may hold at once: a number, or where the call that makes the lock says so. */
export type Permits =
  | number
  /** The argument at this index: `new Semaphore(1)`. */
  | { readonly argument: number; readonly otherwise?: number }
  /** A property of the argument at this index: `new PQueue({ concurrency: 1 })`. A number there counts itself. */
  | { readonly argument: number; readonly property: string; readonly otherwise?: number };

/** Makes a condition of the call's arguments: the entry applies only where the argument is a function (or is not). */
export type When = 'callback' | 'no callback';

/** Runs its callback while it holds the lock, and holds until the callback's promise settles, unless it is `atOnce`. */
export interface Section {
  readonly does: 'section';
  /** The index of the callback among the arguments; `'last'`: the last that is a function (options may come before). */
  readonly callback: number | 'last';
  /** The index of the argument that names the lock (a key or a Web Lock's name). Absent: the receiver is the lock. */
  readonly key?: number;
  /** The index of the argument that *is* the lock (`withLock(mutex, fn)`), or an array of locks, all of them taken. */
  readonly lock?: number;
  readonly kind?: LockKind;
  /** The callback's parameter that is the handle of the transaction. */
  readonly handle?: number;
  /** The path, in the same package, of what the handle is: `Knex.Transaction#`. */
  readonly handleIs?: string;
  /** The call runs nothing yet: it gives a function that is the section (`db.transaction(fn)` of better-sqlite3). */
  readonly wraps?: true;
  /** With `wraps`, where the call that makes the section is the one that makes the lock: how many may hold at once. */
  readonly permits?: Permits;
  /** It does not wait for a promise: the lock ends when the callback returns. */
  readonly atOnce?: true;
  /** Whoever holds the lock may take it again. */
  readonly reentrant?: true;
  /** The callback's parameter that must be called to release, where the callback declares exactly this many. */
  readonly done?: { readonly parameter: number; readonly arity: number };
  readonly when?: When;
}

/** Waits for the lock and returns holding it. */
export interface Acquire {
  readonly does: 'acquire';
  /**
   * What the (awaited) result is: a function that releases; an object with releasing methods; a pair of a value and
   * a function; a boolean that says whether it is held; nothing (then a `release` of the same lock releases); or any
   * of these, where only the use of the result can tell.
   */
  readonly gives: 'releaser' | 'lease' | 'pair' | 'boolean' | 'nothing' | 'any';
  /** With `lease`: its methods that release. `Symbol.dispose` and `Symbol.asyncDispose` always do. */
  readonly releasedBy?: readonly string[];
  /** With `lease`: its path, in the same package (`Knex.Transaction#`). */
  readonly leaseIs?: string;
  /** True where the result may be null, undefined or false, and the lock is then not held (`tryAcquire`). */
  readonly maybe?: true;
  /** The option that makes it wait for the lock: without it, who does not get the lock at once is refused. */
  readonly waitsWith?: { readonly argument: number; readonly property: string };
  readonly key?: number;
  readonly kind?: LockKind;
  /** True where the call holds the lock when it returns, without an await. */
  readonly sync?: boolean;
  /** Whoever holds the lock may take it again. */
  readonly reentrant?: true;
  readonly when?: When;
}

/** Gives the lock back. */
export interface Release {
  readonly does: 'release';
  readonly key?: number;
  /** The index of the argument that is the lease or the lock. Absent: the receiver's lock. */
  readonly lease?: number;
  /** Does nothing where the lock is not held: `session.endSession()` aborts a transaction only if there is one. */
  readonly ifHeld?: true;
}

/**
 * Gives something of which there are few, and which somebody must give back: a pooled connection, a session. It
 * excludes nobody, so it is no lock; what it has in common with one is its life.
 */
export interface CheckOut {
  readonly does: 'check out';
  /** Its methods that give it back. */
  readonly releasedBy: readonly string[];
  /** Giving it back twice is an error. */
  readonly once?: true;
  /** Properties that are there without it, taken at its first use: who reads no more than these has taken nothing. */
  readonly apart?: readonly string[];
  readonly when?: When;
}

/** Calls its function again when it fails. */
export interface Retry {
  readonly does: 'retry';
  /** The index of the function (or of the options object that holds it under `property`). */
  readonly callback?: number | 'last';
  readonly property?: string;
  /** The call runs nothing yet: it gives a function that retries (`makeRetriable(fn)`). */
  readonly wraps?: true;
}

/** Makes a client that it is given retry, from then on, whatever it does (`axiosRetry(client)`). */
export interface MakesRetrying {
  readonly does: 'make retrying';
  /** The index of the client among the arguments. */
  readonly argument: number;
}

/** An effect that matters under a lock. */
export interface Effect {
  readonly does: 'sleep' | 'network' | 'process' | 'event' | 'storage' | 'callback';
  /** Happens before the call returns, so that not awaiting it changes nothing. */
  readonly sync?: boolean;
  /** For `storage`: which engine, where it is a server of its own (`redis`, `postgres`). */
  readonly engine?: string;
  /** For `sleep`: the index of the argument that gives the milliseconds; a literal 0 is no sleep. */
  readonly ms?: number;
  /** The path, in the same package, of what the call gives: `pool.connect()` is a `Client#`. */
  readonly gives?: string;
  /**
   * A builder: methods of what the call gives belong to it (`request.get(url).set(name, value)`). Without this and
   * without `gives`, nothing is known about what the call gives: a response's `data` is not the client.
   */
  readonly chain?: true;
  readonly when?: When;
}

/** Makes a lock (with `new` or by a call). Every export that is a lock class has one. */
export interface MakesLock {
  readonly does: 'make lock';
  readonly kind?: LockKind;
  /** Default 1. With more than one, it limits and does not exclude. */
  readonly permits?: Permits;
  /** The index of the argument that names the lock: same name, same lock (`new Mutex(redis, 'key')`). */
  readonly key?: number;
  /** The index of the argument that is the lock, which the result only wraps (`withTimeout(mutex, 100)`). */
  readonly of?: number;
  /** Whoever holds the lock may take it again: always, or where this property of the argument at the index says so. */
  readonly reentrant?: true | { readonly argument: number; readonly property: string };
}

/** Known, and without any effect that matters; also takes a member out of a package's `calls`. */
export interface Nothing {
  readonly does: 'nothing';
  /** The path, in the same package, of what the call gives: `default.create()` is as `default`. */
  readonly gives?: string;
  /** It gives a function that does what the argument at this index does: `promisify(fn)`. */
  readonly wraps?: number;
  /** Indexes of callbacks that it calls while it runs (`invokes`), as array methods do. */
  readonly invokes?: readonly number[];
  /**
   * The index of a key: it gives the lock that the receiver has for it (`accounts.of(id).acquire()`), the same that the
   * receiver's own members with a `key` take (`accounts.acquire(id)`).
   */
  readonly key?: number;
}

export type Does = Section | Acquire | Release | CheckOut | Retry | MakesRetrying | Effect | MakesLock | Nothing;

/** Through what statements are sent to a database, and how one says in which transaction it runs. */
export interface Handles {
  /** Paths of handles: clients, pools, connections, managers, repositories (`PrismaClient#`), or models (`Model`). */
  readonly of: readonly string[];
  /** Paths of those that are the handle of an open transaction. */
  readonly transactions?: readonly string[];
  /** Paths of calls that give a connection (or session) of its own, on which a transaction can be begun. */
  readonly connections?: readonly string[];
  /** Paths of handles that send each statement through whichever connection of a pool is free. */
  readonly pooled?: readonly string[];
  /** Paths of calls that give a handle on the one connection that the package itself keeps (`getManager()`). */
  readonly shared?: readonly string[];
  /** Names of exports that a generator writes into the project: known by name where the file is not there. */
  readonly generated?: readonly string[];
  /**
   * Names under which files export functions that get a handle in a transaction already (`up` of a migration), unless
   * the file exports `unless`, too.
   */
  readonly within?: { readonly exports: readonly string[]; readonly unless: string };
  /** Names of methods that send no statement: opening and closing the connection. */
  readonly aside?: readonly string[];
  /** The property of an argument that says in which transaction the statement runs (`{ transaction }`). */
  readonly option?: {
    readonly property: string;
    /** The index of that argument by the method's name, and for all others. */
    readonly at?: Readonly<Record<string, number>>;
    readonly otherwise: number;
  };
  /** Methods in a chain of calls whose argument says it (`query.transacting(trx)`). */
  readonly binds?: readonly string[];
  /** Path -> the index of the argument that says it (`Model.query(trx)`). */
  readonly argument?: Readonly<Record<string, number>>;
  /** A regular expression for the text that makes a client: a project that makes one has one database. */
  readonly made?: string;
  /**
   * Statements find the open transaction by themselves (continuation-local storage): always, or where a text of the
   * project has what this regular expression says. A connection of its own (`connections`) does not.
   */
  readonly carried?: true | string;
}

/** What is known about one package (or a family of them). */
export interface PackageModel {
  /** Package names; a `*` at the end stands for any rest (`@aws-sdk/client-*`). */
  readonly package: string | readonly string[];
  /**
   * What any call of something from this package does that `members` does not list, however deep its path. Only for
   * packages that exist to do this one thing (a HTTP client, a driver). Never for `new`.
   */
  readonly calls?: Effect;
  /** Path -> what calling it (or constructing it) does. */
  readonly members: Readonly<Record<string, Does | readonly Does[]>>;
  /**
   * Path -> the path that says more about it: a property (`DataSource#manager` is `EntityManager#`), a subclass or a
   * type (`Knex.Transaction#` has what `Knex#` has), another name. What `members` lists for the path itself goes first.
   */
  readonly aliases?: Readonly<Record<string, string>>;
  readonly handles?: Handles;
}

/**
 * Globals by path: `fetch`, `navigator.locks.request`, `LockManager#request`. Node's own modules are packages
 * (`node:fs`). `window.`, `self.` and `globalThis.` before a global are left out.
 */
export type GlobalModel = Readonly<Record<string, Does | readonly Does[]>>;

/**
 * What a method of this name does on a receiver that nothing else is known about. Only for names that mean one thing
 * in the whole field (`runExclusive`, `$transaction`); `certain` says that the name alone is proof enough.
 */
export interface MethodModel {
  readonly method: string;
  readonly is: Does;
  readonly certain: boolean;
  /** A pattern that the receiver's own name must match, where the method's name is not enough (`lock.acquire`). */
  readonly receiver?: RegExp;
  /** What the receiver is, where the method's name alone tells: a path of a package. */
  readonly on?: { readonly package: string; readonly path: string };
}

/** Everything that a set of tables says. */
export interface Knowledge {
  readonly packages: readonly PackageModel[];
  readonly globals: GlobalModel;
  readonly methods: readonly MethodModel[];
  /** What users say of what their own files export; the path is from the project's root, with `/`. */
  readonly files: readonly {
    readonly file: string;
    readonly members: PackageModel['members'];
    readonly aliases?: Readonly<Record<string, string>>;
    readonly handles?: Handles;
  }[];
}
