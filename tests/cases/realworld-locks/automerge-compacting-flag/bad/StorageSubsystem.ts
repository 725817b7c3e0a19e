import { EventEmitter } from 'node:events';
import type { ChunkInfo, StorageAdapter, StorageKey } from './types.js';
import { headsHash, keyHash, type Doc } from './automerge.js';

export class StorageSubsystem extends EventEmitter {
  /** The storage adapter to use for saving and loading documents */
  #storageAdapter: StorageAdapter;

  /** Record of the latest heads we've loaded or saved for each document */
  #storedHeads: Map<string, string[]> = new Map();

  /** Metadata on the chunks we've already loaded for each document */
  #chunkInfos: Map<string, ChunkInfo[]> = new Map();

  /** Flag to avoid compacting when a compaction is already underway */
  #compacting = false;

  constructor(storageAdapter: StorageAdapter) {
    super();
    this.#storageAdapter = storageAdapter;
  }

  async saveDoc(documentId: string, doc: Doc): Promise<void> {
    // Don't bother saving if the document hasn't changed
    if (this.#storedHeads.get(documentId)?.join() === doc.heads.join()) return;

    const sourceChunks = this.#chunkInfos.get(documentId) ?? [];

    if (this.#shouldCompact(sourceChunks)) {
      await this.#saveTotal(documentId, doc, sourceChunks);
    } else {
      await this.#saveIncremental(documentId, doc);
    }
  }

  async #saveIncremental(documentId: string, doc: Doc): Promise<void> {
    const binary = doc.saveSince(this.#storedHeads.get(documentId) ?? []);
    if (binary && binary.length > 0) {
      const key = [documentId, 'incremental', keyHash(binary)];
      await this.#storageAdapter.save(key, binary);
      if (!this.#chunkInfos.has(documentId)) {
        this.#chunkInfos.set(documentId, []);
      }
      this.#chunkInfos.get(documentId)!.push({ key, type: 'incremental', size: binary.length });
      this.#storedHeads.set(documentId, doc.heads);
    }
  }

  /**
   * Compacts the document storage into a single shapshot.
   */
  async #saveTotal(documentId: string, doc: Doc, sourceChunks: ChunkInfo[]): Promise<void> {
    this.#compacting = true;

    const start = performance.now();
    const binary = doc.save();
    const end = performance.now();
    this.emit('doc-compacted', { documentId, durationMillis: end - start });

    const snapshotHash = headsHash(doc.heads);
    const key: StorageKey = [documentId, 'snapshot', snapshotHash];
    const oldKeys = new Set(sourceChunks.map((c) => c.key).filter((k) => k[2] !== snapshotHash));

    await this.#storageAdapter.save(key, binary);

    for (const key of oldKeys) {
      await this.#storageAdapter.remove(key);
    }

    const newChunkInfos = this.#chunkInfos.get(documentId)?.filter((c) => !oldKeys.has(c.key)) ?? [];
    newChunkInfos.push({ key, type: 'snapshot', size: binary.length });

    this.#chunkInfos.set(documentId, newChunkInfos);
    this.#storedHeads.set(documentId, doc.heads);
    this.#compacting = false;
  }

  #shouldCompact(sourceChunks: ChunkInfo[]) {
    if (this.#compacting) return false;

    let snapshotSize = 0;
    let incrementalSize = 0;
    for (const chunk of sourceChunks) {
      if (chunk.type === 'snapshot') {
        snapshotSize += chunk.size;
      } else {
        incrementalSize += chunk.size;
      }
    }
    // if the file is currently small, don't worry, just compact
    return snapshotSize < 1024 || incrementalSize >= snapshotSize;
  }
}
