/** One line on a terminal that says how far the work has come, and goes when it is done. */

/** Milliseconds between two looks of the line. */
const PACE = 100;

/** What of a stream tells whether somebody is looking. */
export type Terminal = Pick<NodeJS.WriteStream, 'isTTY' | 'columns'> & { write(text: string): unknown };

export class Progress {
  readonly #stream: Terminal;
  readonly #isOn: boolean;
  #shown = 0;

  /** Shows nothing in a pipe or in continuous integration, where lines that come and go are noise. */
  constructor(stream: Terminal, env: NodeJS.ProcessEnv) {
    this.#stream = stream;
    this.#isOn = stream.isTTY && (env['CI'] ?? '') === '' && env['TERM'] !== 'dumb';
  }

  show(what: string): void {
    if (!this.#isOn) return;
    const now = performance.now();
    if (now - this.#shown < PACE) return;
    this.#shown = now;
    this.#stream.write(`\r\u001b[K${what.slice(0, (this.#stream.columns || 80) - 1)}`);
  }

  clear(): void {
    if (this.#shown > 0) this.#stream.write('\r\u001b[K');
    this.#shown = 0;
  }
}
