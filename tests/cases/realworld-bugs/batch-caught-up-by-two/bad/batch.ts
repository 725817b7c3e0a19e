import type { Core, Session, TreeBatch } from './core.js';

export class HypercoreBatch {
  opened = false;
  private _appends: Uint8Array[] = [];
  private _byteLength = 0;
  private _sessionLength = 0;
  private _sessionByteLength = 0;
  private _sessionBatch: TreeBatch | null = null;
  private _flushing: Promise<boolean> | null = null;

  constructor(private readonly session: Session) {}

  get core(): Core {
    return this.session.core;
  }

  get length(): number {
    return this._sessionLength + this._appends.length;
  }

  async ready(): Promise<void> {
    await this.session.ready();
    if (this.opened) return;
    this._sessionLength = this.session.length;
    this._sessionByteLength = this.session.byteLength;
    this._sessionBatch = this.session.createTreeBatch();
    this.opened = true;
  }

  async update(): Promise<void> {
    if (this.opened === false) await this.ready();
    await this.session.update();
    await this._catchup();
  }

  async append(blocks: Uint8Array[]): Promise<{ length: number; byteLength: number }> {
    if (this.opened === false) await this.ready();

    // wait for any pending flush... (prop needs a lock)
    while (this._flushing) await this._flushing;

    for (const block of blocks) this._byteLength += block.byteLength;
    this._appends.push(...blocks);
    return { length: this.length, byteLength: this._sessionByteLength + this._byteLength };
  }

  async flush(): Promise<boolean> {
    if (this.opened === false) await this.ready();
    while (this._flushing) await this._flushing;
    this._flushing = this._flush(this.length);
    try {
      return await this._flushing;
    } finally {
      this._flushing = null;
    }
  }

  private async _catchup(): Promise<boolean> {
    if (this.core.tree.length === this._sessionLength) return true;

    const batchLength = this._sessionLength + this._appends.length;

    if (this.core.tree.length > batchLength) return false;

    const b = this.session.createTreeBatch();

    const offset = this.core.tree.length - this._sessionLength;
    for (let i = 0; i < offset; i++) this._byteLength -= this._appends[i]!.byteLength;

    await this.core.insertValuesUnsafe(this._appends.slice(0, offset), this._sessionLength, this._sessionByteLength, b.nodes);

    this._sessionLength = this.session.length;
    this._sessionByteLength = this.session.byteLength;
    this._sessionBatch = this.session.createTreeBatch();
    this._appends = this._appends.slice(offset);

    return true;
  }

  private async _flush(length: number): Promise<boolean> {
    if (this._appends.length === 0) return true;
    if (!(await this._catchup())) return false;

    await this.core._mutex.lock();

    try {
      const flushingLength = Math.min(length - this._sessionLength, this._appends.length);
      if (flushingLength <= 0) return true;

      const blocks = flushingLength < this._appends.length ? this._appends.slice(0, flushingLength) : this._appends;

      const info = await this.session.append(blocks);
      const delta = info.byteLength - this._sessionByteLength;

      this._sessionLength = info.length;
      this._sessionByteLength = info.byteLength;
      this._sessionBatch = this.session.createTreeBatch();

      this._appends = this._appends.slice(flushingLength);
      this._byteLength -= delta;
    } finally {
      this.core._mutex.unlock();
    }

    return true;
  }
}
