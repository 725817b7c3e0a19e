export declare class TuyaPulsar {
  constructor(config: { accessId: string; accessKey: string });
  message(callback: (message: { messageId: string }) => void): void;
  ackMessage(messageId: string): void;
  start(): void;
  stop(): void;
}
