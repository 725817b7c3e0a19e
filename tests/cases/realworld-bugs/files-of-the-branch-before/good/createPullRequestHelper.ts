import { CreatePullRequestDataModel } from './createPullRequestDataModel.js';
import type { Change, FolderRepositoryManager } from './repository.js';

export class CreatePullRequestHelper {
  private _model: CreatePullRequestDataModel;

  constructor(manager: FolderRepositoryManager, private readonly show: (files: Change[]) => void) {
    this._model = new CreatePullRequestDataModel(manager, 'microsoft', 'main', 'feature');
    this._model.onDidChange(() => void this.refresh());
  }

  changeBaseBranch(branch: string): void {
    this._model.baseBranch = branch;
  }

  private async refresh(): Promise<void> {
    this.show(await this._model.gitFiles());
  }
}
