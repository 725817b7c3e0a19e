export type Versions = Record<number, number>;
export interface Logger { debug(message: string): void }
export interface Connection {
  connected: boolean;
  sasl?: { mechanism: string };
  connect(): Promise<boolean>;
  disconnect(): Promise<void>;
  send<T>(request: string): Promise<T>;
}
