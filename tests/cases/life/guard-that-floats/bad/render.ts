import { writeFile } from 'node:fs/promises';

export async function render(name: string): Promise<void> {
  await writeFile(`${name}.png`, '');
}
