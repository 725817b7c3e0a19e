/** Which projects and files the paths of the command line stand for. */
import { realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { findSourcesSync, isAmongMarkup, isSource, projectRootOf, slashed } from '../analysis/project/files.js';
import type { Problem } from './report.js';

/** What was asked for of one project. All paths are absolute, without links, with `/`. */
export interface Target {
  readonly root: string;
  readonly folders: string[];
  /** Files that were named themselves, not met in a folder. */
  readonly named: Set<string>;
}

const CODE = /\.(?:[cm]?[jt]s|[jt]sx)$/;

/**
 * @param paths Relative to `cwd` or absolute; none stands for `cwd`.
 * @returns the projects in the order in which they were named, and what is wrong with the other paths.
 */
export function targetsOf(cwd: string, paths: readonly string[]): { targets: Target[]; problems: Problem[] } {
  const targets = new Map<string, Target>();
  const problems: Problem[] = [];
  const targetAt = (root: string): Target => {
    let target = targets.get(root);
    if (!target) targets.set(root, (target = { root, folders: [], named: new Set() }));
    return target;
  };
  for (const given of paths.length > 0 ? paths : ['.']) {
    const absolute = path.resolve(cwd, given);
    const found = look(absolute);
    if (typeof found === 'string') {
      problems.push({ file: slashed(absolute), message: found });
    } else if (found.isFolder) {
      targetAt(projectRootOf(`${found.path}/any`)).folders.push(found.path);
    } else if (isSource(found.path)) {
      targetAt(projectRootOf(found.path)).named.add(found.path);
    } else if (isAmongMarkup(found.path)) {
      problems.push({ file: slashed(absolute), message: 'a component; ESLint with its parser hands it to the rules, this command does not read it' });
    } else if (!CODE.test(found.path)) {
      problems.push({ file: slashed(absolute), message: 'not a JavaScript or TypeScript file' });
    } else {
      // Declarations run nothing and minified files are nobody's source, but whoever passes `*.ts` names them as well.
      targetAt(projectRootOf(found.path));
    }
  }
  return { targets: [...targets.values()], problems };
}

/**
 * The files to report on, each once, sorted.
 *
 * @param all Every source file of the project.
 */
export function filesOf({ folders, named }: Target, all: readonly string[]): string[] {
  const files = new Set(named);
  for (const folder of folders) {
    const prefix = folder.endsWith('/') ? folder : `${folder}/`;
    const inside = all.filter((file) => file.startsWith(prefix));
    // A folder that projects leave out, such as `build`, is looked into where it is asked for by name.
    for (const file of inside.length > 0 ? inside : findSourcesSync(folder).files) files.add(file);
  }
  return [...files].sort();
}

function look(absolute: string): { path: string; isFolder: boolean } | string {
  try {
    const real = realpathSync(absolute);
    const stats = statSync(real);
    if (!stats.isDirectory() && !stats.isFile()) return 'neither a file nor a folder';
    return { path: slashed(real), isFolder: stats.isDirectory() };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return 'no such file or folder';
    return code === 'EACCES' ? 'no permission to read it' : message;
  }
}
