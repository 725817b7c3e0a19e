export interface HTTPFetchClientConfig { baseURL: string; defaultHeaders: Record<string, string> }

export class HTTPFetchClient {
  constructor(private readonly config: HTTPFetchClientConfig) {}
  async get(path: string): Promise<Response> {
    return fetch(this.config.baseURL + path, { headers: this.config.defaultHeaders });
  }
}
