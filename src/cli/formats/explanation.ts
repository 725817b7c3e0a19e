/** An explanation for people: region by region, the lock, where it is held, and what happens meanwhile. */
import type { Lines } from '../../analysis/summaries/regions.js';
import type { ExplainedEvent, ExplainedRegion, Explanation, Spot } from '../explain.js';
import { cellsOf, printable } from './cells.js';
import { plain, type Paint } from './colours.js';
import { nameOf, type PrettyOptions } from './pretty.js';

export function explanationText(explanation: Explanation, { cwd, paint = plain }: PrettyOptions): string {
  const { file, line, fn, regions, otherwise, incomplete } = explanation;
  if (regions.length === 0 && otherwise === undefined) return incomplete ? '' : '\n';
  const head = `${paint('bold', `${nameOf(file, cwd)}:${line}`)}, in ${printable(fn)}`;
  const blocks = regions.map((region) => regionText(region, cwd, paint));
  if (otherwise) blocks.push(...noneText(otherwise, cwd, paint));
  return `${[head, ...blocks].join('\n\n')}\n`;
}

function regionText(region: ExplainedRegion, cwd: string, paint: Paint): string {
  const { lock, kind, identity, taken, how, parts, letGo, events, unknown, others } = region;
  const held = parts.map(({ fn, how: come, lines }) => `${linesText(lines)}, in ${fn}${WAYS[come]}`);
  const rows: [string, readonly string[]][] = [
    ['identity', [identity]],
    ['taken', [`line ${taken.line}, \`${taken.label}\`: ${how}`]],
    ['held', held.length > 0 ? held : ['nowhere: it is given back at once, or nothing waits for it']],
    ['let go', letGo],
  ];
  const out = [
    `${paint('bold', printable(lock))} (${kind})`,
    ...rows.flatMap(([name, values]) => values.map((value, n) => `  ${paint('dim', (n === 0 ? name : '').padEnd(8))}  ${printable(value)}`)),
  ];
  if (events.length > 0) out.push('', '  What happens while it is held', ...events.flatMap((event) => eventLines(event, cwd, paint)));
  else out.push('', '  Nothing is known to happen while it is held.');
  if (unknown.length > 0) {
    out.push('', '  Calls of which nothing is known', ...unknown.map(({ label, line }) => `    line ${line}  ${printable(label)}`));
  }
  if (others.length > 0) out.push('', '  Reported by other rules', ...others.map((other) => `    ${printable(other)}`));
  return out.join('\n');
}

const WAYS: Readonly<Record<ExplainedRegion['parts'][number]['how'], string>> = {
  taken: '',
  entered: ', which is entered with it',
  handed: ', by a function that is handed over',
};

function eventLines({ line, what, confidence, verdict, isReported, chain }: ExplainedEvent, cwd: string, paint: Paint): string[] {
  const said = isReported ? paint('red', verdict) : verdict;
  const head = `    line ${line}  ${printable(what)}, ${confidence}: ${said}`;
  return [head, ...chainLines(chain, cwd, paint, '      ')];
}

function chainLines(chain: readonly Spot[], cwd: string, paint: Paint, indent: string): string[] {
  const places = chain.map(({ file, line }) => `${nameOf(file, cwd)}:${line}`);
  const longest = Math.max(0, ...places.map(cellsOf));
  return chain.map(({ label }, n) => {
    const place = places[n]! + ' '.repeat(longest - cellsOf(places[n]!));
    return `${indent}${paint('dim', `${n + 1}.`)} ${paint('cyan', place)}  ${printable(label)}`;
  });
}

function noneText({ why, nearest, does }: NonNullable<Explanation['otherwise']>, cwd: string, paint: Paint): string[] {
  const blocks = [why];
  if (nearest.length > 0) {
    const lines = nearest.map(({ lock, taken, lines: held }) => `  line ${taken.line}  ${printable(lock)}${held.length > 0 ? `, held in ${linesText(held)}` : ''}`);
    blocks.push(['Nearest acquisitions in the file', ...lines].join('\n'));
  }
  if (does.length > 0) {
    const lines = does.flatMap(({ what, certain, chain }) => [`  ${what}, ${certain ? 'certain' : 'likely'}`, ...chainLines(chain, cwd, paint, '    ')]);
    blocks.push(['What calling the function around the line comes to', ...lines].join('\n'));
  }
  return blocks;
}

function linesText(lines: readonly Lines[]): string {
  const parts = lines.map(([first, last]) => (first === last ? String(first) : `${first}–${last}`));
  return `${lines.length === 1 && lines[0]![0] === lines[0]![1] ? 'line' : 'lines'} ${parts.join(', ')}`;
}
