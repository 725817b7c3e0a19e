export interface RedisClientType {
  on(event: 'error', listener: (error: Error) => void): this;
  connect(): Promise<void>;
  quit(): Promise<void>;
  xAdd(key: string, id: string, message: Record<string, string>): Promise<string>;
}
export declare function createClient(options: { url: string; password: string }): RedisClientType;
