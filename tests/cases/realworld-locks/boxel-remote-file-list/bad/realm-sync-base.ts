import path from 'node:path';
import pLimit from 'p-limit';
import type { RealmAuthenticator } from './realm-authenticator';

const REMOTE_CONCURRENCY = 10;

export abstract class RealmSyncBase {
  protected normalizedRealmUrl: string;
  protected remoteLimit = pLimit(REMOTE_CONCURRENCY);

  constructor(
    protected options: { realmUrl: string },
    protected authenticator: RealmAuthenticator,
  ) {
    this.normalizedRealmUrl = options.realmUrl.replace(/\/+$/, '') + '/';
  }

  abstract sync(): Promise<void>;

  protected buildDirectoryUrl(dir = ''): string {
    if (!dir) {
      return this.normalizedRealmUrl;
    }
    return `${this.normalizedRealmUrl}${dir.replace(/^\/+|\/+$/g, '')}/`;
  }

  protected async getRemoteFileList(dir = ''): Promise<Map<string, boolean>> {
    const files = new Map<string, boolean>();

    try {
      const url = this.buildDirectoryUrl(dir);

      const response = await this.authenticator.authedRealmFetch(url, {
        headers: {
          Accept: 'application/vnd.api+json',
        },
      });

      if (!response.ok) {
        if (response.status === 404) {
          return files;
        }
        throw new Error(`Failed to get directory listing: ${response.status} ${response.statusText}`);
      }

      const data = (await response.json()) as {
        data?: {
          relationships?: Record<string, { meta: { kind: string } }>;
        };
      };

      if (data.data && data.data.relationships) {
        const entries = Object.entries(data.data.relationships);
        const subResults = await Promise.all(
          entries.map(([name, info]) => {
            const isFile = info.meta.kind === 'file';
            const entryPath = dir ? path.posix.join(dir, name) : name;

            if (isFile) {
              return [[entryPath, true as boolean]] as Array<[string, boolean]>;
            } else {
              return this.remoteLimit(async () => {
                const subdirFiles = await this.getRemoteFileList(entryPath);
                return Array.from(subdirFiles.entries());
              });
            }
          }),
        );

        for (const pairs of subResults) {
          for (const [p, isFileEntry] of pairs) {
            files.set(p, isFileEntry);
          }
        }
      }
    } catch (error) {
      console.error(`Error reading remote directory ${dir}:`, error);
      throw error;
    }

    return files;
  }
}
