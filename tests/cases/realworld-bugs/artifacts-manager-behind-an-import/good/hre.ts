import type { ArtifactsManager, HardhatRuntimeEnvironment, HardhatRuntimeEnvironmentHooks } from './types.js';

class LazyArtifactsManager implements ArtifactsManager {
  readonly #artifactsPath: string;
  #artifactsManager: ArtifactsManager | undefined;

  constructor(artifactsPath: string) {
    this.#artifactsPath = artifactsPath;
  }

  public async readArtifact(contractNameOrFullyQualifiedName: string): Promise<object> {
    const artifactsManager = await this.#getArtifactsManager();
    return artifactsManager.readArtifact(contractNameOrFullyQualifiedName);
  }

  public async artifactExists(contractNameOrFullyQualifiedName: string): Promise<boolean> {
    const artifactsManager = await this.#getArtifactsManager();
    return artifactsManager.artifactExists(contractNameOrFullyQualifiedName);
  }

  async #getArtifactsManager(): Promise<ArtifactsManager> {
    const { ArtifactsManagerImplementation } = await import('./artifacts-manager.js');

    if (this.#artifactsManager === undefined) {
      this.#artifactsManager = new ArtifactsManagerImplementation(
        this.#artifactsPath,
      );
    }

    return this.#artifactsManager;
  }
}

export default async (): Promise<Partial<HardhatRuntimeEnvironmentHooks>> => ({
  created: async (_context: unknown, hre: HardhatRuntimeEnvironment) => {
    hre.artifacts = new LazyArtifactsManager(hre.config.paths.artifacts);
  },
});
