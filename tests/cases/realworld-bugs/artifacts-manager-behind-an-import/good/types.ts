export interface ArtifactsManager {
  readArtifact(contractNameOrFullyQualifiedName: string): Promise<object>;
  artifactExists(contractNameOrFullyQualifiedName: string): Promise<boolean>;
}
export interface HardhatRuntimeEnvironment { artifacts: ArtifactsManager; config: { paths: { artifacts: string } } }
export interface HardhatRuntimeEnvironmentHooks { created(context: unknown, hre: HardhatRuntimeEnvironment): Promise<void> }
