import { SpeechHandle } from './speech_handle.js';

export interface EndOfTurnInfo { newTranscript: string }
interface PausedSpeechInfo { handle: SpeechHandle; timeout: number }

export class AgentActivity {
  private _currentSpeech?: SpeechHandle;
  private speechQueue: SpeechHandle[] = [];
  private pausedSpeech?: PausedSpeechInfo;
  private wake: () => void = () => {};

  constructor(private readonly logger: { warn(o: object, m: string): void; info(o: object, m: string): void }, private readonly sync: () => Promise<void>) {}

  get currentSpeech(): SpeechHandle | undefined {
    return this._currentSpeech;
  }

  scheduleSpeech(speechHandle: SpeechHandle): void {
    this.speechQueue.push(speechHandle);
    this.wake();
  }

  start(signal: AbortSignal): void {
    void this.mainTask(signal);
  }

  private async mainTask(signal: AbortSignal): Promise<void> {
    while (true) {
      await new Promise<void>((resolve) => { this.wake = resolve; });
      if (signal.aborted) break;

      while (this.speechQueue.length > 0) {
        if (signal.aborted) break;

        const speechHandle = this.speechQueue.shift();
        if (!speechHandle) {
          throw new Error('Speech queue is empty');
        }
        if (speechHandle.interrupted || speechHandle.done()) {
          continue;
        }

        this._currentSpeech = speechHandle;
        speechHandle._authorizeGeneration();
        await speechHandle.waitIfNotInterrupted([speechHandle._waitForGeneration()]);
        this._currentSpeech = undefined;
      }
    }
  }

  private async cancelSpeechPause(): Promise<void> {
    if (!this.pausedSpeech) return;
    this.pausedSpeech = undefined;
    await this.sync();
  }

  async userTurnCompleted(info: EndOfTurnInfo): Promise<void> {
    // Capture into a local before awaiting cancelSpeechPause: the main scheduling
    // loop can reset this._currentSpeech = undefined during the await.
    const currentSpeech = this._currentSpeech;
    if (currentSpeech) {
      if (!currentSpeech.allowInterruptions) {
        this.logger.warn({ user_input: info.newTranscript }, 'skipping user input, current speech generation cannot be interrupted');
        return;
      }

      await this.cancelSpeechPause();

      this.logger.info({ 'speech id': currentSpeech.id }, 'speech interrupted, new user turn detected');

      currentSpeech.interrupt();
    }
  }
}
