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

export function getAgentString(options: ClientOptions): string {
  let agentStr = Defaults.agent;
  for (const key in options.agents) {
    agentStr += ' ' + key + '/' + options.agents[key];
  }
  return agentStr;
}

export function normaliseOptions(options: ClientOptions): Required<Pick<ClientOptions, 'restHost' | 'port' | 'tlsPort'>> {
  return {
    restHost: getHost(options),
    port: options.port || Defaults.PORT,
    tlsPort: options.tlsPort || Defaults.TLS_PORT,
  };
}
