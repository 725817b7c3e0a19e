import { writeFile } from 'node:fs/promises';
import { write } from './limit.js';

const saveIndex = (names: readonly string[]): Promise<void> => writeFile('index', names.join('\n'));

async function finish(names: readonly string[]): Promise<void> {
  await saveIndex(names);
}

export const saveAll = (files: ReadonlyMap<string, string>): Promise<void> =>
  write(async () => {
    for (const [name, text] of files) await writeFile(name, text);
    await finish([...files.keys()]);
  });
