// The pages under docs/runtime and the package's README: every block marked "ts run" is type-checked against the
// package and run, with fake timers (also those that show a mistake, whose error they expect), and every promise has its
// number on the page that makes it.

import assert from 'node:assert/strict';
import * as diagnostics from 'node:diagnostics_channel';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import * as lockwright from '../../src/runtime/node.js';
import * as testing from '../../src/runtime/testing/index.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** The promises of each page, by number. */
const PAGES: Record<string, readonly string[]> = {
  'docs/runtime/mutex.md': ['M1', 'M2', 'M3', 'M4', 'M5', 'M8'],
  'docs/runtime/semaphore.md': ['M1', 'M2', 'M3', 'M4', 'M8'],
  'docs/runtime/rw-lock.md': ['M6'],
  'docs/runtime/keyed-mutex.md': ['M6'],
  'docs/runtime/with-locks.md': ['M7'],
  'docs/runtime/retry-with-lock.md': Array.from({ length: 12 }, (_, i) => `R${i + 1}`),
  'docs/runtime/shared-ref.md': Array.from({ length: 13 }, (_, i) => `S${i + 1}`),
  'docs/runtime/config-cell.md': Array.from({ length: 9 }, (_, i) => `C${i + 1}`),
  'docs/runtime/lockdep.md': ['L1', 'L2', 'L3', 'L4', 'L5'],
  'docs/runtime/testing.md': [],
  'docs/runtime/notifier.md': Array.from({ length: 12 }, (_, i) => `N${i + 1}`),
  'docs/runtime/sleep.md': [],
  'docs/runtime/migration.md': [],
  'src/runtime/README.md': [],
};

interface Example {
  readonly title: string;
  readonly fileName: string;
  readonly code: string;
}

const examples = Object.keys(PAGES).flatMap((page) => {
  const text = readFileSync(ROOT + page, 'utf8');
  return [...text.matchAll(/^```ts run(?: mistake)?\n([\s\S]*?)^```$/gm)].map(
    (block, index): Example => ({
      title: `${page}, example ${index + 1}`,
      fileName: `${ROOT}${page}.${index + 1}.mts`,
      code: block[1]!,
    }),
  );
});

const options: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2023,
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  lib: ['lib.es2023.d.ts', 'lib.dom.d.ts', 'lib.esnext.disposable.d.ts'],
  types: ['node'],
  typeRoots: [`${ROOT}node_modules/@types`],
  strict: true,
  exactOptionalPropertyTypes: true,
  skipLibCheck: true,
  noEmit: true,
  paths: {
    lockwright: [`${ROOT}src/runtime/index.ts`],
    'lockwright/testing': [`${ROOT}src/runtime/testing/index.ts`],
  },
};

/** What the compiler has to say about the examples, by file. */
function problems(): string[] {
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists, readFile } = host;
  const codeOf = new Map(examples.map(({ fileName, code }) => [fileName, `${code}\nexport {};\n`]));
  host.fileExists = (name) => codeOf.has(name) || fileExists.call(host, name);
  host.readFile = (name) => codeOf.get(name) ?? readFile.call(host, name);
  host.getSourceFile = (name, language, ...rest) => {
    const code = codeOf.get(name);
    return code === undefined
      ? getSourceFile.call(host, name, language, ...rest)
      : ts.createSourceFile(name, code, language);
  };
  const program = ts.createProgram([...codeOf.keys()], options, host);
  return ts.getPreEmitDiagnostics(program).map(({ file, messageText }) => {
    return `${file?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
  });
}

type AsyncCode = (...given: unknown[]) => Promise<void>;
const AsyncFunction = (async () => {}).constructor as new (...source: string[]) => AsyncCode;

/** Runs a module's text with the package in place of what it imports. */
function run(code: string): Promise<void> {
  const { outputText } = ts.transpileModule(code, {
    compilerOptions: { target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.CommonJS, esModuleInterop: true },
  });
  const modules: Record<string, unknown> = {
    lockwright,
    'node:diagnostics_channel': diagnostics,
    'lockwright/testing': testing,
    'node:assert/strict': assert,
  };
  const require = (name: string): unknown => {
    if (!(name in modules)) throw new Error(`an example imports ${name}`);
    return modules[name];
  };
  return new AsyncFunction('require', 'exports', outputText)(require, {});
}

describe('the examples of the pages', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it.each(Object.keys(PAGES))('%s has at least one', (page) => {
    expect(examples.some(({ title }) => title.startsWith(page))).toBe(true);
  });

  it.each(examples)('run: $title', async ({ code }) => {
    let ended = false;
    const example = run(code).finally(() => (ended = true));
    example.catch(() => {});
    for (let turn = 0; turn < 100 && !ended; turn += 1) await vi.advanceTimersByTimeAsync(1000);
    expect(ended, 'an example hangs').toBe(true);
    await example;
    expect(vi.getTimerCount()).toBe(0);
  });

  it('are right for the compiler', () => {
    expect(problems()).toEqual([]);
  });
});

it.each(Object.entries(PAGES))('%s names its promises by number', (page, promises) => {
  const text = readFileSync(ROOT + page, 'utf8');
  for (const promise of promises) expect(text, promise).toMatch(new RegExp(`\\*\\*${promise}\\*\\*`));
});
