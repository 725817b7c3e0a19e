/** Which files there are to look at, and which of them are left out. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';

const SOURCE = /\.(?:[cm]?[jt]s|[jt]sx)$/;
const DECLARATION = /\.d\.(?:[cm]?ts|[\w-]+\.ts)$/;
const MINIFIED = /[.-]min\.[cm]?js$/;

/** Folders that hold no source of the project. */
const OUTSIDE = ['node_modules', '.git', 'dist', 'build', 'out', 'coverage', '.next', '.nuxt', '.turbo', '.cache', '.yarn'];

/** Larger files are generated; nesting 50,000 deep kills any parser's process. */
export const LARGEST_FILE = 2 * 1024 * 1024;

/** What a minifier leaves of lines: kept in a repository, it is somebody else's code. */
const PACKED_LINE = 1000;
const SMALLEST_PACKED = 20 * 1024;

function isPacked(text: string): boolean {
  if (text.length < SMALLEST_PACKED) return false;
  const most = text.length / PACKED_LINE;
  let lines = 1;
  for (let at = text.indexOf('\n'); at >= 0 && lines <= most; at = text.indexOf('\n', at + 1)) lines += 1;
  return lines <= most;
}

export const isSource = (file: string): boolean => SOURCE.test(file) && !DECLARATION.test(file) && !MINIFIED.test(file);

/** With `/` on every system. */
export const slashed = (file: string): string => (path.sep === '/' ? file : file.split(path.sep).join('/'));

/** The source files and the manifests below a folder, sorted; a rule in ESLint cannot wait for a promise. */
export function findSourcesSync(folder: string): { files: string[]; manifests: string[] } {
  const files: string[] = [];
  const manifests: string[] = [];
  const pending = [folder];
  const outside = new Set(OUTSIDE);
  while (pending.length > 0) {
    const current = pending.pop()!;
    let entries;
    try {
      entries = readdirSync(current, { withFileTypes: true });
    } catch {
      // A folder that cannot be read holds nothing that we could report on.
      continue;
    }
    for (const entry of entries) {
      const { name } = entry;
      if (entry.isDirectory()) {
        if (!outside.has(name) && !name.startsWith('.')) pending.push(`${current}/${name}`);
      } else if (entry.isFile()) {
        if (name === 'package.json') manifests.push(`${current}/${name}`);
        else if (isSource(name)) files.push(`${current}/${name}`);
      }
    }
  }
  return { files: files.sort(), manifests: manifests.sort() };
}

/** Looks into each folder once. */
export class Folders {
  readonly #names = new Map<string, ReadonlySet<string>>();

  hasFile(file: string): boolean {
    const slash = file.lastIndexOf('/');
    const folder = file.slice(0, slash) || '/';
    let names = this.#names.get(folder);
    if (!names) {
      names = new Set();
      try {
        names = new Set(
          readdirSync(folder, { withFileTypes: true })
            .filter((entry) => entry.isFile() || (entry.isSymbolicLink() && isFile(`${folder}/${entry.name}`)))
            .map((entry) => entry.name),
        );
      } catch {
        // No such folder: it has no files.
      }
      this.#names.set(folder, names);
    }
    return names.has(file.slice(slash + 1));
  }
}

function isFile(file: string): boolean {
  try {
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/** The folder whose project a file belongs to: the nearest one up that has a package.json, a lock file or .git at its side. */
export function projectRootOf(file: string): string {
  let folder = slashed(path.dirname(file));
  let nearest: string | undefined;
  for (;;) {
    if (existsSync(`${folder}/package.json`)) nearest ??= folder;
    if (existsSync(`${folder}/.git`) || existsSync(`${folder}/pnpm-workspace.yaml`)) return folder;
    const up = slashed(path.dirname(folder));
    if (up === folder) return nearest ?? slashed(path.dirname(file));
    folder = up;
  }
}

/** @throws Error with one clear sentence where the file cannot be read or is left out. */
export function readSource(file: string): string {
  const text = readFileSync(file, 'utf8');
  if (text.length > LARGEST_FILE) throw new Error(`larger than ${LARGEST_FILE / 1024 / 1024} MB, taken as generated`);
  if (isPacked(text)) throw new Error('in lines that nobody writes, taken as generated');
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}
