import { MessageTool, type EncodedToolRequest, type Message, type ToolRequest } from './message.js';

export interface CardMessageEvent { body: string; requests: EncodedToolRequest[] }
export interface CardLoader { loadSkill(name: string): Promise<{ codeRef: string }> }

export default class MessageBuilder {
  constructor(private readonly event: CardMessageEvent, private readonly loader: CardLoader) {}

  private decode(request: EncodedToolRequest): ToolRequest {
    return { id: request.id ?? '', name: request.name, arguments: JSON.parse(request.arguments) };
  }

  async updateMessage(message: Message): Promise<void> {
    message.setBody(this.event.body);

    for (let encodedCommandRequest of this.event.requests) {
      let command = message.tools.find((c) => c.toolRequest.id === encodedCommandRequest.id);
      if (command) {
        command.toolRequest = this.decode(encodedCommandRequest);
      } else {
        let built = await this.buildMessageCommand(message, this.decode(encodedCommandRequest));
        // another pass for the same message may have come first
        let existing = message.tools.find((c) => c.toolRequest.id === encodedCommandRequest.id);
        if (existing) {
          existing.toolRequest = this.decode(encodedCommandRequest);
        } else {
          message.tools.push(built);
        }
      }
    }
  }

  private async buildMessageCommand(message: Message, toolRequest: ToolRequest): Promise<MessageTool> {
    let skill = await this.loader.loadSkill(toolRequest.name);
    return new MessageTool(toolRequest, skill.codeRef);
  }
}
