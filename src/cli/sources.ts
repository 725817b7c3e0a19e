/** The texts of the files that are reported on, read once, and the lines and columns of offsets in them. */
import { lineStarts, positionOf, type Node } from '../analysis/facts/nodes.js';
import { readSource } from '../analysis/project/files.js';
import { parseTree } from '../analysis/project/parse.js';
import type { Place } from './report.js';

interface Source {
  readonly text: string;
  readonly starts: readonly number[];
}

export class Sources {
  readonly #read: (file: string) => string;
  readonly #known = new Map<string, Source | undefined>();
  /** Findings come file by file: one tree is enough. */
  #tree: { readonly file: string; readonly text: string; readonly program: Node } | undefined;

  /** @param read Throws where it cannot. */
  constructor(read: (file: string) => string = readSource) {
    this.#read = read;
  }

  /** Undefined where the file has gone since it was checked. */
  text(file: string): string | undefined {
    return this.#source(file)?.text;
  }

  /** The text with its tree; undefined where it cannot be parsed. */
  tree(file: string): { readonly text: string; readonly program: Node } | undefined {
    if (this.#tree?.file === file) return this.#tree;
    const text = this.text(file);
    const program = text === undefined ? undefined : parseTree(file, text);
    this.#tree = program && { file, text: text!, program };
    return this.#tree;
  }

  lineCount(file: string): number {
    return this.#source(file)?.starts.length ?? 0;
  }

  /** A line without its terminator; undefined where there is none. */
  line(file: string, line: number): string | undefined {
    const source = this.#source(file);
    const start = source?.starts[line - 1];
    if (!source || start === undefined) return undefined;
    return source.text.slice(start, source.starts[line]).replace(/(?:\r\n|[\n\r\u2028\u2029])$/, '');
  }

  place({ file, start, end, line }: { file: string; start: number; end: number; line?: number }): Place {
    const source = this.#source(file);
    if (!source) return { file, line: line ?? 1, column: 1, endLine: line ?? 1, endColumn: 1, start, end };
    const first = positionOf(source.starts, Math.min(start, source.text.length));
    const last = positionOf(source.starts, Math.min(end, source.text.length));
    return {
      file,
      line: first.line,
      column: first.column + 1,
      endLine: last.line,
      endColumn: last.column + 1,
      start,
      end,
    };
  }

  #source(file: string): Source | undefined {
    if (!this.#known.has(file)) this.#known.set(file, this.#load(file));
    return this.#known.get(file);
  }

  #load(file: string): Source | undefined {
    try {
      const text = this.#read(file);
      return { text, starts: lineStarts(text) };
    } catch {
      return undefined;
    }
  }
}
