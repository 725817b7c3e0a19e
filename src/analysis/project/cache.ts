/**
 * What is kept on disk between runs: what the cheap look found in each file (the project's index), and the findings of
 * a project none of whose files has changed since. One file, replaced as a whole, so that two linters at once at worst
 * do the work twice. Facts are not kept: reading them back costs more than parsing (docs/decisions/0003-cache.md).
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';
import type { Finding } from '../finding.js';
import { staysIn } from './files.js';
import { oneAtATime, remove } from './lease.js';
import type { Problem, Project } from './project.js';

/** What the cheap look at a text found. */
export interface Look {
  readonly locks: boolean;
  /** Whether two tasks may meet at a shared reference in it. */
  readonly races: boolean;
  /** Whether it may write to configuration. */
  readonly configures: boolean;
  readonly heirs: readonly string[];
  readonly imports: readonly string[];
  readonly reexports: readonly string[];
  /** Of the text, so that a host's text can be told from what is on disk. */
  readonly hash: string;
}

/** Modification time in milliseconds, and size in bytes. */
type Stamp = readonly [number, number];

/** A file as it was when it was looked at. */
interface KnownFile {
  readonly at: Stamp;
  readonly look: Look;
  /** Whether there could be something to find in it; absent where nobody has asked. */
  readonly interesting?: boolean;
  /** Rules with options, by their place in `keys`, that found nothing in it: most files are silent under most rules. */
  readonly silent?: readonly number[];
}

/** Files that take locks for callers: by which names, and whether by their default export. */
export type KeptTakers = readonly (readonly [file: string, names: readonly string[], isDefault: boolean])[];

/** What is kept besides findings. */
export interface Index {
  readonly looks: ReadonlyMap<string, Look>;
  readonly interesting: ReadonlyMap<string, boolean>;
  /** Absent where nobody has asked. */
  readonly takers?: KeptTakers;
  readonly problems: readonly Problem[];
  readonly notes: readonly Problem[];
}

interface Stored {
  readonly version: string;
  /** Rules with options. */
  readonly keys: readonly string[];
  readonly files: Record<string, KnownFile>;
  /** Of all files, manifests and tsconfigs, as they were when the findings were made. */
  readonly digest: string;
  /** Files outside of the project that imports have led to. */
  readonly outside: Readonly<Record<string, Stamp>>;
  /** By rule and options, then by file, where there are any. */
  readonly findings: Record<string, Record<string, readonly Finding[]>>;
  /** Files that could not be analysed, and what is wrong with the project's configuration. */
  readonly problems: readonly Problem[];
  readonly notes: readonly Problem[];
  readonly takers?: KeptTakers;
}

export const hashOf = (text: string): string => createHash('sha1').update(text).digest('base64');

/** Where a project's cache is kept; undefined where there is no place for one. */
function cacheFile(root: string, key: string): string | undefined {
  const name = `${createHash('sha1').update(`${root}\0${key}`).digest('hex').slice(0, 16)}.json`;
  const chosen = process.env['LOCKWRIGHT_CACHE'];
  if (chosen !== undefined && chosen !== '') return `${chosen}/${name}`;
  const folder = `${root}/node_modules/.cache/lockwright`;
  // What a link of the project's own leads to is not ours to write in.
  return existsSync(`${root}/node_modules`) && staysIn(root, folder) ? `${folder}/${name}` : undefined;
}

export class Cache {
  readonly #file: string | undefined;
  readonly #version: string;
  #before: Stored | undefined;
  readonly #stats = new Map<string, Stamp | undefined>();
  readonly #findings = new Map<string, Map<string, readonly Finding[]>>();
  #digest: string | undefined;
  #isCurrent: boolean | undefined;
  #changed = false;

  /** @param version Of everything that findings depend on besides the files: ours, and the settings. */
  constructor(
    version: string,
    readonly project: Pick<Project, 'root' | 'files' | 'inputs' | 'outside'>,
  ) {
    this.#version = version;
    this.#file = cacheFile(project.root, version);
    this.#before = this.#file !== undefined ? read(this.#file, version) : undefined;
  }

  #stat(file: string): Stamp | undefined {
    if (!this.#stats.has(file)) this.#stats.set(file, statOf(file));
    return this.#stats.get(file);
  }

