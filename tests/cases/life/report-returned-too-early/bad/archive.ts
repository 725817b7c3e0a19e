import { readFile } from 'node:fs/promises';

export class Archive {
  async load(name: string): Promise<string> {
    const text = await readFile(name, 'utf8');
    return text.trim();
  }
}
