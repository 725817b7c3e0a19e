/**
 * For the config file, where ESLint runs with `--cache`. ESLint keeps the result of a file for as long as the file and
 * the config stay the same; what our rules say of it also rests on the files that it imports. A digest of all of them in
 * the config's settings makes ESLint look again when any has changed.
 */
import { readFileSync } from 'node:fs';
import { digestOf, hashOf, statOf } from '../analysis/project/cache.js';
import { findSourcesSync, projectRootOf, slashed } from '../analysis/project/files.js';
import { BUILT, version } from '../version.js';

export interface DigestOptions {
  /**
   * Tell versions of a file apart by what is in it, and not by its modification time and size: for
   * `--cache-strategy content`, where a fresh checkout has other times.
   */
  readonly content?: boolean;
}

/**
 * One word for all that reports rest on besides the linted file and the config: this plugin, and the sources, manifests
 * and tsconfigs of the whole project.
 *
 * @param folder Where ESLint runs; the project is the repository around it.
 */
export function digest(folder: string = process.cwd(), { content = false }: DigestOptions = {}): string {
  const { files, manifests, configurations } = findSourcesSync(projectRootOf(`${slashed(folder)}/any`));
  const sources = digestOf([...files, ...manifests, ...configurations], content ? contentOf : stampOf);
  // Another build of the same version exists only where somebody works on it, and there times are what counts.
  return hashOf(`${version}\0${content ? '' : BUILT}\0${sources}`);
}

const stampOf = (file: string): string => statOf(file)?.join('\0') ?? '';

function contentOf(file: string): string {
  try {
    return hashOf(readFileSync(file, 'utf8'));
  } catch {
    return '';
  }
}
