/**
 * Code that is written with the runtime as its own pages show is silent under `strict`: with the package as it is
 * installed, with its source beside the code, and where nothing of it can be found but its name.
 */
import { mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { Engine } from '../../src/engine.js';
import { rules } from '../../src/rules/index.js';
import { projectOf } from '../projects.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const pages = [...readdirSync(`${ROOT}docs/runtime`).map((name) => `docs/runtime/${name}`), 'src/runtime/README.md'];

/**
 * The examples of all pages, each a file, with the package imported from `from`: those that are right, or those that are
 * marked as showing a mistake and what is thrown for it.
 */
function examples(from = 'lockwright', mark: '' | ' mistake' = ''): Record<string, string> {
  const files: Record<string, string> = {};
  for (const page of pages) {
    // What is right is shown to be so by running it, but where it needs a server.
    const marked = mark === '' ? '(?: run)?' : ` run${mark}`;
    const blocks = readFileSync(ROOT + page, 'utf8').matchAll(new RegExp(`^\`\`\`ts${marked}\n([\\s\\S]*?)^\`\`\`$`, 'gm'));
    for (const [index, block] of [...blocks].entries()) {
      const name = `${page.replace(/^.*\/(.*)\.md$/, '$1').toLowerCase()}-${index + 1}.ts`;
      files[name] = block[1]!.replace(/from 'lockwright'/g, `from '${from}'`);
    }
  }
  return files;
}

/** What `strict` says, as `file:line rule`. */
function said(folder: string, files: Readonly<Record<string, string>>): string[] {
  const engine = new Engine(folder);
  return Object.entries(files).flatMap(([file, text]) =>
    rules.flatMap((rule) =>
      engine.findings(rule, `${folder}/${file}`, { ...rule.defaults, confidence: 'likely' }).map(({ start, data }) => {
        return `${file}:${text.slice(0, start).split('\n').length} ${rule.name} ${JSON.stringify(data)}`;
      }),
    ),
  );
}

describe('the examples of the runtime\'s pages are silent under strict', () => {
  it('there are some', () => {
    expect(Object.keys(examples()).length).toBeGreaterThan(15);
  });

  it('and those that show a mistake are not', () => {
    const files = examples('lockwright', ' mistake');
    expect(said(projectOf(files), files).map((line) => line.split(' {')[0])).toEqual([
      'lockdep-1.ts:10 no-lock-order-inversion',
      'lockdep-1.ts:17 no-lock-order-inversion',
      'retry-with-lock-1.ts:9 no-retry-in-lock',
      'retry-with-lock-1.ts:9 no-self-deadlock',
    ]);
  });

  it('where the package is known by its name alone', () => {
    const files = examples();
    expect(said(projectOf(files), files)).toEqual([]);
  });

  it('where it is installed', () => {
    const files = examples();
    const folder = projectOf(files);
    mkdirSync(`${folder}/node_modules`);
    symlinkSync(`${ROOT}src/runtime`, `${folder}/node_modules/lockwright`, 'dir');
    expect(said(folder, files)).toEqual([]);
  });

  it('where its source is imported by a path', () => {
    const files = examples('./runtime/index.js');
    const names = readdirSync(`${ROOT}src/runtime`).filter((name) => /(?<!\.d)\.ts$|^package\.json$/.test(name));
    const source = names.map((name): [string, string] => [`runtime/${name}`, readFileSync(`${ROOT}src/runtime/${name}`, 'utf8')]);
    expect(said(projectOf({ ...files, ...Object.fromEntries(source) }), files)).toEqual([]);
  });
});
