export interface ToolRequest { id: string; name: string; arguments: unknown }
export interface EncodedToolRequest { id?: string; name: string; arguments: string }

export class MessageTool {
  result: unknown;
  constructor(public toolRequest: ToolRequest, readonly codeRef: string) {}
}

export class Message {
  body = '';
  tools: MessageTool[] = [];
  setBody(body: string): void { this.body = body; }
}
