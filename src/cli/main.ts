#!/usr/bin/env node
/**
 * The command `lockwright`: the same rules without any linter. Findings go to standard output, everything else to
 * standard error; the help in arguments.ts says what the exit status means.
 */
import { setFlagsFromString } from 'node:v8';
import { HELP, readArguments, type CheckArguments, type Request } from './arguments.js';
import type { PrettyOptions } from './formats/pretty.js';
import type { Outcome } from './report.js';
import { name, version } from '../version.js';

const FOUND = 1;
const INCOMPLETE = 2;

/*
 * A run is over before optimised code pays: most functions see every shape of data, and are optimised, found wanting and
 * optimised again. With thirty times V8's patience a check takes two thirds of the CPU time (docs/performance.md). V8
 * says so on standard error where it does not know a flag: only the versions that were tried are told.
 */
const v8 = Number(process.versions.v8.split('.')[0]);
if (v8 === 11) setFlagsFromString('--interrupt-budget=2000000');
else if (v8 >= 12 && v8 <= 14) setFlagsFromString('--invocation-count-for-turbofan=100000');

// A reader that has seen enough (`| head`) is no failure of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

// Whatever else goes wrong must not look as if something had been found.
process.on('uncaughtException', (error) => {
  process.stderr.write(`lockwright: failed, which is a defect of lockwright: ${error.stack ?? String(error)}\n`);
  process.exit(INCOMPLETE);
});

const request = readArguments(process.argv.slice(2));
switch (request.do) {
  case 'help':
    process.stdout.write(HELP);
    break;
  case 'version':
    process.stdout.write(`${version}\n`);
    break;
  case 'refuse':
    refuse(request.because);
    break;
  case 'check':
    await runCheck(request.check);
    break;
  case 'explain':
    await runExplain(request);
}

async function runExplain({ file, line, format }: Extract<Request, { do: 'explain' }>): Promise<void> {
  const [{ explain }, { rules }] = await Promise.all([import('./explain.js'), import('../rules/index.js')]);
  const explanation = explain({ cwd: process.cwd(), file, line, rules });
  await tell(explanation.problems);
  process.stdout.write(
    format === 'json'
      ? (await import('./formats/explanation-json.js')).explanationJson(explanation)
      : (await import('./formats/explanation.js')).explanationText(explanation, await terminal()),
  );
  if (explanation.incomplete) process.exitCode = INCOMPLETE;
}

/** What stands in the way goes to standard error. */
async function tell(problems: Outcome['problems']): Promise<void> {
  const { problemLines } = await import('./formats/pretty.js');
  for (const line of problemLines(problems, process.cwd())) process.stderr.write(`lockwright: ${line}\n`);
}

async function runCheck(args: CheckArguments): Promise<void> {
  // The engine is loaded for those only who need it: help and a mistake in the arguments answer at once.
  const [{ check }, { Progress }, { rules }] = await Promise.all([
    import('./check.js'),
    import('./progress.js'),
    import('../rules/index.js'),
  ]);
  const unknown = args.rules?.find((name) => !rules.some((rule) => rule.name === name));
  if (unknown !== undefined) {
    refuse(`unknown rule \`${unknown}\`; there are ${rules.map(({ name }) => name).join(', ')}`);
    return;
  }
  const progress = new Progress(process.stderr, process.env);
  const outcome = check({
    cwd: process.cwd(),
    paths: args.paths,
    rules: args.rules ? rules.filter(({ name }) => args.rules!.includes(name)) : rules,
    strict: args.strict,
    stats: args.stats,
    onFile: (file, done, total) => {
      progress.show(`lockwright: ${done} of ${total} files, ${file.slice(file.lastIndexOf('/') + 1)}`);
    },
  });
  progress.clear();
  await tell(outcome.problems);
  process.stdout.write(await formatted(outcome, args.format));
  process.exitCode = outcome.incomplete ? INCOMPLETE : outcome.reports.length > 0 ? FOUND : 0;
}

async function formatted(outcome: Outcome, format: CheckArguments['format']): Promise<string> {
  switch (format) {
    case 'json':
      return (await import('./formats/json.js')).json(outcome);
    case 'sarif':
      return (await import('./formats/sarif.js')).sarif(outcome, { name, version });
    case 'pretty':
      return (await import('./formats/pretty.js')).pretty(outcome, await terminal());
  }
}

async function terminal(): Promise<PrettyOptions> {
  const { coloured, plain, wantsColour } = await import('./formats/colours.js');
  const { isTTY, columns } = process.stdout;
  return {
    cwd: process.cwd(),
    paint: wantsColour(isTTY, process.env) ? coloured : plain,
    ...(isTTY && columns > 0 && { columns }),
  };
}

function refuse(because: string): void {
  process.stderr.write(`lockwright: ${because}. \`lockwright --help\` tells more.\n`);
  process.exitCode = INCOMPLETE;
}
