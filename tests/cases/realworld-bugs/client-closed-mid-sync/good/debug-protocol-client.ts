import { EventEmitter } from 'node:events';

export interface Breakpoint { pkgPath: string; lineNumber: number; deviceId?: number }
export interface Response { data?: { errorCode: string } }

export class DebugProtocolClient {
  private readonly emitter = new EventEmitter();
  constructor(private readonly send: (command: string, body: unknown) => Promise<Response>) {}
  on(event: 'close' | 'app-exit' | 'suspend', listener: () => void): void { this.emitter.on(event, listener); }
  connect(): Promise<Response> { return this.send('connect', undefined); }
  removeBreakpoints(ids: number[]): Promise<Response> { return this.send('remove', ids); }
  addBreakpoints(breakpoints: Breakpoint[]): Promise<Response> { return this.send('add', breakpoints); }
  destroy(): Promise<Response> { return this.send('destroy', undefined); }
}
