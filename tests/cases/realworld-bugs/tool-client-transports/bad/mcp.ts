export class Transport {
  onerror?: (error: Error) => void;
  constructor(readonly url: URL, readonly options: { headers: Record<string, string> }) {}
}
export interface ToolResult { isError?: boolean; content: unknown }
export interface Client {
  connect(transport: Transport): Promise<void>;
  callTool(request: { name: string; arguments: Record<string, unknown> }): Promise<ToolResult>;
  close(): Promise<void>;
}
