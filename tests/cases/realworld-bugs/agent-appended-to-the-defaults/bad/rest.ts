import Defaults, { type ClientOptions, type NormalisedClientOptions } from './defaults.js';

export class Rest {
  options: NormalisedClientOptions;
  constructor(options: ClientOptions) {
    this.options = Defaults.normaliseOptions(options);
  }
}
