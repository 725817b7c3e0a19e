import { HTTPFetchClient } from './http-fetch.js';

interface httpClientConfig {
  baseURL?: string;
  channelAccessToken: string;
}

export class MessagingApiBlobClient {
  private httpClient: HTTPFetchClient;

  constructor(config: httpClientConfig) {
    if (!config.baseURL) {
      config.baseURL = 'https://api-data.line.me';
    }
    this.httpClient = new HTTPFetchClient({
      defaultHeaders: {
        Authorization: 'Bearer ' + config.channelAccessToken,
      },
      baseURL: config.baseURL,
    });
  }

  public async getMessageContent(id: string): Promise<unknown> {
    const res = await this.httpClient.get('/v2/bot/message/' + id);
    return res.json();
  }
}
