import type { Change, Commit, FolderRepositoryManager } from './repository.js';

export class CreatePullRequestDataModel {
  private _baseOwner: string;
  private _baseBranch: string;
  private _compareBranch: string;
  private readonly _listeners = new Set<() => void>();

  private _gitLog: Promise<Commit[]> | undefined;
  private _gitFiles: Change[] | undefined;

  constructor(private readonly folderRepositoryManager: FolderRepositoryManager, baseOwner: string, baseBranch: string, compareBranch: string) {
    this._baseOwner = baseOwner;
    this._baseBranch = baseBranch;
    this._compareBranch = compareBranch;
  }

  public onDidChange(listener: () => void): void {
    this._listeners.add(listener);
  }

  public get baseOwner(): string {
    return this._baseOwner;
  }

  public set baseOwner(value: string) {
    if (value !== this._baseOwner) {
      this._baseOwner = value;
      this.update();
    }
  }

  public get baseBranch(): string {
    return this._baseBranch;
  }

  public set baseBranch(value: string) {
    if (value !== this._baseBranch) {
      this._baseBranch = value;
      this.update();
    }
  }

  public set compareBranch(value: string) {
    if (this._compareBranch !== value) {
      this._compareBranch = value;
      this.update();
    }
  }

  private update() {
    this._gitLog = undefined;
    this._gitFiles = undefined;
    for (const listener of this._listeners) listener();
  }

  public async gitCommits(): Promise<Commit[]> {
    if (this._gitLog === undefined) {
      this._gitLog = this.folderRepositoryManager.repository.log({ range: `${this._baseBranch}..${this._compareBranch}` });
    }
    return this._gitLog;
  }

  public async gitFiles(): Promise<Change[]> {
    if (this._gitFiles === undefined) {
      this._gitFiles = await this.folderRepositoryManager.repository.diffBetween(this._baseBranch, this._compareBranch);
    }
    return this._gitFiles;
  }
}
