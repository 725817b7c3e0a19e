export interface Change { uri: string; status: number }
export interface Commit { hash: string; message: string }
export interface FolderRepositoryManager {
  repository: {
    log(options: { range: string }): Promise<Commit[]>;
    diffBetween(base: string, compare: string): Promise<Change[]>;
  };
}
