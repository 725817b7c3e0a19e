/** The real ESLint, as a command in a process of its own, with the built plugin. */
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const require = createRequire(import.meta.url);
const DIST = new URL('../../dist/', import.meta.url);
const commandOf = (name: string): string => path.join(path.dirname(require.resolve(`${name}/package.json`)), 'bin/eslint.js');

export const ESLINTS = { 'ESLint 10': commandOf('eslint'), 'ESLint 9': commandOf('eslint9') } as const;

/** Our own command. */
export const MAIN = fileURLToPath(new URL('cli/main.js', DIST));

/** For a project's config file: what it imports, by names that mean the same in every folder. */
export const IMPORTS = `
import lockwright from ${JSON.stringify(new URL('index.js', DIST).href)};
import { digest } from ${JSON.stringify(new URL('hosts/cache.js', DIST).href)};
`;

/** The same for TypeScript. */
export const TYPESCRIPT = `${IMPORTS}
import * as parser from ${JSON.stringify(pathToFileURL(require.resolve('@typescript-eslint/parser')).href)};
const typescript = { files: ['**/*.ts'], languageOptions: { parser } };
`;

export interface Linted {
  /** `src/a.ts:3 no-await-in-lock` */
  readonly reports: readonly string[];
  readonly status: number | null;
  readonly stderr: string;
}

interface Result {
  readonly filePath: string;
  readonly messages: readonly { readonly ruleId: string | null; readonly line: number; readonly message: string }[];
}

export function eslint(command: string, cwd: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Linted {
  const { status, stdout, stderr } = spawnSync(process.execPath, [command, '--format', 'json', ...args], {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, ...env },
  });
  if (!stdout.startsWith('[')) throw new Error(`ESLint did not lint: ${stdout}${stderr}`);
  const reports = (JSON.parse(stdout) as Result[]).flatMap(({ filePath, messages }) =>
    messages.map(({ ruleId, line, message }) => {
      const name = path.relative(cwd, filePath).split(path.sep).join('/');
      return `${name}:${line} ${ruleId === null ? message : ruleId.replace('lockwright/', '')}`;
    }),
  );
  return { reports: reports.sort(), status, stderr };
}

