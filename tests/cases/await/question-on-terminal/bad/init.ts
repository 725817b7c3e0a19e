import { writeFile } from 'node:fs/promises';
import lockfile from 'proper-lockfile';
import { ask } from './prompt.js';

export async function init(folder: string): Promise<void> {
  const release = await lockfile.lock('projects', { retries: 5 });
  try {
    const name = await ask('Name of the project? ');
    await writeFile(`${folder}/project.json`, JSON.stringify({ name }));
  } finally {
    await release();
  }
}
