import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import { watch, type FSWatcher } from './chokidar.js';
import { Cdb64Reader } from './cdb64.js';

export class Cdb64RootTxIndex {
  private readers: Cdb64Reader[] = [];
  private readerMap: Map<string, Cdb64Reader> = new Map();
  private initialized = false;
  private watcher: FSWatcher | null = null;

  constructor(private cdbPath: string) {}

  private async discoverCdbFiles(): Promise<string[]> {
    const entries = await fs.readdir(this.cdbPath);
    return entries
      .filter((f) => f.endsWith('.cdb'))
      .sort()
      .map((f) => path.join(this.cdbPath, f));
  }

  private startWatching(): void {
    this.watcher = watch(this.cdbPath, { persistent: true, ignoreInitial: true });
    this.watcher.on('add', async (filePath: string) => {
      await this.addReader(filePath);
    });
  }

  private async addReader(filePath: string): Promise<void> {
    const reader = new Cdb64Reader(filePath);
    await reader.open();
    this.readerMap.set(filePath, reader);
    this.rebuildReaderList();
  }

  private rebuildReaderList(): void {
    const sortedPaths = [...this.readerMap.keys()].sort();
    this.readers = sortedPaths.map((p) => this.readerMap.get(p)!);
  }

  private async ensureInitialized(): Promise<void> {
    if (this.initialized) {
      return;
    }

    try {
      const cdbFiles = await this.discoverCdbFiles();

      for (const filePath of cdbFiles) {
        const reader = new Cdb64Reader(filePath);
        await reader.open();
        this.readerMap.set(filePath, reader);
      }

      this.rebuildReaderList();
      this.startWatching();

      this.initialized = true;
    } catch (error) {
      await Promise.allSettled([...this.readerMap.values()].map((r) => (r.isOpen() ? r.close() : Promise.resolve())));
      this.readerMap.clear();
      this.readers = [];
      throw error;
    }
  }

  async getRootTx(id: Uint8Array): Promise<Uint8Array | undefined> {
    try {
      await this.ensureInitialized();
    } catch {
      return undefined;
    }
    const currentReaders = this.readers;
    for (const reader of currentReaders) {
      const valueBuffer = await reader.get(id);
      if (valueBuffer !== undefined) return valueBuffer;
    }
    return undefined;
  }

  async close(): Promise<void> {
    await this.watcher?.close();
    this.watcher = null;
  }
}
