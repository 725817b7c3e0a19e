export interface IDBOption { host: string; port: number; user: string; password: string }
export interface Logger { error(message: string): void; fatal(message: string): void }
