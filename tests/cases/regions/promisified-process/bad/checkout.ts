import lockfile from 'proper-lockfile';
import { git } from './shell.js';

export async function checkout(folder: string, revision: string): Promise<string> {
  const release = await lockfile.lock('/srv/checkouts', { retries: 3 });
  try {
    await git(`fetch origin ${revision}`, folder);
    return await git('rev-parse HEAD', folder);
  } finally {
    await release();
  }
}
