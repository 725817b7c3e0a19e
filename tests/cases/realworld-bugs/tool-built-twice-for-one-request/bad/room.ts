import MessageBuilder, { type CardLoader, type CardMessageEvent } from './message-builder.js';
import { Message } from './message.js';

export class RoomResource {
  private readonly messageCache = new Map<string, Message>();

  constructor(private readonly loader: CardLoader) {}

  async processEvent(eventId: string, event: CardMessageEvent): Promise<void> {
    let message = this.messageCache.get(eventId);
    if (!message) {
      message = new Message();
      this.messageCache.set(eventId, message);
    }
    await new MessageBuilder(event, this.loader).updateMessage(message);
  }

  onResult(eventId: string, requestId: string, result: unknown): void {
    let tool = this.messageCache.get(eventId)?.tools.find((t) => t.toolRequest.id === requestId);
    if (tool) tool.result = result;
  }
}
