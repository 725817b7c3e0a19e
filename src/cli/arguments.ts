/** What the user asked of the command: its arguments, read and checked, and the help that describes them. */
import { parseArgs, type ParseArgsConfig } from 'node:util';

export type Format = 'pretty' | 'json' | 'sarif';

export interface CheckArguments {
  /** As written; empty for the current folder. */
  readonly paths: readonly string[];
  readonly format: Format;
  /** Report what is likely, too. */
  readonly strict: boolean;
  readonly stats: boolean;
  /** Names without a prefix; absent for every rule. */
  readonly rules?: readonly string[];
}

export type Request =
  | { readonly do: 'check'; readonly check: CheckArguments }
  | { readonly do: 'explain'; readonly file: string; readonly line: number; readonly format: Exclude<Format, 'sarif'> }
  | { readonly do: 'help' }
  | { readonly do: 'version' }
  /** Wrong usage, in one sentence. */
  | { readonly do: 'refuse'; readonly because: string };

const FORMATS: readonly string[] = ['pretty', 'json', 'sarif'] satisfies Format[];

const OPTIONS = {
  format: { type: 'string', default: 'pretty' },
  rule: { type: 'string', multiple: true },
  strict: { type: 'boolean', default: false },
  stats: { type: 'boolean', default: false },
  explain: { type: 'string' },
  help: { type: 'boolean', short: 'h', default: false },
  version: { type: 'boolean', short: 'v', default: false },
} as const satisfies ParseArgsConfig['options'];

export const HELP = `Finds locks held too long, deadlocks, locks that are not given back, and races on shared references and
configuration, in JavaScript and TypeScript, across files.

Usage: lockwright check [paths] [options]

  paths               files or folders; the current folder when there are none. Imports are followed through
                      the whole project that encloses a path, but only these files are reported on

Options
  --format NAME       pretty (the default), json or sarif (2.1.0)
  --strict            report what is likely, too, not only what is certain
  --rule NAME         only this rule; may be repeated
  --explain FILE:LINE instead of checking, tell all that is known of the locks held in this line: how each is taken and
                      given back, where it is held, and what happens meanwhile, with why it is reported or not.
                      With --format json it is told for other programs
  --stats             add files, time, memory, findings by rule, and callees resolved and unknown
  -h, --help          print this
  -v, --version       print the version

Exit status
  0  checked, nothing found, or explained
  1  something was found
  2  not everything that was asked for could be done: wrong usage or settings, a path that does not exist, a file
     that was named and cannot be read or parsed, no source file at all. The rest is still checked and printed

A file met in a folder that cannot be read or parsed, or a broken tsconfig.json, is told on standard error and does not
change the exit status. Files in which no lock can be taken are not parsed.

Your own locks, sleeps and retries are described under the key "lockwright" of the project's package.json, in the
format of ESLint's settings.lockwright. Comments such as
  // eslint-disable-next-line lockwright/no-sleep-in-lock -- the reason
silence a finding here as they do in ESLint.
`;

/** @param argv What stands behind the name of the command. */
export function readArguments(argv: readonly string[]): Request {
  let parsed;
  try {
    parsed = parseArgs({ args: [...argv], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    return refuse(mistakeIn(error));
  }
  const { values, positionals } = parsed;
  if (values.help) return { do: 'help' };
  if (values.version) return { do: 'version' };
  const [command, ...paths] = positionals;
  if (command === undefined) return refuse('say what to do: `lockwright check [paths]`');
  if (command !== 'check') return refuse(`unknown command \`${command}\`; it is \`lockwright check [paths]\``);
  if (paths.includes('')) return refuse('a path is empty');
  if (!FORMATS.includes(values.format)) {
    return refuse(`unknown format \`${values.format}\`; there are ${FORMATS.join(', ')}`);
  }
  const format = values.format as Format;
  if (values.explain !== undefined) {
    if (paths.length > 0 || values.rule || values.strict || values.stats) return refuse('`--explain FILE:LINE` takes no paths and no other options than `--format`');
    return readPlace(values.explain, format);
  }
  return {
    do: 'check',
    check: {
      paths,
      format,
      strict: values.strict,
      stats: values.stats,
      ...(values.rule && { rules: values.rule.map((name) => name.replace(/^lockwright\//, '')) }),
    },
  };
}

/** `src/store.ts:40`, as it stands in messages; with a column, too. */
function readPlace(place: string, format: Format): Request {
  const found = /^(.+?):(\d+)(?::\d+)?$/s.exec(place);
  const line = Number(found?.[2]);
  if (!found || !Number.isSafeInteger(line) || line < 1) return refuse(`\`${place}\` is no place; write \`--explain FILE:LINE\``);
  if (format === 'sarif') return refuse('SARIF has no place for an explanation; there are pretty, json');
  return { do: 'explain', file: found[1]!, line, format };
}

const refuse = (because: string): Request => ({ do: 'refuse', because });

/** The first sentence of what `parseArgs` says: the others are advice on how to pass file names that begin with `-`. */
function mistakeIn(error: unknown): string {
  const [sentence = ''] = (error as Error).message.split(/\. |\n/);
  return `${sentence.charAt(0).toLowerCase()}${sentence.slice(1).replace(/\.$/, '')}`;
}
