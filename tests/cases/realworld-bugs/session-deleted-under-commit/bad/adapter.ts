export interface ClientSession {
  inTransaction(): boolean;
  startTransaction(): void;
  commitTransaction(): Promise<void>;
  abortTransaction(): Promise<void>;
  endSession(): Promise<void>;
}

export interface MongooseAdapter {
  connection: { getClient(): { startSession(): ClientSession } };
  sessions: Record<string, ClientSession>;
  logger: { warn(message: string): void };
}
