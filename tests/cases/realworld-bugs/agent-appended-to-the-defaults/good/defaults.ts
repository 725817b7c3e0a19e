export interface ClientOptions { key?: string; host?: string; agents?: Record<string, string>; tls?: boolean }
export interface NormalisedClientOptions extends ClientOptions { tls: boolean; headers: Record<string, string> }

const Defaults = {
  HOST: 'rest.ably.io',
  TIMEOUTS: { disconnectedRetryTimeout: 15000, httpRequestTimeout: 10000 },
  version: '1.2',
  agent: 'ably-js/1.2.30',
  normaliseOptions,
};

export default Defaults;

export function getHost(options: ClientOptions): string {
  return options.host ?? Defaults.HOST;
}

export function getAgentString(options: ClientOptions): string {
  let agentStr = Defaults.agent;
  if (options.agents) {
    for (const agent in options.agents) {
      agentStr += ' ' + agent + '/' + options.agents[agent];
    }
  }
  return agentStr;
}

export function normaliseOptions(options: ClientOptions): NormalisedClientOptions {
  return {
    ...options,
    tls: options.tls ?? true,
    headers: { 'X-Ably-Version': Defaults.version, 'Ably-Agent': getAgentString(options) },
  };
}
