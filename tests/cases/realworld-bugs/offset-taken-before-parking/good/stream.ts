import { ApplicationFailure, condition } from './workflow.js';

export interface InternalLogEntry { topic: string; payload: Uint8Array }
export interface PollInput { from_offset: number; topics: string[] }
export interface PollResult { items: { offset: number; entry: InternalLogEntry }[]; next_offset: number }
export interface Handlers { publish(items: InternalLogEntry[]): void; poll(input: PollInput): Promise<PollResult> }

export class WorkflowStream {
  private readonly log: InternalLogEntry[] = [];
  private baseOffset = 0;
  private draining = false;

  readonly handlers: Handlers = {
    publish: (items) => this.onPublish(items),
    poll: (input) => this.onPoll(input),
  };

  drain(): void {
    this.draining = true;
  }

  /** Drops the entries below an offset. */
  truncate(upToOffset: number): void {
    const logIndex = upToOffset - this.baseOffset;
    if (logIndex <= 0) {
      return;
    }
    if (logIndex > this.log.length) {
      throw new ApplicationFailure(`Cannot truncate to ${upToOffset}`, 'TruncateOutOfRange');
    }
    this.log.splice(0, logIndex);
    this.baseOffset = upToOffset;
  }

  private onPublish(items: InternalLogEntry[]): void {
    for (const entry of items) {
      this.log.push(entry);
    }
  }

  private async onPoll(input: PollInput): Promise<PollResult> {
    const truncated = () => input.from_offset !== 0 && input.from_offset - this.baseOffset < 0;
    const failure = () => new ApplicationFailure(`Requested offset ${input.from_offset} has been truncated.`, 'TruncatedOffset');
    if (truncated()) {
      throw failure();
    }
    await condition(() => this.draining || truncated() || this.log.length > Math.max(input.from_offset - this.baseOffset, 0));
    let logOffset = input.from_offset - this.baseOffset;
    if (logOffset < 0) {
      if (input.from_offset === 0) {
        logOffset = 0;
      } else {
        throw failure();
      }
    }
    const allNew = this.log.slice(logOffset);

    const topicSet = input.topics.length > 0 ? new Set(input.topics) : null;
    const items: { offset: number; entry: InternalLogEntry }[] = [];
    for (let i = 0; i < allNew.length; i++) {
      const entry = allNew[i]!;
      if (topicSet !== null && !topicSet.has(entry.topic)) continue;
      items.push({ offset: this.baseOffset + logOffset + i, entry });
    }
    return { items, next_offset: this.baseOffset + this.log.length };
  }
}
