export class SpeechHandle {
  interrupted = false;
  private generation: Promise<void> = Promise.resolve();
  constructor(readonly id: string, readonly allowInterruptions: boolean, private readonly play: () => Promise<void>) {}
  done(): boolean { return false; }
  interrupt(): this { this.interrupted = true; return this; }
  _authorizeGeneration(): void { this.generation = this.play(); }
  _waitForGeneration(): Promise<void> { return this.generation; }
  async waitIfNotInterrupted(aw: Promise<unknown>[]): Promise<void> { if (!this.interrupted) await Promise.all(aw); }
}
