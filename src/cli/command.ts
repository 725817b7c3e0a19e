/**
 * The command `lockwright`: the same rules without any linter. Findings go to standard output, everything else to
 * standard error; the help in arguments.ts says what the exit status means.
 */
import { HELP, readArguments, type CheckArguments, type Request } from './arguments.js';
import type { PrettyOptions } from './formats/pretty.js';
import type { Terminal } from './progress.js';
import type { Outcome } from './report.js';
import { name, version } from '../version.js';

const FOUND = 1;
export const INCOMPLETE = 2;

/** What the command finds around it. */
export interface Surroundings {
  /** Absolute; paths are relative to it. */
  readonly cwd: string;
  readonly stdout: Terminal;
  readonly stderr: Terminal;
  readonly env: NodeJS.ProcessEnv;
}

/**
 * @param argv What stands behind the name of the command.
 * @returns the exit status.
 */
export async function command(argv: readonly string[], around: Surroundings): Promise<number> {
  const request = readArguments(argv);
  switch (request.do) {
    case 'help':
      around.stdout.write(HELP);
      return 0;
    case 'version':
      around.stdout.write(`${version}\n`);
      return 0;
    case 'refuse':
      return refuse(request.because, around);
    case 'check':
      return await runCheck(request.check, around);
    case 'explain':
      return await runExplain(request, around);
  }
}

async function runExplain({ file, line, format }: Extract<Request, { do: 'explain' }>, around: Surroundings): Promise<number> {
  const [{ explain }, { rules }] = await Promise.all([import('./explain.js'), import('../rules/index.js')]);
  const explanation = explain({ cwd: around.cwd, file, line, rules });
  await tell(explanation.problems, around);
  around.stdout.write(
    format === 'json'
      ? (await import('./formats/explanation-json.js')).explanationJson(explanation)
      : (await import('./formats/explanation.js')).explanationText(explanation, await terminal(around)),
  );
  return explanation.incomplete ? INCOMPLETE : 0;
}

/** What stands in the way goes to standard error. */
async function tell(problems: Outcome['problems'], { cwd, stderr }: Surroundings): Promise<void> {
  const { problemLines } = await import('./formats/pretty.js');
  for (const line of problemLines(problems, cwd)) stderr.write(`lockwright: ${line}\n`);
}

async function runCheck(args: CheckArguments, around: Surroundings): Promise<number> {
  // The engine is loaded for those only who need it: help and a mistake in the arguments answer at once.
  const [{ check }, { Progress }, { rules }] = await Promise.all([
    import('./check.js'),
    import('./progress.js'),
    import('../rules/index.js'),
  ]);
  const unknown = args.rules?.find((name) => !rules.some((rule) => rule.name === name));
  if (unknown !== undefined) return refuse(`unknown rule \`${unknown}\`; there are ${rules.map(({ name }) => name).join(', ')}`, around);
  const progress = new Progress(around.stderr, around.env);
  const outcome = check({
    cwd: around.cwd,
    paths: args.paths,
    rules: args.rules ? rules.filter(({ name }) => args.rules!.includes(name)) : rules,
    strict: args.strict,
    stats: args.stats,
    onFile: (file, done, total) => {
      progress.show(`lockwright: ${done} of ${total} files, ${file.slice(file.lastIndexOf('/') + 1)}`);
    },
  });
  progress.clear();
  await tell(outcome.problems, around);
  around.stdout.write(await formatted(outcome, args.format, around));
  return outcome.incomplete ? INCOMPLETE : outcome.reports.length > 0 ? FOUND : 0;
}

async function formatted(outcome: Outcome, format: CheckArguments['format'], around: Surroundings): Promise<string> {
  switch (format) {
    case 'json':
      return (await import('./formats/json.js')).json(outcome);
    case 'sarif':
      return (await import('./formats/sarif.js')).sarif(outcome, { name, version });
    case 'pretty':
      return (await import('./formats/pretty.js')).pretty(outcome, await terminal(around));
  }
}

async function terminal({ cwd, stdout, env }: Surroundings): Promise<PrettyOptions> {
  const { coloured, plain, wantsColour } = await import('./formats/colours.js');
  const { isTTY, columns } = stdout;
  return {
    cwd,
    paint: wantsColour(isTTY, env) ? coloured : plain,
    ...(isTTY && columns > 0 && { columns }),
  };
}

function refuse(because: string, { stderr }: Surroundings): number {
  stderr.write(`lockwright: ${because}. \`lockwright --help\` tells more.\n`);
  return INCOMPLETE;
}