  /** What was found in the file when it was last looked at, if it has not changed since. */
  look(file: string): Look | undefined {
    const known = this.#before?.files[file];
    return known && this.#isAsOf(file, known.at) ? known.look : undefined;
  }

  #isAsOf(file: string, at: Stamp): boolean {
    const now = this.#stat(file);
    return now !== undefined && at[0] === now[0] && at[1] === now[1];
  }

  /** Before the files are read: what is found is true of them as they are now. */
  begin(): void {
    this.#digestNow();
  }

  /** Which of the files are others than when they were last looked at, for processes that live on. */
  changed(files: readonly string[]): string[] {
    const changed: string[] = [];
    for (const file of new Set(files)) {
      const now = statOf(file);
      const before = this.#stats.get(file);
      if (this.#stats.has(file) && (before?.[0] !== now?.[0] || before?.[1] !== now?.[1])) changed.push(file);
      this.#stats.set(file, now);
    }
    return changed;
  }

  /** Whether nothing that the findings rest on has changed since they were kept. */
  get isCurrent(): boolean {
    this.#isCurrent ??= this.#before !== undefined && this.#isOfNow(this.#before);
    return this.#isCurrent;
  }

  #isOfNow({ digest, outside }: Stored): boolean {
    return digest === this.#digestNow() && Object.entries(outside).every(([file, at]) => this.#isAsOf(file, at));
  }

  #digestNow(): string {
    this.#digest ??= digestOf(this.project.inputs, (file) => this.#stat(file)?.join('\0') ?? '');
    return this.#digest;
  }

  findings(key: string, file: string): readonly Finding[] | undefined {
    if (!this.isCurrent) return undefined;
    const { findings, keys, files } = this.#before!;
    return findings[key]?.[file] ?? (files[file]?.silent?.includes(keys.indexOf(key)) ? NOTHING : undefined);
  }

  get problems(): readonly Problem[] {
    return this.isCurrent ? this.#before!.problems : [];
  }

  get notes(): readonly Problem[] {
    return this.isCurrent ? this.#before!.notes : [];
  }

  get takers(): KeptTakers | undefined {
    return this.isCurrent ? this.#before!.takers : undefined;
  }

  /** An answer for the whole project; of several threads, one works it out and keeps it, and the others wait and read it. */
  once<T>(kept: () => T | undefined, work: () => T): T {
    const known = kept();
    if (known !== undefined) return known;
    // Processes of their own do not wait for each other: an editor must not stand still for a run on a terminal.
    if (isMainThread || this.#file === undefined) return work();
    return oneAtATime(this.#lease, () => {
      this.#before = read(this.#file!, this.#version);
      this.#isCurrent = undefined;
      return kept() ?? work();
    });
  }

  get #lease(): string {
    return `${this.#file!}.lease`;
  }

  interesting(file: string): boolean | undefined {
    return this.isCurrent ? this.#before!.files[file]?.interesting : undefined;
  }

  keep(key: string, file: string, findings: readonly Finding[]): void {
    let files = this.#findings.get(key);
    if (!files) this.#findings.set(key, (files = new Map()));
    files.set(file, findings);
    this.#changed = true;
  }

  /** Writes what is new; a cache that cannot be written is no reason to fail. */
  save(index: Index): void {
    if (this.#file === undefined || !this.#changed) return;
    // What two threads have found at the same time is all kept.
    if (isMainThread) this.write(index);
    else oneAtATime(this.#lease, () => this.write(index));
  }

  /** The same, whether or not anything was found. */
  write({ looks, interesting, takers, problems, notes }: Index): void {
    if (this.#file === undefined) return;
    // Another process may have kept something meanwhile: what it found of the same files is as good as ours.
    const stored = read(this.#file, this.#version);
    const other = stored && this.#isOfNow(stored) ? stored : undefined;
    const keys = [...new Set([...(other?.keys ?? []), ...this.#findings.keys()])];
    const findings: Record<string, Record<string, readonly Finding[]>> = { ...other?.findings };
    const silent = new Map<string, Set<number>>();
    for (const [key, found] of this.#findings) {
      const index = keys.indexOf(key);
      const some = { ...findings[key] };
      for (const [file, list] of found) {
        if (list.length > 0) some[file] = list;
        else if (silent.has(file)) silent.get(file)!.add(index);
        else silent.set(file, new Set([index]));
      }
      findings[key] = some;
    }
    const files: Record<string, KnownFile> = {};
    for (const file of this.project.files) {
      const at = this.#stat(file);
      const look = looks.get(file) ?? this.look(file);
      if (!at || !look) continue;
      const before = other?.files[file];
      const isInteresting = interesting.get(file) ?? before?.interesting;
      files[file] = {
        at,
        look,
        ...(isInteresting !== undefined && { interesting: isInteresting }),
        silent: [...new Set([...(before?.silent ?? []), ...(silent.get(file) ?? [])])],
      };
    }
    const outside: Record<string, Stamp> = { ...other?.outside };
    for (const file of this.project.outside) {
      const at = this.#stat(file);
      if (at) outside[file] = at;
    }
    const kept = takers ?? other?.takers;
    const now: Stored = { version: this.#version, keys, files, digest: this.#digestNow(), outside, findings, problems, notes, ...(kept && { takers: kept }) };
    const temporary = `${this.#file}.${process.pid}.${Math.random().toString(36).slice(2)}`;
    try {
      mkdirSync(this.#file.slice(0, this.#file.lastIndexOf('/')), { recursive: true });
      writeFileSync(temporary, JSON.stringify(now), { flag: 'wx' });
      renameSync(temporary, this.#file);
      this.#changed = false;
    } catch {
      remove(temporary);
    }
  }
}

/** One word for many files, each with what tells one version of it from another. */
export function digestOf(files: readonly string[], versionOf: (file: string) => string): string {
  const hash = createHash('sha1');
  for (const file of files) hash.update(`${file}\0${versionOf(file)}\n`);
  return hash.digest('hex');
}

const NOTHING: readonly Finding[] = [];

export function statOf(file: string): Stamp | undefined {
  try {
    const { mtimeMs, size } = statSync(file);
    return [mtimeMs, size];
  } catch {
    return undefined;
  }
}

/** A cache of another version, or one that is damaged, is none. */
function read(file: string, version: string): Stored | undefined {
  try {
    const stored = JSON.parse(readFileSync(file, 'utf8')) as Stored;
    return isStored(stored, version) ? stored : undefined;
  } catch {
    return undefined;
  }
}

const isTaker = (one: unknown): boolean =>
  Array.isArray(one) && typeof one[0] === 'string' && Array.isArray(one[1]) && one[1].every((name) => typeof name === 'string') && typeof one[2] === 'boolean';

function isStored(stored: Stored | null, version: string): boolean {
  if (stored === null || typeof stored !== 'object' || stored.version !== version || typeof stored.digest !== 'string') return false;
  if (typeof stored.files !== 'object' || stored.files === null || !Array.isArray(stored.problems)) return false;
  if (!Array.isArray(stored.notes) || !Array.isArray(stored.keys)) return false;
  const { takers } = stored;
  if (takers !== undefined && !(Array.isArray(takers) && takers.every(isTaker))) return false;
  if (typeof stored.outside !== 'object' || stored.outside === null || !Object.values(stored.outside).every(Array.isArray)) return false;
  if (!stored.problems.every(isProblem) || !stored.notes.every(isProblem) || !stored.keys.every(isString)) return false;
  for (const { at, look, silent } of Object.values(stored.files)) {
    if (!Array.isArray(at) || !Array.isArray(silent ?? []) || typeof look?.hash !== 'string') return false;
    if (![look.locks, look.races, look.configures].every((flag) => typeof flag === 'boolean')) return false;
    if (![look.heirs, look.imports, look.reexports].every((list) => Array.isArray(list) && list.every(isString))) return false;
  }
  if (typeof stored.findings !== 'object' || stored.findings === null) return false;
  // What the findings say is looked at when they are served: it depends on the rule.
  return Object.values(stored.findings).every(
    (files) => typeof files === 'object' && files !== null && Object.values(files).every(Array.isArray),
  );
}

const isString = (value: unknown): boolean => typeof value === 'string';

const isProblem = (value: Partial<Problem> | null): boolean => isString(value?.file) && isString(value?.message);
