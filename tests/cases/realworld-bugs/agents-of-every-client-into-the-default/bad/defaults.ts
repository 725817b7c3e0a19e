import type { ClientOptions } from './options.js';

const agent = 'ably-js/1.2.30';

export const Defaults = {
  ENVIRONMENT: '',
  REST_HOST: 'rest.ably.io',
  PORT: 80,
  TLS_PORT: 443,
  agent,
};

export function getHost(options: ClientOptions): string {
  return options.restHost || Defaults.REST_HOST;
}

export function normaliseOptions(options: ClientOptions): Required<Pick<ClientOptions, 'restHost' | 'port' | 'tlsPort'>> {
  if (options.agents) {
    for (const key in options.agents) {
      Defaults.agent += ' ' + key + '/' + options.agents[key];
    }
  }
  return {
    restHost: getHost(options),
    port: options.port || Defaults.PORT,
    tlsPort: options.tlsPort || Defaults.TLS_PORT,
  };
}
