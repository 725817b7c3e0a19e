import type { ClientConfig, MessageSendParams, SendMessageConfiguration, Transport } from './transport.js';

export class Client {
  constructor(private readonly transport: Transport, private readonly config?: ClientConfig) {}

  sendMessage(params: MessageSendParams): Promise<string> {
    params = this.applyClientConfig({ params, blocking: !(this.config?.polling ?? false) });
    return this.transport.sendMessage(params);
  }

  async *sendMessageStream(params: MessageSendParams): AsyncGenerator<string, void, undefined> {
    params = this.applyClientConfig({ params, blocking: true });
    yield* this.transport.sendMessageStream(params);
  }

  private applyClientConfig({ params, blocking }: { params: MessageSendParams; blocking: boolean }): MessageSendParams {
    const result = { ...params, configuration: { ...params.configuration } as SendMessageConfiguration };

    result.configuration.acceptedOutputModes = result.configuration.acceptedOutputModes ?? this.config?.acceptedOutputModes ?? [];
    if (!result.configuration.pushNotificationConfig && this.config?.pushNotificationConfig) {
      result.configuration.pushNotificationConfig = this.config.pushNotificationConfig;
    }
    result.configuration.blocking ??= blocking;
    return result;
  }
}
