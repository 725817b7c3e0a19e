import { HTTPFetchClient } from './http-fetch.js';

interface httpClientConfig {
  baseURL?: string;
  channelAccessToken: string;
}

export class MessagingApiClient {
  private httpClient: HTTPFetchClient;

  constructor(config: httpClientConfig) {
    if (!config.baseURL) {
      config.baseURL = 'https://api.line.me';
    }
    this.httpClient = new HTTPFetchClient({
      defaultHeaders: {
        Authorization: 'Bearer ' + config.channelAccessToken,
      },
      baseURL: config.baseURL,
    });
  }

  public async getProfile(id: string): Promise<unknown> {
    const res = await this.httpClient.get('/v2/bot/profile/' + id);
    return res.json();
  }
}
