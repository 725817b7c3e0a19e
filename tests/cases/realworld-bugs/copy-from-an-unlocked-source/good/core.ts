import type { Blocks, Header } from './blocks.js';
import { Mutex } from './mutex.js';

export class Core {
  readonly mutex = new Mutex();
  length = 0;
  fork = 0;
  roots: string[] = [];

  constructor(readonly blocks: Blocks, readonly header: Header, private readonly flushHeader: (header: Header) => Promise<void>) {}

  async append(values: Uint8Array[]): Promise<number> {
    await this.mutex.lock();
    try {
      for (const value of values) {
        await this.blocks.put(this.length, value);
        this.length++;
      }
      this.roots = [...this.roots, String(this.length)];
      await this.flushHeader(this.header);
      return this.length;
    } finally {
      this.mutex.unlock();
    }
  }

  async truncate(length: number, fork: number): Promise<void> {
    await this.mutex.lock();
    try {
      await this.blocks.clear(length);
      this.length = length;
      this.fork = fork;
      this.roots = this.roots.slice(0, length);
      await this.flushHeader(this.header);
    } finally {
      this.mutex.unlock();
    }
  }

  async userData(key: string): Promise<void> {
    await this.mutex.lock();
    try {
      this.header.userData.push(key);
      await this.flushHeader(this.header);
    } finally {
      this.mutex.unlock();
    }
  }

  async copyFrom(src: Core, { length = src.length } = {}): Promise<void> {
    await this.mutex.lock();

    try {
      await src.mutex.lock();
    } catch (err) {
      this.mutex.unlock();
      throw err;
    }

    try {
      for (let i = this.length; i < length; i++) {
        await this.blocks.put(i, await src.blocks.get(i));
      }

      if (length > this.length) {
        this.fork = src.fork;
        this.roots = [...src.roots];
        this.length = src.length;
      }

      this.header.userData = src.header.userData.slice(0);
      await this.flushHeader(this.header);
    } finally {
      src.mutex.unlock();
      this.mutex.unlock();
    }
  }
}
