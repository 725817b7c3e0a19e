import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { RealmSyncBase } from './realm-sync-base';

export class RealmPuller extends RealmSyncBase {
  constructor(options: { realmUrl: string }, authenticator: RealmSyncBase['authenticator'], private localDir: string) {
    super(options, authenticator);
  }

  async sync(): Promise<void> {
    const remoteFiles = await this.getRemoteFileList();
    await Promise.all(
      Array.from(remoteFiles.keys()).map((relativePath) =>
        this.remoteLimit(async () => {
          await this.downloadFile(relativePath, path.join(this.localDir, relativePath));
        }),
      ),
    );
  }

  private async downloadFile(relativePath: string, localPath: string): Promise<void> {
    const response = await this.authenticator.authedRealmFetch(`${this.normalizedRealmUrl}${relativePath}`);
    await mkdir(path.dirname(localPath), { recursive: true });
    await writeFile(localPath, await response.text());
  }
}
