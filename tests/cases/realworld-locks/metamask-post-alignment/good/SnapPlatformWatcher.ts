export class SnapPlatformWatcher {
  readonly #ensureOnboardingComplete?: () => Promise<void>;
  readonly #isReadyOnce = Promise.withResolvers<void>();
  #isReady = false;

  constructor(config: { ensureOnboardingComplete?: () => Promise<void> } = {}) {
    this.#ensureOnboardingComplete = config.ensureOnboardingComplete;
  }

  onStateChange(isReady: boolean) {
    this.#isReady = isReady;
    if (isReady) this.#isReadyOnce.resolve();
  }

  async ensureCanUseSnapPlatform(): Promise<void> {
    // When ensureOnboardingComplete is provided, wait for the onboarding first.
    await this.#ensureOnboardingComplete?.();

    // In all cases, we also require the Snap platform to be ready and available.
    await this.#isReadyOnce.promise;

    if (!this.#isReady) {
      throw new Error('Snap platform cannot be used now.');
    }
  }
}
