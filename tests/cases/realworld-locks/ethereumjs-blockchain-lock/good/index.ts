import Semaphore from 'semaphore-async-await';

export interface Block { hash(): string; number: number; parentHash: string; validate(): Promise<void> }
export interface DB { get(key: string): Promise<Block | undefined>; batch(ops: { type: 'put' | 'del'; key: string; value?: Block }[]): Promise<void> }

export default class Blockchain {
  private _initDone = false;
  private _headHash = '';
  private _lock: Semaphore;

  constructor(private db: DB) {
    this._lock = new Semaphore(1);
  }

  private async _init() {
    const genesis = await this.db.get('genesis');
    if (genesis) this._headHash = genesis.hash();
    this._initDone = true;
  }

  async putBlocks(blocks: Block[]) {
    for (let i = 0; i < blocks.length; i++) {
      await this.putBlock(blocks[i]!);
    }
  }

  /**
   * Adds a block to the blockchain.
   */
  async putBlock(block: Block, isGenesis?: boolean) {
    if (!this._initDone) {
      await this._init();
    }

    await this._lock.wait();
    await this._putBlockOrHeader(block, isGenesis)
      .then(() => {
        this._lock.release();
      })
      .catch((reason) => {
        this._lock.release();
        throw reason;
      });
  }

  /**
   * Completely deletes a block from the blockchain including any references to this block.
   */
  async delBlock(blockHash: string) {
    if (!this._initDone) {
      await this._init();
    }

    await this._lock.wait();
    await this._delBlock(blockHash)
      .then(() => {
        this._lock.release();
      })
      .catch((reason) => {
        this._lock.release();
        throw reason;
      });
  }

  async _putBlockOrHeader(block: Block, isGenesis?: boolean) {
    if (!isGenesis && block.parentHash !== this._headHash) {
      throw new Error('uncle hash mismatch');
    }
    await block.validate();
    await this.db.batch([{ type: 'put', key: block.hash(), value: block }]);
    this._headHash = block.hash();
  }

  async _delBlock(blockHash: string) {
    const block = await this.db.get(blockHash);
    if (!block) throw new Error(`Key not found in DB ${blockHash}`);
    await this.db.batch([{ type: 'del', key: blockHash }]);
    if (this._headHash === blockHash) this._headHash = block.parentHash;
  }
}
