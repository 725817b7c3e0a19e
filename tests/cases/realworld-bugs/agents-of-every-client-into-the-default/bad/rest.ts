import { Defaults, normaliseOptions } from './defaults.js';
import type { ClientOptions } from './options.js';

export class Rest {
  readonly options: ReturnType<typeof normaliseOptions>;

  constructor(options: ClientOptions) {
    this.options = normaliseOptions(options);
  }

  async time(): Promise<number> {
    const response = await fetch(`https://${this.options.restHost}:${this.options.tlsPort}/time`, { headers: { 'Ably-Agent': Defaults.agent } });
    return ((await response.json()) as number[])[0]!;
  }
}
