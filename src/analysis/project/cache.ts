/**
 * What is kept on disk between runs: what the cheap look found in each file (the project's index), and the findings of
 * a project none of whose files has changed since. One file, replaced as a whole, so that two linters at once at worst
 * do the work twice. Facts are not kept: reading them back costs more than parsing (docs/decisions/0003-cache.md).
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import type { Finding } from '../finding.js';
import { staysIn } from './files.js';
import type { Problem } from './project.js';

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

/** A file as it was when it was looked at. */
interface KnownFile {
  /** Modification time in milliseconds, and size in bytes. */
  readonly at: readonly [number, number];
  readonly look: Look;
  /** Whether there could be something to find in it; absent where nobody has asked. */
  readonly interesting?: boolean;
  /** Rules with options, by their place in `keys`, that found nothing in it: most files are silent under most rules. */
  readonly silent?: readonly number[];
}

interface Stored {
  readonly version: string;
  /** Rules with options. */
  readonly keys: readonly string[];
  readonly files: Record<string, KnownFile>;
  /** Of all files, as they were when the findings were made. */
  readonly digest: string;
  /** By rule and options, then by file, where there are any. */
  readonly findings: Record<string, Record<string, readonly Finding[]>>;
  /** Files that could not be analysed, and what is wrong with the project's configuration. */
  readonly problems: readonly Problem[];
  readonly notes: readonly Problem[];
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
  readonly #before: Stored | undefined;
  readonly #stats = new Map<string, readonly [number, number] | undefined>();
  readonly #findings = new Map<string, Map<string, readonly Finding[]>>();
  #digest: string | undefined;
  #isCurrent: boolean | undefined;
  #changed = false;

  /**
   * @param version Of everything that findings depend on besides the files: ours, and the settings.
   * @param files The project's files, asked for when they are needed.
   */
  constructor(
    readonly root: string,
    version: string,
    readonly files: () => readonly string[],
  ) {
    this.#version = version;
    this.#file = cacheFile(root, version);
    this.#before = this.#file !== undefined ? read(this.#file, version) : undefined;
  }

  #stat(file: string): readonly [number, number] | undefined {
    if (!this.#stats.has(file)) this.#stats.set(file, statOf(file));
    return this.#stats.get(file);
  }

  /** What was found in the file when it was last looked at, if it has not changed since. */
  look(file: string): Look | undefined {
    const known = this.#before?.files[file];
    const now = known && this.#stat(file);
    return now && known.at[0] === now[0] && known.at[1] === now[1] ? known.look : undefined;
  }

  /** Whether no file of the project has changed since the findings were kept. */
  get isCurrent(): boolean {
    this.#isCurrent ??= this.#before !== undefined && this.#before.digest === this.#digestNow();
    return this.#isCurrent;
  }

  #digestNow(): string {
    if (this.#digest === undefined) {
      const hash = createHash('sha1');
      for (const file of this.files()) {
        const at = this.#stat(file);
        hash.update(`${file}\0${at?.[0] ?? ''}\0${at?.[1] ?? ''}\n`);
      }
      this.#digest = hash.digest('hex');
    }
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
  save(
    looks: ReadonlyMap<string, Look>,
    interesting: ReadonlyMap<string, boolean>,
    problems: readonly Problem[],
    notes: readonly Problem[],
  ): void {
    if (this.#file === undefined || !this.#changed) return;
    // Another process may have kept something meanwhile: what it found of the same files is as good as ours.
    const digest = this.#digestNow();
    const stored = read(this.#file, this.#version);
    const other = stored?.digest === digest ? stored : undefined;
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
    for (const file of this.files()) {
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
    const now: Stored = { version: this.#version, keys, files, digest, findings, problems, notes };
    const temporary = `${this.#file}.${process.pid}.${Math.random().toString(36).slice(2)}`;
    try {
      mkdirSync(this.#file.slice(0, this.#file.lastIndexOf('/')), { recursive: true });
      writeFileSync(temporary, JSON.stringify(now), { flag: 'wx' });
      renameSync(temporary, this.#file);
      this.#changed = false;
    } catch {
      rmSync(temporary, { force: true });
    }
  }
}

const NOTHING: readonly Finding[] = [];

function statOf(file: string): readonly [number, number] | undefined {
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

function isStored(stored: Stored | null, version: string): boolean {
  if (stored === null || typeof stored !== 'object' || stored.version !== version || typeof stored.digest !== 'string') return false;
  if (typeof stored.files !== 'object' || stored.files === null || !Array.isArray(stored.problems)) return false;
  if (!Array.isArray(stored.notes) || !Array.isArray(stored.keys)) return false;
  if (![...stored.problems, ...stored.notes].every(isProblem) || !stored.keys.every(isString)) return false;
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
