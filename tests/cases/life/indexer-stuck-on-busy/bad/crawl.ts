import { readdir } from 'node:fs/promises';

export async function crawl(folder: string): Promise<string[]> {
  return (await readdir(folder)).flatMap((name) => name.split('-'));
}
