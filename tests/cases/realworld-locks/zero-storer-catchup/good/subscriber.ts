export interface ChangeEntry { watermark: string; change: unknown }

export interface Subscriber {
  id: string;
  watermark: string;
  catchup(change: unknown): void;
  setCaughtUp(): void;
  fail(err: unknown): void;
}
