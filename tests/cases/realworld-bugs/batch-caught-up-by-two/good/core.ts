import { Mutex } from './mutex.js';

export interface TreeBatch { nodes: object[] }
export interface Session {
  core: Core;
  length: number;
  byteLength: number;
  ready(): Promise<void>;
  update(): Promise<boolean>;
  append(blocks: Uint8Array[]): Promise<{ length: number; byteLength: number }>;
  createTreeBatch(): TreeBatch;
}

export class Core {
  readonly _mutex = new Mutex();
  readonly tree = { length: 0 };

  constructor(private readonly blocks: { putBatch(offset: number, values: Uint8Array[], byteOffset: number): Promise<void> }) {}

  // assumes mutex is already acquired
  async insertValuesUnsafe(values: Uint8Array[], offset: number, byteOffset: number, treeNodes: object[]): Promise<void> {
    if (!values.length) return;
    await this.blocks.putBatch(offset, values, byteOffset);
    console.debug(treeNodes.length);
  }
}
