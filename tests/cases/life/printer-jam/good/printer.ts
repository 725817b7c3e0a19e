import { Device } from './device.js';

export class Printer extends Device {
  async print(pages: readonly string[]): Promise<number> {
    const release = await this.lock.acquire();
    let printed = 0;
    try {
      for (const page of pages) {
        await this.send(page);
        printed += 1;
      }
    } finally {
      release();
    }
    return printed;
  }
}
