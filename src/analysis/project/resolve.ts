/**
 * Which file of the project an import means, or which package.
 *
 * Relative imports and those between packages of a workspace are answered from folder listings and manifests alone:
 * a fresh checkout has neither `node_modules` nor built output. Only what is left (paths of a tsconfig, `#imports`)
 * goes to oxc-resolver.
 */
import { readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { ResolverFactory, type NapiResolveOptions } from 'oxc-resolver';
import { isSource, slashed, type Folders } from './files.js';

export type Target =
  | { readonly file: string; readonly package?: undefined }
  /** A package outside, by name with the subpath (`fs/promises`, `drizzle-orm/pg-core`); no `node:` prefix. */
  | { readonly package: string; readonly file?: undefined };

interface WorkspacePackage {
  readonly name: string;
  readonly folder: string;
  readonly manifest: Record<string, unknown>;
}

const EXTENSIONS = ['.ts', '.tsx', '.mts', '.cts', '.js', '.jsx', '.mjs', '.cjs'];
const FROM_JS: Readonly<Record<string, readonly string[]>> = {
  '.js': ['.ts', '.tsx', '.js', '.jsx'],
  '.jsx': ['.tsx', '.jsx'],
  '.mjs': ['.mts', '.mjs'],
  '.cjs': ['.cts', '.cjs'],
};

const OPTIONS: NapiResolveOptions = {
  extensions: EXTENSIONS,
  extensionAlias: FROM_JS as Record<string, string[]>,
  conditionNames: ['types', 'import', 'require', 'node', 'default'],
  mainFields: ['types', 'module', 'main'],
  symlinks: true,
};

export class Resolver {
  readonly #root: string;
  readonly #folders: Folders;
  readonly #packages = new Map<string, WorkspacePackage>();
  readonly #problem: (file: string, message: string) => void;
  readonly #answers = new Map<string, Target | undefined>();
  #auto: ResolverFactory | undefined;
  #plain: ResolverFactory | undefined;
  /** Folders whose tsconfig is broken: their imports are resolved without one. */
  readonly #broken = new Set<string>();
  readonly #checked = new Set<string>();
  /** What an import of each package of the workspace leads to. */
  #faces: Map<string, WorkspacePackage> | undefined;

  /**
   * @param manifests Paths of the package.json files of the project, for imports between its own packages.
   * @param problem Told once of each tsconfig that cannot be read.
   */
  constructor(
    root: string,
    manifests: readonly string[],
    folders: Folders,
    problem: (file: string, message: string) => void,
  ) {
    this.#root = root;
    this.#folders = folders;
    this.#problem = problem;
    for (const file of manifests) this.#addPackage(file);
  }

  #addPackage(file: string): void {
    try {
      const manifest = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown> | null;
      const name = manifest?.['name'];
      if (manifest !== null && typeof name === 'string' && !this.#packages.has(name)) {
        this.#packages.set(name, { name, folder: slashed(file).slice(0, -'/package.json'.length), manifest });
      }
    } catch {
      // A manifest that is no JSON names no package; npm will say so louder than we could.
    }
  }

  /** Undefined where a relative import leads nowhere (or to something that is no source, like a stylesheet). */
  resolve(from: string, specifier: string): Target | undefined {
    const folder = from.slice(0, from.lastIndexOf('/'));
    const key = `${folder}\0${specifier}`;
    if (this.#answers.has(key)) return this.#answers.get(key);
    const answer = this.#find(from, folder, specifier);
    this.#answers.set(key, answer);
    return answer;
  }

  /** The package of the workspace whose face this file is, for an import of it from outside of that package. */
  packageBehind(file: string, from: string): string | undefined {
    if (this.#faces === undefined) {
      this.#faces = new Map();
      for (const known of this.#packages.values()) {
        const face = this.#ownPackage(known.name);
        if (face !== undefined && !this.#faces.has(face)) this.#faces.set(face, known);
      }
    }
    const known = this.#faces.get(file);
    return known === undefined || from.startsWith(`${known.folder}/`) ? undefined : known.name;
  }

  /** Tells of a broken tsconfig, once a folder, where nothing else asks for it. */
  checkConfiguration(from: string, specifier: string): void {
    const folder = from.slice(0, from.lastIndexOf('/'));
    if (this.#checked.has(folder)) return;
    this.#checked.add(folder);
    if (!isBuiltin(specifier)) this.#viaTsconfig(from, folder, specifier);
  }

  #find(from: string, folder: string, specifier: string): Target | undefined {
    const clean = specifier.split('?', 1)[0]!;
    if (clean.startsWith('.') || clean.startsWith('/')) {
      const base = clean.startsWith('/') ? clean : normalise(`${folder}/${clean}`);
      const file = this.#fileAt(base);
      return file !== undefined ? { file } : undefined;
    }
    if (isBuiltin(clean)) return { package: clean.replace(/^node:/, '') };
    if (!clean.startsWith('#')) {
      const own = this.#ownPackage(clean);
      if (own !== undefined) return { file: own };
    }
    const resolved = this.#viaTsconfig(from, folder, clean);
    if (resolved !== undefined) return { file: resolved };
    return clean.startsWith('#') ? undefined : { package: clean };
  }

  /** A file as an import may name it: with another extension, without one, or a folder's index. */
  #fileAt(base: string): string | undefined {
    if (this.#folders.hasFile(base) && isSource(base)) return base;
    const dot = base.lastIndexOf('.');
    const extension = dot > base.lastIndexOf('/') ? base.slice(dot) : '';
    for (const other of FROM_JS[extension] ?? []) {
      const file = base.slice(0, dot) + other;
      if (this.#folders.hasFile(file)) return file;
    }
    for (const other of EXTENSIONS) if (this.#folders.hasFile(base + other)) return base + other;
    for (const other of EXTENSIONS) {
      const file = `${base}/index${other}`;
      if (this.#folders.hasFile(file)) return file;
    }
    return undefined;
  }

  /** The source behind an import of a package of the same workspace; what it builds to need not exist. */
  #ownPackage(specifier: string): string | undefined {
    const parts = specifier.split('/');
    const name = parts.splice(0, specifier.startsWith('@') ? 2 : 1).join('/');
    const found = this.#packages.get(name);
    if (!found) return undefined;
    const sub = parts.length > 0 ? `./${parts.join('/')}` : '.';
    for (const candidate of entryPoints(found.manifest, sub)) {
      const file = this.#sourceOf(found.folder, candidate);
      if (file !== undefined) return file;
    }
    // Without a map of exports a subpath is that of a file, which a build may make from a source.
    const built = sub !== '.' && found.manifest['exports'] === undefined ? this.#sourceOf(found.folder, sub.slice(2)) : undefined;
    if (built !== undefined) return built;
    const guesses = sub === '.' ? ['src/index', 'index', 'src/main', 'lib/index'] : [sub.slice(2), `src/${sub.slice(2)}`];
    for (const guess of guesses) {
      const file = this.#fileAt(`${found.folder}/${guess}`);
      if (file !== undefined) return file;
    }
    return undefined;
  }

  /** `./dist/a/b.js` -> `src/a/b.ts`, whatever the folder for built output is called. */
  #sourceOf(folder: string, entry: string): string | undefined {
    const relative = entry.replace(/^\.\//, '').replace(/\.d\.([cm]?)ts$/, '.$1js');
    const direct = this.#fileAt(`${folder}/${relative}`);
    if (direct !== undefined && !BUILT.test(relative)) return direct;
    const parts = relative.split('/');
    for (let i = 0; i < parts.length - 1; i++) {
      if (!BUILT.test(`${parts[i]!}/`)) continue;
      const whole = parts.slice(i + 1);
      const rest = whole.filter((part) => !/^(?:esm|cjs|es|types?|node|browser)$/.test(part));
      const before = `${folder}/${parts.slice(0, i).map((p) => `${p}/`).join('')}`;
      for (const source of ['src/', 'source/', '']) {
        // `lib/node/server.js` may be of `src/node`, or of a build for Node.
        const file = this.#fileAt(`${before}${source}${whole.join('/')}`) ?? this.#fileAt(`${before}${source}${rest.join('/')}`);
        if (file !== undefined) return file;
        // `dist/src/index.js`: the built tree repeats the source folder.
        if (rest[0] === 'src') {
          const again = this.#fileAt(`${folder}/${rest.join('/')}`);
          if (again !== undefined) return again;
        }
      }
    }
    return direct;
  }

  #viaTsconfig(from: string, folder: string, specifier: string): string | undefined {
    if (!this.#broken.has(folder)) {
      this.#auto ??= new ResolverFactory({ ...OPTIONS, tsconfig: 'auto' });
      const result = this.#auto.resolveFileSync(from, specifier);
      if (result.path !== undefined) return this.#inProject(result.path);
      if (result.error !== undefined && /tsconfig/i.test(result.error) && !/^Cannot find module/.test(result.error)) {
        this.#broken.add(folder);
        this.#problem(from, `its imports are resolved without a tsconfig: ${result.error}`);
      } else return undefined;
    }
    this.#plain ??= new ResolverFactory(OPTIONS);
    const result = this.#plain.sync(folder, specifier);
    return result.path !== undefined ? this.#inProject(result.path) : undefined;
  }

  /** A link into a package of the workspace counts as that package; everything else in node_modules is outside. */
  #inProject(found: string): string | undefined {
    const file = slashed(found);
    if (!file.startsWith(`${this.#root}/`) || file.includes('/node_modules/')) return undefined;
    if (isSource(file) && !BUILT.test(file.slice(this.#root.length + 1))) return file;
    for (const known of this.#packages.values()) {
      if (file.startsWith(`${known.folder}/`)) {
        const source = this.#sourceOf(known.folder, file.slice(known.folder.length + 1));
        if (source !== undefined) return source;
      }
    }
    return isSource(file) ? file : undefined;
  }
}

/** Folders that builds write to. */
const BUILT = /(?:^|\/)(?:dist|lib|build|out|esm|cjs|es|output)\//;

function normalise(file: string): string {
  const parts: string[] = [];
  for (const part of file.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.' && part !== '') parts.push(part);
  }
  return /^[A-Za-z]:/.test(parts[0] ?? '') ? parts.join('/') : `/${parts.join('/')}`;
}

/** Conditions in conditions of a manifest's `exports`; nobody nests as many. */
const DEEPEST_CONDITION = 20;

/** What a manifest says an import of the package (or of a subpath) leads to, most telling first. */
function entryPoints(manifest: Record<string, unknown>, sub: string): string[] {
  const found: string[] = [];
  const collect = (value: unknown, star: string | undefined, depth = 0): void => {
    if (typeof value === 'string') found.push(star === undefined ? value : value.replaceAll('*', () => star));
    else if (typeof value === 'object' && value !== null && depth < DEEPEST_CONDITION) {
      for (const v of Object.values(value)) collect(v, star, depth + 1);
    }
  };
  const exported = manifest['exports'];
  if (typeof exported === 'string' || Array.isArray(exported)) {
    if (sub === '.') collect(exported, undefined);
  } else if (typeof exported === 'object' && exported !== null) {
    const map = exported as Record<string, unknown>;
    const isMap = Object.keys(map).some((key) => key.startsWith('.'));
    if (!isMap) {
      if (sub === '.') collect(map, undefined);
    } else if (Object.hasOwn(map, sub)) collect(map[sub], undefined);
    else {
      for (const [key, value] of Object.entries(map)) {
        const [before, after] = key.split('*', 2);
        if (after === undefined || !sub.startsWith(before!) || !sub.endsWith(after)) continue;
        collect(value, sub.slice(before!.length, sub.length - after.length));
      }
    }
  }
  if (sub === '.') for (const key of ['source', 'module', 'types', 'typings', 'main']) collect(manifest[key], undefined);
  return found.filter((entry) => /\.[cm]?[jt]sx?$/.test(entry) || !/\.\w+$/.test(entry));
}
