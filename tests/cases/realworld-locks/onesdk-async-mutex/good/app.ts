import { AsyncMutex } from './asyncMutex';

type AppCore = {
  setupFn: () => Promise<void>;
  teardownFn: () => Promise<void>;
  performFn: () => Promise<void>;
};

export class App {
  private core: AsyncMutex<AppCore> | undefined = undefined;
  private performState: { usecase: string; input: unknown; output?: unknown } | undefined = undefined;

  loadCore(core: AppCore) {
    this.core = new AsyncMutex(core);
  }

  public async setup(): Promise<void> {
    await this.core!.withLock(core => core.setupFn());
  }

  public async teardown(): Promise<void> {
    return this.core!.withLock(core => core.teardownFn());
  }

  public async perform(usecase: string, input: unknown): Promise<unknown> {
    return this.core!.withLock(
      async (core) => {
        this.performState = { usecase, input };
        await core.performFn();

        const output = this.performState.output;
        this.performState = undefined;
        return output;
      }
    );
  }
}
