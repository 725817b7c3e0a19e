/** Findings for people: where, what, the code, and the way from there to what happens, each step with its line. */
import path from 'node:path';
import type { Outcome, Problem, Report, Statistics, Step } from '../report.js';
import type { Sources } from '../sources.js';
import { cellsOf, layOut, printable, wrap } from './cells.js';
import { codeFrame } from './code-frame.js';
import { plain, type Paint } from './colours.js';

export interface PrettyOptions {
  /** Files are named relative to it. */
  readonly cwd: string;
  readonly paint?: Paint;
  /** Columns of the terminal; absent, messages are not wrapped. */
  readonly columns?: number;
}

const INDENT = '  ';
/** Cells of a line of source where the terminal does not say. */
const LINE = 100;
/** Prose is hard to read in longer lines. */
const MESSAGE = 110;

export function pretty(outcome: Outcome, options: PrettyOptions): string {
  const { reports, statistics } = outcome;
  const blocks = reports.map((report) => blockOf(report, outcome.sources, options));
  blocks.push(summaryOf(outcome, options.paint ?? plain));
  if (statistics) blocks.push(tableOf(statistics, options));
  return `${blocks.join('\n\n')}\n`;
}

/** A file's name as short as it gets, for people in `cwd`. */
export function nameOf(file: string, cwd: string): string {
  const relative = path.relative(cwd, file).split(path.sep).join('/');
  const short = relative === '' ? '.' : relative;
  return printable(path.isAbsolute(relative) || short.length > file.length ? file : short);
}

/**
 * The lines on standard error: one for each problem. What many a tsconfig of a repository suffers from (what they
 * extend is not installed) is told once.
 */
export function problemLines(problems: readonly Problem[], cwd: string): string[] {
  const lines: string[] = [];
  const told = new Set<string>();
  for (const { file, message } of problems) {
    const text = printable(message.replaceAll(/\s+/g, ' ').trim());
    if (file === undefined) {
      lines.push(text);
      continue;
    }
    const isAlike = (other: Problem): boolean => isTsconfig(other.file) && other.message === message;
    const alike = isTsconfig(file) ? problems.filter(isAlike) : [];
    if (alike.length > 0 && told.has(message)) continue;
    told.add(message);
    const others = alike.length > 1 ? ` (and ${count(alike.length - 1, 'other')})` : '';
    lines.push(`${nameOf(file, cwd)}${others}: ${text}`);
  }
  return lines;
}

const isTsconfig = (file: string | undefined): boolean => /\/tsconfig[^/]*\.json$/.test(file ?? '');

function blockOf(report: Report, sources: Sources, options: PrettyOptions): string {
  const { cwd, paint = plain, columns } = options;
  const style = report.confidence === 'certain' ? 'red' : 'yellow';
  const place = `${nameOf(report.file, cwd)}:${report.line}:${report.column}`;
  const likely = report.confidence === 'likely' ? `  ${paint('yellow', 'likely')}` : '';
  const message = printable(report.brief);
  const lines = columns === undefined ? [message] : wrap(message, Math.min(columns - INDENT.length, MESSAGE));
  const width = columns === undefined ? LINE : Math.max(40, columns - 12);
  const parts = [
    `${paint('bold', place)}  ${paint(style, `lockwright/${report.rule}`)}${likely}`,
    ...lines.map((line) => INDENT + line),
  ];
  const frame = codeFrame(sources, report, { paint, style, width });
  if (frame.length > 0) parts.push('', ...frame.map((line) => INDENT + line));
  if (report.trace.length > 0) parts.push('', ...traceOf(report.trace, sources, cwd, paint, width));
  return parts.join('\n');
}

function traceOf(trace: readonly Step[], sources: Sources, cwd: string, paint: Paint, width: number): string[] {
  const digits = String(trace.length).length;
  const places = trace.map((step) => `${nameOf(step.file, cwd)}:${step.line}`);
  const longest = Math.max(...places.map(cellsOf));
  return trace.flatMap((step, n) => {
    const number = `${String(n + 1).padStart(digits)}.`;
    const place = places[n]! + ' '.repeat(longest - cellsOf(places[n]!));
    const head = `${INDENT}${paint('dim', number)} ${paint('cyan', place)}  ${printable(step.label)}`;
    const source = lineOf(step, sources, paint, width);
    const gap = ' '.repeat(INDENT.length + digits + 2);
    return source === undefined ? [head] : [head, `${gap}${paint('dim', '│')} ${source}`];
  });
}

/** The line of a step without its indentation. */
function lineOf(step: Step, sources: Sources, paint: Paint, width: number): string | undefined {
  const line = sources.line(step.file, step.line);
  if (line === undefined) return undefined;
  const text = line.trim();
  const cut = line.length - line.trimStart().length;
  return paint('dim', layOut(text, width, Math.max(0, step.column - 1 - cut)).text);
}

function summaryOf({ reports, files, suppressed, problems }: Outcome, paint: Paint): string {
  const notes = [
    ...(suppressed > 0 ? [`${suppressed} silenced by comments`] : []),
    ...(problems.length > 0 ? [`${count(problems.length, 'problem')} on standard error`] : []),
  ];
  const rest = notes.length > 0 ? `; ${notes.join('; ')}` : '';
  if (reports.length === 0) return `${paint(['bold', 'green'], 'No findings')} in ${count(files, 'file')}${rest}.`;
  const likely = reports.filter(({ confidence }) => confidence === 'likely').length;
  const kinds = likely > 0 ? ` (${reports.length - likely} certain, ${likely} likely)` : '';
  const places = new Set(reports.map(({ file }) => file)).size;
  const what = paint(['bold', 'red'], count(reports.length, 'finding'));
  return `${what}${kinds} in ${places} of ${count(files, 'file')}${rest}.`;
}

function tableOf(statistics: Statistics, { cwd, paint = plain }: Pick<PrettyOptions, 'cwd' | 'paint'>): string {
  const { callees, findings } = statistics;
  const calls = callees.resolved + callees.unknown;
  const share = calls > 0 ? ` (${((100 * callees.resolved) / calls).toFixed(1)} %)` : '';
  const rows: [string, string][] = [
    ['files', `${grouped(statistics.files)}, of which ${grouped(statistics.interestingFiles)} can come to hold a lock`],
    ['time', `${seconds(statistics.wallTime)}, ${seconds(statistics.cpuTime)} of CPU time`],
    ...statistics.slowFiles.map(({ file, cpuTime }): [string, string] => ['slow', `${seconds(cpuTime)} of it at ${nameOf(file, cwd)}`]),
    ['memory', `${grouped(Math.round(statistics.peakMemory / 1024 / 1024))} MB at most`],
    [
      'callees',
      `${grouped(callees.resolved)} of ${grouped(calls)} resolved${share}, ${grouped(callees.unknown)} unknown`,
    ],
    ...Object.entries(findings).map(([rule, found]): [string, string] => [rule, grouped(found)]),
    ['silenced', grouped(statistics.suppressed)],
  ];
  const widest = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `${INDENT}${paint('dim', name.padEnd(widest))}  ${value}`).join('\n');
}

const count = (n: number, what: string): string => `${grouped(n)} ${what}${n === 1 ? '' : 's'}`;
/** With commas; `toLocaleString` would load a language's rules first, which takes longer than all the rest. */
const grouped = (n: number): string => String(n).replace(/\B(?=(?:\d{3})+$)/g, ',');
const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(2)} s`;
