import { writeFile } from 'node:fs/promises';
import { Mutex } from 'async-mutex';

export abstract class Device {
  protected readonly lock = new Mutex();

  protected async send(text: string): Promise<void> {
    if (text.length > 1000) throw new Error('jam');
    await writeFile('/dev/lp0', text);
  }
}
