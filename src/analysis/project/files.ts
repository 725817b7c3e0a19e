/** Which files there are to look at, and which of them are left out. */
import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';

const SOURCE = /\.(?:[cm]?[jt]s|[jt]sx)$/;
const DECLARATION = /\.d\.(?:[cm]?ts|[\w-]+\.ts)$/;
const MINIFIED = /[.-]min\.[cm]?js$/;
/** By whatever name a tsconfig is extended. */
const CONFIGURATION = /^(?:ts|js)config\b.*\.json$|^pnpm-workspace\.yaml$/;

/** Folders that hold no source of the project. */
const OUTSIDE = ['node_modules', '.git', 'dist', 'build', 'out', 'coverage', '.next', '.nuxt', '.turbo', '.cache', '.yarn'];

/** Larger files are generated; nesting 50,000 deep kills any parser's process. */
const LARGEST_FILE = 2 * 1024 * 1024;

/** What a minifier leaves of lines: kept in a repository, it is somebody else's code. */
const PACKED_LINE = 1000;
const SMALLEST_PACKED = 20 * 1024;
/** Of so many characters one ends a statement or begins a block: in a long line that is data, none does. */
const STATEMENT = 500;

function isPacked(text: string): boolean {
  if (text.length < SMALLEST_PACKED) return false;
  const most = text.length / PACKED_LINE;
  let lines = 1;
  for (let at = text.indexOf('\n'); at >= 0 && lines <= most; at = text.indexOf('\n', at + 1)) lines += 1;
  if (lines > most) return false;
  let statements = 0;
  for (let at = 0; at < text.length; at++) {
    const c = text.charCodeAt(at);
    // ; {
    if (c === 59 || c === 123) statements += 1;
  }
  return statements >= text.length / STATEMENT;
}

export const isSource = (file: string): boolean => SOURCE.test(file) && !DECLARATION.test(file) && !MINIFIED.test(file);

/** Scripts among markup: a host's parser may give us the program of such a file, we have no parser for it. */
export const isAmongMarkup = (file: string): boolean => /\.(?:vue|svelte)$/.test(file);

/** With `/` on every system. */
export const slashed = (file: string): string => (path.sep === '/' ? file : file.split(path.sep).join('/'));

/** What there is of a project below its folder, sorted. */
export interface Listing {
  readonly files: readonly string[];
  /** The package.json files. */
  readonly manifests: readonly string[];
  /** The tsconfigs: what imports lead to rests on them. */
  readonly configurations?: readonly string[];
}

/** At once: a rule in ESLint cannot wait for a promise. */
export function findSourcesSync(folder: string): Required<Listing> {
  const files: string[] = [];
  const manifests: string[] = [];
  const configurations: string[] = [];
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
        else if (CONFIGURATION.test(name)) configurations.push(`${current}/${name}`);
        else if (isSource(name)) files.push(`${current}/${name}`);
      }
    }
  }
  return { files: files.sort(), manifests: manifests.sort(), configurations: configurations.sort() };
}

/**
 * Whether a path, or what there is of it, lies within a folder when all links are followed. Nothing outside of a project
 * is read as a part of it, and nothing written: whoever wrote the project may have put links into it.
 */
export function staysIn(folder: string, file: string): boolean {
  const root = realPath(folder);
  for (let part = file; ; part = part.slice(0, part.lastIndexOf('/'))) {
    const real = realPath(part);
    if (real !== undefined) return real === root || real.startsWith(root === '/' ? root : `${root}/`);
    if (!part.includes('/')) return false;
  }
}

function realPath(file: string): string | undefined {
  try {
    return slashed(realpathSync.native(file || '/'));
  } catch {
    return undefined;
  }
}

/** Whether a source file is one that would be found below the folder: there, in no folder that is left out, and no link. */
export function belongs(folder: string, file: string): boolean {
  if (!file.startsWith(`${folder}/`)) return false;
  const names = file.slice(folder.length + 1).split('/').slice(0, -1);
  if (names.some((name) => name.startsWith('.') || OUTSIDE.includes(name))) return false;
  try {
    return slashed(realpathSync(file)) === file;
  } catch {
    return false;
  }
}

/** Looks into each folder of a project once. */
export class Folders {
  readonly #names = new Map<string, ReadonlySet<string>>();

  constructor(readonly root: string) {}

  hasFile(file: string): boolean {
    const slash = file.lastIndexOf('/');
    const folder = file.slice(0, slash) || '/';
    let names = this.#names.get(folder);
    if (!names) {
      names = new Set();
      try {
        if (staysIn(this.root, folder)) names = new Set(this.#filesIn(folder));
      } catch {
        // No such folder: it has no files.
      }
      this.#names.set(folder, names);
    }
    return names.has(file.slice(slash + 1));
  }

  #filesIn(folder: string): string[] {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isFile() || (entry.isSymbolicLink() && this.#isLinkInside(`${folder}/${entry.name}`)))
      .map((entry) => entry.name);
  }

  #isLinkInside(link: string): boolean {
    return isFile(link) && staysIn(this.root, link);
  }
}

function isFile(file: string): boolean {
  try {
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/**
 * The folder whose project a file belongs to: the nearest one up that has .git or a pnpm workspace; else the outermost
 * one whose package.json has workspaces, or the nearest one that has a package.json.
 */
export function projectRootOf(file: string): string {
  let folder = slashed(path.dirname(file));
  const packages: string[] = [];
  for (;;) {
    if (existsSync(`${folder}/package.json`)) packages.push(folder);
    if (existsSync(`${folder}/.git`) || existsSync(`${folder}/pnpm-workspace.yaml`)) return folder;
    const up = slashed(path.dirname(folder));
    if (up === folder) return packages.findLast(hasWorkspaces) ?? packages[0] ?? slashed(path.dirname(file));
    folder = up;
  }
}

/** What a copy without .git is known by: an archive, or a folder of a container's image. */
function hasWorkspaces(folder: string): boolean {
  try {
    return (JSON.parse(readFileSync(`${folder}/package.json`, 'utf8')) as { workspaces?: unknown } | null)?.workspaces !== undefined;
  } catch {
    return false;
  }
}

/** The first lines of what esbuild, Rollup (and its plugin for CommonJS) and webpack's wrappers put before everything else. */
const BUNDLED = /^(?:var|const|let) (?:__(?:create|defProp|getOwnPropNames|commonJS|toESM|webpack_modules__|webpack_require__)|commonjsGlobal|getDefaultExportFromCjs) = /m;
const HEAD = 2000;

/** Why a text is left out as one that nobody wrote; undefined where it is not. */
export function whyGenerated(text: string): string | undefined {
  if (text.length > LARGEST_FILE) return `larger than ${LARGEST_FILE / 1024 / 1024} MB, taken as generated`;
  if (BUNDLED.test(text.slice(0, HEAD))) return 'put together by a bundler, taken as generated';
  return isPacked(text) ? 'in lines that nobody writes, taken as generated' : undefined;
}

/** @throws Error with one clear sentence where the file cannot be read or is left out. */
export function readSource(file: string): string {
  const text = readFileSync(file, 'utf8');
  const problem = whyGenerated(text);
  if (problem !== undefined) throw new Error(problem);
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}
