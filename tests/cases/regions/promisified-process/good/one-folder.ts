import lockfile from 'proper-lockfile';
import { git } from './shell.js';

/** The lock of the folder that git works in. */
export async function checkoutIn(folder: string, revision: string): Promise<string> {
  const release = await lockfile.lock(folder, { retries: 3 });
  try {
    await git(`fetch origin ${revision}`, folder);
    return await git('rev-parse HEAD', folder);
  } finally {
    await release();
  }
}
