import { Mutex } from './mutex';

export interface TreeInfo { fork: number; length: number }
export interface CoreStorage {
  resumeSession(name: string): Promise<CoreStorage | null>;
  createSession(name: string, tree: TreeInfo): Promise<CoreStorage>;
  createAtomicSession(atom: object, tree: TreeInfo): Promise<CoreStorage>;
  getHead(): Promise<TreeInfo | null>;
}

export class SessionState {
  mutex = new Mutex();
  atomized: object | null = null;
  private refs = 1;

  constructor(readonly storage: CoreStorage, public treeInfo: TreeInfo, readonly name: string | null) {}

  unref() {
    this.refs--;
  }

  async createSession(name: string | null, overwrite: boolean, atom: object | null) {
    await this.mutex.lock();

    try {
      let storage: CoreStorage | null = null;
      let treeInfo: TreeInfo | null = null;

      if (!atom && !overwrite && name) {
        storage = await this.storage.resumeSession(name);

        if (storage !== null) treeInfo = await storage.getHead();
      }

      if (storage === null) {
        treeInfo = this.treeInfo;

        if (atom) {
          storage = await this.storage.createAtomicSession(atom, treeInfo);
        } else {
          storage = await this.storage.createSession(name!, treeInfo);
        }
      }

      if (this.atomized && atom) {
        throw new Error('Session already atomized');
      }

      const state = new SessionState(storage, treeInfo ?? this.treeInfo, atom ? this.name : name);

      if (atom) this.atomized = atom;

      return state;
    } finally {
      this.mutex.unlock();
    }
  }

  async truncate(length: number, fork: number) {
    await this.mutex.lock();
    try {
      this.treeInfo = { fork, length: Math.min(length, this.treeInfo.length) };
    } finally {
      this.mutex.unlock();
    }
  }
}
