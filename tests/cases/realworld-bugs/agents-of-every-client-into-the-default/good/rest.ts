import { getAgentString, normaliseOptions } from './defaults.js';
import type { ClientOptions } from './options.js';

export class Rest {
  readonly options: ReturnType<typeof normaliseOptions>;

  constructor(private readonly given: ClientOptions) {
    this.options = normaliseOptions(given);
  }

  async time(): Promise<number> {
    const response = await fetch(`https://${this.options.restHost}:${this.options.tlsPort}/time`, { headers: { 'Ably-Agent': getAgentString(this.given) } });
    return ((await response.json()) as number[])[0]!;
  }
}
