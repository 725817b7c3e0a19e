import AsyncLock from 'async-lock';
import type { ResourceIdentifier } from '../../ldp/ResourceIdentifier';
import type { Lock } from './Lock';
import type { ResourceLocker } from './ResourceLocker';

/**
 * A resource locker making use of the `async-lock` library.
 */
export class SingleThreadedResourceLocker implements ResourceLocker {
  private readonly locks: AsyncLock;

  public constructor() {
    this.locks = new AsyncLock();
  }

  /**
   * Acquires a new lock for the requested identifier.
   * Will resolve when the lock is available.
   */
  public async acquire(identifier: ResourceIdentifier): Promise<Lock> {
    return new Promise((resolve): void => {
      this.locks.acquire(identifier.path, (done): void => {
        resolve({ release: async(): Promise<void> => done() });
      }).catch((): void => {});
    });
  }
}
