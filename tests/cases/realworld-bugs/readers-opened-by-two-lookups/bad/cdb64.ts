import { open, type FileHandle } from 'node:fs/promises';

export class Cdb64Reader {
  private fileHandle: FileHandle | null = null;
  constructor(readonly filePath: string) {}
  isOpen(): boolean { return this.fileHandle !== null; }
  async open(): Promise<void> { this.fileHandle = await open(this.filePath, 'r'); }
  async get(key: Uint8Array): Promise<Uint8Array | undefined> { return this.fileHandle === null ? undefined : key; }
  async close(): Promise<void> { const handle = this.fileHandle; this.fileHandle = null; await handle?.close(); }
}
