/** What the benchmarks that write into docs/performance.md have in common. */
import { readFileSync, writeFileSync } from 'node:fs';

const PAGE = new URL('../docs/performance.md', import.meta.url);

/** @param {readonly number[]} values */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}

/**
 * Puts a text between the lines `<!-- name: written by … -->` and `<!-- /name -->` of the page.
 *
 * @param {string} name
 * @param {string} body
 */
export function writeSection(name, body) {
  const page = readFileSync(PAGE, 'utf8');
  const begin = new RegExp(`^<!-- ${name}: .*-->$`, 'm').exec(page);
  const end = page.indexOf(`<!-- /${name} -->`);
  if (!begin || end < begin.index) throw new Error(`docs/performance.md needs the lines <!-- ${name}: … --> and <!-- /${name} -->`);
  writeFileSync(PAGE, `${page.slice(0, begin.index + begin[0].length)}\n\n${body}\n\n${page.slice(end)}`);
}
